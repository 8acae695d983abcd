use super::*;
use crate::loveandpay::wire::List;
use proptest::prelude::*;
use secrecy::ExposeSecret;

const GET: &str = include_str!("../../tests/data/fixtures/loveandpay/kyc_session_get.json");
const LIST: &str = include_str!("../../tests/data/fixtures/loveandpay/kyc_sessions_list.json");
const CREATED: &str = include_str!("../../tests/data/fixtures/loveandpay/kyc_session_create.json");
const ID: &str = "7b1f0c1e-0000-4000-8000-000000000001";

fn raw(json: &str) -> Raw<'_> {
    Raw::parse(json).unwrap()
}

#[test]
fn the_documented_session() {
    let read = answered(GET, ID).unwrap();
    assert_eq!((read.id.as_str(), read.session_id.as_deref()), (ID, Some("verification-7b1f0c1e")));
    assert_eq!((&read.status, read.status.kyc()), (&SessionStatus::Approved, KycStatus::Verified));
    assert_eq!(read.invoice.as_deref(), Some("9c2e0d2f-0000-4000-8000-000000000001"));
    assert_eq!(read.merchant_customer.as_deref(), Some("merchant-user-17"));
    assert_eq!((read.email.as_deref(), read.phone.as_deref()), (Some("client@example.com"), Some("+70000000001")));
    assert_eq!(read.created, Some("2024-01-15T09:50:00Z".parse().unwrap()));
    assert_eq!(read.expires, Some("2024-01-15T10:20:00Z".parse().unwrap()));
    let found = read.verification.unwrap();
    let expected = Verification {
        first_name: Some("Тест".into()),
        middle_name: Some("Образцович".into()),
        last_name: Some("Примеров".into()),
        full_name: Some("Тест Образцович Примеров".into()),
        born: Some("1990-01-01".parse().unwrap()),
        document: Some("passport".into()),
        document_number: Some("****1234".into()),
        document_country: Some("RUS".into()),
        document_issued: Some("2010-02-01".parse().unwrap()),
        document_expires: Some("2030-02-01".parse().unwrap()),
        face_match: Some("0.98".parse().unwrap()),
        liveness: Some("0.95".parse().unwrap()),
        verified: Some("2024-01-15T10:00:00Z".parse().unwrap()),
    };
    assert_eq!(found, expected);
    let link = read.link.unwrap();
    assert_eq!(link.url.expose_secret(), "https://kyc.loveandpay.io/verify/verification-7b1f0c1e");
    assert!(!read.raw.contains("kyc.loveandpay.io"), "the link opens somebody's check");
}

#[test]
fn the_documented_list() {
    let list = json::object::<List<'_>>(LIST).unwrap();
    assert_eq!(list.total, Some(2));
    let (sessions, rejected) = records::read(list.rows, session);
    assert!(rejected.is_empty());
    assert_eq!((sessions[0].id.as_str(), &sessions[0].status), (ID, &SessionStatus::Approved));
    let found = sessions[0].verification.as_ref().unwrap();
    assert_eq!((found.full_name.as_deref(), found.middle_name.as_deref()), (Some("Тест Примеров"), None));
    assert_eq!((&sessions[1].status, sessions[1].status.kyc()), (&SessionStatus::InProgress, KycStatus::Pending));
    assert_eq!((sessions[1].invoice.as_deref(), &sessions[1].verification), (None, &None));
    assert!(sessions.iter().all(|session| session.link.is_none() && session.expires.is_none()));
}

#[test]
fn inconsistency_9_a_session_is_keyed_by_its_id() {
    let (made, read) = (answered(CREATED, ID).unwrap(), answered(GET, ID).unwrap());
    assert_eq!(made.id, read.id);
    assert_ne!(made.session_id, read.session_id, "one session, two lengths");
    assert_eq!(made.status, SessionStatus::NotStarted);
    assert!(answered(GET, "8d3e1f2a-0000-4000-8000-000000000002").is_none());
}

#[test]
fn inconsistency_8_the_merchants_id_of_a_customer_is_not_the_providers() {
    // It has no type of its own that a customer's id would fit into by mistake.
    let read = answered(GET, ID).unwrap();
    assert_eq!(read.merchant_customer.as_deref(), Some("merchant-user-17"));
    assert!(!assumptions::is_path_id("merchant-user-17"));
}

#[test]
fn inconsistency_13_a_sessions_name_holds_the_patronymic_in_the_middle() {
    let found = answered(GET, ID).unwrap().verification.unwrap();
    let parts = [&found.first_name, &found.middle_name, &found.last_name].map(|part| part.clone().unwrap());
    assert_eq!(found.full_name, Some(parts.join(" ")));
}

#[test]
fn l16_statuses_survive_a_round_trip_and_an_unknown_one_verifies_nobody() {
    for word in ["NOT_STARTED", "IN_PROGRESS", "PENDING", "MANUAL_REVIEW", "APPROVED", "REJECTED", "DECLINED"]
        .into_iter()
        .chain(["EXPIRED", "ABANDONED", "approved", "NEW_WORD", ""])
    {
        let status = SessionStatus::from_word(word);
        assert_eq!(status.word(), word);
        assert_eq!(status.kyc() == KycStatus::Verified, word == "APPROVED", "{word}");
    }
    assert_eq!(SessionStatus::Expired.kyc(), KycStatus::Unknown("EXPIRED".into()));
}

#[test]
fn l10_every_finding_may_be_missing() {
    let bare = session(raw(r#"{"id":"x","verification":{"dateOfBirth":"01.02.1990","faceMatchScore":null}}"#)).unwrap();
    assert_eq!(bare.status, SessionStatus::Unknown(String::new()));
    let found = bare.verification.unwrap();
    assert_eq!((found.born, found.face_match, found.full_name), (None, None, None));
    assert!(bare.raw.contains("01.02.1990"), "the raw record keeps what cannot be read");
    assert!(session(raw(r#"{"status":"APPROVED"}"#)).is_err());
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused(text in "\\PC*") {
        let _ = answered(&text, ID);
    }

    #[test]
    fn any_value_of_any_field_costs_that_field_only(
        field in prop_oneof![Just("status"), Just("verification"), Just("expiresAt"), Just("verificationUrl")],
        value in prop_oneof![
            Just("null".to_owned()), Just("[]".into()), Just("{}".into()), Just("-1e999".into()), any::<i64>().prop_map(|it| it.to_string()),
            any::<String>().prop_map(|it| serde_json::to_string(&it).unwrap()),
        ],
    ) {
        let read = session(raw(&format!(r#"{{"id":"x","customerEmail":"a@example.com","{field}":{value}}}"#))).unwrap();
        prop_assert_eq!((read.id.as_str(), read.email.as_deref()), ("x", Some("a@example.com")));
    }
}

use super::*;
use proptest::prelude::*;
use serde_json::{Value, json};

fn read(body: &str) -> (Vec<Customer>, Vec<kyc::RejectedRecord>, Option<u64>) {
    let List { rows, total } = json::object(body).expect("a list");
    let (customers, rejected) = records::read(rows.iter().copied(), customer);
    (customers, rejected, total)
}

fn one(row: &Value) -> Customer {
    customer(Raw::parse(&row.to_string()).unwrap()).expect("a customer")
}

#[test]
fn the_documented_list() {
    let (customers, rejected, total) = read(include_str!("../../tests/data/fixtures/cryptopocket/customers_list.json"));
    assert_eq!((customers.len(), rejected.len(), total), (2, 0, Some(42)));
    let first = &customers[0];
    assert_eq!(first.id.as_str(), "123");
    assert_eq!(first.name.as_deref(), Some("Test Ejemplo García"));
    assert_eq!(first.email.as_deref(), Some("user@example.com"));
    assert_eq!(first.kyc, KycStatus::Verified);
    assert_eq!((&first.phone, &first.trust, first.blocked), (&None, &None, Blocked::Unknown));
    assert_eq!((first.payments, &first.paid, first.last_payment, first.created), (None, &None, None, None));
    let second = &customers[1];
    assert_eq!((second.id.as_str(), &second.kyc), ("124", &KycStatus::NotStarted));
}

#[test]
fn the_verification_link_stays_out_of_the_raw_record() {
    let (customers, ..) = read(include_str!("../../tests/data/fixtures/cryptopocket/customers_list.json"));
    for customer in &customers {
        assert!(!customer.raw.contains("://"), "{}", customer.raw);
    }
    assert!(customers[1].raw.contains(r#""kyc_url": "(link withheld)""#), "{}", customers[1].raw);
    assert!(customers[1].raw.contains(r#""last_name": "Sample""#));
    let body = r#"{"status":"ok","data":[{"kyc_url":"https:\/\/kyc.example.com\/form\/124"}]}"#;
    assert_eq!(read(body).1[0].raw, r#"{"kyc_url":"(link withheld)"}"#);
}

#[test]
fn c10_c19_the_last_page_with_text_ids_gaps_and_new_words() {
    let body = include_str!("../../tests/data/fixtures/cryptopocket/customers_list_last_page_assumed.json");
    let (customers, rejected, total) = read(body);
    assert_eq!((customers.len(), rejected.len(), total), (2, 0, Some(42)));
    assert_eq!(customers[0].id.as_str(), "165");
    assert_eq!(customers[0].name.as_deref(), Some("Test"), "a company has no last name");
    assert_eq!(customers[0].kyc, KycStatus::Unknown("some_new_value".into()));
    assert_eq!((customers[1].id.as_str(), customers[1].name.as_deref()), ("166", Some("Prueba")));
    assert_eq!(customers[1].kyc, KycStatus::Rejected);
    assert!(customers[1].raw.contains(r#""kyc_url": """#), "an empty link is no secret");
}

#[test]
fn the_page_past_the_end() {
    let body = include_str!("../../tests/data/fixtures/cryptopocket/customers_list_empty_page_assumed.json");
    assert_eq!(read(body), (vec![], vec![], Some(42)));
}

#[test]
fn c19_statuses() {
    for (word, status) in [
        (json!("valid"), KycStatus::Verified),
        (json!("processing"), KycStatus::Pending),
        (json!("fail"), KycStatus::Rejected),
        (json!("unused"), KycStatus::NotStarted),
        (json!("VALID"), KycStatus::Unknown("VALID".into())),
        (json!("ok"), KycStatus::Unknown("ok".into())),
        (json!(""), KycStatus::Unknown(String::new())),
        (json!(null), KycStatus::Unknown(String::new())),
        (json!(true), KycStatus::Unknown(String::new())),
    ] {
        assert_eq!(one(&json!({ "id": 1, "kyc_status": word })).kyc, status);
    }
}

#[test]
fn names_are_joined_by_one_blank() {
    for (first, last, name) in [
        (json!(" Ana "), json!(" Pérez"), Some("Ana Pérez")),
        (json!(null), json!("Pérez"), Some("Pérez")),
        (json!(""), json!(" "), None),
        (json!(7), json!({}), Some("7")),
    ] {
        assert_eq!(one(&json!({ "id": 1, "name": first, "last_name": last })).name.as_deref(), name);
    }
}

#[test]
fn other_shapes_are_no_list() {
    for body in [
        r#"{"status":"ok"}"#,
        r#"{"status":"ok","data":null}"#,
        r#"{"status":"ok","data":"x"}"#,
        r#"{"data":{}}"#,
        "[]",
        "[[]]",
    ] {
        assert!(json::object::<List<'_>>(body).is_none(), "{body}");
    }
}

proptest! {
    #[test]
    fn every_record_lands_or_is_rejected(
        records in prop::collection::vec(prop_oneof![
            (any::<i64>(), any::<String>()).prop_map(|(id, name)| json!({ "id": id, "name": name })),
            (any::<String>(), any::<String>()).prop_map(|(id, word)| json!({ "id": id, "kyc_status": word })),
            any::<String>().prop_map(|text| json!({ "name": text, "kyc_url": format!("https://{text}") })),
            Just(Value::Null),
            Just(json!([1, "x"])),
        ], 0..40),
    ) {
        let body = json!({ "status": "ok", "data": records }).to_string();
        let (customers, rejected, _) = read(&body);
        prop_assert_eq!(customers.len() + rejected.len(), records.len());
        for raw in customers.iter().map(|it| &it.raw).chain(rejected.iter().map(|it| &it.raw)) {
            prop_assert!(serde_json::from_str::<Value>(raw).is_ok());
            prop_assert!(!raw.contains(r#""kyc_url":"https://"#));
        }
    }

    #[test]
    fn any_text_is_read_or_refused(text in "\\PC*") {
        let _ = json::object::<List<'_>>(&text);
    }
}

use super::*;
use kyc::Blocked;
use proptest::prelude::*;
use serde_json::{Value, json};

fn read(body: &str) -> (Vec<Customer>, Vec<kyc::RejectedRecord>, Option<u64>) {
    let List { rows, total } = json::object::<List<'_>>(body).expect("a list");
    let (customers, rejected) = records::read(rows.iter().copied(), customer);
    (customers, rejected, total)
}

fn one(row: &Value) -> Customer {
    customer(Raw::parse(&row.to_string()).unwrap()).expect("a customer")
}

fn moment(text: &str) -> Option<jiff::Timestamp> {
    Some(text.parse().unwrap())
}

fn paid(customer: &Customer) -> Option<String> {
    customer.paid.as_ref().map(|money| format!("{} {}", money.amount, money.currency))
}

#[test]
fn the_documented_list() {
    let (customers, rejected, total) = read(include_str!("../../tests/data/fixtures/loveandpay/customers_list.json"));
    assert_eq!((customers.len(), rejected.len(), total), (2, 0, Some(100)));
    let first = &customers[0];
    assert_eq!(first.id.as_str(), "550e8400-e29b-41d4-a716-446655440000");
    assert_eq!(first.name.as_deref(), Some("Тест Примеров"));
    assert_eq!(first.email.as_deref(), Some("client@example.com"));
    assert_eq!(first.phone.as_deref(), Some("+70000000001"));
    assert_eq!(first.kyc, KycStatus::Verified);
    assert_eq!(first.trust, Some(TrustLevel::Level2));
    assert_eq!(first.blocked, Blocked::No);
    assert_eq!(first.payments, Some(5));
    assert_eq!(paid(first).as_deref(), Some("15000 RUB"));
    assert_eq!(first.last_payment, moment("2024-01-20T15:30:00Z"));
    assert_eq!(first.created, moment("2024-01-01T10:00:00Z"));
    assert!(first.raw.contains("\"totalAmount\": 15000"), "{}", first.raw);
    let second = &customers[1];
    assert_eq!((&second.kyc, &second.trust), (&KycStatus::Pending, &Some(TrustLevel::New)));
    assert_eq!((second.payments, paid(second).as_deref(), second.last_payment), (Some(0), Some("0 RUB"), None));
}

#[test]
fn the_empty_list() {
    let body = include_str!("../../tests/data/fixtures/loveandpay/customers_list_empty_assumed.json");
    assert_eq!(read(body), (vec![], vec![], Some(0)));
}

#[test]
fn l10_l16_nulls_gaps_and_new_words() {
    let body = include_str!("../../tests/data/fixtures/loveandpay/customers_list_tolerance_assumed.json");
    let (customers, rejected, total) = read(body);
    assert_eq!((customers.len(), rejected.len(), total), (3, 0, Some(3)));
    let [nulls, new_words, blanks] = &customers[..] else { panic!("three customers") };

    assert_eq!((&nulls.name, &nulls.email), (&None, &None));
    assert_eq!((&nulls.kyc, nulls.blocked), (&KycStatus::Rejected, Blocked::Yes));
    assert_eq!(paid(nulls).as_deref(), Some("1500.5 RUB"));
    assert_eq!(nulls.last_payment, moment("2024-01-20T15:30:00Z"), "a timestamp without milliseconds");

    assert_eq!(new_words.kyc, KycStatus::Unknown("SOMETHING_NEW".into()));
    assert_eq!(new_words.trust, Some(TrustLevel::Unknown("LEVEL_9".into())));
    assert_eq!(paid(new_words).as_deref(), Some("3000.00 RUB"), "a text amount keeps its decimals");
    assert_eq!((&new_words.name, &new_words.phone, new_words.last_payment), (&None, &None, None));
    assert!(new_words.raw.contains("futureField"));

    assert_eq!(blanks.name, None, "an empty name is none");
    assert_eq!((&blanks.kyc, &blanks.trust), (&KycStatus::Unknown(String::new()), &None));
}

#[test]
fn a_bad_record_costs_itself_only() {
    let body = r#"{"success":true,"data":[{"id":"a"},{"fullName":"nobody"},null,7,["b"],{"id":{}},{"id":"c","id":"d"},{"id":9}],
        "pagination":{"total":8}}"#;
    let (customers, rejected, _) = read(body);
    let ids: Vec<_> = customers.iter().map(|customer| customer.id.as_str()).collect();
    assert_eq!(ids, ["a", "9"]);
    let reasons: Vec<_> = rejected.iter().map(|record| (record.position, record.reason.as_str())).collect();
    assert_eq!(
        reasons,
        [
            (1, "no id"),
            (2, "not an object, or a field twice"),
            (3, "not an object, or a field twice"),
            (4, "not an object, or a field twice"),
            (5, "id: expected a text or a whole number"),
            (6, "not an object, or a field twice"),
        ]
    );
    assert_eq!(rejected[0].raw, r#"{"fullName":"nobody"}"#);
}

#[test]
fn a_bad_field_costs_itself_only() {
    let good = one(&json!({ "id": "x", "fullName": {"first": "A"}, "email": [], "phone": 79_161_234_567_u64,
        "kycStatus": 3, "trustLevel": " NEW ", "totalPayments": -1, "totalAmount": "a lot", "lastPaymentAt": "soon",
        "isBlocked": "no", "createdAt": 1_706_012_345_678_u64 }));
    assert_eq!((good.name.as_deref(), good.email.as_deref(), good.phone.as_deref()), (None, None, Some("79161234567")));
    assert_eq!((good.kyc, good.trust), (KycStatus::Unknown("3".into()), Some(TrustLevel::New)));
    assert_eq!((good.payments, good.paid, good.last_payment, good.created), (None, None, None, None));
    assert_eq!(good.blocked, Blocked::Unknown);
    assert_eq!(one(&json!({ "id": "x", "totalPayments": 4_294_967_296_u64 })).payments, None);
}

#[test]
fn amounts_never_pass_through_binary_floating_point() {
    for (written, expected) in [
        ("0.1", "0.1 RUB"),
        ("9007199254740993", "9007199254740993 RUB"),
        ("1234567890123456789.01", "1234567890123456789.01 RUB"),
        ("79228162514264337593543950335", "79228162514264337593543950335 RUB"),
    ] {
        for json in
            [format!(r#"{{"id":"x","totalAmount":{written}}}"#), format!(r#"{{"id":"x","totalAmount":"{written}"}}"#)]
        {
            let customer = customer(Raw::parse(&json).unwrap()).unwrap();
            assert_eq!(paid(&customer).as_deref(), Some(expected), "{json}");
            assert_eq!(customer.raw, json);
        }
    }
    let beyond = r#"{"id":"x","fullName":"A","totalAmount":1e400}"#;
    let customer = customer(Raw::parse(beyond).unwrap()).unwrap();
    assert_eq!((customer.paid, customer.name.as_deref(), customer.raw.as_str()), (None, Some("A"), beyond));
}

#[test]
fn a_very_long_name_and_markup_pass_through() {
    let long = "Ё".repeat(10_000);
    assert_eq!(one(&json!({ "id": "x", "fullName": long })).name, Some(long));
    let markup = "<b onmouseover=\"x()\">&amp;<script>";
    assert_eq!(one(&json!({ "id": "x", "fullName": markup })).name.as_deref(), Some(markup));
}

#[test]
fn other_shapes_are_no_list() {
    for body in [
        "{}",
        r#"{"success":true}"#,
        r#"{"success":true,"data":null}"#,
        r#"{"success":true,"data":{}}"#,
        r#"{"success":true,"data":"none"}"#,
        r#"{"success":true,"customers":[]}"#,
        r#"{"data":[],"data":[]}"#,
        "[]",
        "[true,[]]",
        "7",
    ] {
        assert!(json::object::<List<'_>>(body).is_none(), "{body}");
    }
}

#[test]
fn a_total_that_is_none_is_absent() {
    for (total, expected) in
        [("3", Some(3)), (r#""3""#, Some(3)), ("-3", None), ("null", None), ("3.5", None), ("{}", None)]
    {
        let body = format!(r#"{{"data":[],"pagination":{{"total":{total}}}}}"#);
        assert_eq!(json::object::<List<'_>>(&body).unwrap().total, expected, "{total}");
    }
    for pagination in ["null", "[]", "7"] {
        let body = format!(r#"{{"data":[],"pagination":{pagination}}}"#);
        assert_eq!(json::object::<List<'_>>(&body).unwrap().total, None, "{pagination}");
    }
}

#[test]
fn filter_words_are_the_documented_ones() {
    for status in ["PENDING", "VERIFIED", "REJECTED", "SOMETHING_NEW"] {
        let read = one(&json!({ "id": "x", "kycStatus": status })).kyc;
        assert_eq!(kyc_word(&read), Some(status));
    }
    assert_eq!(kyc_word(&KycStatus::NotStarted), None);
    assert_eq!(kyc_word(&KycStatus::Unknown(String::new())), None);
    for level in ["NEW", "LEVEL_1", "LEVEL_2", "LEVEL_3", "LEVEL_9"] {
        let read = one(&json!({ "id": "x", "trustLevel": level })).trust.unwrap();
        assert_eq!(trust_word(&read), Some(level));
    }
}

/// Any JSON, with the row's own field names among the keys.
fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
        Just(json!("VERIFIED")),
        Just(json!("2024-01-20T15:30:00Z")),
    ];
    let names = [
        "success",
        "data",
        "pagination",
        "total",
        "id",
        "fullName",
        "kycStatus",
        "totalAmount",
        "createdAt",
        "isBlocked",
    ];
    let key = prop_oneof![prop::sample::select(names.to_vec()).prop_map(str::to_owned), any::<String>()];
    leaf.prop_recursive(4, 64, 8, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..8).prop_map(Value::from),
            prop::collection::vec((key.clone(), inner), 0..8).prop_map(|pairs| pairs.into_iter().collect()),
        ]
    })
}

proptest! {
    #[test]
    fn any_json_is_read_or_refused(value in any_json()) {
        let text = value.to_string();
        if let Some(List { rows, .. }) = json::object::<List<'_>>(&text) {
            let (customers, rejected) = records::read(rows.iter().copied(), customer);
            prop_assert_eq!(customers.len() + rejected.len(), rows.len());
        }
    }

    #[test]
    fn any_text_is_read_or_refused(text in "\\PC*") {
        let _ = json::object::<List<'_>>(&text);
    }

    #[test]
    fn every_record_of_a_mixed_page_lands_or_is_rejected_in_its_place(
        records in prop::collection::vec(prop_oneof![
            any_json(),
            any::<u32>().prop_map(|id| json!({ "id": id, "fullName": "A" })),
            Just(json!({ "fullName": "nobody" })),
        ], 0..40),
    ) {
        let body = json!({ "success": true, "data": records }).to_string();
        let (customers, rejected, _) = read(&body);
        prop_assert_eq!(customers.len() + rejected.len(), records.len());
        for record in &rejected {
            prop_assert_eq!(serde_json::from_str::<Value>(&record.raw).is_ok(), true);
        }
        let mut landed = customers.iter();
        for (position, record) in records.iter().enumerate() {
            if rejected.iter().any(|rejected| rejected.position == position) {
                continue;
            }
            let customer = landed.next().expect("a customer for every record that is not rejected");
            let id = &record["id"];
            let id = id.as_str().map_or_else(|| id.to_string(), |text| text.trim().to_owned());
            prop_assert_eq!(customer.id.as_str(), id);
        }
    }
}

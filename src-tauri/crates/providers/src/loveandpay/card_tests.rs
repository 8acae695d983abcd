use super::*;
use kyc::{KycStatus, Money, TrustLevel};

const ID: &str = "550e8400-e29b-41d4-a716-446655440000";

fn id(text: &str) -> ProviderCustomerId {
    ProviderCustomerId::new(text).unwrap()
}

fn moment(text: &str) -> Option<jiff::Timestamp> {
    Some(text.parse().unwrap())
}

fn shown(money: Option<&Money>) -> Option<String> {
    money.map(|money| format!("{} {}", money.amount, money.currency))
}

#[test]
fn the_documented_card() {
    let card = card(include_str!("../../tests/data/fixtures/loveandpay/customer_get.json"), &id(ID)).unwrap();
    assert_eq!(card.customer.name.as_deref(), Some("Тест Примеров"));
    assert_eq!((&card.customer.kyc, &card.customer.trust), (&KycStatus::Verified, &Some(TrustLevel::Level2)));
    assert_eq!(card.kyc_verified, moment("2024-01-15T10:00:00Z"));
    assert_eq!(shown(card.average.as_ref()).as_deref(), Some("3000 RUB"));
    assert_eq!(card.block, BlockState { blocked: Blocked::No, since: None, reason: None });
    let [first, second] = &card.recent_payments[..] else { panic!("two payments") };
    assert_eq!(first.id, "9c2e0d2f-0000-4000-8000-000000000001");
    assert_eq!((first.number.as_deref(), first.status.as_str()), (Some("INV-TEST-001"), "PAID"));
    assert_eq!(shown(second.amount.as_ref()).as_deref(), Some("5000 RUB"));
    assert_eq!(second.paid, moment("2024-01-18T12:00:00Z"));
}

#[test]
fn l12_the_card_of_a_blocked_customer() {
    let body = include_str!("../../tests/data/fixtures/loveandpay/customer_get_blocked_assumed.json");
    let card = card(body, &id("550E8400-e29b-41d4-a716-446655440001")).unwrap();
    assert_eq!(card.customer.blocked, Blocked::Yes);
    assert_eq!(card.block.since, moment("2024-01-23T12:00:00Z"));
    assert_eq!(card.block.reason.as_deref(), Some("Проверка документов"));
    assert_eq!((card.kyc_verified, card.average, card.recent_payments), (None, None, vec![]));
}

#[test]
fn a_card_of_somebody_else_is_none() {
    let body = include_str!("../../tests/data/fixtures/loveandpay/customer_get.json");
    assert_eq!(card(body, &id("550e8400-e29b-41d4-a716-446655440001")), None);
    for body in ["{}", r#"{"customer":null}"#, r#"{"customer":{}}"#, "[]"] {
        assert_eq!(card(body, &id(ID)), None, "{body}");
    }
}

#[test]
fn a_bad_payment_costs_itself_only() {
    let body =
        format!(r#"{{"customer":{{"id":"{ID}","recentPayments":[{{"amount":1}},null,{{"id":"p","amount":"x"}}]}}}}"#);
    let payments = card(&body, &id(ID)).unwrap().recent_payments;
    let expected = Payment { id: "p".into(), number: None, amount: None, status: String::new(), paid: None };
    assert_eq!(payments, [expected]);
}

#[test]
fn what_block_and_unblock_give_back() {
    let state = block_state(include_str!("../../tests/data/fixtures/loveandpay/customer_block.json"), &id(ID)).unwrap();
    assert_eq!((state.blocked, state.since), (Blocked::Yes, moment("2024-01-23T12:00:00Z")));
    assert_eq!(state.reason.as_deref(), Some("Подозрительная активность"));
    let state = block_state(include_str!("../../tests/data/fixtures/loveandpay/customer_unblock.json"), &id(ID));
    assert_eq!(state, Some(BlockState { blocked: Blocked::No, since: None, reason: None }));
}

#[test]
fn an_answer_that_does_not_tell_the_state_is_none() {
    for body in [
        r#"{"success":true,"message":"Customer blocked"}"#.to_owned(),
        format!(r#"{{"success":true,"customer":{{"id":"{ID}"}}}}"#),
        r#"{"success":true,"customer":{"id":"other","isBlocked":true}}"#.to_owned(),
        r#"{"success":true,"customer":{"isBlocked":true}}"#.to_owned(),
    ] {
        assert_eq!(block_state(&body, &id(ID)), None, "{body}");
    }
}

#[test]
fn l13_the_look_up() {
    let found = known(include_str!("../../tests/data/fixtures/loveandpay/customer_check_found.json")).unwrap();
    assert!(found.exists && found.kyc_verified);
    let customer = found.customer.unwrap();
    assert_eq!((customer.id.as_str(), customer.name.as_deref()), (ID, Some("Тест Примеров")));
    assert_eq!((customer.kyc, customer.trust), (KycStatus::Verified, Some(TrustLevel::Level2)));
    assert_eq!(customer.payments, Some(5));

    let nobody = Known { exists: false, kyc_verified: false, customer: None };
    for body in [
        include_str!("../../tests/data/fixtures/loveandpay/customer_check_not_found_assumed.json"),
        include_str!("../../tests/data/fixtures/loveandpay/customer_check_not_found_absent_assumed.json"),
        r#"{"exists":false,"kycVerified":true,"customer":{"id":"x"}}"#,
    ] {
        assert_eq!(known(body).as_ref(), Some(&nobody), "{body}");
    }
    let unverified = known(r#"{"exists":true}"#).unwrap();
    assert_eq!(unverified, Known { exists: true, kyc_verified: false, customer: None });
    for body in ["{}", r#"{"success":true,"customer":{"id":"x"}}"#, r#"{"exists":"yes"}"#, "[]"] {
        assert_eq!(known(body), None, "{body}");
    }
}

#[test]
fn inconsistency_2_each_answer_has_its_own_key_and_the_look_up_answers_beside_it() {
    let get = include_str!("../../tests/data/fixtures/loveandpay/customer_get.json");
    let found = include_str!("../../tests/data/fixtures/loveandpay/customer_check_found.json");
    assert!(card(get, &id("550e8400-e29b-41d4-a716-446655440000")).is_some());
    assert!(known(found).is_some_and(|known| known.exists));
    assert!(known(get).is_none(), "a card answers no look-up");
    assert!(json::object::<wire::List<'_>>(get).is_none(), "a card is no list");
}

#[test]
fn inconsistency_4_each_field_set_of_a_customer_leaves_the_rest_open() {
    let found = include_str!("../../tests/data/fixtures/loveandpay/customer_check_found.json");
    let unblocked = include_str!("../../tests/data/fixtures/loveandpay/customer_unblock.json");
    let asked = id("550e8400-e29b-41d4-a716-446655440000");
    // Read as a card, what a look-up or an unblock tells says nothing of the other fields.
    let as_card = card(found, &asked).unwrap();
    assert_eq!((as_card.block.blocked, as_card.customer.email), (Blocked::Unknown, None));
    let as_card = card(unblocked, &asked).unwrap();
    assert_eq!((as_card.block.blocked, as_card.customer.name), (Blocked::No, None));
}

#[test]
fn inconsistency_5_a_reason_is_sent_under_one_name_and_comes_back_under_another() {
    let blocked = include_str!("../../tests/data/fixtures/loveandpay/customer_block.json");
    let state = block_state(blocked, &id("550e8400-e29b-41d4-a716-446655440000")).unwrap();
    assert!(state.reason.is_some() && state.since.is_some());
    let sent = assumptions::block_body(state.reason.as_deref());
    assert_eq!(sent["reason"].as_str(), state.reason.as_deref());
    assert!(sent.get("blockedReason").is_none());
}

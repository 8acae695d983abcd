use super::*;
use crate::loveandpay::wire::List;
use proptest::prelude::*;
use secrecy::ExposeSecret;

const GET: &str = include_str!("../../tests/data/fixtures/loveandpay/invoice_get.json");
const NO_LINK: &str = include_str!("../../tests/data/fixtures/loveandpay/invoice_get_no_link_observed.json");
const LIST: &str = include_str!("../../tests/data/fixtures/loveandpay/invoices_list.json");
const ID: &str = "9c2e0d2f-0000-4000-8000-000000000001";

fn raw(json: &str) -> Raw<'_> {
    Raw::parse(json).unwrap()
}

fn shown(money: Option<&Money>) -> Option<String> {
    money.map(|money| format!("{} {}", money.amount, money.currency))
}

#[test]
fn the_documented_invoice() {
    let read = answered(GET, ID).unwrap();
    assert_eq!((read.id.as_str(), read.number.as_deref()), (ID, Some("INV-TEST-001")));
    assert_eq!(shown(read.amount.as_ref()).as_deref(), Some("1500.5 RUB"));
    assert_eq!((read.status.word(), read.paid), ("PENDING", None));
    assert_eq!(read.description.as_deref(), Some("Тестовый заказ 1"));
    assert_eq!((read.name.as_deref(), read.phone.as_deref()), (Some("Тест Примеров"), Some("+70000000001")));
    assert_eq!(read.created, Some("2024-01-23T12:00:00Z".parse().unwrap()));
    assert_eq!(read.expires, Some("2024-01-24T12:00:00Z".parse().unwrap()));
    assert_eq!(read.external_order.as_deref(), Some("3d5a1b7c-0000-4000-8000-000000000001"));
    assert_eq!((read.kyc_required, read.kyc_verified, read.receipt_required), (Some(false), Some(false), Some(false)));
    assert_eq!(read.payment_link.unwrap().expose_secret(), "https://loveandpay.io/pay/INV-TEST-001");
    let customer = InvoiceCustomer {
        id: ProviderCustomerId::new("550e8400-e29b-41d4-a716-446655440000").unwrap(),
        name: Some("Тест Примеров".into()),
        email: Some("client@example.com".into()),
        kyc: KycStatus::Verified,
    };
    assert_eq!(read.customer, Some(customer));
    for link in ["loveandpay.io/pay", "qr.example.com", "image/png"] {
        assert!(!read.raw.contains(link), "{link} leads to the payment");
    }
}

#[test]
fn inconsistency_7_a_real_invoice_without_link_and_customer() {
    let read = answered(NO_LINK, ID).unwrap();
    assert!(read.payment_link.is_none());
    assert_eq!((read.customer, read.email.as_deref()), (None, Some("client@example.com")));
    assert!(answered(NO_LINK, "9c2e0d2f-0000-4000-8000-000000000002").is_none());
}

#[test]
fn the_documented_list() {
    let list = json::object::<List<'_>>(LIST).unwrap();
    assert_eq!(list.total, Some(2));
    let (invoices, rejected) = records::read(list.rows, invoice);
    assert!(rejected.is_empty());
    let told: Vec<_> = invoices
        .iter()
        .map(|it| (it.number.as_deref(), shown(it.amount.as_ref()), it.status.word(), it.paid))
        .collect();
    let paid = Some("2024-01-23T12:10:00Z".parse().unwrap());
    let expected = [
        (Some("INV-TEST-001"), Some("1500.5 RUB".to_owned()), "PENDING", None),
        (Some("INV-TEST-002"), Some("3000 RUB".to_owned()), "PAID", paid),
    ];
    assert_eq!(told, expected);
    assert_eq!((invoices[1].kyc_required, invoices[1].kyc_verified), (Some(true), Some(true)));
}

#[test]
fn l16_statuses_survive_a_round_trip() {
    for word in ["PENDING", "PAID", "EXPIRED", "CANCELLED", "REFUNDED", "paid", "CHARGED_BACK", ""] {
        let status = InvoiceStatus::from_word(word);
        assert_eq!(status.word(), word);
        assert_eq!(status == InvoiceStatus::Paid, word == "PAID");
    }
}

#[test]
fn l10_l11_amounts_of_an_invoice() {
    for (fields, expected) in [
        (r#""amount":1500.50,"currency":"RUB""#, Some("1500.50 RUB")),
        (r#""amount":"1500.50""#, Some("1500.50 RUB")),
        (r#""amount":7,"currency":"usdt""#, Some("7 USDT")),
        (r#""amount":7,"currency":"рубли""#, None),
        (r#""amount":null,"currency":"RUB""#, None),
    ] {
        let read = invoice(raw(&format!(r#"{{"id":"x",{fields}}}"#))).unwrap();
        assert_eq!(shown(read.amount.as_ref()).as_deref(), expected, "{fields}");
    }
}

#[test]
fn a_rate_is_exact_and_for_the_pair_that_was_asked_for() {
    let (usdt, rub) = (Currency::parse("USDT").unwrap(), Currency::rub());
    let body = r#"{"success":true,"rate":{"id":"r","baseCurrency":"USDT","quoteCurrency":"RUB","rate":"81.2345678901234567","validFrom":"2026-11-20T10:00:00.000Z"},"formatted":"x"}"#;
    let read = rate(body, &usdt, &rub).unwrap();
    assert_eq!(read.rate.to_string(), "81.2345678901234567");
    assert_eq!((read.valid_from, read.valid_to), (Some("2026-11-20T10:00:00Z".parse().unwrap()), None));
    assert!(rate(body, &rub, &usdt).is_none());
    for none in ["{}", r#"{"rate":{"rate":0}}"#, r#"{"rate":{"rate":-1}}"#, r#"{"rate":81.2}"#, "[]"] {
        assert!(rate(none, &usdt, &rub).is_none(), "{none}");
    }
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused(text in "\\PC*") {
        let _ = answered(&text, ID);
        let _ = rate(&text, &Currency::eur(), &Currency::rub());
    }
}

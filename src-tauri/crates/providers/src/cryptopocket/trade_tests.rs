use super::*;
use proptest::prelude::*;
use secrecy::ExposeSecret;

const PAYMENT: &str = include_str!("../../tests/data/fixtures/cryptopocket/payment_get.json");
const SENT: &str = include_str!("../../tests/data/fixtures/cryptopocket/payment_get_coins_sent_assumed.json");
const TRANSFER: &str = include_str!("../../tests/data/fixtures/cryptopocket/payment_create_transfer.json");
const CARD: &str = include_str!("../../tests/data/fixtures/cryptopocket/payment_create_card.json");
const GUIDED: &str = include_str!("../../tests/data/fixtures/cryptopocket/payment_guided_create.json");
const SALE: &str = include_str!("../../tests/data/fixtures/cryptopocket/rampoff_get.json");
const SALE_CREATED: &str = include_str!("../../tests/data/fixtures/cryptopocket/rampoff_create.json");
const ID: &str = "TESTPAYMENT00000000000001";

fn shown(money: Option<&Money>) -> Option<String> {
    money.map(|money| format!("{} {}", money.amount, money.currency))
}

#[test]
fn the_documented_payment() {
    let read = payment(PAYMENT, ID).unwrap();
    assert_eq!((read.id.as_str(), read.external_id.as_deref()), (ID, Some("order-abc-001")));
    assert_eq!(read.customer, ProviderCustomerId::new("100067"));
    assert_eq!((&read.status, read.transaction.as_deref()), (&PaymentStatus::Started, None));
    assert_eq!(shown(read.fiat.as_ref()).as_deref(), Some("150.50 EUR"));
    assert_eq!(shown(read.coins.as_ref()).as_deref(), Some("148.32 USDC"));
    assert_eq!(read.created, Some("2026-06-26T10:30:00Z".parse().unwrap()));
    assert!(payment(PAYMENT, "ANOTHER").is_none());
}

#[test]
fn c10_a_payment_whose_coins_were_sent() {
    let read = payment(SENT, ID).unwrap();
    assert_eq!(read.status, PaymentStatus::CoinsSent);
    assert_eq!(read.transaction.unwrap().len(), 66);
    // A number here, a text in the other one: the same customer.
    assert_eq!(read.customer, ProviderCustomerId::new("100067"));
    assert!(read.external_id.is_none() && read.raw.contains("EJEMPLO SL"));
    assert!(payment(r#"{"data":{"id":"x"}}"#, "x").is_none(), "a payment without a status says nothing");
}

#[test]
fn inconsistency_10_and_11_links_and_ids_by_their_several_names() {
    let transfer = started(TRANSFER).unwrap();
    let details = TransferDetails {
        iban: "ES9121000418450200051332".into(),
        bic: Some("TESTESMMXXX".into()),
        concept: Some("120037".into()),
        holder: Some("Example Payments, S.L".into()),
    };
    assert_eq!((transfer.id.as_str(), transfer.transfer), (ID, Some(details)));
    assert!(transfer.link.is_none());
    for (answer, link) in [
        (CARD, "https://demo.cryptopocket.io/pay/TESTPAYMENT00000000000002"),
        (GUIDED, "https://b2b.cryptopocket.io/payment/TESTPAYMENT00000000000002"),
    ] {
        let read = started(answer).unwrap();
        assert_eq!((read.id.as_str(), &read.transfer), ("TESTPAYMENT00000000000002", &None));
        assert_eq!(read.link.as_ref().unwrap().expose_secret(), link);
        assert!(!format!("{read:?}").contains("cryptopocket.io"));
    }
    assert!(started(r#"{"status":"ok","data":{"id":"x"}}"#).is_some_and(|read| read.id == "x"));
    assert!(started(r#"{"status":"ok"}"#).is_none());
}

#[test]
fn inconsistency_9_a_sale_in_base_units_of_any_size() {
    let read = sale(SALE, "TESTRAMPOFF00000000000001").unwrap();
    assert_eq!(
        (read.status.as_str(), read.blockchain.as_deref(), read.symbol.as_deref()),
        ("finished", Some("bsc"), Some("BUSD"))
    );
    let tokens = read.tokens.unwrap();
    assert_eq!((tokens.to_string().as_str(), tokens.units()), ("20", "20000000000000000000"));
    assert_eq!(read.fiat.unwrap().to_string(), "4800.24");
    let made = sale_started(SALE_CREATED).unwrap();
    assert_eq!(made.id, "TESTRAMPOFF00000000000001");
    assert_eq!(made.wallet.as_deref(), Some("0x0000000000000000000000000000000000000001"));
    for (units, decimals, expected) in [
        ("1", 18, Some("0.000000000000000001")),
        ("0", 18, Some("0")),
        ("0001500", 3, Some("1.5")),
        (
            "115792089237316195423570985008687907853269984665640564039457584007913129639935",
            0,
            Some("115792089237316195423570985008687907853269984665640564039457584007913129639935"),
        ),
        ("1.5", 18, None),
        ("-1", 18, None),
        ("", 18, None),
        ("1", 101, None),
    ] {
        assert_eq!(TokenAmount::new(units, decimals).map(|it| it.to_string()).as_deref(), expected, "{units}");
    }
}

#[test]
fn c19_statuses_survive_a_round_trip() {
    for word in ["started", "pending_bank", "payment_received", "coins_sent", "payment_rejected", "STARTED", "new_word"]
    {
        let status = PaymentStatus::from_word(word);
        assert_eq!(status.word(), word);
        assert_eq!(status == PaymentStatus::CoinsSent, word == "coins_sent");
    }
}

#[test]
fn inconsistency_12_both_names_of_a_finished_sale() {
    let words: Vec<_> = WebhookEvent::ALL.into_iter().map(WebhookEvent::word).collect();
    assert_eq!(words, ["PAY_IN", "COINS_SENT", "CRYPTO_RECEIVED", "TRANSFER_RAMPOFF_FINISHED", "RAMPOFF_FINISHED"]);
}

#[test]
fn a_quote_whose_shape_nobody_promised() {
    for (answer, tokens) in [
        (r#"{"status":"ok","data":{"tokens":"148.32"}}"#, Some("148.32")),
        (r#"{"tokens":148.320}"#, Some("148.320")),
        (r#"{"status":"ok","data":[1]}"#, None),
    ] {
        assert_eq!(quote(answer).unwrap().tokens.map(|it| it.to_string()).as_deref(), tokens, "{answer}");
    }
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused(text in "\\PC*") {
        let _ = (payment(&text, ID), sale(&text, ID), started(&text), sale_started(&text), quote(&text));
    }

    #[test]
    fn base_units_are_shown_exactly(units in 0_u128.., decimals in 0_u64..40) {
        let shown = TokenAmount::new(&units.to_string(), decimals).unwrap().to_string();
        let (whole, fraction) = shown.split_once('.').unwrap_or((&shown, ""));
        let digits = format!("{whole}{fraction:0<width$}", width = usize::try_from(decimals).unwrap());
        prop_assert_eq!(digits.parse::<u128>().unwrap(), units);
    }
}

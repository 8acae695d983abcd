//! Love&Pay's answers for the fuzz targets; see [`crate::fuzzing`].

use super::{card, errors, invoice, session, verification, wire};
use crate::fuzzing::{answer, failures, kept, same_rows, text_at};
use crate::http::Answer;
use crate::json::{self, Raw};
use crate::records;
use crate::webhook::{Verdict, loveandpay_event, verify_loveandpay};
use kyc::{Currency, ProviderCustomerId};
use secrecy::SecretString;

fn success(bytes: &[u8]) -> Option<Answer> {
    answer(200, bytes, errors::judge).ok()
}

/// Every record of a list is read or counted, and each on its own.
fn list_of<T>(body: &str, read: impl Fn(Raw<'_>) -> Result<T, String>) -> Vec<T> {
    let Some(wire::List { rows, .. }) = json::object(body) else { return Vec::new() };
    same_rows(body, &rows);
    rows.iter().copied().for_each(kept);
    let (items, rejected) = records::read(rows.iter().copied(), read);
    assert_eq!(items.len() + rejected.len(), rows.len(), "a record is lost");
    assert!(rejected.iter().all(|record| record.position < rows.len() && !record.reason.is_empty()));
    items
}

/// The list of customers.
pub(crate) fn list(bytes: &[u8]) {
    let Some(answer) = success(bytes) else { return };
    for customer in list_of(answer.json(), wire::customer) {
        let id = customer.id.as_str();
        assert!(!id.is_empty() && !id.chars().any(char::is_control), "{id:?}");
    }
}

/// One customer.
pub(crate) fn card(bytes: &[u8]) {
    let Some(answer) = success(bytes) else { return };
    let Some(asked) = text_at(answer.json(), "/customer/id").and_then(ProviderCustomerId::new) else { return };
    if let Some(card) = card::card(answer.json(), &asked) {
        assert_eq!(card.customer.id, asked, "somebody else");
    }
}

/// A look-up.
pub(crate) fn check(bytes: &[u8]) {
    let Some(answer) = success(bytes) else { return };
    if let Some(known) = card::known(answer.json()) {
        assert!(known.exists || known.customer.is_none(), "nobody has no name");
    }
}

/// What a block and an unblock are answered with.
pub(crate) fn block(bytes: &[u8]) {
    let Some(answer) = success(bytes) else { return };
    let Some(asked) = text_at(answer.json(), "/customer/id").and_then(ProviderCustomerId::new) else { return };
    let _ = card::block_state(answer.json(), &asked);
    if let Some(other) = ProviderCustomerId::new("somebody-else") {
        assert!(card::block_state(answer.json(), &other).is_none() || asked == other, "somebody else");
    }
}

/// Sessions: made, listed, single.
pub(crate) fn sessions(bytes: &[u8]) {
    let Some(answer) = success(bytes) else { return };
    let body = answer.json();
    list_of(body, verification::session);
    let _ = session::link(body);
    if let Some(asked) = text_at(body, "/session/id")
        && let Some(session) = verification::answered(body, &asked)
    {
        let _ = (session.status.kyc(), session.status.word());
    }
}

/// Invoices, listed and single, and the rate beside them.
pub(crate) fn invoices(bytes: &[u8]) {
    let Some(answer) = success(bytes) else { return };
    let body = answer.json();
    list_of(body, invoice::invoice);
    if let Some(asked) = text_at(body, "/invoice/id") {
        let _ = invoice::answered(body, &asked);
    }
    if let Some(usdt) = Currency::parse("USDT") {
        let _ = invoice::rate(body, &usdt, &Currency::rub());
    }
}

/// Failures of every kind.
pub(crate) fn error(bytes: &[u8]) {
    failures(bytes, errors::judge);
}

/// Events. A signature that is made of the body alone fits no other one.
pub(crate) fn webhook(bytes: &[u8]) {
    let _ = loveandpay_event(bytes);
    let secret = SecretString::from("whsec_test_example");
    if let Ok(signature) = std::str::from_utf8(bytes) {
        assert_eq!(verify_loveandpay(&secret, b"body", signature), Verdict::BadSignature);
        let _ = Raw::parse(signature);
    }
}

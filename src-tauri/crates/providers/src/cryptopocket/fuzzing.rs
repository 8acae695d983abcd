//! Cryptopocket's answers for the fuzz targets; see [`crate::fuzzing`].

use super::{assumptions, check, customer, errors, trade, wire};
use crate::fuzzing::{answer, failures, kept, same_rows, text_at};
use crate::http::Answer;
use crate::records;
use crate::webhook::{Verdict, verify_cryptopocket};
use jiff::Timestamp;
use secrecy::{ExposeSecret, SecretString};

fn success(bytes: &[u8]) -> Option<Answer> {
    answer(200, bytes, errors::judge).ok()
}

/// The sign-in.
pub(crate) fn authenticate(bytes: &[u8]) {
    let Some(answer) = success(bytes) else { return };
    if let Some(token) = assumptions::token(answer.json()) {
        let token = token.expose_secret();
        assert!(!token.is_empty() && token.trim() == token);
    }
}

/// The list of customers, and the link of one of them.
pub(crate) fn list(bytes: &[u8]) {
    let Some(answer) = success(bytes) else { return };
    let Some(wire::List { rows, .. }) = answer.record() else { return };
    same_rows(answer.json(), &rows);
    rows.iter().copied().for_each(kept);
    let (customers, rejected) = records::read(rows.iter().copied(), wire::customer);
    assert_eq!(customers.len() + rejected.len(), rows.len(), "a record is lost");
    for customer in customers.iter().take(8) {
        let listed = check::listed_link(&rows, &customer.id);
        assert!(!matches!(listed, check::Listed::Absent), "{} is listed", customer.id);
    }
}

/// The KYC status.
pub(crate) fn kyc(bytes: &[u8]) {
    let Some(answer) = success(bytes) else { return };
    let _ = check::status(answer.json());
}

/// Registrations of people and companies.
pub(crate) fn register(bytes: &[u8]) {
    let Some(answer) = success(bytes) else { return };
    if let Some(registered) = customer::registered(answer.json()) {
        let link = registered.link.map(|link| link.url.expose_secret().to_owned());
        assert!(link.is_none_or(|link| link.starts_with("https://")));
    }
}

/// What papers and the link to an enhanced verification are answered with.
pub(crate) fn documents(bytes: &[u8]) {
    let Some(answer) = success(bytes) else { return };
    if let Some(link) = assumptions::link(answer.json()) {
        assert!(link.url.expose_secret().starts_with("https://"));
    }
}

/// What a purchase would bring.
pub(crate) fn quote(bytes: &[u8]) {
    let Some(answer) = success(bytes) else { return };
    let _ = trade::quote(answer.json());
}

/// Purchases, begun and looked at.
pub(crate) fn payment(bytes: &[u8]) {
    let Some(answer) = success(bytes) else { return };
    let body = answer.json();
    let _ = trade::started(body);
    for place in ["/data/id", "/data/payment_id"] {
        if let Some(asked) = text_at(body, place) {
            let _ = trade::payment(body, &asked);
        }
    }
    let _ = trade::payment(body, "1");
}

/// Sales, begun and looked at.
pub(crate) fn rampoff(bytes: &[u8]) {
    let Some(answer) = success(bytes) else { return };
    let body = answer.json();
    let _ = trade::sale_started(body);
    for place in ["/data/id", "/data/rampoff_id", "/id"] {
        if let Some(asked) = text_at(body, place) {
            let _ = trade::sale(body, &asked);
        }
    }
}

/// Failures of every kind.
pub(crate) fn error(bytes: &[u8]) {
    failures(bytes, errors::judge);
}

/// Events: a line for the timestamp, a line for the signature, the body.
pub(crate) fn webhook(bytes: &[u8]) {
    let mut parts = bytes.splitn(3, |byte| *byte == b'\n');
    let mut line = || std::str::from_utf8(parts.next().unwrap_or_default()).unwrap_or_default().to_owned();
    let (timestamp, signature) = (line(), line());
    let body = parts.next().unwrap_or_default();
    let secret = SecretString::from("cp_test_secret_example");
    let now = Timestamp::from_second(1_782_470_000).unwrap_or_default();
    let verdict = verify_cryptopocket(&secret, body, &timestamp, &signature, now);
    if verdict != Verdict::BadSignature {
        let other = verify_cryptopocket(&SecretString::from("another"), body, &timestamp, &signature, now);
        assert_eq!(other, Verdict::BadSignature);
    }
}

//! Checks that a relayed event is the provider's own: pure functions over the bytes that came and the headers beside
//! them. Nothing here listens: a desktop app receives no webhooks, but a firm's server may hand its events on.
//!
//! The bytes must be the body exactly as it came; JSON that was parsed and written again has another signature.

use crate::json;
use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use kyc::{Currency, Money};
use rust_decimal::Decimal;
use secrecy::{ExposeSecret, SecretString};
use sha2::Sha256;

/// C18: how far the time of a Cryptopocket event may be from now, in seconds, in either direction.
const TOLERANCE: u64 = 300;

/// What a check says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// The provider signed it, and recently where it tells the time.
    Valid,
    /// The provider signed it, but too long ago or for a time to come: it may be a replay.
    Expired,
    /// It is not signed with this secret, or not as documented.
    BadSignature,
}

/// Checks a Love&Pay event: `signature` is the header `x-webhook-signature`, `sha256=` and the lowercase hex HMAC-SHA256
/// of the body under the webhook secret (`whsec_…`). Neither its time nor its id is signed, so that a replay cannot be
/// told: keep the ids that were seen.
pub fn verify_loveandpay(secret: &SecretString, body: &[u8], signature: &str) -> Verdict {
    let signed = signature.trim().strip_prefix("sha256=").is_some_and(|hex| is_signed(secret, &[body], hex));
    if signed { Verdict::Valid } else { Verdict::BadSignature }
}

/// Checks a Cryptopocket event: `signature` and `timestamp` are the headers `X-Signature` and `X-Timestamp` (Unix
/// seconds); the signature is the lowercase hex HMAC-SHA256, under the API secret, of the body followed by the timestamp's
/// text.
pub fn verify_cryptopocket(
    api_secret: &SecretString,
    body: &[u8],
    timestamp: &str,
    signature: &str,
    now: Timestamp,
) -> Verdict {
    let timestamp = timestamp.trim();
    if !is_signed(api_secret, &[body, timestamp.as_bytes()], signature.trim()) {
        return Verdict::BadSignature;
    }
    match timestamp.parse::<i64>() {
        Ok(sent) if sent.abs_diff(now.as_second()) <= TOLERANCE => Verdict::Valid,
        _ => Verdict::Expired,
    }
}

/// What a Love&Pay event tells of an invoice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvoiceEvent {
    /// What happened, in the spelling of real deliveries: `invoice.paid`.
    pub event: String,
    /// The invoice.
    pub invoice: Option<String>,
    /// Its amount.
    pub amount: Option<Money>,
}

/// Reads a Love&Pay event whose signature was checked. Its name comes in two spellings (`invoice.paid`, `INVOICE_PAID`),
/// the invoice's id under two names, and its amount in kopecks or in rubles. `None` for an answer that names no event.
pub fn loveandpay_event(body: &[u8]) -> Option<InvoiceEvent> {
    json::record!(
        struct Envelope {
            event: "event",
            data: "data",
        }
    );
    json::record!(
        struct Subject {
            id: "id",
            invoice_id: "invoiceId",
            amount: "amount",
            amount_rub: "amountRub",
            amount_kopecks: "amountKopecks",
        }
    );
    let envelope: Envelope<'_> = json::object(std::str::from_utf8(body).ok()?)?;
    let event = json::word(envelope.event).to_lowercase().replacen('_', ".", 1);
    if event.is_empty() {
        return None;
    }
    let subject: Option<Subject<'_>> = envelope.data.and_then(|data| data.record());
    let kopecks = |field| Some(json::decimal(field)? / Decimal::ONE_HUNDRED);
    let amount =
        subject.as_ref().and_then(|subject| {
            // The fields with a unit in their name remove the doubt.
            let named = json::decimal(subject.amount_rub).or_else(|| kopecks(subject.amount_kopecks));
            named.or_else(|| {
                if event == "invoice.created" { kopecks(subject.amount) } else { json::decimal(subject.amount) }
            })
        });
    Some(InvoiceEvent {
        invoice: subject.as_ref().and_then(|subject| json::id(subject.id.or(subject.invoice_id)).ok()),
        amount: amount.map(|amount| Money { amount, currency: Currency::rub() }),
        event,
    })
}

/// Compares in constant time.
fn is_signed(secret: &SecretString, parts: &[&[u8]], signature: &str) -> bool {
    // Documented as lowercase; `hex` would take both.
    if signature.bytes().any(|byte| byte.is_ascii_uppercase()) {
        return false;
    }
    let (Ok(signature), Ok(mut mac)) =
        (hex::decode(signature), Hmac::<Sha256>::new_from_slice(secret.expose_secret().as_bytes()))
    else {
        return false;
    };
    for part in parts {
        mac.update(part);
    }
    mac.verify_slice(&signature).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    #[derive(Deserialize)]
    struct Vectors {
        vectors: Vec<Vector>,
    }

    #[derive(Deserialize)]
    struct Vector {
        name: String,
        payload: String,
        x_timestamp: String,
        now: i64,
        api_secret: String,
        x_signature: String,
        expected: String,
    }

    #[test]
    fn c18_every_cryptopocket_vector_has_its_verdict() {
        let text = include_str!("../tests/data/vectors/cryptopocket-webhooks.json");
        let vectors = serde_json::from_str::<Vectors>(text).unwrap().vectors;
        assert_eq!(vectors.len(), 6);
        for vector in vectors {
            let (secret, body) = (vector.api_secret.into(), vector.payload.as_bytes());
            let now = Timestamp::from_second(vector.now).unwrap();
            let expected = match vector.expected.as_str() {
                "valid" => Verdict::Valid,
                "expired" => Verdict::Expired,
                "bad_signature" => Verdict::BadSignature,
                other => panic!("{other}"),
            };
            let verdict = verify_cryptopocket(&secret, body, &vector.x_timestamp, &vector.x_signature, now);
            assert_eq!(verdict, expected, "{}", vector.name);
        }
    }

    #[test]
    fn a_signed_time_that_is_no_time_is_expired_and_a_huge_one_does_not_overflow() {
        let secret: SecretString = "s".into();
        for timestamp in ["soon", "", "-9223372036854775808", "9223372036854775807", "99999999999999999999"] {
            let mut mac = Hmac::<Sha256>::new_from_slice(b"s").unwrap();
            mac.update(timestamp.as_bytes());
            let signature = hex::encode(mac.finalize().into_bytes());
            let verdict = verify_cryptopocket(&secret, b"", timestamp, &signature, Timestamp::UNIX_EPOCH);
            assert_eq!(verdict, Verdict::Expired, "{timestamp}");
        }
    }

    #[test]
    fn the_loveandpay_sample() {
        let secret: SecretString = "whsec_test_example".into();
        let body =
            br#"{"id":"evt_test_1","event":"invoice.paid","data":{"id":"9c2e0d2f-0000-4000-8000-000000000001"}}"#;
        let hex = "b30e3c034026065140f810078ddf990038e373d435151d7321240d7eaec78d81";
        let signature = format!("sha256={hex}");
        assert_eq!(verify_loveandpay(&secret, body, &signature), Verdict::Valid);
        assert_eq!(verify_loveandpay(&secret, body, &format!(" {signature}\r\n")), Verdict::Valid);
        let (upper, cut) = (format!("sha256={}", hex.to_uppercase()), signature[..70].to_owned());
        for bad in [hex, &upper, &cut, "sha256=", "", "sha256=xyz"] {
            assert_eq!(verify_loveandpay(&secret, body, bad), Verdict::BadSignature, "{bad}");
        }
        assert_eq!(verify_loveandpay(&secret, &body[1..], &signature), Verdict::BadSignature);
        assert_eq!(verify_loveandpay(&"whsec_other".into(), body, &signature), Verdict::BadSignature);
    }

    fn event(body: &str) -> (String, Option<String>, Option<String>) {
        let read = loveandpay_event(body.as_bytes()).unwrap();
        (read.event, read.invoice, read.amount.map(|money| money.amount.to_string()))
    }

    #[test]
    fn inconsistency_10_amounts_of_events_in_kopecks_and_rubles() {
        for (body, amount) in [
            (r#"{"event":"invoice.created","data":{"id":"x","amount":150050}}"#, "1500.50"),
            (r#"{"event":"invoice.paid","data":{"id":"x","amount":1500.50}}"#, "1500.50"),
            (r#"{"event":"invoice.created","data":{"id":"x","amount":7,"amountRub":1500.50}}"#, "1500.50"),
            (r#"{"event":"invoice.paid","data":{"id":"x","amount":7,"amountKopecks":150050}}"#, "1500.50"),
        ] {
            assert_eq!(event(body).2.as_deref(), Some(amount), "{body}");
        }
    }

    #[test]
    fn inconsistency_11_event_names_and_ids_in_two_spellings() {
        for (body, name) in [
            (r#"{"event":"invoice.paid","data":{"id":"x"}}"#, "invoice.paid"),
            (r#"{"event":"INVOICE_PAID","data":{"invoiceId":"x"}}"#, "invoice.paid"),
            (r#"{"event":"TRANSACTION_COMPLETED","data":{"id":"x"}}"#, "transaction.completed"),
        ] {
            assert_eq!(event(body), (name.to_owned(), Some("x".to_owned()), None), "{body}");
        }
        for none in ["[]", "{}", r#"{"event":""}"#, "\u{fffd}"] {
            assert_eq!(loveandpay_event(none.as_bytes()), None, "{none}");
        }
        assert_eq!(loveandpay_event(b"{\"event\":\"\xc8\"}"), None);
    }
}

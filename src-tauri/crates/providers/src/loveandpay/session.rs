//! A Love&Pay KYC session: a customer's way through their identity check, made to get its link.

use super::assumptions;
use crate::action::VerificationLink;
use crate::json;
use kyc::Customer;
use serde_json::{Value, json};

/// What a new session is asked for with; `None` for a customer with neither e-mail nor phone. `customerId` is left out:
/// it is the merchant's own id of the customer, which is not known here.
pub(super) fn request(customer: &Customer, language: &str) -> Option<Value> {
    let mut body = json!({ "language": assumptions::session_language(language) });
    let contacts = [("customerEmail", &customer.email), ("customerPhone", &customer.phone)];
    let known = contacts.into_iter().filter_map(|(name, contact)| Some((name, contact.as_ref()?)));
    let mut any = false;
    for (name, contact) in known {
        body[name] = Value::from(contact.trim());
        any = true;
    }
    any.then_some(body)
}

/// The link in the answer, `{"success": true, "session": {"verificationUrl", "expiresAt", …}}`.
pub(super) fn link(body: &str) -> Option<VerificationLink> {
    json::record!(
        struct Reply {
            session: "session",
        }
    );
    json::record!(
        struct Session {
            verification_url: "verificationUrl",
            expires_at: "expiresAt",
        }
    );
    let session: Session<'_> = json::object::<Reply<'_>>(body)?.session?.record()?;
    VerificationLink::new(json::text(session.verification_url)?, json::moment(session.expires_at))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::Raw;
    use crate::loveandpay::wire;
    use secrecy::ExposeSecret;

    fn customer(row: &Value) -> Customer {
        wire::customer(Raw::parse(&row.to_string()).unwrap()).unwrap()
    }

    #[test]
    fn a_session_is_asked_for_with_what_is_known() {
        for (row, language, expected) in [
            (
                json!({"id":"x","email":"a@example.com","phone":"+7000"}),
                "ru",
                Some(json!({"customerEmail":"a@example.com","customerPhone":"+7000","language":"ru"})),
            ),
            (json!({"id":"x","phone":"+7000"}), "es", Some(json!({"customerPhone":"+7000","language":"en"}))),
            (
                json!({"id":"x","email":" a@example.com"}),
                "kk",
                Some(json!({"customerEmail":"a@example.com","language":"kk"})),
            ),
            (json!({"id":"x","fullName":"A"}), "en", None),
        ] {
            assert_eq!(request(&customer(&row), language), expected);
        }
    }

    #[test]
    fn the_documented_answer() {
        let link = link(include_str!("../../tests/data/fixtures/loveandpay/kyc_session_create.json")).unwrap();
        let url = "https://kyc.loveandpay.io/verify/verification-7b1f0c1e-0000-4000-8000-000000000001";
        assert_eq!(link.url.expose_secret(), url);
        assert_eq!(link.expires, Some("2024-01-23T12:30:00Z".parse().unwrap()));
    }

    #[test]
    fn an_answer_without_a_link_is_none() {
        for body in [
            "{}",
            r#"{"session":{}}"#,
            r#"{"session":{"verificationUrl":"http://x"}}"#,
            r#"{"verificationUrl":"https://x"}"#,
        ] {
            assert!(link(body).is_none(), "{body}");
        }
    }
}

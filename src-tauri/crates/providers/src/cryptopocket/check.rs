//! Cryptopocket's replies about one customer: the KYC status, and the link that a row of the list carries.

use super::wire;
use crate::action::VerificationLink;
use crate::json::{self, Raw};
use kyc::{KycStatus, ProviderCustomerId};

/// The status in a successful answer. C12: `data.kyc_status`, else `kyc_status` at the top level, never `status`; found
/// in neither place, it is unknown and no failure. `None` when the answer is no object.
pub(super) fn status(body: &str) -> Option<KycStatus> {
    json::record!(
        struct Reply {
            data: "data",
            kyc_status: "kyc_status",
        }
    );
    json::record!(
        struct Inner {
            kyc_status: "kyc_status",
        }
    );
    let reply: Reply<'_> = json::object(body)?;
    let inner = reply.data.and_then(|data| data.record::<Inner<'_>>()).and_then(|data| data.kyc_status);
    Some(wire::kyc_status(inner.or(reply.kyc_status)))
}

/// What a list says of one customer's link.
#[derive(Debug)]
pub(super) enum Listed {
    /// The customer is not among the rows.
    Absent,
    /// The customer is, and has no link: verified, or not asked to verify.
    WithoutLink,
    /// The link.
    Link(VerificationLink),
}

/// Looks for a customer's link among the rows of a list. C8: whether the list's e-mail filter is exact is not documented,
/// so the id decides.
pub(super) fn listed_link(rows: &[Raw<'_>], customer: &ProviderCustomerId) -> Listed {
    json::record!(
        struct Named {
            id: "id",
        }
    );
    json::record!(
        struct Linked {
            kyc_url: "kyc_url",
        }
    );
    // Looked for by the id alone: a link that cannot be read, or stands there twice, leaves the customer listed.
    let is_theirs = |row: &&Raw<'_>| {
        row.record::<Named<'_>>().is_some_and(|row| json::id(row.id).is_ok_and(|id| id == customer.as_str()))
    };
    match rows.iter().find(is_theirs) {
        None => Listed::Absent,
        Some(row) => row
            .record::<Linked<'_>>()
            .and_then(|row| VerificationLink::new(json::text(row.kyc_url)?, None))
            .map_or(Listed::WithoutLink, Listed::Link),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use secrecy::ExposeSecret;

    #[test]
    fn c12_the_status_in_both_places() {
        for (body, expected) in [
            (include_str!("../../tests/data/fixtures/cryptopocket/kyc_check_assumed.json"), KycStatus::Pending),
            (
                include_str!("../../tests/data/fixtures/cryptopocket/kyc_check_top_level_assumed.json"),
                KycStatus::Verified,
            ),
            (r#"{"status":"ok","data":{"kyc_status":"fail"},"kyc_status":"valid"}"#, KycStatus::Rejected),
            (r#"{"status":"valid"}"#, KycStatus::Unknown(String::new())),
            (r#"{"status":"ok","data":"valid"}"#, KycStatus::Unknown(String::new())),
            (r#"{"status":"ok","data":{"kyc_status":"new_word"}}"#, KycStatus::Unknown("new_word".into())),
        ] {
            assert_eq!(status(body), Some(expected), "{body}");
        }
        assert_eq!(status("[]"), None);
    }

    #[test]
    fn the_link_of_the_customer_who_was_asked_for() {
        let body = include_str!("../../tests/data/fixtures/cryptopocket/customers_list.json");
        let wire::List { rows, .. } = json::object(body).unwrap();
        let of = |id: &str| listed_link(&rows, &ProviderCustomerId::new(id).unwrap());
        let Listed::Link(link) = of("124") else { panic!("a link") };
        assert_eq!(link.url.expose_secret(), "https://kyc.example.com/form/124");
        assert!(matches!(of("123"), Listed::WithoutLink));
        assert!(matches!(of("12"), Listed::Absent));
    }

    #[test]
    fn a_link_that_stands_there_twice_is_none_and_its_customer_is_listed() {
        let body = r#"{"status":"ok","data":[{"id":124,"kyc_url":"https://a.example.com","kyc_url":null}]}"#;
        let wire::List { rows, .. } = json::object(body).unwrap();
        assert!(matches!(listed_link(&rows, &ProviderCustomerId::new("124").unwrap()), Listed::WithoutLink));
    }
}

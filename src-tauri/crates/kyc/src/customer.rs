//! A customer, as a provider describes one now ([`Customer`]) and as the local book remembers one ([`BookCustomer`]).

use crate::{Blocked, ConnectionId, KycStatus, Money, ProviderId, TrustLevel};
use jiff::Timestamp;
use std::fmt;

/// The provider's own id of a customer, as text: a UUID at Love&Pay, a number at Cryptopocket. Never empty.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ProviderCustomerId(String);

impl ProviderCustomerId {
    /// Wraps an id; `None` when it is blank, because a record without an id means nobody.
    pub fn new(id: impl Into<String>) -> Option<Self> {
        let id = id.into();
        (!id.trim().is_empty()).then_some(Self(id))
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ProviderCustomerId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// A customer's key in the local book: small, never reused, and the same for as long as the book exists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CustomerKey(pub u32);

/// What a provider says of one customer at the moment of asking. Whatever it did not say is `None`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Customer {
    /// The provider's id.
    pub id: ProviderCustomerId,
    /// The whole name in the provider's order; at Cryptopocket first and last name joined by a blank.
    pub name: Option<String>,
    /// E-mail as the provider has it.
    pub email: Option<String>,
    /// Phone as the provider has it, at Love&Pay in the form `+7XXXXXXXXXX`.
    pub phone: Option<String>,
    /// KYC status.
    pub kyc: KycStatus,
    /// Trust level; `None` at providers that have none.
    pub trust: Option<TrustLevel>,
    /// Blocked or not.
    pub blocked: Blocked,
    /// Number of successful payments.
    pub payments: Option<u32>,
    /// Their total.
    pub paid: Option<Money>,
    /// When the last of them was made.
    pub last_payment: Option<Timestamp>,
    /// When the provider first knew the customer.
    pub created: Option<Timestamp>,
    /// The record as it came, JSON text. Fields that can open something (a verification link) are taken out by the
    /// provider's client before this is filled.
    pub raw: String,
}

/// A record of a page that could not be read as a customer. The page's other records land all the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RejectedRecord {
    /// Position within the page, counted from 0.
    pub position: usize,
    /// What is wrong with it, in English, for support: "no id", "id: expected text".
    pub reason: String,
    /// The record as it came, JSON text.
    pub raw: String,
}

/// A customer as the local book holds one: the provider's latest words and what the book itself observed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BookCustomer {
    /// Key in the book.
    pub key: CustomerKey,
    /// The connection that this customer belongs to.
    pub connection: ConnectionId,
    /// The provider of that connection.
    pub provider: ProviderId,
    /// What the provider said last.
    pub customer: Customer,
    /// When the book first saw the customer.
    pub first_seen: Timestamp,
    /// When the book last saw the customer.
    pub last_seen: Timestamp,
    /// When the present KYC status was first seen after another one; `None` while the book has only ever seen this one.
    pub kyc_changed: Option<Timestamp>,
    /// Since when a complete walk no longer finds the customer; `None` while listed.
    pub unlisted_since: Option<Timestamp>,
}

impl BookCustomer {
    /// The moment since which the present KYC status may have stood: when the book saw it change; where it never did,
    /// when the provider created the customer; where that is unknown too, when the book first saw the customer. An
    /// officer chasing old cases is served by the longest time that is possible.
    pub fn kyc_since(&self) -> Timestamp {
        self.kyc_changed.or(self.customer.created).unwrap_or(self.first_seen)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_blank_id_means_nobody() {
        assert_eq!(ProviderCustomerId::new("  "), None);
        assert_eq!(ProviderCustomerId::new("17").map(|id| id.to_string()), Some("17".to_owned()));
    }
}

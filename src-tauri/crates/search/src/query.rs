//! What can be asked of the index, and what it answers.
//!
//! The stable names (`from_name`, `name`) are what the interface, saved views and tests hold on to.

use jiff::Timestamp;
use kyc::{Blocked, ConnectionId, CustomerKey, KycStatus, ProviderId, TrustLevel};
use rust_decimal::Decimal;

/// A question to the index. The default asks for everybody, ordered by name.
///
/// Filters: an empty list does not filter. Values of one list are ORed; text, view, connection and lists are ANDed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Query {
    /// What was typed. Words are parted by white space and ANDed, each a piece of name, e-mail, phone or id; phrases,
    /// exclusions and fields have a little syntax. The crate's documentation tells it, and what counts as equal. Only the first [`TEXT_LIMIT`](Self::TEXT_LIMIT) characters count.
    pub text: String,
    /// Built-in view.
    pub view: View,
    /// Only this connection's customers.
    pub connection: Option<ConnectionId>,
    /// KYC statuses.
    pub kyc: Vec<KycStatus>,
    /// Providers.
    pub providers: Vec<ProviderId>,
    /// Trust levels; `None` in the list stands for customers without one.
    pub trust: Vec<Option<TrustLevel>>,
    /// Blocked or not.
    pub blocked: Vec<Blocked>,
    /// Listed by the last complete walk, or no longer.
    pub listed: Option<bool>,
    /// Another connection says something else of the same person, or none does.
    pub disagrees: Option<bool>,
    /// When the provider first knew the customer.
    pub created: Between<Timestamp>,
    /// Time of the last payment.
    pub last_payment: Between<Timestamp>,
    /// When the book saw the KYC status change; a status that never changed is in no range.
    pub status_changed: Between<Timestamp>,
    /// Number of payments.
    pub payments: Between<u32>,
    /// Total paid in major units, whatever the currency.
    pub paid: Between<Decimal>,
    /// Order of the answer.
    pub sort: Sort,
    /// By which columns equals are ordered, one after another, before the key decides.
    pub then: Vec<Sort>,
    /// Whoever has the words of the text as whole words comes first, then whoever has them as beginnings of words, then all
    /// others; [`sort`](Self::sort) orders each of the three. Nothing without a text.
    pub by_relevance: bool,
}

/// A range of values, both ends included. One without ends lets everything pass; one with an end no missing value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Between<T> {
    /// The least value.
    pub from: Option<T>,
    /// The greatest value.
    pub to: Option<T>,
}

impl<T> Default for Between<T> {
    fn default() -> Self {
        Self { from: None, to: None }
    }
}

impl<T: PartialOrd> Between<T> {
    /// Whether everything passes.
    pub fn is_open(&self) -> bool {
        self.from.is_none() && self.to.is_none()
    }

    /// Whether a value lies in the range.
    pub fn has(&self, value: Option<&T>) -> bool {
        self.is_open()
            || value.is_some_and(|value| {
                self.from.as_ref().is_none_or(|from| from <= value) && self.to.as_ref().is_none_or(|to| value <= to)
            })
    }
}

impl Query {
    /// How many characters of [`text`](Self::text) count.
    pub const TEXT_LIMIT: usize = 256;
}

/// Built-in views.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum View {
    /// Everybody.
    #[default]
    All,
    /// Whatever asks for a person's judgement: in [`Disagree`](Self::Disagree) or in
    /// [`RejectedPaying`](Self::RejectedPaying), or with a KYC status outside the vocabulary, which includes none at all.
    NeedsReview,
    /// Pending for more than three times 24 hours, counted from [`kyc::BookCustomer::kyc_since`].
    PendingLong,
    /// Rejected, with at least one payment, and not known to be blocked: `Blocked::Unknown` is in, because nothing says
    /// that further payments are refused.
    RejectedPaying,
    /// Customers of whom another connection says something else. Two customers are taken for the same person when they
    /// belong to different connections and have the same e-mail (without regard to case) or the same international phone
    /// number; they disagree when their KYC statuses differ and at least one of them is decided (verified or rejected).
    Disagree,
    /// Blocked.
    Blocked,
}

impl View {
    /// Every view, in the order of the side bar.
    pub const ALL: [Self; 6] =
        [Self::All, Self::NeedsReview, Self::PendingLong, Self::RejectedPaying, Self::Disagree, Self::Blocked];

    /// The stable name.
    pub fn name(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::NeedsReview => "needs_review",
            Self::PendingLong => "pending_long",
            Self::RejectedPaying => "rejected_paying",
            Self::Disagree => "disagree",
            Self::Blocked => "blocked",
        }
    }

    /// Reads back what [`name`](Self::name) wrote.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|view| view.name() == name)
    }
}

/// Columns of the grid, by which an answer can be ordered.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Column {
    /// Folded name: digits, then Latin, then Cyrillic letters, each in its alphabet's order, without regard to case and
    /// diacritics.
    #[default]
    Name,
    /// Folded e-mail.
    Email,
    /// Digits, as text; international numbers with their country code.
    Phone,
    /// In the vocabulary's order, then unknown words by the alphabet. No status at all counts as missing.
    Kyc,
    /// The provider's stable name.
    Provider,
    /// In the vocabulary's order, then unknown words by the alphabet.
    Trust,
    /// Number of payments.
    Payments,
    /// Total paid: by the bare amount in major units, whatever the currency, because nothing here knows exchange rates.
    Paid,
    /// Time of the last payment.
    LastPayment,
    /// When the provider first knew the customer.
    Created,
    /// Blocked, then not blocked. Unknown counts as missing.
    Blocked,
    /// Ids without their dashes: numbers by value, then other ids as text.
    Id,
}

impl Column {
    /// Every column, in the grid's first order.
    pub const ALL: [Self; 12] = [
        Self::Name,
        Self::Email,
        Self::Phone,
        Self::Kyc,
        Self::Provider,
        Self::Trust,
        Self::Payments,
        Self::Paid,
        Self::LastPayment,
        Self::Created,
        Self::Blocked,
        Self::Id,
    ];

    /// The stable name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Email => "email",
            Self::Phone => "phone",
            Self::Kyc => "kyc",
            Self::Provider => "provider",
            Self::Trust => "trust",
            Self::Payments => "payments",
            Self::Paid => "paid",
            Self::LastPayment => "last_payment",
            Self::Created => "created",
            Self::Blocked => "blocked",
            Self::Id => "id",
        }
    }

    /// Reads back what [`name`](Self::name) wrote.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|column| column.name() == name)
    }
}

/// Order of an answer. Equal values are ordered by key, so that the order is total; descending turns both round. Customers
/// whose value is missing come last in both directions, by ascending key. With further columns ([`Query::then`]) equals,
/// and those whose value is missing, are ordered by these, and the key ascends.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Sort {
    /// By which column.
    pub column: Column,
    /// From the greatest to the least.
    pub descending: bool,
}

/// Answer to a [`Query`].
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Found {
    /// The customers that match, in the order asked for.
    pub keys: Vec<CustomerKey>,
    /// What could be filtered further.
    pub facets: Facets,
    /// How many match: the length of `keys`.
    pub total: usize,
}

/// How many customers each value of each filter would give.
///
/// A facet is counted under the text, the view, the connection, the ranges and all *other* filters, so that its own chosen values do
/// not hide the rest. Every value that any customer of the index has is there, if need be with 0. Values stand in the
/// vocabulary's order; unknown words after it, the most frequent of the whole index first, so that typing never moves
/// them; customers without a trust level last; providers by name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Facets {
    /// KYC statuses.
    pub kyc: Vec<(KycStatus, u32)>,
    /// Providers.
    pub providers: Vec<(ProviderId, u32)>,
    /// Trust levels.
    pub trust: Vec<(Option<TrustLevel>, u32)>,
    /// Blocked or not.
    pub blocked: Vec<(Blocked, u32)>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_back() {
        for view in View::ALL {
            assert_eq!(View::from_name(view.name()), Some(view));
        }
        for column in Column::ALL {
            assert_eq!(Column::from_name(column.name()), Some(column));
        }
        assert_eq!((View::from_name("All"), Column::from_name("")), (None, None));
    }
}

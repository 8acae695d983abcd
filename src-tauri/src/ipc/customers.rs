//! Customers: the query, its answer, windows of rows, the detail.

use super::Column;
use serde::{Deserialize, Serialize};
use specta::Type;

/// The built-in views; what each means is defined in [`search::View`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum View {
    All,
    NeedsReview,
    PendingLong,
    RejectedPaying,
    Disagree,
    Blocked,
}

/// What the person is looking for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Query {
    /// Words, each of which must occur in the name, e-mail, phone or id.
    pub text: String,
    /// Built-in view.
    pub view: View,
    /// Only this connection's customers.
    pub connection: Option<String>,
    /// KYC statuses as facet values (`verified`, `unknown:IN_REVIEW`); empty: all.
    pub kyc: Vec<String>,
    /// Providers by their stable names; empty: all.
    pub provider: Vec<String>,
    /// Trust levels as facet values, `none` for customers without one; empty: all.
    pub trust: Vec<String>,
    /// `yes`, `no`, `unknown`; empty: all.
    pub blocked: Vec<String>,
    /// Listed by the provider, or no longer; `null`: all.
    #[serde(default)]
    pub listed: Option<bool>,
    /// Another connection says something else of the same person, or none does; `null`: all.
    #[serde(default)]
    pub disagrees: Option<bool>,
    /// When the provider first knew the customer.
    #[serde(default)]
    pub created: TextRange,
    /// Time of the last payment.
    #[serde(default)]
    pub last_payment: TextRange,
    /// When the KYC status was seen to change.
    #[serde(default)]
    pub status_changed: TextRange,
    /// Number of payments.
    #[serde(default)]
    pub payments: CountRange,
    /// Total paid in major units, whatever the currency.
    #[serde(default)]
    pub paid: TextRange,
    /// Order of the rows, the most important column first, at most four; empty: by name.
    pub sort: Vec<Sort>,
    /// Whole words first, then beginnings of words, each in the order of `sort`; nothing without a text.
    #[serde(default)]
    pub by_relevance: bool,
}

/// A range of times (ISO 8601 in UTC) or amounts (decimal text), both ends included; without ends it does not filter.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct TextRange {
    /// The least value.
    pub from: Option<String>,
    /// The greatest value.
    pub to: Option<String>,
}

/// A range of counts, both ends included; without ends it does not filter.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct CountRange {
    /// The least value.
    pub from: Option<u32>,
    /// The greatest value.
    pub to: Option<u32>,
}

/// One column of an order. Rows without a value stand last in both directions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Sort {
    /// By which column.
    pub column: Column,
    /// Largest first.
    pub descending: bool,
}

/// How many customers have a value, under all the other filters.
#[derive(Debug, Clone, PartialEq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct FacetCount {
    /// The facet value.
    pub value: String,
    /// Customers.
    pub count: u32,
}

/// The counts of every facet.
#[derive(Debug, Clone, PartialEq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Facets {
    /// By KYC status.
    pub kyc: Vec<FacetCount>,
    /// By provider.
    pub provider: Vec<FacetCount>,
    /// By trust level.
    pub trust: Vec<FacetCount>,
    /// By blocked or not.
    pub blocked: Vec<FacetCount>,
}

/// The answer to a query.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct SearchAnswer {
    /// Id under which the order of the rows is kept for [`Rows`]; the desk keeps the last few.
    pub result: u32,
    /// How many customers match.
    pub total: u32,
    /// How many customers the book has.
    pub all: u32,
    /// Counts of every facet.
    pub facets: Facets,
    /// The first rows.
    pub rows: Vec<CustomerRow>,
}

/// A window of rows of an earlier answer.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Rows {
    /// Position of the first one within the answer, counted from 0.
    pub from: u32,
    /// The rows.
    pub rows: Vec<CustomerRow>,
}

/// What to mark in a row: ranges `[start, end)` in UTF-16 units of the field's text, in order and apart.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Highlights {
    /// In the name.
    pub name: Vec<(u32, u32)>,
    /// In the e-mail.
    pub email: Vec<(u32, u32)>,
    /// In the phone.
    pub phone: Vec<(u32, u32)>,
    /// In the id.
    pub id: Vec<(u32, u32)>,
}

/// A KYC status; see [`kyc::KycStatus`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum KycName {
    Verified,
    Pending,
    Rejected,
    NotStarted,
    Unknown,
}

/// A KYC badge.
#[derive(Debug, Clone, PartialEq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct KycBadge {
    /// The status.
    pub status: KycName,
    /// The provider's own word, for `unknown`; empty text when it gave none.
    pub word: Option<String>,
}

impl From<&kyc::KycStatus> for KycBadge {
    fn from(status: &kyc::KycStatus) -> Self {
        let name = match status {
            kyc::KycStatus::Verified => KycName::Verified,
            kyc::KycStatus::Pending => KycName::Pending,
            kyc::KycStatus::Rejected => KycName::Rejected,
            kyc::KycStatus::NotStarted => KycName::NotStarted,
            kyc::KycStatus::Unknown(_) => KycName::Unknown,
        };
        Self { status: name, word: status.unknown_word().map(str::to_owned) }
    }
}

/// A trust level; see [`kyc::TrustLevel`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
pub enum TrustName {
    #[serde(rename = "new")]
    New,
    #[serde(rename = "level_1")]
    Level1,
    #[serde(rename = "level_2")]
    Level2,
    #[serde(rename = "level_3")]
    Level3,
    #[serde(rename = "unknown")]
    Unknown,
}

/// A trust level with the provider's own word.
#[derive(Debug, Clone, PartialEq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct TrustBadge {
    /// The level.
    pub level: TrustName,
    /// The provider's own word, for `unknown`.
    pub word: Option<String>,
}

impl From<&kyc::TrustLevel> for TrustBadge {
    fn from(trust: &kyc::TrustLevel) -> Self {
        let level = match trust {
            kyc::TrustLevel::New => TrustName::New,
            kyc::TrustLevel::Level1 => TrustName::Level1,
            kyc::TrustLevel::Level2 => TrustName::Level2,
            kyc::TrustLevel::Level3 => TrustName::Level3,
            kyc::TrustLevel::Unknown(_) => TrustName::Unknown,
        };
        Self { level, word: trust.unknown_word().map(str::to_owned) }
    }
}

/// Blocked or not; see [`kyc::Blocked`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum BlockedName {
    Yes,
    No,
    Unknown,
}

impl From<kyc::Blocked> for BlockedName {
    fn from(blocked: kyc::Blocked) -> Self {
        match blocked {
            kyc::Blocked::Yes => Self::Yes,
            kyc::Blocked::No => Self::No,
            kyc::Blocked::Unknown => Self::Unknown,
        }
    }
}

/// An amount in major units as decimal text, so that no digit is lost.
#[derive(Debug, Clone, PartialEq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct MoneyText {
    /// Decimal text, such as `1204.50`.
    pub amount: String,
    /// Currency code.
    pub currency: String,
}

/// A customer as the grid shows one.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct CustomerRow {
    /// Key in the book.
    pub key: u32,
    /// The connection.
    pub connection: String,
    /// The provider.
    pub provider: String,
    /// The provider's id.
    pub id: String,
    /// Name.
    pub name: Option<String>,
    /// E-mail.
    pub email: Option<String>,
    /// Phone.
    pub phone: Option<String>,
    /// KYC status.
    pub kyc: KycBadge,
    /// Since when the customer may have had this status; see [`kyc::BookCustomer::kyc_since`].
    pub kyc_since: String,
    /// Trust level.
    pub trust: Option<TrustBadge>,
    /// Blocked or not.
    pub blocked: BlockedName,
    /// Number of payments.
    pub payments: Option<u32>,
    /// Their total.
    pub paid: Option<MoneyText>,
    /// The last of them.
    pub last_payment: Option<String>,
    /// Since when the provider knows the customer.
    pub created: Option<String>,
    /// When the book first saw the customer.
    pub first_seen: String,
    /// When the book last saw the customer.
    pub last_seen: String,
    /// Since when the provider no longer lists the customer.
    pub unlisted_since: Option<String>,
    /// Another connection says something else of the same person.
    pub disagrees: bool,
    /// What matched.
    pub highlights: Highlights,
}

impl From<desk::Row> for CustomerRow {
    fn from(row: desk::Row) -> Self {
        let desk::Row { customer: book, disagrees, highlights } = row;
        let kyc_since = book.kyc_since().to_string();
        let customer = book.customer;
        let ranges =
            |ranges: Vec<std::ops::Range<u32>>| ranges.into_iter().map(|range| (range.start, range.end)).collect();
        Self {
            key: book.key.0,
            connection: book.connection.as_str().to_owned(),
            provider: book.provider.as_str().to_owned(),
            id: customer.id.as_str().to_owned(),
            kyc: KycBadge::from(&customer.kyc),
            kyc_since,
            trust: customer.trust.as_ref().map(TrustBadge::from),
            blocked: customer.blocked.into(),
            payments: customer.payments,
            paid: customer
                .paid
                .map(|paid| MoneyText { amount: paid.amount.to_string(), currency: paid.currency.code().to_owned() }),
            name: customer.name,
            email: customer.email,
            phone: customer.phone,
            last_payment: customer.last_payment.map(|at| at.to_string()),
            created: customer.created.map(|at| at.to_string()),
            first_seen: book.first_seen.to_string(),
            last_seen: book.last_seen.to_string(),
            unlisted_since: book.unlisted_since.map(|at| at.to_string()),
            disagrees,
            highlights: Highlights {
                name: ranges(highlights.name),
                email: ranges(highlights.email),
                phone: ranges(highlights.phone),
                id: ranges(highlights.id),
            },
        }
    }
}

/// How a change was seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum SeenBy {
    /// By a walk of the provider's list.
    Sync,
    /// By an action of the officer.
    Action,
}

/// An observed change of a customer.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Change {
    /// Identity of the change.
    pub id: u32,
    /// Which field.
    pub field: String,
    /// Before; for `kyc` and `trust` a facet value.
    pub before: Option<String>,
    /// After.
    pub after: Option<String>,
    /// When it was seen.
    pub seen_at: String,
    /// How.
    pub seen_by: SeenBy,
}

/// Everything about one customer.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct CustomerDetail {
    /// The customer.
    pub row: CustomerRow,
    /// What the book saw changing, newest first.
    pub history: Vec<Change>,
    /// The same e-mail or phone at other connections.
    pub others: Vec<CustomerRow>,
    /// The provider's record, indented JSON.
    pub raw: String,
}

/// A built-in view's count.
#[derive(Debug, Clone, Copy, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ViewCount {
    /// The view.
    pub view: View,
    /// Customers in it.
    pub count: u32,
}

impl From<directory::Change> for Change {
    fn from(change: directory::Change) -> Self {
        Self {
            id: change.id,
            field: change.field.name().to_owned(),
            before: change.before,
            after: change.after,
            seen_at: change.seen_at.to_string(),
            seen_by: match change.seen_by {
                directory::SeenBy::Sync => SeenBy::Sync,
                directory::SeenBy::Action { .. } => SeenBy::Action,
            },
        }
    }
}

impl From<desk::Detail> for CustomerDetail {
    fn from(detail: desk::Detail) -> Self {
        Self {
            row: detail.row.into(),
            history: detail.history.into_iter().map(Into::into).collect(),
            others: detail.others.into_iter().map(Into::into).collect(),
            raw: detail.raw,
        }
    }
}

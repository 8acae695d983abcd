//! What crosses between the shell and the window: plain shapes with stable names, and their making from the desk's own
//! types. No rule about customers is here and nothing secret ever leaves through here.
//!
//! Times cross as ISO 8601 text in UTC, money as decimal text, counts as numbers below 2^32.

mod app;
mod connections;
mod customers;
mod problem;
mod query;

pub use app::{AppState, ColumnChoice, ColumnName, DeskState, Language, Preferences, Theme};
pub use connections::{
    ConnectionCheck, ConnectionDraft, ConnectionState, ConnectionView, EnvironmentName, ProviderDescription,
};
pub use customers::{
    BlockedName, Change, CustomerDetail, CustomerRow, FacetCount, Facets, Highlights, KycBadge, KycName, MoneyText,
    Query, Rows, SearchAnswer, SeenBy, Sort, TrustBadge, TrustName, ViewCount, ViewName,
};
pub use problem::{AddressFaultName, AnswerFaultName, Problem, ProviderWords};

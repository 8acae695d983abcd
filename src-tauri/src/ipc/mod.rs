//! What crosses between the shell and the window: plain shapes with stable names, and their making from the desk's own
//! types. No rule about customers is here and nothing secret ever leaves through here.
//!
//! Times cross as ISO 8601 text in UTC, money as decimal text, counts as numbers below 2^32.

mod app;
mod connections;
mod credentials;
mod customers;
mod demo;
mod files;
mod problem;
mod protection;
mod query;
mod selection;
mod transfer;
mod typed;
mod upkeep;
mod views;

pub use app::{AppState, Column, DeskState, Language, Preferences, Theme};
pub use connections::{ConnectionCheck, ConnectionDraft, ConnectionView, ProviderDescription};
pub use credentials::{CredentialView, LeftCustomers, Rotation};
pub use customers::{CustomerDetail, FacetCount, Facets, Query, Rows, SearchAnswer, Sort, View, ViewCount};
pub use demo::{Scenario, ScenarioChoice};
pub use files::{ChooserWords, ChosenFile, FilePurpose, FileQuestion};
pub use problem::Problem;
pub use protection::{Gate, Place, Protection, RecoveryCode};
pub use selection::{RowSpan, RowText};
pub use transfer::{ExportDone, ExportOrder, ImportChoice, ImportDone, ImportPreview};
pub use typed::{Typed, public_key as typed_key};
pub use upkeep::{
    BackUpDone, BackUpOrder, BackupContents, BookSize, Compacted, Findings, MetProblem, RunReport, UnreadableRecord,
};
pub use views::{SavedView, SavedViewCount, ViewDraft};

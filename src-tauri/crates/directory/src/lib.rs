//! The local book: one encrypted SQLite file that remembers every customer of every connection, and how they changed.
//!
//! [`Book`] opens or creates the file and starts its threads. [`Writer`] is the one way in: a thread that owns the only
//! connection that can write. [`Reader`] is the way out: a few connections that cannot. Both are cheap to clone, and their
//! functions hand the work to those threads, so that SQLite never holds up a tokio worker.
//!
//! ```text
//! page of kyc::Customer --Writer::land_page--> book.db --Reader--> index, grid, detail
//!                         one transaction:
//!                         customers, changes, rejected records, checkpoint
//! ```
//!
//! The book is deliberately without a clock and without a network: every moment is passed in. It makes no key and keeps
//! none. It never deletes a customer because a provider stopped listing them; only removing a connection does that.

mod as_of;
mod backup;
mod book;
mod change;
mod cipher;
mod compaction;
mod ending;
mod fault;
mod files;
mod findings;
mod landing;
mod newcomers;
mod reader;
mod schema;
mod set_aside;
mod tables;
mod threads;
mod writer;

pub use as_of::CustomerThen;
pub use backup::{BackupContents, SHORTEST_PASSPHRASE};
pub use book::{Book, Keeper};
pub use change::{Change, ChangedField, SeenBy};
pub use compaction::{BookSize, Compacted};
pub use findings::{Findings, RunReport};
pub use landing::{Landed, Look, Looked, PageLanding};
pub use reader::Reader;
pub use set_aside::{finish_interrupted, set_aside};
pub use tables::credentials::{CredentialFacts, CredentialTest, NextCredential};
pub use tables::problems::MetProblem;
pub use tables::rejected::Rejected;
pub use tables::runs::{IncompleteReason, Run, RunEnd, RunId, RunKind, RunOutcome};
pub use writer::Writer;

#[cfg(test)]
mod tests;

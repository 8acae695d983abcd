//! The desk: one opened profile, with its book, its secrets, its connections and the index behind the grid.
//!
//! This is what the shell's commands call, and all that they call. It joins the crates below it and adds no rules of
//! theirs: no SQL, no HTTP, no cryptography, and no Tauri, so that everything but the window can be tested without one.

pub mod absence;
mod beginning;
mod connections;
mod copying;
mod customers;
mod draft;
mod filling;
mod filter;
mod kept_answer;
mod news;
mod opening;
mod results;
mod selection;
mod shared_index;
mod transfer;
mod upkeep;
mod views;

pub use connections::{ConnectionStatus, CredentialStatus, LeftCustomers, Presence, Rotation};
pub use copying::Words;
pub use customers::{Answer, Detail, Highlights, Row};
pub use draft::ConnectionDraft;
pub use filter::{Filter, MOST_SORTS, NO_TRUST, Range, SortBy};
pub use news::News;
pub use opening::ProfileFolder;
pub use transfer::{ImportAction, ImportChoice, ImportDone, ImportFault, ImportItem, ImportPreview};
pub use views::{SavedView, ViewColumn, ViewDraft};

use connections::Connections;
use credentials::Secrets;
use directory::{Book, Reader, Writer};
use kyc::Problem;
use news::Newsroom;
use providers::clock::Clock;
use results::Results;
use shared_index::SharedIndex;
use std::sync::{Arc, PoisonError};
use transfer::Imports;

/// An opened profile. Cheap to clone; all clones are the same desk.
#[derive(Clone)]
pub struct Desk {
    inner: Arc<Inner>,
}

struct Inner {
    secrets: Secrets,
    folder: ProfileFolder,
    reader: Reader,
    writer: Writer,
    book: std::sync::Mutex<Option<Book>>,
    clock: Arc<dyn Clock>,
    index: Arc<SharedIndex>,
    connections: Connections,
    results: Results,
    imports: Imports,
    newsroom: Arc<Newsroom>,
    /// Held while saved views are changed, so that two such acts never mix.
    changing_views: tokio::sync::Mutex<()>,
}

impl Desk {
    /// News of changes, to be told to the window.
    pub fn news(&self) -> News {
        self.inner.newsroom.subscribe()
    }

    /// The secrets of the profile.
    pub fn secrets(&self) -> &Secrets {
        &self.inner.secrets
    }

    /// Whether this is the same opened profile as `other`, and not merely one of the same folder.
    pub fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.inner, &other.inner)
    }

    /// Ends all walks, waits for their last transactions, closes the book, and forgets every customer: also somebody who
    /// still holds this desk finds nothing in it any more.
    pub async fn close(&self) {
        self.inner.connections.shut_down_all().await;
        self.note_beginning().await;
        self.inner.index.close();
        self.inner.results.clear();
        self.inner.imports.clear();
        let book = self.inner.book.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(book) = book {
            book.close().await;
        }
    }
}

/// Runs work that takes long or blocks on a thread made for that.
pub(crate) async fn off_the_runtime<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Problem> + Send + 'static,
) -> Result<T, Problem> {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done,
        Err(_) => Err(kyc::Trouble::Internal.into()),
    }
}

//! The way out of the book.

use crate::change::Change;
use crate::fault::{Fault, Outcome};
use crate::tables::credentials::CredentialFacts;
use crate::tables::rejected::Rejected;
use crate::tables::runs::{Run, RunId};
use crate::tables::{changes, connections, credentials, customers, meta, rejected, runs};
use crate::threads::Threads;
use jiff::Timestamp;
use kyc::{BookCustomer, Connection, ConnectionId, CustomerKey, Problem, Trouble};
use std::fmt;
use std::ops::ControlFlow;
use std::sync::{Arc, mpsc};

/// Reads the book, through threads whose connections cannot write. Cheap to clone.
///
/// Each call sees one consistent state of the book, with everything that a writer's function has returned for. Reading and
/// writing do not hold each other up. Every function can end in `Disk` or `BookDamaged`, and in `Cancelled` once the book is
/// closed.
#[derive(Clone)]
pub struct Reader {
    pub(crate) threads: Arc<Threads>,
}

impl Reader {
    /// All connections, oldest first.
    ///
    /// # Errors
    /// Those of every function here.
    pub async fn connections(&self) -> Result<Vec<Connection>, Problem> {
        self.read(connections::all).await
    }

    /// The customers of these keys, with their raw records, in the order asked. Keys that the book does not have are left
    /// out.
    ///
    /// # Errors
    /// Those of every function here.
    pub async fn customers(&self, keys: Vec<CustomerKey>) -> Result<Vec<BookCustomer>, Problem> {
        self.read(move |sqlite| {
            // Within one transaction, so that the rows belong to one state of the book.
            let snapshot = sqlite.unchecked_transaction()?;
            keys.into_iter().filter_map(|key| customers::get(&snapshot, key).transpose()).collect()
        })
        .await
    }

    /// A customer with the raw record; `None` when the book has none of this key.
    ///
    /// # Errors
    /// Those of every function here.
    pub async fn customer(&self, key: CustomerKey) -> Result<Option<BookCustomer>, Problem> {
        self.read(move |sqlite| customers::get(sqlite, key)).await
    }

    /// What the book saw changing about a customer, newest first.
    ///
    /// # Errors
    /// Those of every function here.
    pub async fn history(&self, key: CustomerKey) -> Result<Vec<Change>, Problem> {
        self.read(move |sqlite| changes::of_customer(sqlite, key)).await
    }

    /// Hands every customer to `visit`, without raw records, in chunks of at most `size` and in the order of their keys, all
    /// from one state of the book. Reading goes on while a chunk is visited.
    ///
    /// Blocks until the end: not to be called on a tokio worker.
    ///
    /// # Errors
    /// Those of every function here; chunks that were visited before stay visited.
    pub fn for_each_chunk(&self, size: usize, mut visit: impl FnMut(Vec<BookCustomer>)) -> Result<(), Problem> {
        // Two chunks ahead keep the reading thread busy; more would only be memory.
        let (hand, chunks) = mpsc::sync_channel(2);
        self.threads.enqueue(Box::new(move |sqlite| {
            let scanned = customers::scan(sqlite, size.max(1), |chunk| match hand.send(Ok(chunk)) {
                Ok(()) => ControlFlow::Continue(()),
                // The visitor is gone: it panicked.
                Err(_) => ControlFlow::Break(()),
            });
            // An empty chunk says that this is the end, and not a thread that was lost.
            let _ = hand.send(scanned.map(|()| Vec::new()));
        }))?;
        loop {
            let chunk = chunks.recv().unwrap_or(Err(Fault(Trouble::Internal)))?;
            if chunk.is_empty() {
                return Ok(());
            }
            visit(chunk);
        }
    }

    /// How many customers of a connection are listed; 0 for one that is not there.
    ///
    /// # Errors
    /// Those of every function here.
    pub async fn count(&self, connection: &ConnectionId) -> Result<u32, Problem> {
        self.of_connection(connection, customers::count_listed).await
    }

    /// The latest run of a connection, ended or not.
    ///
    /// # Errors
    /// Those of every function here.
    pub async fn last_run(&self, connection: &ConnectionId) -> Result<Option<Run>, Problem> {
        self.of_connection(connection, runs::last).await
    }

    /// When the latest complete run of a connection ended.
    ///
    /// # Errors
    /// Those of every function here.
    pub async fn last_complete(&self, connection: &ConnectionId) -> Result<Option<Timestamp>, Problem> {
        self.of_connection(connection, runs::last_complete).await
    }

    /// The latest runs of a connection, at most `most`, newest first.
    ///
    /// # Errors
    /// Those of every function here.
    pub async fn runs(&self, connection: &ConnectionId, most: u32) -> Result<Vec<Run>, Problem> {
        self.of_connection(connection, move |sqlite, number| runs::latest(sqlite, number, most)).await
    }

    /// The records of a run that could not be read, in the order they came; of very many the first thousand.
    ///
    /// # Errors
    /// Those of every function here.
    pub async fn rejected_of(&self, run: RunId) -> Result<Vec<Rejected>, Problem> {
        self.read(move |sqlite| rejected::of_run(sqlite, run)).await
    }

    /// What is known of a connection's credential; nothing for a connection that is not there.
    ///
    /// # Errors
    /// Those of every function here.
    pub async fn credential_facts(&self, connection: &ConnectionId) -> Result<CredentialFacts, Problem> {
        let connection = connection.clone();
        self.read(move |sqlite| credentials::get(sqlite, &connection)).await
    }

    /// The state of a connection's request budget, as it was last saved.
    ///
    /// # Errors
    /// Those of every function here.
    pub async fn budget(&self, connection: &ConnectionId) -> Result<Option<String>, Problem> {
        let connection = connection.clone();
        self.read(move |sqlite| connections::budget(sqlite, &connection)).await
    }

    /// A small fact about the book, by name.
    ///
    /// # Errors
    /// Those of every function here.
    pub async fn meta(&self, name: &str) -> Result<Option<String>, Problem> {
        let name = name.to_owned();
        self.read(move |sqlite| meta::get(sqlite, &name)).await
    }

    /// Reads the whole file, each page against its authentication code and the tables against their indexes. Minutes for a
    /// book of a million.
    ///
    /// # Errors
    /// `BookDamaged` when anything does not fit.
    pub async fn check_integrity(&self) -> Result<(), Problem> {
        self.read(|sqlite| {
            // In this order: over a page that cannot be decrypted, SQLite's own check fails instead of complaining.
            for check in ["PRAGMA cipher_integrity_check", "PRAGMA integrity_check", "PRAGMA foreign_key_check"] {
                let mut statement = sqlite.prepare(check)?;
                let mut rows = statement.query([])?;
                while let Some(row) = rows.next()? {
                    // Silence and a single "ok" both mean that nothing was found.
                    if !row.get_ref(0)?.as_str().is_ok_and(|text| text == "ok") {
                        tracing::error!(check, "the book is damaged");
                        return Err(Trouble::BookDamaged.into());
                    }
                }
            }
            Ok(())
        })
        .await
    }

    /// Reads something of a connection; what a connection that is not there has, is nothing.
    async fn of_connection<T: Default + Send + 'static>(
        &self,
        connection: &ConnectionId,
        read: impl FnOnce(&rusqlite::Connection, connections::Number) -> Outcome<T> + Send + 'static,
    ) -> Result<T, Problem> {
        let connection = connection.clone();
        self.read(move |sqlite| {
            let snapshot = sqlite.unchecked_transaction()?;
            match connections::number_of(&snapshot, &connection) {
                Ok(number) => read(&snapshot, number),
                Err(Fault(Trouble::NotFound)) => Ok(T::default()),
                Err(fault) => Err(fault),
            }
        })
        .await
    }

    async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&rusqlite::Connection) -> Outcome<T> + Send + 'static,
    ) -> Result<T, Problem> {
        Ok(self.threads.run(|connection| work(connection)).await?)
    }
}

/// Nothing of the book.
impl fmt::Debug for Reader {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Reader").finish_non_exhaustive()
    }
}

//! The one way into the book.

use crate::fault::Outcome;
use crate::landing::{self, Landed, PageLanding};
use crate::tables::credentials::CredentialFacts;
use crate::tables::runs::{Run, RunId, RunOutcome};
use crate::tables::{connections, credentials, meta};
use crate::threads::Threads;
use jiff::Timestamp;
use kyc::{BookCustomer, Connection, ConnectionId, Problem};
use rusqlite::{Transaction, TransactionBehavior};
use std::fmt;
use std::sync::Arc;

/// Writes to the book, through the thread that owns its only writing connection. Cheap to clone.
///
/// Each function is one transaction: it happens whole, or not at all and then returns an error. Once begun it is finished
/// also when the caller stops waiting. Every function can end in `DiskFull`, `DiskReadOnly`, `Disk` or `BookDamaged`, and in
/// `Cancelled` once the book is closed.
#[derive(Clone)]
pub struct Writer {
    pub(crate) threads: Arc<Threads>,
}

/// How safe a transaction is from a power failure. It is never torn, whatever happens.
#[derive(Clone, Copy)]
enum Durability {
    /// On the disk when the function returns: what a person did, which nobody else remembers.
    Durable,
    /// Perhaps lost together with the latest others: what a provider said, which is fetched again from the checkpoint that
    /// was lost along with it. Sparing the disk a wait makes landing pages several times as fast.
    Refetchable,
}

impl Writer {
    /// Adds a connection.
    ///
    /// # Errors
    /// `Conflict` when there is one of this id.
    pub async fn add_connection(&self, connection: Connection) -> Result<(), Problem> {
        self.transact(Durability::Durable, move |transaction| connections::insert(transaction, &connection)).await
    }

    /// Changes a connection; its provider and the time it was made stay as they are.
    ///
    /// # Errors
    /// `NotFound` when there is none of this id.
    pub async fn update_connection(&self, connection: Connection) -> Result<(), Problem> {
        self.transact(Durability::Durable, move |transaction| connections::update(transaction, &connection)).await
    }

    /// Removes a connection with its customers, their history and its runs. The keys of those customers are never given out
    /// again.
    ///
    /// # Errors
    /// `NotFound` when there is none of this id.
    pub async fn remove_connection(&self, connection: ConnectionId) -> Result<(), Problem> {
        self.transact(Durability::Durable, move |transaction| connections::delete(transaction, &connection)).await
    }

    /// Keeps what is known of a connection's credential, in place of what was known.
    ///
    /// # Errors
    /// `NotFound` when there is no such connection.
    pub async fn put_credential_facts(&self, connection: ConnectionId, facts: CredentialFacts) -> Result<(), Problem> {
        self.transact(Durability::Durable, move |transaction| credentials::put(transaction, &connection, &facts)).await
    }

    /// Notes that a provider accepted a connection's credential.
    ///
    /// # Errors
    /// `NotFound` when there is no such connection.
    pub async fn credential_used(&self, connection: ConnectionId, at: Timestamp) -> Result<(), Problem> {
        self.transact(Durability::Refetchable, move |transaction| credentials::used(transaction, &connection, at)).await
    }

    /// Begins a run of a connection, or goes on with the one that has not ended: with its checkpoint, its counts, and what
    /// it has seen already.
    ///
    /// # Errors
    /// `NotFound` when there is no such connection.
    pub async fn begin_run(&self, connection: ConnectionId, at: Timestamp) -> Result<Run, Problem> {
        self.transact(Durability::Refetchable, move |transaction| landing::begin(transaction, &connection, at)).await
    }

    /// Lands a page: customers, history, rejected records and checkpoint in one transaction. Landing the same page again
    /// changes no customer and adds no history.
    ///
    /// # Errors
    /// `Conflict` when the run has ended, `NotFound` when its connection was removed.
    pub async fn land_page(&self, page: PageLanding) -> Result<Landed, Problem> {
        self.transact(Durability::Refetchable, move |transaction| landing::land(transaction, &page)).await
    }

    /// Ends a run. Behind a complete one, the listed customers of the connection whom it did not see are marked as no longer
    /// listed since `at` and returned, without raw records. Nobody is deleted.
    ///
    /// # Errors
    /// `Conflict` when it has ended already, `NotFound` when its connection was removed.
    pub async fn finish_run(
        &self,
        run: RunId,
        outcome: RunOutcome,
        at: Timestamp,
    ) -> Result<Vec<BookCustomer>, Problem> {
        self.transact(Durability::Durable, move |transaction| landing::finish(transaction, run, outcome, at)).await
    }

    /// Keeps the state of a connection's request budget, which is text of whoever keeps the budget.
    ///
    /// # Errors
    /// `NotFound` when there is no such connection.
    pub async fn save_budget(&self, connection: ConnectionId, state: String) -> Result<(), Problem> {
        self.transact(Durability::Refetchable, move |transaction| {
            connections::save_budget(transaction, &connection, &state)
        })
        .await
    }

    /// Keeps a small fact about the book under a name.
    ///
    /// # Errors
    /// Those of every function here.
    pub async fn set_meta(&self, name: String, value: String) -> Result<(), Problem> {
        self.transact(Durability::Durable, move |transaction| meta::set(transaction, &name, &value)).await
    }

    async fn transact<T: Send + 'static>(
        &self,
        durability: Durability,
        work: impl FnOnce(&Transaction<'_>) -> Outcome<T> + Send + 'static,
    ) -> Result<T, Problem> {
        let done = self.threads.run(move |connection| {
            // Outside of a transaction, where alone it has an effect.
            connection.execute_batch(match durability {
                Durability::Durable => "PRAGMA synchronous = FULL",
                Durability::Refetchable => "PRAGMA synchronous = NORMAL",
            })?;
            let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let outcome = work(&transaction)?;
            transaction.commit()?;
            Ok(outcome)
        });
        Ok(done.await?)
    }
}

/// Nothing of the book.
impl fmt::Debug for Writer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Writer").finish_non_exhaustive()
    }
}

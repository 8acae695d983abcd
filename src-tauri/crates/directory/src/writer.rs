//! The one way into the book.

use crate::fault::Outcome;
use crate::landing::{self, Landed, Look, Looked, PageLanding};
use crate::newcomers::Newcomers;
use crate::tables::credentials::CredentialFacts;
use crate::tables::landing_rows::LandingRows;
use crate::tables::runs::{self, Run, RunEnd, RunId};
use crate::tables::{connections, credentials, customers, meta, problems};
use crate::threads::Threads;
use jiff::Timestamp;
use kyc::{BookCustomer, Connection, ConnectionId, Problem, ProviderCustomerId};
use rusqlite::{Transaction, TransactionBehavior};
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

/// Writes to the book, through the thread that owns its only writing connection. Cheap to clone.
///
/// Each function is one transaction: it happens whole, or not at all and then returns an error. Once begun it is finished
/// also when the caller stops waiting. Every function can end in `DiskFull`, `DiskReadOnly`, `Disk` or `BookDamaged`, and in
/// `Cancelled` once the book is closed.
#[derive(Clone)]
pub struct Writer {
    pub(crate) threads: Arc<Threads>,
    /// Used on the writer's thread alone.
    pub(crate) newcomers: Arc<Mutex<Newcomers>>,
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

    /// Changes a connection; its provider and the time it was made stay as they are. Another address or key may lead to
    /// another merchant's customers: see [`is_moved`](Self::is_moved).
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
        self.transact_customers(Durability::Durable, move |transaction, newcomers| {
            newcomers.forget();
            connections::delete(transaction, &connection)
        })
        .await
    }

    /// Keeps what is known of a connection's credential, in place of what was known.
    ///
    /// # Errors
    /// `NotFound` when there is no such connection.
    pub async fn put_credential_facts(&self, connection: ConnectionId, facts: CredentialFacts) -> Result<(), Problem> {
        self.transact(Durability::Durable, move |transaction| credentials::put(transaction, &connection, &facts)).await
    }

    /// Changes what is known of a connection's credential, so that nobody's change in between is lost.
    ///
    /// # Errors
    /// `NotFound` when there is no such connection.
    pub async fn change_credential_facts(
        &self,
        connection: ConnectionId,
        change: impl FnOnce(&mut CredentialFacts) + Send + 'static,
    ) -> Result<(), Problem> {
        self.transact(Durability::Durable, move |transaction| {
            let mut facts = credentials::get(transaction, &connection)?;
            change(&mut facts);
            credentials::put(transaction, &connection, &facts)
        })
        .await
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
        self.transact_customers(Durability::Refetchable, move |transaction, newcomers| {
            landing::land(transaction, newcomers, page)
        })
        .await
    }

    /// Lands pages that came one behind the other, all in one transaction: the more of them there are, the less each costs.
    /// What each brought, in their order; no page's checkpoint is in the book without the pages before it.
    ///
    /// # Errors
    /// As for [`land_page`](Self::land_page); none of them lands then.
    pub async fn land_pages(&self, pages: Vec<PageLanding>) -> Result<Vec<Landed>, Problem> {
        self.transact_customers(Durability::Refetchable, move |transaction, newcomers| {
            pages.into_iter().map(|page| landing::land(transaction, newcomers, page)).collect()
        })
        .await
    }

    /// Lands a look apart from a walk. Whoever it meets counts as seen by the walk that is under way, too.
    ///
    /// # Errors
    /// `NotFound` when there is no such connection.
    pub async fn land_look(&self, look: Look) -> Result<Looked, Problem> {
        self.transact_customers(Durability::Refetchable, move |transaction, newcomers| {
            landing::look(transaction, newcomers, look)
        })
        .await
    }

    /// The listed customers of a walk's connection whom it has not seen, at most `most`, without raw records. Here and not at
    /// the reader, because it concerns what is about to be written.
    ///
    /// # Errors
    /// `NotFound` when the run or its connection was removed.
    pub async fn not_seen_by(&self, run: RunId, most: u32) -> Result<Vec<BookCustomer>, Problem> {
        self.transact(Durability::Refetchable, move |transaction| {
            let walk = runs::get(transaction, run)?;
            let number = connections::number_of(transaction, &walk.connection)?;
            let missing = landing::not_seen_by(transaction, number, &walk, most)?;
            Ok(missing.into_iter().map(|missing| missing.book).collect())
        })
        .await
    }

    /// Ends a run. Behind a complete one, listed customers of the connection whom it did not see are marked as no longer
    /// listed since `at` and returned, without raw records: those of whom the provider said that it does not have them, and
    /// those whom the complete walk before it had not seen either. Nobody is deleted.
    ///
    /// # Errors
    /// `Conflict` when it has ended already, `NotFound` when its connection was removed.
    pub async fn finish_run(&self, run: RunId, end: RunEnd, at: Timestamp) -> Result<Vec<BookCustomer>, Problem> {
        self.transact(Durability::Durable, move |transaction| landing::finish(transaction, run, &end, at)).await
    }

    /// Notes that a connection's key is about to be replaced by another, which may be another merchant's: see
    /// [`is_moved`](Self::is_moved). [`update_connection`](Self::update_connection) notices it by the key's last characters
    /// alone, and two keys can have the same.
    ///
    /// # Errors
    /// `NotFound` when there is none of this id.
    pub async fn key_replaced(&self, connection: ConnectionId) -> Result<(), Problem> {
        self.transact(Durability::Durable, move |transaction| connections::set_moved(transaction, &connection)).await
    }

    /// Whether address or key of a connection were replaced since its customers were last known to be those of the same
    /// merchant.
    ///
    /// # Errors
    /// `NotFound` when there is no such connection.
    pub async fn is_moved(&self, connection: ConnectionId) -> Result<bool, Problem> {
        self.transact(Durability::Refetchable, move |transaction| {
            let number = connections::number_of(transaction, &connection)?;
            connections::is_moved(transaction, number)
        })
        .await
    }

    /// Some listed customers of a connection, those that came to be known last, without raw records.
    ///
    /// # Errors
    /// `NotFound` when there is no such connection.
    pub async fn newest(&self, connection: ConnectionId, most: u32) -> Result<Vec<BookCustomer>, Problem> {
        self.transact(Durability::Refetchable, move |transaction| {
            let number = connections::number_of(transaction, &connection)?;
            customers::newest(transaction, number, most)
        })
        .await
    }

    /// The customers of a connection with these ids of the provider, without raw records; those whom the book does not have
    /// are left out.
    ///
    /// # Errors
    /// `NotFound` when there is no such connection.
    pub async fn customers_of(
        &self,
        connection: ConnectionId,
        ids: Vec<ProviderCustomerId>,
    ) -> Result<Vec<BookCustomer>, Problem> {
        self.transact_customers(Durability::Refetchable, move |transaction, newcomers| {
            let number = connections::number_of(transaction, &connection)?;
            let provider = connections::provider_of(transaction, number)?;
            let mut rows = LandingRows::of(transaction, newcomers, number)?;
            let known = ids.iter().filter_map(|id| rows.known(id, &connection, &provider).transpose());
            known.map(|known| known.map(|known| known.book)).collect()
        })
        .await
    }

    /// Notes that a connection leads to the customers that the book has of it.
    ///
    /// # Errors
    /// `NotFound` when there is no such connection.
    pub async fn settle(&self, connection: ConnectionId) -> Result<(), Problem> {
        self.transact(Durability::Durable, move |transaction| {
            let number = connections::number_of(transaction, &connection)?;
            connections::set_settled(transaction, number)
        })
        .await
    }

    /// Notes a problem that synchronising a connection met, with the walk that is under way. The same one again, right after
    /// itself, counts up.
    ///
    /// # Errors
    /// `NotFound` when there is no such connection.
    pub async fn note_problem(&self, connection: ConnectionId, problem: Problem, at: Timestamp) -> Result<(), Problem> {
        self.transact(Durability::Refetchable, move |transaction| {
            let number = connections::number_of(transaction, &connection)?;
            let walk = runs::unfinished(transaction, number)?.map(|walk| walk.id);
            problems::add(transaction, number, walk, &problem, at)
        })
        .await
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
        self.transact_customers(durability, move |transaction, _| work(transaction)).await
    }

    /// The same for what adds customers, removes them, or finds them by their providers' ids.
    async fn transact_customers<T: Send + 'static>(
        &self,
        durability: Durability,
        work: impl FnOnce(&Transaction<'_>, &mut Newcomers) -> Outcome<T> + Send + 'static,
    ) -> Result<T, Problem> {
        let newcomers = Arc::clone(&self.newcomers);
        let done = self.threads.run(move |connection| {
            transact(connection, &newcomers, durability, work).map_err(|fault| fault.with_cause(connection.path()))
        });
        Ok(done.await?)
    }
}

fn transact<T>(
    connection: &mut rusqlite::Connection,
    newcomers: &Mutex<Newcomers>,
    durability: Durability,
    work: impl FnOnce(&Transaction<'_>, &mut Newcomers) -> Outcome<T>,
) -> Outcome<T> {
    // Outside of a transaction, where alone it has an effect.
    connection.execute_batch(match durability {
        Durability::Durable => "PRAGMA synchronous = FULL",
        Durability::Refetchable => "PRAGMA synchronous = NORMAL",
    })?;
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let mut kept = newcomers.lock().unwrap_or_else(PoisonError::into_inner);
    // Put back when the transaction is done. However else this ends, nobody is known until the book is asked again.
    let mut newcomers = std::mem::take(&mut *kept);
    let outcome = work(&transaction, &mut newcomers)?;
    transaction.commit()?;
    *kept = newcomers;
    Ok(outcome)
}

/// Nothing of the book.
impl fmt::Debug for Writer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Writer").finish_non_exhaustive()
    }
}

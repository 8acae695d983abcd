//! The way out of the book.

use crate::as_of::{self, CustomerThen};
use crate::change::Change;
use crate::cipher;
use crate::fault::{Fault, Outcome};
use crate::findings::{self, Findings, RunReport};
use crate::tables::credentials::CredentialFacts;
use crate::tables::problems::MetProblem;
use crate::tables::rejected::Rejected;
use crate::tables::runs::{Run, RunId};
use crate::tables::{changes, connections, credentials, customer_ids, customers, meta, problems, rejected, runs};
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
        self.for_each_chunk_until(size, |chunk| {
            visit(chunk);
            ControlFlow::Continue(())
        })
    }

    /// The same, until `visit` has had enough; reading ends then as well.
    ///
    /// # Errors
    /// Those of every function here; chunks that were visited before stay visited.
    pub fn for_each_chunk_until(
        &self,
        size: usize,
        visit: impl FnMut(Vec<BookCustomer>) -> ControlFlow<()>,
    ) -> Result<(), Problem> {
        self.scan(visit, move |sqlite, hand| {
            let snapshot = sqlite.unchecked_transaction()?;
            customers::scan(&snapshot, size.max(1), hand)
        })
    }

    /// How many customers of a connection are listed; 0 for one that is not there.
    ///
    /// # Errors
    /// Those of every function here.
    pub async fn count(&self, connection: &ConnectionId) -> Result<u32, Problem> {
        self.of_connection(connection, connections::count_listed).await
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

    /// A page of runs with what each found, newest first: at most `most`, of one connection or of all, those before the run
    /// `before`.
    ///
    /// # Errors
    /// `NotFound` when there is no such connection.
    pub async fn runs(
        &self,
        connection: Option<ConnectionId>,
        before: Option<RunId>,
        most: u32,
    ) -> Result<Vec<RunReport>, Problem> {
        self.read(move |sqlite| {
            let snapshot = sqlite.unchecked_transaction()?;
            let number = connection.map(|connection| connections::number_of(&snapshot, &connection)).transpose()?;
            findings::page(&snapshot, number, before, most)
        })
        .await
    }

    /// What was found since a moment, of one connection or of all together.
    ///
    /// # Errors
    /// `NotFound` when there is no such connection.
    pub async fn found_since(&self, connection: Option<ConnectionId>, at: Timestamp) -> Result<Findings, Problem> {
        self.read(move |sqlite| {
            let snapshot = sqlite.unchecked_transaction()?;
            let numbers = match connection {
                Some(connection) => vec![connections::number_of(&snapshot, &connection)?],
                None => connections::numbers(&snapshot)?,
            };
            let mut all = Findings::default();
            for number in numbers {
                all.add(&findings::since(&snapshot, number, at)?);
            }
            Ok(all)
        })
        .await
    }

    /// The problems that synchronising a connection met last, at most `most`, newest first.
    ///
    /// # Errors
    /// Those of every function here.
    pub async fn problems(&self, connection: &ConnectionId, most: u32) -> Result<Vec<MetProblem>, Problem> {
        self.of_connection(connection, move |sqlite, number| problems::latest(sqlite, number, most)).await
    }

    /// How many customers of a connection are listed with a check under way, and when the one looked at longest ago was.
    ///
    /// # Errors
    /// Those of every function here.
    pub async fn pending_age(&self, connection: &ConnectionId) -> Result<(u32, Option<Timestamp>), Problem> {
        self.of_connection(connection, customers::pending_age).await
    }

    /// The listed customers of a connection whose check is under way, without raw records: those looked at longest ago
    /// first, at most `most`.
    ///
    /// # Errors
    /// Those of every function here.
    pub async fn pending(&self, connection: &ConnectionId, most: u32) -> Result<Vec<BookCustomer>, Problem> {
        self.of_connection(connection, move |sqlite, number| customers::pending(sqlite, number, most)).await
    }

    /// A customer as the book knew them at an earlier moment; `None` when it did not know them then.
    ///
    /// # Errors
    /// Those of every function here.
    pub async fn customer_as_of(&self, key: CustomerKey, at: Timestamp) -> Result<Option<CustomerThen>, Problem> {
        self.read(move |sqlite| {
            let snapshot = sqlite.unchecked_transaction()?;
            let Some(book) = customers::get(&snapshot, key)? else { return Ok(None) };
            let mut later = changes::of_customer(&snapshot, key)?;
            later.retain(|change| change.seen_at > at);
            as_of::rewind(book, &later, at)
        })
        .await
    }

    /// Hands everybody whom the book knew at an earlier moment to `visit`, as it knew them then, in the way of
    /// [`for_each_chunk`](Self::for_each_chunk).
    ///
    /// # Errors
    /// Those of every function here; chunks that were visited before stay visited.
    pub fn for_each_chunk_as_of(
        &self,
        at: Timestamp,
        size: usize,
        mut visit: impl FnMut(Vec<CustomerThen>),
    ) -> Result<(), Problem> {
        let visit = |chunk| {
            visit(chunk);
            ControlFlow::Continue(())
        };
        self.scan(visit, move |sqlite, hand| {
            let snapshot = sqlite.unchecked_transaction()?;
            let later = changes::after(&snapshot, at)?;
            let mut faulty = None;
            customers::scan(&snapshot, size.max(1), |chunk| {
                let then = chunk.into_iter().filter_map(|book| {
                    let later = later.get(&book.key).map_or(&[][..], Vec::as_slice);
                    as_of::rewind(book, later, at).transpose()
                });
                match then.collect::<Outcome<Vec<_>>>() {
                    Ok(then) if then.is_empty() => ControlFlow::Continue(()),
                    Ok(then) => hand(then),
                    Err(fault) => {
                        faulty = Some(fault);
                        ControlFlow::Break(())
                    }
                }
            })?;
            faulty.map_or(Ok(()), Err)
        })
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
        self.read(check_integrity).await
    }

    /// Hands what `read` hands out to `visit`, from another thread. Nothing that is handed out may be empty.
    fn scan<T: Send + 'static>(
        &self,
        mut visit: impl FnMut(Vec<T>) -> ControlFlow<()>,
        read: impl FnOnce(&rusqlite::Connection, &mut dyn FnMut(Vec<T>) -> ControlFlow<()>) -> Outcome<()> + Send + 'static,
    ) -> Result<(), Problem> {
        // Two chunks ahead keep the reading thread busy; more would only be memory.
        let (hand, chunks) = mpsc::sync_channel(2);
        self.threads.enqueue(Box::new(move |sqlite| {
            let read_to_the_end = read(sqlite, &mut |chunk| match hand.send(Ok(chunk)) {
                Ok(()) => ControlFlow::Continue(()),
                // The visitor is gone: it has had enough, or panicked.
                Err(_) => ControlFlow::Break(()),
            });
            // An empty chunk says that this is the end, and not a thread that was lost.
            let _ = hand.send(read_to_the_end.map(|()| Vec::new()));
        }))?;
        loop {
            let chunk = chunks.recv().unwrap_or(Err(Fault(Trouble::Internal)))?;
            if chunk.is_empty() || visit(chunk).is_break() {
                return Ok(());
            }
        }
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

/// Reads a book whole: its pages, then what SQLite does not know to hang together.
pub(crate) fn check_integrity(sqlite: &rusqlite::Connection) -> Outcome<()> {
    cipher::check_integrity(sqlite, "main")?;
    let snapshot = sqlite.unchecked_transaction()?;
    customer_ids::check(&snapshot)?;
    connections::check_listed(&snapshot)
}

/// Nothing of the book.
impl fmt::Debug for Reader {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Reader").finish_non_exhaustive()
    }
}

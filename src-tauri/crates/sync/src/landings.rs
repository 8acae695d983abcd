//! Pages of a walk on their way into the book, while the pages behind them are fetched.
//!
//! One transaction is under way at a time. What comes meanwhile waits and goes into the next one together, so that a slow
//! provider's pages have a transaction each, at once, and a quick one's share theirs. A page counts as landed when its
//! transaction is done and not before, and lands behind all that came before it: where one cannot land, those behind it are
//! let go, because the checkpoint must not pass it.

use crate::walk::SENT_AHEAD;
use directory::{Landed, PageLanding, Writer};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use kyc::Problem;
use providers::budget::Budget;

/// Pages that have come and are not in the book yet, at most: about half of them are in the transaction under way. With
/// sixteen, a list that comes at 1,200 pages a second waited for the book a third of the time; at 64 they are six megabytes.
/// Where requests are limited they are few: each is a request of which the book does not know, see [`SENT_AHEAD`], and who
/// waits for a budget is never held up by a disk.
const MOST: usize = 64;
/// The same where requests are limited.
pub(crate) const MOST_OF_A_BUDGET: usize = 4;

/// What stands on screen beside a page when it has landed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Told {
    /// How many customers the provider announced.
    pub announced: Option<u32>,
    /// Records that could not be read, in this pass.
    pub rejected: u32,
}

/// See the module.
pub(crate) struct Landings<'a> {
    book: &'a Writer,
    budget: &'a Budget,
    most: usize,
    under_way: Option<BoxFuture<'static, Result<Vec<Landed>, Problem>>>,
    /// Of the pages under way.
    told: Vec<Told>,
    waiting: Vec<(PageLanding, Told)>,
}

impl<'a> Landings<'a> {
    pub(crate) fn new(book: &'a Writer, budget: &'a Budget) -> Self {
        let most = if budget.hourly_in_background().is_some() { MOST_OF_A_BUDGET } else { MOST };
        Self { book, budget, most, under_way: None, told: Vec::new(), waiting: Vec::new() }
    }

    /// Takes a page. Its budget is filled in when its transaction begins.
    pub(crate) fn push(&mut self, page: PageLanding, told: Told) {
        self.waiting.push((page, told));
        self.begin();
    }

    /// Whether there are as many pages as may be.
    pub(crate) fn is_full(&self) -> bool {
        self.told.len() + self.waiting.len() >= self.most
    }

    /// Whether every page has landed.
    pub(crate) fn is_empty(&self) -> bool {
        self.under_way.is_none()
    }

    /// Waits until the transaction under way is done, and begins the next one. What each of its pages brought; nothing when
    /// none is under way. Nothing is lost when the caller stops waiting.
    ///
    /// # Errors
    /// What the book met. None of the pages landed then, and those that waited are let go.
    pub(crate) async fn next(&mut self) -> Result<Vec<(Landed, Told)>, Problem> {
        let Some(under_way) = &mut self.under_way else { return Ok(Vec::new()) };
        let landed = under_way.await;
        self.under_way = None;
        let told = std::mem::take(&mut self.told);
        match landed {
            Ok(landed) => {
                self.begin();
                Ok(landed.into_iter().zip(told).collect())
            }
            Err(problem) => {
                self.waiting.clear();
                Err(problem)
            }
        }
    }

    fn begin(&mut self) {
        if self.under_way.is_some() || self.waiting.is_empty() {
            return;
        }
        let (mut pages, told): (Vec<_>, Vec<_>) = self.waiting.drain(..).unzip();
        self.told = told;
        if let Some(last) = pages.last_mut() {
            last.budget = self.budget.state_ahead(SENT_AHEAD);
        }
        let book = self.book.clone();
        self.under_way = Some(async move { book.land_pages(pages).await }.boxed());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use directory::{Book, RunId};
    use jiff::Timestamp;
    use kyc::{Connection, ConnectionId, Environment, ProviderId, RequestLimits, Standing, Trouble};
    use providers::SystemClock;
    use std::sync::Arc;

    const TOLD: Told = Told { announced: None, rejected: 0 };

    async fn book_with_a_run(folder: &tempfile::TempDir) -> (Book, RunId) {
        let book = Book::create(&folder.path().join("book.db"), &"ab".repeat(32).into()).unwrap();
        let connection = Connection {
            id: ConnectionId::new("one"),
            provider: ProviderId::new("loveandpay"),
            environment: Environment::Custom,
            label: String::new(),
            base_url: "http://127.0.0.1:1".to_owned(),
            key_tail: String::new(),
            limits: RequestLimits::default(),
            standing: Standing::Active,
            created: Timestamp::UNIX_EPOCH,
        };
        book.writer().add_connection(connection).await.unwrap();
        let run = book.writer().begin_run(ConnectionId::new("one"), Timestamp::UNIX_EPOCH).await.unwrap();
        (book, run.id)
    }

    fn page(run: RunId, checkpoint: &str) -> PageLanding {
        PageLanding {
            run,
            connection: ConnectionId::new("one"),
            customers: Vec::new(),
            rejected: Vec::new(),
            announced_total: None,
            checkpoint: Some(checkpoint.to_owned()),
            fell: false,
            budget: None,
            seen_at: Timestamp::UNIX_EPOCH,
        }
    }

    #[tokio::test]
    async fn what_comes_meanwhile_lands_together_and_in_order() {
        let folder = tempfile::tempdir().unwrap();
        let (book, run) = book_with_a_run(&folder).await;
        let (writer, budget) = (book.writer(), Budget::unlimited(Arc::new(SystemClock::new())));
        let mut landings = Landings::new(&writer, &budget);
        assert!(landings.next().await.unwrap().is_empty(), "nothing is under way");
        for number in 1_u32..=5 {
            landings.push(page(run, &number.to_string()), Told { announced: Some(number), rejected: 0 });
        }
        let mut announced = Vec::new();
        let mut transactions = 0;
        while !landings.is_empty() {
            announced.extend(landings.next().await.unwrap().into_iter().filter_map(|(_, told)| told.announced));
            transactions += 1;
        }
        assert_eq!((announced, transactions), (vec![1, 2, 3, 4, 5], 2));
        let run = book.reader().last_run(&ConnectionId::new("one")).await.unwrap().unwrap();
        assert_eq!((run.pages, run.checkpoint.as_deref()), (5, Some("5")));
    }

    #[tokio::test]
    async fn nothing_lands_behind_a_page_that_could_not() {
        let folder = tempfile::tempdir().unwrap();
        let (book, run) = book_with_a_run(&folder).await;
        let (writer, budget) = (book.writer(), Budget::unlimited(Arc::new(SystemClock::new())));
        let mut landings = Landings::new(&writer, &budget);
        landings.push(page(run, "1"), TOLD);
        landings.push(page(RunId::from_number(run.number() + 1), "2"), TOLD);
        assert_eq!(landings.next().await.unwrap().len(), 1);
        // Comes while the one that cannot land is under way.
        landings.push(page(run, "3"), TOLD);
        assert_eq!(landings.next().await.unwrap_err().trouble, Trouble::NotFound);
        assert!(landings.is_empty());
        let run = book.reader().last_run(&ConnectionId::new("one")).await.unwrap().unwrap();
        assert_eq!((run.pages, run.checkpoint.as_deref()), (1, Some("1")));
    }

    #[tokio::test]
    async fn as_many_pages_wait_as_may() {
        let folder = tempfile::tempdir().unwrap();
        let (book, run) = book_with_a_run(&folder).await;
        let (writer, budget) = (book.writer(), Budget::unlimited(Arc::new(SystemClock::new())));
        let mut landings = Landings::new(&writer, &budget);
        for _ in 0..MOST {
            assert!(!landings.is_full());
            landings.push(page(run, "1"), TOLD);
        }
        assert!(landings.is_full());
        landings.next().await.unwrap();
        assert!(!landings.is_full());
    }
}

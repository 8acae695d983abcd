//! Looks between and beside walks: does what [`crate::plan()`] says, with the client that the walks use.
//!
//! While a round goes on, the walk waits with its next page: a few requests where changes are likely are worth more than the
//! same number anywhere. An error here ends the round and nothing else; the walk is what tells of an outage.

use crate::pause;
use crate::plan::{Offers, Plan, Sight, Situation, Work, plan};
use crate::runner::Job;
use crate::walk::SENT_AHEAD;
use directory::{Look, RunId, SeenBy};
use jiff::Timestamp;
use kyc::{Customer, CustomerKey, KycStatus, Problem, Trouble};
use providers::{Cursor, Filter, ListFilter, Provider};
use std::collections::HashSet;
use std::sync::Arc;
use tokio::sync::{Mutex, watch};
use tokio_util::sync::CancellationToken;

/// Customers whom a round over the Pending ones no longer met, and who are asked for one by one.
const MOST_ASKED: u32 = 20;

/// Pages of the head that are looked at while each brings newcomers only.
const MOST_HEAD_PAGES: u32 = 5;

/// What an officer has before them, of one connection.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Watched {
    /// Customers whose card is open.
    pub opened: Vec<CustomerKey>,
    /// Customers in the rows on screen.
    pub on_screen: Vec<CustomerKey>,
}

/// What the walks and the looks of a connection share.
pub(crate) struct Shared {
    pub job: Job,
    /// The client, while there is a working one.
    pub client: watch::Sender<Option<Arc<dyn Provider>>>,
    pub watched: watch::Sender<Watched>,
    /// Whether a walk goes on, and when the last one ended that saw the whole list.
    pub walks: watch::Sender<(bool, Option<Timestamp>)>,
    /// Held during a round, and by the walk for each page.
    pub turn: Mutex<()>,
}

/// Takes looks until it is shut down.
pub(crate) async fn run(shared: Arc<Shared>, shut_down: CancellationToken) {
    let mut refresher = Refresher { shared, pending_looked: None, head_looked: None, filter_ignored: false };
    let refreshing = refresher.run();
    tokio::select! {
        biased;
        () = shut_down.cancelled() => {}
        () = refreshing => {}
    }
}

struct Refresher {
    shared: Arc<Shared>,
    pending_looked: Option<Timestamp>,
    head_looked: Option<Timestamp>,
    /// The provider answered the question for Pending customers with others: there is no sense in asking it again.
    filter_ignored: bool,
}

impl Refresher {
    async fn run(&mut self) {
        let mut client = self.shared.client.subscribe();
        let mut watched = self.shared.watched.subscribe();
        loop {
            let working = client.borrow_and_update().clone();
            watched.mark_unchanged();
            let again = match working {
                Some(working) => self.round(&working).await,
                None => None,
            };
            let shared = Arc::clone(&self.shared);
            let due = async {
                match again {
                    Some(again) => pause::wait_until(shared.job.clock.as_ref(), again).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                () = due => {}
                changed = client.changed() => if changed.is_err() { return },
                changed = watched.changed() => if changed.is_err() { return },
            }
        }
    }

    /// One round; when the next is due.
    async fn round(&mut self, client: &Arc<dyn Provider>) -> Option<Timestamp> {
        let planned = match self.situation(client).await {
            Ok(situation) => plan(&situation),
            Err(problem) => {
                tracing::warn!(%problem, "what to look at cannot be planned");
                return None;
            }
        };
        let Plan { work, again } = planned;
        if work.is_empty() {
            return Some(again);
        }
        let shared = Arc::clone(&self.shared);
        let _turn = shared.turn.lock().await;
        let mut round = Round { shared: &shared, client, refresh: None };
        for work in work {
            if let Err(problem) = self.look(&mut round, work).await {
                tracing::info!(connection = %shared.job.connection, %problem, ?work, "a look ended early");
                let now = shared.job.clock.now();
                if let Err(left) =
                    shared.job.book.note_problem(shared.job.connection.clone(), problem.clone(), now).await
                {
                    tracing::warn!(problem = %left, "a problem could not be noted");
                }
                return match problem.trouble {
                    Trouble::RateLimited { until: Some(until) } => Some(until.max(again)),
                    _ => Some(again),
                };
            }
        }
        Some(again)
    }

    async fn situation(&self, client: &Arc<dyn Provider>) -> Result<Situation, Problem> {
        let job = &self.shared.job;
        let capabilities = &client.description().capabilities;
        let (pending, _) = job.reader.pending_age(&job.connection).await?;
        let Watched { opened, on_screen } = self.shared.watched.borrow().clone();
        let (walking, walked) = *self.shared.walks.borrow();
        let mut sights = Vec::new();
        for keys in [opened, on_screen] {
            let known = job.reader.customers(keys).await?;
            let own = known.into_iter().filter(|book| book.connection == job.connection);
            sights.push(own.map(|book| Sight { key: book.key, last_seen: book.last_seen }).collect::<Vec<_>>());
        }
        let on_screen = sights.pop().unwrap_or_default();
        Ok(Situation {
            now: job.clock.now(),
            offers: Offers {
                card: capabilities.actions.card,
                by_kyc: capabilities.filters.contains(&Filter::Kyc) && !self.filter_ignored,
                page_size: capabilities.page_size,
            },
            free: client.budget().free_in_background(),
            hourly: client.budget().hourly_in_background(),
            opened: sights.pop().unwrap_or_default(),
            on_screen,
            pending,
            pending_looked: self.pending_looked.max(walked),
            head_looked: self.head_looked.max(walked),
            walking,
        })
    }

    async fn look(&mut self, round: &mut Round<'_>, work: Work) -> Result<(), Problem> {
        match work {
            // Somebody waits for it.
            Work::Opened(key) => round.card(key).await,
            Work::OnScreen(key) => providers::in_background(round.card(key)).await,
            Work::Pending { pages } => {
                let began = self.shared.job.clock.now();
                let kept_to = providers::in_background(round.pending(pages, began)).await?;
                self.filter_ignored = !kept_to;
                self.pending_looked = Some(began);
                Ok(())
            }
            Work::Head => {
                self.head_looked = Some(self.shared.job.clock.now());
                providers::in_background(round.head()).await
            }
        }
    }
}

/// A round under way.
struct Round<'a> {
    shared: &'a Shared,
    client: &'a Arc<dyn Provider>,
    refresh: Option<RunId>,
}

impl Round<'_> {
    async fn card(&mut self, key: CustomerKey) -> Result<(), Problem> {
        let Some(known) = self.shared.job.reader.customer(key).await? else { return Ok(()) };
        match self.client.card(&known.customer.id).await {
            Ok(card) => self.land(vec![card.customer], false).await.map(drop),
            // Whether they are gone, complete walks say.
            Err(Problem { trouble: Trouble::NotFound, .. }) => Ok(()),
            Err(problem) => Err(problem),
        }
    }

    /// Looks at all Pending customers, and at those who no longer are. Says whether the provider kept to the question.
    async fn pending(&mut self, pages: u32, began: Timestamp) -> Result<bool, Problem> {
        let filter = ListFilter { kyc: Some(KycStatus::Pending), ..ListFilter::default() };
        let (mut cursor, mut met) = (Cursor::start(), HashSet::new());
        for _ in 0..pages {
            let page = self.client.customers(&filter, &cursor).await?;
            if !page.customers.is_empty() && page.customers.iter().all(|customer| customer.kyc != KycStatus::Pending) {
                return Ok(false);
            }
            let before = met.len();
            met.extend(page.customers.iter().map(|customer| customer.id.clone()));
            let brought = met.len() > before;
            self.land(page.customers, true).await?;
            match page.next {
                Some(next) if brought && next != cursor => cursor = next,
                _ => break,
            }
        }
        if !self.client.description().capabilities.actions.card {
            return Ok(true);
        }
        let job = &self.shared.job;
        for known in job.reader.pending(&job.connection, MOST_ASKED).await? {
            if known.last_seen < began && !met.contains(&known.customer.id) {
                self.card(known.key).await?;
            }
        }
        Ok(true)
    }

    async fn head(&mut self) -> Result<(), Problem> {
        let mut cursor = Cursor::start();
        for _ in 0..MOST_HEAD_PAGES {
            let page = self.client.customers(&ListFilter::default(), &cursor).await?;
            let rows = page.customers.len();
            let new = self.land(page.customers, true).await?;
            match page.next {
                Some(next) if new as usize == rows && rows > 0 => cursor = next,
                _ => break,
            }
        }
        Ok(())
    }

    /// Lands what was said and tells whoever listens. Counts the newcomers.
    async fn land(&mut self, customers: Vec<Customer>, says_all: bool) -> Result<u32, Problem> {
        let job = &self.shared.job;
        let look = Look {
            connection: job.connection.clone(),
            customers,
            says_all,
            seen_by: SeenBy::Sync,
            refresh: self.refresh,
            budget: self.client.budget().state_ahead(SENT_AHEAD),
            seen_at: job.clock.now(),
        };
        let looked = job.book.land_look(look).await?;
        self.refresh = looked.refresh;
        job.sink.accepted();
        if !looked.customers.is_empty() {
            job.sink.landed(looked.customers);
        }
        Ok(looked.new)
    }
}

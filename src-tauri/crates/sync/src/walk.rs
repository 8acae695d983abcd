//! One walk through a provider's list into the book.
//!
//! Lists shift while they are walked: a customer who is added at the head pushes the others down (seen twice, which is
//! harmless), one who is removed pulls them up (one is skipped). So the end of the list alone does not make a walk
//! complete: where fewer customers were seen than announced, the list is walked once more, and only customers that a
//! complete walk did not see are marked as no longer listed.

use directory::{PageLanding, RunOutcome, Writer};
use jiff::Timestamp;
use kyc::{BookCustomer, ConnectionId, Problem, Trouble};
use providers::clock::Clock;
use providers::{Cursor, ListFilter, Page, Provider};
use std::collections::HashSet;
use std::hash::{BuildHasher, RandomState};
use tokio_util::sync::CancellationToken;

/// Passes through the list within one walk. Two passes find what one removal hid; a provider whose list never adds up
/// to its total must not be asked for ever.
const MOST_PASSES: u32 = 3;

/// Pages within one pass. At 100 rows a page this is beyond any merchant; it ends a provider that repeats for ever.
const MOST_PAGES: u32 = 200_000;

/// How far a walk is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Progress {
    /// A page is in the book.
    Landed {
        /// The customers of the page that are new or changed, as they now stand in the book.
        customers: Vec<BookCustomer>,
        /// Different customers seen since the walk began.
        seen: u32,
        /// How many the provider announced.
        announced: Option<u32>,
        /// Records that could not be read, in this pass.
        rejected: u32,
    },
    /// The budget is used up; the walk goes on by itself at this time.
    Waiting {
        /// When the next request may go.
        until: Timestamp,
    },
    /// The wait is over.
    GoingOn,
}

/// A walk that came to its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Walked {
    /// Whether the whole list was seen.
    pub complete: bool,
    /// Different customers seen.
    pub seen: u32,
    /// Customers that are no longer listed, as they now stand in the book.
    pub unlisted: Vec<BookCustomer>,
}

/// Walks the list of `provider` into the book, going on where an unfinished walk of the same connection stopped.
///
/// # Errors
/// What the provider or the book met. Pages that landed before stay, and the next walk goes on behind them.
/// [`Trouble::Cancelled`] when `cancel` was fired.
pub async fn walk(
    provider: &dyn Provider,
    book: &Writer,
    connection: &ConnectionId,
    clock: &dyn Clock,
    cancel: &CancellationToken,
    mut report: impl FnMut(Progress) + Send,
) -> Result<Walked, Problem> {
    let run = book.begin_run(connection.clone(), clock.now()).await?;
    let mut seen = run.seen;
    let mut cursor = run.checkpoint.as_deref().map_or_else(Cursor::start, Cursor::from_text);
    let mut announced = None;

    for pass in 1..=MOST_PASSES {
        let seen_before = seen;
        let mut rejected = 0_u32;
        let mut met = Met::default();
        for _ in 0..MOST_PAGES {
            let page = fetch(provider, &cursor, clock, cancel, &mut report).await?;
            let brought_nobody_new = !met.take_in(&page);
            if let Some(budget) = provider.budget_state() {
                book.save_budget(connection.clone(), budget).await?;
            }
            announced = page.total.and_then(|total| u32::try_from(total).ok()).or(announced);
            rejected += u32::try_from(page.rejected.len()).unwrap_or(u32::MAX);
            let next = page.next;
            let landed = book
                .land_page(PageLanding {
                    run: run.id,
                    connection: connection.clone(),
                    customers: page.customers,
                    rejected: page.rejected,
                    announced_total: announced,
                    checkpoint: next.as_ref().map(|next| next.as_text().to_owned()),
                    seen_at: clock.now(),
                })
                .await?;
            seen = landed.seen_in_run;
            report(Progress::Landed { customers: landed.customers, seen, announced, rejected });
            match next {
                // A cursor that does not move, or a page of people met before, would go on for ever.
                Some(next) if next != cursor && !brought_nobody_new => cursor = next,
                _ => break,
            }
        }
        let complete = announced.is_none_or(|announced| seen.saturating_add(rejected) >= announced);
        let found_more = seen > seen_before;
        if complete || pass == MOST_PASSES || (pass > 1 && !found_more) {
            let outcome = if complete { RunOutcome::Complete } else { RunOutcome::Incomplete };
            let unlisted = book.finish_run(run.id, outcome, clock.now()).await?;
            return Ok(Walked { complete, seen, unlisted });
        }
        cursor = Cursor::start();
    }
    // The last pass returns above.
    Err(Trouble::Internal.into())
}

/// The ids met in a pass, as hashes: eight bytes each keep a million within some tens of megabytes, and a collision could
/// end a pass early only if it befell every row of one page.
#[derive(Default)]
struct Met {
    ids: HashSet<u64>,
    hashing: RandomState,
}

impl Met {
    /// Takes a page's ids in; false when it had none that is new (records that could not be read count as new).
    fn take_in(&mut self, page: &Page) -> bool {
        let mut new = !page.rejected.is_empty();
        for customer in &page.customers {
            new |= self.ids.insert(self.hashing.hash_one(&customer.id));
        }
        new
    }
}

/// Fetches a page, waiting out the request budget as often as it takes.
async fn fetch(
    provider: &dyn Provider,
    cursor: &Cursor,
    clock: &dyn Clock,
    cancel: &CancellationToken,
    report: &mut (impl FnMut(Progress) + Send),
) -> Result<Page, Problem> {
    loop {
        let asked = tokio::select! {
            biased;
            () = cancel.cancelled() => return Err(Trouble::Cancelled.into()),
            page = provider.customers(&ListFilter::default(), cursor) => page,
        };
        let until = match asked {
            Err(Problem { trouble: Trouble::RateLimited { until: Some(until) }, .. }) => until,
            other => return other,
        };
        report(Progress::Waiting { until });
        let wait = std::time::Duration::try_from(until.duration_since(clock.now())).unwrap_or_default();
        tokio::select! {
            biased;
            () = cancel.cancelled() => return Err(Trouble::Cancelled.into()),
            () = clock.sleep(wait) => {}
        }
        report(Progress::GoingOn);
    }
}

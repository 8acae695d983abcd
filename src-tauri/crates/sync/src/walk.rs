//! One walk through a provider's list into the book.
//!
//! Lists shift while they are walked. Whoever is added at the head pushes the others down, so that some are met twice,
//! which is harmless, and is not met themselves: so the head is looked at again at the end. Whoever is removed pulls the
//! others up, so that one of them is skipped: a total that falls in the middle of a pass tells of it, and the list is
//! walked once more. Only a walk that met as many as the provider announces, with nothing falling, is complete, and only
//! customers whom complete walks did not see are marked as no longer listed.
//!
//! One removed and another added further down between the same two looks leave the totals as they were. Somebody may have
//! been skipped then, so absence from one walk marks nobody: the provider is asked for the one customer ([`crate::missing`]),
//! or a second complete walk has to miss them too. Nothing is ever deleted.

use crate::identity;
use crate::landings::MOST_OF_A_BUDGET;
use crate::met::Met;
use crate::pass::{Look, MOST_PAGES, Pass, Went};
use directory::{IncompleteReason, RunEnd, Writer};
use jiff::Timestamp;
use kyc::{BookCustomer, ConnectionId, Problem, Trouble};
use providers::clock::Clock;
use providers::{Cursor, Provider};
use tokio_util::sync::CancellationToken;

/// Passes through the list within one walk. Two passes find what one removal hid; a provider whose list never adds up
/// to its total must not be asked for ever.
const MOST_PASSES: u32 = 3;

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
    /// Customers who were asked for one by one have changed, as they now stand in the book.
    Refreshed {
        /// The customers.
        customers: Vec<BookCustomer>,
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

/// Requests that are stored as sent with every page before they are. A process that is killed may have sent as many since
/// it last stored its budget: those whose pages had not landed, repetitions, and an officer's requests. So no window ever
/// holds more than allowed, and a restart after a kill waits a little longer than it would have to.
pub(crate) const SENT_AHEAD: usize = 8 + MOST_OF_A_BUDGET;

/// Walks the list of `provider` into the book, going on where an unfinished walk of the same connection stopped.
///
/// # Errors
/// What the provider or the book met. Pages that landed before stay, and the next walk goes on behind them.
/// [`Trouble::OtherMerchant`] when address or key were replaced and lead to other customers: nothing lands then.
/// [`Trouble::Cancelled`] when `cancel` was fired.
pub async fn walk(
    provider: &dyn Provider,
    book: &Writer,
    connection: &ConnectionId,
    clock: &dyn Clock,
    cancel: &CancellationToken,
    mut report: impl FnMut(Progress) + Send,
) -> Result<Walked, Problem> {
    store_budget(provider, book, connection, SENT_AHEAD).await?;
    let walked = walk_on(provider, book, connection, clock, cancel, &mut report).await;
    let stored = store_budget(provider, book, connection, 0).await;
    // How the walk ended says more than that its budget could not be stored.
    let walked = walked?;
    stored?;
    Ok(walked)
}

async fn walk_on(
    provider: &dyn Provider,
    book: &Writer,
    connection: &ConnectionId,
    clock: &dyn Clock,
    cancel: &CancellationToken,
    report: &mut (impl FnMut(Progress) + Send),
) -> Result<Walked, Problem> {
    let mut run = book.begin_run(connection.clone(), clock.now()).await?;
    if book.is_moved(connection.clone()).await? {
        let told = tokio::select! {
            biased;
            () = cancel.cancelled() => return Err(Trouble::Cancelled.into()),
            told = identity::is_same_merchant(provider, book, connection) => told?,
        };
        if !told {
            return Err(Trouble::OtherMerchant.into());
        }
        // A place in the list at the old address is no place at the new one.
        book.finish_run(run.id, RunEnd::Incomplete(IncompleteReason::ConnectionChanged), clock.now()).await?;
        book.settle(connection.clone()).await?;
        run = book.begin_run(connection.clone(), clock.now()).await?;
    }
    let mut pass = Pass::of(&run, provider, book, connection, clock, cancel);
    let mut announced = run.announced_total;
    let mut start = run.checkpoint.as_deref().map_or_else(Cursor::start, Cursor::from_text);

    for number in 1..=MOST_PASSES {
        let seen_before = pass.seen;
        let resumed = !start.is_start();
        pass.met = Met::default();
        if !resumed {
            pass.rejected = 0;
            pass.fell = false;
        }
        let Went { mut pages, to_the_end } = pass.go(Look::List, start, &mut announced, report).await?;
        if pages > 1 || resumed {
            pages += pass.go(Look::Head, Cursor::start(), &mut announced, report).await?.pages;
        }
        let fell = pass.fell;
        tracing::debug!(%connection, number, pages, seen = pass.seen, ?announced, fell, "a pass through the list ended");
        // Whom a pass met before it was interrupted, the book knows; only the whole walk's together.
        let met = if resumed { pass.seen } else { pass.met.count() };
        // Without a total, a list that begins to repeat itself may hide anybody behind its repetitions.
        let reached = announced.map_or(to_the_end, |announced| met.saturating_add(pass.rejected) >= announced);
        let complete = !fell && reached && pages < MOST_PAGES;
        let found_more = pass.seen > seen_before;
        if complete || number == MOST_PASSES || pages >= MOST_PAGES || (number > 1 && !found_more && !fell) {
            let end = if complete {
                RunEnd::Complete { gone: pass.ask_about_missing(report).await? }
            } else if pages >= MOST_PAGES {
                RunEnd::Incomplete(IncompleteReason::NoEnd)
            } else if fell {
                RunEnd::Incomplete(IncompleteReason::ListKeptShrinking)
            } else {
                RunEnd::Incomplete(IncompleteReason::TotalNotReached)
            };
            let unlisted = book.finish_run(run.id, end, clock.now()).await?;
            return Ok(Walked { complete, seen: pass.seen, unlisted });
        }
        start = Cursor::start();
    }
    // The last pass returns above.
    Err(Trouble::Internal.into())
}

/// Stores the request budget, with `ahead` requests more than were sent.
pub(crate) async fn store_budget(
    provider: &dyn Provider,
    book: &Writer,
    connection: &ConnectionId,
    ahead: usize,
) -> Result<(), Problem> {
    match provider.budget().state_ahead(ahead) {
        Some(budget) => book.save_budget(connection.clone(), budget).await,
        None => Ok(()),
    }
}

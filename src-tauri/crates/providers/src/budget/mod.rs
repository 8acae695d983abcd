//! The request budget of one connection: how many requests any minute and any hour may hold, and when the next may go.
//!
//! Sliding windows, because a provider counts that way: at no moment do the last 60 seconds hold more requests than
//! allowed. The times are kept on the clock that never jumps; [`Budget::export`] writes them by wall time, so that a
//! restart forgets nothing. The budget does not send, and knows nothing of what the requests are.

use crate::clock::{Clock, later};
use jiff::Timestamp;
use kyc::{Problem, Trouble};
use std::collections::VecDeque;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::{Semaphore, SemaphorePermit};

mod priority;
mod text;

#[cfg(test)]
mod tests;

pub use priority::in_background;

use priority::Priority;

/// The longest wait that is slept through. A longer one is told as [`Trouble::RateLimited`], so that a walk can show
/// until when it waits instead of seeming to hang.
pub const PATIENCE: Duration = Duration::from_secs(5);

/// The longest that a provider's "try again later" is believed; a wrong date must not lock a connection for ever.
pub(crate) const LONGEST_HOLD: Duration = Duration::from_secs(24 * 60 * 60);

/// Requests that are foretold one by one.
const MOST_FORETOLD: usize = 20_000;

/// At most `most` requests in any `span`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Window {
    /// Requests; at least 1.
    pub most: u32,
    /// Length.
    pub span: Duration,
}

/// How much longer than an officer's request one in the background waits, so that it comes second.
const STEP_BACK: Duration = Duration::from_millis(10);

impl Window {
    /// What work of that priority may use: a tenth is left to officers.
    fn most_for(&self, priority: Priority) -> usize {
        let reserve = if priority == Priority::Background { self.most / 10 } else { 0 };
        (self.most - reserve) as usize
    }
}

/// What a connection may still ask for. Shared by all work of the connection.
#[derive(Debug)]
pub struct Budget {
    windows: Vec<Window>,
    clock: Arc<dyn Clock>,
    spent: Mutex<Spent>,
    /// Officers' requests that wait for their turn.
    officers: AtomicUsize,
}

/// An officer's request that waits; it no longer does when this is dropped, whether it went or was given up.
struct Waiting<'a>(&'a AtomicUsize);

impl<'a> Waiting<'a> {
    fn announce(officers: &'a AtomicUsize) -> Self {
        officers.fetch_add(1, Ordering::SeqCst);
        Self(officers)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

/// Milliseconds on [`Clock::elapsed`]; negative for what an earlier run of the app sent.
#[derive(Debug, Default)]
struct Spent {
    /// When requests went out, oldest first; no more than the windows look back on.
    sent: VecDeque<i64>,
    /// Before this none may go, because the provider said so.
    held_until: Option<i64>,
}

/// A stored budget that cannot be read. The budget is then empty, as in a new connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnreadableBudget;

impl std::fmt::Display for UnreadableBudget {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("the stored request budget cannot be read")
    }
}

impl std::error::Error for UnreadableBudget {}

impl Budget {
    /// A budget with nothing spent. Without windows there is no limit but what a provider says in its answers.
    pub(crate) fn new(windows: Vec<Window>, clock: Arc<dyn Clock>) -> Self {
        Self { windows, clock, spent: Mutex::default(), officers: AtomicUsize::new(0) }
    }

    /// A budget without limits of its own, for clients that are written outside this crate.
    pub fn unlimited(clock: Arc<dyn Clock>) -> Self {
        Self::new(Vec::new(), clock)
    }

    /// How many requests work in the background may make now; `None` without a limit.
    pub fn free_in_background(&self) -> Option<u32> {
        let mut spent = self.spent();
        self.forget_old(&mut spent);
        let now = self.elapsed();
        if spent.held_until.is_some_and(|until| until > now) {
            return Some(0);
        }
        let free = |window: &Window| {
            let used = spent.sent.iter().rev().take_while(|at| **at + millis(window.span) >= now).count();
            u32::try_from(window.most_for(Priority::Background).saturating_sub(used)).unwrap_or(u32::MAX)
        };
        self.windows.iter().map(free).min()
    }

    /// How many requests work in the background may make in an hour; `None` without a limit.
    pub fn hourly_in_background(&self) -> Option<u32> {
        let hourly = |window: &Window| {
            let most = u64::try_from(window.most_for(Priority::Background)).unwrap_or(u64::MAX);
            let windows = 3_600_000 / u64::try_from(window.span.as_millis()).unwrap_or(u64::MAX).max(1);
            u32::try_from(most.saturating_mul(windows.max(1))).unwrap_or(u32::MAX)
        };
        self.windows.iter().map(hourly).min()
    }

    /// How long it takes until so many more requests of work in the background have gone, if nobody else asks.
    pub fn span_of(&self, requests: u32) -> Duration {
        let mut spent = self.spent();
        self.forget_old(&mut spent);
        let now = self.elapsed();
        let mut sent: Vec<i64> = spent.sent.iter().copied().collect();
        // Beyond that, it goes on as fast as the slowest window lets it on the whole.
        let simulated = if self.windows.is_empty() { 0 } else { (requests as usize).min(MOST_FORETOLD) };
        let mut last = spent.held_until.unwrap_or(now).max(now);
        for _ in 0..simulated {
            for window in &self.windows {
                let most = window.most_for(Priority::Background);
                if let Some(before) = sent.len().checked_sub(most).and_then(|before| sent.get(before)) {
                    last = last.max(before + millis(window.span) + 1);
                }
            }
            sent.push(last);
        }
        let rest = u64::from(requests) - u64::try_from(simulated).unwrap_or(0);
        let slowest = self.hourly_in_background().map_or(0, |hourly| rest * 3_600_000 / u64::from(hourly.max(1)));
        Duration::from_millis(u64::try_from(last - now).unwrap_or(0).saturating_add(slowest))
    }

    /// When the next request of somebody who waits may go: now, or later.
    pub fn next_at(&self) -> Timestamp {
        let wait = self.wait(&mut self.spent(), Priority::Officer);
        later(self.clock.now(), wait)
    }

    /// Takes one request out of the budget, after a short sleep where that is enough.
    ///
    /// # Errors
    /// [`Trouble::RateLimited`] with the time when it will go, if that takes longer than [`PATIENCE`]; nothing is taken
    /// out then.
    #[cfg(test)]
    pub(crate) async fn admit(&self) -> Result<(), Problem> {
        self.admit_in_turn(None).await.map(drop)
    }

    /// The same, together with a turn where requests go one after another. The turn is not held through a sleep: an
    /// officer must not wait for a walk that waits.
    ///
    /// # Errors
    /// As above.
    pub(crate) async fn admit_in_turn<'a>(
        &self,
        turn: Option<&'a Semaphore>,
    ) -> Result<Option<SemaphorePermit<'a>>, Problem> {
        let priority = Priority::of_this_work();
        let _waiting = (priority == Priority::Officer).then(|| Waiting::announce(&self.officers));
        let mut slept = Duration::ZERO;
        loop {
            let permit = match turn {
                // Never closed, so that waiting always ends with a turn.
                Some(turn) => turn.acquire().await.ok(),
                None => None,
            };
            let wait = {
                let mut spent = self.spent();
                let wait = self.wait(&mut spent, priority);
                if wait.is_zero() {
                    spent.sent.push_back(self.elapsed());
                    return Ok(permit);
                }
                wait
            };
            drop(permit);
            if slept + wait > PATIENCE {
                return Err(Trouble::RateLimited { until: Some(later(self.clock.now(), wait)) }.into());
            }
            self.clock.sleep(wait).await;
            slept += wait;
        }
    }

    /// Lets nothing go for `span` from now, because the provider said so. A hold is never shortened. Gives the moment
    /// when it ends.
    pub(crate) fn hold(&self, span: Duration) -> Timestamp {
        let span = span.min(LONGEST_HOLD);
        let until = self.elapsed().saturating_add(millis(span));
        let mut spent = self.spent();
        spent.held_until = spent.held_until.max(Some(until));
        later(self.clock.now(), span)
    }

    /// What was spent, as one line of text for [`restore`](Self::restore) after a restart. About 4 bytes for each
    /// request of the longest window.
    pub fn export(&self) -> String {
        let mut spent = self.spent();
        self.forget_old(&mut spent);
        let to_wall = self.clock.now().as_millisecond() - self.elapsed();
        text::write(spent.sent.iter().map(|at| at + to_wall), spent.held_until.map(|at| at + to_wall))
    }

    /// As [`state`](Self::state), with `ahead` requests more, as if they went out now. For whoever stores it before they do:
    /// what a process still sends before it is killed is then counted all the same. `None` also without limits.
    pub fn state_ahead(&self, ahead: usize) -> Option<String> {
        if ahead == 0 || self.windows.is_empty() {
            return self.state();
        }
        let mut spent = self.spent();
        self.forget_old(&mut spent);
        let (now, elapsed) = (self.clock.now().as_millisecond(), self.elapsed());
        let sent = spent.sent.iter().copied().chain(std::iter::repeat_n(elapsed, ahead));
        Some(text::write(sent.map(|at| at + now - elapsed), spent.held_until.map(|at| at + now - elapsed)))
    }

    /// As [`export`](Self::export); `None` when there is nothing to remember.
    pub fn state(&self) -> Option<String> {
        let nothing = {
            let mut spent = self.spent();
            self.forget_old(&mut spent);
            spent.sent.is_empty() && spent.held_until.is_none()
        };
        if nothing { None } else { Some(self.export()) }
    }

    /// Adds what an earlier run of the app spent. Times that the wall clock has not reached yet, because somebody set it
    /// back, count as just now.
    ///
    /// # Errors
    /// [`UnreadableBudget`] for a text that [`export`](Self::export) did not write; nothing changes then.
    pub fn restore(&self, stored: &str) -> Result<(), UnreadableBudget> {
        let (sent, held_until) = text::read(stored).ok_or(UnreadableBudget)?;
        let (now, elapsed) = (self.clock.now().as_millisecond(), self.elapsed());
        let from_wall = |wall: i64| elapsed.saturating_sub(now.saturating_sub(wall).max(0));
        let mut spent = self.spent();
        let mut all: Vec<i64> = sent.into_iter().map(from_wall).chain(spent.sent.iter().copied()).collect();
        all.sort_unstable();
        spent.sent = all.into();
        if let Some(wall) = held_until {
            let rest = wall.saturating_sub(now).clamp(0, millis(LONGEST_HOLD));
            spent.held_until = spent.held_until.max(Some(elapsed.saturating_add(rest)));
        }
        self.forget_old(&mut spent);
        Ok(())
    }

    /// How long the next request of that priority must wait.
    fn wait(&self, spent: &mut Spent, priority: Priority) -> Duration {
        let officer_first = priority == Priority::Background && self.officers.load(Ordering::SeqCst) > 0;
        let step_back = if officer_first { self.wait(spent, Priority::Officer) + STEP_BACK } else { Duration::ZERO };
        self.forget_old(spent);
        let now = self.elapsed();
        let by_window = self.windows.iter().filter_map(|window| {
            let before = spent.sent.len().checked_sub(window.most_for(priority))?;
            // One millisecond more than the span: both ends of a window count.
            Some(spent.sent.get(before)? + millis(window.span) + 1)
        });
        let earliest = by_window.chain(spent.held_until).max().unwrap_or(now);
        Duration::from_millis(u64::try_from(earliest - now).unwrap_or(0)).max(step_back)
    }

    fn forget_old(&self, spent: &mut Spent) {
        let longest = self.windows.iter().map(|window| millis(window.span)).max().unwrap_or(0);
        let oldest = self.elapsed().saturating_sub(longest);
        while spent.sent.front().is_some_and(|at| *at < oldest) || (self.windows.is_empty() && !spent.sent.is_empty()) {
            spent.sent.pop_front();
        }
        if spent.held_until.is_some_and(|until| until <= self.elapsed()) {
            spent.held_until = None;
        }
    }

    fn elapsed(&self) -> i64 {
        millis(self.clock.elapsed())
    }

    fn spent(&self) -> MutexGuard<'_, Spent> {
        self.spent.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn millis(span: Duration) -> i64 {
    i64::try_from(span.as_millis()).unwrap_or(i64::MAX)
}

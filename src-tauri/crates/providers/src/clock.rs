//! Time as the clients see it: the moment, a span that never runs backwards, and waiting.
//!
//! Everything here that depends on time is given a [`Clock`], so that a test owns the time and never waits. Socket
//! timeouts are not part of it: they belong to the HTTP library.

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Tells the time and waits.
#[async_trait]
pub trait Clock: Send + Sync + fmt::Debug {
    /// The moment by this computer's clock, which may be wrong and may jump.
    fn now(&self) -> Timestamp;

    /// Time since a fixed moment of this process. Never goes back, whatever happens to [`now`](Self::now).
    fn elapsed(&self) -> Duration;

    /// Waits.
    async fn sleep(&self, span: Duration);
}

/// The computer's own clock.
#[derive(Debug)]
pub struct SystemClock {
    started: Instant,
}

impl SystemClock {
    /// A clock whose [`elapsed`](Clock::elapsed) begins now.
    pub fn new() -> Self {
        Self { started: Instant::now() }
    }
}

impl Default for SystemClock {
    fn default() -> Self {
        Self::new()
    }
}

#[async_trait]
impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }

    fn elapsed(&self) -> Duration {
        self.started.elapsed()
    }

    async fn sleep(&self, span: Duration) {
        tokio::time::sleep(span).await;
    }
}

/// A clock that stands still until somebody moves it, and on which sleeping moves it at once. For tests and
/// simulations, here and in the crates above.
#[derive(Debug)]
pub struct ManualClock {
    hands: Mutex<Hands>,
}

#[derive(Debug)]
struct Hands {
    now: Timestamp,
    elapsed: Duration,
    slept: Vec<Duration>,
}

impl ManualClock {
    /// A clock that shows `now`.
    pub fn at(now: Timestamp) -> Self {
        Self { hands: Mutex::new(Hands { now, elapsed: Duration::ZERO, slept: Vec::new() }) }
    }

    /// Lets time pass.
    pub fn advance(&self, span: Duration) {
        self.hands().pass(span);
    }

    /// Sets the wall clock without any time passing, as a person or a time server does.
    pub fn set_wall(&self, now: Timestamp) {
        self.hands().now = now;
    }

    /// How long each sleep so far was, in order.
    pub fn slept(&self) -> Vec<Duration> {
        self.hands().slept.clone()
    }

    fn hands(&self) -> MutexGuard<'_, Hands> {
        self.hands.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Hands {
    fn pass(&mut self, span: Duration) {
        self.elapsed += span;
        self.now = later(self.now, span);
    }
}

#[async_trait]
impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        self.hands().now
    }

    fn elapsed(&self) -> Duration {
        self.hands().elapsed
    }

    async fn sleep(&self, span: Duration) {
        {
            let mut hands = self.hands();
            hands.pass(span);
            hands.slept.push(span);
        }
        // Others get their turn, as during a real wait.
        tokio::task::yield_now().await;
    }
}

/// `moment` plus `span`, at most the last moment that can be written.
pub(crate) fn later(moment: Timestamp, span: Duration) -> Timestamp {
    SignedDuration::try_from(span).ok().and_then(|span| moment.checked_add(span).ok()).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn sleeping_on_a_manual_clock_moves_both_hands() {
        let start: Timestamp = "2026-01-01T00:00:00Z".parse().unwrap();
        let clock = ManualClock::at(start);
        clock.sleep(Duration::from_secs(90)).await;
        assert_eq!(clock.now().to_string(), "2026-01-01T00:01:30Z");
        assert_eq!(clock.elapsed(), Duration::from_secs(90));
        assert_eq!(clock.slept(), [Duration::from_secs(90)]);
    }

    #[test]
    fn setting_the_wall_clock_lets_no_time_pass() {
        let clock = ManualClock::at("2026-01-01T00:00:00Z".parse().unwrap());
        clock.set_wall("2020-01-01T00:00:00Z".parse().unwrap());
        assert_eq!(clock.elapsed(), Duration::ZERO);
        assert_eq!(clock.now().to_string(), "2020-01-01T00:00:00Z");
    }

    #[test]
    fn a_moment_beyond_the_calendar_is_its_last() {
        assert_eq!(later(Timestamp::MAX, Duration::MAX), Timestamp::MAX);
    }
}

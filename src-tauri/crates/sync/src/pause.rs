//! Waiting that notices when the computer slept or its clock was set.
//!
//! A timer stands still while the computer sleeps. So a wait is slept in slices, and after each the wall clock is looked at:
//! where it has moved by far more than the slice, somebody closed the lid, or set the clock.

use jiff::Timestamp;
use providers::clock::Clock;
use std::time::Duration;

/// Longest slice.
const SLICE: Duration = Duration::from_secs(30);

/// By how much the wall clock must run ahead of the slice for the computer to have slept.
const SLEPT: Duration = Duration::from_secs(60);

/// How a wait ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Woke {
    /// The time was over.
    OnTime,
    /// The computer slept, or its clock was set forward; the time may not be over.
    AfterSleep,
}

/// Waits for `span`, or until the computer has slept.
pub(crate) async fn wait(clock: &dyn Clock, span: Duration) -> Woke {
    let end = clock.elapsed().saturating_add(span);
    loop {
        let left = end.saturating_sub(clock.elapsed());
        if left.is_zero() {
            return Woke::OnTime;
        }
        let before = (clock.now(), clock.elapsed());
        clock.sleep(left.min(SLICE)).await;
        if slept(before.0, clock.now(), clock.elapsed().saturating_sub(before.1)) {
            return Woke::AfterSleep;
        }
    }
}

/// Waits until `until` by the wall clock, but not longer than that is from now: also over the computer's sleep, and also
/// when the clock is set back.
pub(crate) async fn wait_until(clock: &dyn Clock, until: Timestamp) {
    loop {
        let left = Duration::try_from(until.duration_since(clock.now())).unwrap_or_default();
        if left.is_zero() || wait(clock, left).await == Woke::OnTime {
            return;
        }
    }
}

fn slept(before: Timestamp, after: Timestamp, passed: Duration) -> bool {
    Duration::try_from(after.duration_since(before)).is_ok_and(|wall| wall > passed + SLEPT)
}

#[cfg(test)]
mod tests {
    use super::*;
    use async_trait::async_trait;
    use jiff::ToSpan;
    use providers::clock::ManualClock;
    use std::sync::Mutex;

    fn start() -> Timestamp {
        "2026-11-20T12:00:00Z".parse().unwrap()
    }

    /// A clock whose wall is set forward or back during one of its sleeps.
    #[derive(Debug)]
    struct Lid {
        hands: ManualClock,
        jumps: Mutex<Vec<(usize, i64)>>,
    }

    #[async_trait]
    impl Clock for Lid {
        fn now(&self) -> Timestamp {
            self.hands.now()
        }

        fn elapsed(&self) -> Duration {
            self.hands.elapsed()
        }

        async fn sleep(&self, span: Duration) {
            self.hands.sleep(span).await;
            let number = self.hands.slept().len();
            if let Some((_, minutes)) = self.jumps.lock().unwrap().iter().find(|(at, _)| *at == number) {
                self.hands.set_wall(self.hands.now() + minutes.minutes());
            }
        }
    }

    fn lid(jumps: &[(usize, i64)]) -> Lid {
        Lid { hands: ManualClock::at(start()), jumps: Mutex::new(jumps.to_vec()) }
    }

    #[tokio::test]
    async fn an_ordinary_wait_ends_on_time() {
        let clock = lid(&[]);
        assert_eq!(wait(&clock, Duration::from_secs(100)).await, Woke::OnTime);
        assert_eq!(clock.elapsed(), Duration::from_secs(100));
    }

    #[tokio::test]
    async fn the_computers_sleep_is_noticed_within_a_slice() {
        let clock = lid(&[(2, 480)]);
        assert_eq!(wait(&clock, Duration::from_secs(900)).await, Woke::AfterSleep);
        assert_eq!(clock.elapsed(), Duration::from_secs(60));
    }

    #[tokio::test]
    async fn waiting_for_a_moment_ends_at_it_whatever_the_clock_does() {
        // Over a sleep that ends before it, and over one that ends behind it.
        for (jump, slept) in [(5, 300), (30, 30)] {
            let clock = lid(&[(1, jump)]);
            wait_until(&clock, start() + 10.minutes()).await;
            assert_eq!(clock.elapsed(), Duration::from_secs(slept));
        }
        // A clock that is set back by a day does not make it a day longer.
        let clock = lid(&[(1, -1_440)]);
        wait_until(&clock, start() + 10.minutes()).await;
        assert_eq!(clock.elapsed(), Duration::from_secs(600));
    }
}

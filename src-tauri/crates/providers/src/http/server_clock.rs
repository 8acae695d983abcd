//! The provider's clock, as far as its answers prove it: a signed request is refused when this computer's clock is wrong,
//! and an officer may not be allowed to set it.
//!
//! One `Date` proves nothing: a cache may have kept it. Two in a row that name the same difference do, as long as this
//! computer's clock was not set in between.

use jiff::{SignedDuration, Timestamp};
use std::time::Duration;

/// How far two measurements of one difference may lie apart, in milliseconds: a date is cut to its second, and an answer
/// travels.
const AGREEMENT: i64 = 2_500;

/// A difference that is followed, in milliseconds. Below it the measurement says little, and every provider's tolerance
/// is larger.
const LEAST: i64 = 10_000;

/// What the answers so far say of the provider's clock.
#[derive(Debug, Default)]
pub(crate) struct ServerClock {
    last: Option<Measured>,
    proved: Option<Measured>,
}

/// One difference, in milliseconds.
#[derive(Debug, Clone, Copy)]
struct Measured {
    /// How far the provider's clock is ahead of this computer's.
    ahead: i64,
    /// This computer's clock less the time that passed for this process: another value means that the clock was set.
    set: i64,
}

impl ServerClock {
    /// Takes in an answer's date.
    pub fn observe(&mut self, date: Timestamp, now: Timestamp, elapsed: Duration) {
        // The middle of the second that the date names.
        let ahead = date.as_millisecond().saturating_add(500).saturating_sub(now.as_millisecond());
        let measured = Measured { ahead, set: set(now, elapsed) };
        self.proved = self.last.filter(|last| last.agrees(&measured)).map(|_| measured);
        self.last = Some(measured);
    }

    /// The provider's time where it is proved to differ from `now`; else `None`.
    pub fn now(&self, now: Timestamp, elapsed: Duration) -> Option<Timestamp> {
        let proved = self.proved?;
        let unchanged = proved.set.abs_diff(set(now, elapsed)) <= AGREEMENT.unsigned_abs();
        let differs = proved.ahead.unsigned_abs() >= LEAST.unsigned_abs();
        if unchanged && differs { now.checked_add(SignedDuration::from_millis(proved.ahead)).ok() } else { None }
    }
}

impl Measured {
    fn agrees(&self, other: &Self) -> bool {
        self.ahead.abs_diff(other.ahead) <= AGREEMENT.unsigned_abs()
            && self.set.abs_diff(other.set) <= AGREEMENT.unsigned_abs()
    }
}

fn set(now: Timestamp, elapsed: Duration) -> i64 {
    now.as_millisecond().saturating_sub(i64::try_from(elapsed.as_millis()).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    const ZERO: Duration = Duration::ZERO;

    #[test]
    fn two_answers_that_agree_prove_a_difference_and_one_does_not() {
        let (mut clock, now) = (ServerClock::default(), at("2026-11-20T10:00:00Z"));
        clock.observe(at("2026-11-20T10:10:00Z"), now, ZERO);
        assert_eq!(clock.now(now, ZERO), None);
        clock.observe(at("2026-11-20T10:10:01Z"), at("2026-11-20T10:00:01Z"), Duration::from_secs(1));
        let later = at("2026-11-20T10:05:00Z");
        assert_eq!(clock.now(later, Duration::from_secs(300)), Some(at("2026-11-20T10:15:00.5Z")));
    }

    #[test]
    fn a_kept_date_a_small_difference_and_a_clock_that_was_set_prove_nothing() {
        let now = at("2026-11-20T10:00:00Z");
        let minute = Duration::from_secs(60);
        // A cache that answers with one date for ever.
        let mut kept = ServerClock::default();
        kept.observe(at("2026-11-20T09:00:00Z"), now, ZERO);
        kept.observe(at("2026-11-20T09:00:00Z"), at("2026-11-20T10:01:00Z"), minute);
        assert_eq!(kept.now(now, ZERO), None);
        let mut small = ServerClock::default();
        small.observe(at("2026-11-20T10:00:05Z"), now, ZERO);
        small.observe(at("2026-11-20T10:00:05Z"), now, ZERO);
        assert_eq!(small.now(now, ZERO), None);
        // Somebody sets the clock right, after the proof.
        let mut right = ServerClock::default();
        right.observe(at("2026-11-20T11:00:00Z"), now, ZERO);
        right.observe(at("2026-11-20T11:00:00Z"), now, ZERO);
        assert!(right.now(now, ZERO).is_some());
        assert_eq!(right.now(at("2026-11-20T11:00:00Z"), ZERO), None);
    }
}

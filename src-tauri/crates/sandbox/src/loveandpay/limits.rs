//! The limits shown in the merchants' cabinet: 100 requests a minute and 1,000 an hour.

use crate::moment::{MINUTE, Moment};
use std::collections::VecDeque;

const PER_MINUTE: usize = 100;
const PER_HOUR: usize = 1000;

/// The requests of the last hour that were let through.
#[derive(Debug, Default)]
pub struct Window {
    passed: VecDeque<Moment>,
}

impl Window {
    /// Says whether one more may pass now, and counts it if so. Refused requests do not count.
    pub fn pass(&mut self, now: Moment) -> bool {
        while self.passed.front().is_some_and(|moment| *moment <= now.before(60 * MINUTE)) {
            self.passed.pop_front();
        }
        let last_minute = self.passed.iter().rev().take_while(|moment| **moment > now.before(MINUTE)).count();
        let passes = last_minute < PER_MINUTE && self.passed.len() < PER_HOUR;
        if passes {
            self.passed.push_back(now);
        }
        passes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hundred_a_minute_and_a_thousand_an_hour_pass() {
        let mut window = Window::default();
        let start = Moment::of(jiff::Timestamp::UNIX_EPOCH);
        let passing = |window: &mut Window, now: Moment| (0..150).filter(|_| window.pass(now)).count();
        for minute in 0..10 {
            assert_eq!(passing(&mut window, start.after(minute * MINUTE)), 100, "minute {minute}");
        }
        assert_eq!(passing(&mut window, start.after(10 * MINUTE)), 0, "the hour is used up");
        assert_eq!(passing(&mut window, start.after(60 * MINUTE - 1)), 0);
        assert_eq!(passing(&mut window, start.after(60 * MINUTE)), 100, "the first minute lies an hour back");
    }
}

//! Tells from the clocks that the computer was asleep: the wall clock went on while the process stood still.

use std::time::{Duration, SystemTime};

/// How often the clocks are compared.
const LOOK_EVERY: Duration = Duration::from_secs(20);

/// How much more than that means sleep, and not a busy machine or a clock that was set right by a little.
const JUMP: Duration = Duration::from_secs(60);

pub(super) async fn watch<T: Future<Output = ()>>(asleep: &impl Fn() -> T) {
    loop {
        let before = SystemTime::now();
        tokio::time::sleep(LOOK_EVERY).await;
        // A clock that went back tells nothing.
        let passed = before.elapsed().unwrap_or_default();
        if was_asleep(passed) {
            asleep().await;
        }
    }
}

fn was_asleep(passed: Duration) -> bool {
    passed >= LOOK_EVERY + JUMP
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_long_gap_is_sleep() {
        assert!(!was_asleep(LOOK_EVERY));
        assert!(!was_asleep(LOOK_EVERY + Duration::from_secs(59)));
        assert!(was_asleep(LOOK_EVERY + JUMP));
    }
}

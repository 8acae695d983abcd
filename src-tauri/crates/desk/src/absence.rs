//! Notices that the person at the computer is away, from the time since the last input.
//!
//! It knows no window and locks nothing: it says in which [`Stage`] things are, each change once.

use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::Instant;

/// How long before the end a person is warned, or half of the limit if that is shorter.
pub const WARNING: Duration = Duration::from_secs(30);

/// Whether somebody is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Somebody is.
    Here,
    /// Nobody was for a while.
    Leaving {
        /// What is left until they count as away.
        left: Duration,
    },
    /// Nobody is.
    Away,
}

/// The last sign of a person, and after how long without one they count as away. All clones are the same.
#[derive(Debug, Clone)]
pub struct Presence {
    known: Arc<watch::Sender<Known>>,
}

#[derive(Debug, Clone, Copy)]
struct Known {
    seen: Instant,
    limit: Option<Duration>,
}

impl Default for Presence {
    fn default() -> Self {
        Self::new()
    }
}

impl Presence {
    /// Somebody is here now, and never counts as away until a limit is set.
    pub fn new() -> Self {
        Self { known: Arc::new(watch::Sender::new(Known { seen: Instant::now(), limit: None })) }
    }

    /// There was a sign of a person.
    pub fn seen(&self) {
        self.known.send_modify(|known| known.seen = Instant::now());
    }

    /// After how long without a sign a person counts as away; `None`: never. Begins to count anew, because whoever sets
    /// this is there.
    pub fn set_limit(&self, limit: Option<Duration>) {
        self.known.send_modify(|known| *known = Known { seen: Instant::now(), limit });
    }

    /// Tells of every change of the stage, for ever. It begins in [`Stage::Here`], which is not told.
    pub async fn watch<T: Future<Output = ()>>(&self, mut tell: impl FnMut(Stage) -> T) {
        let mut news = self.known.subscribe();
        let mut stage = Stage::Here;
        loop {
            let known = *news.borrow_and_update();
            let next = stage_at(known, Instant::now());
            if std::mem::discriminant(&next) != std::mem::discriminant(&stage) {
                stage = next;
                tell(stage).await;
            }
            let until = match (known.limit, stage) {
                (Some(limit), Stage::Here) => Some(known.seen + limit.saturating_sub(warning(limit))),
                (Some(limit), Stage::Leaving { .. }) => Some(known.seen + limit),
                (None, _) | (_, Stage::Away) => None,
            };
            let changed = async {
                // `self` holds the sender, so this never ends in an error.
                let _ = news.changed().await;
            };
            match until {
                Some(until) => tokio::select! {
                    () = changed => (),
                    () = tokio::time::sleep_until(until) => (),
                },
                None => changed.await,
            }
        }
    }
}

fn warning(limit: Duration) -> Duration {
    WARNING.min(limit / 2)
}

fn stage_at(known: Known, now: Instant) -> Stage {
    let Some(limit) = known.limit else { return Stage::Here };
    let left = limit.saturating_sub(now.saturating_duration_since(known.seen));
    if left.is_zero() {
        Stage::Away
    } else if left <= warning(limit) {
        Stage::Leaving { left }
    } else {
        Stage::Here
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Mutex;

    const MINUTE: Duration = Duration::from_secs(60);

    /// What is told, with the seconds since the beginning, while `script` goes on.
    async fn told(script: impl AsyncFnOnce(&Presence)) -> Vec<(u64, Stage)> {
        let presence = Presence::new();
        let (begin, heard) = (Instant::now(), Mutex::new(Vec::new()));
        tokio::select! {
            () = presence.watch(|stage| {
                heard.lock().unwrap().push((begin.elapsed().as_secs(), stage));
                std::future::ready(())
            }) => (),
            () = script(&presence) => (),
        }
        heard.into_inner().unwrap()
    }

    async fn wait(duration: Duration) {
        tokio::time::sleep(duration).await;
    }

    const LEAVING: Stage = Stage::Leaving { left: WARNING };

    #[tokio::test(start_paused = true)]
    async fn without_a_limit_nobody_is_ever_away() {
        assert_eq!(told(async |_| wait(MINUTE * 60 * 24 * 30).await).await, []);
    }

    #[tokio::test(start_paused = true)]
    async fn after_the_limit_there_is_a_warning_and_then_nobody() {
        let told = told(async |presence| {
            presence.set_limit(Some(MINUTE * 5));
            wait(MINUTE * 60).await;
        });
        assert_eq!(told.await, [(270, LEAVING), (300, Stage::Away)]);
    }

    #[tokio::test(start_paused = true)]
    async fn a_sign_in_time_calls_it_off_and_counting_begins_anew() {
        let told = told(async |presence| {
            presence.set_limit(Some(MINUTE * 5));
            wait(Duration::from_secs(200)).await;
            presence.seen();
            wait(Duration::from_secs(280)).await;
            presence.seen();
            wait(Duration::from_secs(299)).await;
        });
        assert_eq!(told.await, [(470, LEAVING), (480, Stage::Here), (750, LEAVING)]);
    }

    #[tokio::test(start_paused = true)]
    async fn whoever_was_away_is_here_again_with_the_next_sign() {
        let told = told(async |presence| {
            presence.set_limit(Some(MINUTE));
            wait(MINUTE * 3).await;
            presence.seen();
            wait(MINUTE * 2).await;
        });
        let leaving = Stage::Leaving { left: WARNING };
        let expected = [(30, leaving), (60, Stage::Away), (180, Stage::Here), (210, leaving), (240, Stage::Away)];
        assert_eq!(told.await, expected);
    }

    #[tokio::test(start_paused = true)]
    async fn switching_it_off_calls_a_warning_off() {
        let told = told(async |presence| {
            presence.set_limit(Some(MINUTE * 2));
            wait(Duration::from_secs(100)).await;
            presence.set_limit(None);
            wait(MINUTE * 60).await;
        });
        assert_eq!(told.await, [(90, LEAVING), (100, Stage::Here)]);
    }
}

//! Where the system tells of sleep by a call into this process, and sleeps once the call has returned (macOS, Windows): hands
//! the word over to whoever watches, and returns when they have done what is to be done.

use std::sync::mpsc::{self, Sender};
use std::time::Duration;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

/// How long the computer is kept awake. Windows gives two seconds, macOS thirty; closing the book takes a fraction of one.
const PATIENCE: Duration = Duration::from_secs(2);

/// Says that the computer is about to sleep.
pub(super) struct Announcer(UnboundedSender<Sender<()>>);

/// What was announced and not yet answered. An answer is given by dropping what was received.
pub(super) struct Announcements(UnboundedReceiver<Sender<()>>);

/// Both sides of the way from the system's thread to whoever watches.
pub(super) fn way() -> (Announcer, Announcements) {
    let (announce, announced) = unbounded_channel();
    (Announcer(announce), Announcements(announced))
}

impl Announcer {
    /// Tells, and waits until it was dealt with, but not longer than the system would.
    pub(super) fn announce(&self) {
        let (done, is_done) = mpsc::channel();
        if self.0.send(done).is_ok() {
            // Nothing is ever sent: it ends when the other side is dropped.
            let _ = is_done.recv_timeout(PATIENCE);
        }
    }
}

impl Announcements {
    /// Calls `asleep` at each announcement, and answers when that is over.
    pub(super) async fn follow<T: Future<Output = ()>>(mut self, asleep: &impl Fn() -> T) {
        while let Some(done) = self.0.recv().await {
            asleep().await;
            drop(done);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicU32, Ordering};

    #[tokio::test]
    async fn the_system_waits_until_it_was_dealt_with() {
        let (announcer, announcements) = way();
        let locked = AtomicU32::new(0);
        let system = std::thread::spawn(move || {
            announcer.announce();
            announcer.announce();
            // What is said here is what had happened when the computer would have gone to sleep.
            drop(announcer);
        });
        announcements
            .follow(&|| async {
                tokio::task::yield_now().await;
                locked.fetch_add(1, Ordering::Relaxed);
            })
            .await;
        system.join().unwrap();
        assert_eq!(locked.into_inner(), 2, "each announcement was dealt with before the next");
    }

    #[test]
    fn nobody_waits_where_nobody_watches() {
        let (announcer, announcements) = way();
        drop(announcements);
        announcer.announce();
    }
}

//! Wrong passphrases slow down whoever sits at the keyboard.
//!
//! The count survives a restart in a small file of the profile. It is no protection from somebody who can copy or
//! change files: they try elsewhere, and what holds them up is the cost of Argon2. An attempt is counted before it is
//! made, so that ending the process in the middle of one does not make it free.

use crate::kept_file::put_in_place;
use jiff::{SignedDuration, Timestamp};
use kyc::{Problem, Trouble};
use serde::{Deserialize, Serialize};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The file's name within the profile's folder.
pub(crate) const FILE_NAME: &str = "passphrase-attempts.json";

const FORMAT: u32 = 1;

/// How long nothing is tried after so many wrong passphrases in a row, in seconds. Two slips of the finger cost
/// nothing; from the last on it stays as it is.
const WAITS: [i64; 9] = [0, 0, 0, 5, 15, 30, 60, 300, 900];

/// The wrong passphrases of a profile.
pub(crate) struct Attempts {
    path: PathBuf,
    now: fn() -> Timestamp,
    /// What the disk would say, also when it cannot be written.
    known: Mutex<Option<Count>>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Count {
    format: u32,
    wrong: u32,
    last: Timestamp,
}

impl Attempts {
    pub(crate) fn new(folder: &Path, now: fn() -> Timestamp) -> Self {
        Self { path: folder.join(FILE_NAME), now, known: Mutex::default() }
    }

    /// Counts an attempt that is about to be made as a wrong one.
    ///
    /// # Errors
    /// `PassphraseWrong` with the time to wait for, when it may not be made yet. A disk that cannot be written does not
    /// hold up anybody: the count is kept in memory then.
    pub(crate) fn begin(&self) -> Result<(), Problem> {
        let mut known = self.known();
        let now = (self.now)();
        let count = self.count(&mut known, now);
        if let Some(until) = count.until(now) {
            return Err(Trouble::PassphraseWrong { until: Some(until) }.into());
        }
        self.keep(&mut known, Count { format: FORMAT, wrong: count.wrong.saturating_add(1), last: now });
        Ok(())
    }

    /// When the next attempt may be made, after a wrong one; `None` at once.
    pub(crate) fn until(&self) -> Option<Timestamp> {
        let mut known = self.known();
        let now = (self.now)();
        self.count(&mut known, now).until(now)
    }

    /// Forgets them, after the right passphrase or recovery code.
    pub(crate) fn forget(&self) {
        let mut known = self.known();
        *known = Some(Count::default());
        if let Err(error) = disk::remove(&self.path) {
            // It would hold up the next start.
            tracing::warn!(kind = ?error.kind(), "{FILE_NAME} cannot be removed");
        }
    }

    /// Takes back what [`begin`](Self::begin) counted, when it was not the passphrase that failed.
    pub(crate) fn forget_last(&self) {
        let mut known = self.known();
        if let Some(count) = *known {
            self.keep(&mut known, Count { wrong: count.wrong.saturating_sub(1), ..count });
        }
    }

    fn count(&self, known: &mut Option<Count>, now: Timestamp) -> Count {
        let count = known.unwrap_or_else(|| {
            let text = fs::read_to_string(&self.path).unwrap_or_default();
            // A file that says nothing holds up nobody: whoever can spoil it can remove it too.
            serde_json::from_str::<Count>(&text).ok().filter(|count| count.format == FORMAT).unwrap_or_default()
        });
        *known = Some(count);
        if count.last > now {
            // The clock was set back; nobody is to wait for it to come round again. The wait begins anew.
            self.keep(known, Count { last: now, ..count });
        }
        known.unwrap_or(count)
    }

    fn keep(&self, known: &mut Option<Count>, count: Count) {
        *known = Some(count);
        let outcome = serde_json::to_vec(&count).map_err(Into::into).and_then(|text| put_in_place(&self.path, &text));
        if let Err(error) = outcome {
            tracing::warn!(kind = ?error.kind(), "{FILE_NAME} cannot be written");
        }
    }

    fn known(&self) -> MutexGuard<'_, Option<Count>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Count {
    fn until(self, now: Timestamp) -> Option<Timestamp> {
        let place = usize::try_from(self.wrong).unwrap_or(usize::MAX).min(WAITS.len() - 1);
        let wait = SignedDuration::from_secs(WAITS[place]);
        let until = self.last.checked_add(wait).unwrap_or(Timestamp::MAX);
        (until > now).then_some(until)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicI64, Ordering};

    /// The clock of a test's attempts, in seconds. Each test has its own by being a function of its own.
    macro_rules! clock {
        ($now:ident, $seconds:ident) => {
            static $seconds: AtomicI64 = AtomicI64::new(1_000_000);
            fn $now() -> Timestamp {
                Timestamp::from_second($seconds.load(Ordering::SeqCst)).unwrap()
            }
        };
    }

    #[test]
    fn waits_grow_and_survive_a_restart() {
        clock!(now, SECONDS);
        let folder = tempfile::tempdir().unwrap();
        let mut waited = Vec::new();
        for _ in 0..10 {
            let attempts = Attempts::new(folder.path(), now);
            attempts.begin().unwrap();
            // As after a restart.
            let attempts = Attempts::new(folder.path(), now);
            let until = attempts.until().unwrap_or(now());
            let wait = until.as_second() - now().as_second();
            waited.push(wait);
            if wait > 0 {
                SECONDS.fetch_add(wait - 1, Ordering::SeqCst);
                let refusal = attempts.begin().unwrap_err();
                assert_eq!(refusal.trouble, Trouble::PassphraseWrong { until: Some(until) });
                SECONDS.fetch_add(1, Ordering::SeqCst);
            }
        }
        assert_eq!(waited, [0, 0, 5, 15, 30, 60, 300, 900, 900, 900]);
    }

    #[test]
    fn the_right_one_forgets_them() {
        clock!(now, SECONDS);
        let folder = tempfile::tempdir().unwrap();
        let attempts = Attempts::new(folder.path(), now);
        for _ in 0..3 {
            attempts.begin().unwrap();
        }
        assert!(attempts.begin().is_err());
        SECONDS.fetch_add(5, Ordering::SeqCst);
        attempts.begin().unwrap();
        attempts.forget();
        assert_eq!(attempts.until(), None);
        assert!(!folder.path().join(FILE_NAME).exists());
        assert_eq!(Attempts::new(folder.path(), now).until(), None);
    }

    #[test]
    fn a_clock_that_is_set_back_makes_nobody_wait_longer() {
        clock!(now, SECONDS);
        let folder = tempfile::tempdir().unwrap();
        let attempts = Attempts::new(folder.path(), now);
        for _ in 0..3 {
            attempts.begin().unwrap();
        }
        SECONDS.fetch_sub(500_000, Ordering::SeqCst);
        assert_eq!(attempts.until().unwrap(), now() + SignedDuration::from_secs(5));
        SECONDS.fetch_add(5, Ordering::SeqCst);
        assert_eq!(attempts.until(), None, "and the wait ends");
    }

    #[test]
    fn a_file_that_says_nothing_and_a_disk_that_refuses_hold_up_nobody() {
        clock!(now, _SECONDS);
        let folder = tempfile::tempdir().unwrap();
        for text in ["", "{}", "[", r#"{"format":9,"wrong":9,"last":"2999-01-01T00:00:00Z"}"#] {
            fs::write(folder.path().join(FILE_NAME), text).unwrap();
            assert_eq!(Attempts::new(folder.path(), now).until(), None, "{text:?}");
        }
        let gone = Attempts::new(&folder.path().join("gone"), now);
        for _ in 0..3 {
            gone.begin().unwrap();
        }
        assert!(gone.begin().is_err(), "memory counts them");
    }
}

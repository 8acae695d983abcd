//! What the commands share: the open desk, or why there is none, and the way from the one to the other.

use crate::demo::SampleProviders;
use credentials::{Gate, Secrets};
use desk::{Desk, ProfileFolder};
use kyc::{Problem, Trouble};
use providers::clock::SystemClock;
use secrecy::SecretString;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

/// The shell's state, one for the whole process.
pub struct Shell {
    /// The person's own profile.
    profile: ProfileFolder,
    now: Mutex<Slot>,
    /// Held while a desk is opened or closed, so that two such acts never mix.
    changing: tokio::sync::Mutex<()>,
    /// Grows whenever another desk is in place.
    changes: watch::Sender<u32>,
    /// Fired when the process ends: what is being opened, and may be waiting for a person, is given up.
    ending: CancellationToken,
}

/// What is in the desk's place.
#[derive(Clone)]
pub enum Slot {
    /// An open desk; with the sample providers behind it, if it is the demo.
    Open {
        /// The desk.
        desk: Desk,
        /// Kept for as long as the demo goes on.
        demo: Option<Arc<SampleProviders>>,
    },
    /// One is being opened.
    Opening,
    /// None: its secrets are behind a passphrase.
    Locked(Secrets),
    /// None, and why.
    Closed {
        /// Why.
        problem: Problem,
        /// The profile's secrets, where these were at hand and what failed came after: what replaces the book needs them.
        secrets: Option<Secrets>,
    },
}

impl Shell {
    /// Begins without a desk; [`open_profile`](Self::open_profile) or [`open_demo`](Self::open_demo) comes next.
    pub fn new(profile: ProfileFolder) -> Self {
        Self {
            profile,
            now: Mutex::new(Slot::Opening),
            changing: tokio::sync::Mutex::new(()),
            changes: watch::Sender::new(0),
            ending: CancellationToken::new(),
        }
    }

    fn slot(&self) -> MutexGuard<'_, Slot> {
        self.now.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What is in the desk's place now.
    pub fn now(&self) -> Slot {
        self.slot().clone()
    }

    /// The open desk.
    ///
    /// # Errors
    /// Why there is none.
    pub fn desk(&self) -> Result<Desk, Problem> {
        match &*self.slot() {
            Slot::Open { desk, .. } => Ok(desk.clone()),
            Slot::Opening => Err(Trouble::Cancelled.into()),
            Slot::Locked(_) => Err(Trouble::PassphraseNeeded.into()),
            Slot::Closed { problem, .. } => Err(problem.clone()),
        }
    }

    /// Hears of every new desk in place.
    pub fn changes(&self) -> watch::Receiver<u32> {
        self.changes.subscribe()
    }

    /// The folder of the person's own profile.
    pub fn profile(&self) -> &Path {
        self.profile.path()
    }

    /// Whether a sealed vault may take the place of a keyring that cannot be used: there is no book yet whose key would be
    /// in that keyring.
    pub fn vault_is_possible(&self) -> bool {
        let because = match &*self.slot() {
            Slot::Closed { problem, .. } => problem.trouble.clone(),
            _ => return false,
        };
        let keyring = matches!(
            because,
            Trouble::KeyringLocked | Trouble::KeyringMissing | Trouble::KeyringDenied | Trouble::KeyringSilent
        );
        keyring && !self.profile.book().exists()
    }

    /// Whether a person may replace the book, by a backup or by a new one: it is there, and no further try will open it.
    pub fn book_is_replaceable(&self) -> bool {
        matches!(&*self.slot(), Slot::Closed { problem, secrets: Some(_) } if is_lost(&problem.trouble))
    }

    /// Whether [`lock`](Self::lock) would lock something now.
    pub fn can_lock(&self) -> bool {
        self.lockable_secrets().is_some()
    }

    /// The opened secrets of the person's own profile, where a lock or a vault is there to close them.
    fn lockable_secrets(&self) -> Option<Secrets> {
        let secrets = match &*self.slot() {
            Slot::Open { desk, demo: None } => desk.secrets().clone(),
            // Opened, although the book is not.
            Slot::Closed { secrets: Some(secrets), .. } => secrets.clone(),
            _ => return None,
        };
        secrets.lock_is_on().then_some(secrets)
    }

    fn put(&self, slot: Slot) {
        *self.slot() = slot;
        self.changes.send_modify(|change| *change = change.wrapping_add(1));
    }

    /// Opens the person's own profile, in place of what is there. Where its secrets are behind a passphrase it stays locked,
    /// which is no failure.
    ///
    /// # Errors
    /// What the keyring, the disk or the book met; the window shows it too, because it stays in the desk's place.
    pub async fn open_profile(&self) -> Result<(), Problem> {
        let _changing = self.changing.lock().await;
        let was_locked =
            matches!(self.now(), Slot::Closed { problem: Problem { trouble: Trouble::KeyringLocked, .. }, .. });
        self.close_what_is_open().await;
        let opened = self
            .unless_ending(async {
                let secrets = Secrets::open(self.profile.path())?;
                if secrets.gate() != Gate::Open {
                    return Ok(Slot::Locked(secrets));
                }
                if was_locked {
                    // The person was told and tries again: now the system may ask for the keyring's password. At the first
                    // try it must not, because a prompt that nobody expects, or that cannot be shown, would be in the way.
                    secrets.unlock_keyring().await?;
                }
                Ok(self.open_desk(secrets).await)
            })
            .await;
        self.settle(opened)
    }

    /// Opens what is locked.
    ///
    /// # Errors
    /// `PassphraseWrong`, and it stays locked; [`Trouble::Conflict`] when nothing is locked; else as for opening.
    pub async fn unlock(&self, passphrase: SecretString) -> Result<(), Problem> {
        let _changing = self.changing.lock().await;
        let secrets = self.locked_secrets()?;
        self.unless_ending(async { secrets.unlock(passphrase).await }).await?;
        let opened = self.unless_ending(self.opened_desk(secrets)).await;
        self.settle(opened)
    }

    /// Opens what is locked with the recovery code, sets a new passphrase and answers with a new code.
    ///
    /// # Errors
    /// As for [`unlock`](Self::unlock). Once there is a new code it is answered, whatever the book meets then: that shows in
    /// the desk's place.
    pub async fn recover(&self, code: SecretString, passphrase: SecretString) -> Result<SecretString, Problem> {
        let _changing = self.changing.lock().await;
        let secrets = self.locked_secrets()?;
        let code = secrets.recover(code, passphrase).await?;
        let opened = self.unless_ending(self.opened_desk(secrets)).await;
        // What it met is in the desk's place already; the code must not be lost over it.
        let _ = self.settle(opened);
        Ok(code)
    }

    /// Locks the open profile: walks end, the book is closed, what was in memory is dropped.
    ///
    /// # Errors
    /// [`Trouble::Conflict`] when there is nothing to unlock it with again, or nothing is open.
    pub async fn lock(&self) -> Result<(), Problem> {
        let _changing = self.changing.lock().await;
        let secrets = self.lockable_secrets().ok_or(Trouble::Conflict)?;
        self.close_what_is_open().await;
        secrets.close();
        self.put(Slot::Locked(secrets));
        Ok(())
    }

    /// Makes a sealed vault for a profile without secrets, where the keyring cannot be used, opens the profile, and answers
    /// with the recovery code.
    ///
    /// # Errors
    /// [`Trouble::Conflict`] unless [`vault_is_possible`](Self::vault_is_possible); `BadInput` for a weak passphrase; what the
    /// disk met.
    pub async fn make_vault(&self, passphrase: SecretString) -> Result<SecretString, Problem> {
        let _changing = self.changing.lock().await;
        if !self.vault_is_possible() {
            return Err(Trouble::Conflict.into());
        }
        let secrets = Secrets::open(self.profile.path())?;
        let code = secrets.make_vault(passphrase).await?;
        let opened = self.unless_ending(self.opened_desk(secrets)).await;
        // As in `recover`.
        let _ = self.settle(opened);
        Ok(code)
    }

    /// Puts a backup in the place of the person's own book, and opens that with the same secrets, so that a lock or a vault
    /// stays open. The book is open, or cannot be opened any more. Where the backup cannot be taken, everything is as it was.
    ///
    /// # Errors
    /// [`Trouble::Conflict`] where there is neither an open profile nor a book that
    /// [may be replaced](Self::book_is_replaceable); as for [`Desk::restore`] and for opening.
    pub async fn restore(&self, from: &Path, passphrase: SecretString) -> Result<directory::BackupContents, Problem> {
        let _changing = self.changing.lock().await;
        let secrets = match self.now() {
            Slot::Open { desk, demo: None } => desk.secrets().clone(),
            Slot::Closed { problem, secrets: Some(secrets) } if is_lost(&problem.trouble) => secrets,
            _ => return Err(Trouble::Conflict.into()),
        };
        self.close_what_is_open().await;
        let restored = Desk::restore(&self.profile, &secrets, from, passphrase).await;
        let opened = self.unless_ending(self.opened_desk(secrets)).await;
        let opened = self.settle(opened);
        let contents = restored?;
        opened.map(|()| contents)
    }

    /// Gives a book that cannot be opened any more another name, opens the profile with a new one, and answers with that
    /// name. Nothing is deleted.
    ///
    /// # Errors
    /// [`Trouble::Conflict`] unless the book [may be replaced](Self::book_is_replaceable); what the disk met, or the keyring
    /// for a new book's key. What is in the desk's place says then how far it came.
    pub async fn set_book_aside(&self) -> Result<PathBuf, Problem> {
        let _changing = self.changing.lock().await;
        let secrets = match self.now() {
            Slot::Closed { problem, secrets: Some(secrets) } if is_lost(&problem.trouble) => secrets,
            _ => return Err(Trouble::Conflict.into()),
        };
        let kept = Desk::set_aside(&self.profile).await?;
        let opened = self.unless_ending(self.opened_desk(secrets)).await;
        self.settle(opened)?;
        Ok(kept)
    }

    /// Closes a desk whose book turned out to be unreadable, and says so in its place. Does nothing when it is not there any
    /// more.
    pub async fn close_unreadable(&self, unreadable: &Desk, problem: Problem) {
        let _changing = self.changing.lock().await;
        let Slot::Open { desk, demo: None } = self.now() else { return };
        if !desk.is(unreadable) {
            return;
        }
        let secrets = Some(desk.secrets().clone());
        self.close_what_is_open().await;
        tracing::warn!(%problem, "the book cannot be read");
        self.put(Slot::Closed { problem, secrets });
    }

    fn locked_secrets(&self) -> Result<Secrets, Problem> {
        match &*self.slot() {
            Slot::Locked(secrets) => Ok(secrets.clone()),
            _ => Err(Trouble::Conflict.into()),
        }
    }

    /// An open desk, or why there is none.
    async fn open_desk(&self, secrets: Secrets) -> Slot {
        let clock = Arc::new(SystemClock::new());
        let filling = crate::held_start::over();
        match Desk::open_and_fill_after(&self.profile, secrets.clone(), clock, filling).await {
            Ok(desk) => Slot::Open { desk, demo: None },
            Err(problem) => Slot::Closed { problem, secrets: Some(secrets) },
        }
    }

    async fn opened_desk(&self, secrets: Secrets) -> Result<Slot, Problem> {
        Ok(self.open_desk(secrets).await)
    }

    async fn unless_ending<T>(&self, work: impl Future<Output = Result<T, Problem>>) -> Result<T, Problem> {
        tokio::select! {
            biased;
            () = self.ending.cancelled() => Err(Trouble::Cancelled.into()),
            done = work => done,
        }
    }

    /// Puts what opening came to in the desk's place.
    fn settle(&self, opened: Result<Slot, Problem>) -> Result<(), Problem> {
        let slot = opened.unwrap_or_else(|problem| Slot::Closed { problem, secrets: None });
        let outcome = match &slot {
            Slot::Closed { problem, .. } => {
                tracing::warn!(%problem, "the profile cannot be opened");
                Err(problem.clone())
            }
            _ => Ok(()),
        };
        self.put(slot);
        outcome
    }

    /// Opens sample customers of the built-in sandbox, in place of what is there. The person's own profile is not touched.
    ///
    /// # Errors
    /// What the disk or the sandbox met; what was open before stays then.
    pub async fn open_demo(&self, customers: usize, seed: u64) -> Result<(), Problem> {
        let _changing = self.changing.lock().await;
        let sample = SampleProviders::start(customers, seed).await?;
        let desk = sample.open_desk().await?;
        self.close_what_is_open().await;
        self.put(Slot::Open { desk, demo: Some(Arc::new(sample)) });
        Ok(())
    }

    /// Closes the desk at the end of the process. Does not wait for a keyring's prompt that nobody answers.
    pub async fn close(&self) {
        self.ending.cancel();
        let _changing = self.changing.lock().await;
        self.close_what_is_open().await;
    }

    async fn close_what_is_open(&self) {
        let before = std::mem::replace(&mut *self.slot(), Slot::Opening);
        if let Slot::Open { desk, demo } = before {
            desk.close().await;
            drop(demo);
        }
    }
}

/// Whether a book in this trouble stays closed whatever is tried again: it has to be replaced, unless what is missing or
/// damaged is put back from outside.
fn is_lost(trouble: &Trouble) -> bool {
    matches!(trouble, Trouble::BookDamaged | Trouble::BookKeyMissing | Trouble::BookKeyWrong)
}

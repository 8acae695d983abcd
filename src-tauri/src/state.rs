//! What the commands share: the open desk, or why there is none, and the way from the one to the other.

use crate::demo::SampleProviders;
use credentials::Secrets;
use desk::{Desk, ProfileFolder};
use kyc::{Problem, Trouble};
use providers::clock::SystemClock;
use std::path::Path;
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
    /// None, and why.
    Closed(Problem),
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
            Slot::Closed(problem) => Err(problem.clone()),
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

    fn put(&self, slot: Slot) {
        *self.slot() = slot;
        self.changes.send_modify(|change| *change = change.wrapping_add(1));
    }

    /// Opens the person's own profile, in place of what is there.
    ///
    /// # Errors
    /// What the keyring, the disk or the book met; the window shows it too, because it stays in the desk's place.
    pub async fn open_profile(&self) -> Result<(), Problem> {
        let _changing = self.changing.lock().await;
        let was_locked = matches!(self.now(), Slot::Closed(Problem { trouble: Trouble::KeyringLocked, .. }));
        self.close_what_is_open().await;
        let opened = async {
            let profile = credentials::profile_folder::open(self.profile.path())?;
            let secrets = Secrets::keyring(profile);
            if was_locked {
                // The person was told and tries again: now the system may ask for the keyring's password. At the first
                // try it must not, because a prompt that nobody expects, or that cannot be shown, would be in the way.
                secrets.unlock_keyring().await?;
            }
            Desk::open(&self.profile, secrets, Arc::new(SystemClock::new())).await
        };
        let opened = tokio::select! {
            biased;
            () = self.ending.cancelled() => Err(Trouble::Cancelled.into()),
            opened = opened => opened,
        };
        match opened {
            Ok(desk) => {
                self.put(Slot::Open { desk, demo: None });
                Ok(())
            }
            Err(problem) => {
                tracing::warn!(%problem, "the profile cannot be opened");
                self.put(Slot::Closed(problem.clone()));
                Err(problem)
            }
        }
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

//! Getting at secrets that a passphrase guards: opening and closing the gate, and changing what opens it.

use super::{Gate, Home, Inner, Place, Secrets};
use crate::contents::Contents;
use crate::safe::{Key, Opened, Safe};
use crate::{off_the_runtime, passphrase};
use kyc::{Problem, Trouble};
use secrecy::SecretString;
use std::sync::Arc;
use std::sync::atomic::Ordering;

impl Secrets {
    /// What stands between the person and the secrets now. While it is closed every read is `PassphraseNeeded`.
    pub fn gate(&self) -> Gate {
        match &*self.inner.place() {
            Place::Vault(None) => Gate::Vault,
            Place::Lock(None) => Gate::Lock,
            Place::Memory(_) | Place::Keyring | Place::Vault(Some(_)) | Place::Lock(Some(_)) => Gate::Open,
        }
    }

    /// Whether [`close`](Self::close) closes a gate: in a vault, or in a keyring with the app lock set.
    pub fn lock_is_on(&self) -> bool {
        matches!(&*self.inner.place(), Place::Vault(_) | Place::Lock(_))
    }

    /// Opens the gate. With an open gate it only tells whether the passphrase is right; without any lock it does
    /// nothing.
    ///
    /// What an interrupted move or lock left undone is finished on the way, as far as keyring and disk allow.
    ///
    /// # Errors
    /// `PassphraseWrong`, with the time before which nothing is tried again after several wrong ones; `VaultDamaged`,
    /// `VaultNewer`, the disk's troubles. `Cancelled` when the gate was closed while it was being opened.
    pub async fn unlock(&self, passphrase: SecretString) -> Result<(), Problem> {
        self.alone(|inner| async move {
            if inner.safe().is_err() {
                return Ok(());
            }
            let closings = inner.closings.load(Ordering::SeqCst);
            let opened = inner.open_by_passphrase(passphrase).await?;
            if !inner.install(closings, opened) {
                return Err(Trouble::Cancelled.into());
            }
            inner.finish_moves().await;
            Ok(())
        })
        .await
    }

    /// Opens the gate by the recovery code, sets a new passphrase and answers with a new recovery code, to be shown
    /// once. The old code opens nothing any more. Wrong passphrases do not hold it up.
    ///
    /// # Errors
    /// `BadInput` of the field `recovery_code` for what cannot be a code, of the field `passphrase` for a weak one;
    /// `PassphraseWrong` for a code that is not this one's; else as for [`unlock`](Self::unlock), and old code and
    /// passphrase stay. `Conflict` where there is nothing to recover.
    pub async fn recover(&self, code: SecretString, new_passphrase: SecretString) -> Result<SecretString, Problem> {
        passphrase::accept(&new_passphrase)?;
        self.alone(|inner| async move {
            let safe = inner.safe()?;
            let closings = inner.closings.load(Ordering::SeqCst);
            let cost = inner.home()?.cost;
            let (opened, code) = off_the_runtime(move || {
                let opened = safe.open(&Key::RecoveryCode(code))?;
                safe.make(opened.contents, new_passphrase, cost)
            })
            .await?;
            inner.home()?.attempts.forget();
            inner.install(closings, opened);
            inner.finish_moves().await;
            Ok(code)
        })
        .await
    }

    /// Forgets every key and secret in memory. With a vault or a lock the gate is closed then; without, nothing is in
    /// memory. In the place [`Memory`](super::PlaceName::Memory) the secrets stay, because there is nowhere to have
    /// them back from.
    pub fn close(&self) {
        self.inner.closings.fetch_add(1, Ordering::SeqCst);
        if let Place::Vault(opened) | Place::Lock(opened) = &mut *self.inner.place() {
            *opened = None;
        }
    }

    /// Changes the passphrase of the vault or of the lock. The recovery code stays as it is.
    ///
    /// # Errors
    /// `BadInput` of the field `passphrase` for a weak new one; `PassphraseWrong` for the old one; the disk's troubles,
    /// and the old one stays. `Conflict` where there is no passphrase.
    pub async fn change_passphrase(&self, old: SecretString, new: SecretString) -> Result<(), Problem> {
        passphrase::accept(&new)?;
        self.alone(|inner| async move {
            let safe = inner.safe()?;
            let closings = inner.closings.load(Ordering::SeqCst);
            let opened = inner.open_by_passphrase(old).await?;
            let cost = inner.home()?.cost;
            let opened = off_the_runtime(move || safe.set_passphrase(opened, new, cost)).await?;
            inner.install(closings, opened);
            inner.finish_moves().await;
            Ok(())
        })
        .await
    }

    /// Makes a new recovery code, to be shown once, for somebody who lost the old one, or never saw it because the app
    /// ended at that moment. The old one opens nothing any more.
    ///
    /// # Errors
    /// `PassphraseWrong`; the disk's troubles, and the old code stays. `Conflict` where there is no passphrase.
    pub async fn new_recovery_code(&self, passphrase: SecretString) -> Result<SecretString, Problem> {
        self.alone(|inner| async move {
            let safe = inner.safe()?;
            let closings = inner.closings.load(Ordering::SeqCst);
            let opened = inner.open_by_passphrase(passphrase.clone()).await?;
            let cost = inner.home()?.cost;
            let (opened, code) = off_the_runtime(move || safe.make(opened.contents, passphrase, cost)).await?;
            inner.install(closings, opened);
            inner.finish_moves().await;
            Ok(code)
        })
        .await
    }
}

impl Inner {
    /// The sealed file that the place relies on.
    ///
    /// # Errors
    /// `Conflict` when it relies on none.
    pub(super) fn safe(&self) -> Result<Safe, Problem> {
        let home = self.home()?;
        match &*self.place() {
            Place::Vault(_) => Ok(home.vault.clone()),
            Place::Lock(_) => Ok(home.lock.clone()),
            Place::Memory(_) | Place::Keyring => Err(Trouble::Conflict.into()),
        }
    }

    /// Opens the sealed file, unless it is too early after wrong passphrases. What costs too little to try is sealed
    /// anew.
    pub(super) async fn open_by_passphrase(self: &Arc<Self>, typed: SecretString) -> Result<Opened, Problem> {
        let (inner, safe) = (Arc::clone(self), self.safe()?);
        off_the_runtime(move || {
            let Home { attempts, cost, .. } = inner.home()?;
            attempts.begin()?;
            let opened = match safe.open(&Key::Passphrase(typed.clone())) {
                Ok(opened) => opened,
                Err(Problem { trouble: Trouble::PassphraseWrong { .. }, .. }) => {
                    return Err(Trouble::PassphraseWrong { until: attempts.until() }.into());
                }
                Err(problem) => {
                    // Not the passphrase's fault.
                    attempts.forget_last();
                    return Err(problem);
                }
            };
            attempts.forget();
            if !opened.sealer.cost().is_some_and(|stored| stored.is_below(*cost)) {
                return Ok(opened);
            }
            let raised = safe.set_passphrase(opened.clone(), typed, *cost);
            Ok(raised.unwrap_or_else(|problem| {
                tracing::warn!(%problem, "the cost of trying the passphrase cannot be raised");
                opened
            }))
        })
        .await
    }

    /// Puts what was opened in place, unless the gate was closed since; says whether it did.
    pub(super) fn install(&self, closings: u64, opened: Opened) -> bool {
        let mut place = self.place();
        // Asked with the place in hand: closing counts first and then takes the place.
        let wanted = self.closings.load(Ordering::SeqCst) == closings;
        if let Place::Vault(kept) | Place::Lock(kept) = &mut *place {
            *kept = wanted.then_some(opened);
        }
        wanted
    }

    /// Changes what the open vault or lock holds, on the disk first. To be called alone.
    ///
    /// # Errors
    /// `PassphraseNeeded` when it is closed; the disk's troubles, and everything is as before.
    pub(super) async fn save(&self, change: impl FnOnce(&mut Contents)) -> Result<(), Problem> {
        let safe = self.safe()?;
        let closings = self.closings.load(Ordering::SeqCst);
        let opened = match &*self.place() {
            Place::Vault(Some(opened)) | Place::Lock(Some(opened)) => opened.clone(),
            _ => return Err(Trouble::PassphraseNeeded.into()),
        };
        let mut contents = opened.contents.clone();
        change(&mut contents);
        let opened = off_the_runtime(move || safe.save(&opened, contents)).await?;
        self.install(closings, opened);
        Ok(())
    }
}

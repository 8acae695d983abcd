//! Moving secrets between the keyring and a sealed file: into the vault and back, and the book's key into the lock and
//! back.
//!
//! Both directions are the same act with other names. Into a file: everything is gathered from the keyring, the file is
//! written, opened and read back, and from then on counts; only then the keyring's copies are removed. Out of a file:
//! the keyring is written and read back entry by entry, and only then the file is removed, with which the keyring
//! counts. Before the keyring is touched the file notes which entries it may hold copies of, so that whoever opens the
//! file after an interruption removes them. At no moment is there a secret of which no copy is safe.

use super::{Inner, Place, Secrets};
use crate::contents::Contents;
use crate::entry::EntryName;
use crate::keyring::same_text;
use crate::safe::{Opened, Safe};
use crate::{off_the_runtime, passphrase};
use kyc::{ConnectionId, Problem, Trouble};
use secrecy::SecretString;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::Ordering;

impl Secrets {
    /// Makes an empty vault, for a profile that has no secrets yet, and answers with its recovery code, to be shown
    /// once. The gate is open then.
    ///
    /// Where the keyring is missing, denied or silent, nobody knows whether it holds secrets of this profile. The vault
    /// remembers that: what it lacks is looked for in the keyring, as long as no book key was made in the vault, and
    /// taken over once it can be read.
    ///
    /// # Errors
    /// `Conflict` when the keyring holds a book key, which asks for [`move_to_vault`](Self::move_to_vault), when there
    /// is a vault or a lock already, or the profile has no folder. `KeyringLocked` when the keyring only needs to be
    /// unlocked. `BadInput` of the field `passphrase`; the disk's troubles.
    pub async fn make_vault(&self, passphrase: SecretString) -> Result<SecretString, Problem> {
        passphrase::accept(&passphrase)?;
        self.alone(|inner| async move {
            inner.home()?;
            if !matches!(&*inner.place(), Place::Keyring) {
                return Err(Trouble::Conflict.into());
            }
            let keyring_unread = match inner.keyring.read(inner.entry(&EntryName::BookKey)).await {
                Ok(Some(_)) => return Err(Trouble::Conflict.into()),
                Ok(None) => false,
                Err(problem) => match problem.trouble {
                    Trouble::KeyringMissing | Trouble::KeyringDenied | Trouble::KeyringSilent => true,
                    _ => return Err(problem),
                },
            };
            inner.make_vault(Contents { keyring_unread, ..Contents::default() }, passphrase).await
        })
        .await
    }

    /// Moves the book's key and the credentials of these connections, which must be all, from the keyring into a new
    /// vault, and answers with its recovery code, to be shown once. The vault's passphrase takes the place of an app
    /// lock's.
    ///
    /// # Errors
    /// The keyring's troubles, when something cannot be read; the disk's; `BadInput` of the field `passphrase`;
    /// `PassphraseNeeded` when the app is locked; `Conflict` when the secrets are not in the keyring. Everything is
    /// where it was then. That the keyring does not let go of its copies is no error: they are removed after a later
    /// unlock.
    pub async fn move_to_vault(
        &self,
        connections: &[ConnectionId],
        passphrase: SecretString,
    ) -> Result<SecretString, Problem> {
        passphrase::accept(&passphrase)?;
        let mut names = BTreeSet::from([EntryName::BookKey]);
        for connection in connections {
            names.insert(EntryName::Credential(connection.clone()));
            names.insert(EntryName::NextCredential(connection.clone()));
        }
        self.alone(|inner| async move {
            inner.home()?;
            let lock_left = match &*inner.place() {
                Place::Keyring => false,
                Place::Lock(_) => true,
                Place::Vault(_) | Place::Memory(_) => return Err(Trouble::Conflict.into()),
            };
            let mut contents = Contents { lock_left, ..Contents::default() };
            for name in names {
                if let Some(secret) = inner.read_settled(&name).await? {
                    contents.entries.insert(name.clone(), secret);
                }
                contents.leftovers.insert(name);
            }
            inner.make_vault(contents, passphrase).await
        })
        .await
    }

    /// Moves everything from the vault into the keyring, and removes the vault.
    ///
    /// # Errors
    /// `PassphraseWrong`; the keyring's troubles, the disk's. `Conflict` when the secrets are not in a vault, or the
    /// keyring holds another book key, which is never replaced. Everything is where it was then.
    pub async fn move_to_keyring(&self, passphrase: SecretString) -> Result<(), Problem> {
        self.alone(|inner| async move {
            if !matches!(&*inner.place(), Place::Vault(_)) {
                return Err(Trouble::Conflict.into());
            }
            inner.empty_into_keyring(passphrase).await
        })
        .await
    }

    /// Sets the app lock: takes the book's key out of the keyring and seals it by a passphrase. Answers with the
    /// recovery code, to be shown once. The gate stays open.
    ///
    /// # Errors
    /// `BookKeyMissing` when there is no key; `Conflict` when there is a lock already, or a vault, whose passphrase is
    /// the lock; `BadInput` of the field `passphrase`; the keyring's troubles, the disk's. There is no lock then.
    pub async fn set_lock(&self, passphrase: SecretString) -> Result<SecretString, Problem> {
        passphrase::accept(&passphrase)?;
        self.alone(|inner| async move {
            let lock = inner.home()?.lock.clone();
            if !matches!(&*inner.place(), Place::Keyring) {
                return Err(Trouble::Conflict.into());
            }
            let key = inner.keyring.read(inner.entry(&EntryName::BookKey)).await?;
            let mut contents = Contents::default();
            contents.entries.insert(EntryName::BookKey, key.ok_or(Trouble::BookKeyMissing)?);
            contents.leftovers.insert(EntryName::BookKey);
            inner.make_safe(lock, contents, passphrase, Place::Lock).await
        })
        .await
    }

    /// Removes the app lock: puts the book's key back into the keyring.
    ///
    /// # Errors
    /// `PassphraseWrong`; the keyring's troubles, the disk's. `Conflict` when there is no lock, or the keyring holds
    /// another book key. The lock is on then.
    pub async fn remove_lock(&self, passphrase: SecretString) -> Result<(), Problem> {
        self.alone(|inner| async move {
            if !matches!(&*inner.place(), Place::Lock(_)) {
                return Err(Trouble::Conflict.into());
            }
            inner.empty_into_keyring(passphrase).await
        })
        .await
    }

    /// Looks in the keyring for what a vault lacks that was made without seeing it, and takes it over. Missing as long
    /// as the keyring cannot be read.
    pub(super) async fn adopt(&self, name: &EntryName) -> Result<Option<SecretString>, Problem> {
        let name = name.clone();
        self.alone(|inner| async move {
            let found = match inner.keyring.read(inner.entry(&name)).await {
                Ok(Some(found)) => found,
                Ok(None) => return Ok(None),
                Err(problem) => {
                    tracing::warn!(%problem, "the keyring still cannot be searched for what the vault lacks");
                    return Ok(None);
                }
            };
            let adopted = found.clone();
            inner
                .save(|contents| {
                    contents.leftovers.insert(name.clone());
                    contents.entries.insert(name, adopted);
                })
                .await?;
            inner.finish_moves().await;
            Ok(Some(found))
        })
        .await
    }
}

impl Inner {
    /// An entry of a place that nothing changes meanwhile, because this is called alone.
    async fn read_settled(&self, name: &EntryName) -> Result<Option<SecretString>, Problem> {
        match self.whereabouts(name)? {
            super::Whereabouts::Here(found) => Ok(found),
            super::Whereabouts::InKeyring | super::Whereabouts::Unread => self.keyring.read(self.entry(name)).await,
        }
    }

    async fn make_vault(
        self: &Arc<Self>,
        contents: Contents,
        passphrase: SecretString,
    ) -> Result<SecretString, Problem> {
        let vault = self.home()?.vault.clone();
        self.make_safe(vault, contents, passphrase, Place::Vault).await
    }

    /// Makes the sealed file, with which it counts, and then removes from the keyring what is in it now.
    async fn make_safe(
        self: &Arc<Self>,
        safe: Safe,
        contents: Contents,
        passphrase: SecretString,
        place: fn(Option<Opened>) -> Place,
    ) -> Result<SecretString, Problem> {
        let closings = self.closings.load(Ordering::SeqCst);
        let cost = self.home()?.cost;
        let (opened, code) = off_the_runtime(move || safe.make(contents, passphrase, cost)).await?;
        self.home()?.attempts.forget();
        self.settle(place(None));
        self.install(closings, opened);
        self.finish_moves().await;
        Ok(code)
    }

    /// Writes everything from the sealed file into the keyring and removes the file, with which the keyring counts.
    async fn empty_into_keyring(self: &Arc<Self>, passphrase: SecretString) -> Result<(), Problem> {
        let safe = self.safe()?;
        let closings = self.closings.load(Ordering::SeqCst);
        let opened = self.open_by_passphrase(passphrase).await?;
        // For the finishing touches of a failure, which need it open.
        self.install(closings, opened.clone());
        let emptied = async {
            let mut noted = opened.contents.clone();
            noted.leftovers.extend(noted.entries.keys().cloned());
            let (saving, before) = (safe.clone(), opened);
            let opened = off_the_runtime(move || saving.save(&before, noted)).await?;
            self.install(closings, opened.clone());
            if !self.keyring_has_no_other_book_key(&opened.contents).await? {
                return Err(Trouble::Conflict.into());
            }
            for (name, secret) in &opened.contents.entries {
                self.keyring.write_checked(self.entry(name), secret.clone()).await?;
            }
            let inner = Arc::clone(self);
            off_the_runtime(move || {
                let lock = &inner.home()?.lock;
                if opened.contents.lock_left {
                    lock.remove()?;
                }
                safe.remove()
            })
            .await
        };
        match emptied.await {
            Ok(()) => {
                self.settle(Place::Keyring);
                Ok(())
            }
            Err(problem) => {
                // A write that got no answer may still happen, and would come after its removal. What the file notes
                // is looked for after the next unlock then.
                if problem.trouble != Trouble::KeyringSilent {
                    self.finish_moves().await;
                }
                Err(problem)
            }
        }
    }

    async fn keyring_has_no_other_book_key(&self, contents: &Contents) -> Result<bool, Problem> {
        let Some(ours) = contents.entries.get(&EntryName::BookKey) else { return Ok(true) };
        let theirs = self.keyring.read(self.entry(&EntryName::BookKey)).await?;
        Ok(theirs.is_none_or(|theirs| same_text(&theirs, ours)))
    }

    fn settle(&self, place: Place) {
        *self.place() = place;
        self.moves.fetch_add(1, Ordering::SeqCst);
    }

    /// Finishes what an interrupted move left undone, as far as it can be: removes from the keyring what the open
    /// sealed file holds, and a lock's file whose key went into the vault. To be called alone.
    pub(super) async fn finish_moves(self: &Arc<Self>) {
        let contents = match &*self.place() {
            Place::Vault(Some(opened)) | Place::Lock(Some(opened)) => opened.contents.clone(),
            _ => return,
        };
        if contents.leftovers.is_empty() && !contents.lock_left {
            return;
        }
        let mut gone = BTreeSet::new();
        for name in &contents.leftovers {
            match self.remove_leftover(name, &contents).await {
                Ok(()) => gone.insert(name.clone()),
                Err(problem) => {
                    tracing::warn!(%problem, "the keyring's copies cannot be removed yet");
                    break;
                }
            };
        }
        let lock_gone = !contents.lock_left || self.remove_left_lock().await;
        let noted = self.save(|contents| {
            contents.leftovers.retain(|name| !gone.contains(name));
            contents.lock_left &= !lock_gone;
        });
        if let Err(problem) = noted.await {
            tracing::warn!(%problem, "that the copies are gone cannot be noted; they are looked for again");
        }
    }

    async fn remove_leftover(&self, name: &EntryName, contents: &Contents) -> Result<(), Problem> {
        if *name == EntryName::BookKey {
            let theirs = self.keyring.read(self.entry(name)).await?;
            let ours = contents.entries.get(name);
            if let (Some(theirs), Some(ours)) = (theirs, ours)
                && !same_text(&theirs, ours)
            {
                // No copy of ours. A book that we do not know may need it.
                tracing::error!("the keyring holds another book key, which is left alone");
                return Ok(());
            }
        }
        self.keyring.delete(self.entry(name)).await
    }

    async fn remove_left_lock(self: &Arc<Self>) -> bool {
        let inner = Arc::clone(self);
        let removed = off_the_runtime(move || inner.home()?.lock.remove()).await;
        removed.inspect_err(|problem| tracing::warn!(%problem, "the lock's file cannot be removed yet")).is_ok()
    }
}

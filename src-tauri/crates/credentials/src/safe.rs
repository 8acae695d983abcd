//! A profile's sealed file of secrets: the vault, or the lock with the one key in it. Opening, saving and removing it.
//!
//! Everything here blocks on the disk, and most of it on Argon2 too. Which of the two files a profile has, and what
//! that means for where its secrets are, is decided in [`crate::secrets`].

use crate::contents::{Contents, Unreadable};
use crate::kept_file::KeptFile;
use crate::sealed::{KeyCost, Kind, MOST_BYTES, Opener, Sealed, Sealer};
use crate::{passphrase, recovery_code};
use kyc::{Problem, Trouble};
use secrecy::{ExposeSecret, SecretString};
use std::path::Path;
use std::sync::Arc;

/// The names of the two files within the profile's folder.
pub(crate) const VAULT_NAME: &str = "vault.sealed";
pub(crate) const LOCK_NAME: &str = "lock.sealed";

/// A sealed file of secrets, at rest.
#[derive(Debug, Clone)]
pub(crate) struct Safe {
    kind: Kind,
    file: KeptFile,
}

/// An open one: its secrets, and what seals them again.
#[derive(Clone)]
pub(crate) struct Opened {
    pub sealer: Arc<Sealer>,
    pub contents: Contents,
}

/// What a person opens it with.
pub(crate) enum Key {
    /// As it was typed.
    Passphrase(SecretString),
    /// As it was typed.
    RecoveryCode(SecretString),
}

impl Safe {
    pub(crate) fn vault(folder: &Path) -> Self {
        Self { kind: Kind::Vault, file: KeptFile::new(folder, VAULT_NAME, MOST_BYTES) }
    }

    pub(crate) fn lock(folder: &Path) -> Self {
        Self { kind: Kind::Lock, file: KeptFile::new(folder, LOCK_NAME, MOST_BYTES) }
    }

    /// Whether there is one, whole or not.
    pub(crate) fn exists(&self) -> Result<bool, Problem> {
        self.file.exists()
    }

    /// Makes sure that it is whole, as far as that can be told without opening it; falls back on its copy.
    pub(crate) fn inspect(&self) -> Result<(), Problem> {
        self.read().map(drop)
    }

    fn read(&self) -> Result<Sealed, Problem> {
        let read = self.file.read(|bytes| Sealed::read(self.kind, bytes), |trouble| *trouble == self.kind.damaged());
        // It was there when this was asked for.
        read?.ok_or_else(|| self.kind.damaged().into())
    }

    /// Opens it.
    ///
    /// # Errors
    /// `PassphraseWrong`; `BadInput` for what cannot be a recovery code; `VaultDamaged`, `VaultNewer` and the disk's
    /// troubles.
    pub(crate) fn open(&self, key: &Key) -> Result<Opened, Problem> {
        let sealed = self.read()?;
        let opened = self.open_sealed(&sealed, key)?;
        self.file.renew_copy();
        Ok(opened)
    }

    fn open_sealed(&self, sealed: &Sealed, key: &Key) -> Result<Opened, Problem> {
        let (bytes, sealer) = match key {
            Key::Passphrase(typed) => sealed.open(Opener::Passphrase, passphrase::canonical(typed).as_bytes())?,
            Key::RecoveryCode(typed) => {
                sealed.open(Opener::RecoveryCode, recovery_code::parse(typed)?.expose_secret().as_bytes())?
            }
        };
        let contents = Contents::from_bytes(&bytes).map_err(|unreadable| match unreadable {
            Unreadable::Newer => Trouble::VaultNewer,
            Unreadable::Malformed => self.kind.damaged(),
        })?;
        Ok(Opened { sealer: Arc::new(sealer), contents })
    }

    /// Makes it anew, with a new data key and a new recovery code, which is returned to be shown once. It was opened by
    /// both before it is written, and read back from the disk afterwards.
    ///
    /// # Errors
    /// The disk's troubles, and `Internal`. There is none then, unless there was one before, which may be the one in
    /// place still.
    pub(crate) fn make(
        &self,
        contents: Contents,
        passphrase: SecretString,
        cost: KeyCost,
    ) -> Result<(Opened, SecretString), Problem> {
        let was_there = self.exists()?;
        let code = recovery_code::make()?;
        let mut sealer = Sealer::new(self.kind)?;
        let typed = recovery_code::parse(&code)?;
        sealer.set_slot(Opener::Passphrase, passphrase::canonical(&passphrase).as_bytes(), cost)?;
        sealer.set_slot(Opener::RecoveryCode, typed.expose_secret().as_bytes(), cost)?;
        let sealed = self.seal(&sealer, &contents)?;
        self.require_opens(&sealed, &Key::Passphrase(passphrase))?;
        self.require_opens(&sealed, &Key::RecoveryCode(code.clone()))?;
        let written = self.file.replace(&sealed).and_then(|()| self.file.require(&sealed));
        match written {
            Ok(()) => Ok((Opened { sealer: Arc::new(sealer), contents }, code)),
            // What is in place now opens by what the person knows only if it is the new one.
            Err(_) if was_there && self.file.require(&sealed).is_ok() => {
                Ok((Opened { sealer: Arc::new(sealer), contents }, code))
            }
            Err(problem) => {
                if !was_there {
                    // Nobody will ever see its recovery code.
                    let _ = self.file.remove();
                }
                Err(problem)
            }
        }
    }

    /// Gives the passphrase's slot to another passphrase, or to the same at another cost.
    ///
    /// # Errors
    /// The disk's troubles, and `Internal`; the old passphrase opens it then.
    pub(crate) fn set_passphrase(
        &self,
        opened: Opened,
        passphrase: SecretString,
        cost: KeyCost,
    ) -> Result<Opened, Problem> {
        let mut sealer = opened.sealer.duplicate();
        sealer.set_slot(Opener::Passphrase, passphrase::canonical(&passphrase).as_bytes(), cost)?;
        let sealed = self.seal(&sealer, &opened.contents)?;
        self.require_opens(&sealed, &Key::Passphrase(passphrase))?;
        if let Err(problem) = self.file.replace(&sealed) {
            // Only the folder's confirmation may be missing; what is in place then is what counts.
            self.file.require(&sealed).map_err(|_| problem)?;
        }
        Ok(Opened { sealer: Arc::new(sealer), contents: opened.contents })
    }

    /// Saves other contents.
    ///
    /// # Errors
    /// The disk's troubles, and `Internal`; the old contents are in place then.
    pub(crate) fn save(&self, opened: &Opened, contents: Contents) -> Result<Opened, Problem> {
        let sealed = self.seal(&opened.sealer, &contents)?;
        self.file.replace(&sealed)?;
        Ok(Opened { sealer: Arc::clone(&opened.sealer), contents })
    }

    /// Removes it.
    ///
    /// # Errors
    /// The disk's troubles; it may be there still.
    pub(crate) fn remove(&self) -> Result<(), Problem> {
        let removed = self.file.remove();
        match removed {
            Err(problem) if self.file.exists()? => Err(problem),
            _ => Ok(()),
        }
    }

    fn seal(&self, sealer: &Sealer, contents: &Contents) -> Result<Vec<u8>, Problem> {
        let bytes = contents.to_bytes().map_err(|_| Trouble::Internal)?;
        sealer.seal(&bytes)
    }

    fn require_opens(&self, sealed: &[u8], key: &Key) -> Result<(), Problem> {
        let opened = Sealed::read(self.kind, sealed).and_then(|sealed| self.open_sealed(&sealed, key));
        opened.map(drop).map_err(|problem| {
            tracing::error!(%problem, "what was sealed does not open again");
            Trouble::Internal.into()
        })
    }
}

//! [`Secrets`]: one handle over the place where a profile's secrets are kept.
//!
//! The place is decided by what lies in the profile's folder, and by nothing else: with a vault's file (or its copy) in
//! it, the secrets are in the vault; without, in the system's keyring. A vault comes to be, and goes, by one renaming
//! or removing of that file, and at that moment the other place holds everything as well. So there is no moment at
//! which the file says anything but the truth, and no second marker that could contradict it. The same holds for the
//! lock's file and the one key that it keeps. When both files are there, the secrets were on their way from the lock
//! into the vault, and the vault counts.

mod access;
mod kinds;
mod moves;
mod next_credential;

use crate::attempts::{self, Attempts};
use crate::entry::EntryName;
use crate::kept_file::sweep_drafts;
use crate::keyring::{Keyring, NativeStore, Store};
use crate::memory::Memory;
use crate::profile::{self, ProfileId};
use crate::safe::{LOCK_NAME, Opened, Safe, VAULT_NAME};
use crate::sealed::KeyCost;
use jiff::Timestamp;
use kyc::{Problem, Trouble};
use secrecy::SecretString;
use std::fmt;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::RwLock;

/// The secrets of one profile. Cheap to clone; all clones are the same place.
///
/// Every function can end in one of the five states of a keyring: what was asked for is found or missing (an `Option`,
/// or for [`credential`](Self::credential) the trouble `CredentialMissing`), or the trouble is `KeyringLocked`,
/// `KeyringMissing`, `KeyringDenied` or `KeyringSilent`. With a vault or a lock there is `PassphraseNeeded` besides,
/// and what the disk says. None waits without end, and all need a tokio runtime with its timer.
#[derive(Clone)]
pub struct Secrets {
    inner: Arc<Inner>,
}

/// Where the secrets of a profile are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PlaceName {
    /// The system's own keyring.
    Keyring,
    /// A file of the profile, sealed by a passphrase.
    Vault,
    /// Memory, for a profile that ends with the process.
    Memory,
}

impl PlaceName {
    /// The stable name: `keyring`, `vault` or `memory`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Keyring => "keyring",
            Self::Vault => "vault",
            Self::Memory => "memory",
        }
    }
}

/// What stands between the person and the secrets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gate {
    /// Nothing. A keyring can have a lock of its own all the same.
    Open,
    /// The vault is closed; its passphrase is needed.
    Vault,
    /// The app is locked; its passphrase is needed.
    Lock,
}

struct Inner {
    profile: ProfileId,
    keyring: Keyring,
    /// Without a folder there can be neither vault nor lock.
    home: Option<Home>,
    place: Mutex<Place>,
    /// Grows whenever secrets went from one place to another.
    moves: AtomicU64,
    /// Grows whenever everything was to be forgotten.
    closings: AtomicU64,
    /// Taken alone by whatever changes a vault, a lock or the place, and shared by writing to the keyring alone.
    changing: Arc<RwLock<()>>,
}

/// What the profile's folder has to do with it.
struct Home {
    vault: Safe,
    lock: Safe,
    attempts: Attempts,
    cost: KeyCost,
}

enum Place {
    Memory(Memory),
    Keyring,
    /// The book's key is in the lock, everything else in the keyring. `None` while it is closed.
    Lock(Option<Opened>),
    /// `None` while it is closed.
    Vault(Option<Opened>),
}

/// Where to look for one secret.
enum Whereabouts {
    Here(Option<SecretString>),
    /// Not here, but the keyring that could not be read when the vault was made may have it.
    Unread,
    InKeyring,
}

impl Secrets {
    /// The secrets of the profile in `folder`, wherever they are kept; folder and identity are made where there are
    /// none yet, as by [`profile_folder::open`](crate::profile_folder::open). Blocks on the disk. Nothing is asked of a
    /// keyring yet.
    ///
    /// # Errors
    /// As for [`profile_folder::open`](crate::profile_folder::open); `VaultDamaged` when the vault or the lock is
    /// damaged and so is its copy, `VaultNewer` when a newer Vouch wrote it. Nothing is replaced then.
    pub fn open(folder: &Path) -> Result<Self, Problem> {
        Self::open_at_cost(folder, KeyCost::STANDARD)
    }

    /// As [`open`](Self::open), with other parameters for what is sealed from now on: tests take cheap ones.
    ///
    /// # Errors
    /// As for [`open`](Self::open).
    pub fn open_at_cost(folder: &Path, cost: KeyCost) -> Result<Self, Problem> {
        Self::open_with(folder, cost, Arc::new(NativeStore), Timestamp::now)
    }

    fn open_with(folder: &Path, cost: KeyCost, store: Arc<dyn Store>, now: fn() -> Timestamp) -> Result<Self, Problem> {
        let profile = profile::open(folder)?;
        sweep_drafts(folder, &[VAULT_NAME, LOCK_NAME, attempts::FILE_NAME]);
        let home =
            Home { vault: Safe::vault(folder), lock: Safe::lock(folder), attempts: Attempts::new(folder, now), cost };
        let place = if home.vault.exists()? {
            home.vault.inspect()?;
            Place::Vault(None)
        } else if home.lock.exists()? {
            home.lock.inspect()?;
            Place::Lock(None)
        } else {
            Place::Keyring
        };
        Ok(Self::new(profile, Keyring::new(store), Some(home), place))
    }

    /// The system's keyring, for a profile without a folder. Nothing is asked of it before the first call.
    pub fn keyring(profile: ProfileId) -> Self {
        Self::new(profile, Keyring::new(Arc::new(NativeStore)), None, Place::Keyring)
    }

    /// Memory, for a profile that ends with the process. Never a replacement for a keyring that is missing.
    pub fn in_memory() -> Self {
        let keyring = Keyring::new(Arc::new(NativeStore));
        Self::new(ProfileId::random(), keyring, None, Place::Memory(Memory::default()))
    }

    fn new(profile: ProfileId, keyring: Keyring, home: Option<Home>, place: Place) -> Self {
        let inner = Inner {
            profile,
            keyring,
            home,
            place: Mutex::new(place),
            moves: AtomicU64::new(0),
            closings: AtomicU64::new(0),
            changing: Arc::default(),
        };
        Self { inner: Arc::new(inner) }
    }

    /// Where the secrets are kept.
    pub fn place(&self) -> PlaceName {
        match &*self.inner.place() {
            Place::Memory(_) => PlaceName::Memory,
            Place::Keyring | Place::Lock(_) => PlaceName::Keyring,
            Place::Vault(_) => PlaceName::Vault,
        }
    }

    /// Where the secrets are kept, by a stable name: `keyring`, `vault` or `memory`.
    pub fn place_name(&self) -> &'static str {
        self.place().as_str()
    }

    /// The entry's text; `None` only when the place is open and certainly has no such entry.
    ///
    /// # Errors
    /// `PassphraseNeeded` while the gate is closed; the keyring's troubles.
    pub async fn read(&self, name: &EntryName) -> Result<Option<SecretString>, Problem> {
        loop {
            let moves = self.inner.moves.load(Ordering::SeqCst);
            match self.inner.whereabouts(name)? {
                Whereabouts::Here(found) => return Ok(found),
                Whereabouts::Unread => return self.adopt(name).await,
                Whereabouts::InKeyring => {
                    let found = self.inner.keyring.read(self.inner.entry(name)).await?;
                    // Whoever closed the gate in the meantime does not want it answered any more.
                    self.inner.whereabouts(name)?;
                    // Missing counts only when the secrets were not on their way elsewhere while it was looked for.
                    if found.is_some() || self.inner.moves.load(Ordering::SeqCst) == moves {
                        return Ok(found);
                    }
                }
            }
        }
    }

    /// Makes the entry or replaces its text.
    ///
    /// # Errors
    /// `PassphraseNeeded` while the gate is closed; the keyring's troubles, or the disk's. After `KeyringSilent` the
    /// write may still happen; after a trouble of the disk the old text is in place.
    pub async fn write(&self, name: &EntryName, secret: SecretString) -> Result<(), Problem> {
        self.change(name, Some(secret)).await
    }

    /// Removes the entry; succeeds when there is none.
    ///
    /// # Errors
    /// As for writing.
    pub async fn delete(&self, name: &EntryName) -> Result<(), Problem> {
        self.change(name, None).await
    }

    async fn change(&self, name: &EntryName, secret: Option<SecretString>) -> Result<(), Problem> {
        let name = name.clone();
        // Most often the keyring, whose calls may overlap as far as we are concerned; only a move keeps them waiting.
        let shared = Arc::clone(&self.inner.changing).read_owned().await;
        match self.inner.whereabouts(&name)? {
            Whereabouts::InKeyring => {
                let (inner, entry) = (Arc::clone(&self.inner), self.inner.entry(&name));
                detached(async move {
                    let _shared = shared;
                    match secret {
                        Some(secret) => inner.keyring.write(entry, secret).await,
                        None => inner.keyring.delete(entry).await,
                    }
                })
                .await
            }
            Whereabouts::Here(_) | Whereabouts::Unread => {
                drop(shared);
                self.alone(move |inner| async move { inner.change(vec![(name, secret)]).await }).await
            }
        }
    }

    /// Has the system ask the person to unlock the keyring, and waits up to two minutes for it. Does nothing where no
    /// such thing exists.
    ///
    /// # Errors
    /// `KeyringDenied` when the person closes the dialog, `KeyringSilent` when nobody answers it, else as for reading.
    pub async fn unlock_keyring(&self) -> Result<(), Problem> {
        match self.place() {
            PlaceName::Keyring => self.inner.keyring.unlock().await,
            PlaceName::Vault | PlaceName::Memory => Ok(()),
        }
    }

    /// Runs an act that nothing else may run beside, to its end also when the caller gives up.
    async fn alone<T, F>(&self, act: impl FnOnce(Arc<Inner>) -> F + Send + 'static) -> Result<T, Problem>
    where
        T: Send + 'static,
        F: Future<Output = Result<T, Problem>> + Send + 'static,
    {
        let inner = Arc::clone(&self.inner);
        detached(async move {
            let _alone = Arc::clone(&inner.changing).write_owned().await;
            act(inner).await
        })
        .await
    }
}

impl Inner {
    fn place(&self) -> MutexGuard<'_, Place> {
        // Whatever is done between lock and unlock is one assignment, so a panic elsewhere spoils nothing.
        self.place.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn entry(&self, name: &EntryName) -> crate::entry::KeyringEntry {
        name.in_keyring(&self.profile)
    }

    /// The profile's folder.
    ///
    /// # Errors
    /// `Conflict` for a profile that has none.
    fn home(&self) -> Result<&Home, Problem> {
        self.home.as_ref().ok_or_else(|| Trouble::Conflict.into())
    }

    fn whereabouts(&self, name: &EntryName) -> Result<Whereabouts, Problem> {
        Ok(match &*self.place() {
            Place::Memory(memory) => Whereabouts::Here(memory.read(name)),
            Place::Keyring => Whereabouts::InKeyring,
            Place::Lock(None) | Place::Vault(None) => return Err(Trouble::PassphraseNeeded.into()),
            Place::Lock(Some(lock)) => match name {
                EntryName::BookKey => Whereabouts::Here(lock.contents.entries.get(name).cloned()),
                EntryName::Credential(_) | EntryName::NextCredential(_) => Whereabouts::InKeyring,
            },
            Place::Vault(Some(vault)) => match vault.contents.entries.get(name) {
                Some(found) => Whereabouts::Here(Some(found.clone())),
                None if vault.contents.keyring_unread && !matches!(name, EntryName::NextCredential(_)) => {
                    Whereabouts::Unread
                }
                None => Whereabouts::Here(None),
            },
        })
    }

    /// Changes entries that are in memory, in the vault or in the lock, all or none: makes or replaces one, or with
    /// `None` removes it. To be called alone.
    async fn change(self: &Arc<Self>, changes: Vec<(EntryName, Option<SecretString>)>) -> Result<(), Problem> {
        if let Place::Memory(memory) = &mut *self.place() {
            changes.into_iter().for_each(|(name, secret)| memory.change(name, secret));
            return Ok(());
        }
        self.save(|contents| {
            for (name, secret) in changes {
                if name == EntryName::BookKey {
                    // Who makes a key of their own has no need of another that may be in a keyring.
                    contents.keyring_unread = false;
                }
                match secret {
                    Some(secret) => contents.entries.insert(name, secret),
                    None => contents.entries.remove(&name),
                };
            }
        })
        .await
    }
}

/// Runs to its end also when the caller gives up.
async fn detached<T: Send + 'static>(
    work: impl Future<Output = Result<T, Problem>> + Send + 'static,
) -> Result<T, Problem> {
    // No answer means that it panicked, or that the runtime ends.
    tokio::spawn(work).await.unwrap_or_else(|_| Err(Trouble::Internal.into()))
}

/// The place only.
impl fmt::Debug for Secrets {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Secrets").field("place", &self.place_name()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;

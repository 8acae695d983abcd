//! A profile in a temporary folder, and a keyring in memory that refuses on demand.

use super::super::*;
use crate::entry::KeyringEntry;
use kyc::{ConnectionId, Credential};
use secrecy::ExposeSecret;
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicI64};
use tempfile::TempDir;

/// A keyring in memory.
#[derive(Default)]
pub(super) struct Fake {
    pub(super) entries: Mutex<HashMap<KeyringEntry, SecretString>>,
    /// What every call ends with.
    pub(super) refuses: Mutex<Option<Trouble>>,
    pub(super) refuses_to_delete: AtomicBool,
    /// How many more writes are taken.
    pub(super) writes_left: AtomicI64,
    /// How many more calls are answered at all.
    pub(super) calls_left: AtomicI64,
}

impl Fake {
    pub(super) fn ready() -> Arc<Self> {
        let endless = || AtomicI64::new(i64::MAX);
        Arc::new(Self { writes_left: endless(), calls_left: endless(), ..Self::default() })
    }

    pub(super) fn count(&self) -> usize {
        self.entries.lock().unwrap().len()
    }

    pub(super) fn refuse(&self, trouble: impl Into<Option<Trouble>>) {
        *self.refuses.lock().unwrap() = trouble.into();
    }

    pub(super) fn answer(&self) -> Result<MutexGuard<'_, HashMap<KeyringEntry, SecretString>>, Trouble> {
        if self.calls_left.fetch_sub(1, Ordering::SeqCst) <= 0 {
            return Err(Trouble::KeyringMissing);
        }
        match &*self.refuses.lock().unwrap() {
            Some(trouble) => Err(trouble.clone()),
            None => Ok(self.entries.lock().unwrap()),
        }
    }
}

impl Store for Fake {
    fn read(&self, entry: &KeyringEntry) -> Result<Option<SecretString>, Trouble> {
        Ok(self.answer()?.get(entry).cloned())
    }

    fn write(&self, entry: &KeyringEntry, secret: &SecretString) -> Result<(), Trouble> {
        if self.writes_left.fetch_sub(1, Ordering::SeqCst) <= 0 {
            return Err(Trouble::KeyringDenied);
        }
        self.answer()?.insert(entry.clone(), secret.clone());
        Ok(())
    }

    fn delete(&self, entry: &KeyringEntry) -> Result<(), Trouble> {
        if self.refuses_to_delete.load(Ordering::SeqCst) {
            return Err(Trouble::KeyringDenied);
        }
        self.answer()?.remove(entry);
        Ok(())
    }

    fn unlock(&self) -> Result<(), Trouble> {
        Ok(())
    }
}

pub(super) const PASSPHRASE: &str = "a passphrase for tests";
pub(super) const OTHER: &str = "another passphrase for tests";

pub(super) struct Profile {
    pub(super) folder: TempDir,
    pub(super) keyring: Arc<Fake>,
}

impl Profile {
    pub(super) fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap(), keyring: Fake::ready() }
    }

    /// As a process that starts.
    pub(super) fn open(&self) -> Secrets {
        self.try_open().unwrap()
    }

    pub(super) fn try_open(&self) -> Result<Secrets, Problem> {
        let cheap = KeyCost::new(8, 1, 1).unwrap();
        Secrets::open_with(self.folder.path(), cheap, self.keyring.clone(), Timestamp::now)
    }

    pub(super) fn files(&self) -> Vec<String> {
        let mut names: Vec<String> = std::fs::read_dir(self.folder.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .filter(|name| name != profile::FILE_NAME)
            .collect();
        names.sort();
        names
    }

    /// With a book key, and a credential of one connection that also has a next one.
    pub(super) async fn filled(&self) -> Secrets {
        let secrets = self.open();
        secrets.make_book_key().await.unwrap();
        secrets.store_credential(&one(), &credential("first")).await.unwrap();
        secrets.store_next_credential(&one(), &credential("second")).await.unwrap();
        secrets
    }
}

pub(super) fn one() -> ConnectionId {
    ConnectionId::new("one")
}

pub(super) fn credential(name: &str) -> Credential {
    Credential::parse(&format!("pk_{name}"), &format!("sk_{name}")).unwrap()
}

pub(super) fn trouble<T>(outcome: Result<T, Problem>) -> Trouble {
    outcome.err().expect("it is refused").trouble
}

pub(super) const WRONG: Trouble = Trouble::PassphraseWrong { until: None };

pub(super) async fn key_of(secrets: &Secrets) -> String {
    secrets.book_key().await.unwrap().unwrap().expose_secret().to_owned()
}

/// That everything `filled` put there is there.
pub(super) async fn require_filled(secrets: &Secrets, key: &str) {
    assert_eq!(key_of(secrets).await, key);
    assert_eq!(secrets.credential(&one()).await.unwrap().api_secret.expose_secret(), "sk_first");
    let next = secrets.next_credential(&one()).await.unwrap().unwrap();
    assert_eq!(next.api_secret.expose_secret(), "sk_second");
}

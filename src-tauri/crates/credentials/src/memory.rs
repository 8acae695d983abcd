//! Secrets of a profile that ends with the process: the demo's. Never a fallback for a keyring that is missing.

use crate::EntryName;
use secrecy::SecretString;
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Entries in memory, wiped when dropped.
#[derive(Default)]
pub(crate) struct Memory {
    entries: Mutex<HashMap<EntryName, SecretString>>,
}

impl Memory {
    pub(crate) fn read(&self, name: &EntryName) -> Option<SecretString> {
        self.entries().get(name).cloned()
    }

    pub(crate) fn write(&self, name: EntryName, secret: SecretString) {
        self.entries().insert(name, secret);
    }

    /// Writes unless there is one; says whether it wrote.
    pub(crate) fn write_new(&self, name: EntryName, secret: SecretString) -> bool {
        let mut entries = self.entries();
        let vacant = !entries.contains_key(&name);
        if vacant {
            entries.insert(name, secret);
        }
        vacant
    }

    pub(crate) fn delete(&self, name: &EntryName) {
        self.entries().remove(name);
    }

    fn entries(&self) -> MutexGuard<'_, HashMap<EntryName, SecretString>> {
        // No call between lock and unlock can leave the map half changed, so a panic elsewhere spoils nothing.
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

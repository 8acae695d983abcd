//! Secrets of a profile that ends with the process: the demo's. Never a fallback for a keyring that is missing.

use crate::EntryName;
use secrecy::SecretString;
use std::collections::HashMap;

/// Entries in memory, wiped when dropped.
#[derive(Default)]
pub(crate) struct Memory {
    entries: HashMap<EntryName, SecretString>,
}

impl Memory {
    pub(crate) fn read(&self, name: &EntryName) -> Option<SecretString> {
        self.entries.get(name).cloned()
    }

    /// Makes the entry, replaces its text, or with `None` removes it.
    pub(crate) fn change(&mut self, name: EntryName, secret: Option<SecretString>) {
        match secret {
            Some(secret) => self.entries.insert(name, secret),
            None => self.entries.remove(&name),
        };
    }
}

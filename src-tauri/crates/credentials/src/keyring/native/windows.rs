//! Windows: the Credential Manager of the signed-in account. It is open while the account is signed in and never
//! prompts.

use crate::entry::KeyringEntry;
use keyring_core::Entry;
use keyring_core::api::CredentialStoreApi;
use kyc::Trouble;
use std::collections::HashMap;
use windows_native_keyring_store::Store;

/// Opens the store and names the entry. It stays on this computer: by default a credential would travel with the
/// account to every computer of its domain, while the book it opens stays here.
pub(super) fn entry(entry: &KeyringEntry) -> keyring_core::Result<Entry> {
    let modifiers = HashMap::from([("persistence", "Local")]);
    Store::new()?.build(entry.service, &entry.user, Some(&modifiers))
}

/// Nothing to ask beforehand.
pub(super) fn require_open(_entry: Option<&KeyringEntry>) -> Result<(), Trouble> {
    Ok(())
}

/// Nothing to unlock.
pub(super) fn unlock() -> Result<(), Trouble> {
    Ok(())
}

/// The store's own classes say enough: no access means that the account has no credential set, anything else a refusal.
pub(super) fn trouble_of(_cause: &(dyn std::error::Error + Send + Sync + 'static)) -> Option<Trouble> {
    None
}

//! Windows: the Credential Manager of the signed-in account. It is open while the account is signed in and never prompts.

use crate::entry::KeyringEntry;
use keyring_core::Entry;
use keyring_core::api::CredentialStoreApi;
use kyc::Trouble;
use windows_native_keyring_store::Store;

/// Opens the store and names the entry.
pub(super) fn entry(entry: &KeyringEntry) -> keyring_core::Result<Entry> {
    Store::new()?.build(entry.service, &entry.user, None)
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

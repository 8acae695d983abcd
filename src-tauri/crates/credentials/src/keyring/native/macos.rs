//! macOS: the login keychain. The system itself asks the person when an entry may not be read without; it cannot be
//! asked beforehand, and the deadline covers somebody who does not answer.

use super::macos_status::trouble_of_status;
use crate::entry::KeyringEntry;
use apple_native_keyring_store::keychain::Store;
use keyring_core::Entry;
use keyring_core::api::CredentialStoreApi;
use kyc::Trouble;

/// Opens the store and names the entry.
pub(super) fn entry(entry: &KeyringEntry) -> keyring_core::Result<Entry> {
    Store::new()?.build(entry.service, &entry.user, None)
}

/// Nothing to ask beforehand.
pub(super) fn require_open(_entry: Option<&KeyringEntry>) -> Result<(), Trouble> {
    Ok(())
}

/// The system asks by itself at the next call.
pub(super) fn unlock() -> Result<(), Trouble> {
    Ok(())
}

/// What an error of the Security framework means.
pub(super) fn trouble_of(cause: &(dyn std::error::Error + Send + Sync + 'static)) -> Option<Trouble> {
    let error = cause.downcast_ref::<security_framework::base::Error>()?;
    trouble_of_status(error.code())
}

//! The keyring of the system this was built for, through keyring-core's native store for it.
//!
//! Elsewhere than on Linux the store is opened anew for each call: calls are rare, and there is no state to mend.

#[cfg(target_os = "macos")]
#[path = "native/macos.rs"]
mod system;
#[cfg(target_os = "linux")]
#[path = "native/linux.rs"]
mod system;
#[cfg(windows)]
#[path = "native/windows.rs"]
mod system;

#[cfg(any(target_os = "macos", test))]
mod macos_status;

use super::Store;
use crate::connection_entry::secret_of_bytes;
use crate::entry::KeyringEntry;
use keyring_core::{Entry, Error};
use kyc::Trouble;
use secrecy::{ExposeSecret, SecretString};
use zeroize::Zeroizing;

/// The system's keyring.
pub(crate) struct NativeStore;

impl Store for NativeStore {
    fn read(&self, entry: &KeyringEntry) -> Result<Option<SecretString>, Trouble> {
        system::require_open(Some(entry))?;
        match native(entry)?.get_secret() {
            Ok(bytes) => text_of(bytes).map(Some),
            Err(Error::NoEntry) => Ok(None),
            Err(Error::Ambiguous(same_name)) => read_one_of(&same_name),
            Err(error) => Err(trouble_of(&error)),
        }
    }

    fn write(&self, entry: &KeyringEntry, secret: &SecretString) -> Result<(), Trouble> {
        system::require_open(Some(entry))?;
        let bytes = secret.expose_secret().as_bytes();
        match native(entry)?.set_secret(bytes) {
            // All of them, so that they agree again.
            Err(Error::Ambiguous(same_name)) => {
                same_name.iter().try_for_each(|one| one.set_secret(bytes)).map_err(|error| trouble_of(&error))
            }
            other => other.map_err(|error| trouble_of(&error)),
        }
    }

    fn delete(&self, entry: &KeyringEntry) -> Result<(), Trouble> {
        system::require_open(Some(entry))?;
        let ignore_missing = |outcome| match outcome {
            Err(Error::NoEntry) => Ok(()),
            other => other,
        };
        match native(entry)?.delete_credential() {
            Err(Error::Ambiguous(same_name)) => same_name
                .iter()
                .try_for_each(|one| ignore_missing(one.delete_credential()))
                .map_err(|error| trouble_of(&error)),
            other => ignore_missing(other).map_err(|error| trouble_of(&error)),
        }
    }

    fn unlock(&self) -> Result<(), Trouble> {
        system::unlock()?;
        system::require_open(None)
    }
}

/// The entry in the system's own store; opening it looks nothing up yet.
fn native(entry: &KeyringEntry) -> Result<Entry, Trouble> {
    system::entry(entry).map_err(|error| trouble_of(&error))
}

/// Several items answer to one name when another program copied keyrings about. They are of use only while they agree.
fn read_one_of(same_name: &[Entry]) -> Result<Option<SecretString>, Trouble> {
    let mut found: Option<SecretString> = None;
    for entry in same_name {
        let text = text_of(entry.get_secret().map_err(|error| trouble_of(&error))?)?;
        if found.as_ref().is_some_and(|found| found.expose_secret() != text.expose_secret()) {
            tracing::error!("the keyring holds several entries of one name that differ");
            return Err(Trouble::KeyringDenied);
        }
        found = Some(text);
    }
    Ok(found)
}

fn text_of(bytes: Vec<u8>) -> Result<SecretString, Trouble> {
    let bytes = Zeroizing::new(bytes);
    secret_of_bytes(&bytes).map_err(|problem| problem.trouble)
}

/// What an error of the store means. Logs the error's text and never its `Debug` form, which can hold the secret.
fn trouble_of(error: &Error) -> Trouble {
    let trouble = match error {
        Error::PlatformFailure(cause) => system::trouble_of(cause.as_ref()).unwrap_or(Trouble::KeyringDenied),
        Error::NoStorageAccess(cause) => system::trouble_of(cause.as_ref()).unwrap_or(Trouble::KeyringMissing),
        Error::NoDefaultStore | Error::NotSupportedByStore(_) => Trouble::KeyringMissing,
        _ => Trouble::Internal,
    };
    tracing::warn!(trouble = trouble.code(), %error, "a keyring call failed");
    #[cfg(target_os = "linux")]
    system::forget();
    trouble
}

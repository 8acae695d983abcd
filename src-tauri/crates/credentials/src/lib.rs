//! Secrets at rest: the key of the local book and the credentials of the connections.
//!
//! [`Secrets`] is one handle over the place where a profile's secrets are kept: the system's own keyring, a vault that
//! a passphrase seals, or memory for a profile that is thrown away with the process. Its callers cannot tell which,
//! beyond asking. What a secret is *for* is decided by the callers: nothing here signs or sends anything, and what is
//! written into a file is sealed.
//!
//! No type of this crate prints a secret, and none can be serialised.

mod attempts;
mod connection_entry;
mod contents;
mod entry;
mod kept_file;
mod keyring;
mod layout;
mod memory;
pub mod passphrase;
mod profile;
mod recovery_code;
mod safe;
mod sealed;
mod secrets;
pub mod snippet;
pub mod transfer;

pub use entry::EntryName;
pub use profile::ProfileId;
pub use sealed::KeyCost;
pub use secrets::{Gate, PlaceName, Secrets};

/// The file in a profile's folder that names the profile, and opening or making it.
pub mod profile_folder {
    pub use crate::profile::{FILE_NAME, open};
}

/// Runs what blocks on the disk or on Argon2.
pub(crate) async fn off_the_runtime<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, kyc::Problem> + Send + 'static,
) -> Result<T, kyc::Problem> {
    tokio::task::spawn_blocking(work).await.unwrap_or_else(|_| Err(kyc::Trouble::Internal.into()))
}

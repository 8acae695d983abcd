//! Secrets at rest: the key of the local book and the credentials of the connections.
//!
//! [`Secrets`] is one handle over the place where a profile's secrets are kept. Today that place is the system's own
//! keyring, or memory for a profile that is thrown away with the process; a further place (a vault sealed by a passphrase)
//! is one more variant behind the same functions. What a secret is *for* is decided by the callers: nothing here signs,
//! encrypts or sends anything, and nothing here writes a secret into a file.
//!
//! No type of this crate prints a secret, and none can be serialised.

mod connection_entry;
mod entry;
mod keyring;
mod memory;
mod profile;
mod secrets;

pub use entry::EntryName;
pub use profile::ProfileId;
pub use secrets::Secrets;

/// The file in a profile's folder that names the profile, and opening or making it.
pub mod profile_folder {
    pub use crate::profile::{FILE_NAME, open};
}

//! Where secrets are kept, and what stands between a person at the computer and them.

use serde::{Deserialize, Serialize};
use specta::Type;

/// Where a profile's secrets are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    /// The system's keyring.
    Keyring,
    /// A file in the profile's folder, sealed by a passphrase.
    Vault,
    /// Memory: the sample customers.
    Memory,
}

/// What has to be opened before anything is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Gate {
    /// The sealed vault, by its passphrase.
    Vault,
    /// The lock, by its passphrase.
    Lock,
}

/// How the secrets of the open profile are protected.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Protection {
    /// Where they are kept.
    pub place: Place,
    /// Whether a passphrase is asked for at the start and after locking. Always so for the vault.
    pub lock_on: bool,
}

/// A recovery code, to be shown once. Besides what is typed it is the only secret that ever reaches the window: whoever
/// is to write it down has to see it.
#[derive(Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct RecoveryCode {
    /// The code, in groups.
    pub code: String,
}

impl From<credentials::PlaceName> for Place {
    fn from(place: credentials::PlaceName) -> Self {
        match place {
            credentials::PlaceName::Keyring => Self::Keyring,
            credentials::PlaceName::Vault => Self::Vault,
            credentials::PlaceName::Memory => Self::Memory,
        }
    }
}

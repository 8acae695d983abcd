//! Credentials as they may be looked at: everything but the secrets themselves.

use super::{ConnectionCheck, ConnectionView, Place, Problem};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use specta::Type;

/// Whether a connection is worked with; see [`kyc::Standing`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// Kept current.
    Active,
    /// Switched off; customers and credential stay.
    Disabled,
    /// Removed, with its customers kept; there is no credential any more.
    Archived,
}

/// Whether the secret is where it is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Presence {
    /// It is there.
    Kept,
    /// It is not there any more.
    Missing,
    /// The place could not be asked.
    Unknown,
}

/// A credential as the page of credentials shows it.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct CredentialView {
    /// The connection it belongs to: provider, environment, label, address, the end of its key.
    pub connection: ConnectionView,
    /// Where the secret is kept.
    pub place: Place,
    /// Whether it is there.
    pub presence: Presence,
    /// When it was entered, where that is known.
    pub set_at: Option<String>,
    /// When the provider last accepted it in ordinary work.
    pub used_at: Option<String>,
    /// Its last test.
    pub test: Option<CredentialTest>,
    /// A second one that waits to take its place.
    pub next: Option<NextCredential>,
    /// Whole days since it was entered.
    pub age_days: Option<u32>,
}

/// The test of a credential.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct CredentialTest {
    /// When.
    pub at: String,
    /// The code of the problem that it met; `null` when the provider accepted the credential.
    pub problem: Option<String>,
}

/// A credential that waits to take another one's place.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct NextCredential {
    /// The last four characters of its key; may be empty.
    pub key_tail: String,
    /// When it was entered.
    pub set_at: String,
    /// Why it still waits: the code of the problem that its last test met; `null` while it has not been tested.
    pub problem: Option<String>,
}

/// What became of a new credential.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(tag = "state", rename_all = "snake_case", rename_all_fields = "camelCase")]
pub enum Rotation {
    /// The provider accepted it: it is in use, the old one is gone.
    InUse {
        /// How many customers the provider announced, where it did.
        customers: Option<u32>,
    },
    /// It waits beside the old one, which stays in use.
    Waiting {
        /// What its test met; `null` when it was not tested.
        problem: Option<Problem>,
    },
}

/// What becomes of a removed connection's customers on this computer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum LeftCustomers {
    /// They are erased with their history.
    Erase,
    /// They stay as an archive.
    Keep,
}

impl From<kyc::Standing> for Standing {
    fn from(standing: kyc::Standing) -> Self {
        match standing {
            kyc::Standing::Active => Self::Active,
            kyc::Standing::Disabled => Self::Disabled,
            kyc::Standing::Archived => Self::Archived,
        }
    }
}

impl From<desk::Presence> for Presence {
    fn from(presence: desk::Presence) -> Self {
        match presence {
            desk::Presence::Kept => Self::Kept,
            desk::Presence::Missing => Self::Missing,
            desk::Presence::Unknown => Self::Unknown,
        }
    }
}

impl CredentialView {
    /// A credential that is kept in `place`, as it is seen at `now`.
    pub fn of(credential: desk::CredentialStatus, place: credentials::PlaceName, now: Timestamp) -> Self {
        let desk::CredentialStatus { status, presence, facts } = credential;
        let age = facts.set.map(|set| now.duration_since(set).as_hours() / 24);
        Self {
            connection: status.into(),
            place: place.into(),
            presence: presence.into(),
            set_at: facts.set.map(|at| at.to_string()),
            used_at: facts.used.map(|at| at.to_string()),
            test: facts.test.map(|test| CredentialTest { at: test.at.to_string(), problem: test.problem }),
            next: facts.next.map(|next| NextCredential {
                key_tail: next.key_tail,
                set_at: next.set.to_string(),
                problem: next.problem,
            }),
            age_days: age.map(|days| u32::try_from(days).unwrap_or_default()),
        }
    }
}

impl From<desk::Rotation> for Rotation {
    fn from(rotation: desk::Rotation) -> Self {
        match rotation {
            desk::Rotation::InUse(verified) => Self::InUse { customers: ConnectionCheck::from(verified).customers },
            desk::Rotation::Waiting(problem) => Self::Waiting { problem: problem.map(Problem::from) },
        }
    }
}

impl From<LeftCustomers> for desk::LeftCustomers {
    fn from(customers: LeftCustomers) -> Self {
        match customers {
            LeftCustomers::Erase => Self::Erase,
            LeftCustomers::Keep => Self::Keep,
        }
    }
}

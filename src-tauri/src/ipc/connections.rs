//! Providers and connections.

use super::credentials::Standing;
use super::{Column, Problem, Typed};
use serde::{Deserialize, Serialize};
use specta::Type;

/// What a provider is; the connection form is drawn from this.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ProviderDescription {
    /// Stable name: `loveandpay`, `cryptopocket`.
    pub id: String,
    /// Proper name, never translated.
    pub name: String,
    /// Address of the live installation; `null` where the provider hands it over with the keys.
    pub live_url: Option<String>,
    /// Address of the test installation.
    pub sandbox_url: Option<String>,
    /// How this provider's keys begin.
    pub key_prefix: Option<String>,
    /// How this provider's secrets begin.
    pub secret_prefix: Option<String>,
    /// The usual budget, requests in any minute.
    pub requests_per_minute: Option<u32>,
    /// The usual budget, requests in any hour.
    pub requests_per_hour: Option<u32>,
    /// Columns of which this provider never says anything.
    pub silent_on: Vec<Column>,
}

/// Which of a provider's installations; see [`kyc::Environment`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Environment {
    Live,
    Sandbox,
    Custom,
}

impl From<kyc::Environment> for Environment {
    fn from(environment: kyc::Environment) -> Self {
        match environment {
            kyc::Environment::Live => Self::Live,
            kyc::Environment::Sandbox => Self::Sandbox,
            kyc::Environment::Custom => Self::Custom,
        }
    }
}

impl From<Environment> for kyc::Environment {
    fn from(environment: Environment) -> Self {
        match environment {
            Environment::Live => Self::Live,
            Environment::Sandbox => Self::Sandbox,
            Environment::Custom => Self::Custom,
        }
    }
}

/// The connection form as it was filled in. The only shape in which a secret crosses, once and inwards.
#[derive(Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ConnectionDraft {
    /// Stable name of the provider.
    pub provider: String,
    /// Which installation.
    pub environment: Environment,
    /// The officer's own name for it.
    pub label: String,
    /// Used for `custom` and where the provider has no known address.
    pub base_url: String,
    /// The key; while editing, empty together with the secret to keep the stored ones.
    pub api_key: Typed,
    /// The secret.
    pub api_secret: Typed,
    /// Budget; `null` for the provider's usual one, 0 for none.
    pub requests_per_minute: Option<u32>,
    /// Budget; `null` for the provider's usual one, 0 for none.
    pub requests_per_hour: Option<u32>,
}

impl ConnectionDraft {
    /// The form's words in the desk's terms.
    pub fn into_desk(self) -> desk::ConnectionDraft {
        desk::ConnectionDraft {
            provider: kyc::ProviderId::new(self.provider),
            environment: self.environment.into(),
            label: self.label,
            base_url: self.base_url,
            api_key: self.api_key.into_secret(),
            api_secret: self.api_secret.into_secret(),
            limits: kyc::RequestLimits { per_minute: self.requests_per_minute, per_hour: self.requests_per_hour },
        }
    }
}

/// Outcome of a successful connection test.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ConnectionCheck {
    /// How many customers the provider announced, where it did.
    pub customers: Option<u32>,
}

impl From<providers::Verified> for ConnectionCheck {
    fn from(verified: providers::Verified) -> Self {
        Self { customers: verified.customers.and_then(|customers| u32::try_from(customers).ok()) }
    }
}

/// What a connection is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum ConnectionState {
    /// Nothing.
    Idle,
    /// Walking the provider's list.
    Syncing,
    /// Stopped by a problem that a person has to see to.
    Error,
    /// The address could not be reached; it is tried again by itself.
    Offline,
    /// Waiting for its request budget.
    Waiting,
}

/// A connection as the side bar shows it.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ConnectionView {
    /// Identity within the profile.
    pub id: String,
    /// Stable name of the provider.
    pub provider: String,
    /// Which installation.
    pub environment: Environment,
    /// The officer's own name; may be empty.
    pub label: String,
    /// The address.
    pub base_url: String,
    /// Last four characters of the key's id; may be empty.
    pub key_tail: String,
    /// The officer's budget, `null` for the usual one.
    pub requests_per_minute: Option<u32>,
    /// The officer's budget, `null` for the usual one.
    pub requests_per_hour: Option<u32>,
    /// Whether it is worked with.
    pub standing: Standing,
    /// What it is doing.
    pub state: ConnectionState,
    /// Customers seen in the running walk, or listed in the book when there is none.
    pub synced: u32,
    /// How many customers the provider announced.
    pub total: Option<u32>,
    /// Seconds that the running walk still takes, where that can be said.
    pub seconds_left: Option<u32>,
    /// Records of the last walk that could not be read.
    pub rejected: u32,
    /// End of the last complete walk.
    pub last_synced: Option<String>,
    /// Whether the last walk ended without having seen the whole list.
    pub incomplete: bool,
    /// When the next walk begins by itself; `null` while one goes on, and where a person has to ask for it.
    pub next_walk: Option<String>,
    /// When the next request may go, in state `waiting`.
    pub waiting_until: Option<String>,
    /// What went wrong, in state `error` and `offline`.
    pub problem: Option<Problem>,
}

impl From<desk::ConnectionStatus> for ConnectionView {
    fn from(status: desk::ConnectionStatus) -> Self {
        let desk::ConnectionStatus { connection, activity } = status;
        let (state, waiting_until, problem) = match activity.state {
            sync::State::Idle => (ConnectionState::Idle, None, None),
            sync::State::Syncing => (ConnectionState::Syncing, None, None),
            sync::State::Waiting { until } => (ConnectionState::Waiting, Some(until.to_string()), None),
            sync::State::Offline { problem } => (ConnectionState::Offline, None, Some(problem.into())),
            sync::State::Failed { problem } => (ConnectionState::Error, None, Some(problem.into())),
        };
        Self {
            id: connection.id.as_str().to_owned(),
            provider: connection.provider.as_str().to_owned(),
            environment: connection.environment.into(),
            label: connection.label,
            base_url: connection.base_url,
            key_tail: connection.key_tail,
            requests_per_minute: connection.limits.per_minute,
            requests_per_hour: connection.limits.per_hour,
            standing: connection.standing.into(),
            state,
            synced: activity.seen,
            total: activity.announced,
            seconds_left: activity.seconds_left,
            rejected: activity.rejected,
            last_synced: activity.last_complete.map(|end| end.to_string()),
            incomplete: activity.incomplete,
            next_walk: activity.next_walk.map(|at| at.to_string()),
            waiting_until,
            problem,
        }
    }
}

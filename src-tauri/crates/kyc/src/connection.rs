//! Connections: one merchant account at one provider. A provider can be connected several times.

use std::fmt;

/// Which provider, by its stable name: `loveandpay`, `cryptopocket`. Open, because a new provider is a new name.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ProviderId(String);

impl ProviderId {
    /// Wraps a stable name.
    pub fn new(name: impl Into<String>) -> Self {
        Self(name.into())
    }

    /// The stable name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ProviderId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// Identifies a connection within a profile: a UUID in its usual text form, made once when the connection is saved.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ConnectionId(String);

impl ConnectionId {
    /// Wraps an id that was made or stored elsewhere.
    pub fn new(id: impl Into<String>) -> Self {
        Self(id.into())
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ConnectionId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// Which of the provider's installations a connection talks to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Environment {
    /// Real customers.
    Live,
    /// The provider's test installation.
    Sandbox,
    /// An address that the officer typed.
    Custom,
}

impl Environment {
    /// The stable name: `live`, `sandbox` or `custom`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Live => "live",
            Self::Sandbox => "sandbox",
            Self::Custom => "custom",
        }
    }

    /// Reads back what [`name`](Self::name) wrote.
    pub fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "live" => Self::Live,
            "sandbox" => Self::Sandbox,
            "custom" => Self::Custom,
            _ => return None,
        })
    }
}

/// How many requests a connection may make. `None` means the provider's default, `Some(0)` no limit (allowed only on
/// loopback addresses).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct RequestLimits {
    /// Requests in any 60 seconds.
    pub per_minute: Option<u32>,
    /// Requests in any 3,600 seconds.
    pub per_hour: Option<u32>,
}

/// Whether a connection is worked with.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Standing {
    /// It is kept current.
    #[default]
    Active,
    /// Switched off by the officer: its customers and its credential stay, nothing is fetched.
    Disabled,
    /// Removed, with its customers kept as an archive: it has no credential any more.
    Archived,
}

impl Standing {
    /// The stable name: `active`, `disabled` or `archived`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Disabled => "disabled",
            Self::Archived => "archived",
        }
    }

    /// Reads back what [`name`](Self::name) wrote.
    pub fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "active" => Self::Active,
            "disabled" => Self::Disabled,
            "archived" => Self::Archived,
            _ => return None,
        })
    }
}

/// A connection as it is stored: everything but its secrets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Connection {
    /// Identity within the profile.
    pub id: ConnectionId,
    /// Which provider.
    pub provider: ProviderId,
    /// Which installation of it.
    pub environment: Environment,
    /// The officer's own name for it; may be empty.
    pub label: String,
    /// The address that requests are built from, with the provider's path prefix, without a trailing slash.
    pub base_url: String,
    /// The last four characters of the API key's public id; all that is ever shown of it.
    pub key_tail: String,
    /// The request budget.
    pub limits: RequestLimits,
    /// Whether it is worked with.
    pub standing: Standing,
    /// When the connection was saved.
    pub created: jiff::Timestamp,
}

//! What a connection is doing, for the side bar.

use jiff::Timestamp;
use kyc::Problem;

/// What a connection is doing and how far it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Activity {
    /// What it is doing.
    pub state: State,
    /// Customers seen in the running walk; when there is none, customers listed in the book.
    pub seen: u32,
    /// How many customers the provider announced last.
    pub announced: Option<u32>,
    /// Seconds that the running walk will still take: at its present pace, and no less than its request budget makes it.
    pub seconds_left: Option<u32>,
    /// Records of the running or last walk that could not be read as customers.
    pub rejected: u32,
    /// End of the last walk that saw the whole list.
    pub last_complete: Option<Timestamp>,
    /// Whether the last walk came to its end without having seen the whole list.
    pub incomplete: bool,
    /// When the next walk begins by itself; `None` while one goes on, and where a person has to ask for it.
    pub next_walk: Option<Timestamp>,
}

/// What a connection is doing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    /// Nothing; the next walk comes by itself.
    Idle,
    /// Walking the list.
    Syncing,
    /// In the middle of a walk, waiting for the request budget.
    Waiting {
        /// When the next request may go.
        until: Timestamp,
    },
    /// The address could not be reached; it is tried again by itself.
    Offline {
        /// What was met.
        problem: Problem,
    },
    /// Stopped by something that a person has to see to, or that is tried again only after a while.
    Failed {
        /// What was met.
        problem: Problem,
    },
}

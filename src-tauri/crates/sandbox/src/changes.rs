//! What happened to the customers since the emulator started: the truth that a test compares a desk's history with.
//!
//! Every change of a listed row is here, whoever made it: requests of the provider's interface, the control endpoint, faults.
//! What only a card shows is not.

use crate::moment::Moment;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// What happened to a customer's row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Happening {
    /// It came into the list, for the first time or again.
    Inserted,
    /// Fields of it changed.
    Changed,
    /// It went to the head of the list as it is.
    Moved,
    /// It left the list.
    Removed,
}

/// One change of one customer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CustomerChange {
    /// Counts the changes from 1 on, without gaps.
    pub number: u64,
    /// When, to the millisecond, by the emulator's clock.
    pub at: Timestamp,
    /// What happened.
    pub happening: Happening,
    /// The customer's id as it stands in a path; `None` for a record without one.
    pub id: Option<String>,
    /// The fields that are no longer so: of a removed row all.
    pub before: Map<String, Value>,
    /// The fields that are so now: of an inserted row all.
    pub after: Map<String, Value>,
}

/// The changes in their order.
#[derive(Debug, Default)]
pub struct Changes {
    made: Vec<CustomerChange>,
}

impl Changes {
    /// Notes a change from one row to another, either of which may be empty; fields that stayed are left out.
    pub fn note(
        &mut self,
        happening: Happening,
        id: Option<String>,
        mut before: Map<String, Value>,
        mut after: Map<String, Value>,
        now: Moment,
    ) {
        if happening == Happening::Changed {
            let same: Vec<_> = before
                .iter()
                .filter(|(name, value)| after.get(*name) == Some(value))
                .map(|(name, _)| name.clone())
                .collect();
            for name in same {
                before.remove(&name);
                after.remove(&name);
            }
            if before.is_empty() && after.is_empty() {
                return;
            }
        }
        let number = self.made.len() as u64 + 1;
        self.made.push(CustomerChange { number, at: now.timestamp(), happening, id, before, after });
    }

    /// All changes whose number is greater.
    pub fn after(&self, number: u64) -> Vec<CustomerChange> {
        let from = usize::try_from(number).unwrap_or(usize::MAX).min(self.made.len());
        self.made[from..].to_vec()
    }
}

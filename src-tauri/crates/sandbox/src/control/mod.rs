//! Looking behind an emulator while it runs: its customers, what came up, and the faults on purpose. Over HTTP the same is
//! to be had at the control endpoint.

mod endpoint;

pub use crate::exchange::Refusal;
pub use endpoint::{answer, is_from_web_page};

use crate::changes::CustomerChange;
use crate::exchange::{Change, Operation};
use crate::faults::{FaultRule, InvalidFault, Scenario};
use crate::moment::Moment;
use crate::options::Provider;
use crate::server::Desk;
use jiff::Timestamp;
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

/// A handle on a running emulator, for a demo's menu or a test in the same process. Clones are handles on the same one;
/// once that has stopped they change nothing any more that anybody could see.
///
/// ```no_run
/// # async fn example(sandbox: sandbox::Sandbox) -> Result<(), Box<dyn std::error::Error>> {
/// use sandbox::{Fault, FaultRule, Operation, Scenario};
///
/// let control = sandbox.control().clone();
/// control.set_faults([FaultRule::new(Fault::Reset {}).on(Operation::List).after(2).times(1)])?;
/// control.set_scenario(Scenario::SlowAnswers);
/// control.clear_faults();
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Control {
    desk: Arc<Desk>,
}

impl fmt::Debug for Control {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Control").field("provider", &self.desk.provider).finish_non_exhaustive()
    }
}

impl Control {
    pub(crate) fn new(desk: Arc<Desk>) -> Self {
        Self { desk }
    }

    /// Which provider is emulated.
    pub fn provider(&self) -> Provider {
        self.desk.provider
    }

    /// Puts these faults in the place of all that were set before. They strike from the next request on.
    ///
    /// # Errors
    /// Names the first that makes no sense; those set before stay in force then.
    pub fn set_faults(&self, faults: impl IntoIterator<Item = FaultRule>) -> Result<(), InvalidFault> {
        self.desk.plan().set(faults.into_iter().collect())
    }

    /// Puts the faults of a scenario in the place of all that were set before.
    pub fn set_scenario(&self, scenario: Scenario) {
        self.desk.plan().replace(scenario.faults(self.provider()));
    }

    /// Takes all faults away. Customers whom a fault has let come to be stay, those it has removed do not come back.
    pub fn clear_faults(&self) {
        self.desk.plan().replace(Vec::new());
    }

    /// The faults that are set, spent ones too, each with how often it has struck.
    pub fn faults(&self) -> Vec<FaultRule> {
        self.desk.plan().rules().to_vec()
    }

    /// How many requests came, by operation as [`Operation`] is written in JSON; `unknown` are those to unknown paths.
    pub fn requests(&self) -> BTreeMap<String, u64> {
        let name = |operation: &Option<Operation>| match serde_json::to_value(operation) {
            Ok(Value::String(name)) => name,
            _ => "unknown".to_owned(),
        };
        self.desk.requests().iter().map(|(operation, count)| (name(operation), *count)).collect()
    }

    /// All customers as the provider's list shows them, in its order. Meant for tests: a million take seconds.
    pub fn customers(&self) -> Vec<Value> {
        serde_json::from_slice(&self.desk.emulator.customers()).unwrap_or_default()
    }

    /// What happened to the customers' rows since the start, in its order, from the change after number `after` on;
    /// `0` for all. Together with [`customers`](Self::customers) it tells what was listed at any time.
    pub fn changes(&self, after: u64) -> Vec<CustomerChange> {
        self.desk.emulator.changes(after)
    }

    /// Sets fields of a customer, as they are, and returns the row.
    ///
    /// # Errors
    /// When there is no such customer or no such field.
    pub fn change_customer(&self, id: &str, fields: Map<String, Value>) -> Result<Value, Refusal> {
        self.desk.emulator.change(id, Change { set: fields, ..Change::default() }, present())
    }

    /// Puts a customer in where the list's order wants it, and returns the row.
    ///
    /// # Errors
    /// When there is a customer of this id, or no such field.
    pub fn insert_customer(&self, fields: Map<String, Value>) -> Result<Value, Refusal> {
        self.desk.emulator.insert(fields, None, false, present())
    }

    /// Removes a customer and returns the row.
    ///
    /// # Errors
    /// When there is no such customer.
    pub fn remove_customer(&self, id: &str) -> Result<Value, Refusal> {
        self.desk.emulator.remove(id, present())
    }

    /// What came up while the emulator ran besides customers: at Love&Pay `sessions`, at Cryptopocket `documents`,
    /// `payments`, `sales` and `subscriptions`. `None` for any other kind.
    pub fn records(&self, kind: &str) -> Option<Value> {
        self.desk.emulator.records(kind)
    }

    /// Sets fields of one of these records, with all that follows: a KYC session that is approved verifies its customer.
    ///
    /// # Errors
    /// When there is no such record, or the fields cannot be set.
    pub fn drive(&self, kind: &str, id: &str, fields: Map<String, Value>) -> Result<Value, Refusal> {
        self.drive_at(kind, id, fields, present())
    }

    fn drive_at(&self, kind: &str, id: &str, fields: Map<String, Value>, now: Moment) -> Result<Value, Refusal> {
        self.desk.emulator.drive(kind, id, fields, now)
    }
}

fn present() -> Moment {
    Moment::of(Timestamp::now())
}

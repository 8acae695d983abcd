//! Which faults are in force, for which requests, and how often.

use super::fault::Fault;
use crate::exchange::Operation;
use serde::Deserialize;
use serde_json::{Map, Value};
use std::collections::HashMap;
use std::fmt;

/// A fault, and when it strikes.
///
/// ```
/// use sandbox::{Fault, FaultRule, Operation};
///
/// // The third and the fourth page of the customer list get lost.
/// let rule = FaultRule::new(Fault::Reset {}).on(Operation::List).after(2).times(2);
/// assert_eq!(rule.struck(), 0);
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct FaultRule {
    fault: Fault,
    on: Option<Operation>,
    after: u32,
    every: u32,
    times: Option<u32>,
    fitting: u32,
    struck: u32,
}

impl From<Fault> for FaultRule {
    fn from(fault: Fault) -> Self {
        Self::new(fault)
    }
}

impl FaultRule {
    /// Strikes every request that the fault concerns.
    pub fn new(fault: Fault) -> Self {
        Self { fault, on: None, after: 0, every: 1, times: None, fitting: 0, struck: 0 }
    }

    /// Strikes this operation alone.
    #[must_use]
    pub fn on(self, operation: Operation) -> Self {
        Self { on: Some(operation), ..self }
    }

    /// Lets so many requests pass first.
    #[must_use]
    pub fn after(self, requests: u32) -> Self {
        Self { after: requests, ..self }
    }

    /// Of the requests after those, strikes every so many-th: with 3 the third, the sixth and so on. 0 counts as 1.
    #[must_use]
    pub fn every(self, requests: u32) -> Self {
        Self { every: requests.max(1), ..self }
    }

    /// Strikes so many times and is spent then.
    #[must_use]
    pub fn times(self, times: u32) -> Self {
        Self { times: Some(times), ..self }
    }

    /// What goes wrong.
    pub fn fault(&self) -> &Fault {
        &self.fault
    }

    /// How often it has struck.
    pub fn struck(&self) -> u32 {
        self.struck
    }

    /// Reads `{"kind": …, the fault's own fields, "on": …, "after": …, "every": …, "times": …}`; `struck` is
    /// passed over.
    ///
    /// # Errors
    /// Names what cannot be understood.
    pub(crate) fn parse(rule: Value) -> Result<Self, InvalidFault> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct When {
            on: Option<Operation>,
            #[serde(default)]
            after: u32,
            every: Option<u32>,
            times: Option<u32>,
        }

        let invalid = |error: serde_json::Error| InvalidFault(error.to_string());
        let Value::Object(mut fields) = rule else {
            return Err(InvalidFault("a fault is an object with a \"kind\"".to_owned()));
        };
        fields.remove("struck");
        let mut when = Map::new();
        for name in ["on", "after", "every", "times"] {
            when.extend(fields.remove(name).map(|value| (name.to_owned(), value)));
        }
        let When { on, after, every, times } = serde_json::from_value(when.into()).map_err(invalid)?;
        let fault = serde_json::from_value(fields.into()).map_err(invalid)?;
        Ok(Self { on, after, times, ..Self::new(fault).every(every.unwrap_or(1)) })
    }

    /// The rule as [`parse`](Self::parse) reads it, and how often it has struck.
    pub(crate) fn describe(&self) -> Value {
        let mut described = serde_json::to_value(&self.fault).unwrap_or_default();
        described["after"] = self.after.into();
        described["struck"] = self.struck.into();
        if let Some(on) = self.on {
            described["on"] = serde_json::to_value(on).unwrap_or_default();
        }
        if self.every > 1 {
            described["every"] = self.every.into();
        }
        if let Some(times) = self.times {
            described["times"] = times.into();
        }
        described
    }

    /// Counts a request and says whether it is struck.
    fn strikes(&mut self, operation: Option<Operation>) -> bool {
        if self.on.is_some() && self.on != operation || !self.fault.concerns(operation) {
            return false;
        }
        self.fitting = self.fitting.saturating_add(1);
        let turn = self.fitting.checked_sub(self.after).is_some_and(|turn| turn > 0 && turn % self.every == 0);
        let strikes = turn && self.times.is_none_or(|times| self.struck < times);
        self.struck += u32::from(strikes);
        strikes
    }
}

/// Why faults were not set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidFault(String);

impl fmt::Display for InvalidFault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl std::error::Error for InvalidFault {}

/// The faults in force.
#[derive(Debug, Default)]
pub struct Plan {
    rules: Vec<FaultRule>,
    /// The pages that are repeated, by list.
    repeated: HashMap<Operation, Vec<Value>>,
}

impl Plan {
    /// Puts these rules in the place of all others.
    ///
    /// # Errors
    /// Names the first that makes no sense; all others stay in force then.
    pub fn set(&mut self, rules: Vec<FaultRule>) -> Result<(), InvalidFault> {
        for rule in &rules {
            rule.fault.check().map_err(InvalidFault)?;
        }
        self.replace(rules);
        Ok(())
    }

    /// As [`set`](Self::set), with rules that are known to make sense.
    pub fn replace(&mut self, rules: Vec<FaultRule>) {
        *self = Self { rules, repeated: HashMap::new() };
    }

    /// The rules, spent ones too.
    pub fn rules(&self) -> &[FaultRule] {
        &self.rules
    }

    /// Counts a request and tells the faults that strike it.
    pub fn strike(&mut self, operation: Option<Operation>) -> Vec<Fault> {
        self.rules.iter_mut().filter_map(|rule| rule.strikes(operation).then(|| rule.fault.clone())).collect()
    }

    /// The records of the first page of a list that came by here; now these if there were none.
    pub fn repeat(&mut self, list: Operation, records: Vec<Value>) -> Vec<Value> {
        self.repeated.entry(list).or_insert(records).clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn plan(rule: Value) -> Plan {
        let mut plan = Plan::default();
        plan.set(vec![FaultRule::parse(rule).unwrap()]).unwrap();
        plan
    }

    #[test]
    fn a_rule_waits_strikes_and_is_spent() {
        let mut plan = plan(json!({"kind": "html", "on": "list", "after": 1, "times": 2}));
        let struck: Vec<_> = (0..5).map(|_| !plan.strike(Some(Operation::List)).is_empty()).collect();
        assert_eq!(struck, [false, true, true, false, false]);
        assert_eq!(plan.rules()[0].struck(), 2);
    }

    #[test]
    fn a_rule_takes_turns() {
        let mut plan = plan(json!({"kind": "html", "after": 1, "every": 3, "times": 2}));
        let struck: Vec<_> = (1..12).filter(|_| !plan.strike(None).is_empty()).collect();
        assert_eq!(struck, [4, 7]);
    }

    #[test]
    fn other_requests_do_not_count() {
        let mut plan = plan(json!({"kind": "not_json", "on": "list", "times": 1}));
        assert!(plan.strike(None).is_empty(), "an unknown path");
        assert!(plan.strike(Some(Operation::Authenticate)).is_empty());
        assert_eq!(plan.strike(Some(Operation::List)), [Fault::NotJson {}]);
    }

    #[test]
    fn what_spoils_lists_counts_lists() {
        let mut of_lists = plan(json!({"kind": "text_ids", "after": 1}));
        let mut of_customers = plan(json!({"kind": "rows_inserted", "rows": 1}));
        for (operation, lists, customers) in [
            (Some(Operation::Authenticate), false, false),
            (Some(Operation::Invoices), false, false),
            (None, false, false),
            (Some(Operation::List), true, true),
            (Some(Operation::Sessions), true, false),
        ] {
            assert_eq!(!of_lists.strike(operation).is_empty(), lists, "{operation:?}");
            assert_eq!(!of_customers.strike(operation).is_empty(), customers, "{operation:?}");
        }
    }

    #[test]
    fn a_typing_error_in_a_plan_is_named() {
        for (rule, named) in [
            (json!("html"), "kind"),
            (json!({"kind": "htlm"}), "htlm"),
            (json!({"kind": "html", "time": 1}), "time"),
            (json!({"kind": "latency"}), "ms"),
            (json!({"kind": "html", "on": "everything"}), "everything"),
            (json!({"kind": "status", "status": 200}), "400 to 599"),
            (json!({"kind": "redirect", "status": 200}), "300 to 399"),
            (json!({"kind": "redirect", "location": "a\nb"}), "location"),
            (json!({"kind": "huge_body", "bytes": 5_000_000_000_u64}), "bytes"),
            (json!({"kind": "trickle", "ms": 1, "bytes": 0}), "bytes"),
            (json!({"kind": "wrong_charset", "declared": "a;b"}), "declared"),
            (json!({"kind": "wrong_charset", "encoded": "koi8-r"}), "koi8-r"),
            (json!({"kind": "rows_removed", "rows": 0}), "rows"),
            (json!({"kind": "living_list", "seed": 1}), "inserted"),
            (json!({"kind": "living_list", "changed": 10_001}), "changed"),
            (json!({"kind": "duplicates", "position": 0, "copies": 10_001}), "rows"),
        ] {
            let error = FaultRule::parse(rule.clone()).and_then(|rule| Plan::default().set(vec![rule])).unwrap_err();
            assert!(error.to_string().contains(named), "{rule} gave {error}");
        }
    }

    #[test]
    fn a_refused_plan_leaves_the_old_one_in_force() {
        let mut plan = plan(json!({"kind": "html"}));
        assert!(plan.set(vec![Fault::Status { status: 200 }.into()]).is_err());
        assert_eq!(plan.strike(None), [Fault::Html {}]);
        plan.replace(Vec::new());
        assert_eq!(plan.strike(None), []);
    }

    #[test]
    fn a_described_rule_can_be_set_again() {
        for rule in [
            json!({"kind": "too_many_requests", "retry_after": 3, "on": "list", "times": 2}),
            json!({"kind": "wrong_charset", "encoded": "iso-8859-1"}),
            json!({"kind": "set_field", "position": 1, "field": "/a/b", "value": null}),
            json!({"kind": "trickle", "ms": 5, "every": 2}),
            json!({"kind": "living_list", "seed": 7, "inserted": 2, "changed": 3, "on": "list"}),
        ] {
            let parsed = FaultRule::parse(rule).unwrap();
            assert_eq!(FaultRule::parse(parsed.describe()).unwrap(), parsed);
        }
    }
}

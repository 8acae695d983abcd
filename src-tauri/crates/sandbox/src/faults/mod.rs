//! Faults on purpose: which are in force, for which requests, and how often.
//!
//! A plan is a list of rules. Each rule counts the requests that it fits, lets the first `after` of them pass, strikes
//! the next `times` and is spent after that. What a fault does to a request or a reply is in [`effect`].

mod effect;

pub use effect::{after_answer, before_answer, clock_ahead, delay, http_date};

use crate::exchange::Operation;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// What goes wrong. A new fault is a variant here and an arm in [`effect`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Fault {
    /// The answer comes later, by so many milliseconds.
    Latency {
        /// Milliseconds.
        ms: u64,
    },
    /// A web page with status 200.
    Html {},
    /// Plain text with status 200.
    NotJson {},
    /// An HTTP status with the provider's own failure in the body.
    Status {
        /// 400 to 599.
        status: u16,
    },
    /// A refusal with the code of your choice, such as `SOURCE_IP_NOT_ALLOWED` with 403.
    Refusal {
        /// HTTP status.
        status: u16,
        /// The provider's code.
        code: String,
        /// The provider's message.
        #[serde(default)]
        message: String,
    },
    /// 429.
    TooManyRequests {
        /// Seconds in the `Retry-After` header; without it there is no such header.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        retry_after: Option<u32>,
        /// Whether the header holds a date in place of the seconds.
        #[serde(default)]
        as_date: bool,
    },
    /// Sends elsewhere.
    Redirect {
        /// 300 to 399.
        #[serde(default = "temporary_redirect")]
        status: u16,
        /// Where to; without it to another path of the same host.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        location: Option<String>,
    },
    /// The connection breaks in the middle of the body.
    Truncated {},
    /// The body ends in the middle although the answer is complete by its length.
    CutJson {},
    /// Every token handed out so far is refused.
    ExpiredTokens {},
    /// The provider's clock is ahead by so many seconds (behind: negative), in its judgement and in the `Date` header.
    ClockOff {
        /// Seconds.
        seconds: i64,
    },
    /// A list has a record without id at this place of the page, counted from 0. An empty page stays empty.
    RecordWithoutId {
        /// Place in the page; the end of a shorter page.
        position: usize,
    },
    /// A list has an unknown KYC status at this place of the page, counted from 0.
    UnknownKyc {
        /// Place in the page; nothing happens on a shorter page.
        position: usize,
        /// The status.
        word: String,
    },
    /// A list announces no totals.
    MissingTotals {},
    /// A list has its ids as text.
    TextIds {},
}

fn temporary_redirect() -> u16 {
    307
}

/// A fault, and when it strikes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// What goes wrong.
    pub fault: Fault,
    /// At which operation; `None`: at every request, even to unknown paths.
    pub on: Option<Operation>,
    /// How many such requests pass first.
    pub after: u32,
    /// How many are struck then; `None`: all.
    pub times: Option<u32>,
    fitting: u32,
    struck: u32,
}

impl Rule {
    /// Reads `{"kind": …, the fault's own fields, "on": …, "after": …, "times": …}`.
    ///
    /// # Errors
    /// Names what cannot be understood.
    pub fn parse(rule: Value) -> Result<Self, String> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct When {
            on: Option<Operation>,
            #[serde(default)]
            after: u32,
            times: Option<u32>,
        }

        let Value::Object(mut fields) = rule else { return Err("a fault is an object with a \"kind\"".to_owned()) };
        let mut when = Map::new();
        for name in ["on", "after", "times"] {
            when.extend(fields.remove(name).map(|value| (name.to_owned(), value)));
        }
        let When { on, after, times } = serde_json::from_value(when.into()).map_err(|error| error.to_string())?;
        let fault: Fault = serde_json::from_value(fields.into()).map_err(|error| error.to_string())?;
        match fault {
            Fault::Status { status } if !(400..600).contains(&status) => Err("\"status\" is 400 to 599".to_owned()),
            Fault::Refusal { status, .. } if !(200..600).contains(&status) => {
                Err("\"status\" is 200 to 599".to_owned())
            }
            Fault::Redirect { status, .. } if !(300..400).contains(&status) => {
                Err("\"status\" is 300 to 399".to_owned())
            }
            Fault::Redirect { location: Some(location), .. }
                if axum::http::HeaderValue::from_str(&location).is_err() =>
            {
                Err("\"location\" cannot stand in a header".to_owned())
            }
            fault => Ok(Self { fault, on, after, times, fitting: 0, struck: 0 }),
        }
    }

    /// The rule as [`parse`](Self::parse) reads it, and how often it has struck.
    pub fn describe(&self) -> Value {
        let mut described = serde_json::to_value(&self.fault).unwrap_or_default();
        described["after"] = self.after.into();
        described["struck"] = self.struck.into();
        if let Some(on) = self.on {
            described["on"] = serde_json::to_value(on).unwrap_or_default();
        }
        if let Some(times) = self.times {
            described["times"] = times.into();
        }
        described
    }

    /// Counts a request and says whether it is struck.
    fn strikes(&mut self, operation: Option<Operation>) -> bool {
        if self.on.is_some() && self.on != operation {
            return false;
        }
        self.fitting = self.fitting.saturating_add(1);
        let strikes = self.fitting > self.after && self.times.is_none_or(|times| self.struck < times);
        self.struck += u32::from(strikes);
        strikes
    }
}

/// The faults in force.
#[derive(Debug, Default)]
pub struct Plan {
    rules: Vec<Rule>,
}

impl Plan {
    /// Puts these rules in the place of all others.
    pub fn set(&mut self, rules: Vec<Rule>) {
        self.rules = rules;
    }

    /// The rules, spent ones too.
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// Counts a request and tells the faults that strike it.
    pub fn strike(&mut self, operation: Option<Operation>) -> Vec<Fault> {
        self.rules.iter_mut().filter_map(|rule| rule.strikes(operation).then(|| rule.fault.clone())).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_rule_waits_strikes_and_is_spent() {
        let mut plan = Plan::default();
        plan.set(vec![Rule::parse(json!({"kind": "html", "on": "list", "after": 1, "times": 2})).unwrap()]);
        let struck: Vec<_> = (0..5).map(|_| !plan.strike(Some(Operation::List)).is_empty()).collect();
        assert_eq!(struck, [false, true, true, false, false]);
    }

    #[test]
    fn other_requests_do_not_count() {
        let mut plan = Plan::default();
        plan.set(vec![Rule::parse(json!({"kind": "not_json", "on": "list", "times": 1})).unwrap()]);
        assert!(plan.strike(None).is_empty(), "an unknown path");
        assert!(plan.strike(Some(Operation::Authenticate)).is_empty());
        assert_eq!(plan.strike(Some(Operation::List)), [Fault::NotJson {}]);
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
        ] {
            let error = Rule::parse(rule.clone()).unwrap_err();
            assert!(error.contains(named), "{rule} gave {error:?}");
        }
    }

    #[test]
    fn a_described_rule_can_be_set_again() {
        let rule = json!({"kind": "too_many_requests", "retry_after": 3, "on": "list", "times": 2});
        let mut described = Rule::parse(rule.clone()).unwrap().describe();
        assert_eq!(described.as_object_mut().unwrap().remove("struck"), Some(json!(0)));
        assert_eq!(Rule::parse(described).unwrap(), Rule::parse(rule).unwrap());
    }
}

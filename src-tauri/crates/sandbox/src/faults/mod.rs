//! Faults on purpose.
//!
//! A plan is a list of rules. Each rule counts the requests that it fits, lets the first `after` of them pass, strikes
//! the next `times` and is spent after that. What a fault does to a request or a reply is in [`effect`], what it does to
//! the records of a list in [`records`].

mod charset;
mod effect;
mod fault;
mod plan;
mod records;
mod scenario;

pub use charset::Charset;
pub use effect::{after_answer, before_answer, clock_ahead, delay, http_date};
pub use fault::Fault;
pub use plan::{FaultRule, InvalidFault, Plan};
pub use scenario::Scenario;

//! The vocabulary of the desk: what a customer is, which KYC statuses there are, what can go wrong and what a person
//! can do about it.
//!
//! Every other crate speaks in these words. There is no I/O here, nothing asynchronous, no wire format, no SQL and no
//! text for people: those belong to `providers`, `directory` and the interface.

mod connection;
mod credential;
mod customer;
mod money;
mod problem;
mod status;

pub use connection::{Connection, ConnectionId, Environment, ProviderId, RequestLimits, Standing};
pub use credential::{Credential, CredentialFault};
pub use customer::{BookCustomer, Customer, CustomerKey, ProviderCustomerId, RejectedRecord};
pub use money::{Currency, Money};
pub use problem::{AddressFault, AnswerFault, Problem, ProviderWords, Trouble};
pub use status::{Blocked, KycStatus, TrustLevel};

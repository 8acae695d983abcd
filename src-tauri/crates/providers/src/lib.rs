//! The clients of the payment providers: what is sent over HTTP, and how answers become [`kyc::Customer`] pages.
//!
//! [`registry::all`] says which providers there are and what each can do; [`registry::connect`] makes a [`Provider`]
//! from a connection's address ([`address::parse`]) and credential. A new provider is one folder here and one line in the registry.
//!
//! All of them share one HTTP core (`http`): encryption required except on this computer, redirects never followed,
//! time and size limits, one pure decision on repeating, and a request budget. What a provider leaves undocumented is
//! decided in its `assumptions` module and nowhere else.
//!
//! There is no storage here and no walk over pages: the walk belongs to `sync`, which also keeps the ids it saw.
//!
#![doc = include_str!("../EXAMPLES.md")]

mod action;
pub mod address;
mod ahead;
pub mod budget;
pub mod clock;
pub mod cryptopocket;
#[cfg(any(test, feature = "fuzzing"))]
#[doc(hidden)]
pub mod fuzzing;
mod http;
mod json;
mod listing;
pub mod loveandpay;
mod provider;
mod records;
pub mod registry;
mod route;
pub mod webhook;
mod withhold;

#[cfg(test)]
mod thorough;

pub use action::{
    BlockState, Card, Contact, Document, Known, KnownCustomer, Outcome, Payment, Registered, Registration,
    VerificationLink,
};
pub use address::BaseUrl;
pub use ahead::{Unread, ahead};
pub use budget::in_background;
pub use clock::{Clock, ManualClock, SystemClock};
pub use http::Timeouts;
pub use listing::{Listing, is_endless};
pub use provider::{
    Actions, Capabilities, Column, Cursor, Description, Features, Filter, ListFilter, Page, Provider, Specific,
    Verified,
};
pub use route::{Offer, Route, Verb};

//! Brings a provider's customers into the local book and keeps them current.
//!
//! A [`walk()`] goes through a provider's list page by page and lands each page in the book in one transaction, with the
//! place to go on from after a crash. Between and beside walks, looks go where a change is likely ([`plan()`]). A [`Runner`] decides when a connection is walked, tells what it is doing, and takes
//! up again by itself when the network or the request budget comes back.
//!
//! What is not here: HTTP and the providers' quirks (`providers`), SQL (`directory`), and how the grid is told
//! (whoever passes the [`Sink`]).

mod activity;
mod identity;
mod landings;
mod met;
mod missing;
mod pass;
mod pause;
mod plan;
mod refresh;
mod runner;
mod schedule;
mod walk;
mod yielding;

pub use activity::{Activity, State};
pub use plan::{Offers, Plan, Sight, Situation, Work, plan};
pub use refresh::Watched;
pub use runner::{Connect, Job, Runner, Sink};
pub use walk::{Progress, Walked, walk};

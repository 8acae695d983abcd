//! Every fault of a provider, against reading a list, one customer, and an action: what is told, how many requests it
//! costs, that nothing is lost, and that no other host ever hears from this client.
//!
//! `loveandpay` and `cryptopocket` are about answers that are wrong in themselves, `timing` about those that come late, in
//! part or never, `redirects` about those that send elsewhere, and `lists` about lists that are wrong page by page.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking, in the functions that it shares too")]

#[path = "../support/mod.rs"]
mod support;

mod cryptopocket;
mod lists;
mod loveandpay;
mod redirects;
mod stage;
mod timing;

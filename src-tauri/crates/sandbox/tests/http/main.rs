//! The emulators over real HTTP, as a client meets them.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "what a test uses outside of its functions fails the test as well"
)]

mod client;
mod control;
mod cryptopocket;
mod documents;
mod faults;
mod faulty_bodies;
mod faulty_lists;
mod invoices;
mod living_list;
mod loveandpay;
mod population;
mod process;
mod purchases;
mod registration;
mod scenarios;
mod sessions;

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
mod invoices;
mod loveandpay;
mod population;
mod process;
mod purchases;
mod registration;
mod sessions;

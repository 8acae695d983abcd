//! Local emulators of Love&Pay and Cryptopocket with synthetic customers, for the demo and for tests.
//!
//! An emulator judges requests as strictly as the providers' references allow, answers in their documented shapes with
//! their quirks, and keeps what is changed in memory for as long as it runs. It depends on none of the product's crates:
//! signature, wire shapes and statuses are written here a second time on purpose, so that an error in the clients does
//! not meet the same error here.
//!
//! ```no_run
//! # async fn example() -> std::io::Result<()> {
//! use sandbox::{Options, Provider, Sandbox};
//!
//! let options = Options { customers: 10_000, seed: 7, ..Options::new(Provider::LoveAndPay, jiff::Timestamp::now()) };
//! let sandbox = Sandbox::start(options).await?;
//! println!("{} {} {}", sandbox.base_url, sandbox.api_key, sandbox.api_secret);
//! sandbox.stop().await;
//! # Ok(())
//! # }
//! ```

mod changes;
mod control;
mod cryptopocket;
mod delivery;
mod exchange;
mod faults;
mod keys;
mod loveandpay;
mod moment;
mod odd;
mod options;
mod people;
mod random;
mod register;
mod roster;
mod server;
mod turnover;
mod wire;

pub use changes::{CustomerChange, Happening};
pub use control::{Control, Refusal};
pub use exchange::Operation;
pub use faults::{Charset, Fault, FaultRule, InvalidFault, Scenario};
pub use options::{Options, Provider, TokenShape};
pub use server::Sandbox;

//! A stage on which the built app runs unattended on Linux.
//!
//! A [`Stage`] is a private home folder, a private session bus, a Secret Service that is unlocked, locked or absent, and a
//! virtual screen. [`Stage::launch`] starts a program on it and hands back a [`Window`] that is driven through WebDriver:
//! the real window of the real program, in the toolkit that its users have.
//!
//! ```no_run
//! # async fn run() -> Result<(), stage::Fault> {
//! use stage::{App, Keyring, Stage};
//!
//! let stage = Stage::builder().keyring(Keyring::Unlocked).start().await?;
//! let window = stage.launch(App::new("target/debug/vouch").arg("--demo")).await?;
//! window.wait_for_attribute("[data-testid=results]", "data-busy", "false").await?;
//! window.screenshot("window.png").await?;
//! assert_eq!(window.close().await?, 0, "a normal close ends with exit code 0");
//! # Ok(())
//! # }
//! ```
//!
//! Several stages can stand at once, in one process or in many: every name, port, display and folder is private. When a
//! stage is dropped, and also when the process that holds it dies in any way, everything that ran on it is ended and its
//! folder is removed.
//!
//! It knows nothing of the product and depends on none of its crates. It speaks to WebKitGTK's own driver, because on Linux
//! `tauri-driver` only renames a capability in front of it. It is deliberately no test framework: no assertions, no
//! fixtures, no retries of what has failed.
#![cfg(target_os = "linux")]

mod apart;
mod bus;
mod carry;
mod dialog;
mod driver;
mod fault;
mod guard;
mod hands;
mod keyring;
mod place;
mod pointer;
mod process;
mod screen;
mod set;
mod shown;
mod wait;
mod window;

pub use apart::{is_apart, run_apart, run_apart_as_administrator};
pub use fantoccini::key::Key;
pub use fault::Fault;
pub use hands::{Hands, Turn};
pub use keyring::{KEYRING_PASSWORD, Keyring};
pub use process::Process;
pub use screen::Area;
pub use set::{App, Builder, Stage};
pub use shown::Shown;
pub use wait::{PATIENCE, wait_until};
pub use window::Window;

//! The built app at its design size, in its real window: how soon the first rows are on screen, how much memory it takes, how
//! soon a key that is typed is answered on screen, and how smoothly the grid scrolls. Each beside what the machine itself
//! allows, measured in the same run: a Tauri window with an empty page, and the app with an empty book.
//!
//!     cargo xtask bench window
//!
//! The customers are the sandbox's, walked over HTTP into an encrypted book by the product's own desk, before anything is
//! measured. The number of them can be set by `VOUCH_BENCH_CUSTOMERS`; `VOUCH_BENCH_PROFILE` names a folder in which the
//! profile that was made is kept for the next run. Nothing here fails by being slow; the table says which goals are missed.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a measurement tells what it measured")]
#![allow(missing_docs, reason = "a measurement has no interface")]

#[cfg(target_os = "linux")]
mod figures;
#[cfg(target_os = "linux")]
mod memory;
#[cfg(target_os = "linux")]
mod profile;
#[cfg(target_os = "linux")]
mod run;
#[cfg(target_os = "linux")]
mod scrolling;
#[cfg(target_os = "linux")]
mod start;
#[cfg(target_os = "linux")]
mod typing;

#[cfg(target_os = "linux")]
fn main() -> std::process::ExitCode {
    run::main()
}

#[cfg(not(target_os = "linux"))]
fn main() {
    eprintln!("window: there is no stage but on Linux");
}

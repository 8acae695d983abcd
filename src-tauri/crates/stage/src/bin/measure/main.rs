//! `measure`: the built app at its design size, in its real window. How soon the first rows are on screen, how much memory it
//! takes, how soon a typed key is answered on screen, and how smoothly the grid scrolls; each beside what the machine itself
//! allows, measured in the same run: a Tauri window with an empty page, and the app with an empty book.
//!
//! It is what `cargo xtask bench window` runs. The customers are the sandbox's, which the app walks over HTTP into its
//! encrypted book before anything is measured. Nothing here fails by being slow; the table says which goals are missed. Like
//! the tour, it knows the product only by the attributes that its interface promises.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a measurement tells what it measured")]

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
fn main() -> std::process::ExitCode {
    eprintln!("measure: there is no stage but on Linux");
    std::process::ExitCode::FAILURE
}

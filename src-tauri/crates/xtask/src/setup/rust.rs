//! Rust's formatter and linter.

use super::system::exists;
use crate::Failure;
use crate::project::{Project, answer, run};
use std::process::Command;

pub fn prepare(project: &Project) -> Result<(), Failure> {
    let missing: Vec<&str> = [("fmt", "rustfmt"), ("clippy", "clippy")]
        .into_iter()
        .filter(|(subcommand, _)| answer(&mut project.cargo(&[subcommand, "--version"])).is_none())
        .map(|(_, component)| component)
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    if !exists("rustup") {
        return Err(format!("please install {} for this Rust", missing.join(" and ")));
    }
    run(Command::new("rustup").args(["component", "add"]).args(&missing))
}

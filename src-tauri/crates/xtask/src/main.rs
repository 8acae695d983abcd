//! `cargo xtask`: everything that a developer or a continuous integration runs.
//!
//! It installs what is missing, calls Cargo, npm and the built programs, and adds up what they say. It does no work of its
//! own and depends on nothing, so that it is ready within seconds on a fresh clone. What needs a real window is in the
//! crate `stage`.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a command-line tool speaks on these")]

mod bench;
mod bindings;
mod build;
mod bundle;
mod check;
mod demo;
mod fuzz;
mod options;
mod project;
mod setup;
mod tally;

use options::Options;
use project::Project;
use std::process::ExitCode;

const USAGE: &str = "\
Usage: cargo xtask COMMAND

  build [--release]                            the app with its interface, at target/debug/vouch or target/release/vouch
  demo [--customers N] [--seed S] [--release]  the app on sample customers; without a display, screenshots in target/demo
  test [--thorough]                            everything that has to hold, from formatting to the real window
  bench [NAME]                                 the benchmarks, or those whose name holds NAME
  bundle                                       installable packages of a release build
  bindings                                     ui/src/lib/backend/bindings.ts anew from the shell's commands

Each installs first what it needs, and says what.";

/// Why a command failed, in words for the terminal.
type Failure = String;

fn main() -> ExitCode {
    let mut words = std::env::args().skip(1);
    let command = words.next().unwrap_or_default();
    match run(&command, Options::new(words)) {
        Ok(code) => code,
        Err(failure) => {
            eprintln!("xtask: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: &str, mut options: Options) -> Result<ExitCode, Failure> {
    let project = Project::here();
    match command {
        "build" => {
            let release = options.flag("--release");
            options.finish()?;
            build::run(&project, release)
        }
        "demo" => {
            let demo = demo::Demo {
                customers: options.number("--customers")?,
                seed: options.number("--seed")?,
                release: options.flag("--release"),
            };
            options.finish()?;
            demo::run(&project, &demo)
        }
        "test" => {
            let thorough = options.flag("--thorough");
            options.finish()?;
            return check::run(&project, thorough);
        }
        "bench" => bench::run(&project, options.word(), options),
        "bundle" => {
            options.finish()?;
            bundle::run(&project)
        }
        "bindings" => {
            options.finish()?;
            bindings::run(&project)
        }
        "" | "help" | "--help" | "-h" => {
            println!("{USAGE}");
            Ok(())
        }
        other => Err(format!("there is no command `{other}`\n\n{USAGE}")),
    }
    .map(|()| ExitCode::SUCCESS)
}

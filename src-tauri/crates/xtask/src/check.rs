//! `cargo xtask test`: everything that has to hold, the same here and in continuous integration.
//!
//! All steps run, also after one has failed, so that one run tells everything. The last line is the sum of all tests,
//! `N passed, M failed`; a step without tests of its own that fails, such as formatting, counts as one failed test.

use crate::project::{Project, cannot_start, shown};
use crate::setup::{self, Need};
use crate::tally::Tally;
use crate::{Failure, build, fuzz};
use std::io::{BufRead, BufReader, Write};
use std::process::{Command, ExitCode, Stdio};
use std::time::Instant;

/// What has happened so far.
#[derive(Default)]
struct Run {
    tally: Tally,
    failures: Vec<String>,
}

impl Run {
    /// Runs a step and notes how it went.
    fn step(&mut self, name: &str, work: impl FnOnce() -> Result<Tally, (Tally, Failure)>) {
        eprintln!("\n== {name}");
        let start = Instant::now();
        let (mut tally, failure) = match work() {
            Ok(tally) => (tally, None),
            Err((tally, failure)) => (tally, Some(failure)),
        };
        if let Some(failure) = failure {
            eprintln!("{failure}");
            tally.failed = tally.failed.max(1);
            self.failures.push(name.to_owned());
        }
        self.tally += tally;
        eprintln!("== {name}: {:.0} s", start.elapsed().as_secs_f32());
    }

    /// Runs a step that is one command without tests.
    fn command(&mut self, name: &str, mut command: Command) {
        self.step(name, || untested(crate::project::run(&mut command)));
    }
}

/// The outcome of a step without tests of its own.
fn untested(outcome: Result<(), Failure>) -> Result<Tally, (Tally, Failure)> {
    outcome.map(|()| Tally::default()).map_err(|failure| (Tally::default(), failure))
}

/// Runs all steps. `thorough` takes the time for many more random cases and for the tests that are too long for every day.
pub fn run(project: &Project, thorough: bool) -> Result<ExitCode, Failure> {
    setup::prepare(project, if thorough { Need::Thorough } else { Need::Checks })?;
    let mut run = Run::default();

    run.command("Cargo.lock is that of the manifests", {
        let mut command = project.cargo(&["metadata", "--locked", "--format-version", "1"]);
        command.stdout(Stdio::null());
        command
    });
    run.command("formatting", project.cargo(&["fmt", "--all", "--check"]));

    run.command("interface: types", project.npm(&["run", "check"]));
    run.command("interface: lint", project.npm(&["run", "lint"]));
    run.step("interface: tests", || vitest(project));
    // Everything after this embeds the interface.
    run.step("interface: build", || untested(build::interface(project)));

    // One set of targets and features for all builds below, so that nothing is compiled twice.
    run.command("clippy", project.cargo(&["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"]));
    run.command("documentation", {
        let mut command = project.cargo(&["doc", "--workspace", "--no-deps", "--document-private-items"]);
        command.env("RUSTDOCFLAGS", "-D warnings");
        command
    });
    run.step("tests", || cargo_tests(project, thorough));
    if thorough {
        run.step("a million customers in the window", || million(project));
        run.step("fuzzing", || untested(fuzz::run(project)));
    }

    for failure in &run.failures {
        eprintln!("failed: {failure}");
    }
    println!("\n{}", run.tally);
    Ok(if run.failures.is_empty() && run.tally.failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn vitest(project: &Project) -> Result<Tally, (Tally, Failure)> {
    let report = project.target().join("vitest.json");
    // The report of an earlier run must not be taken for this one's; that it was not there is as good.
    let _gone = std::fs::remove_file(&report);
    let mut command = project.npm(&["test", "--", "--reporter=default", "--reporter=json"]);
    command.arg(format!("--outputFile.json={}", report.display()));
    let outcome = crate::project::run(&mut command);
    let tally = std::fs::read_to_string(&report).ok().and_then(|report| Tally::of_vitest_report(&report));
    match (outcome, tally) {
        (Ok(()), Some(tally)) => Ok(tally),
        (Ok(()), None) => Err((Tally::default(), "Vitest left no report".to_owned())),
        (Err(failure), tally) => Err((tally.unwrap_or_default(), failure)),
    }
}

/// Builds what the tests start as programs of their own, then runs all tests.
fn cargo_tests(project: &Project, thorough: bool) -> Result<Tally, (Tally, Failure)> {
    let mut build = project.cargo(&["build", "--workspace", "--locked", "--bins", "--tests", "--examples"]);
    crate::project::run(&mut build).map_err(|failure| (Tally::default(), failure))?;
    let mut command = project.cargo(&["test", "--workspace", "--locked", "--no-fail-fast"]);
    if thorough {
        command.args(["--", "--include-ignored"]).env("PROPTEST_CASES", "4096").env("VOUCH_THOROUGH", "1");
    }
    counted(&mut command)
}

/// The window test with very many customers, once more and with a million of them. They need the app as people have it: built
/// for debugging it would be at them for hours.
fn million(project: &Project) -> Result<Tally, (Tally, Failure)> {
    build::everything(project, true).map_err(|failure| (Tally::default(), failure))?;
    let mut command = project.cargo(&["test", "--locked", "-p", "vouch", "--test", "window", "--", "many::"]);
    counted(command.env("VOUCH_RELEASE_APP", project.program("vouch", true)))
}

/// Runs Cargo's tests, shows what they say and adds up their results.
fn counted(command: &mut Command) -> Result<Tally, (Tally, Failure)> {
    eprintln!("\n> {}", shown(command));
    let mut tally = Tally::default();
    let mut child = match command.stdout(Stdio::piped()).spawn() {
        Ok(child) => child,
        Err(error) => return Err((tally, cannot_start(command, &error))),
    };
    if let Some(output) = child.stdout.take() {
        let mut output = BufReader::new(output);
        let mut line = Vec::new();
        // Bytes, not text: a test may print what is no UTF-8.
        while matches!(output.read_until(b'\n', &mut line), Ok(read) if read > 0) {
            // A closed terminal does not stop the count.
            let _shown = std::io::stdout().write_all(&line);
            if let Some(result) = Tally::of_cargo_line(&String::from_utf8_lossy(&line)) {
                tally += result;
            }
            line.clear();
        }
    }
    match child.wait() {
        Ok(status) if status.success() => Ok(tally),
        Ok(status) => Err((tally, format!("`{}` failed ({status})", shown(command)))),
        Err(error) => Err((tally, error.to_string())),
    }
}

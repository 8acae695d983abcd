//! A test that runs a second time, alone in a process with mounts or a network of its own.
//!
//! Whoever is not the administrator becomes one among users of their own, in a namespace. Some systems leave that to the
//! administrator (Ubuntu since 23.10): there the test says that it did not run. In continuous integration it has to run.
//! What the kernel lets nobody do but the system's own administrator, such as making a disk of a file, is a matter of
//! [`run_apart_as_administrator`].

use crate::Fault;
use std::process::{Command, Output};

/// Set in the process that is apart.
const APART: &str = "STAGE_RUNS_APART";

/// What a network of its own starts with. An X server puts its socket in the place of one that nobody of its own network
/// answers at, and would so take the screen away from the stages outside.
const NETWORK: &str = "mkdir -p /tmp/.X11-unix && mount -t tmpfs tmpfs /tmp/.X11-unix && ip link set lo up &&";

/// Whether this is the second run.
#[must_use]
pub fn is_apart() -> bool {
    std::env::var_os(APART).is_some()
}

/// Runs the test `name` of this program again (`module::function`) with `namespaces` of its own: `--mount`, and also `--net`,
/// which has a loopback and no way out. Shell commands in `before` prepare them further, each ended by `&&`.
///
/// # Errors
/// [`Fault::Ended`] with what the test said when it failed or was not found; [`Fault::Process`] when nothing could be started.
pub fn run_apart(name: &str, namespaces: &[&str], before: &str) -> Result<(), Fault> {
    let unshare = |program: &[&str]| {
        let mut command = Command::new("unshare");
        // Among users of its own the administrator would be one as well, and no longer the system's.
        command
            .args((!is_administrator()).then_some("--map-root-user"))
            .args(namespaces)
            .arg("--")
            .args(program)
            .env(APART, "1");
        command
    };
    // A namespace in which nothing may be mounted is of no use.
    let tried =
        unshare(&["mount", "-t", "tmpfs", "tmpfs", "/mnt"]).output().map_err(Fault::process("running unshare"))?;
    if !tried.status.success() && std::env::var_os("CI").is_none() {
        tell_that_it_did_not_run(name, &said(&tried));
        return Ok(());
    }
    let program = std::env::current_exe().map_err(Fault::process("finding this program"))?;
    let network = if namespaces.contains(&"--net") { NETWORK } else { "" };
    let mut again = unshare(&["sh", "-c", &format!("{network} {before} exec \"$0\" --exact {name}")]);
    let output = again.arg(program).output().map_err(Fault::process("running unshare"))?;
    let said = said(&output);
    if output.status.success() && said.contains("1 passed") {
        return Ok(());
    }
    Err(Fault::Ended { program: name.to_owned(), status: output.status.to_string(), said })
}

/// The same, where this is run by the system's administrator; elsewhere the test says that it did not run.
///
/// # Errors
/// As [`run_apart`].
pub fn run_apart_as_administrator(name: &str, namespaces: &[&str], before: &str) -> Result<(), Fault> {
    if is_administrator() {
        return run_apart(name, namespaces, before);
    }
    tell_that_it_did_not_run(name, "only the system's administrator may do what it needs");
    Ok(())
}

fn is_administrator() -> bool {
    rustix::process::geteuid().is_root()
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&[output.stdout.as_slice(), output.stderr.as_slice()].concat()).into_owned()
}

#[expect(clippy::print_stderr, reason = "whoever reads the outcome of a run has to know what it leaves out")]
fn tell_that_it_did_not_run(name: &str, why: &str) {
    eprintln!("not run, as this system does not allow it to this user: {name}: {}", why.trim());
}

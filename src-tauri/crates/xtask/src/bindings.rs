//! `cargo xtask bindings`: the interface's types anew from the shell's commands.

use crate::project::{self, Project};
use crate::setup::{self, Need};
use crate::{Failure, build};

/// The test that compares the checked-in file, and writes it instead when told so.
const TEST: &str = "the_checked_in_bindings_are_those_of_the_commands";

/// Writes `ui/src/lib/backend/bindings.ts`.
pub fn run(project: &Project) -> Result<(), Failure> {
    setup::prepare(project, Need::Build)?;
    // The shell does not compile without a built interface, however old.
    if !project.ui().join("dist/index.html").is_file() {
        build::interface(project)?;
    }
    let mut write = project.cargo(&["test", "--workspace", "--lib", TEST]);
    project::run(write.env("VOUCH_WRITE_BINDINGS", "1"))
}

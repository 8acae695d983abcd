//! `cargo xtask bench`: the benchmarks of all crates.

use crate::options::Options;
use crate::project::{self, Project};
use crate::setup::{self, Need};
use crate::{Failure, build};

/// Runs them, or those whose name holds `filter`.
pub fn run(project: &Project, filter: Option<String>, options: Options) -> Result<(), Failure> {
    options.finish()?;
    setup::prepare(project, Need::Build)?;
    build::interface(project)?;
    let mut command = project.cargo(&["bench", "--workspace", "--locked", "--benches"]);
    if let Some(filter) = filter {
        command.args(["--", &filter]);
    }
    project::run(&mut command)
}

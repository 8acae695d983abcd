//! Checks the machine and installs what is missing, saying each thing that it does.

mod node;
mod rust;
mod system;

use crate::Failure;
use crate::project::Project;

/// What a command needs of the machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Need {
    /// To build the app.
    Build,
    /// To build it and to run it on a stage: own screen, bus and keyring.
    Stage,
    /// All that, and Rust's own checkers.
    Checks,
    /// All that, and what only long campaigns need.
    Thorough,
}

/// Makes the machine ready. Does nothing, quickly, when it is.
pub fn prepare(project: &Project, need: Need) -> Result<(), Failure> {
    system::prepare(need)?;
    if need >= Need::Checks {
        rust::prepare(project)?;
    }
    node::prepare(project)
}

//! Node, and the packages that the interface is built from.

use crate::Failure;
use crate::project::{Project, answer, run};
use std::fs;

/// The oldest Node that the interface's build tool runs on, and how that is written.
const OLDEST: ((u32, u32), &str) = ((20, 19), "20.19");

pub fn prepare(project: &Project) -> Result<(), Failure> {
    let version = answer(project.command("node").arg("--version"));
    match version.as_deref().map(|text| (text.trim(), parsed(text))) {
        Some((_, Some(version))) if version >= OLDEST.0 => {}
        Some((text, _)) => return Err(format!("Node {text} is too old: {} or newer is needed", OLDEST.1)),
        None => return Err(format!("Node is missing: please install Node {} or newer", OLDEST.1)),
    }
    packages(project)
}

/// `v20.19.3` as (20, 19).
fn parsed(version: &str) -> Option<(u32, u32)> {
    let mut numbers = version.trim().trim_start_matches('v').split('.').map(|part| part.parse().ok());
    Some((numbers.next()??, numbers.next()??))
}

/// Installs the packages when the lock file is another one than at the last time.
fn packages(project: &Project) -> Result<(), Failure> {
    let lock_file = project.ui().join("package-lock.json");
    let stamp = project.ui().join("node_modules/.installed-from");
    let lock = fs::read(&lock_file).map_err(|error| format!("{}: {error}", lock_file.display()))?;
    if fs::read(&stamp).is_ok_and(|installed| installed == lock) {
        return Ok(());
    }
    eprintln!("The interface's packages are missing or not those of ui/package-lock.json.");
    // Not `npm ci`: it refuses a lock file that lacks the machine code of tools for systems other than the one that it was
    // made on. This takes the versions in the lock file just as well and leaves the file alone.
    run(&mut project.npm(&["install", "--no-save", "--no-audit", "--no-fund"]))?;
    fs::write(&stamp, lock).map_err(|error| format!("{}: {error}", stamp.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn node_versions_are_compared_as_numbers() {
        assert_eq!(parsed("v20.19.3\n"), Some((20, 19)));
        assert!(parsed("v20.9.0") < Some(OLDEST.0));
        assert!(parsed("v22.1.0") > Some(OLDEST.0));
        assert_eq!(parsed("none"), None);
    }
}

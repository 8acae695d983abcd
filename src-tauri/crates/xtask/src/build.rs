//! `cargo xtask build`: the app with its interface embedded.

use crate::Failure;
use crate::project::{self, Project};
use crate::setup::{self, Need};
use std::fs;
use std::path::Path;
use std::time::UNIX_EPOCH;

/// What the interface is made from and what of it is made: the folders and files that do not count as sources.
const NOT_SOURCES: [&str; 3] = ["node_modules", "dist", "paraglide"];

/// Prepares the machine and builds everything.
pub fn run(project: &Project, release: bool) -> Result<(), Failure> {
    setup::prepare(project, Need::Build)?;
    everything(project, release)?;
    println!("{}", project.program("vouch", release).display());
    Ok(())
}

/// Builds the interface, then the workspace around it.
pub fn everything(project: &Project, release: bool) -> Result<(), Failure> {
    interface(project)?;
    let profile: &[&str] = if release { &["--release"] } else { &[] };
    project::run(project.cargo(&["build", "--workspace", "--locked"]).args(profile))
}

/// Builds the interface when its sources changed, so that an unchanged app is not linked again.
pub fn interface(project: &Project) -> Result<(), Failure> {
    let mut sources = String::new();
    list_sources(&project.ui(), &mut sources).map_err(|error| format!("reading ui/: {error}"))?;
    let stamp = project.ui().join("node_modules/.built-from");
    let built = project.ui().join("dist/index.html").is_file();
    if built && fs::read_to_string(&stamp).is_ok_and(|listed| listed == sources) {
        return Ok(());
    }
    remove(&stamp)?;
    project::run(&mut project.npm(&["run", "build"]))?;
    fs::write(&stamp, sources).map_err(|error| format!("{}: {error}", stamp.display()))
}

fn remove(stamp: &Path) -> Result<(), Failure> {
    match fs::remove_file(stamp) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(format!("{}: {error}", stamp.display())),
        _ => Ok(()),
    }
}

/// One line for each source file: its path, size and time of change.
fn list_sources(folder: &Path, list: &mut String) -> std::io::Result<()> {
    let mut entries = fs::read_dir(folder)?.collect::<Result<Vec<_>, _>>()?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        if NOT_SOURCES.iter().any(|name| entry.file_name() == *name) {
            continue;
        }
        let about = entry.metadata()?;
        if about.is_dir() {
            list_sources(&entry.path(), list)?;
        } else {
            let changed = about.modified()?.duration_since(UNIX_EPOCH).unwrap_or_default();
            list.push_str(&format!("{} {} {}\n", entry.path().display(), about.len(), changed.as_nanos()));
        }
    }
    Ok(())
}

//! `cargo xtask bundle`: packages that people install.
//!
//! On Linux these are a deb and an rpm. An AppImage is not made: its tools are fetched from the network while it is packed,
//! outside of any package manager and under no lock file.

use crate::Failure;
use crate::project::{self, Project};
use crate::setup::{self, Need};

/// Tauri's packer. It comes built from npm and belongs to the `tauri` of the workspace.
const PACKER: &str = "--package=@tauri-apps/cli@2.12.5";

/// Builds a release and packs it.
pub fn run(project: &Project) -> Result<(), Failure> {
    setup::prepare(project, Need::Build)?;
    let mut pack = project.npm(&["exec", "--yes", PACKER, "--", "tauri", "build"]);
    pack.current_dir(project.root());
    if cfg!(target_os = "linux") {
        pack.args(["--bundles", "deb,rpm"]);
    }
    project::run(&mut pack)?;
    println!("The packages are in {}", project.target().join("release/bundle").display());
    if cfg!(target_os = "linux") {
        println!("No AppImage is made: its tools would have to be fetched from outside of any package manager.");
    }
    Ok(())
}

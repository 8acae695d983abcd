//! `cargo xtask bundle`: packages that people install.

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
        // An AppImage would need a tool that has to be fetched from elsewhere.
        pack.args(["--bundles", "deb,rpm"]);
    }
    project::run(&mut pack)?;
    println!("The packages are in {}", project.target().join("release/bundle").display());
    Ok(())
}

//! Ten minutes of fuzzing whatever reads a provider's bytes: a part of `cargo xtask test --thorough`.
//!
//! The targets are those of the crate `providers`. What is found stays in the build folder: an input that fails is named in
//! the output, and belongs as a test beside what it broke. The kept corpus is read and never written.

use crate::Failure;
use crate::project::{self, Project};
use std::fs;
use std::path::Path;

/// For how long all targets run together, in seconds.
const SECONDS: usize = 10 * 60;

/// How much a target's turn is worth: lists have most to read.
fn weight(target: &str) -> usize {
    match target {
        "address" | "http_headers" => 1,
        _ if target.ends_with("_list") => 4,
        _ => 2,
    }
}

/// Runs every target for its share of the time; all run, also after one has failed.
pub fn run(project: &Project) -> Result<(), Failure> {
    let folder = project.root().join("src-tauri/crates/providers/fuzz");
    if project::answer(&mut project.cargo(&["fuzz", "--version"])).is_none() {
        eprintln!("Missing: cargo-fuzz");
        project::run(&mut project.cargo(&["install", "cargo-fuzz", "--locked"]))?;
    }
    let built = project.target().join("fuzz");
    let fuzz = |arguments: &[&str]| {
        let mut command = project.cargo(&["fuzz"]);
        // Without a sanitizer, which needs an unstable compiler. Nothing here is unsafe, so panics tell what there is to tell.
        command.args(arguments).args(["--fuzz-dir", ".", "--sanitizer", "none"]);
        command.current_dir(&folder).env("CARGO_TARGET_DIR", &built);
        command
    };
    project::run(&mut fuzz(&["build"]))?;

    let targets = targets(&folder)?;
    let all: usize = targets.iter().map(|target| weight(target)).sum();
    let mut failed = Vec::new();
    for target in &targets {
        let found = built.join("found").join(target);
        fs::create_dir_all(&found).map_err(|error| format!("{}: {error}", found.display()))?;
        let mut command = fuzz(&["run"]);
        command.arg(target).arg(&found).arg(folder.join("corpus").join(target)).arg("--");
        command.args([
            "-dict=json.dict",
            "-timeout=10",
            "-rss_limit_mb=2048",
            "-max_len=65536",
            "-print_final_stats=1",
        ]);
        command.arg(format!("-max_total_time={}", SECONDS * weight(target) / all));
        if let Err(failure) = project::run(&mut command) {
            eprintln!("{failure}");
            failed.push(target.as_str());
        }
    }
    if failed.is_empty() { Ok(()) } else { Err(format!("fuzzing found something in {}", failed.join(", "))) }
}

fn targets(folder: &Path) -> Result<Vec<String>, Failure> {
    let corpus = folder.join("corpus");
    let unreadable = |error: std::io::Error| format!("{}: {error}", corpus.display());
    let mut names = Vec::new();
    for entry in fs::read_dir(&corpus).map_err(unreadable)? {
        names.push(entry.map_err(unreadable)?.file_name().to_string_lossy().into_owned());
    }
    names.sort();
    Ok(names)
}

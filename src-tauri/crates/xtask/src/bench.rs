//! `cargo xtask bench`: the benchmarks, one after another. Each prints its own table and ends by itself.

use crate::options::Options;
use crate::project::{self, Project};
use crate::setup::{self, Need};
use crate::{Failure, build};

/// A benchmark.
struct Part {
    /// Its name here, by which it can be chosen.
    name: &'static str,
    /// Which package's it is, and how it is called there.
    package: &'static str,
    target: &'static str,
    /// What Cargo has to be told besides.
    arguments: &'static [&'static str],
    /// What it measures, for the list.
    about: &'static str,
}

/// In the order in which they run: the quickest first.
const PARTS: [Part; 5] = [
    Part {
        name: "landing",
        package: "sync",
        target: "landing",
        arguments: &[],
        about: "pages of a provider into the book, against plain SQLite",
    },
    Part {
        name: "walk",
        package: "providers",
        target: "walk",
        arguments: &[],
        about: "the clients, against fetching the same pages only",
    },
    Part {
        name: "keystroke",
        package: "search",
        target: "keystroke",
        arguments: &[],
        about: "the index, against one scan of all its text",
    },
    Part {
        name: "sqlite",
        package: "search",
        target: "against_sqlite",
        arguments: &["--features", "search/sqlite"],
        about: "the index, against SQLite's full text search",
    },
    Part {
        name: WINDOW,
        package: "vouch",
        target: "window",
        arguments: &[],
        about: "the app with a million customers in its window: start, memory, keys, scrolling",
    },
];

/// The one that needs a stage and a window to be compared with.
const WINDOW: &str = "window";

/// The benchmarks, as the usage lists them.
pub fn list() -> String {
    PARTS.iter().map(|part| format!("    {:<12}{}\n", part.name, part.about)).collect()
}

/// Runs them, or those whose name holds `filter`.
pub fn run(project: &Project, filter: Option<String>, options: Options) -> Result<(), Failure> {
    options.finish()?;
    let chosen = chosen(filter.as_deref())?;
    let window = chosen.iter().any(|part| part.name == WINDOW);
    setup::prepare(project, if window { Need::Stage } else { Need::Build })?;
    if window {
        build::interface(project)?;
        project::run(&mut project.cargo(&[
            "build",
            "--release",
            "--locked",
            "-p",
            "vouch",
            "--example",
            "empty_window",
        ]))?;
    }
    for part in chosen {
        eprintln!("\n== {}: {}", part.name, part.about);
        let mut command = project.cargo(&["bench", "--locked", "-p", part.package, "--bench", part.target]);
        project::run(command.args(part.arguments))?;
    }
    Ok(())
}

fn chosen(filter: Option<&str>) -> Result<Vec<&'static Part>, Failure> {
    let filter = filter.unwrap_or_default();
    let chosen: Vec<_> = PARTS.iter().filter(|part| part.name.contains(filter)).collect();
    if chosen.is_empty() {
        return Err(format!("there is no benchmark `{filter}`; there are:\n{}", list()));
    }
    Ok(chosen)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(filter: Option<&str>) -> Vec<&'static str> {
        chosen(filter).unwrap_or_default().iter().map(|part| part.name).collect()
    }

    #[test]
    fn all_run_unless_some_are_named() {
        assert_eq!(names(None).len(), PARTS.len());
        assert_eq!(names(Some("window")), ["window"]);
        assert_eq!(names(Some("l")), ["landing", "walk", "sqlite"]);
        assert!(chosen(Some("speed")).is_err_and(|failure| failure.contains("keystroke")));
    }
}

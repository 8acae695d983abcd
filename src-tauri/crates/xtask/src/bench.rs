//! `cargo xtask bench`: the benchmarks, one after another. Each prints its own table and ends by itself.

use crate::options::Options;
use crate::project::{self, Project};
use crate::setup::{self, Need};
use crate::{Failure, build};

/// A benchmark.
struct Part {
    /// Its name here, by which it can be chosen.
    name: &'static str,
    /// What it measures, for the list.
    about: &'static str,
    /// How it is run.
    run: Run,
}

enum Run {
    /// A benchmark target of a package, with what Cargo has to be told besides.
    Target { package: &'static str, name: &'static str, arguments: &'static [&'static str] },
    /// The built app on a stage.
    Window,
}

const fn target(package: &'static str, name: &'static str, arguments: &'static [&'static str]) -> Run {
    Run::Target { package, name, arguments }
}

/// In the order in which they run: the quickest first.
const PARTS: [Part; 5] = [
    Part {
        name: "landing",
        about: "pages of a provider into the book, against plain SQLite",
        run: target("sync", "landing", &[]),
    },
    Part {
        name: "walk",
        about: "the clients, against fetching the same pages only",
        run: target("providers", "walk", &[]),
    },
    Part {
        name: "keystroke",
        about: "the index, against one scan of all its text",
        run: target("search", "keystroke", &[]),
    },
    Part {
        name: "sqlite",
        about: "the index, against SQLite's full text search",
        run: target("search", "against_sqlite", &["--features", "search/sqlite"]),
    },
    Part {
        name: "window",
        about: "the app with a million customers in its window: start, memory, keys, scrolling",
        run: Run::Window,
    },
];

/// The benchmarks, as the usage lists them.
pub fn list() -> String {
    PARTS.iter().map(|part| format!("    {:<12}{}\n", part.name, part.about)).collect()
}

/// Runs them, or those whose name holds `filter`.
pub fn run(project: &Project, filter: Option<String>, options: Options) -> Result<(), Failure> {
    options.finish()?;
    let chosen = chosen(filter.as_deref())?;
    let window = chosen.iter().any(|part| matches!(part.run, Run::Window));
    setup::prepare(project, if window { Need::Stage } else { Need::Build })?;
    for Part { name, about, run } in chosen {
        eprintln!("\n== {name}: {about}");
        match run {
            Run::Target { package, name, arguments } => {
                let mut command = project.cargo(&["bench", "--locked", "-p", package, "--bench", name]);
                project::run(command.args(*arguments))?;
            }
            Run::Window => {
                build::everything(project, true)?;
                let measure = project.program("measure", true);
                let programs = measure.parent().unwrap_or(project.root());
                project::run(project.command(&measure).arg("--programs").arg(programs))?;
            }
        }
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

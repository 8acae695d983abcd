//! `cargo xtask demo`: the app on sample customers, in a window or, without a display, as screenshots.

use crate::Failure;
use crate::build;
use crate::project::{self, Project};
use crate::setup::{self, Need};

/// What was asked for. Numbers that were not given are the app's own.
#[derive(Debug)]
pub struct Demo {
    /// Sample customers at each provider.
    pub customers: Option<u64>,
    /// From which they are made.
    pub seed: Option<u64>,
    /// Build for speed. A debug build is ready in half the time and quick enough for sample customers.
    pub release: bool,
}

impl Demo {
    /// The numbers as the app's options.
    fn arguments(&self) -> Vec<String> {
        [("--customers", self.customers), ("--seed", self.seed)]
            .into_iter()
            .filter_map(|(name, value)| Some([name.to_owned(), value?.to_string()]))
            .flatten()
            .collect()
    }
}

/// Prepares, builds and shows.
pub fn run(project: &Project, demo: &Demo) -> Result<(), Failure> {
    let display = has_display();
    setup::prepare(project, if display { Need::Build } else { Need::Stage })?;
    build::everything(project, demo.release)?;
    let app = project.program("vouch", demo.release);
    if display {
        return project::run(project.command(app).arg("--demo").args(demo.arguments()));
    }
    eprintln!("There is no display here: the app runs on a virtual one and leaves screenshots.");
    let folder = project.root().join("target/demo");
    let mut tour = project.command(project.program("tour", demo.release));
    tour.arg("--app").arg(app).arg("--into").arg(&folder).args(demo.arguments());
    project::run(&mut tour)?;
    println!("The screenshots are in {}", folder.display());
    Ok(())
}

fn has_display() -> bool {
    if !cfg!(target_os = "linux") {
        return true;
    }
    ["DISPLAY", "WAYLAND_DISPLAY"].iter().any(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_given_numbers_are_passed_on() {
        let demo = |customers, seed| Demo { customers, seed, release: false }.arguments().join(" ");
        assert_eq!(demo(None, None), "");
        assert_eq!(demo(Some(10), Some(2)), "--customers 10 --seed 2");
        assert_eq!(demo(None, Some(2)), "--seed 2");
    }
}

//! What is measured, in which order, and the table at the end.

use crate::figures::{Figures, Report};
use crate::profile::Kept;
use crate::{memory, scrolling, start, typing};
use memory::Held;
use stage::{App, Window};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

/// What can go wrong ends the measurement with its words.
pub type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

const USAGE: &str = "Usage: measure --programs FOLDER [--customers N] [--keep FOLDER] [--parts start,typing,scrolling] [--env NAME=VALUE] [--style RULE]";

#[tokio::main]
pub async fn main() -> ExitCode {
    let outcome = match Asked::in_words(std::env::args().skip(1)) {
        Ok(asked) => measure(&asked).await.map_err(|error| error.to_string()),
        Err(usage) => Err(usage),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("measure: {why}");
            ExitCode::FAILURE
        }
    }
}

/// What was asked for.
struct Asked {
    /// Where the built programs are.
    programs: Programs,
    customers: u64,
    /// Where profiles are kept for the next run.
    keep: Option<PathBuf>,
    /// Which parts; empty: all.
    parts: Vec<String>,
    /// Variables for the app's environment, to try what a setting brings.
    environment: Vec<(String, String)>,
    /// A rule of style that is put into the page before it is scrolled, to try what it brings.
    style: Option<String>,
}

impl Asked {
    fn in_words(mut words: impl Iterator<Item = String>) -> Result<Self, String> {
        let (mut folder, mut customers, mut keep, mut parts) = (None, 1_000_000, None, Vec::new());
        let (mut environment, mut style) = (Vec::new(), None);
        while let Some(word) = words.next() {
            let value = words.next().ok_or(USAGE)?;
            match word.as_str() {
                "--programs" => folder = Some(PathBuf::from(value)),
                "--customers" => customers = value.parse().map_err(|_| USAGE)?,
                "--keep" => keep = Some(PathBuf::from(value)),
                "--parts" => parts = value.split(',').map(str::to_owned).collect(),
                "--style" => style = Some(value),
                "--env" => {
                    environment.extend(value.split_once('=').map(|(name, value)| (name.to_owned(), value.to_owned())))
                }
                _ => return Err(USAGE.to_owned()),
            }
        }
        let folder = folder.ok_or(USAGE)?;
        // Programs start in the stage's home, so a path has to mean the same there as here.
        let folder = std::path::absolute(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
        let program = |name: &str| folder.join(name);
        let programs =
            Programs { vouch: program("vouch"), sandbox: program("sandbox"), empty: program("empty-window") };
        Ok(Self { programs, customers, keep, parts, environment, style })
    }

    fn wants(&self, part: &str) -> bool {
        self.parts.is_empty() || self.parts.iter().any(|wanted| wanted == part)
    }
}

/// The built programs.
pub struct Programs {
    vouch: PathBuf,
    /// The emulator of a provider.
    pub sandbox: PathBuf,
    empty: PathBuf,
}

impl Programs {
    /// The app with a profile.
    pub fn app_with(&self, profile: &Path) -> App {
        App::new(&self.vouch).arg("--profile").arg(profile.to_string_lossy()).arg("--lang").arg("en")
    }

    /// The window with an empty page, and a folder for what the webview keeps.
    pub fn empty_window(&self, folder: &Path) -> App {
        App::new(&self.empty).arg(folder.to_string_lossy())
    }
}

async fn measure(asked: &Asked) -> Outcome<()> {
    let Asked { programs, customers, keep, .. } = asked;
    let throw_away = tempfile::tempdir()?;
    let folder = keep.clone().unwrap_or_else(|| throw_away.path().to_path_buf());
    eprintln!("making a profile with {customers} customers, and one with none");
    let full = Kept::with(&folder, *customers, programs).await?;
    let none = Kept::with(&folder, 0, programs).await?;

    let mut report = Report::default();
    report.line(&machine(*customers)?);
    // Each profile on a stage with the keyring that opens its book.
    let without = {
        let stage = none.stage().await?;
        let nobody = stage.launch(programs.app_with(&none.profile())).await?;
        settle(&nobody).await?;
        let held = memory::of(nobody.process()?)?;
        nobody.close().await?;
        held
    };
    let stage = full.stage().await?;
    let app =
        asked.environment.iter().fold(programs.app_with(&full.profile()), |app, (name, value)| app.env(name, value));
    let empty_window = programs.empty_window(&stage.root().join("empty-window"));
    if asked.wants("start") {
        eprintln!("starting");
        start::measure(&stage, &app, &empty_window, &mut report).await?;
    }
    let hands = stage.hands()?;
    if asked.wants("scrolling") {
        let empty = stage.launch(empty_window).await?;
        scrolling::baseline(&empty, &hands, &mut report).await?;
        empty.close().await?;
    }
    let window = stage.launch(app).await?;
    settle(&window).await?;
    let at_rest = memory::of(window.process()?)?;
    try_style(&window, asked.style.as_deref()).await?;
    if asked.wants("scrolling") {
        eprintln!("scrolling");
        scrolling::measure(&window, &hands, &mut report).await?;
    }
    if asked.wants("typing") {
        eprintln!("typing");
        typing::measure(&window, &mut report).await?;
    }
    settle(&window).await?;
    let after = memory::of(window.process()?)?;
    window.close().await?;
    memory_table(&without, &at_rest, &after, &mut report);
    report.line(&format!("load averages at the end: {}", load()));
    println!("{}", report.text());
    Ok(())
}

/// Puts a rule of style into the page.
async fn try_style(window: &Window, rule: Option<&str>) -> Outcome<()> {
    let Some(rule) = rule else { return Ok(()) };
    let insert = "const sheet = [...document.styleSheets].at(-1); sheet.insertRule(arguments[0], sheet.cssRules.length); return true";
    window.run::<bool>(insert, vec![rule.into()]).await?;
    Ok(())
}

/// Waits until the app answers, and until nothing runs any more for two seconds: the index is full and the orders are made.
async fn settle(window: &Window) -> Outcome<()> {
    window.wait_for_attribute("[data-testid=results]", "data-busy", "false").await?;
    let process = window.process()?;
    let mut before = memory::ticks(process)?;
    for _ in 0..120 {
        tokio::time::sleep(Duration::from_secs(2)).await;
        let now = memory::ticks(process)?;
        // A hundredth of a processor is what an app that waits may use.
        if now - before <= 2 {
            return Ok(());
        }
        before = now;
    }
    Err("the app does not come to rest within four minutes".into())
}

fn machine(customers: u64) -> Outcome<String> {
    let processor = std::fs::read_to_string("/proc/cpuinfo")?;
    let model = processor.lines().find_map(|line| line.strip_prefix("model name")).unwrap_or_default();
    let model = model.trim_start_matches([' ', '\t', ':']);
    let count = std::thread::available_parallelism()?;
    Ok(format!("{customers} customers; {count} × {model}; load averages at the start: {}", load()))
}

fn load() -> String {
    let text = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split_whitespace().take(3).collect::<Vec<_>>().join(" ")
}

fn memory_table(without: &[Held], at_rest: &[Held], after: &[Held], report: &mut Report) {
    const MIB: f64 = 1_048_576.0;
    let mib = |bytes: u64| format!("{:.0}", bytes as f64 / MIB);
    report.heading(
        "Memory in MiB",
        &[
            "empty book",
            "at rest after the start",
            "most until then",
            "after use",
            "PSS: empty",
            "at rest",
            "after use",
        ],
    );
    for (place, held) in at_rest.iter().enumerate() {
        let (without, after) =
            (without.get(place).cloned().unwrap_or_default(), after.get(place).cloned().unwrap_or_default());
        let values =
            [without.resident, held.resident, held.peak, after.resident, without.share, held.share, after.share];
        report.row(&held.name, &values.map(mib));
    }
    let sum = |held: &[Held]| held.iter().map(|held| held.resident).sum::<u64>() as f64 / MIB;
    report.line("");
    report.goal("resident beyond the empty book at rest", sum(at_rest) - sum(without), 350.0, " MiB");
    report.goal("resident beyond the empty book after use", sum(after) - sum(without), 350.0, " MiB");
}

/// What is told of some times, in milliseconds.
pub fn told(figures: &Figures) -> Vec<String> {
    let text = |value: f64| format!("{value:.1}");
    vec![
        figures.count().to_string(),
        text(figures.middle()),
        text(figures.at(0.95)),
        text(figures.at(0.99)),
        text(figures.worst()),
    ]
}

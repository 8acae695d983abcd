//! What is measured, in which order, and the table at the end.

use crate::figures::{Figures, Report};
use crate::profile::{self, Kept};
use crate::{memory, scrolling, start, typing};
use memory::Held;
use stage::{App, Window};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

/// What can go wrong ends the measurement with its words.
pub type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

const VOUCH: &str = env!("CARGO_BIN_EXE_vouch");
const USUAL_CUSTOMERS: usize = 1_000_000;

#[tokio::main]
pub async fn main() -> ExitCode {
    let outcome = match profile::made_here().await {
        Ok(true) => Ok(()),
        Ok(false) => measure().await,
        Err(error) => Err(error),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("window: {error}");
            ExitCode::FAILURE
        }
    }
}

/// The two programs with their profiles.
pub struct Programs {
    pub full: PathBuf,
    pub none: PathBuf,
    pub empty_folder: PathBuf,
}

impl Programs {
    /// The app with all customers.
    pub fn full(&self) -> App {
        app(&self.full)
    }

    /// The app with a book in which there is nobody.
    pub fn none(&self) -> App {
        app(&self.none)
    }

    /// The window with an empty page.
    pub fn empty(&self) -> App {
        let program = Path::new(VOUCH).with_file_name("examples").join("empty_window");
        App::new(program).arg(self.empty_folder.to_string_lossy())
    }
}

fn app(profile: &Path) -> App {
    App::new(VOUCH).arg("--profile").arg(profile.to_string_lossy()).arg("--lang").arg("en")
}

async fn measure() -> Outcome<()> {
    let customers = match std::env::var("VOUCH_BENCH_CUSTOMERS") {
        Ok(number) => number.parse()?,
        Err(_) => USUAL_CUSTOMERS,
    };
    let throw_away = tempfile::tempdir()?;
    let folder = std::env::var_os("VOUCH_BENCH_PROFILE").map_or_else(|| throw_away.path().to_path_buf(), PathBuf::from);
    eprintln!("making a profile with {customers} customers, and one with none");
    let (full, none) = (Kept::with(&folder, customers).await?, Kept::with(&folder, 0).await?);
    let wanted: Vec<String> = std::env::var("VOUCH_BENCH_PARTS")
        .map(|parts| parts.split(',').map(str::to_owned).collect())
        .unwrap_or_default();
    let wants = |part: &str| wanted.is_empty() || wanted.iter().any(|name| name == part);

    // The keyring of one profile at a time: each app is measured on the stage that opens its book.
    let (stage, other) = (full.stage().await?, none.stage().await?);
    let programs =
        Programs { full: full.profile(), none: none.profile(), empty_folder: stage.root().join("empty-window") };
    let mut report = Report::default();
    report.line(&machine(customers)?);
    if wants("start") {
        start::measure(&stage, &programs, &mut report).await?;
    }
    let nobody = other.launch(programs.none()).await?;
    settle(&nobody).await?;
    let without = memory::of(nobody.process()?)?;
    nobody.close().await?;

    let window = stage.launch(programs.full()).await?;
    settle(&window).await?;
    let at_rest = memory::of(window.process()?)?;
    if wants("typing") {
        typing::measure(&window, &mut report).await?;
    }
    if wants("scrolling") {
        let empty = stage.launch(programs.empty()).await?;
        let hands = stage.hands()?;
        // The empty window was opened last and stands in front of the other.
        scrolling::baseline(&empty, &hands, &mut report).await?;
        empty.close().await.ok();
        scrolling::measure(&window, &hands, &mut report).await?;
    }
    settle(&window).await?;
    let after = memory::of(window.process()?)?;
    window.close().await?;
    memory_table(&without, &at_rest, &after, &mut report);
    report.line(&format!("load averages at the end: {}", load()));
    println!("{}", report.text());
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

fn machine(customers: usize) -> Outcome<String> {
    let processor = std::fs::read_to_string("/proc/cpuinfo")?;
    let model = processor.lines().find_map(|line| line.strip_prefix("model name")).unwrap_or_default();
    let model = model.trim_start_matches([' ', '\t', ':']);
    let count = std::thread::available_parallelism()?;
    let now = jiff::Timestamp::now();
    Ok(format!("{customers} customers; {now:.0}; {count} × {model}; load averages at the start: {}", load()))
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

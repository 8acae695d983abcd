//! How evenly frames follow each other while the grid is scrolled by hand: wheel, scroll bar, held arrow key.
//!
//! The page notes the time between two animation frames. A display without a graphics card, such as the stage's, allows less
//! than a person's does; so a page with nothing on it is scrolled first, in the same way.

use crate::figures::{Figures, Report};
use crate::memory;
use crate::run::{Outcome, told};
use serde::Deserialize;
use stage::{Hands, Turn, Window};
use std::thread::sleep;
use std::time::Duration;

const GRID: &str = "[role=grid]";
/// Time between two clicks of the wheel, between two steps of a drag, and between two strikes of a held key.
const WHEEL_PAUSE: Duration = Duration::from_millis(16);
const DRAG_PAUSE: Duration = Duration::from_millis(16);
const KEY_PAUSE: Duration = Duration::from_millis(33);
/// X's number for the key with the arrow down.
const ARROW_DOWN: u32 = 0xff54;

const RECORD: &str = include_str!("frames.js");

/// What the page saw while it was scrolled.
#[derive(Debug, Deserialize)]
struct Frames {
    /// Time between each two frames, in milliseconds.
    intervals: Vec<f64>,
    /// Frames at which a row on screen was not at hand yet.
    waiting: usize,
    /// Processor time that the program and the webview used meanwhile, in milliseconds; the system counts it in tens.
    #[serde(default)]
    worked: f64,
}

/// Where an element is on the page.
#[derive(Debug, Clone, Copy, Deserialize)]
struct Place {
    x: f64,
    y: f64,
    width: f64,
    height: f64,
}

/// Scrolls an empty page, for what the display allows.
pub async fn baseline(window: &Window, hands: &Hands, report: &mut Report) -> Outcome<()> {
    report.heading(
        "Between two frames while scrolling, ms",
        &["frames", "p50", "p95", "p99", "worst", "over 50", "rows awaited", "processor time per frame"],
    );
    window.wait_for("main").await?;
    row(report, "empty page, wheel", &wheel(window, hands, "main").await?);
    row(report, "empty page, scroll bar to the end", &drag(window, hands, "main").await?);
    Ok(())
}

pub async fn measure(window: &Window, hands: &Hands, report: &mut Report) -> Outcome<()> {
    let wheel = wheel(window, hands, GRID).await?;
    row(report, "grid, wheel", &wheel);
    let drag = drag(window, hands, GRID).await?;
    row(report, "grid, scroll bar to the end", &drag);
    let last: bool = window
        .run(
            &format!(
                "const grid = document.querySelector('{GRID}');
                 return document.querySelector(`[role=row][aria-rowindex='${{grid.ariaRowCount}}']`) !== null"
            ),
            vec![],
        )
        .await?;
    let arrows = arrows(window, hands).await?;
    row(report, "grid, held arrow key", &arrows);
    report.line("");
    report.line(&format!("the last row is {}drawn after the drag", if last { "" } else { "NOT " }));
    let all = Figures::new([wheel, drag, arrows].into_iter().flat_map(|frames| frames.intervals).collect());
    report.goal("between two frames, worst", all.worst(), 50.0, " ms");
    report.goal("between two frames, p95", all.at(0.95), 17.0, " ms");
    Ok(())
}

fn row(report: &mut Report, what: &str, frames: &Frames) {
    let figures = Figures::new(frames.intervals.clone());
    let mut values = told(&figures);
    values.extend([figures.over(50.0).to_string(), frames.waiting.to_string()]);
    values.push(format!("{:.1}", frames.worked / figures.count().max(1) as f64));
    report.row(what, &values);
}

async fn place(window: &Window, css: &str) -> Outcome<Place> {
    let script = "const { x, y, width, height } = document.querySelector(arguments[0]).getBoundingClientRect(); return { x, y, width, height }";
    Ok(window.run(script, vec![css.into()]).await?)
}

/// A place of the page as one of the screen.
fn on_screen(window: &Window, x: f64, y: f64) -> Outcome<(i16, i16)> {
    let (left, top) = window.corner()?;
    Ok((left + x.round() as i16, top + y.round() as i16))
}

async fn recorded(window: &Window, work: impl FnOnce() -> Outcome<()>) -> Outcome<Frames> {
    window.run::<bool>(RECORD, vec![]).await?;
    let before = memory::ticks(window.process()?)?;
    // Meanwhile nobody asks the page anything.
    tokio::task::block_in_place(work)?;
    let ticks = memory::ticks(window.process()?)?.saturating_sub(before);
    let frames: Frames = window.run("return window.recordedFrames()", vec![]).await?;
    Ok(Frames { worked: ticks as f64 * 1_000.0 / memory::TICKS_PER_SECOND, ..frames })
}

/// Some screens down at an even pace, and up again.
async fn wheel(window: &Window, hands: &Hands, css: &str) -> Outcome<Frames> {
    let at = place(window, css).await?;
    let (x, y) = on_screen(window, at.x + at.width / 2.0, at.y + at.height / 2.0)?;
    hands.point(x, y)?;
    recorded(window, || {
        for way in [Turn::Down, Turn::Down, Turn::Up, Turn::Down] {
            for _ in 0..60 {
                hands.turn(way)?;
                sleep(WHEEL_PAUSE);
            }
        }
        Ok(())
    })
    .await
}

/// The thumb of the scroll bar from the beginning to the end.
async fn drag(window: &Window, hands: &Hands, css: &str) -> Outcome<Frames> {
    window.run::<bool>("document.querySelector(arguments[0]).scrollTop = 0; return true", vec![css.into()]).await?;
    let at = place(window, css).await?;
    let bar = at.x + at.width - 4.0;
    let (x, from) = on_screen(window, bar, at.y + 4.0)?;
    let (_, to) = on_screen(window, bar, at.y + at.height - 1.0)?;
    // A scroll bar that hides itself comes forth when the pointer is near.
    hands.point(x - 60, from + 40)?;
    sleep(Duration::from_millis(300));
    hands.point(x, from)?;
    sleep(Duration::from_millis(500));
    recorded(window, || {
        hands.hold()?;
        for step in 0..=200_i32 {
            let y = i32::from(from) + (i32::from(to) - i32::from(from)) * step / 200;
            hands.point(x, i16::try_from(y)?)?;
            sleep(DRAG_PAUSE);
        }
        hands.let_go()?;
        sleep(Duration::from_millis(500));
        Ok(())
    })
    .await
}

/// The focus down through some screens, as when the key is held.
async fn arrows(window: &Window, hands: &Hands) -> Outcome<Frames> {
    window
        .run::<bool>(
            &format!("const grid = document.querySelector('{GRID}'); grid.scrollTop = 0; grid.focus(); return true"),
            vec![],
        )
        .await?;
    recorded(window, || {
        for _ in 0..150 {
            hands.strike(ARROW_DOWN)?;
            sleep(KEY_PAUSE);
        }
        Ok(())
    })
    .await
}

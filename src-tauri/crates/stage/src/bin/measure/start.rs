//! From the start of the program to its first rows on the screen, against the start of a window with an empty page.
//!
//! Both are looked at from outside, by the pixels of the screen: started without a driver, and done when the part of the
//! window in which the names of the first customers stand looks as it looks for good.

use crate::figures::{Figures, Report};
use crate::run::Outcome;
use stage::{App, Area, Shown, Stage};
use std::ops::ControlFlow;
use std::time::{Duration, Instant};

/// Pairs of starts. The middle one of the ratios counts, so that a machine that is busy for a while slows both.
const PAIRS: usize = 7;
/// A picture that stays this long is the one that stays for good.
const STAYS: Duration = Duration::from_secs(5);
/// A start that takes longer counts as this long.
const PATIENCE: Duration = Duration::from_secs(60);
/// Pause between two looks, so that looking costs little.
const PAUSE: Duration = Duration::from_millis(3);

pub async fn measure(stage: &Stage, app: &App, empty: &App, report: &mut Report) -> Outcome<()> {
    let area = names_of_the_first_rows(stage, app).await?;
    let (rows, nothing) = (final_picture(stage, app, area).await?, final_picture(stage, empty, area).await?);
    let (mut with_rows, mut without, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..PAIRS {
        let base = until(stage, empty, area, &nothing).await?;
        let took = until(stage, app, area, &rows).await?;
        with_rows.push(took);
        without.push(base);
        eprintln!("empty {base:.0} ms, app {took:.0} ms");
        ratios.push(took / base);
    }
    let text = |values: Vec<f64>| {
        let figures = Figures::new(values);
        vec![format!("{:.0}", figures.middle()), format!("{:.0}", figures.at(0.0)), format!("{:.0}", figures.worst())]
    };
    report.heading("From the start to the picture, ms", &["middle of 7", "least", "greatest"]);
    report.row("a Tauri window with an empty page", &text(without));
    report.row("the app, first rows", &text(with_rows));
    let ratios = Figures::new(ratios);
    report.line("");
    report.goal("first rows, in starts of an empty window (the middle one of the pairs)", ratios.middle(), 1.5, "");
    Ok(())
}

/// Where the names of the rows 2 to 6 are drawn. Asked of the page, once.
async fn names_of_the_first_rows(stage: &Stage, app: &App) -> Outcome<Area> {
    let window = stage.launch(app.clone()).await?;
    window.wait_for("[role=row][aria-rowindex='7'][data-customer]").await?;
    let at: (f64, f64, f64, f64) = window
        .run(
            "const cell = (row) => document.querySelector(`[role=row][aria-rowindex='${row}'] [data-col=name]`).getBoundingClientRect();
             const [first, last] = [cell(3), cell(7)];
             return [first.x, first.y, first.width, last.bottom - first.y]",
            vec![],
        )
        .await?;
    window.close().await?;
    // Whole pixels inside, so that no line or shadow of a neighbour counts.
    Ok(Area { x: at.0 as i16 + 2, y: at.1 as i16 + 1, width: at.2 as u16 - 4, height: at.3 as u16 - 2 })
}

/// How the area looks for good.
async fn final_picture(stage: &Stage, app: &App, area: Area) -> Outcome<Vec<u8>> {
    let mut shown = stage.show(app)?;
    let mut seen: (Option<Vec<u8>>, Instant) = (None, Instant::now());
    shown.watch(area, |picture, now| {
        if !seen.0.as_deref().zip(picture).is_some_and(|(before, now)| looks_like(before, now)) {
            seen = (picture.map(<[u8]>::to_vec), now);
        }
        std::thread::sleep(PAUSE);
        if seen.0.is_some() && now - seen.1 > STAYS { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    })?;
    end(shown).await?;
    seen.0.ok_or_else(|| "no window was shown".into())
}

/// Whether two pictures look the same. Text that is drawn again may differ by a shade that nobody sees.
fn looks_like(one: &[u8], other: &[u8]) -> bool {
    const SHADE: u8 = 8;
    one.len() == other.len() && one.iter().zip(other).all(|(one, other)| one.abs_diff(*other) <= SHADE)
}

/// How long it takes until the area looks like that, in milliseconds.
async fn until(stage: &Stage, app: &App, area: Area, wanted: &[u8]) -> Outcome<f64> {
    let mut shown = stage.show(app)?;
    let started = shown.started();
    let mut done = started;
    shown.watch(area, |picture, now| {
        done = now;
        if picture.is_some_and(|picture| looks_like(picture, wanted)) {
            return ControlFlow::Break(());
        }
        std::thread::sleep(PAUSE);
        if now - started > PATIENCE { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    })?;
    end(shown).await?;
    Ok((done - started).as_secs_f64() * 1_000.0)
}

async fn end(shown: Shown) -> Outcome<()> {
    Ok(shown.close().await?)
}

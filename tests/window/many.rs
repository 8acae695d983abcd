//! The grid with very many customers: the last row by key and by scroll bar, one among all, all at once, each order.
//!
//! In the usual run with some thousands. With a release build of the app, which `cargo xtask test --thorough` names in
//! `VOUCH_RELEASE_APP`, with a million: more than a browser lets an element be tall enough for.

use crate::Outcome;
use crate::grid;
use crate::office::{Office, VOUCH};
use stage::{App, Fault, Key, Keyring, Window, wait_until};
use std::time::Duration;

const GRID: &str = "[role=grid]";
const SEARCH: &str = "input[data-testid=search]";

/// How long half a million customers may take to come in, and a million to be sorted, on a machine that does other things
/// too: one that is wholly taken up by builds was seen to land 370,000 in twenty minutes.
const LONG: Duration = Duration::from_secs(3_600);

/// The app to try, and how many customers each of the two providers has.
fn app() -> (App, usize) {
    match std::env::var_os("VOUCH_RELEASE_APP") {
        Some(release) => (App::new(std::path::PathBuf::from(release)), 500_000),
        None => (App::new(VOUCH), 4_000),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_one_of_very_many_rows_is_reached() -> Outcome {
    let office = Office::new(Keyring::Absent).await?;
    let (app, each) = app();
    let app = app.arg("--demo").arg("--customers").arg(each.to_string()).arg("--lang").arg("en");
    let window = office.stage.launch(app.failures_into(crate::office::FAILURES)).await?;
    for provider in ["loveandpay", "cryptopocket"] {
        let connection = format!("[data-testid=connection][data-provider={provider}]");
        wait_long(&window, &connection, "data-synced", &each.to_string()).await?;
        wait_long(&window, &connection, "data-state", "idle").await?;
    }
    let total = 2 * each;
    grid::wait_for_count(&window, total).await?;

    let last = the_last_row_is_reached_by_key(&window, total).await?;
    the_scroll_bar_leads_to_the_same_row(&office, &window, total, &last).await?;
    one_is_found_among_all(&window, &last).await?;
    all_are_selected_at_once(&window, total).await?;
    each_order_has_a_first_and_a_last_row(&window, total).await?;
    assert_eq!(window.close().await?, 0, "a normal close");
    Ok(())
}

/// Waits as long as very many customers may take.
async fn wait_long(window: &Window, css: &str, attribute: &str, value: &str) -> Result<(), Fault> {
    wait_until(&format!("{attribute} of {css} to be {value}"), LONG, async || {
        let seen = window.attribute(css, attribute).await?;
        Ok(if seen.as_deref() == Some(value) { Ok(()) } else { Err(format!("{seen:?}")) })
    })
    .await
}

/// The end key; answers the last customer's id.
async fn the_last_row_is_reached_by_key(window: &Window, total: usize) -> Result<String, Box<dyn std::error::Error>> {
    window.press(SEARCH, Key::Down).await?;
    window.press_keys(&[Key::Control], char::from(Key::End)).await?;
    let last = stands_at_the_end(window, total).await?;
    let place = format!("Row {0} of {0}", grouped(total));
    window
        .wait("the place to be said", async || {
            let said = window.text("[data-testid=grid-said]").await?.unwrap_or_default();
            Ok(if said == place { Ok(()) } else { Err(said) })
        })
        .await?;
    Ok(last)
}

/// Waits for the last row, checks that it stands wholly on screen and at its foot, and answers its customer's id.
async fn stands_at_the_end(window: &Window, total: usize) -> Result<String, Box<dyn std::error::Error>> {
    let row = format!("[role=row][aria-rowindex='{}'][data-customer]", total + 1);
    window.wait_for(&row).await?;
    grid::settled(window).await?;
    let (below, id): (f64, String) = window
        .run(
            &format!(
                "const grid = document.querySelector('{GRID}').getBoundingClientRect();
                 const row = document.querySelector(\"{row}\");
                 return [row.getBoundingClientRect().bottom - grid.bottom, row.dataset.customer]"
            ),
            vec![],
        )
        .await?;
    assert!(below.abs() <= 16.0, "the last row ends at the foot of the grid, not {below} pixels below it");
    assert!(below <= 1.0, "the last row stands wholly on screen, it ends {below} pixels below the grid");
    let places: Vec<usize> = grid::on_screen(window).await?.iter().map(|row| row.place).collect();
    let first = places.first().copied().unwrap_or_default();
    assert_eq!(places, (first..=total + 1).collect::<Vec<_>>(), "no row is left out or stands twice");
    Ok(id)
}

/// The thumb by mouse, from the beginning to the end.
async fn the_scroll_bar_leads_to_the_same_row(office: &Office, window: &Window, total: usize, last: &str) -> Outcome {
    window.press_keys(&[Key::Control], char::from(Key::Home)).await?;
    window.wait_for("[role=row][aria-rowindex='2'][data-customer]").await?;
    let (right, top, bottom): (f64, f64, f64) = window
        .run(
            &format!("const {{ right, top, bottom }} = document.querySelector('{GRID}').getBoundingClientRect(); return [right, top, bottom]"),
            vec![],
        )
        .await?;
    let (left, above) = window.corner()?;
    let x = left + right as i16 - 4;
    let (from, to) = (above + top as i16 + 4, above + bottom as i16 + 20);
    let hands = office.stage.hands()?;
    // The bar comes forth when the pointer is near; it is there when the thumb follows.
    hands.point(x - 40, from + 60)?;
    hands.point(x, from)?;
    hands.hold()?;
    let mut y = from;
    window
        .wait("the thumb to follow to the end", async || {
            y = if y >= to { to - 1 } else { (y + 60).min(to) };
            hands.point(x, y)?;
            let row = window.count(&format!("[role=row][aria-rowindex='{}']", total + 1)).await?;
            Ok(if row == 1 && y >= to - 1 {
                Ok(())
            } else {
                Err(format!("the pointer is at {y}, the last row is not drawn"))
            })
        })
        .await?;
    hands.let_go()?;
    assert_eq!(stands_at_the_end(window, total).await?, last, "the same customer at the end of the same order");
    Ok(())
}

/// The last of all by the id, as a phrase.
async fn one_is_found_among_all(window: &Window, id: &str) -> Outcome {
    grid::search(window, &format!("id:{id}")).await?;
    let found = grid::on_screen(window).await?;
    assert!(found.iter().any(|row| row.id == id), "{id} is among {found:?}");
    let count = grid::match_count(window).await?;
    assert!(count < 100, "few have {id} in theirs, not {count}");
    grid::search(window, "").await?;
    Ok(())
}

async fn all_are_selected_at_once(window: &Window, total: usize) -> Outcome {
    grid::wait_for_count(window, total).await?;
    window.press(SEARCH, Key::Down).await?;
    window.press_keys(&[Key::Control], 'a').await?;
    window.wait_for_attribute("[data-testid=selection]", "data-count", &total.to_string()).await?;
    window.press_keys(&[], char::from(Key::Escape)).await?;
    window.wait_until_gone("[data-testid=selection]").await?;
    Ok(())
}

/// Sorted by each column that is shown, the grid begins with a row and ends with one. By keyboard, which reaches the headers
/// that stand beyond the edge as well.
async fn each_order_has_a_first_and_a_last_row(window: &Window, total: usize) -> Outcome {
    let columns: Vec<String> = window
        .run("return [...document.querySelectorAll('[role=columnheader]')].map((cell) => cell.dataset.col)", vec![])
        .await?;
    assert!(columns.len() >= 8, "the usual columns are shown, got {columns:?}");
    for (place, column) in columns.iter().enumerate() {
        let header = format!("[role=columnheader][data-col={column}]");
        let before = window.attribute(&header, "aria-sort").await?;
        window.press(SEARCH, Key::Down).await?;
        window.press_keys(&[Key::Control], char::from(Key::Home)).await?;
        window.press_keys(&[], char::from(Key::Up)).await?;
        for _ in 0..place {
            window.press_keys(&[], char::from(Key::Right)).await?;
        }
        window.press_keys(&[], char::from(Key::Enter)).await?;
        wait_until(&format!("the order by {column}"), LONG, async || {
            let sort = window.attribute(&header, "aria-sort").await?;
            let busy = window.attribute("[data-testid=results]", "data-busy").await?;
            let sorted = sort != before && matches!(sort.as_deref(), Some("ascending" | "descending"));
            Ok(if sorted && busy.as_deref() == Some("false") {
                Ok(())
            } else {
                Err(format!("{sort:?}, busy {busy:?}"))
            })
        })
        .await?;
        let first = grid::on_screen(window).await?.first().map(|row| row.place);
        assert_eq!(first, Some(2), "another order begins at its beginning");
        window.press_keys(&[], char::from(Key::Down)).await?;
        window.press_keys(&[Key::Control], char::from(Key::End)).await?;
        stands_at_the_end(window, total).await?;
    }
    Ok(())
}

/// A count as English writes it: 1,000,000.
fn grouped(count: usize) -> String {
    let digits = count.to_string();
    let groups: Vec<&str> =
        digits.as_bytes().rchunks(3).rev().map(|group| std::str::from_utf8(group).unwrap_or_default()).collect();
    groups.join(",")
}

//! Reading and steering the grid of customers.

use serde::Deserialize;
use stage::{Fault, Key, Window};
use std::collections::BTreeMap;

const SEARCH: &str = "input[data-testid=search]";
const GRID: &str = "[role=grid]";

/// A row as it is drawn.
#[derive(Debug, Clone, Deserialize)]
pub struct Row {
    /// Its place, counted from 2, because the header is 1.
    pub place: usize,
    /// The provider's id of the customer.
    pub id: String,
    /// The text of each cell by column.
    pub cells: BTreeMap<String, String>,
    /// The stable name of the KYC badge.
    pub kyc: Option<String>,
}

/// Types a search anew and waits until the screen answers it.
pub async fn search(window: &Window, text: &str) -> Result<(), Fault> {
    window.fill(SEARCH, text).await?;
    settled(window).await
}

/// Waits until what is on screen answers the current query.
pub async fn settled(window: &Window) -> Result<(), Fault> {
    window.wait_for_attribute("[data-testid=results]", "data-busy", "false").await
}

/// How many customers match now.
pub async fn match_count(window: &Window) -> Result<usize, Fault> {
    number(window, "[data-testid=match-count]", "data-count").await
}

/// Waits until so many customers match, and the grid says the same.
pub async fn wait_for_count(window: &Window, count: usize) -> Result<(), Fault> {
    window.wait_for_attribute("[data-testid=match-count]", "data-count", &count.to_string()).await?;
    window.wait_for_attribute(GRID, "aria-rowcount", &(count + 1).to_string()).await?;
    settled(window).await
}

/// The count on a filter toggle; none when there is no such toggle.
pub async fn facet_count(window: &Window, facet: &str, value: &str) -> Result<Option<usize>, Fault> {
    let count = window.attribute(&facet_toggle(facet, value), "data-count").await?;
    Ok(count.and_then(|count| count.parse().ok()))
}

/// Presses a filter toggle and waits until it says so and the screen answers.
pub async fn toggle(window: &Window, facet: &str, value: &str, pressed: bool) -> Result<(), Fault> {
    let toggle = facet_toggle(facet, value);
    window.click(&toggle).await?;
    window.wait_for_attribute(&toggle, "aria-pressed", if pressed { "true" } else { "false" }).await?;
    settled(window).await
}

fn facet_toggle(facet: &str, value: &str) -> String {
    format!("[data-facet={facet}] [data-value=\"{value}\"]")
}

/// Sorts by a column and waits until the header says which way and the screen shows it.
pub async fn sort(window: &Window, column: &str, way: &str) -> Result<(), Fault> {
    let header = format!("[role=columnheader][data-col={column}]");
    window.click(&header).await?;
    window.wait_for_attribute(&header, "aria-sort", way).await?;
    settled(window).await
}

/// All rows of the present result, from the first to the last, read while paging through them by keyboard.
pub async fn all_rows(window: &Window) -> Result<Vec<Row>, Fault> {
    let total = number(window, GRID, "aria-rowcount").await?.saturating_sub(1);
    let mut seen: BTreeMap<usize, Row> = BTreeMap::new();
    if total == 0 {
        return Ok(Vec::new());
    }
    window.press(SEARCH, Key::Down).await?;
    window.press_keys(&[Key::Control], char::from(Key::Home)).await?;
    window
        .wait("every row to have been on screen", async || {
            seen.extend(on_screen(window).await?.into_iter().map(|row| (row.place, row)));
            if seen.len() == total {
                return Ok(Ok(()));
            }
            window.press_keys(&[], char::from(Key::PageDown)).await?;
            Ok(Err(format!("{} of {total}", seen.len())))
        })
        .await?;
    Ok(seen.into_values().collect())
}

/// The rows that are drawn and at hand, in order.
pub async fn on_screen(window: &Window) -> Result<Vec<Row>, Fault> {
    settled(window).await?;
    let mut rows: Vec<Row> = window
        .run(
            r"return [...document.querySelectorAll('[role=row][data-customer]')].map((row) => ({
                place: Number(row.getAttribute('aria-rowindex')),
                id: row.dataset.customer,
                cells: Object.fromEntries([...row.querySelectorAll('[role=gridcell]')].map((cell) => [cell.dataset.col, cell.textContent.trim()])),
                kyc: row.querySelector('[data-kyc]')?.dataset.kyc ?? null,
            }))",
            vec![],
        )
        .await?;
    rows.sort_by_key(|row| row.place);
    Ok(rows)
}

/// The ids of rows, sorted, so that two sets can be compared.
pub fn ids(rows: &[Row]) -> Vec<String> {
    let mut ids: Vec<String> = rows.iter().map(|row| row.id.clone()).collect();
    ids.sort();
    ids
}

async fn number(window: &Window, css: &str, attribute: &str) -> Result<usize, Fault> {
    let text = window.attribute(css, attribute).await?;
    text.as_deref()
        .and_then(|text| text.parse().ok())
        .ok_or_else(|| Fault::Answer { what: format!("{attribute} of {css}"), reason: format!("no number: {text:?}") })
}

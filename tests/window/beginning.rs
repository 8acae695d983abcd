//! A start whose index is held back: the first rows come straight from the book, and stay where they are when the index takes
//! over.

use crate::Outcome;
use crate::grid;
use crate::office::{Office, connect, wait_until_synced};
use crate::provider::Provider;
use serde::Deserialize;
use stage::{Fault, Key, Window};
use std::os::unix::net::UnixListener;

const SEARCH: &str = "input[data-testid=search]";

/// What a person sees and holds on to.
#[derive(Debug, Clone, PartialEq, Deserialize)]
struct Scene {
    /// The customer in the focused row.
    focused: Option<String>,
    /// Where that row stands, in pixels below the headers.
    top: i32,
    /// Selected customers, in order.
    selected: Vec<String>,
    /// Whether keys go to the grid.
    keyboard: bool,
}

async fn scene(window: &Window) -> Result<Scene, Fault> {
    const LOOK: &str = "const grid = document.querySelector('[role=grid]');
        const row = document.getElementById(grid.getAttribute('aria-activedescendant') ?? '')?.closest('[role=row]');
        const rows = [...grid.querySelectorAll('[role=row][data-customer]')];
        const place = (one) => Number(one.getAttribute('aria-rowindex'));
        const selected = rows.filter((one) => one.getAttribute('aria-selected') === 'true').sort((a, b) => place(a) - place(b));
        return {
            focused: row?.dataset.customer ?? null,
            top: row ? Math.round(row.getBoundingClientRect().top - grid.getBoundingClientRect().top) : -1,
            selected: selected.map((one) => one.dataset.customer),
            keyboard: document.activeElement === grid,
        }";
    window.run(LOOK, vec![]).await
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_are_there_before_the_index_and_stay_when_it_takes_over() -> Outcome {
    let office = Office::new(stage::Keyring::Unlocked).await?;
    let provider = Provider::loveandpay(&office.stage, 900, &[]).await?;
    let window = office.open_app().await?;
    connect(&window, &provider).await?;
    wait_until_synced(&window, &provider, 900).await?;
    grid::wait_for_count(&window, 900).await?;
    let first = grid::on_screen(&window).await?.swap_remove(0);
    assert_eq!(window.close().await?, 0, "a normal close");

    let socket = office.stage.root().join("index");
    let gate = UnixListener::bind(&socket)?;
    let window = office.open_app_with(|app| app.env("VOUCH_HOLD_INDEX", socket.to_string_lossy())).await?;
    let (held, _) = gate.accept()?;
    grid::wait_for_count(&window, 900).await?;
    assert_eq!(grid::on_screen(&window).await?.swap_remove(0).id, first.id, "the grid begins as it began");
    window.press(SEARCH, Key::Down).await?;
    for _ in 0..3 {
        window.press_keys(&[], char::from(Key::PageDown)).await?;
    }
    for _ in 0..2 {
        window.press_keys(&[Key::Shift], char::from(Key::Down)).await?;
    }
    window.wait_for_attribute("[data-testid=selection]", "data-count", "3").await?;
    grid::settled(&window).await?;
    let before = scene(&window).await?;
    assert_eq!(before.selected.len(), 3, "three customers are selected: {before:?}");
    assert_eq!(before.focused.as_ref(), before.selected.last());
    assert!(before.keyboard);
    let counted = window.attribute("nav [data-view=all]", "data-count").await?;
    assert_eq!(counted, None, "views are counted by the index, which is not there");

    // Customers come who stand above what is on screen; the book has them, the index does not.
    let newcomers: Vec<String> = (0..40).map(|number| format!("newcomer-{number}")).collect();
    let ids: Vec<&str> = newcomers.iter().map(String::as_str).collect();
    provider.add_customers_like(&first.id, &ids).await?;
    window.click("[data-testid=sync-now]").await?;
    window
        .wait_for_attribute_that("[data-testid=connection]", "data-synced", "the newcomers", |synced| synced == "940")
        .await?;
    window.wait_for_attribute("[data-testid=connection]", "data-state", "idle").await?;
    window.run::<()>("document.querySelector('[role=grid]').focus()", vec![]).await?;
    assert_eq!(scene(&window).await?, before, "the beginning stands");

    drop(held);
    grid::wait_for_count(&window, 940).await?;
    window.wait_for_attribute("nav [data-view=all]", "data-count", "940").await?;
    assert_eq!(scene(&window).await?, before, "the index takes over without a jump");
    window.wait_for_attribute("[data-testid=selection]", "data-count", "3").await?;
    grid::search(&window, &first.cells["name"]).await?;
    assert!(grid::match_count(&window).await? > 40, "and everything can be searched");
    assert_eq!(window.close().await?, 0, "a normal close");
    Ok(())
}

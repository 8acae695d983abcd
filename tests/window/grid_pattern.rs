//! The grid by keyboard and by mouse: order by several columns, widths, hidden columns, ranges, heights of rows, what is said of
//! the place, and a focus that survives the reuse of rows.

use crate::Outcome;
use crate::grid;
use crate::office::{FAILURES, Office, VOUCH};
use stage::{App, Fault, Key, Keyring, Window};

const GRID: &str = "[role=grid]";
const SEARCH: &str = "input[data-testid=search]";

async fn keys(window: &Window, held: &[Key], key: Key) -> Result<(), Fault> {
    window.press_keys(held, char::from(key)).await
}

async fn width(window: &Window, column: &str) -> Result<f64, Fault> {
    let script = "return document.querySelector(arguments[0]).getBoundingClientRect().width";
    window.run(script, vec![format!("[role=columnheader][data-col={column}]").into()]).await
}

async fn wait_for_width(window: &Window, column: &str, expected: f64) -> Result<(), Fault> {
    window
        .wait(&format!("the column {column} to be {expected} pixels wide"), async || {
            let seen = width(window, column).await?;
            Ok(if (seen - expected).abs() < 2.0 { Ok(()) } else { Err(seen.to_string()) })
        })
        .await
}

fn row(place: usize) -> String {
    format!("[role=row][aria-rowindex='{}']", place + 1)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_grid_does_by_keyboard_what_it_does_by_mouse() -> Outcome {
    let office = Office::new(Keyring::Absent).await?;
    let app = App::new(VOUCH).arg("--demo").arg("--customers").arg("700").arg("--lang").arg("en");
    let window = office.stage.launch(app.failures_into(FAILURES)).await?;
    grid::wait_for_count(&window, 1_400).await?;
    several_columns_order(&window).await?;
    columns_are_made_wider_and_hidden(&window).await?;
    rows_are_chosen_by_mouse(&window).await?;
    the_place_is_said_and_the_focus_survives(&window).await?;
    rows_become_lower(&window).await?;
    assert_eq!(window.close().await?, 0, "a normal close");
    Ok(())
}

async fn several_columns_order(window: &Window) -> Outcome {
    window.press(SEARCH, Key::Down).await?;
    keys(window, &[], Key::Up).await?;
    for _ in 0..2 {
        keys(window, &[], Key::Right).await?;
    }
    keys(window, &[], Key::Enter).await?;
    window.wait_for_attribute("[role=columnheader][data-col=kyc]", "aria-sort", "ascending").await?;
    keys(window, &[], Key::Left).await?;
    for _ in 0..2 {
        keys(window, &[Key::Shift], Key::Enter).await?;
    }
    window.wait_for_attribute("[role=columnheader][data-col=email]", "data-sort-place", "2").await?;
    window.wait_for_attribute("[role=columnheader][data-col=kyc]", "data-sort-place", "1").await?;
    assert_eq!(window.count("[role=columnheader]:not([aria-sort=none])").await?, 1, "one column says that it sorts");
    grid::settled(window).await?;
    let rows = grid::on_screen(window).await?;
    let emails: Vec<String> =
        rows.iter().take_while(|row| row.kyc == rows[0].kyc).map(|row| row.cells["email"].to_lowercase()).collect();
    assert!(
        emails.len() > 5 && emails.is_sorted_by(|before, after| before >= after),
        "by e-mail downwards: {emails:?}"
    );
    // A click on a header sorts by it alone again.
    grid::sort(window, "name", "ascending").await?;
    assert_eq!(window.count("[role=columnheader][data-sort-place]").await?, 1);
    Ok(())
}

async fn columns_are_made_wider_and_hidden(window: &Window) -> Outcome {
    window.press(SEARCH, Key::Down).await?;
    keys(window, &[], Key::Up).await?;
    keys(window, &[], Key::Right).await?;
    let usual = width(window, "email").await?;
    keys(window, &[Key::Alt], Key::Right).await?;
    wait_for_width(window, "email", usual + 12.0).await?;
    keys(window, &[Key::Alt], Key::Left).await?;
    wait_for_width(window, "email", usual).await?;
    window.pull("[role=columnheader][data-col=email] .edge", 60.0).await?;
    wait_for_width(window, "email", usual + 60.0).await?;
    window.wait_for_attribute("[role=columnheader][data-col=name]", "aria-sort", "ascending").await?;

    keys(window, &[Key::Alt], Key::Down).await?;
    window.click("[role=menu] [data-item=hide]").await?;
    window.wait_until_gone("[role=columnheader][data-col=email]").await?;
    window.click("[data-testid=columns]").await?;
    window.press_keys(&[], char::from(Key::Escape)).await?;
    window.press_keys(&[Key::Control, Key::Shift], 'p').await?;
    window.fill("[data-testid=palette-input]", "default columns").await?;
    window.press("[data-testid=palette-input]", Key::Enter).await?;
    window.wait_for("[role=columnheader][data-col=email]").await?;
    wait_for_width(window, "email", usual).await?;

    // A header is carried to another place by mouse, and does not sort then.
    window.pull("[role=columnheader][data-col=email] .label", 260.0).await?;
    window.wait_for("[role=columnheader][aria-colindex='2'][data-col=kyc]").await?;
    window.wait_for_attribute("[role=columnheader][data-col=name]", "aria-sort", "ascending").await?;
    Ok(())
}

async fn rows_are_chosen_by_mouse(window: &Window) -> Outcome {
    let cell = |place: usize| format!("{} [data-col=name]", row(place));
    window.click(&cell(2)).await?;
    window.wait_for("[data-testid=detail]").await?;
    window.click_holding(Key::Shift, &cell(6)).await?;
    window.wait_for_attribute("[data-testid=selection]", "data-count", "5").await?;
    window.click_holding(Key::Control, &cell(4)).await?;
    window.wait_for_attribute("[data-testid=selection]", "data-count", "4").await?;
    window.click_holding(Key::Control, &cell(9)).await?;
    window.wait_for_attribute("[data-testid=selection]", "data-count", "5").await?;
    window.click("[data-testid=selection-all]").await?;
    window.wait_for_attribute("[data-testid=selection]", "data-count", "1400").await?;
    window.click("[data-testid=selection-clear]").await?;
    window.wait_until_gone("[data-testid=selection]").await?;
    window.click("[data-testid=detail-close]").await?;
    Ok(())
}

async fn the_place_is_said_and_the_focus_survives(window: &Window) -> Outcome {
    window.press(SEARCH, Key::Down).await?;
    keys(window, &[Key::Control], Key::Home).await?;
    for _ in 0..11 {
        keys(window, &[], Key::Down).await?;
    }
    window
        .wait("the place to be said", async || {
            let said = window.text("[data-testid=grid-said]").await?.unwrap_or_default();
            Ok(if said == "Row 12 of 1,400" { Ok(()) } else { Err(said) })
        })
        .await?;
    let focused = "return document.getElementById(document.querySelector('[role=grid]')
        .getAttribute('aria-activedescendant') ?? '')?.closest('[role=row]').getAttribute('aria-rowindex') ?? null";
    assert_eq!(window.run::<Option<String>>(focused, vec![]).await?.as_deref(), Some("13"));

    // Its element draws other rows now.
    window.run::<()>("document.querySelector('[role=grid]').scrollTop = 20000", vec![]).await?;
    window.wait_for("[role=row][aria-rowindex='600'][data-customer]").await?;
    assert_eq!(window.run::<Option<String>>(focused, vec![]).await?, None, "a row out of sight is not named");
    let on_grid: bool = window.run("return document.activeElement.matches(arguments[0])", vec![GRID.into()]).await?;
    assert!(on_grid, "keys still go to the grid");
    keys(window, &[], Key::Down).await?;
    window.wait_for(&format!("{}[data-customer]", row(13))).await?;
    assert_eq!(
        window.run::<Option<String>>(focused, vec![]).await?.as_deref(),
        Some("14"),
        "one further, back in sight"
    );
    Ok(())
}

async fn rows_become_lower(window: &Window) -> Outcome {
    let height = "return document.querySelector(arguments[0]).getBoundingClientRect().height";
    let first = vec![serde_json::Value::from(format!("{}[data-customer]", row(13)))];
    assert_eq!(window.run::<f64>(height, first.clone()).await?, 34.0);
    window.press_keys(&[Key::Control, Key::Shift], 'p').await?;
    window.fill("[data-testid=palette-input]", "compact rows").await?;
    window.press("[data-testid=palette-input]", Key::Enter).await?;
    window.wait_for_attribute(GRID, "data-rows", "compact").await?;
    window.wait_for(&format!("{}[data-customer]", row(13))).await?;
    assert_eq!(window.run::<f64>(height, first).await?, 26.0);
    Ok(())
}

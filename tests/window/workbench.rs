//! The grid as a workbench: columns by keyboard, selection and copying, saved views and the palette.

use crate::Outcome;
use crate::grid;
use crate::office::{Office, VOUCH, connect, wait_until_synced};
use crate::provider::Provider;
use stage::{App, Key, Keyring, Window};

const SEARCH: &str = "input[data-testid=search]";

async fn demo(office: &Office, customers: &str) -> Result<Window, stage::Fault> {
    let app = App::new(VOUCH).arg("--demo").arg("--customers").arg(customers).arg("--lang").arg("en");
    let window = office.stage.launch(app).await?;
    for provider in ["loveandpay", "cryptopocket"] {
        let connection = format!("[data-testid=connection][data-provider={provider}]");
        window.wait_for_attribute(&connection, "data-state", "idle").await?;
    }
    grid::settled(&window).await?;
    Ok(window)
}

/// The shown columns in their order.
async fn columns(window: &Window) -> Result<Vec<String>, stage::Fault> {
    window
        .run("return [...document.querySelectorAll('[role=columnheader]')].map((cell) => cell.dataset.col)", vec![])
        .await
}

#[tokio::test(flavor = "multi_thread")]
async fn columns_rows_and_commands_need_no_mouse() -> Outcome {
    let office = Office::new(Keyring::Absent).await?;
    let window = demo(&office, "300").await?;
    columns_move_by_keyboard(&window).await?;
    rows_are_selected_and_copied(&window).await?;
    the_palette_leads_anywhere(&window).await?;
    assert_eq!(window.close().await?, 0, "a normal close");
    Ok(())
}

async fn columns_move_by_keyboard(window: &Window) -> Outcome {
    assert_eq!(columns(window).await?.get(..3).unwrap_or_default(), ["name", "email", "kyc"]);
    window.press(SEARCH, Key::Down).await?;
    window.press_keys(&[], char::from(Key::Up)).await?;
    window.press_keys(&[], char::from(Key::Right)).await?;
    window.press_keys(&[Key::Alt, Key::Shift], char::from(Key::Right)).await?;
    window.wait_for("[role=columnheader][aria-colindex='2'][data-col=kyc]").await?;
    assert_eq!(columns(window).await?.get(..3).unwrap_or_default(), ["name", "kyc", "email"]);
    window.press_keys(&[Key::Alt], char::from(Key::Down)).await?;
    window.wait_for("[role=menu]").await?;
    window.click("[role=menu] [data-item=pin]").await?;
    window.wait_for("[role=columnheader][aria-colindex='2'][data-col=email]").await?;
    Ok(())
}

async fn rows_are_selected_and_copied(window: &Window) -> Outcome {
    window.press_keys(&[], char::from(Key::Down)).await?;
    for _ in 0..2 {
        window.press_keys(&[Key::Shift], char::from(Key::Down)).await?;
    }
    window.wait_for_attribute("[data-testid=selection]", "data-count", "3").await?;
    let selected = grid::on_screen(window).await?;
    let expected: Vec<String> = selected.iter().take(3).map(|row| row.id.clone()).collect();
    window.click("[data-testid=selection-copy]").await?;
    window.wait_for("[role=status]").await?;
    // What was copied is pasted where one may read it.
    window.press_keys(&[Key::Control], 'k').await?;
    window.press_keys(&[Key::Control], 'a').await?;
    window.press_keys(&[Key::Control], 'v').await?;
    let is_table = |text: &str| text.contains('\t') && expected.iter().all(|id| text.contains(id));
    let text: String = window.run("return document.querySelector('input[data-testid=search]').value", vec![]).await?;
    assert!(is_table(&text), "the header and the three rows are pasted, got {text:?}");
    window.fill(SEARCH, "").await?;
    grid::settled(window).await?;
    window.press(SEARCH, Key::Down).await?;
    window.press_keys(&[Key::Control], 'a').await?;
    window.wait_for_attribute("[data-testid=selection]", "data-count", "600").await?;
    window.press_keys(&[], char::from(Key::Escape)).await?;
    window.wait_until_gone("[data-testid=selection]").await?;
    Ok(())
}

async fn the_palette_leads_anywhere(window: &Window) -> Outcome {
    window.press(SEARCH, Key::Down).await?;
    window.press_keys(&[Key::Control, Key::Shift], 'p').await?;
    window.wait_for("[data-testid=palette]").await?;
    // On a Russian keyboard by mistake.
    window.fill("[data-testid=palette-input]", "ыуеештпы").await?;
    window.wait_for("[role=option][aria-selected=true][data-command=settings]").await?;
    window.fill("[data-testid=palette-input]", "blocked").await?;
    window.wait_for("[role=option][aria-selected=true][data-command='view:blocked']").await?;
    window.press("[data-testid=palette-input]", Key::Enter).await?;
    window.wait_until_gone("[data-testid=palette]").await?;
    window.wait_for_attribute("nav [data-view=blocked]", "aria-current", "page").await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn saved_views_outlive_a_restart_and_travel_without_anything_personal() -> Outcome {
    let office = Office::new(Keyring::Unlocked).await?;
    let loveandpay = Provider::loveandpay(&office.stage, 400, &[]).await?;
    let window = office.open_app().await?;
    connect(&window, &loveandpay).await?;
    wait_until_synced(&window, &loveandpay, 400).await?;
    grid::wait_for_count(&window, 400).await?;

    grid::toggle(&window, "kyc", "verified", true).await?;
    grid::search(&window, "a").await?;
    let found = grid::match_count(&window).await?;
    window.click("[data-testid=view-save]").await?;
    window.fill("[data-testid=view-form] [name=name]", "Checked").await?;
    window.click("[role=dialog] [data-testid=confirm]").await?;
    window.wait_for_attribute("[data-testid=saved-view]", "data-count", &found.to_string()).await?;
    window.wait_for_attribute("[data-testid=saved-view]", "aria-current", "page").await?;

    let file = office.stage.root().join("checked.json");
    window.click("[aria-label='Actions for the view Checked']").await?;
    window.click("[role=menu] [data-item=share]").await?;
    window.wait_for("[data-testid=view-left-out]").await?;
    window.fill("[role=dialog] [name=path]", &file.to_string_lossy()).await?;
    window.click("[role=dialog] [data-testid=confirm]").await?;
    window.wait_until_gone("[role=dialog]").await?;
    let shared: serde_json::Value = serde_json::from_slice(&std::fs::read(&file)?)?;
    assert_eq!(shared["filter"]["text"], "", "what was searched for stays here");
    assert_eq!(shared["filter"]["kyc"][0], "verified");
    assert_eq!(window.close().await?, 0, "a normal close");
    let kept = std::fs::read_to_string(office.profile().join("preferences.json"))?;
    let kept: serde_json::Value = serde_json::from_str(&kept)?;
    assert!(kept["preferences"]["savedView"].is_number(), "which view was shown is remembered: {kept}");

    let window = office.open_app().await?;
    window.wait_for_attribute("[data-testid=saved-view]", "aria-current", "page").await?;
    grid::wait_for_count(&window, found).await?;
    window.wait_for_attribute("[data-facet=kyc] [data-value=verified]", "aria-pressed", "true").await?;
    assert_eq!(window.close().await?, 0, "a normal close");
    Ok(())
}

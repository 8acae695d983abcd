//! Saved views by keyboard: named, put in order, duplicated, given away, taken in, deleted, counted while the book changes, and
//! there after a restart.

use crate::keyboard::tab_to;
use crate::office::{Office, connect, wait_until_synced};
use crate::provider::Provider;
use crate::{Outcome, grid};
use stage::{Fault, Key, Keyring, Window};

const NAME: &str = "[data-testid=view-form] [name=name]";

/// The views' names in their order.
async fn names(window: &Window) -> Result<Vec<String>, Fault> {
    window
        .run("return [...document.querySelectorAll('[data-testid=saved-view]')].map((view) => view.title)", vec![])
        .await
}

async fn wait_for_names(window: &Window, expected: &[&str]) -> Result<(), Fault> {
    window
        .wait("the views to stand in their order", async || {
            let seen = names(window).await?;
            Ok(if seen == expected { Ok(()) } else { Err(format!("{seen:?}")) })
        })
        .await
}

fn view(name: &str) -> String {
    format!("[data-testid=saved-view][title=\"{name}\"]")
}

/// Saves what is shown, by keyboard.
async fn save(window: &Window, name: &str) -> Result<(), Fault> {
    window.press_keys(&[Key::Control], 's').await?;
    window.fill(NAME, name).await?;
    window.press(NAME, Key::Enter).await?;
    window.wait_for_attribute(&view(name), "aria-current", "page").await
}

/// Shows everybody, so that the next view is a new one.
async fn leave(window: &Window) -> Result<(), Fault> {
    window.click("nav [data-view=all]").await?;
    window.wait_for_attribute("nav [data-view=all]", "aria-current", "page").await
}

async fn menu(window: &Window, name: &str, item: &str) -> Result<(), Fault> {
    window.click(&format!("[aria-label='Actions for the view {name}']")).await?;
    window.click(&format!("[role=menu] [data-item={item}]")).await
}

#[tokio::test(flavor = "multi_thread")]
async fn views_are_kept_in_order_by_keyboard_and_counted_live() -> Outcome {
    let office = Office::new(Keyring::Unlocked).await?;
    let love = Provider::loveandpay(&office.stage, 200, &[]).await?;
    let window = office.open_app().await?;
    connect(&window, &love).await?;
    wait_until_synced(&window, &love, 200).await?;
    grid::wait_for_count(&window, 200).await?;

    save(&window, "Everybody").await?;
    leave(&window).await?;
    grid::toggle(&window, "kyc", "rejected", true).await?;
    let rejected = grid::match_count(&window).await?;
    save(&window, "Rejected").await?;
    window.wait_for_attribute(&view("Rejected"), "data-count", &rejected.to_string()).await?;
    leave(&window).await?;
    save(&window, "Third").await?;
    wait_for_names(&window, &["Everybody", "Rejected", "Third"]).await?;

    // Alt with an arrow carries the focused view; F2 renames it, Delete deletes it.
    tab_to(&window, &view("Third")).await?;
    for _ in 0..2 {
        window.press_keys(&[Key::Alt], char::from(Key::Up)).await?;
    }
    wait_for_names(&window, &["Third", "Everybody", "Rejected"]).await?;
    window.press_keys(&[], char::from(Key::F2)).await?;
    window.fill(NAME, "First").await?;
    window.press(NAME, Key::Enter).await?;
    wait_for_names(&window, &["First", "Everybody", "Rejected"]).await?;
    window.wait_until_gone("[role=dialog]").await?;
    menu(&window, "Rejected", "duplicate").await?;
    window.fill(NAME, "Rejected too").await?;
    window.press(NAME, Key::Enter).await?;
    wait_for_names(&window, &["First", "Everybody", "Rejected", "Rejected too"]).await?;
    window.wait_for_attribute(&view("Rejected too"), "data-count", &rejected.to_string()).await?;
    window.wait_until_gone("[role=dialog]").await?;

    let file = office.stage.root().join("rejected.json");
    menu(&window, "Rejected", "share").await?;
    window.fill("[role=dialog] [name=path]", &file.to_string_lossy()).await?;
    window.click("[role=dialog] [data-testid=confirm]").await?;
    window.wait_until_gone("[role=dialog]").await?;
    menu(&window, "Rejected", "remove").await?;
    window.click("[role=dialog] [data-testid=confirm]").await?;
    wait_for_names(&window, &["First", "Everybody", "Rejected too"]).await?;
    window.wait_until_gone("[role=dialog]").await?;
    window.press_keys(&[Key::Control, Key::Shift], 'p').await?;
    window.fill("[data-testid=palette-input]", "open a shared view").await?;
    window.press("[data-testid=palette-input]", Key::Enter).await?;
    window.fill("[role=dialog] [name=path]", &file.to_string_lossy()).await?;
    window.press("[role=dialog] [name=path]", Key::Enter).await?;
    wait_for_names(&window, &["First", "Everybody", "Rejected too", "Rejected"]).await?;
    window.wait_for_attribute(&view("Rejected"), "aria-current", "page").await?;
    grid::wait_for_count(&window, rejected).await?;

    // Somebody verified is rejected meanwhile.
    let verified = love.customers().await?.into_iter().find(|customer| customer["kycStatus"] == "VERIFIED");
    let id = verified.as_ref().and_then(|customer| customer["id"].as_str()).ok_or("nobody is verified")?.to_owned();
    love.change_customer(&id, serde_json::json!({ "kycStatus": "REJECTED" })).await?;
    window.click("[data-testid=sync-now]").await?;
    let more = (rejected + 1).to_string();
    for name in ["Rejected", "Rejected too"] {
        window.wait_for_attribute(&view(name), "data-count", &more).await?;
    }
    grid::wait_for_count(&window, rejected + 1).await?;
    assert_eq!(window.close().await?, 0, "a normal close");

    let window = office.open_app().await?;
    wait_for_names(&window, &["First", "Everybody", "Rejected too", "Rejected"]).await?;
    window.wait_for_attribute(&view("Rejected"), "aria-current", "page").await?;
    window.wait_for_attribute(&view("Rejected too"), "data-count", &more).await?;
    grid::wait_for_count(&window, rejected + 1).await?;
    assert_eq!(window.close().await?, 0, "a normal close");
    Ok(())
}

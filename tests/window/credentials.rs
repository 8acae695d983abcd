//! The page of credentials by keyboard alone, and without a provider that answers.

use crate::keyboard::{arrow_to, tab_to, type_keys};
use crate::lock::{PASSPHRASE, type_new_passphrase};
use crate::office::{Office, connect, wait_until_synced};
use crate::provider::Provider;
use crate::{Outcome, grid};
use serde_json::json;
use stage::{Key, Keyring, run_apart};

#[tokio::test(flavor = "multi_thread")]
async fn the_page_works_by_keyboard_and_without_the_provider() -> Outcome {
    let office = Office::new(Keyring::Unlocked).await?;
    let provider = Provider::loveandpay(&office.stage, 120, &[]).await?;
    let window = office.open_app().await?;
    connect(&window, &provider).await?;
    wait_until_synced(&window, &provider, 120).await?;
    let (key, secret) = (provider.api_key.clone(), provider.api_secret.clone());
    provider.set_fault(json!({ "kind": "status", "status": 503 })).await?;

    window.press_keys(&[Key::Control, Key::Shift], 'k').await?;
    window.wait_for("[data-testid=credentials]").await?;
    let tail = &key[key.len() - 4..];
    let said = window.text("[data-testid=credential]").await?.unwrap_or_default();
    assert!(said.contains(tail), "the end of the key is shown: {said}");
    assert!(!said.contains(&key) && !said.contains(&secret), "and no more of it");

    // A test while the provider fails, then a new credential that is kept untested.
    let action = |name: &str| format!("[data-testid=credential] [data-testid={name}]");
    tab_to(&window, "[data-testid=credential] [data-action]").await?;
    arrow_to(&window, Key::Right, &action("test")).await?;
    window.press_keys(&[], char::from(Key::Enter)).await?;
    window.wait_for("[data-testid=credential] [data-field=tested].bad").await?;
    arrow_to(&window, Key::Right, &action("rotate")).await?;
    window.press_keys(&[], char::from(Key::Enter)).await?;
    window.wait_for("[data-testid=rotate-form]").await?;
    tab_to(&window, "[data-testid=rotate-form] [name=api_key]").await?;
    type_keys(&window, "pk_test_rotated_0123").await?;
    tab_to(&window, "[data-testid=rotate-form] [name=api_secret]").await?;
    type_keys(&window, "sk_test_rotated_0123").await?;
    window.press_keys(&[], char::from(Key::Enter)).await?;
    window.wait_for("[data-testid=keep-untested]").await?;
    tab_to(&window, "[data-testid=keep-untested]").await?;
    window.press_keys(&[], char::from(Key::Enter)).await?;
    window.wait_for("[data-testid=next-credential]").await?;

    // The provider answers again and refuses it: it is discarded, and the old one goes on working.
    provider.clear_faults().await?;
    tab_to(&window, "[data-testid=credential] [data-action]").await?;
    // It stands before the others, and the focus came back to the action that was last taken.
    arrow_to(&window, Key::Left, &action("discard-next")).await?;
    window.press_keys(&[], char::from(Key::Enter)).await?;
    window.wait_until_gone("[data-testid=next-credential]").await?;
    window.press_keys(&[], char::from(Key::Escape)).await?;
    window.wait_until_gone("[data-testid=credentials]").await?;
    grid::wait_for_count(&window, 120).await?;
    wait_until_synced(&window, &provider, 120).await?;
    assert_eq!(window.close().await?, 0, "a normal close");
    Ok(())
}

/// The same in a network namespace that has nothing but a loopback of its own: there is no way out of this computer.
#[test]
fn the_page_works_where_there_is_no_network() -> Outcome {
    Ok(run_apart("credentials::the_page_works_by_keyboard_and_without_the_provider", &["--net", "--mount"], "")?)
}

#[tokio::test(flavor = "multi_thread")]
async fn connections_are_carried_to_another_computer() -> Outcome {
    let (old, new) = (Office::new(Keyring::Unlocked).await?, Office::new(Keyring::Unlocked).await?);
    let provider = Provider::cryptopocket(&old.stage, 90, &[]).await?;
    let window = old.open_app().await?;
    connect(&window, &provider).await?;
    wait_until_synced(&window, &provider, 90).await?;
    window.press_keys(&[Key::Control, Key::Shift], 'k').await?;
    let file = old.stage.root().join("moving.vouch-connections");
    window.click("[data-testid=export-connections]").await?;
    window.fill("[data-testid=export-form] [name=path]", &file.to_string_lossy()).await?;
    type_new_passphrase(&window, "[data-testid=export-form]", PASSPHRASE).await?;
    window.click("[role=dialog] [data-testid=confirm]").await?;
    window.wait_until_gone("[data-testid=export-form]").await?;
    assert_eq!(window.close().await?, 0, "a normal close");

    let window = new.open_app().await?;
    window.click("[data-testid=welcome-import]").await?;
    window.fill("[data-testid=import-form] [name=path]", &file.to_string_lossy()).await?;
    window.fill("[data-testid=import-form] [name=passphrase]", PASSPHRASE).await?;
    window.click("[role=dialog] [data-testid=confirm]").await?;
    window.wait_for("[data-testid=import-item][data-action=add]").await?;
    window.click("[role=dialog] [data-testid=confirm]").await?;
    wait_until_synced(&window, &provider, 90).await?;
    grid::wait_for_count(&window, 90).await?;
    assert_eq!(window.close().await?, 0, "a normal close");
    Ok(())
}

//! A machine without a keyring: the sealed vault, when the officer asks for it.

use crate::backup::{back_up, open_sync_page, restore};
use crate::lock::{PASSPHRASE, keep_recovery_code, open_credentials, type_new_passphrase, unlock};
use crate::office::{Office, connect, connection, wait_until_synced};
use crate::provider::Provider;
use crate::{Outcome, grid};
use stage::Keyring;

#[tokio::test(flavor = "multi_thread")]
async fn without_a_keyring_the_secrets_go_into_a_sealed_vault_and_move_on_when_there_is_one() -> Outcome {
    let mut office = Office::new(Keyring::Absent).await?;
    let provider = Provider::loveandpay(&office.stage, 120, &[]).await?;
    let window = office.open_app().await?;
    window.wait_for("[role=alert][data-problem=keyring_missing]").await?;
    assert!(!office.profile().join("book.db").exists(), "nothing was made in silence");
    window.click("[data-testid=use-vault]").await?;
    type_new_passphrase(&window, "[data-testid=make-vault]", PASSPHRASE).await?;
    window.click("[data-testid=make-vault] [data-testid=confirm]").await?;
    keep_recovery_code(&window).await?;
    window.wait_for("[data-testid=welcome]").await?;
    connect(&window, &provider).await?;
    wait_until_synced(&window, &provider, 120).await?;
    open_credentials(&window).await?;
    window.wait_for("[data-testid=credential] [data-store=vault]").await?;
    assert_eq!(window.close().await?, 0, "a normal close");

    let window = office.open_app().await?;
    window.wait_for("[data-testid=lock-screen][data-gate=vault]").await?;
    unlock(&window, PASSPHRASE).await?;
    grid::wait_for_count(&window, 120).await?;
    assert_eq!(window.close().await?, 0, "a normal close");

    // Unattended: the passphrase comes through a file descriptor, here a file that the starter's shell opens.
    let handed = office.stage.root().join("handed-over");
    std::fs::write(&handed, format!("{PASSPHRASE}\n"))?;
    let wrapper = office.stage.root().join("unattended.sh");
    let script =
        format!("#!/bin/sh\nexec {} \"$@\" --vault-passphrase-fd 7 7<{}\n", crate::office::VOUCH, handed.display());
    std::fs::write(&wrapper, script)?;
    make_executable(&wrapper)?;
    let window = office.open_app_with(|app| app.program(&wrapper)).await?;
    grid::wait_for_count(&window, 120).await?;

    // A keyring is there at last: the secrets move, and the vault is gone.
    office.stage.set_keyring(Keyring::Unlocked).await?;
    open_credentials(&window).await?;
    window.click("[data-testid=move-to-keyring]").await?;
    window.fill("[data-testid=passphrase-form] [name=passphrase]", PASSPHRASE).await?;
    window.click("[role=dialog] [data-testid=confirm]").await?;
    window.wait_for("[data-testid=credential] [data-store=keyring]").await?;
    assert_eq!(window.close().await?, 0, "a normal close");
    let window = office.open_app().await?;
    grid::wait_for_count(&window, 120).await?;
    wait_until_synced(&window, &provider, 120).await?;
    assert_eq!(window.close().await?, 0, "a normal close");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_from_before_the_vault_is_restored_into_it() -> Outcome {
    let office = Office::new(Keyring::Unlocked).await?;
    let provider = Provider::loveandpay(&office.stage, 120, &[]).await?;
    let window = office.open_app().await?;
    connect(&window, &provider).await?;
    wait_until_synced(&window, &provider, 120).await?;
    let backup = office.stage.root().join("day.vouch-book").to_string_lossy().into_owned();
    open_sync_page(&window).await?;
    back_up(&window, &backup).await?;

    open_credentials(&window).await?;
    window.click("[data-testid=move-to-vault]").await?;
    type_new_passphrase(&window, "[data-testid=passphrase-form]", PASSPHRASE).await?;
    window.click("[role=dialog] [data-testid=confirm]").await?;
    keep_recovery_code(&window).await?;
    window.wait_for("[data-testid=credential] [data-store=vault]").await?;
    provider.add_customers(&["later-1", "later-2"]).await?;
    open_sync_page(&window).await?;
    window.click("[data-testid=page-sync-now]").await?;
    wait_until_synced(&window, &provider, 122).await?;

    // Open as it is: the book is put back and stays under the vault's key, which nobody has to give anew.
    let line = connection(&provider);
    let away = provider.go_away()?;
    restore(&window, "restore", &backup, 120).await?;
    grid::wait_for_count(&window, 120).await?;
    window.wait_for_attribute(&line, "data-state", "offline").await?;
    assert_eq!(window.close().await?, 0, "a normal close");

    let window = office.open_app().await?;
    window.wait_for("[data-testid=lock-screen][data-gate=vault]").await?;
    unlock(&window, PASSPHRASE).await?;
    grid::wait_for_count(&window, 120).await?;
    // The connection's keys are still in the vault.
    let provider = away.come_back(&office.stage).await?;
    window.click(&format!("{line} [data-testid=sync-now]")).await?;
    wait_until_synced(&window, &provider, 120).await?;
    open_credentials(&window).await?;
    window.wait_for("[data-testid=credential] [data-store=vault]").await?;
    assert_eq!(window.close().await?, 0, "a normal close");
    Ok(())
}

fn make_executable(path: &std::path::Path) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o700))
}

//! The lock: set, locked by hand and by the computer going to sleep, opened again by passphrase and by recovery code.

use crate::bus::{self, Logind};
use crate::office::{Office, connect, wait_until_synced};
use crate::provider::Provider;
use crate::{Outcome, grid};
use stage::{Fault, Key, Keyring, Window};

pub const PASSPHRASE: &str = "correct horse battery staple";

/// Opens the page of credentials, from the grid.
pub async fn open_credentials(window: &Window) -> Result<(), Fault> {
    window.click("[data-testid=open-credentials]").await?;
    window.wait_for("[data-testid=credentials]").await.map(drop)
}

/// Fills the two fields of a passphrase that is being set.
pub async fn type_new_passphrase(window: &Window, form: &str, passphrase: &str) -> Result<(), Fault> {
    window.fill(&format!("{form} [name=passphrase]"), passphrase).await?;
    window.fill(&format!("{form} [name=passphrase_again]"), passphrase).await
}

/// Reads the recovery code that is shown once, and says that it is kept.
pub async fn keep_recovery_code(window: &Window) -> Result<String, Fault> {
    window.wait_for("[data-testid=recovery-code]").await?;
    let code = window.text("[data-testid=recovery-code] .code").await?.unwrap_or_default();
    window.click("[role=dialog] [name=kept]").await?;
    window.click("[role=dialog] [data-testid=confirm]").await?;
    window.wait_until_gone("[data-testid=recovery-code]").await?;
    Ok(code)
}

/// Sets the lock on the page of credentials and answers with the recovery code.
pub async fn set_lock(window: &Window) -> Result<String, Fault> {
    window.click("[data-testid=set-lock]").await?;
    type_new_passphrase(window, "[data-testid=passphrase-form]", PASSPHRASE).await?;
    window.click("[role=dialog] [data-testid=confirm]").await?;
    keep_recovery_code(window).await
}

/// Makes another recovery code with the passphrase and answers with it.
async fn new_recovery_code(window: &Window) -> Result<String, Fault> {
    window.click("[data-testid=new-recovery-code]").await?;
    window.fill("[data-testid=passphrase-form] [name=passphrase]", PASSPHRASE).await?;
    window.click("[role=dialog] [data-testid=confirm]").await?;
    keep_recovery_code(window).await
}

/// Locks by the keyboard.
pub async fn lock(window: &Window) -> Result<(), Fault> {
    window.press_keys(&[Key::Control, Key::Shift], 'l').await?;
    window.wait_for("[data-testid=lock-screen]").await.map(drop)
}

/// Opens the lock screen.
pub async fn unlock(window: &Window, passphrase: &str) -> Result<(), Fault> {
    window.fill("[data-testid=lock-screen] [name=passphrase]", passphrase).await?;
    window.click("[data-testid=unlock]").await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_locked_is_gone_from_the_window_until_the_passphrase() -> Outcome {
    let office = Office::new(Keyring::Unlocked).await?;
    let provider = Provider::loveandpay(&office.stage, 150, &[]).await?;
    let window = office.open_app().await?;
    connect(&window, &provider).await?;
    wait_until_synced(&window, &provider, 150).await?;
    open_credentials(&window).await?;
    let lost = set_lock(&window).await?;
    assert!(lost.len() >= 26, "a code of 128 bits or more was shown");
    let code = new_recovery_code(&window).await?;
    assert_ne!(code, lost, "a new code is another one");

    lock(&window).await?;
    let page: String = window.run("return document.documentElement.outerHTML", vec![]).await?;
    assert!(!page.contains("@"), "no customer is left in the page");
    unlock(&window, "not this one at all").await?;
    window.wait_for("[data-testid=lock-screen] [role=alert][data-problem=passphrase_wrong]").await?;
    unlock(&window, PASSPHRASE).await?;
    grid::wait_for_count(&window, 150).await?;
    assert_eq!(window.close().await?, 0, "a normal close");

    // The lock is there at the next start, and the newest recovery code alone opens it and sets another passphrase.
    let window = office.open_app().await?;
    window.wait_for("[data-testid=lock-screen][data-gate=lock]").await?;
    window.click("[data-testid=forgotten]").await?;
    window.fill("[data-testid=recovery-form] [name=code]", &lost).await?;
    type_new_passphrase(&window, "[data-testid=recovery-form]", "another good passphrase").await?;
    window.click("[data-testid=recovery-form] [data-testid=confirm]").await?;
    window.wait_for("[data-testid=recovery-form] [name=code][aria-invalid=true]").await?;
    window.fill("[data-testid=recovery-form] [name=code]", &code.to_lowercase()).await?;
    window.click("[data-testid=recovery-form] [data-testid=confirm]").await?;
    let next = keep_recovery_code(&window).await?;
    assert_ne!(next, code, "a used code is not given again");
    grid::wait_for_count(&window, 150).await?;
    assert_eq!(window.close().await?, 0, "a normal close");

    let window = office.open_app().await?;
    unlock(&window, "another good passphrase").await?;
    grid::wait_for_count(&window, 150).await?;
    assert_eq!(window.close().await?, 0, "a normal close");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_app_locks_itself_before_the_computer_sleeps_and_when_nobody_is_there() -> Outcome {
    let office = Office::new(Keyring::Unlocked).await?;
    let logind = Logind::start(&office.stage).await?;
    let provider = Provider::cryptopocket(&office.stage, 60, &[]).await?;
    let system_bus = bus::address(&office.stage);
    let window = office.open_app_with(|app| app.env("DBUS_SYSTEM_BUS_ADDRESS", system_bus)).await?;
    connect(&window, &provider).await?;
    wait_until_synced(&window, &provider, 60).await?;
    open_credentials(&window).await?;
    window.click("[data-testid=set-lock]").await?;
    type_new_passphrase(&window, "[data-testid=passphrase-form]", PASSPHRASE).await?;
    window.click("[role=dialog] [data-testid=confirm]").await?;
    window.click("[data-testid=recovery-code] [data-testid=copy]").await?;
    let code = keep_recovery_code(&window).await?;

    assert!(logind.is_held_up(), "the app asked to be heard before the computer sleeps");
    // What shows names of files does not stay open either.
    window.click("[data-testid=import]").await?;
    window.click("[role=dialog] [data-testid=choose-file]").await?;
    assert_eq!(window.wait_for_dialog(1).await?, "Import connections");
    logind.go_to_sleep().await?;
    window.wait_until_no_dialog().await?;
    window.wait_for("[data-testid=lock-screen]").await?;
    unlock(&window, PASSPHRASE).await?;
    grid::wait_for_count(&window, 60).await?;
    assert_eq!(pasted_into(&window, "[data-testid=search]").await?, code, "the copied code can be carried elsewhere");
    window.fill("[data-testid=search]", "").await?;

    // And when nobody is there for the shortest time that can be chosen, after a warning that a key calls off.
    open_credentials(&window).await?;
    window.select("[name=lock_after_minutes]", "1").await?;
    window.wait_for("[data-testid=lock-soon]").await?;
    window.press_keys(&[], char::from(Key::Shift)).await?;
    window.wait_until_gone("[data-testid=lock-soon]").await?;
    window.wait_for("[data-testid=lock-soon]").await?;
    window.wait_for("[data-testid=lock-screen]").await?;
    // The minute of the copied code is over too.
    window
        .wait("the clipboard to be empty", async || {
            let pasted = pasted_into(&window, "[data-testid=lock-screen] [name=passphrase]").await?;
            Ok(if pasted.is_empty() { Ok(()) } else { Err("it still holds something".to_owned()) })
        })
        .await?;
    assert_eq!(window.close().await?, 0, "a locked app closes too");
    Ok(())
}

/// Pastes what is on the clipboard into an empty field, and answers what stands there then.
async fn pasted_into(window: &Window, css: &str) -> Result<String, Fault> {
    window.fill(css, "").await?;
    window.press_keys(&[Key::Control], 'v').await?;
    window.run("return document.querySelector(arguments[0]).value", vec![css.into()]).await
}

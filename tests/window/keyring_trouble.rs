//! Machines whose keyring is locked or absent: the app says so, does not hang, and goes on when it is mended.

use crate::office::Office;
use crate::{Outcome, bus};
use stage::{Fault, Keyring, PATIENCE, Stage, wait_until};

#[tokio::test(flavor = "multi_thread")]
async fn without_a_keyring_the_app_says_what_is_missing() -> Outcome {
    let mut office = Office::new(Keyring::Absent).await?;
    let window = office.open_app().await?;
    window.wait_for("[role=alert][data-problem=keyring_missing]").await?;

    office.stage.set_keyring(Keyring::Unlocked).await?;
    window.click("[role=alert][data-problem=keyring_missing] button").await?;
    window.wait_for("[data-testid=welcome]").await?;
    assert_eq!(window.close().await?, 0, "a normal close");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_locked_keyring_does_not_hang_the_app() -> Outcome {
    let mut office = Office::new(Keyring::Locked).await?;
    let window = office.open_app().await?;
    window.wait_for("[role=alert][data-problem=keyring_locked]").await?;
    assert_eq!(window.close().await?, 0, "a normal close");

    // Trying again makes the system ask for the keyring's password. Nobody answers, for as long as the app runs.
    let window = office.open_app().await?;
    window.click("[role=alert][data-problem=keyring_locked] button").await?;
    wait_until("the keyring's prompt", PATIENCE, async || has_prompt(&office.stage)).await?;
    assert_eq!(window.close().await?, 0, "the app closes although nobody answers the prompt");

    let window = office.open_app().await?;
    window.wait_for("[role=alert][data-problem=keyring_locked]").await?;
    office.stage.set_keyring(Keyring::Unlocked).await?;
    window.click("[role=alert][data-problem=keyring_locked] button").await?;
    window.wait_for("[data-testid=welcome]").await?;
    assert_eq!(window.close().await?, 0, "a normal close");
    Ok(())
}

/// Whether the keyring's prompter is on the bus.
fn has_prompt(stage: &Stage) -> Result<Result<(), String>, Fault> {
    let mut command = stage.command("dbus-send");
    command.args(["--session", "--print-reply", "--dest=org.freedesktop.DBus", "/org/freedesktop/DBus"]);
    command.args(["org.freedesktop.DBus.NameHasOwner", "string:org.gnome.keyring.SystemPrompter"]);
    let asked = command.output();
    let output = asked.map_err(|source| Fault::Process { what: "asking the bus".to_owned(), source })?;
    let answer = String::from_utf8_lossy(&output.stdout).into_owned();
    Ok(if answer.contains("boolean true") { Ok(()) } else { Err(answer) })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_keyring_that_refuses_or_never_answers_does_not_hang_the_app() -> Outcome {
    let office = Office::new(Keyring::Absent).await?;
    let refusing = bus::refusing_keyring(&office.stage).await?;
    let window = office.open_app().await?;
    window.wait_for("[role=alert][data-problem=keyring_denied]").await?;
    assert_eq!(window.close().await?, 0, "a normal close");
    refusing.close().await?;

    let silent = bus::silent_keyring(&office.stage).await?;
    let window = office.open_app_at_once().await?;
    assert_eq!(window.close().await?, 0, "it closes while the keyring is still being waited for");
    let window = office.open_app().await?;
    window.wait_for("[role=alert][data-problem=keyring_silent]").await?;
    assert!(!office.profile().join("book.db").exists(), "no book is made without a place for its key");
    assert_eq!(window.close().await?, 0, "a normal close");
    silent.close().await?;
    Ok(())
}

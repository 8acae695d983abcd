//! Starting twice: the same profile has one window, and two profiles are two apps that know nothing of each other.

use crate::office::{Office, VOUCH, connect, wait_until_synced};
use crate::provider::Provider;
use crate::{Outcome, grid};
use stage::{Keyring, PATIENCE, Window, wait_until};

async fn has_keyboard(window: &Window, wanted: bool) -> Result<(), stage::Fault> {
    window
        .wait(&format!("the window to have the keyboard: {wanted}"), async || {
            let has: bool = window.run("return document.hasFocus()", vec![]).await?;
            Ok(if has == wanted { Ok(()) } else { Err(has.to_string()) })
        })
        .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_start_gives_the_keyboard_to_the_first_window_and_two_profiles_stand_side_by_side() -> Outcome {
    let office = Office::new(Keyring::Unlocked).await?;
    let (one, two) =
        (Provider::loveandpay(&office.stage, 120, &[]).await?, Provider::cryptopocket(&office.stage, 90, &[]).await?);
    let first = office.open_app().await?;
    connect(&first, &one).await?;
    wait_until_synced(&first, &one, 120).await?;

    let beside = office.stage.root().join("beside");
    let other = office.open_profile(&beside).await?;
    connect(&other, &two).await?;
    wait_until_synced(&other, &two, 90).await?;
    grid::wait_for_count(&other, 90).await?;
    grid::wait_for_count(&first, 120).await?;
    for window in [&first, &other] {
        assert_eq!(window.count("[data-testid=connection]").await?, 1, "each has its own connection alone");
    }

    first.leave()?;
    has_keyboard(&first, false).await?;
    let mut command = office.stage.command(VOUCH);
    let mut second = office.stage.start(command.arg("--profile").arg(office.profile()))?;
    let status = wait_until("the second start to end", PATIENCE, async || {
        Ok(second.ended()?.ok_or_else(|| "still running".to_owned()))
    })
    .await?;
    assert!(status.success(), "the second start ends well: {status}; it said: {}", second.said());
    has_keyboard(&first, true).await?;

    assert_eq!(first.close().await?, 0, "a normal close");
    grid::wait_for_count(&other, 90).await?;
    assert_eq!(other.close().await?, 0, "the other is none the worse for it");
    Ok(())
}

//! The sample customers: no keyring, no trace, and troubles that can be played.

use crate::Outcome;
use crate::grid;
use crate::office::{Office, VOUCH};
use stage::{App, Keyring, Window};

const LOVEANDPAY: &str = "[data-testid=connection][data-provider=loveandpay]";
const CRYPTOPOCKET: &str = "[data-testid=connection][data-provider=cryptopocket]";

async fn demo(office: &Office) -> Result<Window, stage::Fault> {
    let app = App::new(VOUCH).arg("--demo").arg("--customers").arg("150");
    let window = office.stage.launch(app).await?;
    for connection in [LOVEANDPAY, CRYPTOPOCKET] {
        window.wait_for_attribute(connection, "data-state", "idle").await?;
    }
    Ok(window)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_demo_needs_no_keyring_and_leaves_nothing() -> Outcome {
    let office = Office::new(Keyring::Absent).await?;
    let window = demo(&office).await?;
    grid::wait_for_count(&window, 300).await?;
    assert_eq!(window.close().await?, 0, "a normal close");
    assert_eq!(
        office.stage.files()?,
        Vec::<std::path::PathBuf>::new(),
        "the demo's profile is gone, and nothing else was written"
    );
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_trouble_that_is_played_is_shown_and_ends() -> Outcome {
    let office = Office::new(Keyring::Absent).await?;
    let window = demo(&office).await?;
    play(&window, "refused_keys").await?;
    window.wait_for_attribute(LOVEANDPAY, "data-problem", "credentials_rejected").await?;
    window.wait_for_attribute(CRYPTOPOCKET, "data-state", "idle").await?;
    grid::wait_for_count(&window, 300).await?;
    play(&window, "none").await?;
    window.wait_for_attribute(LOVEANDPAY, "data-state", "idle").await?;
    assert_eq!(window.close().await?, 0, "a normal close");
    Ok(())
}

async fn play(window: &Window, scenario: &str) -> Outcome {
    window.click(&format!("{LOVEANDPAY} [data-testid=scenarios] button")).await?;
    window.click(&format!("[role=menuitemradio][data-item={scenario}]")).await?;
    Ok(())
}

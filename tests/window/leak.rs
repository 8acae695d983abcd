//! A whole day's script with secrets that are then looked for everywhere: files, logs, exports, the environment of the
//! process, and after locking its memory.

use crate::lock::{PASSPHRASE, lock, open_credentials, set_lock, type_new_passphrase, unlock};
use crate::office::{Office, connect, connection, wait_until_synced};
use crate::provider::Provider;
use crate::{Outcome, grid, memory, scan};
use stage::{Fault, Keyring, Window};
use std::fs;
use std::path::{Path, PathBuf};

const EXPORT_PASSPHRASE: &str = "a passphrase for the journey";

#[tokio::test(flavor = "multi_thread")]
async fn no_secret_is_left_anywhere() -> Outcome {
    let office = Office::new(Keyring::Unlocked).await?;
    let (love, pocket) = tokio::try_join!(
        Provider::loveandpay(&office.stage, 150, &[]),
        Provider::cryptopocket(&office.stage, 100, &[])
    )?;
    // Everything is logged that can be.
    let window = office.open_app_with(|app| app.env("VOUCH_LOG", "trace")).await?;
    for (provider, customers) in [(&love, 150), (&pocket, 100)] {
        connect(&window, provider).await?;
        wait_until_synced(&window, provider, customers).await?;
    }
    grid::search(&window, "garcia").await?;

    open_credentials(&window).await?;
    let rotate = "[data-testid=credential] [data-testid=rotate]";
    window.click(rotate).await?;
    window.fill("[data-testid=rotate-form] [name=api_key]", &love.api_key).await?;
    window.fill("[data-testid=rotate-form] [name=api_secret]", &love.api_secret).await?;
    window.click("[role=dialog] [data-testid=confirm]").await?;
    window.wait_until_gone("[data-testid=rotate-form]").await?;

    let export = office.stage.root().join("moving.vouch-connections");
    window.click("[data-testid=export-connections]").await?;
    window.fill("[data-testid=export-form] [name=path]", &export.to_string_lossy()).await?;
    type_new_passphrase(&window, "[data-testid=export-form]", EXPORT_PASSPHRASE).await?;
    window.click("[role=dialog] [data-testid=confirm]").await?;
    window.wait_until_gone("[data-testid=export-form]").await?;
    assert!(export.exists(), "the export was written");

    let code = set_lock(&window).await?;
    // Nobody but their owner ever sees these.
    let hidden = [
        ("Love&Pay's secret", love.api_secret.as_str()),
        ("Cryptopocket's secret", &pocket.api_secret),
        ("the lock's passphrase", PASSPHRASE),
        ("the export's passphrase", EXPORT_PASSPHRASE),
    ];
    // These are read on the screen, so the window system has them as well.
    let shown = [
        ("Love&Pay's key", love.api_key.as_str()),
        ("Cryptopocket's key", &pocket.api_key),
        ("the recovery code", &code),
    ];
    let secrets = [&hidden[..], &shown].concat();
    let process = window.process()?;
    // Whoever finds nothing has to be able to find something.
    let customers = scan::customers(&[&pocket]).await?;
    let emails: Vec<String> = customers.into_iter().filter_map(|customer| customer.email).take(3).collect();
    let wanted: Vec<_> = emails.iter().map(|email| ("a customer", email.as_str())).collect();
    if let Some(found) = memory::found_in(process, &wanted)? {
        assert_eq!(found, ["a customer"], "an open desk has customers in memory, and the search finds them");
    }
    let environment = fs::read(format!("/proc/{process}/environ"))?;
    lock(&window).await?;

    wait_until_forgotten(&window, &hidden).await?;
    for (name, secret) in &secrets {
        assert!(!contains(&environment, secret), "{name} is in the environment");
    }
    let looked_at = [look_through(office.profile(), &secrets)?, look_through(&export, &secrets)?];
    assert!(looked_at[0] > 3 && looked_at[1] == 1, "there was something to look through: {looked_at:?}");
    for (name, secret) in &secrets {
        assert!(!window.said().contains(secret), "{name} was written to the standard output or error");
    }

    unlock(&window, PASSPHRASE).await?;
    grid::wait_for_count(&window, 250).await?;
    assert_eq!(window.close().await?, 0, "a normal close");
    look_through(office.profile(), &secrets)?;

    // On an ordinary day nobody types a key: there the locked process has forgotten the keys as well, which are no secret by
    // either provider's terms.
    let window = office.open_app_with(|app| app.env("VOUCH_LOG", "trace")).await?;
    unlock(&window, PASSPHRASE).await?;
    grid::wait_for_count(&window, 250).await?;
    for (provider, customers) in [(&love, 150), (&pocket, 100)] {
        window.click(&format!("{} [data-testid=sync-now]", connection(provider))).await?;
        wait_until_synced(&window, provider, customers).await?;
    }
    lock(&window).await?;
    wait_until_forgotten(&window, &secrets).await?;
    assert_eq!(window.close().await?, 0, "a normal close");
    look_through(office.profile(), &secrets)?;
    Ok(())
}

/// Waits until none of these is in the memory of a locked process: the screen is cleared at once, and the last connections
/// are closed a moment later.
async fn wait_until_forgotten(window: &Window, secrets: &[(&str, &str)]) -> Result<(), Fault> {
    let process = window.process()?;
    window
        .wait("the locked process to hold no secret", async || {
            let left = memory::found_in(process, secrets)
                .map_err(|source| Fault::Process { what: "looking into its memory".to_owned(), source })?;
            let left = left.unwrap_or_default();
            Ok(if left.is_empty() { Ok(()) } else { Err(format!("{left:?}")) })
        })
        .await
}

/// Reads every file; answers how many there were.
fn look_through(path: &Path, secrets: &[(&str, &str)]) -> std::io::Result<usize> {
    let mut waiting: Vec<PathBuf> = vec![path.to_owned()];
    let mut count = 0;
    while let Some(path) = waiting.pop() {
        if path.is_dir() {
            for entry in fs::read_dir(&path)? {
                waiting.push(entry?.path());
            }
        } else if let Ok(bytes) = fs::read(&path) {
            count += 1;
            for (name, secret) in secrets {
                assert!(!contains(&bytes, secret), "{name} is in {}", path.display());
            }
        }
    }
    Ok(count)
}

fn contains(bytes: &[u8], text: &str) -> bool {
    let wide: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    [text.as_bytes(), &wide].iter().any(|needle| bytes.windows(needle.len()).any(|window| window == *needle))
}

//! The page of synchronising in the real window: what two walks found with changes between them, and a backup that brings
//! back what was there.

use crate::backup::{PAGE, back_up, open_sync_page, restore};
use crate::office::{Office, connect, connection, wait_until_synced};
use crate::provider::Provider;
use crate::{Outcome, grid};
use serde_json::json;
use stage::{Fault, Keyring, Window};

const CUSTOMERS: usize = 120;

#[tokio::test(flavor = "multi_thread")]
async fn runs_tell_what_changed_and_a_backup_brings_it_back() -> Outcome {
    let office = Office::new(Keyring::Unlocked).await?;
    let provider = Provider::loveandpay(&office.stage, CUSTOMERS as u32, &[]).await?;
    let window = office.open_app().await?;
    window.wait_for("[data-testid=welcome]").await?;
    connect(&window, &provider).await?;
    wait_until_synced(&window, &provider, CUSTOMERS).await?;

    two_walks_show_what_changed_between(&window, &provider).await?;
    let backup = office.stage.root().join("day.vouch-book");
    let backup = backup.to_string_lossy();
    back_up(&window, &backup).await?;
    window.click("[data-testid=check-book]").await?;
    window.wait_for("[data-testid=book-said]").await?;

    provider.add_customers(&["later-1", "later-2"]).await?;
    window.click(&format!("{PAGE} [data-testid=page-sync-now]")).await?;
    wait_until_synced(&window, &provider, CUSTOMERS + 5).await?;
    let line = connection(&provider);
    // So that nothing is fetched again after restoring.
    provider.stop().await?;
    restore(&window, "restore", &backup, CUSTOMERS + 3).await?;
    window.wait_until_gone(PAGE).await?;
    window.wait_for_attribute(&line, "data-state", "offline").await?;
    grid::wait_for_count(&window, CUSTOMERS + 3).await?;
    assert_eq!(window.close().await?, 0, "a normal close");

    let window = office.open_app().await?;
    window.wait_for_attribute(&line, "data-state", "offline").await?;
    grid::wait_for_count(&window, CUSTOMERS + 3).await?;
    assert_eq!(window.close().await?, 0, "a normal close of the restored profile");
    Ok(())
}

/// How many of a kind the runs on the page found together, without the run `except`.
async fn found_by_runs(window: &Window, line: &str, except: &str) -> Result<usize, Fault> {
    let script = "return [...document.querySelectorAll(`[data-testid=run] [data-found=${arguments[0]}]`)]
        .filter((line) => line.closest('[data-run]').dataset.run !== arguments[1])
        .reduce((sum, line) => sum + Number(line.dataset.count), 0)";
    window.run(script, vec![line.into(), except.into()]).await
}

async fn two_walks_show_what_changed_between(window: &Window, provider: &Provider) -> Outcome {
    open_sync_page(window).await?;
    window.wait_for(&format!("{PAGE} [data-testid=run][data-kind=walk][data-state=complete]")).await?;
    let first = window.attribute("[data-testid=run][data-kind=walk]", "data-run").await?.unwrap_or_default();
    assert_eq!(found_by_runs(window, "new", "none").await?, CUSTOMERS, "the first walk found everybody");

    let customers = provider.customers().await?;
    let pending = customers.iter().find(|customer| customer["kycStatus"] == "PENDING").ok_or("somebody is pending")?;
    let id = pending["id"].as_str().ok_or("an id is a text")?;
    provider.change_customer(id, json!({ "kycStatus": "VERIFIED" })).await?;
    provider.add_customers(&["new-1", "new-2", "new-3"]).await?;
    window.click(&format!("{PAGE} [data-testid=page-sync-now]")).await?;
    wait_until_synced(window, provider, CUSTOMERS + 3).await?;

    let since = "[data-testid=found][data-period=yesterday]";
    window.wait_for(&format!("{since} [data-found=new][data-count='{}']", CUSTOMERS + 3)).await?;
    window.wait_for(&format!("{since} [data-found=verified][data-count='1']")).await?;
    // The look between two walks may have been faster than the second walk; what is told of them is the same.
    let later = format!("[data-testid=run][data-kind=walk][data-state=complete]:not([data-run='{first}'])");
    window.wait_for(&later).await?;
    assert_eq!(found_by_runs(window, "verified", &first).await?, 1, "who became Verified");
    assert_eq!(found_by_runs(window, "new", &first).await?, 3, "who is new");
    Ok(())
}

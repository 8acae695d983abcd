//! The network's return, as the system tells of it: a machine with a network of its own, which is switched off and on.

use crate::Outcome;
use crate::backup::open_sync_page;
use crate::office::{Office, connect, connection, wait_until_synced};
use crate::provider::Provider;
use serde_json::json;
use stage::{Keyring, is_apart, run_apart};
use std::process::Command;

/// Adds or deletes the way out of this machine. Nothing is sent along it: what counts is that the system has one.
fn way_out(act: &str) -> Outcome {
    let output = Command::new("ip").args(["route", act, "default", "dev", "lo"]).output()?;
    assert!(output.status.success(), "ip route {act}: {}", String::from_utf8_lossy(&output.stderr));
    Ok(())
}

#[test]
fn the_networks_return_is_noticed_when_the_system_tells_of_it() -> Outcome {
    if !is_apart() {
        return Ok(run_apart(
            "network::the_networks_return_is_noticed_when_the_system_tells_of_it",
            &["--mount", "--net"],
            "",
        )?);
    }
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(async {
        way_out("add")?;
        let office = Office::new(Keyring::Unlocked).await?;
        let provider = Provider::loveandpay(&office.stage, 150, &[]).await?;
        let line = connection(&provider);
        let window = office.open_app().await?;
        connect(&window, &provider).await?;
        wait_until_synced(&window, &provider, 150).await?;

        // What stands between this machine and the network answers in the provider's place, as in a hotel. The next try
        // by itself is minutes away, longer than anything here waits.
        provider.set_fault(json!({"kind": "html"})).await?;
        window.click(&format!("{line} [data-testid=sync-now]")).await?;
        window.wait_for_attribute(&line, "data-problem", "bad_answer").await?;
        open_sync_page(&window).await?;
        window.wait_for("[data-testid=sync-connection] [data-field=next][title]").await?;
        way_out("del")?;
        provider.clear_faults().await?;
        provider.add_customers(&["new-1", "new-2"]).await?;
        let asked = provider.pages_asked_for().await?;
        window
            .wait("the page to know that there is no network", async || {
                let online: bool = window.run("return navigator.onLine", vec![]).await?;
                Ok(if online { Err("it believes that there is one".to_owned()) } else { Ok(()) })
            })
            .await?;
        assert_eq!(provider.pages_asked_for().await?, asked, "nobody asks without a network");
        assert_eq!(window.attribute(&line, "data-problem").await?.as_deref(), Some("bad_answer"), "it still says so");

        way_out("add")?;
        wait_until_synced(&window, &provider, 152).await?;
        assert_eq!(window.close().await?, 0, "a normal close");
        Ok(())
    })
}

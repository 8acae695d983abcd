//! Giving unused room back to the disk, in the window: it is seen to go on, everything else answers meanwhile, it can be
//! stopped, and it ends with what it brought.

use crate::backup::open_sync_page;
use crate::office::{Office, connect, connection, wait_until_synced};
use crate::provider::Provider;
use crate::{Outcome, grid};
use stage::{Fault, Key, Keyring, Window};

/// Of the connection that stays.
const CUSTOMERS: usize = 300;
/// Bytes of a remark that many of them carry, so that compacting takes a moment also where the machine is fast.
const REMARK: usize = 100_000;
const REMARKED: usize = 150;
/// Of the connection that is removed.
const REMOVED: usize = 2_000;

const COMPACT: &str = "[data-testid=compact-book]";
const STOP: &str = "[data-testid=stop-compacting]";
const SAID: &str = "[data-testid=book-said]";
const SIZE: &str = "[data-testid=book] [data-field=size]";

/// Removes a connection and all that is known of its customers.
async fn erase(window: &Window, provider: &Provider) -> Result<(), Fault> {
    let id = window.attribute(&connection(provider), "data-connection").await?.unwrap_or_default();
    window.click("[data-testid=open-credentials]").await?;
    window.click(&format!("[data-testid=credential][data-connection='{id}'] [data-testid=remove]")).await?;
    window.click("[role=dialog] [name=customers][value=erase]").await?;
    window.click("[role=dialog] [data-testid=confirm]").await?;
    window.wait_until_gone(&connection(provider)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn compaction_is_seen_can_be_stopped_holds_nothing_up_and_says_what_it_brought() -> Outcome {
    let office = Office::new(Keyring::Unlocked).await?;
    let (stays, goes) = tokio::try_join!(
        Provider::loveandpay(&office.stage, (CUSTOMERS - REMARKED) as u32, &[]),
        Provider::cryptopocket(&office.stage, REMOVED as u32, &[])
    )?;
    stays.add_remarked_customers(REMARKED, &"remark ".repeat(REMARK / 7)).await?;
    let window = office.open_app().await?;
    for (provider, customers) in [(&stays, CUSTOMERS), (&goes, REMOVED)] {
        connect(&window, provider).await?;
        wait_until_synced(&window, provider, customers).await?;
    }
    erase(&window, &goes).await?;
    open_sync_page(&window).await?;

    // To its end, with what it brought.
    let size = window.text(SIZE).await?.unwrap_or_default();
    assert!(size.contains("unused"), "what was removed left room: {size}");
    window.click(COMPACT).await?;
    let said = outcome(&window).await?;
    assert!(said.starts_with("Compacted: ") && said.contains(" before, "), "{said}");
    let left = window.text(SIZE).await?.unwrap_or_default();
    assert!(!left.contains("unused") && left != size, "{size} before, {left} now");

    // Enter begins it; the same button, which keeps the keyboard, then stops it. Where the machine was faster than the
    // second key, it is tried again.
    let stopped = window
        .wait("compaction to be stopped on the way", async || {
            window.press(COMPACT, Key::Enter).await?;
            window.press_keys(&[], char::from(Key::Enter)).await?;
            let said = outcome(&window).await?;
            Ok(if said.starts_with("Stopped") { Ok(said) } else { Err(said) })
        })
        .await?;
    assert_eq!(stopped, "Stopped. Nothing was changed.");

    // What is asked of the book meanwhile is answered before compaction ends: the runs of another choice of connection. Where
    // the machine was faster than the choice, it is tried again.
    let id = window.attribute(&connection(&stays), "data-connection").await?.unwrap_or_default();
    window
        .wait("an answer of the book while it is being compacted", async || {
            window.select("[name=connection]", "").await?;
            window.wait_for(COMPACT).await?;
            window.press(COMPACT, Key::Enter).await?;
            window.select("[name=connection]", &id).await?;
            let going: bool = window
                .run(
                    "const frame = () => new Promise(requestAnimationFrame);
                     const look = () => document.querySelector('[data-testid=met-problems]') && document.querySelector('[data-testid=run]')
                         ? document.querySelector(arguments[0]) !== null
                         : frame().then(look);
                     return look()",
                    vec![STOP.into()],
                )
                .await?;
            let said = outcome(&window).await?;
            Ok(if going { Ok(()) } else { Err(format!("it was over first: {said}")) })
        })
        .await?;
    assert_eq!(window.count("[data-testid=book] [role=alert]").await?, 0, "nothing went wrong");

    window.click("[data-testid=sync-back]").await?;
    grid::wait_for_count(&window, CUSTOMERS).await?;
    window.click(&format!("{} [data-testid=sync-now]", connection(&stays))).await?;
    wait_until_synced(&window, &stays, CUSTOMERS).await?;
    assert_eq!(window.close().await?, 0, "a normal close");
    Ok(())
}

/// Waits until nothing is being done to the book, and answers what came of it.
async fn outcome(window: &Window) -> Result<String, Fault> {
    window.wait_for(COMPACT).await?;
    window.wait_for(SAID).await?;
    Ok(window.text(SAID).await?.unwrap_or_default())
}

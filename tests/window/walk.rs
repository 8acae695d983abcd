//! A walk as the officer sees it: how far it is and how long it will take, stopped and gone on with, waiting for the
//! provider's limits, and surviving a provider that goes away in its middle.
//!
//! At Cryptopocket, whose list nothing but the walk asks for while one goes on, so that its pages can be counted.

use crate::office::{
    Entries, Office, connection, fill_form, open_form, save_connection, test_connection, wait_until_synced,
};
use crate::provider::Provider;
use crate::{Outcome, grid};
use serde_json::{Value, json};
use stage::{Key, Keyring, Window};

const CUSTOMERS: usize = 2_000;
const PAGE: usize = 100;
/// Pages of the whole list. A walk that went on where it was asks for fewer, its looks at Pending customers included.
const PAGES: u64 = 20;
const SYNC_PAGE: &str = "[data-testid=sync-page]";
const WALK: &str = "[data-testid=run][data-kind=walk]";

/// Answers come slowly enough for a rate to be told, and after so many pages not at all.
fn held_after(pages: usize) -> Value {
    json!([
        { "kind": "latency", "ms": 120, "on": "list" },
        { "kind": "latency", "ms": 3_600_000, "on": "list", "after": pages },
    ])
}

/// Connects a provider whose answers stop coming after so many pages, and waits until these have landed.
async fn connect_and_hold(window: &Window, provider: &Provider, pages: usize) -> Outcome {
    open_form(window).await?;
    fill_form(window, &Entries::for_provider(provider)).await?;
    assert_eq!(test_connection(window).await?, None, "the keys are accepted");
    provider.set_faults(held_after(pages)).await?;
    save_connection(window).await?;
    let line = connection(provider);
    window.wait_for_attribute(&line, "data-synced", &(pages * PAGE).to_string()).await?;
    window.wait_for_attribute(&line, "data-state", "syncing").await?;
    Ok(())
}

/// What an element says, in one line.
async fn said(window: &Window, css: &str) -> Result<String, stage::Fault> {
    let text = window.text(css).await?.unwrap_or_default();
    Ok(text.split_whitespace().collect::<Vec<_>>().join(" "))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_walk_shows_how_far_it_is_and_goes_on_where_it_was_stopped() -> Outcome {
    let office = Office::new(Keyring::Unlocked).await?;
    let provider = Provider::cryptopocket(&office.stage, CUSTOMERS as u32, &[]).await?;
    let line = connection(&provider);
    let window = office.open_app().await?;
    connect_and_hold(&window, &provider, 10).await?;

    // In the side bar.
    window.wait_for_attribute(&line, "data-total", &CUSTOMERS.to_string()).await?;
    let told = said(&window, &format!("{line} .line")).await?;
    assert!(told.starts_with("1,000 of 2,000 ·") && told.ends_with("left"), "rows so far and the time left: {told}");
    window.wait_for_attribute(&format!("{line} [role=progressbar]"), "aria-valuenow", "50").await?;
    // Those who have landed can be worked with.
    grid::wait_for_count(&window, 1_000).await?;

    // On the page of synchronising.
    window.click("[data-testid=open-sync]").await?;
    window.wait_for(&format!("{WALK}[data-state=open]")).await?;
    let told = said(&window, &format!("{SYNC_PAGE} [data-testid=sync-connection]")).await?;
    assert!(told.contains("1,000 of 2,000"), "{told}");
    let rate = said(&window, &format!("{SYNC_PAGE} [data-field=rate]")).await?;
    assert!(rate.chars().any(|character| character.is_ascii_digit()), "customers a minute: {rate}");

    window.click(&format!("{SYNC_PAGE} [data-testid=page-sync-stop]")).await?;
    window.wait_for_attribute(&line, "data-state", "idle").await?;
    window.wait_for_attribute(&line, "data-synced", "1000").await?;
    window.wait_for(&format!("{SYNC_PAGE} [data-field=next]")).await?;
    window.wait_until_gone(&format!("{line} [role=progressbar]")).await?;

    provider.clear_faults().await?;
    let before = provider.pages_asked_for().await?;
    window.click(&format!("{SYNC_PAGE} [data-testid=page-sync-now]")).await?;
    wait_until_synced(&window, &provider, CUSTOMERS).await?;
    window.wait_for(&format!("{WALK}[data-state=complete]")).await?;
    assert_eq!(window.count(WALK).await?, 1, "it is one walk, gone on with");
    window.wait_for(&format!("{WALK} [data-found=new][data-count='{CUSTOMERS}']")).await?;
    let asked = provider.pages_asked_for().await? - before;
    assert!(asked < PAGES, "the pages that had landed were not asked for again: {asked} pages");

    the_providers_limit_is_waited_for(&window, &provider).await?;
    assert_eq!(window.close().await?, 0, "a normal close while waiting");

    // What the provider asked for holds after a restart too.
    let asked = provider.pages_asked_for().await?;
    let window = office.open_app().await?;
    window.wait_for_attribute(&line, "data-state", "waiting").await?;
    grid::wait_for_count(&window, CUSTOMERS).await?;
    assert_eq!(provider.pages_asked_for().await?, asked, "nothing was asked for");
    assert_eq!(window.close().await?, 0, "a normal close");
    Ok(())
}

/// The provider asks for an hour's patience: until when stands in the side bar and on the page, and it can be stopped.
async fn the_providers_limit_is_waited_for(window: &Window, provider: &Provider) -> Outcome {
    let line = connection(provider);
    provider.set_faults(json!([{ "kind": "too_many_requests", "retry_after": 3_600, "on": "list" }])).await?;
    window.click(&format!("{SYNC_PAGE} [data-testid=page-sync-now]")).await?;
    window.wait_for_attribute(&line, "data-state", "waiting").await?;
    for place in [format!("{line} .line"), format!("{SYNC_PAGE} .status")] {
        let told = said(window, &place).await?;
        assert!(told.contains(':'), "until when it waits: {told}");
    }
    window.click(&format!("{SYNC_PAGE} [data-testid=page-sync-stop]")).await?;
    window.wait_for_attribute(&line, "data-state", "idle").await?;
    window.click(&format!("{SYNC_PAGE} [data-testid=page-sync-now]")).await?;
    window.wait_for_attribute(&line, "data-state", "waiting").await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_that_goes_away_in_mid_walk_is_waited_for_and_gone_on_with() -> Outcome {
    let office = Office::new(Keyring::Unlocked).await?;
    let provider = Provider::cryptopocket(&office.stage, CUSTOMERS as u32, &[]).await?;
    let line = connection(&provider);
    let window = office.open_app().await?;
    connect_and_hold(&window, &provider, 14).await?;
    let somebody = provider.customers().await?.first().and_then(|one| one["email"].as_str().map(str::to_owned));

    let away = provider.go_away()?;
    window.wait_for_attribute(&line, "data-state", "offline").await?;
    // Everything but fetching works.
    grid::wait_for_count(&window, 1_400).await?;
    let somebody = somebody.ok_or("the newest customer has an e-mail")?;
    grid::search(&window, &somebody).await?;
    grid::wait_for_count(&window, 1).await?;
    window.press("input[data-testid=search]", Key::Down).await?;
    window.press_keys(&[], char::from(Key::Enter)).await?;
    window.wait_for("[data-testid=detail]").await?;
    grid::search(&window, "").await?;
    window.click("[data-testid=open-sync]").await?;
    window.wait_for(&format!("{WALK}[data-state=open]")).await?;
    window.click("[data-testid=check-book]").await?;
    window.wait_for("[data-testid=book-said]").await?;

    // It comes back, and nobody presses anything.
    let provider = away.come_back(&office.stage).await?;
    wait_until_synced(&window, &provider, CUSTOMERS).await?;
    window.wait_for(&format!("{WALK}[data-state=complete]")).await?;
    assert_eq!(window.count(WALK).await?, 1, "it is the same walk");
    let asked = provider.pages_asked_for().await?;
    assert!(asked < PAGES, "it went on behind the pages that had landed: {asked} pages");
    assert_eq!(window.close().await?, 0, "a normal close");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_is_switched_off_rests_until_it_is_switched_on() -> Outcome {
    let office = Office::new(Keyring::Unlocked).await?;
    let provider = Provider::cryptopocket(&office.stage, CUSTOMERS as u32, &[]).await?;
    let line = connection(&provider);
    let window = office.open_app().await?;
    connect_and_hold(&window, &provider, 14).await?;

    window.press_keys(&[Key::Control, Key::Shift], 'k').await?;
    window.click("[data-testid=credential] [data-testid=disable]").await?;
    window.wait_for_attribute(&line, "data-standing", "disabled").await?;
    let asked = provider.pages_asked_for().await?;
    assert_eq!(window.close().await?, 0, "a normal close");
    let window = office.open_app().await?;
    window.wait_for_attribute(&line, "data-standing", "disabled").await?;
    grid::wait_for_count(&window, 1_400).await?;
    assert_eq!(provider.pages_asked_for().await?, asked, "nothing is fetched, not at a start either");

    provider.clear_faults().await?;
    window.press_keys(&[Key::Control, Key::Shift], 'k').await?;
    window.click("[data-testid=credential] [data-testid=enable]").await?;
    wait_until_synced(&window, &provider, CUSTOMERS).await?;
    let asked = provider.pages_asked_for().await? - asked;
    assert!(asked < PAGES, "it went on behind the pages that had landed: {asked} pages");
    assert_eq!(window.close().await?, 0, "a normal close");
    Ok(())
}

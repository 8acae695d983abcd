//! Providers whose lists cannot be believed: a total that is wrong, one page for ever, other rows at each look, ids of another
//! kind. Each fetch comes to an end, the screen says how, and nobody is lost or doubled.

use crate::backup::open_sync_page;
use crate::office::{Office, connect, connection, wait_until_synced};
use crate::provider::Provider;
use crate::{Outcome, grid};
use serde_json::json;
use stage::{Fault, Keyring, Window};

const CUSTOMERS: usize = 250;
/// Pages of the list that a fetch may ask for that begins anew twice, looks at the head each time, and is accompanied by a
/// look at Pending customers: three of everybody, five at a head. A list that is followed for ever has more.
const MOST_PAGES: u64 = 60;

const WALK: &str = "[data-testid=run][data-kind=walk]";

/// How a fetch ended, as the page of synchronising says it.
struct Ended {
    run: String,
    state: String,
    reason: Option<String>,
}

/// Fetches everybody, on the page of synchronising, and waits until that has ended in whatever way.
async fn fetch(window: &Window, provider: &Provider) -> Result<Ended, Box<dyn std::error::Error>> {
    let newest: &str = "const walk = document.querySelector(arguments[0]);
        return walk && [walk.dataset.run, walk.dataset.state, walk.dataset.reason ?? null]";
    let look = async || window.run::<Option<(String, String, Option<String>)>>(newest, vec![WALK.into()]).await;
    let before = look().await?;
    let asked = provider.pages_asked_for().await?;
    window.click("[data-testid=page-sync-now]").await?;
    let ended = window
        .wait("a further fetch to have ended", async || {
            Ok(match look().await? {
                Some((run, state, reason))
                    if before.as_ref().is_none_or(|(before, ..)| *before != run) && state != "open" =>
                {
                    Ok(Ended { run, state, reason })
                }
                other => Err(format!("the newest is {other:?}")),
            })
        })
        .await?;
    window.wait_for_attribute(&connection(provider), "data-state", "idle").await?;
    // When the next one comes is said, so nothing goes on behind the screen.
    window.wait_for("[data-testid=sync-connection] [data-field=next][title]").await?;
    let asked = provider.pages_asked_for().await? - asked;
    assert!(asked <= MOST_PAGES, "{asked} pages of a list of three");
    Ok(ended)
}

/// Waits until so many customers are counted, on whatever page.
async fn wait_until_counted(window: &Window, customers: usize) -> Result<(), Fault> {
    window.wait_for_attribute("nav [data-view=all]", "data-count", &customers.to_string()).await
}

/// Whether the side bar warns of a list that was not seen whole.
async fn warned(window: &Window, provider: &Provider) -> Result<bool, Fault> {
    Ok(window.attribute(&connection(provider), "data-incomplete").await?.is_some())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_that_contradicts_itself_is_said_to_and_loses_nobody() -> Outcome {
    let office = Office::new(Keyring::Unlocked).await?;
    let provider = Provider::loveandpay(&office.stage, CUSTOMERS as u32, &[]).await?;
    let window = office.open_app().await?;
    connect(&window, &provider).await?;
    wait_until_synced(&window, &provider, CUSTOMERS).await?;
    open_sync_page(&window).await?;

    let unreached = "total_not_reached";
    let cases = [
        ("more announced than there are", json!([{"kind": "wrong_totals", "by": 300}]), Some(unreached)),
        ("fewer announced than there are", json!([{"kind": "wrong_totals", "by": -200}]), None),
        ("one page for ever", json!([{"kind": "repeated_page"}]), Some(unreached)),
        (
            "one page for ever, and no total",
            json!([{"kind": "repeated_page"}, {"kind": "missing_totals"}]),
            Some(unreached),
        ),
    ];
    for (name, faults, reason) in cases {
        provider.set_faults(faults).await?;
        let ended = fetch(&window, &provider).await?;
        assert_eq!(ended.state, if reason.is_some() { "incomplete" } else { "complete" }, "{name}");
        assert_eq!(ended.reason.as_deref(), reason, "{name}");
        assert_eq!(warned(&window, &provider).await?, reason.is_some(), "{name}");
        provider.clear_faults().await?;
        assert_eq!(fetch(&window, &provider).await?.state, "complete", "after {name}");
        assert!(!warned(&window, &provider).await?, "after {name}");
        wait_until_counted(&window, CUSTOMERS).await?;
    }

    // At each look dozens are somewhere else, and new ones stand between them.
    provider
        .set_fault(json!({"kind": "living_list", "seed": 11, "moved": 100, "inserted": 40, "anywhere": true}))
        .await?;
    let ended = fetch(&window, &provider).await?;
    assert_eq!(warned(&window, &provider).await?, ended.state == "incomplete", "said in both places: {}", ended.state);
    provider.clear_faults().await?;
    assert_eq!(fetch(&window, &provider).await?.state, "complete", "at rest it is seen whole");
    let listed = provider.customers().await?.len();
    assert!(listed > CUSTOMERS, "it did live");
    wait_until_synced(&window, &provider, listed).await?;
    wait_until_counted(&window, listed).await?;
    assert_eq!(window.close().await?, 0, "a normal close");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn ids_that_become_another_kind_of_value_are_the_same_people() -> Outcome {
    let office = Office::new(Keyring::Unlocked).await?;
    let provider = Provider::cryptopocket(&office.stage, CUSTOMERS as u32, &[]).await?;
    let window = office.open_app().await?;
    connect(&window, &provider).await?;
    wait_until_synced(&window, &provider, CUSTOMERS).await?;
    // The connection is up to date before the grid's last answer has come.
    grid::wait_for_count(&window, CUSTOMERS).await?;
    let before = grid::ids(&grid::all_rows(&window).await?);
    open_sync_page(&window).await?;
    for (name, fault) in [("texts", json!([{"kind": "text_ids"}])), ("numbers again", json!([]))] {
        provider.set_faults(fault).await?;
        let ended = fetch(&window, &provider).await?;
        assert_eq!(ended.state, "complete", "{name}");
        assert!(!warned(&window, &provider).await?, "{name}");
        wait_until_counted(&window, CUSTOMERS).await?;
        let found = format!("[data-run='{}'] [data-found=new]", ended.run);
        assert_eq!(window.count(&found).await?, 0, "{name}: nobody is taken for somebody new");
    }
    window.click("[data-testid=sync-back]").await?;
    grid::wait_for_count(&window, CUSTOMERS).await?;
    assert_eq!(grid::ids(&grid::all_rows(&window).await?), before, "the same people under the same ids");
    assert_eq!(window.close().await?, 0, "a normal close");
    Ok(())
}

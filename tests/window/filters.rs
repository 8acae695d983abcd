//! Every filter by keyboard alone, judged by the emulators' own lists; and the order by relevance.

use crate::keyboard::{arrow_to, has_focus, tab_back_to, tab_to, type_keys};
use crate::office::{Office, connect, wait_until_synced};
use crate::provider::Provider;
use crate::{Outcome, grid};
use serde_json::Value;
use stage::{Fault, Key, Keyring, Window};

const SEARCH: &str = "input[data-testid=search]";
const ADD: &str = "[data-testid=filter-add]";
/// How many customers Cryptopocket has; it says nothing of payments, trust and blocking.
const SILENT: usize = 60;

async fn press(window: &Window, key: Key) -> Result<(), Fault> {
    window.press_keys(&[], char::from(key)).await
}

/// Chooses from the menu of filters.
async fn add(window: &Window, item: &str) -> Result<(), Fault> {
    tab_to(window, ADD).await?;
    press(window, Key::Enter).await?;
    window.wait_for("[role=menu]").await?;
    arrow_to(window, Key::Down, &format!("[role=menu] [data-item={item}]")).await?;
    press(window, Key::Enter).await
}

/// Enters a range in the dialog that asks for it.
async fn enter(window: &Window, from: &str, to: &str) -> Result<(), Fault> {
    window.wait_for("[data-testid=filter-form]").await?;
    for (end, text) in [("from", from), ("to", to)] {
        tab_to(window, &format!("[data-testid=filter-form] [name={end}]")).await?;
        window.press_keys(&[Key::Control], 'a').await?;
        type_keys(window, text).await?;
    }
    press(window, Key::Enter).await?;
    window.wait_until_gone("[data-testid=filter-form]").await
}

/// Takes a chip out.
async fn take_out(window: &Window, filter: &str) -> Result<(), Fault> {
    tab_back_to(window, &format!("[data-filter={filter}] button")).await?;
    press(window, Key::Delete).await?;
    window.wait_until_gone(&format!("[data-filter={filter}]")).await
}

#[tokio::test(flavor = "multi_thread")]
async fn every_filter_is_set_changed_and_taken_out_by_keyboard() -> Outcome {
    let office = Office::new(Keyring::Unlocked).await?;
    let love = Provider::loveandpay(&office.stage, 400, &[]).await?;
    let pocket = Provider::cryptopocket(&office.stage, SILENT as u32, &[]).await?;
    let window = office.open_app().await?;
    for (provider, customers) in [(&love, 400), (&pocket, SILENT)] {
        connect(&window, provider).await?;
        wait_until_synced(&window, provider, customers).await?;
    }
    let all = 400 + SILENT;
    grid::wait_for_count(&window, all).await?;
    let customers = love.customers().await?;
    let count = |judge: &dyn Fn(&Value) -> bool| customers.iter().filter(|customer| judge(customer)).count();

    // Counted values are toggles.
    for (facet, value, field, word) in [
        ("kyc", "rejected", "kycStatus", Value::from("REJECTED")),
        ("trust", "level_3", "trustLevel", Value::from("LEVEL_3")),
        ("blocked", "yes", "isBlocked", Value::from(true)),
    ] {
        let expected = count(&|customer| customer[field] == word);
        let toggle = format!("[data-facet={facet}] [data-value={value}]");
        let counted = grid::facet_count(&window, facet, value).await?.unwrap_or_default();
        assert!(expected > 0 && counted >= expected, "{facet} {value}: {counted} of both, {expected} of one");
        window.press_keys(&[Key::Control], 'k').await?;
        tab_to(&window, &toggle).await?;
        press(&window, Key::Space).await?;
        window.wait_for_attribute(&toggle, "aria-pressed", "true").await?;
        grid::wait_for_count(&window, counted).await?;
        press(&window, Key::Space).await?;
        grid::wait_for_count(&window, all).await?;
    }

    // A connection, and another in its place.
    add(&window, "connection").await?;
    window.wait_for("[role=menuitemradio]").await?;
    press(&window, Key::Down).await?;
    press(&window, Key::Enter).await?;
    grid::wait_for_count(&window, 400).await?;
    tab_back_to(&window, "[data-filter=connection] button").await?;
    press(&window, Key::Enter).await?;
    window.wait_for("[role=menuitemradio][aria-checked=true]").await?;
    press(&window, Key::Down).await?;
    press(&window, Key::Enter).await?;
    grid::wait_for_count(&window, SILENT).await?;
    assert!(has_focus(&window, "[data-filter=connection] button").await?, "the focus is on the chip again");
    take_out(&window, "connection").await?;
    grid::wait_for_count(&window, all).await?;
    assert!(has_focus(&window, ADD).await?, "without a chip left the focus is where chips come from");

    // Ranges, which are changed in place.
    let many = |least: i64, most: i64| {
        count(&|customer| customer["totalPayments"].as_i64().is_some_and(|payments| (least..=most).contains(&payments)))
    };
    add(&window, "payments").await?;
    enter(&window, "2", "5").await?;
    grid::wait_for_count(&window, many(2, 5)).await?;
    tab_back_to(&window, "[data-filter=payments] button").await?;
    press(&window, Key::Enter).await?;
    enter(&window, "3", "5").await?;
    grid::wait_for_count(&window, many(3, 5)).await?;
    take_out(&window, "payments").await?;
    add(&window, "paid").await?;
    enter(&window, "1000.5", "").await?;
    let paid = count(&|customer| customer["totalAmount"].as_f64().is_some_and(|amount| amount >= 1000.5));
    grid::wait_for_count(&window, paid).await?;
    take_out(&window, "paid").await?;
    for (filter, field) in [("created", "createdAt"), ("lastPayment", "lastPaymentAt")] {
        let within = |from: &str, to: &str| {
            count(&|customer| {
                customer[field].as_str().and_then(|at| at.get(..10)).is_some_and(|day| (from..=to).contains(&day))
            })
        };
        let expected = within("2026-03-01", "2026-09-30");
        assert!(expected > 0 && expected < 400, "{filter}: {expected} prove something");
        add(&window, filter).await?;
        enter(&window, "2026-03-01", "2026-09-30").await?;
        grid::wait_for_count(&window, expected).await?;
        take_out(&window, filter).await?;
    }
    // No status has changed since the book was begun.
    add(&window, "statusChanged").await?;
    enter(&window, "2020-01-01", "").await?;
    grid::wait_for_count(&window, 0).await?;
    take_out(&window, "statusChanged").await?;

    // Those that are yes or no turn round.
    add(&window, "listed-yes").await?;
    grid::wait_for_count(&window, all).await?;
    tab_back_to(&window, "[data-filter=listed] button").await?;
    press(&window, Key::Enter).await?;
    grid::wait_for_count(&window, 0).await?;
    take_out(&window, "listed").await?;
    add(&window, "disagrees-yes").await?;
    grid::settled(&window).await?;
    let disagreeing = grid::match_count(&window).await?;
    window.wait_for_attribute("nav [data-view=disagree]", "data-count", &disagreeing.to_string()).await?;
    tab_back_to(&window, "[data-filter=disagrees] button").await?;
    press(&window, Key::Enter).await?;
    grid::wait_for_count(&window, all - disagreeing).await?;
    take_out(&window, "disagrees").await?;
    grid::wait_for_count(&window, all).await?;
    assert_eq!(window.close().await?, 0, "a normal close");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn relevance_brings_whole_words_first_and_is_kept_in_a_view() -> Outcome {
    let office = Office::new(Keyring::Unlocked).await?;
    let love = Provider::loveandpay(&office.stage, 600, &[]).await?;
    let window = office.open_app().await?;
    connect(&window, &love).await?;
    wait_until_synced(&window, &love, 600).await?;
    grid::wait_for_count(&window, 600).await?;

    grid::search(&window, "ivan").await?;
    let by_name = grid::ids(&grid::all_rows(&window).await?);
    tab_to(&window, "[data-testid=sort-by]").await?;
    press(&window, Key::Enter).await?;
    arrow_to(&window, Key::Up, "[role=menu] [data-item=relevance]").await?;
    press(&window, Key::Enter).await?;
    window.wait_for_attribute("[data-testid=sort-by]", "data-sort", "relevance").await?;
    grid::settled(&window).await?;
    assert_eq!(window.count("[role=columnheader]:not([aria-sort=none])").await?, 0, "no column is sorted by");
    let rows = grid::all_rows(&window).await?;
    assert_eq!(grid::ids(&rows), by_name, "the same customers, in another order");
    let has_word = |row: &grid::Row| {
        let text = row.cells.iter().filter(|(column, _)| ["name", "email"].contains(&column.as_str()));
        let text = text.map(|(_, text)| text.to_lowercase()).collect::<Vec<_>>().join(" ");
        text.split(|letter: char| !letter.is_alphanumeric()).any(|word| word == "ivan" || word == "иван")
    };
    let whole: Vec<bool> = rows.iter().map(has_word).collect();
    assert!(whole.contains(&true) && whole.contains(&false), "there are whole words and others");
    assert!(whole.is_sorted_by(|before, after| before >= after), "whole words come first: {whole:?}");

    window.press_keys(&[Key::Control], 's').await?;
    window.fill("[data-testid=view-form] [name=name]", "Ivan").await?;
    window.click("[role=dialog] [data-testid=confirm]").await?;
    window.wait_for_attribute("[data-testid=saved-view]", "aria-current", "page").await?;
    assert_eq!(window.close().await?, 0, "a normal close");

    let window = office.open_app().await?;
    window.wait_for_attribute("[data-testid=saved-view]", "aria-current", "page").await?;
    grid::wait_for_count(&window, by_name.len()).await?;
    window.wait_for_attribute("[data-testid=sort-by]", "data-sort", "relevance").await?;
    let again: Vec<String> = grid::all_rows(&window).await?.into_iter().map(|row| row.id).collect();
    assert_eq!(again, rows.into_iter().map(|row| row.id).collect::<Vec<_>>(), "in the same order");
    window.fill(SEARCH, "").await?;
    window.wait_for_attribute("[data-testid=sort-by]", "data-sort", "name").await?;
    window.wait_for_attribute("[role=columnheader][data-col=name]", "aria-sort", "ascending").await?;
    assert_eq!(window.close().await?, 0, "a normal close");
    Ok(())
}

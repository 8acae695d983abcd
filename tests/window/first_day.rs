//! The main job end to end: two providers' customers in one grid, then the same without network.

use crate::Outcome;
use crate::grid::{self, Row};
use crate::office::{Office, VOUCH, connect, wait_until_synced};
use crate::provider::Provider;
use crate::scan::{self, Customer};
use stage::{Key, Keyring, PATIENCE, Window, wait_until};

/// Searches, each with the spellings that have to be found and none besides.
const SEARCHES: [(&str, &[&str]); 4] = [
    ("garcia", &["garcia", "гарсия", "гарсиа"]),
    ("гарсия", &["гарсия", "гарсиа", "garcia", "garsia", "garsiya", "garsiia"]),
    ("иван", &["иван", "ivan"]),
    ("ivan", &["ivan", "иван"]),
];

#[tokio::test(flavor = "multi_thread")]
async fn two_providers_in_one_grid_online_and_offline() -> Outcome {
    let office = Office::new(Keyring::Unlocked).await?;
    let loveandpay = Provider::loveandpay(&office.stage, 1500, &["--odd"]).await?;
    let cryptopocket = Provider::cryptopocket(&office.stage, 1500, &["--odd"]).await?;
    let everybody = scan::customers(&[&loveandpay, &cryptopocket]).await?;
    let at = |provider: &str| everybody.iter().filter(|customer| customer.provider == provider).count();
    assert_eq!((at("loveandpay"), at("cryptopocket")), (1504, 1504), "one odd record at each has no id");

    let window = office.open_app().await?;
    window.wait_for("[data-testid=welcome]").await?;
    connect(&window, &loveandpay).await?;
    connect(&window, &cryptopocket).await?;
    wait_until_synced(&window, &loveandpay, at("loveandpay")).await?;
    wait_until_synced(&window, &cryptopocket, at("cryptopocket")).await?;

    the_counts_are_exact(&window, &everybody).await?;
    searches_find_what_a_scan_finds(&window, &everybody).await?;
    filters_narrow(&window, &everybody).await?;
    columns_sort(&window, &everybody).await?;
    odd_records_are_shown_honestly(&window).await?;
    a_second_start_leads_to_the_first_window(&office).await?;

    assert_eq!(window.close().await?, 0, "a normal close ends with exit code 0");
    loveandpay.stop().await?;
    cryptopocket.stop().await?;

    let window = office.open_app().await?;
    for provider in ["loveandpay", "cryptopocket"] {
        let connection = format!("[data-testid=connection][data-provider={provider}]");
        window.wait_for_attribute(&connection, "data-state", "offline").await?;
    }
    the_counts_are_exact(&window, &everybody).await?;
    searches_find_what_a_scan_finds(&window, &everybody).await?;
    assert_eq!(window.close().await?, 0, "a normal close without network ends with exit code 0 too");
    nothing_is_written_beside_the_profile(&office)
}

async fn the_counts_are_exact(window: &Window, everybody: &[Customer]) -> Outcome {
    grid::wait_for_count(window, everybody.len()).await?;
    window.wait_for_attribute("nav [data-view=all]", "data-count", &everybody.len().to_string()).await?;
    for provider in ["loveandpay", "cryptopocket"] {
        let expected = everybody.iter().filter(|customer| customer.provider == provider).count();
        assert_eq!(grid::facet_count(window, "provider", provider).await?, Some(expected), "customers of {provider}");
    }
    let mut statuses: Vec<&str> = everybody.iter().map(|customer| customer.kyc.as_str()).collect();
    statuses.sort_unstable();
    for status in statuses.chunk_by(|one, other| one == other) {
        let value = status.first().copied().unwrap_or_default();
        assert_eq!(grid::facet_count(window, "kyc", value).await?, Some(status.len()), "customers that are {value}");
    }
    Ok(())
}

async fn searches_find_what_a_scan_finds(window: &Window, everybody: &[Customer]) -> Outcome {
    for (text, spellings) in SEARCHES {
        found_exactly(window, everybody, text, spellings).await?;
    }
    let somebody = everybody.iter().rev().find(|customer| customer.phone.is_some()).ok_or("nobody has a phone")?;
    let phone = somebody.phone.as_deref().unwrap_or_default();
    let part: String = phone.chars().skip(3).take(6).collect();
    found_exactly(window, everybody, &part, &[&part]).await?;

    let email = somebody.email.as_deref().ok_or("no e-mail")?;
    let part = email.split('@').next().unwrap_or_default().to_lowercase();
    found_exactly(window, everybody, &part, &[&part]).await?;
    grid::search(window, "").await?;
    grid::wait_for_count(window, everybody.len()).await?;
    Ok(())
}

async fn found_exactly(window: &Window, everybody: &[Customer], text: &str, spellings: &[&str]) -> Outcome {
    let expected = scan::ids(everybody.iter().filter(|customer| customer.has_any(spellings)));
    assert!(!expected.is_empty(), "somebody is called {text}, or the search proves nothing");
    grid::search(window, text).await?;
    let rows = grid::all_rows(window).await?;
    let found = grid::ids(&rows);
    let by_id = |id: &String| everybody.iter().find(|customer| customer.id == *id);
    let wrong: Vec<_> = found.iter().filter(|id| !expected.contains(id)).map(by_id).collect();
    let missed: Vec<_> = expected.iter().filter(|id| !found.contains(id)).map(by_id).collect();
    assert!(wrong.is_empty() && missed.is_empty(), "search for {text}: wrong {wrong:#?}, missed {missed:#?}");
    assert_eq!(found.len(), expected.len(), "search for {text}: nobody is shown twice");
    assert_eq!(grid::match_count(window).await?, found.len(), "search for {text}: the count is that of the rows");
    for row in &rows {
        let customer = by_id(&row.id).ok_or("a row of somebody who does not exist")?;
        assert!(shows(row, customer), "search for {text}: the row {row:?} is that of {customer:?}");
    }
    Ok(())
}

/// Whether a row says of a customer what the provider says. Long names are cut in the grid.
fn shows(row: &Row, customer: &Customer) -> bool {
    let cell = |column: &str| row.cells.get(column).map(String::as_str).unwrap_or_default();
    let same = |column: &str, text: &Option<String>| {
        let text = text.as_deref().unwrap_or_default();
        text.is_empty() || text.chars().count() > 200 || cell(column) == text
    };
    let status = customer.kyc.split(':').next().unwrap_or_default();
    same("name", &customer.name) && same("email", &customer.email) && row.kyc.as_deref() == Some(status)
}

async fn filters_narrow(window: &Window, everybody: &[Customer]) -> Outcome {
    let count = |statuses: &[&str], provider: Option<&str>| {
        let all = everybody.iter();
        let chosen = all.filter(|customer| statuses.contains(&customer.kyc.as_str()));
        chosen.filter(|customer| provider.is_none_or(|provider| customer.provider == provider)).count()
    };
    grid::toggle(window, "kyc", "rejected", true).await?;
    grid::wait_for_count(window, count(&["rejected"], None)).await?;
    grid::toggle(window, "kyc", "not_started", true).await?;
    grid::wait_for_count(window, count(&["rejected", "not_started"], None)).await?;
    grid::toggle(window, "provider", "cryptopocket", true).await?;
    grid::wait_for_count(window, count(&["rejected", "not_started"], Some("cryptopocket"))).await?;
    for row in grid::on_screen(window).await? {
        let status = row.kyc.as_deref().unwrap_or_default();
        assert!(["rejected", "not_started"].contains(&status), "{row:?} is among those chosen");
    }
    let verified = count(&["verified"], Some("cryptopocket"));
    let counted = grid::facet_count(window, "kyc", "verified").await?;
    assert_eq!(counted, Some(verified), "a filter's counts ignore the filter itself and respect the others");
    grid::toggle(window, "provider", "cryptopocket", false).await?;
    grid::toggle(window, "kyc", "rejected", false).await?;
    grid::toggle(window, "kyc", "not_started", false).await?;
    grid::wait_for_count(window, everybody.len()).await?;
    Ok(())
}

async fn columns_sort(window: &Window, everybody: &[Customer]) -> Outcome {
    grid::search(window, "garcia").await?;
    let found = grid::ids(&grid::all_rows(window).await?);
    let mut emails: Vec<String> = everybody
        .iter()
        .filter(|customer| found.contains(&customer.id))
        .map(|customer| customer.email.clone().unwrap_or_default())
        .collect();
    emails.sort_by_key(|email| email.to_lowercase());
    assert!(emails.len() > 5, "enough rows to tell an order");

    grid::sort(window, "email", "ascending").await?;
    assert_eq!(column(&grid::all_rows(window).await?, "email"), emails, "by e-mail");
    grid::sort(window, "email", "descending").await?;
    emails.reverse();
    assert_eq!(column(&grid::all_rows(window).await?, "email"), emails, "by e-mail, backwards");
    grid::search(window, "").await?;
    Ok(())
}

fn column(rows: &[Row], name: &str) -> Vec<String> {
    rows.iter().map(|row| row.cells.get(name).cloned().unwrap_or_default()).collect()
}

/// Searches for the one customer with an e-mail and opens the card by keyboard.
async fn open_card(window: &Window, email: &str) -> Result<Row, Box<dyn std::error::Error>> {
    grid::search(window, email).await?;
    grid::wait_for_count(window, 1).await?;
    let row = grid::on_screen(window).await?.pop().ok_or("one row")?;
    window.press("input[data-testid=search]", Key::Down).await?;
    window.press_keys(&[], char::from(Key::Enter)).await?;
    window.wait_for_attribute("[data-testid=detail]", "data-customer", &row.id).await?;
    Ok(row)
}

async fn odd_records_are_shown_honestly(window: &Window) -> Outcome {
    let title: String = window.run("return document.title", vec![]).await?;

    let row = open_card(window, "markup@odd.example.com").await?;
    let name = row.cells.get("name").cloned().unwrap_or_default();
    assert!(name.starts_with("<b onmouseover=") && name.ends_with("</script>"), "markup is text: {name}");
    let card = window.text("[data-testid=detail] [data-field=name]").await?.unwrap_or_default();
    assert!(card.contains("<script>"), "markup is text in the card too: {card}");
    assert_eq!(window.count("[onmouseover]").await?, 0, "no markup of the data became markup of the page");
    assert_eq!(window.run::<String>("return document.title", vec![]).await?, title, "no script of the data ran");

    open_card(window, "long.name@odd.example.com").await?;
    let card = window.text("[data-testid=detail] [data-field=name]").await?.unwrap_or_default();
    assert!(card.chars().count() >= 10_000, "the card has the whole name, not {} characters", card.chars().count());
    let (page, seen): (u32, u32) =
        window.run("return [document.documentElement.scrollWidth, innerWidth]", vec![]).await?;
    assert!(page <= seen, "a long name does not widen the page: {page} > {seen}");

    let row = open_card(window, "unknown.status@odd.example.com").await?;
    assert_eq!(row.kyc.as_deref(), Some("unknown"), "an unknown status is shown as unknown");
    let badge = window.text("[data-testid=detail] [data-kyc=unknown]").await?.unwrap_or_default();
    assert!(badge.contains("ESCALATED_TO_PARTNER"), "with the provider's own word: {badge}");

    open_card(window, "no.name@odd.example.com").await?;
    let email = window.text("[data-testid=detail] [data-field=email]").await?.unwrap_or_default();
    assert!(email.contains("no.name@odd.example.com"), "who has no name has a card: {email}");

    window.press_keys(&[], char::from(Key::Escape)).await?;
    window.wait_until_gone("[data-testid=detail]").await?;
    grid::search(window, "no.id@odd.example").await?;
    grid::wait_for_count(window, 0).await?;
    grid::search(window, "").await?;
    Ok(())
}

/// One process per profile: the second start ends by itself, well, and the first goes on.
async fn a_second_start_leads_to_the_first_window(office: &Office) -> Outcome {
    let mut command = office.stage.command(VOUCH);
    let mut second = office.stage.start(command.arg("--profile").arg(office.profile()))?;
    let status = wait_until("the second start to end", PATIENCE, async || {
        Ok(second.ended()?.ok_or_else(|| "still running".to_owned()))
    })
    .await?;
    assert!(status.success(), "the second start ends well: {status}; it said: {}", second.said());
    Ok(())
}

/// Everything that the app stores is in the profile. What is elsewhere belongs to others on the stage.
fn nothing_is_written_beside_the_profile(office: &Office) -> Outcome {
    let keyrings = ["home/.local/share/keyrings", "run/keyring"];
    let files = office.stage.files()?;
    let strays: Vec<_> = files.iter().filter(|file| !keyrings.iter().any(|folder| file.starts_with(folder))).collect();
    assert!(strays.is_empty(), "files outside the profile: {strays:#?}");
    Ok(())
}

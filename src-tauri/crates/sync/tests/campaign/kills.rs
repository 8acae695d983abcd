//! Processes that walk and are killed. After each the book is whole; in the end it is the emulator's list, and has a change
//! for every change that was made in between.

use super::truth::{
    SECRET, client, connection_id, emulator, everybody, facet_value, history_is_true, is_equal, new_book, walk_once,
};
use super::{Numbers, cases, told};
use directory::{Book, ChangedField};
use sandbox::{Fault, FaultRule, Operation};
use serde_json::json;
use std::collections::BTreeMap;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// Requests after which a walker is killed at the latest. More than can be ahead of the book, so that some pages land first.
const MOST_REQUESTS: u64 = 150;

/// Not a test of its own: what the killed processes run.
#[tokio::test]
async fn walk_until_killed() {
    let Ok(path) = std::env::var("VOUCH_CAMPAIGN_BOOK") else { return };
    let setting = |name: &str| std::env::var(name).unwrap();
    let (base, key, secret) =
        (setting("VOUCH_CAMPAIGN_BASE"), setting("VOUCH_CAMPAIGN_KEY"), setting("VOUCH_CAMPAIGN_SECRET"));
    let book = Book::open(path.as_ref(), &SECRET.into()).unwrap();
    // Walks that a fault ended go on, those that came to their end are followed by another.
    loop {
        let _ = walk_once(&book, client(&base, &key, &secret).as_ref()).await;
    }
}

fn walker(book: &std::path::Path, emulator: &sandbox::Sandbox) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "kills::walk_until_killed"])
        .env("VOUCH_CAMPAIGN_BOOK", book)
        .env("VOUCH_CAMPAIGN_BASE", &emulator.base_url)
        .env("VOUCH_CAMPAIGN_KEY", &emulator.api_key)
        .env("VOUCH_CAMPAIGN_SECRET", &emulator.api_secret)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

fn faults() -> Vec<FaultRule> {
    vec![
        FaultRule::new(Fault::Reset {}).on(Operation::List).every(17),
        FaultRule::new(Fault::Status { status: 503 }).on(Operation::List).every(29),
        FaultRule::new(Fault::Truncated {}).on(Operation::List).every(37),
        FaultRule::new(Fault::Html {}).on(Operation::List).every(53),
    ]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_walk_that_is_killed_again_and_again_loses_nothing() {
    let (kills, customers) = (cases(200, 3), cases(20_000, 3_000));
    let emulator = emulator(customers, 11).await;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("book.db");
    new_book(&path, &emulator).await.close().await;
    emulator.control().set_faults(faults()).unwrap();
    let mut numbers = Numbers(3);
    let mut landed = Vec::new();
    // What each customer was changed from and to, and whether the book knew them as they were.
    let mut changed: BTreeMap<String, (String, String, bool)> = BTreeMap::new();
    for _ in 0..kills {
        let mut walker = walker(&path, &emulator);
        let asked = || emulator.control().requests().values().sum::<u64>();
        // None at all is a process that is killed while it opens the book.
        let enough = asked() + numbers.below(MOST_REQUESTS);
        while asked() < enough {
            assert_eq!(walker.try_wait().unwrap(), None, "the walker ended by itself");
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        // Any moment of what a request leads to: on its way, read, waiting to land, in the middle of its transaction.
        tokio::time::sleep(Duration::from_micros(numbers.below(20_000))).await;
        // SIGKILL, where there are signals.
        walker.kill().unwrap();
        walker.wait().unwrap();

        let book = Book::open(&path, &SECRET.into()).unwrap();
        book.keeper().check_integrity().await.unwrap();
        let run = book.reader().last_run(&connection_id()).await.unwrap();
        landed.push(run.map_or(0, |run| run.seen));
        let known = everybody(&book).await;
        let rows = emulator.control().customers();
        for _ in 0..5 {
            let row = &rows[usize::try_from(numbers.below(rows.len() as u64)).unwrap()];
            let (id, from) = (row["id"].as_str().unwrap(), row["kycStatus"].as_str().unwrap());
            let to = if from == "VERIFIED" { "REJECTED" } else { "VERIFIED" };
            if changed.contains_key(id) {
                continue;
            }
            let fields = json!({"kycStatus": to}).as_object().unwrap().clone();
            emulator.control().change_customer(id, fields).unwrap();
            let knew = known.get(id).is_some_and(|known| known.customer.kyc.facet_value() == facet_value(from));
            changed.insert(id.to_owned(), (facet_value(from), facet_value(to), knew));
        }
        book.close().await;
    }
    assert!(landed.iter().any(|seen| *seen > 0), "no walk got anywhere before it was killed: {landed:?}");

    emulator.control().clear_faults();
    let book = Book::open(&path, &SECRET.into()).unwrap();
    let provider = client(&emulator.base_url, &emulator.api_key, &emulator.api_secret);
    // The one that was interrupted, and one of which every page is of now.
    for _ in 0..2 {
        assert!(walk_once(&book, provider.as_ref()).await.unwrap().complete);
    }
    book.keeper().check_integrity().await.unwrap();
    is_equal(&book, &emulator).await;
    history_is_true(&book, &emulator).await;
    let mut in_history = 0;
    for (id, known) in everybody(&book).await {
        let history = book.reader().history(known.key).await.unwrap();
        in_history += history.len();
        match changed.get(&id) {
            Some((from, to, true)) => {
                assert_eq!(history.len(), 1, "customer {id} changed once, before the book's eyes");
                assert_eq!(history[0].field, ChangedField::Kyc);
                assert_eq!((&history[0].before, &history[0].after), (&Some(from.clone()), &Some(to.clone())));
            }
            _ => assert_eq!(history, [], "customer {id} never changed before the book's eyes"),
        }
    }
    let walking = landed.windows(2).filter(|pair| pair[0] != pair[1]).count();
    let seen = changed.values().filter(|(_, _, knew)| *knew).count();
    told(&format!(
        "{kills} kills, {walking} of them with pages landed since the one before; {customers} customers, none lost, none doubled; \
         {} changes at the emulator, {seen} of customers whom the book knew, {in_history} in its history",
        changed.len(),
    ));
    book.close().await;
    emulator.stop().await;
}

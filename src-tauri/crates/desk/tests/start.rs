//! A start: first rows straight from the book while the index is held back, and how the index takes over from them.
#![expect(clippy::unwrap_used, reason = "a test says what it expects by failing")]

mod support;

use credentials::Secrets;
use desk::{Desk, ProfileFolder, Row, Words};
use futures_util::FutureExt;
use kyc::{CustomerKey, Trouble};
use providers::SystemClock;
use sandbox::{Provider, Sandbox};
use search::{Column, Query};
use std::sync::Arc;
use support::{draft, sandbox};
use tokio::sync::oneshot;

/// More than are remembered, so that the beginning is not all.
const CUSTOMERS: usize = 640;
/// How many rows are remembered.
const REMEMBERED: u32 = 200;

struct Profile {
    folder: tempfile::TempDir,
    secrets: Secrets,
}

impl Profile {
    /// Opens it, and holds the index back until the sender says so.
    async fn open(&self) -> (Desk, oneshot::Sender<()>) {
        let (release, released) = oneshot::channel();
        let folder = ProfileFolder::new(self.folder.path());
        let clock = Arc::new(SystemClock::new());
        let begin = released.map(drop);
        let desk = Desk::open_and_fill_after(&folder, self.secrets.clone(), clock, begin).await.unwrap();
        (desk, release)
    }
}

/// Connects an emulator and waits until its list is walked.
async fn connect(desk: &Desk, provider: Provider, sandbox: &Sandbox) {
    let id = desk.save(draft(provider, sandbox), None).await.unwrap();
    let mut news = desk.news();
    loop {
        let connections = desk.connections();
        let status = connections.iter().find(|status| status.connection.id == id);
        if status.is_some_and(|status| status.activity.last_complete.is_some()) {
            return;
        }
        news.connections.changed().await.unwrap();
    }
}

/// A profile that was in use and closed, and the keys of its first rows.
async fn used() -> (Profile, Vec<CustomerKey>) {
    let profile = Profile { folder: tempfile::tempdir().unwrap(), secrets: Secrets::in_memory() };
    let (desk, release) = profile.open().await;
    release.send(()).unwrap();
    let love = sandbox(Provider::LoveAndPay, CUSTOMERS, 7).await;
    connect(&desk, Provider::LoveAndPay, &love).await;
    let first = keys(&desk.search(Query::default(), REMEMBERED).await.unwrap().rows);
    desk.close().await;
    love.stop().await;
    (profile, first)
}

fn keys(rows: &[Row]) -> Vec<CustomerKey> {
    rows.iter().map(|row| row.customer.key).collect()
}

#[tokio::test]
async fn first_rows_need_no_index_and_everything_else_waits_for_it() {
    let (profile, first) = used().await;
    let (desk, release) = profile.open().await;
    let beginning = desk.search(Query::default(), 100).await.unwrap();
    assert_eq!((beginning.total, beginning.all), (CUSTOMERS as u32, CUSTOMERS as u32));
    assert_eq!(keys(&beginning.rows), first[..100]);
    assert_eq!(keys(&desk.rows(beginning.result, 100, 100).await.unwrap()), first[100..]);
    let copied = desk.rows_as_text(beginning.result, &[5..=6], &[Column::Id], &Words::default()).await.unwrap();
    assert_eq!(copied.lines().count(), 2, "what is on screen can be copied");

    let typed = Query { text: "a".to_owned(), ..Query::default() };
    assert!(desk.search(typed, 10).now_or_never().is_none(), "a search waits");
    let counted = tokio::spawn({
        let desk = desk.clone();
        async move { desk.view_counts().await }
    });
    let beyond = tokio::spawn({
        let (desk, result) = (desk.clone(), beginning.result);
        async move { desk.rows(result, REMEMBERED, 100).await }
    });
    assert!(!counted.is_finished() && !beyond.is_finished());
    release.send(()).unwrap();
    assert_eq!(counted.await.unwrap().unwrap()[0].1, CUSTOMERS as u32);
    let gone = beyond.await.unwrap().unwrap_err();
    assert_eq!(gone.trouble, Trouble::ResultGone, "the question is to be asked anew");

    let whole = desk.search(Query::default(), REMEMBERED).await.unwrap();
    assert_eq!(keys(&whole.rows), first, "nothing jumps");
    assert_eq!((whole.total, &whole.facets), (beginning.total, &beginning.facets));
    let everybody = 0..=beginning.total - 1;
    let again = desk.select_again(beginning.result, whole.result, vec![everybody.clone()]).await.unwrap();
    assert_eq!(again, [everybody], "everybody stays selected");
    desk.close().await;
}

#[tokio::test]
async fn who_came_while_the_index_was_held_back_is_taken_in_and_moves_nobody_out_of_a_selection() {
    let (profile, first) = used().await;
    let (desk, release) = profile.open().await;
    let beginning = desk.search(Query::default(), REMEMBERED).await.unwrap();
    let pocket = sandbox(Provider::Cryptopocket, CUSTOMERS, 7).await;
    connect(&desk, Provider::Cryptopocket, &pocket).await;
    let still = desk.search(Query::default(), REMEMBERED).await.unwrap();
    assert_eq!(keys(&still.rows), first, "the beginning stands while the index is not full");

    let mut news = desk.news();
    release.send(()).unwrap();
    desk.view_counts().await.unwrap();
    news.customers.changed().await.unwrap();
    let whole = loop {
        let whole = desk.search(Query::default(), 1).await.unwrap();
        if whole.all == 2 * CUSTOMERS as u32 {
            break whole;
        }
        news.customers.changed().await.unwrap();
    };
    let chosen = [3..=5, 170..=170];
    let moved = desk.select_again(beginning.result, whole.result, chosen.to_vec()).await.unwrap();
    let before: Vec<CustomerKey> = chosen.into_iter().flatten().map(|place| first[place as usize]).collect();
    let mut after = Vec::new();
    for range in &moved {
        after.extend(keys(&desk.rows(whole.result, *range.start(), range.end() - range.start() + 1).await.unwrap()));
    }
    assert_eq!(after, before, "the same customers are selected, at their new places: {moved:?}");
    assert_ne!(moved, [3..=5, 170..=170], "the newcomers stand between them");
    desk.close().await;
    pocket.stop().await;
}

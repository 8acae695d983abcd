//! The main job without a window: two providers over HTTP, an encrypted book, the index, and everything again offline.
#![expect(clippy::unwrap_used, reason = "a test says what it expects by failing")]

mod support;

use credentials::Secrets;
use desk::{ConnectionDraft, Desk, LeftCustomers, ProfileFolder};
use kyc::{KycStatus, Problem, Trouble};
use providers::SystemClock;
use sandbox::Provider;
use search::{Column, Query, Sort, View};
use secrecy::ExposeSecret;
use std::sync::Arc;
use support::{draft, is_synced, sandbox, until};
use sync::State;

const CUSTOMERS: usize = 320;

struct Stage {
    folder: tempfile::TempDir,
    secrets: Secrets,
}

impl Stage {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap(), secrets: Secrets::in_memory() }
    }

    async fn desk(&self) -> Result<Desk, Problem> {
        let folder = ProfileFolder::new(self.folder.path());
        Desk::open(&folder, self.secrets.clone(), Arc::new(SystemClock::new())).await
    }
}

#[tokio::test]
async fn two_providers_become_one_grid_that_outlives_the_network() {
    let stage = Stage::new();
    let desk = stage.desk().await.unwrap();
    let (love, pocket) =
        (sandbox(Provider::LoveAndPay, CUSTOMERS, 7).await, sandbox(Provider::Cryptopocket, CUSTOMERS, 7).await);
    for (provider, sandbox) in [(Provider::LoveAndPay, &love), (Provider::Cryptopocket, &pocket)] {
        let verified = desk.test(draft(provider, sandbox), None).await.unwrap();
        assert_eq!(verified.customers, Some(CUSTOMERS as u64));
        desk.save(draft(provider, sandbox), None).await.unwrap();
    }
    for status in until(&desk, is_synced).await {
        assert_eq!(status.activity.seen as usize, CUSTOMERS);
        assert_eq!(status.activity.announced, Some(CUSTOMERS as u32));
    }

    let everybody = desk.search(Query::default(), 50).await.unwrap();
    assert_eq!((everybody.total as usize, everybody.all as usize), (2 * CUSTOMERS, 2 * CUSTOMERS));
    assert_eq!(everybody.rows.len(), 50);
    let last = desk.rows(everybody.result, everybody.total - 1, 10).await.unwrap();
    assert_eq!(last.len(), 1, "the window ends with the answer");
    let counted: u32 = everybody.facets.kyc.iter().map(|(_, count)| count).sum();
    assert_eq!(counted, everybody.total);

    let garcia = desk.search(Query { text: "garcia".into(), ..Query::default() }, 200).await.unwrap();
    assert!(garcia.total > 0 && garcia.total < everybody.total);
    for row in &garcia.rows {
        let marked = [&row.highlights.name, &row.highlights.email, &row.highlights.phone, &row.highlights.id];
        assert!(marked.iter().any(|ranges| !ranges.is_empty()), "{:?} shows why it matched", row.customer.customer);
    }

    let newest = Sort { column: Column::Created, descending: true };
    let verified = Query { kyc: vec![KycStatus::Verified], sort: newest, ..Query::default() };
    let verified = desk.search(verified, 500).await.unwrap();
    assert!(verified.rows.iter().all(|row| row.customer.customer.kyc == KycStatus::Verified));
    let created: Vec<_> = verified.rows.iter().filter_map(|row| row.customer.customer.created).collect();
    assert!(created.is_sorted_by(|earlier, later| earlier >= later), "newest first");

    let disagree = desk.search(Query { view: View::Disagree, ..Query::default() }, 200).await.unwrap();
    assert!(disagree.total > 0, "the emulators share people whose statuses differ");
    let detail = desk.customer(disagree.rows[0].customer.key).await.unwrap();
    assert!(detail.row.disagrees);
    assert!(detail.others.iter().any(|other| other.customer.customer.kyc != detail.row.customer.customer.kyc));
    assert!(detail.raw.starts_with("{\n"), "indented for reading: {}", detail.raw);

    desk.close().await;
    love.stop().await;
    pocket.stop().await;
    let desk = stage.desk().await.unwrap();
    let again = desk.search(Query::default(), 10).await.unwrap();
    assert_eq!(again.total, everybody.total, "the whole grid is there without a network");
    let keys = |rows: &[desk::Row]| rows.iter().map(|row| row.customer.key).collect::<Vec<_>>();
    assert_eq!(keys(&again.rows), keys(&everybody.rows[..10]), "it begins as it began");
    assert_eq!(again.facets, everybody.facets);
    until(&desk, |status| matches!(status.activity.state, State::Offline { .. })).await;
    let still = desk.search(Query::default(), 10).await.unwrap();
    assert_eq!(still.total, everybody.total, "being offline loses nobody");
    desk.close().await;
}

#[tokio::test]
async fn what_is_wrong_with_a_connection_is_named() {
    let stage = Stage::new();
    let desk = stage.desk().await.unwrap();
    let love = sandbox(Provider::LoveAndPay, CUSTOMERS, 7).await;
    let trouble = |draft| async { desk.test(draft, None).await.unwrap_err().trouble };

    let mut wrong_secret = draft(Provider::LoveAndPay, &love);
    wrong_secret.api_secret = "sk_test_of_somebody_else".into();
    assert_eq!(trouble(wrong_secret).await, Trouble::CredentialsRejected);
    let mut nobody_there = draft(Provider::LoveAndPay, &love);
    nobody_there.base_url = "http://127.0.0.1:9/api/v2".into();
    assert_eq!(trouble(nobody_there).await, Trouble::Offline);
    assert!(desk.connections().is_empty(), "testing stores nothing");
    desk.close().await;
}

#[tokio::test]
async fn a_wrong_secret_can_be_saved_and_mended() {
    let stage = Stage::new();
    let desk = stage.desk().await.unwrap();
    let love = sandbox(Provider::LoveAndPay, CUSTOMERS, 7).await;
    let mut wrong = draft(Provider::LoveAndPay, &love);
    wrong.api_secret = "sk_test_of_somebody_else".into();
    let id = desk.save(wrong, None).await.unwrap();
    let failed = until(&desk, |status| matches!(status.activity.state, State::Failed { .. })).await;
    assert!(matches!(
        &failed[0].activity.state,
        State::Failed { problem } if problem.trouble == Trouble::CredentialsRejected
    ));
    assert_eq!(desk.save(draft(Provider::LoveAndPay, &love), Some(&id)).await.unwrap(), id);
    let synced = until(&desk, is_synced).await;
    assert_eq!(synced.len(), 1, "mended, not added");
    assert_eq!(desk.search(Query::default(), 1).await.unwrap().total as usize, CUSTOMERS);
    desk.close().await;
}

#[tokio::test]
async fn a_stored_secret_does_not_go_to_another_host() {
    let stage = Stage::new();
    let desk = stage.desk().await.unwrap();
    let (love, other) =
        (sandbox(Provider::LoveAndPay, CUSTOMERS, 7).await, sandbox(Provider::LoveAndPay, CUSTOMERS, 7).await);
    let id = desk.save(draft(Provider::LoveAndPay, &love), None).await.unwrap();
    until(&desk, is_synced).await;
    let moved = |url: &str| ConnectionDraft {
        api_key: "".into(),
        api_secret: "".into(),
        base_url: url.to_owned(),
        ..draft(Provider::LoveAndPay, &love)
    };
    for act in [
        desk.test(moved(&other.base_url), Some(&id)).await.err(),
        desk.save(moved(&other.base_url), Some(&id)).await.err(),
    ] {
        assert_eq!(act.map(|problem| problem.trouble), Some(Trouble::CredentialNeeded));
    }
    let mut renamed = moved(&love.base_url);
    renamed.label = "Main shop".into();
    desk.save(renamed, Some(&id)).await.unwrap();
    assert_eq!(desk.connections()[0].connection.label, "Main shop", "the label needs no secret");
    desk.close().await;
}

#[tokio::test]
async fn a_change_that_cannot_be_saved_leaves_the_old_secret() {
    let stage = Stage::new();
    let desk = stage.desk().await.unwrap();
    let love = sandbox(Provider::LoveAndPay, CUSTOMERS, 7).await;
    let id = desk.save(draft(Provider::LoveAndPay, &love), None).await.unwrap();
    until(&desk, is_synced).await;
    // A closed book takes no change.
    desk.close().await;
    let mut changed = draft(Provider::LoveAndPay, &love);
    changed.api_secret = "sk_test_a_newer_one".into();
    desk.save(changed, Some(&id)).await.unwrap_err();
    let kept = stage.secrets.credential(&id).await.unwrap();
    assert_eq!(kept.api_secret.expose_secret(), love.api_secret);
}

#[tokio::test]
async fn removing_a_connection_takes_its_customers_and_its_secret() {
    let stage = Stage::new();
    let desk = stage.desk().await.unwrap();
    let (love, pocket) =
        (sandbox(Provider::LoveAndPay, CUSTOMERS, 7).await, sandbox(Provider::Cryptopocket, CUSTOMERS, 7).await);
    let gone = desk.save(draft(Provider::LoveAndPay, &love), None).await.unwrap();
    desk.save(draft(Provider::Cryptopocket, &pocket), None).await.unwrap();
    until(&desk, is_synced).await;
    desk.remove(&gone, LeftCustomers::Erase).await.unwrap();
    assert_eq!(desk.search(Query::default(), 1).await.unwrap().all as usize, CUSTOMERS);
    assert_eq!(stage.secrets.credential(&gone).await.unwrap_err().trouble, Trouble::CredentialMissing);
    assert_eq!(desk.remove(&gone, LeftCustomers::Erase).await.unwrap_err().trouble, Trouble::NotFound);
    desk.close().await;
    let desk = stage.desk().await.unwrap();
    assert_eq!(desk.connections().len(), 1, "it stays away after a restart");
    desk.close().await;
}

#[tokio::test]
async fn a_book_without_its_key_is_left_alone() {
    let stage = Stage::new();
    stage.desk().await.unwrap().close().await;
    let book = ProfileFolder::new(stage.folder.path()).book();
    let before = std::fs::read(&book).unwrap();
    let stranger = Stage { secrets: Secrets::in_memory(), ..stage };
    assert_eq!(stranger.desk().await.err().map(|problem| problem.trouble), Some(Trouble::BookKeyMissing));
    assert!(stranger.secrets.book_key().await.unwrap().is_none(), "no key was made in its place");
    assert_eq!(std::fs::read(&book).unwrap(), before, "not a byte of the book changed");
}

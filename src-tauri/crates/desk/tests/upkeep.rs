//! The book as a whole, through the desk: backups and restoring, and a connection that moved to another address.
#![expect(clippy::unwrap_used, reason = "a test says what it expects by failing")]

mod support;

use credentials::Secrets;
use desk::{ConnectionStatus, Desk, ProfileFolder};
use kyc::{Problem, Trouble};
use providers::SystemClock;
use sandbox::{Options, Provider, Sandbox};
use search::Query;
use secrecy::SecretString;
use std::path::PathBuf;
use std::sync::Arc;
use support::{draft, is_synced, sandbox, until};
use sync::State;

const CUSTOMERS: usize = 40;

struct Stage {
    folder: tempfile::TempDir,
    secrets: Secrets,
}

impl Stage {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap(), secrets: Secrets::in_memory() }
    }

    fn profile(&self) -> ProfileFolder {
        ProfileFolder::new(self.folder.path().join("profile"))
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    async fn desk(&self) -> Desk {
        Desk::open(&self.profile(), self.secrets.clone(), Arc::new(SystemClock::new())).await.unwrap()
    }
}

async fn listed(desk: &Desk) -> u32 {
    desk.search(Query::default(), 1).await.unwrap().total
}

/// Waits for the news after which so many customers are found: a book that was just opened fills the index by and by.
async fn until_listed(desk: &Desk, customers: usize) {
    let mut news = desk.news();
    while listed(desk).await as usize != customers {
        news.customers.changed().await.unwrap();
    }
}

fn passphrase() -> SecretString {
    "kettle orbit walnut".into()
}

fn trouble<T>(answer: Result<T, Problem>) -> Trouble {
    answer.err().unwrap().trouble
}

#[tokio::test]
async fn a_restored_backup_is_what_was_there_then() {
    let stage = Stage::new();
    let desk = stage.desk().await;
    let provider = sandbox(Provider::LoveAndPay, CUSTOMERS, 7).await;
    let id = desk.save(draft(Provider::LoveAndPay, &provider), None).await.unwrap();
    until(&desk, is_synced).await;
    let backup = stage.file("day.vouch-book");
    let contents = desk.back_up(&backup, passphrase(), false).await.unwrap();
    assert_eq!((contents.connections, contents.customers as usize), (1, CUSTOMERS));

    desk.remove(&id, desk::LeftCustomers::Erase).await.unwrap();
    assert_eq!(listed(&desk).await, 0);
    desk.close().await;
    let wrong = Desk::restore(&stage.profile(), &stage.secrets, &backup, "another passphrase".into()).await;
    assert_eq!(trouble(wrong), Trouble::PassphraseWrong { until: None });
    let desk = stage.desk().await;
    assert_eq!(listed(&desk).await, 0, "the book is as it was");
    desk.close().await;

    let restored = Desk::restore(&stage.profile(), &stage.secrets, &backup, passphrase()).await.unwrap();
    assert_eq!(restored, contents);
    let desk = stage.desk().await;
    until_listed(&desk, CUSTOMERS).await;
    assert_eq!(desk.connections().len(), 1);
    desk.close().await;
}

#[tokio::test]
async fn a_backup_replaces_a_file_only_when_told_to_and_only_when_it_is_whole() {
    let stage = Stage::new();
    let desk = stage.desk().await;
    let path = stage.file("day.vouch-book");
    std::fs::write(&path, b"of another day").unwrap();
    assert_eq!(trouble(desk.back_up(&path, passphrase(), false).await), Trouble::FileExists);
    let short = desk.back_up(&path, "short".into(), true).await;
    assert_eq!(trouble(short), Trouble::BadInput { field: "passphrase" });
    assert_eq!(std::fs::read(&path).unwrap(), b"of another day");
    desk.back_up(&path, passphrase(), true).await.unwrap();
    Desk::verify_backup(&path, passphrase()).await.unwrap();
    let names: Vec<_> =
        std::fs::read_dir(stage.folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(names.len(), 2, "the profile and the backup, nothing else: {names:?}");
    desk.close().await;
}

#[tokio::test]
async fn no_backup_goes_into_the_profiles_own_folder() {
    let stage = Stage::new();
    let desk = stage.desk().await;
    for path in [stage.profile().book(), stage.profile().path().join("day"), PathBuf::from("day")] {
        for replace in [false, true] {
            let refused = desk.back_up(&path, passphrase(), replace).await;
            assert_eq!(trouble(refused), Trouble::BadInput { field: "path" }, "{}", path.display());
        }
    }
    desk.check_book().await.unwrap();
    desk.close().await;
}

#[tokio::test]
async fn the_officers_word_settles_who_the_merchant_is() {
    let stage = Stage::new();
    let desk = stage.desk().await;
    let (before, after) =
        (sandbox(Provider::LoveAndPay, CUSTOMERS, 7).await, sandbox(Provider::LoveAndPay, CUSTOMERS, 8).await);
    let id = desk.save(draft(Provider::LoveAndPay, &before), None).await.unwrap();
    until(&desk, is_synced).await;
    assert_eq!(trouble(desk.same_merchant(&id).await), Trouble::Conflict, "nothing was replaced");

    desk.save(draft(Provider::LoveAndPay, &after), Some(&id)).await.unwrap();
    let is_stopped = |status: &ConnectionStatus| matches!(&status.activity.state, State::Failed { problem } if problem.trouble == Trouble::OtherMerchant);
    until(&desk, is_stopped).await;
    assert_eq!(listed(&desk).await as usize, CUSTOMERS, "nothing was mixed in");
    desk.same_merchant(&id).await.unwrap();
    until(&desk, |status| status.activity.state == State::Idle && status.activity.seen as usize == CUSTOMERS).await;
    let found = desk.found_since(Some(id.clone()), jiff::Timestamp::UNIX_EPOCH).await.unwrap();
    assert!(found.new as usize > CUSTOMERS, "those of the new address are known now: {found:?}");
    let runs = desk.sync_runs(Some(id.clone()), None, 10).await.unwrap();
    assert_eq!(runs[0].run.outcome, Some(directory::RunOutcome::Complete), "{:?}", runs[0].run);
    assert_eq!(runs[1].run.reason, Some(directory::IncompleteReason::ConnectionChanged), "{:?}", runs[1].run);
    assert_eq!(trouble(desk.same_merchant(&id).await), Trouble::Conflict, "it is settled");
    desk.close().await;
}

#[tokio::test]
async fn a_key_that_ends_like_the_one_before_may_be_another_merchants() {
    let now = "2026-10-01T00:00:00Z".parse().unwrap();
    let merchant = |seed, port| Options {
        customers: CUSTOMERS,
        seed,
        port,
        key_tail: Some("c0de".to_owned()),
        ..Options::new(Provider::LoveAndPay, now)
    };
    let stage = Stage::new();
    let desk = stage.desk().await;
    let before = Sandbox::start(merchant(7, 0)).await.unwrap();
    let id = desk.save(draft(Provider::LoveAndPay, &before), None).await.unwrap();
    until(&desk, is_synced).await;
    // The same key with another secret is nobody else's.
    let (key, secret) = (SecretString::from(before.api_key.as_str()), SecretString::from(before.api_secret.as_str()));
    desk.rotate(&id, &key, &secret, false).await.unwrap();
    assert_eq!(trouble(desk.same_merchant(&id).await), Trouble::Conflict, "nothing was replaced");

    let address: url::Url = before.base_url.parse().unwrap();
    before.stop().await;
    let after = Sandbox::start(merchant(8, address.port().unwrap())).await.unwrap();
    let (key, secret) = (SecretString::from(after.api_key.as_str()), SecretString::from(after.api_secret.as_str()));
    desk.rotate(&id, &key, &secret, false).await.unwrap();
    let is_stopped = |status: &ConnectionStatus| matches!(&status.activity.state, State::Failed { problem } if problem.trouble == Trouble::OtherMerchant);
    until(&desk, is_stopped).await;
    assert_eq!(listed(&desk).await as usize, CUSTOMERS, "nothing was mixed in");
    desk.close().await;
}

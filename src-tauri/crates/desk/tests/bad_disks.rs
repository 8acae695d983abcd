//! Profiles on disks that are full or may only be read, and books that are damaged, cut short, without their key or with a
//! log left by a crash: each ends in a trouble of its own, nothing is lost, and once the cause is mended all goes on.
//!
//! Full and read-only disks are real ones: small file systems in memory, in a process with mounts of its own. Permissions
//! would prove nothing to the administrator, who runs containers and some continuous integration.
#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "a test says what it expects by failing")]

mod support;

use credentials::Secrets;
use desk::{ConnectionStatus, Desk, ProfileFolder};
use kyc::{Problem, Trouble};
use providers::SystemClock;
use sandbox::Provider;
use search::Query;
use stage::{is_apart, run_apart};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use support::{draft, is_synced, sandbox, until};
use sync::State;

const CUSTOMERS: usize = 5_000;
/// Bytes of a page of the book.
const PAGE: usize = 4_096;

fn mount(options: &[&str], place: &Path) {
    fs::create_dir_all(place).unwrap();
    let output = Command::new("mount").args(options).arg(place).output().unwrap();
    assert!(output.status.success(), "mount {options:?}: {}", String::from_utf8_lossy(&output.stderr));
}

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

    fn book(&self) -> PathBuf {
        self.profile().book()
    }

    async fn open(&self) -> Result<Desk, Problem> {
        Desk::open(&self.profile(), self.secrets.clone(), Arc::new(SystemClock::new())).await
    }

    /// A closed profile that has walked a list of so many customers.
    async fn after_a_walk(customers: usize) -> Self {
        let (stage, provider) = (Self::new(), sandbox(Provider::LoveAndPay, customers, 7).await);
        let desk = stage.open().await.unwrap();
        desk.save(draft(Provider::LoveAndPay, &provider), None).await.unwrap();
        until(&desk, is_synced).await;
        desk.close().await;
        stage
    }
}

/// Whether the walk was stopped by the full disk; any other trouble fails the test.
fn is_out_of_room(status: &ConnectionStatus) -> bool {
    match &status.activity.state {
        State::Failed { problem } => {
            assert_eq!(problem.trouble, Trouble::DiskFull);
            true
        }
        _ => false,
    }
}

async fn listed(desk: &Desk) -> usize {
    desk.search(Query::default(), 1).await.unwrap().total as usize
}

/// Waits until so many customers are found, or more: a book that was just opened fills the index by and by.
async fn until_listed(desk: &Desk, customers: usize) {
    let mut news = desk.news();
    while listed(desk).await < customers {
        news.customers.changed().await.unwrap();
    }
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap()
}

#[test]
fn a_disk_that_is_full_in_mid_page_loses_nothing_and_is_gone_on_with() {
    if !is_apart() {
        return run_apart("a_disk_that_is_full_in_mid_page_loses_nothing_and_is_gone_on_with", &["--mount"], "")
            .unwrap();
    }
    runtime().block_on(async {
        let stage = Stage::new();
        // Less than the walk needs, and more than a page of it.
        mount(&["-t", "tmpfs", "-o", "size=3m", "tmpfs"], stage.profile().path());
        let provider = sandbox(Provider::LoveAndPay, CUSTOMERS, 7).await;
        let desk = stage.open().await.unwrap();
        desk.save(draft(Provider::LoveAndPay, &provider), None).await.unwrap();
        until(&desk, is_out_of_room).await;
        let landed = listed(&desk).await;
        assert!((100..CUSTOMERS).contains(&landed), "some pages have landed, and not all: {landed}");
        assert_eq!(landed % 100, 0, "each of them whole");
        desk.check_book().await.unwrap();
        desk.close().await;

        // The same after another start on the full disk; closing may have made room for some pages more.
        let desk = stage.open().await.unwrap();
        until(&desk, is_out_of_room).await;
        until_listed(&desk, landed).await;

        mount(&["-o", "remount,size=64m"], stage.profile().path());
        let id = desk.connections()[0].connection.id.clone();
        desk.sync_now(&id).unwrap();
        until(&desk, is_synced).await;
        until_listed(&desk, CUSTOMERS).await;
        assert_eq!(listed(&desk).await, CUSTOMERS, "and nobody twice");
        desk.check_book().await.unwrap();
        let runs = desk.sync_runs(Some(id), None, 10).await.unwrap();
        let walks: Vec<_> = runs.iter().filter(|report| report.run.kind == directory::RunKind::Walk).collect();
        assert_eq!(walks.len(), 1, "the walk was gone on with and not begun anew");
        assert_eq!(walks[0].run.seen as usize, CUSTOMERS);
        desk.close().await;
    });
}

#[test]
fn a_profile_that_may_only_be_read_is_left_as_it_is() {
    if !is_apart() {
        return run_apart("a_profile_that_may_only_be_read_is_left_as_it_is", &["--mount"], "").unwrap();
    }
    runtime().block_on(async {
        let stage = Stage::new();
        let profile = stage.profile();
        mount(&["-t", "tmpfs", "-o", "size=32m", "tmpfs"], profile.path());
        stage.open().await.unwrap().close().await;
        let before = fs::read(stage.book()).unwrap();
        mount(&["-o", "remount,ro"], profile.path());
        assert_eq!(stage.open().await.err().unwrap().trouble, Trouble::DiskReadOnly);
        assert_eq!(Desk::set_aside(&profile).await.unwrap_err().trouble, Trouble::DiskReadOnly);
        assert_eq!(fs::read(stage.book()).unwrap(), before);
        mount(&["-o", "remount,rw"], profile.path());
        stage.open().await.unwrap().close().await;
    });
}

#[tokio::test]
async fn a_book_cut_short_is_damaged_until_it_is_whole_again() {
    let stage = Stage::after_a_walk(300).await;
    let whole = fs::read(stage.book()).unwrap();
    // In the middle of a page, and between two: the one shows at once, the other when the missing ones are read.
    for bytes in [0, 100, whole.len() / 2 / PAGE * PAGE + 100, whole.len() / 2 / PAGE * PAGE] {
        fs::write(stage.book(), &whole[..bytes]).unwrap();
        let trouble = match stage.open().await {
            Err(problem) => problem.trouble,
            Ok(desk) => {
                let problem = desk.until_unreadable().await;
                desk.close().await;
                problem.trouble
            }
        };
        assert_eq!(trouble, Trouble::BookDamaged, "{bytes} of {} bytes", whole.len());
    }
    fs::write(stage.book(), &whole).unwrap();
    let desk = stage.open().await.unwrap();
    until_listed(&desk, 300).await;
    desk.close().await;
}

#[tokio::test]
async fn a_page_that_was_overwritten_anywhere_is_found_out() {
    let stage = Stage::after_a_walk(300).await;
    let whole = fs::read(stage.book()).unwrap();
    let pages = whole.len() / PAGE;
    for page in 0..pages {
        let mut spoilt = whole.clone();
        spoilt[page * PAGE + 40..][..64].fill(0x5a);
        fs::write(stage.book(), &spoilt).unwrap();
        let trouble = match stage.open().await {
            Err(problem) => problem.trouble,
            // A page that no start reads is found out by whoever checks the whole book.
            Ok(desk) => {
                let trouble = desk.check_book().await.unwrap_err().trouble;
                desk.close().await;
                trouble
            }
        };
        let expected = if page == 0 { Trouble::BookKeyWrong } else { Trouble::BookDamaged };
        assert_eq!(trouble, expected, "page {page} of {pages}");
    }
}

#[tokio::test]
async fn a_book_whose_key_is_gone_waits_for_it_and_gets_no_other() {
    let stage = Stage::after_a_walk(120).await;
    let before = fs::read(stage.book()).unwrap();
    let without = Stage { folder: stage.folder, secrets: Secrets::in_memory() };
    assert_eq!(without.open().await.err().unwrap().trouble, Trouble::BookKeyMissing);
    assert!(without.secrets.book_key().await.unwrap().is_none(), "no key was made");
    assert_eq!(fs::read(without.book()).unwrap(), before);

    // The person begins anew: another key for another book, and the first one is there for when its key turns up.
    let kept = Desk::set_aside(&without.profile()).await.unwrap();
    let desk = without.open().await.unwrap();
    assert_eq!((desk.connections().len(), listed(&desk).await), (0, 0));
    desk.close().await;
    assert_eq!(fs::read(&kept).unwrap(), before);
    fs::rename(kept, without.book()).unwrap();
    let again = Stage { folder: without.folder, secrets: stage.secrets };
    let desk = again.open().await.unwrap();
    until_listed(&desk, 120).await;
    desk.close().await;
}

#[tokio::test]
async fn a_log_left_by_a_crash_is_taken_in() {
    let (stage, provider) = (Stage::new(), sandbox(Provider::LoveAndPay, 300, 7).await);
    let desk = stage.open().await.unwrap();
    desk.save(draft(Provider::LoveAndPay, &provider), None).await.unwrap();
    until(&desk, is_synced).await;
    // What a process leaves that ends here: files of the same instant, nothing closed.
    let crashed = Stage { folder: tempfile::tempdir().unwrap(), secrets: stage.secrets.clone() };
    fs::create_dir_all(crashed.profile().path()).unwrap();
    for name in ["book.db", "book.db-wal"] {
        fs::copy(stage.profile().path().join(name), crashed.profile().path().join(name)).unwrap();
    }
    desk.close().await;
    assert!(fs::metadata(crashed.profile().path().join("book.db-wal")).unwrap().len() > 0, "something is in the log");
    let desk = crashed.open().await.unwrap();
    until_listed(&desk, 300).await;
    desk.check_book().await.unwrap();
    desk.close().await;
}

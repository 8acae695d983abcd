//! Backups: what they hold, what they refuse, and that restoring loses nothing at any point.

use super::support::{Desk, connection, customer, id, key, minute, trouble};
use crate::backup::{kept_path, restored_path};
use crate::{Book, schema};
use kyc::{Blocked, CustomerKey, Trouble};
use secrecy::SecretString;
use std::fs;
use std::path::{Path, PathBuf};

fn passphrase() -> SecretString {
    "корректная лошадь".into()
}

/// A desk whose book has customers, changes, and a connection that was removed, and its backup.
async fn backed_up() -> (Desk, PathBuf) {
    let desk = Desk::new().await;
    let customers: Vec<_> = (0..300).map(|number| customer(&number.to_string())).collect();
    desk.walk(&customers, minute(1)).await;
    let mut blocked = customer("7");
    blocked.blocked = Blocked::Yes;
    let run = desk.begin(minute(2)).await;
    desk.land(run.id, &[blocked], minute(2)).await;
    desk.book.writer().add_connection(connection("two")).await.unwrap();
    let backup = desk.folder.path().join("backup.vouch");
    let contents = desk.book.keeper().back_up(backup.clone(), passphrase()).await.unwrap();
    assert_eq!((contents.connections, contents.customers, contents.changes), (2, 300, 1));
    assert_eq!(contents.bytes, fs::metadata(&backup).unwrap().len());
    (desk, backup)
}

async fn same_book(book: &Book) {
    let reader = book.reader();
    reader.check_integrity().await.unwrap();
    assert_eq!(reader.connections().await.unwrap(), [connection("one"), connection("two")]);
    let all = reader.customers((1..=300).map(CustomerKey).collect()).await.unwrap();
    assert_eq!(all.len(), 300);
    assert_eq!(all[12].customer, customer("12"));
    assert_eq!(reader.history(CustomerKey(8)).await.unwrap().len(), 1);
    assert_eq!(reader.runs(None, None, 9).await.unwrap().len(), 2);
}

#[tokio::test]
async fn a_backup_comes_back_on_another_computer() {
    let (desk, backup) = backed_up().await;
    let other = tempfile::tempdir().unwrap();
    let path = other.path().join("profile").join("book.db");
    let contents = Book::restore(&backup, &passphrase(), &path, &key('b')).unwrap();
    assert_eq!(contents, Book::verify_backup(&backup, &passphrase()).unwrap());
    let book = Book::open(&path, &key('b')).unwrap();
    same_book(&book).await;
    // Keys are not given out again, whatever was removed before the backup was made.
    let run = book.writer().begin_run(id("two"), minute(9)).await.unwrap();
    let mut page = super::support::page(run.id, &[customer("new")], minute(9));
    page.connection = id("two");
    assert_eq!(book.writer().land_page(page).await.unwrap().customers[0].key, CustomerKey(301));
    book.close().await;
    let names: Vec<_> = fs::read_dir(path.parent().unwrap()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(names, ["book.db"], "nothing is left beside it");
    desk.book.close().await;
}

#[tokio::test]
async fn what_was_there_stays_beside_what_was_restored() {
    let (desk, backup) = backed_up().await;
    let path = desk.path();
    let run = desk.begin(minute(5)).await;
    desk.land(run.id, &[customer("later")], minute(5)).await;
    desk.book.close().await;
    let before = fs::read(&path).unwrap();
    for number in 1..=2 {
        Book::restore(&backup, &passphrase(), &path, &key('a')).unwrap();
        assert!(kept_path(&path, number).exists());
    }
    assert_eq!(fs::read(kept_path(&path, 1)).unwrap(), before);
    let kept = Book::open(&kept_path(&path, 1), &key('a')).unwrap();
    assert_eq!(kept.reader().count(&id("one")).await.unwrap(), 301);
    let book = Book::open(&path, &key('a')).unwrap();
    same_book(&book).await;
}

#[tokio::test]
async fn a_backup_that_cannot_be_taken_changes_nothing() {
    let (desk, backup) = backed_up().await;
    let path = desk.path();
    desk.book.close().await;
    let good = fs::read(&backup).unwrap();
    let before = fs::read(&path).unwrap();
    let bad = desk.folder.path().join("bad");
    let flipped = |at: usize| {
        let mut bytes = good.clone();
        bytes[at] ^= 1;
        bytes
    };
    let damaged = Trouble::BackupDamaged;
    let cases = [
        (Vec::new(), damaged.clone()),
        (b"SQLite format 3\0".repeat(1_000), damaged.clone()),
        (good[..good.len() / 2 / 4_096 * 4_096].to_vec(), damaged.clone()),
        (good[..good.len() - 100].to_vec(), damaged.clone()),
        (flipped(good.len() / 2), damaged.clone()),
        (flipped(good.len() - 1), damaged.clone()),
        // The first page decides whether the passphrase fits.
        (flipped(100), Trouble::PassphraseWrong { until: None }),
    ];
    for (number, (bytes, expected)) in cases.into_iter().enumerate() {
        fs::write(&bad, bytes).unwrap();
        assert_eq!(trouble(Book::restore(&bad, &passphrase(), &path, &key('a'))), expected, "case {number}");
        assert_eq!(trouble(Book::verify_backup(&bad, &passphrase())), expected, "case {number}");
    }
    fs::remove_file(&bad).unwrap();
    assert_eq!(trouble(Book::restore(&bad, &passphrase(), &path, &key('a'))), Trouble::FileMissing);
    let wrong = SecretString::from("another passphrase");
    let refused = trouble(Book::restore(&backup, &wrong, &path, &key('a')));
    assert_eq!(refused, Trouble::PassphraseWrong { until: None });
    assert_eq!(trouble(Book::restore(&backup, &passphrase(), &path, &"short".into())), Trouble::BookKeyWrong);
    assert_eq!(fs::read(&path).unwrap(), before);
    let mut left: Vec<_> = fs::read_dir(desk.folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    left.sort();
    assert_eq!(left, ["backup.vouch", "book.db"], "no draft is left");
}

#[tokio::test]
async fn an_older_backup_is_brought_up_to_date_and_a_newer_one_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    for (name, versions) in [
        ("old", schema::versions()[..1].to_vec()),
        ("new", [schema::versions(), vec!["CREATE TABLE later (n INTEGER) STRICT;".to_owned()]].concat()),
    ] {
        let book = Book::create_with(&path(&format!("{name}.db")), &key('a'), &versions).unwrap();
        book.keeper().back_up(path(name), passphrase()).await.unwrap();
        book.close().await;
    }
    let target = path("book.db");
    Book::restore(&path("old"), &passphrase(), &target, &key('b')).unwrap();
    Book::open(&target, &key('b')).unwrap().close().await;
    assert!(!schema::copy_path(&target, 1).exists(), "it was brought up to date before it took its place");
    assert_eq!(trouble(Book::restore(&path("new"), &passphrase(), &target, &key('b'))), Trouble::BookNewer);
}

#[tokio::test]
async fn a_backup_is_private_and_replaces_no_file() {
    let (desk, backup) = backed_up().await;
    let bytes = fs::read(&backup).unwrap();
    for name in ["Мария", "maria.7@example.com", "SQLite format 3", "customers"] {
        assert!(!bytes.windows(name.len()).any(|window| window == name.as_bytes()), "{name} in clear");
    }
    #[cfg(unix)]
    {
        let mode = std::os::unix::fs::PermissionsExt::mode(&fs::metadata(&backup).unwrap().permissions());
        assert_eq!(mode & 0o077, 0);
    }
    let keeper = desk.book.keeper();
    assert_eq!(trouble(keeper.back_up(backup.clone(), passphrase()).await), Trouble::FileExists);
    let field = Trouble::BadInput { field: "passphrase" };
    assert_eq!(trouble(keeper.back_up(desk.folder.path().join("b"), "short".into()).await), field);
    let nowhere = desk.folder.path().join("none").join("b");
    assert_eq!(trouble(keeper.back_up(nowhere, passphrase()).await), Trouble::NotFound);
    assert_eq!(fs::read(&backup).unwrap(), bytes);
}

#[tokio::test]
async fn a_backup_is_one_state_of_a_book_that_is_written_meanwhile() {
    let desk = Desk::new().await;
    let run = desk.begin(minute(0)).await;
    let keeper = desk.book.keeper();
    let backups = async {
        for number in 0..4 {
            let to = desk.folder.path().join(number.to_string());
            keeper.back_up(to, passphrase()).await.unwrap();
        }
    };
    let writing = async {
        for number in 0..60 {
            let customers: Vec<_> = (0..10).map(|row| customer(&format!("{number}-{row}"))).collect();
            desk.land(run.id, &customers, minute(1)).await;
        }
    };
    tokio::join!(backups, writing);
    for number in 0..4 {
        let from = desk.folder.path().join(number.to_string());
        let contents = Book::verify_backup(&from, &passphrase()).unwrap();
        assert_eq!(contents.customers % 10, 0, "whole pages only");
    }
}

/// Copies what is in a folder, as it would be found after the process was killed.
fn copy_of(folder: &Path) -> tempfile::TempDir {
    let copy = tempfile::tempdir().unwrap();
    for entry in fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        fs::copy(entry.path(), copy.path().join(entry.file_name())).unwrap();
    }
    copy
}

#[tokio::test]
async fn a_restoration_that_was_interrupted_is_finished_by_whoever_opens_next() {
    let (desk, backup) = backed_up().await;
    let run = desk.begin(minute(5)).await;
    desk.land(run.id, &[customer("later")], minute(5)).await;
    // Not closed: the log stands beside the file.
    let folder = copy_of(desk.folder.path());
    let path = folder.path().join("book.db");
    assert!(folder.path().join("book.db-wal").exists());
    let restored = folder.path().join("elsewhere.db");
    Book::restore(&backup, &passphrase(), &restored, &key('a')).unwrap();

    // Killed before it had a name: the old book, whole.
    fs::copy(&restored, folder.path().join("book.db.restoring")).unwrap();
    let before = copy_of(folder.path());
    let book = Book::open(&before.path().join("book.db"), &key('a')).unwrap();
    assert_eq!(book.reader().count(&id("one")).await.unwrap(), 301);
    book.close().await;

    // Killed after that, between any two renames: the new book, and the old one whole beside it.
    fs::rename(folder.path().join("book.db.restoring"), restored_path(&path, 1)).unwrap();
    for renamed in 0..3 {
        let killed = copy_of(folder.path());
        let path = killed.path().join("book.db");
        let kept = kept_path(&path, 1);
        for (from, to) in
            [("book.db", kept.clone()), ("book.db-wal", kept.with_extension("db-wal"))].iter().take(renamed)
        {
            fs::rename(killed.path().join(from), to).unwrap();
        }
        let again = Book::create(&path, &key('a'));
        assert_eq!(trouble(again), Trouble::Conflict, "a book is there, even where its name is not yet");
        let book = Book::open(&path, &key('a')).unwrap();
        same_book(&book).await;
        book.close().await;
        let old = Book::open(&kept, &key('a')).unwrap();
        assert_eq!(old.reader().count(&id("one")).await.unwrap(), 301, "{renamed} renamed");
        old.close().await;
    }
}

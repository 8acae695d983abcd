//! What is left when the process ends in the middle: the files are copied while the book is open and not closed, and the log
//! is cut at any byte, as a power failure may leave it.

use super::support::{Desk, customer, id, key, minute, page};
use crate::Book;
use kyc::KycStatus;
use proptest::prelude::*;
use std::fs;

const PAGES: usize = 12;
const ROWS: usize = 20;

/// The book's file and its log after a walk of [`PAGES`] pages, none of it closed, and how long the log was when the walk
/// began.
struct Remains {
    book: Vec<u8>,
    log: Vec<u8>,
    before_walk: usize,
}

fn remains() -> Remains {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let desk = Desk::new().await;
        // Nothing is brought from the log into the file on the way, so that each page is still in the log at the end.
        desk.sabotage("PRAGMA wal_autocheckpoint = 0").await;
        let run = desk.begin(minute(0)).await;
        let log = desk.path().with_file_name("book.db-wal");
        let before_walk = fs::read(&log).unwrap().len();
        for number in 0..PAGES {
            // Each page also changes the customers of the one before.
            let earlier = number.checked_sub(1).into_iter().flat_map(|earlier| {
                (0..ROWS).map(move |row| {
                    let mut changed = customer(&format!("{earlier}-{row}"));
                    changed.kyc = KycStatus::Verified;
                    changed
                })
            });
            let customers: Vec<_> = (0..ROWS).map(|row| customer(&format!("{number}-{row}"))).chain(earlier).collect();
            let mut page = page(run.id, &customers, minute(1));
            page.checkpoint = Some((number + 1).to_string());
            desk.book.writer().land_page(page).await.unwrap();
        }
        Remains { book: fs::read(desk.path()).unwrap(), log: fs::read(log).unwrap(), before_walk }
    })
}

/// Opens what is left of the files and holds it against the pages that its checkpoint says have landed.
fn reopened_after(book: &[u8], log: &[u8]) -> usize {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("book.db");
    fs::write(&path, book).unwrap();
    fs::write(folder.path().join("book.db-wal"), log).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let book = Book::open(&path, &key('a')).unwrap();
        let reader = book.reader();
        reader.check_integrity().await.unwrap();
        let run = book.writer().begin_run(id("one"), minute(9)).await.unwrap();
        let landed: usize = run.checkpoint.map_or(0, |checkpoint| checkpoint.parse().unwrap());
        assert_eq!(run.pages as usize, landed);
        assert_eq!(run.seen as usize, landed * ROWS);
        assert_eq!(reader.count(&id("one")).await.unwrap() as usize, landed * ROWS, "customers as the checkpoint says");
        let mut changes = 0;
        for key in 1..=landed * ROWS {
            let history = reader.history(kyc::CustomerKey(u32::try_from(key).unwrap())).await.unwrap();
            changes += history.len();
        }
        assert_eq!(changes, landed.saturating_sub(1) * ROWS, "and history as the checkpoint says");
        book.close().await;
        landed
    })
}

#[test]
fn a_book_that_was_never_closed_has_everything() {
    let remains = remains();
    assert_eq!(reopened_after(&remains.book, &remains.log), PAGES);
}

#[test]
fn a_log_cut_at_any_byte_leaves_whole_pages() {
    let remains = remains();
    let length = remains.log.len();
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig {
        cases: 60,
        failure_persistence: None,
        ..ProptestConfig::default()
    });
    runner
        .run(&(remains.before_walk..=length), |cut| {
            let landed = reopened_after(&remains.book, &remains.log[..cut]);
            prop_assert!(landed <= PAGES);
            Ok(())
        })
        .unwrap();
    assert_eq!(reopened_after(&remains.book, &remains.log[..remains.before_walk]), 0);
    assert_eq!(reopened_after(&remains.book, &remains.log[..length - 1]), PAGES - 1, "a torn last page is gone whole");
}

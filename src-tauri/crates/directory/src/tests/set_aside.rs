//! Setting a book aside: every byte stays, its place becomes free, and a process that is killed in between loses nothing.

use super::support::{Desk, customer, key, minute, trouble};
use crate::files::with_suffix;
use crate::set_aside::{aside_path, note_path};
use crate::{Book, finish_interrupted, set_aside};
use kyc::Trouble;
use std::fs;

/// A book with a customer, and what its files hold while the customer is still in the log alone.
async fn with_a_log() -> (tempfile::TempDir, Vec<u8>, Vec<u8>) {
    let desk = Desk::new().await;
    desk.walk(&[customer("1")], minute(1)).await;
    let (path, log) = (desk.path(), with_suffix(&desk.path(), "-wal"));
    let bytes = (fs::read(&path).unwrap(), fs::read(&log).unwrap());
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in [("book.db", &bytes.0), ("book.db-wal", &bytes.1)] {
        fs::write(folder.path().join(name), bytes).unwrap();
    }
    (folder, bytes.0, bytes.1)
}

fn names(folder: &tempfile::TempDir) -> Vec<String> {
    let entries = fs::read_dir(folder.path()).unwrap();
    let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[tokio::test]
async fn a_book_set_aside_keeps_every_byte_and_can_be_opened_there() {
    let (folder, book, log) = with_a_log().await;
    let path = folder.path().join("book.db");
    let kept = set_aside(&path).unwrap();
    assert_eq!(kept, aside_path(&path, 1));
    assert_eq!(names(&folder), ["book.set-aside-1.db", "book.set-aside-1.db-wal"]);
    assert_eq!((fs::read(&kept).unwrap(), fs::read(with_suffix(&kept, "-wal")).unwrap()), (book, log));

    // A new one takes its place, and a second one that is set aside gets a name of its own.
    Book::create(&path, &key('b')).unwrap().close().await;
    assert_eq!(set_aside(&path).unwrap(), aside_path(&path, 2));
    assert_eq!(trouble(set_aside(&path)), Trouble::NotFound);
    let opened = Book::open(&kept, &key('a')).unwrap();
    assert_eq!(opened.reader().count(&super::support::id("one")).await.unwrap(), 1);
    opened.close().await;
}

#[tokio::test]
async fn a_move_that_was_cut_short_anywhere_is_finished() {
    // How many of the files had been moved when the process was killed.
    for moved in 0..=2 {
        let (folder, book, log) = with_a_log().await;
        let path = folder.path().join("book.db");
        let kept = aside_path(&path, 1);
        fs::write(note_path(&path), "1").unwrap();
        for suffix in ["-wal", ""].into_iter().take(moved) {
            fs::rename(with_suffix(&path, suffix), with_suffix(&kept, suffix)).unwrap();
        }
        finish_interrupted(&path).unwrap();
        assert_eq!(names(&folder), ["book.set-aside-1.db", "book.set-aside-1.db-wal"], "{moved} moved before");
        assert_eq!((fs::read(&kept).unwrap(), fs::read(with_suffix(&kept, "-wal")).unwrap()), (book, log));
        finish_interrupted(&path).unwrap();
    }
}

#[tokio::test]
async fn a_note_that_was_never_whole_moves_nothing() {
    let (folder, ..) = with_a_log().await;
    let path = folder.path().join("book.db");
    fs::write(note_path(&path), "").unwrap();
    finish_interrupted(&path).unwrap();
    assert_eq!(names(&folder), ["book.db", "book.db-wal"]);
    Book::open(&path, &key('a')).unwrap().close().await;
}

#[tokio::test]
async fn what_is_left_of_one_that_was_cleared_away_is_not_taken_for_a_move() {
    let (folder, ..) = with_a_log().await;
    let path = folder.path().join("book.db");
    fs::write(with_suffix(&aside_path(&path, 1), "-wal"), "left").unwrap();
    Book::open(&path, &key('a')).unwrap().close().await;
    assert_eq!(set_aside(&path).unwrap(), aside_path(&path, 2));
}

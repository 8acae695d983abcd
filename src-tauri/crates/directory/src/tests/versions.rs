//! Files of other versions of Vouch.

use super::support::{Desk, customer, id, key, minute, trouble};
use crate::{Book, schema};
use kyc::Trouble;
use std::fs;

/// The present versions and one more, as a later Vouch will have.
fn with_one_more(sql: &str) -> Vec<String> {
    let mut versions = schema::versions();
    versions.push(sql.to_owned());
    versions
}

const NEXT: &str = "ALTER TABLE customers ADD COLUMN reviewed INTEGER; UPDATE customers SET reviewed = 1;";

#[tokio::test]
async fn an_empty_file_gets_every_version() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("book.db");
    let versions = with_one_more(NEXT);
    Book::create_with(&path, &key('a'), &versions).unwrap().close().await;
    let book = Book::open_with(&path, &key('a'), &versions).unwrap();
    assert_eq!(book.reader().connections().await.unwrap(), []);
    assert!(!schema::copy_path(&path, 1).exists(), "nothing older was there to be copied");
}

#[tokio::test]
async fn an_older_book_is_copied_and_brought_up_to_date() {
    let desk = Desk::new().await;
    let run = desk.begin(minute(0)).await;
    let customers: Vec<_> = (0..300).map(|number| customer(&number.to_string())).collect();
    desk.land(run.id, &customers, minute(1)).await;
    let path = desk.path();
    desk.book.close().await;
    let present = schema::versions().len();

    let book = Book::open_with(&path, &key('a'), &with_one_more(NEXT)).unwrap();
    let reviewed: u32 = book
        .reader()
        .threads
        .run(|connection| Ok(connection.query_row("SELECT sum(reviewed) FROM customers", [], |row| row.get(0))?))
        .await
        .unwrap();
    assert_eq!(reviewed, 300);
    book.reader().check_integrity().await.unwrap();
    book.close().await;

    let copy = schema::copy_path(&path, present);
    let copy = Book::open(&copy, &key('a')).unwrap();
    assert_eq!(copy.reader().count(&id("one")).await.unwrap(), 300, "the copy is the book of before, whole");
}

#[tokio::test]
async fn a_version_that_fails_leaves_the_book_as_it_was() {
    let desk = Desk::new().await;
    let run = desk.begin(minute(0)).await;
    desk.land(run.id, &[customer("1")], minute(1)).await;
    let path = desk.path();
    desk.book.close().await;
    let failing = with_one_more("DELETE FROM customers; ALTER TABLE nowhere ADD COLUMN n INTEGER;");
    assert!(Book::open_with(&path, &key('a'), &failing).is_err());
    let book = Book::open(&path, &key('a')).unwrap();
    assert_eq!(book.reader().count(&id("one")).await.unwrap(), 1);
    book.close().await;
    // And a repaired version goes through, over the copy of the first attempt.
    Book::open_with(&path, &key('a'), &with_one_more(NEXT)).unwrap().close().await;
}

#[tokio::test]
async fn a_book_of_a_newer_vouch_is_left_alone() {
    let desk = Desk::new().await;
    let path = desk.path();
    desk.book.close().await;
    Book::open_with(&path, &key('a'), &with_one_more(NEXT)).unwrap().close().await;
    let before = fs::read(&path).unwrap();
    assert_eq!(trouble(Book::open(&path, &key('a'))), Trouble::BookNewer);
    assert_eq!(fs::read(&path).unwrap(), before, "not a byte changed");
}

#[tokio::test]
async fn a_file_without_a_version_is_damaged() {
    let desk = Desk::new().await;
    desk.sabotage("PRAGMA user_version = 0").await;
    let path = desk.path();
    desk.book.close().await;
    assert_eq!(trouble(Book::open(&path, &key('a'))), Trouble::BookDamaged);
}

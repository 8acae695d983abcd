//! Finding customers by their providers' ids, whether the index has them or not, and the check that it is right.
//!
//! The index is brought up to date every [`MOST`] customers, which are few in tests.

use super::support::{Desk, connection, customer, id, key, minute, page, trouble};
use crate::newcomers::MOST;
use crate::tables::customer_ids::{self, Keys};
use crate::{Book, schema};
use kyc::{Blocked, Customer, CustomerKey, KycStatus, ProviderCustomerId, Trouble};
use secrecy::SecretString;
use std::path::Path;

async fn keys(book: &Book) -> Keys {
    book.writer().threads.run(|sqlite| Keys::read(sqlite)).await.unwrap()
}

fn some(numbers: std::ops::Range<u32>) -> Vec<Customer> {
    numbers.map(|number| customer(&number.to_string())).collect()
}

#[tokio::test]
async fn everybody_is_found_before_and_behind_the_place_to_which_the_index_goes() {
    let mut desk = Desk::new().await;
    desk.book.writer().add_connection(connection("two")).await.unwrap();
    let run = desk.begin(minute(0)).await.id;
    for first in (0..5 * MOST).step_by(5) {
        let landed = desk.land(run, &some(first..first + 5), minute(1)).await;
        assert_eq!((landed.new, landed.unchanged), (5, 0));
    }
    let reached = keys(&desk.book).await;
    assert_eq!(reached.given, 5 * MOST);
    assert!(0 < reached.filed && reached.filed < reached.given, "some are in the index and some are not: {reached:?}");
    for reopened in [false, true] {
        if reopened {
            desk = desk.reopened().await;
        }
        let again = desk.land(run, &some(0..5 * MOST), minute(2)).await;
        assert_eq!((again.new, again.unchanged), (0, 5 * MOST), "reopened: {reopened}");
    }
    // Another connection's customers of the same ids are others.
    let run = desk.book.writer().begin_run(id("two"), minute(3)).await.unwrap().id;
    let mut others = page(run, &some(0..5 * MOST), minute(3));
    others.connection = id("two");
    assert_eq!(desk.book.writer().land_page(others.clone()).await.unwrap().new, 5 * MOST);
    desk.book.reader().check_integrity().await.unwrap();
    // And what was known of a connection that is gone does not stay behind.
    desk.book.writer().remove_connection(id("two")).await.unwrap();
    desk.book.reader().check_integrity().await.unwrap();
    desk.book.writer().add_connection(connection("two")).await.unwrap();
    others.run = desk.book.writer().begin_run(id("two"), minute(4)).await.unwrap().id;
    let landed = desk.book.writer().land_page(others).await.unwrap();
    assert_eq!(landed.new, 5 * MOST);
    assert!(landed.customers.iter().all(|landed| landed.key.0 > 10 * MOST), "no key comes again");
    desk.book.reader().check_integrity().await.unwrap();
}

#[tokio::test]
async fn customers_whose_ids_have_the_same_hash_are_told_apart() {
    let pair = [customer("customer-362925"), customer("customer-2184593")];
    assert_eq!(customer_ids::hash(pair[0].id.as_str()), customer_ids::hash(pair[1].id.as_str()));
    let desk = Desk::new().await;
    let run = desk.begin(minute(0)).await.id;
    let first = desk.land(run, &pair[..1], minute(1)).await;
    desk.land(run, &some(0..MOST), minute(1)).await;
    let second = desk.land(run, &pair[1..], minute(1)).await;
    assert!(keys(&desk.book).await.filed > first.customers[0].key.0, "one is in the index");
    assert_eq!(second.new, 1);
    desk.land(run, &some(MOST..2 * MOST), minute(1)).await;
    let again = desk.land(run, &pair, minute(2)).await;
    assert!(keys(&desk.book).await.filed > second.customers[0].key.0, "both are in the index");
    assert_eq!(again.unchanged, 2);
    desk.book.reader().check_integrity().await.unwrap();
}

#[tokio::test]
async fn what_does_not_hang_together_is_found() {
    let damages = [
        "DELETE FROM customer_ids WHERE customer = 1",
        "UPDATE customer_ids SET hash = hash + 1 WHERE customer = 2",
        "INSERT INTO customer_ids VALUES (1, 0, 999)",
        "UPDATE customers SET provider_id = '0' WHERE key = 2",
        "UPDATE customer_keys SET given = 3",
        "UPDATE connections SET listed = listed - 1",
        "UPDATE customers SET unlisted_since = 0 WHERE key = 3",
    ];
    for damage in damages {
        let desk = Desk::new().await;
        let run = desk.begin(minute(0)).await.id;
        desk.land(run, &some(0..MOST), minute(1)).await;
        desk.land(run, &some(MOST..MOST + 2), minute(1)).await;
        desk.book.keeper().check_integrity().await.unwrap();
        desk.sabotage(damage).await;
        assert_eq!(trouble(desk.book.keeper().check_integrity().await), Trouble::BookDamaged, "{damage}");
    }
}

/// Somebody of whom a version-3 book below knows as much.
fn known_to_version_3(number: u32) -> Customer {
    Customer {
        id: ProviderCustomerId::new(format!("old-{number}")).unwrap(),
        kyc: KycStatus::Verified,
        blocked: Blocked::No,
        raw: format!("{{\"n\":{number}}}"),
        ..super::support::bare("nobody")
    }
}

/// Puts customers 1 to `count` into a book of version 3, as its Vouch did: those of odd keys into the connection 1, every
/// tenth no longer listed. There had been one more.
fn version_3_content(count: u32) -> String {
    let (kyc, blocked, last) = (KycStatus::Verified.facet_value(), Blocked::No.name(), count + 1);
    format!(
        "WITH RECURSIVE numbers (n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM numbers WHERE n < {last})
         INSERT INTO customers (connection, provider_id, kyc, blocked, first_seen, last_seen, last_run, unlisted_since)
             SELECT 2 - n % 2, 'old-' || n, '{kyc}', '{blocked}', 1000, 2000, 1, CASE WHEN n % 10 = 0 THEN 3000 END
             FROM numbers;
         INSERT INTO raw_records SELECT key, '{{\"n\":' || key || '}}' FROM customers;
         INSERT INTO changes (customer, field, before, after, seen_at, previous_look, seen_by)
             SELECT key, 'name', NULL, NULL, 2000, 1000, 'sync' FROM customers WHERE key % 100 = 0;
         DELETE FROM customers WHERE key = {last};"
    )
}

/// A book of version 3 with so many customers and one key more.
async fn book_of_version_3(path: &Path, count: u32) -> Book {
    let old = Book::create_with(path, &key('a'), &schema::versions()[..3]).unwrap();
    for name in ["one", "two"] {
        old.writer().add_connection(connection(name)).await.unwrap();
    }
    let content = version_3_content(count);
    old.writer().threads.run(move |sqlite| Ok(sqlite.execute_batch(&content)?)).await.unwrap();
    old
}

#[tokio::test]
async fn a_backup_of_version_3_brings_everybody_back() {
    let folder = tempfile::tempdir().unwrap();
    let (path, backup) = (folder.path().join("book.db"), folder.path().join("backup.db"));
    let passphrase = SecretString::from("correct horse battery");
    let old = book_of_version_3(&path, 1_000).await;
    old.keeper().back_up(backup.clone(), passphrase.clone()).await.unwrap();
    old.close().await;
    let restored = folder.path().join("elsewhere.db");
    assert_eq!(Book::restore(&backup, &passphrase, &restored, &key('b')).unwrap().customers, 1_000);
    let book = Book::open(&restored, &key('b')).unwrap();
    assert_eq!(book.reader().count(&id("one")).await.unwrap(), 500);
    let run = book.writer().begin_run(id("one"), minute(0)).await.unwrap().id;
    let known: Vec<_> = (1..=1_000).step_by(2).chain([1_001]).map(known_to_version_3).collect();
    let landed = book.writer().land_page(page(run, &known, minute(1))).await.unwrap();
    assert_eq!((landed.unchanged, landed.customers[0].key), (500, CustomerKey(1_002)));
    book.reader().check_integrity().await.unwrap();
    book.close().await;
}

/// Under `VOUCH_THOROUGH` with a million customers, and how long it takes.
#[tokio::test]
async fn a_book_of_version_3_keeps_everybody() {
    let thorough = std::env::var_os("VOUCH_THOROUGH").is_some();
    let count: u32 = if thorough { 1_000_000 } else { 1_000 };
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("book.db");
    book_of_version_3(&path, count).await.close().await;

    let started = std::time::Instant::now();
    let book = Book::open(&path, &key('a')).unwrap();
    let (migrated, reader) = (started.elapsed(), book.reader());
    assert!(schema::copy_path(&path, 3).exists());
    assert_eq!(reader.count(&id("one")).await.unwrap(), count / 2, "odd numbers are all listed");
    assert_eq!(reader.count(&id("two")).await.unwrap(), count / 2 - count / 10);
    assert_eq!(keys(&book).await, Keys { given: count + 1, filed: 0 });
    reader.check_integrity().await.unwrap();
    let hundred = reader.customer(CustomerKey(100)).await.unwrap().unwrap();
    assert_eq!(hundred.customer, known_to_version_3(100));
    assert_eq!(reader.history(CustomerKey(100)).await.unwrap().len(), 1);

    let run = book.writer().begin_run(id("one"), minute(0)).await.unwrap().id;
    let mut known: Vec<_> = (1..=count).step_by(2).take(500).map(known_to_version_3).collect();
    known.push(known_to_version_3(count + 1));
    let started = std::time::Instant::now();
    let landed = book.writer().land_page(page(run, &known, minute(1))).await.unwrap();
    assert_eq!((landed.new, landed.unchanged), (1, 500), "whom the old book knew is known");
    assert_eq!(landed.customers[0].key, CustomerKey(count + 2), "a key that was given out once does not come again");
    if thorough {
        println!("{count} customers: {migrated:?}, and {:?} for the first page behind it", started.elapsed());
    }
    reader.check_integrity().await.unwrap();

    book.writer().remove_connection(id("two")).await.unwrap();
    let left =
        "SELECT (SELECT count(*) FROM customers), (SELECT count(*) FROM raw_records), (SELECT count(*) FROM changes)";
    let left: (u32, u32, u32) = book
        .writer()
        .threads
        .run(move |sqlite| Ok(sqlite.query_row(left, [], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?))
        .await
        .unwrap();
    assert_eq!(left, (count / 2 + 1, count / 2 + 1, 0), "what belongs to a customer still goes with them");
    reader.check_integrity().await.unwrap();
    book.close().await;
}

//! How long a book of a million customers takes to open: to the open book, to the first rows by name on screen, to every row
//! read, to the index built from them. As ratios within one run to plain SQLite with the same rows; and what a customer takes
//! on the disk.
//!
//!     cargo bench -p desk --bench opening
//!     OPENING_ROWS=100000 cargo bench -p desk --bench opening
//!
//! The book is filled by its own writer, page by page as walks bring them, without HTTP. Plain SQLite has the columns that
//! the book has, in one table with indexes over ids and names, unencrypted, and reads each row into the same texts. Files are
//! read from the system's cache: a first start after switching the computer on adds what the disk takes. Rounds alternate;
//! the middle one of each counts. Nothing here fails by being slow.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a measurement that cannot run has to stop")]
#![allow(missing_docs, reason = "a measurement has no interface")]

use credentials::Secrets;
use desk::{Desk, ProfileFolder};
use directory::{Book, PageLanding, RunEnd};
use jiff::{Timestamp, ToSpan};
use kyc::{
    Blocked, Connection, ConnectionId, Currency, Customer, Environment, KycStatus, Money, ProviderCustomerId,
    ProviderId, RequestLimits, Standing, TrustLevel,
};
use providers::SystemClock;
use search::Query;
use std::collections::BTreeMap;
use std::hint::black_box;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

const ROUNDS: usize = 5;
const PAGE: usize = 100;
/// Pages of one transaction, as a walk comes to where pages come quickly.
const GROUP: usize = 16;
/// Rows that the grid asks for first.
const FIRST: u32 = 100;

const GIVEN: [&str; 12] =
    ["Иван", "María", "Anna", "Юлия", "José", "Sergeev", "Ольга", "Carlos", "Нұрсұлтан", "Emily", "Дмитрий", "Sofía"];
const SYLLABLES: [&str; 16] =
    ["gar", "cía", "lo", "pez", "сер", "гей", "ов", "ва", "mül", "ler", "жу", "ков", "fer", "nan", "dez", "ін"];

/// Numbers that follow from a seed (SplitMix64).
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, most: u64) -> u64 {
        self.next() % most
    }

    fn pick<T: Copy>(&mut self, of: &[T]) -> T {
        of[usize::try_from(self.below(of.len() as u64)).unwrap()]
    }
}

/// The customer of a number, with a raw record of the usual length. A number has the same customer every time.
fn customer(number: u64) -> Customer {
    let mut numbers = Numbers(number);
    let (high, low) = (numbers.next(), numbers.next());
    let id = format!(
        "{:08x}-{:04x}-4{:03x}-a{:03x}-{:012x}",
        high >> 32,
        high >> 16 & 0xffff,
        high & 0xfff,
        low >> 52,
        low & 0xffff_ffff_ffff
    );
    let surname: String = (0..3).map(|_| numbers.pick(&SYLLABLES)).collect();
    let name = format!("{} {surname}", numbers.pick(&GIVEN));
    let email = format!("user{:x}.{number}@example.com", numbers.below(4_096));
    let phone = format!("+79{:09}", numbers.below(1_000_000_000));
    let kyc =
        numbers.pick(&[KycStatus::Verified, KycStatus::Verified, KycStatus::Pending, KycStatus::Rejected].each_ref());
    let kyc_word = kyc.name().to_uppercase();
    let start: Timestamp = "2024-01-01T00:00:00Z".parse().unwrap();
    let created = start + i64::try_from(numbers.below(80_000_000)).unwrap().seconds();
    let (payments, kopecks) = (numbers.below(40), numbers.below(90_000_000));
    let amount = format!("{}.{:02}", kopecks / 100, kopecks % 100);
    let raw = format!(
        r#"{{"id":"{id}","fullName":"{name}","email":"{email}","phone":"{phone}","kycStatus":"{kyc_word}","trustLevel":"LEVEL_1","isBlocked":false,"successfulPaymentsCount":{payments},"totalPaidAmount":"{amount}","currency":"RUB","lastPaymentAt":"{created}","createdAt":"{created}"}}"#
    );
    Customer {
        id: ProviderCustomerId::new(id).unwrap(),
        name: Some(name),
        email: Some(email),
        phone: Some(phone),
        kyc: kyc.clone(),
        trust: Some(TrustLevel::Level1),
        blocked: Blocked::No,
        payments: u32::try_from(payments).ok(),
        paid: Some(Money { amount: amount.parse().unwrap(), currency: Currency::rub() }),
        last_payment: Some(created),
        created: Some(created),
        raw,
    }
}

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(measure());
}

async fn measure() {
    let count: usize = std::env::var("OPENING_ROWS").ok().and_then(|rows| rows.parse().ok()).unwrap_or(1_000_000);
    let folder = tempfile::tempdir().unwrap();
    let (profile, secrets) = (ProfileFolder::new(folder.path().join("profile")), Secrets::in_memory());
    let plain = folder.path().join("plain.db");
    secrets.make_book_key().await.unwrap();
    let filled = fill(&profile, &secrets, count).await;
    println!("{count} customers landed in {filled:.1} s, {:.0} customers/s", count as f64 / filled);
    println!("the same in plain SQLite {:.1} s", fill_plain(&plain, count));
    let size = |path: &Path| std::fs::metadata(path).unwrap().len() / count as u64;
    println!("bytes on the disk for each customer: book {}, plain SQLite {}", size(&profile.book()), size(&plain));
    // The first start remembers what the next ones begin with.
    let desk = open(&profile, &secrets).await;
    desk.search(by_word(), FIRST).await.unwrap();
    desk.close().await;

    let mut seconds = BTreeMap::<&str, Vec<f64>>::new();
    for _ in 0..ROUNDS {
        let mut note = |side, since: Instant| seconds.entry(side).or_default().push(since.elapsed().as_secs_f64());
        let started = Instant::now();
        let sqlite = open_plain(&plain);
        note("plain SQLite: open", started);
        assert_eq!(first_of_plain(&sqlite), FIRST as usize);
        note("plain SQLite: first rows", started);
        let started = Instant::now();
        assert_eq!(read_plain(&sqlite), count);
        note("plain SQLite: all rows", started);

        let key = secrets.book_key().await.unwrap().unwrap();
        let started = Instant::now();
        let book = Book::open(&profile.book(), &key).unwrap();
        note("book: open", started);
        let (reader, mut read) = (book.reader(), 0);
        let started = Instant::now();
        tokio::task::block_in_place(|| reader.for_each_chunk(5_000, |chunk| read += black_box(chunk).len())).unwrap();
        note("book: all rows", started);
        assert_eq!(read, count);
        book.close().await;

        let started = Instant::now();
        let desk = open(&profile, &secrets).await;
        note("desk: open", started);
        let answer = desk.search(Query::default(), FIRST).await.unwrap();
        assert_eq!((answer.rows.len(), answer.total as usize), (FIRST as usize, count));
        note("desk: first rows", started);
        // Waits for the index.
        let answer = desk.search(by_word(), FIRST).await.unwrap();
        assert!(answer.total > 0);
        note("desk: index full", started);
        desk.close().await;
    }
    let of = |side: &str| middle(seconds[side].clone());
    println!("seconds (least, middle, greatest):");
    for (side, all) in &seconds {
        let least = all.iter().copied().fold(f64::INFINITY, f64::min);
        let greatest = all.iter().copied().fold(0.0, f64::max);
        println!("    {side:25} {least:.4} {:.4} {greatest:.4}", of(side));
    }
    let ratio = |side: &str, to: &str| of(side) / of(to);
    println!(
        "first rows, to plain SQLite                  {:.1}",
        ratio("desk: first rows", "plain SQLite: first rows")
    );
    println!("all rows, to plain SQLite                    {:.2}", ratio("book: all rows", "plain SQLite: all rows"));
    println!(
        "index, to reading all rows from the book     {:.2} (goal: at most 1.5)",
        ratio("desk: index full", "book: all rows")
    );
}

/// A query that only the index can answer.
fn by_word() -> Query {
    Query { text: "garcía".to_owned(), ..Query::default() }
}

async fn open(profile: &ProfileFolder, secrets: &Secrets) -> Desk {
    Desk::open(profile, secrets.clone(), Arc::new(SystemClock::new())).await.unwrap()
}

/// Makes a book and lands everybody in it: seconds.
async fn fill(profile: &ProfileFolder, secrets: &Secrets, count: usize) -> f64 {
    let key = secrets.book_key().await.unwrap().unwrap();
    let book = Book::create(&profile.book(), &key).unwrap();
    let (writer, id) = (book.writer(), ConnectionId::new("one"));
    let now: Timestamp = "2026-10-01T00:00:00Z".parse().unwrap();
    let connection = Connection {
        id: id.clone(),
        provider: ProviderId::new("loveandpay"),
        environment: Environment::Custom,
        label: String::new(),
        base_url: "http://127.0.0.1:1/api/v2".to_owned(),
        key_tail: String::new(),
        limits: RequestLimits::default(),
        // Nobody is asked while it is measured.
        standing: Standing::Disabled,
        created: now,
    };
    writer.add_connection(connection).await.unwrap();
    let run = writer.begin_run(id.clone(), now).await.unwrap().id;
    let mut seconds = 0.0;
    let pages: Vec<usize> = (0..count).step_by(PAGE).collect();
    for group in pages.chunks(GROUP) {
        let page = |first: &usize| PageLanding {
            run,
            connection: id.clone(),
            customers: (*first..count.min(first + PAGE)).map(|number| customer(number as u64)).collect(),
            rejected: Vec::new(),
            announced_total: u32::try_from(count).ok(),
            checkpoint: Some(first.to_string()),
            fell: false,
            budget: None,
            seen_at: now,
        };
        let landings = group.iter().map(page).collect();
        let started = Instant::now();
        black_box(writer.land_pages(landings).await.unwrap());
        seconds += started.elapsed().as_secs_f64();
    }
    writer.finish_run(run, RunEnd::Complete { gone: Vec::new() }, now).await.unwrap();
    book.close().await;
    seconds
}

const PLAIN: &str =
    "key, id, name, email, phone, kyc, trust, blocked, payments, amount, currency, last_payment, created";

/// Puts the same rows into plain SQLite: seconds.
fn fill_plain(path: &Path, count: usize) -> f64 {
    let mut plain = open_plain(path);
    plain
        .execute_batch(
            "CREATE TABLE customers (key INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, name TEXT, email TEXT, phone TEXT,
                 kyc TEXT, trust TEXT, blocked TEXT, payments INTEGER, amount TEXT, currency TEXT, last_payment INTEGER,
                 created INTEGER);
             CREATE INDEX customers_by_name ON customers (name);
             CREATE TABLE raw_records (customer INTEGER PRIMARY KEY, json TEXT NOT NULL);",
        )
        .unwrap();
    let mut seconds = 0.0;
    for first in (0..count).step_by(PAGE * GROUP) {
        let rows: Vec<Customer> =
            (first..count.min(first + PAGE * GROUP)).map(|number| customer(number as u64)).collect();
        let started = Instant::now();
        let transaction = plain.transaction().unwrap();
        for row in rows {
            let paid = row.paid.unwrap();
            let values = rusqlite::params![
                row.id.as_str(),
                row.name,
                row.email,
                row.phone,
                row.kyc.name(),
                row.trust.map(|level| level.facet_value()),
                row.blocked.name(),
                row.payments,
                paid.amount.to_string(),
                paid.currency.code(),
                row.last_payment.map(Timestamp::as_millisecond),
                row.created.map(Timestamp::as_millisecond),
            ];
            let sql = format!(
                "INSERT INTO customers ({PLAIN}) VALUES (NULL, ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)"
            );
            transaction.prepare_cached(&sql).unwrap().execute(values).unwrap();
            let key = transaction.last_insert_rowid();
            let mut raw = transaction.prepare_cached("INSERT INTO raw_records VALUES (?1, ?2)").unwrap();
            raw.execute(rusqlite::params![key, row.raw]).unwrap();
        }
        transaction.commit().unwrap();
        seconds += started.elapsed().as_secs_f64();
    }
    seconds
}

fn open_plain(path: &Path) -> rusqlite::Connection {
    let plain = rusqlite::Connection::open(path).unwrap();
    plain
        .execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; SELECT count(*) FROM sqlite_schema")
        .unwrap();
    plain
}

fn first_of_plain(plain: &rusqlite::Connection) -> usize {
    let sql =
        format!("SELECT {PLAIN}, json FROM customers JOIN raw_records ON customer = key ORDER BY name LIMIT {FIRST}");
    each(plain, &sql)
}

fn read_plain(plain: &rusqlite::Connection) -> usize {
    each(plain, &format!("SELECT {PLAIN} FROM customers ORDER BY key"))
}

/// Reads every column of every row into a value of its own, and counts the rows.
fn each(plain: &rusqlite::Connection, sql: &str) -> usize {
    let mut statement = plain.prepare(sql).unwrap();
    let columns = statement.column_count();
    let mut rows = statement.query([]).unwrap();
    let mut count = 0;
    while let Some(row) = rows.next().unwrap() {
        let values: Vec<rusqlite::types::Value> = (0..columns).map(|column| row.get(column).unwrap()).collect();
        black_box(values);
        count += 1;
    }
    count
}

fn middle(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

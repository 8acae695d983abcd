//! How fast a walk lands in the book, as ratios within one run: to fetching the same pages and dropping them, and to putting
//! the same rows into plain SQLite; and what a customer takes on the disk.
//!
//!     cargo bench -p sync --bench landing
//!     LANDING_CUSTOMERS=100000 cargo bench -p sync --bench landing
//!
//! Landing alone, with the pages at hand, is measured beside the walk: a transaction for each page, which is what plain
//! SQLite does here as well, and one for sixteen, which a walk comes to where pages come quickly. Plain SQLite is as it comes,
//! but with the book's journal mode and synchronous level. The book lets its log become longer than SQLite does by itself
//! before it is brought into the file, so the two are also compared with logs of the same length, and up to the closed file,
//! when all of the log is in it. The emulator runs in this process and takes its share of all that fetch. Rounds alternate;
//! the middle one of each counts. Nothing here fails by being slow. `LANDING_ONLY=plain,single` measures some of it, for a
//! profile.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a measurement that cannot run has to stop")]
#![allow(missing_docs, reason = "a measurement has no interface")]

use directory::{Book, PageLanding};
use kyc::{Connection, ConnectionId, Credential, Customer, Environment, ProviderId, RequestLimits, Standing};
use providers::{Cursor, ListFilter, Provider, SystemClock, address, registry};
use sandbox::{Options, Sandbox};
use std::collections::BTreeMap;
use std::hint::black_box;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;
use sync::walk;
use tokio_util::sync::CancellationToken;

const ROUNDS: usize = 7;
/// Unless `LANDING_CUSTOMERS` says otherwise.
const CUSTOMERS: usize = 20_000;
const PAGE: usize = 100;
/// Pages in the log from which the book brings it into the file.
const LONG_LOG: u32 = 8_000;
/// Pages of one transaction, at most, in a walk without limits.
const GROUP: usize = 16;
const LIMITS: RequestLimits = RequestLimits { per_minute: Some(0), per_hour: Some(0) };

#[tokio::main]
async fn main() {
    let now = "2026-10-01T00:00:00Z".parse().unwrap();
    let customers = std::env::var("LANDING_CUSTOMERS").map_or(CUSTOMERS, |count| count.parse().unwrap());
    let options = Options { customers, ..Options::new(sandbox::Provider::LoveAndPay, now) };
    let sandbox = Sandbox::start(Options { rate_limit: false, ..options }).await.unwrap();
    let provider = registry::connect(
        &ProviderId::new("loveandpay"),
        &address::parse(&sandbox.base_url).unwrap(),
        LIMITS,
        Credential::parse(&sandbox.api_key, &sandbox.api_secret).unwrap(),
        Arc::new(SystemClock::new()),
        None,
    )
    .unwrap();
    let rows = fetched(provider.as_ref()).await;
    let only = std::env::var("LANDING_ONLY").ok();
    let wanted = |side: &str| only.as_ref().is_none_or(|only| only.split(',').any(|word| word == side));
    let (mut seconds, mut bytes) = (BTreeMap::<&str, Vec<f64>>::new(), 0);
    for _ in 0..ROUNDS {
        let mut note = |side, took| seconds.entry(side).or_default().push(took);
        if wanted("bare") {
            let started = Instant::now();
            black_box(fetched(provider.as_ref()).await);
            note("bare", started.elapsed().as_secs_f64());
        }
        if wanted("plain") {
            let (took, closed) = inserted(&rows, None);
            note("plain", took);
            note("plain, closed", closed);
            note("plain, long log", inserted(&rows, Some(LONG_LOG)).0);
        }
        if wanted("walk") {
            let folder = tempfile::tempdir().unwrap();
            let book = new_book(folder.path()).await;
            note("walk", walked(provider.as_ref(), &book).await);
            // Everybody is there already and nobody changed.
            note("walk again", walked(provider.as_ref(), &book).await);
            book.close().await;
            bytes = std::fs::metadata(folder.path().join("book.db")).unwrap().len();
        }
        for (side, closed, pages) in [("single", "single, closed", 1), ("group", "group, closed", GROUP)] {
            if wanted(side) {
                let took = landed(&rows, pages).await;
                note(side, took.0);
                note(closed, took.1);
            }
        }
    }
    let of = |side: &str| seconds.get(side).map_or(f64::NAN, |all| middle(all.clone()));
    println!("{customers} customers in {} pages, seconds (least, middle, greatest):", customers.div_ceil(PAGE));
    for (side, all) in &seconds {
        let least = all.iter().copied().fold(f64::INFINITY, f64::min);
        let greatest = all.iter().copied().fold(0.0, f64::max);
        println!("    {side:15} {least:.3} {:.3} {greatest:.3}", of(side));
    }
    println!(
        "a bare fetch, to a walk                                 {:.2} (goal: at least 0.60)",
        of("bare") / of("walk")
    );
    println!("a bare fetch, to a walk that finds nothing new          {:.2}", of("bare") / of("walk again"));
    println!(
        "plain SQLite, to landing, a transaction each            {:.2} (goal: at least 0.50)",
        of("plain") / of("single")
    );
    println!(
        "    up to the closed file                               {:.2}",
        of("plain, closed") / of("single, closed")
    );
    println!("    with logs of the same length                        {:.2}", of("plain, long log") / of("single"));
    println!("plain SQLite, to landing, a transaction for {GROUP:2} pages    {:.2}", of("plain") / of("group"));
    println!("bytes on the disk for each customer                     {}", bytes / customers as u64);
    sandbox.stop().await;
}

/// Fetches everybody, as a walk does, and keeps nothing else.
async fn fetched(provider: &dyn Provider) -> Vec<Customer> {
    let (mut cursor, mut all) = (Cursor::start(), Vec::new());
    loop {
        let page = provider.customers(&ListFilter::default(), &cursor).await.unwrap();
        all.extend(page.customers);
        match page.next {
            Some(next) => cursor = next,
            None => return all,
        }
    }
}

/// Puts rows into a plain database, a transaction for each page: seconds, and seconds up to the closed file.
fn inserted(rows: &[Customer], log_pages: Option<u32>) -> (f64, f64) {
    let folder = tempfile::tempdir().unwrap();
    let mut plain = rusqlite::Connection::open(folder.path().join("plain.db")).unwrap();
    plain.execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; CREATE TABLE customers (key INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, name TEXT, email TEXT, phone TEXT, kyc TEXT, raw TEXT);").unwrap();
    if let Some(pages) = log_pages {
        plain.execute_batch(&format!("PRAGMA wal_autocheckpoint = {pages};")).unwrap();
    }
    let started = Instant::now();
    for page in rows.chunks(PAGE) {
        let transaction = plain.transaction().unwrap();
        for row in page {
            let kyc = row.kyc.facet_value();
            transaction
                .prepare_cached(
                    "INSERT INTO customers (id, name, email, phone, kyc, raw) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                )
                .unwrap()
                .execute(rusqlite::params![row.id.as_str(), row.name, row.email, row.phone, kyc, row.raw])
                .unwrap();
        }
        transaction.commit().unwrap();
    }
    let seconds = started.elapsed().as_secs_f64();
    plain.close().unwrap();
    (seconds, started.elapsed().as_secs_f64())
}

async fn new_book(folder: &Path) -> Book {
    let book = Book::create(&folder.join("book.db"), &"ab".repeat(32).into()).unwrap();
    let connection = Connection {
        id: connection_id(),
        provider: ProviderId::new("loveandpay"),
        environment: Environment::Custom,
        label: String::new(),
        base_url: "http://127.0.0.1:1/api/v2".to_owned(),
        key_tail: String::new(),
        limits: LIMITS,
        standing: Standing::Active,
        created: jiff::Timestamp::UNIX_EPOCH,
    };
    book.writer().add_connection(connection).await.unwrap();
    book
}

fn connection_id() -> ConnectionId {
    ConnectionId::new("one")
}

/// Walks into a book: seconds.
async fn walked(provider: &dyn Provider, book: &Book) -> f64 {
    let (clock, cancel) = (SystemClock::new(), CancellationToken::new());
    let started = Instant::now();
    let walked = walk(provider, &book.writer(), &connection_id(), &clock, &cancel, |_| {}).await.unwrap();
    assert!(walked.complete);
    started.elapsed().as_secs_f64()
}

/// Lands rows in a new book, so many pages in each transaction: seconds, and seconds up to the closed file.
async fn landed(rows: &[Customer], pages: usize) -> (f64, f64) {
    let folder = tempfile::tempdir().unwrap();
    let book = new_book(folder.path()).await;
    let now = "2026-10-01T00:00:00Z".parse().unwrap();
    let run = book.writer().begin_run(connection_id(), now).await.unwrap().id;
    let page = |rows: &[Customer]| PageLanding {
        run,
        connection: connection_id(),
        customers: rows.to_vec(),
        rejected: Vec::new(),
        announced_total: None,
        checkpoint: Some("100".to_owned()),
        fell: false,
        budget: None,
        seen_at: now,
    };
    let groups: Vec<Vec<PageLanding>> =
        rows.chunks(PAGE * pages).map(|rows| rows.chunks(PAGE).map(page).collect()).collect();
    let started = Instant::now();
    for group in groups {
        black_box(book.writer().land_pages(group).await.unwrap());
    }
    let seconds = started.elapsed().as_secs_f64();
    book.close().await;
    (seconds, started.elapsed().as_secs_f64())
}

fn middle(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

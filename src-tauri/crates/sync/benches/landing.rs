//! How fast a walk lands in the book, as ratios within one run: to fetching the same pages and dropping them, and to putting
//! the same rows into plain SQLite; and what a customer takes on the disk.
//!
//!     cargo bench -p sync --bench landing
//!
//! The emulator runs in this process and takes its share of both sides. Rounds alternate; the middle one of each counts.
//! Nothing here fails by being slow.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a measurement that cannot run has to stop")]
#![allow(missing_docs, reason = "a measurement has no interface")]

use directory::Book;
use kyc::{Connection, ConnectionId, Credential, Customer, Environment, ProviderId, RequestLimits, Standing};
use providers::{Cursor, ListFilter, Provider, SystemClock, address, registry};
use sandbox::{Options, Sandbox};
use std::hint::black_box;
use std::sync::Arc;
use std::time::Instant;
use sync::walk;
use tokio_util::sync::CancellationToken;

const ROUNDS: usize = 5;
const CUSTOMERS: usize = 20_000;
const PAGE: usize = 100;
const LIMITS: RequestLimits = RequestLimits { per_minute: Some(0), per_hour: Some(0) };

#[tokio::main]
async fn main() {
    let now = "2026-10-01T00:00:00Z".parse().unwrap();
    let options = Options { customers: CUSTOMERS, ..Options::new(sandbox::Provider::LoveAndPay, now) };
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
    let (mut bare, mut plain, mut landed, mut bytes) = (Vec::new(), Vec::new(), Vec::new(), 0);
    for _ in 0..ROUNDS {
        let started = Instant::now();
        black_box(fetched(provider.as_ref()).await);
        bare.push(started.elapsed().as_secs_f64());
        plain.push(inserted(&rows));
        let (seconds, size) = walked(provider.as_ref(), &sandbox).await;
        landed.push(seconds);
        bytes = size;
    }
    let (bare, plain, landed) = (middle(bare), middle(plain), middle(landed));
    println!(
        "{CUSTOMERS} customers in {} pages, seconds: bare {bare:.3}, plain {plain:.3}, landed {landed:.3}",
        CUSTOMERS / PAGE
    );
    println!("to a bare fetch of the same pages      {:.2} (goal: at least 0.60)", bare / landed);
    // A walk fetches as well; what landing adds to fetching is what plain SQLite is compared with.
    println!(
        "to the same rows into plain SQLite     {:.2} (goal: at least 0.50)",
        plain / (landed - bare).max(f64::EPSILON)
    );
    println!("bytes on the disk for each customer    {}", bytes / CUSTOMERS as u64);
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

/// Puts rows into a plain database, a transaction for each page: seconds.
fn inserted(rows: &[Customer]) -> f64 {
    let folder = tempfile::tempdir().unwrap();
    let mut plain = rusqlite::Connection::open(folder.path().join("plain.db")).unwrap();
    plain.execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; CREATE TABLE customers (key INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, name TEXT, email TEXT, phone TEXT, kyc TEXT, raw TEXT);").unwrap();
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
    started.elapsed().as_secs_f64()
}

/// Walks into a new book: seconds, and the file's size.
async fn walked(provider: &dyn Provider, sandbox: &Sandbox) -> (f64, u64) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("book.db");
    let book = Book::create(&path, &"ab".repeat(32).into()).unwrap();
    let id = ConnectionId::new("one");
    let connection = Connection {
        id: id.clone(),
        provider: ProviderId::new("loveandpay"),
        environment: Environment::Custom,
        label: String::new(),
        base_url: sandbox.base_url.clone(),
        key_tail: String::new(),
        limits: LIMITS,
        standing: Standing::Active,
        created: jiff::Timestamp::UNIX_EPOCH,
    };
    book.writer().add_connection(connection).await.unwrap();
    let (clock, cancel) = (SystemClock::new(), CancellationToken::new());
    let started = Instant::now();
    assert!(walk(provider, &book.writer(), &id, &clock, &cancel, |_| {}).await.unwrap().complete);
    let seconds = started.elapsed().as_secs_f64();
    book.close().await;
    (seconds, std::fs::metadata(path).unwrap().len())
}

fn middle(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

//! A book and a connection to an emulator, and holding the one against the other.

use directory::{Book, ChangedField};
use kyc::{
    BookCustomer, Connection, ConnectionId, Credential, CustomerKey, Environment, ProviderId, RequestLimits, Standing,
};
use providers::{Provider, SystemClock, address, registry};
use sandbox::{Happening, Options, Sandbox};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use sync::{Walked, walk};
use tokio_util::sync::CancellationToken;

pub const SECRET: &str = "abababababababababababababababababababababababababababababababab";

pub fn connection_id() -> ConnectionId {
    ConnectionId::new("one")
}

pub fn connection(base_url: &str) -> Connection {
    Connection {
        id: connection_id(),
        provider: ProviderId::new("loveandpay"),
        environment: Environment::Custom,
        label: String::new(),
        base_url: base_url.to_owned(),
        key_tail: String::new(),
        limits: RequestLimits { per_minute: Some(0), per_hour: Some(0) },
        standing: Standing::Active,
        created: jiff::Timestamp::UNIX_EPOCH,
    }
}

pub fn client(base_url: &str, key: &str, secret: &str) -> Arc<dyn Provider> {
    registry::connect(
        &ProviderId::new("loveandpay"),
        &address::parse(base_url).unwrap(),
        RequestLimits { per_minute: Some(0), per_hour: Some(0) },
        Credential::parse(key, secret).unwrap(),
        Arc::new(SystemClock::new()),
        None,
    )
    .unwrap()
}

pub async fn emulator(customers: usize, seed: u64) -> Sandbox {
    let now = "2026-10-01T00:00:00Z".parse().unwrap();
    let options = Options { customers, seed, ..Options::new(sandbox::Provider::LoveAndPay, now) };
    Sandbox::start(Options { rate_limit: false, odd: false, ..options }).await.unwrap()
}

/// A new book with the connection to an emulator.
pub async fn new_book(path: &Path, emulator: &Sandbox) -> Book {
    let book = Book::create(path, &SECRET.into()).unwrap();
    book.writer().add_connection(connection(&emulator.base_url)).await.unwrap();
    book
}

pub async fn walk_once(book: &Book, provider: &dyn Provider) -> Result<Walked, kyc::Problem> {
    let (clock, cancel) = (SystemClock::new(), CancellationToken::new());
    walk(provider, &book.writer(), &connection_id(), &clock, &cancel, |_| {}).await
}

/// Everybody in the book, with raw records, by the provider's id.
pub async fn everybody(book: &Book) -> BTreeMap<String, BookCustomer> {
    let reader = book.reader();
    let scanned = reader.clone();
    let keys = tokio::task::spawn_blocking(move || {
        let mut keys: Vec<CustomerKey> = Vec::new();
        scanned.for_each_chunk(5_000, |chunk| keys.extend(chunk.iter().map(|book| book.key))).unwrap();
        keys
    });
    let customers = reader.customers(keys.await.unwrap()).await.unwrap();
    let count = customers.len();
    let by_id: BTreeMap<_, _> = customers.into_iter().map(|book| (book.customer.id.to_string(), book)).collect();
    assert_eq!(by_id.len(), count, "nobody is doubled");
    by_id
}

/// What the book calls a status that the emulator writes so.
pub fn facet_value(status: &str) -> String {
    match status {
        "VERIFIED" | "PENDING" | "REJECTED" => status.to_lowercase(),
        other => format!("unknown:{other}"),
    }
}

/// The listed customers of the book are those of the emulator, row by row as the emulator writes them.
pub async fn is_equal(book: &Book, emulator: &Sandbox) {
    let everybody = everybody(book).await;
    let listed: BTreeMap<&String, Value> = everybody
        .iter()
        .filter(|(_, book)| book.unlisted_since.is_none())
        .map(|(id, book)| (id, serde_json::from_str(&book.customer.raw).unwrap()))
        .collect();
    let truth = emulator.control().customers();
    assert_eq!(listed.len(), truth.len(), "as many as there are");
    for row in truth {
        let id = row["id"].as_str().unwrap().to_owned();
        assert_eq!(listed.get(&id), Some(&row), "customer {id}");
        let known = &everybody[&id].customer;
        assert_eq!(known.name.as_deref(), row["fullName"].as_str());
        assert_eq!(known.kyc.facet_value(), facet_value(row["kycStatus"].as_str().unwrap()));
    }
}

/// What the book saw of each customer's status is what the emulator says happened, with steps left out that came and went
/// between two looks; it begins where the book first looked and ends at the present.
pub async fn history_is_true(book: &Book, emulator: &Sandbox) {
    let mut told: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for change in emulator.control().changes(0) {
        let Some(id) = change.id else { continue };
        let status = |row: &serde_json::Map<String, Value>| row.get("kycStatus")?.as_str().map(facet_value);
        if change.happening != Happening::Moved {
            let told = told.entry(id).or_default();
            let first = told.is_empty().then(|| status(&change.before)).flatten();
            told.extend(first.into_iter().chain(status(&change.after)));
        }
    }
    for (id, known) in everybody(book).await {
        let history = book.reader().history(known.key).await.unwrap();
        let mut seen = Vec::new();
        for change in history.iter().rev().filter(|change| change.field == ChangedField::Kyc) {
            if seen.is_empty() {
                seen.extend(change.before.clone());
            }
            assert_eq!(seen.last(), change.before.as_ref(), "customer {id}: one change goes on where the last ended");
            seen.extend(change.after.clone());
            assert!(change.previous_look <= change.seen_at);
        }
        if seen.is_empty() {
            continue;
        }
        let mut happened = told.get(&id).into_iter().flatten();
        for status in &seen {
            assert!(happened.any(|told| told == status), "customer {id}: {seen:?} is not of {:?}", told.get(&id));
        }
        assert_eq!(seen.last(), Some(&known.customer.kyc.facet_value()), "customer {id} ends at the present");
    }
}

//! The index against SQLite's FTS5 with trigrams (LIKE for words under three characters), keystroke by keystroke: total,
//! counts of every facet's values and the first hundred rows by name.
//!
//! The table is in memory, not encrypted, already folded, and its order by name is indexed. SQLite finds less: it knows
//! nothing of other scripts. `SEARCH_ROWS` sets the number of customers. It asserts nothing, as times depend on the machine.
#![expect(clippy::print_stdout, reason = "a benchmark tells its result")]

use jiff::Timestamp;
use kyc::BookCustomer;
use rusqlite::{Connection, params_from_iter};
use search::{Index, Query, fold};
use std::hint::black_box;
use std::time::{Duration, Instant};
use synthetic::{FIRST_ROWS, customers, queries};

mod synthetic;

const SCHEMA: &str = "
    CREATE TABLE customers (key INTEGER PRIMARY KEY, name TEXT, email TEXT, phone TEXT, id TEXT, class INTEGER);
    CREATE VIRTUAL TABLE texts USING fts5(name, email, phone, id, content='customers', content_rowid='key',
        tokenize='trigram', detail='full');";

fn class(customer: &BookCustomer) -> String {
    let said = &customer.customer;
    format!("{:?} {:?} {:?} {:?}", customer.provider, said.kyc, said.trust, said.blocked)
}

fn fill(customers: &[BookCustomer]) -> rusqlite::Result<Connection> {
    let mut sqlite = Connection::open_in_memory()?;
    sqlite.execute_batch(SCHEMA)?;
    let mut classes: Vec<String> = Vec::new();
    let transaction = sqlite.transaction()?;
    {
        let mut insert = transaction.prepare("INSERT INTO customers VALUES (?1, ?2, ?3, ?4, ?5, ?6)")?;
        for customer in customers {
            let (said, class) = (&customer.customer, class(customer));
            let number = classes.iter().position(|known| *known == class).unwrap_or_else(|| {
                classes.push(class);
                classes.len() - 1
            });
            let folded = |text: Option<&str>| text.map(fold);
            insert.execute((
                customer.key.0,
                folded(said.name.as_deref()),
                folded(said.email.as_deref()),
                folded(said.phone.as_deref()),
                fold(said.id.as_str()),
                u32::try_from(number).unwrap_or_default(),
            ))?;
        }
    }
    transaction.execute_batch(
        "CREATE INDEX by_name ON customers (name, key); INSERT INTO texts (texts) VALUES ('rebuild');",
    )?;
    transaction.commit()?;
    sqlite.execute_batch("ANALYZE")?;
    Ok(sqlite)
}

/// Total, counts by class and the first rows.
fn ask(sqlite: &Connection, text: &str) -> rusqlite::Result<usize> {
    let (mut matched, mut conditions, mut parameters) = (Vec::new(), Vec::new(), Vec::new());
    for word in fold(text).split(' ').filter(|word| !word.is_empty()) {
        if word.chars().count() >= 3 {
            matched.push(format!("\"{}\"", word.replace('"', "\"\"")));
        } else {
            parameters.push(format!("%{word}%"));
            let at = parameters.len();
            conditions.push(format!("(name LIKE ?{at} OR email LIKE ?{at} OR phone LIKE ?{at} OR id LIKE ?{at})"));
        }
    }
    if !matched.is_empty() {
        parameters.push(matched.join(" AND "));
        conditions.push(format!("key IN (SELECT rowid FROM texts WHERE texts MATCH ?{})", parameters.len()));
    }
    let condition = if conditions.is_empty() { "1".to_owned() } else { conditions.join(" AND ") };
    let mut counts =
        sqlite.prepare_cached(&format!("SELECT class, count(*) FROM customers WHERE {condition} GROUP BY class"))?;
    let mut total = 0;
    let mut rows = counts.query(params_from_iter(&parameters))?;
    while let Some(row) = rows.next()? {
        total += row.get::<_, u32>(1)? as usize;
    }
    let first = format!("SELECT key FROM customers WHERE {condition} ORDER BY name, key LIMIT {FIRST_ROWS}");
    let mut first = sqlite.prepare_cached(&first)?;
    let keys: Result<Vec<u32>, _> = first.query_map(params_from_iter(&parameters), |row| row.get(0))?.collect();
    black_box(keys?);
    Ok(total)
}

fn percentile(times: &[Duration], share: usize) -> Duration {
    times.get(times.len().saturating_sub(1) * share / 100).copied().unwrap_or_default()
}

fn main() -> rusqlite::Result<()> {
    let count = std::env::var("SEARCH_ROWS").ok().and_then(|rows| rows.parse().ok()).unwrap_or(100_000);
    let customers = customers(count);
    let started = Instant::now();
    let sqlite = fill(&customers)?;
    println!("{count} customers, SQLite {} filled in {:.1?}", rusqlite::version(), started.elapsed());
    let started = Instant::now();
    let mut index = Index::new();
    index.upsert(&customers);
    index.prepare(search::Column::Name, &|| false);
    println!("index built and ordered by name in {:.1?}", started.elapsed());

    let (mut of_sqlite, mut of_index, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
    for query in queries(&customers) {
        index.forget_searches();
        for (at, letter) in query.char_indices() {
            let typed = query.get(..at + letter.len_utf8()).unwrap_or_default();
            let started = Instant::now();
            let asked = Query { text: typed.to_owned(), ..Query::default() };
            if let Some(found) = index.find(&asked, Timestamp::UNIX_EPOCH, &|| false) {
                black_box(found.keys(0..FIRST_ROWS));
            }
            let own = started.elapsed();
            let started = Instant::now();
            black_box(ask(&sqlite, typed)?);
            let other = started.elapsed();
            of_index.push(own);
            of_sqlite.push(other);
            ratios.push((other.as_secs_f64() / own.as_secs_f64(), typed.to_owned()));
        }
    }
    of_index.sort_unstable();
    of_sqlite.sort_unstable();
    ratios.sort_by(|one, other| one.0.total_cmp(&other.0));
    println!("{} keystrokes", ratios.len());
    for share in [50, 90, 99, 100] {
        let (own, other) = (percentile(&of_index, share), percentile(&of_sqlite, share));
        println!(
            "p{share:<3} index {own:>10.1?}  SQLite {other:>10.1?}  {:.0} times",
            other.as_secs_f64() / own.as_secs_f64()
        );
    }
    if let [least, ..] = ratios.as_slice() {
        println!("the least advantage: {:.1} times, at {:?}", least.0, least.1);
    }
    Ok(())
}

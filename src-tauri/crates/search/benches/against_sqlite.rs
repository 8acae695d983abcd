//! The index against SQLite's FTS5 with trigrams (LIKE for words under three characters), keystroke by keystroke: total,
//! counts of every facet's values and the first hundred rows by name.
//!
//! The table is in memory, not encrypted, already folded, and its order by name is indexed. SQLite finds less: it knows
//! nothing of other scripts. Of all keystrokes of the benchmark `keystroke` every so-many-th is compared, once they are put in
//! order by length and by how much they find, so that the sample has as many of each sort as all have. Both sides are timed
//! on data that was read before, several times where it is quick, and the quickest counts. An answer that SQLite does not
//! give within a deadline counts as given then.
//!
//! `SEARCH_ROWS` sets the number of customers, `SEARCH_SAMPLE` that of keystrokes, `SEARCH_DEADLINE` the milliseconds SQLite has
//! for an answer, `SEARCH_SECONDS` when to end in any case; what is not compared by then is left out in no particular order.
//! It asserts nothing, as times depend on the machine.
#![expect(clippy::print_stdout, reason = "a benchmark tells its result")]

use jiff::Timestamp;
use kyc::BookCustomer;
use rusqlite::{Connection, ErrorCode, InterruptHandle, params_from_iter};
use search::{Column, Index, Query, fold};
use std::hint::black_box;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant};
use synthetic::{FIRST_ROWS, customers, queries, setting};

mod synthetic;

/// Answers up to this long are timed again.
const QUICK: Duration = Duration::from_millis(100);
/// How often quick answers are timed.
const ROUNDS: usize = 3;

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

/// Interrupts SQLite when an answer takes longer than the deadline.
struct Deadline {
    begun: Sender<()>,
    ended: Sender<()>,
}

impl Deadline {
    /// Watches a connection on a thread of its own, for as long as this lives.
    fn watch(sqlite: Arc<InterruptHandle>, limit: Duration) -> Self {
        let (begun, begins) = channel();
        let (ended, ends): (Sender<()>, Receiver<()>) = channel();
        std::thread::spawn(move || {
            while begins.recv().is_ok() {
                // Again and again, as one that comes before a statement has begun is lost.
                let mut rest = limit;
                while let Err(RecvTimeoutError::Timeout) = ends.recv_timeout(rest) {
                    sqlite.interrupt();
                    rest = Duration::from_millis(1);
                }
            }
        });
        Self { begun, ended }
    }

    /// How long SQLite takes for an answer; `None` when it is longer than the deadline.
    fn time(&self, sqlite: &Connection, text: &str) -> rusqlite::Result<Option<Duration>> {
        let _ = self.begun.send(());
        let started = Instant::now();
        let answer = ask(sqlite, text);
        let taken = started.elapsed();
        let _ = self.ended.send(());
        match answer {
            Ok(total) => {
                black_box(total);
                Ok(Some(taken))
            }
            Err(error) if error.sqlite_error_code() == Some(ErrorCode::OperationInterrupted) => Ok(None),
            Err(error) => Err(error),
        }
    }
}

/// What was typed, and how quick the answers were.
struct Stroke {
    typed: String,
    own: Duration,
    /// No longer than the deadline.
    sqlite: Duration,
    is_over: bool,
}

impl Stroke {
    fn advantage(&self) -> f64 {
        self.sqlite.as_secs_f64() / self.own.as_secs_f64()
    }
}

fn find(index: &Index, typed: &str) -> usize {
    let query = Query { text: typed.to_owned(), ..Query::default() };
    let Some(found) = index.find(&query, Timestamp::UNIX_EPOCH, &|| false) else { return 0 };
    black_box(found.keys(0..FIRST_ROWS));
    found.total()
}

/// Every so-many-th keystroke of all, by length and by how much it finds, then in an order that says nothing.
fn sample(index: &Index, customers: &[BookCustomer], count: usize) -> Vec<String> {
    let mut strokes: Vec<(usize, usize, String)> = Vec::new();
    for query in queries(customers) {
        for (at, letter) in query.char_indices() {
            let typed = query.get(..at + letter.len_utf8()).unwrap_or_default();
            strokes.push((typed.chars().count(), find(index, typed), typed.to_owned()));
        }
    }
    strokes.sort();
    let all = strokes.len();
    let chosen = (0..count.min(all)).filter_map(|number| strokes.get((2 * number + 1) * all / (2 * count.min(all))));
    let mut chosen: Vec<String> = chosen.map(|(.., typed)| typed.clone()).collect();
    let mut numbers = synthetic::Numbers::new(5);
    for place in (1..chosen.len()).rev() {
        chosen.swap(place, numbers.below(place + 1));
    }
    chosen
}

/// How long the index takes for a keystroke, the earlier letters of which were typed before.
fn time_own(index: &mut Index, typed: &str) -> Duration {
    let mut quickest = Duration::MAX;
    for _ in 0..ROUNDS {
        index.forget_searches();
        let mut taken = Duration::ZERO;
        for (at, letter) in typed.char_indices() {
            let started = Instant::now();
            find(index, typed.get(..at + letter.len_utf8()).unwrap_or_default());
            taken = started.elapsed();
        }
        quickest = quickest.min(taken);
    }
    quickest
}

fn main() -> rusqlite::Result<()> {
    let count = setting("SEARCH_ROWS", 100_000);
    let limit = Duration::from_millis(setting("SEARCH_DEADLINE", 1500).into());
    let seconds = Duration::from_secs(setting("SEARCH_SECONDS", 300).into());
    let customers = customers(count);
    let started = Instant::now();
    let sqlite = fill(&customers)?;
    println!("{count} customers, SQLite {} filled in {:.1?}", rusqlite::version(), started.elapsed());
    let started = Instant::now();
    let mut index = Index::new();
    index.upsert(&customers);
    index.prepare(Column::Name, &|| false);
    println!("index built and ordered by name in {:.1?}", started.elapsed());

    let wanted = sample(&index, &customers, setting("SEARCH_SAMPLE", 300) as usize);
    let deadline = Deadline::watch(Arc::new(sqlite.get_interrupt_handle()), limit);
    let started = Instant::now();
    let mut strokes: Vec<Stroke> = Vec::new();
    for typed in &wanted {
        if started.elapsed() > seconds {
            break;
        }
        let own = time_own(&mut index, typed);
        // The first answer may have to fetch what the others find.
        let mut quickest = deadline.time(&sqlite, typed)?;
        for _ in 1..ROUNDS {
            let Some(known) = quickest.filter(|known| *known < QUICK) else { break };
            quickest = Some(deadline.time(&sqlite, typed)?.map_or(known, |again| again.min(known)));
        }
        let is_over = quickest.is_none();
        strokes.push(Stroke { typed: typed.clone(), own, sqlite: quickest.unwrap_or(limit), is_over });
    }
    tell(strokes, wanted.len(), limit);
    Ok(())
}

fn tell(mut strokes: Vec<Stroke>, wanted: usize, limit: Duration) {
    let over = strokes.iter().filter(|stroke| stroke.is_over).count();
    println!(
        "\n{} keystrokes of {wanted} compared; {over} times SQLite had no answer within {limit:.1?}, and is taken to have had it then",
        strokes.len()
    );
    let sorted = |time: fn(&Stroke) -> Duration| {
        let mut times: Vec<Duration> = strokes.iter().map(time).collect();
        times.sort_unstable();
        times
    };
    let (own, sqlite) = (sorted(|stroke| stroke.own), sorted(|stroke| stroke.sqlite));
    println!("{:<8} {:>10} {:>12} {:>8}", "", "index", "SQLite", "times");
    for (name, share) in [("p50", 50), ("p90", 90), ("p99", 99), ("worst", 100)] {
        let at =
            |times: &[Duration]| times.get(times.len().saturating_sub(1) * share / 100).copied().unwrap_or_default();
        let (own, sqlite) = (at(&own), at(&sqlite));
        println!("{name:<8} {own:>10.1?} {sqlite:>12.1?} {:>8.0}", sqlite.as_secs_f64() / own.as_secs_f64());
    }
    strokes.sort_by(|one, other| one.advantage().total_cmp(&other.advantage()));
    let median = strokes.get(strokes.len() / 2).map_or(0.0, Stroke::advantage);
    println!("for one and the same keystroke: {median:.0} times in the median, and the least:");
    for stroke in strokes.iter().take(5) {
        println!(
            "{:>8.1} times, {:.1?} against {:.1?}, at {:?}",
            stroke.advantage(),
            stroke.own,
            stroke.sqlite,
            stroke.typed
        );
    }
}

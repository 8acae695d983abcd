//! From keystroke to answer: each beginning of each query, over synthetic customers, against one scan of the same amount
//! of folded text by all threads. Such a scan is run before each query, and the quickest of all is the unit: nothing that
//! disturbs the machine can make the ratios better.
//!
//! `cargo bench -p search --bench keystroke` prints a table of ratios; `SEARCH_ROWS` sets the number of customers, `SEARCH_ROUNDS`
//! how often each query is typed, and `SEARCH_STROKES` lists each keystroke. It asserts nothing, as times depend on the machine.
#![expect(clippy::print_stdout, reason = "a benchmark tells its result")]

use jiff::Timestamp;
use kyc::{BookCustomer, KycStatus};
use memchr::memmem;
use rayon::prelude::*;
use search::{Column, Filling, Index, Query, Sort, fold};
use std::hint::black_box;
use std::time::{Duration, Instant};
use synthetic::{FIRST_ROWS, TYPED, customers, queries, setting};

mod synthetic;

/// Customers that are handed over at a time while the index is built.
const CHUNK: usize = 2_000;

/// The quickest of a few runs, which is the one least disturbed.
fn quickest<T>(runs: usize, mut run: impl FnMut() -> T) -> Duration {
    let timed = |_| {
        let started = Instant::now();
        black_box(run());
        started.elapsed()
    };
    (0..runs).map(timed).min().unwrap_or_default()
}

/// One scan of some text by all threads.
fn scan(text: &[u8]) -> bool {
    let finder = memmem::Finder::new("no customer has this");
    text.par_chunks(1 << 20).any(|piece| finder.find(piece).is_some())
}

/// The memory that the process holds, in bytes, where the system tells.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.trim().strip_suffix(" kB")?.trim().parse::<u64>().ok()).unwrap_or_default() * 1024
}

fn main() {
    let count = setting("SEARCH_ROWS", 200_000);
    let customers = customers(count);
    let mut text = String::new();
    for customer in &customers {
        let said = &customer.customer;
        for field in [said.name.as_deref(), said.email.as_deref(), said.phone.as_deref(), Some(said.id.as_str())]
            .into_iter()
            .flatten()
        {
            text.push_str(&fold(field));
            text.push('\n');
        }
    }
    println!(
        "{count} customers, {} MB of folded text, {} threads",
        text.len() / 1_000_000,
        rayon::current_num_threads()
    );

    let (before, started) = (resident(), Instant::now());
    let mut filling = Filling::new(|| {});
    for customers in customers.chunks(CHUNK) {
        filling.take(customers.to_vec());
    }
    let mut index = filling.finish();
    println!("index built on all threads, with copying the customers, in {:.2?}", started.elapsed());
    let memory = |index: &str, now: u64| {
        let bytes = now.saturating_sub(before);
        println!(
            "memory of the index {index}: {} MB, {:.2} of the folded text",
            bytes / 1_000_000,
            bytes as f64 / text.len() as f64
        );
    };
    memory("as built", resident());
    let held = index.held();
    for (part, bytes) in &held {
        println!("    {part:<36} {:>6.1} MB {:>6.3}", *bytes as f64 / 1e6, *bytes as f64 / text.len() as f64);
    }
    let held: usize = held.iter().map(|(_, bytes)| bytes).sum();
    println!("    {:<36} {:>6.1} MB {:>6.3}", "all of them", held as f64 / 1e6, held as f64 / text.len() as f64);

    let mut plain = quickest(9, || scan(text.as_bytes()));
    println!("one parallel scan of all folded text: {plain:.1?}\n");

    let ask = |index: &Index, text: &str, column| {
        let query = Query { text: text.to_owned(), sort: Sort { column, descending: false }, ..Query::default() };
        let found = index.find(&query, Timestamp::UNIX_EPOCH, &|| false)?;
        black_box(found.keys(0..FIRST_ROWS));
        Some(found.total())
    };
    for column in [Column::Name, Column::Email, Column::Id, Column::Kyc] {
        let started = Instant::now();
        index.prepare(column, &|| false);
        let first = started.elapsed();
        let again = quickest(3, || ask(&index, "", column));
        println!("first order by {:<7} {first:>9.1?}   everybody by it {again:>9.1?}", column.name());
    }
    memory("with four orders", resident());

    // Each query is typed into an index that has forgotten all earlier searches; the quickest of the typings counts.
    let rounds = setting("SEARCH_ROUNDS", 3);
    let mut strokes: Vec<Stroke> = Vec::new();
    for query in queries(&customers) {
        let ends: Vec<usize> = query.char_indices().map(|(at, letter)| at + letter.len_utf8()).collect();
        let mut quickest = vec![(Duration::MAX, 0); ends.len()];
        plain = plain.min(self::quickest(2, || scan(text.as_bytes())));
        for _ in 0..rounds {
            index.forget_searches();
            for (end, quickest) in ends.iter().zip(&mut quickest) {
                let started = Instant::now();
                let found = ask(&index, &query[..*end], Column::Name).unwrap_or_default();
                *quickest = (started.elapsed(), found).min(*quickest);
            }
        }
        strokes.extend(ends.iter().zip(quickest).map(|(end, (time, found))| Stroke {
            typed: query[..*end].to_owned(),
            found,
            time,
            scans: 0.0,
        }));
    }
    strokes.iter_mut().for_each(|stroke| stroke.scans = stroke.time.as_secs_f64() / plain.as_secs_f64());
    memory("after all searches", resident());
    println!(
        "\n{} keystrokes of {TYPED} queries, in parallel scans, the quickest of which took {plain:.1?}:",
        strokes.len()
    );
    println!("{:<22} {:>7} {:>7} {:>7} {:>7}  worst at", "", "p50", "p90", "p99", "worst");
    let letters = |stroke: &Stroke| stroke.typed.chars().count();
    table("every keystroke", strokes.iter().collect());
    table("the first letter", strokes.iter().filter(|stroke| letters(stroke) == 1).collect());
    table("the second", strokes.iter().filter(|stroke| letters(stroke) == 2).collect());
    table("the third", strokes.iter().filter(|stroke| letters(stroke) == 3).collect());
    table("later ones", strokes.iter().filter(|stroke| letters(stroke) > 3).collect());
    table("found under 1 %", strokes.iter().filter(|stroke| stroke.found < customers.len() / 100).collect());
    if std::env::var_os("SEARCH_STROKES").is_some() {
        for stroke in &strokes {
            println!("{:<16} {:>9} {:>10.1?} {:>8.2}", stroke.typed, stroke.found, stroke.time, stroke.scans);
        }
    }

    updates(&mut index, &customers, &|index| ask(index, "", Column::Name));
    drop(index);
    let started = Instant::now();
    let mut following = Index::new();
    following.upsert(&customers);
    println!(
        "everybody taken in one after another, by an index that can be searched meanwhile: {:.1?}",
        started.elapsed()
    );
}

/// Takes changed customers in, a thousand at a time, with somebody reading an earlier state meanwhile.
fn updates(index: &mut Index, customers: &[BookCustomer], ask: &dyn Fn(&Index) -> Option<usize>) {
    let (mut taking, mut asking) = (Vec::new(), Vec::new());
    for round in 0..5 {
        let step = customers.len() / 1000;
        let changed: Vec<BookCustomer> = customers
            .iter()
            .skip(round)
            .step_by(step.max(1))
            .map(|customer| {
                let mut changed = customer.clone();
                changed.customer.kyc = KycStatus::Rejected;
                changed.customer.name = Some("Иван Новый".to_owned());
                changed
            })
            .collect();
        let reading = index.snapshot();
        let started = Instant::now();
        index.upsert(&changed);
        taking.push(started.elapsed());
        drop(reading);
        let started = Instant::now();
        black_box(ask(index));
        asking.push(started.elapsed());
    }
    taking.sort_unstable();
    asking.sort_unstable();
    println!("\n1000 changed customers taken in: {:.1?}, median of {:.1?}", taking[2], taking);
    println!("everybody by name right after: {:.1?}, median of {:.1?}", asking[2], asking);
    let snapshot = index.snapshot();
    let started = Instant::now();
    let folded = snapshot.fold();
    let folding = started.elapsed();
    let started = Instant::now();
    let taken = index.take_over(folded);
    println!(
        "5000 changes folded in, in the background: {folding:.1?}, taken over ({taken}) in {:.1?}",
        started.elapsed()
    );
}

/// One more letter, and the answer.
struct Stroke {
    typed: String,
    found: usize,
    time: Duration,
    scans: f64,
}

fn table(title: &str, mut strokes: Vec<&Stroke>) {
    strokes.sort_by(|one, other| one.scans.total_cmp(&other.scans));
    let at = |share: usize| strokes.get(strokes.len().saturating_sub(1) * share / 100);
    let scans = |share| at(share).map_or(0.0, |stroke| stroke.scans);
    let worst = at(100).map_or_else(String::new, |stroke| format!("{:?}, {} found", stroke.typed, stroke.found));
    println!("{title:<22} {:>7.2} {:>7.2} {:>7.2} {:>7.2}  {worst}", scans(50), scans(90), scans(99), scans(100));
}

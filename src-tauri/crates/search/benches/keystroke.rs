//! From keystroke to answer: each beginning of each query, over synthetic customers, against one scan of the same amount
//! of folded text by all threads.
//!
//! `cargo bench -p search` prints a table of ratios; `SEARCH_ROWS` sets the number of customers, `SEARCH_ROUNDS`
//! how often each query is typed, and `SEARCH_STROKES` lists each keystroke. It asserts nothing, as times depend on the machine.
#![expect(clippy::print_stdout, reason = "a benchmark tells its result")]

use jiff::Timestamp;
use kyc::{
    Blocked, BookCustomer, ConnectionId, Customer, CustomerKey, KycStatus, ProviderCustomerId, ProviderId, TrustLevel,
};
use memchr::memmem;
use rayon::prelude::*;
use search::{Column, Index, Query, Sort, fold};
use std::hint::black_box;
use std::time::{Duration, Instant};

const SURNAMES: &[&str] = &[
    "Иванов",
    "Смирнова",
    "Чайковский",
    "Щербаков",
    "García López",
    "Rodríguez",
    "Garcia",
    "Smith",
    "Sergeev",
    "Гарсия",
    "Қасымов",
    "Әбілова",
    "Соловьёв",
    "Петренко",
    "Müller",
    "Johnson",
    "Kuznetsova",
    "Яковлева",
    "Жуков",
    "Fernández Ruiz",
    "O'Brien",
    "Хасанов",
    "Белый",
    "Tchaikovsky",
];
const GIVEN: &[&str] = &[
    "Иван",
    "Юлия",
    "Сергей",
    "Нұрсұлтан",
    "Айгерім",
    "María",
    "José",
    "Ivan",
    "Anna",
    "John",
    "Пётр",
    "Ксения",
    "Дмитрий",
    "Sofía",
    "Евгений",
    "Александр",
    "Emily",
    "Carlos",
    "Наталья",
    "Olga",
];
/// What is typed, letter by letter; [`queries`] adds as many names, phones, e-mails and ids of customers.
const QUERIES: &[&str] = &[
    "garcia",
    "гарсия",
    "ivan",
    "иван",
    "tchaikovsky",
    "щербаков",
    "sergeev anna",
    "мария гарс",
    "+7 916 12",
    "9161234",
    "ivan.ivanov1",
    "example.com",
    "zzzz",
    "ъъъ",
    "нұрсұлтан",
    "nursultan",
    "o'brien",
    "a",
    "я",
    "e0d2f",
];
/// How many rows of an answer are asked for at once, as the grid does.
const FIRST_ROWS: usize = 100;
/// How many queries are typed in all.
const TYPED: usize = 200;

fn queries(customers: &[BookCustomer]) -> Vec<String> {
    let mut queries: Vec<String> = QUERIES.iter().map(|query| (*query).to_owned()).collect();
    let mut numbers = Numbers(11);
    while queries.len() < TYPED {
        let said = &numbers.pick(customers).customer;
        let name = said.name.clone().unwrap_or_default();
        let text = match numbers.below(6) {
            0 => name,
            1 => name.split(' ').next_back().unwrap_or_default().to_owned(),
            2 => name.split(' ').rev().collect::<Vec<_>>().join(" "),
            3 => said.email.clone().unwrap_or_default(),
            4 => said.phone.clone().unwrap_or_default(),
            _ => said.id.as_str().to_owned(),
        };
        if !text.is_empty() {
            queries.push(text.to_lowercase().chars().take(14).collect());
        }
    }
    queries
}

/// A small generator of numbers that look random and are the same in every run.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from((self.0 >> 33) % (bound as u64)).unwrap_or_default()
    }

    fn pick<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        let at = self.below(of.len());
        &of[at]
    }
}

fn customers(count: u32) -> Vec<BookCustomer> {
    let mut numbers = Numbers(7);
    let epoch = Timestamp::UNIX_EPOCH;
    let statuses =
        [KycStatus::Verified, KycStatus::Verified, KycStatus::Pending, KycStatus::Rejected, KycStatus::NotStarted];
    let levels = [Some(TrustLevel::New), Some(TrustLevel::Level1), Some(TrustLevel::Level2), None];
    (0..count)
        .filter_map(|key| {
            // Some names in ten are rarer, so that the vocabulary grows with the number of customers as real ones do.
            let rare = if numbers.below(10) == 0 {
                format!(
                    "{}ов",
                    ["ба", "ти", "ку", "ре", "мо"].map(|part| if numbers.below(2) == 0 { part } else { "на" }).concat()
                )
            } else {
                String::new()
            };
            let (surname, given) = (*numbers.pick(SURNAMES), *numbers.pick(GIVEN));
            let lp = numbers.below(2) == 0;
            Some(BookCustomer {
                key: CustomerKey(key),
                connection: ConnectionId::new(if lp { "lp" } else { "cp" }),
                provider: ProviderId::new(if lp { "loveandpay" } else { "cryptopocket" }),
                customer: Customer {
                    id: ProviderCustomerId::new(format!("{:08x}-0000-4000-8000-{key:012x}", numbers.below(1 << 31)))?,
                    name: Some(format!("{given} {surname}{rare}")),
                    email: Some(format!(
                        "{}.{}{}@mail.example.com",
                        ["ivan", "anna", "jose", "olga"][numbers.below(4)],
                        ["ivanov", "garcia", "smith"][numbers.below(3)],
                        numbers.below(900_000)
                    )),
                    phone: lp.then(|| format!("+79{:09}", numbers.below(1_000_000_000))),
                    kyc: numbers.pick(&statuses).clone(),
                    trust: numbers.pick(&levels).clone(),
                    blocked: Blocked::No,
                    payments: Some(u32::try_from(numbers.below(40)).unwrap_or_default()),
                    paid: None,
                    last_payment: None,
                    created: None,
                    raw: String::new(),
                },
                first_seen: epoch,
                last_seen: epoch,
                kyc_changed: None,
                unlisted_since: None,
            })
        })
        .collect()
}

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
    let count = std::env::var("SEARCH_ROWS").ok().and_then(|rows| rows.parse().ok()).unwrap_or(200_000);
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
    let mut index = Index::new();
    index.upsert(&customers);
    println!("index built in {:.1?}", started.elapsed());
    let memory = |index: &str, now: u64| {
        let bytes = now.saturating_sub(before);
        println!(
            "memory of the index {index}: {} MB, {:.2} of the folded text",
            bytes / 1_000_000,
            bytes as f64 / text.len() as f64
        );
    };
    memory("as built", resident());

    let plain = quickest(9, || scan(text.as_bytes()));
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
    let rounds = std::env::var("SEARCH_ROUNDS").ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(3u32);
    let mut strokes: Vec<Stroke> = Vec::new();
    for query in queries(&customers) {
        let ends: Vec<usize> = query.char_indices().map(|(at, letter)| at + letter.len_utf8()).collect();
        let mut quickest = vec![(Duration::MAX, 0); ends.len()];
        let scan = self::quickest(2, || scan(text.as_bytes())).min(plain * 2);
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
            scans: time.as_secs_f64() / scan.as_secs_f64(),
        }));
    }
    memory("after all searches", resident());
    println!("\n{} keystrokes of {TYPED} queries, in parallel scans:", strokes.len());
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

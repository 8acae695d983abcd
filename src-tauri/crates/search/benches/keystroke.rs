//! From keystroke to answer: each beginning of each query, over synthetic customers, against one plain scan of the same
//! amount of folded text.
//!
//! `cargo bench -p search` prints a table of ratios; `SEARCH_ROWS` sets the number of customers. It asserts nothing, as
//! times depend on the machine.
#![expect(clippy::print_stdout, reason = "a benchmark tells its result")]

use jiff::Timestamp;
use kyc::{
    Blocked, BookCustomer, ConnectionId, Customer, CustomerKey, KycStatus, ProviderCustomerId, ProviderId, TrustLevel,
};
use memchr::memmem;
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
fn quickest<T>(mut run: impl FnMut() -> T) -> Duration {
    (0..5)
        .map(|_| {
            let started = Instant::now();
            black_box(run());
            started.elapsed()
        })
        .min()
        .unwrap_or_default()
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

    let started = Instant::now();
    let mut index = Index::new();
    index.upsert(&customers);
    println!(
        "{count} customers, {} MB of folded text, index built in {:.0?}",
        text.len() / 1_000_000,
        started.elapsed()
    );

    let finder = memmem::Finder::new("no customer has this");
    let scan = quickest(|| finder.find(text.as_bytes()));
    println!("one plain scan of all folded text: {scan:.1?}\n");

    let ask = |text: &str, column| {
        let query = Query { text: text.to_owned(), sort: Sort { column, descending: false }, ..Query::default() };
        index.search(&query, Timestamp::UNIX_EPOCH, &|| false)
    };
    for column in Column::ALL {
        let started = Instant::now();
        black_box(ask("", column));
        println!(
            "first order by {:<13} {:>9.1?}   again {:>9.1?}",
            column.name(),
            started.elapsed(),
            quickest(|| ask("", column))
        );
    }

    println!("\n{:<16} {:>9} {:>10} {:>8}", "typed", "found", "time", "scans");
    let mut ratios: Vec<f64> = Vec::new();
    for query in QUERIES {
        for (end, letter) in query.char_indices() {
            let typed = &query[..end + letter.len_utf8()];
            let found = ask(typed, Column::Name).map_or(0, |found| found.total);
            let time = quickest(|| ask(typed, Column::Name));
            let ratio = time.as_secs_f64() / scan.as_secs_f64();
            ratios.push(ratio);
            println!("{typed:<16} {found:>9} {time:>10.1?} {ratio:>8.2}");
        }
    }
    ratios.sort_by(f64::total_cmp);
    let at = |share: usize| ratios.get((ratios.len() - 1) * share / 100).copied().unwrap_or_default();
    println!("\nscans per keystroke: median {:.2}, p90 {:.2}, p99 {:.2}, worst {:.2}", at(50), at(90), at(99), at(100));

    let changed: Vec<BookCustomer> = customers
        .iter()
        .step_by(customers.len() / 1000 + 1)
        .map(|customer| {
            let mut changed = customer.clone();
            changed.customer.kyc = KycStatus::Rejected;
            changed.customer.name = Some("Иван Новый".to_owned());
            changed
        })
        .collect();
    let started = Instant::now();
    index.upsert(&changed);
    println!("{} changed customers taken in: {:.1?}", changed.len(), started.elapsed());
}

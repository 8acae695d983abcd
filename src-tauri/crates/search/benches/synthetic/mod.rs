//! Synthetic customers and what is typed to find them, for the benchmarks. Names come from few words, as real ones do not.

use jiff::Timestamp;
use kyc::{
    Blocked, BookCustomer, ConnectionId, Customer, CustomerKey, KycStatus, ProviderCustomerId, ProviderId, TrustLevel,
};

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
pub(crate) const FIRST_ROWS: usize = 100;
/// How many queries are typed in all.
pub(crate) const TYPED: usize = 200;

/// A number from the environment.
pub(crate) fn setting(name: &str, otherwise: u32) -> u32 {
    std::env::var(name).ok().and_then(|number| number.parse().ok()).unwrap_or(otherwise)
}

/// What is typed.
pub(crate) fn queries(customers: &[BookCustomer]) -> Vec<String> {
    let mut queries: Vec<String> = QUERIES.iter().map(|query| (*query).to_owned()).collect();
    let mut numbers = Numbers::new(11);
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
pub(crate) struct Numbers(u64);

impl Numbers {
    /// The numbers of a seed.
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// A number below a bound.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from((self.0 >> 33) % (bound as u64)).unwrap_or_default()
    }

    fn pick<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        let at = self.below(of.len());
        &of[at]
    }
}

/// Customers, the same in every run.
pub(crate) fn customers(count: u32) -> Vec<BookCustomer> {
    let mut numbers = Numbers::new(7);
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

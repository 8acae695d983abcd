//! Customers for tests: made by hand, and made at random from few values, so that they often meet.

use jiff::{SignedDuration, Timestamp};
use kyc::{
    Blocked, BookCustomer, ConnectionId, Currency, Customer, CustomerKey, KycStatus, Money, ProviderCustomerId,
    ProviderId, TrustLevel,
};
use proptest::prelude::*;
use proptest::sample::select;
use rust_decimal::Decimal;

/// The moment at which the tests ask.
pub(super) fn now() -> Timestamp {
    "2026-03-10T12:00:00Z".parse().unwrap()
}

/// A customer of whom nothing is known.
pub(super) fn nobody(key: u32) -> BookCustomer {
    BookCustomer {
        key: CustomerKey(key),
        connection: ConnectionId::new("lp"),
        provider: ProviderId::new("loveandpay"),
        customer: Customer {
            id: ProviderCustomerId::new(format!("{key}")).unwrap(),
            name: None,
            email: None,
            phone: None,
            kyc: KycStatus::Verified,
            trust: None,
            blocked: Blocked::No,
            payments: None,
            paid: None,
            last_payment: None,
            created: None,
            raw: String::new(),
        },
        first_seen: now(),
        last_seen: now(),
        kyc_changed: None,
        unlisted_since: None,
    }
}

/// Words of names in several scripts, some of them one person's in several spellings.
const NAME_WORDS: &[&str] = &[
    "Иван",
    "Ivan",
    "Iván",
    "Гарсия",
    "García",
    "Garcia",
    "Сергей",
    "Sergey",
    "Sergei",
    "Юлия",
    "Julia",
    "Пётр",
    "Петр",
    "Ильин",
    "Алексей",
    "Alexey",
    "Римский-Корсаков",
    "Нұрсұлтан",
    "Nursultan",
    "O'Brien",
    "ß",
    "Щукин",
    "Гоша",
    "<b>",
    "Иvan",
    "’",
    "王小明",
    "Кирило",
    "й",
    "и\u{306}",
    "Хосе",
];

/// What officers may type.
const TYPED: &[&str] = &[
    "иван",
    "ivan",
    "гарс",
    "garc",
    "garcia",
    "гарсия",
    "sergei",
    "julia",
    "a",
    "я",
    "и",
    "й",
    "x",
    "alex",
    "алек",
    "'",
    "ь",
    "+7",
    "8916",
    "916",
    "+7 916",
    "8 (916) 1",
    "123-45",
    "0034",
    "2f",
    "2f-0",
    "-",
    "7",
    "rimsky-k",
    "корсаков",
    "o'b",
    "ss",
    "@",
    "example.com",
    "nur",
    "нурсултан",
    "iv ga",
    "ив га",
    "shch",
    "h",
    "jose",
    "хосе",
    "王",
    "иv",
    "kirylo",
    "э",
    "сер",
    "17",
    "0",
    "cafe",
    "кафе",
    "a@b",
    "n@ex",
    "ivan7",
    "7@ma",
    "n7.p",
    "17@1",
    "63.c",
    "7.petrov77@m",
    "иван7",
    "ван@e",
    "77",
    "t7",
];

fn name() -> impl Strategy<Value = Option<String>> {
    let words = proptest::collection::vec(select(NAME_WORDS), 0..4).prop_map(|words| words.join(" "));
    proptest::option::weighted(0.9, prop_oneof![9 => words, 1 => "\\PC{0,6}"])
}

fn time() -> impl Strategy<Value = Option<Timestamp>> {
    proptest::option::of((0i64..8).prop_map(|days| now() - SignedDuration::from_hours(12 * days)))
}

fn status() -> impl Strategy<Value = KycStatus> {
    let unknown = select(&["", "IN_REVIEW", "odd"][..]).prop_map(|word| KycStatus::Unknown(word.to_owned()));
    let known = select(vec![KycStatus::Verified, KycStatus::Pending, KycStatus::Rejected, KycStatus::NotStarted]);
    prop_oneof![4 => known, 1 => unknown]
}

fn trust() -> impl Strategy<Value = Option<TrustLevel>> {
    let levels = vec![
        TrustLevel::New,
        TrustLevel::Level1,
        TrustLevel::Level3,
        TrustLevel::Unknown("GOLD".to_owned()),
        TrustLevel::Unknown("AAA".to_owned()),
    ];
    proptest::option::of(select(levels))
}

fn said() -> impl Strategy<Value = Customer> {
    let ids = select(
        &[
            "17",
            "007",
            "7",
            "9C2E0D2F-0000-4000",
            "9c2e0d2f-0001",
            "a-b",
            "100000000000000000000",
            "99999999999999999999",
        ][..],
    );
    let emails = select(
        &[
            "ivan@example.com",
            "Ivan@Example.com",
            "garcia.maria@example.org",
            "josé@example.com",
            "jose@example.com",
            "none",
            "@",
            "o'brien@x.io",
            "и\u{306}@x.рф",
            "café@e\u{301}.fr",
            "ivan7.petrov77@mail.example.com",
            "x17@163.com",
            "a@b7@c.de",
            "7@7",
            "nikolai77",
        ][..],
    );
    let phones = select(
        &[
            "+7 (916) 123-45-67",
            "8 916 123 45 67",
            "79161234567",
            "9161234567",
            "+34612345678",
            "0034 612 345 678",
            "+7",
            "нет",
            "+81 90 1234 567",
        ][..],
    );
    let money = (-300i64..300, 0u32..3)
        .prop_map(|(amount, digits)| Money { amount: Decimal::new(amount, digits), currency: Currency::rub() });
    (
        (ids, name(), proptest::option::of(emails), proptest::option::of(phones)),
        (status(), trust(), select(vec![Blocked::Yes, Blocked::No, Blocked::Unknown])),
        (proptest::option::of(0u32..3), proptest::option::of(money), time(), time()),
    )
        .prop_map(|((id, name, email, phone), (kyc, trust, blocked), (payments, paid, last_payment, created))| {
            Customer {
                id: ProviderCustomerId::new(id).unwrap(),
                name,
                email: email.map(str::to_owned),
                phone: phone.map(str::to_owned),
                kyc,
                trust,
                blocked,
                payments,
                paid,
                last_payment,
                created,
                raw: String::new(),
            }
        })
}

fn connection() -> impl Strategy<Value = (ConnectionId, ProviderId)> {
    select(&[("lp", "loveandpay"), ("lp2", "loveandpay"), ("cp", "cryptopocket")][..])
        .prop_map(|(id, provider)| (ConnectionId::new(id), ProviderId::new(provider)))
}

pub(super) fn customer() -> impl Strategy<Value = BookCustomer> {
    let key = prop_oneof![20 => 0u32..40, 1 => Just(5000), 1 => Just(20_000)];
    (key, connection(), said(), time(), proptest::option::weighted(0.2, Just(now()))).prop_map(
        |(key, (connection, provider), customer, kyc_changed, unlisted_since)| BookCustomer {
            connection,
            provider,
            customer,
            kyc_changed,
            unlisted_since,
            ..nobody(key)
        },
    )
}

/// A change of the book.
#[derive(Debug, Clone)]
pub(super) enum Change {
    Upsert(Vec<BookCustomer>),
    Remove(ConnectionId),
}

pub(super) fn changes() -> impl Strategy<Value = Vec<Change>> {
    let upsert = |most| proptest::collection::vec(customer(), 0..most).prop_map(Change::Upsert);
    let remove = connection().prop_map(|(connection, _)| Change::Remove(connection));
    proptest::collection::vec(prop_oneof![1 => upsert(40), 4 => upsert(5), 1 => remove], 1..9)
}

/// A part of typed text, with what is typed before it.
#[derive(Debug, Clone)]
pub(super) struct Part {
    pub excluded: bool,
    pub field: Option<(&'static str, crate::Field)>,
    pub quoted: bool,
    pub text: String,
}

impl Part {
    pub fn typed(&self) -> String {
        let (dash, quote) = (if self.excluded { "-" } else { "" }, if self.quoted { "\"" } else { "" });
        format!("{dash}{}{quote}{}{quote}", self.field.map_or("", |(name, _)| name), self.text)
    }
}

/// Parts without numbers beside each other, which would be read as one phone.
pub(super) fn parts() -> impl Strategy<Value = Vec<Part>> {
    let fields = [
        ("name:", crate::Field::Name),
        ("Имя: ", crate::Field::Name),
        ("correo:", crate::Field::Email),
        ("teléfono:", crate::Field::Phone),
        ("id:", crate::Field::Id),
    ];
    let words = &[
        "ivan",
        "иван",
        "гар",
        "garcia",
        "se",
        "й",
        "o'brien",
        "example",
        "2f-0",
        "8916",
        "+7",
        "ъ",
        "@",
        "a",
        "n7.p",
        "7@",
        "иван7",
        "7@ma",
    ][..];
    let phrases = &["иван гар", "ivan", "2f-0", "й", "ivan ser", "+7 916", "", " "][..];
    let text = prop_oneof![
        3 => select(words).prop_map(|text| (false, text)),
        1 => select(phrases).prop_map(|text| (true, text)),
    ];
    let part = (any::<bool>(), proptest::option::of(select(fields.to_vec())), text)
        .prop_map(|(excluded, field, (quoted, text))| Part { excluded, field, quoted, text: text.to_owned() });
    proptest::collection::vec(part, 1..4).prop_filter("numbers beside each other", |parts| {
        let number = |part: &&Part| part.text.starts_with(['8', '+']);
        parts.iter().filter(number).count() < 2
    })
}

fn between<T: Clone + std::fmt::Debug + 'static>(
    value: impl Strategy<Value = T> + Clone + 'static,
) -> impl Strategy<Value = crate::Between<T>> {
    let end = move || proptest::option::weighted(0.15, value.clone());
    (end(), end()).prop_map(|(from, to)| crate::Between { from, to })
}

fn moment() -> impl Strategy<Value = Timestamp> + Clone {
    (0i64..8).prop_map(|days| now() - SignedDuration::from_hours(12 * days))
}

/// A query with ranges and further columns to order by.
pub(super) fn query() -> impl Strategy<Value = crate::Query> {
    let further = proptest::collection::vec((select(&crate::Column::ALL[..]), any::<bool>()), 0..3);
    let further = prop_oneof![2 => Just(Vec::new()), 1 => further];
    let paid = (-300i64..300, 0u32..3).prop_map(|(amount, digits)| Decimal::new(amount, digits));
    let ranges = (between(moment()), between(moment()), between(moment()), between(0u32..3), between(paid));
    let ranges = prop_oneof![3 => Just(None), 1 => ranges.prop_map(Some)];
    let switches = (proptest::option::weighted(0.1, any::<bool>()), proptest::option::weighted(0.1, any::<bool>()));
    (plain_query(), further, ranges, switches).prop_map(|(query, further, ranges, (listed, disagrees))| {
        let (created, last_payment, status_changed, payments, paid) = ranges.unwrap_or_default();
        crate::Query {
            created,
            last_payment,
            status_changed,
            payments,
            paid,
            listed,
            disagrees,
            then: further.into_iter().map(|(column, descending)| crate::Sort { column, descending }).collect(),
            ..query
        }
    })
}

fn plain_query() -> impl Strategy<Value = crate::Query> {
    let text = prop_oneof![
        4 => Just(String::new()),
        6 => select(TYPED).prop_map(str::to_owned),
        2 => (select(TYPED), select(TYPED)).prop_map(|(one, other)| format!("{one} {other}")),
        2 => (select(NAME_WORDS), 1usize..6).prop_map(|(word, length)| word.chars().take(length).collect()),
        1 => "\\PC{0,5}".prop_filter("syntax has a test of its own", |text| !text.contains(['-', ':', '"', '«', '“', '”', '„'])),
    ];
    let some_of = |values| proptest::collection::vec(values, 0..3);
    let filters = (
        prop_oneof![2 => Just(Vec::new()), 1 => some_of(status()).boxed()],
        prop_oneof![2 => Just(Vec::new()), 1 => proptest::collection::vec(connection().prop_map(|(_, provider)| provider), 0..2).boxed()],
        prop_oneof![2 => Just(Vec::new()), 1 => proptest::collection::vec(trust(), 0..3).boxed()],
        prop_oneof![2 => Just(Vec::new()), 1 => proptest::collection::vec(select(vec![Blocked::Yes, Blocked::No, Blocked::Unknown]), 0..2).boxed()],
    );
    let connection = proptest::option::weighted(0.2, connection().prop_map(|(connection, _)| connection));
    (text, select(&crate::View::ALL[..]), connection, filters, select(&crate::Column::ALL[..]), any::<bool>()).prop_map(
        |(text, view, connection, (kyc, providers, trust, blocked), column, descending)| crate::Query {
            text,
            view,
            connection,
            kyc,
            providers,
            trust,
            blocked,
            sort: crate::Sort { column, descending },
            ..crate::Query::default()
        },
    )
}

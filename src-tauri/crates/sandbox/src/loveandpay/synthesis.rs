//! Makes Love&Pay's customers from the synthetic people: phones, payments, trust levels, blocks and dates that fit together.

use super::row::{Customer, File, Rubles};
use crate::moment::{DAY, MINUTE, Moment, SECOND};
use crate::odd;
use crate::options::{Options, Provider};
use crate::people::{Member, Standing, members};
use crate::random::Random;
use crate::roster::{Entry, Row};
use serde_json::{Map, Value, json};
use std::borrow::Cow;
use std::collections::HashSet;

/// The customers, newest first.
pub fn customers(options: &Options) -> Vec<Entry<Customer, File>> {
    let now = Moment::of(options.now);
    let people = members(Provider::LoveAndPay, options.customers, options.seed);
    let unknown = unknown_words(&people);
    let mut phones = HashSet::with_capacity(people.len());
    let mut entries = Vec::with_capacity(people.len());
    for (index, member) in people.into_iter().enumerate() {
        let mut random = Random::new(options.seed, "loveandpay customer", index as u64);
        let word = unknown.iter().find(|(place, _)| *place == index).map(|(_, word)| *word);
        let phone = phone(&mut random, &mut phones);
        entries.push(customer(member, word, phone, now, &mut random));
    }
    // The id decides between customers of the same millisecond, so that the order never depends on anything else.
    entries.sort_by_cached_key(|(created, entry)| std::cmp::Reverse((*created, entry.row.id())));
    let mut entries: Vec<_> = entries.into_iter().map(|(_, entry)| entry).collect();
    if options.odd {
        let odd = odd_rows(options.seed, now)
            .into_iter()
            .map(|fields| Entry { row: Row::from_fields(fields), beside: File::default() });
        entries.splice(0..0, odd);
    }
    entries
}

/// A few customers, no shared ones, have a status that no reference knows: one in 400, and one at least.
fn unknown_words(people: &[Member]) -> Vec<(usize, &'static str)> {
    let own: Vec<_> = (0..people.len()).filter(|index| !people[*index].shared).collect();
    if own.len() < 20 {
        return Vec::new();
    }
    let count = (people.len() / 400).max(1);
    let words = ["IN_REVIEW", "IN_REVIEW", "MANUAL_REVIEW", "IN_REVIEW", "RESUBMISSION_REQUESTED"];
    // The first of the own people are the cast, which should stay as plain as it is.
    (0..count).map(|index| (own[(10 + index * 397) % own.len()], words[index % words.len()])).collect()
}

fn customer(
    member: Member,
    word: Option<&'static str>,
    phone: String,
    now: Moment,
    random: &mut Random,
) -> (Moment, Entry<Customer, File>) {
    let id = uuid::Builder::from_random_bytes(random.bytes()).into_uuid();
    let created = now.before(span(random, 5 * MINUTE, 730 * DAY));
    let verified = member.standing == Standing::Verified && word.is_none();
    let payments = payments(member.standing, random).min(most_by_age(created, now));
    let last_payment = (payments > 0).then(|| last_payment(member.standing, created, now, random));
    let blocked = random.chance(if member.standing == Standing::Rejected { 140 } else { 7 });
    let reason = blocked.then(|| random.pick(BLOCK_REASONS)).filter(|reason| !reason.is_empty());

    let file = File {
        kyc_verified_at: verified.then(|| between(created, now, 10 * DAY, random)),
        blocked_at: blocked.then(|| between(created, now, 730 * DAY, random)),
        blocked_reason: reason.map(str::to_owned),
    };
    let customer = Customer {
        id,
        full_name: full_name(&member),
        email: member.email,
        phone,
        kyc_status: Cow::Borrowed(word.unwrap_or(status(member.standing))),
        trust_level: Cow::Borrowed(trust_level(payments, verified)),
        total_payments: payments,
        total_amount: Rubles { kopecks: total(payments, random) },
        last_payment_at: last_payment,
        is_blocked: blocked,
        created_at: created,
    };
    (created, Entry { row: Row::Regular(customer), beside: file })
}

/// Love&Pay knows three words; a check that has not begun is pending.
fn status(standing: Standing) -> &'static str {
    match standing {
        Standing::Verified => "VERIFIED",
        Standing::Pending | Standing::NotStarted => "PENDING",
        Standing::Rejected => "REJECTED",
    }
}

/// The documented table: 1 or 2 payments; 3 to 5 or KYC; 6 or more and KYC. Many payments without KYC, for which it has no
/// line, count as the middle level.
fn trust_level(payments: u32, verified: bool) -> &'static str {
    match (payments, verified) {
        (6.., true) => "LEVEL_3",
        (_, true) | (3.., false) => "LEVEL_2",
        (1..=2, false) => "LEVEL_1",
        (0, false) => "NEW",
    }
}

fn full_name(member: &Member) -> String {
    let name = &member.name;
    match &member.patronymic {
        Some(patronymic) => format!("{} {patronymic} {}", name.given, name.family),
        None => format!("{} {}", name.given, name.family).trim_end().to_owned(),
    }
}

/// Blocks of numbers to which, as far as known, no operator of Russia or Kazakhstan is assigned: shaped like mobile
/// numbers, and nobody's.
const PHONE_BLOCKS: &[&str] =
    &["943", "944", "945", "946", "947", "948", "972", "973", "974", "975", "976", "774", "779"];

fn phone(random: &mut Random, taken: &mut HashSet<String>) -> String {
    loop {
        let phone = format!("+7{}{:07}", random.pick(PHONE_BLOCKS), random.within(1_000_000..10_000_000));
        if taken.insert(phone.clone()) {
            return phone;
        }
    }
}

fn payments(standing: Standing, random: &mut Random) -> u32 {
    let most = match standing {
        Standing::Verified => random.weighted(&[(12, 1), (25, 3), (33, 9), (22, 30), (8, 120)]),
        Standing::Pending => random.weighted(&[(50, 1), (38, 3), (11, 6), (1, 12)]),
        Standing::Rejected => random.weighted(&[(45, 1), (40, 4), (15, 8)]),
        Standing::NotStarted => random.weighted(&[(80, 1), (20, 3)]),
    };
    u32::try_from(random.within(0..most)).unwrap_or(0)
}

/// Nobody pays more than about once a day.
fn most_by_age(created: Moment, now: Moment) -> u32 {
    let days = (now.milliseconds() - created.milliseconds()) / DAY;
    u32::try_from(days + 1).unwrap_or(1)
}

/// Payments and checks that were refused lately are what an officer looks for: a third of the rejected who pay have paid
/// within two weeks.
fn last_payment(standing: Standing, created: Moment, now: Moment, random: &mut Random) -> Moment {
    let recent = random.chance(if standing == Standing::Rejected { 330 } else { 250 });
    let earliest = if recent { created.max(now.before(14 * DAY)) } else { created };
    between(earliest, now, 730 * DAY, random)
}

/// In kopecks. Most amounts are round, a third is not.
fn total(payments: u32, random: &mut Random) -> i64 {
    let usual = random.weighted(&[(30, 1_500_u64), (40, 6_000), (20, 20_000), (10, 90_000)]);
    let mut kopecks = 0;
    for _ in 0..payments {
        kopecks += random.within(usual / 4..usual * 2) / 50 * 50 * 100;
    }
    if payments > 0 && random.chance(330) {
        kopecks += random.within(1..5000);
    }
    i64::try_from(kopecks).unwrap_or(i64::MAX)
}

const BLOCK_REASONS: &[&str] = &[
    "Подозрительная активность",
    "Несовпадение данных плательщика",
    "Обращение банка-эмитента",
    "Повторные возвраты",
    "Проверка документов",
    "Chargeback",
    "",
];

/// Milliseconds between the two.
fn span(random: &mut Random, least: i64, most: i64) -> i64 {
    i64::try_from(random.within(least.unsigned_abs()..most.unsigned_abs())).unwrap_or(least)
}

/// A moment after `from`, at most `most` after it and not after `now`.
fn between(from: Moment, now: Moment, most: i64, random: &mut Random) -> Moment {
    let room = (now.milliseconds() - from.milliseconds()).clamp(1, most);
    from.after(span(random, 0, room))
}

/// One record for each thing that a reader must survive.
fn odd_rows(seed: u64, now: Moment) -> Vec<Map<String, Value>> {
    let mut random = Random::new(seed, "loveandpay odd rows", 0);
    let names = [
        json!(null),
        odd::long_name().into(),
        odd::MARKUP.into(),
        "Неизвестна Статусова".into(),
        "Безымянный Номер".into(),
    ];
    let emails = ["no.name", "long.name", "markup", "unknown.status", "no.id"];
    let mut rows = Vec::new();
    for (index, (name, email)) in (0_i64..).zip(names.into_iter().zip(emails)) {
        let mut row = json!({
            "id": uuid::Builder::from_random_bytes(random.bytes()).into_uuid().to_string(),
            "fullName": name,
            "email": format!("{email}@odd.example.com"),
            "phone": format!("+7979{:07}", random.within(1_000_000..10_000_000)),
            "kycStatus": "PENDING",
            "trustLevel": "LEVEL_1",
            "totalPayments": 1,
            "totalAmount": 1500.5,
            "lastPaymentAt": now.before((index + 1) * 10 * SECOND),
            "isBlocked": false,
            "createdAt": now.before(2 * MINUTE + index * 30 * SECOND),
        });
        match email {
            "unknown.status" => row["kycStatus"] = "ESCALATED_TO_PARTNER".into(),
            "no.id" => {
                row.as_object_mut().map(|fields| fields.remove("id"));
            }
            _ => {}
        }
        if let Value::Object(fields) = row {
            rows.push(fields);
        }
    }
    rows
}

//! Makes Love&Pay's customers from the synthetic people: phones, payments, trust levels, blocks and dates that fit together.

use super::payments::Totals;
use super::row::{Customer, File, Rubles};
use crate::moment::{DAY, MINUTE, Moment};
use crate::options::{Options, Provider};
use crate::people::{Member, Population, Standing};
use crate::random::Random;
use crate::roster::{Entry, Row, Source};
use hashbrown::HashTable;
use std::borrow::Cow;
use std::collections::HashMap;
use uuid::Uuid;

/// The customers of the start, drawn one by one when they are asked for.
pub struct Synthesis {
    seed: u64,
    now: Moment,
    population: Population,
    /// The few whose status is in no reference.
    words: HashMap<u32, &'static str>,
    /// Of the few whose phone number somebody had before them, how many numbers were drawn in vain.
    phones_passed_over: HashMap<u32, u8>,
    by_id: HashTable<u32>,
    by_phone: HashTable<u32>,
}

/// What is drawn of a customer besides the person.
#[derive(Debug, Clone, Copy)]
pub struct Facts {
    /// The customer's id.
    pub id: Uuid,
    phone: u64,
    /// When first seen.
    pub created: Moment,
    /// Where the check stands, unless `word` says otherwise.
    pub standing: Standing,
    /// A status that is in no reference.
    pub word: Option<&'static str>,
    /// When verified, of those who are.
    pub verified_at: Option<Moment>,
    payments: u32,
    kopecks: i64,
    last_payment: Option<Moment>,
    blocked_at: Option<Moment>,
    blocked_reason: Option<&'static str>,
}

impl Synthesis {
    /// The customers, and their slots in list order: newest first.
    pub fn new(options: &Options) -> (Self, Vec<u32>) {
        let population = Population::new(Provider::LoveAndPay, options.customers, options.seed);
        let customers = population.len();
        let mut synthesis = Self {
            seed: options.seed,
            now: Moment::of(options.now),
            words: unknown_words(&population),
            population,
            phones_passed_over: HashMap::new(),
            by_id: HashTable::with_capacity(customers),
            by_phone: HashTable::with_capacity(customers),
        };
        let mut created: Vec<_> = (0..synthesis.len()).map(|slot| (synthesis.admit(slot), slot)).collect();
        // The id decides between customers of the same millisecond, so that the order never depends on anything else.
        created.sort_unstable_by(|(one, slot), (other, other_slot)| {
            other.cmp(one).then_with(|| synthesis.id(*other_slot).cmp(&synthesis.id(*slot)))
        });
        (synthesis, created.into_iter().map(|(_, slot)| slot).collect())
    }

    /// Gives a customer a phone number of its own, makes the customer known by number and id, and tells since when there
    /// has been one.
    fn admit(&mut self, slot: u32) -> Moment {
        let mut random = self.stream(slot);
        let mut phone = draw_phone(&mut random);
        let mut passed_over = 0;
        while self.slot_of_phone(phone).is_some() && passed_over < u8::MAX {
            phone = draw_phone(&mut random);
            passed_over += 1;
        }
        if passed_over > 0 {
            self.phones_passed_over.insert(slot, passed_over);
        }
        let (id, created) = (draw_id(&mut random), draw_created(self.now, &mut random));
        // Room for all of them was made before: nothing is ever hashed a second time.
        self.by_phone.insert_unique(hash_of_phone(phone), slot, |_| 0);
        self.by_id.insert_unique(hash_of_id(id), slot, |_| 0);
        created
    }

    fn stream(&self, slot: u32) -> Random {
        Random::new(self.seed, "loveandpay customer", u64::from(slot))
    }

    /// The phone number, and the stream behind it.
    fn phone(&self, slot: u32) -> (u64, Random) {
        let mut random = self.stream(slot);
        let passed_over = self.phones_passed_over.get(&slot).copied().unwrap_or(0);
        for _ in 0..passed_over {
            draw_phone(&mut random);
        }
        (draw_phone(&mut random), random)
    }

    fn id(&self, slot: u32) -> Uuid {
        draw_id(&mut self.phone(slot).1)
    }

    fn slot_of_phone(&self, phone: u64) -> Option<u32> {
        self.by_phone.find(hash_of_phone(phone), |slot| self.phone(*slot).0 == phone).copied()
    }

    /// What is drawn of a customer besides the person. Much cheaper than the whole customer.
    pub fn facts(&self, slot: u32) -> Facts {
        let (phone, mut random) = self.phone(slot);
        let random = &mut random;
        let id = draw_id(random);
        let now = self.now;
        let created = draw_created(now, random);
        let standing = self.population.standing(slot as usize);
        let word = self.words.get(&slot).copied();
        let payments = payments(standing, random).min(most_by_age(created, now));
        let last_payment = (payments > 0).then(|| last_payment(standing, created, now, random));
        let blocked = random.chance(if standing == Standing::Rejected { 140 } else { 7 });
        let reason = blocked.then(|| random.pick(BLOCK_REASONS)).filter(|reason| !reason.is_empty());
        let verified = standing == Standing::Verified && word.is_none();
        let verified_at = verified.then(|| between(created, now, 10 * DAY, random));
        let blocked_at = blocked.then(|| between(created, now, 730 * DAY, random));
        let kopecks = total(payments, random);
        let blocked_reason = reason;
        Facts {
            id,
            phone,
            created,
            standing,
            word,
            verified_at,
            payments,
            kopecks,
            last_payment,
            blocked_at,
            blocked_reason,
        }
    }

    /// How many customers there were at the start: their slots are those below.
    pub fn len(&self) -> u32 {
        u32::try_from(self.population.len()).unwrap_or(u32::MAX)
    }

    /// Somebody who comes to be at this moment, the first with number 0.
    pub fn newcomer(&self, number: u64, created_at: Moment) -> Customer {
        let member = self.population.newcomer(number);
        let mut random = Random::new(self.seed, "loveandpay new customer", number);
        Customer {
            id: draw_id(&mut random),
            full_name: full_name(&member),
            email: member.email,
            // The odd rows have the upper numbers of this block.
            phone: format!("+7979{:07}", number % 1_000_000),
            kyc_status: Cow::Borrowed("PENDING"),
            trust_level: Cow::Borrowed("NEW"),
            total_payments: 0,
            total_amount: Rubles { kopecks: 0 },
            last_payment_at: None,
            is_blocked: false,
            created_at,
        }
    }

    /// The person behind a customer of the start.
    pub fn member(&self, slot: u32) -> Member {
        self.population.member(slot as usize)
    }
}

impl Source for Synthesis {
    type Shape = Customer;
    type Beside = File;

    fn entry(&self, slot: u32) -> Entry<Customer, File> {
        let (facts, member) = (self.facts(slot), self.member(slot));
        let file = File {
            kyc_verified_at: facts.verified_at,
            blocked_at: facts.blocked_at,
            blocked_reason: facts.blocked_reason.map(str::to_owned),
        };
        let customer = Customer {
            id: facts.id,
            full_name: full_name(&member),
            email: member.email,
            phone: facts.phone(),
            kyc_status: Cow::Borrowed(facts.kyc_status()),
            trust_level: Cow::Borrowed(facts.trust_level()),
            total_payments: facts.payments,
            total_amount: Rubles { kopecks: facts.kopecks },
            last_payment_at: facts.last_payment,
            is_blocked: facts.blocked_at.is_some(),
            created_at: facts.created,
        };
        Entry { row: Row::Regular(customer), beside: file }
    }

    fn find(&self, id: &str) -> Option<u32> {
        let id = Uuid::try_parse(id).ok()?;
        self.by_id.find(hash_of_id(id), |slot| self.id(*slot) == id).copied()
    }

    fn find_by(&self, field: &str, lower_case: &str) -> Option<u32> {
        match field {
            "email" => self.population.find(lower_case).and_then(|index| u32::try_from(index).ok()),
            "phone" => self.slot_of_phone(lower_case.strip_prefix('+')?.parse().ok()?),
            _ => None,
        }
    }
}

impl Facts {
    /// The word of the row.
    pub fn kyc_status(&self) -> &'static str {
        self.word.unwrap_or(status(self.standing))
    }

    /// The level of the row.
    pub fn trust_level(&self) -> &'static str {
        trust_level(self.payments, self.verified_at.is_some())
    }

    /// What the invoices have to come to.
    pub fn totals(&self) -> Totals {
        let Self { created, payments, kopecks, last_payment, .. } = *self;
        Totals { created, payments, kopecks, last_payment }
    }

    /// `+7XXXXXXXXXX`
    pub fn phone(&self) -> String {
        format!("+{}", self.phone)
    }
}

fn hash_of_id(id: Uuid) -> u64 {
    let (high, low) = id.as_u64_pair();
    high ^ low
}

fn hash_of_phone(phone: u64) -> u64 {
    phone.wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

fn draw_id(random: &mut Random) -> Uuid {
    uuid::Builder::from_random_bytes(random.bytes()).into_uuid()
}

fn draw_created(now: Moment, random: &mut Random) -> Moment {
    now.before(span(random, 5 * MINUTE, 730 * DAY))
}

/// A few customers, no shared ones, have a status that no reference knows: one in 400, and one at least.
fn unknown_words(population: &Population) -> HashMap<u32, &'static str> {
    let own = population.len() - population.shared();
    if own < 20 {
        return HashMap::new();
    }
    let count = (population.len() / 400).max(1);
    let words = ["IN_REVIEW", "IN_REVIEW", "MANUAL_REVIEW", "IN_REVIEW", "RESUBMISSION_REQUESTED"];
    let word = |index: usize| {
        // The first of the own people are the cast, which should stay as plain as it is.
        let slot = population.shared() + (10 + index * 397) % own;
        Some((u32::try_from(slot).ok()?, words[index % words.len()]))
    };
    (0..count).filter_map(word).collect()
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
pub fn trust_level(payments: u32, verified: bool) -> &'static str {
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
const PHONE_BLOCKS: &[u64] = &[943, 944, 945, 946, 947, 948, 972, 973, 974, 975, 976, 774, 779];

fn draw_phone(random: &mut Random) -> u64 {
    70_000_000_000 + random.pick(PHONE_BLOCKS) * 10_000_000 + random.within(1_000_000..10_000_000)
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

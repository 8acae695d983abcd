//! Who is a customer of which provider.
//!
//! About 12 % of each provider's people are customers of the other one too, under the same e-mail address. The two
//! emulators run as processes of their own and never talk: the shared people come from the seed and their count alone.

use super::email::{self, Addresses, Circle};
use super::{Name, Origin, Person, cast};
use crate::options::Provider;
use crate::random::Random;
use std::collections::HashMap;

/// Where the identity check stands, before a provider's word for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Standing {
    /// Passed.
    Verified,
    /// Under way.
    Pending,
    /// Failed.
    Rejected,
    /// Not begun. Love&Pay has no word for it and says that it is pending.
    NotStarted,
}

/// A customer of one provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// The name as this provider writes it.
    pub name: Name,
    /// The patronymic in the script of the name, where the provider has it.
    pub patronymic: Option<String>,
    /// The e-mail address, unique at the provider.
    pub email: String,
    /// Where the check stands at this provider.
    pub standing: Standing,
    /// The country of the identity document: three capital letters of ISO 3166.
    pub country: &'static str,
}

/// Shares of 1,000 customers.
const STANDINGS: &[(u64, Standing)] =
    &[(640, Standing::Verified), (240, Standing::Pending), (60, Standing::Rejected), (60, Standing::NotStarted)];

/// What shared people stand at when the providers agree: something that both have a word for.
const AGREED: &[(u64, Standing)] = &[(680, Standing::Verified), (250, Standing::Pending), (70, Standing::Rejected)];

/// Standings at Love&Pay and at Cryptopocket when they do not agree.
const DISAGREED: &[(u64, (Standing, Standing))] = &[
    (30, (Standing::Verified, Standing::Pending)),
    (20, (Standing::Verified, Standing::Rejected)),
    (10, (Standing::Verified, Standing::NotStarted)),
    (20, (Standing::Pending, Standing::Verified)),
    (10, (Standing::Rejected, Standing::Verified)),
    (10, (Standing::Pending, Standing::Rejected)),
];

/// How many of so many customers are shared: 12 %, and in small populations enough for the whole shared cast.
pub fn shared_count(customers: usize) -> usize {
    (customers * 12).div_ceil(100).max(cast::SHARED_COUNT.min(customers / 3))
}

/// The customers of one provider, by their index: first those it shares, then its own. Nothing is kept of a person but
/// the addresses that had to be compared with each other; all else is drawn again whenever it is asked for.
#[derive(Debug)]
pub struct Population {
    provider: Provider,
    customers: usize,
    seed: u64,
    shared: usize,
    /// Of the first people of both circles.
    compared: HashMap<usize, String>,
    by_address: HashMap<String, usize>,
}

impl Population {
    /// The people who are customers of this provider when it has so many.
    pub fn new(provider: Provider, customers: usize, seed: u64) -> Self {
        let shared = shared_count(customers);
        let (compared, by_address) = (HashMap::new(), HashMap::new());
        let mut population = Self { provider, customers, seed, shared, compared, by_address };
        for people in [0..shared, shared..customers] {
            let mut addresses = Addresses::default();
            for index in people.take(email::COMPARED) {
                let (person, ..) = population.person(index);
                let (circle, number) = population.place(index);
                let mut random = Random::new(seed, circle.label(), number as u64);
                let address = addresses.give(circle, &person.latin, &mut random);
                population.by_address.insert(address.clone(), index);
                population.compared.insert(index, address);
            }
        }
        population
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.customers
    }

    /// How many of them, the first ones, are customers of the other provider too.
    pub fn shared(&self) -> usize {
        self.shared
    }

    /// Where the check of this person stands.
    pub fn standing(&self, index: usize) -> Standing {
        let (circle, number) = self.place(index);
        let mut random = Random::new(self.seed, circle.standing_label(), number as u64);
        if circle != Circle::Shared {
            return random.weighted(STANDINGS);
        }
        // A fifth, spread evenly, so that small populations have some too.
        let (love_and_pay, cryptopocket) = if index % 5 == 1 {
            random.weighted(DISAGREED)
        } else {
            let agreed = random.weighted(AGREED);
            (agreed, agreed)
        };
        match self.provider {
            Provider::LoveAndPay => love_and_pay,
            Provider::Cryptopocket => cryptopocket,
        }
    }

    /// The person of this index, which must be below [`len`](Self::len).
    pub fn member(&self, index: usize) -> Member {
        let (person, as_is, mut random) = self.person(index);
        let (circle, number) = self.place(index);
        let email = self.compared.get(&index).cloned().unwrap_or_else(|| {
            email::numbered(circle, number, &person.latin, &mut Random::new(self.seed, circle.label(), number as u64))
        });
        let country = person.country(&mut random);
        let (name, patronymic) = written(self.provider, person, as_is, &mut random);
        Member { name, patronymic, email, standing: self.standing(index), country }
    }

    /// Somebody who comes later, the first with number 0. Known to this provider alone; the check has not begun.
    pub fn newcomer(&self, number: u64) -> Member {
        let (label, origins, circle) = match self.provider {
            Provider::LoveAndPay => ("loveandpay newcomer", LOVE_AND_PAY_ORIGINS, Circle::LoveAndPay),
            Provider::Cryptopocket => ("cryptopocket newcomer", CRYPTOPOCKET_ORIGINS, Circle::Cryptopocket),
        };
        let mut random = Random::new(self.seed, label, number);
        let origin = random.weighted(origins);
        let person = Person::draw(origin, &mut random);
        let email = email::of_newcomer(circle, number, &person.latin, &mut random);
        let country = person.country(&mut random);
        let (name, patronymic) = written(self.provider, person, false, &mut random);
        Member { name, patronymic, email, standing: Standing::NotStarted, country }
    }

    /// The person who has this address, in small letters.
    pub fn find(&self, address: &str) -> Option<usize> {
        if let Some(index) = self.by_address.get(address) {
            return Some(*index);
        }
        let number = email::number_of(address)?;
        [number, self.shared.saturating_add(number)].into_iter().find(|index| {
            *index < self.customers && self.place(*index).1 == number && self.member(*index).email == address
        })
    }

    /// The circle of a person, and the number in it.
    fn place(&self, index: usize) -> (Circle, usize) {
        match (index.checked_sub(self.shared), self.provider) {
            (None, _) => (Circle::Shared, index),
            (Some(number), Provider::LoveAndPay) => (Circle::LoveAndPay, number),
            (Some(number), Provider::Cryptopocket) => (Circle::Cryptopocket, number),
        }
    }

    /// The person, whether the name stays as it stands, and the stream from which this provider's spelling is drawn.
    fn person(&self, index: usize) -> (Person, bool, Random) {
        let (circle, number) = self.place(index);
        let (label, origins, cast) = match circle {
            Circle::Shared => ("shared person", SHARED_ORIGINS, cast::shared(number)),
            Circle::LoveAndPay => ("loveandpay person", LOVE_AND_PAY_ORIGINS, cast::love_and_pay(number)),
            Circle::Cryptopocket => ("cryptopocket person", CRYPTOPOCKET_ORIGINS, cast::cryptopocket(number)),
        };
        let mut random = Random::new(self.seed, label, number as u64);
        let as_is = cast.is_some();
        let person = cast.unwrap_or_else(|| {
            let origin = random.weighted(origins);
            Person::draw(origin, &mut random)
        });
        (person, as_is, random)
    }
}

impl Circle {
    /// The name of the stream that its addresses are drawn from.
    fn label(self) -> &'static str {
        match self {
            Self::Shared => "shared address",
            Self::LoveAndPay => "loveandpay address",
            Self::Cryptopocket => "cryptopocket address",
        }
    }

    /// The name of the stream that tells where the checks stand.
    fn standing_label(self) -> &'static str {
        match self {
            Self::Shared => "shared standing",
            Self::LoveAndPay => "loveandpay standing",
            Self::Cryptopocket => "cryptopocket standing",
        }
    }
}

const SHARED_ORIGINS: &[(u64, Origin)] = &[
    (45, Origin::Russian),
    (5, Origin::Ukrainian),
    (5, Origin::Caucasus),
    (4, Origin::Tatar),
    (12, Origin::Kazakh),
    (22, Origin::Hispanic),
    (5, Origin::English),
    (2, Origin::Other),
];

const LOVE_AND_PAY_ORIGINS: &[(u64, Origin)] = &[
    (62, Origin::Russian),
    (4, Origin::Ukrainian),
    (4, Origin::Caucasus),
    (4, Origin::Tatar),
    (15, Origin::Kazakh),
    (6, Origin::Hispanic),
    (3, Origin::English),
    (2, Origin::Other),
];

const CRYPTOPOCKET_ORIGINS: &[(u64, Origin)] = &[
    (15, Origin::Russian),
    (2, Origin::Ukrainian),
    (1, Origin::Caucasus),
    (4, Origin::Kazakh),
    (59, Origin::Hispanic),
    (11, Origin::English),
    (7, Origin::Other),
    (1, Origin::Company),
];

/// The name as the provider has it; of the cast always in the provider's own script and as it stands.
fn written(provider: Provider, person: Person, as_is: bool, random: &mut Random) -> (Name, Option<String>) {
    let hispanic = person.origin == Origin::Hispanic;
    let (cyrillic_of_1000, plain_of_1000) = match provider {
        _ if as_is => (if provider == Provider::LoveAndPay { 1000 } else { 0 }, 0),
        Provider::LoveAndPay => (if hispanic { 600 } else { 920 }, 400),
        Provider::Cryptopocket => (if hispanic { 0 } else { 20 }, 150),
    };
    let (in_cyrillic, in_plain) = (random.chance(cyrillic_of_1000), random.chance(plain_of_1000));
    match person.cyrillic {
        Some(name) if in_cyrillic => (name, person.patronymic),
        _ if in_plain => (person.latin.plain(), None),
        _ => (person.latin, None),
    }
}

#[cfg(test)]
#[path = "population_tests.rs"]
mod tests;

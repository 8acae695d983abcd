//! Who is a customer of which provider.
//!
//! About 12 % of each provider's people are customers of the other one too, under the same e-mail address. The two
//! emulators run as processes of their own and never talk: the shared people come from the seed and their count alone.

use super::email::{Addresses, Circle};
use super::{Name, Origin, Person, cast};
use crate::options::Provider;
use crate::random::Random;

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
    /// Whether the other provider has the person too.
    pub shared: bool,
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

/// The customers of one provider: first those it shares, then its own.
pub fn members(provider: Provider, customers: usize, seed: u64) -> Vec<Member> {
    let shared = shared_count(customers);
    let mut members = Vec::with_capacity(customers);

    let mut addresses = Addresses::of(Circle::Shared);
    for index in 0..shared {
        let mut random = Random::new(seed, "shared person", index as u64);
        let person = cast::shared(index).unwrap_or_else(|| draw(SHARED_ORIGINS, &mut random));
        let email = addresses.give(&person.latin, &mut random);
        // A fifth, spread evenly, so that small populations have some too.
        let (love_and_pay, cryptopocket) = if index % 5 == 1 {
            random.weighted(DISAGREED)
        } else {
            let agreed = random.weighted(AGREED);
            (agreed, agreed)
        };
        let standing = match provider {
            Provider::LoveAndPay => love_and_pay,
            Provider::Cryptopocket => cryptopocket,
        };
        let as_is = index < cast::SHARED_COUNT;
        members.push(member(provider, person, as_is, email, standing, true, &mut random));
    }

    let (label, circle, origins) = match provider {
        Provider::LoveAndPay => ("loveandpay person", Circle::LoveAndPay, LOVE_AND_PAY_ORIGINS),
        Provider::Cryptopocket => ("cryptopocket person", Circle::Cryptopocket, CRYPTOPOCKET_ORIGINS),
    };
    let mut addresses = Addresses::of(circle);
    for index in 0..customers - shared {
        let mut random = Random::new(seed, label, index as u64);
        let of_cast = match provider {
            Provider::LoveAndPay => cast::love_and_pay(index),
            Provider::Cryptopocket => cast::cryptopocket(index),
        };
        let as_is = of_cast.is_some();
        let person = of_cast.unwrap_or_else(|| draw(origins, &mut random));
        let email = addresses.give(&person.latin, &mut random);
        let standing = random.weighted(STANDINGS);
        members.push(member(provider, person, as_is, email, standing, false, &mut random));
    }
    members
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

fn draw(origins: &[(u64, Origin)], random: &mut Random) -> Person {
    let origin = random.weighted(origins);
    Person::draw(origin, random)
}

/// Writes the name as the provider has it; of the cast always in the provider's own script and as it stands.
fn member(
    provider: Provider,
    person: Person,
    as_is: bool,
    email: String,
    standing: Standing,
    shared: bool,
    random: &mut Random,
) -> Member {
    let hispanic = person.origin == Origin::Hispanic;
    let (cyrillic_of_1000, plain_of_1000) = match provider {
        _ if as_is => (if provider == Provider::LoveAndPay { 1000 } else { 0 }, 0),
        Provider::LoveAndPay => (if hispanic { 600 } else { 920 }, 400),
        Provider::Cryptopocket => (if hispanic { 0 } else { 20 }, 150),
    };
    let (in_cyrillic, in_plain) = (random.chance(cyrillic_of_1000), random.chance(plain_of_1000));
    let (name, patronymic) = match person.cyrillic {
        Some(name) if in_cyrillic => (name, person.patronymic),
        _ if in_plain => (person.latin.plain(), None),
        _ => (person.latin, None),
    };
    Member { name, patronymic, email, standing, shared }
}

#[cfg(test)]
#[path = "population_tests.rs"]
mod tests;

//! Makes Cryptopocket's customers from the synthetic people.

use super::row::{Customer, File, Id};
use crate::moment::{DAY, MINUTE, Moment};
use crate::odd;
use crate::options::{Options, Provider};
use crate::people::{Population, Standing};
use crate::random::Random;
use crate::roster::{Entry, Row, Source};
use serde_json::{Map, Value, json};
use std::borrow::Cow;

/// The customers of the start, drawn one by one when they are asked for. A slot is the place in the order of
/// registration, in which the ids grow, with gaps.
pub struct Synthesis {
    seed: u64,
    now: Moment,
    population: Population,
    /// The person in each slot.
    people: Vec<u32>,
    /// The id in each slot.
    ids: Vec<u32>,
}

/// The id before the first.
const BEFORE_FIRST: u32 = 1000;

impl Synthesis {
    /// The customers, and their slots in list order: newest first.
    pub fn new(options: &Options) -> (Self, Vec<u32>) {
        let population = Population::new(Provider::Cryptopocket, options.customers, options.seed);
        let count = u32::try_from(population.len()).unwrap_or(u32::MAX);
        let (seed, now) = (options.seed, Moment::of(options.now));
        let mut synthesis = Self { seed, now, population, people: Vec::new(), ids: Vec::new() };
        let mut registered: Vec<_> = (0..count).map(|person| (synthesis.drawn(person), person)).collect();
        registered.sort_unstable_by_key(|(drawn, person)| (drawn.registered, *person));
        let mut last_id = BEFORE_FIRST;
        for (drawn, person) in registered {
            last_id += drawn.step;
            synthesis.people.push(person);
            synthesis.ids.push(last_id);
        }
        (synthesis, (0..count).rev().collect())
    }

    /// The id of the newest customer.
    pub fn last_id(&self) -> u64 {
        u64::from(self.ids.last().copied().unwrap_or(BEFORE_FIRST))
    }

    /// Whether the id lies between those of the customers. All ids of the provider do; those that nobody here has belong
    /// to customers of other integrations.
    pub fn is_taken(&self, id: u64) -> bool {
        (u64::from(BEFORE_FIRST) + 1..=self.last_id()).contains(&id)
    }

    /// Somebody who registers later, the first with number 0.
    pub fn newcomer(&self, number: u64, id: u64) -> Customer {
        let member = self.population.newcomer(number);
        Customer {
            id: Id { number: id, as_text: false },
            name: member.name.given,
            last_name: Some(member.name.family).filter(|family| !family.is_empty()),
            email: member.email,
            kyc_status: Cow::Borrowed(status(member.standing)),
            kyc_url: Some(Customer::kyc_url(id)),
        }
    }

    /// When the customer in a slot was registered.
    pub fn registered(&self, slot: u32) -> Moment {
        self.drawn(self.people[slot as usize]).registered
    }

    fn drawn(&self, person: u32) -> Drawn {
        let mut random = Random::new(self.seed, "cryptopocket customer", u64::from(person));
        let age = random.within((5 * MINUTE).unsigned_abs()..(730 * DAY).unsigned_abs());
        Drawn {
            registered: self.now.before(i64::try_from(age).unwrap_or(0)),
            step: u32::try_from(random.within(1..4)).unwrap_or(1),
            as_text: random.chance(2),
        }
    }
}

/// What is drawn of a customer besides the person.
struct Drawn {
    registered: Moment,
    /// How far the id is from the one before.
    step: u32,
    /// Whether the id is written as text.
    as_text: bool,
}

impl Source for Synthesis {
    type Shape = Customer;
    type Beside = File;

    fn entry(&self, slot: u32) -> Entry<Customer, File> {
        let (person, id) = (self.people[slot as usize], u64::from(self.ids[slot as usize]));
        let (drawn, member) = (self.drawn(person), self.population.member(person as usize));
        let valid = member.standing == Standing::Verified;
        let customer = Customer {
            id: Id { number: id, as_text: drawn.as_text },
            name: member.name.given,
            last_name: Some(member.name.family).filter(|family| !family.is_empty()),
            email: member.email,
            kyc_status: Cow::Borrowed(status(member.standing)),
            kyc_url: (!valid).then(|| Customer::kyc_url(id)),
        };
        Entry { row: Row::Regular(customer), beside: File { registered: drawn.registered, company: false } }
    }

    fn find(&self, id: &str) -> Option<u32> {
        let number = id.parse::<u32>().ok().filter(|number| number.to_string() == id)?;
        self.ids.binary_search(&number).ok().and_then(|slot| u32::try_from(slot).ok())
    }

    fn find_by(&self, field: &str, lower_case: &str) -> Option<u32> {
        let person = self.population.find(lower_case).filter(|_| field == "email")?;
        // The order of registration is not searched by person; one address in a request is rare enough to look through it.
        self.people.iter().position(|known| *known as usize == person).and_then(|slot| u32::try_from(slot).ok())
    }
}

fn status(standing: Standing) -> &'static str {
    match standing {
        Standing::Verified => "valid",
        Standing::Pending => "processing",
        Standing::Rejected => "fail",
        Standing::NotStarted => "unused",
    }
}

/// One record for each thing that a reader must survive, with the ids after the last one; the newest comes last.
pub fn odd_rows(last_id: u64) -> Vec<Map<String, Value>> {
    let rows = [
        ("no.name", json!(null), json!(null), "processing"),
        ("long.name", odd::long_name().into(), "Larga".into(), "processing"),
        ("markup", "Eve".into(), odd::MARKUP.into(), "processing"),
        ("unknown.status", "Desconocida".into(), "Estado".into(), "escalated_to_partner"),
        ("no.id", "Sin".into(), "Número".into(), "processing"),
    ];
    let numbered = (last_id + 1..).zip(rows);
    let record = |(id, (email, name, last_name, status)): (u64, (&str, Value, Value, &str))| {
        let mut record = Map::new();
        let mut set = |field: &str, value: Value| record.insert(field.to_owned(), value);
        if email != "no.id" {
            set("id", id.into());
        }
        set("name", name);
        set("last_name", last_name);
        set("email", format!("{email}@odd.example.org").into());
        set("kyc_status", status.into());
        set("kyc_url", Customer::kyc_url(id).into());
        record
    };
    numbered.map(record).collect()
}

//! Makes Cryptopocket's customers from the synthetic people.

use super::row::{Customer, File, Id};
use crate::moment::{DAY, MINUTE, Moment};
use crate::odd;
use crate::options::{Options, Provider};
use crate::people::{Standing, members};
use crate::random::Random;
use crate::roster::{Entry, Row};
use serde_json::{Map, Value, json};
use std::borrow::Cow;

/// The customers, newest first: ids grow with the date of registration, with gaps.
pub fn customers(options: &Options) -> Vec<Entry<Customer, File>> {
    let now = Moment::of(options.now);
    let mut people: Vec<_> = members(Provider::Cryptopocket, options.customers, options.seed)
        .into_iter()
        .enumerate()
        .map(|(index, member)| {
            let mut random = Random::new(options.seed, "cryptopocket customer", index as u64);
            let age = random.within((5 * MINUTE).unsigned_abs()..(730 * DAY).unsigned_abs());
            (now.before(i64::try_from(age).unwrap_or(0)), index, random, member)
        })
        .collect();
    people.sort_by_key(|(registered, index, _, _)| (*registered, *index));

    let mut last_id = 1000;
    let mut entries = Vec::with_capacity(people.len());
    for (registered, _, mut random, member) in people {
        last_id += random.within(1..4);
        let id = Id { number: last_id, as_text: random.chance(2) };
        let valid = member.standing == Standing::Verified;
        let customer = Customer {
            id,
            name: member.name.given,
            last_name: Some(member.name.family).filter(|family| !family.is_empty()),
            email: member.email,
            kyc_status: Cow::Borrowed(status(member.standing)),
            kyc_url: (!valid).then(|| Customer::kyc_url(last_id)),
        };
        entries.push(Entry { row: Row::Regular(customer), beside: File { registered } });
    }
    if options.odd {
        for fields in odd_rows(last_id) {
            entries.push(Entry { row: Row::from_fields(fields), beside: File { registered: now.before(MINUTE) } });
        }
    }
    entries.reverse();
    entries
}

fn status(standing: Standing) -> &'static str {
    match standing {
        Standing::Verified => "valid",
        Standing::Pending => "processing",
        Standing::Rejected => "fail",
        Standing::NotStarted => "unused",
    }
}

/// One record for each thing that a reader must survive, with the ids after the last one.
fn odd_rows(last_id: u64) -> Vec<Map<String, Value>> {
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

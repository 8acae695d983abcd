//! Changing a provider's customers from outside: the part of the control endpoint that is the same for both.

use crate::exchange::{Change, Refusal};
use crate::moment::Moment;
use crate::roster::{Entry, Roster, Row, Shape, Source};
use serde_json::{Map, Value};

/// What is kept of a customer besides the row, made and kept true by the provider's own rules.
pub trait Beside<S> {
    /// What is known of a customer who has just been put in.
    fn of_new(row: &Row<S>, now: Moment) -> Self;

    /// Follows a change of the row.
    fn follow(&mut self, row: &Row<S>, now: Moment);
}

/// Sets and removes fields of a customer.
pub fn change<O: Source>(roster: &mut Roster<O>, id: &str, change: Change, now: Moment) -> Result<Value, Refusal>
where
    O::Beside: Beside<O::Shape>,
{
    if !change.unknown_fields {
        refuse_unknown::<O::Shape>(change.set.keys().chain(&change.unset))?;
    }
    let altered = roster.alter(id, now, |entry| {
        let mut fields = entry.row.fields();
        fields.extend(change.set);
        for name in &change.unset {
            fields.remove(name);
        }
        let row = Row::<O::Shape>::from_fields(fields);
        if row.id() != entry.row.id() {
            return Err(Refusal::Nonsense("the id of a customer stays; remove and insert instead".to_owned()));
        }
        entry.row = row;
        let Entry { row, beside } = entry;
        beside.follow(row, now);
        Ok(row.fields().into())
    });
    altered.unwrap_or_else(|| Err(Refusal::NoSuchCustomer(id.to_owned())))
}

/// Puts a customer in, at `place` or before the first that `is_older`.
pub fn insert<O: Source>(
    roster: &mut Roster<O>,
    fields: Map<String, Value>,
    place: Option<usize>,
    unknown_fields: bool,
    now: Moment,
    is_older: impl Fn(&Row<O::Shape>, &Row<O::Shape>) -> bool,
) -> Result<Value, Refusal>
where
    O::Beside: Beside<O::Shape>,
{
    if !unknown_fields {
        refuse_unknown::<O::Shape>(fields.keys())?;
    }
    let row = Row::<O::Shape>::from_fields(fields);
    if row.id().is_some_and(|id| roster.find(&id).is_some()) {
        return Err(Refusal::Nonsense("there is a customer of this id".to_owned()));
    }
    let place = place.unwrap_or_else(|| {
        let mut listed = roster.iter();
        listed.position(|entry| is_older(&entry.row, &row)).unwrap_or(roster.len())
    });
    let told = row.fields();
    let beside = O::Beside::of_new(&row, now);
    roster.insert(place, Entry { row, beside }, now);
    Ok(told.into())
}

/// Takes a customer away and tells who it was.
pub fn remove<O: Source>(roster: &mut Roster<O>, id: &str, now: Moment) -> Result<Value, Refusal> {
    let removed = roster.remove(id, now).ok_or_else(|| Refusal::NoSuchCustomer(id.to_owned()))?;
    Ok(removed.row.fields().into())
}

fn refuse_unknown<'a, S: Shape>(mut names: impl Iterator<Item = &'a String>) -> Result<(), Refusal> {
    match names.find(|name| !S::FIELDS.contains(&name.as_str())) {
        None => Ok(()),
        Some(name) => Err(Refusal::Nonsense(format!(
            "no field {name:?} here, there are {}; ?unknown=allow sets it all the same",
            S::FIELDS.join(", ")
        ))),
    }
}

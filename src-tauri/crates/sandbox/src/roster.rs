//! The customers an emulator holds, in the order in which it lists them.
//!
//! Knows nothing of either provider: a provider's row is a [`Shape`], and its customers come from a [`Source`]. A page
//! costs the same wherever it lies in the list, and so does finding a customer by id; inserting and removing, which only
//! tests do, may cost more.

use crate::changes::{Changes, Happening};
use crate::moment::Moment;
use serde::{Serialize, Serializer, de::DeserializeOwned};
use serde_json::{Map, Value};
use std::borrow::Cow;
use std::collections::HashMap;

/// The regular row of a provider's customer list.
pub trait Shape: Serialize + DeserializeOwned {
    /// Every field a row can have.
    const FIELDS: &'static [&'static str];

    /// The id as it stands in a path or a query.
    fn id(&self) -> String;

    /// The text in a field; `None` for fields that are null or hold no text.
    fn text(&self, field: &str) -> Option<&str>;

    /// Makes the row from its JSON object; `None` when the object is not exactly what such a row would be written as.
    fn from_fields(fields: &Map<String, Value>) -> Option<Self> {
        let row = Self::deserialize(fields).ok()?;
        (row.fields() == *fields).then_some(row)
    }

    /// The row's JSON object.
    fn fields(&self) -> Map<String, Value> {
        match serde_json::to_value(self) {
            Ok(Value::Object(fields)) => fields,
            _ => Map::new(),
        }
    }
}

/// A row as the provider would send it, regular or not.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Row<S> {
    /// What the reference promises.
    Regular(S),
    /// Anything else: null names, missing ids, fields and types nobody knows.
    Odd(Map<String, Value>),
}

impl<S: Shape> Row<S> {
    /// The row that is written as this object.
    pub fn from_fields(fields: Map<String, Value>) -> Self {
        S::from_fields(&fields).map_or(Self::Odd(fields), Self::Regular)
    }

    /// The row's JSON object.
    pub fn fields(&self) -> Map<String, Value> {
        match self {
            Self::Regular(row) => row.fields(),
            Self::Odd(fields) => fields.clone(),
        }
    }

    /// The id as it stands in a path or a query; `None` for a record without one.
    pub fn id(&self) -> Option<String> {
        match self {
            Self::Regular(row) => Some(row.id()),
            Self::Odd(fields) => match fields.get("id") {
                Some(Value::String(id)) => Some(id.clone()),
                Some(Value::Number(id)) => Some(id.to_string()),
                _ => None,
            },
        }
    }

    /// The text in a field, if it holds text.
    pub fn text(&self, field: &str) -> Option<&str> {
        match self {
            Self::Regular(row) => row.text(field),
            Self::Odd(fields) => fields.get(field).and_then(Value::as_str),
        }
    }
}

/// A customer: the row that lists show, and what the provider knows besides.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry<S, B> {
    /// What lists show.
    pub row: Row<S>,
    /// What lists do not show.
    pub beside: B,
}

/// Where the customers come from who were there at the start. Each has a slot, a number from 0 on, and can be made from
/// it at any time, the same whenever it is asked for.
pub trait Source: Send {
    /// The regular row.
    type Shape: Shape + Clone;
    /// What is known besides.
    type Beside: Clone;

    /// The customer in a slot.
    fn entry(&self, slot: u32) -> EntryOf<Self>;

    /// The slot of the customer with this id.
    fn find(&self, id: &str) -> Option<u32>;

    /// The slot of the customer who has this text, in small letters, in a field that is unique. Asked only for the fields
    /// that the provider's emulator looks customers up by.
    fn find_by(&self, field: &str, lower_case: &str) -> Option<u32>;
}

/// A customer of a source.
pub type EntryOf<O> = Entry<<O as Source>::Shape, <O as Source>::Beside>;

/// The customers in list order, newest first. Only those who were changed or put in are kept, all others are made when
/// they are asked for, so that a million cost little to hold.
pub struct Roster<O: Source> {
    source: O,
    order: Vec<u32>,
    /// Customers who are not as the source makes them; `None` for those who were removed. Slots keep their numbers.
    kept: HashMap<u32, Option<EntryOf<O>>>,
    /// The ids of those who were put in.
    by_id: HashMap<String, u32>,
    next_slot: u32,
    /// The last filter, and whom it fits in list order.
    filtered: Option<(String, Vec<u32>)>,
    changes: Changes,
    /// Those who were removed, as they were, in the order in which they went.
    gone: Vec<EntryOf<O>>,
}

impl<O: Source> Roster<O> {
    /// The source's customers, with their slots in list order.
    pub fn new(source: O, order: Vec<u32>) -> Self {
        let next_slot = order.iter().max().map_or(0, |last| last + 1);
        Self {
            source,
            order,
            kept: HashMap::new(),
            by_id: HashMap::new(),
            next_slot,
            filtered: None,
            changes: Changes::default(),
            gone: Vec::new(),
        }
    }

    /// Where the customers came from.
    pub fn source(&self) -> &O {
        &self.source
    }

    /// How many customers there are.
    pub fn len(&self) -> usize {
        self.order.len()
    }

    /// Whether there is a customer in a slot.
    pub fn has(&self, slot: u32) -> bool {
        slot < self.next_slot && self.kept.get(&slot).is_none_or(Option::is_some)
    }

    /// The customer in a slot, unless removed. The slot must have been given out.
    pub fn get(&self, slot: u32) -> Option<Cow<'_, EntryOf<O>>> {
        match self.kept.get(&slot) {
            Some(kept) => kept.as_ref().map(Cow::Borrowed),
            None => Some(Cow::Owned(self.source.entry(slot))),
        }
    }

    /// Whether the customer in a slot is as the source makes it.
    pub fn is_untouched(&self, slot: u32) -> bool {
        !self.kept.contains_key(&slot)
    }

    /// The slots in list order.
    pub fn slots(&self) -> &[u32] {
        &self.order
    }

    /// All customers in list order.
    pub fn iter(&self) -> impl Iterator<Item = Cow<'_, EntryOf<O>>> {
        self.order.iter().filter_map(|slot| self.get(*slot))
    }

    /// All rows in list order, as a JSON array.
    pub fn to_json(&self) -> Vec<u8> {
        let mut written = Vec::new();
        let done =
            serde_json::Serializer::new(&mut written).collect_seq(self.iter().map(|entry| entry.into_owned().row));
        if done.is_err() {
            written.clear();
        }
        written
    }

    /// At most `limit` customers from `offset` on, and how many there are in all.
    pub fn page(&self, offset: usize, limit: usize) -> (Vec<Cow<'_, EntryOf<O>>>, usize) {
        (self.of(part(&self.order, offset, limit)), self.order.len())
    }

    /// As [`page`](Self::page), of those in whose slot is what fits. Looks at every slot, unless the last filter had the
    /// same name and nothing was changed since.
    pub fn page_of(
        &mut self,
        offset: usize,
        limit: usize,
        filter: &str,
        fits: impl Fn(&Self, u32) -> bool,
    ) -> (Vec<Cow<'_, EntryOf<O>>>, usize) {
        let filtered = match self.filtered.take() {
            Some((name, slots)) if name == filter => slots,
            _ => self.order.iter().copied().filter(|slot| fits(self, *slot)).collect(),
        };
        let (_, slots) = self.filtered.insert((filter.to_owned(), filtered));
        let (slots, total) = (part(slots, offset, limit).to_vec(), slots.len());
        (self.of(&slots), total)
    }

    fn of(&self, slots: &[u32]) -> Vec<Cow<'_, EntryOf<O>>> {
        slots.iter().filter_map(|slot| self.get(*slot)).collect()
    }

    /// The slot of the customer with this id.
    pub fn slot(&self, id: &str) -> Option<u32> {
        let slot = self.by_id.get(id).copied().or_else(|| self.source.find(id))?;
        self.has(slot).then_some(slot)
    }

    /// The customer of this id.
    pub fn find(&self, id: &str) -> Option<Cow<'_, EntryOf<O>>> {
        self.get(self.slot(id)?)
    }

    /// The slots of the customers with this text in this field, in any letters; see [`Source::find_by`].
    pub fn slots_by(&self, field: &str, text: &str) -> Vec<u32> {
        let wanted = text.to_lowercase();
        let has = |entry: &EntryOf<O>| entry.row.text(field).is_some_and(|text| text.to_lowercase() == wanted);
        let kept = self.kept.iter().filter(|(_, entry)| entry.as_ref().is_some_and(has)).map(|(slot, _)| *slot);
        let of_source = self.source.find_by(field, &wanted).filter(|slot| self.is_untouched(*slot));
        let mut slots: Vec<_> = kept.chain(of_source).collect();
        slots.sort_unstable();
        slots
    }

    /// The first of [`slots_by`](Self::slots_by).
    pub fn slot_by(&self, field: &str, text: &str) -> Option<u32> {
        self.slots_by(field, text).first().copied()
    }

    /// Changes the customer of this id; `None` when there is none. The id itself must stay.
    pub fn alter<T>(&mut self, id: &str, now: Moment, change: impl FnOnce(&mut EntryOf<O>) -> T) -> Option<T> {
        let slot = self.slot(id)?;
        let entry = self.kept.entry(slot).or_insert_with(|| Some(self.source.entry(slot))).as_mut()?;
        let before = entry.row.fields();
        let changed = change(entry);
        self.filtered = None;
        self.changes.note(Happening::Changed, entry.row.id(), before, entry.row.fields(), now);
        Some(changed)
    }

    /// Puts a customer at this place of the list, or at its end when the list is shorter. The caller has made sure that
    /// the id is new.
    pub fn insert(&mut self, place: usize, entry: EntryOf<O>, now: Moment) {
        self.changes.note(Happening::Inserted, entry.row.id(), Map::new(), entry.row.fields(), now);
        self.place(place, entry);
    }

    /// As [`insert`](Self::insert), of somebody who was there from the start.
    pub fn place(&mut self, place: usize, entry: EntryOf<O>) {
        let slot = self.next_slot;
        self.next_slot += 1;
        if let Some(id) = entry.row.id() {
            self.by_id.insert(id, slot);
        }
        self.filtered = None;
        self.kept.insert(slot, Some(entry));
        self.order.insert(place.min(self.order.len()), slot);
    }

    /// Takes the customer of this id out of the list.
    pub fn remove(&mut self, id: &str, now: Moment) -> Option<EntryOf<O>> {
        let slot = self.slot(id)?;
        let place = self.order.iter().position(|listed| *listed == slot)?;
        self.remove_at(place, now)
    }

    /// Takes the customer at this place out of the list.
    pub fn remove_at(&mut self, place: usize, now: Moment) -> Option<EntryOf<O>> {
        let slot = *self.order.get(place)?;
        let removed = self.get(slot)?.into_owned();
        if let Some(id) = removed.row.id() {
            self.by_id.remove(&id);
        }
        self.filtered = None;
        self.order.remove(place);
        self.kept.insert(slot, None);
        self.changes.note(Happening::Removed, removed.row.id(), removed.row.fields(), Map::new(), now);
        self.gone.push(removed.clone());
        Some(removed)
    }

    /// Brings the customer at this place to the head of the list.
    pub fn move_to_head(&mut self, place: usize, now: Moment) {
        if let Some(moved) = self.order.get_mut(..=place)
            && let Some(slot) = moved.last().copied()
        {
            moved.rotate_right(1);
            self.filtered = None;
            let id = self.get(slot).and_then(|entry| entry.row.id());
            self.changes.note(Happening::Moved, id, Map::new(), Map::new(), now);
        }
    }

    /// How many were removed and did not come back by [`put_back`](Self::put_back).
    pub fn gone(&self) -> usize {
        self.gone.len()
    }

    /// Puts one of those who are [`gone`](Self::gone) in again, unless somebody of that id is there.
    pub fn put_back(&mut self, which: usize, place: usize, now: Moment) {
        let entry = self.gone.remove(which);
        if entry.row.id().is_none_or(|id| self.slot(&id).is_none()) {
            self.insert(place, entry, now);
        }
    }

    /// What happened to the customers.
    pub fn changes(&self) -> &Changes {
        &self.changes
    }
}

fn part(slots: &[u32], offset: usize, limit: usize) -> &[u32] {
    let from = offset.min(slots.len());
    &slots[from..from.saturating_add(limit).min(slots.len())]
}

#[cfg(test)]
#[path = "roster_tests.rs"]
mod tests;

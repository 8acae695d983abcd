//! The customers an emulator holds, in the order in which it lists them.
//!
//! Knows nothing of either provider: a provider's row is a [`Shape`]. A page costs the same wherever it lies in the
//! list, and so does finding a customer by id; inserting and removing, which only tests do, may cost more.

use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Map, Value};
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
#[derive(Debug, Clone)]
pub struct Entry<S, B> {
    /// What lists show.
    pub row: Row<S>,
    /// What lists do not show.
    pub beside: B,
}

/// The customers in list order, newest first.
#[derive(Debug)]
pub struct Roster<S, B> {
    /// Removed customers leave an empty slot behind, so that slots keep their numbers.
    slots: Vec<Option<Entry<S, B>>>,
    order: Vec<usize>,
    by_id: HashMap<String, usize>,
}

impl<S: Shape, B> Roster<S, B> {
    /// A roster that lists in the order given.
    pub fn new(entries: Vec<Entry<S, B>>) -> Self {
        let mut roster = Self {
            slots: Vec::with_capacity(entries.len()),
            order: Vec::with_capacity(entries.len()),
            by_id: HashMap::with_capacity(entries.len()),
        };
        for entry in entries {
            roster.insert(roster.order.len(), entry);
        }
        roster
    }

    /// How many customers there are.
    pub fn len(&self) -> usize {
        self.order.len()
    }

    /// All customers in list order; `skip` and `take` cost nothing.
    pub fn iter(&self) -> impl Iterator<Item = &Entry<S, B>> {
        self.order.iter().filter_map(|slot| self.slots[*slot].as_ref())
    }

    /// At most `limit` customers from `offset` on, and how many there are in all.
    pub fn page(&self, offset: usize, limit: usize) -> (Vec<&Entry<S, B>>, usize) {
        let from = offset.min(self.order.len());
        let to = from.saturating_add(limit).min(self.order.len());
        let rows = self.order[from..to].iter().filter_map(|slot| self.slots[*slot].as_ref()).collect();
        (rows, self.order.len())
    }

    /// As [`page`](Self::page), of those that fit. Looks at every customer.
    pub fn page_of(
        &self,
        offset: usize,
        limit: usize,
        fits: impl Fn(&Entry<S, B>) -> bool,
    ) -> (Vec<&Entry<S, B>>, usize) {
        let (mut rows, mut total) = (Vec::with_capacity(limit), 0);
        for entry in self.iter().filter(|entry| fits(entry)) {
            if total >= offset && rows.len() < limit {
                rows.push(entry);
            }
            total += 1;
        }
        (rows, total)
    }

    /// The customer of this id.
    pub fn find(&self, id: &str) -> Option<&Entry<S, B>> {
        self.slots[*self.by_id.get(id)?].as_ref()
    }

    /// The customer of this id, to be changed. The id itself must stay.
    pub fn find_mut(&mut self, id: &str) -> Option<&mut Entry<S, B>> {
        self.slots[*self.by_id.get(id)?].as_mut()
    }

    /// Puts a customer at this place of the list, or at its end when the list is shorter. The caller has made sure that
    /// the id is new.
    pub fn insert(&mut self, place: usize, entry: Entry<S, B>) {
        let slot = self.slots.len();
        if let Some(id) = entry.row.id() {
            self.by_id.insert(id, slot);
        }
        self.slots.push(Some(entry));
        self.order.insert(place.min(self.order.len()), slot);
    }

    /// Takes the customer of this id out of the list.
    pub fn remove(&mut self, id: &str) -> Option<Entry<S, B>> {
        let slot = self.by_id.remove(id)?;
        self.order.retain(|listed| *listed != slot);
        self.slots[slot].take()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde::Deserialize;
    use serde_json::json;

    #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
    struct Plain {
        id: u32,
        name: Option<String>,
    }

    impl Shape for Plain {
        const FIELDS: &'static [&'static str] = &["id", "name"];

        fn id(&self) -> String {
            self.id.to_string()
        }

        fn text(&self, field: &str) -> Option<&str> {
            (field == "name").then_some(self.name.as_deref()?)
        }
    }

    fn roster(ids: impl IntoIterator<Item = u32>) -> Roster<Plain, ()> {
        let entry = |id| Entry { row: Row::Regular(Plain { id, name: None }), beside: () };
        Roster::new(ids.into_iter().map(entry).collect())
    }

    fn ids(rows: &[&Entry<Plain, ()>]) -> Vec<String> {
        rows.iter().filter_map(|entry| entry.row.id()).collect()
    }

    fn object(value: Value) -> Map<String, Value> {
        value.as_object().unwrap().clone()
    }

    #[test]
    fn an_object_that_would_be_written_otherwise_is_odd() {
        let regular = |value| matches!(Row::<Plain>::from_fields(object(value)), Row::Regular(_));
        assert!(regular(json!({"id": 1, "name": null})));
        assert!(!regular(json!({"id": 1})), "an absent name is not a null name");
        assert!(!regular(json!({"id": "1", "name": "A"})), "the id is text");
        assert!(!regular(json!({"id": 1, "name": "A", "more": true})), "a field too many");
    }

    #[test]
    fn odd_rows_are_found_by_id_and_those_without_are_listed_all_the_same() {
        let mut roster = roster([1]);
        for value in [json!({"id": "x-7"}), json!({"name": "Nobody"})] {
            roster.insert(0, Entry { row: Row::from_fields(object(value)), beside: () });
        }
        assert_eq!(roster.len(), 3);
        assert!(roster.find("x-7").is_some());
        assert_eq!(roster.page(0, 1).0[0].row.text("name"), Some("Nobody"));
    }

    #[test]
    fn a_removed_customer_leaves_the_others_in_order() {
        let mut roster = roster([3, 2, 1]);
        assert!(roster.remove("2").is_some());
        assert!(roster.remove("2").is_none(), "gone is gone");
        assert_eq!(ids(&roster.page(0, 10).0), ["3", "1"]);
        assert!(roster.find("1").is_some());
    }

    proptest! {
        #[test]
        fn pages_put_together_are_the_list(count in 0_u32..300, limit in 1_usize..120, of_even: bool) {
            let roster = roster(0..count);
            let fits = |entry: &Entry<Plain, ()>| !of_even || matches!(&entry.row, Row::Regular(row) if row.id % 2 == 0);
            let mut seen = Vec::new();
            loop {
                let (rows, total) = if of_even { roster.page_of(seen.len(), limit, fits) } else { roster.page(seen.len(), limit) };
                let expected = roster.iter().filter(|entry| fits(entry)).count();
                prop_assert_eq!(total, expected);
                if rows.is_empty() { break; }
                prop_assert!(rows.len() <= limit);
                seen.extend(ids(&rows));
            }
            let all: Vec<_> = roster.iter().filter(|entry| fits(entry)).filter_map(|entry| entry.row.id()).collect();
            prop_assert_eq!(seen, all);
        }
    }
}

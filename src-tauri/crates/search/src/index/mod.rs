//! The index: what it holds and how it follows the book.
//!
//! It holds no customer as such, only what searching needs. [`store`] has the rows, most of them in [`block`]s that do not
//! change; [`words`] has each distinct word once, [`postings`] who has it; [`grams`] narrows down what is no word; [`classes`] has everything that
//! filters ask for as one small number per row; [`persons`] tells who is the same person elsewhere; [`filling`] makes all of it of a whole book at once; [`order`] has the orders
//! by column; [`kept`] the last answers to typed text.

mod block;
mod classes;
mod columns;
mod contact_table;
mod facets;
mod filling;
mod fold_in;
mod grams;
mod held;
mod kept;
mod lookup;
mod marking;
mod matches;
mod narrow;
mod numbers;
mod order;
mod ordered;
mod persons;
mod postings;
mod probe;
mod probing;
mod record;
mod search;
mod sort_key;
mod sorting;
mod store;
mod words;

pub use filling::Filling;
pub use fold_in::Folded;
pub use matches::Matches;
pub use store::Snapshot;

use crate::{Column, Found, Query, View};
use block::ROWS;
use jiff::Timestamp;
use kyc::{BookCustomer, ConnectionId, CustomerKey};
use numbers::Numbers;
use persons::{Persons, Rows, Stand};
use record::Record;
use std::sync::Arc;
use store::Base;
use words::Kind;

/// The index over the customers of the book.
///
/// Reading takes `&self` and can be done by many threads at once; following the book takes `&mut self`. Whoever shares an
/// index under a lock takes a [`Snapshot`] under it, which costs nothing, and reads that, so that reading and following the
/// book do not wait for each other.
#[derive(Debug, Default)]
pub struct Index {
    now: Snapshot,
    persons: Persons,
    /// Room for the texts of the customer being taken in.
    record: Record,
    words: Vec<u32>,
}

/// How many changes are borne beside the large part before they are folded in; each costs a search a little.
pub(super) fn changes_borne(customers: usize) -> usize {
    if cfg!(test) { 8 + customers / 16 } else { (64 + customers / 16).min(1 << 13) }
}

impl Index {
    /// An index of nobody.
    pub fn new() -> Self {
        Self::default()
    }

    /// The index as it is now, which later changes do not touch.
    pub fn snapshot(&self) -> Snapshot {
        self.now.clone()
    }

    /// How many customers there are.
    pub fn len(&self) -> usize {
        self.now.len()
    }

    /// Whether there is nobody.
    pub fn is_empty(&self) -> bool {
        self.now.is_empty()
    }

    /// Whether there is a customer with this key.
    pub fn contains(&self, key: CustomerKey) -> bool {
        self.now.contains(key)
    }

    /// See [`Snapshot::search`].
    pub fn search(&self, query: &Query, now: Timestamp, stop: &dyn Fn() -> bool) -> Option<Found> {
        self.now.search(query, now, stop)
    }

    /// See [`Snapshot::find`].
    pub fn find(&self, query: &Query, now: Timestamp, stop: &dyn Fn() -> bool) -> Option<Matches> {
        self.now.find(query, now, stop)
    }

    /// See [`Snapshot::view_counts`].
    pub fn view_counts(&self, now: Timestamp) -> [(View, u32); View::ALL.len()] {
        self.now.view_counts(now)
    }

    /// See [`Snapshot::prepare`].
    pub fn prepare(&self, column: Column, stop: &dyn Fn() -> bool) -> bool {
        self.now.prepare(column, stop)
    }

    /// See [`Snapshot::disagrees`].
    pub fn disagrees(&self, key: CustomerKey) -> bool {
        self.now.disagrees(key)
    }

    /// The same person's customers at other connections: those with the same e-mail or the same international phone
    /// number. Ascending by key; empty for a key that is not there.
    pub fn same_person(&self, key: CustomerKey) -> Vec<CustomerKey> {
        self.persons.same_person(key.0, &self.now).into_iter().map(CustomerKey).collect()
    }

    /// Gives up what is kept of earlier searches to answer later ones quicker. Nothing needs it but measurements and
    /// whoever is short of memory.
    pub fn forget_searches(&mut self) {
        self.now.base.kept.forget();
    }

    /// Takes customers in, each in the place of the one with the same key, if any. The last of several with one key counts.
    ///
    /// One call for many customers is quicker than many calls. When many changes have come together, this folds them in,
    /// which takes a while; [`Snapshot::fold`] does it ahead, without keeping anybody waiting.
    pub fn upsert(&mut self, customers: &[BookCustomer]) {
        let mut record = std::mem::take(&mut self.record);
        for customer in customers {
            record.read(customer);
            self.upsert_one(customer, &record);
        }
        self.record = record;
        self.settle();
    }

    /// Forgets a connection's customers.
    pub fn remove_connection(&mut self, connection: &ConnectionId) {
        let mut leaving = vec![false; self.now.classes.bound()];
        for (number, class, _) in self.now.classes.iter() {
            if let Some(place) = leaving.get_mut(number as usize) {
                *place = class.connection == *connection;
            }
        }
        let leaves = |class: u32| leaving.get(class as usize).is_some_and(|leaving| *leaving);
        let base = Arc::clone(&self.now.base);
        let of_base = base.rows().filter_map(|row| {
            let (block, slot) = base.at(row)?;
            leaves(block.class(slot)).then(|| block.key(slot).0)
        });
        let mut keys: Vec<u32> = of_base.filter(|key| !self.now.delta.hidden.contains(*key)).collect();
        let delta = &self.now.delta;
        keys.extend(delta.slots.iter().filter(|(_, slot)| leaves(delta.block.class(**slot))).map(|(key, _)| *key));
        drop(base);
        for key in keys {
            let Some(class) = self.now.seat(key).map(|(block, slot)| block.class(slot)) else { continue };
            self.persons.leave(key, &self.now);
            Arc::make_mut(&mut self.now.classes).leave(class);
            let delta = Arc::make_mut(&mut self.now.delta);
            if let Some(slot) = delta.slots.remove(&key) {
                delta.block.take_out(slot);
            }
            if self.now.base.seat(key).is_some() {
                delta.hidden.set(key, true);
            }
            self.now.len -= 1;
        }
        self.settle();
        if self.now.is_worth_folding() {
            self.fold_now();
        }
    }

    fn upsert_one(&mut self, customer: &BookCustomer, record: &Record) {
        let key = customer.key.0;
        let class = Arc::make_mut(&mut self.now.classes).enter(customer);
        let numbers = Numbers::new(customer, class);
        let mut words = std::mem::take(&mut self.words);
        words.clear();

        let appends = self.appending(key).is_some();
        for (kind, letters) in record.words() {
            words.push(self.learn(appends, kind, letters));
        }
        if let Some(base) = self.appending(key) {
            append(base, key, &words, record, &numbers);
            self.now.len += 1;
            self.persons.join(key, &self.now);
            self.words = words;
            return;
        }

        let stand = self.now.classes.get(class).map(Stand::of);
        let known = self.now.seat(key).map(|(block, slot)| {
            let same_bytes = block.bytes_of(slot) == record.bytes;
            let same_texts = same_bytes && block.words_of(slot) == words;
            // Bytes and the words of the e-mail, which stand last, make the contacts.
            let same_contacts = same_bytes && words.ends_with(block.words_of_email(slot));
            (block.numbers(slot), same_texts, same_contacts)
        });
        let same_contacts = known.as_ref().is_some_and(|(.., same_contacts)| *same_contacts);
        let same_person = same_contacts && (self.persons.is_alone(key) || self.now.stand(key) == stand);
        match &known {
            Some((before, true, _)) if *before == numbers => {
                Arc::make_mut(&mut self.now.classes).leave(class);
                self.words = words;
                return;
            }
            Some(_) if !same_person => self.persons.leave(key, &self.now),
            Some(_) => {}
            None => self.now.len += 1,
        }
        let in_base = self.now.base.seat(key).is_some();
        let delta = Arc::make_mut(&mut self.now.delta);
        if let Some(slot) = delta.slots.insert(key, u32::try_from(delta.keys.len()).unwrap_or(u32::MAX)) {
            delta.block.take_out(slot);
        }
        if in_base {
            delta.hidden.set(key, true);
        }
        delta.keys.push(key);
        delta.block.push(&words, &record.bytes, &numbers);
        if let Some((before, ..)) = known {
            Arc::make_mut(&mut self.now.classes).leave(before.class);
        }
        if !same_person {
            self.persons.join(key, &self.now);
        }
        self.words = words;
        let borne = changes_borne(self.now.len);
        if self.now.delta.slots.len() > borne || self.now.delta.keys.len() > borne * 4 {
            self.fold_now();
        }
    }

    /// The large part, if nobody else reads it, nothing is beside it, and the key comes after all others of its block: then
    /// a customer goes straight in.
    fn appending(&mut self, key: u32) -> Option<&mut Base> {
        let delta = &self.now.delta;
        if !delta.keys.is_empty() || delta.words.len() > 0 {
            return None;
        }
        let base = Arc::get_mut(&mut self.now.base)?;
        let of_key = base.place(key / ROWS as u32).and_then(|place| base.blocks.get(place));
        let after = of_key.is_none_or(|block| (key % ROWS as u32) as usize >= block.len());
        (after && base.orders.is_empty()).then_some(base)
    }

    /// The number of a word.
    fn learn(&mut self, appends: bool, kind: Kind, letters: &[char]) -> u32 {
        if let Some(number) = self.now.base.words.find(kind, letters) {
            return number;
        }
        if appends && let Some(base) = Arc::get_mut(&mut self.now.base) {
            return Arc::make_mut(&mut base.words).learn(kind, letters);
        }
        let first = u32::try_from(self.now.base.words.len()).unwrap_or(u32::MAX);
        let known = self.now.delta.words.find(kind, letters);
        first + known.unwrap_or_else(|| Arc::make_mut(&mut self.now.delta).words.learn(kind, letters))
    }

    fn settle(&mut self) {
        let mut told = Vec::new();
        self.persons.settle(&self.now, |row, disagrees| {
            if self.now.disagrees.contains(row) != disagrees {
                told.push((row, disagrees));
            }
        });
        if !told.is_empty() {
            let disagrees = Arc::make_mut(&mut self.now.disagrees);
            told.into_iter().for_each(|(row, disagree)| disagrees.set(row, disagree));
        }
    }
}

/// Appends a customer to the large part.
fn append(base: &mut Base, key: u32, words: &[u32], record: &Record, numbers: &Numbers) {
    base.kept.forget();
    let (number, slot) = (key / ROWS as u32, key % ROWS as u32);
    let place = match base.place(number) {
        Some(place) => place,
        None => {
            // Keys come in ascending order, or nearly so: the others are finished.
            let others = base.blocks.iter_mut().filter(|block| !block.is_finished());
            others.for_each(|block| Arc::make_mut(block).finish());
            let place = base.blocks.partition_point(|block| block.number < number);
            base.blocks.insert(place, Arc::new(block::Block::new(number)));
            place
        }
    };
    if let Some(block) = base.blocks.get_mut(place) {
        let block = Arc::make_mut(block);
        block.pass_over(slot);
        block.push(words, &record.bytes, numbers);
    }
}

#[cfg(test)]
mod tests;

//! The index: what it holds and how it follows the book.
//!
//! It holds no customer as such, only what searching needs, in columns: [`texts`] (folded texts in one arena), [`rows`]
//! (numbers), [`classes`] (everything that filters ask for, as one small number per row), [`persons`] (who is the same
//! person elsewhere), [`order`] (orders by column, worked out when first asked for) and [`kept`] (answers to typed text).

mod classes;
mod facets;
mod kept;
mod matching;
mod order;
mod persons;
pub(crate) mod record;
mod rows;
mod search;
mod texts;
mod vocabulary;

use classes::Classes;
use kept::Kept;
use kyc::{BookCustomer, ConnectionId, CustomerKey};
use order::Orders;
use persons::{Persons, Stand};
use record::Record;
use rows::{Rows, flag};
use texts::Texts;

/// The index over the customers of the book.
///
/// Reading takes `&self` and can be done by many threads at once; following the book takes `&mut self`.
#[derive(Debug, Default)]
pub struct Index {
    texts: Texts,
    rows: Rows,
    classes: Classes,
    persons: Persons,
    orders: Orders,
    kept: Kept,
    /// Room for the texts of the customer being taken in.
    record: Record,
}

impl Index {
    /// An index of nobody.
    pub fn new() -> Self {
        Self::default()
    }

    /// How many customers there are.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there is nobody.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether there is a customer with this key.
    pub fn contains(&self, key: CustomerKey) -> bool {
        self.rows.of(key).is_some()
    }

    /// Takes customers in, each in the place of the one with the same key, if any. The last of several with one key counts.
    ///
    /// One call for many customers is quicker than many calls.
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
        let leaving: Vec<bool> = {
            let mut leaving = vec![false; self.classes.bound()];
            for (number, class, _) in self.classes.iter() {
                if let Some(place) = leaving.get_mut(number as usize) {
                    *place = class.connection == *connection;
                }
            }
            leaving
        };
        let rows: Vec<(u32, u32)> = self
            .rows
            .in_use()
            .filter_map(|row| Some((row, self.rows.class(row)?)))
            .filter(|(_, class)| leaving.get(*class as usize).is_some_and(|leaving| *leaving))
            .collect();
        for (row, class) in rows {
            self.persons.leave(row, &self.texts);
            self.texts.clear(row);
            self.kept.touch(row);
            self.classes.leave(class);
            self.rows.close(row);
            self.orders.touch(row);
        }
        self.settle();
    }

    /// The same person's customers at other connections: those with the same e-mail or the same international phone
    /// number. Ascending by key; empty for a key that is not there.
    pub fn same_person(&self, key: CustomerKey) -> Vec<CustomerKey> {
        let rows = self.rows.of(key).map(|row| self.persons.same_person(row)).unwrap_or_default();
        let mut keys: Vec<CustomerKey> = rows.into_iter().map(|row| self.rows.key(row)).collect();
        keys.sort_unstable();
        keys
    }

    /// Whether another connection says something else of the same person; see [`View::Disagree`](crate::View::Disagree).
    pub fn disagrees(&self, key: CustomerKey) -> bool {
        self.rows.of(key).is_some_and(|row| self.rows.has(row, flag::DISAGREES))
    }

    /// Gives up what is kept of earlier searches to answer later ones quicker. Nothing needs it but measurements and
    /// whoever is short of memory.
    pub fn forget_searches(&mut self) {
        self.kept.forget();
    }

    fn upsert_one(&mut self, customer: &BookCustomer, record: &Record) {
        let known = self.rows.of(customer.key);
        let row = known.unwrap_or_else(|| self.rows.open(customer.key));
        let before = self.rows.class(row);
        let class = self.classes.enter(customer);
        let stand = self.classes.get(class).map(Stand::of);

        // The record must be in place whenever `persons` looks a contact up.
        let same_person = known.is_some() && self.texts.get(row) == record.bytes && self.persons.stand(row) == stand;
        if known.is_some() && !same_person {
            self.persons.leave(row, &self.texts);
        }
        if self.texts.set(row, record) {
            self.kept.touch(row);
        }
        if !same_person && let Some(stand) = stand {
            self.persons.join(row, stand, &self.texts);
        }

        self.rows.set(row, class, customer);
        if let Some(before) = before {
            self.classes.leave(before);
        }
        self.orders.touch(row);
    }

    fn settle(&mut self) {
        self.persons.settle(|row, disagrees| self.rows.set_disagrees(row, disagrees));
        self.texts.tidy_up();
    }
}

#[cfg(test)]
mod tests;

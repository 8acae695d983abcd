//! The customers whom the index over ids does not have yet, by connection and id.
//!
//! What is here can be read from the book at any time: it belongs to the writer's thread, is read when it is first needed,
//! and is forgotten when a transaction that touched it is rolled back. See [`customer_ids`] for why it is kept.

use crate::fault::{Fault, Outcome};
use crate::tables::connections::Number;
use crate::tables::customer_ids::{self, Keys};
use kyc::{CustomerKey, ProviderCustomerId, Trouble};
use rusqlite::Connection as Sqlite;
use std::collections::HashMap;

/// Keys that are given out before the index is brought up to date. In a book of a million that writes nearly each of the 4,500
/// pages of the index, once for so many customers; reading the ids of as many when a walk begins takes some hundredths of a
/// second, and keeping them two megabytes. Tests have customers by the dozen, and are to get this far too.
pub(crate) const MOST: u32 = if cfg!(test) { 8 } else { 16_384 };

/// See the module. Nothing is known by default.
#[derive(Default)]
pub(crate) struct Newcomers(Option<Known>);

struct Known {
    keys: Keys,
    by_connection: HashMap<Number, HashMap<Box<str>, CustomerKey>>,
}

impl Newcomers {
    /// Makes sure that those whom the index does not have are here, and not too many of them. To be called in the
    /// transaction that asks for somebody.
    pub(crate) fn prepare(&mut self, sqlite: &Sqlite) -> Outcome<()> {
        if self.0.as_ref().is_some_and(|known| known.keys.given - known.keys.filed < MOST) {
            return Ok(());
        }
        let mut by_connection = HashMap::<Number, HashMap<Box<str>, CustomerKey>>::new();
        let present = Keys::read(sqlite)?;
        if present.filed > present.given {
            return Err(Fault::damaged("the keys of customers"));
        }
        let keys = if present.given - present.filed < MOST {
            customer_ids::not_filed(sqlite, |connection, id, key| {
                by_connection.entry(connection).or_default().insert(id, CustomerKey(key));
            })?
        } else {
            customer_ids::file(sqlite)?
        };
        self.0 = Some(Known { keys, by_connection });
        Ok(())
    }

    /// Somebody whom the index does not have.
    pub(crate) fn find(&self, connection: Number, id: &ProviderCustomerId) -> Option<CustomerKey> {
        self.0.as_ref()?.by_connection.get(&connection)?.get(id.as_str()).copied()
    }

    /// Gives out a key for somebody whom the book does not know. It counts with [`write`](Self::write).
    pub(crate) fn add(&mut self, connection: Number, id: &ProviderCustomerId) -> Outcome<CustomerKey> {
        let known = self.0.as_mut().ok_or(Fault(Trouble::Internal))?;
        // Four thousand million customers are beyond any merchant.
        known.keys.given = known.keys.given.checked_add(1).ok_or(Fault(Trouble::Internal))?;
        let key = CustomerKey(known.keys.given);
        known.by_connection.entry(connection).or_default().insert(id.as_str().into(), key);
        Ok(key)
    }

    /// Writes down which keys were given out.
    pub(crate) fn write(&self, sqlite: &Sqlite) -> Outcome<()> {
        self.0.as_ref().map_or(Ok(()), |known| known.keys.write(sqlite))
    }

    /// Forgets everybody; they are read again when they are needed.
    pub(crate) fn forget(&mut self) {
        self.0 = None;
    }
}

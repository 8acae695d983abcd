//! The index from a provider's ids to customers.
//!
//! Providers' ids come in no order. An index that SQLite keeps by itself would have another of its pages written for nearly
//! every customer who is added, and those pages would be most of what a walk writes. So it is a table of its own, filed in
//! batches: it has every customer up to a certain key, and those behind it are in the writer's memory ([`crate::newcomers`])
//! until there are enough of them to be filed together, in the index's own order. It holds hashes, because ids are long; who
//! is found by a hash is compared by the whole id.
//!
//! That an id stands once in a connection is not a constraint of SQLite's. It follows from there being one writer, which
//! asks before it adds; [`check`] looks whether it is so.

use super::connections::Number;
use crate::fault::{Fault, Outcome};
use rusqlite::{Connection as Sqlite, params};

pub(crate) const VERSION_4: &str = "
CREATE TABLE customer_ids (
    connection INTEGER NOT NULL REFERENCES connections (number) ON DELETE CASCADE,
    hash       INTEGER NOT NULL, -- of the provider's id
    customer   INTEGER NOT NULL,
    PRIMARY KEY (connection, hash, customer)
) STRICT, WITHOUT ROWID;
CREATE TABLE customer_keys ( -- one row
    given INTEGER NOT NULL, -- the greatest key that was ever given out
    filed INTEGER NOT NULL  -- the greatest key that customer_ids covers
) STRICT;
INSERT INTO customer_keys
    SELECT coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'customers'), 0), 0;
";

/// Which keys were given out, and how many of them the index has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Keys {
    /// The greatest key that was ever given out. None comes again: it would show one customer's history at another.
    pub given: u32,
    /// The greatest key that the index covers.
    pub filed: u32,
}

impl Keys {
    pub(crate) fn read(sqlite: &Sqlite) -> Outcome<Self> {
        let mut statement = sqlite.prepare_cached("SELECT given, filed FROM customer_keys")?;
        Ok(statement.query_row([], |row| Ok(Self { given: row.get(0)?, filed: row.get(1)? }))?)
    }

    pub(crate) fn write(self, sqlite: &Sqlite) -> Outcome<()> {
        let updated = sqlite
            .prepare_cached("UPDATE customer_keys SET given = ?1, filed = ?2")?
            .execute(params![self.given, self.filed])?;
        if updated == 1 { Ok(()) } else { Err(Fault::damaged("the keys of customers")) }
    }
}

/// What an id is found by: 48 bits of a hash, which are six bytes in the file.
pub(crate) fn hash(id: &str) -> i64 {
    let hash = super::fnv1a(id.as_bytes());
    // Short ids differ in the lower bits first.
    (hash ^ hash << 32).cast_signed() >> 16
}

/// Files every customer whom the index does not have yet, and says how far it goes then.
pub(crate) fn file(sqlite: &Sqlite) -> Outcome<Keys> {
    let keys = Keys::read(sqlite)?;
    let mut entries = entries(sqlite, keys.filed)?;
    // In the order of the index, each of its pages is met once.
    entries.sort_unstable();
    let mut insert =
        sqlite.prepare_cached("INSERT INTO customer_ids (connection, hash, customer) VALUES (?1, ?2, ?3)")?;
    for (connection, hash, customer) in &entries {
        insert.execute(params![connection, hash, customer])?;
    }
    tracing::debug!(customers = entries.len(), "the index over ids was brought up to date");
    let keys = Keys { filed: keys.given, ..keys };
    keys.write(sqlite)?;
    Ok(keys)
}

/// The customers behind a key: connection, hash and key of each.
fn entries(sqlite: &Sqlite, behind: u32) -> Outcome<Vec<(i64, i64, u32)>> {
    let mut statement = sqlite.prepare_cached("SELECT connection, provider_id, key FROM customers WHERE key > ?1")?;
    super::collect(statement.query([behind])?, |row| {
        let id = row.get_ref(1)?.as_str().map_err(rusqlite::Error::from)?;
        Ok((row.get(0)?, hash(id), row.get(2)?))
    })
}

/// The customers whom the index does not have yet: connection, id and key of each.
pub(crate) fn not_filed(sqlite: &Sqlite, mut visit: impl FnMut(Number, Box<str>, u32)) -> Outcome<Keys> {
    let keys = Keys::read(sqlite)?;
    let mut statement = sqlite.prepare_cached("SELECT connection, provider_id, key FROM customers WHERE key > ?1")?;
    let mut rows = statement.query([keys.filed])?;
    while let Some(row) = rows.next()? {
        visit(Number(row.get(0)?), row.get(1)?, row.get(2)?);
    }
    Ok(keys)
}

/// Holds index and keys against the customers, whom it reads all.
///
/// # Errors
/// `BookDamaged` when they do not fit, or an id stands twice in a connection.
pub(crate) fn check(sqlite: &Sqlite) -> Outcome<()> {
    let keys = Keys::read(sqlite)?;
    let mut expected = entries(sqlite, 0)?;
    expected.sort_unstable();
    let mut ids = sqlite.prepare("SELECT provider_id FROM customers WHERE key = ?1")?;
    let mut id_of = |key: u32| -> Outcome<String> { Ok(ids.query_row([key], |row| row.get(0))?) };
    for same_hash in expected.chunk_by(|one, two| (one.0, one.1) == (two.0, two.1)).filter(|some| some.len() > 1) {
        let mut ids = same_hash.iter().map(|entry| id_of(entry.2)).collect::<Outcome<Vec<_>>>()?;
        ids.sort_unstable();
        if ids.windows(2).any(|pair| pair[0] == pair[1]) {
            return Err(Fault::damaged("an id that stands twice"));
        }
    }
    if expected.iter().any(|entry| entry.2 > keys.given) {
        return Err(Fault::damaged("a key that was never given out"));
    }
    let mut filed = expected.into_iter().filter(|entry| entry.2 <= keys.filed);
    let mut statement =
        sqlite.prepare("SELECT connection, hash, customer FROM customer_ids ORDER BY connection, hash, customer")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        if filed.next() != Some((row.get(0)?, row.get(1)?, row.get(2)?)) {
            return Err(Fault::damaged("the index over ids"));
        }
    }
    if filed.next().is_some() { Err(Fault::damaged("the index over ids")) } else { Ok(()) }
}

//! Observed changes of customers. Only ever added; gone only with their connection.

use super::runs::RunId;
use super::{collect, from_milliseconds, to_milliseconds};
use crate::change::{Change, Difference, SeenBy, field_of, seen_by_of};
use crate::fault::{Fault, Outcome};
use jiff::Timestamp;
use kyc::CustomerKey;
use rusqlite::{Connection as Sqlite, params};

pub(crate) const VERSION_1: &str = "
CREATE TABLE changes (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    customer      INTEGER NOT NULL REFERENCES customers (key) ON DELETE CASCADE,
    field         TEXT NOT NULL,
    before        TEXT,
    after         TEXT,
    seen_at       INTEGER NOT NULL,
    previous_look INTEGER NOT NULL,
    seen_by       TEXT NOT NULL, -- sync, action
    run           INTEGER        -- the run that saw it, for the sync page
) STRICT;
CREATE INDEX changes_by_customer ON changes (customer, id);
";

/// How and when a look at a customer was taken.
#[derive(Clone, Copy)]
pub(crate) struct Look {
    pub seen_at: Timestamp,
    pub previous_look: Timestamp,
    pub seen_by: SeenBy,
    pub run: Option<RunId>,
}

pub(crate) fn insert(sqlite: &Sqlite, customer: CustomerKey, look: Look, differences: &[Difference]) -> Outcome<()> {
    let mut statement = sqlite.prepare_cached(
        "INSERT INTO changes (customer, field, before, after, seen_at, previous_look, seen_by, run)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
    )?;
    for (field, before, after) in differences {
        statement.execute(params![
            customer.0,
            field.name(),
            before,
            after,
            to_milliseconds(look.seen_at),
            to_milliseconds(look.previous_look),
            look.seen_by.name(),
            look.run.map(|run| run.0),
        ])?;
    }
    Ok(())
}

/// The changes of a customer, newest first.
pub(crate) fn of_customer(sqlite: &Sqlite, customer: CustomerKey) -> Outcome<Vec<Change>> {
    let mut statement = sqlite.prepare_cached(
        "SELECT id, field, before, after, seen_at, previous_look, seen_by
         FROM changes WHERE customer = ?1 ORDER BY id DESC",
    )?;
    collect(statement.query([customer.0])?, |row| {
        let (field, seen_by): (String, String) = (row.get(1)?, row.get(6)?);
        let id: i64 = row.get(0)?;
        Ok(Change {
            id: u32::try_from(id).map_err(|_| Fault::damaged("the id of a change"))?,
            field: field_of(&field)?,
            before: row.get(2)?,
            after: row.get(3)?,
            seen_at: from_milliseconds(row.get(4)?)?,
            previous_look: from_milliseconds(row.get(5)?)?,
            seen_by: seen_by_of(&seen_by)?,
        })
    })
}

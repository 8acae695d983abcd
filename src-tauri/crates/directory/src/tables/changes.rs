//! Observed changes of customers. Only ever added; gone only with their connection.

use super::runs::RunId;
use super::{collect, from_milliseconds, to_milliseconds};
use crate::change::{Change, Difference, SeenBy, field_of, seen_by_of};
use crate::fault::{Fault, Outcome};
use jiff::Timestamp;
use kyc::CustomerKey;
use rusqlite::{Connection as Sqlite, Row, params};
use std::collections::HashMap;

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

// By run for what one run found, by time for what happened since; both hold changes only, of which there are few.
pub(crate) const VERSION_3: &str = "
ALTER TABLE changes ADD COLUMN actor TEXT; -- who acted, where seen by an action
CREATE INDEX changes_by_run ON changes (run) WHERE run IS NOT NULL;
CREATE INDEX changes_by_time ON changes (seen_at);
";

/// How and when a look at a customer was taken.
#[derive(Clone)]
pub(crate) struct Look<'a> {
    pub seen_at: Timestamp,
    pub previous_look: Timestamp,
    pub seen_by: &'a SeenBy,
    pub run: Option<RunId>,
}

pub(crate) fn insert(
    sqlite: &Sqlite,
    customer: CustomerKey,
    look: &Look<'_>,
    differences: &[Difference],
) -> Outcome<()> {
    let mut statement = sqlite.prepare_cached(
        "INSERT INTO changes (customer, field, before, after, seen_at, previous_look, seen_by, actor, run)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
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
            look.seen_by.actor(),
            look.run.map(|run| run.0),
        ])?;
    }
    Ok(())
}

/// The columns that [`read`] takes, in its order.
const COLUMNS: &str = "id, field, before, after, seen_at, previous_look, seen_by, actor";

/// The changes of a customer, newest first.
pub(crate) fn of_customer(sqlite: &Sqlite, customer: CustomerKey) -> Outcome<Vec<Change>> {
    let mut statement =
        sqlite.prepare_cached(&format!("SELECT {COLUMNS} FROM changes WHERE customer = ?1 ORDER BY id DESC"))?;
    collect(statement.query([customer.0])?, read)
}

/// The changes of all customers that were seen after a moment: by customer, and newest first for each.
pub(crate) fn after(sqlite: &Sqlite, at: Timestamp) -> Outcome<HashMap<CustomerKey, Vec<Change>>> {
    let mut statement = sqlite
        .prepare_cached(&format!("SELECT {COLUMNS}, customer FROM changes WHERE seen_at > ?1 ORDER BY id DESC"))?;
    let mut rows = statement.query([to_milliseconds(at)])?;
    let mut found: HashMap<CustomerKey, Vec<Change>> = HashMap::new();
    while let Some(row) = rows.next()? {
        found.entry(CustomerKey(row.get(8)?)).or_default().push(read(row)?);
    }
    Ok(found)
}

fn read(row: &Row<'_>) -> Outcome<Change> {
    let (field, seen_by, actor): (String, String, Option<String>) = (row.get(1)?, row.get(6)?, row.get(7)?);
    let id: i64 = row.get(0)?;
    Ok(Change {
        id: u32::try_from(id).map_err(|_| Fault::damaged("the id of a change"))?,
        field: field_of(&field)?,
        before: row.get(2)?,
        after: row.get(3)?,
        seen_at: from_milliseconds(row.get(4)?)?,
        previous_look: from_milliseconds(row.get(5)?)?,
        seen_by: seen_by_of(&seen_by, actor)?,
    })
}

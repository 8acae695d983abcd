//! Connections, without their secrets. Within the file a connection has a small number, so that a million customers do not
//! each repeat its UUID.

use super::{collect, from_milliseconds, to_milliseconds};
use crate::fault::{Fault, Outcome};
use kyc::{Connection, ConnectionId, Environment, ProviderId, RequestLimits, Standing, Trouble};
use rusqlite::{Connection as Sqlite, OptionalExtension, Row, params};
use std::collections::HashMap;

pub(crate) const VERSION_1: &str = "
CREATE TABLE connections (
    number      INTEGER PRIMARY KEY AUTOINCREMENT,
    id          TEXT NOT NULL UNIQUE,
    provider    TEXT NOT NULL,
    environment TEXT NOT NULL,
    label       TEXT NOT NULL,
    base_url    TEXT NOT NULL,
    key_tail    TEXT NOT NULL,
    per_minute  INTEGER,
    per_hour    INTEGER,
    created     INTEGER NOT NULL,
    budget      TEXT -- state of the request budget, in the words of whoever keeps it
) STRICT;
";

pub(crate) const VERSION_2: &str = "
ALTER TABLE connections ADD COLUMN standing TEXT NOT NULL DEFAULT 'active'; -- active, disabled, archived
";

// Set when address or key were replaced, which may have led to another merchant's customers.
pub(crate) const VERSION_3: &str = "
ALTER TABLE connections ADD COLUMN moved INTEGER NOT NULL DEFAULT 0;
";

// A count of rows would read the index of a million of them at every start. It follows the customers, so it comes behind them.
pub(crate) const VERSION_4: &str = "
ALTER TABLE connections ADD COLUMN listed INTEGER NOT NULL DEFAULT 0; -- customers that are listed
UPDATE connections SET listed = (
    SELECT count(*) FROM customers c WHERE c.connection = connections.number AND c.unlisted_since IS NULL
);
";

/// A connection's number within the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Number(pub i64);

pub(crate) fn insert(sqlite: &Sqlite, connection: &Connection) -> Outcome<()> {
    sqlite
        .prepare_cached(
            "INSERT INTO connections
                 (id, provider, environment, label, base_url, key_tail, per_minute, per_hour, created, standing)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        )?
        .execute(params![
            connection.id.as_str(),
            connection.provider.as_str(),
            connection.environment.name(),
            connection.label,
            connection.base_url,
            connection.key_tail,
            connection.limits.per_minute,
            connection.limits.per_hour,
            to_milliseconds(connection.created),
            connection.standing.name(),
        ])?;
    Ok(())
}

/// Changes everything but what a connection is: its id, its provider and when it was made. Another address or another key
/// may lead to another merchant's customers, which is noted.
pub(crate) fn update(sqlite: &Sqlite, connection: &Connection) -> Outcome<()> {
    let updated = sqlite
        .prepare_cached(
            "UPDATE connections
             SET environment = ?2, label = ?3, base_url = ?4, key_tail = ?5, per_minute = ?6, per_hour = ?7,
                 standing = ?8, moved = moved OR base_url <> ?4 OR key_tail <> ?5
             WHERE id = ?1",
        )?
        .execute(params![
            connection.id.as_str(),
            connection.environment.name(),
            connection.label,
            connection.base_url,
            connection.key_tail,
            connection.limits.per_minute,
            connection.limits.per_hour,
            connection.standing.name(),
        ])?;
    require_one(updated)
}

/// Deletes a connection; what refers to it is deleted along by the references between the tables.
pub(crate) fn delete(sqlite: &Sqlite, id: &ConnectionId) -> Outcome<()> {
    let deleted = sqlite.prepare_cached("DELETE FROM connections WHERE id = ?1")?.execute([id.as_str()])?;
    require_one(deleted)
}

/// All connections, oldest first.
pub(crate) fn all(sqlite: &Sqlite) -> Outcome<Vec<Connection>> {
    let mut statement = sqlite.prepare_cached(
        "SELECT id, provider, environment, label, base_url, key_tail, per_minute, per_hour, created, standing
         FROM connections ORDER BY number",
    )?;
    collect(statement.query([])?, read)
}

/// The numbers of all connections.
pub(crate) fn numbers(sqlite: &Sqlite) -> Outcome<Vec<Number>> {
    let mut statement = sqlite.prepare_cached("SELECT number FROM connections ORDER BY number")?;
    collect(statement.query([])?, |row| Ok(Number(row.get(0)?)))
}

/// Who each connection is, by its number.
pub(crate) fn identities(sqlite: &Sqlite) -> Outcome<HashMap<Number, (ConnectionId, ProviderId)>> {
    let mut statement = sqlite.prepare_cached("SELECT number, id, provider FROM connections")?;
    let mut rows = statement.query([])?;
    let mut all = HashMap::new();
    while let Some(row) = rows.next()? {
        let identity = (ConnectionId::new(row.get::<_, String>(1)?), ProviderId::new(row.get::<_, String>(2)?));
        all.insert(Number(row.get(0)?), identity);
    }
    Ok(all)
}

pub(crate) fn number_of(sqlite: &Sqlite, id: &ConnectionId) -> Outcome<Number> {
    let number = sqlite
        .prepare_cached("SELECT number FROM connections WHERE id = ?1")?
        .query_row([id.as_str()], |row| row.get(0))
        .optional()?;
    number.map(Number).ok_or(Fault(Trouble::NotFound))
}

pub(crate) fn provider_of(sqlite: &Sqlite, number: Number) -> Outcome<ProviderId> {
    let provider: String = sqlite
        .prepare_cached("SELECT provider FROM connections WHERE number = ?1")?
        .query_row([number.0], |row| row.get(0))?;
    Ok(ProviderId::new(provider))
}

pub(crate) fn save_budget(sqlite: &Sqlite, id: &ConnectionId, state: &str) -> Outcome<()> {
    let updated =
        sqlite.prepare_cached("UPDATE connections SET budget = ?2 WHERE id = ?1")?.execute([id.as_str(), state])?;
    require_one(updated)
}

pub(crate) fn budget(sqlite: &Sqlite, id: &ConnectionId) -> Outcome<Option<String>> {
    let budget = sqlite
        .prepare_cached("SELECT budget FROM connections WHERE id = ?1")?
        .query_row([id.as_str()], |row| row.get(0))
        .optional()?;
    Ok(budget.flatten())
}

/// How many customers of a connection are listed.
pub(crate) fn count_listed(sqlite: &Sqlite, number: Number) -> Outcome<u32> {
    let mut statement = sqlite.prepare_cached("SELECT listed FROM connections WHERE number = ?1")?;
    Ok(statement.query_row([number.0], |row| row.get(0))?)
}

/// Notes that so many customers more are listed, or fewer.
pub(crate) fn add_listed(sqlite: &Sqlite, number: Number, more: i64) -> Outcome<()> {
    if more == 0 {
        return Ok(());
    }
    let updated = sqlite
        .prepare_cached("UPDATE connections SET listed = listed + ?2 WHERE number = ?1")?
        .execute(params![number.0, more])?;
    require_one(updated)
}

/// Holds the counts of listed customers against the customers, whom it reads all.
///
/// # Errors
/// `BookDamaged` when one does not fit.
pub(crate) fn check_listed(sqlite: &Sqlite) -> Outcome<()> {
    let mut statement = sqlite.prepare(
        "SELECT n.listed, count(c.key) FROM connections n
         LEFT JOIN customers c ON c.connection = n.number AND c.unlisted_since IS NULL GROUP BY n.number",
    )?;
    let counts = collect(statement.query([])?, |row| Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?)))?;
    if counts.iter().all(|(noted, counted)| noted == counted) {
        Ok(())
    } else {
        Err(Fault::damaged("how many customers are listed"))
    }
}

/// Whether it is still to be found out if the connection leads to the customers that the book has of it.
pub(crate) fn is_moved(sqlite: &Sqlite, number: Number) -> Outcome<bool> {
    Ok(sqlite
        .prepare_cached("SELECT moved FROM connections WHERE number = ?1")?
        .query_row([number.0], |row| row.get(0))?)
}

/// Notes that the key was replaced by another, which [`update`] cannot tell where both end in the same characters.
pub(crate) fn set_moved(sqlite: &Sqlite, id: &ConnectionId) -> Outcome<()> {
    let updated = sqlite.prepare_cached("UPDATE connections SET moved = 1 WHERE id = ?1")?.execute([id.as_str()])?;
    require_one(updated)
}

/// Notes that it does.
pub(crate) fn set_settled(sqlite: &Sqlite, number: Number) -> Outcome<()> {
    sqlite.prepare_cached("UPDATE connections SET moved = 0 WHERE number = ?1")?.execute([number.0])?;
    Ok(())
}

fn require_one(rows: usize) -> Outcome<()> {
    if rows == 1 { Ok(()) } else { Err(Trouble::NotFound.into()) }
}

fn read(row: &Row<'_>) -> Outcome<Connection> {
    let environment: String = row.get(2)?;
    let standing: String = row.get(9)?;
    Ok(Connection {
        id: ConnectionId::new(row.get::<_, String>(0)?),
        provider: ProviderId::new(row.get::<_, String>(1)?),
        environment: Environment::from_name(&environment).ok_or_else(|| Fault::damaged("an environment"))?,
        label: row.get(3)?,
        base_url: row.get(4)?,
        key_tail: row.get(5)?,
        limits: RequestLimits { per_minute: row.get(6)?, per_hour: row.get(7)? },
        standing: Standing::from_name(&standing).ok_or_else(|| Fault::damaged("a connection's standing"))?,
        created: from_milliseconds(row.get(8)?)?,
    })
}

//! Sync runs: each walk of a connection's list, how far it came, and where it goes on.

use super::connections::Number;
use super::{collect, from_milliseconds, maybe_from_milliseconds, to_milliseconds};
use crate::fault::{Fault, Outcome};
use jiff::Timestamp;
use kyc::{ConnectionId, Trouble};
use rusqlite::{Connection as Sqlite, OptionalExtension, Row, params};

// AUTOINCREMENT, because customers remember the run that saw them last: a number that came again would lie.
pub(crate) const VERSION_1: &str = "
CREATE TABLE sync_runs (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    connection INTEGER NOT NULL REFERENCES connections (number) ON DELETE CASCADE,
    started    INTEGER NOT NULL,
    ended      INTEGER,
    outcome    TEXT,    -- complete, incomplete; NULL until the end
    pages      INTEGER NOT NULL DEFAULT 0,
    seen       INTEGER NOT NULL DEFAULT 0, -- different customers
    new        INTEGER NOT NULL DEFAULT 0,
    changed    INTEGER NOT NULL DEFAULT 0,
    rejected   INTEGER NOT NULL DEFAULT 0,
    announced  INTEGER, -- the provider's own total, as last told
    checkpoint TEXT     -- cursor of the next page
) STRICT;
CREATE INDEX sync_runs_by_connection ON sync_runs (connection, id);
";

/// Identifies a sync run within the book.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RunId(pub(crate) i64);

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RunOutcome {
    /// The whole list was seen. Only such a run says of a customer that they are no longer listed.
    Complete,
    /// The list came to an end without adding up.
    Incomplete,
}

impl RunOutcome {
    /// The stable name: `complete` or `incomplete`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Complete => "complete",
            Self::Incomplete => "incomplete",
        }
    }

    /// Reads back what [`name`](Self::name) wrote.
    pub fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "complete" => Self::Complete,
            "incomplete" => Self::Incomplete,
            _ => return None,
        })
    }
}

/// A walk of a connection's list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// Identity within the book; later runs have greater ones.
    pub id: RunId,
    /// The connection that was walked.
    pub connection: ConnectionId,
    /// When it began.
    pub started: Timestamp,
    /// When it ended; `None` while it goes on, and for one that was interrupted and will be resumed.
    pub ended: Option<Timestamp>,
    /// How it ended.
    pub outcome: Option<RunOutcome>,
    /// Pages landed; a page that landed twice counts twice.
    pub pages: u32,
    /// Different customers seen.
    pub seen: u32,
    /// Of these, customers that the book had not known.
    pub new: u32,
    /// Of these, customers that had changed.
    pub changed: u32,
    /// Records that could not be read.
    pub rejected: u32,
    /// How many customers the provider announced, as last told.
    pub announced_total: Option<u32>,
    /// Where the next page begins, in the words of the provider's client; `None` before the first and after the last page.
    pub checkpoint: Option<String>,
}

const COLUMNS: &str = "r.id, n.id, r.started, r.ended, r.outcome, r.pages, r.seen, r.new, r.changed, r.rejected,
     r.announced, r.checkpoint
     FROM sync_runs r JOIN connections n ON n.number = r.connection";

/// Begins a run.
pub(crate) fn insert(sqlite: &Sqlite, connection: Number, started: Timestamp) -> Outcome<RunId> {
    sqlite
        .prepare_cached("INSERT INTO sync_runs (connection, started) VALUES (?1, ?2)")?
        .execute(params![connection.0, to_milliseconds(started)])?;
    Ok(RunId(sqlite.last_insert_rowid()))
}

/// A run by its identity.
pub(crate) fn get(sqlite: &Sqlite, id: RunId) -> Outcome<Run> {
    one(sqlite, &format!("SELECT {COLUMNS} WHERE r.id = ?1"), id.0)?.ok_or(Fault(Trouble::NotFound))
}

/// The run of a connection that has not ended. There is at most one.
pub(crate) fn unfinished(sqlite: &Sqlite, connection: Number) -> Outcome<Option<Run>> {
    one(
        sqlite,
        &format!("SELECT {COLUMNS} WHERE r.connection = ?1 AND r.ended IS NULL ORDER BY r.id DESC LIMIT 1"),
        connection.0,
    )
}

/// The latest run of a connection, ended or not.
pub(crate) fn last(sqlite: &Sqlite, connection: Number) -> Outcome<Option<Run>> {
    one(sqlite, &format!("SELECT {COLUMNS} WHERE r.connection = ?1 ORDER BY r.id DESC LIMIT 1"), connection.0)
}

/// When the latest complete run of a connection ended.
pub(crate) fn last_complete(sqlite: &Sqlite, connection: Number) -> Outcome<Option<Timestamp>> {
    let ended = sqlite
        .prepare_cached(
            "SELECT ended FROM sync_runs WHERE connection = ?1 AND outcome = 'complete' ORDER BY id DESC LIMIT 1",
        )?
        .query_row([connection.0], |row| row.get(0))
        .optional()?;
    maybe_from_milliseconds(ended)
}

/// The latest runs of a connection, newest first.
pub(crate) fn latest(sqlite: &Sqlite, connection: Number, most: u32) -> Outcome<Vec<Run>> {
    let mut statement =
        sqlite.prepare_cached(&format!("SELECT {COLUMNS} WHERE r.connection = ?1 ORDER BY r.id DESC LIMIT ?2"))?;
    collect(statement.query(params![connection.0, most])?, read)
}

/// What a page adds to its run.
pub(crate) struct PageCounts {
    pub seen: u32,
    pub new: u32,
    pub changed: u32,
    pub rejected: u32,
    pub announced: Option<u32>,
}

/// Adds a page to a run that goes on, and moves its checkpoint.
pub(crate) fn add_page(sqlite: &Sqlite, run: RunId, page: &PageCounts, checkpoint: Option<&str>) -> Outcome<()> {
    let updated = sqlite
        .prepare_cached(
            "UPDATE sync_runs
             SET pages = pages + 1, seen = seen + ?2, new = new + ?3, changed = changed + ?4, rejected = rejected + ?5,
                 announced = coalesce(?6, announced), checkpoint = ?7
             WHERE id = ?1 AND ended IS NULL",
        )?
        .execute(params![run.0, page.seen, page.new, page.changed, page.rejected, page.announced, checkpoint])?;
    if updated == 1 { Ok(()) } else { Err(Trouble::Conflict.into()) }
}

/// Ends a run that goes on.
pub(crate) fn finish(sqlite: &Sqlite, run: RunId, outcome: RunOutcome, at: Timestamp) -> Outcome<()> {
    let updated = sqlite
        .prepare_cached(
            "UPDATE sync_runs SET ended = ?2, outcome = ?3, checkpoint = NULL WHERE id = ?1 AND ended IS NULL",
        )?
        .execute(params![run.0, to_milliseconds(at), outcome.name()])?;
    if updated == 1 { Ok(()) } else { Err(Trouble::Conflict.into()) }
}

fn one(sqlite: &Sqlite, sql: &str, parameter: i64) -> Outcome<Option<Run>> {
    let mut statement = sqlite.prepare_cached(sql)?;
    let mut rows = statement.query([parameter])?;
    rows.next()?.map(read).transpose()
}

fn read(row: &Row<'_>) -> Outcome<Run> {
    let outcome: Option<String> = row.get(4)?;
    let outcome = outcome
        .map(|name| RunOutcome::from_name(&name).ok_or_else(|| Fault::damaged("the outcome of a run")))
        .transpose()?;
    Ok(Run {
        id: RunId(row.get(0)?),
        connection: ConnectionId::new(row.get::<_, String>(1)?),
        started: from_milliseconds(row.get(2)?)?,
        ended: maybe_from_milliseconds(row.get(3)?)?,
        outcome,
        pages: row.get(5)?,
        seen: row.get(6)?,
        new: row.get(7)?,
        changed: row.get(8)?,
        rejected: row.get(9)?,
        announced_total: row.get(10)?,
        checkpoint: row.get(11)?,
    })
}

//! Sync runs: each walk of a connection's list, how far it came, and where it goes on.

use super::connections::Number;
use super::{collect, from_milliseconds, maybe_from_milliseconds, to_milliseconds};
use crate::fault::{Fault, Outcome};
use jiff::Timestamp;
use kyc::{ConnectionId, CustomerKey, Trouble};
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

// A refresh is what was found between two walks; it is written down whole, when it is over.
pub(crate) const VERSION_3: &str = "
ALTER TABLE sync_runs ADD COLUMN kind TEXT NOT NULL DEFAULT 'walk'; -- walk, refresh
ALTER TABLE sync_runs ADD COLUMN reason TEXT;                       -- why a walk is incomplete
ALTER TABLE sync_runs ADD COLUMN unlisted INTEGER NOT NULL DEFAULT 0;
ALTER TABLE sync_runs ADD COLUMN fell INTEGER NOT NULL DEFAULT 0;   -- in the present pass the announced total fell
";

/// Identifies a sync run within the book.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RunId(pub(crate) i64);

impl RunId {
    /// The id as a number, for whoever shows or sends it.
    pub fn number(self) -> i64 {
        self.0
    }

    /// An id that [`number`](Self::number) gave.
    pub fn from_number(number: i64) -> Self {
        Self(number)
    }
}

/// What a run was for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RunKind {
    /// A walk of the whole list.
    Walk,
    /// Looks at some customers between two walks. Only those that found something are written down.
    Refresh,
}

impl RunKind {
    /// The stable name: `walk` or `refresh`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Walk => "walk",
            Self::Refresh => "refresh",
        }
    }

    /// Reads back what [`name`](Self::name) wrote.
    pub fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "walk" => Self::Walk,
            "refresh" => Self::Refresh,
            _ => return None,
        })
    }
}

/// Why a walk came to its end without having seen the whole list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum IncompleteReason {
    /// Fewer customers were met than the provider announced.
    TotalNotReached,
    /// Customers were removed during each of its passes.
    ListKeptShrinking,
    /// More pages came than any list has.
    NoEnd,
    /// The connection's address or key were replaced before it ended.
    ConnectionChanged,
}

impl IncompleteReason {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::TotalNotReached, Self::ListKeptShrinking, Self::NoEnd, Self::ConnectionChanged];

    /// The stable name: `total_not_reached`, `list_kept_shrinking`, `no_end` or `connection_changed`.
    pub fn name(self) -> &'static str {
        match self {
            Self::TotalNotReached => "total_not_reached",
            Self::ListKeptShrinking => "list_kept_shrinking",
            Self::NoEnd => "no_end",
            Self::ConnectionChanged => "connection_changed",
        }
    }

    /// Reads back what [`name`](Self::name) wrote.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.name() == name)
    }
}

/// How a walk ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RunEnd {
    /// The whole list was seen.
    Complete {
        /// Of the customers whom the walk did not see, those of whom the provider said, asked for each, that it does not
        /// have them.
        gone: Vec<CustomerKey>,
    },
    /// It came to its end without that.
    Incomplete(IncompleteReason),
}

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RunOutcome {
    /// The whole list was seen. Only such runs say of a customer that they are no longer listed.
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
    /// What it was for.
    pub kind: RunKind,
    /// When it began.
    pub started: Timestamp,
    /// When it ended; `None` while it goes on, and for one that was interrupted and will be resumed.
    pub ended: Option<Timestamp>,
    /// How it ended.
    pub outcome: Option<RunOutcome>,
    /// Why it is incomplete, where it is.
    pub reason: Option<IncompleteReason>,
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
    /// Customers whom its end marked as no longer listed.
    pub unlisted: u32,
    /// How many customers the provider announced, as last told.
    pub announced_total: Option<u32>,
    /// Where the next page begins, in the words of the provider's client; `None` before the first and after the last page.
    pub checkpoint: Option<String>,
    /// Whether the announced total fell during the present pass through the list.
    pub fell: bool,
}

const COLUMNS: &str = "r.id, n.id, r.started, r.ended, r.outcome, r.pages, r.seen, r.new, r.changed, r.rejected,
     r.announced, r.checkpoint, r.kind, r.reason, r.unlisted, r.fell
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

/// Begins to write down what looks between two walks found. It counts as over at any time.
pub(crate) fn insert_refresh(sqlite: &Sqlite, connection: Number, at: Timestamp) -> Outcome<RunId> {
    sqlite
        .prepare_cached(
            "INSERT INTO sync_runs (connection, started, ended, outcome, kind)
             VALUES (?1, ?2, ?2, 'complete', 'refresh')",
        )?
        .execute(params![connection.0, to_milliseconds(at)])?;
    Ok(RunId(sqlite.last_insert_rowid()))
}

/// Adds what one more look found to a refresh.
pub(crate) fn add_to_refresh(sqlite: &Sqlite, refresh: RunId, new: u32, changed: u32) -> Outcome<()> {
    sqlite
        .prepare_cached(
            "UPDATE sync_runs SET pages = pages + 1, new = new + ?2, changed = changed + ?3
             WHERE id = ?1 AND kind = 'refresh'",
        )?
        .execute(params![refresh.0, new, changed])?;
    Ok(())
}

/// Counts a customer of an unfinished walk's list as seen who was met by a look apart from it.
pub(crate) fn add_seen(sqlite: &Sqlite, run: RunId, seen: u32) -> Outcome<()> {
    sqlite.prepare_cached("UPDATE sync_runs SET seen = seen + ?2 WHERE id = ?1")?.execute(params![run.0, seen])?;
    Ok(())
}

/// The run of a connection that has not ended. There is at most one.
pub(crate) fn unfinished(sqlite: &Sqlite, connection: Number) -> Outcome<Option<Run>> {
    one(
        sqlite,
        &format!("SELECT {COLUMNS} WHERE r.connection = ?1 AND r.ended IS NULL ORDER BY r.id DESC LIMIT 1"),
        connection.0,
    )
}

/// The latest walk of a connection, ended or not.
pub(crate) fn last(sqlite: &Sqlite, connection: Number) -> Outcome<Option<Run>> {
    one(
        sqlite,
        &format!("SELECT {COLUMNS} WHERE r.connection = ?1 AND r.kind = 'walk' ORDER BY r.id DESC LIMIT 1"),
        connection.0,
    )
}

/// When the latest complete run of a connection ended.
pub(crate) fn last_complete(sqlite: &Sqlite, connection: Number) -> Outcome<Option<Timestamp>> {
    let ended = sqlite
        .prepare_cached(
            "SELECT ended FROM sync_runs WHERE connection = ?1 AND outcome = 'complete' AND kind = 'walk'
             ORDER BY id DESC LIMIT 1",
        )?
        .query_row([connection.0], |row| row.get(0))
        .optional()?;
    maybe_from_milliseconds(ended)
}

/// A page of runs, newest first: of one connection or of all, those before the run `before`.
pub(crate) fn page(sqlite: &Sqlite, connection: Option<Number>, before: Option<RunId>, most: u32) -> Outcome<Vec<Run>> {
    let before = before.map_or(i64::MAX, |before| before.0);
    match connection {
        Some(connection) => {
            let mut statement = sqlite.prepare_cached(&format!(
                "SELECT {COLUMNS} WHERE r.connection = ?1 AND r.id < ?2 ORDER BY r.id DESC LIMIT ?3"
            ))?;
            collect(statement.query(params![connection.0, before, most])?, read)
        }
        None => {
            let mut statement =
                sqlite.prepare_cached(&format!("SELECT {COLUMNS} WHERE r.id < ?1 ORDER BY r.id DESC LIMIT ?2"))?;
            collect(statement.query(params![before, most])?, read)
        }
    }
}

/// What a page adds to its run.
pub(crate) struct PageCounts {
    pub seen: u32,
    pub new: u32,
    pub changed: u32,
    pub rejected: u32,
    pub announced: Option<u32>,
    pub fell: bool,
}

/// Adds a page to a run that goes on, and moves its checkpoint.
pub(crate) fn add_page(sqlite: &Sqlite, run: RunId, page: &PageCounts, checkpoint: Option<&str>) -> Outcome<()> {
    let updated = sqlite
        .prepare_cached(
            "UPDATE sync_runs
             SET pages = pages + 1, seen = seen + ?2, new = new + ?3, changed = changed + ?4, rejected = rejected + ?5,
                 announced = coalesce(?6, announced), checkpoint = ?7, fell = ?8
             WHERE id = ?1 AND ended IS NULL",
        )?
        .execute(params![
            run.0,
            page.seen,
            page.new,
            page.changed,
            page.rejected,
            page.announced,
            checkpoint,
            page.fell,
        ])?;
    if updated == 1 { Ok(()) } else { Err(Trouble::Conflict.into()) }
}

/// Ends a run that goes on; not before it began, whatever the clock says.
pub(crate) fn finish(
    sqlite: &Sqlite,
    run: RunId,
    reason: Option<IncompleteReason>,
    unlisted: u32,
    at: Timestamp,
) -> Outcome<()> {
    let outcome = if reason.is_some() { RunOutcome::Incomplete } else { RunOutcome::Complete };
    let updated = sqlite
        .prepare_cached(
            "UPDATE sync_runs
             SET ended = max(?2, started), outcome = ?3, reason = ?4, unlisted = ?5, checkpoint = NULL
             WHERE id = ?1 AND ended IS NULL",
        )?
        .execute(params![run.0, to_milliseconds(at), outcome.name(), reason.map(IncompleteReason::name), unlisted])?;
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
    let reason: Option<String> = row.get(13)?;
    let reason = reason
        .map(|name| IncompleteReason::from_name(&name).ok_or_else(|| Fault::damaged("why a run is incomplete")))
        .transpose()?;
    let kind: String = row.get(12)?;
    Ok(Run {
        id: RunId(row.get(0)?),
        connection: ConnectionId::new(row.get::<_, String>(1)?),
        kind: RunKind::from_name(&kind).ok_or_else(|| Fault::damaged("what a run was for"))?,
        started: from_milliseconds(row.get(2)?)?,
        ended: maybe_from_milliseconds(row.get(3)?)?,
        outcome,
        reason,
        pages: row.get(5)?,
        seen: row.get(6)?,
        new: row.get(7)?,
        changed: row.get(8)?,
        rejected: row.get(9)?,
        unlisted: row.get(14)?,
        announced_total: row.get(10)?,
        checkpoint: row.get(11)?,
        fell: row.get(15)?,
    })
}

//! Problems that synchronising met. The same one again, right after itself, is one row that counts: an outage of a weekend is
//! one line and not a thousand.

use super::connections::Number;
use super::runs::RunId;
use super::{collect, from_milliseconds, to_milliseconds};
use crate::fault::{Fault, Outcome};
use jiff::Timestamp;
use kyc::{ConnectionId, Problem, ProviderWords};
use rusqlite::{Connection as Sqlite, OptionalExtension, Row, params};

pub(crate) const VERSION_3: &str = "
CREATE TABLE problems (
    id            INTEGER PRIMARY KEY,
    connection    INTEGER NOT NULL REFERENCES connections (number) ON DELETE CASCADE,
    run           INTEGER, -- the walk that was under way
    code          TEXT NOT NULL,
    http_status   INTEGER,
    provider_code TEXT,
    message       TEXT,
    request_id    TEXT,
    first_met     INTEGER NOT NULL,
    last_met      INTEGER NOT NULL,
    times         INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE INDEX problems_by_connection ON problems (connection, id);
CREATE INDEX problems_by_run ON problems (run) WHERE run IS NOT NULL;
";

/// Problems that are kept of a connection.
const KEPT_PER_CONNECTION: u32 = 500;

/// A problem that synchronising met.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MetProblem {
    /// The connection.
    pub connection: ConnectionId,
    /// The walk that was under way; `None` where none had begun.
    pub run: Option<RunId>,
    /// What it was; see [`kyc::Trouble::code`].
    pub code: String,
    /// The provider's words, of the last time.
    pub words: Option<ProviderWords>,
    /// When it was met first.
    pub first_met: Timestamp,
    /// When it was met last, without another between.
    pub last_met: Timestamp,
    /// How often.
    pub times: u32,
}

/// Notes a problem, with the walk that is under way.
pub(crate) fn add(
    sqlite: &Sqlite,
    connection: Number,
    run: Option<RunId>,
    problem: &Problem,
    at: Timestamp,
) -> Outcome<()> {
    let nothing = ProviderWords::default();
    let words = problem.words.as_deref().unwrap_or(&nothing);
    let run = run.map(|run| run.0);
    let again: Option<i64> = sqlite
        .prepare_cached(
            "SELECT id FROM (SELECT * FROM problems WHERE connection = ?1 ORDER BY id DESC LIMIT 1)
             WHERE run IS ?2 AND code = ?3 AND http_status IS ?4 AND provider_code IS ?5",
        )?
        .query_row(params![connection.0, run, problem.code(), words.http_status, words.code], |row| row.get(0))
        .optional()?;
    if let Some(id) = again {
        sqlite
            .prepare_cached(
                "UPDATE problems SET times = times + 1, last_met = max(?2, last_met), message = ?3, request_id = ?4
                 WHERE id = ?1",
            )?
            .execute(params![id, to_milliseconds(at), words.message, words.request_id])?;
        return Ok(());
    }
    sqlite
        .prepare_cached(
            "INSERT INTO problems
                 (connection, run, code, http_status, provider_code, message, request_id, first_met, last_met)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?8)",
        )?
        .execute(params![
            connection.0,
            run,
            problem.code(),
            words.http_status,
            words.code,
            words.message,
            words.request_id,
            to_milliseconds(at),
        ])?;
    sqlite
        .prepare_cached(
            "DELETE FROM problems WHERE connection = ?1 AND id <=
                 (SELECT id FROM problems WHERE connection = ?1 ORDER BY id DESC LIMIT 1 OFFSET ?2)",
        )?
        .execute(params![connection.0, KEPT_PER_CONNECTION])?;
    Ok(())
}

const COLUMNS: &str = "n.id, p.run, p.code, p.http_status, p.provider_code, p.message, p.request_id, p.first_met,
     p.last_met, p.times
     FROM problems p JOIN connections n ON n.number = p.connection";

/// What a walk met, oldest first.
pub(crate) fn of_run(sqlite: &Sqlite, run: RunId) -> Outcome<Vec<MetProblem>> {
    let mut statement = sqlite.prepare_cached(&format!("SELECT {COLUMNS} WHERE p.run = ?1 ORDER BY p.id"))?;
    collect(statement.query([run.0])?, read)
}

/// What a connection met last, newest first.
pub(crate) fn latest(sqlite: &Sqlite, connection: Number, most: u32) -> Outcome<Vec<MetProblem>> {
    let mut statement =
        sqlite.prepare_cached(&format!("SELECT {COLUMNS} WHERE p.connection = ?1 ORDER BY p.id DESC LIMIT ?2"))?;
    collect(statement.query(params![connection.0, most])?, read)
}

/// How many different problems a connection has met after a moment.
pub(crate) fn count_after(sqlite: &Sqlite, connection: Number, at: Timestamp) -> Outcome<u32> {
    let mut statement =
        sqlite.prepare_cached("SELECT count(*) FROM problems WHERE connection = ?1 AND last_met > ?2")?;
    Ok(statement.query_row(params![connection.0, to_milliseconds(at)], |row| row.get(0))?)
}

fn read(row: &Row<'_>) -> Outcome<MetProblem> {
    let http_status: Option<i64> = row.get(3)?;
    let http_status =
        http_status.map(|status| u16::try_from(status).map_err(|_| Fault::damaged("an HTTP status"))).transpose()?;
    let words = ProviderWords { http_status, code: row.get(4)?, message: row.get(5)?, request_id: row.get(6)? };
    Ok(MetProblem {
        connection: ConnectionId::new(row.get::<_, String>(0)?),
        run: row.get::<_, Option<i64>>(1)?.map(RunId),
        code: row.get(2)?,
        words: (words != ProviderWords::default()).then_some(words),
        first_met: from_milliseconds(row.get(7)?)?,
        last_met: from_milliseconds(row.get(8)?)?,
        times: row.get(9)?,
    })
}

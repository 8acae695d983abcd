//! What is known of each connection's credential: when it was set, used and tested. The credential itself is never here.

use super::{connections, maybe_from_milliseconds, to_milliseconds};
use crate::fault::{Fault, Outcome};
use jiff::Timestamp;
use kyc::{ConnectionId, Trouble};
use rusqlite::{Connection as Sqlite, OptionalExtension, params};

pub(crate) const VERSION_2: &str = "
CREATE TABLE credentials (
    connection    INTEGER PRIMARY KEY REFERENCES connections (number) ON DELETE CASCADE,
    set_at        INTEGER,
    used_at       INTEGER, -- the provider last accepted it in ordinary work
    tested_at     INTEGER,
    test_result   TEXT,    -- 'ok', or the code of the problem
    next_key_tail TEXT,    -- of a second credential that waits to take the place of the first
    next_set_at   INTEGER,
    next_result   TEXT     -- why it does not yet: the code of the problem that its last test met
) STRICT;
";

/// What is known of a connection's credential.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CredentialFacts {
    /// When it was entered; `None` for one that an older Vouch took in, which did not write that down.
    pub set: Option<Timestamp>,
    /// When the provider last accepted it in ordinary work.
    pub used: Option<Timestamp>,
    /// Its last test.
    pub test: Option<CredentialTest>,
    /// A second credential that waits to take its place.
    pub next: Option<NextCredential>,
}

/// The test of a credential.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CredentialTest {
    /// When.
    pub at: Timestamp,
    /// The code of the problem that it met (see [`Trouble::code`]); `None` when the provider accepted the credential.
    pub problem: Option<String>,
}

/// A credential that waits to take another one's place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NextCredential {
    /// The last four characters of its key.
    pub key_tail: String,
    /// When it was entered.
    pub set: Timestamp,
    /// Why it still waits: the code of the problem that its last test met; `None` while it has not been tested.
    pub problem: Option<String>,
}

const ACCEPTED: &str = "ok";

/// Replaces what is known. `NotFound` when there is no such connection.
pub(crate) fn put(sqlite: &Sqlite, id: &ConnectionId, facts: &CredentialFacts) -> Outcome<()> {
    let number = connections::number_of(sqlite, id)?;
    let result = facts.test.as_ref().map(|test| test.problem.as_deref().unwrap_or(ACCEPTED));
    sqlite
        .prepare_cached(
            "INSERT OR REPLACE INTO credentials
                 (connection, set_at, used_at, tested_at, test_result, next_key_tail, next_set_at, next_result)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        )?
        .execute(params![
            number.0,
            facts.set.map(to_milliseconds),
            facts.used.map(to_milliseconds),
            facts.test.as_ref().map(|test| to_milliseconds(test.at)),
            result,
            facts.next.as_ref().map(|next| next.key_tail.as_str()),
            facts.next.as_ref().map(|next| to_milliseconds(next.set)),
            facts.next.as_ref().and_then(|next| next.problem.as_deref()),
        ])?;
    Ok(())
}

/// What is known; nothing, for a connection that an older Vouch made.
pub(crate) fn get(sqlite: &Sqlite, id: &ConnectionId) -> Outcome<CredentialFacts> {
    let mut statement = sqlite.prepare_cached(
        "SELECT set_at, used_at, tested_at, test_result, next_key_tail, next_set_at, next_result
         FROM credentials JOIN connections ON connections.number = credentials.connection WHERE connections.id = ?1",
    )?;
    let read = statement.query_row([id.as_str()], |row| {
        Ok((
            [row.get::<_, Option<i64>>(0)?, row.get(1)?, row.get(2)?, row.get(5)?],
            [row.get::<_, Option<String>>(3)?, row.get(4)?, row.get(6)?],
        ))
    });
    let Some(([set, used, tested, next_set], [result, next_key_tail, next_result])) = read.optional()? else {
        return Ok(CredentialFacts::default());
    };
    let test = match (maybe_from_milliseconds(tested)?, result) {
        (Some(at), Some(result)) => Some(CredentialTest { at, problem: (result != ACCEPTED).then_some(result) }),
        _ => None,
    };
    let next = match (next_key_tail, maybe_from_milliseconds(next_set)?) {
        (Some(key_tail), Some(set)) => Some(NextCredential { key_tail, set, problem: next_result }),
        (None, None) => None,
        _ => return Err(Fault::damaged("half a waiting credential")),
    };
    Ok(CredentialFacts { set: maybe_from_milliseconds(set)?, used: maybe_from_milliseconds(used)?, test, next })
}

/// Notes that the provider accepted the credential at `at`; never moves the moment back.
pub(crate) fn used(sqlite: &Sqlite, id: &ConnectionId, at: Timestamp) -> Outcome<()> {
    let changed = sqlite
        .prepare_cached(
            "INSERT INTO credentials (connection, used_at) SELECT number, ?2 FROM connections WHERE id = ?1
             ON CONFLICT (connection) DO UPDATE SET used_at = max(coalesce(used_at, excluded.used_at), excluded.used_at)",
        )?
        .execute(params![id.as_str(), to_milliseconds(at)])?;
    if changed == 1 { Ok(()) } else { Err(Fault(Trouble::NotFound)) }
}

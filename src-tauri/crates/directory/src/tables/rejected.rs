//! Records of a run that could not be read as customers, kept to be looked at.

use super::runs::RunId;
use super::{collect, fnv1a, from_milliseconds, to_milliseconds};
use crate::fault::{Fault, Outcome};
use jiff::Timestamp;
use kyc::RejectedRecord;
use rusqlite::{Connection as Sqlite, params};

// The fingerprint is what makes landing the same page twice count its records once.
pub(crate) const VERSION_1: &str = "
CREATE TABLE rejected_records (
    id          INTEGER PRIMARY KEY,
    run         INTEGER NOT NULL REFERENCES sync_runs (id) ON DELETE CASCADE,
    fingerprint INTEGER NOT NULL,
    position    INTEGER NOT NULL,
    reason      TEXT NOT NULL,
    raw         TEXT NOT NULL,
    seen_at     INTEGER NOT NULL,
    UNIQUE (run, fingerprint)
) STRICT;
";

/// Records that are kept of one run. A provider that changes its format would otherwise fill the disk with every record it
/// has; what is wrong with them is seen from these. All are counted.
pub(crate) const KEPT_PER_RUN: u32 = 1_000;

/// A record that could not be read, and when it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejected {
    /// The record.
    pub record: RejectedRecord,
    /// When it came.
    pub seen_at: Timestamp,
}

/// Keeps the records of a page, of which the run has `known` already; says how many of them are not among those.
pub(crate) fn insert(
    sqlite: &Sqlite,
    run: RunId,
    known: u32,
    records: &[RejectedRecord],
    seen_at: Timestamp,
) -> Outcome<u32> {
    let mut statement = sqlite.prepare_cached(
        "INSERT OR IGNORE INTO rejected_records (run, fingerprint, position, reason, raw, seen_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    )?;
    let mut counted = 0;
    for record in records {
        let is_new = if known.saturating_add(counted) >= KEPT_PER_RUN {
            !is_kept(sqlite, run, record)?
        } else {
            let position = i64::try_from(record.position).unwrap_or(i64::MAX);
            let at = to_milliseconds(seen_at);
            statement.execute(params![run.0, fingerprint(record), position, record.reason, record.raw, at])? == 1
        };
        counted += u32::from(is_new);
    }
    Ok(counted)
}

/// The kept records of a run, in the order they came.
pub(crate) fn of_run(sqlite: &Sqlite, run: RunId) -> Outcome<Vec<Rejected>> {
    let mut statement = sqlite
        .prepare_cached("SELECT position, reason, raw, seen_at FROM rejected_records WHERE run = ?1 ORDER BY id")?;
    collect(statement.query([run.0])?, |row| {
        let position: i64 = row.get(0)?;
        let position = usize::try_from(position).map_err(|_| Fault::damaged("the position of a record"))?;
        let record = RejectedRecord { position, reason: row.get(1)?, raw: row.get(2)? };
        Ok(Rejected { record, seen_at: from_milliseconds(row.get(3)?)? })
    })
}

fn is_kept(sqlite: &Sqlite, run: RunId, record: &RejectedRecord) -> Outcome<bool> {
    let mut statement = sqlite.prepare_cached("SELECT 1 FROM rejected_records WHERE run = ?1 AND fingerprint = ?2")?;
    Ok(statement.exists(params![run.0, fingerprint(record)])?)
}

/// A hash of the record.
fn fingerprint(record: &RejectedRecord) -> i64 {
    let position = record.position.to_le_bytes();
    let parts = [position.as_slice(), record.reason.as_bytes(), &[0], record.raw.as_bytes()];
    fnv1a(parts.into_iter().flatten()).cast_signed()
}

//! Versions of the book's schema, and bringing an older file up to the newest one.
//!
//! Each table's module holds the SQL of its own versions; here they are put in order. A version that was ever released is
//! never edited: what changes is added as the next one.

use crate::fault::{Fault, Outcome};
use crate::{cipher, tables};
use kyc::Trouble;
use rusqlite::Connection;
use rusqlite_migration::{M, Migrations};
use std::fs::{self, File};
use std::path::{Path, PathBuf};

/// The SQL of every version, oldest first; a file's `user_version` says how many of them it has.
pub(crate) fn versions() -> Vec<String> {
    // Order within a version follows the references between the tables.
    vec![
        [
            tables::connections::VERSION_1,
            tables::runs::VERSION_1,
            tables::rejected::VERSION_1,
            tables::customers::VERSION_1,
            tables::changes::VERSION_1,
            tables::meta::VERSION_1,
        ]
        .concat(),
        [tables::connections::VERSION_2, tables::credentials::VERSION_2].concat(),
        [
            tables::connections::VERSION_3,
            tables::runs::VERSION_3,
            tables::problems::VERSION_3,
            tables::customers::VERSION_3,
            tables::changes::VERSION_3,
        ]
        .concat(),
        [tables::customer_ids::VERSION_4, tables::customers::VERSION_4, tables::connections::VERSION_4].concat(),
    ]
}

/// Brings an existing book to the newest version: after a copy of the file, all steps in one transaction. Leaves a file that
/// is already there as it is.
///
/// # Errors
/// `BookNewer` when a newer Vouch wrote the file, which is then not touched. `BookDamaged` when it has no version.
pub(crate) fn bring_up_to_date(connection: &mut Connection, path: &Path, versions: &[String]) -> Outcome<()> {
    let present = cipher::version(connection, "main")?;
    let present = usize::try_from(present).unwrap_or(usize::MAX);
    if present > versions.len() {
        tracing::warn!(present, known = versions.len(), "the book was written by a newer Vouch");
        return Err(Trouble::BookNewer.into());
    }
    if present == 0 {
        // A book is given its name only when its tables are there.
        return Err(Fault::damaged("no schema version"));
    }
    if present < versions.len() {
        tracing::info!(from = present, to = versions.len(), "bringing the book to the present version");
        copy(connection, path, present)?;
        run(connection, versions)?;
    }
    Ok(())
}

/// Where the copy of a book of version `present` is kept; it is encrypted under the same key.
pub(crate) fn copy_path(path: &Path, present: usize) -> PathBuf {
    path.with_extension(format!("version-{present}.db"))
}

/// Runs the versions that a file does not have yet, in one transaction; all of them on a new, empty file.
///
/// References between tables are not acted upon meanwhile, so that a table can be made anew without taking along what refers
/// to it; whether they hold is looked at before the transaction ends.
pub(crate) fn run(connection: &mut Connection, versions: &[String]) -> Outcome<()> {
    // Within a transaction the pragma would do nothing.
    let acted_upon: bool = connection.query_row("PRAGMA foreign_keys", [], |row| row.get(0))?;
    connection.execute_batch("PRAGMA foreign_keys = OFF")?;
    let mut steps: Vec<M<'_>> = versions.iter().map(|sql| M::up(sql)).collect();
    if let Some(last) = steps.pop() {
        steps.push(last.foreign_key_check());
    }
    let migrated = Migrations::new(steps).to_latest(connection).map_err(|error| match error {
        rusqlite_migration::Error::RusqliteError { err, .. } => Fault::from(err),
        rusqlite_migration::Error::ForeignKeyCheck(_) => Fault::damaged("a reference to what is not there"),
        _ => Fault(Trouble::Internal),
    });
    connection.execute_batch(&format!("PRAGMA foreign_keys = {acted_upon}"))?;
    migrated
}

/// Copies the file whole: what the log still holds is brought into it first. The copy gets its name only when it is safe
/// on the disk, so that an interrupted one is never taken for a copy.
fn copy(connection: &Connection, path: &Path, present: usize) -> Outcome<()> {
    let busy: bool = connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))?;
    if busy {
        // Somebody else has the file open; a copy without the log would be a copy of the past.
        return Err(Trouble::Disk.into());
    }
    let to = copy_path(path, present);
    let draft = to.with_extension("draft");
    fs::copy(path, &draft)?;
    File::options().write(true).open(&draft)?.sync_all()?;
    disk::rename(&draft, &to)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_stands_beside_its_book() {
        assert_eq!(copy_path(Path::new("/p/book.db"), 3), Path::new("/p/book.version-3.db"));
    }
}

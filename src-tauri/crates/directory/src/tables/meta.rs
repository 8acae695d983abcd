//! Small facts about the book itself, by name.

use crate::fault::Outcome;
use rusqlite::{Connection as Sqlite, OptionalExtension};

pub(crate) const VERSION_1: &str = "
CREATE TABLE meta (
    name  TEXT PRIMARY KEY NOT NULL,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
";

pub(crate) fn set(sqlite: &Sqlite, name: &str, value: &str) -> Outcome<()> {
    sqlite
        .prepare_cached(
            "INSERT INTO meta (name, value) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        )?
        .execute([name, value])?;
    Ok(())
}

pub(crate) fn get(sqlite: &Sqlite, name: &str) -> Outcome<Option<String>> {
    let mut statement = sqlite.prepare_cached("SELECT value FROM meta WHERE name = ?1")?;
    Ok(statement.query_row([name], |row| row.get(0)).optional()?)
}

//! Opening the encrypted file.
//!
//! SQLCipher keys each page and checks each page's authentication code. It reports "not a database" both for a wrong key and
//! for a first page that is damaged, because either way the first page's code does not fit. The two are told apart as far
//! as the file itself allows: a file that is empty, has no whole pages, or begins like an unencrypted database cannot be a
//! book under any key and is `BookDamaged`; anything else is taken for `BookKeyWrong`. Damage confined to the first page
//! therefore reads as a wrong key. Damage behind it is always `BookDamaged`.

use crate::fault::{Fault, Outcome};
use kyc::Trouble;
use rusqlite::{Connection, ErrorCode, OpenFlags};
use secrecy::{ExposeSecret, SecretString};
use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::time::Duration;
use zeroize::Zeroizing;

/// Bytes of a page; SQLCipher's default since version 4, written down because the size of a file is judged by it.
pub(crate) const PAGE_BYTES: u64 = 4_096;

/// How long a statement waits for another process that has the file locked: a backup program, mostly.
const BUSY_WAIT: Duration = Duration::from_secs(5);

/// Memory for pages, in KiB. Readers are several and read small windows; the writer meets the same pages page after page.
const WRITER_CACHE_KIB: u32 = 32 * 1_024;
const READER_CACHE_KIB: u32 = 8 * 1_024;

/// Pages in the log from which it is brought into the file: 32 MiB, eight times what SQLite has without being told. What is
/// written again with every page of a walk goes into the file once for all of them, and who writes waits for the disk half
/// as often as with 16. A log that grew beyond it, because somebody read meanwhile, becomes as short again.
const LOG_PAGES: u32 = 8_000;

/// Opens the one connection that may write to a book that exists.
pub(crate) fn open_writable(path: &Path, key: &SecretString) -> Outcome<Connection> {
    // SQLite falls back to reading when it may not write, and says so only at the first statement that writes.
    let bytes = File::options().write(true).open(path)?.metadata()?.len();
    // SQLite would take less than a page for a database without tables and begin to fill it. A part of a page at the end it
    // would meet only when it comes by there. With a log beside the file, either may be what a power failure left while the
    // log was brought into the file, and the log mends it.
    if (bytes < PAGE_BYTES || !bytes.is_multiple_of(PAGE_BYTES)) && !has_log(path) {
        return Err(Fault::damaged("a part of a page"));
    }
    open_empty(path, key)
}

fn has_log(path: &Path) -> bool {
    let mut log = path.as_os_str().to_owned();
    log.push("-wal");
    std::fs::metadata(log).is_ok_and(|log| log.len() > 0)
}

/// Opens an empty file for writing, which becomes a database.
pub(crate) fn open_empty(path: &Path, key: &SecretString) -> Outcome<Connection> {
    let connection = open(path, key, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    let log_bytes = u64::from(LOG_PAGES) * PAGE_BYTES;
    connection.execute_batch(&format!(
        "PRAGMA journal_mode = WAL;
         PRAGMA synchronous = NORMAL;
         PRAGMA foreign_keys = ON;
         PRAGMA wal_autocheckpoint = {LOG_PAGES};
         PRAGMA journal_size_limit = {log_bytes};
         PRAGMA cache_size = -{WRITER_CACHE_KIB};"
    ))?;
    Ok(connection)
}

/// Opens a connection that looks after the book as a whole. It could write, because what it attaches must be writable.
pub(crate) fn open_for_keeping(path: &Path, key: &SecretString) -> Outcome<Connection> {
    let connection = open(path, key, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    connection.execute_batch(&format!("PRAGMA cache_size = -{READER_CACHE_KIB};"))?;
    Ok(connection)
}

/// Opens an empty file that is thrown away unless it becomes whole.
pub(crate) fn open_draft(path: &Path, key: &SecretString) -> Outcome<Connection> {
    let connection = open(path, key, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    connection.execute_batch("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA foreign_keys = OFF;")?;
    Ok(connection)
}

/// Opens a connection without a file, to attach one to. It is encrypted like any other, although nothing is ever in it.
pub(crate) fn open_in_memory() -> Outcome<Connection> {
    let connection = Connection::open_in_memory()?;
    require_cipher(&connection)?;
    connection.execute_batch("PRAGMA temp_store = MEMORY; PRAGMA trusted_schema = OFF;")?;
    Ok(connection)
}

/// The name under which a backup is attached.
pub(crate) const BACKUP: &str = "backup";

/// The schema version of an attached database.
pub(crate) fn version(connection: &Connection, schema: &str) -> Outcome<u32> {
    Ok(connection.query_row(&format!("PRAGMA {schema}.user_version"), [], |row| row.get(0))?)
}

/// Reads an attached database whole, each page against its authentication code and the tables against their indexes.
pub(crate) fn check_integrity(connection: &Connection, schema: &str) -> Outcome<()> {
    // In this order: over a page that cannot be decrypted, SQLite's own check fails instead of complaining.
    for check in ["cipher_integrity_check", "integrity_check", "foreign_key_check"] {
        let mut statement = connection.prepare(&format!("PRAGMA {schema}.{check}"))?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            // Silence and a single "ok" both mean that nothing was found.
            if !row.get_ref(0)?.as_str().is_ok_and(|text| text == "ok") {
                tracing::error!(check, "the book is damaged");
                return Err(Trouble::BookDamaged.into());
            }
        }
    }
    Ok(())
}

/// Opens a connection that cannot write.
pub(crate) fn open_read_only(path: &Path, key: &SecretString) -> Outcome<Connection> {
    let connection = open(path, key, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    connection.execute_batch(&format!("PRAGMA query_only = ON; PRAGMA cache_size = -{READER_CACHE_KIB};"))?;
    Ok(connection)
}

fn open(path: &Path, key: &SecretString, access: OpenFlags) -> Outcome<Connection> {
    // One thread at a time uses a connection, so SQLite's own mutexes are not needed. URIs are off: a path is a path.
    let connection = Connection::open_with_flags(path, access | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    connection.busy_timeout(BUSY_WAIT)?;
    require_cipher(&connection)?;
    set_key(&connection, key)?;
    require_fit(&connection, path)?;
    // Intermediate results stay in memory: a temporary file would not be encrypted.
    connection.execute_batch("PRAGMA temp_store = MEMORY; PRAGMA trusted_schema = OFF;")?;
    // Every statement of this crate, with room to spare.
    connection.set_prepared_statement_cache_capacity(64);
    Ok(connection)
}

/// Plain SQLite ignores the pragma that sets a key and would write in clear.
fn require_cipher(connection: &Connection) -> Outcome<()> {
    let version: Option<String> = match connection.query_row("PRAGMA cipher_version", [], |row| row.get(0)) {
        Err(rusqlite::Error::QueryReturnedNoRows) => None,
        other => other?,
    };
    if version.is_some_and(|version| !version.is_empty()) {
        // It would write to standard error by itself; what it has to say arrives as an error here.
        connection.execute_batch("PRAGMA cipher_log_level = NONE")?;
        return Ok(());
    }
    tracing::error!("this build has no SQLCipher; the book stays closed");
    Err(Trouble::Internal.into())
}

fn set_key(connection: &Connection, key: &SecretString) -> Outcome<()> {
    let key = key.expose_secret();
    // 256 bits as they are, without a derivation from a passphrase. Checked here because a shorter text would silently be
    // taken for a passphrase.
    if key.len() != 64 || !key.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Err(Trouble::BookKeyWrong.into());
    }
    let mut statement = Zeroizing::new(String::with_capacity(key.len() + 32));
    statement.push_str("PRAGMA key = \"x'");
    statement.push_str(key);
    statement.push_str("'\";");
    // The error would quote the statement.
    connection.execute_batch(&statement).map_err(|_| Fault(Trouble::Internal))
}

/// Reads the first page, with which it turns out whether the key fits.
fn require_fit(connection: &Connection, path: &Path) -> Outcome<()> {
    let first = connection.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()));
    match first {
        Err(error) if error.sqlite_error_code() == Some(ErrorCode::NotADatabase) => {
            Err(if can_be_a_book(path)? { Trouble::BookKeyWrong } else { Trouble::BookDamaged }.into())
        }
        other => Ok(other?),
    }
}

/// Whether a file can be an encrypted database at all.
pub(crate) fn can_be_a_book(path: &Path) -> Outcome<bool> {
    let mut file = File::open(path)?;
    let bytes = file.metadata()?.len();
    let mut head = [0; 16];
    let whole_pages = bytes >= PAGE_BYTES && bytes.is_multiple_of(PAGE_BYTES);
    Ok(whole_pages && file.read_exact(&mut head).is_ok() && &head != b"SQLite format 3\0" && head != [0; 16])
}

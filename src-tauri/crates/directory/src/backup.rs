//! A copy of the whole book in one encrypted file, and back.
//!
//! A backup is a SQLCipher database of its own, under a passphrase and not under the book's key: the key is in one computer's
//! keyring, and a backup is for the day when that computer is gone. The passphrase becomes a key in SQLCipher's own way
//! (PBKDF2 with HMAC-SHA-512, 256,000 rounds, a random salt in the file), so that any SQLCipher 4 opens it. Credentials are
//! in no backup, because they are in no book.
//!
//! Restoring verifies first and replaces then. The book that was there stays beside the restored one. Replacing takes
//! several renames; a file with the name of [`restored_path`] says that they have begun, and whoever opens the book next
//! finishes them ([`finish_restore`]).

use crate::cipher::{self, BACKUP};
use crate::fault::{Fault, Outcome};
use crate::files::{publish, remove_with_logs, with_suffix};
use crate::reader::check_integrity;
use crate::schema;
use kyc::Trouble;
use rusqlite::{Connection, ErrorCode};
use secrecy::{ExposeSecret, SecretString};
use std::fs::{self, File};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// Fewest characters of a passphrase. A backup is carried around, and whoever finds it may try as long as they like.
pub const SHORTEST_PASSPHRASE: usize = 10;

/// What a backup holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BackupContents {
    /// Size of the backup's file.
    pub bytes: u64,
    /// Connections.
    pub connections: u32,
    /// Customers, listed or not.
    pub customers: u32,
    /// Observed changes.
    pub changes: u32,
}

/// Writes a backup of one state of the book, verifies it, and gives it its name only then.
pub(crate) fn write(book: &Connection, to: &Path, passphrase: &SecretString) -> Outcome<BackupContents> {
    check_passphrase(passphrase)?;
    if to.try_exists()? {
        return Err(Trouble::FileExists.into());
    }
    let draft = with_suffix(to, ".draft");
    remove_with_logs(&draft)?;
    let written = write_draft(book, &draft, passphrase).and_then(|contents| {
        publish(&draft, to).map_err(|fault| match fault {
            Fault(Trouble::Conflict) => Fault(Trouble::FileExists),
            other => other,
        })?;
        Ok(contents)
    });
    let removed = remove_with_logs(&draft);
    let contents = written?;
    removed?;
    Ok(contents)
}

fn write_draft(book: &Connection, draft: &Path, passphrase: &SecretString) -> Outcome<BackupContents> {
    let file = disk::create(draft)?;
    attach(book, draft, passphrase)?;
    let exported = export(book);
    let detached = book.execute_batch(&format!("DETACH {BACKUP}"));
    let present = exported?;
    detached?;
    file.sync_all()?;
    drop(file);
    // What counts is what can be read back from the file.
    let contents = verify(draft, passphrase)?;
    if contents.customers != present.customers || contents.changes != present.changes {
        return Err(Fault(Trouble::Internal));
    }
    Ok(contents)
}

fn export(book: &Connection) -> Outcome<BackupContents> {
    // The draft is thrown away unless it is whole, so it needs no log of its own.
    book.execute_batch(&format!("PRAGMA {BACKUP}.journal_mode = OFF; PRAGMA {BACKUP}.synchronous = OFF;"))?;
    // One state of the book, while others go on writing.
    let snapshot = book.unchecked_transaction()?;
    let present = contents_of(&snapshot, "main")?;
    snapshot.query_row(&format!("SELECT sqlcipher_export('{BACKUP}')"), [], |_| Ok(()))?;
    // A pragma's value, which the export leaves out.
    let version = cipher::version(&snapshot, "main")?;
    snapshot.execute_batch(&format!("PRAGMA {BACKUP}.user_version = {version}"))?;
    snapshot.commit()?;
    Ok(present)
}

/// Opens a backup with its passphrase and reads all of it.
pub(crate) fn verify(path: &Path, passphrase: &SecretString) -> Outcome<BackupContents> {
    let bytes = fs::metadata(path).map_err(missing_file)?.len();
    let reading = cipher::open_in_memory()?;
    attach_existing(&reading, path, passphrase)?;
    Ok(BackupContents { bytes, ..check(&reading)? })
}

/// Puts a backup in the place of the book at `path`, under `key`.
pub(crate) fn restore(
    from: &Path,
    passphrase: &SecretString,
    path: &Path,
    key: &SecretString,
    versions: &[String],
) -> Outcome<BackupContents> {
    let bytes = fs::metadata(from).map_err(missing_file)?.len();
    if let Some(folder) = path.parent() {
        disk::make_folder(folder)?;
    }
    finish_restore(path)?;
    let draft = with_suffix(path, ".restoring");
    remove_with_logs(&draft)?;
    let taken = take_over(from, passphrase, &draft, key, versions);
    let contents = match taken {
        Ok(contents) => contents,
        Err(fault) => {
            // The failure says more than that its remains could not be removed.
            let _ = remove_with_logs(&draft);
            return Err(fault);
        }
    };
    disk::rename(&draft, &restored_path(path, free_number(path)?))?;
    disk::sync_folder_of(path)?;
    finish_restore(path)?;
    Ok(BackupContents { bytes, ..contents })
}

/// Writes the draft of a restored book, and reads all of that too.
fn take_over(
    from: &Path,
    passphrase: &SecretString,
    draft: &Path,
    key: &SecretString,
    versions: &[String],
) -> Outcome<BackupContents> {
    let file = disk::create(draft)?;
    let mut book = cipher::open_draft(draft, key)?;
    attach_existing(&book, from, passphrase)?;
    let expected = check(&book)?;
    let version = usize::try_from(cipher::version(&book, BACKUP)?).unwrap_or(usize::MAX);
    if version > versions.len() {
        return Err(Trouble::BookNewer.into());
    }
    if version == 0 {
        return Err(Trouble::BackupDamaged.into());
    }
    let copying = book.unchecked_transaction()?;
    copying.query_row(&format!("SELECT sqlcipher_export('main', '{BACKUP}')"), [], |_| Ok(()))?;
    copying.execute_batch(&format!("PRAGMA main.user_version = {version}"))?;
    copying.commit()?;
    book.execute_batch(&format!("DETACH {BACKUP}"))?;
    schema::run(&mut book, versions)?;
    check_integrity(&book)?;
    let contents = contents_of(&book, "main")?;
    if contents.customers != expected.customers || contents.changes != expected.changes {
        return Err(Fault(Trouble::Internal));
    }
    book.close().map_err(|(_, error)| Fault::from(error))?;
    file.sync_all()?;
    Ok(contents)
}

/// Finishes a restoration that was interrupted between its renames. Does nothing where there is none.
pub(crate) fn finish_restore(path: &Path) -> Outcome<()> {
    let Some((number, restored)) = begun(path)? else { return Ok(()) };
    let kept = kept_path(path, number);
    // The log goes along with its book, whatever state they are in: it may hold the latest pages.
    for suffix in ["", "-wal"] {
        disk::rename_if_there(&with_suffix(path, suffix), &with_suffix(&kept, suffix))?;
    }
    // An index of the log, made anew by whoever opens the kept book.
    disk::remove(&with_suffix(path, "-shm"))?;
    disk::rename(&restored, path)?;
    Ok(disk::sync_folder_of(path)?)
}

/// Where the book that a restored one replaced is kept: `book.before-restore-1.db`.
pub(crate) fn kept_path(path: &Path, number: u32) -> PathBuf {
    path.with_extension(format!("before-restore-{number}.db"))
}

/// The name of a restored book that is whole and not yet in place.
pub(crate) fn restored_path(path: &Path, number: u32) -> PathBuf {
    path.with_extension(format!("restored-{number}.db"))
}

/// A restored book that is not yet in place, and its number.
fn begun(path: &Path) -> Outcome<Option<(u32, PathBuf)>> {
    let (Some(folder), Some(stem)) = (path.parent(), path.file_stem().and_then(|stem| stem.to_str())) else {
        return Ok(None);
    };
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        entries => entries?,
    };
    let prefix = format!("{stem}.restored-");
    for entry in entries {
        let entry = entry?;
        let name = entry.file_name();
        let number = name.to_str().and_then(|name| name.strip_prefix(&prefix)?.strip_suffix(".db")?.parse().ok());
        if let Some(number) = number {
            return Ok(Some((number, entry.path())));
        }
    }
    Ok(None)
}

/// Restorations whose replaced books may stand beside each other before a person has to clear them away.
const MOST_RESTORED: u32 = 1_000;

fn free_number(path: &Path) -> Outcome<u32> {
    for number in 1..=MOST_RESTORED {
        if !kept_path(path, number).try_exists()? {
            return Ok(number);
        }
    }
    Err(Trouble::Disk.into())
}

fn check_passphrase(passphrase: &SecretString) -> Outcome<()> {
    if passphrase.expose_secret().chars().count() < SHORTEST_PASSPHRASE {
        return Err(Trouble::BadInput { field: "passphrase" }.into());
    }
    Ok(())
}

/// Attaches an empty file that becomes a backup. The passphrase is bound, so that no error can quote it.
fn attach(connection: &Connection, path: &Path, passphrase: &SecretString) -> Outcome<()> {
    let Some(path) = path.to_str() else { return Err(Trouble::BadInput { field: "path" }.into()) };
    connection.execute(&format!("ATTACH DATABASE ?1 AS {BACKUP} KEY ?2"), [path, passphrase.expose_secret()])?;
    Ok(())
}

/// Attaches a backup that exists, telling a wrong passphrase from a damaged file as far as the file allows.
fn attach_existing(connection: &Connection, path: &Path, passphrase: &SecretString) -> Outcome<()> {
    File::open(path).map_err(missing_file)?;
    if !cipher::can_be_a_book(path)? {
        return Err(Trouble::BackupDamaged.into());
    }
    let wrong_key = |error: rusqlite::Error| match error.sqlite_error_code() {
        // What SQLCipher says of a first page whose authentication code does not fit.
        Some(ErrorCode::NotADatabase) => Fault(Trouble::PassphraseWrong { until: None }),
        Some(ErrorCode::DatabaseCorrupt) => Fault(Trouble::BackupDamaged),
        _ => error.into(),
    };
    let Some(path) = path.to_str() else { return Err(Trouble::BadInput { field: "path" }.into()) };
    connection
        .execute(&format!("ATTACH DATABASE ?1 AS {BACKUP} KEY ?2"), [path, passphrase.expose_secret()])
        .map_err(wrong_key)?;
    connection.query_row(&format!("SELECT count(*) FROM {BACKUP}.sqlite_schema"), [], |_| Ok(())).map_err(wrong_key)
}

fn check(connection: &Connection) -> Outcome<BackupContents> {
    cipher::check_integrity(connection, BACKUP).and_then(|()| contents_of(connection, BACKUP)).map_err(|fault| {
        match fault {
            Fault(Trouble::BookDamaged | Trouble::Internal) => Fault(Trouble::BackupDamaged),
            other => other,
        }
    })
}

fn contents_of(connection: &Connection, schema: &str) -> Outcome<BackupContents> {
    let count = |table: &str| -> Outcome<u32> {
        Ok(connection.query_row(&format!("SELECT count(*) FROM {schema}.{table}"), [], |row| row.get(0))?)
    };
    Ok(BackupContents {
        bytes: 0,
        connections: count("connections")?,
        customers: count("customers")?,
        changes: count("changes")?,
    })
}

fn missing_file(error: std::io::Error) -> Fault {
    if error.kind() == ErrorKind::NotFound { Fault(Trouble::FileMissing) } else { error.into() }
}

//! What SQLite and the file system report, in the words of [`Trouble`].
//!
//! An error of SQLite can quote the statement that failed, and the statement that sets the key contains it. So an error's
//! text goes no further than this module: what is logged and passed on are codes.

use kyc::{Problem, Trouble};
use rusqlite::ErrorCode;
use std::io::ErrorKind;

/// Trouble on its way out of this crate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fault(pub Trouble);

/// The outcome of work on the book.
pub(crate) type Outcome<T> = Result<T, Fault>;

impl Fault {
    /// What is stored is not what any Vouch writes.
    pub(crate) fn damaged(what: &str) -> Self {
        tracing::error!(what, "the book holds a value that Vouch never wrote");
        Self(Trouble::BookDamaged)
    }

    /// Looks for the cause of a write that failed. SQLite says no more than that it did; a disk that became read-only while
    /// the book was open, as Linux makes it after an error, tells so when the file is to be opened for writing.
    pub(crate) fn with_cause(self, path: Option<&str>) -> Self {
        let Some(path) = path.filter(|_| self.0 == Trouble::Disk) else { return self };
        match std::fs::File::options().write(true).open(path).map_err(Self::from) {
            Err(cause @ Self(Trouble::DiskReadOnly)) => cause,
            _ => self,
        }
    }
}

impl From<Trouble> for Fault {
    fn from(trouble: Trouble) -> Self {
        Self(trouble)
    }
}

impl From<Fault> for Problem {
    fn from(fault: Fault) -> Self {
        fault.0.into()
    }
}

impl From<rusqlite::Error> for Fault {
    fn from(error: rusqlite::Error) -> Self {
        let trouble = trouble_of(&error);
        let code = error.sqlite_error().map(|error| error.extended_code);
        tracing::warn!(trouble = trouble.code(), sqlite = ?code, "the book could not do its work");
        Self(trouble)
    }
}

impl From<std::io::Error> for Fault {
    fn from(error: std::io::Error) -> Self {
        tracing::warn!(kind = ?error.kind(), "a file of the book could not be used");
        Self(match error.kind() {
            ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => Trouble::DiskReadOnly,
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded => Trouble::DiskFull,
            ErrorKind::NotFound => Trouble::NotFound,
            ErrorKind::AlreadyExists => Trouble::Conflict,
            _ => Trouble::Disk,
        })
    }
}

fn trouble_of(error: &rusqlite::Error) -> Trouble {
    use rusqlite::Error;
    match error {
        Error::FromSqlConversionFailure(..)
        | Error::IntegralValueOutOfRange(..)
        | Error::InvalidColumnType(..)
        | Error::Utf8Error(..) => Trouble::BookDamaged,
        Error::QueryReturnedNoRows => Trouble::NotFound,
        Error::SqlInputError { .. } => Trouble::Internal,
        other => {
            other.sqlite_error().map_or(Trouble::Internal, |error| trouble_of_code(error.code, error.extended_code))
        }
    }
}

fn trouble_of_code(code: ErrorCode, extended: i32) -> Trouble {
    match code {
        ErrorCode::DiskFull => Trouble::DiskFull,
        ErrorCode::ReadOnly | ErrorCode::PermissionDenied => Trouble::DiskReadOnly,
        ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase => Trouble::BookDamaged,
        // SQLCipher's decryption has no other way to fail than this one where SQLite asks for a page a second time. Memory
        // itself does not run out here: where it does, the system ends the process.
        ErrorCode::OutOfMemory => Trouble::BookDamaged,
        // The file ends where a page should be.
        ErrorCode::SystemIoFailure if extended == rusqlite::ffi::SQLITE_IOERR_SHORT_READ => Trouble::BookDamaged,
        // The index of the log cannot grow, which has no other usual cause.
        ErrorCode::SystemIoFailure if extended == rusqlite::ffi::SQLITE_IOERR_SHMSIZE => Trouble::DiskFull,
        ErrorCode::SystemIoFailure
        | ErrorCode::CannotOpen
        | ErrorCode::DatabaseBusy
        | ErrorCode::DatabaseLocked
        | ErrorCode::FileLockingProtocolFailed
        | ErrorCode::NoLargeFileSupport => Trouble::Disk,
        ErrorCode::ConstraintViolation => Trouble::Conflict,
        ErrorCode::OperationInterrupted => Trouble::Cancelled,
        // The generic error. SQLCipher reports a page whose authentication code does not fit by it, and SQLite a table that
        // is missing; a statement that is wrong in itself arrives as another kind of error.
        ErrorCode::Unknown if extended == rusqlite::ffi::SQLITE_ERROR => Trouble::BookDamaged,
        _ => Trouble::Internal,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rusqlite::ffi;

    #[test]
    fn codes_become_what_a_person_can_act_on() {
        let cases = [
            (ffi::SQLITE_FULL, Trouble::DiskFull),
            (ffi::SQLITE_READONLY, Trouble::DiskReadOnly),
            (ffi::SQLITE_READONLY_DIRECTORY, Trouble::DiskReadOnly),
            (ffi::SQLITE_CORRUPT, Trouble::BookDamaged),
            (ffi::SQLITE_NOTADB, Trouble::BookDamaged),
            (ffi::SQLITE_IOERR_SHORT_READ, Trouble::BookDamaged),
            (ffi::SQLITE_ERROR, Trouble::BookDamaged),
            (ffi::SQLITE_NOMEM, Trouble::BookDamaged),
            (ffi::SQLITE_IOERR_SHMSIZE, Trouble::DiskFull),
            (ffi::SQLITE_IOERR_WRITE, Trouble::Disk),
            (ffi::SQLITE_CANTOPEN, Trouble::Disk),
            (ffi::SQLITE_BUSY, Trouble::Disk),
            (ffi::SQLITE_CONSTRAINT_UNIQUE, Trouble::Conflict),
            (ffi::SQLITE_MISUSE, Trouble::Internal),
        ];
        for (code, expected) in cases {
            let error = rusqlite::Error::SqliteFailure(ffi::Error::new(code), None);
            assert_eq!(Fault::from(error), Fault(expected), "SQLite's code {code}");
        }
    }

    #[test]
    fn the_cause_of_a_failed_write_is_looked_for_in_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("book.db");
        std::fs::write(&file, b"").unwrap();
        let writable = file.to_str();
        assert_eq!(Fault(Trouble::Disk).with_cause(writable), Fault(Trouble::Disk), "it can be written");
        assert_eq!(Fault(Trouble::Disk).with_cause(None), Fault(Trouble::Disk), "there is no file");
        // Nobody may write to a folder as to a file: no cause of the book's own.
        assert_eq!(Fault(Trouble::Disk).with_cause(folder.path().to_str()), Fault(Trouble::Disk));
        // A file that nobody may write to, also not the administrator.
        #[cfg(target_os = "linux")]
        {
            assert_eq!(Fault(Trouble::Disk).with_cause(Some("/proc/sys/kernel/ostype")), Fault(Trouble::DiskReadOnly));
            assert_eq!(Fault(Trouble::DiskFull).with_cause(Some("/proc/sys/kernel/ostype")), Fault(Trouble::DiskFull));
        }
    }

    #[test]
    fn files_that_cannot_be_written_are_told_apart() {
        let cases = [
            (ErrorKind::PermissionDenied, Trouble::DiskReadOnly),
            (ErrorKind::ReadOnlyFilesystem, Trouble::DiskReadOnly),
            (ErrorKind::StorageFull, Trouble::DiskFull),
            (ErrorKind::NotFound, Trouble::NotFound),
            (ErrorKind::Other, Trouble::Disk),
        ];
        for (kind, expected) in cases {
            assert_eq!(Fault::from(std::io::Error::from(kind)), Fault(expected), "{kind:?}");
        }
    }
}

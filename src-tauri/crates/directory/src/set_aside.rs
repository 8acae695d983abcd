//! Setting a book aside that cannot be opened: it keeps every byte under another name (`book.set-aside-1.db`), and its place
//! is free for a new one or a restored backup.
//!
//! A book and its log are two files. Before the first of them is moved, a file beside them (`book.setting-aside`) says where
//! to; whoever looks for the book next finishes the move ([`finish`]) when the process was killed in between. Nothing is ever
//! deleted here but the index of a log, which is made anew by whoever opens the book.

use crate::backup;
use crate::fault::Outcome;
use crate::files::with_suffix;
use kyc::{Problem, Trouble};
use std::fs;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

/// Books that may stand aside beside each other before a person has to clear them away.
const MOST_ASIDE: u32 = 1_000;

/// Gives the book at `path`, which must not be open, another name, and answers with that.
///
/// Blocks on the disk: not to be called on a tokio worker.
///
/// # Errors
/// `NotFound` when there is no book; `DiskFull`, `DiskReadOnly` or `Disk`. Calling again goes on where it stopped.
pub fn set_aside(path: &Path) -> Result<PathBuf, Problem> {
    Ok(move_away(path)?)
}

/// Finishes what a process that was killed had begun with the files of the book at `path`: restoring a backup, or setting
/// the book aside. Does nothing where there is nothing to finish. To be called before looking whether there is a book.
///
/// # Errors
/// `DiskFull`, `DiskReadOnly` or `Disk`; it may be called again then.
pub fn finish_interrupted(path: &Path) -> Result<(), Problem> {
    Ok(finish(path)?)
}

/// The same, within this crate.
pub(crate) fn finish(path: &Path) -> Outcome<()> {
    backup::finish_restore(path)?;
    let note = note_path(path);
    let number = match fs::read_to_string(&note) {
        Ok(text) => text.parse().ok(),
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error.into()),
    };
    // A note without a number was never whole, so nothing has been moved.
    if let Some(number) = number {
        carry_over(path, &aside_path(path, number))?;
    }
    disk::remove(&note)?;
    Ok(disk::sync_folder_of(path)?)
}

fn move_away(path: &Path) -> Outcome<PathBuf> {
    finish(path)?;
    if !path.try_exists()? {
        return Err(Trouble::NotFound.into());
    }
    let number = free_number(path)?;
    let mut note = disk::create(&note_path(path))?;
    note.write_all(number.to_string().as_bytes())?;
    note.sync_all()?;
    drop(note);
    finish(path)?;
    tracing::warn!(number, "the book was set aside");
    Ok(aside_path(path, number))
}

/// Moves the files that are still there.
fn carry_over(path: &Path, kept: &Path) -> Outcome<()> {
    // The log goes along with its book, whatever state they are in: it may hold the latest pages.
    for suffix in ["-wal", ""] {
        disk::rename_if_there(&with_suffix(path, suffix), &with_suffix(kept, suffix))?;
    }
    disk::remove(&with_suffix(path, "-shm"))?;
    Ok(disk::sync_folder_of(path)?)
}

/// Says that a move has begun, and under which number.
pub(crate) fn note_path(path: &Path) -> PathBuf {
    path.with_extension("setting-aside")
}

/// Where a book that was set aside is kept.
pub(crate) fn aside_path(path: &Path, number: u32) -> PathBuf {
    path.with_extension(format!("set-aside-{number}.db"))
}

/// A number of which nothing is left.
fn free_number(path: &Path) -> Outcome<u32> {
    for number in 1..=MOST_ASIDE {
        let kept = aside_path(path, number);
        if !kept.try_exists()? && !with_suffix(&kept, "-wal").try_exists()? {
            return Ok(number);
        }
    }
    Err(Trouble::Disk.into())
}

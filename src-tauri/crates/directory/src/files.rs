//! Files of the book, and its logs beside them.

use crate::fault::Outcome;
use std::path::Path;

pub(crate) use disk::with_suffix;

/// Gives a draft its name, in one step that fails where the name is taken.
pub(crate) fn publish(draft: &Path, path: &Path) -> Outcome<()> {
    disk::publish(draft, path)?;
    Ok(disk::sync_folder_of(path)?)
}

/// Removes a database that nobody has anything in, with its logs.
pub(crate) fn remove_with_logs(path: &Path) -> Outcome<()> {
    for suffix in ["", "-wal", "-shm", "-journal"] {
        disk::remove(&with_suffix(path, suffix))?;
    }
    Ok(())
}

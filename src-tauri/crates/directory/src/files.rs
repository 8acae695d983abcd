//! Files of the book: made for their owner alone, named in one step, removed with their logs.

use crate::fault::Outcome;
use std::ffi::OsString;
use std::fs::{self, File};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// Makes a folder that only its owner may read, where the system knows such a thing.
pub(crate) fn make_folder(folder: &Path) -> Outcome<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    Ok(builder.create(folder)?)
}

/// Makes an empty file that only its owner may read; fails where there is one.
pub(crate) fn create_private(path: &Path) -> Outcome<File> {
    let mut options = File::options();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    Ok(options.open(path)?)
}

/// Gives a draft its name, in one step that fails where the name is taken.
pub(crate) fn publish(draft: &Path, path: &Path) -> Outcome<()> {
    match fs::hard_link(draft, path) {
        Ok(()) => {}
        Err(error) if error.kind() == ErrorKind::AlreadyExists => return Err(error.into()),
        // A file system without hard links: renaming replaces, so look first. Two starts at the same instant are kept apart
        // by the single-instance lock of the desktop shell.
        Err(_) if !path.try_exists()? => fs::rename(draft, path)?,
        Err(error) => return Err(error.into()),
    }
    sync_folder(path)
}

/// A new name is safe on the disk only when its folder is.
#[cfg(unix)]
pub(crate) fn sync_folder(path: &Path) -> Outcome<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    Ok(File::open(folder)?.sync_all()?)
}

/// Elsewhere folders cannot be opened like files, and the file system's own log keeps names safe.
#[cfg(not(unix))]
pub(crate) fn sync_folder(_path: &Path) -> Outcome<()> {
    Ok(())
}

/// Renames a file, if it is there.
pub(crate) fn rename_if_there(from: &Path, to: &Path) -> Outcome<()> {
    match fs::rename(from, to) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error.into()),
        _ => Ok(()),
    }
}

/// Removes a database that nobody has anything in, with its logs.
pub(crate) fn remove_with_logs(path: &Path) -> Outcome<()> {
    for suffix in ["", "-wal", "-shm", "-journal"] {
        match fs::remove_file(with_suffix(path, suffix)) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(error.into()),
            _ => {}
        }
    }
    Ok(())
}

/// A path with something behind its name.
pub(crate) fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name: OsString = path.into();
    name.push(suffix);
    name.into()
}

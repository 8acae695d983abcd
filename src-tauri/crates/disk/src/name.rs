//! Files and their names.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Makes an empty file that only its owner may read, and opens it for writing. On Windows it has what its folder passes on.
///
/// # Errors
/// What the system says; `AlreadyExists` where there is something of that name.
pub fn create(path: &Path) -> io::Result<File> {
    let mut options = File::options();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// Gives a file another name, in one step. A file that has that name already is replaced.
///
/// # Errors
/// What the system says, on Windows after having waited for whoever else has one of the files open.
pub fn rename(from: &Path, to: &Path) -> io::Result<()> {
    patiently(TRIES, is_held, wait, || fs::rename(from, to))
}

/// The same; does nothing where there is no such file.
///
/// # Errors
/// As [`rename`].
pub fn rename_if_there(from: &Path, to: &Path) -> io::Result<()> {
    unless_missing(rename(from, to))
}

/// Removes a file; succeeds when there is none.
///
/// # Errors
/// As [`rename`].
pub fn remove(path: &Path) -> io::Result<()> {
    unless_missing(patiently(TRIES, is_held, wait, || fs::remove_file(path)))
}

/// Removes a folder with all that is in it; succeeds when there is none.
///
/// # Errors
/// As [`rename`], but programs that had files open in there, such as a webview's, have five seconds to end.
pub fn remove_folder(folder: &Path) -> io::Result<()> {
    let passes = |error: &io::Error| is_held(error) || error.kind() == ErrorKind::DirectoryNotEmpty;
    unless_missing(patiently(FOLDER_TRIES, passes, wait, || fs::remove_dir_all(folder)))
}

/// Gives a draft its name, in one step that fails with `AlreadyExists` where the name is taken. The draft's own name may stay
/// beside it, for the caller to remove.
///
/// A file system without hard links (exFAT, some network shares) can only rename, which would replace a file that came to be
/// in the meantime: there it is looked for first. Two starts of one profile at the same instant are kept apart by the desktop
/// shell.
///
/// # Errors
/// What the system says.
pub fn publish(draft: &Path, path: &Path) -> io::Result<()> {
    match fs::hard_link(draft, path) {
        Err(error) if error.kind() != ErrorKind::AlreadyExists && !path.try_exists()? => rename(draft, path),
        other => other,
    }
}

/// A path with something behind its name.
pub fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name: OsString = path.into();
    name.push(suffix);
    name.into()
}

fn unless_missing(outcome: io::Result<()>) -> io::Result<()> {
    match outcome {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        other => other,
    }
}

/// How often a file that another program holds is tried. SQLite does it as often, for the same reason.
const TRIES: u32 = 10;

/// The same for a folder.
const FOLDER_TRIES: u32 = 20;

/// Waits a little longer each time: 1.1 seconds in all for a file, 4.8 for a folder.
fn wait(tries: u32) {
    std::thread::sleep(Duration::from_millis(25) * tries);
}

/// Whether an error may be that another program has the file open: `ERROR_ACCESS_DENIED`, `ERROR_SHARING_VIOLATION`,
/// `ERROR_LOCK_VIOLATION`. The first means a missing right as well, which is then told a second later.
#[cfg(windows)]
fn is_held(error: &io::Error) -> bool {
    matches!(error.raw_os_error(), Some(5 | 32 | 33))
}

/// Elsewhere an open file hinders nobody.
#[cfg(not(windows))]
fn is_held(_error: &io::Error) -> bool {
    false
}

/// Does something again for as long as it fails in a way that passes, but not for ever. `wait` is told how often it was tried.
fn patiently(
    most: u32,
    passes: impl Fn(&io::Error) -> bool,
    mut wait: impl FnMut(u32),
    mut attempt: impl FnMut() -> io::Result<()>,
) -> io::Result<()> {
    for tries in 1..most {
        match attempt() {
            Err(error) if passes(&error) => wait(tries),
            other => return other,
        }
    }
    attempt()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Fails `failures` times and counts the tries and the waits.
    fn tried(failures: u32, passes: bool) -> (io::Result<()>, u32, u32) {
        let (mut tries, mut waits) = (0, 0);
        let outcome = patiently(
            TRIES,
            |_| passes,
            |_| waits += 1,
            || {
                tries += 1;
                if tries <= failures { Err(ErrorKind::Other.into()) } else { Ok(()) }
            },
        );
        (outcome, tries, waits)
    }

    #[test]
    fn what_passes_is_waited_for_and_nothing_else() {
        let (outcome, tries, waits) = tried(3, true);
        assert!(outcome.is_ok());
        assert_eq!((tries, waits), (4, 3));
        let (outcome, tries, waits) = tried(1, false);
        assert!(outcome.is_err());
        assert_eq!((tries, waits), (1, 0), "an error that stays is told at once");
        let (outcome, tries, waits) = tried(u32::MAX, true);
        assert!(outcome.is_err());
        assert_eq!((tries, waits), (TRIES, TRIES - 1));
    }

    #[test]
    fn a_name_that_is_taken_is_not_taken_away() {
        let folder = tempfile::tempdir().unwrap();
        let (draft, path) = (folder.path().join("draft"), folder.path().join("file"));
        drop(create(&draft).unwrap());
        assert_eq!(create(&draft).unwrap_err().kind(), ErrorKind::AlreadyExists);
        publish(&draft, &path).unwrap();
        fs::write(folder.path().join("other"), "other").unwrap();
        let taken = publish(&folder.path().join("other"), &path).unwrap_err();
        assert_eq!(taken.kind(), ErrorKind::AlreadyExists);
        assert_eq!(fs::read_to_string(&path).unwrap(), "");
    }

    #[test]
    fn renaming_replaces_and_what_is_not_there_is_no_error() {
        let folder = tempfile::tempdir().unwrap();
        let (from, to) = (folder.path().join("from"), folder.path().join("to"));
        fs::write(&from, "new").unwrap();
        fs::write(&to, "old").unwrap();
        rename(&from, &to).unwrap();
        assert_eq!(fs::read_to_string(&to).unwrap(), "new");
        rename_if_there(&from, &to).unwrap();
        assert_eq!(rename(&from, &to).unwrap_err().kind(), ErrorKind::NotFound);
        remove(&to).unwrap();
        remove(&to).unwrap();
        assert!(!to.exists());
        fs::create_dir_all(folder.path().join("one/two")).unwrap();
        remove_folder(&folder.path().join("one")).unwrap();
        remove_folder(&folder.path().join("one")).unwrap();
        assert!(!folder.path().join("one").exists());
    }

    /// As a virus scanner or a backup program does: the file is open, and nobody else may have it meanwhile.
    #[cfg(windows)]
    #[test]
    fn a_file_that_another_program_looks_into_is_waited_for() {
        use std::os::windows::fs::OpenOptionsExt;
        let folder = tempfile::tempdir().unwrap();
        let (from, to) = (folder.path().join("from"), folder.path().join("to"));
        for held in [&from, &to] {
            fs::write(&from, "new").unwrap();
            fs::write(&to, "old").unwrap();
            let mut scanner = Some(File::options().read(true).share_mode(0).open(held).unwrap());
            let mut waits = 0;
            let look = |_| {
                waits += 1;
                scanner.take();
            };
            patiently(TRIES, is_held, look, || fs::rename(&from, &to)).unwrap();
            assert_eq!(waits, 1, "the first try met the scanner");
            assert_eq!(fs::read_to_string(&to).unwrap(), "new");
        }
    }
}

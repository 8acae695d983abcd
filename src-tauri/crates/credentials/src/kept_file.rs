//! A file that must not be lost: it is replaced in one step, and kept twice.
//!
//! Main file and copy hold the same bytes. The new content is written under another name, brought to the disk and then
//! given the main file's name, so that a reader finds the old content or the new one, whatever happens in between;
//! after that the copy is replaced in the same way. The copy therefore helps where a crash does no harm: when something
//! else damaged or removed the main file.
//!
//! Whether there *is* such a file is a fact that others build on (it decides where secrets are kept). It is there when
//! main file or copy are. Removing takes the copy first and the main file last, and what is written under another name
//! never counts.
//!
//! Everything here blocks on the disk. What the bytes mean is the caller's business.

use kyc::{Problem, Trouble};
use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};
use uuid::Uuid;

/// A file with its copy.
#[derive(Debug, Clone)]
pub(crate) struct KeptFile {
    main: PathBuf,
    copy: PathBuf,
    most_bytes: usize,
}

impl KeptFile {
    /// Names a file in `folder`, which is not read beyond `most_bytes`.
    pub(crate) fn new(folder: &Path, name: &str, most_bytes: usize) -> Self {
        Self { main: folder.join(name), copy: folder.join(format!("{name}.copy")), most_bytes }
    }

    /// Whether there is such a file, whole or not.
    ///
    /// # Errors
    /// The disk's troubles, when that cannot be known.
    pub(crate) fn exists(&self) -> Result<bool, Problem> {
        let there = |path: &Path| path.try_exists().map_err(|error| problem_of(&error));
        Ok(there(&self.main)? || there(&self.copy)?)
    }

    /// Reads the file, by `read`, which says whether bytes are whole.
    ///
    /// When `read` calls the main file damaged (any trouble for which `is_damage` holds) or it is missing, the copy is
    /// taken and becomes the main file; the damaged one is kept aside. `None` when there is neither.
    ///
    /// # Errors
    /// What `read` said of the main file when the copy is no better; the disk's troubles.
    pub(crate) fn read<T>(
        &self,
        read: impl Fn(&[u8]) -> Result<T, Problem>,
        is_damage: impl Fn(&Trouble) -> bool,
    ) -> Result<Option<T>, Problem> {
        let main = self.bytes_of(&self.main)?;
        let damage = match main.as_deref().map(&read) {
            Some(Err(problem)) if is_damage(&problem.trouble) => Some(problem),
            Some(outcome) => return outcome.map(Some),
            None => None,
        };
        let copy = self.bytes_of(&self.copy)?;
        match (copy.as_deref().map(&read), damage) {
            (Some(Ok(content)), damage) => {
                tracing::warn!(damaged = damage.is_some(), "a file's copy is taken in its place");
                if let Some(bytes) = &copy {
                    self.restore(bytes, damage.is_some());
                }
                Ok(Some(content))
            }
            (_, Some(damage)) => Err(damage),
            (Some(Err(problem)), None) => Err(problem),
            (None, None) => Ok(None),
        }
    }

    /// Puts the copy in the main file's place. A disk that does not let us leaves both as they are; the copy is read
    /// again then.
    fn restore(&self, bytes: &[u8], keep_aside: bool) {
        let restored = (|| {
            let aside = if keep_aside { Some(self.put_aside()?) } else { None };
            put_in_place(&self.main, bytes).inspect_err(|_| {
                // It is in the main file's place still, and would be put aside at each start.
                if let Some(aside) = aside {
                    let _ = fs::remove_file(aside);
                }
            })
        })();
        if let Err(error) = restored {
            tracing::warn!(kind = ?error.kind(), "the copy cannot be put in the damaged file's place");
        }
    }

    /// Gives the damaged main file one more name, under which it is never read and never replaced.
    fn put_aside(&self) -> io::Result<PathBuf> {
        let aside = (1_u32..)
            .map(|number| with_suffix(&self.main, &format!(".damaged-{number}")))
            .find(|path| !path.exists())
            .ok_or(ErrorKind::AlreadyExists)?;
        fs::hard_link(&self.main, &aside).or_else(|_| fs::copy(&self.main, &aside).map(|_| ()))?;
        Ok(aside)
    }

    /// Makes the file or replaces its content.
    ///
    /// # Errors
    /// The disk's troubles; the old content is in place then, or the new one when nothing but the confirmation failed.
    pub(crate) fn replace(&self, bytes: &[u8]) -> Result<(), Problem> {
        put_in_place(&self.main, bytes).map_err(|error| problem_of(&error))?;
        if let Err(error) = put_in_place(&self.copy, bytes) {
            tracing::warn!(kind = ?error.kind(), "the copy of a file cannot be renewed");
            // An old copy still opens by an old passphrase, and lacks what is new.
            let _ = fs::remove_file(&self.copy);
        }
        Ok(())
    }

    /// Makes the copy agree with the main file, where a crash or another program left it behind.
    pub(crate) fn renew_copy(&self) {
        let outcome = self.bytes_of(&self.main).and_then(|main| Ok((main, self.bytes_of(&self.copy)?)));
        if let Ok((Some(main), copy)) = outcome
            && copy.as_ref() != Some(&main)
            && let Err(error) = put_in_place(&self.copy, &main)
        {
            tracing::warn!(kind = ?error.kind(), "the copy of a file cannot be renewed");
        }
    }

    /// Whether the disk gives back exactly these bytes, as main file.
    ///
    /// # Errors
    /// `Disk` when it does not.
    pub(crate) fn require(&self, bytes: &[u8]) -> Result<(), Problem> {
        if self.bytes_of(&self.main)?.as_deref() == Some(bytes) { Ok(()) } else { Err(Trouble::Disk.into()) }
    }

    /// Removes the file; succeeds when there is none. Damaged ones that were kept aside stay.
    ///
    /// # Errors
    /// The disk's troubles; the file may be there still.
    pub(crate) fn remove(&self) -> Result<(), Problem> {
        // In this order, and each on the disk before the next: the main file decides.
        [&self.copy, &self.main]
            .into_iter()
            .try_for_each(|path| disk::remove(path).and_then(|()| disk::sync_folder_of(path)))
            .map_err(|error| problem_of(&error))
    }

    fn bytes_of(&self, path: &Path) -> Result<Option<Vec<u8>>, Problem> {
        let file = match File::open(path) {
            Ok(file) => file,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(problem_of(&error)),
        };
        let mut bytes = Vec::new();
        // One more than allowed: a file that is too long is not whole in the eyes of whoever reads the bytes.
        let most = u64::try_from(self.most_bytes).unwrap_or(u64::MAX).saturating_add(1);
        file.take(most).read_to_end(&mut bytes).map_err(|error| problem_of(&error))?;
        Ok(Some(bytes))
    }
}

/// Writes a file whole, in one step, readable by its owner only.
///
/// # Errors
/// What the disk said; what was there before is there still, unless only the folder could not be brought to the disk.
pub(crate) fn put_in_place(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let draft = draft_of(path);
    let outcome =
        write_draft(&draft, bytes).and_then(|()| disk::rename(&draft, path)).and_then(|()| disk::sync_folder_of(path));
    if outcome.is_err() {
        // After the renaming it is gone already.
        let _ = fs::remove_file(&draft);
    }
    outcome
}

/// Removes what crashes left behind in `folder` of files of these names.
pub(crate) fn sweep_drafts(folder: &Path, names: &[&str]) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let Some(name) = name.to_str() else { continue };
        let is_draft = name.strip_suffix(".draft").is_some_and(|rest| {
            rest.strip_prefix('.').is_some_and(|rest| names.iter().any(|kept| rest.starts_with(*kept)))
        });
        if is_draft {
            let _ = fs::remove_file(entry.path());
        }
    }
}

fn draft_of(path: &Path) -> PathBuf {
    let mut name = OsString::from(".");
    name.push(path.file_name().unwrap_or_default());
    name.push(format!(".{}.draft", Uuid::new_v4()));
    path.with_file_name(name)
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_os_string();
    name.push(suffix);
    path.with_file_name(name)
}

fn write_draft(draft: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = disk::create(draft)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// What an error of the disk means for a person. Logged without the path: people name folders after themselves.
pub(crate) fn problem_of(error: &io::Error) -> Problem {
    tracing::warn!(kind = ?error.kind(), "the disk refuses");
    match error.kind() {
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => Trouble::DiskReadOnly,
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge => Trouble::DiskFull,
        _ => Trouble::Disk,
    }
    .into()
}

#[cfg(test)]
mod tests;

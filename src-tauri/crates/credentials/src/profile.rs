//! A profile's identity: a random UUID kept in `profile.json` in the profile's folder.
//!
//! It is no secret. It exists so that keyring entries of two profiles never meet, also when a folder is moved or copied
//! under another path. It is made once and never made anew while the file is there, whatever the file holds: the
//! secrets of the profile are filed under it.

use crate::kept_file::problem_of;
use kyc::{Problem, Trouble};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::fs;
use std::io::{ErrorKind, Write};
use std::path::Path;
use uuid::Uuid;

/// The file's name within the profile's folder.
pub const FILE_NAME: &str = "profile.json";

/// The format that this version writes, and the newest that it reads.
const FORMAT: u32 = 1;

/// Identifies a profile on every machine, by a random UUID.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ProfileId(Uuid);

impl ProfileId {
    /// A new identity, for a profile that is not kept.
    pub fn random() -> Self {
        Self(Uuid::new_v4())
    }
}

/// The UUID in its usual text form.
impl fmt::Display for ProfileId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.as_hyphenated().fmt(formatter)
    }
}

#[derive(Serialize, Deserialize)]
struct ProfileFile {
    format: u32,
    id: String,
}

/// Reads the identity of the profile in `folder`, making folder and identity where there are none yet. Blocks on the
/// disk.
///
/// Two starts at once end with the same identity. The folder is made readable by its owner only, where the system knows
/// such a thing.
///
/// # Errors
/// `DiskReadOnly`, `DiskFull` or `Disk` when the folder or the file cannot be made or read; `Disk` also when the file
/// is there and is no profile, which is never repaired by inventing an identity; `BookNewer` when a newer Vouch wrote
/// it.
pub fn open(folder: &Path) -> Result<ProfileId, Problem> {
    disk::make_folder(folder).map_err(|error| problem_of(&error))?;
    let path = folder.join(FILE_NAME);
    if let Some(id) = read(&path)? {
        return Ok(id);
    }
    let made = ProfileId::random();
    match publish(folder, &path, made) {
        Ok(()) => Ok(made),
        // Another start was quicker: its identity is the profile's.
        Err(error) if error.kind() == ErrorKind::AlreadyExists => read(&path)?.ok_or_else(|| Trouble::Disk.into()),
        Err(error) => Err(problem_of(&error)),
    }
}

fn read(path: &Path) -> Result<Option<ProfileId>, Problem> {
    let text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(problem_of(&error)),
    };
    let file: ProfileFile = serde_json::from_str(&text).map_err(|_| unreadable())?;
    if file.format > FORMAT {
        return Err(Trouble::BookNewer.into());
    }
    let id = Uuid::try_parse(&file.id).map_err(|_| unreadable())?;
    Ok(Some(ProfileId(id)))
}

fn unreadable() -> Problem {
    tracing::error!("{FILE_NAME} is there and cannot be read as a profile");
    Trouble::Disk.into()
}

/// Writes the file under another name first and then gives it its name in one step that never replaces a file, so that
/// a reader finds all of it or nothing.
fn publish(folder: &Path, path: &Path, id: ProfileId) -> std::io::Result<()> {
    let draft = folder.join(format!(".{FILE_NAME}.{}", Uuid::new_v4()));
    let outcome = write_draft(&draft, id).and_then(|()| disk::publish(&draft, path));
    // Whether it has its name now or not, under this one it is of no more use.
    let _ = disk::remove(&draft);
    outcome
}

fn write_draft(draft: &Path, id: ProfileId) -> std::io::Result<()> {
    let mut file = disk::create(draft)?;
    let text = serde_json::to_string_pretty(&ProfileFile { format: FORMAT, id: id.to_string() })?;
    file.write_all(text.as_bytes())?;
    file.write_all(b"\n")?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Barrier;

    #[test]
    fn a_profile_keeps_its_identity() {
        let folder = tempfile::tempdir().unwrap();
        let inner = folder.path().join("deep/profile");
        let first = open(&inner).unwrap();
        assert_eq!(open(&inner).unwrap(), first);
        let left: Vec<_> = fs::read_dir(&inner).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(left, [FILE_NAME], "no draft is left behind");
    }

    #[test]
    fn two_folders_are_two_profiles() {
        let (one, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        assert_ne!(open(one.path()).unwrap(), open(other.path()).unwrap());
    }

    #[test]
    fn starts_at_the_same_moment_agree() {
        let folder = tempfile::tempdir().unwrap();
        let gate = Barrier::new(8);
        let ids: Vec<ProfileId> = std::thread::scope(|scope| {
            let starts: Vec<_> = (0..8)
                .map(|_| {
                    scope.spawn(|| {
                        gate.wait();
                        open(folder.path()).unwrap()
                    })
                })
                .collect();
            starts.into_iter().map(|start| start.join().unwrap()).collect()
        });
        assert!(ids.iter().all(|id| *id == ids[0]), "one identity, whoever came first: {ids:?}");
    }

    #[test]
    fn a_file_that_is_no_profile_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(FILE_NAME);
        for content in ["", "{}", "not json", r#"{"format":1,"id":"me"}"#] {
            fs::write(&path, content).unwrap();
            assert_eq!(open(folder.path()).unwrap_err().trouble, Trouble::Disk, "{content:?}");
            assert_eq!(fs::read_to_string(&path).unwrap(), content, "what was there stays");
        }
        fs::write(&path, r#"{"format":2,"id":"me"}"#).unwrap();
        assert_eq!(open(folder.path()).unwrap_err().trouble, Trouble::BookNewer);
    }

    #[test]
    fn a_file_in_the_folders_place_is_a_disk_problem() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("taken");
        fs::write(&path, "").unwrap();
        assert_eq!(open(&path).unwrap_err().trouble, Trouble::Disk);
    }

    #[cfg(unix)]
    #[test]
    fn only_the_owner_may_read() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let inner = folder.path().join("profile");
        open(&inner).unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&inner), 0o700);
        assert_eq!(mode(&inner.join(FILE_NAME)), 0o600);
    }
}

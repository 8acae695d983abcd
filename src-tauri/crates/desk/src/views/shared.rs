//! The file in which a view is given away: JSON with a version, the name, the filters, the order and the columns. Nothing
//! in it tells of a person or of this computer: the searched text and the connection are left out.

use super::kept::checked;
use super::{ViewColumn, ViewDraft};
use crate::filter::Filter;
use kyc::{Problem, Trouble};
use serde::{Deserialize, Serialize};
use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Read, Write};
use std::path::Path;

/// The version of the format that this Vouch writes, and the highest that it reads.
const VERSION: u32 = 1;
/// More bytes than this are no view.
const MOST_BYTES: u64 = 64 * 1024;

#[derive(Debug, Serialize, Deserialize)]
struct SharedView {
    vouch_view: u32,
    name: String,
    filter: Filter,
    columns: Vec<ViewColumn>,
}

/// Only this much is read of what a newer version wrote.
#[derive(Debug, Deserialize)]
struct Version {
    vouch_view: u32,
}

/// Writes a view into a file, which afterwards is whole or as it was.
pub(super) fn write(draft: &ViewDraft, path: &Path, replace: bool) -> Result<(), Problem> {
    let shared = SharedView {
        vouch_view: VERSION,
        name: draft.name.clone(),
        filter: draft.filter.impersonal(),
        columns: draft.columns.clone(),
    };
    let mut text = serde_json::to_string_pretty(&shared).map_err(|_| Trouble::Internal)?;
    text.push('\n');
    if !path.is_absolute() {
        return Err(Trouble::BadInput { field: "path" }.into());
    }
    if !replace {
        let mut file = OpenOptions::new().write(true).create_new(true).open(path).map_err(|error| trouble(&error))?;
        return file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).map_err(|error| {
            // Half a view is of no use to anybody.
            let _ = std::fs::remove_file(path);
            trouble(&error).into()
        });
    }
    let mut beside = path.as_os_str().to_owned();
    beside.push(".new");
    let written = File::create(&beside)
        .and_then(|mut file| file.write_all(text.as_bytes()).and_then(|()| file.sync_all()))
        .and_then(|()| disk::rename(beside.as_ref(), path));
    written.map_err(|error| {
        let _ = std::fs::remove_file(&beside);
        trouble(&error).into()
    })
}

/// Reads a view from a file.
pub(super) fn read(path: &Path) -> Result<ViewDraft, Problem> {
    if !path.is_absolute() {
        return Err(Trouble::BadInput { field: "path" }.into());
    }
    let mut text = Vec::new();
    let file = File::open(path).map_err(|error| trouble(&error))?;
    file.take(MOST_BYTES + 1).read_to_end(&mut text).map_err(|error| trouble(&error))?;
    from_bytes(&text)
}

fn from_bytes(text: &[u8]) -> Result<ViewDraft, Problem> {
    let no_view = || Problem::from(Trouble::BadInput { field: "file" });
    if text.len() as u64 > MOST_BYTES {
        return Err(no_view());
    }
    let version: Version = serde_json::from_slice(text).map_err(|_| no_view())?;
    if version.vouch_view > VERSION {
        return Err(Trouble::BadInput { field: "version" }.into());
    }
    let shared: SharedView = serde_json::from_slice(text).map_err(|_| no_view())?;
    // A file that somebody wrote by hand may hold a text or a connection; neither is taken in unasked.
    let filter = shared.filter.impersonal();
    checked(ViewDraft { name: shared.name, filter, columns: shared.columns }).map_err(|_| no_view())
}

fn trouble(error: &std::io::Error) -> Trouble {
    match error.kind() {
        ErrorKind::NotFound => Trouble::FileMissing,
        ErrorKind::AlreadyExists => Trouble::FileExists,
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => Trouble::DiskFull,
        ErrorKind::ReadOnlyFilesystem | ErrorKind::PermissionDenied => Trouble::DiskReadOnly,
        _ => Trouble::Disk,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::filter::SortBy;
    use proptest::prelude::*;

    fn draft() -> ViewDraft {
        ViewDraft {
            name: "Rejected in Madrid".to_owned(),
            filter: Filter {
                text: "garcia".to_owned(),
                connection: Some("7b7e".to_owned()),
                kyc: vec!["rejected".to_owned()],
                sort: vec![SortBy { column: "paid".to_owned(), descending: true }],
                ..Filter::default()
            },
            columns: vec![ViewColumn { column: "name".to_owned(), width: 200, pinned: true }],
        }
    }

    #[test]
    fn a_file_holds_nothing_personal_and_is_read_back() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("view.json");
        write(&draft(), &path, false).unwrap();
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(!text.contains("garcia") && !text.contains("7b7e"), "{text}");
        let read = read(&path).unwrap();
        assert_eq!(read, ViewDraft { filter: draft().filter.impersonal(), ..draft() });
    }

    #[test]
    fn a_file_is_replaced_only_when_that_was_said() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("view.json");
        std::fs::write(&path, "mine").unwrap();
        assert_eq!(write(&draft(), &path, false).unwrap_err().trouble, Trouble::FileExists);
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "mine");
        write(&draft(), &path, true).unwrap();
        assert!(read(&path).is_ok());
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is left beside it");
    }

    #[test]
    fn a_relative_path_and_a_missing_file_are_told() {
        assert_eq!(
            write(&draft(), Path::new("view.json"), false).unwrap_err().trouble,
            Trouble::BadInput { field: "path" }
        );
        assert_eq!(read(Path::new("view.json")).unwrap_err().trouble, Trouble::BadInput { field: "path" });
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(read(&folder.path().join("nothing")).unwrap_err().trouble, Trouble::FileMissing);
    }

    #[test]
    fn what_is_no_view_is_told_from_what_is_too_new() {
        let refused = |text: &str| from_bytes(text.as_bytes()).unwrap_err().trouble;
        for text in ["", "[]", "{}", r#"{"vouch_view":1}"#, &"x".repeat(MOST_BYTES as usize + 1)] {
            assert_eq!(refused(text), Trouble::BadInput { field: "file" }, "{text:.20}");
        }
        assert_eq!(refused(r#"{"vouch_view":2,"shape":"unknown"}"#), Trouble::BadInput { field: "version" });
        let odd = r#"{"vouch_view":1,"name":"x","filter":{"view":"nobody"},"columns":[]}"#;
        assert_eq!(refused(odd), Trouble::BadInput { field: "file" });
    }

    proptest! {
        #[test]
        fn no_file_makes_it_fall_over(text in proptest::collection::vec(any::<u8>(), 0..300)) {
            let _ = from_bytes(&text);
        }
    }
}

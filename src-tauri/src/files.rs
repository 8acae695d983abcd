//! Files that a person names: what each is called, and which folder it is looked for in. Nothing is read or written here,
//! and no dialog is shown.

use crate::events::FileDropped;
use crate::ipc::FilePurpose;
use crate::preferences;
use serde_json::Value;
use std::path::{Path, PathBuf};
use tauri::{AppHandle, Manager};

/// Most letters of a suggested name; some file systems take 255 bytes of a name, and a letter may be four.
const LONGEST_NAME: usize = 60;

/// Most files of one name that a suggestion counts past.
const MOST_NAMESAKES: u32 = 99;

/// A kind of file that Vouch writes and reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileKind {
    /// A backup of the book.
    Backup,
    /// Exported connections.
    Connections,
    /// A view that is given away.
    View,
}

impl FileKind {
    /// The kind that is asked for.
    pub fn of(purpose: FilePurpose) -> Self {
        match purpose {
            FilePurpose::BackUp | FilePurpose::Restore => Self::Backup,
            FilePurpose::ExportConnections | FilePurpose::ImportConnections => Self::Connections,
            FilePurpose::ShareView | FilePurpose::TakeViewIn => Self::View,
        }
    }

    /// What names of this kind end in, behind the dot, when Vouch gives them.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Backup => "vouch-book",
            Self::Connections => credentials::transfer::FILE_EXTENSION,
            Self::View => "vouch-view.json",
        }
    }

    /// What a name has to end in to be of this kind: the last part of [`extension`](Self::extension), by which systems tell
    /// files apart.
    pub fn last_extension(self) -> &'static str {
        match self {
            Self::View => "json",
            _ => self.extension(),
        }
    }

    /// The name under which the preferences keep the folder.
    fn key(self) -> &'static str {
        match self {
            Self::Backup => "folderOfBackups",
            Self::Connections => "folderOfConnections",
            Self::View => "folderOfViews",
        }
    }

    /// A path with the kind's extension, which is added where the name does not end in it: whatever lists files by kind
    /// would not show it otherwise. What names a folder stays as it is, for the writer to refuse.
    pub fn completed(self, path: &Path) -> PathBuf {
        let text = path.as_os_str().to_string_lossy();
        let ending = format!(".{}", self.last_extension());
        let names_a_folder = text.ends_with(std::path::is_separator) || path.file_name().is_none() || path.is_dir();
        if names_a_folder || text.to_lowercase().ends_with(&ending) {
            return path.to_path_buf();
        }
        let mut whole = path.as_os_str().to_owned();
        whole.push(format!(".{}", self.extension()));
        PathBuf::from(whole)
    }
}

/// What a file that is dropped on the window can be read for, by its name; `None` where it is none of Vouch's.
pub fn dropped(path: &Path) -> Option<FileDropped> {
    let path = path.to_str()?;
    let name = path.to_lowercase();
    let purposes = [FilePurpose::Restore, FilePurpose::ImportConnections, FilePurpose::TakeViewIn];
    let is_of = |purpose: &FilePurpose| name.ends_with(&format!(".{}", FileKind::of(*purpose).extension()));
    Some(FileDropped { purpose: purposes.into_iter().find(is_of)?, path: path.to_owned() })
}

/// Whether a file is to be written.
pub fn is_saved(purpose: FilePurpose) -> bool {
    matches!(purpose, FilePurpose::BackUp | FilePurpose::ExportConnections | FilePurpose::ShareView)
}

/// The folder that files of a kind were last chosen in, while it is there; else that of the person's documents.
pub fn folder(app: &AppHandle, kind: FileKind) -> PathBuf {
    let remembered = preferences::value(app, kind.key()).as_ref().and_then(Value::as_str).map(PathBuf::from);
    if let Some(folder) = remembered.filter(|folder| folder.is_dir()) {
        return folder;
    }
    let paths = app.path();
    let documents = paths.document_dir().ok().filter(|folder| folder.is_dir());
    documents.or_else(|| paths.home_dir().ok()).unwrap_or_default()
}

/// Remembers the folder of a file that was chosen. A failure loses no more than that.
pub fn remember_folder(app: &AppHandle, kind: FileKind, file: &Path) {
    let Some(folder) = file.parent().and_then(Path::to_str) else { return };
    if let Err(problem) = preferences::set_value(app, kind.key(), folder.into()) {
        tracing::warn!(%problem, "the folder cannot be remembered");
    }
}

/// A file of a kind in a folder, called so, or with a number behind it where there is one of that name.
pub fn suggested(kind: FileKind, folder: &Path, name: &str) -> PathBuf {
    let stem = file_name(name);
    let numbered = |number: u32| {
        let number = if number > 1 { format!(" {number}") } else { String::new() };
        folder.join(format!("{stem}{number}.{}", kind.extension()))
    };
    (1..=MOST_NAMESAKES).map(numbered).find(|path| !path.exists()).unwrap_or_else(|| numbered(1))
}

/// Any text as the name of a file, without what some file systems do not take.
fn file_name(name: &str) -> String {
    let is_kept = |letter: &char| letter.is_alphanumeric() || matches!(letter, ' ' | '-' | '_');
    let kept: String = name.chars().filter(is_kept).take(LONGEST_NAME).collect();
    let stem = kept.trim();
    if stem.is_empty() { "Vouch".to_owned() } else { stem.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_text_becomes_the_name_of_a_file() {
        assert_eq!(file_name("Отклонённые: Мадрид/2"), "Отклонённые Мадрид2");
        assert_eq!(file_name("../.."), "Vouch");
        assert_eq!(file_name(&"я".repeat(200)).chars().count(), LONGEST_NAME);
    }

    #[test]
    fn an_extension_is_added_where_it_is_missing() {
        let completed = |kind: FileKind, path: &str| kind.completed(Path::new(path)).display().to_string();
        for (kind, given, expected) in [
            (FileKind::Backup, "/d/day", "/d/day.vouch-book"),
            (FileKind::Backup, "/d/Vouch 2026.11.20", "/d/Vouch 2026.11.20.vouch-book"),
            (FileKind::Backup, "/d/day.VOUCH-BOOK", "/d/day.VOUCH-BOOK"),
            (FileKind::Backup, "/d/.vouch-book", "/d/.vouch-book"),
            (FileKind::Connections, "/d/keys.vouch-book", "/d/keys.vouch-book.vouch-connections"),
            (FileKind::View, "/d/rejected", "/d/rejected.vouch-view.json"),
            (FileKind::View, "/d/rejected.json", "/d/rejected.json"),
            (FileKind::Backup, "/d/folder/", "/d/folder/"),
            (FileKind::Backup, "/d/..", "/d/.."),
            (FileKind::Backup, "", ""),
        ] {
            assert_eq!(completed(kind, given), expected, "{given:?}");
        }
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(FileKind::Backup.completed(folder.path()), folder.path(), "a folder that is there");
    }

    #[test]
    fn what_is_completed_stays_so() {
        for kind in [FileKind::Backup, FileKind::Connections, FileKind::View] {
            let once = kind.completed(Path::new("/d/one"));
            assert_eq!(kind.completed(&once), once, "{kind:?}");
        }
    }

    #[test]
    fn what_is_dropped_is_told_apart_by_its_name() {
        let purpose = |path: &str| dropped(Path::new(path)).map(|file| file.purpose);
        assert_eq!(purpose("/d/Копия 1.vouch-book"), Some(FilePurpose::Restore));
        assert_eq!(purpose("/d/keys.VOUCH-CONNECTIONS"), Some(FilePurpose::ImportConnections));
        assert_eq!(purpose("/d/rejected.vouch-view.json"), Some(FilePurpose::TakeViewIn));
        for other in ["/d/rejected.json", "/d/photo.png", "/d/vouch-book", "/d", ""] {
            assert_eq!(purpose(other), None, "{other:?}");
        }
    }

    #[test]
    fn a_suggestion_names_no_file_that_is_there() {
        let folder = tempfile::tempdir().unwrap();
        let suggest = || suggested(FileKind::Backup, folder.path(), "Vouch 2026-11-20");
        let first = suggest();
        assert_eq!(first, folder.path().join("Vouch 2026-11-20.vouch-book"));
        std::fs::write(&first, "").unwrap();
        assert_eq!(suggest(), folder.path().join("Vouch 2026-11-20 2.vouch-book"));
    }
}

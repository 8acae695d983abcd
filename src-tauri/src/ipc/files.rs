//! The system's file dialog: what it is asked, and what a person chose in it.

use serde::{Deserialize, Serialize};
use specta::Type;

/// What a file is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum FilePurpose {
    /// Where the book is backed up to.
    BackUp,
    /// The backup that is restored.
    Restore,
    /// Where connections are exported to.
    ExportConnections,
    /// The file that connections are imported from.
    ImportConnections,
    /// Where a view is written to, to be given away.
    ShareView,
    /// The view that is taken in.
    TakeViewIn,
}

/// The dialog's words, in the person's language, which only the window knows.
#[derive(Debug, Clone, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ChooserWords {
    /// Its title.
    pub title: String,
    /// The button that takes the file. Where the system has a word of its own, that one stands there.
    #[cfg_attr(not(target_os = "linux"), expect(dead_code, reason = "other systems' dialogs have their own word"))]
    pub accept: String,
    /// The button that takes none.
    #[cfg_attr(not(target_os = "linux"), expect(dead_code, reason = "other systems' dialogs have their own word"))]
    pub cancel: String,
    /// What files of the wanted kind are called.
    pub kind: String,
    /// What files of any kind are called.
    pub all: String,
}

/// What the dialog is opened for, and how it begins.
#[derive(Debug, Clone, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct FileQuestion {
    /// What for.
    pub purpose: FilePurpose,
    /// What stands in the field so far; may be empty, or no path at all.
    pub path: String,
    /// In what words.
    pub words: ChooserWords,
}

/// A file that a person chose.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ChosenFile {
    /// The file, with its folder.
    pub path: String,
    /// It is there already, and the person has told the system's dialog to replace it.
    pub replace: bool,
}

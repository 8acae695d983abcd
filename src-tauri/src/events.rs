//! Events to the window. They say that something changed, never what of a customer: the window asks for what it shows.

use crate::ipc::{ConnectionView, FilePurpose};
use serde::{Deserialize, Serialize};
use specta::Type;
use tauri_specta::Event;

/// Customers changed in the book. At most a few a second.
#[derive(Debug, Clone, Serialize, Deserialize, Type, Event)]
pub struct DirectoryChanged {
    /// Grows with every change.
    pub version: u32,
}

/// Connections or what they are doing changed. At most a few a second.
#[derive(Debug, Clone, Serialize, Type, Event)]
pub struct ConnectionsChanged {
    /// All connections, small and few.
    pub connections: Vec<ConnectionView>,
}

/// The app is about to lock itself because nobody is there.
#[derive(Debug, Clone, Serialize, Deserialize, Type, Event)]
pub struct LockSoon {
    /// In how many seconds; `null`: not any more.
    pub seconds: Option<u32>,
}

/// The book was opened or closed, or the sample customers were entered or left: ask for the app's state anew.
#[derive(Debug, Clone, Serialize, Deserialize, Type, Event)]
pub struct DeskChanged {}

/// A file is dragged over the window, or not any more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type, Event)]
pub struct FileOver {
    /// What it can be read for; `null` where that is nothing, or where no file is over the window.
    pub purpose: Option<FilePurpose>,
}

/// A file that Vouch can read was dropped on the window.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type, Event)]
pub struct FileDropped {
    /// What it can be read for.
    pub purpose: FilePurpose,
    /// The file, with its folder.
    pub path: String,
}

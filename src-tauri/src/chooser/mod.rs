//! The system's own dialog in which a person chooses a file: modal to the window, and gone with the desk that it was opened
//! for. It gives a path and touches no file; the window's page has no dialog of its own to open.
//!
//! On Linux it is GTK's, which Tauri's windows are made of anyway: it needs no service, where the portals need a running
//! `xdg-desktop-portal`, and GTK itself asks a portal where it is told to (`GTK_USE_PORTAL`, Flatpak). The crate `rfd`,
//! which serves the other systems, opens it there as a window that belongs to none, behind which the app can be worked with.

#[cfg(target_os = "linux")]
mod gtk;
#[cfg(not(target_os = "linux"))]
mod native;

#[cfg(target_os = "linux")]
use gtk as system;
#[cfg(not(target_os = "linux"))]
use native as system;

use crate::files::FileKind;
use crate::ipc::ChooserWords;
use crate::state::Shell;
use kyc::{Problem, Trouble};
use std::path::PathBuf;
use tauri::{Manager, WebviewWindow};
use tokio::sync::oneshot;

/// What the dialog is opened with.
#[derive(Debug, Clone)]
pub struct Question {
    /// The kind of file that is shown at first.
    pub kind: FileKind,
    /// Whether the file is to be written, and so need not be there.
    pub saves: bool,
    /// The folder that it begins in.
    pub folder: PathBuf,
    /// The name that it begins with; empty for none.
    pub name: String,
    /// Its words.
    pub words: ChooserWords,
}

/// What the dialog hands its answer to: the file, or `None` where the person takes none.
type Answer = oneshot::Sender<Option<PathBuf>>;

/// Opens the dialog and waits for the person; `None` when they take no file. Ends so too when another desk comes into place,
/// as when the app locks itself.
///
/// # Errors
/// [`Trouble::Conflict`] while another one is open, [`Trouble::Internal`] where the system has none to show.
pub async fn choose(window: &WebviewWindow, question: Question) -> Result<Option<PathBuf>, Problem> {
    let mut desks = window.state::<Shell>().changes();
    desks.mark_unchanged();
    let (answer, answered) = oneshot::channel();
    let (opened, has_opened) = oneshot::channel();
    let above = window.clone();
    window
        .run_on_main_thread(move || {
            // Whoever asked may be gone.
            let _ = opened.send(system::open(&above, question, answer));
        })
        .map_err(|_| Trouble::Internal)?;
    has_opened.await.map_err(|_| Trouble::Internal)??;
    tokio::select! {
        // A dialog that ends without an answer has none.
        chosen = answered => Ok(chosen.unwrap_or_default()),
        _ = desks.changed() => {
            if let Err(error) = window.run_on_main_thread(system::close) {
                tracing::warn!(%error, "the file dialog cannot be closed");
            }
            Ok(None)
        }
    }
}

//! Which file a person means: a suggestion, and the system's dialog.

use crate::chooser::{self, Question};
use crate::files::{self, FileKind};
use crate::ipc::{ChosenFile, FilePurpose, FileQuestion, Problem};
use kyc::Trouble;
use std::path::Path;
use tauri::{AppHandle, Manager, WebviewWindow};

/// A file that may be written for a purpose, called `name`, in the folder that was last chosen for files of its kind. None
/// of that name is there.
#[tauri::command]
#[specta::specta]
pub async fn suggested_path(app: AppHandle, purpose: FilePurpose, name: String) -> String {
    let kind = FileKind::of(purpose);
    files::suggested(kind, &files::folder(&app, kind), &name).display().to_string()
}

/// Lets the person choose a file in the system's dialog; `null` when they take none. `conflict` while another such dialog
/// is open; `internal` where the system has none.
#[tauri::command]
#[specta::specta]
pub async fn choose_file(window: WebviewWindow, question: FileQuestion) -> Result<Option<ChosenFile>, Problem> {
    let FileQuestion { purpose, path, words } = question;
    let (kind, saves) = (FileKind::of(purpose), files::is_saved(purpose));
    let app = window.app_handle();
    let begun = Path::new(&path);
    let folder = match begun.parent() {
        Some(folder) if folder.is_absolute() && folder.is_dir() => folder.to_path_buf(),
        _ => files::folder(app, kind),
    };
    let name = begun.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let Some(chosen) = chooser::choose(&window, Question { kind, saves, folder, name, words }).await? else {
        return Ok(None);
    };
    files::remember_folder(app, kind, &chosen);
    let whole = if saves { kind.completed(&chosen) } else { chosen.clone() };
    // Of any other name the dialog has asked nothing.
    let replace = saves && whole == chosen && whole.exists();
    let path = whole.into_os_string().into_string();
    let path = path.map_err(|_| kyc::Problem::from(Trouble::BadInput { field: "path" }))?;
    Ok(Some(ChosenFile { path, replace }))
}

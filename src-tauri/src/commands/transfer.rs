//! Connections on their way to another computer, and in from a file or a pasted snippet.

use crate::ipc::{ExportDone, ExportOrder, ImportChoice, ImportDone, ImportPreview, Problem, Typed};
use crate::state::Shell;
use kyc::Trouble;
use tauri::State;

/// A file name, with its folder, that an export may be given.
#[tauri::command]
#[specta::specta]
pub fn suggested_export_path(shell: State<'_, Shell>) -> String {
    let _ = shell;
    String::new()
}

/// Writes connections with their secrets into a file sealed by a passphrase.
#[tauri::command]
#[specta::specta]
pub async fn export_connections(shell: State<'_, Shell>, order: ExportOrder) -> Result<ExportDone, Problem> {
    let _ = (shell, order);
    Err(kyc::Problem::from(Trouble::Internal).into())
}

/// Opens a file of exported connections and says what is in it. Nothing is stored yet.
#[tauri::command]
#[specta::specta]
pub async fn read_export(shell: State<'_, Shell>, path: String, passphrase: Typed) -> Result<ImportPreview, Problem> {
    let _ = (shell, path, passphrase);
    Err(kyc::Problem::from(Trouble::Internal).into())
}

/// Finds keys, secrets and addresses in pasted text: a `.env` file, JSON, or lines from a provider's mail. Nothing is
/// stored yet.
#[tauri::command]
#[specta::specta]
pub fn read_snippet(shell: State<'_, Shell>, text: Typed) -> Result<ImportPreview, Problem> {
    let _ = (shell, text);
    Err(kyc::Problem::from(Trouble::Internal).into())
}

/// Takes over what a preview showed.
#[tauri::command]
#[specta::specta]
pub async fn import_connections(
    shell: State<'_, Shell>,
    preview: u32,
    choices: Vec<ImportChoice>,
) -> Result<ImportDone, Problem> {
    let _ = (shell, preview, choices);
    Err(kyc::Problem::from(Trouble::Internal).into())
}

/// Forgets what a preview showed.
#[tauri::command]
#[specta::specta]
pub fn discard_import(shell: State<'_, Shell>, preview: u32) {
    let _ = (shell, preview);
}

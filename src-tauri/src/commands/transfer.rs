//! Connections on their way to another computer, and in from a file or a pasted snippet.

use crate::files::FileKind;
use crate::ipc::{ExportDone, ExportOrder, ImportChoice, ImportDone, ImportPreview, Problem, Typed};
use crate::state::Shell;
use kyc::ConnectionId;
use std::path::Path;
use tauri::State;

/// Writes connections with their secrets into a file sealed by a passphrase. Its name gets the extension of such files.
#[tauri::command]
#[specta::specta]
pub async fn export_connections(shell: State<'_, Shell>, order: ExportOrder) -> Result<ExportDone, Problem> {
    let connections: Vec<_> = order.connections.into_iter().map(ConnectionId::new).collect();
    let path = FileKind::Connections.completed(Path::new(&order.path));
    let passphrase = order.passphrase.into_secret();
    let count = shell.desk()?.export_connections(&connections, &path, passphrase, order.replace).await?;
    Ok(ExportDone { path: path.display().to_string(), connections: u32::try_from(count).unwrap_or(u32::MAX) })
}

/// Opens a file of exported connections and says what is in it. Nothing is stored yet.
#[tauri::command]
#[specta::specta]
pub async fn read_export(shell: State<'_, Shell>, path: String, passphrase: Typed) -> Result<ImportPreview, Problem> {
    Ok(shell.desk()?.preview_file(Path::new(&path), passphrase.into_secret()).await?.into())
}

/// Finds keys, secrets and addresses in pasted text: a `.env` file, JSON, or lines from a provider's mail. Nothing is
/// stored yet.
#[tauri::command]
#[specta::specta]
pub fn read_snippet(shell: State<'_, Shell>, text: Typed) -> Result<ImportPreview, Problem> {
    Ok(shell.desk()?.preview_snippet(&text.into_secret()).into())
}

/// Takes over what a preview showed.
#[tauri::command]
#[specta::specta]
pub async fn import_connections(
    shell: State<'_, Shell>,
    preview: u32,
    choices: Vec<ImportChoice>,
) -> Result<ImportDone, Problem> {
    let choices: Vec<_> = choices.into_iter().map(desk::ImportChoice::from).collect();
    let desk::ImportDone { added, replaced } = shell.desk()?.import(preview, &choices).await?;
    Ok(ImportDone { added, replaced })
}

/// Forgets what a preview showed.
#[tauri::command]
#[specta::specta]
pub fn discard_import(shell: State<'_, Shell>, preview: u32) {
    // Without a desk nothing waits any more.
    if let Ok(desk) = shell.desk() {
        desk.discard_import(preview);
    }
}

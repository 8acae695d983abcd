//! Connections.

use crate::ipc::{ConnectionCheck, ConnectionDraft, ConnectionView, LeftCustomers, Problem};
use crate::state::Shell;
use kyc::ConnectionId;
use tauri::State;

/// Tests a filled-in form against the provider; stores nothing.
#[tauri::command]
#[specta::specta]
pub async fn test_connection(
    shell: State<'_, Shell>,
    draft: ConnectionDraft,
    existing: Option<String>,
) -> Result<ConnectionCheck, Problem> {
    let existing = existing.map(ConnectionId::new);
    Ok(shell.desk()?.test(draft.into_desk(), existing.as_ref()).await?.into())
}

/// Saves a filled-in form as a new connection or over an existing one; answers the connection's id.
#[tauri::command]
#[specta::specta]
pub async fn save_connection(
    shell: State<'_, Shell>,
    draft: ConnectionDraft,
    existing: Option<String>,
) -> Result<String, Problem> {
    let existing = existing.map(ConnectionId::new);
    let saved = shell.desk()?.save(draft.into_desk(), existing.as_ref()).await?;
    Ok(saved.as_str().to_owned())
}

/// Removes a connection with its credential; its customers on this computer are erased or kept as an archive.
#[tauri::command]
#[specta::specta]
pub async fn remove_connection(
    shell: State<'_, Shell>,
    connection: String,
    customers: LeftCustomers,
) -> Result<(), Problem> {
    Ok(shell.desk()?.remove(&ConnectionId::new(connection), customers.into()).await?)
}

/// All connections and what they are doing.
#[tauri::command]
#[specta::specta]
pub fn connections(shell: State<'_, Shell>) -> Result<Vec<ConnectionView>, Problem> {
    Ok(shell.desk()?.connections().into_iter().map(ConnectionView::from).collect())
}

/// Walks a connection now.
#[tauri::command]
#[specta::specta]
pub fn sync_now(shell: State<'_, Shell>, connection: String) -> Result<(), Problem> {
    Ok(shell.desk()?.sync_now(&ConnectionId::new(connection))?)
}

/// Stops the walk of a connection; what has landed stays.
#[tauri::command]
#[specta::specta]
pub fn stop_sync(shell: State<'_, Shell>, connection: String) -> Result<(), Problem> {
    Ok(shell.desk()?.stop_sync(&ConnectionId::new(connection))?)
}

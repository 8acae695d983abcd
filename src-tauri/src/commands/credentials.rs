//! Credentials: looking at them, testing, replacing, switching off.

use crate::ipc::{ConnectionCheck, CredentialView, Problem, Rotation, Typed};
use crate::state::Shell;
use kyc::ConnectionId;
use tauri::State;

/// Every connection's credential, as far as it may be looked at. Asks no provider.
#[tauri::command]
#[specta::specta]
pub async fn credentials(shell: State<'_, Shell>) -> Result<Vec<CredentialView>, Problem> {
    let desk = shell.desk()?;
    let (place, now) = (desk.secrets().place(), jiff::Timestamp::now());
    let all = desk.credentials().await?;
    Ok(all.into_iter().map(|credential| CredentialView::of(credential, place, now)).collect())
}

/// Tests the kept credential of a connection against its provider.
#[tauri::command]
#[specta::specta]
pub async fn test_credential(shell: State<'_, Shell>, connection: String) -> Result<ConnectionCheck, Problem> {
    Ok(shell.desk()?.test_credential(&ConnectionId::new(connection)).await?.into())
}

/// Replaces a connection's credential. The new one is tested first and takes the old one's place only when the provider
/// accepts it; a failed test stores nothing. With `untested` it is not tested but kept beside the old one, until the
/// provider can be asked.
#[tauri::command]
#[specta::specta]
pub async fn rotate_credential(
    shell: State<'_, Shell>,
    connection: String,
    api_key: Typed,
    api_secret: Typed,
    untested: bool,
) -> Result<Rotation, Problem> {
    let (key, secret) = (api_key.into_secret(), api_secret.into_secret());
    Ok(shell.desk()?.rotate(&ConnectionId::new(connection), &key, &secret, untested).await?.into())
}

/// Tests the credential that waits; if the provider accepts it, it takes its place.
#[tauri::command]
#[specta::specta]
pub async fn try_next_credential(shell: State<'_, Shell>, connection: String) -> Result<Rotation, Problem> {
    Ok(shell.desk()?.try_next_credential(&ConnectionId::new(connection)).await?.into())
}

/// Drops the credential that waits; the present one stays.
#[tauri::command]
#[specta::specta]
pub async fn discard_next_credential(shell: State<'_, Shell>, connection: String) -> Result<(), Problem> {
    Ok(shell.desk()?.discard_next_credential(&ConnectionId::new(connection)).await?)
}

/// Switches a connection on or off.
#[tauri::command]
#[specta::specta]
pub async fn set_connection_enabled(shell: State<'_, Shell>, connection: String, enabled: bool) -> Result<(), Problem> {
    Ok(shell.desk()?.set_connection_enabled(&ConnectionId::new(connection), enabled).await?)
}

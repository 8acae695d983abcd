//! Credentials: looking at them, testing, replacing, switching off.

use crate::ipc::{ConnectionCheck, CredentialView, Problem, Rotation, Typed};
use crate::state::Shell;
use kyc::Trouble;
use tauri::State;

/// Every connection's credential, as far as it may be looked at. Asks no provider.
#[tauri::command]
#[specta::specta]
pub async fn credentials(shell: State<'_, Shell>) -> Result<Vec<CredentialView>, Problem> {
    let _ = shell;
    Err(kyc::Problem::from(Trouble::Internal).into())
}

/// Tests the kept credential of a connection against its provider.
#[tauri::command]
#[specta::specta]
pub async fn test_credential(shell: State<'_, Shell>, connection: String) -> Result<ConnectionCheck, Problem> {
    let _ = (shell, connection);
    Err(kyc::Problem::from(Trouble::Internal).into())
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
    let _ = (shell, connection, api_key, api_secret, untested);
    Err(kyc::Problem::from(Trouble::Internal).into())
}

/// Tests the credential that waits; if the provider accepts it, it takes its place.
#[tauri::command]
#[specta::specta]
pub async fn try_next_credential(shell: State<'_, Shell>, connection: String) -> Result<Rotation, Problem> {
    let _ = (shell, connection);
    Err(kyc::Problem::from(Trouble::Internal).into())
}

/// Drops the credential that waits; the present one stays.
#[tauri::command]
#[specta::specta]
pub async fn discard_next_credential(shell: State<'_, Shell>, connection: String) -> Result<(), Problem> {
    let _ = (shell, connection);
    Err(kyc::Problem::from(Trouble::Internal).into())
}

/// Switches a connection on or off.
#[tauri::command]
#[specta::specta]
pub async fn set_connection_enabled(shell: State<'_, Shell>, connection: String, enabled: bool) -> Result<(), Problem> {
    let _ = (shell, connection, enabled);
    Err(kyc::Problem::from(Trouble::Internal).into())
}

//! Locking and unlocking, and where the secrets are kept.

use crate::ipc::{Place, Problem, Protection, RecoveryCode, Typed};
use crate::state::Shell;
use kyc::Trouble;
use tauri::State;

/// How the secrets of the open profile are protected.
#[tauri::command]
#[specta::specta]
pub fn protection(shell: State<'_, Shell>) -> Result<Protection, Problem> {
    let _ = shell;
    Err(kyc::Problem::from(Trouble::Internal).into())
}

/// Opens what is locked or sealed.
#[tauri::command]
#[specta::specta]
pub async fn unlock(shell: State<'_, Shell>, passphrase: Typed) -> Result<(), Problem> {
    let _ = (shell, passphrase);
    Err(kyc::Problem::from(Trouble::Internal).into())
}

/// Opens with the recovery code, sets a new passphrase, and answers with a new code.
#[tauri::command]
#[specta::specta]
pub async fn recover(shell: State<'_, Shell>, code: Typed, passphrase: Typed) -> Result<RecoveryCode, Problem> {
    let _ = (shell, code, passphrase);
    Err(kyc::Problem::from(Trouble::Internal).into())
}

/// Locks at once; `passphrase_needed` is what every other command then ends in.
#[tauri::command]
#[specta::specta]
pub async fn lock_now(shell: State<'_, Shell>) -> Result<(), Problem> {
    let _ = shell;
    Err(kyc::Problem::from(Trouble::Internal).into())
}

/// The person is there: locking for idleness starts to count anew.
#[tauri::command]
#[specta::specta]
pub fn person_active(shell: State<'_, Shell>) {
    let _ = shell;
}

/// Switches the lock on.
#[tauri::command]
#[specta::specta]
pub async fn set_lock(shell: State<'_, Shell>, passphrase: Typed) -> Result<RecoveryCode, Problem> {
    let _ = (shell, passphrase);
    Err(kyc::Problem::from(Trouble::Internal).into())
}

/// Switches the lock off.
#[tauri::command]
#[specta::specta]
pub async fn remove_lock(shell: State<'_, Shell>, passphrase: Typed) -> Result<(), Problem> {
    let _ = (shell, passphrase);
    Err(kyc::Problem::from(Trouble::Internal).into())
}

/// Gives the lock or the vault another passphrase.
#[tauri::command]
#[specta::specta]
pub async fn change_passphrase(shell: State<'_, Shell>, old: Typed, new: Typed) -> Result<(), Problem> {
    let _ = (shell, old, new);
    Err(kyc::Problem::from(Trouble::Internal).into())
}

/// Makes a sealed vault for a profile without secrets, where there is no keyring, and opens the profile.
#[tauri::command]
#[specta::specta]
pub async fn make_vault(shell: State<'_, Shell>, passphrase: Typed) -> Result<RecoveryCode, Problem> {
    let _ = (shell, passphrase);
    Err(kyc::Problem::from(Trouble::Internal).into())
}

/// Moves all secrets into the vault or into the keyring. To the vault: `passphrase` is the new vault's, and its recovery
/// code is the answer. To the keyring: `passphrase` is the vault's.
#[tauri::command]
#[specta::specta]
pub async fn move_secrets(
    shell: State<'_, Shell>,
    to: Place,
    passphrase: Typed,
) -> Result<Option<RecoveryCode>, Problem> {
    let _ = (shell, to, passphrase);
    Err(kyc::Problem::from(Trouble::Internal).into())
}

/// Puts a recovery code on the clipboard and takes it away after a minute, if it is still there.
#[tauri::command]
#[specta::specta]
pub fn copy_for_a_minute(text: Typed) -> Result<(), Problem> {
    let _ = text;
    Err(kyc::Problem::from(Trouble::Internal).into())
}

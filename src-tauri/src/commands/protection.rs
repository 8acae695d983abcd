//! Locking and unlocking, and where the secrets are kept.

use crate::absence::Absence;
use crate::clipboard;
use crate::ipc::{Place, Problem, Protection, RecoveryCode, Typed};
use crate::state::Shell;
use kyc::Trouble;
use secrecy::{ExposeSecret, SecretString};
use tauri::State;

fn shown(code: &SecretString) -> RecoveryCode {
    RecoveryCode { code: code.expose_secret().to_owned() }
}

/// How the secrets of the open profile are protected.
#[tauri::command]
#[specta::specta]
pub fn protection(shell: State<'_, Shell>) -> Result<Protection, Problem> {
    let desk = shell.desk()?;
    Ok(Protection { place: desk.secrets().place().into(), lock_on: desk.secrets().lock_is_on() })
}

/// Opens what is locked or sealed.
#[tauri::command]
#[specta::specta]
pub async fn unlock(shell: State<'_, Shell>, absence: State<'_, Absence>, passphrase: Typed) -> Result<(), Problem> {
    shell.unlock(passphrase.into_secret()).await?;
    absence.person_is_here();
    Ok(())
}

/// Opens with the recovery code, sets a new passphrase, and answers with a new code.
#[tauri::command]
#[specta::specta]
pub async fn recover(shell: State<'_, Shell>, code: Typed, passphrase: Typed) -> Result<RecoveryCode, Problem> {
    Ok(shown(&shell.recover(code.into_secret(), passphrase.into_secret()).await?))
}

/// Locks at once; `passphrase_needed` is what every other command then ends in. `conflict` when there is no lock.
#[tauri::command]
#[specta::specta]
pub async fn lock_now(shell: State<'_, Shell>) -> Result<(), Problem> {
    Ok(shell.lock().await?)
}

/// The person is there: locking for idleness starts to count anew.
#[tauri::command]
#[specta::specta]
pub fn person_active(absence: State<'_, Absence>) {
    absence.person_is_here();
}

/// Switches the lock on.
#[tauri::command]
#[specta::specta]
pub async fn set_lock(shell: State<'_, Shell>, passphrase: Typed) -> Result<RecoveryCode, Problem> {
    Ok(shown(&shell.desk()?.secrets().set_lock(passphrase.into_secret()).await?))
}

/// Switches the lock off.
#[tauri::command]
#[specta::specta]
pub async fn remove_lock(shell: State<'_, Shell>, passphrase: Typed) -> Result<(), Problem> {
    Ok(shell.desk()?.secrets().remove_lock(passphrase.into_secret()).await?)
}

/// Gives the lock or the vault another passphrase.
#[tauri::command]
#[specta::specta]
pub async fn change_passphrase(shell: State<'_, Shell>, old: Typed, next: Typed) -> Result<(), Problem> {
    Ok(shell.desk()?.secrets().change_passphrase(old.into_secret(), next.into_secret()).await?)
}

/// Makes a new recovery code for the lock or the vault, and answers with it. The old one opens nothing any more.
/// `passphrase_wrong`; `conflict` where there is no passphrase.
#[tauri::command]
#[specta::specta]
pub async fn new_recovery_code(shell: State<'_, Shell>, passphrase: Typed) -> Result<RecoveryCode, Problem> {
    Ok(shown(&shell.desk()?.secrets().new_recovery_code(passphrase.into_secret()).await?))
}

/// Makes a sealed vault for a profile without secrets, where there is no keyring, and opens the profile.
#[tauri::command]
#[specta::specta]
pub async fn make_vault(shell: State<'_, Shell>, passphrase: Typed) -> Result<RecoveryCode, Problem> {
    Ok(shown(&shell.make_vault(passphrase.into_secret()).await?))
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
    let desk = shell.desk()?;
    Ok(match to {
        Place::Vault => Some(shown(&desk.move_secrets_to_vault(passphrase.into_secret()).await?)),
        Place::Keyring => {
            desk.secrets().move_to_keyring(passphrase.into_secret()).await?;
            None
        }
        Place::Memory => return Err(kyc::Problem::from(Trouble::Conflict).into()),
    })
}

/// Puts a recovery code on the clipboard and takes it away after a minute, if it is still there.
#[tauri::command]
#[specta::specta]
pub fn copy_for_a_minute(text: Typed) -> Result<(), Problem> {
    Ok(clipboard::copy_for_a_minute(text.into_secret())?)
}

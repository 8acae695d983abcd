//! The person's preferences, in `preferences.json` of the profile's folder. Plain text: nothing about customers in here.

use crate::ipc::Preferences;
use kyc::{Problem, Trouble};
use tauri::AppHandle;
use tauri_plugin_store::StoreExt;

const FILE: &str = "preferences.json";
const KEY: &str = "preferences";

/// Reads them; what is missing or cannot be read is as at the first start.
pub fn read(app: &AppHandle) -> Preferences {
    let store = match app.store(FILE) {
        Ok(store) => store,
        Err(error) => {
            tracing::warn!(%error, "the preferences cannot be read");
            return Preferences::default();
        }
    };
    store.get(KEY).and_then(|value| serde_json::from_value(value).ok()).unwrap_or_default()
}

/// Keeps them.
///
/// # Errors
/// [`Trouble::Disk`] when the file cannot be written.
pub fn write(app: &AppHandle, preferences: &Preferences) -> Result<(), Problem> {
    let store = app.store(FILE).map_err(|_| Trouble::Disk)?;
    store.set(KEY, serde_json::to_value(preferences).map_err(|_| Trouble::Internal)?);
    store.save().map_err(|_| Trouble::Disk)?;
    Ok(())
}

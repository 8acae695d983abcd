//! The person's preferences, in `preferences.json` of the profile's folder. Plain text: nothing about customers in here.

use crate::ipc::Preferences;
use kyc::{Problem, Trouble};
use serde_json::Value;
use std::sync::Arc;
use tauri::AppHandle;
use tauri::Wry;
use tauri_plugin_store::{Store, StoreBuilder};

const FILE: &str = "preferences.json";
const KEY: &str = "preferences";

/// Reads them; what is missing or cannot be read is as at the first start.
pub fn read(app: &AppHandle) -> Preferences {
    let store = match store(app) {
        Ok(store) => store,
        Err(error) => {
            tracing::warn!(%error, "the preferences cannot be read");
            return Preferences::default();
        }
    };
    store.get(KEY).map(over_the_usual).unwrap_or_default()
}

/// What is kept, over what is usual: a file of an older Vouch lacks what was added since.
fn over_the_usual(kept: Value) -> Preferences {
    let (Value::Object(kept), Ok(Value::Object(mut whole))) = (kept, serde_json::to_value(Preferences::default()))
    else {
        return Preferences::default();
    };
    whole.extend(kept);
    serde_json::from_value(Value::Object(whole)).unwrap_or_default()
}

/// Written when [`write()`] says so and not once more by itself a moment later, which could be the moment of the end.
fn store(app: &AppHandle) -> tauri_plugin_store::Result<Arc<Store<Wry>>> {
    StoreBuilder::new(app, FILE).disable_auto_save().build()
}

/// Keeps them.
///
/// # Errors
/// [`Trouble::Disk`] when the file cannot be written.
pub fn write(app: &AppHandle, preferences: &Preferences) -> Result<(), Problem> {
    let store = store(app).map_err(|_| Trouble::Disk)?;
    store.set(KEY, serde_json::to_value(preferences).map_err(|_| Trouble::Internal)?);
    store.save().map_err(|_| Trouble::Disk)?;
    Ok(())
}

/// What the shell itself keeps beside them under a name of its own.
pub fn value(app: &AppHandle, name: &str) -> Option<Value> {
    store(app).ok()?.get(name)
}

/// Keeps something beside them.
///
/// # Errors
/// [`Trouble::Disk`] when the file cannot be written.
pub fn set_value(app: &AppHandle, name: &str, value: Value) -> Result<(), Problem> {
    let store = store(app).map_err(|_| Trouble::Disk)?;
    store.set(name, value);
    store.save().map_err(|_| Trouble::Disk)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_file_of_an_older_vouch_keeps_what_it_says() {
        let kept = over_the_usual(json!({ "theme": "dark", "language": "ru", "sidebarWidth": 300 }));
        let usual = Preferences::default();
        assert_eq!((kept.sidebar_width, kept.detail_width), (300, usual.detail_width));
        assert_eq!((kept.lock_after_minutes, kept.lock_on_sleep), (usual.lock_after_minutes, usual.lock_on_sleep));
        assert_eq!(serde_json::to_value(&kept).unwrap()["theme"], "dark");
    }

    #[test]
    fn what_cannot_be_read_is_as_at_the_first_start() {
        for broken in [json!(null), json!("dark"), json!({ "theme": 5 })] {
            assert_eq!(over_the_usual(broken), Preferences::default());
        }
    }
}

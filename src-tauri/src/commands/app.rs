//! The app as a whole.

use crate::absence::Absence;
use crate::ipc::{
    AppState, Column, ConnectionView, DeskState, Gate, Preferences, Problem, ProviderDescription, typed_key,
};
use crate::preferences;
use crate::start::StartOptions;
use crate::state::{Shell, Slot};
use credentials::Secrets;
use tauri::{AppHandle, Manager, State, WebviewWindow};

/// All that the first screen needs.
#[tauri::command]
#[specta::specta]
pub fn app_state(
    app: AppHandle,
    shell: State<'_, Shell>,
    options: State<'_, StartOptions>,
) -> Result<AppState, Problem> {
    let desk = match shell.now() {
        Slot::Open { desk, demo } => DeskState::Open {
            demo: demo.is_some(),
            connections: desk.connections().into_iter().map(ConnectionView::from).collect(),
        },
        Slot::Opening => DeskState::Opening,
        Slot::Locked(secrets) => DeskState::Locked { gate: gate_of(&secrets) },
        Slot::Closed { problem, .. } => DeskState::Closed {
            problem: problem.into(),
            vault_possible: shell.vault_is_possible(),
            book_replaceable: shell.book_is_replaceable(),
        },
    };
    Ok(AppState {
        version: app.package_info().version.to_string(),
        language_override: options.lang,
        typed_key: typed_key()?,
        profile: shell.profile().display().to_string(),
        desk,
        providers: providers::registry::all().iter().map(describe).collect(),
        preferences: preferences::read(&app),
    })
}

fn gate_of(secrets: &Secrets) -> Gate {
    match secrets.gate() {
        credentials::Gate::Lock => Gate::Lock,
        // Whatever is locked and not by the lock is sealed in the vault.
        credentials::Gate::Vault | credentials::Gate::Open => Gate::Vault,
    }
}

fn describe(provider: &providers::Description) -> ProviderDescription {
    ProviderDescription {
        id: provider.id().as_str().to_owned(),
        name: provider.name.to_owned(),
        live_url: provider.live_url.map(str::to_owned),
        sandbox_url: provider.sandbox_url.map(str::to_owned),
        key_prefix: provider.key_prefix.map(str::to_owned),
        secret_prefix: provider.secret_prefix.map(str::to_owned),
        requests_per_minute: provider.limits.per_minute,
        requests_per_hour: provider.limits.per_hour,
        silent_on: provider.capabilities.silent_on.iter().map(|column| Column::from(*column)).collect(),
    }
}

/// The first screen is drawn: the window, hidden until now, may be shown.
#[tauri::command]
#[specta::specta]
pub fn window_ready(window: WebviewWindow) {
    crate::window::show(&window);
}

/// Tries again to open the person's own profile.
#[tauri::command]
#[specta::specta]
pub async fn retry_open(shell: State<'_, Shell>) -> Result<(), Problem> {
    Ok(shell.open_profile().await?)
}

/// Keeps the person's preferences.
#[tauri::command]
#[specta::specta]
pub fn save_preferences(app: AppHandle, preferences: Preferences) -> Result<(), Problem> {
    preferences::write(&app, &preferences)?;
    app.state::<Absence>().follow(preferences.lock_after_minutes);
    if let Some(window) = app.get_webview_window(crate::window::LABEL) {
        crate::window::follow_theme(&window, preferences.theme);
    }
    Ok(())
}

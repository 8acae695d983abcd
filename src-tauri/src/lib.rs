//! The desktop shell: start, window, commands, events. It knows no SQL, no HTTP and no cryptography; the desk does what
//! the commands ask.

mod absence;
mod bindings;
mod cannot_start;
mod chooser;
mod clipboard;
mod commands;
mod demo;
mod dropping;
mod events;
mod files;
mod held_start;
mod hygiene;
mod ipc;
// Its decisions are tested on every system.
#[cfg(any(target_os = "linux", test))]
mod linux_env;
mod log;
mod messenger;
mod preferences;
mod sleep;
mod start;
mod state;
mod window;

/// The names of all commands, shared with the build script.
pub mod command_names {
    include!("command_names.rs");
}

use absence::Absence;
use cannot_start::Obstacle;
use clap::Parser;
use desk::ProfileFolder;
use start::StartOptions;
use state::{Shell, Slot};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use tauri::utils::config::AppDirectoriesOverride;
use tauri::{App, AppHandle, Manager, RunEvent, WindowEvent, Wry};

/// Runs the app until its window is closed. Exit code 0 on a normal end, 1 when it could not start.
pub fn run() -> ExitCode {
    #[cfg(target_os = "linux")]
    linux_env::prepare();
    hygiene::give_memory_back();
    let options = match StartOptions::try_parse() {
        Ok(options) => options,
        Err(words) => {
            cannot_start::use_the_terminal();
            words.exit()
        }
    };
    let language = options.lang;
    let started = cannot_start::require_webview()
        .and_then(|()| start(options).map_err(|error| Obstacle::Other(error.to_string())));
    match started {
        Ok(code) => ExitCode::from(code),
        Err(obstacle) => {
            tracing::error!(?obstacle, "Vouch cannot start");
            cannot_start::tell(&obstacle, language);
            ExitCode::FAILURE
        }
    }
}

fn start(options: StartOptions) -> Result<u8, Box<dyn std::error::Error>> {
    // Lives until the end of the process: a demo's preferences and webview data go with it.
    let throw_away = options.demo.then(|| tempfile::Builder::new().prefix("vouch-").tempdir()).transpose()?;
    let folder = match (&throw_away, &options.profile) {
        (Some(folder), _) => Some(folder.path().to_path_buf()),
        (None, Some(folder)) => {
            disk::make_folder(folder)?;
            // Without the prefix of Windows' own notation (`\\?\`), which WebView2 does not take.
            Some(dunce::canonicalize(folder)?)
        }
        (None, None) => None,
    };

    let mut context = tauri::generate_context!();
    let config = context.config_mut();
    if let Some(folder) = &folder {
        // One process per profile: the plugin that sees to it goes by the identifier.
        config.identifier = format!("{}.p{:016x}", config.identifier, fingerprint(folder));
        config.app.app_directories_override = Some(AppDirectoriesOverride::Root(folder.clone()));
    } else if cfg!(windows) {
        // A firm can have an account's application data travel to whatever computer it signs in at. The book would travel
        // with it, and its key, which stays in one computer's Credential Manager, would not.
        let local = PathBuf::from("$LOCALDATA").join(&config.identifier);
        config.app.app_directories_override = Some(AppDirectoriesOverride::Root(local));
    }
    let app = build(options).build(context)?;
    end_with_signals(app.handle().clone());
    // Returns, unlike `run`, so that what is dropped at the end is dropped: the demo's folders.
    let code = app.run_return(|app, event| {
        if let RunEvent::Exit = event {
            // There is none where setting up failed.
            if let Some(shell) = app.try_state::<Shell>() {
                tauri::async_runtime::block_on(shell.close());
            }
        }
    });
    if let Some(folder) = throw_away {
        let path = folder.keep();
        if let Err(error) = disk::remove_folder(&path) {
            tracing::warn!(kind = ?error.kind(), "what the demo left cannot be removed");
        }
    }
    Ok(u8::try_from(code).unwrap_or(1))
}

/// Ends the app as if its window were closed when the session ends or a terminal asks for it, so that the book is closed
/// and nothing of a demo is left.
fn end_with_signals(app: AppHandle) {
    tauri::async_runtime::spawn(async move {
        if asked_to_end().await.is_ok() {
            app.exit(0);
        }
    });
}

#[cfg(unix)]
async fn asked_to_end() -> std::io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let (mut terminate, mut hang_up) = (signal(SignalKind::terminate())?, signal(SignalKind::hangup())?);
    tokio::select! {
        _ = terminate.recv() => Ok(()),
        _ = hang_up.recv() => Ok(()),
        interrupted = tokio::signal::ctrl_c() => interrupted,
    }
}

#[cfg(not(unix))]
async fn asked_to_end() -> std::io::Result<()> {
    tokio::signal::ctrl_c().await
}

fn build(options: StartOptions) -> tauri::Builder<Wry> {
    let typed = bindings::builder();
    tauri::Builder::default()
        .plugin(tauri_plugin_single_instance::init(|app, _, _| window::bring_to_front(app)))
        .plugin(tauri_plugin_store::Builder::default().build())
        .plugin(tauri_plugin_window_state::Builder::default().with_state_flags(remembered_of_the_window()).build())
        .invoke_handler(typed.invoke_handler())
        .on_window_event(|window, event| {
            if let WindowEvent::DragDrop(event) = event {
                dropping::follow(window.app_handle(), event);
            }
        })
        .setup(move |app| {
            if let Err(error) = set_up(app, &options, &typed) {
                // Tauri would panic, which nobody sees who started Vouch from a menu.
                tracing::error!(%error, "Vouch cannot start");
                cannot_start::tell(&Obstacle::Other(error.to_string()), options.lang);
                app.handle().exit(1);
            }
            Ok(())
        })
}

/// Everything between the start of the event loop and the first window.
fn set_up(
    app: &mut App,
    options: &StartOptions,
    typed: &tauri_specta::Builder<Wry>,
) -> Result<(), Box<dyn std::error::Error>> {
    let folder = app.path().app_data_dir()?;
    // Before anything else is put into it, for what makes its own folders makes them for everybody.
    disk::make_folder(&folder)?;
    log::start(&app.path().app_log_dir()?);
    typed.mount_events(app);
    let shell = Shell::new(ProfileFolder::new(folder));
    let preferences = preferences::read(app.handle());
    let absence = Absence::new();
    absence.follow(preferences.lock_after_minutes);
    app.manage(absence);
    app.manage(shell);
    app.manage(options.clone());
    hygiene::prepare();
    tauri::async_runtime::spawn(absence::run(app.handle().clone()));
    let (handle, options) = (app.handle().clone(), options.clone());
    tauri::async_runtime::spawn(async move {
        let shell = handle.state::<Shell>();
        // A failure stays in the desk's place, where the window finds it.
        let _ = match options.demo {
            true => shell.open_demo(options.customers, options.seed).await,
            false => shell.open_profile().await,
        };
        if let (Slot::Locked(_), Some(passphrase)) = (shell.now(), options.passphrase()) {
            // A wrong one leaves it locked, for the person to open.
            let _ = shell.unlock(passphrase).await;
        }
        messenger::run(handle.clone()).await;
    });
    window::create(app, preferences.theme)?;
    Ok(())
}

/// GTK's own decorations make a restored size grow at every start (plugins-workspace issue 3553), and Wayland tells no
/// position, so on Linux only whether the window was maximised is remembered.
fn remembered_of_the_window() -> tauri_plugin_window_state::StateFlags {
    use tauri_plugin_window_state::StateFlags;
    if cfg!(target_os = "linux") {
        StateFlags::MAXIMIZED
    } else {
        StateFlags::SIZE | StateFlags::POSITION | StateFlags::MAXIMIZED
    }
}

fn fingerprint(folder: &Path) -> u64 {
    let mut hasher = DefaultHasher::new();
    folder.hash(&mut hasher);
    hasher.finish()
}

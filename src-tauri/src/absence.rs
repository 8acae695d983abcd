//! Locks the app when the person has been away: after some minutes without any input, with a warning before, and when the
//! computer goes to sleep.
//!
//! When to warn and when to lock is decided in [`desk::absence`]; this joins it to the shell, the window and the
//! preferences.

use crate::events::LockSoon;
use crate::sleep;
use crate::state::Shell;
use desk::absence::{Presence, Stage};
use std::time::Duration;
use tauri::{AppHandle, Manager};
use tauri_specta::Event;

/// What the commands need: a way to say that the person is here, or that the preferences changed.
pub struct Absence {
    presence: Presence,
}

impl Absence {
    /// Begins with somebody here, who is never taken for away until [`follow`](Self::follow) says after how long.
    pub fn new() -> Self {
        Self { presence: Presence::new() }
    }

    /// Somebody touched keyboard or mouse.
    pub fn person_is_here(&self) {
        self.presence.seen();
    }

    /// Takes the preference: minutes, or never.
    pub fn follow(&self, lock_after_minutes: Option<u16>) {
        self.presence.set_limit(lock_after_minutes.map(|minutes| Duration::from_secs(60 * u64::from(minutes.max(1)))));
    }
}

/// Runs for as long as the app does.
pub async fn run(app: AppHandle) {
    let presence = app.state::<Absence>().presence.clone();
    let (absent, asleep) = (app.clone(), app);
    let by_absence = presence.watch(move |stage| go_along(absent.clone(), stage));
    let by_sleep = sleep::watch(move || lock_for_sleep(asleep.clone()));
    tokio::join!(by_absence, by_sleep);
}

async fn go_along(app: AppHandle, stage: Stage) {
    let can_lock = app.state::<Shell>().can_lock();
    let seconds = match stage {
        Stage::Leaving { left } if can_lock => Some(u32::try_from(left.as_secs()).unwrap_or(u32::MAX)),
        Stage::Away if can_lock => {
            lock(&app, "nobody was here").await;
            None
        }
        Stage::Here | Stage::Leaving { .. } | Stage::Away => None,
    };
    if let Err(error) = (LockSoon { seconds }).emit(&app) {
        tracing::warn!(%error, "the window cannot be told whether the app is about to lock");
    }
}

async fn lock_for_sleep(app: AppHandle) {
    if crate::preferences::read(&app).lock_on_sleep {
        lock(&app, "the computer goes to sleep").await;
    }
}

async fn lock(app: &AppHandle, why: &str) {
    // Without a lock, or with nothing open, there is nothing to do.
    if app.state::<Shell>().lock().await.is_ok() {
        tracing::info!("locked: {why}");
    }
}

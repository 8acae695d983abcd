//! The log: `vouch.log` in the profile's log folder, a fresh one at each start with the last one kept beside it.
//!
//! Codes, counts and ids of connections only. No personal data, no secrets, no bodies of requests.

use std::fs::{self, File};
use std::path::Path;
use std::sync::Mutex;
use tracing_subscriber::EnvFilter;

/// Starts logging into `folder`. `VOUCH_LOG` widens or narrows what is logged, in the filter language of
/// `tracing_subscriber::EnvFilter`. Without a place to write, Vouch runs without a log.
pub fn start(folder: &Path) {
    let (now, last) = (folder.join("vouch.log"), folder.join("vouch.last.log"));
    let _ = fs::create_dir_all(folder);
    let _ = fs::rename(&now, last);
    let Ok(file) = File::create(now) else { return };
    let filter = EnvFilter::try_from_env("VOUCH_LOG").unwrap_or_else(|_| EnvFilter::new("warn"));
    // Fails only where this process logs already; then that log goes on.
    let _ = tracing_subscriber::fmt().with_env_filter(filter).with_ansi(false).with_writer(Mutex::new(file)).try_init();
}

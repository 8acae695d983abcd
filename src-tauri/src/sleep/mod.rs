//! Hears that the computer goes to sleep, before it does, and when it wakes up should the system not have said so.

#[cfg(any(target_os = "macos", windows, test))]
mod announced;
mod jump;
#[cfg(target_os = "linux")]
#[path = "logind.rs"]
mod system;
#[cfg(target_os = "macos")]
#[path = "macos.rs"]
mod system;
#[cfg(windows)]
#[path = "windows.rs"]
mod system;

/// Calls `asleep` whenever the computer goes to sleep, or has just woken up without having said so. Runs for ever.
pub async fn watch<T: Future<Output = ()>>(asleep: impl Fn() -> T) {
    let by_clock = jump::watch(&asleep);
    let by_system = system::watch(&asleep);
    tokio::join!(by_clock, by_system);
}

//! Hears that the computer goes to sleep, before it does where the system says so, else when it wakes up.

mod jump;
#[cfg(target_os = "linux")]
mod logind;

/// Calls `asleep` whenever the computer goes to sleep, or has just woken up without having said so. Runs for ever.
pub async fn watch<T: Future<Output = ()>>(asleep: impl Fn() -> T) {
    let by_clock = jump::watch(&asleep);
    #[cfg(target_os = "linux")]
    let by_system = logind::watch(&asleep);
    #[cfg(not(target_os = "linux"))]
    let by_system = std::future::ready(());
    tokio::join!(by_clock, by_system);
}

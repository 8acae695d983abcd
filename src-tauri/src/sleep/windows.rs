//! Windows' word that the computer is about to sleep (`PBT_APMSUSPEND`), which comes on a thread of the system's.

#![allow(unsafe_code, reason = "the registration has no safe interface; why the call is sound is told beside it")]

use super::announced::{Announcer, way};
use std::ffi::c_void;
use std::sync::OnceLock;
use windows_sys::Win32::System::Power::{DEVICE_NOTIFY_SUBSCRIBE_PARAMETERS, PowerRegisterSuspendResumeNotification};
use windows_sys::Win32::UI::WindowsAndMessaging::{DEVICE_NOTIFY_CALLBACK, PBT_APMSUSPEND};

/// What the callback finds, which is told nothing but what happened.
static ANNOUNCER: OnceLock<Announcer> = OnceLock::new();

/// Runs for as long as the process; at once over where Windows does not take the registration.
pub(super) async fn watch<T: Future<Output = ()>>(asleep: &impl Fn() -> T) {
    let (announcer, announcements) = way();
    if ANNOUNCER.set(announcer).is_err() {
        return;
    }
    match register() {
        0 => announcements.follow(asleep).await,
        code => tracing::info!(code, "Windows does not say when the computer goes to sleep"),
    }
}

/// Answers with Windows' error code; 0 is none.
fn register() -> u32 {
    let mut recipient =
        DEVICE_NOTIFY_SUBSCRIBE_PARAMETERS { Callback: Some(power_changes), Context: std::ptr::null_mut() };
    let mut registration = std::ptr::null_mut();
    // SAFETY: with this flag the recipient is such a structure, which Windows copies; the callback has the signature that is
    // asked for, touches only a `static`, and stays for as long as the process, as the registration does.
    unsafe {
        PowerRegisterSuspendResumeNotification(DEVICE_NOTIFY_CALLBACK, (&raw mut recipient).cast(), &mut registration)
    }
}

extern "system" fn power_changes(_context: *const c_void, change: u32, _setting: *const c_void) -> u32 {
    if change == PBT_APMSUSPEND
        && let Some(announcer) = ANNOUNCER.get()
    {
        announcer.announce();
    }
    0
}

//! macOS' word that the computer is about to sleep (`NSWorkspaceWillSleepNotification`), which comes on the main thread.

#![allow(
    unsafe_code,
    reason = "AppKit's notifications have no safe interface; why the call is sound is told beside it"
)]

use super::announced::{Announcements, way};
use block2::RcBlock;
use objc2_app_kit::{NSWorkspace, NSWorkspaceWillSleepNotification};
use objc2_foundation::NSNotification;
use std::ptr::NonNull;

/// Runs for as long as the process.
pub(super) async fn watch<T: Future<Output = ()>>(asleep: &impl Fn() -> T) {
    // In a function of its own: what AppKit gives may not be kept across an `await`.
    register().follow(asleep).await;
}

fn register() -> Announcements {
    let (announcer, announcements) = way();
    let block = RcBlock::new(move |_: NonNull<NSNotification>| announcer.announce());
    let center = NSWorkspace::sharedWorkspace().notificationCenter();
    // SAFETY: the name is one of AppKit's own, no object and no queue are asked for, and the block captures nothing but the
    // sending side of a channel, which any thread may use. AppKit keeps the block for as long as it keeps the observer.
    let observer = unsafe {
        center.addObserverForName_object_queue_usingBlock(Some(NSWorkspaceWillSleepNotification), None, None, &block)
    };
    // It observes until the process ends.
    std::mem::forget(observer);
    announcements
}

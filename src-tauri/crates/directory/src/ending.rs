//! The end of the process, as SQLite's threads have to see it.
//!
//! SQLCipher registers a handler with the C library that wipes and frees its own memory when the process ends. A thread
//! that is still using, or only closing, a connection at that moment reads freed memory and brings the process down with a
//! fault, which a system then reports to its user as a crash. Rust neither waits for threads at the end of `main` nor when
//! `exit` is called, so this does: once the process is ending no piece of work begins any more, and those that have begun
//! are waited for, so that SQLCipher's handler finds nobody.
//!
//! It is not how a book is closed: that is [`Book::close`](crate::Book::close), which the app calls before it ends. This is
//! for every other way to the end.

#![allow(
    unsafe_code,
    reason = "the C library's `atexit` has no safe interface; why the call is sound is told beside it"
)]

use std::ffi::c_int;
use std::sync::{Condvar, Mutex, MutexGuard, Once, PoisonError};
use std::time::Duration;

/// How long the end of the process is held up. A page lands in milliseconds; what takes longer than this is stuck, and
/// then a fault at the very end is better than never ending.
const PATIENCE: Duration = Duration::from_secs(10);

/// All that goes on in this process.
static WORK: Gate = Gate::new();

/// Counts what is going on, until it is shut.
struct Gate {
    state: Mutex<State>,
    left: Condvar,
}

struct State {
    shut: bool,
    inside: usize,
}

impl Gate {
    const fn new() -> Self {
        Self { state: Mutex::new(State { shut: false, inside: 0 }), left: Condvar::new() }
    }

    fn enter(&self) -> Option<Inside<'_>> {
        let mut state = self.lock();
        if state.shut {
            return None;
        }
        state.inside += 1;
        Some(Inside(self))
    }

    /// Lets nobody in any more, and waits until nobody is inside, but at most for `patience`.
    fn shut(&self, patience: Duration) {
        let mut state = self.lock();
        state.shut = true;
        drop(self.left.wait_timeout_while(state, patience, |state| state.inside > 0));
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // Nothing panics while holding it.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Work on SQLite that is going on; it is over when this is dropped.
pub(crate) struct Inside<'gate>(&'gate Gate);

impl Drop for Inside<'_> {
    fn drop(&mut self) {
        self.0.lock().inside -= 1;
        self.0.left.notify_all();
    }
}

/// To be asked before every use of a connection and held during it; closing one is a use too. `None` once the process is
/// ending: then the connection is not to be touched, not even to be dropped.
pub(crate) fn work() -> Option<Inside<'static>> {
    WORK.enter()
}

/// Has the end of the process wait for work. To be called when a connection has been opened: handlers run in the opposite
/// order of their registration, and SQLCipher registers its own when the first connection is opened.
pub(crate) fn hold_up() {
    static REGISTERED: Once = Once::new();
    REGISTERED.call_once(|| {
        // SAFETY: `atexit` is in the standard library of C of every platform that Rust's standard library links, has this
        // signature there, and may be called from any thread. The handler captures nothing, does not unwind, and touches
        // only a `static` without a destructor.
        let refused = unsafe { atexit(at_exit) };
        if refused != 0 {
            tracing::warn!("the end of the process will not wait for the book");
        }
    });
}

unsafe extern "C" {
    fn atexit(handler: extern "C" fn()) -> c_int;
}

extern "C" fn at_exit() {
    WORK.shut(PATIENCE);
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc;

    #[test]
    fn what_has_begun_is_waited_for_and_nothing_begins_any_more() {
        let gate = Gate::new();
        let (began, has_begun) = mpsc::channel();
        let (over, is_over) = mpsc::channel();
        std::thread::scope(|scope| {
            scope.spawn(|| {
                let inside = gate.enter().unwrap();
                began.send(()).unwrap();
                // Only a gate that is being shut turns others away, so this sees `shut` waiting.
                while gate.enter().is_some() {
                    std::thread::yield_now();
                }
                over.send(()).unwrap();
                drop(inside);
            });
            has_begun.recv().unwrap();
            gate.shut(Duration::MAX);
            assert_eq!(is_over.try_recv(), Ok(()), "the work was over before the end went on");
        });
        assert!(gate.enter().is_none());
    }

    #[test]
    fn what_never_ends_holds_up_the_end_only_for_a_while() {
        let gate = Gate::new();
        let _inside = gate.enter().unwrap();
        gate.shut(Duration::ZERO);
    }
}

//! Keeps what was in memory from outliving its use: no core dumps, no reading of this process by others of the same user,
//! and every freed piece of memory wiped.
//!
//! Swap is the system's: an encrypted swap partition is the answer to it, because the pages that hold a secret for a moment
//! are the allocator's and the webview's as much as ours, and locking all of them into memory needs a right that an
//! ordinary user does not have.

use zeroizing_alloc::ZeroAlloc;

/// Wipes what is given back, whoever in the Rust part of the process had it: an HTTP header, a line of a database, a
/// message to the keyring. What is still held is wiped by its own types (`secrecy`, `zeroize`).
#[global_allocator]
static ALLOCATOR: ZeroAlloc<std::alloc::System> = ZeroAlloc(std::alloc::System);

/// Forbids core dumps, and on Linux that another process of the same user looks into this one. What the system refuses is
/// logged and no reason not to start.
#[cfg(unix)]
pub fn prepare() {
    use rustix::process::{Resource, Rlimit, setrlimit};
    if let Err(error) = setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) }) {
        tracing::warn!(%error, "core dumps cannot be switched off");
    }
    #[cfg(target_os = "linux")]
    if let Err(error) = rustix::process::set_dumpable_behavior(rustix::process::DumpableBehavior::NotDumpable) {
        tracing::warn!(%error, "the process stays readable to others of this user");
    }
}

/// Windows keeps crash dumps of a process only where an administrator has switched them on.
#[cfg(not(unix))]
pub fn prepare() {}

#[cfg(all(test, unix))]
mod tests {
    use rustix::process::{Resource, getrlimit};

    #[test]
    fn a_prepared_process_leaves_no_core_and_is_not_looked_into() {
        super::prepare();
        assert_eq!(getrlimit(Resource::Core).current, Some(0));
        #[cfg(target_os = "linux")]
        assert_eq!(rustix::process::dumpable_behavior().unwrap(), rustix::process::DumpableBehavior::NotDumpable);
    }
}

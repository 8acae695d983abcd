//! Keeps what was in memory from outliving its use: no core dumps, no reading of this process by others of the same user,
//! and every freed piece of memory wiped.
//!
//! Swap is the system's: an encrypted swap partition is the answer to it, because the pages that hold a secret for a moment
//! are the allocator's and the webview's as much as ours, and locking all of them into memory needs a right that an
//! ordinary user does not have.
//!
//! What is freed also goes back to the system, where it is of use to others.

use zeroizing_alloc::ZeroAlloc;

/// Wipes what is given back, whoever in the Rust part of the process had it: an HTTP header, a line of a database, a
/// message to the keyring. What is still held is wiped by its own types (`secrecy`, `zeroize`).
#[global_allocator]
static ALLOCATOR: ZeroAlloc<std::alloc::System> = ZeroAlloc(std::alloc::System);

/// Allocations from this size on are mapped from the system one by one, and go back to it the moment they are freed.
///
/// glibc raises its limit with every such piece that is freed, up to 32 MiB: what the index of a million customers frees
/// while it is built would stay with the process for good, 200 MiB of it (see `docs/performance.md`).
#[cfg(all(target_os = "linux", target_env = "gnu"))]
const MAPPED_FROM: libc::c_int = 256 * 1_024;

/// Has freed memory go back to the system. Must run before any thread is started.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
#[expect(unsafe_code, reason = "the allocator has no other interface; why it is sound is told beside it")]
pub fn give_memory_back() {
    // SAFETY: it takes two numbers and changes a setting of the allocator; `run` calls it before another thread exists that
    // could allocate meanwhile.
    let done = unsafe { libc::mallopt(libc::M_MMAP_THRESHOLD, MAPPED_FROM) };
    debug_assert_eq!(done, 1, "the limit is one that glibc takes");
}

/// Other allocators give large pieces back by themselves.
#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
pub fn give_memory_back() {}

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

/// Keeps Windows Error Reporting from writing down, and sending, what was in memory when this process crashed. Others of the
/// same account can still look into it: Windows has no way for a process to forbid that which its own account cannot take back.
#[cfg(windows)]
#[expect(unsafe_code, reason = "these flags have no safe interface; why it is sound is told beside them")]
pub fn prepare() {
    use windows_sys::Win32::System::Diagnostics::Debug::{GetErrorMode, SEM_NOGPFAULTERRORBOX, SetErrorMode};
    use windows_sys::Win32::System::ErrorReporting::{WER_FAULT_REPORTING_FLAG_NOHEAP, WerSetFlags};
    // SAFETY: both set flags of this process by number.
    let code = unsafe {
        SetErrorMode(GetErrorMode() | SEM_NOGPFAULTERRORBOX);
        // Should a debugger or a policy have a report made all the same.
        WerSetFlags(WER_FAULT_REPORTING_FLAG_NOHEAP)
    };
    if code != 0 {
        tracing::warn!(code, "crash reports may hold what was in memory");
    }
}

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

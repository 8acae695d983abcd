//! What WebKitGTK needs in the environment on some Linux machines, decided by a pure function.
//!
//! The renderer that hands frames over as DMA buffers leaves the window blank with NVIDIA's own driver (tauri issues 9304
//! and 13151). Asking for shared memory instead keeps accelerated compositing, which switching the renderer off altogether
//! would cost.

/// The variable that makes WebKitGTK hand frames over in shared memory.
const SHARED_MEMORY_FRAMES: &str = "WEBKIT_DMABUF_RENDERER_FORCE_SHM";

/// What the person may have set already; their choice stands.
const PERSON_CHOICES: [&str; 2] = [SHARED_MEMORY_FRAMES, "WEBKIT_DISABLE_DMABUF_RENDERER"];

/// The variables to set, given which are set already and whether NVIDIA's own driver is loaded.
fn changes(is_set: impl Fn(&str) -> bool, nvidia_driver: bool) -> Option<(&'static str, &'static str)> {
    let person_chose = PERSON_CHOICES.iter().any(|name| is_set(name));
    (nvidia_driver && !person_chose).then_some((SHARED_MEMORY_FRAMES, "1"))
}

/// Sets what this machine needs. Must run before any thread is started.
#[cfg(target_os = "linux")]
#[allow(unsafe_code)]
pub fn prepare() {
    let nvidia_driver = std::path::Path::new("/proc/driver/nvidia/version").exists();
    if let Some((name, value)) = changes(|name| std::env::var_os(name).is_some(), nvidia_driver) {
        // SAFETY: `run` calls this first of all; no other thread exists that could read the environment meanwhile.
        unsafe { std::env::set_var(name, value) };
    }
}

/// Other systems do not use WebKitGTK.
#[cfg(not(target_os = "linux"))]
pub fn prepare() {
    let _ = changes;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_driver_that_needs_it_gets_it() {
        assert_eq!(changes(|_| false, false), None);
        assert_eq!(changes(|_| false, true), Some((SHARED_MEMORY_FRAMES, "1")));
    }

    #[test]
    fn the_persons_choice_stands() {
        for chosen in PERSON_CHOICES {
            assert_eq!(changes(|name| name == chosen, true), None, "{chosen} was set by the person");
        }
    }
}

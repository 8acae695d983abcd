//! What WebKitGTK needs in the environment on some Linux machines, decided by a pure function.
//!
//! - The renderer that hands frames over as DMA buffers leaves the window blank with NVIDIA's own driver (tauri issues 9304
//!   and 13151). Asking for shared memory instead keeps accelerated compositing, which switching the renderer off altogether
//!   would cost.
//! - Without any graphics device (virtual machines, remote desktops) compositing is played by the processor. Scrolling the
//!   grid then takes ten times as much of it as drawing without compositing does, and the webview a hundred megabytes more;
//!   see `docs/performance.md`.
//! - The webview's JavaScript engine lets its garbage grow with the machine's memory: a hundred megabytes more after some
//!   hundred letters and some scrolling on a machine with 24 GiB, for nothing that could be measured. It is told of a small
//!   one; of one much smaller still, letters wait for its collecting. See `docs/performance.md`.

use std::path::Path;

/// The variable that makes WebKitGTK hand frames over in shared memory.
const SHARED_MEMORY_FRAMES: &str = "WEBKIT_DMABUF_RENDERER_FORCE_SHM";

/// The variable that makes WebKitGTK draw without compositing.
const NO_COMPOSITING: &str = "WEBKIT_DISABLE_COMPOSITING_MODE";

/// The variable that tells the JavaScript engine how much memory the machine has, in bytes.
const ENGINE_MEMORY: &str = "JSC_forceRAMSize";

/// 1 GiB. A quarter of it may be filled before the engine collects more often than at each doubling, and the page holds less.
const SMALL_MACHINE: &str = "1073741824";

/// What the person may have set already about drawing; their choice stands.
const PERSON_CHOICES: [&str; 4] =
    [SHARED_MEMORY_FRAMES, "WEBKIT_DISABLE_DMABUF_RENDERER", NO_COMPOSITING, "WEBKIT_FORCE_COMPOSITING_MODE"];

/// What draws on this machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Graphics {
    /// A device with NVIDIA's own driver.
    Nvidia,
    /// Any other device.
    Device,
    /// The processor.
    None,
}

impl Graphics {
    /// Looks for devices below `root`, which is `/` but in tests.
    fn found_below(root: &Path) -> Self {
        let renders = |name: &std::ffi::OsStr| name.to_string_lossy().starts_with("renderD");
        let mut devices = std::fs::read_dir(root.join("dev/dri")).into_iter().flatten().flatten();
        if root.join("proc/driver/nvidia/version").exists() {
            Self::Nvidia
        } else if devices.any(|device| renders(&device.file_name())) || root.join("dev/dxg").exists() {
            // The second is how Windows lends its graphics to a Linux inside.
            Self::Device
        } else {
            Self::None
        }
    }
}

/// A variable and its value.
type Change = (&'static str, &'static str);

/// The variables to set, given which are set already.
fn changes(is_set: impl Fn(&str) -> bool, graphics: Graphics) -> impl Iterator<Item = Change> {
    let engine = (!is_set(ENGINE_MEMORY)).then_some((ENGINE_MEMORY, SMALL_MACHINE));
    let chosen = PERSON_CHOICES.iter().any(|name| is_set(name));
    let drawing = if chosen { None } else { drawing(graphics) };
    engine.into_iter().chain(drawing)
}

/// What drawing on a machine needs.
fn drawing(graphics: Graphics) -> Option<Change> {
    match graphics {
        Graphics::Nvidia => Some((SHARED_MEMORY_FRAMES, "1")),
        Graphics::None => Some((NO_COMPOSITING, "1")),
        Graphics::Device => None,
    }
}

/// Sets what this machine needs. Must run before any thread is started.
#[cfg(target_os = "linux")]
#[expect(
    unsafe_code,
    reason = "a variable of the environment has no other interface; why it is sound is told beside it"
)]
pub fn prepare() {
    let graphics = Graphics::found_below(Path::new("/"));
    for (name, value) in changes(|name| std::env::var_os(name).is_some(), graphics) {
        // SAFETY: `run` calls this first of all; no other thread exists that could read the environment meanwhile.
        unsafe { std::env::set_var(name, value) };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is set where only these variables are.
    fn set_on(graphics: Graphics, already: &[&str]) -> Vec<Change> {
        changes(|name| already.contains(&name), graphics).collect()
    }

    const ENGINE: Change = (ENGINE_MEMORY, SMALL_MACHINE);

    #[test]
    fn each_machine_gets_what_it_needs() {
        assert_eq!(set_on(Graphics::Device, &[]), [ENGINE]);
        assert_eq!(set_on(Graphics::Nvidia, &[]), [ENGINE, (SHARED_MEMORY_FRAMES, "1")]);
        assert_eq!(set_on(Graphics::None, &[]), [ENGINE, (NO_COMPOSITING, "1")]);
    }

    #[test]
    fn the_persons_choice_stands() {
        for chosen in PERSON_CHOICES {
            for graphics in [Graphics::Nvidia, Graphics::None] {
                assert_eq!(set_on(graphics, &[chosen]), [ENGINE], "{chosen} was set by the person");
            }
        }
        assert_eq!(set_on(Graphics::Nvidia, &[ENGINE_MEMORY]), [(SHARED_MEMORY_FRAMES, "1")]);
    }

    #[test]
    fn graphics_are_told_by_their_devices() {
        let graphics = |files: &[&str]| {
            let root = tempfile::tempdir().unwrap();
            for file in files {
                let path = root.path().join(file);
                std::fs::create_dir_all(path.parent().unwrap()).unwrap();
                std::fs::write(path, "").unwrap();
            }
            Graphics::found_below(root.path())
        };
        assert_eq!(graphics(&[]), Graphics::None);
        assert_eq!(graphics(&["dev/dri/card0"]), Graphics::None, "it shows pictures and draws none");
        assert_eq!(graphics(&["dev/dri/card0", "dev/dri/renderD128"]), Graphics::Device);
        assert_eq!(graphics(&["dev/dxg"]), Graphics::Device);
        assert_eq!(graphics(&["dev/dri/renderD128", "proc/driver/nvidia/version"]), Graphics::Nvidia);
    }
}

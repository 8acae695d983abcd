//! Where a stage stands: its folder, and the environment that its programs see.

use crate::guard::TOKEN;
use crate::{Fault, bus};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};

/// Variables that programs on the stage keep from outside: where programs are found, and what a person sets to see more.
const KEPT: [&str; 3] = ["PATH", "RUST_BACKTRACE", "RUST_LOG"];

/// The folder of a stage and the environment in it.
#[derive(Debug)]
pub(crate) struct Place {
    root: PathBuf,
    display: Option<String>,
    extra: Vec<(String, String)>,
    serial: AtomicU32,
}

impl Place {
    /// Lays out the folders under `root`, which exists and is empty.
    pub(crate) fn lay_out(root: PathBuf, extra: Vec<(String, String)>) -> Result<Self, Fault> {
        let place = Self { root, display: None, extra, serial: AtomicU32::new(0) };
        for folder in [place.home(), place.runtime(), place.temporary(), place.logs()] {
            std::fs::create_dir(&folder).map_err(Fault::file(&folder))?;
            std::fs::set_permissions(&folder, std::fs::Permissions::from_mode(0o700)).map_err(Fault::file(&folder))?;
        }
        Ok(place)
    }

    pub(crate) fn set_display(&mut self, display: String) {
        self.display = Some(display);
    }

    pub(crate) fn display(&self) -> &str {
        self.display.as_deref().unwrap_or_default()
    }

    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    pub(crate) fn home(&self) -> PathBuf {
        self.root.join("home")
    }

    pub(crate) fn runtime(&self) -> PathBuf {
        self.root.join("run")
    }

    pub(crate) fn temporary(&self) -> PathBuf {
        self.root.join("tmp")
    }

    fn logs(&self) -> PathBuf {
        self.root.join("logs")
    }

    /// A file in the stage's folder that nobody else uses, for the output of a program.
    pub(crate) fn log(&self, name: &str) -> PathBuf {
        self.logs().join(format!("{name}-{}.log", self.serial.fetch_add(1, Ordering::Relaxed)))
    }

    /// A command that sees the stage and nothing of the desktop or the shell outside.
    pub(crate) fn command(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let mut command = Command::new(program);
        command.env_clear().current_dir(self.home());
        command.envs(KEPT.into_iter().filter_map(|name| std::env::var_os(name).map(|value| (name, value))));
        command
            .env(TOKEN, &self.root)
            .env("HOME", self.home())
            .env("XDG_RUNTIME_DIR", self.runtime())
            .env("TMPDIR", self.temporary())
            .env("DBUS_SESSION_BUS_ADDRESS", bus::address(&self.root))
            .env("LANG", "C.UTF-8")
            .env("TZ", "UTC")
            .env("USER", "stage")
            .env("LOGNAME", "stage")
            .env("GDK_BACKEND", "x11")
            .env("GIO_USE_VFS", "local")
            // The settings of the desktop are not on the stage, and the bus of assistive programs is not started on it.
            .env("GSETTINGS_BACKEND", "memory")
            .env("NO_AT_BRIDGE", "1");
        if let Some(display) = &self.display {
            command.env("DISPLAY", display);
        }
        command.envs(self.extra.iter().map(|(name, value)| (name, value)));
        command
    }
}

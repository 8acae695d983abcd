//! Setting the stage, and starting programs on it.

use crate::guard::Guard;
use crate::place::Place;
use crate::process::Process;
use crate::{Fault, Hands, Keyring, Shown, Window, bus, keyring, screen};
use std::path::{Path, PathBuf};
use std::process::Command;

/// What a stage shall have. Made by [`Stage::builder`].
#[derive(Debug, Clone)]
pub struct Builder {
    keyring: Keyring,
    screen: (u32, u32),
    environment: Vec<(String, String)>,
}

impl Builder {
    /// The state of the keyring; [`Keyring::Unlocked`] unless said otherwise.
    #[must_use]
    pub fn keyring(mut self, keyring: Keyring) -> Self {
        self.keyring = keyring;
        self
    }

    /// The size of the virtual screen in pixels; 1600 × 1000 unless said otherwise.
    #[must_use]
    pub fn screen(mut self, width: u32, height: u32) -> Self {
        self.screen = (width, height);
        self
    }

    /// Adds a variable to the environment of everything on the stage.
    #[must_use]
    pub fn env(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.environment.push((name.into(), value.into()));
        self
    }

    /// Sets the stage and waits until everything on it answers.
    ///
    /// # Errors
    ///
    /// When a program is not installed ([`Fault::Missing`]) or does not come up. What had been started is ended.
    pub async fn start(self) -> Result<Stage, Fault> {
        let base = std::env::temp_dir();
        let root = tempfile::Builder::new().prefix("stage-").tempdir_in(&base).map_err(Fault::file(base))?.keep();
        let guard = Guard::over(&root)?;
        let mut place = Place::lay_out(root, self.environment)?;
        let (screen, display) = screen::start(&place, self.screen.0, self.screen.1).await?;
        place.set_display(display);
        let bus = bus::start(&place).await?;
        let keyring = keyring::start(&place, self.keyring).await?;
        Ok(Stage { guard, keyring, bus, screen, place })
    }
}

/// A private home, bus, keyring and screen. Dropping it ends everything on it and removes its folder.
#[derive(Debug)]
pub struct Stage {
    // The order is the order of ending: the guard first, because it asks politely before it insists.
    #[expect(dead_code, reason = "held for what dropping it does")]
    guard: Guard,
    keyring: Option<Process>,
    #[expect(dead_code, reason = "held because it runs until it is dropped")]
    bus: Process,
    #[expect(dead_code, reason = "held because it runs until it is dropped")]
    screen: Process,
    place: Place,
}

impl Stage {
    /// What a stage shall have, to be changed and [started](Builder::start).
    pub fn builder() -> Builder {
        Builder { keyring: Keyring::Unlocked, screen: (1600, 1000), environment: Vec::new() }
    }

    /// The folder that holds everything of this stage.
    pub fn root(&self) -> &Path {
        self.place.root()
    }

    /// The home folder that programs on the stage see.
    pub fn home(&self) -> PathBuf {
        self.place.home()
    }

    /// A command that runs on the stage, for programs that are asked and end at once.
    pub fn command(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        self.place.command(program)
    }

    /// Starts a program without a window, such as a server, and keeps its output.
    ///
    /// # Errors
    ///
    /// When it cannot be started.
    pub fn start(&self, command: &mut Command) -> Result<Process, Fault> {
        Process::start_other(command, self.place.log("program"))
    }

    /// Brings the keyring into another state. Its entries stay.
    ///
    /// # Errors
    ///
    /// When the keyring does not come up.
    pub async fn set_keyring(&mut self, state: Keyring) -> Result<(), Fault> {
        if let Some(running) = self.keyring.take() {
            running.end().await?;
        }
        self.keyring = keyring::start(&self.place, state).await?;
        Ok(())
    }

    /// Starts a program that shows a window, and waits until the window can be driven.
    ///
    /// # Errors
    ///
    /// When the driver is missing or the program shows no window.
    pub async fn launch(&self, app: App) -> Result<Window, Fault> {
        Window::open(&self.place, app).await
    }

    /// Starts a program that shows a window, to be looked at from outside.
    ///
    /// # Errors
    ///
    /// When it cannot be started.
    pub fn show(&self, app: &App) -> Result<Shown, Fault> {
        Shown::start(&self.place, app)
    }

    /// A mouse and a keyboard at its screen.
    ///
    /// # Errors
    ///
    /// When the screen refuses.
    pub fn hands(&self) -> Result<Hands, Fault> {
        Hands::at(self.place.display())
    }

    /// All files on the stage that programs made: everything under the home, the temporary and the runtime folder. Paths
    /// are relative to [`root`](Self::root), sorted. Sockets and pipes count too.
    ///
    /// # Errors
    ///
    /// When a folder cannot be read.
    pub fn files(&self) -> Result<Vec<PathBuf>, Fault> {
        let mut files = Vec::new();
        let mut folders = vec![self.place.home(), self.place.temporary(), self.place.runtime()];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(&folder).map_err(Fault::file(&folder))? {
                let entry = entry.map_err(Fault::file(&folder))?;
                if entry.file_type().map_err(Fault::file(entry.path()))?.is_dir() {
                    folders.push(entry.path());
                } else {
                    let path = entry.path();
                    files.push(path.strip_prefix(self.root()).map(Path::to_path_buf).unwrap_or(path));
                }
            }
        }
        files.sort();
        Ok(files)
    }
}

/// A program with a WebKitGTK window, as it shall be started.
#[derive(Debug, Clone)]
pub struct App {
    pub(crate) program: PathBuf,
    pub(crate) arguments: Vec<String>,
    pub(crate) environment: Vec<(String, String)>,
    pub(crate) failures: Option<PathBuf>,
}

impl App {
    /// The program at a path.
    pub fn new(program: impl Into<PathBuf>) -> Self {
        Self { program: program.into(), arguments: Vec::new(), environment: Vec::new(), failures: None }
    }

    /// Another program in its place, such as a script that starts it in its own way.
    #[must_use]
    pub fn program(mut self, program: impl Into<PathBuf>) -> Self {
        self.program = program.into();
        self
    }

    /// Adds an argument.
    #[must_use]
    pub fn arg(mut self, argument: impl Into<String>) -> Self {
        self.arguments.push(argument.into());
        self
    }

    /// Adds a variable to its environment.
    #[must_use]
    pub fn env(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.environment.push((name.into(), value.into()));
        self
    }

    /// A folder outside the stage that gets a screenshot whenever something that was waited for does not happen.
    #[must_use]
    pub fn failures_into(mut self, folder: impl Into<PathBuf>) -> Self {
        self.failures = Some(folder.into());
        self
    }
}

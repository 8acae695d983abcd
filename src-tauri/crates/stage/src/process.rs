//! A program that runs on the stage, and ends with it.

use crate::{Fault, wait_until};
use rustix::process::{Pid, Signal, kill_process_group};
use std::fs::File;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::Duration;

/// How long a program may take to end when it is asked to, before it is ended by force.
const FAREWELL: Duration = Duration::from_secs(3);

/// A program in a process group of its own, so that what it starts ends with it. Its output goes into a file.
#[derive(Debug)]
pub struct Process {
    program: String,
    child: Child,
    log: PathBuf,
}

impl Process {
    /// Starts `command` with its output in `log`; what is on `log` already stays.
    pub(crate) fn start(command: &mut Command, log: PathBuf, package: &'static str) -> Result<Self, Fault> {
        let program = command.get_program().to_string_lossy().into_owned();
        let output = File::options().create(true).append(true).open(&log).map_err(Fault::file(&log))?;
        let errors = output.try_clone().map_err(Fault::file(&log))?;
        let child = command.process_group(0).stdout(output).stderr(errors).spawn().map_err(|source| {
            match (source.kind(), known_program(&program)) {
                (std::io::ErrorKind::NotFound, Some(program)) => Fault::Missing { program, package },
                _ => Fault::Process { what: format!("starting {program}"), source },
            }
        })?;
        Ok(Self { program, child, log })
    }

    /// Starts `command`, which is none of the stage's own programs.
    ///
    /// # Errors
    ///
    /// When it cannot be started.
    pub(crate) fn start_other(command: &mut Command, log: PathBuf) -> Result<Self, Fault> {
        Self::start(command.stdin(Stdio::null()), log, "")
    }

    /// Everything that it has written so far.
    pub fn said(&self) -> String {
        read_lossy(&self.log)
    }

    /// Where its output goes.
    pub fn log(&self) -> &Path {
        &self.log
    }

    /// Its process id.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// How it ended, if it has.
    ///
    /// # Errors
    ///
    /// When the system cannot say.
    pub fn ended(&mut self) -> Result<Option<ExitStatus>, Fault> {
        self.child.try_wait().map_err(Fault::process(format!("asking for {}", self.program)))
    }

    /// The fault of having ended while it was needed.
    fn ended_early(&self, status: ExitStatus) -> Fault {
        Fault::Ended { program: self.program.clone(), status: status.to_string(), said: tail(&self.said()) }
    }

    /// Waits until `look` answers with a value, as [`wait_until`] does, as long as the program runs.
    pub(crate) async fn wait<T>(
        &mut self,
        what: &str,
        mut look: impl FnMut() -> Result<Result<T, String>, Fault>,
    ) -> Result<T, Fault> {
        wait_until(what, crate::PATIENCE, async || match self.ended()? {
            Some(status) => Err(self.ended_early(status)),
            None => look(),
        })
        .await
    }

    /// Waits until `find` finds what it looks for in the output.
    ///
    /// # Errors
    ///
    /// [`Fault::Ended`] when the program ends first, [`Fault::TimedOut`].
    pub async fn wait_for_output<T>(&mut self, what: &str, find: impl Fn(&str) -> Option<T>) -> Result<T, Fault> {
        wait_until(what, crate::PATIENCE, || {
            // The state is read before the output: what a program says before it ends is then always seen.
            let ended = self.ended();
            let said = self.said();
            let found = find(&said);
            let program = self.program.clone();
            async move {
                match (found, ended?) {
                    (Some(found), _) => Ok(Ok(found)),
                    (None, Some(status)) => {
                        Err(Fault::Ended { program, status: status.to_string(), said: tail(&said) })
                    }
                    (None, None) => Ok(Err(tail(&said))),
                }
            }
        })
        .await
    }

    /// Asks it to end (SIGTERM) and waits until it has; by force when it does not.
    ///
    /// # Errors
    ///
    /// When the system cannot say whether it ended.
    pub async fn end(mut self) -> Result<(), Fault> {
        self.signal(Signal::TERM);
        let what = format!("the end of {}", self.program);
        let ended =
            wait_until(&what, FAREWELL, async || Ok(self.ended()?.ok_or_else(|| "still running".to_owned()))).await;
        match ended {
            Ok(_) | Err(Fault::TimedOut { .. }) => Ok(()), // dropping ends what is left
            Err(fault) => Err(fault),
        }
    }

    fn signal(&self, signal: Signal) {
        if let Some(group) = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw) {
            // A group that is gone already is what was wanted.
            let _gone = kill_process_group(group, signal);
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.signal(Signal::KILL);
        let _reaped = self.child.wait();
    }
}

/// The end of an output, short enough for an error.
pub(crate) fn tail(text: &str) -> String {
    const LINES: usize = 30;
    let lines: Vec<&str> = text.lines().collect();
    lines.get(lines.len().saturating_sub(LINES)..).unwrap_or_default().join("\n")
}

pub(crate) fn read_lossy(path: &Path) -> String {
    std::fs::read(path).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default()
}

fn known_program(program: &str) -> Option<&'static str> {
    ["dbus-daemon", "dbus-send", "gnome-keyring-daemon", "Xvfb", "WebKitWebDriver"]
        .into_iter()
        .find(|known| *known == program)
}

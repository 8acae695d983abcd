//! A program that is only looked at, as a person would: without a driver, which would take part in its start.

use crate::place::Place;
use crate::process::{Process, tail};
use crate::screen::{Area, Windows};
use crate::{App, Fault, PATIENCE, wait_until};
use std::time::Instant;

/// A running program whose window is looked at from outside.
#[derive(Debug)]
pub struct Shown {
    process: Process,
    started: Instant,
    display: String,
}

impl Shown {
    pub(crate) fn start(place: &Place, app: &App) -> Result<Self, Fault> {
        let mut command = place.command(&app.program);
        command.args(&app.arguments).envs(app.environment.iter().map(|(name, value)| (name, value)));
        let started = Instant::now();
        let process = Process::start_other(&mut command, place.log("app"))?;
        Ok(Self { process, started, display: place.display().to_owned() })
    }

    /// When it was started.
    pub fn started(&self) -> Instant {
        self.started
    }

    /// Its process id.
    pub fn process(&self) -> u32 {
        self.process.id()
    }

    /// What it has written to its standard output and error.
    pub fn said(&self) -> String {
        self.process.said()
    }

    /// Looks at a part of its window at once and again whenever `look` asks for more, which is handed the pixels as the
    /// screen has them (`None` while there is no window), and when they were there.
    ///
    /// # Errors
    ///
    /// When the program ends meanwhile, or the screen refuses.
    pub fn watch(
        &mut self,
        area: Area,
        mut look: impl FnMut(Option<&[u8]>, Instant) -> std::ops::ControlFlow<()>,
    ) -> Result<(), Fault> {
        let mut windows = Windows::watching(&self.display, self.process.id())?;
        loop {
            if let Some(status) = self.process.ended()? {
                let program = "the program that is looked at".to_owned();
                return Err(Fault::Ended { program, status: status.to_string(), said: tail(&self.said()) });
            }
            let picture = windows.picture(area)?;
            if look(picture.as_deref(), Instant::now()).is_break() {
                return Ok(());
            }
        }
    }

    /// Closes the window as its cross does, and waits until the program has ended.
    ///
    /// # Errors
    ///
    /// [`Fault::TimedOut`] when it does not end.
    pub async fn close(mut self) -> Result<(), Fault> {
        Windows::of(&self.display, self.process.id())?.ask_to_close()?;
        wait_until("the program to end after its window was closed", PATIENCE, async || {
            Ok(self.process.ended()?.map(drop).ok_or_else(|| "still running".to_owned()))
        })
        .await
    }
}

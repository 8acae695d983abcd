//! Why a stage could not be set or a window did not do what was waited for.

use std::path::PathBuf;

/// What went wrong on a stage, with what somebody needs who reads it in a test's output.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Fault {
    /// A program that the stage needs is not installed.
    #[error("{program} is not installed; on Debian and Ubuntu it comes with the package {package}")]
    Missing {
        /// The program's name.
        program: &'static str,
        /// The Debian package that has it.
        package: &'static str,
    },
    /// A program on the stage ended although it was still needed.
    #[error("{program} ended too early ({status}); it said:\n{said}")]
    Ended {
        /// The program's name.
        program: String,
        /// How it ended.
        status: String,
        /// The end of its output.
        said: String,
    },
    /// Something did not happen in time.
    #[error("waited {seconds} s for {what}; last seen: {seen}{context}")]
    TimedOut {
        /// How long was waited, in seconds.
        seconds: u64,
        /// What was waited for.
        what: String,
        /// What was there instead.
        seen: String,
        /// More for the reader: the app's output, where a screenshot lies.
        context: String,
    },
    /// A file or folder of the stage could not be used.
    #[error("{path}: {source}")]
    File {
        /// Which one.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A process could not be started or asked.
    #[error("{what}: {source}")]
    Process {
        /// What was tried.
        what: String,
        /// Why it failed.
        source: std::io::Error,
    },
    /// The driver refused a command or lost its session.
    #[error("{what}: {source}")]
    WebDriver {
        /// What was tried.
        what: String,
        /// The driver's words.
        source: Box<fantoccini::error::CmdError>,
    },
    /// No session could be opened with the app.
    #[error("the app did not open a window: {reason}\nits output:\n{said}")]
    NoSession {
        /// The driver's words.
        reason: String,
        /// The end of the app's output.
        said: String,
    },
    /// A page answered a script with something of another shape.
    #[error("{what}: {reason}")]
    Answer {
        /// What was asked.
        what: String,
        /// What is wrong with the answer.
        reason: String,
    },
    /// The virtual screen refused something.
    #[error("the virtual screen: {0}")]
    Screen(String),
}

impl Fault {
    pub(crate) fn file(path: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.into();
        move |source| Self::File { path, source }
    }

    pub(crate) fn process(what: impl Into<String>) -> impl FnOnce(std::io::Error) -> Self {
        let what = what.into();
        move |source| Self::Process { what, source }
    }

    pub(crate) fn driver(what: impl Into<String>) -> impl FnOnce(fantoccini::error::CmdError) -> Self {
        let what = what.into();
        move |source| Self::WebDriver { what, source: Box::new(source) }
    }
}

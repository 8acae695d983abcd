//! WebKitGTK's driver, and the program that it starts.

use crate::place::Place;
use crate::process::{Process, read_lossy, tail};
use crate::{App, Fault, wait_until};
use fantoccini::wd::Capabilities;
use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::json;
use std::fmt::Write as _;
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Stdio;

/// The traces of one run of a program.
#[derive(Debug)]
pub(crate) struct Traces {
    log: PathBuf,
    pid: PathBuf,
    exit: PathBuf,
}

impl Traces {
    fn of(place: &Place) -> Self {
        let log = place.log("app");
        Self { pid: log.with_extension("pid"), exit: log.with_extension("exit"), log }
    }

    /// What the program wrote.
    pub(crate) fn said(&self) -> String {
        read_lossy(&self.log)
    }

    /// The program's process id.
    pub(crate) fn process(&self) -> Option<u32> {
        read_lossy(&self.pid).trim().parse().ok()
    }

    /// The program's exit code, once it has ended; more than 128 for a signal, as in a shell.
    pub(crate) fn exit_code(&self) -> Option<i32> {
        read_lossy(&self.exit).trim().parse().ok()
    }
}

/// A driver with its one session.
#[derive(Debug)]
pub(crate) struct Session {
    pub(crate) client: Client,
    #[expect(dead_code, reason = "held because dropping it ends the program")]
    driver: Process,
    pub(crate) traces: Traces,
}

/// Starts a driver, and through it the program. A driver has room for one session, so each window gets its own.
pub(crate) async fn open(place: &Place, app: &App) -> Result<Session, Fault> {
    let traces = Traces::of(place);
    let starter = traces.log.with_extension("sh");
    write_starter(&starter, app, &traces)?;

    let (mut driver, port) = start_driver(place).await?;
    let mut capabilities = Capabilities::new();
    capabilities.insert("webkitgtk:browserOptions".to_owned(), json!({ "binary": starter, "args": [] }));
    let address = format!("http://127.0.0.1:{port}");
    let mut builder = ClientBuilder::new(HttpConnector::new());
    builder.capabilities(capabilities);
    // The driver waits for ever for a program that ends without a window.
    let session = tokio::select! {
        session = builder.connect(&address) => session.map_err(|error| error.to_string()),
        ended = wait_until("the driver's session", crate::PATIENCE, async || {
            Ok(traces.exit_code().ok_or_else(|| "the program runs and shows no window".to_owned()))
        }) => Err(match ended {
            Ok(code) => format!("it ended with exit code {code}"),
            Err(fault) => fault.to_string(),
        }),
    };
    match session {
        Ok(client) => Ok(Session { client, driver, traces }),
        Err(reason) => {
            let mut said = tail(&traces.said());
            if let Some(status) = driver.ended()? {
                let _infallible = write!(said, "\nthe driver ended: {status}\n{}", tail(&driver.said()));
            }
            Err(Fault::NoSession { reason, said })
        }
    }
}

async fn start_driver(place: &Place) -> Result<(Process, u16), Fault> {
    let port = free_port()?;
    let mut command = place.command("WebKitWebDriver");
    command.args([format!("--port={port}"), "--host=127.0.0.1".to_owned()]);
    // This is how a Tauri app knows that it may be driven; `tauri-driver` sets the same.
    command.env("TAURI_WEBVIEW_AUTOMATION", "true").stdin(Stdio::null());
    let mut driver = Process::start(&mut command, place.log("driver"), "webkit2gtk-driver")?;
    driver
        .wait("the driver's port", || {
            Ok(TcpStream::connect((Ipv4Addr::LOCALHOST, port)).map(drop).map_err(|error| error.to_string()))
        })
        .await?;
    Ok((driver, port))
}

/// A port that nobody listens on. The driver cannot choose one itself; the system hands out ports in a random order, so
/// two stages do not get the same one in the moment between.
fn free_port() -> Result<u16, Fault> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
        .and_then(|listener| listener.local_addr())
        .map(|address| address.port())
        .map_err(Fault::process("finding a free port"))
}

/// The driver starts a program without saying how it ended or what it wrote; a script in between keeps both.
fn write_starter(path: &Path, app: &App, traces: &Traces) -> Result<(), Fault> {
    let mut script = String::from("#!/bin/sh\n");
    for (name, value) in &app.environment {
        let _infallible = writeln!(script, "export {name}={}", quoted(value));
    }
    // Programs start in the stage's home, so a path has to mean the same there as here.
    let program = std::path::absolute(&app.program).map_err(Fault::file(&app.program))?;
    let mut line = quoted(&program.to_string_lossy());
    for argument in &app.arguments {
        line.push(' ');
        line.push_str(&quoted(argument));
    }
    let [log, pid, exit] = [&traces.log, &traces.pid, &traces.exit].map(|path| quoted(&path.to_string_lossy()));
    let _infallible = write!(
        script,
        "{line} \"$@\" >{log} 2>&1 &\necho $! >{pid}.new && mv {pid}.new {pid}\nwait $!\necho $? >{exit}.new && mv {exit}.new {exit}\n"
    );
    std::fs::write(path, script).map_err(Fault::file(path))?;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o700)).map_err(Fault::file(path))
}

/// A word that the shell takes as it is.
fn quoted(word: &str) -> String {
    format!("'{}'", word.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quoted_word_reaches_the_program_as_it_was() {
        for word in ["plain", "two words", "it's", "$HOME `id` \"x\" \\ \n end", ""] {
            let script = format!("printf %s {}", quoted(word));
            let output = std::process::Command::new("/bin/sh").args(["-c", &script]).output().unwrap();
            assert_eq!(String::from_utf8_lossy(&output.stdout), word, "the shell changed the word");
        }
    }
}

//! The stage's Secret Service: gnome-keyring, unlocked, locked, or none at all.

use crate::Fault;
use crate::place::Place;
use crate::process::Process;
use std::io::Write;
use std::process::Stdio;

/// In which state programs on the stage find the keyring.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keyring {
    /// Running and open, as after signing in to a desktop.
    Unlocked,
    /// Running, with a password that nobody has typed. A program that asks for it gets a prompt that nobody answers.
    Locked,
    /// No Secret Service on the bus, as under a bare window manager.
    Absent,
}

/// The password of the stage's keyring.
pub const KEYRING_PASSWORD: &str = "stage-keyring-password";

/// Brings the keyring into a state. Entries outlive changes of the state.
pub(crate) async fn start(place: &Place, keyring: Keyring) -> Result<Option<Process>, Fault> {
    match keyring {
        Keyring::Absent => Ok(None),
        Keyring::Unlocked => unlocked(place).await.map(Some),
        Keyring::Locked => {
            // A keyring that was never opened does not exist; nothing can be locked then.
            unlocked(place).await?.end().await?;
            daemon(place, false).await.map(Some)
        }
    }
}

async fn unlocked(place: &Place) -> Result<Process, Fault> {
    daemon(place, true).await
}

/// How often the daemon is started before it counts as broken. Version 42 now and then ends in its first moments, when it
/// handles the first message of a connection before it has noted who sent it, and being asked for its state is such a message.
const STARTS: usize = 3;

async fn daemon(place: &Place, unlock: bool) -> Result<Process, Fault> {
    let mut starts = 1;
    loop {
        match start_daemon(place, unlock).await {
            Err(Fault::Ended { .. }) if starts < STARTS => starts += 1,
            outcome => return outcome,
        }
    }
}

async fn start_daemon(place: &Place, unlock: bool) -> Result<Process, Fault> {
    let mut command = place.command("gnome-keyring-daemon");
    command.args(["--foreground", "--components=secrets"]);
    let password = place.root().join("keyring-password");
    if unlock {
        command.arg("--unlock");
        let mut file = std::fs::File::create(&password).map_err(Fault::file(&password))?;
        file.write_all(KEYRING_PASSWORD.as_bytes()).map_err(Fault::file(&password))?;
        command.stdin(std::fs::File::open(&password).map_err(Fault::file(&password))?);
    } else {
        command.stdin(Stdio::null());
    }
    let mut process = Process::start(&mut command, place.log("keyring"), "gnome-keyring")?;
    let wanted = if unlock { "boolean false" } else { "boolean true" };
    let what = if unlock { "the keyring to be open" } else { "the keyring to be locked" };
    process
        .wait(what, || {
            let seen = locked_property(place)?;
            Ok(if seen.contains(wanted) { Ok(()) } else { Err(seen) })
        })
        .await?;
    Ok(process)
}

/// What the bus says about the default collection being locked; its error text while there is none yet.
fn locked_property(place: &Place) -> Result<String, Fault> {
    let output = place
        .command("dbus-send")
        .args(["--session", "--print-reply", "--reply-timeout=5000", "--dest=org.freedesktop.secrets"])
        .args(["/org/freedesktop/secrets/aliases/default", "org.freedesktop.DBus.Properties.Get"])
        .args(["string:org.freedesktop.Secret.Collection", "string:Locked"])
        .output()
        .map_err(Fault::process("asking the keyring with dbus-send"))?;
    let mut said = String::from_utf8_lossy(&output.stdout).into_owned();
    said.push_str(&String::from_utf8_lossy(&output.stderr));
    Ok(said)
}

//! Services that stand on the stage's bus in the place of the system's own: a logind that can be made to announce sleep,
//! and Secret Services that refuse or never answer.

use stage::Stage;
use std::ffi::OsStr;
use std::io::{PipeReader, pipe};
use std::os::fd::OwnedFd;
use std::sync::{Arc, Mutex};
use zbus::connection::Builder;
use zbus::object_server::SignalEmitter;
use zbus::{Connection, fdo, interface};

/// The address of the stage's bus.
pub fn address(stage: &Stage) -> String {
    let command = stage.command("true");
    let mut variables = command.get_envs();
    let address = variables.find(|(name, _)| *name == OsStr::new("DBUS_SESSION_BUS_ADDRESS"));
    address.and_then(|(_, value)| value).unwrap_or_default().to_string_lossy().into_owned()
}

/// systemd-logind, as far as programs listen to it.
pub struct Logind {
    connection: Connection,
    /// What was handed out to those who want to hold sleep up; it ends when they let go.
    holds: Arc<Mutex<Vec<PipeReader>>>,
}

struct Manager {
    holds: Arc<Mutex<Vec<PipeReader>>>,
}

#[interface(name = "org.freedesktop.login1.Manager")]
impl Manager {
    fn inhibit(&self, what: &str, _who: &str, _why: &str, mode: &str) -> fdo::Result<zbus::zvariant::OwnedFd> {
        if (what, mode) != ("sleep", "delay") {
            return Err(fdo::Error::InvalidArgs(format!("{what} {mode}")));
        }
        let (reader, writer) = pipe().map_err(|error| fdo::Error::IOError(error.to_string()))?;
        self.holds.lock().unwrap_or_else(std::sync::PoisonError::into_inner).push(reader);
        Ok(OwnedFd::from(writer).into())
    }

    #[zbus(signal)]
    async fn prepare_for_sleep(emitter: &SignalEmitter<'_>, start: bool) -> zbus::Result<()>;
}

const LOGIN: &str = "/org/freedesktop/login1";

impl Logind {
    /// Takes logind's name on the stage's bus.
    pub async fn start(stage: &Stage) -> zbus::Result<Self> {
        let holds = Arc::new(Mutex::default());
        let connection = Builder::address(address(stage).as_str())?
            .serve_at(LOGIN, Manager { holds: Arc::clone(&holds) })?
            .name("org.freedesktop.login1")?
            .build()
            .await?;
        Ok(Self { connection, holds })
    }

    /// Whether somebody wants sleep to wait.
    pub fn is_held_up(&self) -> bool {
        !self.holds.lock().unwrap_or_else(std::sync::PoisonError::into_inner).is_empty()
    }

    /// Says that the computer is about to sleep, and waits until everybody who held it up has let go.
    pub async fn go_to_sleep(&self) -> Result<(), Box<dyn std::error::Error>> {
        Manager::prepare_for_sleep(&SignalEmitter::new(&self.connection, LOGIN)?, true).await?;
        let holds = std::mem::take(&mut *self.holds.lock().unwrap_or_else(std::sync::PoisonError::into_inner));
        tokio::task::spawn_blocking(move || {
            for mut hold in holds {
                std::io::copy(&mut hold, &mut std::io::sink())?;
            }
            std::io::Result::Ok(())
        })
        .await??;
        Ok(())
    }
}

const SECRETS: &str = "org.freedesktop.secrets";

/// Takes the keyring's name and never answers a call.
pub async fn silent_keyring(stage: &Stage) -> zbus::Result<Connection> {
    Builder::address(address(stage).as_str())?.name(SECRETS)?.build().await
}

struct Refusing;

#[interface(name = "org.freedesktop.Secret.Service")]
impl Refusing {
    fn open_session(
        &self,
        _algorithm: &str,
        _input: zbus::zvariant::Value<'_>,
    ) -> fdo::Result<(zbus::zvariant::OwnedValue, zbus::zvariant::OwnedObjectPath)> {
        Err(fdo::Error::AccessDenied("not for you".to_owned()))
    }
}

/// Takes the keyring's name and refuses everybody.
pub async fn refusing_keyring(stage: &Stage) -> zbus::Result<Connection> {
    let builder = Builder::address(address(stage).as_str())?;
    builder.serve_at("/org/freedesktop/secrets", Refusing)?.name(SECRETS)?.build().await
}

//! A private session bus and gnome-keyring on it, in a temporary home; and running a test's calls in a process that
//! sees nothing else.
#![allow(dead_code, reason = "each test program uses its part of this")]

use std::io::{BufRead, BufReader, Write};
use std::marker::PhantomData;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;
use tempfile::TempDir;
use zbus::blocking::{Connection, connection, fdo::DBusProxy};

const FOLDER: &str = "VOUCH_TEST_FOLDER";
const SERVICE: &str = "org.freedesktop.secrets";

/// The folder of this test, when this is the process that makes its calls.
pub fn in_own_process() -> Option<PathBuf> {
    std::env::var_os(FOLDER).map(PathBuf::from)
}

/// Which of its parts the test is to run in this process.
pub fn step() -> String {
    std::env::var("VOUCH_TEST_STEP").unwrap()
}

/// What the test was told besides.
pub fn fact(name: &str) -> Option<String> {
    std::env::var(format!("VOUCH_TEST_{}", name.to_uppercase())).ok()
}

/// Sends a signal to the keyring service, whose process the test was told.
pub fn signal_daemon(signal: &str) {
    let pid = std::env::var("VOUCH_TEST_DAEMON").unwrap();
    let sent = Command::new("kill").args(["-s", signal, &pid]).status().unwrap();
    assert!(sent.success(), "kill -s {signal} {pid}");
}

/// Runs calls to their end.
pub fn calls_of(calls: impl Future<Output = ()>) {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap().block_on(calls);
}

/// Runs calls to their end on a runtime whose clock can be stopped.
pub fn calls_with_paused_clock(calls: impl Future<Output = ()>) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build();
    runtime.unwrap().block_on(calls);
}

/// A session bus in a folder of its own, or the absence of one; ends when dropped.
pub struct Bus {
    folder: TempDir,
    daemon: Option<Child>,
    address: Option<String>,
}

impl Bus {
    /// Starts a bus that can start no service by itself, so that what is on it is what the test put there.
    pub fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let configuration = folder.path().join("bus.conf");
        let listen = folder.path().display();
        let text = format!(
            "<busconfig><type>session</type><listen>unix:dir={listen}</listen><auth>EXTERNAL</auth>\
             <policy context=\"default\"><allow send_destination=\"*\" eavesdrop=\"true\"/>\
             <allow eavesdrop=\"true\"/><allow own=\"*\"/></policy></busconfig>"
        );
        std::fs::write(&configuration, text).unwrap();
        let mut daemon = Command::new("dbus-daemon")
            .arg(format!("--config-file={}", configuration.display()))
            .args(["--nofork", "--print-address"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap_or_else(|error| panic!("dbus-daemon does not start ({error}): install the package dbus"));
        let mut address = String::new();
        BufReader::new(daemon.stdout.take().unwrap()).read_line(&mut address).unwrap();
        let address = address.trim().to_owned();
        assert!(!address.is_empty(), "dbus-daemon says where it listens");
        Self { folder, daemon: Some(daemon), address: Some(address) }
    }

    /// A machine without a bus: an address where nobody listens.
    pub fn absent() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let address = Some(format!("unix:path={}", folder.path().join("no-bus").display()));
        Self { folder, daemon: None, address }
    }

    /// A machine that names no bus at all, as over a bare remote login.
    pub fn unnamed() -> Self {
        Self { folder: tempfile::tempdir().unwrap(), daemon: None, address: None }
    }

    /// Runs the test of this name alone in a process that sees this bus and this home and no other, and passes on how
    /// it ended. `facts` are told to it in the environment.
    pub fn run_this_test(&self, name: &str, facts: &[(&str, &str)]) {
        self.run_this_test_by(&[], name, facts);
    }

    /// The same, started by another program.
    pub fn run_this_test_by(&self, starter: &[&str], name: &str, facts: &[(&str, &str)]) {
        let output = self.process_of_this_test(starter, name, facts).output().unwrap();
        let (said, complained) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert!(output.status.success(), "the calls of {name} failed {facts:?}:\n{said}\n{complained}");
        assert!(said.contains("1 passed"), "exactly the calls of {name} ran:\n{said}");
    }

    /// Such a process, not yet started.
    pub fn process_of_this_test(&self, starter: &[&str], name: &str, facts: &[(&str, &str)]) -> Command {
        let this = std::env::current_exe().unwrap();
        let mut command = match starter {
            [] => self.command(this),
            [program, arguments @ ..] => {
                let mut command = self.command(program);
                command.args(arguments).arg(this);
                command
            }
        };
        command.args(["--exact", name, "--nocapture", "--test-threads=1"]).env(FOLDER, self.folder.path());
        for (fact, value) in facts {
            command.env(format!("VOUCH_TEST_{}", fact.to_uppercase()), value);
        }
        command
    }

    /// The folder that the test's processes are told.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Where it listens.
    pub fn address(&self) -> &str {
        self.address.as_deref().unwrap()
    }

    fn command(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let home = self.folder.path().join("home");
        let runtime = self.folder.path().join("runtime");
        for folder in [&home, &runtime] {
            std::fs::create_dir_all(folder).unwrap();
        }
        let mut command = Command::new(program);
        command
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap())
            .env("RUST_BACKTRACE", "0")
            .envs(self.address.iter().map(|address| ("DBUS_SESSION_BUS_ADDRESS", address)))
            .env("HOME", &home)
            .env("XDG_RUNTIME_DIR", &runtime);
        command
    }
}

impl Drop for Bus {
    fn drop(&mut self) {
        if let Some(daemon) = &mut self.daemon {
            end(daemon);
        }
    }
}

/// gnome-keyring on a bus; ends when dropped.
pub struct Daemon<'a> {
    process: Child,
    // It lives on the bus and must end before it.
    _bus: PhantomData<&'a Bus>,
}

impl<'a> Daemon<'a> {
    /// With an open login keyring, made at the first start in this home.
    pub fn unlocked(bus: &'a Bus) -> Self {
        Self::start(bus, &["--unlock"], b"a password for tests")
    }

    /// As it is after signing in without a password: what keyrings there are stay locked.
    pub fn locked(bus: &'a Bus) -> Self {
        Self::start(bus, &[], b"")
    }

    fn start(bus: &'a Bus, arguments: &[&str], password: &[u8]) -> Self {
        let owners = Owners::watch(bus);
        // A daemon that was just ended may still be registered, and a new one would give way to it.
        owners.wait_until_owned(false);
        let mut process = bus
            .command("gnome-keyring-daemon")
            .args(["--foreground", "--components=secrets"])
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap_or_else(|error| {
                panic!("gnome-keyring-daemon does not start ({error}): install the package gnome-keyring")
            });
        // Closing the pipe ends the password.
        process.stdin.take().unwrap().write_all(password).unwrap();
        owners.wait_until_owned(true);
        Self { process, _bus: PhantomData }
    }

    /// How it ended, if it did by itself.
    pub fn ended(&mut self) -> Option<std::process::ExitStatus> {
        self.process.try_wait().unwrap()
    }

    /// Its process id.
    pub fn pid(&self) -> u32 {
        self.process.id()
    }
}

impl Drop for Daemon<'_> {
    fn drop(&mut self) {
        end(&mut self.process);
    }
}

/// Tells when the keyring service comes to a bus and leaves it.
struct Owners {
    _connection: Connection,
    owned: mpsc::Receiver<bool>,
}

impl Owners {
    fn watch(bus: &Bus) -> Self {
        let connection = connection::Builder::address(bus.address.as_deref().unwrap()).unwrap().build().unwrap();
        let proxy = DBusProxy::new(&connection).unwrap();
        // Watching begins before looking, so that no change falls in between.
        let changes = proxy.receive_name_owner_changed_with_args(&[(0, SERVICE)]).unwrap();
        let (tell, owned) = mpsc::channel();
        tell.send(proxy.name_has_owner(SERVICE.try_into().unwrap()).unwrap()).unwrap();
        std::thread::spawn(move || {
            for change in changes {
                let has_owner = change.args().unwrap().new_owner().is_some();
                if tell.send(has_owner).is_err() {
                    break;
                }
            }
        });
        Self { _connection: connection, owned }
    }

    fn wait_until_owned(&self, wanted: bool) {
        // Ends a test whose service never comes; it is no measure of speed.
        let patience = Duration::from_secs(60);
        while self.owned.recv_timeout(patience).expect("the keyring service comes to the bus, or leaves it") != wanted {
        }
    }
}

fn end(process: &mut Child) {
    // Also when it was stopped by a signal: nothing holds this one up.
    let _ = process.kill();
    let _ = process.wait();
}

//! Libraries and programs of the operating system. Installed on Debian and its kin, named elsewhere.

use super::Need;
use crate::Failure;
use crate::project::{answer, run};
use std::io::IsTerminal;
use std::process::Command;

/// Something that has to be on the machine.
struct Part {
    /// The package that has it on Debian and Ubuntu.
    debian: &'static str,
    /// How to tell on other systems that it is there.
    probe: Probe,
    /// The least need that it serves.
    serves: Need,
}

enum Probe {
    /// A program on the path.
    Program(&'static str),
    /// A library that pkg-config knows.
    Library(&'static str),
}

const fn build(debian: &'static str, probe: Probe) -> Part {
    Part { debian, probe, serves: Need::Build }
}

const fn stage(debian: &'static str, probe: Probe) -> Part {
    Part { debian, probe, serves: Need::Stage }
}

const fn thorough(debian: &'static str, probe: Probe) -> Part {
    Part { debian, probe, serves: Need::Thorough }
}

/// Everything, with what it is needed for where the name does not say it.
const PARTS: [Part; 14] = [
    build("gcc", Probe::Program("cc")),
    build("libc6-dev", Probe::Program("cc")),
    build("make", Probe::Program("make")), // SQLCipher's cryptography
    build("perl", Probe::Program("perl")), // its configuration
    build("pkg-config", Probe::Program("pkg-config")),
    build("libwebkit2gtk-4.1-dev", Probe::Library("webkit2gtk-4.1")), // brings GTK 3 along
    stage("webkit2gtk-driver", Probe::Program("WebKitWebDriver")),
    stage("xvfb", Probe::Program("Xvfb")),
    stage("dbus", Probe::Program("dbus-daemon")),
    stage("gnome-keyring", Probe::Program("gnome-keyring-daemon")),
    stage("libsecret-tools", Probe::Program("secret-tool")),
    stage("util-linux", Probe::Program("unshare")), // a test in a network of its own
    stage("iproute2", Probe::Program("ip")),
    thorough("g++", Probe::Program("c++")), // libFuzzer
];

pub fn prepare(need: Need) -> Result<(), Failure> {
    if !cfg!(target_os = "linux") {
        return Ok(()); // Windows and macOS bring their webview along; there is no stage for them
    }
    let needed: Vec<&Part> = PARTS.iter().filter(|part| part.serves <= need).collect();
    if exists("dpkg-query") && exists("apt-get") { debian(&needed) } else { elsewhere(&needed) }
}

fn debian(needed: &[&Part]) -> Result<(), Failure> {
    let missing: Vec<&str> = needed.iter().map(|part| part.debian).filter(|package| !installed(package)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let list = missing.join(" ");
    eprintln!("Missing system packages: {list}");
    let by_hand = format!("install them with: sudo apt-get install --no-install-recommends {list}");
    let Some(prefix) = as_root() else {
        return Err(format!("this user is not root and there is no sudo; {by_hand}"));
    };
    let apt = |arguments: &[&str]| {
        let mut words = prefix.clone();
        words.extend(["env", "DEBIAN_FRONTEND=noninteractive", "apt-get"]);
        words.extend(arguments);
        let (program, arguments) = words.split_first().unwrap_or((&"apt-get", &[]));
        run(Command::new(program).args(arguments))
    };
    // Without fresh lists the names of files on the mirrors may be gone.
    apt(&["update", "--quiet"]).map_err(|failure| format!("{failure}; {by_hand}"))?;
    let mut install = vec!["install", "--yes", "--quiet", "--no-install-recommends"];
    install.extend(&missing);
    apt(&install).map_err(|failure| format!("{failure}; {by_hand}"))
}

fn installed(package: &str) -> bool {
    answer(Command::new("dpkg-query").args(["-W", "-f=${db:Status-Status}\n", package]))
        .is_some_and(|status| status.lines().any(|line| line == "installed"))
}

/// The words in front of a command that needs root; `None` where there is no way.
fn as_root() -> Option<Vec<&'static str>> {
    if answer(Command::new("id").arg("-u")).is_some_and(|id| id.trim() == "0") {
        return Some(Vec::new());
    }
    if !exists("sudo") {
        return None;
    }
    // Nobody can type a password where there is no terminal.
    Some(if std::io::stdin().is_terminal() { vec!["sudo"] } else { vec!["sudo", "-n"] })
}

fn elsewhere(needed: &[&Part]) -> Result<(), Failure> {
    let missing: Vec<String> = needed
        .iter()
        .filter_map(|part| match part.probe {
            Probe::Program(program) if !exists(program) => Some(format!("the program {program}")),
            Probe::Library(library) if !has_library(library) => Some(format!("the library {library} with its headers")),
            _ => None,
        })
        .collect();
    if missing.is_empty() {
        Ok(())
    } else {
        Err(format!("please install with the package manager of this system: {}", missing.join(", ")))
    }
}

fn has_library(name: &str) -> bool {
    answer(Command::new("pkg-config").args(["--exists", name])).is_some()
}

/// Whether a program is on the path.
pub fn exists(program: &str) -> bool {
    std::env::var_os("PATH").is_some_and(|path| std::env::split_paths(&path).any(|dir| dir.join(program).is_file()))
}

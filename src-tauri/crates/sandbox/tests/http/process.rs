//! The emulator as a process of its own.

use std::io::{BufRead, BufReader};
use std::process::{Child, ChildStdout, Command, Stdio};

/// A running process, ended when the test ends.
struct Process {
    child: Child,
    out: BufReader<ChildStdout>,
}

impl Process {
    fn start(arguments: &[&str]) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_sandbox"));
        command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let out = BufReader::new(child.stdout.take().unwrap());
        Self { child, out }
    }

    /// What it says until it is ready.
    fn announced(&mut self) -> Vec<String> {
        let mut lines = Vec::new();
        loop {
            let mut line = String::new();
            assert_ne!(self.out.read_line(&mut line).unwrap(), 0, "it ended after {lines:?}");
            match line.trim_end() {
                "ready" => return lines,
                said => lines.push(said.to_owned()),
            }
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It has mostly ended already.
        let _ended = self.child.kill();
        let _reaped = self.child.wait();
    }
}

fn value<'a>(lines: &'a [String], name: &str) -> &'a str {
    lines
        .iter()
        .find_map(|line| line.strip_prefix(name)?.strip_prefix('='))
        .unwrap_or_else(|| panic!("no {name} in {lines:?}"))
}

#[tokio::test]
async fn it_says_where_it_is_and_answers_there() {
    for (provider, path, key) in [("loveandpay", "/api/v2", "pk_test_"), ("cryptopocket", "/api", "")] {
        let mut process =
            Process::start(&["--provider", provider, "--port", "0", "--customers", "30", "--odd", "--exit-with-stdin"]);
        let lines = process.announced();
        let base_url = value(&lines, "base_url");
        assert!(base_url.starts_with("http://127.0.0.1:") && base_url.ends_with(path), "{base_url}");
        assert!(value(&lines, "api_key").starts_with(key) && value(&lines, "api_secret").len() >= 32);
        assert_eq!(value(&lines, "customers"), "35");
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        let everybody = client.get(format!("{}/customers", value(&lines, "control_url"))).send().await.unwrap();
        assert_eq!(everybody.json::<serde_json::Value>().await.unwrap()["customers"].as_array().unwrap().len(), 35);

        drop(process.child.stdin.take());
        assert!(process.child.wait().unwrap().success(), "it ends with standard input");
    }
}

#[cfg(unix)]
#[test]
fn it_ends_when_it_is_told_to() {
    let mut process = Process::start(&["--provider", "loveandpay", "--customers", "3"]);
    process.announced();
    let told = Command::new("kill").args(["-TERM", &process.child.id().to_string()]).status().unwrap();
    assert!(told.success());
    assert!(process.child.wait().unwrap().success());
}

#[test]
fn mistakes_are_named() {
    let said = |arguments: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_sandbox")).args(arguments).output().unwrap();
        assert!(!output.status.success(), "{arguments:?}");
        String::from_utf8(output.stderr).unwrap()
    };
    assert!(said(&["--provider", "paypal"]).contains("paypal"));
    assert!(said(&[]).contains("--provider"));
    assert!(said(&["--provider", "cryptopocket", "--rate-limit"]).contains("--rate-limit"));
    assert!(said(&["--provider", "loveandpay", "--customers", "10000001"]).contains("at most 10000000"));
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    assert!(said(&["--provider", "loveandpay", "--port", &port]).contains(&port));
}

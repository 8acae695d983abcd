//! A scripted HTTP server for the tests: it expects exactly the requests of its script, in order, and answers each with
//! the bytes that the script gives. Anything else is answered with 500 and fails the test.

#![allow(dead_code, reason = "each test file uses a part of it")]
#![allow(clippy::unwrap_used, reason = "a server that cannot run fails its test")]

use std::collections::VecDeque;
use std::fmt::Write as _;
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// A request as it came.
#[derive(Debug, Clone)]
pub struct Request {
    pub method: String,
    /// Path and query, as sent.
    pub target: String,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    pub body: String,
}

impl Request {
    /// A header's value; panics where it stands twice.
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut values = self.headers.iter().filter(|(other, _)| other == name).map(|(_, value)| value.as_str());
        let value = values.next();
        assert!(values.next().is_none(), "{name} stands twice");
        value
    }
}

type Check = Box<dyn Fn(&Request) -> Result<(), String> + Send>;

/// One request of the script.
pub struct Expected {
    line: String,
    checks: Vec<Check>,
    reply: Vec<u8>,
    then: Then,
}

enum Then {
    Close,
    /// Keep the connection open and say nothing more.
    Silence,
}

/// Expects a request with that method, path and query, such as `GET /api/v2/customers?limit=100`.
pub fn expect(line: &str) -> Expected {
    Expected { line: line.to_owned(), checks: Vec::new(), reply: Vec::new(), then: Then::Close }
}

impl Expected {
    /// The header must be there with that value.
    pub fn header(mut self, name: &'static str, value: &str) -> Self {
        let value = value.to_owned();
        self.checks.push(Box::new(move |request| match request.header(name) {
            Some(found) if found == value => Ok(()),
            found => Err(format!("{name}: expected {value:?}, found {found:?}")),
        }));
        self
    }

    /// The header must not be there.
    pub fn without_header(mut self, name: &'static str) -> Self {
        self.checks.push(Box::new(move |request| match request.header(name) {
            None => Ok(()),
            Some(found) => Err(format!("{name}: expected none, found {found:?}")),
        }));
        self
    }

    /// The body must be that text.
    pub fn body(mut self, body: &str) -> Self {
        let body = body.to_owned();
        self.checks.push(Box::new(move |request| {
            if request.body == body {
                Ok(())
            } else {
                Err(format!("body: expected {body:?}, found {:?}", request.body))
            }
        }));
        self
    }

    /// Answers with JSON.
    pub fn json(self, status: u16, body: &str) -> Self {
        self.reply(status, &[("content-type", "application/json")], body.as_bytes())
    }

    /// Answers with these headers and this body.
    pub fn reply(mut self, status: u16, headers: &[(&str, &str)], body: &[u8]) -> Self {
        let mut head = format!("HTTP/1.1 {status} Status\r\nconnection: close\r\n");
        for (name, value) in headers {
            write!(head, "{name}: {value}\r\n").unwrap();
        }
        write!(head, "content-length: {}\r\n\r\n", body.len()).unwrap();
        self.reply = [head.as_bytes(), body].concat();
        self
    }

    /// Answers with these bytes and closes.
    pub fn raw(mut self, bytes: impl Into<Vec<u8>>) -> Self {
        self.reply = bytes.into();
        self
    }

    /// Closes the connection without an answer.
    pub fn closed(self) -> Self {
        self.raw("")
    }

    /// Cuts the last bytes of the answer off.
    pub fn cut(mut self, bytes: usize) -> Self {
        self.reply.truncate(self.reply.len() - bytes);
        self
    }

    /// After its bytes the answer neither goes on nor ends.
    pub fn then_silence(mut self) -> Self {
        self.then = Then::Silence;
        self
    }
}

#[derive(Default)]
struct Script {
    expected: VecDeque<Expected>,
    seen: Vec<Request>,
    failures: Vec<String>,
}

/// The server; stops when dropped.
pub struct Server {
    origin: String,
    script: Arc<Mutex<Script>>,
    task: JoinHandle<()>,
}

impl Server {
    /// Starts on a free port.
    pub async fn start(script: impl IntoIterator<Item = Expected>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let script = Script { expected: script.into_iter().collect(), ..Script::default() };
        let script = Arc::new(Mutex::new(script));
        let task = tokio::spawn(serve(listener, Arc::clone(&script)));
        Self { origin, script, task }
    }

    /// Scheme, host and port.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// The requests so far.
    pub fn seen(&self) -> Vec<Request> {
        self.script.lock().unwrap().seen.clone()
    }

    /// The whole script was played, and nothing else came.
    #[track_caller]
    pub fn finish(self) -> Vec<Request> {
        let script = self.script.lock().unwrap();
        assert!(script.failures.is_empty(), "{}", script.failures.join("\n"));
        let left: Vec<_> = script.expected.iter().map(|expected| &expected.line).collect();
        assert!(left.is_empty(), "never asked for: {left:?}");
        script.seen.clone()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// An address on this computer where nobody listens.
pub async fn nobody() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    format!("http://{}", listener.local_addr().unwrap())
}

async fn serve(listener: TcpListener, script: Arc<Mutex<Script>>) {
    let mut silent = Vec::new();
    while let Ok((mut stream, _)) = listener.accept().await {
        let Some(request) = read(&mut stream).await else { continue };
        let (reply, then) = answer(&request, &mut script.lock().unwrap());
        // A client that has read enough may be gone.
        let _ = stream.write_all(&reply).await;
        match then {
            Then::Close => {
                let _ = stream.shutdown().await;
            }
            Then::Silence => silent.push(stream),
        }
    }
}

fn answer(request: &Request, script: &mut Script) -> (Vec<u8>, Then) {
    script.seen.push(request.clone());
    let line = format!("{} {}", request.method, request.target);
    let refused = b"HTTP/1.1 500 Unexpected\r\nconnection: close\r\ncontent-length: 0\r\n\r\n".to_vec();
    let Some(expected) = script.expected.pop_front() else {
        script.failures.push(format!("nothing expected, found {line}"));
        return (refused, Then::Close);
    };
    let mut wrong: Vec<String> = expected.checks.iter().filter_map(|check| check(request).err()).collect();
    if line != expected.line {
        wrong.push(format!("expected {}", expected.line));
    }
    if wrong.is_empty() {
        return (expected.reply, expected.then);
    }
    script.failures.push(format!("{line}: {}", wrong.join("; ")));
    (refused, Then::Close)
}

async fn read(stream: &mut TcpStream) -> Option<Request> {
    let mut bytes = Vec::new();
    let head_end = loop {
        if let Some(at) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            break at;
        }
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    };
    let head = String::from_utf8(bytes[..head_end].to_vec()).ok()?;
    let mut lines = head.split("\r\n");
    let mut first = lines.next()?.split(' ');
    let (method, target) = (first.next()?.to_owned(), first.next()?.to_owned());
    let headers: Vec<(String, String)> = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
        .collect();
    let length = headers.iter().find(|(name, _)| name == "content-length");
    let length: usize = length.map_or(0, |(_, value)| value.parse().unwrap());
    while bytes.len() < head_end + 4 + length {
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    }
    let body = String::from_utf8(bytes[head_end + 4..].to_vec()).ok()?;
    Some(Request { method, target, headers, body })
}

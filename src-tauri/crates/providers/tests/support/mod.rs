//! A scripted HTTP server for the tests: it expects exactly the requests of its script, in order, and answers each with
//! the bytes that the script gives. Anything else is answered with 500 and fails the test.

#![allow(dead_code, reason = "each test file uses a part of it")]
#![allow(clippy::unwrap_used, reason = "a server that cannot run fails its test")]

use std::collections::VecDeque;
use std::fmt::Write as _;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};

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
    /// How long the reply waits.
    after: Duration,
    /// How many bytes go out at a time, and the pause between.
    pieces: Option<(usize, Duration)>,
    then: Then,
}

#[derive(Clone, Copy)]
enum Then {
    Close,
    /// Keep the connection open and say nothing more.
    Silence,
    /// End the connection with a TCP segment that says so.
    Reset,
}

/// Expects a request with that method, path and query, such as `GET /api/v2/customers?limit=100`.
pub fn expect(line: &str) -> Expected {
    Expected {
        line: line.to_owned(),
        checks: Vec::new(),
        reply: Vec::new(),
        after: Duration::ZERO,
        pieces: None,
        then: Then::Close,
    }
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

    /// After its bytes the connection is reset (RST).
    pub fn then_reset(mut self) -> Self {
        self.then = Then::Reset;
        self
    }

    /// The answer comes later.
    pub fn after(mut self, wait: Duration) -> Self {
        self.after = wait;
        self
    }

    /// The answer comes so many bytes at a time.
    pub fn in_pieces(mut self, bytes: usize, pause: Duration) -> Self {
        self.pieces = Some((bytes, pause));
        self
    }

    async fn deliver(self, mut stream: TcpStream) {
        tokio::time::sleep(self.after).await;
        // A client that has read enough, or waited enough, may be gone.
        match self.pieces {
            None => {
                let _ = stream.write_all(&self.reply).await;
            }
            Some((bytes, pause)) => {
                for piece in self.reply.chunks(bytes) {
                    if stream.write_all(piece).await.is_err() {
                        return;
                    }
                    tokio::time::sleep(pause).await;
                }
            }
        }
        match self.then {
            Then::Close => {
                let _ = stream.shutdown().await;
            }
            Then::Reset => {
                let _ = stream.set_zero_linger();
            }
            Then::Silence => {
                // Until the client gives up.
                let _ = stream.read(&mut [0; 1]).await;
            }
        }
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
    let mut delivering = JoinSet::new();
    while let Ok((mut stream, _)) = listener.accept().await {
        let Some(request) = read(&mut stream).await else { continue };
        let expected = answer(&request, &mut script.lock().unwrap());
        delivering.spawn(expected.deliver(stream));
    }
}

/// A server that answers each request by what it asks for, and not by a script.
pub struct Answering {
    origin: String,
    seen: Arc<Mutex<Vec<Request>>>,
    task: JoinHandle<()>,
}

impl Answering {
    /// Starts on a free port.
    pub async fn start(answer: impl Fn(&Request) -> Expected + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let seen: Arc<Mutex<Vec<Request>>> = Arc::default();
        let noted = Arc::clone(&seen);
        let task = tokio::spawn(async move {
            let mut delivering = JoinSet::new();
            while let Ok((mut stream, _)) = listener.accept().await {
                let Some(request) = read(&mut stream).await else { continue };
                noted.lock().unwrap().push(request.clone());
                delivering.spawn(answer(&request).deliver(stream));
            }
        });
        Self { origin, seen, task }
    }

    /// Scheme, host and port.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// The requests so far.
    pub fn seen(&self) -> Vec<Request> {
        self.seen.lock().unwrap().clone()
    }
}

impl Drop for Answering {
    fn drop(&mut self) {
        self.task.abort();
    }
}

fn answer(request: &Request, script: &mut Script) -> Expected {
    script.seen.push(request.clone());
    let line = format!("{} {}", request.method, request.target);
    let refused = expect("").raw("HTTP/1.1 500 Unexpected\r\nconnection: close\r\ncontent-length: 0\r\n\r\n");
    let Some(expected) = script.expected.pop_front() else {
        script.failures.push(format!("nothing expected, found {line}"));
        return refused;
    };
    let mut wrong: Vec<String> = expected.checks.iter().filter_map(|check| check(request).err()).collect();
    if line != expected.line {
        wrong.push(format!("expected {}", expected.line));
    }
    if wrong.is_empty() {
        return expected;
    }
    script.failures.push(format!("{line}: {}", wrong.join("; ")));
    refused
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

//! That one connection serves many requests.

use super::tests::{Bare, LONG, UNLIMITED, core, read};
use super::*;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};

/// Answers every request with `body` and keeps the connection open, on threads of its own. Counts the connections.
fn keeping_open(body: Vec<u8>) -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    let count = Arc::new(AtomicUsize::new(0));
    let (counted, body) = (Arc::clone(&count), Arc::new(body));
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            counted.fetch_add(1, Ordering::SeqCst);
            let (stream, body) = (stream.unwrap(), Arc::clone(&body));
            std::thread::spawn(move || serve(&stream, &body));
        }
    });
    (origin, count)
}

fn serve(stream: &TcpStream, body: &[u8]) -> std::io::Result<()> {
    let (mut lines, mut out) = (BufReader::new(stream).lines(), stream);
    stream.set_nodelay(true)?;
    loop {
        loop {
            match lines.next() {
                Some(line) if line.as_ref().is_ok_and(String::is_empty) => break,
                Some(line) => drop(line?),
                None => return Ok(()),
            }
        }
        write!(out, "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n", body.len())?;
        out.write_all(body)?;
    }
}

/// A page of customers is as large.
fn page() -> Vec<u8> {
    format!("[{}0]", "\"some text of a customer\",".repeat(1_500)).into_bytes()
}

/// Asks `requests` times, one after another, and keeps its thread busy between, as reading a page does: what else waits
/// for that thread must not be what gives the connection back.
async fn ask(core: Arc<Core>, requests: usize) {
    for _ in 0..requests {
        let answer = core.send(&read(), &mut Bare).await.unwrap();
        assert!(std::hint::black_box(answer.body.bytes().map(usize::from).sum::<usize>()) > 0);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn requests_one_after_another_share_their_connections() {
    let (origin, connections) = keeping_open(page());
    let core = Arc::new(core(&origin, UNLIMITED, LONG).0);
    tokio::spawn(ask(core, 300)).await.unwrap();
    // One, and another where a thread was taken away between an answer and the next request.
    let opened = connections.load(Ordering::SeqCst);
    assert!(opened <= 3, "{opened} connections for 300 requests");
}

#[tokio::test]
async fn requests_one_after_another_on_one_thread_share_one_connection() {
    let (origin, connections) = keeping_open(page());
    ask(Arc::new(core(&origin, UNLIMITED, LONG).0), 100).await;
    assert_eq!(connections.load(Ordering::SeqCst), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn requests_side_by_side_share_as_many_connections_as_they_are() {
    let (origin, connections) = keeping_open(page());
    let core = Arc::new(core(&origin, UNLIMITED, LONG).0);
    let tasks: Vec<_> = (0..4).map(|_| tokio::spawn(ask(Arc::clone(&core), 100))).collect();
    for task in tasks {
        task.await.unwrap();
    }
    let opened = connections.load(Ordering::SeqCst);
    assert!(opened <= 12, "{opened} connections for 400 requests, four at a time");
}

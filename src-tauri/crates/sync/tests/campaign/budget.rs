//! The request budget over walks, officers' requests and processes that are killed, on a clock that the test owns: at no
//! moment more requests than allowed, counted by whoever answers them.

use super::truth::connection;
use super::{Numbers, cases, told};
use directory::Book;
use kyc::{Credential, ProviderId, RequestLimits};
use providers::clock::{Clock, ManualClock};
use providers::{Cursor, ListFilter, Provider, address, registry};
use std::fmt::Write as _;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use sync::walk;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

const PER_MINUTE: u32 = 30;
const PER_HOUR: u32 = 200;
const PAGE: usize = 100;
const TOTAL: usize = 40_000;

/// Answers every request with a page of customers and writes down when.
struct Provided {
    address: String,
    answered: Arc<Mutex<Vec<Duration>>>,
}

async fn provided(clock: Arc<ManualClock>) -> Provided {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}/api/v2", listener.local_addr().unwrap());
    let answered = Arc::new(Mutex::new(Vec::new()));
    let count = Arc::clone(&answered);
    tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            let (clock, count) = (Arc::clone(&clock), Arc::clone(&count));
            tokio::spawn(async move {
                let mut request = Vec::new();
                let mut chunk = [0; 4_096];
                while let Ok(read @ 1..) = stream.read(&mut chunk).await {
                    request.extend_from_slice(&chunk[..read]);
                    if !request.ends_with(b"\r\n\r\n") {
                        continue;
                    }
                    count.lock().unwrap().push(clock.elapsed());
                    let line = String::from_utf8_lossy(&request).into_owned();
                    let offset = line
                        .split("offset=")
                        .nth(1)
                        .and_then(|rest| rest.split(|other: char| !other.is_ascii_digit()).next()?.parse().ok());
                    let body = page(offset.unwrap_or(0));
                    let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length:";
                    let answer = format!("{head} {}\r\n\r\n{body}", body.len());
                    if stream.write_all(answer.as_bytes()).await.is_err() {
                        return;
                    }
                    request.clear();
                }
            });
        }
    });
    Provided { address, answered }
}

fn page(offset: usize) -> String {
    let mut rows = String::new();
    for row in offset..(offset + PAGE).min(TOTAL) {
        let comma = if rows.is_empty() { "" } else { "," };
        write!(rows, r#"{comma}{{"id":"customer-{row}","fullName":"Customer","kycStatus":"PENDING"}}"#).unwrap();
    }
    format!(r#"{{"success":true,"data":[{rows}],"pagination":{{"total":{TOTAL},"limit":{PAGE},"offset":{offset}}}}}"#)
}

async fn connect(book: &Book, address: &str, clock: &Arc<ManualClock>) -> Arc<dyn Provider> {
    let stored = book.reader().budget(&super::truth::connection_id()).await.unwrap();
    registry::connect(
        &ProviderId::new("loveandpay"),
        &address::parse(address).unwrap(),
        RequestLimits { per_minute: Some(PER_MINUTE), per_hour: Some(PER_HOUR) },
        Credential::parse("pk_test_0123456789", "sk_test_0123456789").unwrap(),
        Arc::clone(clock) as Arc<dyn Clock>,
        stored.as_deref(),
    )
    .unwrap()
}

#[tokio::test]
async fn no_window_ever_holds_more_than_allowed() {
    let clock = Arc::new(ManualClock::at(jiff::Timestamp::now()));
    let provided = provided(Arc::clone(&clock)).await;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("book.db");
    let book = Book::create(&path, &super::truth::SECRET.into()).unwrap();
    book.writer().add_connection(connection(&provided.address)).await.unwrap();
    book.close().await;
    let mut numbers = Numbers(7);
    let starts = cases(300, 25);
    for _ in 0..starts {
        let book = Book::open(&path, &super::truth::SECRET.into()).unwrap();
        let client = connect(&book, &provided.address, &clock).await;
        let (writer, id, cancel) = (book.writer(), super::truth::connection_id(), CancellationToken::new());
        let until = provided.answered.lock().unwrap().len() + usize::try_from(numbers.below(40)).unwrap();
        let walking = walk(client.as_ref(), &writer, &id, clock.as_ref(), &cancel, |_| {});
        let walking = providers::in_background(walking);
        // The process is killed once so many requests were answered, in the middle of whatever it does.
        let killed = async {
            while provided.answered.lock().unwrap().len() <= until {
                tokio::task::yield_now().await;
            }
        };
        tokio::select! {
            walked = walking => drop(walked.unwrap()),
            () = killed => {}
        }
        // An officer's request or two, of which nothing is stored any more.
        for _ in 0..numbers.below(3) {
            let _ = client.customers(&ListFilter::default(), &Cursor::start()).await;
        }
        drop(client);
        book.close().await;
        clock.advance(Duration::from_millis(numbers.below(90_000)));
    }
    let answered = provided.answered.lock().unwrap().clone();
    assert!(answered.len() > 100, "{} requests say little", answered.len());
    told(&format!("{starts} starts, {} requests", answered.len()));
    for (span, most) in [(Duration::from_secs(60), PER_MINUTE), (Duration::from_secs(3_600), PER_HOUR)] {
        let fullest = (0..answered.len())
            .map(|first| answered[first..].iter().take_while(|at| **at <= answered[first] + span).count());
        let fullest = fullest.max().unwrap();
        assert!(fullest <= most as usize, "{fullest} requests in {span:?}, of {most}");
    }
}

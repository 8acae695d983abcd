//! Reading: order, chunks, snapshots, and readers beside a writer.

use super::support::{Desk, customer, id, minute, page, trouble};
use crate::{Reader, RunReport};
use kyc::{BookCustomer, CustomerKey, Trouble};
use std::collections::HashSet;

async fn scan(reader: Reader, size: usize) -> Vec<Vec<BookCustomer>> {
    let blocking = move || {
        let mut chunks = Vec::new();
        reader.for_each_chunk(size, |chunk| chunks.push(chunk)).unwrap();
        chunks
    };
    tokio::task::spawn_blocking(blocking).await.unwrap()
}

#[tokio::test]
async fn customers_come_in_the_order_asked() {
    let desk = Desk::new().await;
    let run = desk.begin(minute(0)).await;
    let customers: Vec<_> = (0..10).map(|number| customer(&number.to_string())).collect();
    desk.land(run.id, &customers, minute(1)).await;
    let asked = [7, 3, 99, 3, 0, 1, u32::MAX].map(CustomerKey).to_vec();
    let got: Vec<_> = desk.book.reader().customers(asked).await.unwrap().into_iter().map(|book| book.key.0).collect();
    assert_eq!(got, [7, 3, 3, 1], "missing ones are left out, others as often as they were asked for");
    assert_eq!(desk.book.reader().customers(Vec::new()).await.unwrap(), []);
}

#[tokio::test]
async fn a_scan_brings_everybody_once() {
    let desk = Desk::new().await;
    assert_eq!(scan(desk.book.reader(), 10).await, Vec::<Vec<BookCustomer>>::new(), "an empty book has no chunk");
    let run = desk.begin(minute(0)).await;
    let customers: Vec<_> = (0..250).map(|number| customer(&number.to_string())).collect();
    desk.land(run.id, &customers, minute(1)).await;
    for (size, sizes) in [(100, vec![100, 100, 50]), (125, vec![125, 125]), (1_000, vec![250]), (0, vec![1; 250])] {
        let chunks = scan(desk.book.reader(), size).await;
        assert_eq!(chunks.iter().map(Vec::len).collect::<Vec<_>>(), sizes, "chunks of {size}");
        let keys: Vec<_> = chunks.iter().flatten().map(|book| book.key.0).collect();
        assert_eq!(keys, (1..=250).collect::<Vec<_>>());
        assert!(chunks.iter().flatten().all(|book| book.customer.raw.is_empty()), "raw records are passed by");
    }
}

#[tokio::test]
async fn a_visitor_that_panics_leaves_the_book_usable() {
    let desk = Desk::new().await;
    let run = desk.begin(minute(0)).await;
    let customers: Vec<_> = (0..100).map(|number| customer(&number.to_string())).collect();
    desk.land(run.id, &customers, minute(1)).await;
    for _ in 0..5 {
        let reader = desk.book.reader();
        let visit = move || reader.for_each_chunk(1, |_| panic!("in the middle"));
        assert!(tokio::task::spawn_blocking(visit).await.is_err());
    }
    assert_eq!(scan(desk.book.reader(), 100).await[0].len(), 100);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn readers_see_whole_pages_while_a_walk_writes() {
    const PAGES: usize = 40;
    const ROWS: usize = 25;
    let desk = Desk::new().await;
    let run = desk.begin(minute(0)).await;
    let writer = desk.book.writer();
    let writing = tokio::spawn(async move {
        for number in 0..PAGES {
            let customers: Vec<_> = (0..ROWS).map(|row| customer(&format!("{number}-{row}"))).collect();
            let mut page = page(run.id, &customers, minute(1));
            page.checkpoint = Some(number.to_string());
            writer.land_page(page).await.unwrap();
        }
    });
    let reading: Vec<_> = (0..4)
        .map(|_| {
            let reader = desk.book.reader();
            tokio::spawn(async move {
                let mut before = 0;
                while before < PAGES * ROWS {
                    let now: usize = scan(reader.clone(), 1_000).await.iter().map(Vec::len).sum();
                    assert!(now.is_multiple_of(ROWS), "{now} customers are not whole pages");
                    assert!(now >= before, "what was there stays there");
                    before = now;
                    tokio::task::yield_now().await;
                }
            })
        })
        .collect();
    writing.await.unwrap();
    for reading in reading {
        reading.await.unwrap();
    }
}

#[tokio::test]
async fn what_was_written_is_read_at_once() {
    let desk = Desk::new().await;
    let run = desk.begin(minute(0)).await;
    let mut keys = HashSet::new();
    for number in 0..50 {
        let landed = desk.land(run.id, &[customer(&number.to_string())], minute(1)).await;
        let key = landed.customers[0].key;
        assert!(desk.book.reader().customer(key).await.unwrap().is_some(), "customer {number}");
        keys.insert(key);
    }
    assert_eq!(keys.len(), 50);
}

#[tokio::test]
async fn a_closed_book_answers_nobody() {
    let desk = Desk::new().await;
    let (reader, writer) = (desk.book.reader(), desk.book.writer());
    desk.book.close().await;
    assert_eq!(trouble(reader.connections().await), Trouble::Cancelled);
    assert_eq!(trouble(writer.begin_run(id("one"), minute(0)).await), Trouble::Cancelled);
    let scanned = tokio::task::spawn_blocking(move || reader.for_each_chunk(1, |_| ())).await.unwrap();
    assert_eq!(trouble(scanned), Trouble::Cancelled);
}

#[tokio::test]
async fn a_reader_cannot_write() {
    let desk = Desk::new().await;
    let written =
        desk.book.reader().threads.run(|connection| Ok(connection.execute("DELETE FROM connections", [])?)).await;
    assert_eq!(written, Err(crate::fault::Fault(Trouble::DiskReadOnly)));
}

#[tokio::test]
async fn runs_are_listed_newest_first() {
    let desk = Desk::new().await;
    for number in 0..5 {
        let run = desk.begin(minute(number)).await;
        desk.book.writer().finish_run(run.id, super::support::complete(), minute(number)).await.unwrap();
    }
    let reader = desk.book.reader();
    let started = |reports: &[RunReport]| reports.iter().map(|report| report.run.started).collect::<Vec<_>>();
    let first = reader.runs(Some(id("one")), None, 3).await.unwrap();
    assert_eq!(started(&first), [minute(4), minute(3), minute(2)]);
    let rest = reader.runs(Some(id("one")), Some(first[2].run.id), 3).await.unwrap();
    assert_eq!(started(&rest), [minute(1), minute(0)]);
    assert_eq!(reader.runs(None, None, 9).await.unwrap().len(), 5);
    assert_eq!(trouble(reader.runs(Some(id("none")), None, 3).await), Trouble::NotFound);
}

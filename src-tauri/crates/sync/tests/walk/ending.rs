//! Lists whose end or total cannot be believed: no walk goes on for ever.

use super::scripted::{Desk, Scripted};
use async_trait::async_trait;
use kyc::{Problem, RejectedRecord};
use providers::budget::Budget;
use providers::{Cursor, Description, ListFilter, Page, Provider, Verified};
use std::collections::BTreeSet;
use std::sync::Mutex;
use sync::{Progress, walk};
use tokio_util::sync::CancellationToken;

#[tokio::test]
async fn an_empty_list_is_complete() {
    let desk = Desk::new().await;
    let walked = desk.walk(&Scripted::of(0, &desk.clock)).await.unwrap();
    assert_eq!((walked.complete, walked.seen), (true, 0));
}

#[tokio::test]
async fn a_total_that_never_adds_up_ends_and_marks_nobody() {
    let desk = Desk::new().await;
    desk.walk(&Scripted::of(30, &desk.clock)).await.unwrap();
    let mut wrong = Scripted::of(20, &desk.clock);
    wrong.announced = Box::new(|_| Some(1_000));
    let walked = desk.walk(&wrong).await.unwrap();
    assert!(!walked.complete);
    assert!(walked.unlisted.is_empty(), "an incomplete walk proves nothing about anybody");
    assert!(wrong.answered() <= 9, "three passes of three pages at most, not {}", wrong.answered());
}

#[tokio::test]
async fn a_provider_that_repeats_one_page_is_left() {
    let desk = Desk::new().await;
    let mut endless = Scripted::of(10, &desk.clock);
    endless.repeats_for_ever = true;
    endless.announced = Box::new(|_| Some(5_000));
    let walked = desk.walk(&endless).await.unwrap();
    assert_eq!((walked.complete, walked.seen), (false, 10));
    assert!(endless.answered() <= 7, "two pages a pass and one asked for ahead, not {}", endless.answered());
}

#[tokio::test]
async fn a_list_beyond_any_honest_one_ends_the_walk_and_not_the_next_one() {
    let desk = Desk::new().await;
    let mut provider = Scripted::of(60, &desk.clock);
    provider.endless_from = Some(30);
    provider.announced = Box::new(|_| None);
    for _ in 0..2 {
        let walked = desk.walk(&provider).await.unwrap();
        assert_eq!((walked.complete, walked.seen, walked.unlisted.len()), (false, 30, 0));
        assert_eq!(desk.ids(true).len(), 30, "what landed stays");
    }
    provider.endless_from = None;
    let walked = desk.walk(&provider).await.unwrap();
    assert_eq!((walked.complete, walked.seen), (true, 60));
}

#[tokio::test]
async fn without_a_total_the_end_of_the_list_is_the_end() {
    let desk = Desk::new().await;
    let mut silent = Scripted::of(25, &desk.clock);
    silent.announced = Box::new(|_| None);
    let walked = desk.walk(&silent).await.unwrap();
    assert_eq!((walked.complete, walked.seen), (true, 25));
}

#[tokio::test]
async fn a_list_that_repeats_itself_without_a_total_proves_nobody_gone() {
    let desk = Desk::new().await;
    desk.walk(&Scripted::of(30, &desk.clock)).await.unwrap();
    let mut endless = Scripted::of(10, &desk.clock);
    endless.repeats_for_ever = true;
    endless.announced = Box::new(|_| None);
    let walked = desk.walk(&endless).await.unwrap();
    assert_eq!((walked.complete, walked.seen), (false, 10));
    assert_eq!(desk.ids(false), BTreeSet::new());
    assert!(endless.answered() <= 7, "two pages a pass and one asked for ahead, not {}", endless.answered());
}

#[tokio::test]
async fn a_total_that_grows_with_every_page_ends() {
    let desk = Desk::new().await;
    let mut growing = Scripted::of(30, &desk.clock);
    let grown = Mutex::new(30_u64);
    growing.announced = Box::new(move |_| {
        let mut grown = grown.lock().unwrap();
        *grown += 25;
        Some(*grown)
    });
    let walked = desk.walk(&growing).await.unwrap();
    assert_eq!((walked.complete, walked.seen), (false, 30));
    assert!(growing.answered() <= 15, "three passes of four pages and a head at most, not {}", growing.answered());
}

#[tokio::test]
async fn records_that_cannot_be_read_do_not_make_a_walk_incomplete() {
    #[derive(Debug)]
    struct OneBad(Scripted);
    #[async_trait]
    impl Provider for OneBad {
        fn description(&self) -> &'static Description {
            self.0.description()
        }
        fn budget(&self) -> &Budget {
            self.0.budget()
        }
        async fn verify(&self) -> Result<Verified, Problem> {
            self.0.verify().await
        }
        async fn customers(&self, filter: &ListFilter, cursor: &Cursor) -> Result<Page, Problem> {
            let mut page = self.0.customers(filter, cursor).await?;
            if cursor.is_start() {
                page.customers.remove(0);
                page.rejected.push(RejectedRecord { position: 0, reason: "no id".into(), raw: "{}".into() });
            }
            Ok(page)
        }
    }
    let desk = Desk::new().await;
    let provider = OneBad(Scripted::of(15, &desk.clock));
    let cancel = CancellationToken::new();
    let mut counted = 0;
    let walked = walk(&provider, &desk.writer, &desk.connection, desk.clock.as_ref(), &cancel, |progress| {
        if let Progress::Landed { rejected, .. } = progress {
            counted = rejected;
        }
    });
    let walked = walked.await.unwrap();
    assert_eq!((walked.complete, walked.seen), (true, 14));
    assert_eq!(counted, 1, "the closing look at the head meets the record again and does not count it again");
}

//! Pages on their way into the book: all that came land, in order, and few are ahead of it.

use super::scripted::{Desk, PAGE, Scripted};
use kyc::Trouble;
use providers::clock::Clock;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use sync::Progress;
use tokio_util::sync::CancellationToken;

/// Pages that have come and are not in the book yet, at most; one more may be asked for, and one more be told of late.
const MOST_UNLANDED: usize = 64;

#[tokio::test]
async fn every_page_lands() {
    let desk = Desk::new().await;
    let provider = Scripted::of(95, &desk.clock);
    let mut seen = Vec::new();
    let walked = desk
        .walk_with(&provider, &CancellationToken::new(), |progress| {
            if let Progress::Landed { seen: now, announced, .. } = progress {
                assert_eq!(announced, Some(95));
                seen.push(now);
            }
        })
        .await
        .unwrap();
    assert_eq!((walked.complete, walked.seen), (true, 95));
    assert!(seen.windows(2).all(|pair| pair[0] <= pair[1]), "progress goes one way: {seen:?}");
    assert_eq!(desk.ids(true), (1..=95).collect());
}

#[tokio::test]
async fn a_used_up_budget_is_waited_for() {
    let desk = Desk::new().await;
    let until = desk.clock.now() + jiff::SignedDuration::from_secs(40);
    let provider = Scripted::of(50, &desk.clock).trouble_at(2, Trouble::RateLimited { until: Some(until) });
    let mut waits = Vec::new();
    let walked = desk
        .walk_with(&provider, &CancellationToken::new(), |progress| {
            if let Progress::Waiting { until } = progress {
                waits.push(until);
            }
        })
        .await
        .unwrap();
    assert_eq!((walked.complete, walked.seen), (true, 50));
    assert_eq!(waits, [until]);
    assert_eq!(desk.clock.slept().iter().sum::<Duration>(), Duration::from_secs(40));
}

#[tokio::test]
async fn after_a_failure_the_next_walk_goes_on_behind_what_landed() {
    let desk = Desk::new().await;
    let provider = Scripted::of(60, &desk.clock).trouble_at(4, Trouble::Offline);
    assert_eq!(desk.walk(&provider).await.unwrap_err().trouble, Trouble::Offline);
    assert_eq!(desk.ids(true).len(), 40, "four pages landed");
    let walked = desk.walk(&provider).await.unwrap();
    assert_eq!((walked.complete, walked.seen), (true, 60));
    assert_eq!(provider.answered(), 8, "of the pages that had landed only the head was fetched again, for newcomers");
}

#[tokio::test]
async fn a_stopped_walk_keeps_what_came() {
    let desk = Desk::new().await;
    let provider = Scripted::of(1_000, &desk.clock);
    let (cancel, mut seen) = (CancellationToken::new(), 0);
    let stopped = desk
        .walk_with(&provider, &cancel, |progress| {
            if let Progress::Landed { seen: now, .. } = progress {
                seen = usize::try_from(now).unwrap();
                if seen >= 20 {
                    cancel.cancel();
                }
            }
        })
        .await;
    assert_eq!(stopped.unwrap_err().trouble, Trouble::Cancelled);
    assert_eq!(desk.ids(true).len(), seen, "all that is in the book was told");
    let came = provider.answered();
    assert!((20..1_000).contains(&seen) && came - seen / PAGE <= 1, "{seen} landed of {came} pages that came");
    assert_eq!(desk.walk(&provider).await.unwrap().seen, 1_000);
    // A hundred pages and the empty one behind them, the head, and at most the one that was stopped on its way.
    assert!(provider.answered() <= 103, "what landed is not asked for again");
}

#[tokio::test]
async fn pages_land_while_others_are_fetched_and_few_are_ahead() {
    let desk = Desk::new().await;
    let asked = Arc::new(Mutex::new(0_usize));
    let counted = Arc::clone(&asked);
    let provider = Scripted::of(995, &desk.clock).after_page(move |_, _| *counted.lock().unwrap() += 1);
    let mut ahead = Vec::new();
    let walked = desk
        .walk_with(&provider, &CancellationToken::new(), |progress| {
            if matches!(progress, Progress::Landed { .. }) {
                ahead.push(*asked.lock().unwrap() - ahead.len());
            }
        })
        .await
        .unwrap();
    assert!(walked.complete);
    // A hundred pages and the empty one behind them, then the look at the head.
    assert_eq!(ahead.len(), 102);
    let (head, list) = ahead.split_last().unwrap();
    assert!(
        list[..100].iter().all(|ahead| *ahead >= 2),
        "the next page was asked for before this one landed: {ahead:?}"
    );
    assert!(list.iter().all(|ahead| *ahead <= MOST_UNLANDED + 2), "{ahead:?}");
    assert_eq!((*head, provider.answered()), (1, 102), "not one request too many");
}

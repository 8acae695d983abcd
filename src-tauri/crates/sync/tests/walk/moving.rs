//! Rows that move while they are walked: nobody is lost, and who is there is not marked.

use super::scripted::{Desk, Scripted};
use kyc::Trouble;
use proptest::prelude::*;
use std::collections::BTreeSet;
use std::time::Duration;

#[tokio::test]
async fn a_removal_before_the_walker_hides_nobody() {
    let desk = Desk::new().await;
    // After the third page the newest goes, and everybody behind moves up by one: one of them is skipped by this pass.
    let provider = Scripted::of(50, &desk.clock).after_page(|page, list| {
        if page == 2 {
            list.remove(0);
        }
    });
    let walked = desk.walk(&provider).await.unwrap();
    assert!(walked.complete);
    assert_eq!(desk.ids(true), (1..=50).collect(), "the one who was removed was seen before, by this very walk");
}

#[tokio::test]
async fn newcomers_at_the_head_are_found_by_the_closing_pass() {
    let desk = Desk::new().await;
    let provider = Scripted::of(50, &desk.clock).after_page(|page, list| {
        if page == 1 {
            list.splice(0..0, [1_002, 1_001]);
        }
    });
    let walked = desk.walk(&provider).await.unwrap();
    assert_eq!((walked.complete, walked.seen), (true, 52));
    assert!(desk.ids(true).is_superset(&BTreeSet::from([1_001, 1_002])));
}

#[tokio::test]
async fn a_removal_during_an_interruption_is_noticed() {
    let desk = Desk::new().await;
    let provider = Scripted::of(60, &desk.clock).trouble_at(3, Trouble::Offline);
    desk.walk(&provider).await.unwrap_err();
    provider.list.lock().unwrap().remove(0);
    *provider.troubles.lock().unwrap() = vec![(5, Trouble::Offline)];
    desk.walk(&provider).await.unwrap_err();
    // Twice interrupted, the pass still knows that the list has shrunk.
    let walked = desk.walk(&provider).await.unwrap();
    assert!(walked.complete);
    assert_eq!(desk.ids(true).len(), 60, "customer 30 moved up past the walker and was found");
}

#[tokio::test]
async fn newcomers_during_an_interruption_are_found() {
    let desk = Desk::new().await;
    let provider = Scripted::of(60, &desk.clock).trouble_at(3, Trouble::Offline);
    desk.walk(&provider).await.unwrap_err();
    {
        // Two come and two from the end go: the total does not tell.
        let mut list = provider.list.lock().unwrap();
        list.truncate(58);
        list.splice(0..0, [1_002, 1_001]);
    }
    let walked = desk.walk(&provider).await.unwrap();
    assert!(walked.complete);
    assert!(desk.ids(true).is_superset(&BTreeSet::from([1_001, 1_002])));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    /// Whatever is added at the head and taken out anywhere while the walk goes on: once the list holds still, a further
    /// walk makes the listed customers equal to it, and nobody who was ever landed is lost.
    #[test]
    fn the_book_ends_equal_to_the_list(
        count in 0_u32..60,
        script in prop::collection::vec((0_usize..12, prop::bool::ANY, 0_usize..80), 0..8),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async move {
            let desk = Desk::new().await;
            let mut newcomer = 10_000;
            let provider = Scripted::of(count, &desk.clock).after_page(move |page, list| {
                for (_, add, place) in script.iter().filter(|(at, _, _)| *at == page) {
                    if *add {
                        newcomer += 1;
                        list.insert(0, newcomer);
                    } else if !list.is_empty() {
                        let place = place % list.len();
                        list.remove(place);
                    }
                }
            });
            desk.walk(&provider).await.unwrap();
            let known: BTreeSet<u32> = desk.ids(true).union(&desk.ids(false)).copied().collect();
            // The script is over by now or its pages have passed; hold the list still and look again.
            *provider.after_page.lock().unwrap() = Box::new(|_, _| {});
            desk.clock.advance(Duration::from_secs(900));
            let walked = desk.walk(&provider).await.unwrap();
            prop_assert!(walked.complete);
            if provider.list.lock().unwrap().is_empty() {
                // Without anybody who is there, nobody's absence is believed at once.
                desk.walk(&provider).await.unwrap();
            }
            let list: BTreeSet<u32> = provider.list.lock().unwrap().iter().copied().collect();
            prop_assert_eq!(&desk.ids(true), &list);
            let everybody: BTreeSet<u32> = desk.ids(true).union(&desk.ids(false)).copied().collect();
            prop_assert!(everybody.is_superset(&known));
            Ok(())
        })?;
    }
}

//! Customers whom a walk no longer meets: marked on good evidence, and never deleted.

use super::scripted::{Desk, Scripted};
use kyc::Trouble;
use std::collections::BTreeSet;
use std::time::Duration;
use sync::Walked;

#[tokio::test]
async fn who_is_gone_is_marked_and_kept() {
    let desk = Desk::new().await;
    desk.walk(&Scripted::of(30, &desk.clock)).await.unwrap();
    desk.clock.advance(Duration::from_secs(60));
    let shorter = Scripted::of(30, &desk.clock);
    shorter.list.lock().unwrap().retain(|number| *number != 7);
    let walked = desk.walk(&shorter).await.unwrap();
    assert_eq!(walked.unlisted.len(), 1);
    assert_eq!(desk.ids(false), BTreeSet::from([7]));
    desk.walk(&Scripted::of(30, &desk.clock)).await.unwrap();
    assert_eq!(desk.ids(false), BTreeSet::new(), "listed again");
}

/// Walks thirty customers, and then again while the fourth goes behind the walker's back: at the moment when one is added
/// at the end of the list, so that the total stays as it was and customer 10 moves up past the walker.
async fn one_is_skipped_unnoticed(desk: &Desk, no_cards: bool) -> (Scripted, Walked) {
    let mut first = Scripted::of(30, &desk.clock);
    first.no_cards = no_cards;
    desk.walk(&first).await.unwrap();
    desk.clock.advance(Duration::from_secs(60));
    let mut shifting = Scripted::of(30, &desk.clock).after_page(|page, list| {
        if page == 1 {
            list.remove(3);
            list.push(1_000);
        }
    });
    shifting.no_cards = no_cards;
    let walked = desk.walk(&shifting).await.unwrap();
    assert!(walked.complete, "nothing tells");
    (shifting, walked)
}

#[tokio::test]
async fn somebody_who_was_skipped_unnoticed_is_asked_for_and_not_marked() {
    let desk = Desk::new().await;
    let (provider, walked) = one_is_skipped_unnoticed(&desk, false).await;
    assert_eq!(walked.unlisted, []);
    assert_eq!(*provider.asked.lock().unwrap(), ["30", "10"], "somebody who was met, and whom the walk missed");
    assert!(desk.ids(true).contains(&10));
}

#[tokio::test]
async fn where_nobody_can_be_asked_for_a_second_walk_decides() {
    let desk = Desk::new().await;
    let (provider, walked) = one_is_skipped_unnoticed(&desk, true).await;
    assert_eq!((walked.unlisted, provider.asked()), (vec![], 0));
    *provider.after_page.lock().unwrap() = Box::new(|_, _| {});
    let walked = desk.walk(&provider).await.unwrap();
    assert_eq!(walked.unlisted, [], "27 went before the walk that saw them ended; this one missed them once");
    let walked = desk.walk(&provider).await.unwrap();
    assert_eq!(walked.unlisted.iter().map(|book| book.customer.id.as_str()).collect::<Vec<_>>(), ["27"]);
    let list: BTreeSet<u32> = provider.list.lock().unwrap().iter().copied().collect();
    assert_eq!(desk.ids(true), list);
}

#[tokio::test]
async fn not_found_is_believed_only_from_who_finds_somebody() {
    let desk = Desk::new().await;
    desk.walk(&Scripted::of(30, &desk.clock)).await.unwrap();
    let mut broken = Scripted::of(30, &desk.clock);
    broken.list.lock().unwrap().retain(|number| *number != 7);
    broken.card_trouble = Some(Trouble::NotFound);
    assert_eq!(desk.walk(&broken).await.unwrap().unlisted, []);
    assert_eq!(broken.asked(), 1);
    assert_eq!(desk.walk(&broken).await.unwrap().unlisted.len(), 1, "the second walk needs nobody's word");
}

#[tokio::test]
async fn of_very_many_some_are_asked_for_and_the_next_walk_decides_about_the_others() {
    let desk = Desk::new().await;
    desk.walk(&Scripted::of(300, &desk.clock)).await.unwrap();
    let shorter = Scripted::of(100, &desk.clock);
    assert_eq!(desk.walk(&shorter).await.unwrap().unlisted.len(), 100);
    assert_eq!(shorter.asked(), 101);
    assert_eq!(desk.walk(&shorter).await.unwrap().unlisted.len(), 100);
    assert_eq!(desk.ids(true), (1..=100).collect());
}

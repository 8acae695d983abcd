//! A connection whose address or key were replaced.

use super::scripted::{Desk, Scripted};
use kyc::Trouble;

/// Sets another address on the connection of a desk whose book has thirty customers.
async fn moved_desk(no_cards: bool) -> Desk {
    let desk = Desk::new().await;
    let mut first = Scripted::of(30, &desk.clock);
    first.no_cards = no_cards;
    desk.walk(&first).await.unwrap();
    let mut saved = desk.reader.connections().await.unwrap().remove(0);
    saved.base_url = "http://127.0.0.1:2".to_owned();
    desk.writer.update_connection(saved).await.unwrap();
    desk
}

#[tokio::test]
async fn another_merchants_customers_are_never_mixed_in() {
    for no_cards in [false, true] {
        let desk = moved_desk(no_cards).await;
        let mut other = Scripted::of(30, &desk.clock);
        (other.people, other.no_cards) = ("Another ", no_cards);
        for _ in 0..2 {
            assert_eq!(desk.walk(&other).await.unwrap_err().trouble, Trouble::OtherMerchant);
        }
        let names = desk.reader.customers((1..=30).map(kyc::CustomerKey).collect()).await.unwrap();
        assert!(names.iter().all(|book| !book.customer.name.as_ref().unwrap().starts_with("Another")));
        // The former address again.
        let mut back = Scripted::of(31, &desk.clock);
        back.no_cards = no_cards;
        assert!(desk.walk(&back).await.unwrap().complete);
        assert_eq!(desk.ids(true), (1..=31).collect());
    }
}

#[tokio::test]
async fn the_same_merchant_at_another_address_goes_on() {
    let desk = moved_desk(false).await;
    let moved = Scripted::of(35, &desk.clock);
    // The newest of the book was removed meanwhile: the next is looked for.
    moved.list.lock().unwrap().retain(|number| *number != 1);
    assert!(desk.walk(&moved).await.unwrap().complete);
    assert!(!desk.writer.is_moved(desk.connection.clone()).await.unwrap());
    assert_eq!(desk.ids(true), (2..=35).collect());
}

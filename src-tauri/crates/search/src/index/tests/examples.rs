use super::people::{nobody, now};
use crate::{Column, Index, Query, Sort, View};
use jiff::SignedDuration;
use kyc::{Blocked, BookCustomer, ConnectionId, CustomerKey, KycStatus, ProviderId};
use std::cell::Cell;

fn keys(index: &Index, query: &Query) -> Vec<u32> {
    index.search(query, now(), &|| false).unwrap().keys.into_iter().map(|key| key.0).collect()
}

fn named(key: u32, name: &str) -> BookCustomer {
    let mut customer = nobody(key);
    customer.customer.name = Some(name.to_owned());
    customer
}

fn at_cryptopocket(key: u32, email: &str, kyc: KycStatus) -> BookCustomer {
    let mut customer = nobody(key);
    customer.connection = ConnectionId::new("cp");
    customer.provider = ProviderId::new("cryptopocket");
    customer.customer.email = Some(email.to_owned());
    customer.customer.kyc = kyc;
    customer
}

#[test]
fn names_are_ordered_by_letters_and_missing_ones_come_last_both_ways() {
    let mut index = Index::new();
    index.upsert(&[
        named(1, "Яна"),
        named(2, "Ёлкин"),
        nobody(3),
        named(4, "ángel"),
        named(5, "Zoe"),
        named(6, "Ежов"),
        named(7, "  "),
    ]);
    let order =
        |descending| keys(&index, &Query { sort: Sort { column: Column::Name, descending }, ..Query::default() });
    assert_eq!(order(false), [4, 5, 6, 2, 1, 3, 7]);
    assert_eq!(order(true), [1, 2, 6, 5, 4, 3, 7]);
}

#[test]
fn an_order_stays_right_when_values_come_that_nobody_had() {
    let mut index = Index::new();
    let mut expected = vec![0, 1, 2, 3, 4, 17];
    index.upsert(&expected.iter().map(|key| nobody(*key)).collect::<Vec<_>>());
    let query = Query { sort: Sort { column: Column::Provider, descending: false }, ..Query::default() };
    assert_eq!(keys(&index, &query), expected);
    // A provider that comes before the one that all have.
    index.upsert(&[at_cryptopocket(3, "", KycStatus::Verified)]);
    expected.retain(|key| *key != 3);
    expected.insert(0, 3);
    assert_eq!(keys(&index, &query), expected);
}

#[test]
fn pending_for_exactly_three_days_is_not_yet_long() {
    let pending = |key, hours: i64, seconds: i64| {
        let mut customer = nobody(key);
        customer.customer.kyc = KycStatus::Pending;
        customer.customer.created = Some(now() - SignedDuration::from_secs(hours * 3600 + seconds));
        customer
    };
    let mut index = Index::new();
    index.upsert(&[pending(1, 72, 0), pending(2, 72, 1), pending(3, 1, 0)]);
    assert_eq!(keys(&index, &Query { view: View::PendingLong, ..Query::default() }), [2]);
    let later = now() + SignedDuration::from_hours(1);
    assert_eq!(index.view_counts(later)[2], (View::PendingLong, 2));
}

#[test]
fn a_person_disagrees_for_as_long_as_two_connections_do() {
    let mut here = nobody(1);
    here.customer.email = Some("Ann@Example.com".to_owned());
    let mut index = Index::new();
    index.upsert(&[here.clone(), at_cryptopocket(2, "ann@example.com", KycStatus::Pending)]);
    assert!(index.disagrees(CustomerKey(1)) && index.disagrees(CustomerKey(2)));
    assert_eq!(index.same_person(CustomerKey(1)), [CustomerKey(2)]);

    here.customer.kyc = KycStatus::NotStarted;
    index.upsert(&[here.clone()]);
    assert!(!index.disagrees(CustomerKey(1)), "two undecided statuses do not disagree");

    here.customer.kyc = KycStatus::Rejected;
    index.upsert(&[here.clone()]);
    assert!(index.disagrees(CustomerKey(2)));

    index.remove_connection(&ConnectionId::new("lp"));
    assert!(!index.disagrees(CustomerKey(2)));
    assert_eq!((index.len(), index.same_person(CustomerKey(2))), (1, vec![]));
}

#[test]
fn a_contact_shared_by_thousands_stays_right() {
    let shared = |key: u32, kyc: KycStatus| at_cryptopocket(key, "noreply@example.com", kyc);
    let mut index = Index::new();
    index.upsert(&(0..5000).map(|key| shared(key, KycStatus::Verified)).collect::<Vec<_>>());
    let disagreeing = |index: &Index| index.view_counts(now())[4].1;
    assert_eq!(disagreeing(&index), 0, "one connection does not disagree with itself");
    let mut other = nobody(9000);
    other.customer.email = Some("noreply@example.com".to_owned());
    other.customer.kyc = KycStatus::Rejected;
    index.upsert(&[other]);
    assert_eq!(disagreeing(&index), 5001);
    index.remove_connection(&ConnectionId::new("cp"));
    assert_eq!(disagreeing(&index), 0);
}

#[test]
fn a_placeholder_is_nobodys_address() {
    let mut here = nobody(1);
    here.customer.email = Some("-".to_owned());
    here.customer.phone = Some("12345".to_owned());
    let mut there = at_cryptopocket(2, "-", KycStatus::Rejected);
    there.customer.phone = Some("12345".to_owned());
    let mut index = Index::new();
    index.upsert(&[here, there]);
    assert!(!index.disagrees(CustomerKey(1)) && index.same_person(CustomerKey(1)).is_empty());
}

#[test]
fn diacritics_tell_addresses_of_persons_apart_although_not_in_a_search() {
    let mut here = nobody(1);
    here.customer.email = Some("josé@example.com".to_owned());
    let mut index = Index::new();
    index.upsert(&[here, at_cryptopocket(2, "jose@example.com", KycStatus::Rejected)]);
    assert!(!index.disagrees(CustomerKey(1)));
    assert_eq!(keys(&index, &Query { text: "jose@".to_owned(), ..Query::default() }), [1, 2]);
}

#[test]
fn an_order_is_mended_as_many_rows_change_and_go() {
    let count = 20_000u32;
    let customer = |key: u32, value: u32| {
        let mut customer = named(key, &format!("N{value:06}"));
        customer.customer.payments = Some(value % 1000);
        customer.customer.blocked = if key.is_multiple_of(7) { Blocked::Yes } else { Blocked::No };
        if key.is_multiple_of(5) {
            customer.connection = ConnectionId::new("other");
        }
        customer
    };
    let mut index = Index::new();
    index.upsert(&(0..count).map(|key| customer(key, key.wrapping_mul(2_654_435_761) % count)).collect::<Vec<_>>());
    let mut values: std::collections::BTreeMap<u32, u32> =
        (0..count).map(|key| (key, key.wrapping_mul(2_654_435_761) % count)).collect();
    for round in 0..4u32 {
        for column in [Column::Name, Column::Payments] {
            let found = keys(&index, &Query { sort: Sort { column, descending: round % 2 == 1 }, ..Query::default() });
            let mut expected: Vec<u32> = values.keys().copied().collect();
            expected.sort_by_key(|key| (if column == Column::Name { values[key] } else { values[key] % 1000 }, *key));
            if round % 2 == 1 {
                expected.reverse();
            }
            assert!(found == expected, "{column:?} in round {round}");
        }
        let changed: Vec<u32> = values.keys().copied().filter(|key| key % 11 == round).collect();
        for key in changed {
            let value = values[&key].wrapping_mul(31) % count;
            values.insert(key, value);
            index.upsert(&[customer(key, value)]);
        }
        if round == 1 {
            index.remove_connection(&ConnectionId::new("other"));
            values.retain(|key, _| !key.is_multiple_of(5));
            let late: Vec<BookCustomer> = (count..count + 500).map(|key| customer(key * 5 + 1, key)).collect();
            values.extend((count..count + 500).map(|key| (key * 5 + 1, key)));
            index.upsert(&late);
        }
    }
}

#[test]
fn rewritten_names_leave_nothing_behind() {
    let mut index = Index::new();
    for round in 0..60u32 {
        let customers: Vec<BookCustomer> =
            (0..200).map(|key| named(key, &format!("Иван{round} {}", "x".repeat(40)))).collect();
        index.upsert(&customers);
    }
    let count = |text: &str| keys(&index, &Query { text: text.to_owned(), ..Query::default() }).len();
    assert_eq!((count("ivan58"), count("ivan59"), count("иван5")), (0, 200, 200));
}

#[test]
fn a_search_that_is_no_longer_wanted_stops() {
    let customers: Vec<BookCustomer> = (0..100).map(|key| named(key, "Иван")).collect();
    // Each search has an index of its own, because one that was stopped leaves work done for the next.
    let fresh = || {
        let mut index = Index::new();
        index.upsert(&customers);
        index
    };
    for text in ["", "ivan", "иван", "+7 916"] {
        let query = Query { text: text.to_owned(), ..Query::default() };
        assert_eq!(fresh().search(&query, now(), &|| true), None, "{text:?}");
        let asked = Cell::new(0u32);
        let all = fresh().search(&query, now(), &|| {
            asked.set(asked.get() + 1);
            false
        });
        assert!(all.is_some());
        for patience in 0..asked.get() {
            let left: Cell<u32> = Cell::new(patience);
            let stop = || {
                let stop = left.get() == 0;
                left.set(left.get().saturating_sub(1));
                stop
            };
            let index = fresh();
            assert_eq!(index.search(&query, now(), &stop), None, "{text:?} after {patience}");
            assert_eq!(index.search(&query, now(), &|| false), all, "{text:?} once more after {patience}");
        }
    }
}

#[test]
fn a_name_of_any_length_is_found() {
    let mut index = Index::new();
    index.upsert(&[named(1, &"Щ".repeat(10_000)), named(2, &"ий".repeat(5_000)), named(u32::MAX, &"a ".repeat(5_000))]);
    let count = |text: &str| keys(&index, &Query { text: text.to_owned(), ..Query::default() });
    assert_eq!(count(&"shch".repeat(64)), [1]);
    assert_eq!(count(&"ii".repeat(128)), [2]);
    assert_eq!(count(&"ий".repeat(128)), [2]);
    assert_eq!(count("a a"), [u32::MAX]);
}

#[test]
fn whole_words_come_before_beginnings_and_these_before_the_rest() {
    let mut index = Index::new();
    let mut mailed = named(7, "Zoe");
    mailed.customer.email = Some("zoe.ivan12@example.com".to_owned());
    index.upsert(&[
        named(1, "Aivan"),
        named(2, "Ivanov"),
        named(3, "Zed Ivan"),
        named(4, "Иван Петров"),
        named(5, "Иванова"),
        named(6, "Anna Smith-Ivan"),
        mailed,
    ]);
    let query = |text: &str| Query { text: text.to_owned(), by_relevance: true, ..Query::default() };
    assert_eq!(keys(&index, &query("ivan")), [6, 3, 7, 4, 2, 5, 1]);
    assert_eq!(keys(&index, &query("иван")), [6, 3, 7, 4, 2, 5, 1]);
    assert_eq!(keys(&index, &query("")).len(), 7);
}

#[test]
fn a_folding_that_came_too_late_is_refused() {
    let mut index = Index::new();
    index.upsert(&(0..40).map(|key| named(key, "Ivan")).collect::<Vec<_>>());
    let late = index.snapshot().fold();
    let timely = index.snapshot().fold();
    assert!(index.take_over(timely));
    assert!(!index.take_over(late));
    assert_eq!(keys(&index, &Query::default()).len(), 40);
}

#[test]
fn preparing_an_order_ends_however_little_time_each_call_has() {
    let mut index = Index::new();
    index.upsert(&(0..300).map(|key| named(key, &format!("N{}", key * 7 % 300))).collect::<Vec<_>>());
    for column in Column::ALL {
        let calls = (1..1000).find(|_| index.prepare(column, &|| true));
        assert!(calls.is_some(), "{column:?}");
    }
}

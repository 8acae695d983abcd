//! What runs and looks found, and the problems they met.

use super::support::{Desk, bare, complete, connection, customer, id, look, minute, page, trouble};
use crate::{ChangedField, Findings, RunKind, SeenBy};
use kyc::{Blocked, Customer, CustomerKey, KycStatus, Problem, ProviderWords, RejectedRecord, Trouble};

fn with(id: &str, kyc: KycStatus) -> Customer {
    Customer { kyc, ..customer(id) }
}

#[tokio::test]
async fn a_run_tells_what_it_found() {
    let desk = Desk::new().await;
    let all: Vec<Customer> = (1..=6).map(|number| customer(&number.to_string())).collect();
    desk.walk(&all, minute(1)).await;
    let run = desk.begin(minute(10)).await;
    let mut blocked = customer("3");
    blocked.blocked = Blocked::Yes;
    let mut renamed = customer("4");
    (renamed.name, renamed.email) = (Some("Anna".to_owned()), None);
    let second = [with("1", KycStatus::Verified), with("2", KycStatus::Rejected), blocked, renamed, customer("7")];
    let mut second = page(run.id, &second, minute(11));
    second.rejected = vec![RejectedRecord { position: 9, reason: "no id".to_owned(), raw: "{}".to_owned() }];
    desk.book.writer().land_page(second).await.unwrap();
    // Back within the same run: not counted.
    desk.land(run.id, &[with("5", KycStatus::Verified)], minute(12)).await;
    desk.land(run.id, &[with("5", KycStatus::Pending)], minute(13)).await;
    desk.book.writer().note_problem(id("one"), Trouble::Offline.into(), minute(13)).await.unwrap();
    desk.complete(run.id, minute(14)).await;

    let found = Findings {
        new: 1,
        verified: 1,
        rejected: 1,
        blocked: 1,
        otherwise: 1,
        unreadable: 1,
        problems: 1,
        ..Findings::default()
    };
    let reader = desk.book.reader();
    let reports = reader.runs(Some(id("one")), None, 10).await.unwrap();
    assert_eq!(reports[0].findings, found);
    assert_eq!(reports[0].problems[0].code, "offline");
    assert_eq!(reports[1].findings, Findings { new: 6, ..Findings::default() });
    assert_eq!(reader.found_since(None, minute(5)).await.unwrap(), found);
    assert_eq!(reader.found_since(None, minute(14)).await.unwrap(), Findings::default());
}

#[tokio::test]
async fn since_a_moment_counts_all_connections_together() {
    let desk = Desk::new().await;
    desk.book.writer().add_connection(connection("two")).await.unwrap();
    for connection in ["one", "two"] {
        let mut first = look(&[customer("1")], SeenBy::Sync, minute(1));
        first.connection = id(connection);
        desk.book.writer().land_look(first.clone()).await.unwrap();
        first.customers = vec![with("1", KycStatus::Verified)];
        first.seen_at = minute(5);
        desk.book.writer().land_look(first).await.unwrap();
    }
    let reader = desk.book.reader();
    let one = Findings { verified: 1, ..Findings::default() };
    assert_eq!(reader.found_since(Some(id("two")), minute(1)).await.unwrap(), one);
    assert_eq!(reader.found_since(None, minute(1)).await.unwrap().verified, 2);
}

#[tokio::test]
async fn looks_that_find_nothing_leave_nothing_and_those_of_a_refresh_are_one() {
    let desk = Desk::new().await;
    desk.walk(&[customer("1"), customer("2")], minute(1)).await;
    let (reader, writer) = (desk.book.reader(), desk.book.writer());
    let nothing = writer.land_look(look(&[customer("1")], SeenBy::Sync, minute(2))).await.unwrap();
    assert_eq!((nothing.refresh, nothing.customers), (None, vec![]));
    assert_eq!(reader.runs(None, None, 9).await.unwrap().len(), 1);
    let found = writer.land_look(look(&[with("1", KycStatus::Verified)], SeenBy::Sync, minute(3))).await.unwrap();
    let mut next = look(&[with("2", KycStatus::Verified), customer("3")], SeenBy::Sync, minute(4));
    next.refresh = found.refresh;
    assert_eq!(writer.land_look(next).await.unwrap().refresh, found.refresh);
    let reports = reader.runs(None, None, 9).await.unwrap();
    assert_eq!(reports.len(), 2);
    assert_eq!((reports[0].run.kind, reports[0].run.pages), (RunKind::Refresh, 2));
    assert_eq!(reports[0].findings, Findings { new: 1, verified: 2, ..Findings::default() });
    assert_eq!(reader.last_complete(&id("one")).await.unwrap(), Some(minute(1)), "only walks see the whole list");
}

#[tokio::test]
async fn an_action_is_told_with_whose_it_was() {
    let desk = Desk::new().await;
    desk.walk(&[customer("1")], minute(1)).await;
    let mut blocked = customer("1");
    blocked.blocked = Blocked::Yes;
    let officer = SeenBy::Action { actor: Some("Мария".to_owned()) };
    let looked = desk.book.writer().land_look(look(&[blocked], officer.clone(), minute(2))).await.unwrap();
    assert_eq!((looked.changed, looked.refresh), (1, None));
    let history = desk.book.reader().history(CustomerKey(1)).await.unwrap();
    assert_eq!((history[0].field, &history[0].seen_by), (ChangedField::Blocked, &officer));
    assert_eq!(desk.book.reader().runs(None, None, 9).await.unwrap().len(), 1, "an action is no run");
}

#[tokio::test]
async fn an_answer_that_says_less_takes_nothing_away() {
    let desk = Desk::new().await;
    desk.walk(&[customer("1")], minute(1)).await;
    let mut less = look(&[Customer { kyc: KycStatus::Verified, ..bare("1") }], SeenBy::Sync, minute(2));
    less.says_all = false;
    desk.book.writer().land_look(less).await.unwrap();
    let read = desk.book.reader().customer(CustomerKey(1)).await.unwrap().unwrap().customer;
    assert_eq!(read, Customer { raw: "{}".to_owned(), ..with("1", KycStatus::Verified) });
}

#[tokio::test]
async fn whoever_a_look_meets_is_not_missed_by_the_walk_under_way() {
    let desk = Desk::new().await;
    desk.walk(&[customer("1"), customer("2")], minute(1)).await;
    let run = desk.begin(minute(2)).await;
    desk.land(run.id, &[customer("1")], minute(2)).await;
    desk.book.writer().land_look(look(&[customer("2")], SeenBy::Sync, minute(3))).await.unwrap();
    assert_eq!(desk.book.writer().not_seen_by(run.id, 9).await.unwrap(), []);
    assert_eq!(desk.land(run.id, &[customer("2")], minute(4)).await.seen_in_run, 2, "and counts once");
}

#[tokio::test]
async fn the_same_problem_again_is_one_line_that_counts() {
    let desk = Desk::new().await;
    let writer = desk.book.writer();
    let words = |request: &str| ProviderWords {
        http_status: Some(503),
        code: Some("BUSY".to_owned()),
        message: Some("later".to_owned()),
        request_id: Some(request.to_owned()),
    };
    for (at, problem) in [
        (1, Problem::from(Trouble::ProviderDown).with_words(words("a"))),
        (2, Problem::from(Trouble::ProviderDown).with_words(words("b"))),
        (3, Trouble::Offline.into()),
        (4, Problem::from(Trouble::ProviderDown).with_words(words("c"))),
    ] {
        writer.note_problem(id("one"), problem, minute(at)).await.unwrap();
    }
    let met = desk.book.reader().problems(&id("one"), 10).await.unwrap();
    let lines: Vec<_> = met.iter().map(|met| (met.code.as_str(), met.times, met.first_met, met.last_met)).collect();
    let expected = [
        ("provider_down", 1, minute(4), minute(4)),
        ("offline", 1, minute(3), minute(3)),
        ("provider_down", 2, minute(1), minute(2)),
    ];
    assert_eq!(lines, expected);
    assert_eq!(met[2].words, Some(words("b")));
    // Of very many the latest are kept.
    for number in 0..600 {
        let code = ProviderWords { code: Some(number.to_string()), ..ProviderWords::default() };
        writer.note_problem(id("one"), Problem::from(Trouble::Refused).with_words(code), minute(5)).await.unwrap();
    }
    let met = desk.book.reader().problems(&id("one"), 1_000).await.unwrap();
    assert_eq!(met.len(), 500);
    assert_eq!(met[0].words.as_ref().unwrap().code.as_deref(), Some("599"));
}

#[tokio::test]
async fn pending_customers_are_found_longest_unseen_first() {
    let desk = Desk::new().await;
    let writer = desk.book.writer();
    for (at, customer) in [(3, customer("a")), (1, customer("b")), (2, with("c", KycStatus::Verified))] {
        writer.land_look(look(&[customer], SeenBy::Sync, minute(at))).await.unwrap();
    }
    let reader = desk.book.reader();
    assert_eq!(reader.pending_age(&id("one")).await.unwrap(), (2, Some(minute(1))));
    let ids: Vec<_> = reader.pending(&id("one"), 9).await.unwrap();
    assert_eq!(ids.iter().map(|book| book.customer.id.as_str()).collect::<Vec<_>>(), ["b", "a"]);
    assert_eq!(reader.pending(&id("one"), 1).await.unwrap().len(), 1);
}

#[tokio::test]
async fn another_address_or_key_is_noted_until_it_is_settled() {
    let desk = Desk::new().await;
    let writer = desk.book.writer();
    assert!(!writer.is_moved(id("one")).await.unwrap());
    let mut other = connection("one");
    other.label = "renamed".to_owned();
    writer.update_connection(other.clone()).await.unwrap();
    assert!(!writer.is_moved(id("one")).await.unwrap(), "a label leads nowhere");
    other.key_tail = "9999".to_owned();
    writer.update_connection(other.clone()).await.unwrap();
    writer.update_connection(other.clone()).await.unwrap();
    assert!(writer.is_moved(id("one")).await.unwrap());
    writer.settle(id("one")).await.unwrap();
    assert!(!writer.is_moved(id("one")).await.unwrap());
    // Another key that ends in the same characters.
    writer.key_replaced(id("one")).await.unwrap();
    assert!(writer.is_moved(id("one")).await.unwrap());
    assert_eq!(trouble(writer.key_replaced(id("none")).await), Trouble::NotFound);
    writer.settle(id("one")).await.unwrap();
    other.base_url = "https://elsewhere.example.com".to_owned();
    writer.update_connection(other).await.unwrap();
    assert!(writer.is_moved(id("one")).await.unwrap());
    let run = desk.begin(minute(1)).await;
    desk.land(run.id, &[customer("1"), customer("2")], minute(1)).await;
    writer.finish_run(run.id, complete(), minute(2)).await.unwrap();
    let newest = writer.newest(id("one"), 1).await.unwrap();
    assert_eq!(newest[0].customer.id.as_str(), "2");
}

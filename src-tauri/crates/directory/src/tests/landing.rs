//! Landing pages and ending runs.

use super::support::{Desk, bare, complete, connection, customer, id, look, minute, page, trouble};
use crate::{ChangedField, IncompleteReason, RunEnd, RunOutcome, SeenBy};
use jiff::ToSpan;
use kyc::{Blocked, Currency, CustomerKey, KycStatus, Money, RejectedRecord, Trouble, TrustLevel};

#[tokio::test]
async fn a_page_becomes_customers() {
    let desk = Desk::new().await;
    let run = desk.begin(minute(0)).await;
    let customers = [customer("1"), bare("2")];
    let landed = desk.land(run.id, &customers, minute(1)).await;
    assert_eq!((landed.new, landed.changed, landed.unchanged), (2, 0, 0));
    assert_eq!((landed.first_seen_in_run, landed.seen_in_run), (2, 2));

    let keys: Vec<_> = landed.customers.iter().map(|landed| landed.key).collect();
    let read = desk.book.reader().customers(keys.clone()).await.unwrap();
    assert_eq!(read[0].customer, customers[0], "what the provider said comes back as it was, raw record included");
    assert_eq!(read[1].customer, customers[1], "and nothing is made up where it said nothing");
    for (read, landed) in read.iter().zip(&landed.customers) {
        let mut without_raw = read.clone();
        without_raw.customer.raw.clear();
        assert_eq!(&without_raw, landed, "what landing returns is what the book then holds");
        assert_eq!((read.first_seen, read.last_seen), (minute(1), minute(1)));
        assert_eq!((read.kyc_changed, read.unlisted_since), (None, None));
        assert_eq!(read.provider.as_str(), "loveandpay");
        assert_eq!(read.connection, id("one"));
    }
    assert_eq!(desk.book.reader().history(keys[0]).await.unwrap(), [], "being new is no change");
}

#[tokio::test]
async fn only_what_differs_is_written_down() {
    let desk = Desk::new().await;
    let run = desk.begin(minute(0)).await;
    let key = desk.land(run.id, &[customer("1")], minute(1)).await.customers[0].key;

    let mut now = customer("1");
    now.kyc = KycStatus::Rejected;
    now.email = None;
    now.paid = Some(Money { amount: "1300".parse().unwrap(), currency: Currency::eur() });
    let landed = desk.land(run.id, &[now.clone()], minute(5)).await;
    assert_eq!((landed.new, landed.changed, landed.unchanged), (0, 1, 0));
    assert_eq!(landed.customers[0].kyc_changed, Some(minute(5)));

    let history = desk.book.reader().history(key).await.unwrap();
    let told: Vec<_> =
        history.iter().map(|change| (change.field, change.before.as_deref(), change.after.as_deref())).collect();
    assert_eq!(
        told,
        [
            (ChangedField::Paid, Some("1204.50 RUB"), Some("1300 EUR")),
            (ChangedField::Kyc, Some("pending"), Some("rejected")),
            (ChangedField::Email, Some("maria.1@example.com"), None),
        ]
    );
    assert!(history.iter().all(|change| change.seen_at == minute(5) && change.previous_look == minute(1)));
    assert!(history.iter().all(|change| change.seen_by == SeenBy::Sync));

    now.kyc = KycStatus::Unknown("IN_REVIEW".to_owned());
    let landed = desk.land(run.id, &[now], minute(9)).await;
    assert_eq!(landed.customers[0].kyc_changed, Some(minute(9)));
    let latest = &desk.book.reader().history(key).await.unwrap()[0];
    assert_eq!(latest.after.as_deref(), Some("unknown:IN_REVIEW"));
    assert_eq!(latest.previous_look, minute(5));
}

#[tokio::test]
async fn every_field_with_a_history_has_one() {
    let desk = Desk::new().await;
    let run = desk.begin(minute(0)).await;
    let key = desk.land(run.id, &[bare("1")], minute(1)).await.customers[0].key;
    desk.land(run.id, &[customer("1")], minute(2)).await;
    let history = desk.book.reader().history(key).await.unwrap();
    let mut fields: Vec<_> = history.iter().map(|change| change.field.name()).collect();
    fields.reverse();
    assert_eq!(fields, ["name", "email", "phone", "kyc", "trust", "blocked", "payments", "paid"]);
}

#[tokio::test]
async fn the_same_page_again_changes_nothing() {
    let desk = Desk::new().await;
    let run = desk.begin(minute(0)).await;
    let customers = [customer("1"), bare("2")];
    desk.land(run.id, &customers, minute(1)).await;
    let again = desk.land(run.id, &customers, minute(3)).await;
    assert_eq!((again.new, again.changed, again.unchanged), (0, 0, 2));
    assert_eq!(again.customers, []);
    assert_eq!((again.first_seen_in_run, again.seen_in_run), (0, 2), "a page of known people brings a walk no further");
    let read = desk.book.reader().customer(CustomerKey(1)).await.unwrap().unwrap();
    assert_eq!((read.first_seen, read.last_seen), (minute(1), minute(3)));
}

#[tokio::test]
async fn another_raw_record_is_kept_without_being_a_change() {
    let desk = Desk::new().await;
    let run = desk.begin(minute(0)).await;
    let mut now = customer("1");
    desk.land(run.id, &[now.clone()], minute(1)).await;
    now.raw = r#"{"a field":"that the grid has no column for"}"#.to_owned();
    let landed = desk.land(run.id, &[now.clone()], minute(2)).await;
    assert_eq!((landed.changed, landed.unchanged), (0, 1));
    let read = desk.book.reader().customer(CustomerKey(1)).await.unwrap().unwrap();
    assert_eq!(read.customer.raw, now.raw);
}

#[tokio::test]
async fn a_customer_who_stands_twice_in_a_page_counts_once() {
    let desk = Desk::new().await;
    let run = desk.begin(minute(0)).await;
    let mut later = customer("1");
    later.kyc = KycStatus::Verified;
    let landed = desk.land(run.id, &[customer("1"), bare("2"), later.clone()], minute(1)).await;
    assert_eq!((landed.new, landed.seen_in_run), (2, 2));
    let first = &desk.book.reader().customers(vec![landed.customers[1].key]).await.unwrap()[0];
    assert_eq!(first.customer, later, "the later place counts");
    assert_eq!(desk.book.reader().history(first.key).await.unwrap(), [], "and is no change of the earlier one");
}

#[tokio::test]
async fn a_page_that_fails_in_the_middle_leaves_nothing() {
    let desk = Desk::new().await;
    let run = desk.begin(minute(0)).await;
    desk.land(run.id, &[customer("1")], minute(1)).await;
    desk.sabotage(
        "CREATE TEMP TRIGGER sabotage BEFORE INSERT ON customers WHEN NEW.provider_id = '3'
         BEGIN SELECT RAISE(ABORT, 'sabotage'); END;",
    )
    .await;
    let mut changed = customer("1");
    changed.kyc = KycStatus::Verified;
    let mut page = page(run.id, &[changed, customer("2"), customer("3"), customer("4")], minute(2));
    page.checkpoint = Some("offset=100".to_owned());
    page.rejected = vec![RejectedRecord { position: 4, reason: "no id".to_owned(), raw: "{}".to_owned() }];
    let before = desk.book.reader().last_run(&id("one")).await.unwrap();
    assert_eq!(trouble(desk.book.writer().land_page(page.clone()).await), Trouble::Conflict);
    assert_eq!(desk.book.reader().count(&id("one")).await.unwrap(), 1);
    assert_eq!(desk.book.reader().last_run(&id("one")).await.unwrap(), before, "neither counts nor checkpoint moved");
    assert_eq!(desk.book.reader().history(CustomerKey(1)).await.unwrap(), []);
    assert_eq!(desk.book.reader().rejected_of(run.id).await.unwrap(), []);

    desk.sabotage("DROP TRIGGER sabotage").await;
    let landed = desk.book.writer().land_page(page).await.unwrap();
    assert_eq!((landed.new, landed.changed), (3, 1), "the same page lands once nothing is in its way");
}

#[tokio::test]
async fn a_full_and_a_read_only_disk_are_told_and_lose_nothing() {
    let desk = Desk::new().await;
    let run = desk.begin(minute(0)).await;
    desk.land(run.id, &[customer("1")], minute(1)).await;
    // As many pages as there are: the file cannot grow.
    desk.sabotage("PRAGMA max_page_count = 1").await;
    let many: Vec<_> = (0..1_000).map(|number| customer(&number.to_string())).collect();
    let full = desk.book.writer().land_page(page(run.id, &many, minute(2))).await;
    assert_eq!(trouble(full), Trouble::DiskFull);
    desk.sabotage("PRAGMA max_page_count = 4294967294; PRAGMA query_only = ON").await;
    let read_only = desk.book.writer().land_page(page(run.id, &many, minute(3))).await;
    assert_eq!(trouble(read_only), Trouble::DiskReadOnly);
    desk.sabotage("PRAGMA query_only = OFF").await;
    assert_eq!(desk.book.reader().count(&id("one")).await.unwrap(), 1);
    desk.book.reader().check_integrity().await.unwrap();
    assert_eq!(desk.land(run.id, &many, minute(4)).await.new, 999, "once there is room again it lands");
}

#[tokio::test]
async fn who_is_missed_by_two_walks_in_a_row_is_unlisted_and_can_come_back() {
    let desk = Desk::new().await;
    assert_eq!(desk.walk(&[customer("1"), customer("2")], minute(1)).await, []);
    assert_eq!(desk.walk(&[customer("1")], minute(10)).await, [], "one walk's word is not enough");
    let reader = desk.book.reader();
    assert_eq!(reader.count(&id("one")).await.unwrap(), 2);
    let unlisted = desk.walk(&[customer("1")], minute(20)).await;
    assert_eq!(unlisted.len(), 1);
    let gone = &unlisted[0];
    assert_eq!(gone.customer.id.as_str(), "2");
    assert_eq!((gone.unlisted_since, gone.last_seen), (Some(minute(20)), minute(1)), "not seen is not looked at");
    assert_eq!(reader.count(&id("one")).await.unwrap(), 1, "counted are the listed ones");
    assert_eq!(reader.last_run(&id("one")).await.unwrap().unwrap().unlisted, 1);
    let kept = reader.customer(gone.key).await.unwrap().unwrap();
    assert_eq!(kept.customer, customer("2"), "nobody is deleted");

    assert_eq!(desk.walk(&[customer("1")], minute(30)).await, [], "still away: unlisted since the first time");
    let fourth = desk.begin(minute(40)).await;
    let landed = desk.land(fourth.id, &[customer("2")], minute(41)).await;
    assert_eq!((landed.new, landed.changed), (0, 1));
    assert_eq!(landed.customers[0].key, gone.key, "the same customer comes back under the same key");
    assert_eq!(landed.customers[0].unlisted_since, None);
    assert_eq!(reader.count(&id("one")).await.unwrap(), 2);

    let history = reader.history(gone.key).await.unwrap();
    let since = Some("2026-11-20T09:20:00Z".to_owned());
    assert_eq!((&history[1].before, &history[1].after), (&None, &since));
    assert_eq!((&history[0].before, &history[0].after), (&since, &None));
    assert!(history.iter().all(|change| change.field == ChangedField::Unlisted));
    assert_eq!((history[1].seen_at, history[1].previous_look), (minute(20), minute(1)));
}

#[tokio::test]
async fn being_seen_in_between_ends_the_doubt() {
    let desk = Desk::new().await;
    let both = [customer("1"), customer("2")];
    desk.walk(&both, minute(1)).await;
    desk.walk(&both[..1], minute(2)).await;
    desk.walk(&both, minute(3)).await;
    assert_eq!(desk.walk(&both[..1], minute(4)).await, []);
    let look = look(&both[1..], SeenBy::Sync, minute(5));
    desk.book.writer().land_look(look).await.unwrap();
    assert_eq!(desk.walk(&both[..1], minute(6)).await, []);
    assert_eq!(desk.walk(&both[..1], minute(7)).await.len(), 1);
}

#[tokio::test]
async fn of_whom_the_provider_says_so_is_unlisted_at_once() {
    let desk = Desk::new().await;
    let all = [customer("1"), customer("2"), customer("3")];
    desk.walk(&all, minute(1)).await;
    let run = desk.begin(minute(2)).await;
    desk.land(run.id, &all[..1], minute(2)).await;
    let missing = desk.book.writer().not_seen_by(run.id, 10).await.unwrap();
    assert_eq!(missing.iter().map(|book| book.key.0).collect::<Vec<_>>(), [2, 3]);
    assert_eq!(desk.book.writer().not_seen_by(run.id, 1).await.unwrap().len(), 1);
    // A customer whom the walk did see is not marked, whatever is said.
    let end = RunEnd::Complete { gone: vec![CustomerKey(1), CustomerKey(3)] };
    let unlisted = desk.book.writer().finish_run(run.id, end, minute(3)).await.unwrap();
    assert_eq!(unlisted.iter().map(|book| book.key.0).collect::<Vec<_>>(), [3]);
}

#[tokio::test]
async fn an_incomplete_walk_unlists_nobody() {
    let desk = Desk::new().await;
    let first = desk.begin(minute(0)).await;
    desk.land(first.id, &[customer("1"), customer("2")], minute(1)).await;
    desk.book.writer().finish_run(first.id, complete(), minute(2)).await.unwrap();
    let second = desk.begin(minute(10)).await;
    desk.land(second.id, &[customer("1")], minute(11)).await;
    assert_eq!(
        desk.book
            .writer()
            .finish_run(second.id, RunEnd::Incomplete(IncompleteReason::TotalNotReached), minute(12))
            .await
            .unwrap(),
        []
    );
    assert_eq!(desk.book.reader().count(&id("one")).await.unwrap(), 2);
    assert_eq!(desk.book.reader().last_complete(&id("one")).await.unwrap(), Some(minute(2)));
}

#[tokio::test]
async fn a_walk_of_one_connection_says_nothing_about_another() {
    let desk = Desk::new().await;
    desk.book.writer().add_connection(connection("two")).await.unwrap();
    let one = desk.begin(minute(0)).await;
    desk.land(one.id, &[customer("1")], minute(1)).await;
    let two = desk.book.writer().begin_run(id("two"), minute(2)).await.unwrap();
    let mut other = page(two.id, &[customer("1")], minute(3));
    other.connection = id("two");
    let landed = desk.book.writer().land_page(other).await.unwrap();
    assert_eq!(landed.new, 1, "the same id at another connection is another customer");
    desk.book.writer().finish_run(two.id, complete(), minute(4)).await.unwrap();
    assert_eq!(desk.book.reader().count(&id("one")).await.unwrap(), 1);

    let mixed = page(two.id, &[customer("9")], minute(5));
    assert_eq!(
        trouble(desk.book.writer().land_page(mixed).await),
        Trouble::Internal,
        "a run belongs to its connection"
    );
}

#[tokio::test]
async fn an_interrupted_run_goes_on_where_it_stopped() {
    let desk = Desk::new().await;
    let run = desk.begin(minute(0)).await;
    assert_eq!((run.checkpoint.as_deref(), run.seen, run.pages), (None, 0, 0));
    let mut first = page(run.id, &[customer("1"), customer("2")], minute(1));
    first.checkpoint = Some("offset=2".to_owned());
    first.announced_total = Some(4);
    desk.book.writer().land_page(first).await.unwrap();

    let desk = desk.reopened().await;
    let resumed = desk.begin(minute(60)).await;
    assert_eq!(resumed.id, run.id);
    assert_eq!(resumed.checkpoint.as_deref(), Some("offset=2"));
    assert_eq!((resumed.seen, resumed.new, resumed.announced_total), (2, 2, Some(4)));
    assert_eq!(resumed.started, minute(0));

    let landed = desk.land(run.id, &[customer("2"), customer("3")], minute(61)).await;
    assert_eq!((landed.first_seen_in_run, landed.seen_in_run), (1, 3), "who was seen before the interruption is known");
    let unlisted = desk.complete(run.id, minute(62)).await;
    assert_eq!(unlisted, [], "pages from before the interruption count as seen");
    let last = desk.book.reader().last_run(&id("one")).await.unwrap().unwrap();
    assert_eq!((last.outcome, last.ended), (Some(RunOutcome::Complete), Some(minute(62))));
    assert_eq!((last.pages, last.seen, last.announced_total, last.checkpoint), (2, 3, Some(4), None));
    assert_ne!(desk.begin(minute(70)).await.id, run.id, "a run that ended is not resumed");
}

#[tokio::test]
async fn an_ended_run_takes_no_page() {
    let desk = Desk::new().await;
    let run = desk.begin(minute(0)).await;
    desk.book.writer().finish_run(run.id, complete(), minute(1)).await.unwrap();
    let late = desk.book.writer().land_page(page(run.id, &[customer("1")], minute(2))).await;
    assert_eq!(trouble(late), Trouble::Conflict);
    assert_eq!(trouble(desk.book.writer().finish_run(run.id, complete(), minute(3)).await), Trouble::Conflict);
    assert_eq!(desk.book.reader().count(&id("one")).await.unwrap(), 0, "and what it brought is rolled back");
}

#[tokio::test]
async fn records_that_could_not_be_read_are_kept_and_counted_once() {
    let desk = Desk::new().await;
    let run = desk.begin(minute(0)).await;
    let record = |position, raw: &str| RejectedRecord { position, reason: "no id".to_owned(), raw: raw.to_owned() };
    let mut bad = page(run.id, &[customer("1")], minute(1));
    bad.rejected = vec![record(1, r#"{"name":"Ωmega"}"#), record(2, "{}"), record(3, "{}")];
    desk.book.writer().land_page(bad.clone()).await.unwrap();
    desk.book.writer().land_page(bad.clone()).await.unwrap();
    let kept = desk.book.reader().rejected_of(run.id).await.unwrap();
    assert_eq!(kept.iter().map(|kept| kept.record.clone()).collect::<Vec<_>>(), bad.rejected);
    assert!(kept.iter().all(|kept| kept.seen_at == minute(1)));
    assert_eq!(desk.book.reader().last_run(&id("one")).await.unwrap().unwrap().rejected, 3);
}

#[tokio::test]
async fn of_very_many_unreadable_records_the_first_are_kept_and_all_are_counted() {
    let desk = Desk::new().await;
    let run = desk.begin(minute(0)).await;
    for pages in 0..3 {
        let mut bad = page(run.id, &[], minute(pages));
        bad.rejected = (0..600)
            .map(|position| RejectedRecord { position, reason: "no id".to_owned(), raw: format!("{pages}") })
            .collect();
        desk.book.writer().land_page(bad).await.unwrap();
    }
    assert_eq!(desk.book.reader().rejected_of(run.id).await.unwrap().len(), 1_000);
    assert_eq!(desk.book.reader().last_run(&id("one")).await.unwrap().unwrap().rejected, 1_800);
}

#[tokio::test]
async fn odd_customers_come_back_as_they_were() {
    let desk = Desk::new().await;
    let run = desk.begin(minute(0)).await;
    let mut long = customer("long");
    long.name = Some("Ы".repeat(10_000));
    let mut markup = customer("markup");
    markup.name = Some("<b onmouseover=alert(1)>'; DROP TABLE customers; --\0\u{202e}👩‍👩‍👧</b>".to_owned());
    let mut strange = customer("СТРАННЫЙ id / '\"");
    strange.kyc = KycStatus::Unknown("IN_REVIEW".to_owned());
    strange.trust = Some(TrustLevel::Unknown("LEVEL_99".to_owned()));
    strange.blocked = Blocked::Unknown;
    strange.payments = Some(u32::MAX);
    strange.paid = Some(Money {
        amount: "-79228162514264337593543950335".parse().unwrap(),
        currency: Currency::parse("usdc").unwrap(),
    });
    let mut empty = bare("empty");
    empty.name = Some(String::new());
    empty.raw = String::new();
    let customers = [long, markup, strange, empty];
    let landed = desk.land(run.id, &customers, minute(1)).await;
    let desk = desk.reopened().await;
    let keys = landed.customers.iter().map(|landed| landed.key).collect();
    let read: Vec<_> =
        desk.book.reader().customers(keys).await.unwrap().into_iter().map(|book| book.customer).collect();
    assert_eq!(read, customers);
    assert_eq!(desk.land(run.id, &customers, minute(2)).await.unchanged, 4, "and are not taken for changed");
}

#[tokio::test]
async fn moments_finer_than_a_millisecond_are_no_change() {
    let desk = Desk::new().await;
    let run = desk.begin(minute(0)).await;
    let mut fine = customer("1");
    fine.created = Some("2026-01-02T03:04:05.678901234Z".parse().unwrap());
    desk.land(run.id, &[fine.clone()], minute(1) + 5.nanoseconds()).await;
    assert_eq!(desk.land(run.id, &[fine], minute(2)).await.unchanged, 1);
}

#[tokio::test]
async fn for_one_customer_time_never_goes_backwards() {
    let desk = Desk::new().await;
    let run = desk.begin(minute(0)).await;
    desk.land(run.id, &[customer("1"), customer("2")], minute(10)).await;
    // The clock jumps back.
    desk.land(run.id, &[customer("1")], minute(5)).await;
    let reader = desk.book.reader();
    let read = reader.customer(CustomerKey(1)).await.unwrap().unwrap();
    assert_eq!(read.last_seen, minute(10));
    let mut changed = customer("1");
    (changed.blocked, changed.kyc) = (Blocked::Yes, KycStatus::Verified);
    desk.land(run.id, &[changed], minute(6)).await;
    for change in reader.history(read.key).await.unwrap() {
        assert_eq!((change.seen_at, change.previous_look), (minute(10), minute(10)));
    }
    let read = reader.customer(CustomerKey(1)).await.unwrap().unwrap();
    assert_eq!((read.last_seen, read.kyc_changed), (minute(10), Some(minute(10))));
    let end = RunEnd::Complete { gone: Vec::new() };
    desk.book.writer().finish_run(run.id, end, minute(-90)).await.unwrap();
    let run = reader.last_run(&id("one")).await.unwrap().unwrap();
    assert_eq!(run.ended, Some(minute(0)), "nothing ends before it began");
    for at in [3, 4] {
        desk.walk(&[customer("1")], minute(at)).await;
    }
    let gone = reader.customer(CustomerKey(2)).await.unwrap().unwrap();
    assert_eq!(gone.unlisted_since, Some(minute(10)), "nobody is gone before they were seen");
}

#[tokio::test]
async fn a_removed_connection_takes_its_customers_along_and_their_keys_never_return() {
    let desk = Desk::new().await;
    desk.book.writer().add_connection(connection("two")).await.unwrap();
    let run = desk.begin(minute(0)).await;
    let key = desk.land(run.id, &[customer("1")], minute(1)).await.customers[0].key;
    let mut changed = customer("1");
    changed.kyc = KycStatus::Verified;
    desk.land(run.id, &[changed], minute(2)).await;
    desk.book.writer().remove_connection(id("one")).await.unwrap();

    let reader = desk.book.reader();
    assert_eq!(reader.connections().await.unwrap(), [connection("two")]);
    assert_eq!(reader.customer(key).await.unwrap(), None);
    assert_eq!(reader.history(key).await.unwrap(), []);
    assert_eq!(reader.count(&id("one")).await.unwrap(), 0);
    assert_eq!(reader.last_run(&id("one")).await.unwrap(), None);
    let late = desk.book.writer().land_page(page(run.id, &[customer("1")], minute(3))).await;
    assert_eq!(trouble(late), Trouble::NotFound, "a page of a walk that was still out finds nothing to land in");
    reader.check_integrity().await.unwrap();

    desk.book.writer().add_connection(connection("one")).await.unwrap();
    let run = desk.begin(minute(4)).await;
    let again = desk.land(run.id, &[customer("1")], minute(5)).await.customers[0].key;
    assert!(again > key, "{again:?} is not given out twice");
}

#[tokio::test]
async fn connections_are_kept_changed_and_missed() {
    let desk = Desk::new().await;
    let (writer, reader) = (desk.book.writer(), desk.book.reader());
    assert_eq!(trouble(writer.add_connection(connection("one")).await), Trouble::Conflict);
    let mut changed = connection("one");
    changed.label = "Другое имя".to_owned();
    changed.limits.per_minute = None;
    changed.limits.per_hour = Some(0);
    writer.update_connection(changed.clone()).await.unwrap();
    assert_eq!(reader.connections().await.unwrap(), [changed]);
    assert_eq!(trouble(writer.update_connection(connection("none")).await), Trouble::NotFound);
    assert_eq!(trouble(writer.remove_connection(id("none")).await), Trouble::NotFound);
    assert_eq!(trouble(writer.begin_run(id("none"), minute(0)).await), Trouble::NotFound);

    assert_eq!(reader.budget(&id("one")).await.unwrap(), None);
    writer.save_budget(id("one"), "[1,2]".to_owned()).await.unwrap();
    writer.save_budget(id("one"), "[3]".to_owned()).await.unwrap();
    assert_eq!(reader.budget(&id("one")).await.unwrap().as_deref(), Some("[3]"));
    assert_eq!(trouble(writer.save_budget(id("none"), String::new()).await), Trouble::NotFound);

    writer.set_meta("name".to_owned(), "one".to_owned()).await.unwrap();
    writer.set_meta("name".to_owned(), "other".to_owned()).await.unwrap();
    assert_eq!(reader.meta("name").await.unwrap().as_deref(), Some("other"));
    assert_eq!(reader.meta("nothing").await.unwrap(), None);
}

//! Walks of a scripted list into a real book: nobody is lost while rows move, nothing goes on for ever, a stopped walk goes
//! on where it stopped.
#![expect(clippy::unwrap_used, reason = "a test says what it expects by failing")]

use async_trait::async_trait;
use directory::{Book, Reader, Writer};
use kyc::{
    AnswerFault, Blocked, Connection, ConnectionId, Customer, Environment, KycStatus, Problem, ProviderCustomerId,
    ProviderId, ProviderWords, RejectedRecord, RequestLimits, Standing, Trouble,
};
use proptest::prelude::*;
use providers::budget::Budget;
use providers::clock::{Clock, ManualClock};
use providers::{BlockState, Card, Cursor, Description, ListFilter, Page, Provider, Verified, registry};
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use sync::{Progress, Walked, walk};
use tokio_util::sync::CancellationToken;

const PAGE: usize = 10;

type AfterPage = Box<dyn FnMut(usize, &mut Vec<u32>) + Send>;

/// A provider whose list is a vector of numbers, pages of ten by offset, and a script that changes it after each page.
struct Scripted {
    list: Mutex<Vec<u32>>,
    after_page: Mutex<AfterPage>,
    answered: Mutex<usize>,
    announced: Box<dyn Fn(usize) -> Option<u64> + Send + Sync>,
    troubles: Mutex<Vec<(usize, Trouble)>>,
    repeats_for_ever: bool,
    /// From this row on the provider's client calls the list endless.
    endless_from: Option<usize>,
    budget: Budget,
    /// Customers who were asked for one by one.
    asked: Mutex<Vec<String>>,
    /// A provider that cannot be asked for one customer.
    no_cards: bool,
    /// What is answered to that, whoever is asked for.
    card_trouble: Option<Trouble>,
    /// Stands before every name, e-mail and phone: another merchant's customers of the same numbers.
    people: &'static str,
}

impl std::fmt::Debug for Scripted {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Scripted")
    }
}

impl Scripted {
    fn of(count: u32, clock: &Arc<ManualClock>) -> Self {
        let clock: Arc<dyn Clock> = Arc::clone(clock) as Arc<dyn Clock>;
        Self {
            list: Mutex::new((1..=count).rev().collect()),
            after_page: Mutex::new(Box::new(|_, _| {})),
            answered: Mutex::new(0),
            announced: Box::new(|length| Some(length as u64)),
            troubles: Mutex::new(Vec::new()),
            repeats_for_ever: false,
            endless_from: None,
            asked: Mutex::default(),
            no_cards: false,
            card_trouble: None,
            people: "",
            budget: Budget::unlimited(clock),
        }
    }

    fn after_page(self, script: impl FnMut(usize, &mut Vec<u32>) + Send + 'static) -> Self {
        *self.after_page.lock().unwrap() = Box::new(script);
        self
    }

    /// Before the answer number `at` (from 0) is given, this trouble is answered once.
    fn trouble_at(self, at: usize, trouble: Trouble) -> Self {
        self.troubles.lock().unwrap().push((at, trouble));
        self
    }

    fn customer(&self, number: u32) -> Customer {
        let customer = customer(number);
        Customer { name: customer.name.map(|name| format!("{}{name}", self.people)), ..customer }
    }

    fn asked(&self) -> usize {
        self.asked.lock().unwrap().len()
    }

    fn answered(&self) -> usize {
        *self.answered.lock().unwrap()
    }
}

#[async_trait]
impl Provider for Scripted {
    fn description(&self) -> &'static Description {
        let key = if self.no_cards { "cryptopocket" } else { "loveandpay" };
        registry::find(&ProviderId::new(key)).unwrap()
    }

    fn budget(&self) -> &Budget {
        &self.budget
    }

    async fn verify(&self) -> Result<Verified, Problem> {
        Ok(Verified { customers: None })
    }

    async fn customers(&self, _: &ListFilter, cursor: &Cursor) -> Result<Page, Problem> {
        let number = self.answered();
        {
            let mut troubles = self.troubles.lock().unwrap();
            if let Some(place) = troubles.iter().position(|(at, _)| *at == number) {
                return Err(troubles.swap_remove(place).1.into());
            }
        }
        let offset = cursor.to_text().parse().unwrap_or(0_usize);
        if self.endless_from.is_some_and(|row| offset >= row) {
            let words = ProviderWords { code: Some("ENDLESS_LIST".to_owned()), ..ProviderWords::default() };
            return Err(Problem::from(Trouble::BadAnswer { fault: AnswerFault::Shape }).with_words(words));
        }
        let mut list = self.list.lock().unwrap();
        let from = if self.repeats_for_ever { 0 } else { offset };
        let rows = list.iter().skip(from).take(PAGE);
        let customers: Vec<_> = rows.map(|number| self.customer(*number)).collect();
        let next = (!customers.is_empty()).then(|| Cursor::from_text((offset + PAGE).to_string()));
        let total = (self.announced)(list.len());
        *self.answered.lock().unwrap() = number + 1;
        (self.after_page.lock().unwrap())(number, &mut list);
        Ok(Page { customers, rejected: Vec::new(), total, next, search_doubtful: false })
    }

    async fn card(&self, id: &ProviderCustomerId) -> Result<Card, Problem> {
        self.asked.lock().unwrap().push(id.to_string());
        if let Some(trouble) = &self.card_trouble {
            return Err(trouble.clone().into());
        }
        let number = id.as_str().parse().unwrap();
        if !self.list.lock().unwrap().contains(&number) {
            return Err(Trouble::NotFound.into());
        }
        Ok(Card {
            customer: self.customer(number),
            kyc_verified: None,
            average: None,
            block: BlockState { blocked: Blocked::Unknown, since: None, reason: None },
            recent_payments: Vec::new(),
        })
    }
}

fn customer(number: u32) -> Customer {
    Customer {
        id: ProviderCustomerId::new(number.to_string()).unwrap(),
        name: Some(format!("Customer {number}")),
        email: None,
        phone: None,
        kyc: KycStatus::Pending,
        trust: None,
        blocked: Blocked::Unknown,
        payments: None,
        paid: None,
        last_payment: None,
        created: None,
        raw: "{}".to_owned(),
    }
}

struct Desk {
    _folder: tempfile::TempDir,
    _book: Book,
    writer: Writer,
    reader: Reader,
    connection: ConnectionId,
    clock: Arc<ManualClock>,
}

impl Desk {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let book = Book::create(&folder.path().join("book.db"), &"ab".repeat(32).into()).unwrap();
        let (writer, reader) = (book.writer(), book.reader());
        let clock = Arc::new(ManualClock::at("2026-11-01T08:00:00Z".parse().unwrap()));
        let connection = ConnectionId::new("one");
        let saved = Connection {
            id: connection.clone(),
            provider: ProviderId::new("loveandpay"),
            environment: Environment::Custom,
            label: String::new(),
            base_url: "http://127.0.0.1:1".to_owned(),
            key_tail: String::new(),
            limits: RequestLimits::default(),
            standing: Standing::Active,
            created: clock.now(),
        };
        writer.add_connection(saved).await.unwrap();
        Self { _folder: folder, _book: book, writer, reader, connection, clock }
    }

    async fn walk(&self, provider: &Scripted) -> Result<Walked, Problem> {
        self.walk_with(provider, &CancellationToken::new(), |_| {}).await
    }

    async fn walk_with(
        &self,
        provider: &Scripted,
        cancel: &CancellationToken,
        report: impl FnMut(Progress) + Send,
    ) -> Result<Walked, Problem> {
        walk(provider, &self.writer, &self.connection, self.clock.as_ref(), cancel, report).await
    }

    /// Ids in the book, listed or not.
    fn ids(&self, listed: bool) -> BTreeSet<u32> {
        let mut ids = BTreeSet::new();
        self.reader
            .for_each_chunk(100, |customers| {
                let chosen = customers.iter().filter(|customer| customer.unlisted_since.is_none() == listed);
                ids.extend(chosen.map(|customer| customer.customer.id.as_str().parse::<u32>().unwrap()));
            })
            .unwrap();
        ids
    }
}

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
async fn an_empty_list_is_complete() {
    let desk = Desk::new().await;
    let walked = desk.walk(&Scripted::of(0, &desk.clock)).await.unwrap();
    assert_eq!((walked.complete, walked.seen), (true, 0));
}

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
async fn a_stopped_walk_keeps_what_landed() {
    let desk = Desk::new().await;
    let provider = Scripted::of(60, &desk.clock);
    let cancel = CancellationToken::new();
    let stopped = desk
        .walk_with(&provider, &cancel, |progress| {
            if matches!(progress, Progress::Landed { seen: 20, .. }) {
                cancel.cancel();
            }
        })
        .await;
    assert_eq!(stopped.unwrap_err().trouble, Trouble::Cancelled);
    assert_eq!(desk.ids(true).len(), 20);
    assert_eq!(desk.walk(&provider).await.unwrap().seen, 60);
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

#[tokio::test]
async fn the_next_page_is_asked_for_before_the_last_one_lands_and_never_more_than_one() {
    let desk = Desk::new().await;
    let asked = Arc::new(Mutex::new(0_usize));
    let counted = Arc::clone(&asked);
    let provider = Scripted::of(95, &desk.clock).after_page(move |_, _| *counted.lock().unwrap() += 1);
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
    // Ten pages and the empty one behind them, each with the next one asked for; then the look at the head.
    assert_eq!(ahead, [2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 1, 1]);
    assert_eq!(provider.answered(), ahead.len(), "not one request too many");
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

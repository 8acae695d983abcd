//! A runner over outages, on a clock that the test moves: what it says it does, when it tries again, and that looks between
//! walks find what changed.

use super::truth::{client, connection_id, emulator, new_book};
use async_trait::async_trait;
use directory::{Book, RunKind};
use futures_util::FutureExt;
use jiff::{SignedDuration, Timestamp};
use kyc::{BookCustomer, KycStatus, Trouble};
use providers::Provider;
use providers::clock::Clock;
use sandbox::{Fault, FaultRule, Operation, Sandbox};
use serde_json::json;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use sync::{Activity, Connect, Job, Runner, Sink, State, Watched};
use tokio::sync::watch;

/// A clock whose sleepers wait until the test has moved it far enough.
#[derive(Debug)]
struct Hands {
    start: Timestamp,
    elapsed: watch::Sender<Duration>,
    /// By how much the wall is ahead of what has elapsed: time that passed while the computer slept, or, below zero, by how
    /// much it was set back.
    ahead: Mutex<SignedDuration>,
}

impl Hands {
    fn new() -> Arc<Self> {
        // The emulator judges requests by the real time.
        Arc::new(Self { start: Timestamp::now(), elapsed: watch::Sender::default(), ahead: Mutex::default() })
    }

    fn advance(&self, span: Duration) {
        self.elapsed.send_modify(|elapsed| *elapsed += span);
    }
}

#[async_trait]
impl Clock for Hands {
    fn now(&self) -> Timestamp {
        self.start + SignedDuration::try_from(self.elapsed()).unwrap() + *self.ahead.lock().unwrap()
    }

    fn elapsed(&self) -> Duration {
        *self.elapsed.borrow()
    }

    async fn sleep(&self, span: Duration) {
        let until = self.elapsed() + span;
        let mut hands = self.elapsed.subscribe();
        hands.wait_for(|elapsed| *elapsed >= until).await.unwrap();
    }
}

struct News(watch::Sender<u32>);

impl Sink for News {
    fn landed(&self, _: Vec<BookCustomer>) {
        self.0.send_modify(|number| *number += 1);
    }

    fn accepted(&self) {
        self.0.send_modify(|number| *number += 1);
    }

    fn activity_changed(&self) {
        self.0.send_modify(|number| *number += 1);
    }
}

struct Stage {
    _folder: tempfile::TempDir,
    book: Book,
    emulator: Sandbox,
    clock: Arc<Hands>,
    news: watch::Receiver<u32>,
    runner: Runner,
}

impl Stage {
    async fn new(faults: Vec<FaultRule>) -> Self {
        let emulator = emulator(120, 5).await;
        emulator.control().set_faults(faults).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let book = new_book(&folder.path().join("book.db"), &emulator).await;
        let provider = client(&emulator.base_url, &emulator.api_key, &emulator.api_secret);
        let connect: Connect = Arc::new(move || {
            let provider: Arc<dyn Provider> = Arc::clone(&provider);
            async move { Ok(provider) }.boxed()
        });
        let clock = Hands::new();
        let (sender, news) = watch::channel(0);
        let runner = Runner::start(Job {
            connection: connection_id(),
            connect,
            book: book.writer(),
            reader: book.reader(),
            sink: Arc::new(News(sender)),
            clock: Arc::clone(&clock) as Arc<dyn Clock>,
            listed: 0,
            announced: None,
            last_complete: None,
            incomplete: false,
        });
        Self { _folder: folder, book, emulator, clock, news, runner }
    }

    /// Waits for news until what the runner does fits.
    async fn until(&mut self, fits: impl Fn(&Activity) -> bool) -> Activity {
        loop {
            self.news.mark_unchanged();
            let activity = self.runner.activity();
            if fits(&activity) {
                return activity;
            }
            self.news.changed().await.unwrap();
        }
    }

    async fn statuses(&self) -> Vec<(String, KycStatus)> {
        let everybody = super::truth::everybody(&self.book).await;
        everybody.into_iter().map(|(id, book)| (id, book.customer.kyc)).collect()
    }

    async fn end(self) {
        self.runner.shut_down().await;
        self.book.close().await;
        self.emulator.stop().await;
    }
}

fn is_synced(activity: &Activity) -> bool {
    activity.state == State::Idle && activity.last_complete.is_some() && activity.next_walk.is_some()
}

fn is_down(activity: &Activity) -> bool {
    matches!(&activity.state, State::Failed { problem } if problem.trouble == Trouble::ProviderDown)
        && activity.next_walk.is_some()
}

fn outage() -> Vec<FaultRule> {
    vec![FaultRule::new(Fault::Status { status: 503 })]
}

#[tokio::test]
async fn after_an_outage_it_goes_on_by_itself_with_growing_pauses() {
    let mut stage = Stage::new(outage()).await;
    let mut pauses = Vec::new();
    for pause in [15, 30, 60] {
        let down = stage.until(is_down).await;
        pauses.push(down.next_walk.unwrap().duration_since(stage.clock.now()).as_secs());
        if pause == 60 {
            stage.emulator.control().clear_faults();
        }
        // In slices, as it waits.
        for _ in 0..pause / 15 {
            stage.clock.advance(Duration::from_secs(15));
            tokio::task::yield_now().await;
        }
        stage.until(|activity| !is_down(activity) || activity.next_walk != down.next_walk).await;
    }
    assert_eq!(pauses, [15, 30, 60]);
    let synced = stage.until(is_synced).await;
    assert_eq!(synced.seen, 120);
    let problems = stage.book.reader().problems(&connection_id(), 9).await.unwrap();
    assert_eq!((problems.len(), problems[0].times), (1, 3), "an outage is one line");
    assert_eq!(problems[0].words.as_ref().unwrap().http_status, Some(503));
    stage.end().await;
}

#[tokio::test]
async fn the_networks_return_and_the_end_of_a_sleep_are_tried_at_once() {
    let mut stage = Stage::new(outage()).await;
    stage.until(is_down).await;
    // The network is said to be back: no time passes at all.
    stage.runner.network_changed();
    stage.until(|activity| activity.state == State::Syncing).await;
    stage.until(is_down).await;
    stage.emulator.control().clear_faults();
    // The lid was closed for a night; a slice of the wait is over when it is opened.
    *stage.clock.ahead.lock().unwrap() = SignedDuration::from_hours(8);
    stage.clock.advance(Duration::from_secs(15));
    stage.until(is_synced).await;
    stage.end().await;
}

#[tokio::test]
async fn a_clock_that_is_set_back_puts_nothing_off_and_turns_no_history_round() {
    let mut stage = Stage::new(Vec::new()).await;
    let synced = stage.until(is_synced).await;
    let everybody = super::truth::everybody(&stage.book).await;
    let (id, before) = everybody.iter().find(|(_, book)| book.customer.kyc == KycStatus::Pending).unwrap();
    let verified = json!({"kycStatus": "VERIFIED"}).as_object().unwrap().clone();
    stage.emulator.control().change_customer(id, verified).unwrap();

    // It was a day ahead, and somebody has noticed.
    *stage.clock.ahead.lock().unwrap() = SignedDuration::from_hours(-24);
    assert!(synced.last_complete.unwrap() > stage.clock.now(), "what is known is from a time to come");
    // By this computer's other clock, which nobody sets, the next walk is due when it was.
    stage.clock.advance(Duration::from_secs(15 * 60));
    let walked = stage.until(|activity| is_synced(activity) && activity.last_complete != synced.last_complete).await;
    let now = stage.clock.now();
    assert_eq!(walked.last_complete, Some(now), "as of now");
    assert_eq!(walked.next_walk.unwrap().duration_since(now), SignedDuration::from_mins(15));

    let known = stage.book.reader().customer(before.key).await.unwrap().unwrap();
    assert_eq!(known.customer.kyc, KycStatus::Verified, "what changed was found");
    let history = stage.book.reader().history(before.key).await.unwrap();
    assert_eq!(history.len(), 1);
    assert!(history[0].seen_at >= before.last_seen, "for one customer time goes forward: {:?}", history[0]);
    // A process that is started now goes by the newest walk and not by the latest time.
    let complete = stage.book.reader().last_complete(&connection_id()).await.unwrap();
    assert_eq!(complete.map(Timestamp::as_millisecond), Some(now.as_millisecond()));
    stage.end().await;
}

#[tokio::test]
async fn what_changes_is_found_between_walks() {
    let mut stage = Stage::new(Vec::new()).await;
    let synced = stage.until(is_synced).await;
    let pending: Vec<String> =
        stage.statuses().await.into_iter().filter_map(|(id, kyc)| (kyc == KycStatus::Pending).then_some(id)).collect();
    let reader = stage.book.reader();

    // A customer whom an officer opens is looked at at once, when the last look is a minute ago.
    let key = super::truth::everybody(&stage.book).await[&pending[1]].key;
    let rejected = json!({"kycStatus": "REJECTED"}).as_object().unwrap().clone();
    stage.emulator.control().change_customer(&pending[1], rejected).unwrap();
    stage.runner.watch(Watched { opened: vec![key], on_screen: Vec::new() });
    loop {
        stage.news.mark_unchanged();
        let known = reader.customer(key).await.unwrap().unwrap();
        if known.customer.kyc == KycStatus::Rejected {
            break;
        }
        if stage.clock.now().duration_since(known.last_seen).as_secs() < 60 {
            // Looked at just now, before it changed.
            stage.clock.advance(Duration::from_secs(61));
        }
        stage.news.changed().await.unwrap();
    }
    stage.runner.watch(Watched::default());

    let lists = stage.emulator.control().requests()["list"];
    let verified = json!({"kycStatus": "VERIFIED"}).as_object().unwrap().clone();
    stage.emulator.control().change_customer(&pending[0], verified).unwrap();
    stage.clock.advance(Duration::from_secs(301));
    loop {
        stage.news.mark_unchanged();
        let reports = reader.runs(None, None, 9).await.unwrap();
        if reports.iter().any(|report| report.run.kind == RunKind::Refresh && report.findings.verified == 1) {
            break;
        }
        stage.news.changed().await.unwrap();
    }
    assert_eq!(stage.runner.activity().last_complete, synced.last_complete, "no walk was needed");
    assert!(stage.emulator.control().requests()["list"] - lists <= 4, "a page or two of Pending ones and the head");
    stage.end().await;
}

#[tokio::test]
async fn a_stopped_walk_says_when_the_next_one_comes() {
    let slow = FaultRule::new(Fault::Latency { ms: 60_000 }).on(Operation::List);
    let mut stage = Stage::new(vec![slow]).await;
    stage.until(|activity| activity.state == State::Syncing).await;
    stage.runner.stop();
    let stopped = stage.until(|activity| activity.state == State::Idle && activity.next_walk.is_some()).await;
    assert_eq!(stopped.last_complete, None);
    stage.emulator.control().clear_faults();
    stage.runner.sync_now();
    stage.until(is_synced).await;
    stage.end().await;
}

//! Keeps one connection current: walks on start, at intervals and when asked, and says what it is doing.

use crate::activity::{Activity, State};
use crate::pause::{self, Woke};
use crate::refresh::{self, Shared, Watched};
use crate::schedule::{Next, next};
use crate::walk::{Progress, walk};
use crate::yielding::Yielding;
use directory::{Reader, Writer};
use futures_util::future::BoxFuture;
use jiff::Timestamp;
use kyc::{BookCustomer, ConnectionId, Problem, Trouble};
use providers::Provider;
use providers::clock::Clock;
use std::sync::Arc;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// Makes a connection's client: reads its credential and builds it. Called again after a failure, because the credential
/// or the keyring's state may have changed.
pub type Connect = Arc<dyn Fn() -> BoxFuture<'static, Result<Arc<dyn Provider>, Problem>> + Send + Sync>;

/// Where news from a walk goes.
pub trait Sink: Send + Sync {
    /// Customers that are new or changed, as they now stand in the book. Called once a page; must not take long.
    fn landed(&self, customers: Vec<BookCustomer>);

    /// What the connection is doing changed.
    fn activity_changed(&self);

    /// The provider answered a page of the list: it accepted the credential. Called once a page; must not take long.
    fn accepted(&self) {}
}

/// All that a runner needs.
pub struct Job {
    /// The connection.
    pub connection: ConnectionId,
    /// Makes its client.
    pub connect: Connect,
    /// The book.
    pub book: Writer,
    /// Reads it.
    pub reader: Reader,
    /// Where news goes.
    pub sink: Arc<dyn Sink>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Customers of this connection that the book lists already.
    pub listed: u32,
    /// How many the provider announced last.
    pub announced: Option<u32>,
    /// End of the last complete walk.
    pub last_complete: Option<Timestamp>,
    /// Whether the last walk that ended was not complete.
    pub incomplete: bool,
}

/// Runs one connection until it is shut down. Dropping it without [`shut_down`](Self::shut_down) stops it too.
pub struct Runner {
    activity: watch::Receiver<Activity>,
    requests: mpsc::UnboundedSender<Request>,
    shut_down: CancellationToken,
    shared: Arc<Shared>,
    walks: JoinHandle<()>,
    looks: JoinHandle<()>,
}

enum Request {
    Walk,
    Stop,
    NetworkChanged,
}

impl Runner {
    /// Starts with a walk at once. Needs a tokio runtime.
    pub fn start(job: Job) -> Self {
        let (activity_sender, activity) = watch::channel(Activity {
            state: State::Idle,
            seen: job.listed,
            announced: job.announced,
            seconds_left: None,
            rejected: 0,
            last_complete: job.last_complete,
            incomplete: job.incomplete,
            next_walk: None,
        });
        let (requests, inbox) = mpsc::unbounded_channel();
        let shut_down = CancellationToken::new();
        let shared = Arc::new(Shared {
            client: watch::Sender::new(None),
            watched: watch::Sender::default(),
            walks: watch::Sender::new((true, job.last_complete)),
            turn: tokio::sync::Mutex::default(),
            job,
        });
        let walks = Running {
            shared: Arc::clone(&shared),
            activity: activity_sender,
            inbox,
            shut_down: shut_down.clone(),
            client: None,
        };
        let walks = tokio::spawn(walks.run());
        let looks = tokio::spawn(refresh::run(Arc::clone(&shared), shut_down.clone()));
        Self { activity, requests, shut_down, shared, walks, looks }
    }

    /// Says that the system's network has changed. Where the provider could not be reached, it is tried at once.
    pub fn network_changed(&self) {
        let _ = self.requests.send(Request::NetworkChanged);
    }

    /// Says whom an officer has before them now. Customers of other connections are left out of it.
    pub fn watch(&self, watched: Watched) {
        self.shared.watched.send_if_modified(|before| {
            let differs = *before != watched;
            *before = watched;
            differs
        });
    }

    /// What the connection is doing now.
    pub fn activity(&self) -> Activity {
        self.activity.borrow().clone()
    }

    /// Asks for a walk now; while one is going on this does nothing.
    pub fn sync_now(&self) {
        // A runner that has ended is being shut down: nobody waits for its walk any more.
        let _ = self.requests.send(Request::Walk);
    }

    /// Stops the walk that is going on. What has landed stays; the next walk goes on behind it.
    pub fn stop(&self) {
        let _ = self.requests.send(Request::Stop);
    }

    /// Ends the runner and waits until its last transaction is in the book.
    pub async fn shut_down(mut self) {
        self.shut_down.cancel();
        for task in [&mut self.walks, &mut self.looks] {
            if let Err(error) = task.await
                && error.is_panic()
            {
                tracing::error!("a connection's runner ended by a fault of ours");
            }
        }
    }
}

impl Drop for Runner {
    fn drop(&mut self) {
        self.shut_down.cancel();
    }
}

struct Running {
    shared: Arc<Shared>,
    activity: watch::Sender<Activity>,
    inbox: mpsc::UnboundedReceiver<Request>,
    shut_down: CancellationToken,
    client: Option<Arc<dyn Provider>>,
}

/// Why the next walk begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Begin {
    /// It is due.
    Due,
    /// Something happened after which an earlier failure says little.
    Afresh,
    /// It does not: the runner ends.
    Never,
}

impl Running {
    async fn run(mut self) {
        let mut failures = 0;
        loop {
            let ended = self.walk_once().await;
            if self.shut_down.is_cancelled() {
                return;
            }
            failures = if ended.is_some() { failures + 1 } else { 0 };
            match self.pause(next(ended.as_ref(), failures), ended.is_some()).await {
                Begin::Due => {}
                Begin::Afresh => failures = 0,
                Begin::Never => return,
            }
        }
    }

    /// Waits until the next walk is due, asked for, or worth a try.
    async fn pause(&mut self, next: Next, failed: bool) -> Begin {
        let clock = Arc::clone(&self.shared.job.clock);
        let due = match next {
            Next::After(span) => {
                jiff::SignedDuration::try_from(span).ok().and_then(|span| clock.now().checked_add(span).ok())
            }
            Next::WhenAsked => None,
        };
        self.change(|activity| activity.next_walk = due);
        let waiting = async {
            match next {
                Next::After(span) => loop {
                    if pause::wait(clock.as_ref(), span).await == Woke::OnTime
                        || due.is_some_and(|due| clock.now() >= due)
                    {
                        break Begin::Due;
                    }
                    // The computer woke up: what failed before it slept says nothing about now.
                    if failed {
                        break Begin::Afresh;
                    }
                },
                Next::WhenAsked => std::future::pending().await,
            }
        };
        tokio::pin!(waiting);
        loop {
            tokio::select! {
                biased;
                () = self.shut_down.cancelled() => return Begin::Never,
                request = self.inbox.recv() => match request {
                    Some(Request::Walk) => return Begin::Afresh,
                    // A refused key is not sent again because a cable was plugged in.
                    Some(Request::NetworkChanged) if failed && next != Next::WhenAsked => return Begin::Afresh,
                    Some(Request::Stop | Request::NetworkChanged) => {}
                    None => return Begin::Never,
                },
                begin = &mut waiting => return begin,
            }
        }
    }

    /// One walk; the problem that ended it, if one did. A walk that the person stopped did not fail.
    async fn walk_once(&mut self) -> Option<Problem> {
        let before = self.activity.borrow().clone();
        self.change(|activity| {
            activity.state = State::Syncing;
            activity.seconds_left = None;
            activity.next_walk = None;
        });
        self.shared.walks.send_modify(|(walking, _)| *walking = true);
        let ended = self.walk_until_stopped().await;
        self.shared.walks.send_modify(|(walking, _)| *walking = false);
        let problem = match ended {
            Ok(()) => None,
            Err(Problem { trouble: Trouble::Cancelled, .. }) => {
                self.change(|activity| {
                    activity.state = State::Idle;
                    activity.seconds_left = None;
                    activity.seen = activity.seen.max(before.seen);
                });
                return None;
            }
            Err(problem) => Some(problem),
        };
        if let Some(problem) = &problem {
            tracing::warn!(connection = %self.shared.job.connection, %problem, "a walk ended early");
            self.note(problem).await;
            // The credential may have been replaced, the keyring unlocked: the next walk makes its client anew.
            self.client = None;
            self.shared.client.send_replace(None);
            self.change(|activity| {
                activity.seconds_left = None;
                activity.seen = activity.seen.max(before.seen);
                activity.state = match problem.trouble {
                    Trouble::Offline => State::Offline { problem: problem.clone() },
                    _ => State::Failed { problem: problem.clone() },
                };
            });
        }
        problem
    }

    async fn walk_until_stopped(&mut self) -> Result<(), Problem> {
        let client = match &self.client {
            Some(client) => Arc::clone(client),
            None => {
                let client = (self.shared.job.connect)().await?;
                self.client = Some(Arc::clone(&client));
                self.shared.client.send_replace(Some(Arc::clone(&client)));
                client
            }
        };
        let cancel = self.shut_down.child_token();
        let shared = Arc::clone(&self.shared);
        let job = &shared.job;
        let pace = Pace { began: job.clock.now(), seen_at_first: None };
        let mut reporter = Reporter { activity: &self.activity, job, client: Arc::clone(&client), pace };
        let client = Yielding { client, shared: Arc::clone(&shared) };
        let report = |progress| reporter.report(progress);
        let walking = walk(&client, &job.book, &job.connection, job.clock.as_ref(), &cancel, report);
        // Nobody waits for a walk: what an officer asks for meanwhile goes first, and finds some of the budget left.
        let walking = providers::in_background(walking);
        tokio::pin!(walking);
        let walked = loop {
            tokio::select! {
                walked = &mut walking => break walked?,
                request = self.inbox.recv() => match request {
                    Some(Request::Stop) | None => cancel.cancel(),
                    // Already under way.
                    Some(Request::Walk | Request::NetworkChanged) => {}
                },
            }
        };
        let ended = job.clock.now();
        if !walked.unlisted.is_empty() {
            job.sink.landed(walked.unlisted);
        }
        if walked.complete {
            self.shared.walks.send_modify(|(_, complete)| *complete = Some(ended));
        }
        self.change(|activity| {
            activity.state = State::Idle;
            activity.seen = walked.seen;
            activity.seconds_left = None;
            activity.incomplete = !walked.complete;
            if walked.complete {
                activity.last_complete = Some(ended);
            }
        });
        Ok(())
    }

    async fn note(&self, problem: &Problem) {
        let job = &self.shared.job;
        if let Err(left) = job.book.note_problem(job.connection.clone(), problem.clone(), job.clock.now()).await {
            tracing::warn!(problem = %left, "a problem could not be noted");
        }
    }

    fn change(&self, change: impl FnOnce(&mut Activity)) {
        self.activity.send_modify(change);
        self.shared.job.sink.activity_changed();
    }
}

/// Turns a walk's progress into what the side bar shows.
struct Reporter<'a> {
    activity: &'a watch::Sender<Activity>,
    job: &'a Job,
    client: Arc<dyn Provider>,
    pace: Pace,
}

impl Reporter<'_> {
    /// Seconds that the request budget takes for the pages that are left.
    fn by_budget(&self, seen: u32, announced: Option<u32>) -> u32 {
        let left = announced.map_or(0, |announced| announced.saturating_sub(seen));
        let pages = left.div_ceil(self.client.description().capabilities.page_size.max(1));
        u32::try_from(self.client.budget().span_of(pages).as_secs()).unwrap_or(u32::MAX)
    }

    fn report(&mut self, progress: Progress) {
        match progress {
            Progress::Landed { customers, seen, announced, rejected } => {
                let by_pace = self.pace.seconds_left(self.job.clock.now(), seen, announced);
                let seconds_left = by_pace.map(|seconds| seconds.max(self.by_budget(seen, announced)));
                self.job.sink.accepted();
                if !customers.is_empty() {
                    self.job.sink.landed(customers);
                }
                self.activity.send_modify(|activity| {
                    activity.state = State::Syncing;
                    activity.seen = seen;
                    activity.announced = announced;
                    activity.rejected = rejected;
                    activity.seconds_left = seconds_left;
                });
            }
            Progress::Refreshed { customers } => self.job.sink.landed(customers),
            Progress::Waiting { until } => {
                self.activity.send_modify(|activity| activity.state = State::Waiting { until });
            }
            Progress::GoingOn => self.activity.send_modify(|activity| activity.state = State::Syncing),
        }
        self.job.sink.activity_changed();
    }
}

/// How fast a walk goes, waits for its budget included, because those come again.
struct Pace {
    began: Timestamp,
    /// Customers seen when the first page landed; those of a resumed walk were not fetched now.
    seen_at_first: Option<u32>,
}

impl Pace {
    fn seconds_left(&mut self, now: Timestamp, seen: u32, announced: Option<u32>) -> Option<u32> {
        let first = *self.seen_at_first.get_or_insert(seen);
        let left = announced?.checked_sub(seen)?;
        let fetched = seen.checked_sub(first).filter(|&fetched| fetched > 0)?;
        let milliseconds = now.duration_since(self.began).as_millis();
        let left_milliseconds = milliseconds * i128::from(left) / i128::from(fetched);
        u32::try_from(left_milliseconds / 1_000).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::ToSpan;

    #[test]
    fn the_time_left_follows_from_the_pace() {
        let began = Timestamp::UNIX_EPOCH;
        let mut pace = Pace { began, seen_at_first: None };
        assert_eq!(pace.seconds_left(began + 1.second(), 100, Some(1_100)), None, "one page tells no pace");
        assert_eq!(pace.seconds_left(began + 10.seconds(), 600, Some(1_100)), Some(10));
        assert_eq!(pace.seconds_left(began + 20.seconds(), 1_100, Some(1_100)), Some(0));
        assert_eq!(pace.seconds_left(began + 20.seconds(), 1_200, Some(1_100)), None, "more than announced");
        assert_eq!(pace.seconds_left(began + 20.seconds(), 700, None), None, "nothing announced");
    }
}

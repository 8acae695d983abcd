//! What only the core itself can show, with times that no real connection uses.

use super::*;
use crate::address;
use crate::clock::ManualClock;
use crate::loveandpay;
use crate::provider::Features;
use crate::route::{Offer, Verb};
use server::{Server, expect};

#[path = "../../tests/support/mod.rs"]
mod server;

pub(super) struct Bare;

impl Dialect for Bare {
    fn headers(&self, _: &Outgoing<'_>) -> Result<HeaderMap, Problem> {
        Ok(HeaderMap::new())
    }

    fn judge(&self, absent: Absent, answer: &Answer) -> Result<(), Failure> {
        match answer.trouble_by_status(absent) {
            Some(trouble) => Err(answer.problem(trouble, None, None).into()),
            None => Ok(()),
        }
    }

    fn secrets(&self) -> Vec<&SecretString> {
        Vec::new()
    }
}

/// A silence that only a provider which never speaks exceeds, and one that a busy machine does not exceed either.
pub(super) const LONG: Duration = Duration::from_secs(60);
const SHORT: Duration = Duration::from_millis(300);

pub(super) fn core(base: &str, limits: RequestLimits, silence: Duration) -> (Core, Arc<ManualClock>) {
    let clock = Arc::new(ManualClock::at("2026-11-20T10:00:00Z".parse().unwrap()));
    let base = address::parse(base).unwrap();
    let endpoint = Endpoint {
        base,
        limits,
        clock: Arc::clone(&clock) as Arc<dyn Clock>,
        budget: None,
        features: Features { timeouts: Timeouts { connect: LONG, silence, total: LONG }, ..Features::default() },
    };
    (Core::new(endpoint, &loveandpay::DESCRIPTION).unwrap(), clock)
}

pub(super) fn read() -> Call {
    Call::to(&Route::new("x", Verb::Get, "/x", Offer::Always))
}

fn write() -> Call {
    Call::to(&Route::new("x", Verb::Post, "/x", Offer::Always)).json(Zeroizing::new(b"{}".to_vec()))
}

pub(super) const UNLIMITED: RequestLimits = RequestLimits { per_minute: Some(0), per_hour: Some(0) };

#[tokio::test]
async fn a_silent_provider_is_down_and_is_asked_three_times() {
    let server = Server::start((0..3).map(|_| expect("GET /x").then_silence())).await;
    let (core, clock) = core(server.origin(), UNLIMITED, SHORT);
    let failure = core.send(&read(), &mut Bare).await.unwrap_err();
    assert_eq!(failure.problem.trouble, Trouble::ProviderDown);
    let slept = clock.slept();
    assert_eq!(slept.len(), 2);
    assert!(slept[0] >= Duration::from_millis(375) && slept[0] <= Duration::from_millis(625), "{slept:?}");
    assert!(slept[1] >= Duration::from_millis(750) && slept[1] <= Duration::from_millis(1250), "{slept:?}");
    server.finish();
}

#[tokio::test]
async fn a_provider_that_stops_in_the_body_is_down() {
    let begun = "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"a\"";
    let server = Server::start((0..3).map(|_| expect("GET /x").raw(begun).then_silence())).await;
    let (core, _) = core(server.origin(), UNLIMITED, SHORT);
    let failure = core.send(&read(), &mut Bare).await.unwrap_err();
    assert_eq!(failure.problem.trouble, Trouble::ProviderDown);
    server.finish();
}

#[tokio::test]
async fn a_write_is_sent_once_whatever_happens() {
    let cases = [
        (expect("POST /x").closed(), LONG),
        (expect("POST /x").json(500, "{}"), LONG),
        (expect("POST /x").reply(429, &[("retry-after", "0")], b"{}"), LONG),
        (expect("POST /x").json(200, "{\"a\":1}").cut(3), LONG),
        (expect("POST /x").then_silence(), SHORT),
    ];
    for (case, silence) in cases {
        let server = Server::start([case]).await;
        let (core, clock) = core(server.origin(), UNLIMITED, silence);
        let call = write();
        core.send(&call, &mut Bare).await.unwrap_err();
        assert!(clock.slept().is_empty());
        server.finish();
    }
}

#[tokio::test]
async fn a_missing_subject_is_not_found_and_a_missing_path_a_bad_address() {
    for (absent, trouble) in
        [(Absent::Subject, Trouble::NotFound), (Absent::Path, Trouble::BadAnswer { fault: AnswerFault::Shape })]
    {
        let server = Server::start([expect("GET /x").json(404, "{}")]).await;
        let (core, _) = core(server.origin(), UNLIMITED, LONG);
        let call = Call { absent, ..read() };
        assert_eq!(core.send(&call, &mut Bare).await.unwrap_err().problem.trouble, trouble);
        server.finish();
    }
}

#[tokio::test]
async fn every_attempt_counts_in_the_budget() {
    let limits = RequestLimits { per_minute: Some(2), per_hour: None };
    let server = Server::start((0..2).map(|_| expect("GET /x").json(503, "{}"))).await;
    let (core, clock) = core(server.origin(), limits, LONG);
    let failure = core.send(&read(), &mut Bare).await.unwrap_err();
    // The third attempt would be the third request within a minute.
    let Trouble::RateLimited { until: Some(until) } = failure.problem.trouble else { panic!("{failure:?}") };
    assert_eq!(until, core.budget().next_at());
    assert!(until > clock.now());
    server.finish();
}

#[tokio::test]
async fn the_query_is_percent_encoded_and_not_part_of_the_signed_path() {
    let target = "GET /api/v2/x?search=%D0%98%D0%B2%D0%B0%D0%BD+%26&phone=%2B7";
    let server = Server::start([expect(target).json(200, "{}")]).await;
    let (core, _) = core(&format!("{}/api/v2", server.origin()), UNLIMITED, LONG);
    let query = vec![("search", "Иван &".to_owned()), ("phone", "+7".to_owned())];
    core.send(&read().query(query), &mut Bare).await.unwrap();
    server.finish();
}

#[test]
fn windows_follow_the_connections_own_limits() {
    let limits = |per_minute, per_hour| RequestLimits { per_minute, per_hour };
    let pocket = crate::registry::find(&kyc::ProviderId::new("cryptopocket")).unwrap();
    for (description, limits, expected) in [
        (&loveandpay::DESCRIPTION, limits(None, None), &[(90, 60), (900, 3600)][..]),
        (&loveandpay::DESCRIPTION, limits(Some(10), None), &[(10, 60), (900, 3600)]),
        (&loveandpay::DESCRIPTION, limits(Some(0), Some(0)), &[]),
        (pocket, limits(None, None), &[(2, 1), (120, 60), (7200, 3600)]),
        (pocket, limits(None, Some(0)), &[(2, 1), (120, 60)]),
        (pocket, limits(Some(0), Some(50)), &[(50, 3600)]),
    ] {
        let windows: Vec<_> =
            windows(description, limits).into_iter().map(|window| (window.most, window.span.as_secs())).collect();
        assert_eq!(windows, expected, "{limits:?}");
    }
}

#[test]
fn jitter_is_a_fraction() {
    for _ in 0..100 {
        assert!((0.0..=1.0).contains(&jitter()));
    }
}

#[tokio::test]
async fn a_request_that_is_given_up_frees_its_turn() {
    let pocket = crate::registry::find(&kyc::ProviderId::new("cryptopocket")).unwrap();
    let server = Server::start([expect("GET /x").then_silence(), expect("GET /x").json(200, "{}")]).await;
    let clock = Arc::new(ManualClock::at("2026-11-20T10:00:00Z".parse().unwrap()));
    let base = address::parse(server.origin()).unwrap();
    let clock = Arc::clone(&clock) as Arc<dyn Clock>;
    let features = Features { timeouts: Timeouts { connect: LONG, silence: LONG, total: LONG }, ..Features::default() };
    let endpoint = Endpoint { base, limits: UNLIMITED, clock, budget: None, features };
    let core = Core::new(endpoint, pocket).unwrap();
    let (call, other) = (read(), read());
    let mut bare = Bare;
    let mut first = Box::pin(core.send(&call, &mut bare));
    while server.seen().is_empty() {
        assert!(tokio::time::timeout(Duration::from_millis(1), &mut first).await.is_err(), "the server is silent");
    }
    drop(first);
    core.send(&other, &mut Bare).await.unwrap();
    server.finish();
}

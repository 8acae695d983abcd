//! The HTTP core that all providers share: how a request is sent, how much of an answer is taken, what a failure of the
//! network means, and how often a read is repeated. It knows no provider: signing, tokens and the meaning of a JSON
//! answer come from a [`Dialect`].

mod answer;
mod failure;
mod retry;
mod server_clock;

#[cfg(test)]
mod reuse_tests;
#[cfg(test)]
mod tests;

pub(crate) use answer::Answer;
pub(crate) use failure::Failure;
pub(crate) use reqwest::Method;
pub(crate) use retry::Proof;

use crate::address::BaseUrl;
use crate::budget::{Budget, Window};
use crate::clock::Clock;
use crate::provider::Description;
use crate::registry::Endpoint;
use crate::route::Route;
use async_trait::async_trait;
use bytes::Bytes;
use jiff::Timestamp;
use kyc::{AnswerFault, Problem, RequestLimits, Trouble};
use reqwest::header::{ACCEPT, CONTENT_TYPE, HeaderMap, HeaderValue};
use reqwest::redirect::Policy;
use retry::{Decision, Failed};
use secrecy::{ExposeSecret, SecretString};
use server_clock::ServerClock;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::Semaphore;
use url::Url;
use zeroize::Zeroizing;

/// The largest answer that is taken, after decompression, in bytes. The largest honest one, 1,000 invoices with their
/// QR codes, stays under 4 MiB.
const LARGEST_ANSWER: usize = 16 * 1024 * 1024;

/// An idle connection is dropped before a server would: a request sent into a closing connection would have an unknown
/// outcome.
const IDLE: Duration = Duration::from_secs(15);

/// What a provider still works at when the connection breaks is mostly done by then, and an officer waits no longer.
const SETTLING: Duration = Duration::from_secs(2);

/// How long each part of a request may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timeouts {
    /// Until a connection stands, TLS included.
    pub connect: Duration,
    /// Without a single byte coming.
    pub silence: Duration,
    /// In all.
    pub total: Duration,
}

impl Timeouts {
    /// 10 s to connect: a host that needs longer is not reachable for practical purposes. 20 s of silence: a slow list
    /// query is silent before its first byte. 30 s in all: Love&Pay's guidance, "the API can be slow".
    pub const USUAL: Self =
        Self { connect: Duration::from_secs(10), silence: Duration::from_secs(20), total: Duration::from_secs(30) };
}

impl Default for Timeouts {
    fn default() -> Self {
        Self::USUAL
    }
}

/// What the absence of an answer's subject (404) means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Absent {
    /// The customer (or session, invoice …) does not exist.
    Subject,
    /// The path does not exist: the address is wrong.
    Path,
}

/// One request to a provider, without its headers.
#[derive(Debug)]
pub(crate) struct Call {
    pub method: Method,
    /// Path below the base address, beginning with a slash.
    pub path: String,
    /// Query in order; percent-encoded when sent.
    pub query: Vec<(&'static str, String)>,
    /// JSON body, or the form in `content_type`.
    pub body: Option<Zeroizing<Vec<u8>>>,
    /// What the body is.
    pub content_type: &'static str,
    pub absent: Absent,
    /// The whole answer is a secret and is wiped after it was read.
    pub confidential: bool,
}

const JSON: &str = "application/json";
const FORM: &str = "application/x-www-form-urlencoded";

impl Call {
    /// A request to an endpoint whose path holds no id.
    pub fn to(route: &Route) -> Self {
        Self::at(route, route.path.to_owned())
    }

    /// A request to the endpoint of one subject; a 404 means that the subject does not exist. `id` must have been checked
    /// to be one segment of a path.
    pub fn about(route: &Route, id: &str) -> Self {
        Self::at(route, route.path_of(id)).of_subject()
    }

    fn at(route: &Route, path: String) -> Self {
        Self {
            method: route.verb.method(),
            path,
            query: Vec::new(),
            body: None,
            content_type: JSON,
            absent: Absent::Path,
            confidential: false,
        }
    }

    /// The same with a query.
    pub fn query(self, query: Vec<(&'static str, String)>) -> Self {
        Self { query, ..self }
    }

    /// The same with a JSON body.
    pub fn json(self, body: Zeroizing<Vec<u8>>) -> Self {
        Self { body: Some(body), content_type: JSON, ..self }
    }

    /// The same with a form as its body.
    pub fn form(self, fields: &[(&str, &str)]) -> Self {
        let form = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        Self { body: Some(Zeroizing::new(form.into_bytes())), content_type: FORM, ..self }
    }

    /// The same, where the answer opens something for whoever reads it: a token, a password, a link.
    pub fn confidential(self) -> Self {
        Self { confidential: true, ..self }
    }

    /// The same, where a 404 means that the subject does not exist.
    pub fn of_subject(self) -> Self {
        Self { absent: Absent::Subject, ..self }
    }
}

/// What is known of an attempt when its headers are made.
pub(crate) struct Outgoing<'a> {
    pub method: &'a Method,
    /// The whole path, the base address's own included, without the query.
    pub path: String,
    /// The bytes that are sent.
    pub body: &'a [u8],
    /// The time to sign with: the provider's own, where it is proved to differ from this computer's.
    pub now: Timestamp,
}

/// A provider's part in a request: how it is authorised, and what its JSON answers mean.
#[async_trait]
pub(crate) trait Dialect: Send + Sync {
    /// Headers for one attempt; made anew for each.
    fn headers(&self, outgoing: &Outgoing<'_>) -> Result<HeaderMap, Problem>;

    /// Tells a JSON answer that reports a failure.
    fn judge(&self, absent: Absent, answer: &Answer) -> Result<(), Failure>;

    /// Everything that must not appear in a problem, should the provider repeat it in its answer.
    fn secrets(&self) -> Vec<&SecretString>;

    /// What the request is authorised with.
    fn proof(&self) -> Proof {
        Proof::Credential
    }

    /// Gets another token in place of the refused one.
    async fn renew(&mut self, _core: &Core) -> Result<(), Failure> {
        Ok(())
    }
}

/// Sends the requests of one connection.
#[derive(Debug)]
pub(crate) struct Core {
    client: reqwest::Client,
    base: BaseUrl,
    clock: Arc<dyn Clock>,
    budget: Budget,
    /// Held while a request is under way, where a provider wants one at a time.
    turn: Option<Semaphore>,
    server_clock: Mutex<ServerClock>,
}

impl Core {
    /// A core for one connection.
    ///
    /// # Errors
    /// [`Trouble::Internal`] when the system has no trusted certificates that TLS could start from.
    pub fn new(endpoint: Endpoint, description: &Description) -> Result<Self, Problem> {
        let Endpoint { base, limits, clock, budget: spent, features } = endpoint;
        let client = client(&base, features.timeouts).map_err(|error| {
            tracing::error!(%error, "no HTTP client");
            Trouble::Internal
        })?;
        let budget = Budget::new(windows(description, limits), Arc::clone(&clock));
        if let Some(spent) = spent
            && let Err(error) = budget.restore(&spent)
        {
            // The provider's own limit still stands; it is only met later.
            tracing::warn!(%error, provider = description.key, "the request budget starts anew");
        }
        let turn = description.capabilities.one_at_a_time.then(|| Semaphore::new(1));
        Ok(Self { client, base, clock, budget, turn, server_clock: Mutex::default() })
    }

    /// The connection's request budget.
    pub fn budget(&self) -> &Budget {
        &self.budget
    }

    /// Time since a fixed moment of this process.
    pub fn elapsed(&self) -> Duration {
        self.clock.elapsed()
    }

    /// Gives the provider a moment to finish what it may still be at, before it is asked what became of a request.
    pub async fn settle(&self) {
        self.clock.sleep(SETTLING).await;
    }

    /// Sends a request, repeats it where [`retry::decide`] says so, and gives an answer that the dialect calls a
    /// success.
    pub async fn send(&self, call: &Call, dialect: &mut dyn Dialect) -> Result<Answer, Failure> {
        let mut attempt = 1;
        loop {
            let failure = match self.attempt(call, dialect).await {
                Ok(answer) => return Ok(answer),
                Err(failure) => failure.without(&dialect.secrets()),
            };
            let failed = Failed {
                method: &call.method,
                trouble: &failure.problem.trouble,
                attempt,
                asked: failure.retry_after,
                proof: dialect.proof(),
            };
            match retry::decide(&failed, jitter()) {
                Decision::Stop => return Err(failure),
                Decision::RefreshToken => {
                    tracing::debug!(attempt, "token renewed");
                    dialect.renew(self).await?;
                    // It was turned away at the door, which is no attempt.
                    continue;
                }
                Decision::AskTheClock => tracing::warn!(attempt, problem = %failure.problem, "request signed anew"),
                Decision::RetryAfter(pause) => {
                    tracing::debug!(attempt, ?pause, problem = %failure.problem, "request repeated");
                    self.clock.sleep(pause).await;
                }
            }
            attempt += 1;
        }
    }

    async fn attempt(&self, call: &Call, dialect: &mut dyn Dialect) -> Result<Answer, Failure> {
        let _turn = self.budget.admit_in_turn(self.turn.as_ref()).await?;
        let answer = self.exchange(call, dialect).await?;
        let judged = match answer.plain_problem(call.absent) {
            Ok(()) => dialect.judge(call.absent, &answer),
            Err(problem) => Err(problem.into()),
        };
        let Err(mut failure) = judged else { return Ok(answer) };
        failure.retry_after = answer.retry_after;
        if let Trouble::RateLimited { until } = &mut failure.problem.trouble {
            // Whoever else uses this connection waits as well.
            *until = Some(self.budget.hold(answer.retry_after.unwrap_or(retry::UNNAMED_WAIT)));
        }
        Err(failure)
    }

    async fn exchange(&self, call: &Call, dialect: &mut dyn Dialect) -> Result<Answer, Failure> {
        let body = call.body.as_ref().map_or(&[][..], |body| body);
        let path = self.base.path_with(&call.path);
        let server_now = self.server_clock().now(self.clock.now(), self.clock.elapsed());
        let now = server_now.unwrap_or_else(|| self.clock.now());
        let outgoing = Outgoing { method: &call.method, path, body, now };
        let headers = dialect.headers(&outgoing)?;
        let mut url = Url::parse(&self.base.with(&call.path)).map_err(|_| Problem::from(Trouble::Internal))?;
        if !call.query.is_empty() {
            url.query_pairs_mut().extend_pairs(&call.query);
        }
        // What is signed must be what is sent.
        if url.path() != outgoing.path {
            return Err(Problem::from(Trouble::Internal).into());
        }
        let mut request = self.client.request(call.method.clone(), url).headers(headers);
        request = request.header(ACCEPT, HeaderValue::from_static("application/json"));
        if call.body.is_some() {
            request = request
                .header(CONTENT_TYPE, HeaderValue::from_static(call.content_type))
                .body(Bytes::from_owner(Zeroizing::new(body.to_vec())));
        }
        let mut response = request.send().await.map_err(|error| failure::of_sending(&error))?;
        let received = self.clock.now();
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        // What is announced is not believed beyond what is taken.
        let announced = response.content_length().and_then(|length| usize::try_from(length).ok()).unwrap_or(0);
        // A buffer that grows leaves copies behind; no confidential answer is longer than this.
        let room = if call.confidential { announced.max(64 * 1024) } else { announced };
        let mut bytes = Vec::with_capacity(room.min(1024 * 1024));
        while let Some(chunk) = response.chunk().await.map_err(|error| failure::of_reading(&error, status))? {
            if bytes.len() + chunk.len() > LARGEST_ANSWER {
                return Err(failure::bad_answer(AnswerFault::TooLarge, status).into());
            }
            bytes.extend_from_slice(&chunk);
        }
        // The connection goes back to the pool now, so that the next request finds it there and opens none.
        tokio::task::yield_now().await;
        let mut answer = Answer::new(status, &headers, bytes, received);
        answer.signed_by_server_clock = server_now.is_some();
        answer.confidential = call.confidential;
        if let Some(date) = answer.date {
            self.server_clock().observe(date, received, self.clock.elapsed());
        }
        Ok(answer)
    }

    fn server_clock(&self) -> MutexGuard<'_, ServerClock> {
        self.server_clock.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn client(base: &BaseUrl, timeouts: Timeouts) -> Result<reqwest::Client, reqwest::Error> {
    let mut builder = reqwest::Client::builder()
        .user_agent(concat!("Vouch/", env!("CARGO_PKG_VERSION")))
        // A request with secrets in its headers must not be repeated at another address.
        .redirect(Policy::none())
        // Repeating is decided in one place only.
        .retry(reqwest::retry::never())
        .referer(false)
        .connect_timeout(timeouts.connect)
        .read_timeout(timeouts.silence)
        .timeout(timeouts.total)
        .pool_idle_timeout(IDLE);
    if base.is_loopback() {
        // `localhost` is this computer, whatever a resolver says.
        let local = [SocketAddr::from((Ipv4Addr::LOCALHOST, 0)), SocketAddr::from((Ipv6Addr::LOCALHOST, 0))];
        builder = builder.no_proxy().resolve_to_addrs("localhost", &local);
    }
    builder = if base.as_str().starts_with("https:") {
        builder.https_only(true)
    } else {
        // No certificates are needed, and a machine may have none.
        builder.tls_certs_only([])
    };
    builder.build()
}

/// The windows of a connection: its own limits, the provider's where it has none, and no window for a limit of 0. Who
/// lifts the limit per minute lifts the pace per second with it.
fn windows(description: &Description, limits: RequestLimits) -> Vec<Window> {
    let per_second = description.capabilities.per_second.filter(|_| limits.per_minute != Some(0));
    let usual = description.limits;
    [(per_second, 1), (limits.per_minute.or(usual.per_minute), 60), (limits.per_hour.or(usual.per_hour), 60 * 60)]
        .into_iter()
        .filter_map(|(most, seconds)| {
            let most = most.filter(|most| *most > 0)?;
            Some(Window { most, span: Duration::from_secs(seconds) })
        })
        .collect()
}

/// A header whose value is left out of debug output.
pub(crate) fn secret_header(value: &SecretString) -> Result<HeaderValue, Problem> {
    let mut header =
        HeaderValue::from_str(value.expose_secret()).map_err(|_| Problem::from(Trouble::CredentialsRejected))?;
    header.set_sensitive(true);
    Ok(header)
}

/// A random number between 0 and 1; the middle where the system has no randomness.
fn jitter() -> f64 {
    getrandom::u32().map_or(0.5, |random| f64::from(random) / f64::from(u32::MAX))
}

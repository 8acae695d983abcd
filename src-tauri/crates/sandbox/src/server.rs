//! The running emulator: listens on 127.0.0.1, reads requests whole, lets faults strike, hands the rest to the provider's
//! emulator.

use crate::control::{self, Control};
use crate::exchange::{Call, Emulator, Operation, Reply, Route};
use crate::faults::{self, Plan};
use crate::moment::Moment;
use crate::options::{Options, Provider};
use crate::wire::{Listener, Wire};
use crate::{cryptopocket, loveandpay};
use axum::Router;
use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use jiff::Timestamp;
use std::collections::HashMap;
use std::io;
use std::net::Ipv4Addr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// Longest request body that is read: a document in base64 fits.
const BODY_LIMIT: usize = 16 * 1024 * 1024;

/// How long stopping waits for those who do not read what they asked for.
const STOPPING: Duration = Duration::from_secs(5);

/// A running emulator of one provider. It stops when it is dropped.
pub struct Sandbox {
    /// What a connection's address is: `http://127.0.0.1:PORT/api/v2` or `http://127.0.0.1:PORT/api`.
    pub base_url: String,
    /// The API key that is accepted.
    pub api_key: String,
    /// The API secret that is accepted. Made up, good for nothing else.
    pub api_secret: String,
    /// Under which the control endpoint lies: `http://127.0.0.1:PORT/control`.
    pub control_url: String,
    /// How many customers there were at the start, odd ones included.
    pub customers: usize,
    control: Control,
    stop: CancellationToken,
    serving: JoinHandle<io::Result<()>>,
}

impl std::fmt::Debug for Sandbox {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Sandbox").field("base_url", &self.base_url).finish_non_exhaustive()
    }
}

impl Sandbox {
    /// Makes the customers and begins to listen; requests are answered as soon as this returns. Needs a tokio runtime
    /// with I/O and time.
    ///
    /// # Errors
    /// When the port is taken or cannot be had, and when there are to be too many customers.
    pub async fn start(options: Options) -> io::Result<Self> {
        if options.customers > Options::MOST_CUSTOMERS {
            let why = format!("at most {} customers", Options::MOST_CUSTOMERS);
            return Err(io::Error::new(io::ErrorKind::InvalidInput, why));
        }
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, options.port)).await?;
        let port = listener.local_addr()?.port();
        let provider = options.provider;
        // A million customers take a moment, which other tasks of the runtime should not have to wait for.
        let made = tokio::task::spawn_blocking(move || match provider {
            Provider::LoveAndPay => loveandpay::open(&options),
            Provider::Cryptopocket => cryptopocket::open(&options),
        });
        let Opened { emulator, api_key, api_secret, base_path, customers } = made.await.map_err(io::Error::other)?;

        let stop = CancellationToken::new();
        let desk = Desk {
            provider,
            emulator,
            plan: Mutex::default(),
            requests: Mutex::default(),
            request_ids: AtomicU64::new(0),
            stop: stop.clone(),
        };
        let desk = Arc::new(desk);
        let router = Router::new().fallback(answer).with_state(Arc::clone(&desk));
        let service = router.into_make_service_with_connect_info::<Wire>();
        let until = stop.clone().cancelled_owned();
        let serving = async move { axum::serve(Listener(listener), service).with_graceful_shutdown(until).await };
        let serving = tokio::spawn(serving);

        Ok(Self {
            base_url: format!("http://127.0.0.1:{port}{base_path}"),
            api_key,
            api_secret,
            control_url: format!("http://127.0.0.1:{port}/control"),
            customers,
            control: Control::new(desk),
            stop,
            serving,
        })
    }

    /// What the control endpoint does, without HTTP.
    pub fn control(&self) -> &Control {
        &self.control
    }

    /// Stops and waits until the port is free again. Requests under way are answered; somebody who does not read an
    /// answer is waited for five seconds.
    pub async fn stop(mut self) {
        self.stop.cancel();
        // How serving ended does not matter to somebody who ends it.
        if tokio::time::timeout(STOPPING, &mut self.serving).await.is_err() {
            self.serving.abort();
        }
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

/// An emulator that is ready to be served.
pub struct Opened {
    /// The provider's side.
    pub emulator: Box<dyn Emulator>,
    /// The API key that is accepted.
    pub api_key: String,
    /// The API secret that is accepted.
    pub api_secret: String,
    /// The path of the base URL.
    pub base_path: &'static str,
    /// How many customers there are.
    pub customers: usize,
}

/// What all requests share.
pub struct Desk {
    /// Which provider.
    pub provider: Provider,
    /// The provider's side.
    pub emulator: Box<dyn Emulator>,
    plan: Mutex<Plan>,
    requests: Mutex<HashMap<Option<Operation>, u64>>,
    request_ids: AtomicU64,
    stop: CancellationToken,
}

impl Desk {
    /// The faults in force.
    pub fn plan(&self) -> MutexGuard<'_, Plan> {
        self.plan.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How many requests came, by operation; `None` are those to unknown paths. Those to the control endpoint are not counted.
    pub fn requests(&self) -> MutexGuard<'_, HashMap<Option<Operation>, u64>> {
        self.requests.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn answer(State(desk): State<Arc<Desk>>, ConnectInfo(wire): ConnectInfo<Wire>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let path = parts.uri.path().to_owned();
    let query = parts.uri.query().unwrap_or_default();
    let query = url::form_urlencoded::parse(query.as_bytes()).into_owned().collect::<Vec<_>>();
    let Ok(body) = axum::body::to_bytes(body, BODY_LIMIT).await else {
        let reply = Reply::text(StatusCode::PAYLOAD_TOO_LARGE, "Payload Too Large");
        return sent(&desk, wire, reply, Moment::of(Timestamp::now()), "");
    };

    if let Some(rest) = path.strip_prefix("/control/") {
        let now = Moment::of(Timestamp::now());
        let reply = if control::is_from_web_page(&parts.headers) {
            Reply::text(StatusCode::FORBIDDEN, "not for web pages")
        } else {
            control::answer(&Control::new(Arc::clone(&desk)), &parts.method, rest, &query, &body, now)
        };
        return sent(&desk, wire, reply, now, "");
    }

    let request_id = format!("req-{:08x}", desk.request_ids.fetch_add(1, Ordering::Relaxed));
    let route = desk.emulator.route(&parts.method, &path);
    let operation = if let Route::To(operation, _) = &route { Some(*operation) } else { None };
    *desk.requests().entry(operation).or_default() += 1;
    let faults = desk.plan().strike(operation);
    let delay = faults::delay(&faults);
    if !delay.is_zero() {
        tokio::select! {
            () = tokio::time::sleep(delay) => {}
            () = desk.stop.cancelled() => {}
        }
    }

    let now = Moment::of(Timestamp::now()).after(faults::clock_ahead(&faults));
    let instead = faults::before_answer(&faults, desk.emulator.as_ref(), now, &request_id);
    let mut reply = match (instead, route) {
        (Some(reply), _) => reply,
        (None, Route::To(operation, id)) => {
            let request_id = request_id.clone();
            let headers = parts.headers;
            let call = Call { operation, id, method: parts.method, path, query, headers, body, now, request_id };
            answer_on_pool(&desk, call).await
        }
        (None, Route::OtherMethod) => Reply::text(StatusCode::METHOD_NOT_ALLOWED, "Method Not Allowed"),
        (None, Route::Unknown) => Reply::text(StatusCode::NOT_FOUND, "Not Found"),
    };
    faults::after_answer(&faults, desk.emulator.as_ref(), operation, &desk.plan, &mut reply);
    sent(&desk, wire, reply, now, if desk.emulator.sends_request_ids() { &request_id } else { "" })
}

/// A search through all customers takes milliseconds, which other connections should not have to wait for.
async fn answer_on_pool(desk: &Arc<Desk>, call: Call) -> Reply {
    let desk = Arc::clone(desk);
    let answered = tokio::task::spawn_blocking(move || desk.emulator.answer(&call)).await;
    answered.unwrap_or_else(|_| Reply::text(StatusCode::INTERNAL_SERVER_ERROR, "the emulator failed"))
}

fn sent(desk: &Desk, wire: Wire, reply: Reply, now: Moment, request_id: &str) -> Response {
    let (body, length) = reply.delivery.body(reply.body, wire, desk.stop.clone());
    let mut response = Response::new(body);
    *response.status_mut() = reply.status;
    let headers = response.headers_mut();
    headers.extend(reply.headers);
    if let Ok(content_type) = HeaderValue::from_str(&reply.content_type) {
        headers.insert(header::CONTENT_TYPE, content_type);
    }
    if let Some(length) = length {
        headers.insert(header::CONTENT_LENGTH, HeaderValue::from(length));
    }
    headers.insert(header::DATE, faults::http_date(now));
    if let Ok(id) = HeaderValue::from_str(request_id)
        && !request_id.is_empty()
    {
        headers.insert("x-request-id", id);
    }
    response
}

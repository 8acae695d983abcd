//! Both providers as they answer when all is well, and a fault that strikes one operation until it is lifted.

use crate::support::{Answering, Expected, Request, expect};
use jiff::Timestamp;
use kyc::{Credential, Problem, ProviderCustomerId, RequestLimits, Trouble};
use providers::{
    Clock, Cursor, Document, Features, ListFilter, ManualClock, Outcome, Provider, Registration, Timeouts, address,
    registry,
};
use std::fmt::Debug;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::task::JoinSet;

pub const UUID: &str = "550e8400-e29b-41d4-a716-446655440000";
const CARD: &str = include_str!("../data/fixtures/loveandpay/customer_get.json");
const BLOCKED: &str = include_str!("../data/fixtures/loveandpay/customer_block.json");
const STATUS: &str = include_str!("../data/fixtures/cryptopocket/kyc_check_assumed.json");
const REGISTERED: &str = include_str!("../data/fixtures/cryptopocket/register_user_assumed.json");
const UPLOADED: &str = include_str!("../data/fixtures/cryptopocket/document_upload_ok.json");
const REFUSED: &str = include_str!("../data/fixtures/cryptopocket/error_authorization_200.json");

/// Beyond what a busy computer needs.
pub const LONG: Duration = Duration::from_secs(60);

/// Times that nothing in a test exceeds.
pub const PATIENT: Timeouts = Timeouts { connect: LONG, silence: LONG, total: LONG };

/// What a fault strikes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operation {
    /// Love&Pay: the second page of two.
    Walk,
    /// Love&Pay: one customer.
    Card,
    /// Love&Pay: a block that does not come into force when it is struck.
    Block,
    /// Love&Pay: a block that comes into force although it is struck.
    BlockInForce,
    /// Cryptopocket: the second page of two.
    PocketWalk,
    /// Cryptopocket: the KYC status of one customer.
    Status,
    /// Cryptopocket: registering somebody who does not get into the list when that is struck.
    Register,
    /// Cryptopocket: registering somebody who gets into the list although that is struck.
    RegisterInForce,
    /// Cryptopocket: handing in a paper.
    Upload,
    /// Cryptopocket: the sign-in before a page.
    SignInToRead,
    /// Cryptopocket: the sign-in before a registration.
    SignInToRegister,
}

impl Operation {
    fn is_pocket(self) -> bool {
        !matches!(self, Self::Walk | Self::Card | Self::Block | Self::BlockInForce)
    }

    fn is_walk(self) -> bool {
        matches!(self, Self::Walk | Self::PocketWalk)
    }

    /// Whether a request is the one that the fault strikes.
    fn is_struck(self, request: &Request) -> bool {
        let (method, path) = (request.method.as_str(), request.target.split('?').next().unwrap());
        match self {
            Self::Walk => path.ends_with("/customers") && !request.target.ends_with("offset=0"),
            Self::Card => method == "GET" && path.ends_with(UUID),
            Self::Block | Self::BlockInForce => path.ends_with("/block"),
            Self::PocketWalk => path.ends_with("/customers/list") && !request.target.ends_with("page=1"),
            Self::Status => path.ends_with("/kyc/check"),
            Self::Register | Self::RegisterInForce => path.ends_with("/registerUser"),
            Self::Upload => path.ends_with("/documents"),
            Self::SignInToRead | Self::SignInToRegister => path.ends_with("/authenticate"),
        }
    }
}

/// Turns an answer that is right, with its body, into one that is wrong.
pub type Fault = Arc<dyn Fn(Expected, &str) -> Expected + Send + Sync>;

/// A fault, times, and what comes of it at each operation: a problem's code with its kind, `ok`, or either of them after
/// `unknown`, and how many requests were sent until it was told, sign-ins not counted.
pub struct Row {
    pub name: String,
    pub fault: Fault,
    pub timeouts: Timeouts,
    /// The first token expires before the operation.
    pub old_token: bool,
    pub cells: Vec<(Operation, &'static str, usize)>,
}

impl Row {
    pub fn new(
        name: &str,
        cells: impl IntoIterator<Item = (Operation, &'static str, usize)>,
        fault: impl Fn(Expected, &str) -> Expected + Send + Sync + 'static,
    ) -> Self {
        Self {
            name: name.to_owned(),
            fault: Arc::new(fault),
            timeouts: PATIENT,
            old_token: false,
            cells: cells.into_iter().collect(),
        }
    }

    pub fn within(self, timeouts: Timeouts) -> Self {
        Self { timeouts, ..self }
    }

    pub fn with_an_old_token(self) -> Self {
        Self { old_token: true, ..self }
    }
}

/// Goes through all cells at the same time and tells all that are not as expected.
pub async fn play(rows: Vec<Row>) -> usize {
    let mut playing = JoinSet::new();
    let mut cells = 0;
    for row in rows {
        for (operation, told, requests) in row.cells {
            cells += 1;
            let (name, fault) = (row.name.clone(), Arc::clone(&row.fault));
            playing.spawn(async move {
                let found = cell(operation, fault, row.timeouts, row.old_token).await;
                let wrong = found != (told.to_owned(), requests);
                wrong.then(|| format!("{name}, {operation:?}: expected {:?}, found {found:?}", (told, requests)))
            });
        }
    }
    let wrong: Vec<_> = playing.join_all().await.into_iter().flatten().collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    cells
}

/// The provider as it is when all is well, but for the fault.
#[derive(Default)]
struct State {
    blocked: AtomicBool,
    registered: AtomicBool,
    lifted: AtomicBool,
    /// Requests of the operation, a look at the card after a block and at the list after a registration included.
    requests: AtomicUsize,
    sign_ins: AtomicUsize,
    old_token: bool,
}

fn answered(operation: Operation, fault: &Fault, state: &State, request: &Request) -> Expected {
    let well = expect("");
    if request.target.ends_with("/authenticate") {
        let number = state.sign_ins.fetch_add(1, Ordering::SeqCst) + 1;
        let good = format!(r#"{{"status":"ok","data":{{"token":"token-{number}"}}}}"#);
        let struck = operation.is_struck(request) && !state.lifted.load(Ordering::SeqCst);
        return if struck { fault(well, &good) } else { well.json(200, &good) };
    }
    state.requests.fetch_add(1, Ordering::SeqCst);
    if operation.is_pocket() {
        let newest = format!("token-{}", state.sign_ins.load(Ordering::SeqCst));
        let expired = state.old_token && newest == "token-1" && operation.is_struck(request);
        if request.header("auth") != Some(&newest) || expired {
            return well.json(200, REFUSED);
        }
    } else {
        assert_eq!(request.header("x-api-key"), Some("pk_test_planted_key"));
        assert!(request.header("x-signature").is_some());
    }
    let struck = operation.is_struck(request) && !state.lifted.load(Ordering::SeqCst);
    if request.target.ends_with("/block") {
        state.blocked.store(!struck || operation == Operation::BlockInForce, Ordering::SeqCst);
    }
    if request.target.ends_with("/registerUser") {
        state.registered.store(!struck || operation == Operation::RegisterInForce, Ordering::SeqCst);
    }
    let good = good(request, state.blocked.load(Ordering::SeqCst), state.registered.load(Ordering::SeqCst));
    if struck { fault(well, &good) } else { well.json(200, &good) }
}

fn good(request: &Request, blocked: bool, registered: bool) -> String {
    let (path, query) = request.target.split_once('?').unwrap_or((&request.target, ""));
    let first = query.ends_with("offset=0") || query.ends_with("page=1");
    let rows = if first { r#"{"id":"a"},{"id":"b"}"# } else { r#"{"id":"c"}"# };
    match path {
        "/api/v2/customers" => format!(r#"{{"success":true,"data":[{rows}],"pagination":{{"total":3}}}}"#),
        "/api/customers/list" if query.starts_with("email=ann%40example.com&") => {
            let row = if registered { r#"{"id":1235,"name":"Ann","email":"ann@example.com"}"# } else { "" };
            format!(r#"{{"status":"ok","total_items":{},"data":[{row}]}}"#, u8::from(registered))
        }
        "/api/customers/list" => format!(r#"{{"status":"ok","total_items":3,"data":[{rows}]}}"#),
        _ if path.ends_with("/block") => BLOCKED.to_owned(),
        _ if path.ends_with(UUID) && blocked => CARD.replace(r#""isBlocked": false"#, r#""isBlocked": true"#),
        _ if path.ends_with(UUID) => CARD.to_owned(),
        _ if path.ends_with("/kyc/check") => STATUS.to_owned(),
        _ if path.ends_with("/registerUser") => REGISTERED.to_owned(),
        _ if path.ends_with("/documents") => UPLOADED.to_owned(),
        _ => panic!("nothing is at {path}"),
    }
}

/// A client of what listens at `origin`.
pub fn client(pocket: bool, origin: &str, timeouts: Timeouts) -> (Arc<dyn Provider>, Arc<ManualClock>) {
    let clock = Arc::new(ManualClock::at(Timestamp::from_millisecond(1_706_012_345_678).unwrap()));
    let (provider, path) = if pocket { ("cryptopocket", "/api") } else { ("loveandpay", "/api/v2") };
    let provider = registry::connect_with(
        &kyc::ProviderId::new(provider),
        &address::parse(&format!("{origin}{path}")).unwrap(),
        RequestLimits { per_minute: Some(0), per_hour: Some(0) },
        Credential::parse("pk_test_planted_key", "sk_test_planted_secret").unwrap(),
        Arc::clone(&clock) as Arc<dyn Clock>,
        None,
        Features { timeouts, ..Features::default() },
    );
    (provider.unwrap(), clock)
}

async fn cell(operation: Operation, fault: Fault, timeouts: Timeouts, old_token: bool) -> (String, usize) {
    let state = Arc::new(State { old_token, ..State::default() });
    let shared = Arc::clone(&state);
    let server = Answering::start(move |request| answered(operation, &fault, &shared, request)).await;
    let (provider, clock) = client(operation.is_pocket(), server.origin(), timeouts);

    let mut cursor = Cursor::start();
    let mut seen = Vec::new();
    if operation.is_walk() {
        let page = provider.customers(&ListFilter::default(), &cursor).await.unwrap();
        seen.extend(page.customers.iter().map(|customer| customer.id.to_string()));
        cursor = page.next.unwrap();
        state.requests.store(0, Ordering::SeqCst);
    }
    let told = attempt(operation, &*provider, &cursor, &mut seen).await;
    let requests = state.requests.load(Ordering::SeqCst);

    // The fault is over: the walk goes on at its cursor, and everything works.
    state.lifted.store(true, Ordering::SeqCst);
    clock.advance(Duration::from_secs(24 * 60 * 60));
    let again = attempt(operation, &*provider, &cursor, &mut seen).await;
    assert_eq!(again, "ok", "{operation:?} after {told}");
    if operation.is_walk() {
        seen.dedup();
        assert_eq!(seen.join(" "), "a b c", "something is lost");
    }
    (told, requests)
}

async fn attempt(operation: Operation, provider: &dyn Provider, cursor: &Cursor, seen: &mut Vec<String>) -> String {
    let uuid = ProviderCustomerId::new(UUID).unwrap();
    let number = ProviderCustomerId::new("124").unwrap();
    match operation {
        Operation::Walk | Operation::PocketWalk | Operation::SignInToRead => {
            let page = provider.customers(&ListFilter::default(), cursor).await;
            if let Ok(page) = &page {
                seen.extend(page.customers.iter().map(|customer| customer.id.to_string()));
                assert_eq!(page.next.is_none(), operation.is_walk());
            }
            told(&page)
        }
        Operation::Card => told(&provider.card(&uuid).await),
        Operation::Block | Operation::BlockInForce => outcome(&provider.block(&uuid, Some("check")).await),
        Operation::Status => told(&provider.kyc_status(&number).await),
        Operation::Register | Operation::RegisterInForce | Operation::SignInToRegister => {
            let (name, email) = ("Ann".to_owned(), "ann@example.com".to_owned());
            outcome(&provider.register(&Registration::Person { name, email, return_to: None }).await)
        }
        Operation::Upload => {
            let content = b"%PDF-1.7".to_vec().into();
            let document = Document { kind: "payslip".into(), media_type: "application/pdf".into(), content };
            outcome(&provider.upload_document(&number, &document).await)
        }
    }
}

fn told<T: Debug>(result: &Result<T, Problem>) -> String {
    result.as_ref().map_or_else(code, |_| "ok".to_owned())
}

fn outcome<T: Debug>(outcome: &Outcome<T>) -> String {
    match outcome {
        Outcome::Done(_) => "ok".to_owned(),
        Outcome::Refused(problem) => code(problem),
        Outcome::Unknown(problem) => format!("unknown {}", code(problem)),
    }
}

/// The problem's code; no secret is in the problem, whatever the provider repeated.
pub fn code(problem: &Problem) -> String {
    let whole = format!("{problem:?} {problem}");
    assert!(!whole.contains("planted") && !whole.contains("token-1"), "{whole}");
    match &problem.trouble {
        Trouble::BadAnswer { fault } => format!("{} {fault:?}", problem.code()),
        _ => problem.code().to_owned(),
    }
}

/// Somebody else's host: notes every connection.
pub struct Elsewhere {
    pub origin: String,
    connections: Arc<Mutex<usize>>,
    task: tokio::task::JoinHandle<()>,
}

impl Elsewhere {
    pub async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let connections: Arc<Mutex<usize>> = Arc::default();
        let counted = Arc::clone(&connections);
        let task = tokio::spawn(async move {
            while listener.accept().await.is_ok() {
                *counted.lock().unwrap() += 1;
            }
        });
        Self { origin, connections, task }
    }

    pub fn was_left_alone(self) {
        self.task.abort();
        assert_eq!(*self.connections.lock().unwrap(), 0, "another host heard from this client");
    }
}

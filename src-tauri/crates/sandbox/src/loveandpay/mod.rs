//! Love&Pay, merchant API v2: customers, KYC sessions, invoices and the exchange rate.
//!
//! Where the reference is silent the emulator is strict: a parameter it does not know is refused rather than ignored, so
//! that a misspelt filter does not go unnoticed. Creating invoices and the CSV template are not served.

mod card;
mod customers;
mod drift;
mod invoices;
mod limits;
mod numbering;
mod odd_rows;
mod payments;
mod rates;
mod request;
mod row;
mod session;
mod sessions;
mod signature;
mod synthesis;
mod timeline;

use crate::changes::CustomerChange;
use crate::exchange::{Call, Change, Emulator, Failure, Operation, Refusal, Reply, Route, shifted};
use crate::keys;
use crate::moment::{Moment, SECOND};
use crate::options::Options;
use crate::random::Random;
use crate::register;
use crate::roster::{Entry, Roster, Row};
use crate::server::Opened;
use crate::turnover::{self, Step, Turnover};
use axum::http::{Method, StatusCode};
use invoices::Invoices;
use limits::Window;
use request::{Refusing, not_found};
use row::File;
use serde_json::{Map, Value, json};
use sessions::Sessions;
use signature::{Keys, Refused, Signed};
use std::sync::{Mutex, MutexGuard, PoisonError};
use synthesis::Synthesis;

const BASE_PATH: &str = "/api/v2";

/// Makes the customers and the keys.
pub fn open(options: &Options) -> Opened {
    let keys = Keys {
        key: keys::key(options, "pk_test_", "loveandpay key"),
        secret: format!("sk_test_{}", keys::text(options.seed, "loveandpay secret")),
    };
    let now = Moment::of(options.now);
    let (synthesis, order) = Synthesis::new(options);
    let mut roster = Roster::new(synthesis, order);
    if options.odd {
        for (place, fields) in odd_rows::odd_rows(options).into_iter().enumerate() {
            roster.place(place, Entry { row: Row::from_fields(fields), beside: File::default() });
        }
    }
    let customers = roster.len();
    let (invoices, sessions) = (Invoices::new(options.seed, now), Sessions::new(options.seed, now));
    let state = Mutex::new(State { roster, invoices, sessions, newcomers: 0, rounds: 0, drifted: 0 });
    let window = options.rate_limit.then(Mutex::default);
    let emulator = LoveAndPay { keys: keys.clone(), seed: options.seed, state, window };
    Opened { emulator: Box::new(emulator), api_key: keys.key, api_secret: keys.secret, base_path: BASE_PATH, customers }
}

struct LoveAndPay {
    keys: Keys,
    seed: u64,
    state: Mutex<State>,
    window: Option<Mutex<Window>>,
}

/// Everything that can change.
struct State {
    roster: Roster<Synthesis>,
    invoices: Invoices,
    sessions: Sessions,
    /// How many customers a fault has let come to be.
    newcomers: u64,
    /// How many rounds of a schedule have been.
    rounds: u64,
    /// How many customers a schedule has changed.
    drifted: u64,
}

impl Emulator for LoveAndPay {
    fn route(&self, method: &Method, path: &str) -> Route {
        let Some(rest) = path.strip_prefix(BASE_PATH).and_then(|rest| rest.strip_prefix('/')) else {
            return Route::Unknown;
        };
        let segments: Vec<_> = rest.split('/').collect();
        let to = |operation, id: Option<&str>| Route::To(operation, id.map(str::to_owned));
        match (segments.as_slice(), method.as_str()) {
            ([.., ""], _) => Route::Unknown,
            (["customers"], "GET") => to(Operation::List, None),
            (["customers", "check"], "GET") => to(Operation::Check, None),
            (["customers", id], "GET") => to(Operation::Card, Some(id)),
            (["customers", id, "block"], "POST") => to(Operation::Block, Some(id)),
            (["customers", id, "block"], "DELETE") => to(Operation::Unblock, Some(id)),
            (["kyc", "sessions"], "POST") => to(Operation::CreateSession, None),
            (["kyc", "sessions"], "GET") => to(Operation::Sessions, None),
            (["kyc", "sessions", id], "GET") => to(Operation::Session, Some(id)),
            (["invoices"], "GET") => to(Operation::Invoices, None),
            (["invoices", id], "GET") => to(Operation::Invoice, Some(id)),
            (["rates"], "GET") => to(Operation::Rates, None),
            (
                ["customers" | "invoices" | "rates"]
                | ["customers", _]
                | ["customers", _, "block"]
                | ["kyc", "sessions"]
                | ["kyc", "sessions", _]
                | ["invoices", _],
                _,
            ) => Route::OtherMethod,
            _ => Route::Unknown,
        }
    }

    fn answer(&self, call: &Call) -> Reply {
        let answered = self.admit(call).and_then(|()| {
            let state = &mut *self.state();
            match call.operation {
                Operation::List => customers::list(state, call),
                Operation::Card => customers::card(state, call),
                Operation::Check => customers::check(state, call),
                Operation::Block => customers::block(state, call),
                Operation::Unblock => customers::unblock(state, call),
                Operation::CreateSession => sessions::create(state, call),
                Operation::Sessions => sessions::list(state, call),
                Operation::Session => sessions::get(state, call),
                Operation::Invoices => state.invoices.list(&state.roster, call),
                Operation::Invoice => state.invoices.get(&state.roster, call),
                Operation::Rates => rates::rates(self.seed, call.now, call),
                _ => Err(not_found("Operation")),
            }
        });
        answered.unwrap_or_else(|(status, code, message)| {
            self.failure(&Failure::new(status, code, &message, &call.request_id))
        })
    }

    fn failure(&self, failure: &Failure<'_>) -> Reply {
        let Failure { status, code, message, request_id, other_form } = *failure;
        if other_form {
            return Reply::json(status, &json!({"error": code, "message": message, "code": code}));
        }
        let error = json!({"code": code, "message": message, "requestId": request_id});
        Reply::json(status, &json!({"success": false, "error": error}))
    }

    fn internal_error_code(&self) -> &'static str {
        "INTERNAL_ERROR"
    }

    fn kyc_field(&self) -> &'static str {
        "kycStatus"
    }

    fn strip_totals(&self, reply: &mut Map<String, Value>) {
        reply.remove("pagination");
    }

    fn shift_totals(&self, reply: &mut Map<String, Value>, by: i64) {
        if let Some(pagination) = reply.get_mut("pagination") {
            let total = shifted(pagination.get("total"), by);
            let limit = pagination["limit"].as_u64().unwrap_or(1).max(1);
            pagination["total"] = total.into();
            pagination["pages"] = total.div_ceil(limit).into();
        }
    }

    fn insert_newcomers(&self, rows: usize, place: usize, now: Moment) {
        let state = &mut *self.state();
        state.invoices.forget();
        for _ in 0..rows {
            state.insert_newcomer(place, now);
        }
    }

    fn remove_rows(&self, rows: usize, place: usize, now: Moment) {
        let state = &mut *self.state();
        state.invoices.forget();
        for _ in 0..rows {
            state.roster.remove_at(place, now);
        }
    }

    fn turn_over(&self, turnover: &Turnover, now: Moment) {
        let state = &mut *self.state();
        state.invoices.forget();
        let (steps, mut random) = turnover.steps(state.rounds);
        state.rounds += 1;
        for step in steps {
            match step {
                Step::Insert => {
                    let place = turnover.place_of_new(state.roster.len() + 1, &mut random);
                    state.insert_newcomer(place, now);
                }
                Step::Change => state.drift(&mut random, now),
                _ => turnover::shift(&mut state.roster, step, &mut random, now),
            }
        }
    }

    fn sends_request_ids(&self) -> bool {
        true
    }

    fn customers(&self) -> Vec<u8> {
        self.state().roster.to_json()
    }

    fn changes(&self, after: u64) -> Vec<CustomerChange> {
        self.state().roster.changes().after(after)
    }

    fn change(&self, id: &str, change: Change, now: Moment) -> Result<Value, Refusal> {
        let state = &mut *self.state();
        let of_money = ["totalPayments", "totalAmount", "lastPaymentAt", "createdAt"];
        if change.set.keys().chain(&change.unset).any(|name| of_money.contains(&name.as_str())) {
            state.invoices.forget();
        }
        register::change(&mut state.roster, id, change, now)
    }

    fn insert(
        &self,
        fields: Map<String, Value>,
        place: Option<usize>,
        unknown_fields: bool,
        now: Moment,
    ) -> Result<Value, Refusal> {
        let state = &mut *self.state();
        state.invoices.forget();
        register::insert(&mut state.roster, fields, place, unknown_fields, now, |listed, new| {
            customers::created(listed) < customers::created(new)
        })
    }

    fn remove(&self, id: &str, now: Moment) -> Result<Value, Refusal> {
        let state = &mut *self.state();
        state.invoices.forget();
        register::remove(&mut state.roster, id, now)
    }

    fn records(&self, kind: &str) -> Option<Value> {
        (kind == "sessions").then(|| self.state().sessions.kept())
    }

    fn drive(&self, kind: &str, id: &str, fields: Map<String, Value>, now: Moment) -> Result<Value, Refusal> {
        match kind {
            "sessions" => sessions::drive(&mut self.state(), id, fields, now),
            _ => Err(Refusal::NoSuchRecord(kind.to_owned())),
        }
    }
}

impl State {
    fn insert_newcomer(&mut self, place: usize, now: Moment) {
        let roster = &mut self.roster;
        // A second after the one they come before, so that the list stays in order as far as it was.
        let next = roster.slots().get(place).or(roster.slots().last()).and_then(|slot| roster.get(*slot));
        let created = next.map_or(Moment::of(jiff::Timestamp::UNIX_EPOCH), |next| customers::created(&next.row));
        let customer = roster.source().newcomer(self.newcomers, created.after(SECOND));
        roster.insert(place, Entry { row: Row::Regular(customer), beside: File::default() }, now);
        self.newcomers += 1;
    }

    /// Changes somebody.
    fn drift(&mut self, random: &mut Random, now: Moment) {
        let place = turnover::place(self.roster.len(), random);
        let slot = self.roster.slots().get(place).copied();
        let Some(entry) = slot.and_then(|slot| self.roster.get(slot)) else { return };
        let Some(id) = entry.row.id() else { return };
        let set = drift::drift(&entry.row.fields(), self.roster.source(), self.drifted, random, now);
        self.drifted += 1;
        // The row keeps its id, and all fields are known.
        let _ = register::change(&mut self.roster, &id, Change { set, ..Change::default() }, now);
    }
}

impl LoveAndPay {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Judges the signature, and then the number of requests.
    fn admit(&self, call: &Call) -> Result<(), Refusing> {
        let signed = Signed {
            key: call.header("x-api-key"),
            timestamp: call.header("x-timestamp"),
            signature: call.header("x-signature"),
            method: call.method.as_str(),
            path: &call.path,
            body: &call.body,
        };
        signed.judge(&self.keys, call.now).map_err(|refused| {
            let (code, message) = match refused {
                Refused::MissingHeaders => ("MISSING_HEADERS", "Required headers: x-api-key, x-timestamp, x-signature"),
                // No code of its own is documented for a key that nobody has.
                Refused::UnknownKey => ("INVALID_SIGNATURE", "Invalid API key or signature"),
                Refused::TimestampExpired => ("TIMESTAMP_EXPIRED", "Timestamp is outside of the allowed window"),
                Refused::InvalidSignature => ("INVALID_SIGNATURE", "Invalid signature"),
            };
            (StatusCode::UNAUTHORIZED, code, message.to_owned())
        })?;
        let full = |window: &Mutex<Window>| !window.lock().unwrap_or_else(PoisonError::into_inner).pass(call.now);
        if self.window.as_ref().is_some_and(full) {
            return Err((StatusCode::TOO_MANY_REQUESTS, "RATE_LIMIT_EXCEEDED", "Rate limit exceeded".to_owned()));
        }
        Ok(())
    }
}

//! Cryptopocket: sign-in, customers, registration, documents, purchases, sales and webhook subscriptions.
//!
//! Most refusals come with HTTP status 200, as in the provider's reference. Where the reference is silent the emulator is
//! strict and refuses with the provider's validation error. Bank accounts and whatever has no public contract are not
//! served.

mod amount;
mod customers;
mod documents;
mod purchases;
mod registration;
mod request;
mod row;
mod sales;
mod synthesis;
mod token;
mod webhooks;

use crate::changes::CustomerChange;
use crate::exchange::{Call, Change, Emulator, Failure, Operation, Refusal, Reply, Route, shifted};
use crate::keys;
use crate::moment::{MINUTE, Moment, SECOND};
use crate::options::{Options, TokenShape};
use crate::random::Random;
use crate::register;
use crate::roster::{Entry, Roster, Row};
use crate::server::Opened;
use crate::turnover::{self, Step, Turnover};
use axum::http::{Method, StatusCode};
use documents::Document;
use purchases::Payment;
use request::{Fields, refused};
use row::File;
use sales::Sale;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use synthesis::Synthesis;
use token::Tokens;

const BASE_PATH: &str = "/api";

/// Makes the customers and the keys.
pub fn open(options: &Options) -> Opened {
    let api_key = keys::key(options, "", "cryptopocket key");
    let api_secret = keys::text(options.seed, "cryptopocket secret");
    let (synthesis, order) = Synthesis::new(options);
    let mut last_id = synthesis.last_id();
    let mut roster = Roster::new(synthesis, order);
    if options.odd {
        let beside = File { registered: Moment::of(options.now).before(MINUTE), company: false };
        for fields in synthesis::odd_rows(last_id) {
            last_id += 1;
            roster.place(0, Entry { row: Row::from_fields(fields), beside });
        }
    }
    let customers = roster.len();
    let state = State {
        seed: options.seed,
        roster,
        last_id,
        newcomers: 0,
        rounds: 0,
        drifted: 0,
        documents: Vec::new(),
        payments: Vec::new(),
        sales: Vec::new(),
        subscriptions: BTreeMap::new(),
    };
    let emulator = Cryptopocket {
        api_key: api_key.clone(),
        api_secret: api_secret.clone(),
        shape: options.token_shape,
        tokens: Mutex::new(Tokens::new(options.seed, options.token_lifetime)),
        state: Mutex::new(state),
    };
    Opened { emulator: Box::new(emulator), api_key, api_secret, base_path: BASE_PATH, customers }
}

struct Cryptopocket {
    api_key: String,
    api_secret: String,
    shape: TokenShape,
    tokens: Mutex<Tokens>,
    state: Mutex<State>,
}

/// Everything that can change.
struct State {
    seed: u64,
    roster: Roster<Synthesis>,
    /// The highest id that was given out.
    last_id: u64,
    /// How many customers a fault has let come to be.
    newcomers: u64,
    /// How many rounds of a schedule have been.
    rounds: u64,
    /// How many customers a schedule has changed.
    drifted: u64,
    documents: Vec<Document>,
    /// The oldest first.
    payments: Vec<Payment>,
    /// The oldest first.
    sales: Vec<Sale>,
    /// Addresses by event.
    subscriptions: BTreeMap<String, String>,
}

impl Emulator for Cryptopocket {
    fn route(&self, method: &Method, path: &str) -> Route {
        let Some(rest) = path.strip_prefix(BASE_PATH).and_then(|rest| rest.strip_prefix('/')) else {
            return Route::Unknown;
        };
        let segments: Vec<_> = rest.split('/').collect();
        let (operation, known_method, id) = match segments.as_slice() {
            [.., ""] => return Route::Unknown,
            ["authenticate"] => (Operation::Authenticate, Method::POST, None),
            ["customers", "list"] => (Operation::List, Method::GET, None),
            ["customers", id, "documents"] => (Operation::UploadDocument, Method::POST, Some(*id)),
            ["kyc", "check"] => (Operation::KycCheck, Method::GET, None),
            ["registerUser"] => (Operation::RegisterUser, Method::POST, None),
            ["register", "company"] => (Operation::RegisterCompany, Method::POST, None),
            ["onboarding-form"] => (Operation::OnboardingForm, Method::POST, None),
            ["quote"] => (Operation::Quote, Method::GET, None),
            ["createPayment"] => (Operation::CreatePayment, Method::POST, None),
            ["createGuidedPayment"] => (Operation::CreateGuidedPayment, Method::POST, None),
            ["payment", id] => (Operation::Payment, Method::GET, Some(*id)),
            ["createRampoff"] => (Operation::CreateRampoff, Method::POST, None),
            ["getRampoff"] => (Operation::Rampoff, Method::GET, None),
            ["subscribeToWebhook"] => (Operation::SubscribeToWebhook, Method::POST, None),
            ["updateWebhookSubscription"] => (Operation::UpdateWebhookSubscription, Method::POST, None),
            _ => return Route::Unknown,
        };
        if *method == known_method { Route::To(operation, id.map(str::to_owned)) } else { Route::OtherMethod }
    }

    fn answer(&self, call: &Call) -> Reply {
        if call.operation != Operation::Authenticate && !self.is_signed_in(call) {
            return refused("authorization_incorrect");
        }
        let state = &mut *self.state();
        let answered = match call.operation {
            Operation::Authenticate => self.authenticate(call),
            Operation::List => customers::list(state, call),
            Operation::KycCheck => customers::kyc_check(state, call),
            Operation::RegisterUser => registration::person(state, call),
            Operation::RegisterCompany => registration::company(state, call),
            Operation::UploadDocument => documents::upload(state, call),
            Operation::OnboardingForm => purchases::onboarding_form(state, call),
            Operation::Quote => purchases::quote(call),
            Operation::CreatePayment => purchases::create(state, call),
            Operation::CreateGuidedPayment => purchases::create_guided(state, call),
            Operation::Payment => purchases::get(state, call),
            Operation::CreateRampoff => sales::create(state, call),
            Operation::Rampoff => sales::get(state, call),
            Operation::SubscribeToWebhook => webhooks::subscribe(state, call),
            Operation::UpdateWebhookSubscription => webhooks::update(state, call),
            _ => Err(refused("unexpected_error")),
        };
        answered.unwrap_or_else(|refusal| refusal)
    }

    fn failure(&self, failure: &Failure<'_>) -> Reply {
        let Failure { status, code, message, other_form, .. } = *failure;
        let mut body = json!({"status": "error"});
        if other_form {
            body["message"] = code.into();
        } else {
            body["error"] = code.into();
            if !message.is_empty() {
                body["message"] = message.into();
            }
        }
        Reply::json(status, &body)
    }

    fn internal_error_code(&self) -> &'static str {
        "unexpected_error"
    }

    fn kyc_field(&self) -> &'static str {
        "kyc_status"
    }

    fn strip_totals(&self, reply: &mut Map<String, Value>) {
        reply.remove("total_items");
    }

    fn shift_totals(&self, reply: &mut Map<String, Value>, by: i64) {
        let total = shifted(reply.get("total_items"), by);
        reply.insert("total_items".to_owned(), total.into());
    }

    fn insert_newcomers(&self, rows: usize, place: usize, now: Moment) {
        let state = &mut *self.state();
        for _ in 0..rows {
            state.insert_newcomer(place, now);
        }
    }

    fn remove_rows(&self, rows: usize, place: usize, now: Moment) {
        let roster = &mut self.state().roster;
        for _ in 0..rows {
            roster.remove_at(place, now);
        }
    }

    fn turn_over(&self, turnover: &Turnover, now: Moment) {
        let state = &mut *self.state();
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

    fn forget_tokens(&self) {
        self.tokens().forget();
    }

    fn customers(&self) -> Vec<u8> {
        self.state().roster.to_json()
    }

    fn changes(&self, after: u64) -> Vec<CustomerChange> {
        self.state().roster.changes().after(after)
    }

    fn change(&self, id: &str, change: Change, now: Moment) -> Result<Value, Refusal> {
        self.state().change(id, change, now)
    }

    fn insert(
        &self,
        fields: Map<String, Value>,
        place: Option<usize>,
        unknown_fields: bool,
        now: Moment,
    ) -> Result<Value, Refusal> {
        let state = &mut *self.state();
        let inserted = register::insert(&mut state.roster, fields, place, unknown_fields, now, |listed, new| {
            customers::number(listed) < customers::number(new)
        })?;
        state.last_id = state.last_id.max(inserted["id"].as_u64().unwrap_or(0));
        Ok(inserted)
    }

    fn remove(&self, id: &str, now: Moment) -> Result<Value, Refusal> {
        register::remove(&mut self.state().roster, id, now)
    }
    fn records(&self, kind: &str) -> Option<Value> {
        let state = self.state();
        Some(match kind {
            "documents" => json!(state.documents),
            "payments" => purchases::all(&state),
            "sales" => sales::all(&state),
            "subscriptions" => webhooks::all(&state),
            _ => return None,
        })
    }

    fn drive(&self, kind: &str, id: &str, fields: Map<String, Value>, _now: Moment) -> Result<Value, Refusal> {
        let state = &mut *self.state();
        match kind {
            "payments" => purchases::drive(state, id, fields),
            "sales" => sales::drive(state, id, &fields),
            _ => Err(Refusal::Nonsense(format!("{kind} cannot be changed"))),
        }
    }
}

impl State {
    fn change(&mut self, id: &str, mut change: Change, now: Moment) -> Result<Value, Refusal> {
        // The link comes and goes with the status, unless the change speaks of it. A company has none in its row.
        let silent = !change.set.contains_key("kyc_url") && !change.unset.iter().any(|name| name == "kyc_url");
        if let Some(status) = change.set.get("kyc_status")
            && silent
        {
            if status == "valid" {
                change.unset.push("kyc_url".to_owned());
            } else if self.roster.find(id).is_some_and(|entry| !entry.beside.company) {
                change.set.insert("kyc_url".to_owned(), row::kyc_url(id).into());
            }
        }
        register::change(&mut self.roster, id, change, now)
    }

    fn insert_newcomer(&mut self, place: usize, now: Moment) {
        self.last_id += 1;
        let newest = self.roster.slots().first().and_then(|slot| self.roster.get(*slot));
        let registered = newest.map_or(Moment::of(jiff::Timestamp::UNIX_EPOCH), |entry| entry.beside.registered);
        let customer = self.roster.source().newcomer(self.newcomers, self.last_id);
        let beside = File { registered: registered.after(SECOND), company: false };
        self.roster.insert(place, Entry { row: Row::Regular(customer), beside }, now);
        self.newcomers += 1;
    }

    /// Changes somebody: the status, or what they are called or written to.
    fn drift(&mut self, random: &mut Random, now: Moment) {
        let place = turnover::place(self.roster.len(), random);
        let slot = self.roster.slots().get(place).copied();
        let Some(entry) = slot.and_then(|slot| self.roster.get(slot)) else { return };
        let Some(id) = entry.row.id() else { return };
        let is = entry.row.text("kyc_status").unwrap_or_default();
        // Numbers far from those of the newcomers, so that no two have one address.
        let other = self.roster.source().newcomer(DRIFTED + self.drifted, 0);
        let set = match random.within(0..3) {
            0 => json!({"name": other.name, "last_name": other.last_name.unwrap_or_default()}),
            1 => json!({"email": other.email}),
            _ => {
                let others = ["unused", "processing", "valid", "fail"].map(|word| (u64::from(word != is), word));
                json!({"kyc_status": random.weighted(&others)})
            }
        };
        self.drifted += 1;
        let set = set.as_object().cloned().unwrap_or_default();
        // The row keeps its id, and all fields are known.
        let _ = self.change(&id, Change { set, ..Change::default() }, now);
    }
}

/// The first number of those whose names and addresses a schedule gives to others.
const DRIFTED: u64 = 1 << 32;

impl Cryptopocket {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn tokens(&self) -> MutexGuard<'_, Tokens> {
        self.tokens.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn is_signed_in(&self, call: &Call) -> bool {
        call.header("auth").is_some_and(|token| self.tokens().is_good(token, call.now))
    }

    fn authenticate(&self, call: &Call) -> Result<Reply, Reply> {
        let mut fields = Fields::of_json(call, &["api_key", "api_secret"]);
        let (api_key, api_secret) = (fields.text("api_key", 255), fields.text("api_secret", 255));
        fields.done()?;
        if api_key != self.api_key || api_secret != self.api_secret {
            return Err(refused("authorization_incorrect"));
        }
        let token = self.tokens().hand_out(call.now);
        let body = match self.shape {
            TokenShape::DataToken => json!({"status": "ok", "data": {"token": token}}),
            TokenShape::DataText => json!({"status": "ok", "data": token}),
            TokenShape::Token => json!({"token": token}),
            TokenShape::Auth => json!({"status": "ok", "auth": token}),
        };
        Ok(Reply::json(StatusCode::OK, &body))
    }
}

/// The id of a payment or a sale: 25 characters.
fn record_id(random: &mut Random) -> String {
    text_of(random, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", 25)
}

/// So many of these letters at random.
fn text_of(random: &mut Random, letters: &str, count: usize) -> String {
    let letters: Vec<_> = letters.chars().collect();
    (0..count).map(|_| random.pick(&letters)).collect()
}

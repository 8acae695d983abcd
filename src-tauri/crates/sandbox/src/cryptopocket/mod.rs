//! Cryptopocket: sign-in, customer list and KYC check.
//!
//! Most refusals come with HTTP status 200, as in the provider's reference. Where the reference is silent the emulator is
//! strict and refuses with the provider's validation error. The rest of the API is not served.

mod row;
mod synthesis;
mod token;

use crate::exchange::{Call, Change, Emulator, Operation, Refusal, Reply, Route};
use crate::keys;
use crate::moment::{DAY, MINUTE, Moment};
use crate::options::{Options, TokenShape};
use crate::register;
use crate::roster::{Entry, Roster, Row};
use crate::server::Opened;
use axum::http::{Method, StatusCode};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use row::{Customer, File};
use serde::Serialize;
use serde_json::{Map, Value, json};
use std::sync::{Mutex, MutexGuard, PoisonError};
use synthesis::Synthesis;
use token::Tokens;

const BASE_PATH: &str = "/api";

/// Page size without `items_per_page`, and the largest; neither is documented. More is not refused but cut down.
const PAGE: usize = 20;
const LARGEST_PAGE: usize = 100;

/// Makes the customers and the keys.
pub fn open(options: &Options) -> Opened {
    let api_key = keys::text(options.seed, "cryptopocket key");
    let api_secret = keys::text(options.seed, "cryptopocket secret");
    let (synthesis, order) = Synthesis::new(options);
    let newest = synthesis.last_id();
    let mut roster = Roster::new(synthesis, order);
    if options.odd {
        let registered = Moment::of(options.now).before(MINUTE);
        for fields in synthesis::odd_rows(newest) {
            roster.insert(0, Entry { row: Row::from_fields(fields), beside: File { registered } });
        }
    }
    let customers = roster.len();
    let emulator = Cryptopocket {
        api_key: api_key.clone(),
        api_secret: api_secret.clone(),
        shape: options.token_shape,
        tokens: Mutex::new(Tokens::new(options.seed, options.token_lifetime)),
        roster: Mutex::new(roster),
    };
    Opened { emulator: Box::new(emulator), api_key, api_secret, base_path: BASE_PATH, customers }
}

struct Cryptopocket {
    api_key: String,
    api_secret: String,
    shape: TokenShape,
    tokens: Mutex<Tokens>,
    roster: Mutex<Roster<Synthesis>>,
}

#[derive(Serialize)]
struct List<'a> {
    status: &'static str,
    page: usize,
    total_items: usize,
    data: Vec<&'a Row<Customer>>,
}

/// One field that is wrong, and what is wrong with it.
struct Invalid {
    field: String,
    message: String,
}

impl Invalid {
    fn new(field: &str, message: &str) -> Self {
        Self { field: field.to_owned(), message: message.to_owned() }
    }

    /// Neither `status` nor `error`, and for once an HTTP status that says so.
    fn reply(self) -> Reply {
        let errors: Map<_, _> = [(self.field, json!([self.message]))].into_iter().collect();
        Reply::json(StatusCode::UNPROCESSABLE_ENTITY, &json!({"message": self.message, "errors": errors}))
    }
}

impl Emulator for Cryptopocket {
    fn route(&self, method: &Method, path: &str) -> Route {
        let (operation, known_method) = match path.strip_prefix(BASE_PATH) {
            Some("/authenticate") => (Operation::Authenticate, Method::POST),
            Some("/customers/list") => (Operation::List, Method::GET),
            Some("/kyc/check") => (Operation::KycCheck, Method::GET),
            _ => return Route::Unknown,
        };
        if *method == known_method { Route::To(operation, None) } else { Route::OtherMethod }
    }

    fn answer(&self, call: &Call) -> Reply {
        if call.operation != Operation::Authenticate && !self.is_signed_in(call) {
            return refused("authorization_incorrect");
        }
        let answered = match call.operation {
            Operation::Authenticate => self.authenticate(call),
            Operation::List => self.list(call),
            Operation::KycCheck => self.kyc_check(call),
            _ => Ok(refused("unexpected_error")),
        };
        answered.unwrap_or_else(Invalid::reply)
    }

    fn failure(&self, status: StatusCode, code: &str, message: &str, _request_id: &str) -> Reply {
        let mut body = json!({"status": "error", "error": code});
        if !message.is_empty() {
            body["message"] = message.into();
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

    fn forget_tokens(&self) {
        self.tokens().forget();
    }

    fn customers(&self) -> Vec<u8> {
        self.roster().to_json()
    }

    fn change(&self, id: &str, mut change: Change, now: Moment) -> Result<Value, Refusal> {
        let mut roster = self.roster();
        // The link comes and goes with the status, unless the change speaks of it.
        let silent = !change.set.contains_key("kyc_url") && !change.unset.iter().any(|name| name == "kyc_url");
        if let Some(status) = change.set.get("kyc_status")
            && silent
        {
            if status == "valid" {
                change.unset.push("kyc_url".to_owned());
            } else if let Ok(number) = id.parse() {
                change.set.insert("kyc_url".to_owned(), Customer::kyc_url(number).into());
            }
        }
        register::change(&mut roster, id, change, now)
    }

    fn insert(
        &self,
        fields: Map<String, Value>,
        place: Option<usize>,
        unknown_fields: bool,
        now: Moment,
    ) -> Result<Value, Refusal> {
        register::insert(&mut self.roster(), fields, place, unknown_fields, now, |listed, new| {
            number(listed) < number(new)
        })
    }

    fn remove(&self, id: &str) -> Result<Value, Refusal> {
        register::remove(&mut self.roster(), id)
    }

    fn records(&self, _kind: &str) -> Option<Value> {
        None
    }

    fn drive(&self, kind: &str, _id: &str, _fields: Map<String, Value>, _now: Moment) -> Result<Value, Refusal> {
        Err(Refusal::NoSuchRecord(kind.to_owned()))
    }
}

impl Cryptopocket {
    fn roster(&self) -> MutexGuard<'_, Roster<Synthesis>> {
        self.roster.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn tokens(&self) -> MutexGuard<'_, Tokens> {
        self.tokens.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn is_signed_in(&self, call: &Call) -> bool {
        call.header("auth").is_some_and(|token| self.tokens().is_good(token, call.now))
    }

    fn authenticate(&self, call: &Call) -> Result<Reply, Invalid> {
        if !call.is_json() {
            return Err(Invalid::new("api_key", "The api key field is required."));
        }
        let body: Value = serde_json::from_slice(&call.body).unwrap_or_default();
        let field = |name: &str| body.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
        let api_key = field("api_key").ok_or_else(|| Invalid::new("api_key", "The api key field is required."))?;
        let api_secret =
            field("api_secret").ok_or_else(|| Invalid::new("api_secret", "The api secret field is required."))?;
        if api_key != self.api_key || api_secret != self.api_secret {
            return Ok(refused("authorization_incorrect"));
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

    fn list(&self, call: &Call) -> Result<Reply, Invalid> {
        known_parameters(call, &["from", "to", "email", "items_per_page", "page"])?;
        let limit = positive(call, "items_per_page")?.unwrap_or(PAGE).min(LARGEST_PAGE);
        let page = positive(call, "page")?.unwrap_or(1);
        // Whole days of UTC, both included; the reference leaves it open.
        let from = day(call, "from")?;
        let until = day(call, "to")?.map(|day| day.after(DAY));
        let email = call.parameter("email").map(str::to_lowercase).filter(|email| !email.is_empty());

        let mut roster = self.roster();
        let offset = (page - 1).saturating_mul(limit);
        let (entries, total_items) = if from.is_none() && until.is_none() && email.is_none() {
            roster.page(offset, limit)
        } else {
            let holders = email.as_ref().map(|email| roster.slots_by("email", email));
            let filter = format!("{from:?} {until:?} {email:?}");
            roster.page_of(offset, limit, &filter, |roster, slot| {
                holders.as_ref().is_none_or(|holders| holders.contains(&slot)) && {
                    let registered = registered(roster, slot);
                    from.is_none_or(|from| registered >= from) && until.is_none_or(|until| registered < until)
                }
            })
        };
        let data = entries.iter().map(|entry| &entry.row).collect();
        Ok(Reply::json(StatusCode::OK, &List { status: "ok", page, total_items, data }))
    }

    fn kyc_check(&self, call: &Call) -> Result<Reply, Invalid> {
        known_parameters(call, &["user_id"])?;
        let id = call.parameter("user_id").ok_or_else(|| Invalid::new("user_id", "The user id field is required."))?;
        let roster = self.roster();
        let Some(entry) = roster.find(id) else { return Ok(refused("user_not_found")) };
        let status = entry.row.fields().remove("kyc_status").unwrap_or_default();
        Ok(Reply::json(StatusCode::OK, &json!({"status": "ok", "data": {"kyc_status": status}})))
    }
}

/// A refusal, with HTTP status 200.
fn refused(code: &str) -> Reply {
    Reply::json(StatusCode::OK, &json!({"status": "error", "error": code}))
}

/// When the customer in a slot was registered.
fn registered(roster: &Roster<Synthesis>, slot: u32) -> Moment {
    if roster.is_untouched(slot) {
        return roster.source().registered(slot);
    }
    roster.get(slot).map_or(Moment::of(jiff::Timestamp::UNIX_EPOCH), |entry| entry.beside.registered)
}

/// For the order of the list; a row without a number counts as the newest.
fn number(row: &Row<Customer>) -> u64 {
    row.id().and_then(|id| id.parse().ok()).unwrap_or(u64::MAX)
}

fn known_parameters(call: &Call, known: &[&str]) -> Result<(), Invalid> {
    match call.unexpected_parameter(known) {
        None => Ok(()),
        Some(name) => Err(Invalid::new(name, &format!("The {name} field is not known or is repeated."))),
    }
}

fn positive(call: &Call, name: &str) -> Result<Option<usize>, Invalid> {
    let Some(text) = call.parameter(name) else { return Ok(None) };
    let number = text.parse().ok().filter(|number| *number > 0);
    number.map(Some).ok_or_else(|| Invalid::new(name, &format!("The {name} field must be at least 1.")))
}

fn day(call: &Call, name: &str) -> Result<Option<Moment>, Invalid> {
    let Some(text) = call.parameter(name) else { return Ok(None) };
    let midnight = (text.len() == 10).then(|| text.parse::<Date>().ok()?.to_zoned(TimeZone::UTC).ok()).flatten();
    let midnight = midnight.map(|zoned| Some(Moment::of(zoned.timestamp())));
    midnight.ok_or_else(|| Invalid::new(name, &format!("The {name} field must match the format Y-m-d.")))
}

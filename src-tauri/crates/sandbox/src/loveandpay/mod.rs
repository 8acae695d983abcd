//! Love&Pay, merchant API v2: customer list, card, check, block and unblock.
//!
//! Where the reference is silent the emulator is strict: a parameter it does not know is refused rather than ignored, so
//! that a misspelt filter does not go unnoticed. KYC sessions and invoices are not served.

mod card;
mod limits;
mod row;
mod signature;
mod synthesis;

use crate::exchange::{Call, Change, Emulator, Operation, Refusal, Reply, Route};
use crate::keys;
use crate::moment::Moment;
use crate::options::Options;
use crate::register;
use crate::roster::{Entry, Roster, Row};
use crate::server::Opened;
use axum::http::{Method, StatusCode};
use limits::Window;
use row::{Customer, File, is_blocked};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use signature::{Keys, Refused, Signed};
use std::sync::{Mutex, MutexGuard, PoisonError};
use uuid::Uuid;

const BASE_PATH: &str = "/api/v2";

/// Page size without `limit`, and the largest.
const PAGE: usize = 50;
const LARGEST_PAGE: usize = 100;

/// Makes the customers and the keys.
pub fn open(options: &Options) -> Opened {
    let keys = Keys {
        key: format!("pk_test_{}", keys::text(options.seed, "loveandpay key")),
        secret: format!("sk_test_{}", keys::text(options.seed, "loveandpay secret")),
    };
    let roster = Roster::new(synthesis::customers(options));
    let customers = roster.len();
    let window = options.rate_limit.then(Mutex::default);
    let emulator = LoveAndPay { keys: keys.clone(), roster: Mutex::new(roster), window };
    Opened { emulator: Box::new(emulator), api_key: keys.key, api_secret: keys.secret, base_path: BASE_PATH, customers }
}

struct LoveAndPay {
    keys: Keys,
    roster: Mutex<Roster<Customer, File>>,
    window: Option<Mutex<Window>>,
}

/// A refusal: HTTP status, code and message.
type Refusing = (StatusCode, &'static str, String);

#[derive(Serialize)]
struct List<'a> {
    success: bool,
    data: Vec<&'a Row<Customer>>,
    pagination: Pagination,
}

#[derive(Serialize)]
struct Pagination {
    total: usize,
    limit: usize,
    offset: usize,
    pages: usize,
}

impl Emulator for LoveAndPay {
    fn route(&self, method: &Method, path: &str) -> Route {
        let Some(rest) = path.strip_prefix(BASE_PATH).and_then(|rest| rest.strip_prefix("/customers")) else {
            return Route::Unknown;
        };
        let segments: Vec<_> = rest.split('/').skip(1).collect();
        if !rest.is_empty() && !rest.starts_with('/') {
            return Route::Unknown;
        }
        match (segments.as_slice(), method.as_str()) {
            ([], "GET") => Route::To(Operation::List, None),
            (["check"], "GET") => Route::To(Operation::Check, None),
            ([id], "GET") if !id.is_empty() => Route::To(Operation::Card, Some((*id).to_owned())),
            ([id, "block"], "POST") => Route::To(Operation::Block, Some((*id).to_owned())),
            ([id, "block"], "DELETE") => Route::To(Operation::Unblock, Some((*id).to_owned())),
            ([] | [_, "block"], _) => Route::OtherMethod,
            ([id], _) if !id.is_empty() => Route::OtherMethod,
            _ => Route::Unknown,
        }
    }

    fn answer(&self, call: &Call) -> Reply {
        let answered = self.admit(call).and_then(|()| match call.operation {
            Operation::List => self.list(call),
            Operation::Card => self.card(call),
            Operation::Check => self.check(call),
            Operation::Block => self.block(call),
            Operation::Unblock => self.unblock(call),
            Operation::Authenticate | Operation::KycCheck => Err(not_found()),
        });
        answered.unwrap_or_else(|(status, code, message)| self.failure(status, code, &message, &call.request_id))
    }

    fn failure(&self, status: StatusCode, code: &str, message: &str, request_id: &str) -> Reply {
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

    fn sends_request_ids(&self) -> bool {
        true
    }

    fn customers(&self) -> Vec<u8> {
        let roster = self.roster();
        serde_json::to_vec(&roster.iter().map(|entry| &entry.row).collect::<Vec<_>>()).unwrap_or_default()
    }

    fn change(&self, id: &str, change: Change, now: Moment) -> Result<Value, Refusal> {
        register::change(&mut self.roster(), id, change, now)
    }

    fn insert(
        &self,
        fields: Map<String, Value>,
        place: Option<usize>,
        unknown_fields: bool,
        now: Moment,
    ) -> Result<Value, Refusal> {
        register::insert(&mut self.roster(), fields, place, unknown_fields, now, |listed, new| {
            created(listed) < created(new)
        })
    }

    fn remove(&self, id: &str) -> Result<Value, Refusal> {
        register::remove(&mut self.roster(), id)
    }
}

impl LoveAndPay {
    fn roster(&self) -> MutexGuard<'_, Roster<Customer, File>> {
        self.roster.lock().unwrap_or_else(PoisonError::into_inner)
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

    fn list(&self, call: &Call) -> Result<Reply, Refusing> {
        known_parameters(call, &["limit", "offset", "search", "kycStatus", "trustLevel"])?;
        let limit = number(call, "limit", 1..=LARGEST_PAGE)?.unwrap_or(PAGE);
        let offset = number(call, "offset", 0..=usize::MAX)?.unwrap_or(0);
        let kyc = one_of(call, "kycStatus", &["PENDING", "VERIFIED", "REJECTED"])?;
        let trust = one_of(call, "trustLevel", &["NEW", "LEVEL_1", "LEVEL_2", "LEVEL_3"])?;
        let search = call.parameter("search").map(str::to_lowercase).filter(|text| !text.is_empty());

        let roster = self.roster();
        let (entries, total) = if kyc.is_none() && trust.is_none() && search.is_none() {
            roster.page(offset, limit)
        } else {
            roster.page_of(offset, limit, |entry| {
                kyc.is_none_or(|word| entry.row.text("kycStatus") == Some(word))
                    && trust.is_none_or(|word| entry.row.text("trustLevel") == Some(word))
                    && search.as_ref().is_none_or(|text| holds(entry, text))
            })
        };
        let data = entries.iter().map(|entry| &entry.row).collect();
        let pagination = Pagination { total, limit, offset, pages: total.div_ceil(limit) };
        Ok(Reply::json(StatusCode::OK, &List { success: true, data, pagination }))
    }

    fn card(&self, call: &Call) -> Result<Reply, Refusing> {
        known_parameters(call, &[])?;
        let roster = self.roster();
        let entry = roster.find(&customer_id(call)?).ok_or_else(not_found)?;
        Ok(Reply::json(StatusCode::OK, &json!({"success": true, "customer": card::card(entry)})))
    }

    fn check(&self, call: &Call) -> Result<Reply, Refusing> {
        known_parameters(call, &["phone", "email"])?;
        let (field, wanted) = match (call.parameter("phone"), call.parameter("email")) {
            (Some(phone), None) => ("phone", phone),
            (None, Some(email)) => ("email", email),
            _ => return Err(invalid("Exactly one of phone and email is required")),
        };
        let wanted = wanted.to_lowercase();
        let roster = self.roster();
        let mut entries = roster.iter();
        let found = entries.find(|entry| entry.row.text(field).is_some_and(|text| text.to_lowercase() == wanted));
        let body = match found {
            None => json!({"success": true, "exists": false, "kycVerified": false, "customer": null}),
            Some(entry) => {
                let mut customer = entry.row.fields();
                customer.retain(|name, _| {
                    ["id", "fullName", "kycStatus", "trustLevel", "totalPayments"].contains(&name.as_str())
                });
                let verified = entry.row.text("kycStatus") == Some("VERIFIED");
                json!({"success": true, "exists": true, "kycVerified": verified, "customer": customer})
            }
        };
        Ok(Reply::json(StatusCode::OK, &body))
    }

    /// Blocking a blocked customer changes nothing and succeeds: no code for it is documented.
    fn block(&self, call: &Call) -> Result<Reply, Refusing> {
        #[derive(Deserialize)]
        struct Body {
            reason: Option<String>,
        }

        known_parameters(call, &[])?;
        if !call.is_json() {
            return Err(invalid("Content-Type must be application/json"));
        }
        let Body { reason } =
            serde_json::from_slice(&call.body).map_err(|_| invalid("The body must be a JSON object"))?;
        let mut roster = self.roster();
        let entry = roster.find_mut(&customer_id(call)?).ok_or_else(not_found)?;
        if !is_blocked(&entry.row) {
            card::set_blocked(entry, true, call.now);
            entry.beside.blocked_reason = reason.filter(|reason| !reason.is_empty());
        }
        let file = &entry.beside;
        let customer = json!({
            "id": entry.row.id(), "isBlocked": true, "blockedAt": file.blocked_at, "blockedReason": file.blocked_reason,
        });
        Ok(Reply::json(StatusCode::OK, &json!({"success": true, "message": "Customer blocked", "customer": customer})))
    }

    fn unblock(&self, call: &Call) -> Result<Reply, Refusing> {
        known_parameters(call, &[])?;
        let mut roster = self.roster();
        let entry = roster.find_mut(&customer_id(call)?).ok_or_else(not_found)?;
        card::set_blocked(entry, false, call.now);
        let customer = json!({"id": entry.row.id(), "isBlocked": false});
        Ok(Reply::json(
            StatusCode::OK,
            &json!({"success": true, "message": "Customer unblocked", "customer": customer}),
        ))
    }
}

fn holds(entry: &Entry<Customer, File>, lower_case: &str) -> bool {
    ["fullName", "email", "phone"]
        .iter()
        .filter_map(|field| entry.row.text(field))
        .any(|text| text.to_lowercase().contains(lower_case))
}

/// For the order of the list; a row without a date counts as the newest.
fn created(row: &Row<Customer>) -> Moment {
    let moment = match row {
        Row::Regular(customer) => Some(customer.created_at),
        Row::Odd(_) => row.text("createdAt").and_then(|text| text.parse().ok()).map(Moment::of),
    };
    moment.unwrap_or(Moment::of(jiff::Timestamp::MAX))
}

fn invalid(message: &str) -> Refusing {
    (StatusCode::BAD_REQUEST, "VALIDATION_ERROR", message.to_owned())
}

/// The code for this is not documented, the status is assumed.
fn not_found() -> Refusing {
    (StatusCode::NOT_FOUND, "NOT_FOUND", "Customer not found".to_owned())
}

/// The id in the path, in the spelling of the list; only UUIDs get this far.
fn customer_id(call: &Call) -> Result<String, Refusing> {
    let id = call.id.as_deref().and_then(|id| Uuid::try_parse(id).ok());
    id.map(|id| id.to_string()).ok_or_else(|| invalid("id must be a UUID"))
}

fn known_parameters(call: &Call, known: &[&str]) -> Result<(), Refusing> {
    match call.unexpected_parameter(known) {
        None => Ok(()),
        Some(name) => Err(invalid(&format!("Unexpected query parameter: {name}"))),
    }
}

fn number(call: &Call, name: &str, range: std::ops::RangeInclusive<usize>) -> Result<Option<usize>, Refusing> {
    let Some(text) = call.parameter(name) else { return Ok(None) };
    let number = text.parse().ok().filter(|number| range.contains(number));
    number.map(Some).ok_or_else(|| match name {
        "limit" => invalid(&format!("limit must be a number from 1 to {LARGEST_PAGE}")),
        _ => invalid(&format!("{name} must be a number from 0 on")),
    })
}

fn one_of<'a>(call: &'a Call, name: &str, words: &[&str]) -> Result<Option<&'a str>, Refusing> {
    match call.parameter(name) {
        Some(word) if !words.contains(&word) => Err(invalid(&format!("{name} must be one of {}", words.join(", ")))),
        word => Ok(word),
    }
}

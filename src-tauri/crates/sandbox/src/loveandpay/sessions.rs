//! The KYC sessions: create, list and one of them. The customers of the start have one behind them, further ones come
//! with requests, and the control endpoint brings one to its end, upon which the customer's status follows.

use super::State;
use super::numbering::Numbering;
use super::request::{List, Part, Refusing, body, invalid, known_parameters, not_found, one_of, path_id};
use super::session::{Identity, LIFETIME, Past, STATUSES, Session, verification};
use super::synthesis::trust_level;
use super::timeline::{Mark, Timeline};
use crate::exchange::{Call, Change, Refusal, Reply};
use crate::moment::{Moment, SECOND};
use crate::random::Random;
use crate::register;
use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use std::borrow::Cow;
use std::collections::HashMap;
use uuid::Uuid;

/// The largest page.
const LARGEST_PAGE: usize = 100;

/// Sessions that customers of the start have behind them are numbered by the customer's slot, all others by their count.
const PAST: u16 = 0;
const CREATED: u16 = 1;

/// The sessions that are not as they were drawn.
pub struct Sessions {
    seed: u64,
    /// Everything at the start lies before this.
    now: Moment,
    numbering: Numbering,
    /// Those that were created or driven.
    kept: HashMap<(u32, u16), Session>,
    created: u32,
    timeline: Option<Timeline>,
}

impl Sessions {
    /// Those of the start.
    pub fn new(seed: u64, now: Moment) -> Self {
        let numbering = Numbering::new(seed, "session id");
        Self { seed, now, numbering, kept: HashMap::new(), created: 0, timeline: None }
    }

    /// Those that were created or driven, newest first.
    pub fn kept(&self) -> Value {
        let mut kept: Vec<_> = self.kept.iter().collect();
        kept.sort_by_key(|(place, session)| (std::cmp::Reverse(session.created), **place));
        kept.into_iter().map(|(_, session)| session.whole()).collect()
    }

    fn random(&self, label: &str, (slot, ordinal): (u32, u16)) -> Random {
        Random::new(self.seed, label, u64::from(slot) << 16 | u64::from(ordinal))
    }
}

fn past(state: &State, slot: u32) -> Option<Past> {
    let mut random = state.sessions.random("loveandpay past session", (slot, PAST));
    Past::of(&state.roster.source().facts(slot), state.sessions.now, &mut random)
}

fn session(state: &State, place: (u32, u16)) -> Option<Session> {
    if let Some(kept) = state.sessions.kept.get(&place) {
        return Some(kept.clone());
    }
    let (slot, PAST) = place else { return None };
    if slot >= state.roster.source().len() {
        return None;
    }
    let mut random = state.sessions.random("loveandpay session", place);
    let id = state.sessions.numbering.id(slot, PAST);
    let invoice = state.invoices.newest(&state.roster, slot);
    Some(past(state, slot)?.session(id, invoice, slot, state.roster.source(), &mut random))
}

fn mark(place: (u32, u16), session: &Session) -> Mark {
    Mark::new(session.created, place.0, place.1, session.status_place())
}

fn timeline(state: &mut State) -> &Timeline {
    let timeline = state.sessions.timeline.take().unwrap_or_else(|| {
        let kept = state.sessions.kept.iter().map(|(place, session)| mark(*place, session));
        let slots = (0..state.roster.source().len()).filter(|slot| !state.sessions.kept.contains_key(&(*slot, PAST)));
        let drawn = slots.filter_map(|slot| {
            let past = past(state, slot)?;
            Some(Mark::new(past.created, slot, PAST, past.status_place()))
        });
        Timeline::new(kept.chain(drawn).collect())
    });
    state.sessions.timeline.insert(timeline)
}

/// GET `/kyc/sessions`
pub fn list(state: &mut State, call: &Call) -> Result<Reply, Refusing> {
    known_parameters(call, &["limit", "offset", "status"])?;
    let part = Part::of(call, LARGEST_PAGE)?;
    let status = one_of(call, "status", STATUSES)?.and_then(|place| u8::try_from(place).ok());
    let (marks, total) = timeline(state).page(part.offset, part.limit, status);
    let rows = marks.iter().filter_map(|mark| session(state, (mark.slot, mark.ordinal)));
    let data = rows.map(|session| session.row()).collect();
    Ok(Reply::json(StatusCode::OK, &List { success: true, data, pagination: part.pagination(total) }))
}

/// GET `/kyc/sessions/{id}`
pub fn get(state: &State, call: &Call) -> Result<Reply, Refusing> {
    known_parameters(call, &[])?;
    let place = state.sessions.numbering.place(path_id(call)?);
    let session = place.and_then(|place| session(state, place)).ok_or_else(|| not_found("Session"))?;
    Ok(Reply::json(StatusCode::OK, &json!({"success": true, "session": session.whole()})))
}

/// POST `/kyc/sessions`
pub fn create(state: &mut State, call: &Call) -> Result<Reply, Refusing> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase", deny_unknown_fields)]
    struct Body {
        invoice_id: Option<Uuid>,
        customer_email: Option<String>,
        customer_phone: Option<String>,
        customer_id: Option<String>,
        callback_url: Option<String>,
        language: Option<String>,
    }

    known_parameters(call, &[])?;
    let Body { invoice_id, customer_email, customer_phone, customer_id, callback_url, language } = body(call)?;
    if customer_email.as_deref().is_some_and(|email| !is_address(email)) {
        return Err(invalid("customerEmail must be an e-mail address"));
    }
    if customer_phone.as_deref().is_some_and(|phone| !is_phone(phone)) {
        return Err(invalid("customerPhone must be +7XXXXXXXXXX"));
    }
    let is_web = |url: &str| url::Url::parse(url).is_ok_and(|url| ["http", "https"].contains(&url.scheme()));
    if callback_url.as_deref().is_some_and(|url| !is_web(url)) {
        return Err(invalid("callbackUrl must be a URL"));
    }
    if language.as_deref().is_some_and(|language| !["ru", "en", "kk"].contains(&language)) {
        return Err(invalid("language must be one of ru, en, kk"));
    }
    if invoice_id.is_some_and(|id| state.invoices.slot(&state.roster, id).is_none()) {
        return Err(not_found("Invoice"));
    }

    let sessions = &mut state.sessions;
    let place = (sessions.created, CREATED);
    sessions.created += 1;
    let created = call.now.before(call.now.milliseconds().rem_euclid(SECOND));
    let session = Session {
        id: sessions.numbering.id(place.0, CREATED),
        status: Cow::Borrowed("NOT_STARTED"),
        invoice_id,
        customer_id,
        email: customer_email,
        phone: customer_phone,
        verification: None,
        expires: created.after(LIFETIME),
        created,
    };
    let reply = Reply::json(StatusCode::OK, &json!({"success": true, "session": session.as_created()}));
    if let Some(timeline) = &mut sessions.timeline {
        timeline.insert(mark(place, &session));
    }
    sessions.kept.insert(place, session);
    Ok(reply)
}

fn is_address(text: &str) -> bool {
    text.split_once('@').is_some_and(|(local, domain)| !local.is_empty() && !domain.is_empty() && !domain.contains('@'))
}

fn is_phone(text: &str) -> bool {
    text.strip_prefix("+7").is_some_and(|digits| digits.len() == 10 && digits.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Brings a session to a status, and the customer with it where the status decides something. Of a session that was
/// created, the customer is whoever has its address, else its phone number, else its invoice.
pub fn drive(state: &mut State, id: &str, mut fields: Map<String, Value>, now: Moment) -> Result<Value, Refusal> {
    let there_is_none = || Refusal::NoSuchRecord(format!("session {id}"));
    let place = Uuid::try_parse(id).ok().and_then(|id| state.sessions.numbering.place(id)).ok_or_else(there_is_none)?;
    let mut session = session(state, place).ok_or_else(there_is_none)?;
    let (status, found) = (fields.remove("status"), fields.remove("verification"));
    if let Some(name) = fields.keys().next() {
        return Err(Refusal::Nonsense(format!(
            "no field {name:?} of a session can be set, status and verification can"
        )));
    }
    match status {
        Some(Value::String(status)) => session.status = Cow::Owned(status),
        None => {}
        Some(_) => return Err(Refusal::Nonsense("\"status\" is text".to_owned())),
    }

    let slot = match place {
        (slot, PAST) => Some(slot),
        _ => customer_of(state, &session),
    };
    let slot = slot.filter(|slot| state.roster.has(*slot));
    let entry = slot.and_then(|slot| state.roster.get(slot));
    session.verification = match found {
        Some(Value::Object(found)) => Some(found),
        Some(Value::Null) => None,
        Some(_) => return Err(Refusal::Nonsense("\"verification\" is an object or null".to_owned())),
        None if session.status != "APPROVED" => None,
        None => session.verification.or_else(|| {
            let name = entry.as_ref().and_then(|entry| entry.row.text("fullName")).unwrap_or_default();
            let mut random = state.sessions.random("loveandpay verification", place);
            Some(verification(&Identity::of_full_name(name), now, &mut random))
        }),
    };

    let outcome = match &*session.status {
        "APPROVED" => Some("VERIFIED"),
        "REJECTED" | "DECLINED" => Some("REJECTED"),
        _ => None,
    };
    let change = outcome.zip(entry).and_then(|(word, entry)| {
        let payments = super::payments::Totals::of(&entry.row).map_or(0, |totals| totals.payments);
        let trust = trust_level(payments, word == "VERIFIED");
        let set = json!({"kycStatus": word, "trustLevel": trust}).as_object().cloned()?;
        Some((entry.row.id()?, Change { set, ..Change::default() }))
    });
    if let Some((id, change)) = change {
        register::change(&mut state.roster, &id, change, now)?;
    }
    if let Some(timeline) = &mut state.sessions.timeline {
        timeline.update(mark(place, &session));
    }
    let told = session.whole();
    state.sessions.kept.insert(place, session);
    Ok(told)
}

fn customer_of(state: &State, session: &Session) -> Option<u32> {
    let by = |field: &str, text: &Option<String>| state.roster.slot_by(field, text.as_deref()?);
    by("email", &session.email)
        .or_else(|| by("phone", &session.phone))
        .or_else(|| state.invoices.slot(&state.roster, session.invoice_id?))
}

//! The customers: list, card, check, block and unblock.

use super::request::{List, Part, Refusing, body, invalid, known_parameters, not_found, one_of, path_id};
use super::row::{Customer, File, is_blocked};
use super::synthesis::Synthesis;
use super::{State, card};
use crate::exchange::{Call, Reply};
use crate::moment::Moment;
use crate::roster::{Entry, Roster, Row};
use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::json;

/// The largest page.
const LARGEST_PAGE: usize = 100;

const KYC: &[&str] = &["PENDING", "VERIFIED", "REJECTED"];
const TRUST: &[&str] = &["NEW", "LEVEL_1", "LEVEL_2", "LEVEL_3"];

/// GET `/customers`
pub fn list(state: &mut State, call: &Call) -> Result<Reply, Refusing> {
    known_parameters(call, &["limit", "offset", "search", "kycStatus", "trustLevel"])?;
    let part = Part::of(call, LARGEST_PAGE)?;
    let kyc = one_of(call, "kycStatus", KYC)?.map(|place| KYC[place]);
    let trust = one_of(call, "trustLevel", TRUST)?.map(|place| TRUST[place]);
    let search = call.parameter("search").map(str::to_lowercase).filter(|text| !text.is_empty());

    let (entries, total) = if kyc.is_none() && trust.is_none() && search.is_none() {
        state.roster.page(part.offset, part.limit)
    } else {
        let filter = format!("{kyc:?} {trust:?} {search:?}");
        state.roster.page_of(part.offset, part.limit, &filter, |roster, slot| {
            stands_at(roster, slot, kyc, trust)
                && search.as_ref().is_none_or(|text| roster.get(slot).is_some_and(|entry| holds(&entry, text)))
        })
    };
    let data = entries.iter().map(|entry| &entry.row).collect();
    Ok(Reply::json(StatusCode::OK, &List { success: true, data, pagination: part.pagination(total) }))
}

/// Names and addresses, which cost most, are not made for this.
fn stands_at(roster: &Roster<Synthesis>, slot: u32, kyc: Option<&str>, trust: Option<&str>) -> bool {
    let fits = |kyc_status: Option<&str>, trust_level: Option<&str>| {
        kyc.is_none_or(|word| kyc_status == Some(word)) && trust.is_none_or(|word| trust_level == Some(word))
    };
    if roster.is_untouched(slot) {
        let facts = roster.source().facts(slot);
        return fits(Some(facts.kyc_status()), Some(facts.trust_level()));
    }
    roster.get(slot).is_some_and(|entry| fits(entry.row.text("kycStatus"), entry.row.text("trustLevel")))
}

fn holds(entry: &Entry<Customer, File>, lower_case: &str) -> bool {
    ["fullName", "email", "phone"]
        .iter()
        .filter_map(|field| entry.row.text(field))
        .any(|text| text.to_lowercase().contains(lower_case))
}

/// GET `/customers/{id}`
pub fn card(state: &State, call: &Call) -> Result<Reply, Refusing> {
    known_parameters(call, &[])?;
    let slot = state.roster.slot(&path_id(call)?.to_string()).ok_or_else(|| not_found("Customer"))?;
    let entry = state.roster.get(slot).ok_or_else(|| not_found("Customer"))?;
    let card = card::card(&entry, state.invoices.recent_payments(&state.roster, slot));
    Ok(Reply::json(StatusCode::OK, &json!({"success": true, "customer": card})))
}

/// GET `/customers/check`
pub fn check(state: &State, call: &Call) -> Result<Reply, Refusing> {
    known_parameters(call, &["phone", "email"])?;
    let (field, wanted) = match (call.parameter("phone"), call.parameter("email")) {
        (Some(phone), None) => ("phone", phone),
        (None, Some(email)) => ("email", email),
        _ => return Err(invalid("Exactly one of phone and email is required")),
    };
    let found = state.roster.slot_by(field, wanted).and_then(|slot| state.roster.get(slot));
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

/// POST `/customers/{id}/block`. Blocking a blocked customer changes nothing and succeeds: no code for it is documented.
pub fn block(state: &mut State, call: &Call) -> Result<Reply, Refusing> {
    #[derive(Deserialize)]
    struct Body {
        reason: Option<String>,
    }

    known_parameters(call, &[])?;
    let Body { reason } = body(call)?;
    let blocked = state.roster.alter(&path_id(call)?.to_string(), call.now, |entry| {
        if !is_blocked(&entry.row) {
            card::set_blocked(entry, true, call.now);
            entry.beside.blocked_reason = reason.filter(|reason| !reason.is_empty());
        }
        let file = &entry.beside;
        json!({
            "id": entry.row.id(), "isBlocked": true, "blockedAt": file.blocked_at, "blockedReason": file.blocked_reason,
        })
    });
    let customer = blocked.ok_or_else(|| not_found("Customer"))?;
    Ok(Reply::json(StatusCode::OK, &json!({"success": true, "message": "Customer blocked", "customer": customer})))
}

/// DELETE `/customers/{id}/block`
pub fn unblock(state: &mut State, call: &Call) -> Result<Reply, Refusing> {
    known_parameters(call, &[])?;
    let unblocked = state.roster.alter(&path_id(call)?.to_string(), call.now, |entry| {
        card::set_blocked(entry, false, call.now);
        json!({"id": entry.row.id(), "isBlocked": false})
    });
    let customer = unblocked.ok_or_else(|| not_found("Customer"))?;
    Ok(Reply::json(StatusCode::OK, &json!({"success": true, "message": "Customer unblocked", "customer": customer})))
}

/// For the order of the list; a row without a date counts as the newest.
pub fn created(row: &Row<Customer>) -> Moment {
    let moment = match row {
        Row::Regular(customer) => Some(customer.created_at),
        Row::Odd(_) => row.text("createdAt").and_then(|text| text.parse().ok()).map(Moment::of),
    };
    moment.unwrap_or(Moment::of(jiff::Timestamp::MAX))
}

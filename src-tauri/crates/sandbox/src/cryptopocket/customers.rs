//! The customers: list and state of the identity check.

use super::State;
use super::request::{day, invalid, known_parameters, ok, positive, refused};
use super::row::Customer;
use super::synthesis::Synthesis;
use crate::exchange::{Call, Reply};
use crate::moment::{DAY, Moment};
use crate::roster::{Roster, Row};
use axum::http::StatusCode;
use serde::Serialize;
use serde_json::json;

/// Page size without `items_per_page`, and the largest; neither is documented. More is not refused but cut down.
const PAGE: usize = 20;
const LARGEST_PAGE: usize = 100;

#[derive(Serialize)]
struct List<'a> {
    status: &'static str,
    page: usize,
    total_items: usize,
    data: Vec<&'a Row<Customer>>,
}

/// GET `/customers/list`
pub fn list(state: &mut State, call: &Call) -> Result<Reply, Reply> {
    known_parameters(call, &["from", "to", "email", "items_per_page", "page"])?;
    let limit = positive(call, "items_per_page")?.unwrap_or(PAGE).min(LARGEST_PAGE);
    let page = positive(call, "page")?.unwrap_or(1);
    // Whole days of UTC, both included; the reference leaves it open.
    let from = day(call, "from")?;
    let until = day(call, "to")?.map(|day| day.after(DAY));
    let email = call.parameter("email").map(str::to_lowercase).filter(|email| !email.is_empty());

    let roster = &mut state.roster;
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

/// GET `/kyc/check`
pub fn kyc_check(state: &State, call: &Call) -> Result<Reply, Reply> {
    known_parameters(call, &["user_id"])?;
    let id = call.parameter("user_id").ok_or_else(|| invalid("user_id", "The user id field is required."))?;
    let Some(entry) = state.roster.find(id) else { return Ok(refused("user_not_found")) };
    let status = entry.row.fields().remove("kyc_status").unwrap_or_default();
    Ok(ok(&json!({"kyc_status": status})))
}

/// When the customer in a slot was registered.
fn registered(roster: &Roster<Synthesis>, slot: u32) -> Moment {
    if roster.is_untouched(slot) {
        return roster.source().registered(slot);
    }
    roster.get(slot).map_or(Moment::of(jiff::Timestamp::UNIX_EPOCH), |entry| entry.beside.registered)
}

/// For the order of the list; a row without a number counts as the newest.
pub fn number(row: &Row<Customer>) -> u64 {
    row.id().and_then(|id| id.parse().ok()).unwrap_or(u64::MAX)
}

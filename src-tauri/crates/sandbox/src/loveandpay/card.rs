//! The card of one customer: the row, what only the card shows, and the last few payments.

use super::payments::Totals;
use super::row::{Customer, File, Rubles};
use crate::moment::Moment;
use crate::roster::{Entry, Row};
use serde_json::{Map, Value, json};

/// The card as JSON, with these payments on it.
pub fn card(entry: &Entry<Customer, File>, recent_payments: Vec<Value>) -> Map<String, Value> {
    let file = &entry.beside;
    let mut card = entry.row.fields();
    let mut set = |name: &str, value: Value| card.insert(name.to_owned(), value);
    set("kycVerifiedAt", json!(file.kyc_verified_at));
    if let Some(blocked_at) = file.blocked_at {
        set("blockedAt", json!(blocked_at));
        set("blockedReason", json!(file.blocked_reason));
    }
    set("averageAmount", Totals::of(&entry.row).map(average).unwrap_or_default());
    set("recentPayments", recent_payments.into());
    card
}

/// Blocks or unblocks; a block that is already there keeps its date.
pub fn set_blocked(entry: &mut Entry<Customer, File>, blocked: bool, now: Moment) {
    match &mut entry.row {
        Row::Regular(customer) => customer.is_blocked = blocked,
        Row::Odd(fields) => {
            fields.insert("isBlocked".to_owned(), blocked.into());
        }
    }
    let file = &mut entry.beside;
    file.blocked_at = file.blocked_at.or(Some(now)).filter(|_| blocked);
    file.blocked_reason = file.blocked_reason.take().filter(|_| blocked);
}

/// In rubles, rounded to the kopeck; null without payments.
fn average(totals: Totals) -> Value {
    let payments = i64::from(totals.payments);
    if payments == 0 {
        return Value::Null;
    }
    json!(Rubles { kopecks: totals.kopecks / payments })
}

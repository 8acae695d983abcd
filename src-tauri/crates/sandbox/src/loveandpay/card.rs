//! The card of one customer: the row, what only the card shows, and the last few payments.

use super::row::{Customer, File};
use crate::moment::{DAY, Moment};
use crate::random::Random;
use crate::roster::{Entry, Row};
use serde_json::{Map, Value, json};

/// Most payments that a card shows. Neither number nor order is documented.
const RECENT: u32 = 5;

/// The card as JSON.
pub fn card(entry: &Entry<Customer, File>) -> Map<String, Value> {
    let file = &entry.beside;
    let mut card = entry.row.fields();
    let mut set = |name: &str, value: Value| card.insert(name.to_owned(), value);
    set("kycVerifiedAt", json!(file.kyc_verified_at));
    if let Some(blocked_at) = file.blocked_at {
        set("blockedAt", json!(blocked_at));
        set("blockedReason", json!(file.blocked_reason));
    }
    if let Row::Regular(customer) = &entry.row {
        set("averageAmount", average(customer));
        set("recentPayments", recent_payments(customer).into());
    } else {
        set("averageAmount", Value::Null);
        set("recentPayments", json!([]));
    }
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
fn average(customer: &Customer) -> Value {
    let payments = i64::from(customer.total_payments);
    if payments == 0 {
        return Value::Null;
    }
    json!(super::row::Rubles { kopecks: customer.total_amount.kopecks / payments })
}

/// The newest first. All of them together come to the total when the card shows all.
fn recent_payments(customer: &Customer) -> Vec<Value> {
    let (Some(last), payments) = (customer.last_payment_at, customer.total_payments) else { return Vec::new() };
    let shown = payments.min(RECENT);
    let mut random = Random::new(customer.id.as_u64_pair().0, "loveandpay payments", 0);
    let average = customer.total_amount.kopecks / i64::from(payments.max(1));
    let mut paid_at = last;
    let mut left = customer.total_amount.kopecks;
    let mut listed = Vec::new();
    for index in 0..shown {
        let amount = if index + 1 == payments { left } else { average };
        left -= amount;
        listed.push(json!({
            "id": uuid::Builder::from_random_bytes(random.bytes()).into_uuid().to_string(),
            "invoiceNumber": format!("INV-{:06}", random.within(1..1_000_000)),
            "amount": super::row::Rubles { kopecks: amount },
            "status": "PAID",
            "paidAt": paid_at,
        }));
        let room = (paid_at.milliseconds() - customer.created_at.milliseconds()).clamp(1, 20 * DAY);
        paid_at = paid_at.before(i64::try_from(random.within(0..room.unsigned_abs())).unwrap_or(0));
    }
    listed
}

//! Love&Pay's replies about one customer: the card, the look-up, and what block and unblock give back.

use super::{assumptions, wire};
use crate::action::{BlockState, Card, Known, KnownCustomer, Payment};
use crate::json::{self, Field};
use crate::records;
use kyc::{Blocked, ProviderCustomerId};
use serde::Deserialize;
use serde_json::value::RawValue;

/// `{"success": true, "customer": {…}}`, and beside it what the look-up says.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Reply<'a> {
    #[serde(borrow)]
    customer: Field<'a>,
    #[serde(borrow)]
    exists: Field<'a>,
    #[serde(borrow)]
    kyc_verified: Field<'a>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Details<'a> {
    #[serde(borrow)]
    id: Field<'a>,
    #[serde(borrow)]
    full_name: Field<'a>,
    #[serde(borrow)]
    kyc_status: Field<'a>,
    #[serde(borrow)]
    kyc_verified_at: Field<'a>,
    #[serde(borrow)]
    trust_level: Field<'a>,
    #[serde(borrow)]
    total_payments: Field<'a>,
    #[serde(borrow)]
    average_amount: Field<'a>,
    #[serde(borrow)]
    is_blocked: Field<'a>,
    #[serde(borrow)]
    blocked_at: Field<'a>,
    #[serde(borrow)]
    blocked_reason: Field<'a>,
    #[serde(borrow)]
    recent_payments: Field<'a>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PaymentRow<'a> {
    #[serde(borrow)]
    id: Field<'a>,
    #[serde(borrow)]
    invoice_number: Field<'a>,
    #[serde(borrow)]
    amount: Field<'a>,
    #[serde(borrow)]
    status: Field<'a>,
    #[serde(borrow)]
    paid_at: Field<'a>,
}

/// The card in a successful answer; `None` when the answer has another shape or is about somebody else.
pub(super) fn card(body: &str, asked: &ProviderCustomerId) -> Option<Card> {
    let raw = json::object::<Reply<'_>>(body)?.customer?;
    let details: Details<'_> = json::object(raw.get())?;
    let customer = wire::customer(raw).ok()?;
    if !customer.id.as_str().eq_ignore_ascii_case(asked.as_str()) {
        return None;
    }
    Some(Card {
        customer,
        kyc_verified: json::moment(details.kyc_verified_at),
        average: assumptions::rubles(details.average_amount),
        block: block_of(&details),
        recent_payments: records::list(details.recent_payments)
            .unwrap_or_default()
            .into_iter()
            .filter_map(payment)
            .collect(),
    })
}

/// A payment of the card; one without an id is left out, and stays in the raw record.
fn payment(record: &RawValue) -> Option<Payment> {
    let row: PaymentRow<'_> = json::object(record.get())?;
    Some(Payment {
        id: json::id(row.id).ok()?,
        number: json::text(row.invoice_number),
        amount: assumptions::rubles(row.amount),
        status: json::word(row.status),
        paid: json::moment(row.paid_at),
    })
}

/// L12: since when and why is shown where it comes.
fn block_of(details: &Details<'_>) -> BlockState {
    BlockState {
        blocked: assumptions::blocked(details.is_blocked),
        since: json::moment(details.blocked_at),
        reason: json::text(details.blocked_reason),
    }
}

/// What the answer to block or unblock says; `None` when it does not say whether that customer is blocked now.
pub(super) fn block_state(body: &str, asked: &ProviderCustomerId) -> Option<BlockState> {
    let raw = json::object::<Reply<'_>>(body)?.customer?;
    let details: Details<'_> = json::object(raw.get())?;
    let id = json::id(details.id).ok()?;
    let state = block_of(&details);
    (id.eq_ignore_ascii_case(asked.as_str()) && state.blocked != Blocked::Unknown).then_some(state)
}

/// The look-up. L13: `exists` decides, an absent `kycVerified` is no, and nobody is nobody in any way of writing it.
pub(super) fn known(body: &str) -> Option<Known> {
    let reply: Reply<'_> = json::object(body)?;
    let exists = json::truth(reply.exists)?;
    let customer = reply.customer.filter(|_| exists).and_then(|raw| {
        let details: Details<'_> = json::object(raw.get())?;
        Some(KnownCustomer {
            id: ProviderCustomerId::new(json::id(details.id).ok()?)?,
            name: json::text(details.full_name),
            kyc: wire::kyc_status(details.kyc_status),
            trust: wire::trust_level(details.trust_level),
            payments: json::count(details.total_payments).and_then(|count| count.try_into().ok()),
        })
    });
    let kyc_verified = exists && json::truth(reply.kyc_verified) == Some(true);
    Some(Known { exists, kyc_verified, customer })
}

#[cfg(test)]
#[path = "card_tests.rs"]
mod tests;

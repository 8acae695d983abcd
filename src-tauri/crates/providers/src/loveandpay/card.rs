//! Love&Pay's replies about one customer: the card, the look-up, and what block and unblock give back.

use super::{assumptions, wire};
use crate::action::{BlockState, Card, Known, KnownCustomer, Payment};
use crate::json::{self, Raw};
use crate::records;
use kyc::{Blocked, ProviderCustomerId};

json::record!(
    /// `{"success": true, "customer": {…}}`, and beside it what the look-up says.
    struct Reply {
        customer: "customer",
        exists: "exists",
        kyc_verified: "kycVerified",
    }
);

json::record!(
    struct Details {
        id: "id",
        full_name: "fullName",
        kyc_status: "kycStatus",
        kyc_verified_at: "kycVerifiedAt",
        trust_level: "trustLevel",
        total_payments: "totalPayments",
        average_amount: "averageAmount",
        is_blocked: "isBlocked",
        blocked_at: "blockedAt",
        blocked_reason: "blockedReason",
        recent_payments: "recentPayments",
    }
);

json::record!(
    struct PaymentRow {
        id: "id",
        invoice_number: "invoiceNumber",
        amount: "amount",
        status: "status",
        paid_at: "paidAt",
    }
);

/// The card in a successful answer; `None` when the answer has another shape or is about somebody else.
pub(super) fn card(body: &str, asked: &ProviderCustomerId) -> Option<Card> {
    let raw = json::object::<Reply<'_>>(body)?.customer?;
    let details: Details<'_> = raw.record()?;
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
fn payment(record: Raw<'_>) -> Option<Payment> {
    let row: PaymentRow<'_> = record.record()?;
    Some(Payment {
        id: json::id(row.id).ok()?,
        number: json::text(row.invoice_number),
        amount: assumptions::rubles(row.amount),
        status: json::word(row.status).into_owned(),
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
    let details: Details<'_> = raw.record()?;
    let id = json::id(details.id).ok()?;
    let state = block_of(&details);
    (id.eq_ignore_ascii_case(asked.as_str()) && state.blocked != Blocked::Unknown).then_some(state)
}

/// The look-up. L13: `exists` decides, an absent `kycVerified` is no, and nobody is nobody in any way of writing it.
pub(super) fn known(body: &str) -> Option<Known> {
    let reply: Reply<'_> = json::object(body)?;
    let exists = json::truth(reply.exists)?;
    let customer = reply.customer.filter(|_| exists).and_then(|raw| {
        let details: Details<'_> = raw.record()?;
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

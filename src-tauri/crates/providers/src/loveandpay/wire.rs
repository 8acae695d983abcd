//! Love&Pay's lists as they come, and how a row becomes a customer. Every field may be missing, except the
//! id: a row without one means nobody.

use super::assumptions;
use crate::json::{self, Field, Raw, Record};
use crate::records;
use kyc::{Customer, KycStatus, ProviderCustomerId, TrustLevel};
use std::borrow::Cow;

/// `{"success": true, "data": [row], "pagination": {"total", "limit", "offset", "pages"}}`
pub(super) struct List<'a> {
    pub rows: Vec<Raw<'a>>,
    pub total: Option<u64>,
}

json::record!(
    struct Reply {
        data: "data",
        pagination: "pagination",
    }
);

json::record!(
    struct Pagination {
        total: "total",
    }
);

json::record!(
    struct Row {
        id: "id",
        full_name: "fullName",
        email: "email",
        phone: "phone",
        kyc_status: "kycStatus",
        trust_level: "trustLevel",
        total_payments: "totalPayments",
        total_amount: "totalAmount",
        last_payment_at: "lastPaymentAt",
        is_blocked: "isBlocked",
        created_at: "createdAt",
    }
);

/// `None` when a successful answer has another shape. A `data` that is `null` is another shape, too: it must not pass for
/// "no customers".
impl<'a> Record<'a> for List<'a> {
    fn of_fields(fields: impl Iterator<Item = (Cow<'a, str>, Raw<'a>)>) -> Option<Self> {
        let reply = Reply::of_fields(fields)?;
        let pagination: Option<Pagination<'_>> = reply.pagination.and_then(Raw::record);
        let total = pagination.and_then(|pagination| json::count(pagination.total));
        Some(Self { rows: records::list(reply.data)?, total })
    }
}

/// A row as a customer.
pub(super) fn customer(record: Raw<'_>) -> Result<Customer, String> {
    let row: Row<'_> = record.record().ok_or("not an object, or a field twice")?;
    let id = json::id(row.id)?;
    Ok(Customer {
        id: ProviderCustomerId::new(id).ok_or("id: empty")?,
        name: json::text(row.full_name),
        email: json::text(row.email),
        phone: json::text(row.phone),
        kyc: kyc_status(row.kyc_status),
        trust: trust_level(row.trust_level),
        blocked: assumptions::blocked(row.is_blocked),
        payments: json::count(row.total_payments).and_then(|count| count.try_into().ok()),
        paid: assumptions::rubles(row.total_amount),
        last_payment: json::moment(row.last_payment_at),
        created: json::moment(row.created_at),
        raw: records::kept(record),
    })
}

/// A customer's KYC status.
pub(super) fn kyc_status(field: Field<'_>) -> KycStatus {
    let documented =
        [("VERIFIED", KycStatus::Verified), ("PENDING", KycStatus::Pending), ("REJECTED", KycStatus::Rejected)];
    assumptions::meaning(&json::word(field), &documented, KycStatus::Unknown)
}

/// A customer's trust level; one without has none.
pub(super) fn trust_level(field: Field<'_>) -> Option<TrustLevel> {
    let documented = [
        ("NEW", TrustLevel::New),
        ("LEVEL_1", TrustLevel::Level1),
        ("LEVEL_2", TrustLevel::Level2),
        ("LEVEL_3", TrustLevel::Level3),
    ];
    let word = json::word(field);
    (!word.is_empty()).then(|| assumptions::meaning(&word, &documented, TrustLevel::Unknown))
}

/// The list's `kycStatus` for a status; `None` for one that Love&Pay has no word for.
pub(super) fn kyc_word(status: &KycStatus) -> Option<&str> {
    match status {
        KycStatus::Verified => Some("VERIFIED"),
        KycStatus::Pending => Some("PENDING"),
        KycStatus::Rejected => Some("REJECTED"),
        KycStatus::NotStarted => None,
        KycStatus::Unknown(word) => (!word.is_empty()).then_some(word),
    }
}

/// The list's `trustLevel` for a level.
pub(super) fn trust_word(level: &TrustLevel) -> Option<&str> {
    match level {
        TrustLevel::New => Some("NEW"),
        TrustLevel::Level1 => Some("LEVEL_1"),
        TrustLevel::Level2 => Some("LEVEL_2"),
        TrustLevel::Level3 => Some("LEVEL_3"),
        TrustLevel::Unknown(word) => (!word.is_empty()).then_some(word),
    }
}

#[cfg(test)]
#[path = "wire_tests.rs"]
mod tests;

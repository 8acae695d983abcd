//! Cryptopocket's list of customers as it comes, and how a row becomes a customer. Every field may be missing (C10), except
//! the id: a row without one means nobody.

use super::assumptions;
use crate::json::{self, Field, Raw, Record};
use crate::records;
use kyc::{Blocked, Customer, KycStatus, ProviderCustomerId};
use std::borrow::Cow;

/// `{"status": "ok", "page": 1, "total_items": 42, "data": [row]}`
pub(super) struct List<'a> {
    pub rows: Vec<Raw<'a>>,
    pub total: Option<u64>,
}

json::record!(
    struct Reply {
        data: "data",
        total_items: "total_items",
    }
);

json::record!(
    struct Row {
        id: "id",
        name: "name",
        last_name: "last_name",
        email: "email",
        kyc_status: "kyc_status",
    }
);

/// `None` when a successful answer has another shape. A `data` that is `null` is another shape, too: it must not pass for
/// "no customers".
impl<'a> Record<'a> for List<'a> {
    fn of_fields(fields: impl Iterator<Item = (Cow<'a, str>, Raw<'a>)>) -> Option<Self> {
        let reply = Reply::of_fields(fields)?;
        Some(Self { rows: records::list(reply.data)?, total: json::count(reply.total_items) })
    }
}

/// A row as a customer. The link in `kyc_url` opens somebody's identity check and is left out of the raw record.
pub(super) fn customer(record: Raw<'_>) -> Result<Customer, String> {
    let row: Row<'_> = record.record().ok_or("not an object, or a field twice")?;
    let id = json::id(row.id)?;
    Ok(Customer {
        id: ProviderCustomerId::new(id).ok_or("id: empty")?,
        name: full_name(json::text(row.name), json::text(row.last_name)),
        email: json::text(row.email),
        phone: None,
        kyc: kyc_status(row.kyc_status),
        trust: None,
        blocked: Blocked::Unknown,
        payments: None,
        paid: None,
        last_payment: None,
        created: None,
        raw: records::kept(record),
    })
}

/// First and last name joined by a blank; a company may have no last name.
fn full_name(first: Option<String>, last: Option<String>) -> Option<String> {
    match (first, last) {
        (Some(first), Some(last)) => Some(format!("{} {}", first.trim(), last.trim())),
        (first, last) => first.or(last),
    }
}

/// A customer's KYC status; `unused` is "not started".
pub(super) fn kyc_status(field: Field<'_>) -> KycStatus {
    let documented = [
        ("valid", KycStatus::Verified),
        ("processing", KycStatus::Pending),
        ("fail", KycStatus::Rejected),
        ("unused", KycStatus::NotStarted),
    ];
    assumptions::meaning(&json::word(field), &documented, KycStatus::Unknown)
}

#[cfg(test)]
#[path = "wire_tests.rs"]
mod tests;

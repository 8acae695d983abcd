//! Cryptopocket's list of customers as it comes, and how a row becomes a customer. Every field may be missing (C10), except
//! the id: a row without one means nobody.

use crate::json::{self, Field};
use crate::records;
use kyc::{Blocked, Customer, KycStatus, ProviderCustomerId};
use serde::Deserialize;
use serde_json::value::RawValue;

/// `{"status": "ok", "page": 1, "total_items": 42, "data": [row]}`
#[derive(Deserialize)]
pub(super) struct CustomerList<'a> {
    #[serde(borrow)]
    data: Field<'a>,
    #[serde(borrow)]
    total_items: Field<'a>,
}

#[derive(Deserialize)]
struct Row<'a> {
    #[serde(borrow)]
    id: Field<'a>,
    #[serde(borrow)]
    name: Field<'a>,
    #[serde(borrow)]
    last_name: Field<'a>,
    #[serde(borrow)]
    email: Field<'a>,
    #[serde(borrow)]
    kyc_status: Field<'a>,
}

impl<'a> CustomerList<'a> {
    /// The list in a successful answer; `None` when the answer has another shape. A `data` that is `null` is another
    /// shape, too: it must not pass for "no customers".
    pub fn parse(body: &'a str) -> Option<(Vec<&'a RawValue>, Option<u64>)> {
        let list: Self = json::object(body)?;
        Some((records::list(list.data)?, json::count(list.total_items)))
    }
}

/// A row as a customer. The link in `kyc_url` opens somebody's identity check and is left out of the raw record.
pub(super) fn customer(record: &RawValue) -> Result<Customer, String> {
    let row: Row<'_> = json::object(record.get()).ok_or("not an object, or a field twice")?;
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

/// C19: a word outside the documented ones is kept as it came and never counts as `valid`; `unused` is "not started".
pub(super) fn kyc_status(field: Field<'_>) -> KycStatus {
    let word = json::word(field);
    match word.as_str() {
        "valid" => KycStatus::Verified,
        "processing" => KycStatus::Pending,
        "fail" => KycStatus::Rejected,
        "unused" => KycStatus::NotStarted,
        _ => KycStatus::Unknown(word),
    }
}

#[cfg(test)]
#[path = "wire_tests.rs"]
mod tests;

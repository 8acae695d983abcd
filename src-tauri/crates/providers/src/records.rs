//! From a page's records to customers, sessions, invoices. A record that cannot be read costs itself only: it is kept with its position, and
//! all others land.

use crate::json::{self, Field};
use crate::withhold;
use kyc::RejectedRecord;
use serde_json::value::RawValue;

/// Reads each record on its own.
pub(crate) fn read<T>(
    records: &[&RawValue],
    one: impl Fn(&RawValue) -> Result<T, String>,
) -> (Vec<T>, Vec<RejectedRecord>) {
    let mut read = Vec::with_capacity(records.len());
    let mut rejected = Vec::new();
    for (position, record) in records.iter().enumerate() {
        match one(record) {
            Ok(item) => read.push(item),
            Err(reason) => rejected.push(RejectedRecord { position, reason, raw: kept(record) }),
        }
    }
    (read, rejected)
}

/// The record as it is kept for support and for the detail panel: without links.
pub(crate) fn kept(record: &RawValue) -> String {
    withhold::links(record.get()).into_owned()
}

/// The records of a list; `None` when it is no list.
pub(crate) fn list(field: Field<'_>) -> Option<Vec<&RawValue>> {
    json::parse(field?.get())
}

//! From a page's records to customers, sessions, invoices. A record that cannot be read costs itself only: it is kept
//! with its position, and all others land.

use crate::http::Answer;
use crate::json::{Field, Raw};
use crate::withhold;
use kyc::RejectedRecord;
use std::ops::Range;

/// Reads each record on its own.
pub(crate) fn read<'a, T>(
    records: impl IntoIterator<Item = Raw<'a>>,
    one: impl Fn(Raw<'a>) -> Result<T, String>,
) -> (Vec<T>, Vec<RejectedRecord>) {
    let records = records.into_iter();
    let mut read = Vec::with_capacity(records.size_hint().0);
    let mut rejected = Vec::new();
    for (position, record) in records.enumerate() {
        match one(record) {
            Ok(item) => read.push(item),
            Err(reason) => rejected.push(RejectedRecord { position, reason, raw: kept(record) }),
        }
    }
    (read, rejected)
}

/// The record as it is kept for support and for the detail panel: without links.
pub(crate) fn kept(record: Raw<'_>) -> String {
    withhold::links(record.get()).into_owned()
}

/// The records of a list; `None` when it is no list.
pub(crate) fn list(field: Field<'_>) -> Option<Vec<Raw<'_>>> {
    Some(field?.items()?.collect())
}

/// Where the records stand in an answer, so that they can be found again without borrowing it meanwhile.
pub(crate) struct Rows(Vec<Range<usize>>);

impl Rows {
    /// The places of `records`, which were found in `answer`.
    pub fn of(answer: &Answer, records: &[Raw<'_>]) -> Self {
        Self(records.iter().map(|record| record.place_in(&answer.body)).collect())
    }

    /// Reads the records of that answer, as [`read`].
    pub fn read<T>(
        &self,
        answer: &Answer,
        one: impl Fn(Raw<'_>) -> Result<T, String>,
    ) -> (Vec<T>, Vec<RejectedRecord>) {
        read(self.0.iter().map(|place| Raw::judged(answer.body.get(place.clone()).unwrap_or("null"))), one)
    }
}

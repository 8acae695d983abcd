//! Selected rows: their ranges, and the order to copy them.

use super::Column;
use serde::{Deserialize, Serialize};
use specta::Type;
use std::collections::HashMap;
use std::ops::RangeInclusive;

/// Rows by their positions in an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct RowSpan {
    /// The first row.
    pub first: u32,
    /// The last row, included.
    pub last: u32,
}

impl From<RowSpan> for RangeInclusive<u32> {
    fn from(span: RowSpan) -> Self {
        span.first..=span.last
    }
}

impl From<RangeInclusive<u32>> for RowSpan {
    fn from(range: RangeInclusive<u32>) -> Self {
        Self { first: *range.start(), last: *range.end() }
    }
}

/// How rows are written as text.
#[derive(Debug, Clone, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct RowText {
    /// The columns in their order.
    pub columns: Vec<Column>,
    /// The interface's words for KYC statuses, by facet value.
    pub kyc: HashMap<String, String>,
    /// For trust levels.
    pub trust: HashMap<String, String>,
    /// For blocked or not.
    pub blocked: HashMap<String, String>,
    /// For providers.
    pub provider: HashMap<String, String>,
}

impl From<RowText> for (Vec<search::Column>, desk::Words) {
    fn from(text: RowText) -> Self {
        let columns = text.columns.into_iter().map(search::Column::from).collect();
        let words = desk::Words { kyc: text.kyc, trust: text.trust, blocked: text.blocked, provider: text.provider };
        (columns, words)
    }
}

//! Rows as text for the clipboard: tab-separated, one line each, safe to be pasted into a spreadsheet.
//!
//! The words for statuses come from the window, which knows the language; amounts are decimal text, times ISO 8601 in UTC.

use crate::{Desk, off_the_runtime};
use kyc::{BookCustomer, Problem, TrustLevel};
use search::Column;
use std::collections::HashMap;
use std::ops::RangeInclusive;

/// Most rows that are handed out as text at a time.
const MOST_ROWS: usize = 5_000;

/// The window's words for what the vocabulary names, by facet value; what is missing stays the value itself.
#[derive(Debug, Clone, Default)]
pub struct Words {
    /// KYC statuses.
    pub kyc: HashMap<String, String>,
    /// Trust levels.
    pub trust: HashMap<String, String>,
    /// Blocked or not.
    pub blocked: HashMap<String, String>,
    /// Providers' names.
    pub provider: HashMap<String, String>,
}

impl Desk {
    /// Rows of an earlier answer by their positions, at most 5,000 of them, as tab-separated lines, each ended by a line feed.
    /// What was paid takes two fields: the amount and the currency.
    ///
    /// # Errors
    /// [`kyc::Trouble::ResultGone`] when the answer is no longer kept; what the book met.
    pub async fn rows_as_text(
        &self,
        result: u32,
        spans: &[RangeInclusive<u32>],
        columns: &[Column],
        words: &Words,
    ) -> Result<String, Problem> {
        let kept = self.inner.results.get(result)?;
        let end = spans.iter().map(|span| span.end().saturating_add(1)).max().unwrap_or_default();
        self.known_until(&kept, end).await?;
        let spans = spans.to_vec();
        let keys = off_the_runtime(move || Ok(kept.at(spans).take(MOST_ROWS).collect())).await?;
        let customers = self.inner.reader.customers(keys).await?;
        let mut text = String::new();
        for customer in &customers {
            push_row(&mut text, customer, columns, words);
        }
        Ok(text)
    }
}

fn push_row(text: &mut String, book: &BookCustomer, columns: &[Column], words: &Words) {
    for (at, column) in columns.iter().enumerate() {
        if at > 0 {
            text.push('\t');
        }
        push_field(text, book, *column, words);
    }
    text.push('\n');
}

fn push_field(text: &mut String, book: &BookCustomer, column: Column, words: &Words) {
    let customer = &book.customer;
    let time = |at: Option<_>| at.map(|at: jiff::Timestamp| at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string());
    let word = |words: &HashMap<String, String>, value: String| words.get(&value).cloned().unwrap_or(value);
    match column {
        Column::Name => push_text(text, customer.name.as_deref()),
        Column::Email => push_text(text, customer.email.as_deref()),
        Column::Phone => push_text(text, customer.phone.as_deref()),
        Column::Id => push_text(text, Some(customer.id.as_str())),
        Column::Kyc => {
            let value = word(&words.kyc, customer.kyc.facet_value());
            let unknown = customer.kyc.unknown_word().filter(|word| !word.trim().is_empty());
            push_text(text, Some(unknown.unwrap_or(&value)));
        }
        Column::Trust => {
            let unknown = customer.trust.as_ref().and_then(TrustLevel::unknown_word);
            let unknown = unknown.filter(|word| !word.trim().is_empty());
            let value = customer.trust.as_ref().map(|trust| word(&words.trust, trust.facet_value()));
            push_text(text, unknown.or(value.as_deref()));
        }
        Column::Blocked => push_text(text, Some(&word(&words.blocked, customer.blocked.name().to_owned()))),
        Column::Provider => push_text(text, Some(&word(&words.provider, book.provider.as_str().to_owned()))),
        Column::LastPayment => text.push_str(&time(customer.last_payment).unwrap_or_default()),
        Column::Created => text.push_str(&time(customer.created).unwrap_or_default()),
        Column::Payments => text.push_str(&customer.payments.map(|count| count.to_string()).unwrap_or_default()),
        Column::Paid => {
            let paid = customer.paid.as_ref();
            text.push_str(&paid.map(|paid| paid.amount.to_string()).unwrap_or_default());
            text.push('\t');
            push_text(text, paid.map(|paid| paid.currency.code()));
        }
    }
}

/// Writes a text as one field. Tabs and line ends would break the table, so they become blanks. A text that a spreadsheet
/// would take for a formula gets an apostrophe in front: a customer's name is typed by the customer.
fn push_text(text: &mut String, field: Option<&str>) {
    let is_break = |letter: char| letter.is_control() || matches!(letter, '\u{2028}' | '\u{2029}');
    let field: String =
        field.unwrap_or_default().chars().map(|letter| if is_break(letter) { ' ' } else { letter }).collect();
    let field = field.trim();
    if field.starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']) {
        text.push('\'');
    }
    text.push_str(field);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(given: &str) -> String {
        let mut text = String::new();
        push_text(&mut text, Some(given));
        text
    }

    #[test]
    fn no_text_becomes_a_formula() {
        for formula in ["=1+1", "+7916", "-2", "@SUM(A1)", "\t=1", "\r\n@x", "＝1", "\u{0}=1"] {
            assert!(field(formula).starts_with('\''), "{formula:?} becomes {:?}", field(formula));
        }
        assert_eq!(field("José = Garcia"), "José = Garcia");
    }

    #[test]
    fn a_field_stays_in_its_place() {
        assert_eq!(field("Anna\tMaria\r\nLópez\u{2028}x\u{0}"), "Anna Maria  López x");
        assert_eq!(field(""), "");
    }
}

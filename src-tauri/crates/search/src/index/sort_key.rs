//! What rows are ordered by: for each row some bytes that compare, byte by byte, as the values of its columns do.
//!
//! Bytes can be laid side by side and compared without looking anything up, which is what sorting a million rows needs.
//! Rows with equal bytes are ordered by key, which is not in them.

use super::block::Block;
use super::columns::NO_TIME;
use super::numbers::flag;
use super::order::By;
use super::store::Snapshot;
use super::words::Kind;
use crate::{Column, Sort};
use kyc::{Blocked, KycStatus, TrustLevel};
use rust_decimal::Decimal;
use std::sync::Arc;

/// Decimal places of an amount's fraction in a key, which are all that an amount can have.
const FRACTION_PLACES: u32 = Decimal::MAX_SCALE;

/// Writes the keys of rows.
pub(super) struct SortKeys<'a> {
    snapshot: &'a Snapshot,
    /// For the columns that a class decides: the key of each class, or `None` where it has no value. A key says the same
    /// whatever other classes there are, because keys are kept while classes come.
    columns: Vec<(Sort, Vec<Option<Vec<u8>>>)>,
    is_compound: bool,
    /// The place of each word of the large part among all words, which stand for the words of names.
    ranks: Option<Arc<[u32]>>,
}

impl<'a> SortKeys<'a> {
    /// Keys that can be compared between all rows.
    pub fn new(snapshot: &'a Snapshot, by: &By) -> Self {
        let sorts = match by {
            By::One(column) => vec![Sort { column: *column, descending: false }],
            By::Several(sorts) => sorts.clone(),
        };
        let columns = sorts.iter().map(|sort| (*sort, keys_of_classes(snapshot, sort.column))).collect();
        Self { snapshot, columns, is_compound: matches!(by, By::Several(_)), ranks: None }
    }

    /// Shorter keys, which can be compared between the rows of the large part alone.
    pub fn of_large_part(snapshot: &'a Snapshot, by: &By) -> Self {
        let mut keys = Self::new(snapshot, by);
        if keys.columns.iter().any(|(sort, _)| sort.column == Column::Name) {
            keys.ranks = Some(snapshot.word_ranks());
        }
        keys
    }

    /// Whether a row stands among those that are compared, rather than last by its key.
    pub fn has_place(&self, block: &Block, slot: u32) -> bool {
        self.is_compound || self.is_present(0, block, slot)
    }

    /// Appends the key of a row that has a place.
    pub fn write(&self, block: &Block, slot: u32, out: &mut Vec<u8>) {
        if !self.is_compound {
            return self.write_value(0, block, slot, out);
        }
        for (number, (sort, _)) in self.columns.iter().enumerate() {
            if !self.is_present(number, block, slot) {
                out.push(1);
                continue;
            }
            out.push(0);
            let begin = out.len();
            self.write_value(number, block, slot, out);
            if !matches!(sort.column, Column::Payments | Column::Paid | Column::LastPayment | Column::Created) {
                // Less than whatever a text goes on with.
                out.extend_from_slice(&[0; size_of::<u32>()]);
            }
            if sort.descending {
                out.iter_mut().skip(begin).for_each(|byte| *byte = !*byte);
            }
        }
    }

    fn is_present(&self, number: usize, block: &Block, slot: u32) -> bool {
        match self.columns.get(number).map_or(Column::Name, |(sort, _)| sort.column) {
            Column::Name => block.has_name(slot, self.snapshot.dictionary()),
            Column::Email => block.has_email(slot),
            Column::Phone => block.phone(slot).is_some(),
            Column::Id => block.id(slot).is_some(),
            Column::Kyc | Column::Provider | Column::Trust | Column::Blocked => {
                self.key_of_class(number, block, slot).is_some()
            }
            Column::Payments => block.is(slot, flag::PAYMENTS_STATED),
            Column::Paid => block.paid(slot).is_some(),
            Column::LastPayment => block.last_payment(slot) != NO_TIME,
            Column::Created => block.created(slot) != NO_TIME,
        }
    }

    fn write_value(&self, number: usize, block: &Block, slot: u32, out: &mut Vec<u8>) {
        let dictionary = self.snapshot.dictionary();
        match self.columns.get(number).map_or(Column::Name, |(sort, _)| sort.column) {
            Column::Name => match &self.ranks {
                // As nothing in a word comes before a blank, the places of the words order as the name does.
                Some(ranks) => {
                    let of_name = block.words_of(slot).iter();
                    let of_name = of_name.take_while(|word| dictionary.kind(**word) == Kind::Name as u8);
                    for word in of_name.filter(|word| !dictionary.text(**word).is_empty()) {
                        let rank = ranks.get(*word as usize).copied().unwrap_or_default();
                        out.extend_from_slice(&rank.to_be_bytes());
                    }
                }
                None => block.append_name(slot, dictionary, out),
            },
            Column::Email => block.append_email(slot, dictionary, out),
            Column::Phone => out.extend_from_slice(block.phone(slot).unwrap_or_default()),
            Column::Id => write_id(block.id(slot).unwrap_or_default(), out),
            Column::Kyc | Column::Provider | Column::Trust | Column::Blocked => {
                out.extend_from_slice(self.key_of_class(number, block, slot).unwrap_or_default());
            }
            Column::Payments => out.extend_from_slice(&block.payments(slot).to_be_bytes()),
            Column::Paid => write_amount(block.paid(slot).unwrap_or_default(), out),
            Column::LastPayment => write_time(block.last_payment(slot), out),
            Column::Created => write_time(block.created(slot), out),
        }
    }

    fn key_of_class(&self, number: usize, block: &Block, slot: u32) -> Option<&[u8]> {
        let (_, keys) = self.columns.get(number)?;
        keys.get(block.class(slot) as usize)?.as_deref()
    }
}

fn write_time(time: i64, out: &mut Vec<u8>) {
    out.extend_from_slice(&(time.cast_unsigned() ^ 1 << 63).to_be_bytes());
}

/// Whole units, then the fraction, which is never negative.
fn write_amount(amount: Decimal, out: &mut Vec<u8>) {
    let one = 10i128.pow(amount.scale());
    let (whole, fraction) = (amount.mantissa().div_euclid(one), amount.mantissa().rem_euclid(one));
    let fraction = fraction * 10i128.pow(FRACTION_PLACES.saturating_sub(amount.scale()));
    out.extend_from_slice(&(whole.cast_unsigned() ^ 1 << 127).to_be_bytes());
    out.extend_from_slice(&fraction.to_be_bytes());
}

/// Numbers by value, then other ids as text.
fn write_id(id: &[u8], out: &mut Vec<u8>) {
    if id.iter().all(u8::is_ascii_digit) {
        let digits = id.get(id.iter().take_while(|byte| **byte == b'0').count()..).unwrap_or_default();
        out.push(0);
        out.extend_from_slice(&u32::try_from(digits.len()).unwrap_or(u32::MAX).to_be_bytes());
        out.extend_from_slice(digits);
    } else {
        out.push(1);
        out.extend_from_slice(id);
    }
}

/// The key of each class in the order of a column that classes decide.
fn keys_of_classes(snapshot: &Snapshot, column: Column) -> Vec<Option<Vec<u8>>> {
    if !matches!(column, Column::Kyc | Column::Provider | Column::Trust | Column::Blocked) {
        return Vec::new();
    }
    let mut keys = vec![None; snapshot.classes.bound()];
    for (number, class, _) in snapshot.classes.all() {
        let value = match column {
            Column::Kyc => kyc_place(&class.kyc),
            Column::Trust => class.trust.as_ref().map(trust_place),
            Column::Blocked => match class.blocked {
                Blocked::Yes => Some((0, "")),
                Blocked::No => Some((1, "")),
                Blocked::Unknown => None,
            },
            _ => Some((0, class.provider.as_str())),
        };
        if let Some(key) = keys.get_mut(number as usize) {
            *key = value.map(|(place, word)| key_of_word(place, word));
        }
    }
    keys
}

/// A place, then a word, in which a zero byte is told from the zeros that follow a text.
fn key_of_word(place: u32, word: &str) -> Vec<u8> {
    let mut key = place.to_be_bytes().to_vec();
    for byte in word.bytes() {
        key.push(byte);
        if byte == 0 {
            key.push(u8::MAX);
        }
    }
    key
}

/// Where a status stands: in the vocabulary, then by its word. `None` for no status at all.
pub(super) fn kyc_place(status: &KycStatus) -> Option<(u32, &str)> {
    Some(match status {
        KycStatus::Verified => (0, ""),
        KycStatus::Pending => (1, ""),
        KycStatus::Rejected => (2, ""),
        KycStatus::NotStarted => (3, ""),
        KycStatus::Unknown(word) if word.is_empty() => return None,
        KycStatus::Unknown(word) => (4, word),
    })
}

/// Where a trust level stands: in the vocabulary, then by its word.
pub(super) fn trust_place(level: &TrustLevel) -> (u32, &str) {
    match level {
        TrustLevel::New => (0, ""),
        TrustLevel::Level1 => (1, ""),
        TrustLevel::Level2 => (2, ""),
        TrustLevel::Level3 => (3, ""),
        TrustLevel::Unknown(word) => (4, word),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::cmp::Ordering;

    fn written<T>(value: T, write: impl Fn(T, &mut Vec<u8>)) -> Vec<u8> {
        let mut out = Vec::new();
        write(value, &mut out);
        out
    }

    /// Numbers of any length by value, then texts.
    fn plainly(a: &str, b: &str) -> Ordering {
        let number = |id: &str| {
            id.bytes().all(|byte| byte.is_ascii_digit()).then(|| {
                let digits = id.trim_start_matches('0');
                (digits.len(), digits.to_owned())
            })
        };
        match (number(a), number(b)) {
            (Some(a), Some(b)) => a.cmp(&b),
            (None, None) => a.cmp(b),
            (a, b) => b.is_some().cmp(&a.is_some()),
        }
    }

    proptest! {
        #[test]
        fn amounts_order_by_value(a: i64, b: i64, scales in (0u32..28, 0u32..28), large: bool) {
            let amount = |mantissa: i64, scale| {
                let mantissa = i128::from(mantissa) * if large { 1_000_000_007 } else { 1 };
                Decimal::try_from_i128_with_scale(mantissa, scale).unwrap()
            };
            let (a, b) = (amount(a, scales.0), amount(b, scales.1));
            prop_assert_eq!(written(a, write_amount).cmp(&written(b, write_amount)), a.cmp(&b));
        }

        #[test]
        fn words_order_by_place_and_text(a in (0u32..3, "[a\u{0}]{0,4}"), b in (0u32..3, "[a\u{0}]{0,4}")) {
            let ended = |(place, word): &(u32, String)| [key_of_word(*place, word), vec![0; 4]].concat();
            prop_assert_eq!(ended(&a).cmp(&ended(&b)), a.cmp(&b));
            prop_assert_eq!(key_of_word(a.0, &a.1).cmp(&key_of_word(b.0, &b.1)), a.cmp(&b));
        }

        #[test]
        fn times_order_by_value(a: i64, b: i64) {
            prop_assert_eq!(written(a, write_time).cmp(&written(b, write_time)), a.cmp(&b));
        }

        #[test]
        fn ids_order_as_numbers_and_then_as_texts(a in "[0-9]{1,30}|[0-9a-c]{1,4}", b in "[0-9]{1,30}|[0-9a-c]{1,4}") {
            let bytes = |id: &str| written(id.as_bytes(), write_id);
            prop_assert_eq!(bytes(&a).cmp(&bytes(&b)), plainly(&a, &b));
        }
    }
}

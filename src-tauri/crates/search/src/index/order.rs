//! Orders: comparing rows by a column, and the order of all rows, which is worked out when a column is first sorted by and
//! then kept by mending.

use super::Index;
use super::record::{EMAIL, ID, NAME, field, phone_digits};
use super::rows::{NO_TIME, at, flag};
use crate::bits::Bits;
use crate::{Column, Sort};
use kyc::{Blocked, CustomerKey, KycStatus, TrustLevel};
use std::cmp::Ordering;
use std::sync::{Arc, Mutex, PoisonError};

/// Answers up to this size are sorted by themselves. Tests set it low, so that few customers exercise kept orders too.
const FEW: usize = if cfg!(test) { 4 } else { 4096 };

/// Rows in ascending order, those without a value last.
#[derive(Debug, Default)]
struct Ordered {
    rows: Vec<u32>,
    /// How many of them have a value.
    present: usize,
}

/// The order of all rows by one column.
#[derive(Debug, Default)]
struct Kept {
    ordered: Option<Arc<Ordered>>,
    /// Rows that changed since.
    changed: Vec<u32>,
}

/// The orders of all rows by each column.
#[derive(Debug, Default)]
pub(crate) struct Orders {
    by_column: [Mutex<Kept>; Column::ALL.len()],
}

impl Orders {
    /// Notes that a row came, changed or went.
    pub fn touch(&mut self, row: u32) {
        for kept in &mut self.by_column {
            let kept = kept.get_mut().unwrap_or_else(PoisonError::into_inner);
            let Some(ordered) = &kept.ordered else { continue };
            if kept.changed.len() > ordered.rows.len() / 4 + FEW {
                *kept = Kept::default(); // mending would cost more than sorting anew, if this column is asked for again
            } else {
                kept.changed.push(row);
            }
        }
    }
}

impl Index {
    /// The keys of rows, in order; `None` when stopped.
    pub(super) fn in_order(&self, rows: &Bits, sort: Sort, stop: &dyn Fn() -> bool) -> Option<Vec<CustomerKey>> {
        let count = rows.len();
        let (few, all);
        let ordered = if count <= FEW || count < self.len() / 16 {
            few = Sorter::new(self, sort.column).ordered(rows.iter().collect());
            &few
        } else {
            all = self.order_of_all(sort.column);
            &*all
        };
        if stop() {
            return None;
        }
        let (present, missing) = ordered.rows.split_at_checked(ordered.present).unwrap_or_default();
        let wanted = |row: &&u32| rows.contains(**row);
        let key = |row: &u32| self.rows.key(*row);
        let mut keys = Vec::with_capacity(count);
        if sort.descending {
            keys.extend(present.iter().rev().filter(wanted).map(key));
        } else {
            keys.extend(present.iter().filter(wanted).map(key));
        }
        keys.extend(missing.iter().filter(wanted).map(key));
        Some(keys)
    }

    fn order_of_all(&self, column: Column) -> Arc<Ordered> {
        let Some(kept) = self.orders.by_column.get(column as usize) else { return Arc::default() };
        let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
        let changed = std::mem::take(&mut kept.changed);
        let sorter = Sorter::new(self, column);
        let ordered = match kept.ordered.take() {
            Some(ordered) if changed.is_empty() => ordered,
            Some(ordered) if changed.len() < self.len() / 4 => Arc::new(sorter.mended(&ordered, &changed)),
            _ => Arc::new(sorter.ordered(self.rows.in_use().collect())),
        };
        kept.ordered = Some(Arc::clone(&ordered));
        ordered
    }
}

/// Compares rows by one column.
struct Sorter<'a> {
    index: &'a Index,
    column: Column,
    /// For the columns that a class decides: the place of each class, or `None` where it has no value.
    places: Vec<Option<u32>>,
}

impl<'a> Sorter<'a> {
    fn new(index: &'a Index, column: Column) -> Self {
        Self { index, column, places: places(index, column) }
    }

    fn ordered(&self, rows: Vec<u32>) -> Ordered {
        let (mut rows, mut missing): (Vec<u32>, Vec<u32>) = rows.into_iter().partition(|row| self.is_present(*row));
        self.sort(&mut rows);
        missing.sort_unstable_by_key(|row| self.index.rows.key(*row));
        let present = rows.len();
        rows.append(&mut missing);
        Ordered { rows, present }
    }

    /// The order once the changed rows have found their new places.
    fn mended(&self, old: &Ordered, changed: &[u32]) -> Ordered {
        let mut moved = Bits::new(self.index.rows.bound());
        changed.iter().for_each(|row| moved.insert(*row));
        let new = self.ordered(moved.iter().filter(|row| self.index.rows.class(*row).is_some()).collect());
        let stayed = |rows: &[u32]| rows.iter().copied().filter(|row| !moved.contains(*row)).collect::<Vec<_>>();
        let (old_present, old_missing) = old.rows.split_at_checked(old.present).unwrap_or_default();
        let (new_present, new_missing) = new.rows.split_at_checked(new.present).unwrap_or_default();
        let mut rows = merged(&stayed(old_present), new_present, |a, b| self.compare(a, b));
        let present = rows.len();
        rows.extend(merged(&stayed(old_missing), new_missing, |a, b| self.by_key(a, b)));
        Ordered { rows, present }
    }

    fn is_present(&self, row: u32) -> bool {
        let rows = &self.index.rows;
        match self.column {
            Column::Name | Column::Email | Column::Phone | Column::Id => self.text(row).is_some(),
            Column::Kyc | Column::Provider | Column::Trust | Column::Blocked => self.place(row).is_some(),
            Column::Payments => rows.has(row, flag::PAYMENTS_STATED),
            Column::Paid => rows.has(row, flag::PAID_STATED),
            Column::LastPayment | Column::Created => self.time(row) != NO_TIME,
        }
    }

    /// Compares two rows that both have a value.
    fn compare(&self, a: u32, b: u32) -> Ordering {
        let rows = &self.index.rows;
        let by_value = match self.column {
            Column::Name | Column::Email | Column::Phone => self.text(a).cmp(&self.text(b)),
            Column::Id => compare_ids(self.text(a).unwrap_or_default(), self.text(b).unwrap_or_default()),
            Column::Kyc | Column::Provider | Column::Trust | Column::Blocked => self.place(a).cmp(&self.place(b)),
            Column::Payments => at(&rows.payments, a).cmp(&at(&rows.payments, b)),
            Column::Paid => at(&rows.paid, a).cmp(&at(&rows.paid, b)),
            Column::LastPayment | Column::Created => self.time(a).cmp(&self.time(b)),
        };
        by_value.then_with(|| self.by_key(a, b))
    }

    /// Sorts rows that all have a value. Values, or their beginnings, are laid beside the rows first, because looking each
    /// up anew in every comparison misses the cache.
    fn sort(&self, rows: &mut [u32]) {
        match self.column {
            Column::Name | Column::Email | Column::Phone => {
                self.sort_by_beginning(rows, |row| beginning(0, self.text(row).unwrap_or_default()))
            }
            Column::Id => self.sort_by_beginning(rows, |row| id_beginning(self.text(row).unwrap_or_default())),
            Column::Kyc | Column::Provider | Column::Trust | Column::Blocked => {
                self.sort_by_beginning(rows, |row| self.place(row))
            }
            Column::Payments => self.sort_by_beginning(rows, |row| at(&self.index.rows.payments, row)),
            Column::Paid => self.sort_by_beginning(rows, |row| at(&self.index.rows.paid, row)),
            Column::LastPayment | Column::Created => self.sort_by_beginning(rows, |row| self.time(row)),
        }
    }

    fn sort_by_beginning<B: Ord>(&self, rows: &mut [u32], beginning: impl Fn(u32) -> B) {
        let mut beginnings: Vec<(B, u32)> = rows.iter().map(|row| (beginning(*row), *row)).collect();
        beginnings.sort_unstable_by(|a, b| a.0.cmp(&b.0).then_with(|| self.compare(a.1, b.1)));
        for (place, (_, row)) in rows.iter_mut().zip(beginnings) {
            *place = row;
        }
    }

    fn by_key(&self, a: u32, b: u32) -> Ordering {
        self.index.rows.key(a).cmp(&self.index.rows.key(b))
    }

    fn text(&self, row: u32) -> Option<&'a [u8]> {
        let record = self.index.texts.get(row);
        match self.column {
            Column::Name => field(record, NAME),
            Column::Email => field(record, EMAIL),
            Column::Phone => phone_digits(record),
            _ => field(record, ID),
        }
    }

    fn place(&self, row: u32) -> Option<u32> {
        at(&self.places, self.index.rows.class(row)?).flatten()
    }

    fn time(&self, row: u32) -> i64 {
        let rows = &self.index.rows;
        let column = if self.column == Column::Created { &rows.created } else { &rows.last_payment };
        at(column, row).unwrap_or(NO_TIME)
    }
}

fn merged(one: &[u32], other: &[u32], compare: impl Fn(u32, u32) -> Ordering) -> Vec<u32> {
    let mut rows = Vec::with_capacity(one.len() + other.len());
    let mut one = one.iter().copied().peekable();
    for next in other {
        while let Some(row) = one.next_if(|row| compare(*row, *next) == Ordering::Less) {
            rows.push(row);
        }
        rows.push(*next);
    }
    rows.extend(one);
    rows
}

/// The place of each class in the order of a column.
fn places(index: &Index, column: Column) -> Vec<Option<u32>> {
    let mut places = vec![None; index.classes.bound()];
    let mut values: Vec<((u32, &str), u32)> = Vec::new();
    for (number, class, _) in index.classes.iter() {
        let value = match column {
            Column::Kyc => kyc_place(&class.kyc),
            Column::Provider => Some((0, class.provider.as_str())),
            Column::Trust => class.trust.as_ref().map(trust_place),
            Column::Blocked => match class.blocked {
                Blocked::Yes => Some((0, "")),
                Blocked::No => Some((1, "")),
                Blocked::Unknown => None,
            },
            _ => return Vec::new(),
        };
        values.extend(value.map(|value| (value, number)));
    }
    values.sort_unstable();
    let mut place = 0;
    let mut before = None;
    for (value, number) in values {
        place += u32::from(before.is_some_and(|before| before != value));
        before = Some(value);
        if let Some(slot) = places.get_mut(number as usize) {
            *slot = Some(place);
        }
    }
    places
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

/// Numbers by value, then other ids as text.
fn compare_ids(a: &[u8], b: &[u8]) -> Ordering {
    match (number(a), number(b)) {
        (Some(a), Some(b)) => a.len().cmp(&b.len()).then_with(|| a.cmp(b)),
        (Some(_), None) => Ordering::Less,
        (None, Some(_)) => Ordering::Greater,
        (None, None) => a.cmp(b),
    }
}

/// The digits of a number of any length, without zeros in front.
fn number(id: &[u8]) -> Option<&[u8]> {
    id.iter()
        .all(u8::is_ascii_digit)
        .then(|| id.get(id.iter().take_while(|byte| **byte == b'0').count()..).unwrap_or_default())
}

/// The beginning of a text as a number that orders as the text does, as far as it goes.
fn beginning(first: u8, text: &[u8]) -> u128 {
    let mut bytes = [0; 16];
    bytes[0] = first;
    for (place, byte) in bytes[1..].iter_mut().zip(text) {
        *place = *byte;
    }
    u128::from_be_bytes(bytes)
}

fn id_beginning(id: &[u8]) -> u128 {
    match number(id) {
        Some(digits) if digits.len() <= 14 => {
            let mut keyed = [0; 15];
            keyed[0] = u8::try_from(digits.len()).unwrap_or(u8::MAX);
            keyed[1..=digits.len()].copy_from_slice(digits);
            beginning(0, &keyed)
        }
        Some(_) => beginning(0, &[u8::MAX]),
        None => beginning(1, id),
    }
}

//! Orders: comparing rows by a column, and the order of all rows, which is worked out when a column is first sorted by (or
//! is prepared ahead) and then kept by mending.

use super::Index;
use super::record::{EMAIL, ID, NAME, field, phone_digits};
use super::rows::{NO_TIME, at, flag};
use crate::bits::Bits;
use crate::{Column, Sort};
use kyc::{Blocked, CustomerKey, KycStatus, TrustLevel};
use rayon::prelude::*;
use std::cmp::Ordering;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

/// Answers up to this size are sorted by themselves. Tests set it low, so that few customers exercise kept orders too.
const FEW: usize = if cfg!(test) { 4 } else { 4096 };

/// How many rows one thread sorts or sifts at a time.
const ROWS_AT_A_TIME: usize = if cfg!(test) { 8 } else { 1 << 15 };

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
    /// The first sorting, as far as it has got.
    sorting: Option<Sorting>,
    /// Rows that changed since the order was made or its sorting begun.
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
        for (column, kept) in Column::ALL.into_iter().zip(&mut self.by_column) {
            let kept = kept.get_mut().unwrap_or_else(PoisonError::into_inner);
            if kept.sorting.is_some() && is_decided_by_class(column) {
                *kept = Kept::default(); // a new class shifts the places by which the runs are sorted
            }
            let rows = match (&kept.ordered, &kept.sorting) {
                (Some(ordered), _) => ordered.rows.len(),
                (None, Some(sorting)) => sorting.len(),
                (None, None) => continue,
            };
            if kept.changed.len() > rows / 4 + FEW {
                *kept = Kept::default(); // mending would cost more than sorting anew, if this column is asked for again
            } else {
                kept.changed.push(row);
            }
        }
    }

    fn is_ready(&self, column: Column) -> bool {
        let kept = self.by_column.get(column as usize).and_then(|kept| kept.try_lock().ok());
        kept.is_some_and(|kept| kept.ordered.is_some() && kept.changed.is_empty())
    }
}

impl Index {
    /// Works out the order by a column ahead of the first search that needs it, and says whether it is ready. Stopped by
    /// `stop`, it has lost nothing: the next call, or a search, goes on from there.
    pub fn prepare(&self, column: Column, stop: &dyn Fn() -> bool) -> bool {
        self.order_of_all(column, stop).is_some()
    }

    /// The keys of rows, in order; `None` when stopped.
    pub(super) fn in_order(&self, rows: &Bits, sort: Sort, stop: &dyn Fn() -> bool) -> Option<Vec<CustomerKey>> {
        let count = rows.len();
        let few = count <= FEW || count < self.len() / 16 && !self.orders.is_ready(sort.column);
        let ordered = if few {
            Arc::new(Sorter::new(self, sort.column).ordered(rows.iter().collect()))
        } else {
            self.order_of_all(sort.column, stop)?
        };
        if stop() {
            return None;
        }
        let (present, missing) = ordered.rows.split_at_checked(ordered.present).unwrap_or_default();
        // Whatever was sorted for this answer alone, or is the answer to everything, needs no sifting.
        let everything = count == ordered.rows.len();
        let wanted = |row: &&u32| everything || rows.contains(**row);
        let key = |row: &u32| self.rows.key(*row);
        let mut pieces: Vec<Vec<CustomerKey>> = if sort.descending {
            present
                .par_rchunks(ROWS_AT_A_TIME)
                .map(|rows| rows.iter().rev().filter(wanted).map(key).collect())
                .collect()
        } else {
            present.par_chunks(ROWS_AT_A_TIME).map(|rows| rows.iter().filter(wanted).map(key).collect()).collect()
        };
        pieces.push(missing.iter().filter(wanted).map(key).collect());
        Some(pieces.concat())
    }

    /// The order of all rows; `None` when stopped.
    fn order_of_all(&self, column: Column, stop: &dyn Fn() -> bool) -> Option<Arc<Ordered>> {
        let mut kept = self.orders.by_column.get(column as usize)?.lock().unwrap_or_else(PoisonError::into_inner);
        let kept = &mut *kept;
        let sorter = Sorter::new(self, column);
        if kept.ordered.is_none() {
            let sorting = kept.sorting.get_or_insert_with(|| Sorting::new(&sorter));
            sorting.leave_out(&kept.changed, self.rows.bound());
            kept.ordered = Some(Arc::new(sorting.go_on(&sorter, stop)?));
            kept.sorting = None;
        }
        if !kept.changed.is_empty() {
            let mended = kept.ordered.as_ref().map(|ordered| Arc::new(sorter.mended(ordered, &kept.changed)));
            kept.ordered = mended;
            kept.changed = Vec::new();
        }
        kept.ordered.clone()
    }
}

/// Rows with the beginnings of their values, which decide most comparisons without looking the values up.
type Run = Vec<(u128, u32)>;

/// The first sorting of all rows, which can be left at any moment and gone on with: runs are sorted, then merged by twos.
/// A row that changes meanwhile is left out, as one in the wrong place would keep others from theirs; mending brings it in.
#[derive(Debug)]
struct Sorting {
    unsorted: Vec<u32>,
    runs: VecDeque<Run>,
    missing: Vec<u32>,
}

impl Sorting {
    fn new(sorter: &Sorter<'_>) -> Self {
        let rows = sorter.index.rows.in_use();
        let (unsorted, missing) = rows.partition(|row| sorter.is_present(*row));
        Self { unsorted, runs: VecDeque::new(), missing }
    }

    fn len(&self) -> usize {
        self.unsorted.len() + self.runs.iter().map(Vec::len).sum::<usize>() + self.missing.len()
    }

    fn leave_out(&mut self, changed: &[u32], bound: usize) {
        if changed.is_empty() {
            return;
        }
        let mut moved = Bits::new(bound);
        changed.iter().for_each(|row| moved.insert(*row));
        self.unsorted.retain(|row| !moved.contains(*row));
        self.runs.iter_mut().for_each(|run| run.retain(|(_, row)| !moved.contains(*row)));
        self.missing.retain(|row| !moved.contains(*row));
    }

    /// Sorts on; `None` when stopped.
    fn go_on(&mut self, sorter: &Sorter<'_>, stop: &dyn Fn() -> bool) -> Option<Ordered> {
        let threads = rayon::current_num_threads();
        while !self.unsorted.is_empty() {
            if stop() {
                return None;
            }
            let rest = self.unsorted.len().saturating_sub(ROWS_AT_A_TIME * threads);
            let rows = self.unsorted.split_off(rest);
            self.runs.par_extend(rows.par_chunks(ROWS_AT_A_TIME).map(|rows| sorter.run(rows)));
        }
        while self.runs.len() > 1 {
            if stop() {
                return None;
            }
            let pairs = (self.runs.len() / 2).min(threads) * 2;
            let runs: Vec<Run> = self.runs.drain(..pairs).collect();
            self.runs.par_extend(runs.par_chunks(2).map(|pair| match pair {
                [one, other] => sorter.merged_runs(one, other),
                rest => rest.concat(),
            }));
        }
        let mut rows: Vec<u32> = self.runs.pop_front().unwrap_or_default().into_iter().map(|(_, row)| row).collect();
        let present = rows.len();
        self.missing.sort_unstable_by_key(|row| sorter.index.rows.key(*row));
        rows.append(&mut self.missing);
        Some(Ordered { rows, present })
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
        let (present, mut missing): (Vec<u32>, Vec<u32>) = rows.into_iter().partition(|row| self.is_present(*row));
        let mut rows: Vec<u32> = self.run(&present).into_iter().map(|(_, row)| row).collect();
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

    /// Sorts rows that all have a value. The beginnings of the values are laid beside the rows, because looking each value
    /// up anew in every comparison misses the cache.
    fn run(&self, rows: &[u32]) -> Run {
        let mut run: Run = rows.iter().map(|row| (self.beginning(*row), *row)).collect();
        run.sort_unstable_by(|a, b| self.compare_begun(a, b));
        run
    }

    fn merged_runs(&self, one: &[(u128, u32)], other: &[(u128, u32)]) -> Run {
        let mut run = Run::with_capacity(one.len() + other.len());
        let mut one = one.iter().peekable();
        for next in other {
            while let Some(before) = one.next_if(|before| self.compare_begun(before, next) == Ordering::Less) {
                run.push(*before);
            }
            run.push(*next);
        }
        run.extend(one);
        run
    }

    fn compare_begun(&self, a: &(u128, u32), b: &(u128, u32)) -> Ordering {
        a.0.cmp(&b.0).then_with(|| self.compare(a.1, b.1))
    }

    /// A number that orders as the value does, as far as it goes.
    fn beginning(&self, row: u32) -> u128 {
        let rows = &self.index.rows;
        let signed = |number: i128| number.cast_unsigned() ^ 1 << 127;
        match self.column {
            Column::Name | Column::Email | Column::Phone => beginning(0, self.text(row).unwrap_or_default()),
            Column::Id => id_beginning(self.text(row).unwrap_or_default()),
            Column::Kyc | Column::Provider | Column::Trust | Column::Blocked => {
                u128::from(self.place(row).unwrap_or_default())
            }
            Column::Payments => u128::from(at(&rows.payments, row).unwrap_or_default()),
            Column::Paid => signed(at(&rows.paid, row).unwrap_or_default().floor().mantissa()),
            Column::LastPayment | Column::Created => signed(i128::from(self.time(row))),
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

/// Merges few rows into many.
fn merged(many: &[u32], few: &[u32], compare: impl Fn(u32, u32) -> Ordering) -> Vec<u32> {
    let mut rows = Vec::with_capacity(many.len() + few.len());
    let mut rest = many;
    for next in few {
        let before = rest.partition_point(|row| compare(*row, *next) == Ordering::Less);
        let (before, after) = rest.split_at_checked(before).unwrap_or_default();
        rows.extend_from_slice(before);
        rows.push(*next);
        rest = after;
    }
    rows.extend_from_slice(rest);
    rows
}

fn is_decided_by_class(column: Column) -> bool {
    matches!(column, Column::Kyc | Column::Provider | Column::Trust | Column::Blocked)
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

//! Orders: comparing rows by columns, and the order of all rows of the large part, which is worked out when it is first
//! asked for (or prepared ahead) and stays, because the large part does not change.

use super::block::{Block, flag};
use super::columns::NO_TIME;
use super::store::Snapshot;
use super::words::Kind;
use crate::{Column, Sort};
use kyc::{Blocked, KycStatus, TrustLevel};
use rayon::prelude::*;
use std::cmp::Ordering;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, OnceLock, PoisonError, TryLockError};

/// How many rows one thread sorts at a time.
const ROWS_AT_A_TIME: usize = if cfg!(test) { 8 } else { 1 << 15 };
/// How many orders by several columns are kept.
const COMPOUND_KEPT: usize = 2;

/// Rows in ascending order, those without a value last.
#[derive(Debug, Default)]
pub(super) struct Ordered {
    pub rows: Vec<u32>,
    /// How many of them have a value.
    pub present: usize,
}

/// The order by one column.
#[derive(Debug, Default)]
struct Kept {
    ordered: OnceLock<Arc<Ordered>>,
    /// The first sorting, as far as it has got.
    sorting: Mutex<Option<Sorting>>,
}

/// The orders of all rows of the large part.
#[derive(Debug, Default)]
pub(crate) struct Orders {
    by_column: [Kept; Column::ALL.len()],
    compound: Mutex<Vec<(Vec<Sort>, Arc<Ordered>)>>,
    /// The place of each word among all words, for orders by name.
    ranks: OnceLock<Arc<[u32]>>,
}

impl Orders {
    /// Whether there is none yet.
    pub fn is_empty(&self) -> bool {
        self.by_column.iter().all(|kept| kept.ordered.get().is_none() && is_none(&kept.sorting))
            && self.compound.lock().unwrap_or_else(PoisonError::into_inner).is_empty()
    }

    /// The columns whose order is known.
    pub fn known(&self) -> impl Iterator<Item = (Column, &Arc<Ordered>)> {
        Column::ALL.into_iter().zip(&self.by_column).filter_map(|(column, kept)| Some((column, kept.ordered.get()?)))
    }

    /// Takes an order over.
    pub fn put(&self, column: Column, ordered: Ordered) {
        if let Some(kept) = self.by_column.get(column as usize) {
            let _ = kept.ordered.set(Arc::new(ordered));
        }
    }
}

fn is_none(sorting: &Mutex<Option<Sorting>>) -> bool {
    sorting.try_lock().is_ok_and(|sorting| sorting.is_none())
}

/// By which columns, and how, an answer is ordered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum By {
    /// One column; turned round while walking.
    One(Column),
    /// Several.
    Several(Vec<Sort>),
}

impl By {
    pub fn new(sort: Sort, then: &[Sort]) -> Self {
        let mut sorts = vec![sort];
        for next in then {
            if sorts.iter().all(|sort| sort.column != next.column) {
                sorts.push(*next);
            }
        }
        if sorts.len() == 1 { Self::One(sort.column) } else { Self::Several(sorts) }
    }
}

impl Snapshot {
    /// Works out the order by a column ahead of the first search that needs it, and says whether it is ready. Stopped by
    /// `stop`, it has lost nothing: the next call, or a search, goes on from there. `false` also while another thread is at
    /// it.
    pub fn prepare(&self, column: Column, stop: &dyn Fn() -> bool) -> bool {
        self.order_of_all(&By::One(column), stop).is_some()
    }

    /// The order of the whole large part if it is known.
    pub(super) fn order_if_known(&self, by: &By) -> Option<Arc<Ordered>> {
        match by {
            By::One(column) => self.base.orders.by_column.get(*column as usize)?.ordered.get().cloned(),
            By::Several(sorts) => {
                let known = self.base.orders.compound.lock().unwrap_or_else(PoisonError::into_inner);
                known.iter().find(|(other, _)| other == sorts).map(|(_, ordered)| Arc::clone(ordered))
            }
        }
    }

    /// The order of the whole large part; `None` when stopped or while another thread works it out.
    pub(super) fn order_of_all(&self, by: &By, stop: &dyn Fn() -> bool) -> Option<Arc<Ordered>> {
        if let Some(ordered) = self.order_if_known(by) {
            return Some(ordered);
        }
        match by {
            By::One(column) => {
                let kept = self.base.orders.by_column.get(*column as usize)?;
                let mut sorting = match kept.sorting.try_lock() {
                    Ok(sorting) => sorting,
                    Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
                    Err(TryLockError::WouldBlock) => return None,
                };
                if kept.ordered.get().is_none() {
                    let sorter = Sorter::new(self, by, true);
                    let ordered = sorting.get_or_insert_with(|| Sorting::new(&sorter)).go_on(&sorter, stop)?;
                    let _ = kept.ordered.set(Arc::new(ordered));
                    *sorting = None;
                }
                kept.ordered.get().cloned()
            }
            By::Several(sorts) => {
                let sorter = Sorter::new(self, by, true);
                let ordered = Arc::new(Sorting::new(&sorter).go_on(&sorter, stop)?);
                let mut known = self.base.orders.compound.lock().unwrap_or_else(PoisonError::into_inner);
                if known.len() >= COMPOUND_KEPT {
                    known.remove(0);
                }
                known.push((sorts.clone(), Arc::clone(&ordered)));
                Some(ordered)
            }
        }
    }
}

/// Rows with the beginnings of their values, which decide most comparisons without looking the values up.
type Run = Vec<(u128, u32)>;

/// The first sorting of all rows, which can be left at any moment and gone on with: runs are sorted, then merged by twos.
#[derive(Debug)]
struct Sorting {
    unsorted: Vec<u32>,
    runs: VecDeque<Run>,
    missing: Vec<u32>,
}

impl Sorting {
    fn new(sorter: &Sorter<'_>) -> Self {
        let base = &sorter.snapshot.base;
        let (unsorted, missing) =
            base.rows().partition(|row| base.at(*row).is_some_and(|(block, slot)| sorter.has_place(block, slot)));
        Self { unsorted, runs: VecDeque::new(), missing }
    }

    /// Sorts on; `None` when stopped. Something is done in any case, so that whoever calls this again and again, however
    /// little time each call has, comes to an end.
    fn go_on(&mut self, sorter: &Sorter<'_>, stop: &dyn Fn() -> bool) -> Option<Ordered> {
        let threads = rayon::current_num_threads();
        let mut has_begun = false;
        let mut is_over = || std::mem::replace(&mut has_begun, true) && stop();
        while !self.unsorted.is_empty() {
            if is_over() {
                return None;
            }
            let rest = self.unsorted.len().saturating_sub(ROWS_AT_A_TIME * threads);
            let rows = self.unsorted.split_off(rest);
            self.runs.par_extend(rows.par_chunks(ROWS_AT_A_TIME).map(|rows| sorter.run(rows)));
        }
        while self.runs.len() > 1 {
            if is_over() {
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
        rows.append(&mut self.missing); // rows ascend as keys do
        Some(Ordered { rows, present })
    }
}

/// A row as it is compared.
#[derive(Debug, Clone, Copy)]
pub(super) struct Seat<'a> {
    pub block: &'a Block,
    pub slot: u32,
    pub key: u32,
}

/// Compares rows.
pub(super) struct Sorter<'a> {
    snapshot: &'a Snapshot,
    /// For the columns that a class decides: the place of each class, or `None` where it has no value.
    columns: Vec<(Sort, Vec<Option<u32>>)>,
    is_compound: bool,
    /// The place of each word of the large part among all words, where it pays.
    ranks: Option<Arc<[u32]>>,
}

impl<'a> Sorter<'a> {
    /// Compares by columns. `of_all`: all rows of the large part will be, and none of the changes.
    pub fn new(snapshot: &'a Snapshot, by: &By, of_all: bool) -> Self {
        let sorts = match by {
            By::One(column) => vec![Sort { column: *column, descending: false }],
            By::Several(sorts) => sorts.clone(),
        };
        let by_name = sorts.first().is_some_and(|sort| sort.column == Column::Name);
        let columns = sorts.iter().map(|sort| (*sort, places(snapshot, sort.column))).collect();
        Self {
            snapshot,
            columns,
            is_compound: matches!(by, By::Several(_)),
            ranks: (of_all && by_name)
                .then(|| Arc::clone(snapshot.base.orders.ranks.get_or_init(|| snapshot.base.words.ranks().into()))),
        }
    }

    /// Whether a row stands among those that are compared, rather than last by its key.
    pub fn has_place(&self, block: &Block, slot: u32) -> bool {
        self.is_compound || self.is_present(0, block, slot)
    }

    /// Sorts rows: those that have a place, then the others.
    pub fn sort(&self, seats: Vec<Seat<'a>>) -> (Vec<Seat<'a>>, Vec<Seat<'a>>) {
        let (placed, mut missing): (Vec<_>, Vec<_>) =
            seats.into_iter().partition(|seat| self.has_place(seat.block, seat.slot));
        let mut begun: Vec<(u128, Seat<'a>)> =
            placed.into_iter().map(|seat| (self.beginning(seat.block, seat.slot), seat)).collect();
        begun.sort_unstable_by(|a, b| a.0.cmp(&b.0).then_with(|| self.compare(a.1, b.1)));
        missing.sort_unstable_by_key(|seat| seat.key);
        (begun.into_iter().map(|(_, seat)| seat).collect(), missing)
    }

    /// Compares two rows that have a place.
    pub fn compare(&self, a: Seat<'_>, b: Seat<'_>) -> Ordering {
        for (number, (sort, _)) in self.columns.iter().enumerate() {
            let by_value = if self.is_compound {
                match (self.is_present(number, a.block, a.slot), self.is_present(number, b.block, b.slot)) {
                    (true, true) if sort.descending => self.compare_by(number, b, a),
                    (true, true) => self.compare_by(number, a, b),
                    (a, b) => b.cmp(&a),
                }
            } else {
                self.compare_by(number, a, b)
            };
            if by_value != Ordering::Equal {
                return by_value;
            }
        }
        a.key.cmp(&b.key)
    }

    /// The seat of a row of the large part.
    pub fn seat(&self, row: u32) -> Option<Seat<'a>> {
        let (block, slot) = self.snapshot.base.at(row)?;
        Some(Seat { block, slot, key: block.key(slot).0 })
    }

    fn compare_rows(&self, a: u32, b: u32) -> Ordering {
        match (self.seat(a), self.seat(b)) {
            (Some(a), Some(b)) => self.compare(a, b),
            _ => a.cmp(&b),
        }
    }

    fn is_present(&self, number: usize, block: &Block, slot: u32) -> bool {
        match self.columns.get(number).map_or(Column::Name, |(sort, _)| sort.column) {
            Column::Name => self.name(block, slot).next().is_some(),
            Column::Email => !self.email(block, slot).is_empty(),
            Column::Phone => block.phone(slot).is_some(),
            Column::Id => block.id(slot).is_some(),
            Column::Kyc | Column::Provider | Column::Trust | Column::Blocked => {
                self.place(number, block, slot).is_some()
            }
            Column::Payments => block.is(slot, flag::PAYMENTS_STATED),
            Column::Paid => block.paid(slot).is_some(),
            Column::LastPayment => block.last_payment(slot) != NO_TIME,
            Column::Created => block.created(slot) != NO_TIME,
        }
    }

    fn compare_by(&self, number: usize, a: Seat<'_>, b: Seat<'_>) -> Ordering {
        match self.columns.get(number).map_or(Column::Name, |(sort, _)| sort.column) {
            Column::Name => self.name(a.block, a.slot).cmp(self.name(b.block, b.slot)),
            Column::Email => self.email(a.block, a.slot).cmp(&self.email(b.block, b.slot)),
            Column::Phone => a.block.phone(a.slot).cmp(&b.block.phone(b.slot)),
            Column::Id => compare_ids(a.block.id(a.slot).unwrap_or_default(), b.block.id(b.slot).unwrap_or_default()),
            Column::Kyc | Column::Provider | Column::Trust | Column::Blocked => {
                self.place(number, a.block, a.slot).cmp(&self.place(number, b.block, b.slot))
            }
            Column::Payments => a.block.payments(a.slot).cmp(&b.block.payments(b.slot)),
            Column::Paid => a.block.paid(a.slot).cmp(&b.block.paid(b.slot)),
            Column::LastPayment => a.block.last_payment(a.slot).cmp(&b.block.last_payment(b.slot)),
            Column::Created => a.block.created(a.slot).cmp(&b.block.created(b.slot)),
        }
    }

    /// Sorts rows that all have a place. The beginnings of the values are laid beside the rows, because looking each value
    /// up anew in every comparison misses the cache.
    fn run(&self, rows: &[u32]) -> Run {
        let begun = |row: &u32| (self.seat(*row).map_or(0, |seat| self.beginning(seat.block, seat.slot)), *row);
        let mut run: Run = rows.iter().map(begun).collect();
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
        a.0.cmp(&b.0).then_with(|| if self.is_whole(a.0) { a.1.cmp(&b.1) } else { self.compare_rows(a.1, b.1) })
    }

    /// Whether a beginning is all that there is to compare, so that the key decides between equals.
    fn is_whole(&self, beginning: u128) -> bool {
        !self.is_compound
            && match self.columns.first().map_or(Column::Name, |(sort, _)| sort.column) {
                // Less than four words.
                Column::Name => self.ranks.is_some() && beginning & u128::from(u32::MAX) == 0,
                Column::Email | Column::Phone | Column::Id | Column::Paid => false,
                Column::Kyc | Column::Provider | Column::Trust | Column::Blocked => true,
                Column::Payments | Column::LastPayment | Column::Created => true,
            }
    }

    /// A number that orders as the first column does, as far as it goes.
    fn beginning(&self, block: &Block, slot: u32) -> u128 {
        let Some((sort, _)) = self.columns.first() else { return 0 };
        if self.is_compound && !self.is_present(0, block, slot) {
            return u128::MAX;
        }
        let signed = |number: i128| number.cast_unsigned() ^ 1 << 127;
        let ascending = match sort.column {
            Column::Name => match &self.ranks {
                Some(ranks) => self.ranked(ranks, block, slot),
                None => beginning(0, self.name(block, slot)),
            },
            Column::Email => beginning(0, self.email(block, slot).into_iter()),
            Column::Phone => beginning(0, block.phone(slot).unwrap_or_default().iter().copied()),
            Column::Id => id_beginning(block.id(slot).unwrap_or_default()),
            Column::Kyc | Column::Provider | Column::Trust | Column::Blocked => {
                u128::from(self.place(0, block, slot).unwrap_or_default())
            }
            Column::Payments => u128::from(block.payments(slot)),
            Column::Paid => signed(block.paid(slot).unwrap_or_default().floor().mantissa()),
            Column::LastPayment => signed(i128::from(block.last_payment(slot))),
            Column::Created => signed(i128::from(block.created(slot))),
        };
        if self.is_compound && sort.descending { !ascending } else { ascending }
    }

    /// The places of the first four words of a name. As nothing in a word comes before a blank, they order as the name does.
    fn ranked(&self, ranks: &[u32], block: &Block, slot: u32) -> u128 {
        let words = &self.snapshot.base.words;
        let of_name = block.words_of(slot).iter().take_while(|word| words.kind(**word) == Kind::Name as u8);
        let ranked = of_name.filter(|word| !words.text(**word).is_empty());
        let places = ranked.map(|word| ranks.get(*word as usize).copied().unwrap_or_default());
        let (mut beginning, mut free) = (0u128, 4);
        for place in places.take(4) {
            free -= 1;
            beginning |= u128::from(place) << (32 * free);
        }
        beginning
    }

    /// The bytes of a name.
    fn name(&self, block: &'_ Block, slot: u32) -> impl Iterator<Item = u8> {
        let dictionary = self.snapshot.dictionary();
        let words = block.words_of(slot).iter().take_while(move |word| dictionary.kind(**word) == Kind::Name as u8);
        let texts = words.map(move |word| dictionary.text(*word)).filter(|text| !text.is_empty());
        texts.enumerate().flat_map(|(number, text)| {
            let blank: &[u8] = if number == 0 { b"" } else { b" " };
            blank.iter().chain(text).copied()
        })
    }

    fn email(&self, block: &Block, slot: u32) -> Vec<u8> {
        let mut email = Vec::new();
        block.email(slot, self.snapshot.dictionary(), &mut email);
        email
    }

    fn place(&self, number: usize, block: &Block, slot: u32) -> Option<u32> {
        let (_, places) = self.columns.get(number)?;
        places.get(block.class(slot) as usize).copied().flatten()
    }
}

/// The order of the large part once changes were folded in. `moved` tells where a row has gone, `new` are the rows that
/// were not there.
pub(super) fn mended(
    after: &Snapshot,
    column: Column,
    old: &Ordered,
    moved: impl Fn(u32) -> Option<u32> + Sync,
    new: &[u32],
) -> Ordered {
    let sorter = Sorter::new(after, &By::One(column), false);
    let new: Vec<Seat<'_>> = new.iter().filter_map(|row| sorter.seat(*row)).collect();
    let (new_present, new_missing) = sorter.sort(new);
    let row_of =
        |seats: Vec<Seat<'_>>| -> Vec<u32> { seats.into_iter().filter_map(|seat| after.base.row(seat.key)).collect() };
    let stayed = |rows: &[u32]| rows.par_iter().copied().filter_map(&moved).collect::<Vec<_>>();
    let (old_present, old_missing) = old.rows.split_at_checked(old.present).unwrap_or_default();
    let mut rows = merged(&stayed(old_present), &row_of(new_present), |a, b| sorter.compare_rows(a, b));
    let present = rows.len();
    rows.extend(merged(&stayed(old_missing), &row_of(new_missing), |a, b| a.cmp(&b)));
    Ordered { rows, present }
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

/// The place of each class in the order of a column.
fn places(snapshot: &Snapshot, column: Column) -> Vec<Option<u32>> {
    let mut places = vec![None; snapshot.classes.bound()];
    let mut values: Vec<((u32, &str), u32)> = Vec::new();
    for (number, class, _) in snapshot.classes.all() {
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
fn beginning(first: u8, text: impl Iterator<Item = u8>) -> u128 {
    let mut bytes = [0; 16];
    bytes[0] = first;
    for (place, byte) in bytes[1..].iter_mut().zip(text) {
        *place = byte;
    }
    u128::from_be_bytes(bytes)
}

fn id_beginning(id: &[u8]) -> u128 {
    match number(id) {
        Some(digits) if digits.len() <= 14 => {
            let mut keyed = [0; 15];
            keyed[0] = u8::try_from(digits.len()).unwrap_or(u8::MAX);
            keyed[1..=digits.len()].copy_from_slice(digits);
            beginning(0, keyed.into_iter())
        }
        Some(_) => beginning(0, std::iter::once(u8::MAX)),
        None => beginning(1, id.iter().copied()),
    }
}

//! The order of all rows of the large part, and where in it the changed rows stand.
//!
//! An order is cut into pieces, and each row knows its piece. So the rows of an answer are counted piece by piece without
//! walking the order, and whoever looks for the first of them, or for those in the middle, walks one piece.

use super::block::ROWS;
use super::sort_key::SortKeys;
use super::sorting::Keyed;
use super::store::Snapshot;
use crate::bits::bits_of;
use rayon::prelude::*;
use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};

/// How many rows a piece has at least.
const LEAST_PIECE: usize = if cfg!(test) { 4 } else { 1 << 8 };
/// How many pieces an order has at most, so that a byte is enough for their numbers.
const PIECES: usize = 1 << 8;
/// The keys of so few rows are kept: one in so many.
const ROWS_FOR_MARK: usize = if cfg!(test) { 3 } else { 64 };
/// How many changed rows are worth several threads.
const MANY_CHANGED: usize = if cfg!(test) { 2 } else { 128 };

/// Rows in ascending order, those without a value last.
#[derive(Debug, Default)]
pub(super) struct Ordered {
    rows: Vec<u32>,
    /// How many of them have a value.
    present: usize,
    piece_len: usize,
    /// The piece of each row, by its number. Those with a value and those without never share a piece.
    piece_of: Vec<u8>,
    marks: Marks,
    beside: Mutex<Beside>,
}

/// The keys of every [`ROWS_FOR_MARK`]th row that has a value, one after another.
#[derive(Debug, Default)]
struct Marks {
    keys: Vec<u8>,
    ends: Vec<usize>,
}

/// The changed rows, each with the place of the order before which it stands, in ascending order. Slots of changes are only
/// ever added, so what is known of them stays; it serves all snapshots of one large part.
#[derive(Debug, Default)]
struct Beside {
    /// How many slots are known.
    known: usize,
    keys: Vec<u8>,
    placed: Arc<Vec<Placed>>,
    missing: Arc<Vec<Placed>>,
}

/// A changed row beside an order.
#[derive(Debug, Clone)]
pub(super) struct Placed {
    /// The place of the order before which it stands.
    pub place: u32,
    /// Its slot among the changes.
    pub slot: u32,
    key: Range<u32>,
}

impl Ordered {
    /// Takes rows in order, of which so many have a value.
    pub fn new(rows: Vec<u32>, present: usize, keys: &SortKeys<'_>, snapshot: &Snapshot) -> Self {
        // Two pieces may be short: the last with and the last without values.
        let piece_len = rows.len().div_ceil(PIECES - 2).max(LEAST_PIECE);
        let mut piece_of = vec![0; snapshot.base.blocks.len() * ROWS];
        let (placed, missing) = rows.split_at_checked(present).unwrap_or_default();
        for (piece, rows) in (0u8..=u8::MAX).zip(placed.chunks(piece_len).chain(missing.chunks(piece_len))) {
            for row in rows {
                if let Some(place) = piece_of.get_mut(*row as usize) {
                    *place = piece;
                }
            }
        }
        let mut marks = Marks::default();
        for row in placed.iter().step_by(ROWS_FOR_MARK) {
            write(keys, snapshot, *row, &mut marks.keys);
            marks.ends.push(marks.keys.len());
        }
        marks.keys.shrink_to_fit();
        marks.ends.shrink_to_fit();
        Self { rows, present, piece_len, piece_of, marks, beside: Mutex::default() }
    }

    /// The rows in order.
    pub fn rows(&self) -> &[u32] {
        &self.rows
    }

    /// The rows that have a value, and the others.
    pub fn parts(&self) -> (&[u32], &[u32]) {
        self.rows.split_at_checked(self.present).unwrap_or_default()
    }

    /// How many pieces there are of rows with and of rows without a value.
    fn pieces_of_parts(&self) -> (usize, usize) {
        let (present, missing) = self.parts();
        (present.len().div_ceil(self.piece_len.max(1)), missing.len().div_ceil(self.piece_len.max(1)))
    }

    /// How many pieces there are.
    pub fn pieces(&self) -> usize {
        let (present, missing) = self.pieces_of_parts();
        present + missing
    }

    /// The number of the piece that is walked as the `turn`th, and the places that are walked in it. Descending, those with
    /// a value are walked from the last to the first; places are counted as they are walked.
    pub fn piece(&self, turn: usize, descending: bool) -> (usize, Range<usize>) {
        let (present, _) = self.pieces_of_parts();
        if turn >= present {
            let start = (self.present + (turn - present) * self.piece_len).min(self.rows.len());
            return (turn, start..(start + self.piece_len).min(self.rows.len()));
        }
        let number = if descending { present - 1 - turn } else { turn };
        let start = number * self.piece_len;
        let end = (start + self.piece_len).min(self.present);
        (number, if descending { self.present - end..self.present - start } else { start..end })
    }

    /// The row at a place as it is walked.
    pub fn row(&self, place: usize, descending: bool) -> Option<u32> {
        let place = if descending && place < self.present { self.present - 1 - place } else { place };
        self.rows.get(place).copied()
    }

    /// How many rows of a set, given as bits for each block, are in each piece, by its number.
    pub fn counts(&self, slots: &[Vec<u64>]) -> Vec<usize> {
        let pieces = self.pieces();
        let count = |(words, piece_of): (&Vec<u64>, &[u8])| {
            let mut counts = [0u32; PIECES];
            for (word, pieces) in words.iter().zip(piece_of.chunks(64)) {
                for piece in bits_of(*word).filter_map(|bit| pieces.get(bit as usize)) {
                    if let Some(count) = counts.get_mut(usize::from(*piece)) {
                        *count += 1;
                    }
                }
            }
            counts
        };
        let add = |mut sums: Vec<usize>, counts: [u32; PIECES]| {
            sums.iter_mut().zip(counts).for_each(|(sum, count)| *sum += count as usize);
            sums
        };
        let of_blocks: Vec<[u32; PIECES]> = slots.par_iter().zip(self.piece_of.par_chunks(ROWS)).map(count).collect();
        of_blocks.into_iter().fold(vec![0; pieces], add)
    }

    /// The changed rows that have a value, and the others, each with its place.
    pub fn beside(&self, keys: &SortKeys<'_>, snapshot: &Snapshot) -> [Arc<Vec<Placed>>; 2] {
        let mut beside = self.beside.lock().unwrap_or_else(PoisonError::into_inner);
        if beside.known < snapshot.delta.keys.len() {
            beside.go_on(self, keys, snapshot);
        }
        [Arc::clone(&beside.placed), Arc::clone(&beside.missing)]
    }

    /// How many rows with a value stand before a changed customer.
    fn before(&self, keys: &SortKeys<'_>, snapshot: &Snapshot, key: &[u8], customer: u32) -> usize {
        let (present, _) = self.parts();
        let stands_before = |other: &[u8], row: u32| (other, snapshot.base.key(row).0) < (key, customer);
        let mark = |number: usize| {
            let start = number.checked_sub(1).and_then(|before| self.marks.ends.get(before)).map_or(0, |end| *end);
            let end = self.marks.ends.get(number).map_or(start, |end| *end);
            self.marks.keys.get(start..end).unwrap_or_default()
        };
        let (mut low, mut high) = (0, self.marks.ends.len());
        while low < high {
            let middle = usize::midpoint(low, high);
            let row = present.get(middle * ROWS_FOR_MARK).copied().unwrap_or_default();
            if stands_before(mark(middle), row) { low = middle + 1 } else { high = middle }
        }
        // The last mark before it is row `low - 1`; it stands between that and the next.
        let Some(first) = low.checked_sub(1).map(|mark| mark * ROWS_FOR_MARK) else { return 0 };
        let rows = present.get(first..(first + ROWS_FOR_MARK).min(present.len())).unwrap_or_default();
        let mut room = Vec::new();
        first
            + rows.partition_point(|row| {
                room.clear();
                write(keys, snapshot, *row, &mut room);
                stands_before(&room, *row)
            })
    }
}

fn write(keys: &SortKeys<'_>, snapshot: &Snapshot, row: u32, out: &mut Vec<u8>) {
    if let Some((block, slot)) = snapshot.base.at(row) {
        keys.write(block, slot, out);
    }
}

impl Beside {
    /// Takes in the slots that are not known yet.
    fn go_on(&mut self, ordered: &Ordered, keys: &SortKeys<'_>, snapshot: &Snapshot) {
        let delta = &snapshot.delta;
        let customer = |slot: u32| delta.keys.get(slot as usize).copied().unwrap_or(u32::MAX);
        let count = u32::try_from(delta.keys.len()).unwrap_or(u32::MAX);
        let mut new: Vec<u32> = (u32::try_from(self.known).unwrap_or(u32::MAX)..count).collect();
        self.known = delta.keys.len();
        // Slots with one key are versions of one customer, of which an answer has at most one.
        new.sort_unstable_by_key(|slot| customer(*slot));
        let (with, without): (Vec<u32>, Vec<u32>) =
            new.into_iter().partition(|slot| keys.has_place(&delta.block, *slot));
        let mut keyed = Keyed::default();
        for (number, slot) in (0u32..).zip(&with) {
            keyed.add(number, |out| keys.write(&delta.block, *slot, out));
        }
        keyed.sort();
        let sorted: Vec<(u32, &[u8])> =
            keyed.iter().filter_map(|(number, key)| Some((*with.get(number as usize)?, key))).collect();
        let place = |(slot, key): &(u32, &[u8])| ordered.before(keys, snapshot, key, customer(*slot));
        let places: Vec<usize> = sorted.par_iter().with_min_len(MANY_CHANGED).map(place).collect();
        let placed = sorted.iter().zip(places).map(|((slot, key), place)| {
            let start = u32::try_from(self.keys.len()).unwrap_or(u32::MAX);
            self.keys.extend_from_slice(key);
            let key = start..u32::try_from(self.keys.len()).unwrap_or(u32::MAX);
            Placed { place: u32::try_from(place).unwrap_or(u32::MAX), slot: *slot, key }
        });
        let placed: Vec<Placed> = placed.collect();
        let (present, missing) = ordered.parts();
        let without = without.into_iter().map(|slot| {
            let before = missing.partition_point(|row| snapshot.base.key(*row).0 < customer(slot));
            Placed { place: u32::try_from(present.len() + before).unwrap_or(u32::MAX), slot, key: 0..0 }
        });
        let without: Vec<Placed> = without.collect();
        let rank = |placed: &Placed| {
            let key = self.keys.get(placed.key.start as usize..placed.key.end as usize).unwrap_or_default();
            (placed.place, key, customer(placed.slot))
        };
        let merged = |known: &[Placed], new: Vec<Placed>| {
            let mut all = Vec::with_capacity(known.len() + new.len());
            let mut known = known.iter().peekable();
            for new in new {
                while let Some(before) = known.next_if(|known| rank(known) <= rank(&new)) {
                    all.push(before.clone());
                }
                all.push(new);
            }
            all.extend(known.cloned());
            Arc::new(all)
        };
        let (placed, without) = (merged(&self.placed, placed), merged(&self.missing, without));
        (self.placed, self.missing) = (placed, without);
    }
}

/// The order of the large part once changes were folded in. `moved` tells where a row has gone, `new` are the rows that
/// were not there, ascending.
pub(super) fn mended(
    after: &Snapshot,
    keys: &SortKeys<'_>,
    old: &Ordered,
    moved: impl Fn(u32) -> Option<u32> + Sync,
    new: &[u32],
) -> Ordered {
    let has_place = |row: &u32| after.base.at(*row).is_some_and(|(block, slot)| keys.has_place(block, slot));
    let (with, without): (Vec<u32>, Vec<u32>) = new.iter().partition(|row| has_place(row));
    let stayed = |rows: &[u32]| rows.par_iter().copied().filter_map(&moved).collect::<Vec<_>>();
    let (old_present, old_missing) = old.parts();
    let mut keyed = Keyed::default();
    with.iter().for_each(|row| keyed.add(*row, |out| write(keys, after, *row, out)));
    keyed.sort();
    let mut room = Vec::new();
    let mut rows = merged(&stayed(old_present), keyed.iter(), |row, (new, key)| {
        room.clear();
        write(keys, after, row, &mut room);
        (room.as_slice(), row) < (key, new)
    });
    let present = rows.len();
    let without = without.iter().map(|row| (*row, [].as_slice()));
    rows.extend(merged(&stayed(old_missing), without, |row, (new, _)| row < new));
    Ordered::new(rows, present, keys, after)
}

/// Merges few rows with their keys into many.
fn merged<'a>(
    many: &[u32],
    few: impl ExactSizeIterator<Item = (u32, &'a [u8])>,
    mut stands_before: impl FnMut(u32, (u32, &[u8])) -> bool,
) -> Vec<u32> {
    let mut rows = Vec::with_capacity(many.len() + few.len());
    let mut rest = many;
    for next in few {
        let before = rest.partition_point(|row| stands_before(*row, next));
        let (before, after) = rest.split_at_checked(before).unwrap_or_default();
        rows.extend_from_slice(before);
        rows.push(next.0);
        rest = after;
    }
    rows.extend_from_slice(rest);
    rows
}

//! An answer whose customers are not written down: sets of rows, walked in an order when somebody looks.

use super::block::ROWS;
use super::kept::Slots;
use super::order::{By, Ordered, Seat, Sorter};
use super::store::Snapshot;
use crate::bits::bits_of;
use crate::{Facets, Query};
use kyc::CustomerKey;
use rayon::prelude::*;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

/// Answers up to this size are sorted by themselves. Tests set it low, so that few customers exercise kept orders too.
const FEW: usize = if cfg!(test) { 4 } else { 1024 };
/// How many places of an order are walked at a time.
const PLACES_AT_A_TIME: usize = if cfg!(test) { 8 } else { 1 << 12 };
/// How many such pieces are worth several threads.
const MANY_PIECES: usize = 8;

/// The rows, and changed rows, that have a text as whole words, and those that have it as beginnings of words.
pub(super) type Grades = [(Vec<Vec<u64>>, Vec<u64>); 2];

/// An answer to a [`Query`]: how many customers match, what could be filtered further, and the customers in order, from any
/// place on.
///
/// It stays as it is while the index follows the book, and can be sent to other threads. It holds a bit for each customer and
/// shares the order with the index: some hundred kilobytes at a million customers, and four megabytes more once the index
/// has gone on to another order.
#[derive(Debug)]
pub struct Matches {
    /// The numbers of the blocks that rows are counted in.
    blocks: Arc<[u32]>,
    facets: Facets,
    /// In order: one, or those of each relevance.
    tiers: Vec<Tier>,
}

#[derive(Debug)]
struct Tier {
    total: usize,
    rows: Rows,
}

#[derive(Debug)]
enum Rows {
    /// Keys in order.
    Listed(Vec<CustomerKey>),
    Walked(Walked),
}

#[derive(Debug)]
struct Walked {
    slots: Slots,
    ordered: Arc<Ordered>,
    descending: bool,
    /// Keys of changed customers, each with the place of the order before which it stands, in order.
    others: Vec<(usize, CustomerKey)>,
    /// How many customers there are before each piece.
    before: OnceLock<Vec<usize>>,
}

impl Matches {
    /// How many customers match.
    pub fn total(&self) -> usize {
        self.tiers.iter().map(|tier| tier.total).sum()
    }

    /// What could be filtered further.
    pub fn facets(&self) -> &Facets {
        &self.facets
    }

    /// The facets alone.
    pub fn into_facets(self) -> Facets {
        self.facets
    }

    /// The customers from one place of the answer to another; less where it ends sooner.
    pub fn keys(&self, range: Range<usize>) -> Vec<CustomerKey> {
        let (mut keys, mut first) = (Vec::new(), 0);
        for tier in &self.tiers {
            let from = range.start.saturating_sub(first).min(tier.total);
            let to = range.end.saturating_sub(first).min(tier.total);
            if from < to {
                match &tier.rows {
                    Rows::Listed(listed) => keys.extend_from_slice(listed.get(from..to).unwrap_or_default()),
                    Rows::Walked(walked) => walked.keys(&self.blocks, from..to, &mut keys),
                }
            }
            first += tier.total;
        }
        keys
    }

    /// All customers in order, without writing them down at once.
    pub fn iter(&self) -> impl Iterator<Item = CustomerKey> + '_ {
        let blocks = &*self.blocks;
        self.tiers.iter().flat_map(move |tier| {
            let (listed, walked) = match &tier.rows {
                Rows::Listed(keys) => (keys.as_slice(), None),
                Rows::Walked(walked) => (&[][..], Some(walked)),
            };
            let pieces = walked
                .into_iter()
                .flat_map(move |walked| (0..walked.pieces()).flat_map(move |piece| walked.piece(blocks, piece)));
            listed.iter().copied().chain(pieces)
        })
    }
}

impl Walked {
    /// How many pieces there are. The last may have nothing but changed customers behind the order's end.
    fn pieces(&self) -> usize {
        self.ordered.rows.len() / PLACES_AT_A_TIME + 1
    }

    fn has(&self, row: u32) -> bool {
        let word = self.slots.get(row as usize / ROWS).and_then(|words| words.get(row as usize % ROWS / 64));
        word.is_some_and(|word| word & 1 << (row % 64) != 0)
    }

    /// The row at a place of the order.
    fn row(&self, place: usize) -> Option<u32> {
        let present = self.ordered.present;
        let place = if self.descending && place < present { present - 1 - place } else { place };
        self.ordered.rows.get(place).copied()
    }

    fn others_in(&self, piece: usize) -> &[(usize, CustomerKey)] {
        let bound = |piece: usize| self.others.partition_point(|(place, _)| *place < piece * PLACES_AT_A_TIME);
        self.others.get(bound(piece)..bound(piece + 1)).unwrap_or_default()
    }

    fn places(&self, piece: usize) -> Range<usize> {
        let start = piece * PLACES_AT_A_TIME;
        start..(start + PLACES_AT_A_TIME).min(self.ordered.rows.len())
    }

    fn piece(&self, blocks: &[u32], piece: usize) -> Vec<CustomerKey> {
        let mut others = self.others_in(piece).iter().peekable();
        let mut keys = Vec::new();
        for place in self.places(piece) {
            while let Some((_, key)) = others.next_if(|(before, _)| *before <= place) {
                keys.push(*key);
            }
            if let Some(row) = self.row(place).filter(|row| self.has(*row)) {
                let block = blocks.get(row as usize / ROWS).copied().unwrap_or_default();
                keys.push(CustomerKey(block * ROWS as u32 + row % ROWS as u32));
            }
        }
        keys.extend(others.map(|(_, key)| *key));
        keys
    }

    fn count(&self, piece: usize) -> usize {
        let here = self.places(piece).filter(|place| self.row(*place).is_some_and(|row| self.has(row))).count();
        here + self.others_in(piece).len()
    }

    fn keys(&self, blocks: &[u32], range: Range<usize>, into: &mut Vec<CustomerKey>) {
        let wanted = range.len();
        let (mut piece, mut skip) = (0, range.start);
        if range.start > 0 {
            let before = self.before.get_or_init(|| {
                let counts: Vec<usize> = (0..self.pieces()).into_par_iter().map(|piece| self.count(piece)).collect();
                let sums = counts.iter().scan(0, |sum, count| {
                    let before = *sum;
                    *sum += count;
                    Some(before)
                });
                sums.collect()
            });
            piece = before.partition_point(|before| *before <= range.start).saturating_sub(1);
            skip = range.start - before.get(piece).copied().unwrap_or_default();
        }
        let end = into.len() + wanted;
        while into.len() < end && piece < self.pieces() {
            let last = if wanted > PLACES_AT_A_TIME * MANY_PIECES { self.pieces() } else { piece + 1 };
            let pieces: Vec<Vec<CustomerKey>> = if last == piece + 1 {
                vec![self.piece(blocks, piece)]
            } else {
                (piece..last).into_par_iter().map(|piece| self.piece(blocks, piece)).collect()
            };
            for keys in pieces {
                let keys = keys.get(skip.min(keys.len())..).unwrap_or_default();
                skip = 0;
                into.extend_from_slice(keys.get(..keys.len().min(end - into.len())).unwrap_or_default());
            }
            piece = last;
        }
    }
}

impl Snapshot {
    /// Puts an answer in order; `None` when stopped.
    pub(super) fn in_order(
        &self,
        slots: Slots,
        of_delta: &[u64],
        facets: Facets,
        query: &Query,
        grades: Option<Grades>,
        stop: &dyn Fn() -> bool,
    ) -> Option<Matches> {
        let blocks: Arc<[u32]> = self.base.blocks.iter().map(|block| block.number).collect();
        let Some(grades) = grades else {
            let tier = self.tier(slots, of_delta, query, stop)?;
            return Some(Matches { blocks, facets, tiers: vec![tier] });
        };
        let (mut rest, mut rest_of_delta) = (Vec::clone(&slots), of_delta.to_vec());
        let mut tiers = Vec::new();
        for (graded, graded_of_delta) in grades {
            let slots: Vec<Vec<u64>> =
                rest.iter_mut().zip(graded).map(|(rest, graded)| taken_out(rest, &graded)).collect();
            let of_delta = taken_out(&mut rest_of_delta, &graded_of_delta);
            tiers.push(self.tier(Arc::new(slots), &of_delta, query, stop)?);
        }
        tiers.push(self.tier(Arc::new(rest), &rest_of_delta, query, stop)?);
        Some(Matches { blocks, facets, tiers })
    }

    fn tier(&self, slots: Slots, of_delta: &[u64], query: &Query, stop: &dyn Fn() -> bool) -> Option<Tier> {
        let count = |words: &[u64]| words.iter().map(|word| word.count_ones() as usize).sum::<usize>();
        let of_base = slots.iter().map(|words| count(words)).sum::<usize>();
        let total = of_base + count(of_delta);
        let by = By::new(query.sort, &query.then);
        let descending = matches!(by, By::One(_)) && query.sort.descending;
        let changed = || {
            let slots = of_delta.iter().zip((0u32..).step_by(64));
            let slots = slots.flat_map(|(word, first)| bits_of(*word).map(move |bit| first + bit));
            slots.filter_map(|slot| {
                Some(Seat { block: &self.delta.block, slot, key: *self.delta.keys.get(slot as usize)? })
            })
        };
        let known = self.order_if_known(&by);
        let few = total <= FEW || known.is_none() && total < self.len() / 16;
        let ordered = if few { None } else { known.or_else(|| self.order_of_all(&by, stop)) };
        let sorter = Sorter::new(self, &by, false);
        if stop() {
            return None;
        }
        let Some(ordered) = ordered else {
            // Few, or another thread is sorting everybody.
            let rows = slots.iter().zip(&self.base.blocks).flat_map(|(words, block)| {
                let words = words.iter().zip((0u32..).step_by(64));
                let slots = words.flat_map(|(word, first)| bits_of(*word).map(move |bit| first + bit));
                slots.map(|slot| Seat { block, slot, key: block.key(slot).0 })
            });
            let (mut placed, missing) = sorter.sort(rows.chain(changed()).collect());
            if descending {
                placed.reverse();
            }
            let keys = placed.into_iter().chain(missing).map(|seat| CustomerKey(seat.key)).collect();
            return Some(Tier { total, rows: Rows::Listed(keys) });
        };
        let (present, missing) = ordered.rows.split_at_checked(ordered.present).unwrap_or_default();
        let (mut placed, without) = sorter.sort(changed().collect());
        if descending {
            placed.reverse();
        }
        let mut others = Vec::with_capacity(placed.len() + without.len());
        for seat in placed {
            let before =
                present.partition_point(|row| sorter.seat(*row).is_some_and(|row| sorter.compare(row, seat).is_lt()));
            others.push((if descending { present.len() - before } else { before }, CustomerKey(seat.key)));
        }
        for seat in without {
            let before = missing.partition_point(|row| self.base.key(*row).0 < seat.key);
            others.push((present.len() + before, CustomerKey(seat.key)));
        }
        let before = OnceLock::new();
        Some(Tier { total, rows: Rows::Walked(Walked { slots, ordered, descending, others, before }) })
    }
}

/// Takes those of a set that are in another out of it.
fn taken_out(set: &mut [u64], other: &[u64]) -> Vec<u64> {
    let mut other = other.iter();
    let mut taken = Vec::with_capacity(set.len());
    for word in set {
        let common = *word & other.next().copied().unwrap_or_default();
        *word &= !common;
        taken.push(common);
    }
    taken
}

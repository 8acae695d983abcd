//! An answer whose customers are not written down: sets of rows, walked in an order when somebody looks.

use super::block::{Block, ROWS};
use super::kept::Slots;
use super::order::By;
use super::ordered::{Ordered, Placed};
use super::sort_key::SortKeys;
use super::sorting::Keyed;
use super::store::Snapshot;
use crate::bits::bits_of;
use crate::{Facets, Query};
use kyc::CustomerKey;
use rayon::prelude::*;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

/// Answers up to this size are sorted by themselves. Tests set it low, so that few customers exercise kept orders too.
const FEW: usize = if cfg!(test) { 4 } else { 1024 };
/// How many customers asked for at once are worth several threads.
const MANY: usize = if cfg!(test) { 16 } else { 1 << 15 };

/// The rows, and changed rows, that have a text as whole words, and those that have it as beginnings of words.
pub(super) type Grades = [(Vec<Vec<u64>>, Vec<u64>); 2];

/// An answer to a [`Query`]: how many customers match, what could be filtered further, and the customers in order, from any
/// place on.
///
/// It stays as it is while the index follows the book, and can be sent to other threads. It holds a bit for each customer and
/// shares the order with the index: some hundred kilobytes at a million customers, and five megabytes more once the index
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
    /// How many customers are met before each turn.
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
                .flat_map(move |walked| (0..walked.turns()).flat_map(move |turn| walked.turn(blocks, turn)));
            listed.iter().copied().chain(pieces)
        })
    }
}

impl Walked {
    /// How many turns walking takes. In the last there is nothing but changed customers behind the order's end.
    fn turns(&self) -> usize {
        self.ordered.pieces() + 1
    }

    fn has(&self, row: u32) -> bool {
        let word = self.slots.get(row as usize / ROWS).and_then(|words| words.get(row as usize % ROWS / 64));
        word.is_some_and(|word| word & 1 << (row % 64) != 0)
    }

    /// The changed customers that stand among some places.
    fn others_in(&self, places: &Range<usize>) -> &[(usize, CustomerKey)] {
        let bound = |end: usize| self.others.partition_point(|(place, _)| *place < end);
        let end = if places.start == self.ordered.rows().len() { self.others.len() } else { bound(places.end) };
        self.others.get(bound(places.start)..end).unwrap_or_default()
    }

    /// The customers that are met in a turn, in order.
    fn turn(&self, blocks: &[u32], turn: usize) -> Vec<CustomerKey> {
        let (_, places) = self.ordered.piece(turn, self.descending);
        let mut others = self.others_in(&places).iter().peekable();
        let mut keys = Vec::new();
        for place in places {
            while let Some((_, key)) = others.next_if(|(before, _)| *before <= place) {
                keys.push(*key);
            }
            if let Some(row) = self.ordered.row(place, self.descending).filter(|row| self.has(*row)) {
                let block = blocks.get(row as usize / ROWS).copied().unwrap_or_default();
                keys.push(CustomerKey(block * ROWS as u32 + row % ROWS as u32));
            }
        }
        keys.extend(others.map(|(_, key)| *key));
        keys
    }

    /// How many customers are met before each turn.
    fn before(&self) -> &[usize] {
        self.before.get_or_init(|| {
            let counts = self.ordered.counts(&self.slots);
            let turns = (0..self.turns()).scan(0, |sum, turn| {
                let (piece, places) = self.ordered.piece(turn, self.descending);
                let before = *sum;
                *sum += counts.get(piece).copied().unwrap_or_default() + self.others_in(&places).len();
                Some(before)
            });
            turns.collect()
        })
    }

    fn keys(&self, blocks: &[u32], range: Range<usize>, into: &mut Vec<CustomerKey>) {
        let wanted = range.len();
        let (mut turn, mut skip) = (0, range.start);
        let end = into.len() + wanted;
        while into.len() < end && turn < self.turns() {
            if turn > 0 || skip > 0 {
                // Whoever asks for the first customers mostly meets them in the first turn. Else those of a search can all
                // stand together far behind: turns in which nobody is met are left out.
                let met = into.len() + wanted - end + range.start;
                let before = self.before();
                turn = before.partition_point(|before| *before <= met).saturating_sub(1);
                skip = met - before.get(turn).copied().unwrap_or_default();
            }
            let turns = if wanted > MANY { turn..self.turns() } else { turn..turn + 1 };
            turn = turns.end;
            let met: Vec<Vec<CustomerKey>> = if turns.len() == 1 {
                vec![self.turn(blocks, turns.start)]
            } else {
                turns.into_par_iter().map(|turn| self.turn(blocks, turn)).collect()
            };
            for keys in met {
                let keys = keys.get(skip.min(keys.len())..).unwrap_or_default();
                skip = 0;
                into.extend_from_slice(keys.get(..keys.len().min(end - into.len())).unwrap_or_default());
            }
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
        let known = self.order_if_known(&by);
        let few = total <= FEW || known.is_none() && total < self.len() / 16;
        let ordered = if few { None } else { known.or_else(|| self.order_of_all(&by, stop)) };
        let keys = SortKeys::new(self, &by);
        if stop() {
            return None;
        }
        let Some(ordered) = ordered else {
            // Few, or another thread is sorting everybody.
            let keys = self.sorted_keys(&keys, &slots, of_delta, descending);
            return Some(Tier { total, rows: Rows::Listed(keys) });
        };
        let [placed, missing] = ordered.beside(&keys, self);
        let found = |placed: &&Placed| {
            of_delta.get(placed.slot as usize / 64).is_some_and(|word| word & 1 << (placed.slot % 64) != 0)
        };
        let other =
            |place: usize, placed: &Placed| Some((place, CustomerKey(*self.delta.keys.get(placed.slot as usize)?)));
        let (with_value, _) = ordered.parts();
        let mut others: Vec<(usize, CustomerKey)> = Vec::new();
        if descending {
            let placed = placed.iter().rev().filter(found);
            others.extend(placed.filter_map(|placed| other(with_value.len() - placed.place as usize, placed)));
        } else {
            others.extend(placed.iter().filter(found).filter_map(|placed| other(placed.place as usize, placed)));
        }
        others.extend(missing.iter().filter(found).filter_map(|placed| other(placed.place as usize, placed)));
        let before = OnceLock::new();
        Some(Tier { total, rows: Rows::Walked(Walked { slots, ordered, descending, others, before }) })
    }

    /// The customers of some rows and changed rows, sorted by themselves.
    fn sorted_keys(&self, keys: &SortKeys<'_>, slots: &Slots, of_delta: &[u64], descending: bool) -> Vec<CustomerKey> {
        let in_block = |words: &[u64]| {
            let words = words.iter().zip((0u32..).step_by(64)).map(|(word, first)| (*word, first));
            words.flat_map(|(word, first)| bits_of(word).map(move |bit| first + bit)).collect::<Vec<u32>>()
        };
        let of_base = slots.iter().zip(&self.base.blocks).flat_map(|(words, block)| {
            let block: &Block = block;
            in_block(words).into_iter().map(move |slot| (block, slot, block.key(slot).0))
        });
        let changed = in_block(of_delta)
            .into_iter()
            .filter_map(|slot| Some((&self.delta.block, slot, *self.delta.keys.get(slot as usize)?)));
        let (mut placed, mut missing) = (Keyed::default(), Vec::new());
        for (block, slot, key) in of_base.chain(changed) {
            if keys.has_place(block, slot) {
                placed.add(key, |out| keys.write(block, slot, out));
            } else {
                missing.push(CustomerKey(key));
            }
        }
        placed.sort();
        let mut sorted: Vec<CustomerKey> = placed.iter().map(|(key, _)| CustomerKey(key)).collect();
        if descending {
            sorted.reverse();
        }
        missing.sort_unstable();
        sorted.append(&mut missing);
        sorted
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

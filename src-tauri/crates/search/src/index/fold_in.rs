//! Folding the changes into the large part: made beside a snapshot, without any lock, and then taken over in an instant.

use super::block::{Block, ROWS};
use super::order::By;
use super::ordered::mended;
use super::sort_key::SortKeys;
use super::store::{Base, Delta, Snapshot};
use super::{Index, kept::Kept, order::Orders};
use crate::bits::bits_of;
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A large part with the changes of some moment in it; see [`Index::take_over`].
#[derive(Debug)]
pub struct Folded {
    from: Snapshot,
    base: Arc<Base>,
}

impl Snapshot {
    /// Whether there are so many changes that folding them in is worth while.
    pub fn is_worth_folding(&self) -> bool {
        self.delta.slots.len() + self.delta.hidden.len() > super::changes_borne(self.len) / 2
    }

    /// Folds the changes into the large part. This takes long, and needs nothing but this snapshot: it is meant for a thread
    /// of its own. Orders that are known stay known.
    pub fn fold(&self) -> Folded {
        let delta = &self.delta;
        let mut changed: BTreeMap<u32, Vec<(u32, u32)>> = BTreeMap::new();
        for (key, slot) in &delta.slots {
            changed.entry(key / ROWS as u32).or_default().push((key % ROWS as u32, *slot));
        }
        let mut numbers: Vec<u32> = self.base.blocks.iter().map(|block| block.number).collect();
        numbers.extend(changed.keys());
        numbers.sort_unstable();
        numbers.dedup();
        let none = Vec::new();
        let blocks: Vec<Option<Arc<Block>>> = numbers
            .par_iter()
            .map(|number| {
                let old = self.base.place(*number).and_then(|place| self.base.blocks.get(place));
                let mut rows = changed.get(number).unwrap_or(&none).clone();
                rows.sort_unstable();
                self.folded(*number, old, &rows)
            })
            .collect();
        let words = if delta.words.len() == 0 {
            Arc::clone(&self.base.words)
        } else {
            let mut words = self.base.words.as_ref().clone();
            words.append(&delta.words);
            words.shrink();
            Arc::new(words)
        };
        let base = Base {
            blocks: blocks.into_iter().flatten().collect(),
            words,
            kept: Kept::default(),
            orders: Orders::default(),
        };
        let after = Snapshot { base: Arc::new(base), delta: Arc::default(), ..self.clone() };
        let mut new: Vec<u32> = delta.slots.keys().filter_map(|key| after.base.row(*key)).collect();
        new.sort_unstable();
        for (column, ordered) in self.base.orders.known() {
            let moved = |row: u32| {
                let key = self.base.key(row);
                if delta.hidden.contains(key.0) { None } else { after.base.row(key.0) }
            };
            let keys = SortKeys::new(&after, &By::One(column));
            after.base.orders.put(column, Arc::new(mended(&after, &keys, &ordered, moved, &new)));
        }
        Folded { from: self.clone(), base: after.base }
    }

    /// A block with its changed rows, given as their slots in it and among the changes, ascending.
    fn folded(&self, number: u32, old: Option<&Arc<Block>>, rows: &[(u32, u32)]) -> Option<Arc<Block>> {
        let delta = &self.delta;
        let hidden = delta.hidden.page(number).unwrap_or_default();
        let hides = hidden.iter().any(|word| *word != 0);
        if let Some(old) = old
            && !hides
        {
            if rows.is_empty() {
                return Some(Arc::clone(old));
            }
            if rows.iter().all(|(slot, _)| *slot as usize >= old.len()) {
                let mut block = old.as_ref().clone();
                rows.iter().for_each(|(slot, changed)| place(&mut block, *slot, &delta.block, *changed));
                block.finish();
                return Some(Arc::new(block));
            }
        }
        let (mut block, mut rows) = (Block::new(number), rows.iter().peekable());
        if let Some(old) = old {
            let mut hidden = hidden.iter();
            for (word, first) in old.present().iter().zip((0u32..).step_by(64)) {
                for bit in bits_of(word & !hidden.next().copied().unwrap_or_default()) {
                    while let Some((slot, changed)) = rows.next_if(|(slot, _)| *slot < first + bit) {
                        place(&mut block, *slot, &delta.block, *changed);
                    }
                    place(&mut block, first + bit, old, first + bit);
                }
            }
        }
        rows.for_each(|(slot, changed)| place(&mut block, *slot, &delta.block, *changed));
        block.finish();
        (block.len() > 0).then(|| Arc::new(block))
    }
}

fn place(block: &mut Block, slot: u32, from: &Block, from_slot: u32) {
    block.pass_over(slot);
    block.place_from(from, from_slot);
}

impl Index {
    /// Takes a folded large part over, and keeps what changed since its snapshot was made. `false`, and nothing done, when
    /// the large part is no longer the one it was made from.
    pub fn take_over(&mut self, folded: Folded) -> bool {
        let Folded { from, base } = folded;
        if !Arc::ptr_eq(&from.base, &self.now.base) {
            return false;
        }
        let now = Arc::clone(&self.now.delta);
        let mut since = Delta::default();
        let words_folded = u32::try_from(from.delta.words.len()).unwrap_or(u32::MAX);
        since.words = now.words.since(words_folded);
        if !Arc::ptr_eq(&now, &from.delta) {
            let mut slots: Vec<(u32, u32)> = now.slots.iter().map(|(key, slot)| (*slot, *key)).collect();
            slots.sort_unstable();
            // A slot is written once, so the same slot is the same row.
            slots.retain(|(slot, key)| from.delta.slots.get(key) != Some(slot));
            for (slot, key) in slots {
                since.slots.insert(key, u32::try_from(since.keys.len()).unwrap_or(u32::MAX));
                since.keys.push(key);
                since.block.push_from(&now.block, slot);
            }
            for key in now.hidden.iter().chain(from.delta.slots.keys().copied()) {
                let is_current = self.now.seat(key).is_some() && !since.slots.contains_key(&key);
                if !is_current && base.seat(key).is_some() {
                    since.hidden.set(key, true);
                }
            }
        }
        self.now.base = base;
        self.now.delta = Arc::new(since);
        true
    }

    /// Folds the changes in here and now.
    pub(super) fn fold_now(&mut self) {
        let folded = self.now.fold();
        self.take_over(folded);
    }
}

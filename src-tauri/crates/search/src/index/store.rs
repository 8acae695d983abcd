//! The rows: a large part in blocks that nobody changes, and the few changes since, which are folded into it later.
//!
//! A search reads a [`Snapshot`], which stays as it is while the index follows the book; neither waits for the other.

use super::block::{Block, ROWS};
use super::classes::Classes;
use super::kept::Kept;
use super::order::Orders;
use super::persons::{Contact, Rows, Stand};
use super::words::{Dictionary, Words};
use crate::bits::bits_of;
use kyc::CustomerKey;
use std::collections::HashMap;
use std::sync::Arc;

/// A set of keys, in pages as long as blocks.
#[derive(Debug, Clone, Default)]
pub(crate) struct KeySet {
    pages: HashMap<u32, Box<[u64]>>,
}

impl KeySet {
    /// Adds a key or takes it out.
    pub fn set(&mut self, key: u32, member: bool) {
        let (page, slot) = (key / ROWS as u32, key as usize % ROWS);
        if !member && !self.pages.contains_key(&page) {
            return;
        }
        let page = self.pages.entry(page).or_insert_with(|| vec![0; ROWS / 64].into_boxed_slice());
        if let Some(word) = page.get_mut(slot / 64) {
            *word = if member { *word | 1 << (slot % 64) } else { *word & !(1 << (slot % 64)) };
        }
    }

    /// Whether a key is in the set.
    pub fn contains(&self, key: u32) -> bool {
        let word = self.page(key / ROWS as u32).and_then(|page| page.get(key as usize % ROWS / 64));
        word.is_some_and(|word| word & 1 << (key % 64) != 0)
    }

    /// The members among the keys of a block, as bits.
    pub fn page(&self, number: u32) -> Option<&[u64]> {
        self.pages.get(&number).map(AsRef::as_ref)
    }

    /// How many keys are in the set.
    pub fn len(&self) -> usize {
        self.pages.values().flat_map(|page| page.iter()).map(|word| word.count_ones() as usize).sum()
    }

    /// All members.
    pub fn iter(&self) -> impl Iterator<Item = u32> {
        self.pages.iter().flat_map(|(number, page)| {
            let words = page.iter().zip((0u32..).step_by(64));
            words.flat_map(move |(word, first)| bits_of(*word).map(move |bit| number * ROWS as u32 + first + bit))
        })
    }
}

/// The large part. What is kept of searches belongs to it and goes with it.
#[derive(Debug, Default)]
pub(crate) struct Base {
    /// By ascending number.
    pub blocks: Vec<Arc<Block>>,
    /// Words of its rows.
    pub words: Arc<Words>,
    /// Answers to typed text.
    pub kept: Kept,
    /// Orders by column.
    pub orders: Orders,
}

impl Base {
    /// The place of the block with a number.
    #[inline]
    pub fn place(&self, number: u32) -> Option<usize> {
        // Mostly nothing is missing in front of a block.
        if self.blocks.get(number as usize).is_some_and(|block| block.number == number) {
            return Some(number as usize);
        }
        self.blocks.binary_search_by_key(&number, |block| block.number).ok()
    }

    /// The block and the slot of a key.
    pub fn seat(&self, key: u32) -> Option<(&Block, u32)> {
        let block = self.blocks.get(self.place(key / ROWS as u32)?)?;
        let slot = key % ROWS as u32;
        block.has(slot).then_some((block, slot))
    }

    /// The block and the slot of a row, which is numbered by its block's place.
    #[inline]
    pub fn at(&self, row: u32) -> Option<(&Block, u32)> {
        Some((self.blocks.get(row as usize / ROWS)?, row % ROWS as u32))
    }

    /// The key of a row.
    #[inline]
    pub fn key(&self, row: u32) -> CustomerKey {
        self.at(row).map_or(CustomerKey(u32::MAX), |(block, slot)| block.key(slot))
    }

    /// The row of a key.
    pub fn row(&self, key: u32) -> Option<u32> {
        Some(u32::try_from(self.place(key / ROWS as u32)?).ok()? * ROWS as u32 + key % ROWS as u32)
    }

    /// The rows that are present, ascending.
    pub fn rows(&self) -> impl Iterator<Item = u32> {
        self.blocks.iter().zip((0u32..).step_by(ROWS)).flat_map(|(block, first)| {
            let words = block.present().iter().zip((first..).step_by(64));
            words.flat_map(|(word, first)| bits_of(*word).map(move |bit| first + bit))
        })
    }
}

/// What changed since the large part was made.
#[derive(Debug, Clone, Default)]
pub(crate) struct Delta {
    /// The changed rows as they are now, in the order of their changing.
    pub block: Block,
    /// The key of each slot.
    pub keys: Vec<u32>,
    /// The slot of each key that is present.
    pub slots: HashMap<u32, u32>,
    /// Keys whose rows in the large part no longer count.
    pub hidden: KeySet,
    /// Words that the large part does not have.
    pub words: Words,
}

/// The index at one moment. Cheap to clone, and it stays as it is.
#[derive(Debug, Clone, Default)]
pub struct Snapshot {
    pub(super) base: Arc<Base>,
    pub(super) delta: Arc<Delta>,
    pub(super) disagrees: Arc<KeySet>,
    pub(super) classes: Arc<Classes>,
    pub(super) len: usize,
}

impl Snapshot {
    /// How many customers there are.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there is nobody.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Whether there is a customer with this key.
    pub fn contains(&self, key: CustomerKey) -> bool {
        self.seat(key.0).is_some()
    }

    /// Whether another connection says something else of the same person; see [`View::Disagree`](crate::View::Disagree).
    pub fn disagrees(&self, key: CustomerKey) -> bool {
        self.disagrees.contains(key.0) && self.contains(key)
    }

    pub(super) fn dictionary(&self) -> Dictionary<'_> {
        Dictionary { base: &self.base.words, more: &self.delta.words }
    }

    /// Where a customer's row is now.
    pub(super) fn seat(&self, key: u32) -> Option<(&Block, u32)> {
        if let Some(slot) = self.delta.slots.get(&key) {
            return Some((&self.delta.block, *slot));
        }
        self.base.seat(key).filter(|_| !self.delta.hidden.contains(key))
    }
}

impl Rows for Snapshot {
    fn contact(&self, kind: Contact, row: u32, out: &mut Vec<u8>) -> bool {
        let Some((block, slot)) = self.seat(row) else { return false };
        match kind {
            Contact::Email => block.address(slot, self.dictionary(), out),
            Contact::Phone => block.international(slot).is_some_and(|digits| {
                out.clear();
                out.extend_from_slice(digits);
                true
            }),
        }
    }

    fn stand(&self, row: u32) -> Option<Stand> {
        let (block, slot) = self.seat(row)?;
        self.classes.get(block.class(slot)).map(Stand::of)
    }
}

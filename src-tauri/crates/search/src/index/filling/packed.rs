//! Some customers, taken apart without looking at any others: what takes longest about them, done on whatever thread.
//!
//! Words and classes are numbered as they come up here; [`Packed`] lists them, and whoever puts several of these together
//! gives them the numbers of the whole index.

use super::super::block::{Block, Numbers, ROWS};
use super::super::classes::Classes;
use super::super::persons::{Contact, Hashes};
use super::super::record::Record;
use super::super::words::Kind;
use foldhash::fast::RandomState;
use hashbrown::HashTable;
use kyc::BookCustomer;
use std::hash::BuildHasher;
use std::ops::Range;
use std::sync::Arc;

/// Customers in the order of their keys, in the form of rows.
#[derive(Debug, Default)]
pub(super) struct Packed {
    keys: Vec<u32>,
    numbers: Vec<Numbers>,
    /// The words of all rows, one row after another, by their numbers here.
    words: Vec<u32>,
    word_ends: Vec<usize>,
    bytes: Vec<u8>,
    ends: Vec<usize>,
    contacts: [Vec<u64>; 2],
    /// The words by their numbers here.
    pub dictionary: Distinct,
    /// The classes by their numbers here.
    pub classes: Classes,
}

/// Each word once.
#[derive(Debug, Default)]
pub(super) struct Distinct {
    words: Vec<(Kind, Range<usize>)>,
    letters: Vec<char>,
    numbers: HashTable<u32>,
    hasher: RandomState,
}

impl Distinct {
    /// The words, each as [`letters`](crate::fold::letters) has it, in the order of their numbers.
    pub fn iter(&self) -> impl Iterator<Item = (Kind, &[char])> {
        self.words.iter().map(|(kind, span)| (*kind, self.letters.get(span.clone()).unwrap_or_default()))
    }

    fn number(&mut self, kind: Kind, letters: &[char]) -> u32 {
        let Self { words, letters: all, numbers, hasher } = self;
        let hash = hasher.hash_one((kind as u8, letters));
        let is_same = |number: &u32| {
            let known = words.get(*number as usize);
            known.is_some_and(|(other, span)| *other == kind && all.get(span.clone()) == Some(letters))
        };
        if let Some(number) = numbers.find(hash, is_same) {
            return *number;
        }
        let number = u32::try_from(words.len()).unwrap_or(u32::MAX);
        let start = all.len();
        all.extend_from_slice(letters);
        words.push((kind, start..all.len()));
        numbers.insert_unique(hash, number, |number| {
            words
                .get(*number as usize)
                .map_or(0, |(kind, span)| hasher.hash_one((*kind as u8, all.get(span.clone()).unwrap_or_default())))
        });
        number
    }
}

impl Packed {
    /// Takes customers apart, whose keys ascend.
    pub fn new(customers: &[BookCustomer], hashes: &Hashes) -> Self {
        let (mut packed, mut record, mut room) = (Self::default(), Record::default(), Vec::new());
        for customer in customers {
            record.read(customer);
            let class = packed.classes.enter(customer);
            packed.keys.push(customer.key.0);
            packed.numbers.push(Numbers::new(customer, class));
            for (kind, letters) in record.words() {
                packed.words.push(packed.dictionary.number(kind, letters));
            }
            packed.word_ends.push(packed.words.len());
            packed.bytes.extend_from_slice(&record.bytes);
            packed.ends.push(packed.bytes.len());
            for (kind, contacts) in [Contact::Email, Contact::Phone].into_iter().zip(&mut packed.contacts) {
                let told = record.contact(kind, &mut room);
                contacts.push(if told { hashes.of(&room) } else { Hashes::NONE });
            }
        }
        packed
    }

    /// The rows of each block of keys.
    pub fn by_block(&self) -> impl Iterator<Item = (u32, Range<usize>)> {
        let mut end = 0;
        self.keys.chunk_by(|a, b| a / ROWS as u32 == b / ROWS as u32).map(move |keys| {
            let rows = end..end + keys.len();
            end = rows.end;
            (keys.first().map_or(0, |key| key / ROWS as u32), rows)
        })
    }

    fn row(&self, row: usize) -> Option<(u32, &[u32], &[u8], &Numbers)> {
        let span = |ends: &[usize]| {
            let start = row.checked_sub(1).and_then(|before| ends.get(before)).copied().unwrap_or_default();
            start..ends.get(row).copied().unwrap_or(start)
        };
        let words = self.words.get(span(&self.word_ends)).unwrap_or_default();
        let bytes = self.bytes.get(span(&self.ends)).unwrap_or_default();
        Some((*self.keys.get(row)?, words, bytes, self.numbers.get(row)?))
    }
}

/// Some rows of packed customers, with the numbers that their words and classes have in the whole index.
#[derive(Debug, Clone)]
pub(super) struct Part {
    pub packed: Arc<Packed>,
    pub words: Arc<[u32]>,
    pub classes: Arc<[u32]>,
    pub rows: Range<usize>,
}

/// A finished block, and the hashes of its rows' contacts of each kind.
pub(super) type Built = (Block, [Vec<u64>; 2]);

/// Makes a block of its parts, which ascend by key.
pub(super) fn built(number: u32, parts: &[Part]) -> Built {
    let (mut block, mut contacts) = (Block::new(number), [Vec::new(), Vec::new()]);
    let mut words = Vec::new();
    let of_parts = |count: &dyn Fn(&Part, Range<usize>) -> usize| -> usize {
        parts.iter().map(|part| count(part, part.rows.clone())).sum()
    };
    let last = parts.last().and_then(|part| part.packed.keys.get(part.rows.end.checked_sub(1)?));
    let slots = last.map_or(0, |last| (*last as usize % ROWS) + 1);
    let between = |ends: &[usize], rows: Range<usize>| {
        let start = rows.start.checked_sub(1).and_then(|before| ends.get(before)).copied().unwrap_or_default();
        rows.end.checked_sub(1).and_then(|last| ends.get(last)).map_or(0, |end| end - start)
    };
    block.reserve(
        slots,
        of_parts(&|part, rows| between(&part.packed.word_ends, rows)),
        of_parts(&|part, rows| between(&part.packed.ends, rows)),
    );
    for part in parts {
        for row in part.rows.clone() {
            let Some((key, of_row, bytes, numbers)) = part.packed.row(row) else { continue };
            words.clear();
            words.extend(of_row.iter().filter_map(|word| part.words.get(*word as usize)));
            let class = part.classes.get(numbers.class as usize).copied().unwrap_or_default();
            let slot = key % ROWS as u32;
            block.pass_over(slot);
            block.place(&words, bytes, &Numbers { class, ..*numbers });
            for (contacts, packed) in contacts.iter_mut().zip(&part.packed.contacts) {
                contacts.resize(slot as usize, Hashes::NONE);
                contacts.push(packed.get(row).copied().unwrap_or(Hashes::NONE));
            }
        }
    }
    block.finish();
    (block, contacts)
}

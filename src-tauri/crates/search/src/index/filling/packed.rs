//! Some customers, taken apart without looking at any others: what takes longest about them, done on whatever thread.
//!
//! Words and classes are numbered as they come up here; [`Packed`] lists them, and whoever puts several of these together
//! gives them the numbers of the whole index.

use super::super::classes::Classes;
use super::super::numbers::Numbers;
use super::super::persons::{Contact, Hashes};
use super::super::record::Record;
use super::super::words::Kind;
use foldhash::fast::RandomState;
use hashbrown::HashTable;
use kyc::BookCustomer;
use std::hash::BuildHasher;
use std::ops::Range;

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

    /// The rows, in the order of their keys.
    pub fn rows(&self) -> impl Iterator<Item = PackedRow<'_>> {
        let (mut words_from, mut bytes_from) = (0, 0);
        let ends = self.word_ends.iter().zip(&self.ends);
        let contacts = self.contacts.each_ref().map(Vec::as_slice);
        let rows = self.keys.iter().zip(&self.numbers).zip(ends).enumerate();
        rows.map(move |(row, ((key, numbers), (words_end, bytes_end)))| {
            let words = self.words.get(std::mem::replace(&mut words_from, *words_end)..*words_end);
            let bytes = self.bytes.get(std::mem::replace(&mut bytes_from, *bytes_end)..*bytes_end);
            PackedRow {
                key: *key,
                words: words.unwrap_or_default(),
                bytes: bytes.unwrap_or_default(),
                numbers,
                contacts: contacts.map(|hashes| hashes.get(row).copied().unwrap_or(Hashes::NONE)),
            }
        })
    }
}

/// One customer, with the numbers of words and class that hold here.
pub(super) struct PackedRow<'a> {
    pub key: u32,
    pub words: &'a [u32],
    pub bytes: &'a [u8],
    pub numbers: &'a Numbers,
    /// The hashes of the contacts of each kind.
    pub contacts: [u64; 2],
}

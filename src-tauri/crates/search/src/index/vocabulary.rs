//! The distinct Cyrillic words of all names. A million names are made of some ten thousand words, so a Latin word is
//! compared with the spellings of each word once, not with every name.

use crate::fold::romanise::{Ends, Lattice, Walk};
use hashbrown::HashTable;
use std::hash::{BuildHasher, RandomState};

/// How many words are compared between two looks at whether the search is still wanted.
const WORDS_BETWEEN_LOOKS: usize = 256;

/// Words by number.
#[derive(Debug, Default)]
pub(crate) struct Vocabulary {
    letters: Vec<char>,
    ends: Vec<usize>,
    /// The Latin letters that the spellings of each word use.
    alphabets: Vec<u32>,
    numbers: HashTable<u32>,
    hasher: RandomState,
}

impl Vocabulary {
    /// How many words there are.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// The letters of a word.
    pub fn word(&self, number: u32) -> &[char] {
        word(&self.letters, &self.ends, number)
    }

    /// The number of a word, which is learnt if it is new.
    pub fn learn(&mut self, letters: &[char]) -> u32 {
        let hash = self.hasher.hash_one(letters);
        let known = self.numbers.find(hash, |number| word(&self.letters, &self.ends, *number) == letters);
        if let Some(number) = known {
            return *number;
        }
        let number = u32::try_from(self.ends.len()).unwrap_or(u32::MAX);
        self.letters.extend_from_slice(letters);
        self.ends.push(self.letters.len());
        self.alphabets.push(Lattice::new(letters, Ends::Closed).alphabet());
        let (hasher, all, ends) = (&self.hasher, &self.letters, &self.ends);
        self.numbers.insert_unique(hash, number, |number| hasher.hash_one(word(all, ends, *number)));
        number
    }

    /// Which words have a spelling that Latin text is a piece of; `None` when stopped.
    pub fn spelt(&self, text: &[u8], alphabet: u32, stop: &dyn Fn() -> bool) -> Option<Vec<bool>> {
        let (mut lattice, mut walk) = (Lattice::default(), Walk::default());
        let mut spelt = vec![false; self.len()];
        let mut compared = 0;
        for ((number, present), spelt) in (0u32..).zip(&self.alphabets).zip(&mut spelt) {
            if alphabet & !present != 0 {
                continue;
            }
            let letters = self.word(number);
            lattice.rebuild(letters, Ends::Closed);
            *spelt = (0..letters.len()).any(|start| lattice.spells(start, text, &mut walk).is_some());
            compared += 1;
            if compared % WORDS_BETWEEN_LOOKS == 0 && stop() {
                return None;
            }
        }
        Some(spelt)
    }
}

fn word<'a>(letters: &'a [char], ends: &[usize], number: u32) -> &'a [char] {
    let number = number as usize;
    let start = number.checked_sub(1).and_then(|before| ends.get(before)).copied().unwrap_or_default();
    ends.get(number).and_then(|end| letters.get(start..*end)).unwrap_or_default()
}

//! A set of rows, one bit each.

/// A set of row numbers below a fixed bound.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Bits {
    words: Vec<u64>,
}

impl Bits {
    /// An empty set with room for `rows` rows.
    pub fn new(rows: usize) -> Self {
        Self { words: vec![0; rows.div_ceil(64)] }
    }

    /// The set whose members are the bits of some words.
    pub fn from_words(words: Vec<u64>) -> Self {
        Self { words }
    }

    /// The members as bits, the lowest bit of the first word for row 0.
    pub fn words(&self) -> &[u64] {
        &self.words
    }

    /// Makes room for at least `rows` rows.
    pub fn grow(&mut self, rows: usize) {
        self.words.resize(self.words.len().max(rows.div_ceil(64)), 0);
    }

    /// Adds a row or takes it out; one beyond the bound is left out.
    pub fn set(&mut self, row: u32, member: bool) {
        if member {
            self.insert(row);
        } else if let Some(word) = self.words.get_mut(row as usize / 64) {
            *word &= !(1 << (row % 64));
        }
    }

    /// Adds a row; one beyond the bound is left out.
    pub fn insert(&mut self, row: u32) {
        if let Some(word) = self.words.get_mut(row as usize / 64) {
            *word |= 1 << (row % 64);
        }
    }

    /// Whether a row is in the set.
    pub fn contains(&self, row: u32) -> bool {
        self.words.get(row as usize / 64).is_some_and(|word| word & 1 << (row % 64) != 0)
    }

    /// Keeps what is in both.
    pub fn intersect(&mut self, other: &Self) {
        for (word, other) in self.words.iter_mut().zip(&other.words) {
            *word &= other;
        }
    }

    /// Whether nothing is in the set.
    pub fn is_empty(&self) -> bool {
        self.words.iter().all(|word| *word == 0)
    }

    /// How many rows are in the set.
    pub fn len(&self) -> usize {
        self.words.iter().map(|word| word.count_ones() as usize).sum()
    }

    /// The rows, ascending.
    pub fn iter(&self) -> impl Iterator<Item = u32> {
        let words = self.words.iter().zip((0u32..).step_by(64));
        words.flat_map(|(word, first)| bits_of(*word).map(move |bit| first + bit))
    }
}

/// Which bits of a word are set, ascending.
pub(crate) fn bits_of(word: u64) -> impl Iterator<Item = u32> {
    let mut rest = word;
    std::iter::from_fn(move || {
        let bit = rest.trailing_zeros();
        (rest != 0).then(|| {
            rest &= rest - 1;
            bit
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    proptest! {
        #[test]
        fn a_set_is_a_set(one in proptest::collection::btree_set(0u32..300, 0..80), other in proptest::collection::btree_set(0u32..300, 0..80)) {
            let bits = |rows: &BTreeSet<u32>| { let mut bits = Bits::new(300); rows.iter().for_each(|row| bits.insert(*row)); bits };
            let mut both = bits(&one);
            prop_assert_eq!(both.len(), one.len());
            both.intersect(&bits(&other));
            prop_assert!(both.iter().eq(one.intersection(&other).copied()));
            prop_assert!((0..300).all(|row| both.contains(row) == (one.contains(&row) && other.contains(&row))));
            prop_assert_eq!(both.is_empty(), one.is_disjoint(&other));
        }
    }
}

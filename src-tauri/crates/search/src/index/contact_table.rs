//! Small numbers by the hash of a contact: a hash table in pieces.
//!
//! A hash table doubles, so that one of a million entries may be half empty. Pieces of equal size, as many as are needed to
//! fill each nearly, are not; and a piece that has to grow all the same keeps nobody waiting long.

use hashbrown::HashTable;

/// How many entries a piece is made for: in 16,384 places, of which 14,336 may be taken, that leaves four times what chance
/// puts into one piece more than into another.
const ENTRIES: usize = if cfg!(test) { 8 } else { 13_800 };

/// A table of entries by hash. A hash has to be good in all its bits.
#[derive(Debug)]
pub(super) struct ContactTable {
    /// At least one.
    pieces: Vec<HashTable<u32>>,
}

impl ContactTable {
    /// An empty table with room for some entries. More can come, of which only the pieces it has now will grow.
    pub fn with_room(entries: usize) -> Self {
        let count = entries.div_ceil(ENTRIES).max(1);
        Self { pieces: (0..count).map(|_| HashTable::with_capacity(entries.div_ceil(count))).collect() }
    }

    /// The entry with a hash that is the one looked for.
    pub fn find_mut(&mut self, hash: u64, is_it: impl Fn(u32) -> bool) -> Option<&mut u32> {
        self.piece(hash)?.find_mut(hash, |entry| is_it(*entry))
    }

    /// Adds an entry; `hash_of` tells the hash of each that is there.
    pub fn insert(&mut self, hash: u64, entry: u32, hash_of: impl Fn(u32) -> u64) {
        if let Some(piece) = self.piece(hash) {
            piece.insert_unique(hash, entry, |entry| hash_of(*entry));
        }
    }

    /// Takes an entry out, if it is there.
    pub fn remove(&mut self, hash: u64, entry: u32) {
        let found = self.piece(hash).and_then(|piece| piece.find_entry(hash, |other| *other == entry).ok());
        found.map(hashbrown::hash_table::OccupiedEntry::remove);
    }

    /// The bytes it holds.
    pub fn held(&self) -> usize {
        self.pieces.iter().map(HashTable::allocation_size).sum()
    }

    /// The piece for a hash. It is told by bits that a piece does not use itself: it begins with the lowest, and compares the
    /// highest seven.
    fn piece(&mut self, hash: u64) -> Option<&mut HashTable<u32>> {
        let share = hash >> 25 & 0xFFFF_FFFF;
        let number = (share * self.pieces.len() as u64) >> 32;
        self.pieces.get_mut(usize::try_from(number).ok()?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    proptest! {
        #[test]
        fn entries_are_found_until_they_are_taken_out(
            room in 0usize..40,
            // Few enough that hashes repeat.
            steps in proptest::collection::vec((any::<bool>(), 0u64..30), 0..120),
        ) {
            let hash_of = |entry: u32| u64::from(entry / 2).wrapping_mul(0x9E37_79B9_7F4A_7C15);
            let (mut table, mut known) = (ContactTable::with_room(room), BTreeMap::new());
            for (adds, entry) in steps {
                let entry = u32::try_from(entry).unwrap();
                if adds {
                    if known.insert(entry, ()).is_none() {
                        table.insert(hash_of(entry), entry, hash_of);
                    }
                } else {
                    known.remove(&entry);
                    table.remove(hash_of(entry), entry);
                }
                for entry in 0..30 {
                    let found = table.find_mut(hash_of(entry), |other| other == entry).copied();
                    prop_assert_eq!(found, known.contains_key(&entry).then_some(entry));
                }
            }
        }
    }
}

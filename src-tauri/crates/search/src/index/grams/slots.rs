//! The slots of a gram: as distances where they are few, as bits where they are many, and where nearly all of a block's have
//! it, as those that do not.
//!
//! Slots are taken in one gram at a time, each in memory of its own, and then [`Packed`] side by side.

use super::gaps::{Gaps, each};
use crate::bits::bits_of;

/// A set of slots becomes one of bits when there are more than this many.
const MANY: usize = super::super::block::ROWS / 16;
/// How many words of bits a set of slots has when it is full.
const WORDS: usize = super::super::block::ROWS.div_ceil(64);

/// The slots of a gram.
#[derive(Debug, Clone)]
pub(super) enum Slots {
    Few(Gaps),
    Many(Vec<u64>),
    /// Where their gaps are among the packed ones.
    PackedFew {
        from: u32,
        until: u32,
    },
    /// Where their bits are among the packed ones.
    PackedMany {
        from: u32,
        until: u32,
    },
    /// All slots before `end`, but for those of which the gaps are there.
    PackedMost {
        from: u32,
        until: u32,
        end: u32,
    },
}

impl Default for Slots {
    fn default() -> Self {
        Self::Few(Gaps::default())
    }
}

/// Slots of a gram, to be read.
#[derive(Debug, Clone, Copy)]
pub(super) enum Seen<'a> {
    /// As gaps.
    Few(&'a [u8]),
    /// As bits.
    Many(&'a [u64]),
    /// All before the end, but for these, as gaps.
    Most(&'a [u8], u32),
}

/// The slots of many grams, side by side.
#[derive(Debug, Clone, Default)]
pub(super) struct Packed {
    gaps: Vec<u8>,
    words: Vec<u64>,
}

impl Packed {
    /// With room for so many gaps and words each.
    pub(super) fn with_room(rooms: impl Iterator<Item = (usize, usize)>) -> Self {
        let (gaps, words) = rooms.fold((0, 0), |sum, room| (sum.0 + room.0, sum.1 + room.1));
        Self { gaps: Vec::with_capacity(gaps), words: Vec::with_capacity(words) }
    }

    /// The bytes it holds.
    pub(super) fn held(&self) -> usize {
        self.gaps.capacity() + self.words.capacity() * size_of::<u64>()
    }

    /// Gives back room that is not used.
    pub(super) fn shrink(&mut self) {
        self.gaps.shrink_to_fit();
        self.words.shrink_to_fit();
    }

    fn gaps(&self, from: u32, until: u32) -> &[u8] {
        self.gaps.get(from as usize..until as usize).unwrap_or_default()
    }

    fn words(&self, from: u32, until: u32) -> &[u64] {
        self.words.get(from as usize..until as usize).unwrap_or_default()
    }

    fn add_gaps(&mut self, gaps: &[u8]) -> (u32, u32) {
        let from = place(self.gaps.len());
        self.gaps.extend_from_slice(gaps);
        (from, place(self.gaps.len()))
    }

    fn add_words(&mut self, words: &[u64]) -> (u32, u32) {
        let from = place(self.words.len());
        self.words.extend_from_slice(words);
        (from, place(self.words.len()))
    }
}

fn place(len: usize) -> u32 {
    u32::try_from(len).unwrap_or(u32::MAX)
}

impl Slots {
    /// Takes in slots that come after all others, as the bits of one word.
    pub(super) fn insert_word(&mut self, number: u16, word: u64, packed: &Packed) {
        self.unpack(packed);
        if let Self::Few(gaps) = self
            && gaps.count() + word.count_ones() as usize > MANY
        {
            *self = Self::Many(bits_of_gaps(gaps));
        }
        match self {
            Self::Few(gaps) => bits_of(word).for_each(|bit| gaps.push(number * 64 + bit as u16)),
            Self::Many(words) => *word_at(words, usize::from(number)) |= word,
            _ => {}
        }
    }

    /// Takes in a slot that comes after all others, or is the last of them.
    pub(super) fn insert(&mut self, slot: u16, packed: &Packed) {
        self.unpack(packed);
        if let Self::Few(gaps) = self {
            if gaps.last() == Some(slot) {
                return;
            }
            if gaps.count() < MANY {
                return gaps.push(slot);
            }
            *self = Self::Many(bits_of_gaps(gaps));
        }
        if let Self::Many(words) = self {
            *word_at(words, usize::from(slot) / 64) |= 1 << (slot % 64);
        }
    }

    /// Has them in memory of their own, so that others can be taken in.
    fn unpack(&mut self, packed: &Packed) {
        *self = match self.seen(packed) {
            _ if matches!(self, Self::Few(_) | Self::Many(_)) => return,
            Seen::Few(bytes) => {
                let mut gaps = Gaps::default();
                each(bytes, |slot| gaps.push(slot));
                Self::Few(gaps)
            }
            Seen::Many(words) => Self::Many(words.to_vec()),
            Seen::Most(but, end) => Self::Many(all_but(but, end)),
        };
    }

    /// How many gaps and words they take at most once they are packed.
    pub(super) fn room(&self, packed: &Packed) -> (usize, usize) {
        match self.seen(packed) {
            Seen::Few(gaps) | Seen::Most(gaps, _) => (gaps.len(), 0),
            Seen::Many(words) => match absent(words) {
                Some((but, _)) => (but.bytes().len(), 0),
                None => (0, words.len()),
            },
        }
    }

    /// The same slots, moved to others that are packed.
    pub(super) fn packed(&self, before: &Packed, to: &mut Packed) -> Self {
        match self.seen(before) {
            Seen::Few(gaps) => {
                let (from, until) = to.add_gaps(gaps);
                Self::PackedFew { from, until }
            }
            Seen::Many(words) => match absent(words) {
                Some((but, end)) => {
                    let (from, until) = to.add_gaps(but.bytes());
                    Self::PackedMost { from, until, end }
                }
                None => {
                    let (from, until) = to.add_words(words);
                    Self::PackedMany { from, until }
                }
            },
            Seen::Most(but, end) => {
                let (from, until) = to.add_gaps(but);
                Self::PackedMost { from, until, end }
            }
        }
    }

    /// What there is to read.
    pub(super) fn seen<'a>(&'a self, packed: &'a Packed) -> Seen<'a> {
        match self {
            Self::Few(gaps) => Seen::Few(gaps.bytes()),
            Self::Many(words) => Seen::Many(words),
            Self::PackedFew { from, until } => Seen::Few(packed.gaps(*from, *until)),
            Self::PackedMany { from, until } => Seen::Many(packed.words(*from, *until)),
            Self::PackedMost { from, until, end } => Seen::Most(packed.gaps(*from, *until), *end),
        }
    }

    /// The bytes it holds apart from packed ones.
    pub(super) fn held(&self) -> usize {
        match self {
            Self::Few(gaps) => gaps.held(),
            Self::Many(words) => words.capacity() * size_of::<u64>(),
            _ => 0,
        }
    }
}

impl Seen<'_> {
    /// Keeps of a set those that are here.
    pub(super) fn keep(self, set: &mut [u64]) {
        match self {
            Self::Many(words) => {
                let mut words = words.iter();
                set.iter_mut().for_each(|word| *word &= words.next().copied().unwrap_or_default());
            }
            Self::Few(gaps) => {
                // What lies between two slots is cleared at once.
                let (mut number, mut here) = (0, 0);
                let mut clear_until = |next: usize, here: u64| {
                    if let Some(word) = set.get_mut(number) {
                        *word &= here;
                    }
                    set.get_mut(number + 1..next.min(set.len())).unwrap_or_default().fill(0);
                    number = next;
                };
                let mut at = 0;
                each(gaps, |slot| {
                    if usize::from(slot) / 64 != at {
                        at = usize::from(slot) / 64;
                        clear_until(at, here);
                        here = 0;
                    }
                    here |= 1 << (slot % 64);
                });
                clear_until(usize::MAX, here);
            }
            Self::Most(but, end) => {
                each(but, |slot| {
                    if let Some(word) = set.get_mut(usize::from(slot) / 64) {
                        *word &= !(1 << (slot % 64));
                    }
                });
                let last = end as usize / 64;
                if let Some(word) = set.get_mut(last) {
                    *word &= (1 << (end % 64)) - 1;
                }
                set.get_mut(last + 1..).unwrap_or_default().fill(0);
            }
        }
    }

    /// Adds those that are here to a set.
    pub(super) fn add(self, set: &mut [u64]) {
        match self {
            Self::Many(words) => set.iter_mut().zip(words).for_each(|(word, more)| *word |= more),
            Self::Few(gaps) => each(gaps, |slot| {
                if let Some(word) = set.get_mut(usize::from(slot) / 64) {
                    *word |= 1 << (slot % 64);
                }
            }),
            Self::Most(but, end) => set.iter_mut().zip(all_but(but, end)).for_each(|(word, more)| *word |= more),
        }
    }
}

/// The slots of some gaps, as bits.
fn bits_of_gaps(gaps: &Gaps) -> Vec<u64> {
    let mut words = Vec::with_capacity(WORDS);
    each(gaps.bytes(), |slot| *word_at(&mut words, usize::from(slot) / 64) |= 1 << (slot % 64));
    words
}

/// All slots before an end but for those of some gaps, as bits.
fn all_but(but: &[u8], end: u32) -> Vec<u64> {
    let mut words = vec![u64::MAX; (end as usize).div_ceil(64)];
    Seen::Most(but, end).keep(&mut words);
    words
}

/// The slots that are not there before the last one that is, and the end behind that, where they are so few that their gaps
/// take less room than bits.
fn absent(words: &[u64]) -> Option<(Gaps, u32)> {
    let last = words.iter().rposition(|word| *word != 0)?;
    let end = place(last + 1) * 64 - words.get(last)?.leading_zeros();
    let present: u32 = words.iter().map(|word| word.count_ones()).sum();
    if (end - present).saturating_mul(16) > end {
        return None;
    }
    let mut gaps = Gaps::default();
    for (number, word) in (0u32..).zip(words.iter().take(last + 1)) {
        let slots = bits_of(!word).map(|bit| number * 64 + bit).take_while(|slot| *slot < end);
        slots.filter_map(|slot| u16::try_from(slot).ok()).for_each(|slot| gaps.push(slot));
    }
    Some((gaps, end))
}

fn word_at(words: &mut Vec<u64>, number: usize) -> &mut u64 {
    if words.len() <= number {
        words.resize(number + 1, 0);
    }
    &mut words[number]
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    fn members(words: &[u64]) -> BTreeSet<u16> {
        let slots = words.iter().zip((0u32..).step_by(64));
        slots.flat_map(|(word, first)| bits_of(*word).filter_map(move |bit| u16::try_from(first + bit).ok())).collect()
    }

    /// What is there is told by adding to nothing, by keeping of everything, and by keeping of some.
    fn check(seen: Seen<'_>, expected: &BTreeSet<u16>, within: &BTreeSet<u16>) -> Result<(), TestCaseError> {
        let mut added = vec![0; 1024];
        seen.add(&mut added);
        prop_assert_eq!(&members(&added), expected);
        let mut kept = vec![u64::MAX; 1024];
        seen.keep(&mut kept);
        prop_assert_eq!(&members(&kept), expected);
        let mut kept = vec![0; 1024];
        within.iter().for_each(|slot| *word_at(&mut kept, usize::from(*slot) / 64) |= 1 << (slot % 64));
        seen.keep(&mut kept);
        prop_assert_eq!(members(&kept), expected.intersection(within).copied().collect::<BTreeSet<_>>());
        Ok(())
    }

    proptest! {
        #[test]
        fn packed_slots_stay_what_they_are_and_take_in_more(
            // From a few to nearly all: either those that are there or those that are not.
            len in 1u16..2_000,
            listed: BTreeSet<u16>,
            are_absent: bool,
            apart in prop_oneof![Just(1u16), Just(30)],
            more in proptest::collection::btree_set(60_000u16..60_200, 0..20),
            within: BTreeSet<u16>,
        ) {
            let listed: BTreeSet<u16> = listed.into_iter().map(|slot| slot % len).collect();
            let numbers = (0..len).filter(|number| listed.contains(number) != are_absent);
            let mut expected: BTreeSet<u16> = numbers.map(|number| number * apart).collect();
            let (none, mut slots) = (Packed::default(), Slots::default());
            expected.iter().for_each(|slot| slots.insert(*slot, &none));
            check(slots.seen(&none), &expected, &within)?;

            // Something lies before them.
            let mut packed = Packed::with_room([(3, 1), slots.room(&none)].into_iter());
            packed.add_gaps(&[1, 2, 3]);
            packed.add_words(&[7]);
            let mut moved = slots.packed(&none, &mut packed);
            prop_assert_eq!(moved.held(), 0);
            check(moved.seen(&packed), &expected, &within)?;

            let mut again = Packed::with_room([moved.room(&packed)].into_iter());
            let twice = moved.packed(&packed, &mut again);
            check(twice.seen(&again), &expected, &within)?;

            for slot in more {
                moved.insert(slot, &packed);
                expected.insert(slot);
            }
            check(moved.seen(&packed), &expected, &within)?;
        }
    }

    #[test]
    fn nearly_all_slots_take_little_room() {
        let (none, mut slots) = (Packed::default(), Slots::default());
        (0..10_000).filter(|slot| slot % 100 != 7).for_each(|slot| slots.insert(slot, &none));
        let mut packed = Packed::default();
        let moved = slots.packed(&none, &mut packed);
        assert!(matches!(moved, Slots::PackedMost { end: 10_000, .. }), "{moved:?}");
        assert_eq!(packed.gaps.len(), 100);
    }
}

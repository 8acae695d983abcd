//! Which rows of a finished block have which word: bits for words that many rows have, lists for the others.

use super::words::Marks;
use crate::bits::bits_of;

/// A word that more than one row in so many has is kept as bits.
const MANY: usize = 64;

/// Slots by word.
#[derive(Debug, Clone)]
pub(crate) struct Postings {
    /// Those that many rows have.
    many: Vec<u32>,
    /// For each of `many`, as many words of bits as all slots need.
    bits: Vec<u64>,
    /// The others, ascending.
    words: Vec<u32>,
    /// Where the slots of each of `words` end.
    ends: Vec<u32>,
    slots: Vec<u16>,
}

impl Postings {
    /// The slots of each word, given the words of each of `len` slots.
    pub fn new<'a>(len: usize, words_of: impl Fn(u32) -> &'a [u32]) -> Self {
        let all = || (0..=u16::MAX).take(len);
        // Counted, then written each into its place, in which slots ascend because they come so.
        let mut ends: Vec<u32> = Vec::new();
        for word in all().flat_map(|slot| words_of(slot.into())) {
            let word = *word as usize;
            if ends.len() <= word {
                ends.resize(word + 1, 0);
            }
            if let Some(count) = ends.get_mut(word) {
                *count += 1;
            }
        }
        let mut total = 0;
        for end in &mut ends {
            total += std::mem::replace(end, total);
        }
        let starts = ends.clone();
        let mut sorted = vec![0u16; total as usize];
        for slot in all() {
            for word in words_of(slot.into()) {
                let (Some(end), Some(start)) = (ends.get_mut(*word as usize), starts.get(*word as usize)) else {
                    continue;
                };
                // A row may have a word twice.
                let is_there = *end > *start && sorted.get(*end as usize - 1) == Some(&slot);
                if !is_there && let Some(place) = sorted.get_mut(*end as usize) {
                    *place = slot;
                    *end += 1;
                }
            }
        }
        let mut postings =
            Self { many: Vec::new(), bits: Vec::new(), words: Vec::new(), ends: Vec::new(), slots: Vec::new() };
        for (word, (start, end)) in (0u32..).zip(starts.iter().zip(&ends)) {
            let slots = sorted.get(*start as usize..*end as usize).unwrap_or_default();
            if slots.len() > len / MANY {
                let start = postings.bits.len();
                postings.bits.resize(start + len.div_ceil(64), 0);
                let bits = postings.bits.get_mut(start..).unwrap_or_default();
                slots.iter().for_each(|slot| insert(bits, *slot));
                postings.many.push(word);
            } else if !slots.is_empty() {
                postings.slots.extend_from_slice(slots);
                postings.words.push(word);
                postings.ends.push(u32::try_from(postings.slots.len()).unwrap_or(u32::MAX));
            }
        }
        postings.many.shrink_to_fit();
        postings.bits.shrink_to_fit();
        postings.words.shrink_to_fit();
        postings.ends.shrink_to_fit();
        postings.slots.shrink_to_fit();
        postings
    }

    /// The bytes it holds.
    pub fn held(&self) -> usize {
        let table = (self.many.capacity() + self.words.capacity() + self.ends.capacity()) * size_of::<u32>();
        table + self.bits.capacity() * size_of::<u64>() + self.slots.capacity() * size_of::<u16>()
    }

    /// Adds the slots that have a marked word.
    pub fn add(&self, marks: &Marks, set: &mut [u64]) {
        let words_of_bits = self.bits.len() / self.many.len().max(1);
        for (word, bits) in self.many.iter().zip(self.bits.chunks_exact(words_of_bits.max(1))) {
            if marks.contains(*word) {
                set.iter_mut().zip(bits).for_each(|(word, bits)| *word |= bits);
            }
        }
        let mut add = |place: usize| {
            let end_of = |place: usize| self.ends.get(place).map_or(0, |end| *end as usize);
            let slots = self.slots.get(place.checked_sub(1).map_or(0, end_of)..end_of(place));
            slots.unwrap_or_default().iter().for_each(|slot| insert(set, *slot));
        };
        if marks.len() * 16 < self.words.len() {
            for number in marks.iter() {
                if let Ok(place) = self.words.binary_search(&number) {
                    add(place);
                }
            }
        } else {
            for (place, word) in self.words.iter().enumerate() {
                if marks.contains(*word) {
                    add(place);
                }
            }
        }
    }
}

impl Marks {
    fn iter(&self) -> impl Iterator<Item = u32> {
        let words = self.words().iter().zip((0u32..).step_by(64));
        words.flat_map(|(word, first)| bits_of(*word).map(move |bit| first + bit))
    }
}

fn insert(bits: &mut [u64], slot: u16) {
    if let Some(word) = bits.get_mut(usize::from(slot) / 64) {
        *word |= 1 << (slot % 64);
    }
}

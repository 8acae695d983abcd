//! The distinct words of all customers: of names, of e-mails before the `@` (parted at digits), and domains.
//!
//! A million customers are made of some hundred thousand words, so typed text is compared with each word once, not with
//! every customer. Words are never given up; [`Words`] is only appended to, so that numbers stay what they are.

use crate::fold::romanise::{Ends, Lattice, Pairs, Walk};
use crate::fold::{is_cyrillic, searched};
use hashbrown::HashTable;
use rayon::prelude::*;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::ops::Range;

/// How many words one thread compares at a time.
const WORDS_AT_A_TIME: usize = if cfg!(test) { 4 } else { 1 << 12 };
/// How many such pieces, for each thread, are compared between two looks at whether the search is still wanted.
const PIECES_BETWEEN_LOOKS: usize = 4;

/// Where a word stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Kind {
    /// In names.
    Name = 1,
    /// In e-mails before the last `@`: a run without digits.
    Local = 2,
    /// In e-mails from the last `@` on.
    Domain = 4,
}

impl Kind {
    /// Those of names, as bits.
    pub(crate) const NAMES: u8 = Self::Name as u8;
    /// Those of e-mails, as bits.
    pub(crate) const EMAILS: u8 = Self::Local as u8 | Self::Domain as u8;
}

/// A word of a name with Cyrillic letters, as it is romanised.
#[derive(Debug, Clone, Copy)]
struct Spelt {
    number: u32,
    /// Where its letters end.
    end: u32,
    /// The Latin letters that its spellings use.
    alphabet: u32,
    /// The pairs of Latin letters in its spellings.
    pairs: Pairs,
}

/// Words by number.
#[derive(Debug, Clone, Default)]
pub(crate) struct Words {
    /// Folded texts, each followed by a zero.
    bytes: Vec<u8>,
    /// Where each ends, behind its zero.
    ends: Vec<u32>,
    kinds: Vec<u8>,
    spelt: Vec<Spelt>,
    letters: Vec<char>,
    numbers: HashTable<u32>,
    hasher: RandomState,
}

/// A set of words.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Marks {
    words: Vec<u64>,
    len: usize,
}

impl Marks {
    /// An empty set of words below a bound.
    pub fn new(bound: usize) -> Self {
        Self { words: vec![0; bound.div_ceil(64)], len: 0 }
    }

    /// Adds a word.
    pub fn insert(&mut self, number: u32) {
        if let Some(word) = self.words.get_mut(number as usize / 64) {
            self.len += usize::from(*word & 1 << (number % 64) == 0);
            *word |= 1 << (number % 64);
        }
    }

    /// Whether a word is in the set.
    #[inline]
    pub fn contains(&self, number: u32) -> bool {
        self.words.get(number as usize / 64).is_some_and(|word| word & 1 << (number % 64) != 0)
    }

    /// Whether no word is in the set.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// How many words are in the set.
    pub fn len(&self) -> usize {
        self.len
    }

    /// The members as bits.
    pub fn words(&self) -> &[u64] {
        &self.words
    }
}

impl Words {
    /// How many words there are.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// The folded text of a word.
    pub fn text(&self, number: u32) -> &[u8] {
        self.bytes.get(self.span(number as usize)).unwrap_or_default()
    }

    /// Where a word stands.
    pub fn kind(&self, number: u32) -> u8 {
        self.kinds.get(number as usize).copied().unwrap_or_default()
    }

    /// The number of a word, given as [`letters`](crate::fold::letters) has it, if it is known.
    pub fn find(&self, kind: Kind, letters: &[char]) -> Option<u32> {
        let same = |number: &u32| self.kind(*number) == kind as u8 && self.has_letters(*number, letters);
        self.numbers.find(hash(&self.hasher, kind as u8, letters.iter().copied()), same).copied()
    }

    /// The number of a word, which is learnt if it is new.
    pub fn learn(&mut self, kind: Kind, letters: &[char]) -> u32 {
        if let Some(number) = self.find(kind, letters) {
            return number;
        }
        let number = u32::try_from(self.len()).unwrap_or(u32::MAX);
        let mut buffer = [0; 4];
        for letter in letters.iter().copied().filter_map(searched) {
            self.bytes.extend_from_slice(letter.encode_utf8(&mut buffer).as_bytes());
        }
        self.bytes.push(0);
        self.ends.push(u32::try_from(self.bytes.len()).unwrap_or(u32::MAX));
        self.kinds.push(kind as u8);
        if kind == Kind::Name && letters.iter().copied().any(is_cyrillic) {
            self.letters.extend_from_slice(letters);
            let lattice = Lattice::new(letters, Ends::Closed);
            self.spelt.push(Spelt {
                number,
                end: u32::try_from(self.letters.len()).unwrap_or(u32::MAX),
                alphabet: lattice.alphabet(),
                pairs: lattice.pairs(),
            });
        }
        self.enter(number, hash(&self.hasher, kind as u8, letters.iter().copied()));
        number
    }

    /// Learns all words of another dictionary, which has none of these, in their order.
    pub fn append(&mut self, more: &Self) {
        self.append_from(more, 0);
    }

    /// The words from a number on, in their order.
    pub fn since(&self, first: u32) -> Self {
        let mut since = Self::default();
        if (first as usize) < self.len() {
            since.append_from(self, first);
        }
        since
    }

    fn append_from(&mut self, more: &Self, first: u32) {
        for number in first..u32::try_from(more.len()).unwrap_or(u32::MAX) {
            let kind = match more.kind(number) {
                kind if kind == Kind::Name as u8 => Kind::Name,
                kind if kind == Kind::Local as u8 => Kind::Local,
                _ => Kind::Domain,
            };
            let letters: Vec<char> = match more.letters_of(number) {
                Some(letters) => letters.to_vec(),
                None => String::from_utf8_lossy(more.text(number)).chars().collect(),
            };
            self.learn(kind, &letters);
        }
    }

    /// The bytes it holds.
    pub fn held(&self) -> usize {
        let texts = self.bytes.capacity() + self.ends.capacity() * size_of::<u32>() + self.kinds.capacity();
        let spelt = self.spelt.capacity() * size_of::<Spelt>() + self.letters.capacity() * size_of::<char>();
        texts + spelt + self.numbers.allocation_size()
    }

    /// Gives back room that is not used.
    pub fn shrink(&mut self) {
        self.bytes.shrink_to_fit();
        self.ends.shrink_to_fit();
        self.kinds.shrink_to_fit();
        self.spelt.shrink_to_fit();
        self.letters.shrink_to_fit();
    }

    /// Marks the words of some kinds (bits) in which `find` has a hit that `judge` accepts, given the word's folded text
    /// and the place of the hit. Numbers are counted from `first`. `None` when stopped.
    pub fn mark(
        &self,
        first: u32,
        kinds: u8,
        find: &(dyn Fn(&[u8]) -> Option<usize> + Sync),
        judge: &(dyn Fn(&mut Walk, &[u8], usize) -> bool + Sync),
        stop: &dyn Fn() -> bool,
        marks: &mut Marks,
    ) -> Option<()> {
        self.in_pieces(self.len(), first, stop, marks, |range, marked| {
            let (mut walk, mut number) = (Walk::default(), range.start);
            let (mut from, until) = (self.span(range.start).start, self.span(range.end - 1).end);
            while let Some(hit) = self.bytes.get(from..until).and_then(find) {
                let at = from + hit;
                number = self.word_at(number, range.end, at);
                let span = self.span(number);
                from = span.end + 1;
                if self.kinds.get(number).is_none_or(|kind| kind & kinds == 0) {
                    continue;
                }
                if judge(&mut walk, self.bytes.get(span.clone()).unwrap_or_default(), at - span.start) {
                    marked.push(u32::try_from(number).unwrap_or(u32::MAX));
                } else {
                    from = at + 1;
                }
            }
        })
    }

    /// Marks the words of names that have a spelling which Latin text is a piece of, and `fits`, if it is there, takes where the letters
    /// it stands for begin and end, of how many; `None` when stopped.
    pub fn mark_spelt(
        &self,
        first: u32,
        text: &[u8],
        alphabet: u32,
        fits: Option<&(dyn Fn(usize, usize, usize) -> bool + Sync)>,
        stop: &dyn Fn() -> bool,
        marks: &mut Marks,
    ) -> Option<()> {
        let pairs = Pairs::of(text);
        // What the words' letters and pairs say of a text of one or two Latin letters is all there is to say.
        let is_exact = fits.is_none() && text.len() <= 2 && text.iter().all(u8::is_ascii_lowercase);
        self.in_pieces(self.spelt.len(), first, stop, marks, |range, marked| {
            let (mut lattice, mut walk) = (Lattice::default(), Walk::default());
            for place in range {
                let Some(spelt) = self.spelt.get(place) else { continue };
                if alphabet & !spelt.alphabet != 0 || !spelt.pairs.hold(&pairs) {
                    continue;
                }
                if is_exact {
                    marked.push(spelt.number);
                    continue;
                }
                let letters = self.spelt_letters(place);
                lattice.rebuild(letters, Ends::Closed);
                let mut spells = |start: usize| {
                    lattice
                        .spells(start, text, &mut walk)
                        .is_some_and(|end| fits.is_none_or(|fits| fits(start, end, letters.len())))
                };
                if (0..letters.len()).any(&mut spells) {
                    marked.push(spelt.number);
                }
            }
        })
    }

    /// The place of each word among all folded texts, equal texts having equal places.
    pub fn ranks(&self) -> Vec<u32> {
        let mut order: Vec<u32> = (0..u32::try_from(self.len()).unwrap_or(u32::MAX)).collect();
        order.par_sort_unstable_by(|a, b| self.text(*a).cmp(self.text(*b)));
        let (mut ranks, mut rank, mut before) = (vec![0; self.len()], 0, None);
        for number in order {
            let text = self.text(number);
            rank += u32::from(before.is_some_and(|before| before != text));
            before = Some(text);
            if let Some(slot) = ranks.get_mut(number as usize) {
                *slot = rank + 1;
            }
        }
        ranks
    }

    fn in_pieces(
        &self,
        count: usize,
        first: u32,
        stop: &dyn Fn() -> bool,
        marks: &mut Marks,
        search: impl Fn(Range<usize>, &mut Vec<u32>) + Sync,
    ) -> Option<()> {
        let round = WORDS_AT_A_TIME * PIECES_BETWEEN_LOOKS * rayon::current_num_threads();
        for begin in (0..count).step_by(round) {
            if stop() {
                return None;
            }
            let end = count.min(begin + round);
            let piece = |start: usize| {
                let mut marked = Vec::new();
                search(start..end.min(start + WORDS_AT_A_TIME), &mut marked);
                marked
            };
            if end - begin <= WORDS_AT_A_TIME {
                piece(begin).into_iter().for_each(|number| marks.insert(first + number));
                continue;
            }
            let starts: Vec<usize> = (begin..end).step_by(WORDS_AT_A_TIME).collect();
            let marked: Vec<Vec<u32>> = starts.into_par_iter().map(piece).collect();
            marked.into_iter().flatten().for_each(|number| marks.insert(first + number));
        }
        Some(())
    }

    /// The word that holds byte `at`, looked for from word `from` on.
    fn word_at(&self, from: usize, until: usize, at: usize) -> usize {
        let behind = |number: usize| self.ends.get(number).is_some_and(|end| *end as usize <= at);
        let mut stride = 1;
        while from + stride < until && behind(from + stride) {
            stride *= 2;
        }
        let ahead = self.ends.get(from..until.min(from + stride + 1)).unwrap_or_default();
        from + ahead.partition_point(|end| *end as usize <= at)
    }

    fn span(&self, number: usize) -> Range<usize> {
        let end_of = |number: usize| self.ends.get(number).map_or(0, |end| *end as usize);
        let start = number.checked_sub(1).map_or(0, end_of);
        start..end_of(number).saturating_sub(1).max(start)
    }

    fn letters_of(&self, number: u32) -> Option<&[char]> {
        let place = self.spelt.binary_search_by_key(&number, |spelt| spelt.number).ok()?;
        Some(self.spelt_letters(place))
    }

    fn spelt_letters(&self, place: usize) -> &[char] {
        let end_of = |place: usize| self.spelt.get(place).map_or(0, |spelt| spelt.end as usize);
        self.letters.get(place.checked_sub(1).map_or(0, end_of)..end_of(place)).unwrap_or_default()
    }

    fn has_letters(&self, number: u32, letters: &[char]) -> bool {
        match self.letters_of(number) {
            Some(known) => known == letters,
            None => std::str::from_utf8(self.text(number)).is_ok_and(|text| text.chars().eq(letters.iter().copied())),
        }
    }

    fn enter(&mut self, number: u32, hash_of_new: u64) {
        let mut numbers = std::mem::take(&mut self.numbers);
        numbers.insert_unique(hash_of_new, number, |number| match self.letters_of(*number) {
            Some(letters) => hash(&self.hasher, self.kind(*number), letters.iter().copied()),
            None => {
                let text = String::from_utf8_lossy(self.text(*number));
                hash(&self.hasher, self.kind(*number), text.chars())
            }
        });
        self.numbers = numbers;
    }
}

fn hash(hasher: &RandomState, kind: u8, letters: impl Iterator<Item = char>) -> u64 {
    let mut state = hasher.build_hasher();
    state.write_u8(kind);
    letters.for_each(|letter| state.write_u32(u32::from(letter)));
    state.finish()
}

/// The words of the large part and those learnt since, numbered after them.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Dictionary<'a> {
    /// Of the large part.
    pub base: &'a Words,
    /// Learnt since.
    pub more: &'a Words,
}

impl<'a> Dictionary<'a> {
    /// How many words there are.
    pub fn len(self) -> usize {
        self.base.len() + self.more.len()
    }

    /// The folded text of a word.
    pub fn text(self, number: u32) -> &'a [u8] {
        match (number as usize).checked_sub(self.base.len()) {
            None => self.base.text(number),
            Some(more) => self.more.text(u32::try_from(more).unwrap_or(u32::MAX)),
        }
    }

    /// Where a word stands.
    pub fn kind(self, number: u32) -> u8 {
        match (number as usize).checked_sub(self.base.len()) {
            None => self.base.kind(number),
            Some(more) => self.more.kind(u32::try_from(more).unwrap_or(u32::MAX)),
        }
    }

    /// Both parts with the number of their first word.
    pub fn parts(self) -> [(u32, &'a Words); 2] {
        [(0, self.base), (u32::try_from(self.base.len()).unwrap_or(u32::MAX), self.more)]
    }
}

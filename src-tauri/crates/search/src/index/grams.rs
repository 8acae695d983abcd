//! Which rows of a block hold which short pieces of texts that hardly ever repeat: letters, pairs of letters and three digits
//! of ids and of the digits of e-mails, and up to three digits of phone numbers.
//!
//! It narrows down where a longer text can stand; for pieces as short as that the answer is exact.

use crate::bits::bits_of;
use std::ops::Range;

/// A set of slots becomes one of bits when there are more than this many.
const MANY: usize = super::block::ROWS / 16;
const NONE: u16 = u16::MAX;
/// The least gram there is: searched bytes are at least a blank.
const LEAST: usize = 0x2000;
/// What follows the last digit of a phone number.
const END: u16 = 10;
/// How many things can stand in one place of a gram of a phone number.
const CHOICES: u16 = END + 1;

/// One letter, two neighbouring ones, or a piece of a phone number.
pub(crate) type Gram = u16;

/// The slots of a gram.
#[derive(Debug, Clone)]
enum Slots {
    Few(Gaps),
    Many(Vec<u64>),
}

/// Ascending slots, each as its distance from the one before in one to three bytes.
#[derive(Debug, Clone, Default)]
struct Gaps {
    bytes: Vec<u8>,
    count: u16,
    last: u16,
}

/// Slots by gram.
#[derive(Debug, Clone, Default)]
pub(crate) struct Grams {
    /// The place of each gram in `slots`, counted from the least gram, as far as there are any.
    places: Vec<u16>,
    slots: Vec<Slots>,
}

/// The grams that a text of a row has: each letter and each pair.
pub(crate) fn grams_of_text(text: &[u8]) -> impl Iterator<Item = Gram> {
    let letters = text.iter().map(|byte| single(*byte));
    letters.chain(pairs(text))
}

/// The grams to look up for a piece of text, of each range at least one; with one or two bytes they say all.
pub(crate) fn grams_of_piece(text: &[u8]) -> Vec<Range<Gram>> {
    let grams: Vec<Gram> = if let [only] = text { vec![single(*only)] } else { pairs(text).collect() };
    each_once(grams)
}

/// Three digits from each place on of a text where three stand together.
pub(crate) fn threes(text: &[u8]) -> impl Iterator<Item = Gram> {
    text.windows(3).filter_map(|three| match *three {
        [one, two, three] if [one, two, three].iter().all(u8::is_ascii_digit) => {
            Some(of_phone([value(one), value(two), value(three)]))
        }
        _ => None,
    })
}

/// The threes to look up for a piece of text, of each range at least one; with three digits they say all.
pub(crate) fn threes_of_piece(text: &[u8]) -> Vec<Range<Gram>> {
    each_once(threes(text))
}

/// The grams of a phone number: each digit, and three digits from each place on, the last two with their end.
pub(crate) fn grams_of_phone(digits: &[u8]) -> impl Iterator<Item = Gram> {
    let at = |place: usize| digits.get(place).map_or(END, |digit| value(*digit));
    let threes = (1..digits.len()).map(move |place| of_phone([at(place - 1), at(place), at(place + 1)]));
    digits.iter().map(|digit| single(*digit)).chain(threes)
}

/// The grams to look up for a piece of a phone number, of each range at least one; with up to three digits they say all.
pub(crate) fn grams_of_phone_piece(digits: &[u8]) -> Vec<Range<Gram>> {
    match *digits {
        [] => Vec::new(),
        [only] => each_once([single(only)]),
        [one, other] => {
            let first = of_phone([value(one), value(other), 0]);
            std::iter::once(first..first + CHOICES).collect()
        }
        _ => each_once(digits.windows(3).filter_map(|digits| {
            let [one, two, three] = *digits else { return None };
            Some(of_phone([one, two, three].map(value)))
        })),
    }
}

fn value(digit: u8) -> u16 {
    u16::from(digit.saturating_sub(b'0')).min(9)
}

fn of_phone(values: [u16; 3]) -> Gram {
    values.iter().fold(0, |gram, value| gram * CHOICES + value) + LEAST as Gram
}

fn each_once(grams: impl IntoIterator<Item = Gram>) -> Vec<Range<Gram>> {
    let mut grams: Vec<Gram> = grams.into_iter().collect();
    grams.sort_unstable();
    grams.dedup();
    grams.into_iter().map(|gram| gram..gram + 1).collect()
}

/// Two neighbouring bytes.
pub(crate) fn pair(one: u8, other: u8) -> Gram {
    u16::from_be_bytes([one, other])
}

fn single(byte: u8) -> Gram {
    u16::from_be_bytes([byte, 0])
}

fn pairs(text: &[u8]) -> impl Iterator<Item = Gram> {
    text.windows(2).filter_map(|pair| Some(u16::from_be_bytes(pair.try_into().ok()?)))
}

impl Grams {
    /// Takes in a gram of a row; rows come in ascending order.
    pub fn insert(&mut self, gram: Gram, slot: u16) {
        let Some(place) = self.place(gram) else { return };
        if let Some(slots) = self.slots.get_mut(usize::from(place)) {
            slots.insert(slot);
        }
    }

    /// Begins to take in the grams of many rows, which is quicker than one by one.
    pub fn writer(&mut self) -> Writer<'_> {
        Writer { grams: self, number: 0, bit: 1, words: Vec::new(), touched: Vec::new() }
    }

    /// The place of a gram, which gets one if it has none.
    #[inline]
    fn place(&mut self, gram: Gram) -> Option<u16> {
        let at = usize::from(gram).checked_sub(LEAST)?;
        match self.places.get(at) {
            Some(place) if *place != NONE => Some(*place),
            _ => self.new_place(at),
        }
    }

    fn new_place(&mut self, at: usize) -> Option<u16> {
        if self.places.len() <= at {
            self.places.resize(at + 1, NONE);
        }
        let place = u16::try_from(self.slots.len()).ok().filter(|place| *place != NONE)?;
        self.slots.push(Slots::Few(Gaps::default()));
        *self.places.get_mut(at)? = place;
        Some(place)
    }

    /// Keeps those slots of a set that have a gram of each range.
    pub fn keep(&self, grams: &[Range<Gram>], set: &mut [u64]) {
        for grams in grams {
            if grams.len() == 1 {
                match self.slots_of(grams.start) {
                    None => set.fill(0),
                    Some(slots) => slots.keep(set),
                }
                continue;
            }
            let mut any = vec![0; set.len()];
            grams.clone().filter_map(|gram| self.slots_of(gram)).for_each(|slots| slots.add(&mut any));
            set.iter_mut().zip(any).for_each(|(word, any)| *word &= any);
        }
    }

    fn slots_of(&self, gram: Gram) -> Option<&Slots> {
        let place = self.places.get(usize::from(gram).checked_sub(LEAST)?)?;
        self.slots.get(usize::from(*place))
    }

    /// Gives back room that is not used.
    pub fn shrink(&mut self) {
        for slots in &mut self.slots {
            match slots {
                Slots::Few(gaps) => gaps.bytes.shrink_to_fit(),
                Slots::Many(words) => words.shrink_to_fit(),
            }
        }
        self.slots.shrink_to_fit();
        self.places.shrink_to_fit();
    }
}

/// Takes in the grams of many rows, 64 at a time: what they have in common is written down once.
#[derive(Debug)]
pub(crate) struct Writer<'a> {
    grams: &'a mut Grams,
    /// Which 64 slots the rows of the moment have.
    number: u16,
    /// The bit of the row of the moment.
    bit: u64,
    /// By the place of each gram, which of these rows have it.
    words: Vec<u64>,
    /// The places of the grams that some of them have.
    touched: Vec<u16>,
}

impl Writer<'_> {
    /// Goes on to a row; rows come in ascending order.
    pub fn begin(&mut self, slot: u16) {
        if slot / 64 != self.number {
            self.write();
            self.number = slot / 64;
        }
        self.bit = 1 << (slot % 64);
    }

    /// Takes in a gram of the row.
    #[inline]
    pub fn insert(&mut self, gram: Gram) {
        let Some(place) = self.grams.place(gram) else { return };
        if self.words.len() <= usize::from(place) {
            self.words.resize(usize::from(place) + 1, 0);
        }
        if let Some(word) = self.words.get_mut(usize::from(place)) {
            if *word == 0 {
                self.touched.push(place);
            }
            *word |= self.bit;
        }
    }

    /// Ends, after the last row.
    pub fn end(mut self) {
        self.write();
    }

    fn write(&mut self) {
        for place in self.touched.drain(..) {
            let word = self.words.get_mut(usize::from(place)).map(std::mem::take).unwrap_or_default();
            if let Some(slots) = self.grams.slots.get_mut(usize::from(place)) {
                slots.insert_word(self.number, word);
            }
        }
    }
}

impl Slots {
    /// Takes in slots that come after all others, as the bits of one word.
    fn insert_word(&mut self, number: u16, word: u64) {
        if let Self::Few(gaps) = self
            && usize::from(gaps.count) + word.count_ones() as usize > MANY
        {
            let mut words = Vec::with_capacity(super::block::ROWS / 64);
            gaps.each(|slot| insert(&mut words, slot));
            *self = Self::Many(words);
        }
        match self {
            Self::Few(gaps) => bits_of(word).for_each(|bit| gaps.push(number * 64 + bit as u16)),
            Self::Many(words) => {
                if words.len() <= usize::from(number) {
                    words.resize(usize::from(number) + 1, 0);
                }
                if let Some(known) = words.get_mut(usize::from(number)) {
                    *known |= word;
                }
            }
        }
    }

    fn insert(&mut self, slot: u16) {
        match self {
            Self::Few(gaps) if gaps.count > 0 && gaps.last == slot => {}
            Self::Few(gaps) if usize::from(gaps.count) < MANY => gaps.push(slot),
            Self::Few(gaps) => {
                let mut words = Vec::with_capacity(super::block::ROWS / 64);
                gaps.each(|slot| insert(&mut words, slot));
                insert(&mut words, slot);
                *self = Self::Many(words);
            }
            Self::Many(words) => insert(words, slot),
        }
    }

    fn keep(&self, set: &mut [u64]) {
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
                gaps.each(|slot| {
                    if usize::from(slot) / 64 != at {
                        at = usize::from(slot) / 64;
                        clear_until(at, here);
                        here = 0;
                    }
                    here |= 1 << (slot % 64);
                });
                clear_until(usize::MAX, here);
            }
        }
    }

    fn add(&self, set: &mut [u64]) {
        match self {
            Self::Many(words) => set.iter_mut().zip(words).for_each(|(word, more)| *word |= more),
            Self::Few(gaps) => gaps.each(|slot| {
                if let Some(word) = set.get_mut(usize::from(slot) / 64) {
                    *word |= 1 << (slot % 64);
                }
            }),
        }
    }
}

/// Up to which gap one byte is enough, and the first byte of a gap of three bytes. The bytes between begin one of two.
const SHORT: u16 = 192;
const LONG: u8 = u8::MAX;

impl Gaps {
    fn push(&mut self, slot: u16) {
        let gap = slot - self.last;
        let [upper, lower] = gap.saturating_sub(SHORT).to_be_bytes();
        match u8::try_from(gap) {
            Ok(gap) if u16::from(gap) < SHORT => self.bytes.push(gap),
            _ if u16::from(upper) + SHORT < u16::from(LONG) => {
                self.bytes.extend_from_slice(&[upper + SHORT as u8, lower]);
            }
            _ => {
                let [upper, lower] = gap.to_be_bytes();
                self.bytes.extend_from_slice(&[LONG, upper, lower]);
            }
        }
        self.last = slot;
        self.count += 1;
    }

    #[inline]
    fn each(&self, mut tell: impl FnMut(u16)) {
        let (mut slot, mut bytes) = (0u16, self.bytes.iter());
        let mut next = || bytes.next().copied();
        while let Some(first) = next() {
            slot = slot.wrapping_add(if u16::from(first) < SHORT {
                u16::from(first)
            } else if first < LONG {
                u16::from_be_bytes([first - SHORT as u8, next().unwrap_or_default()]) + SHORT
            } else {
                u16::from_be_bytes([next().unwrap_or_default(), next().unwrap_or_default()])
            });
            tell(slot);
        }
    }
}

fn insert(words: &mut Vec<u64>, slot: u16) {
    let number = usize::from(slot) / 64;
    if words.len() <= number {
        words.resize(number + 1, 0);
    }
    if let Some(word) = words.get_mut(number) {
        *word |= 1 << (slot % 64);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    fn members(words: &[u64]) -> BTreeSet<u16> {
        (0u16..=u16::MAX)
            .filter(|slot| words.get(usize::from(*slot) / 64).is_some_and(|word| word >> (slot % 64) & 1 == 1))
            .collect()
    }

    proptest! {
        #[test]
        fn slots_are_kept_however_far_apart(gaps in proptest::collection::vec(prop_oneof![0u16..3, 185u16..200, 16_300u16..16_400, 0u16..30_000], 0..9), first: u16, within: BTreeSet<u16>) {
            let mut expected = BTreeSet::from([first]);
            let mut slots = Gaps::default();
            slots.push(first);
            for gap in gaps.into_iter().filter(|gap| *gap > 0) {
                let Some(slot) = slots.last.checked_add(gap) else { break };
                slots.push(slot);
                expected.insert(slot);
            }
            let mut told = Vec::new();
            slots.each(|slot| told.push(slot));
            prop_assert_eq!(&told, &expected.iter().copied().collect::<Vec<_>>());
            let slots = Slots::Few(slots);
            let mut added = vec![0; 1024];
            slots.add(&mut added);
            prop_assert_eq!(&members(&added), &expected);
            let mut kept = vec![0; 1024];
            within.iter().for_each(|slot| insert(&mut kept, *slot));
            slots.keep(&mut kept);
            prop_assert_eq!(members(&kept), expected.intersection(&within).copied().collect::<BTreeSet<_>>());
        }

        #[test]
        fn many_rows_at_once_are_taken_in_as_one_by_one(
            rows in proptest::collection::btree_map(0u16..3_000, proptest::collection::vec(0x2000u16..0x2006, 0..5), 0..300),
            first in 0usize..300,
        ) {
            let (mut singly, mut together) = (Grams::default(), Grams::default());
            for (slot, grams) in &rows {
                grams.iter().for_each(|gram| singly.insert(*gram, *slot));
            }
            // The first rows may have been there before the others come.
            for (slot, grams) in rows.iter().take(first) {
                grams.iter().for_each(|gram| together.insert(*gram, *slot));
            }
            let mut writer = together.writer();
            for (slot, grams) in rows.iter().skip(first) {
                writer.begin(*slot);
                grams.iter().for_each(|gram| writer.insert(*gram));
            }
            writer.end();
            for gram in 0x2000..0x2006 {
                let kept = |grams: &Grams| {
                    let mut set = vec![u64::MAX; 64];
                    grams.keep(&each_once([gram]), &mut set);
                    set
                };
                prop_assert_eq!(kept(&singly), kept(&together));
            }
        }

        #[test]
        fn pieces_of_phones_are_found(phones in proptest::collection::vec("[0-3]{1,6}", 1..20), piece in "[0-3]{1,4}") {
            let mut grams = Grams::default();
            (0u16..).zip(&phones).for_each(|(slot, phone)| {
                grams_of_phone(phone.as_bytes()).for_each(|gram| grams.insert(gram, slot));
            });
            let mut set = vec![u64::MAX];
            grams.keep(&grams_of_phone_piece(piece.as_bytes()), &mut set);
            for (slot, phone) in (0u16..).zip(&phones) {
                let kept = set.first().is_some_and(|word| word >> slot & 1 == 1);
                prop_assert!(kept || !phone.contains(&piece));
                prop_assert!(!kept || phone.contains(&piece) || piece.len() > 3);
            }
        }
    }
}

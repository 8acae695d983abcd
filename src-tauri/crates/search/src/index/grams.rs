//! Which rows of a block hold which short pieces of texts that hardly ever repeat: letters and pairs of letters of ids and of
//! the digits of e-mails, and up to three digits of phone numbers.
//!
//! It narrows down where a longer text can stand; for pieces as short as that the answer is exact.

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
fn grams_of_row(text: &[u8]) -> impl Iterator<Item = Gram> {
    let letters = text.iter().map(|byte| single(*byte));
    letters.chain(pairs(text))
}

/// The grams to look up for a piece of text, of each range at least one; with one or two bytes they say all.
pub(crate) fn grams_of_piece(text: &[u8]) -> Vec<Range<Gram>> {
    let grams: Vec<Gram> = if let [only] = text { vec![single(*only)] } else { pairs(text).collect() };
    each_once(grams)
}

/// The grams of a phone number: each digit, and three digits from each place on, the last two with their end.
fn grams_of_phone(digits: &[u8]) -> impl Iterator<Item = Gram> {
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
    /// Takes in a text of a row; rows come in ascending order.
    pub fn insert(&mut self, text: &[u8], slot: u16) {
        grams_of_row(text).for_each(|gram| self.insert_gram(gram, slot));
    }

    /// Takes in the phone number of a row; rows come in ascending order.
    pub fn insert_phone(&mut self, digits: &[u8], slot: u16) {
        grams_of_phone(digits).for_each(|gram| self.insert_gram(gram, slot));
    }

    /// Takes in a gram of a row.
    pub fn insert_gram(&mut self, gram: Gram, slot: u16) {
        let Some(at) = usize::from(gram).checked_sub(LEAST) else { return };
        if self.places.len() <= at {
            self.places.resize(at + 1, NONE);
        }
        let Some(place) = self.places.get_mut(at) else { return };
        if *place == NONE {
            *place = u16::try_from(self.slots.len()).unwrap_or(NONE);
            self.slots.push(Slots::Few(Gaps::default()));
        }
        if let Some(slots) = self.slots.get_mut(usize::from(*place)) {
            slots.insert(slot);
        }
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

impl Slots {
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
        fn pieces_of_phones_are_found(phones in proptest::collection::vec("[0-3]{1,6}", 1..20), piece in "[0-3]{1,4}") {
            let mut grams = Grams::default();
            (0u16..).zip(&phones).for_each(|(slot, phone)| grams.insert_phone(phone.as_bytes(), slot));
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

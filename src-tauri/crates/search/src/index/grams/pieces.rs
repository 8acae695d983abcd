//! Which grams a text has, and which to look up for a piece of one.

use super::Gram;
use std::ops::Range;

/// The least gram there is: searched bytes are at least a blank.
pub(super) const LEAST: usize = 0x2000;
/// What follows the last digit of a phone number.
const END: u16 = 10;
/// How many things can stand in one place of a gram of a phone number.
const CHOICES: u16 = END + 1;

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

pub(super) fn each_once(grams: impl IntoIterator<Item = Gram>) -> Vec<Range<Gram>> {
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

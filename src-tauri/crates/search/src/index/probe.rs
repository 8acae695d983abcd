//! A way to match other than by a word of the dictionary: rows are ruled out by grams and words, and what is left is read.
//!
//! Which of them typed text needs is told elsewhere ([`probing`](super::probing)).

use super::block::Block;
use super::grams::Gram;
use super::record::{EMAIL, field, is_word};
use super::words::{Dictionary, Marks};
use crate::bits::bits_of;
use crate::fold::romanise::{Lattice, Walk};
use memchr::memmem::Finder;
use std::ops::Range;

/// Up to so many rows of a block are read without ruling any out first.
const FEW_ROWS: usize = if cfg!(test) { 3 } else { 48 };
/// How many rows are fetched together before they are read.
const ROWS_FETCHED: usize = 32;

/// How well text has to stand in a text to count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fit {
    /// Anywhere.
    Within,
    /// At the beginning of a word.
    Beginning,
    /// As a whole word.
    Whole,
}

/// A way to match other than by a word of the dictionary.
pub(super) struct Probe<'a> {
    /// Of each of these ranges, at least one is in whatever matches.
    pub(super) grams: Vec<Range<Gram>>,
    /// And of these, among the threes of ids and e-mails.
    pub(super) threes: Vec<Range<Gram>>,
    /// One word of each of these is.
    pub(super) marks: Vec<Marks>,
    /// Grams and words decide it alone.
    pub(super) is_exact: bool,
    /// They do so of e-mails that are a word and digits.
    pub(super) is_exact_of_plain: bool,
    pub(super) check: Check<'a>,
    pub(super) fit: Fit,
}

/// What a row is read for.
pub(super) enum Check<'a> {
    Id(Finder<'a>),
    Phone(Finder<'a>),
    /// The beginning of an international number.
    Country(&'a str),
    /// Digits in e-mail or id.
    Digits(Finder<'a>),
    Email(Finder<'a>),
    /// These one after another in an e-mail.
    Parts(Vec<Part<'a>>),
    /// A Cyrillic word in an e-mail.
    Spelt(&'a Lattice),
    /// Several words of a name.
    Name(Finder<'a>),
}

/// A part of text that stands in an e-mail across its words and digits.
pub(super) enum Part<'a> {
    /// One of the probe's words, by the number of their marks.
    Word(usize),
    /// Digits: to the end of a run of them if they come first, from its beginning if they come last, else all of it.
    Digits(&'a [u8]),
}

impl<'a> Probe<'a> {
    /// Reads each row, with nothing known that would rule some out.
    pub(super) fn new(check: Check<'a>, fit: Fit) -> Self {
        let (grams, threes, marks) = (Vec::new(), Vec::new(), Vec::new());
        Self { grams, threes, marks, is_exact: false, is_exact_of_plain: false, check, fit }
    }

    /// Which of some slots of a block it finds.
    pub(super) fn slots(&self, block: &Block, dictionary: Dictionary<'_>, within: Vec<u64>) -> Vec<u64> {
        let mut set = within;
        let mut fit = vec![0; set.len()];
        // Reading a few rows is quicker than ruling most of them out.
        if self.is_exact || has_more_than(&set, FEW_ROWS) {
            let grams = if self.is_of_phones() { block.phone_grams() } else { block.grams() };
            grams.keep(&self.grams, &mut set);
            block.threes().keep(&self.threes, &mut set);
            for marks in &self.marks {
                set = block.with_marked(marks, &set);
            }
            if self.is_exact {
                return set;
            }
            if self.is_exact_of_plain {
                let plain = block.with_word_and_digits();
                for ((fit, word), plain) in fit.iter_mut().zip(&mut set).zip(plain) {
                    (*fit, *word) = (*word & plain, *word & !plain);
                }
            }
        }
        let words = set.iter().zip((0u32..).step_by(64));
        let candidates: Vec<u32> = words.flat_map(|(word, first)| bits_of(*word).map(move |bit| first + bit)).collect();
        let (mut room, mut walk) = (Vec::new(), Walk::default());
        for slots in candidates.chunks(ROWS_FETCHED) {
            block.fetch(slots, self.reads_words());
            for slot in slots {
                if self.holds(block, *slot, dictionary, &mut room, &mut walk)
                    && let Some(word) = fit.get_mut(*slot as usize / 64)
                {
                    *word |= 1 << (slot % 64);
                }
            }
        }
        fit
    }

    /// Whether a row's words are read, and not only its bytes.
    fn reads_words(&self) -> bool {
        match &self.check {
            Check::Id(_) | Check::Phone(_) | Check::Country(_) => false,
            Check::Digits(_) => self.fit != Fit::Within,
            Check::Email(_) | Check::Parts(_) | Check::Spelt(_) | Check::Name(_) => true,
        }
    }

    fn is_of_phones(&self) -> bool {
        matches!(self.check, Check::Phone(_) | Check::Country(_))
    }

    fn holds(&self, block: &Block, slot: u32, dictionary: Dictionary<'_>, room: &mut Vec<u8>, walk: &mut Walk) -> bool {
        let in_digits = |finder: &Finder<'_>, digits: Option<&[u8]>| {
            digits.is_some_and(|digits| match self.fit {
                Fit::Within => finder.find(digits).is_some(),
                Fit::Beginning => digits.starts_with(finder.needle()),
                Fit::Whole => digits == finder.needle(),
            })
        };
        match &self.check {
            Check::Id(finder) => in_digits(finder, block.id(slot)),
            Check::Phone(finder) => in_digits(finder, block.phone(slot)),
            Check::Country(beginning) => block.international(slot).is_some_and(|digits| match self.fit {
                Fit::Whole => digits == beginning.as_bytes(),
                _ => digits.starts_with(beginning.as_bytes()),
            }),
            Check::Digits(finder) if self.fit == Fit::Within => {
                // Most rows that do not hold the digits there hold them nowhere.
                finder.find(block.bytes_of(slot)).is_some()
                    && (in_digits(finder, block.id(slot)) || in_digits(finder, field(block.bytes_of(slot), EMAIL)))
            }
            Check::Digits(finder) => {
                in_digits(finder, block.id(slot)) || block.email(slot, dictionary, room) && has(room, finder, self.fit)
            }
            Check::Email(finder) => block.email(slot, dictionary, room) && has(room, finder, self.fit),
            Check::Parts(parts) => {
                let email = field(block.bytes_of(slot), EMAIL).unwrap_or_default();
                stand_together(parts, &self.marks, email, block.words_of_email(slot))
            }
            Check::Name(finder) => block.name(slot, dictionary, room) && has(room, finder, self.fit),
            Check::Spelt(lattice) => {
                block.email(slot, dictionary, room)
                    && (0..room.len()).any(|from| {
                        lattice.stands_at(room, from, walk).is_some_and(|end| stands(room, from, end, self.fit))
                    })
            }
        }
    }
}

/// Whether parts follow each other somewhere in an e-mail, given as a row has it, with its words. Nothing is spelled out:
/// which words will do is known, and digits stand in the e-mail as they are.
fn stand_together(parts: &[Part<'_>], marks: &[Marks], email: &[u8], words: &[u32]) -> bool {
    let stand_from = |start: usize, words_before: usize| {
        let (mut at, mut word) = (start, words_before);
        parts.iter().enumerate().all(|(number, part)| match part {
            Part::Word(of) => {
                let is_there = email.get(at).is_some_and(|byte| is_word(*byte))
                    && words.get(word).is_some_and(|word| marks.get(*of).is_some_and(|marks| marks.contains(*word)));
                (at, word) = (at + 1, word + 1);
                is_there
            }
            Part::Digits(digits) => {
                let is_there = email.get(at..).is_some_and(|rest| rest.starts_with(digits));
                at += digits.len();
                is_there && (number + 1 == parts.len() || email.get(at).is_some_and(|byte| is_word(*byte)))
            }
        })
    };
    let mut words_before = 0;
    email.iter().enumerate().any(|(at, byte)| {
        let stand = stand_from(at, words_before);
        words_before += usize::from(is_word(*byte));
        stand
    })
}

fn has(text: &[u8], finder: &Finder<'_>, fit: Fit) -> bool {
    match fit {
        Fit::Within => finder.find(text).is_some(),
        _ => finder.find_iter(text).any(|at| stands(text, at, at + finder.needle().len(), fit)),
    }
}

/// Whether the bytes from `start` to `end` of a text stand in it as well as asked for. Letters, digits and all else are
/// words of their own.
pub(super) fn stands(text: &[u8], start: usize, end: usize, fit: Fit) -> bool {
    let sort = |at: usize| {
        text.get(at).map_or(0u8, |byte| match byte {
            b'0'..=b'9' => 1,
            b'a'..=b'z' | 0x80.. => 2,
            _ => 0,
        })
    };
    let goes_on = |at: usize| at > 0 && sort(at - 1) != 0 && sort(at - 1) == sort(at);
    match fit {
        Fit::Within => true,
        Fit::Beginning => !goes_on(start),
        Fit::Whole => !goes_on(start) && !goes_on(end),
    }
}

fn has_more_than(set: &[u64], few: usize) -> bool {
    let mut count = 0;
    set.iter().any(|word| {
        count += word.count_ones() as usize;
        count > few
    })
}

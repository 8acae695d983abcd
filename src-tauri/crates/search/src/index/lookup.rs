//! Which rows of a block match typed text.
//!
//! Typed text is compared with the dictionary once, which gives a set of words; a row whose words are among them matches.
//! What the dictionary does not hold (ids, phones, the digits of e-mails, pieces across words) is narrowed down by grams
//! and words and then read row by row.

use super::block::Block;
use super::grams::{Gram, grams_of_phone_piece, grams_of_piece, pair, threes_of_piece};
use super::record::{DOMAIN, EMAIL, WORD, field, is_word};
use super::store::Snapshot;
use super::words::{Dictionary, Kind, Marks};
use crate::Field;
use crate::bits::bits_of;
use crate::fold::phone::Needle;
use crate::fold::romanise::{Ends, Lattice, Sieve, Walk};
use crate::terms::{Condition, Word};
use aho_corasick::{AhoCorasick, MatchKind};
use memchr::memmem::Finder;
use std::ops::Range;

const NAMES: u8 = Kind::Name as u8;
const EMAILS: u8 = Kind::Local as u8 | Kind::Domain as u8;

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

/// A condition, ready to be looked up.
pub(super) enum Ready<'a> {
    Word(ReadyWord<'a>),
    Run { phone: Vec<Probe<'a>>, words: Vec<ReadyWord<'a>> },
    Not(ReadyWord<'a>),
}

/// A word, ready to be looked up.
pub(super) struct ReadyWord<'a> {
    /// Rows with one of these words match.
    marks: Marks,
    /// Others match when one of these finds them.
    probes: Vec<Probe<'a>>,
}

/// A way to match other than by a word of the dictionary.
pub(super) struct Probe<'a> {
    /// Of each of these ranges, at least one is in whatever matches.
    grams: Vec<Range<Gram>>,
    /// And of these, among the threes of ids and e-mails.
    threes: Vec<Range<Gram>>,
    /// One word of each of these is.
    marks: Vec<Marks>,
    /// Grams and words decide it alone.
    is_exact: bool,
    /// They do so of e-mails that are a word and digits.
    is_exact_of_plain: bool,
    check: Check<'a>,
    fit: Fit,
}

/// What a row is read for.
enum Check<'a> {
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
enum Part<'a> {
    /// One of the probe's words, by the number of their marks.
    Word(usize),
    /// Digits: to the end of a run of them if they come first, from its beginning if they come last, else all of it.
    Digits(&'a [u8]),
}

/// Finds the first place of some text in bytes.
type Find = Box<dyn Fn(&[u8]) -> Option<usize> + Send + Sync>;

impl Snapshot {
    /// Makes conditions ready; `None` when stopped.
    pub(super) fn ready<'a>(
        &self,
        conditions: &'a [Condition],
        fit: Fit,
        stop: &dyn Fn() -> bool,
    ) -> Option<Vec<Ready<'a>>> {
        let ready = |condition: &'a Condition| {
            Some(match condition {
                Condition::Word(word) => Ready::Word(self.ready_word(word, fit, stop)?),
                Condition::Run { phone, words } => Ready::Run {
                    phone: phone_probes(phone, fit),
                    words: words.iter().map(|word| self.ready_word(word, fit, stop)).collect::<Option<_>>()?,
                },
                Condition::Not(word) => Ready::Not(self.ready_word(word, Fit::Within, stop)?),
            })
        };
        conditions.iter().map(ready).collect()
    }

    fn ready_word<'a>(&self, word: &'a Word, fit: Fit, stop: &dyn Fn() -> bool) -> Option<ReadyWord<'a>> {
        let kinds = match word.field {
            None => NAMES | EMAILS,
            Some(Field::Name) => NAMES,
            Some(Field::Email) => EMAILS,
            Some(Field::Phone | Field::Id) => 0,
        };
        let dictionary = self.dictionary();
        let mut marks = Marks::new(dictionary.len());
        let folded = word.folded.as_bytes();
        if kinds != 0 {
            let fits = |word: &[u8], at: usize| stands(word, at, at + folded.len(), fit);
            mark_text(dictionary, folded, kinds, &fits, stop, &mut marks)?;
        }
        if kinds & NAMES != 0
            && let Some(latin) = &word.latin
        {
            for (first, words) in dictionary.parts() {
                let fits = |start: usize, end: usize, len: usize| match fit {
                    Fit::Within => true,
                    Fit::Beginning => start == 0,
                    Fit::Whole => start == 0 && end == len,
                };
                let fits = (fit != Fit::Within).then_some(&fits as &(dyn Fn(usize, usize, usize) -> bool + Sync));
                words.mark_spelt(first, folded, latin.alphabet, fits, stop, &mut marks)?;
            }
        }
        let mut probes = Vec::new();
        if kinds != 0
            && let Some(cyrillic) = &word.cyrillic
        {
            mark_romanised(dictionary, &cyrillic.lattice, kinds, fit, stop, &mut marks)?;
            if kinds & EMAILS != 0 {
                probes.extend(romanised_probe(dictionary, &word.typed, &cyrillic.lattice, fit, stop)?);
            }
        }
        if kinds & NAMES != 0 && folded.contains(&b' ') {
            probes.push(name_probe(dictionary, &word.folded, fit, stop)?);
        }
        let is_number = folded.iter().all(u8::is_ascii_digit);
        if is_number && word.field.is_none() {
            let threes = threes_of_piece(folded);
            probes.push(Probe {
                // Three digits say more than the pairs in them.
                grams: if threes.is_empty() { grams_of_piece(folded) } else { Vec::new() },
                threes,
                marks: Vec::new(),
                is_exact: folded.len() <= 3 && fit == Fit::Within,
                is_exact_of_plain: false,
                check: Check::Digits(Finder::new(folded)),
                fit,
            });
        } else {
            if matches!(word.field, None | Some(Field::Id)) {
                let text = word.dashless.as_deref().unwrap_or(&word.folded).as_bytes();
                let is_number = text.iter().all(u8::is_ascii_digit);
                probes.push(Probe {
                    grams: grams_of_piece(text),
                    threes: threes_of_piece(text),
                    marks: Vec::new(),
                    is_exact: text.len() <= 2 && !is_number && fit == Fit::Within,
                    is_exact_of_plain: false,
                    check: Check::Id(Finder::new(text)),
                    fit,
                });
            }
            if kinds & EMAILS != 0 {
                probes.extend(email_probes(dictionary, &word.folded, fit, stop)?);
            }
        }
        if matches!(word.field, None | Some(Field::Phone)) {
            probes.extend(word.phone.iter().flat_map(|phone| phone_probes(phone, fit)));
        }
        // Whatever needs a word that there is not finds nothing.
        probes.retain(|probe| probe.marks.iter().all(|marks| !marks.is_empty()));
        Some(ReadyWord { marks, probes })
    }

    /// Which of some slots of a block fulfil all conditions.
    pub(super) fn fulfilling(&self, ready: &[Ready<'_>], block: &Block, within: &[u64]) -> Vec<u64> {
        let dictionary = self.dictionary();
        ready.iter().fold(within.to_vec(), |set, ready| match ready {
            Ready::Word(word) => word.slots(block, dictionary, &set),
            Ready::Not(word) => without(&set, &word.slots(block, dictionary, &set)),
            Ready::Run { phone, words } => {
                let mut found = words.iter().fold(set.clone(), |set, word| word.slots(block, dictionary, &set));
                for probe in phone {
                    let rest = without(&set, &found);
                    add(&mut found, &probe.slots(block, dictionary, rest));
                }
                found
            }
        })
    }
}

impl ReadyWord<'_> {
    fn slots(&self, block: &Block, dictionary: Dictionary<'_>, within: &[u64]) -> Vec<u64> {
        let mut found = block.with_marked(&self.marks, within);
        for probe in &self.probes {
            let rest = without(within, &found);
            add(&mut found, &probe.slots(block, dictionary, rest));
        }
        found
    }
}

impl Probe<'_> {
    fn slots(&self, block: &Block, dictionary: Dictionary<'_>, within: Vec<u64>) -> Vec<u64> {
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
fn stands(text: &[u8], start: usize, end: usize, fit: Fit) -> bool {
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

fn mark_text(
    dictionary: Dictionary<'_>,
    text: &[u8],
    kinds: u8,
    fits: &(dyn Fn(&[u8], usize) -> bool + Sync),
    stop: &dyn Fn() -> bool,
    marks: &mut Marks,
) -> Option<()> {
    let finder = Finder::new(text);
    for (first, words) in dictionary.parts() {
        words.mark(first, kinds, &|bytes| finder.find(bytes), &|_, word, at| fits(word, at), stop, marks)?;
    }
    Some(())
}

/// Marks the words in which a Cyrillic word is romanised.
fn mark_romanised(
    dictionary: Dictionary<'_>,
    lattice: &Lattice,
    kinds: u8,
    fit: Fit,
    stop: &dyn Fn() -> bool,
    marks: &mut Marks,
) -> Option<()> {
    let sieve = lattice.sieve();
    let find = match &sieve {
        Sieve::Spellings(texts) | Sieve::Beginnings(texts) => texts_finder(texts),
        Sieve::Within(text) => text_finder(text.as_bytes()),
    };
    let stands_at = |walk: &mut Walk, word: &[u8], at: usize| {
        lattice.stands_at(word, at, walk).is_some_and(|end| stands(word, at, end, fit))
    };
    let judge = |walk: &mut Walk, word: &[u8], at: usize| match &sieve {
        Sieve::Spellings(_) if fit == Fit::Within => true,
        Sieve::Spellings(_) | Sieve::Beginnings(_) => stands_at(walk, word, at),
        Sieve::Within(_) => (0..word.len()).any(|from| stands_at(walk, word, from)),
    };
    for (first, words) in dictionary.parts() {
        words.mark(first, kinds, &*find, &judge, stop, marks)?;
    }
    Some(())
}

/// How a Cyrillic word can stand in an e-mail across its words: only where it holds a digit or an `@`. Whatever has it has
/// what stands before that within one word.
fn romanised_probe<'a>(
    dictionary: Dictionary<'_>,
    typed: &[char],
    lattice: &'a Lattice,
    fit: Fit,
    stop: &dyn Fn() -> bool,
) -> Option<Option<Probe<'a>>> {
    let parts = |letter: &char| letter.is_ascii_digit() || *letter == '@';
    let Some(at) = typed.iter().position(parts) else { return Some(None) };
    let mut marks = Vec::new();
    let before = typed.get(..at).unwrap_or_default();
    let beginning = Lattice::new(before, Ends::Open);
    // Signs that are not written in Latin at all are no beginning to look for.
    if !beginning.may_be_silent() {
        let mut words = Marks::new(dictionary.len());
        mark_romanised(dictionary, &beginning, EMAILS, Fit::Within, stop, &mut words)?;
        marks.push(words);
    }
    // Digits of a domain stand in the dictionary, so they are no grams to ask for.
    let (grams, threes) = (Vec::new(), Vec::new());
    Some(Some(Probe {
        grams,
        threes,
        marks,
        is_exact: false,
        is_exact_of_plain: false,
        check: Check::Spelt(lattice),
        fit,
    }))
}

/// How text can stand in an e-mail across its words and digits.
fn email_probes<'a>(
    dictionary: Dictionary<'_>,
    text: &'a str,
    fit: Fit,
    stop: &dyn Fn() -> bool,
) -> Option<Vec<Probe<'a>>> {
    let mut probes = Vec::new();
    // The last `@` of the text may be that of the address, or one before it.
    let ats = [Some(text.len()), text.rfind('@').filter(|at| *at > 0)];
    for at in ats.into_iter().flatten() {
        let (local, domain) = text.split_at_checked(at).unwrap_or_default();
        let mut runs: Vec<(&[u8], Kind)> = local
            .as_bytes()
            .chunk_by(|a, b| a.is_ascii_digit() == b.is_ascii_digit())
            .map(|run| (run, Kind::Local))
            .collect();
        if !domain.is_empty() {
            runs.push((domain.as_bytes(), Kind::Domain));
        }
        let is_number = |run: &[u8]| run.iter().all(u8::is_ascii_digit);
        if let [(run, _)] = runs[..]
            && !is_number(run)
        {
            continue; // within one word, as the dictionary tells
        }
        let (mut grams, mut threes, mut marks, mut parts) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for (number, (run, kind)) in runs.iter().enumerate() {
            let (is_first, is_last) = (number == 0, number + 1 == runs.len());
            if *kind == Kind::Local && is_number(run) {
                parts.push(Part::Digits(run));
                grams.extend(grams_of_piece(run));
                threes.extend(threes_of_piece(run));
                let next =
                    runs.get(number + 1).map_or(WORD, |(_, kind)| if *kind == Kind::Domain { DOMAIN } else { WORD });
                let before = run.first().filter(|_| !is_first).map(|digit| pair(WORD, *digit));
                let behind = run.last().filter(|_| !is_last).map(|digit| pair(*digit, next));
                grams.extend(before.into_iter().chain(behind).map(|gram| gram..gram + 1));
                continue;
            }
            let mut words = Marks::new(dictionary.len());
            let fits = |word: &[u8], at: usize| (is_first || at == 0) && (is_last || at + run.len() == word.len());
            mark_text(dictionary, run, *kind as u8, &fits, stop, &mut words)?;
            parts.push(Part::Word(marks.len()));
            marks.push(words);
        }
        // The word's end before its digit: both are known, and that they stand together is known where there is one word.
        let is_exact_of_plain = fit == Fit::Within && matches!(parts[..], [Part::Word(_), Part::Digits([_])]);
        let check = if fit == Fit::Within { Check::Parts(parts) } else { Check::Email(Finder::new(text)) };
        probes.push(Probe { grams, threes, marks, is_exact: false, is_exact_of_plain, check, fit });
    }
    Some(probes)
}

/// How text with blanks can stand in a name.
fn name_probe<'a>(dictionary: Dictionary<'_>, text: &'a str, fit: Fit, stop: &dyn Fn() -> bool) -> Option<Probe<'a>> {
    let runs: Vec<&str> = text.split(' ').collect();
    let mut marks = Vec::new();
    for (number, run) in runs.iter().enumerate() {
        let (is_first, is_last) = (number == 0, number + 1 == runs.len());
        let mut words = Marks::new(dictionary.len());
        let fits = |word: &[u8], at: usize| (is_first || at == 0) && (is_last || at + run.len() == word.len());
        mark_text(dictionary, run.as_bytes(), NAMES, &fits, stop, &mut words)?;
        marks.push(words);
    }
    let (grams, threes) = (Vec::new(), Vec::new());
    Some(Probe {
        grams,
        threes,
        marks,
        is_exact: false,
        is_exact_of_plain: false,
        check: Check::Name(Finder::new(text)),
        fit,
    })
}

fn phone_probes(phone: &Needle, fit: Fit) -> Vec<Probe<'_>> {
    let probe = |digits: &str, is_exact, check| Probe {
        grams: grams_of_phone_piece(digits.as_bytes()),
        threes: Vec::new(),
        marks: Vec::new(),
        is_exact,
        is_exact_of_plain: false,
        check,
        fit,
    };
    let digits = phone.digits.as_str();
    let is_exact = digits.len() <= 3 && fit == Fit::Within;
    let mut probes = vec![probe(digits, is_exact, Check::Phone(Finder::new(digits.as_bytes())))];
    probes.extend(phone.beginning.as_deref().map(|beginning| probe(beginning, false, Check::Country(beginning))));
    probes
}

fn has_more_than(set: &[u64], few: usize) -> bool {
    let mut count = 0;
    set.iter().any(|word| {
        count += word.count_ones() as usize;
        count > few
    })
}

fn without(set: &[u64], other: &[u64]) -> Vec<u64> {
    set.iter().zip(other).map(|(word, other)| word & !other).collect()
}

fn add(set: &mut [u64], other: &[u64]) {
    set.iter_mut().zip(other).for_each(|(word, other)| *word |= other);
}

fn text_finder(text: &[u8]) -> Find {
    let finder = Finder::new(text).into_owned();
    Box::new(move |bytes| finder.find(bytes))
}

/// Finds the first place of any of some texts.
fn texts_finder(texts: &[String]) -> Find {
    if let [only] = texts {
        return text_finder(only.as_bytes());
    }
    match AhoCorasick::builder().match_kind(MatchKind::LeftmostFirst).build(texts) {
        Ok(finder) => Box::new(move |bytes| finder.find(bytes).map(|hit| hit.start())),
        // Only gigabytes of texts cannot be looked for at once.
        Err(_) => {
            let finders: Vec<Find> = texts.iter().map(|text| text_finder(text.as_bytes())).collect();
            Box::new(move |bytes| finders.iter().filter_map(|find| find(bytes)).min())
        }
    }
}

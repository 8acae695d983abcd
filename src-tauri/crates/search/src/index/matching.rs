//! Which rows match typed text.
//!
//! A text is answered by the cheapest of three ways: an answer that is still kept ([`kept`](super::kept)), the rows of a
//! kept answer to a text that this one narrows, looked at one by one, or a scan of all records.

use super::Index;
use super::kept::Answer;
use super::record::{EMAIL, ID, INTERNATIONAL, NAME, field, is_searched, marker_at, phone_digits};
use super::texts::Hit;
use crate::Field;
use crate::bits::{Bits, bits_of};
use crate::fold::phone::Needle;
use crate::fold::romanise::{Lattice, Sieve, Walk};
use crate::terms::{Condition, Word};
use aho_corasick::{AhoCorasick, MatchKind};
use memchr::memmem::Finder;
use rayon::prelude::*;
use std::sync::Arc;

/// Candidates are looked at one by one when they are at most one in so many; else all records are scanned.
const FEW_CANDIDATES: usize = 2;
/// How many rows one thread looks at, at a time, in words of 64.
const WORDS_AT_A_TIME: usize = if cfg!(test) { 1 } else { 1 << 7 };
/// How many such pieces, for each thread, are looked at before it is asked whether the search is still wanted.
const PIECES_BETWEEN_LOOKS: usize = if cfg!(test) { 1 } else { 8 };

/// A condition, ready to be looked up.
enum Ready<'a> {
    Word(Box<ReadyWord<'a>>),
    Run { phone: Box<ReadyPhone>, words: Vec<ReadyWord<'a>> },
    Not(Box<ReadyWord<'a>>),
}

/// A word, ready to be looked up.
struct ReadyWord<'a> {
    field: Option<Field>,
    folded: Finder<'a>,
    /// Without dashes, where that is another text.
    dashless: Option<Finder<'a>>,
    phone: Option<ReadyPhone>,
    /// Which words of the vocabulary the word is a spelling's piece of.
    spelt: Option<Vec<bool>>,
    cyrillic: Option<ReadyCyrillic<'a>>,
}

struct ReadyPhone {
    digits: Finder<'static>,
    /// The beginning of an international number, behind its marker.
    beginning: Option<Finder<'static>>,
}

struct ReadyCyrillic<'a> {
    /// Where it is looked up.
    markers: &'static [u8],
    lattice: &'a Lattice,
    sieve: Sieve,
    find: Find,
}

/// Finds the first place of some text in bytes.
type Find = Box<dyn Fn(&[u8]) -> Option<usize> + Send + Sync>;

impl Index {
    /// The rows that fulfil all conditions; `Some(None)` when there are no conditions, `None` when stopped.
    #[expect(clippy::option_option, reason = "stopped, unlimited and limited are three different things")]
    pub(super) fn rows_with_text(
        &self,
        conditions: Vec<Condition>,
        stop: &dyn Fn() -> bool,
    ) -> Option<Option<Arc<Bits>>> {
        if conditions.is_empty() {
            return Some(None);
        }
        let known = self.kept.best(&conditions);
        let known = match known {
            Some((answer, same)) => Some((self.brought_up_to_date(&answer, stop)?, same)),
            None => None,
        };
        let rows = match known {
            Some((rows, true)) => rows,
            known => Arc::new(self.look_up(&conditions, known.as_ref().map(|(rows, _)| &**rows), stop)?),
        };
        self.kept.keep(conditions, &rows);
        Some(Some(rows))
    }

    /// A kept answer with the rows that changed since judged anew.
    fn brought_up_to_date(&self, answer: &Answer, stop: &dyn Fn() -> bool) -> Option<Arc<Bits>> {
        let changed = self.kept.changed_since(answer);
        if changed.is_empty() {
            return Some(Arc::clone(&answer.rows));
        }
        let ready =
            answer.conditions.iter().map(|condition| self.ready(condition, stop)).collect::<Option<Vec<_>>>()?;
        let (mut rows, mut walk) = (Bits::clone(&answer.rows), Walk::default());
        rows.grow(self.rows.bound());
        for row in changed {
            rows.set(*row, ready.iter().all(|ready| self.holds(ready, *row, &mut walk)));
        }
        Some(Arc::new(rows))
    }

    /// The rows that fulfil all conditions. All of them are among the `narrowed` ones, if any are given.
    fn look_up(&self, conditions: &[Condition], narrowed: Option<&Bits>, stop: &dyn Fn() -> bool) -> Option<Bits> {
        let mut rows: Option<Bits> = None;
        for (first, condition) in conditions.iter().enumerate() {
            if let Some(candidates) = rows.as_ref().or(narrowed)
                && candidates.len() <= self.len() / FEW_CANDIDATES
            {
                let rest = conditions.get(first..).unwrap_or_default();
                return self.pick(candidates, rest, stop);
            }
            let found = self.scan(&self.ready(condition, stop)?, stop)?;
            match &mut rows {
                Some(rows) => rows.intersect(&found),
                None => rows = Some(found),
            }
        }
        rows
    }

    /// Those of the candidates that fulfil all conditions, each looked at by itself.
    fn pick(&self, candidates: &Bits, conditions: &[Condition], stop: &dyn Fn() -> bool) -> Option<Bits> {
        if candidates.is_empty() {
            return Some(Bits::new(self.rows.bound()));
        }
        let ready = conditions.iter().map(|condition| self.ready(condition, stop)).collect::<Option<Vec<_>>>()?;
        let mut picked = Vec::with_capacity(candidates.words().len());
        let round = WORDS_AT_A_TIME * PIECES_BETWEEN_LOOKS * rayon::current_num_threads();
        for (words, first) in candidates.words().chunks(round).zip((0..).step_by(round)) {
            if stop() {
                return None;
            }
            let pieces: Vec<Vec<u64>> = words
                .par_chunks(WORDS_AT_A_TIME)
                .enumerate()
                .map(|(piece, words)| {
                    let mut walk = Walk::default();
                    let first = first + piece * WORDS_AT_A_TIME;
                    let judged = words.iter().zip(first..).map(|(word, number)| {
                        let base = u32::try_from(number * 64).unwrap_or(u32::MAX);
                        bits_of(*word)
                            .filter(|bit| ready.iter().all(|ready| self.holds(ready, base + bit, &mut walk)))
                            .fold(0, |fit, bit| fit | 1 << bit)
                    });
                    judged.collect()
                })
                .collect();
            pieces.iter().for_each(|piece| picked.extend_from_slice(piece));
        }
        Some(Bits::from_words(picked))
    }

    fn ready<'a>(&self, condition: &'a Condition, stop: &dyn Fn() -> bool) -> Option<Ready<'a>> {
        Some(match condition {
            Condition::Word(word) => Ready::Word(Box::new(self.ready_word(word, stop)?)),
            Condition::Run { phone, words } => Ready::Run {
                phone: Box::new(ReadyPhone::new(phone)),
                words: words.iter().map(|word| self.ready_word(word, stop)).collect::<Option<_>>()?,
            },
            Condition::Not(word) => Ready::Not(Box::new(self.ready_word(word, stop)?)),
        })
    }

    fn ready_word<'a>(&self, word: &'a Word, stop: &dyn Fn() -> bool) -> Option<ReadyWord<'a>> {
        let in_names = matches!(word.field, None | Some(Field::Name));
        let spelt = match &word.latin {
            Some(latin) if in_names => Some(self.texts.spelt(word.folded.as_bytes(), latin.alphabet, stop)?),
            _ => None,
        };
        Some(ReadyWord {
            field: word.field,
            folded: Finder::new(word.folded.as_bytes()),
            dashless: word
                .dashless
                .as_deref()
                .filter(|dashless| *dashless != word.folded)
                .map(|dashless| Finder::new(dashless.as_bytes())),
            phone: word.phone.as_ref().map(ReadyPhone::new),
            spelt: spelt.filter(|spelt| spelt.contains(&true)),
            cyrillic: word.cyrillic.as_ref().map(|cyrillic| ReadyCyrillic::new(&cyrillic.lattice, word.field)),
        })
    }

    /// The rows that fulfil a condition, found by scanning all records.
    fn scan(&self, ready: &Ready<'_>, stop: &dyn Fn() -> bool) -> Option<Bits> {
        match ready {
            Ready::Word(word) => self.scan_word(word, stop),
            Ready::Run { phone, words } => {
                let mut rows: Option<Bits> = None;
                for word in words {
                    let found = self.scan_word(word, stop)?;
                    match &mut rows {
                        Some(rows) => rows.intersect(&found),
                        None => rows = Some(found),
                    }
                }
                let mut rows = rows.unwrap_or_default();
                self.scan_phones(phone, &mut rows, stop)?;
                Some(rows)
            }
            Ready::Not(word) => {
                let found = self.scan_word(word, stop)?;
                Some(Bits::from_words(found.words().iter().map(|word| !word).collect()))
            }
        }
    }

    fn scan_word(&self, word: &ReadyWord<'_>, stop: &dyn Fn() -> bool) -> Option<Bits> {
        let mut rows = Bits::new(self.rows.bound());
        match word.field {
            None => self.scan_everywhere(word, &mut rows, stop)?,
            Some(Field::Name) => self.scan_field(&word.folded, NAME, &mut rows, stop)?,
            Some(Field::Email) => self.scan_field(&word.folded, EMAIL, &mut rows, stop)?,
            Some(Field::Id) => self.scan_field(word.in_id(), ID, &mut rows, stop)?,
            Some(Field::Phone) => {
                if let Some(phone) = &word.phone {
                    self.scan_phones(phone, &mut rows, stop)?;
                }
            }
        }
        if let Some(spelt) = &word.spelt {
            self.texts.scan_spellings(spelt, &mut rows, stop)?;
        }
        if let Some(cyrillic) = &word.cyrillic {
            self.texts.scan(
                |bytes| (cyrillic.find)(bytes),
                &mut rows,
                stop,
                |walk, record, at| cyrillic.weigh(walk, record, at),
            )?;
        }
        Some(rows)
    }

    fn scan_everywhere(&self, word: &ReadyWord<'_>, rows: &mut Bits, stop: &dyn Fn() -> bool) -> Option<()> {
        // Once the text lies in the exact e-mail, which stands last, there is no other hit in the row.
        self.texts.scan(
            |bytes| word.folded.find(bytes),
            rows,
            stop,
            |_, record, at| {
                if is_searched(record, at) { Hit::Row } else { Hit::NotThisRow }
            },
        )?;
        if let Some(dashless) = &word.dashless {
            self.scan_field(dashless, ID, rows, stop)?;
        }
        let Some(phone) = &word.phone else { return Some(()) };
        if phone.digits.needle() != word.folded.needle() {
            return self.scan_phones(phone, rows, stop);
        }
        // Digits alone have been looked for in phones along with everything else.
        let Some(beginning) = &phone.beginning else { return Some(()) };
        self.texts.scan(|bytes| beginning.find(bytes), rows, stop, |_, _, _| Hit::Row)
    }

    fn scan_field(&self, text: &Finder<'_>, marker: u8, rows: &mut Bits, stop: &dyn Fn() -> bool) -> Option<()> {
        self.texts.scan(
            |bytes| text.find(bytes),
            rows,
            stop,
            |_, record, _| {
                if stands_in_field(text, record, marker) { Hit::Row } else { Hit::NotThisRow }
            },
        )
    }

    fn scan_phones(&self, phone: &ReadyPhone, rows: &mut Bits, stop: &dyn Fn() -> bool) -> Option<()> {
        self.texts.scan(
            |bytes| phone.digits.find(bytes),
            rows,
            stop,
            |_, record, _| {
                let stands = phone_digits(record).is_some_and(|digits| phone.digits.find(digits).is_some());
                if stands { Hit::Row } else { Hit::NotThisRow }
            },
        )?;
        let Some(beginning) = &phone.beginning else { return Some(()) };
        self.texts.scan(|bytes| beginning.find(bytes), rows, stop, |_, _, _| Hit::Row)
    }

    /// Whether a row fulfils a condition.
    fn holds(&self, ready: &Ready<'_>, row: u32, walk: &mut Walk) -> bool {
        let record = self.texts.get(row);
        match ready {
            Ready::Word(word) => self.holds_word(word, row, record, walk),
            Ready::Run { phone, words } => {
                phone.stands_in(record) || words.iter().all(|word| self.holds_word(word, row, record, walk))
            }
            Ready::Not(word) => !self.holds_word(word, row, record, walk),
        }
    }

    fn holds_word(&self, word: &ReadyWord<'_>, row: u32, record: &[u8], walk: &mut Walk) -> bool {
        let in_phone = || word.phone.as_ref().is_some_and(|phone| phone.stands_in(record));
        let plainly = match word.field {
            None => {
                word.folded.find(record).is_some_and(|at| is_searched(record, at))
                    || word.dashless.as_ref().is_some_and(|dashless| stands_in_field(dashless, record, ID))
                    || in_phone()
            }
            Some(Field::Name) => stands_in_field(&word.folded, record, NAME),
            Some(Field::Email) => stands_in_field(&word.folded, record, EMAIL),
            Some(Field::Id) => stands_in_field(word.in_id(), record, ID),
            Some(Field::Phone) => in_phone(),
        };
        plainly
            || word.spelt.as_ref().is_some_and(|spelt| self.texts.has_spelling(row, spelt))
            || word.cyrillic.as_ref().is_some_and(|cyrillic| cyrillic.stands_in(record, walk))
    }
}

fn stands_in_field(text: &Finder<'_>, record: &[u8], marker: u8) -> bool {
    field(record, marker).is_some_and(|field| text.find(field).is_some())
}

impl ReadyWord<'_> {
    /// What is looked up in ids.
    fn in_id(&self) -> &Finder<'_> {
        self.dashless.as_ref().unwrap_or(&self.folded)
    }
}

impl ReadyPhone {
    fn new(phone: &Needle) -> Self {
        let finder = |text: &[u8]| Finder::new(text).into_owned();
        let behind_marker = |beginning: &String| finder(&[&[INTERNATIONAL], beginning.as_bytes()].concat());
        Self { digits: finder(phone.digits.as_bytes()), beginning: phone.beginning.as_ref().map(behind_marker) }
    }

    fn stands_in(&self, record: &[u8]) -> bool {
        phone_digits(record).is_some_and(|digits| self.digits.find(digits).is_some())
            || self.beginning.as_ref().is_some_and(|beginning| beginning.find(record).is_some())
    }
}

impl<'a> ReadyCyrillic<'a> {
    fn new(lattice: &'a Lattice, field: Option<Field>) -> Self {
        let markers: &[u8] = match field {
            None => &[NAME, EMAIL],
            Some(Field::Name) => &[NAME],
            Some(Field::Email) => &[EMAIL],
            Some(Field::Phone | Field::Id) => &[],
        };
        let sieve = lattice.sieve();
        let find = match &sieve {
            Sieve::Spellings(texts) | Sieve::Beginnings(texts) => texts_finder(texts),
            Sieve::Within(text) => text_finder(text.as_bytes()),
        };
        Self { markers, lattice, sieve, find }
    }

    /// What a hit of `find` in a record says of its row.
    fn weigh(&self, walk: &mut Walk, record: &[u8], at: usize) -> Hit {
        let in_latin_text = || self.markers.contains(&marker_at(record, at));
        let matches = match &self.sieve {
            Sieve::Spellings(_) => in_latin_text(),
            Sieve::Beginnings(_) => in_latin_text() && self.lattice.stands_at(record, at, walk).is_some(),
            Sieve::Within(_) => {
                let mut stands =
                    |text: &[u8]| (0..text.len()).any(|from| self.lattice.stands_at(text, from, walk).is_some());
                let matches = self.markers.iter().filter_map(|marker| field(record, *marker)).any(&mut stands);
                return if matches { Hit::Row } else { Hit::NotThisRow };
            }
        };
        if matches { Hit::Row } else { Hit::LookOn }
    }

    fn stands_in(&self, record: &[u8], walk: &mut Walk) -> bool {
        let mut from = 0;
        while let Some(hit) = record.get(from..).and_then(|rest| (self.find)(rest)) {
            match self.weigh(walk, record, from + hit) {
                Hit::Row => return true,
                Hit::NotThisRow => return false,
                Hit::LookOn => from += hit + 1,
            }
        }
        false
    }
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

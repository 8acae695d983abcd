//! The records of all rows in one piece of memory, appended to as rows change and tidied up when half of it is stale.

use super::record::Record;
use super::vocabulary::Vocabulary;
use crate::bits::Bits;
use crate::fold::romanise::Walk;
use rayon::prelude::*;

/// No entry.
const NONE: u32 = u32::MAX;
/// How many entries one thread scans at a time. Like the one below it is low in tests, so that few customers exercise
/// every path.
const ENTRIES_AT_A_TIME: usize = if cfg!(test) { 3 } else { 1 << 14 };
/// How many such pieces, for each thread, are scanned between two looks at whether the search is still wanted.
const PIECES_BETWEEN_LOOKS: usize = if cfg!(test) { 1 } else { 2 };
/// Stale bytes that are not worth tidying up.
const STALE_BYTES_BORNE: usize = if cfg!(test) { 100 } else { 1 << 16 };

/// What a hit says of its row.
pub(crate) enum Hit {
    /// The row matches.
    Row,
    /// The row does not match.
    NotThisRow,
    /// This hit does not count; there may be another in the same row.
    LookOn,
}

/// Records by row.
#[derive(Debug, Default)]
pub(crate) struct Texts {
    bytes: Vec<u8>,
    /// Numbers of the Cyrillic words of the names.
    words: Vec<u32>,
    /// Where entry `e` ends in `bytes`; it begins where the one before ends.
    ends: Vec<usize>,
    /// Likewise in `words`.
    word_ends: Vec<usize>,
    /// Which row wrote entry `e`.
    rows: Vec<u32>,
    /// The entry of each row.
    entries: Vec<u32>,
    stale_bytes: usize,
    vocabulary: Vocabulary,
    /// Room for the words of the record being written.
    learnt: Vec<u32>,
}

impl Texts {
    /// The record of a row; empty when there is none.
    pub fn get(&self, row: u32) -> &[u8] {
        self.entry_of(row).and_then(|entry| self.bytes.get(span(&self.ends, entry))).unwrap_or_default()
    }

    /// Writes the record of a row. Returns whether that changed it.
    pub fn set(&mut self, row: u32, record: &Record) -> bool {
        let mut learnt = std::mem::take(&mut self.learnt);
        learnt.clear();
        learnt.extend(record.cyrillic_words().map(|word| self.vocabulary.learn(word)));
        let same =
            self.entry_of(row).is_some() && self.get(row) == record.bytes && self.words_of(row) == learnt.as_slice();
        if !same {
            self.clear(row);
            if self.entries.len() <= row as usize {
                self.entries.resize(row as usize + 1, NONE);
            }
            self.bytes.extend_from_slice(&record.bytes);
            self.words.extend_from_slice(&learnt);
            self.close_entry(row);
        }
        self.learnt = learnt;
        !same
    }

    /// Forgets the record of a row.
    pub fn clear(&mut self, row: u32) {
        if let Some(entry) = self.entry_of(row) {
            self.stale_bytes += span(&self.ends, entry).len();
            if let Some(slot) = self.entries.get_mut(row as usize) {
                *slot = NONE;
            }
        }
    }

    /// Gives the room of stale records back, once it is worth it. To be called after a batch of changes.
    pub fn tidy_up(&mut self) {
        if self.stale_bytes <= STALE_BYTES_BORNE || self.stale_bytes * 2 <= self.bytes.len() {
            return;
        }
        let mut tidy = Self { entries: vec![NONE; self.entries.len()], ..Self::default() };
        for (entry, row) in self.rows.iter().enumerate() {
            if self.entry_of(*row) == Some(entry) {
                tidy.bytes.extend_from_slice(self.bytes.get(span(&self.ends, entry)).unwrap_or_default());
                for word in self.words.get(span(&self.word_ends, entry)).unwrap_or_default() {
                    let number = tidy.vocabulary.learn(self.vocabulary.word(*word));
                    tidy.words.push(number);
                }
                tidy.close_entry(*row);
            }
        }
        *self = tidy;
    }

    /// Adds the rows for whose hits `weigh` says so; those already there are passed over. `find` gets the place of the first hit in some bytes, `weigh` the
    /// record and the place of the hit in it. `None` when stopped.
    pub fn scan(
        &self,
        find: impl Fn(&[u8]) -> Option<usize> + Sync,
        into: &mut Bits,
        stop: &dyn Fn() -> bool,
        weigh: impl Fn(&mut Walk, &[u8], usize) -> Hit + Sync,
    ) -> Option<()> {
        self.in_pieces(into, stop, |entries, known, found| {
            let (mut entry, mut walk) = (entries.start, Walk::default());
            let (mut from, until) = (span(&self.ends, entry).start, span(&self.ends, entries.end - 1).end);
            while let Some(hit) = self.bytes.get(from..until).and_then(&find) {
                let at = from + hit;
                entry = self.entry_at(entry, at);
                let place = span(&self.ends, entry);
                let Some(row) = self.rows.get(entry).filter(|row| self.entry_of(**row) == Some(entry)) else {
                    from = place.end; // stale
                    continue;
                };
                if known.contains(*row) {
                    from = place.end;
                    continue;
                }
                match weigh(&mut walk, self.bytes.get(place.clone()).unwrap_or_default(), at - place.start) {
                    Hit::Row => {
                        found.push(*row);
                        from = place.end;
                    }
                    Hit::NotThisRow => from = place.end,
                    Hit::LookOn => from = at + 1,
                }
            }
        })
    }

    /// Which of the Cyrillic words of names have a spelling that Latin text is a piece of, by number; `None` when stopped.
    pub fn spelt(&self, text: &[u8], alphabet: u32, stop: &dyn Fn() -> bool) -> Option<Vec<bool>> {
        self.vocabulary.spelt(text, alphabet, stop)
    }

    /// Adds the rows whose names hold one of the words that [`spelt`](Self::spelt) has marked. `None` when stopped.
    pub fn scan_spellings(&self, spelt: &[bool], into: &mut Bits, stop: &dyn Fn() -> bool) -> Option<()> {
        if !spelt.contains(&true) {
            return Some(());
        }
        self.in_pieces(into, stop, |entries, _, found| {
            let mut start = span(&self.word_ends, entries.start).start;
            let ends = self.word_ends.get(entries.clone()).unwrap_or_default();
            for (entry, end) in entries.zip(ends) {
                let words = self.words.get(start..*end).unwrap_or_default();
                start = *end;
                if any_marked(words, spelt)
                    && let Some(row) = self.rows.get(entry).filter(|row| self.entry_of(**row) == Some(entry))
                {
                    found.push(*row);
                }
            }
        })
    }

    /// Whether a row's name holds one of the words that [`spelt`](Self::spelt) has marked.
    pub fn has_spelling(&self, row: u32, spelt: &[bool]) -> bool {
        any_marked(self.words_of(row), spelt)
    }

    /// Adds the rows that `search` finds, given a range of entries and the rows already known, which all threads work on. `None` when stopped: whoever
    /// asks is asked between two rounds, on their own thread.
    fn in_pieces(
        &self,
        into: &mut Bits,
        stop: &dyn Fn() -> bool,
        search: impl Fn(std::ops::Range<usize>, &Bits, &mut Vec<u32>) + Sync,
    ) -> Option<()> {
        let round = ENTRIES_AT_A_TIME * PIECES_BETWEEN_LOOKS * rayon::current_num_threads();
        for first in (0..self.rows.len()).step_by(round) {
            if stop() {
                return None;
            }
            let last = first.saturating_add(round).min(self.rows.len());
            let starts: Vec<usize> = (first..last).step_by(ENTRIES_AT_A_TIME).collect();
            let known = &*into;
            let found: Vec<Vec<u32>> = starts
                .into_par_iter()
                .map(|start| {
                    let mut found = Vec::new();
                    search(start..last.min(start + ENTRIES_AT_A_TIME), known, &mut found);
                    found
                })
                .collect();
            found.iter().flatten().for_each(|row| into.insert(*row));
        }
        Some(())
    }

    fn entry_of(&self, row: u32) -> Option<usize> {
        self.entries.get(row as usize).filter(|entry| **entry != NONE).map(|entry| *entry as usize)
    }

    fn words_of(&self, row: u32) -> &[u32] {
        self.entry_of(row).and_then(|entry| self.words.get(span(&self.word_ends, entry))).unwrap_or_default()
    }

    fn close_entry(&mut self, row: u32) {
        if let Some(slot) = self.entries.get_mut(row as usize) {
            *slot = u32::try_from(self.rows.len()).unwrap_or(NONE);
        }
        self.rows.push(row);
        self.ends.push(self.bytes.len());
        self.word_ends.push(self.words.len());
    }

    /// The entry that holds byte `at` or the last one, looked for from entry `from` on.
    fn entry_at(&self, from: usize, at: usize) -> usize {
        // Hits come in order and mostly close to each other: double the stride until it is beyond, then halve.
        let mut stride = 1;
        while self.ends.get(from + stride).is_some_and(|end| *end <= at) {
            stride *= 2;
        }
        let high = (from + stride + 1).min(self.ends.len());
        let ahead = self.ends.get(from..high).unwrap_or_default().partition_point(|end| *end <= at);
        (from + ahead).min(self.ends.len().saturating_sub(1))
    }
}

fn any_marked(words: &[u32], marked: &[bool]) -> bool {
    words.iter().any(|word| marked.get(*word as usize).is_some_and(|marked| *marked))
}

fn span(ends: &[usize], entry: usize) -> std::ops::Range<usize> {
    let start = entry.checked_sub(1).and_then(|before| ends.get(before)).copied().unwrap_or_default();
    start..ends.get(entry).copied().unwrap_or(start)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stale_records_give_their_room_back() {
        let (mut texts, mut record) = (Texts::default(), Record::default());
        for round in 0..100u32 {
            for row in 0..10u32 {
                record.bytes = format!("\u{1}name {row} {round} {}", "x".repeat(30)).into_bytes();
                texts.set(row, &record);
            }
            texts.clear(round % 10);
            texts.tidy_up();
            assert!(texts.bytes.len() < 1200, "{} bytes for nine records of some 40", texts.bytes.len());
            assert!(
                texts.get(round % 10).is_empty()
                    && texts.get((round + 1) % 10)
                        == format!("\u{1}name {} {round} {}", (round + 1) % 10, "x".repeat(30)).as_bytes()
            );
        }
    }
}

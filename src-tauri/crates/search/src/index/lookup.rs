//! Which rows of a block match typed text.
//!
//! Typed text is compared with the dictionary once, which gives a set of words; a row whose words are among them matches.
//! What the dictionary does not hold (ids, phones, the digits of e-mails, pieces across words) is left to
//! [probes](super::probe).

use super::block::Block;
use super::marking::{mark_romanised, mark_text};
use super::probe::{Fit, Probe, stands};
use super::probing::{email_probes, id_probe, name_probe, number_probe, phone_probes, romanised_probe};
use super::store::Snapshot;
use super::words::{Dictionary, Kind, Marks};
use crate::Field;
use crate::terms::{Condition, Word};

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
            None => Kind::NAMES | Kind::EMAILS,
            Some(Field::Name) => Kind::NAMES,
            Some(Field::Email) => Kind::EMAILS,
            Some(Field::Phone | Field::Id) => 0,
        };
        let dictionary = self.dictionary();
        let mut marks = Marks::new(dictionary.len());
        let folded = word.folded.as_bytes();
        if kinds != 0 {
            let fits = |word: &[u8], at: usize| stands(word, at, at + folded.len(), fit);
            mark_text(dictionary, folded, kinds, &fits, stop, &mut marks)?;
        }
        if kinds & Kind::NAMES != 0
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
            if kinds & Kind::EMAILS != 0 {
                probes.extend(romanised_probe(dictionary, &word.typed, &cyrillic.lattice, fit, stop)?);
            }
        }
        if kinds & Kind::NAMES != 0 && folded.contains(&b' ') {
            probes.push(name_probe(dictionary, &word.folded, fit, stop)?);
        }
        let is_number = folded.iter().all(u8::is_ascii_digit);
        if is_number && word.field.is_none() {
            probes.push(number_probe(folded, fit));
        } else {
            if matches!(word.field, None | Some(Field::Id)) {
                let text = word.dashless.as_deref().unwrap_or(&word.folded).as_bytes();
                probes.push(id_probe(text, fit));
            }
            if kinds & Kind::EMAILS != 0 {
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

fn without(set: &[u64], other: &[u64]) -> Vec<u64> {
    set.iter().zip(other).map(|(word, other)| word & !other).collect()
}

fn add(set: &mut [u64], other: &[u64]) {
    set.iter_mut().zip(other).for_each(|(word, other)| *word |= other);
}

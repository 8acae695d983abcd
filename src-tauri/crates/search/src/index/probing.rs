//! Which probes typed text needs: one for each way in which it can stand where the dictionary does not tell.
//!
//! `None` means that the search was stopped.

use super::grams::{grams_of_phone_piece, grams_of_piece, pair, threes_of_piece};
use super::marking::{mark_romanised, mark_text};
use super::probe::{Check, Fit, Part, Probe};
use super::record::{DOMAIN, WORD};
use super::words::{Dictionary, Kind, Marks};
use crate::fold::phone::Needle;
use crate::fold::romanise::{Ends, Lattice};
use memchr::memmem::Finder;

/// How a number can stand in an e-mail or an id.
pub(super) fn number_probe(digits: &[u8], fit: Fit) -> Probe<'_> {
    let threes = threes_of_piece(digits);
    Probe {
        // Three digits say more than the pairs in them.
        grams: if threes.is_empty() { grams_of_piece(digits) } else { Vec::new() },
        threes,
        is_exact: digits.len() <= 3 && fit == Fit::Within,
        ..Probe::new(Check::Digits(Finder::new(digits)), fit)
    }
}

/// How text can stand in an id.
pub(super) fn id_probe(text: &[u8], fit: Fit) -> Probe<'_> {
    let is_number = text.iter().all(u8::is_ascii_digit);
    Probe {
        grams: grams_of_piece(text),
        threes: threes_of_piece(text),
        is_exact: text.len() <= 2 && !is_number && fit == Fit::Within,
        ..Probe::new(Check::Id(Finder::new(text)), fit)
    }
}

/// How a Cyrillic word can stand in an e-mail across its words: only where it holds a digit or an `@`. Whatever has it has
/// what stands before that within one word.
pub(super) fn romanised_probe<'a>(
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
        mark_romanised(dictionary, &beginning, Kind::EMAILS, Fit::Within, stop, &mut words)?;
        marks.push(words);
    }
    // Digits of a domain stand in the dictionary, so they are no grams to ask for.
    Some(Some(Probe { marks, ..Probe::new(Check::Spelt(lattice), fit) }))
}

/// How text can stand in an e-mail across its words and digits.
pub(super) fn email_probes<'a>(
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
        probes.push(Probe { grams, threes, marks, is_exact_of_plain, ..Probe::new(check, fit) });
    }
    Some(probes)
}

/// How text with blanks can stand in a name.
pub(super) fn name_probe<'a>(
    dictionary: Dictionary<'_>,
    text: &'a str,
    fit: Fit,
    stop: &dyn Fn() -> bool,
) -> Option<Probe<'a>> {
    let runs: Vec<&str> = text.split(' ').collect();
    let mut marks = Vec::new();
    for (number, run) in runs.iter().enumerate() {
        let (is_first, is_last) = (number == 0, number + 1 == runs.len());
        let mut words = Marks::new(dictionary.len());
        let fits = |word: &[u8], at: usize| (is_first || at == 0) && (is_last || at + run.len() == word.len());
        mark_text(dictionary, run.as_bytes(), Kind::NAMES, &fits, stop, &mut words)?;
        marks.push(words);
    }
    Some(Probe { marks, ..Probe::new(Check::Name(Finder::new(text)), fit) })
}

/// How digits can stand in a phone number, as it is written or as it is called from abroad.
pub(super) fn phone_probes(phone: &Needle, fit: Fit) -> Vec<Probe<'_>> {
    let probe = |digits: &str, is_exact, check| Probe {
        grams: grams_of_phone_piece(digits.as_bytes()),
        is_exact,
        ..Probe::new(check, fit)
    };
    let digits = phone.digits.as_str();
    let is_exact = digits.len() <= 3 && fit == Fit::Within;
    let mut probes = vec![probe(digits, is_exact, Check::Phone(Finder::new(digits.as_bytes())))];
    probes.extend(phone.beginning.as_deref().map(|beginning| probe(beginning, false, Check::Country(beginning))));
    probes
}

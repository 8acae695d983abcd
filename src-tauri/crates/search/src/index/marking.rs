//! Which words of the dictionary have typed text in them, as it stands or romanised.

use super::probe::{Fit, stands};
use super::words::{Dictionary, Marks};
use crate::fold::romanise::{Lattice, Sieve, Walk};
use aho_corasick::{AhoCorasick, MatchKind};
use memchr::memmem::Finder;

/// Finds the first place of some text in bytes.
type Find = Box<dyn Fn(&[u8]) -> Option<usize> + Send + Sync>;

/// Marks the words in which a text stands, where `fits` agrees with the place. `None` when stopped.
pub(super) fn mark_text(
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

/// Marks the words in which a Cyrillic word is romanised. `None` when stopped.
pub(super) fn mark_romanised(
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

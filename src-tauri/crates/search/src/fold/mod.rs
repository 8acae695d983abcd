//! Folding: what is left of a text when case, diacritics and the habits of keyboards no longer count.
//!
//! There are two strengths. [`letters`] gives the *letters* of a text: lower case, compatibility forms resolved, marks
//! dropped, but every Cyrillic letter still itself (ё, й, ї, ў, ә, қ, ь …), because a romanisation depends on them. [`fold`]
//! goes on to what is searched: ё = е, Kazakh, Ukrainian and Belarusian letters as the Russian letters that are typed
//! for them, soft and hard signs dropped. й stays apart from и in both.
//!
//! Folding never leaves its script; `romanise` crosses between scripts. Nothing here guesses at sound: two different
//! plain letters of one script never become one, with the exceptions listed in [`searched`].

pub(crate) mod phone;
pub(crate) mod romanise;
mod table;

use std::ops::Range;
use unicode_normalization::char::decompose_compatible;

/// The text as it is searched: one line, words parted by single blanks, free of control characters.
///
/// Folding twice gives what folding once gives.
///
/// ```
/// assert_eq!(search::fold("  GARCÍA\tÑúñez "), "garcia nunez");
/// assert_eq!(search::fold("Пётр Нұрсұлтан Соловьёв"), "петр нурсултан соловев");
/// ```
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    searched_letters(text, |letter, _| folded.push(letter));
    folded
}

/// Calls `emit` with each of the [`letters`] of a text that is [`searched`] and where it came from. No blank stands beside
/// a word of which nothing is searched.
fn searched_letters(text: &str, mut emit: impl FnMut(char, Range<usize>)) {
    let (mut begun, mut blank) = (false, None);
    letters(text, |letter, range| {
        if letter == ' ' {
            blank = Some(range);
        } else if let Some(letter) = searched(letter) {
            if let Some(range) = blank.take().filter(|_| begun) {
                emit(' ', range);
            }
            begun = true;
            emit(letter, range);
        }
    });
}

/// Calls `emit` with each letter of the text and the bytes of the text it came from, in order. A blank stands between
/// words and nowhere else. One character can give several letters (`ß`, `æ`), each with the range of the whole.
pub(crate) fn letters(text: &str, emit: impl FnMut(char, Range<usize>)) {
    if text.is_ascii() { ascii_letters(text, emit) } else { all_letters(text, emit) }
}

/// The same for a text of ASCII alone, as most e-mails and ids are: nothing in it decomposes or bears a mark, so no letter
/// has to wait for what follows.
fn ascii_letters(text: &str, mut emit: impl FnMut(char, Range<usize>)) {
    let (mut begun, mut blank) = (false, None);
    for (at, byte) in text.bytes().enumerate() {
        let letter = char::from(byte.to_ascii_lowercase());
        if letter.is_whitespace() {
            blank.get_or_insert(at);
        } else if letter.is_ascii_alphanumeric() || !table::is_dropped(letter) {
            if let Some(blank) = blank.take().filter(|_| begun) {
                emit(' ', blank..blank + 1);
            }
            begun = true;
            emit(letter, at..at + 1);
        }
    }
}

fn all_letters(text: &str, emit: impl FnMut(char, Range<usize>)) {
    let mut stream = Stream { emit, held: None, blank: None, begun: false };
    for (start, original) in text.char_indices() {
        let range = start..start + original.len_utf8();
        if original.is_ascii() {
            stream.take(original.to_ascii_lowercase(), range);
        } else if let Some(lower) = russian(original) {
            stream.hold(lower, range);
        } else {
            decompose_compatible(original, |part| {
                for lower in part.to_lowercase() {
                    decompose_compatible(lower, |part| stream.take(part, range.clone()));
                }
            });
        }
    }
    stream.flush();
}

/// A Russian letter in lower case, told quicker than by Unicode's tables, which come to the same.
fn russian(letter: char) -> Option<char> {
    match letter {
        'а'..='я' | 'ё' => Some(letter),
        'А'..='Я' => char::from_u32(u32::from(letter) + (u32::from('а') - u32::from('А'))),
        'Ё' => Some('ё'),
        _ => None,
    }
}

/// A letter as [`fold`] has it, given as [`letters`] has it; `None` when it is not searched at all.
pub(crate) fn searched(letter: char) -> Option<char> {
    if letter < 'ь' {
        return (letter != 'ъ').then_some(letter);
    }
    Some(match letter {
        'ь' => return None,
        'ё' | 'є' => 'е',
        'і' | 'ї' => 'и',
        'ў' | 'ұ' | 'ү' => 'у',
        'ј' => 'й',
        'ґ' | 'ғ' | 'ӷ' => 'г',
        'ә' => 'а',
        'җ' => 'ж',
        'қ' => 'к',
        'ң' => 'н',
        'ө' => 'о',
        'һ' | 'ҳ' => 'х',
        'ҷ' => 'ч',
        other => other,
    })
}

/// Whether a letter belongs to the Cyrillic script.
pub(crate) fn is_cyrillic(letter: char) -> bool {
    matches!(letter, '\u{400}'..='\u{52F}' | '\u{1C80}'..='\u{1C8F}' | '\u{2DE0}'..='\u{2DFF}' | '\u{A640}'..='\u{A69F}')
}

/// A letter that waits for the marks that may follow it.
struct Held {
    letter: char,
    range: Range<usize>,
}

struct Stream<F: FnMut(char, Range<usize>)> {
    emit: F,
    held: Option<Held>,
    /// Where the first blank since the last letter stood.
    blank: Option<Range<usize>>,
    begun: bool,
}

impl<F: FnMut(char, Range<usize>)> Stream<F> {
    /// Takes a lower-case, fully decomposed character.
    fn take(&mut self, part: char, range: Range<usize>) {
        if part.is_ascii_alphanumeric() {
            return self.hold(part, range);
        }
        if part.is_whitespace() {
            self.flush();
            self.blank.get_or_insert(range);
        } else if table::is_mark(part) {
            if let Some(held) = &mut self.held {
                held.letter = table::with_mark(held.letter, part);
                held.range.end = range.end;
            }
        } else if !table::is_dropped(part) {
            match table::spelled_out(part) {
                Some(spelling) => spelling.chars().for_each(|letter| self.hold(letter, range.clone())),
                None => self.hold(part, range),
            }
        }
    }

    fn hold(&mut self, letter: char, range: Range<usize>) {
        self.flush();
        self.held = Some(Held { letter, range });
    }

    fn flush(&mut self) {
        let Some(held) = self.held.take() else { return };
        let blank = self.blank.take();
        if self.begun
            && let Some(range) = blank
        {
            (self.emit)(' ', range);
        }
        self.begun = true;
        (self.emit)(held.letter, held.range);
    }
}

/// A folded text that remembers where in the original each of its characters came from.
pub(crate) struct Traced {
    /// The folded text.
    pub text: String,
    /// For each byte of `text`, the bytes of the original that its character came from.
    origins: Vec<Range<usize>>,
}

impl Traced {
    /// Folds a text; `keep` says which folded characters stay.
    pub fn new(original: &str, keep: impl Fn(char) -> bool) -> Self {
        let mut traced =
            Self { text: String::with_capacity(original.len()), origins: Vec::with_capacity(original.len()) };
        searched_letters(original, |letter, range| {
            if keep(letter) {
                traced.text.push(letter);
                traced.origins.resize(traced.text.len(), range);
            }
        });
        traced
    }

    /// The bytes of the original for a range of bytes of `text` that lies on character boundaries and is not empty.
    pub fn origin(&self, folded: Range<usize>) -> Option<Range<usize>> {
        let first = self.origins.get(folded.start)?;
        let last = self.origins.get(folded.end.checked_sub(1)?)?;
        Some(first.start..last.end)
    }
}

#[cfg(test)]
mod tests;

//! The small tables behind folding: which marks fall, which characters say nothing, which letters Unicode does not
//! decompose although people type them as others.

use unicode_normalization::char::canonical_combining_class;

/// Whether a character is a mark that folding drops: diacritics of Latin, Greek and Cyrillic, strokes through letters,
/// and the points of Hebrew and Arabic.
///
/// Told by the canonical combining class rather than by the general category, because in Indic, Thai and Japanese text
/// marks are vowels and voicing (classes 7 to 9 and 84 to 132, or 0), without which words would become other words.
pub(super) fn is_mark(part: char) -> bool {
    part >= '\u{300}' && matches!(canonical_combining_class(part), 1 | 10..=35 | 200..=255)
}

/// The letter that a base and a mark make, where that letter counts as one of its own; otherwise the bare base.
pub(super) fn with_mark(base: char, mark: char) -> char {
    match (base, mark) {
        ('и', '\u{306}') => 'й',
        ('у', '\u{306}') => 'ў',
        ('е', '\u{308}') => 'ё',
        ('і', '\u{308}') => 'ї',
        _ => base,
    }
}

/// Whether a character says nothing in a search: control and formatting characters, apostrophes (`O'Brien`, `Il'ya`,
/// `Дем'ян`) and the Catalan middle dot.
pub(super) fn is_dropped(part: char) -> bool {
    part.is_control()
        || matches!(part,
            '\'' | '`' | '\u{2018}'..='\u{201B}' | '\u{2032}' | '\u{2B9}'..='\u{2BF}' | '\u{2C8}' | '\u{B7}'
            | '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{180B}'..='\u{180F}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}'
            | '\u{E0000}'..='\u{E0FFF}')
}

/// What is typed for a letter or sign that has no decomposition. The results are themselves folded.
pub(super) fn spelled_out(part: char) -> Option<&'static str> {
    Some(match part {
        'ß' => "ss",
        'æ' => "ae",
        'œ' => "oe",
        'ø' => "o",
        'ł' => "l",
        'đ' | 'ð' | 'ɖ' => "d",
        'þ' => "th",
        'ı' => "i",
        'ħ' => "h",
        'ŋ' => "n",
        'ŧ' => "t",
        'ĸ' => "k",
        'ƶ' => "z",
        'ə' => "a",
        'ς' => "σ",
        '\u{2010}'..='\u{2015}' | '\u{2212}' => "-",
        _ => return None,
    })
}

//! The spellings of each Cyrillic letter, with the habits they belong to and the neighbours they depend on.
//!
//! Sources: ICAO Doc 9303 part 3 section 6 (passports), ISO 9:1995 and the scholarly system before it, BGN/PCGN for
//! Russian (1947), Ukrainian (cabinet resolution 55 of 2010), Kazakh (Latin alphabets of 2018 and 2021 besides the
//! passport spelling), and the everyday spellings of English and Spanish texts.

use super::{ANY, EVERYDAY, Ends, Habits, SCHOLARLY, SPANISH, Text, UKRAINIAN};

/// Everyday, Spanish and Ukrainian texts alike: all but the scholarly.
const COMMON: Habits = EVERYDAY | SPANISH | UKRAINIAN;

/// What stands beside a letter.
#[derive(Clone, Copy)]
enum Beside {
    Letter(char),
    /// The word ends.
    Nothing,
    /// It is not known: the typed piece ends.
    Anything,
}

impl Beside {
    fn is(self, one_of: &str) -> bool {
        match self {
            Self::Letter(letter) => one_of.contains(letter),
            Self::Nothing => false,
            Self::Anything => true,
        }
    }

    fn is_boundary(self) -> bool {
        matches!(self, Self::Nothing | Self::Anything)
    }
}

const VOWELS: &str = "аеёиоуыэюяіїєәөұү";

/// Calls `edge` with each step that leaves the letter at `at`: how many letters it takes, what they become, in which habits.
pub(super) fn leaving(letters: &[char], at: usize, ends: Ends, mut edge: impl FnMut(u8, Text, Habits)) {
    let beside = |index: Option<usize>| match index.and_then(|index| letters.get(index)) {
        Some(letter) if letter.is_alphanumeric() => Beside::Letter(*letter),
        Some(_) => Beside::Nothing,
        None if ends == Ends::Open => Beside::Anything,
        None => Beside::Nothing,
    };
    let Some(&letter) = letters.get(at) else { return };
    let (before, next, after) = (beside(at.checked_sub(1)), beside(Some(at + 1)), beside(Some(at + 2)));

    let known = by_itself(letter);
    for (text, habits) in known {
        edge(1, Text::Latin(text), *habits);
    }
    if known.is_empty() {
        edge(1, Text::Itself(letter), ANY);
        return;
    }
    by_neighbours(letter, before, next, |text, habits| edge(1, Text::Latin(text), habits));
    together(letter, next, after, |text, habits| {
        // Where the typed piece stops between the two, its last letter already stands for both.
        let taken = if matches!(next, Beside::Letter(_)) { 2 } else { 1 };
        edge(taken, Text::Latin(text), habits);
    });
}

/// Spellings that do not depend on neighbours; empty for what is no known Cyrillic letter and stands for itself.
fn by_itself(letter: char) -> &'static [(&'static str, Habits)] {
    match letter {
        'а' | 'ә' => &[("a", ANY)],
        'б' => &[("b", ANY)],
        'в' => &[("v", ANY)],
        'г' => &[("g", ANY), ("h", UKRAINIAN)],
        'ґ' => &[("g", ANY)],
        'ғ' => &[("g", ANY), ("gh", ANY)],
        'д' => &[("d", ANY)],
        // е is also how ё is mostly written.
        'е' => &[("e", ANY), ("yo", EVERYDAY)],
        'ё' => &[
            ("e", ANY),
            ("yo", COMMON),
            ("io", COMMON),
            ("jo", EVERYDAY | SCHOLARLY),
            ("o", EVERYDAY),
            ("ye", EVERYDAY),
            ("ie", EVERYDAY),
            ("je", EVERYDAY | SCHOLARLY),
        ],
        'є' => &[("e", ANY), ("ye", COMMON), ("ie", COMMON), ("je", EVERYDAY | SCHOLARLY)],
        'ж' => &[("zh", COMMON), ("z", SCHOLARLY), ("j", EVERYDAY)],
        'җ' | 'ҷ' => &[("j", ANY), ("zh", EVERYDAY), ("ch", EVERYDAY)],
        'з' => &[("z", ANY)],
        'и' => &[("i", ANY), ("y", UKRAINIAN)],
        'і' => &[("i", ANY)],
        'ї' => &[("i", ANY), ("yi", COMMON), ("ji", EVERYDAY | SCHOLARLY)],
        'й' => &[("y", COMMON), ("i", COMMON), ("j", EVERYDAY | SCHOLARLY)],
        'к' => &[("k", ANY), ("c", SPANISH)],
        'қ' => &[("k", ANY), ("q", ANY)],
        'л' => &[("l", ANY)],
        'м' => &[("m", ANY)],
        'н' => &[("n", ANY)],
        'ң' => &[("n", ANY), ("ng", ANY)],
        'о' | 'ө' => &[("o", ANY)],
        'п' => &[("p", ANY)],
        'р' => &[("r", ANY)],
        'с' => &[("s", ANY), ("z", SPANISH)],
        'т' => &[("t", ANY)],
        'у' | 'ұ' | 'ү' => &[("u", ANY)],
        'ў' => &[("u", ANY), ("w", EVERYDAY | UKRAINIAN)],
        'ф' => &[("f", ANY), ("ph", EVERYDAY)],
        'х' => &[("kh", COMMON), ("h", ANY), ("ch", SCHOLARLY), ("j", SPANISH)],
        'һ' | 'ҳ' => &[("h", ANY), ("kh", EVERYDAY)],
        'ц' => &[("ts", COMMON), ("c", SCHOLARLY)],
        'ч' => &[("ch", COMMON), ("c", SCHOLARLY)],
        'ш' => &[("sh", COMMON), ("s", SCHOLARLY)],
        'щ' => &[("shch", COMMON), ("sch", EVERYDAY | SPANISH), ("s", SCHOLARLY), ("sc", SCHOLARLY)],
        'ъ' => &[("", ANY), ("ie", EVERYDAY)],
        'ь' => &[("", ANY)],
        'ы' => &[("y", ANY), ("i", EVERYDAY | SPANISH)],
        'э' => &[("e", ANY)],
        'ю' => &[("yu", COMMON), ("iu", COMMON), ("ju", EVERYDAY | SCHOLARLY), ("u", SCHOLARLY)],
        'я' => &[("ya", COMMON), ("ia", COMMON), ("ja", EVERYDAY | SCHOLARLY), ("a", SCHOLARLY)],
        // South Slavic.
        'ј' => &[("j", ANY), ("y", EVERYDAY), ("i", EVERYDAY)],
        'љ' => &[("lj", ANY), ("l", SCHOLARLY), ("ly", EVERYDAY)],
        'њ' => &[("nj", ANY), ("n", SCHOLARLY), ("ny", EVERYDAY)],
        'ћ' => &[("c", ANY), ("ch", EVERYDAY)],
        'ђ' => &[("d", ANY), ("dj", ANY)],
        'џ' => &[("dz", ANY), ("dzh", EVERYDAY), ("j", EVERYDAY)],
        _ => &[],
    }
}

/// Further spellings that a letter has beside certain neighbours.
fn by_neighbours(letter: char, before: Beside, next: Beside, mut spelling: impl FnMut(&'static str, Habits)) {
    let front_vowel_follows = next.is("еиэёі");
    match letter {
        'г' if front_vowel_follows => spelling("gu", SPANISH), // Родригес, Rodríguez
        'е' if before.is_boundary() || before.is(VOWELS) || before.is("ьъй") => {
            spelling("ye", COMMON);
            spelling("je", EVERYDAY | SCHOLARLY);
            spelling("ie", EVERYDAY);
        }
        'и' if before.is("ь") => spelling("yi", EVERYDAY), // Ильинична, Ilyinichna
        'к' if front_vowel_follows => spelling("qu", SPANISH), // Энрике, Enrique
        'о' if before.is("ь") => {
            spelling("yo", COMMON);
            spelling("io", COMMON);
        }
        'с' => {
            if front_vowel_follows {
                spelling("c", SPANISH); // Гарсия, García
            }
            if before.is(VOWELS) && next.is(VOWELS) {
                spelling("ss", EVERYDAY); // Қасым, Kassym
            }
        }
        'х' if front_vowel_follows => spelling("g", SPANISH), // Херардо, Gerardo
        'ц' if front_vowel_follows => spelling("c", SPANISH), // Франциско, Francisco
        'ч' if before.is_boundary() => spelling("tch", EVERYDAY), // Чайковский, Tchaikovsky
        'э' if before.is_boundary() => spelling("he", SPANISH), // Эрнандес, Hernández
        'ю' if before.is("л") => spelling("u", EVERYDAY),     // Людмила, Ludmila
        'я' if before.is("иі") => spelling("a", COMMON),      // Мария, Maria
        'я' if before.is("л") => spelling("a", EVERYDAY),     // Джамиля, Jamila
        _ => {}
    }
}

/// Spellings that two letters have together. `after` is what follows the second.
fn together(letter: char, next: Beside, after: Beside, mut spelling: impl FnMut(&'static str, Habits)) {
    // Where the typed piece ends after `letter`, what follows is as open as the second letter itself.
    let word_ends = matches!(next, Beside::Anything) || after.is_boundary();
    match letter {
        'и' | 'і' | 'ы' if next.is("й") && word_ends => {
            spelling("y", EVERYDAY | UKRAINIAN); // -ский, -sky; Белый, Bely
            spelling("i", EVERYDAY | SPANISH);
        }
        'к' if next.is("с") => spelling("x", ANY), // Алексей, Alexey
        'д' if next.is("ж") => {
            spelling("j", COMMON); // Джамиля, Jamila
            spelling("dj", EVERYDAY);
        }
        'д' if next.is("р") && word_ends => spelling("der", EVERYDAY), // Александр, Alexander
        'т' if next.is("р") && word_ends => spelling("ter", EVERYDAY), // Пётр, Peter
        'л' if next.is("ь") => spelling("ll", SPANISH),                // Гильермо, Guillermo
        _ => {}
    }
}

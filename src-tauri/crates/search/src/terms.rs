//! Typed text as conditions on a customer's texts. The index looks the conditions up, `highlight` shows where they hold;
//! both read the same conditions, so that whatever is found can be marked.

use crate::fold::phone::{self, Needle};
use crate::fold::romanise::{Ends, Lattice, alphabet, has_cyrillic};
use crate::fold::{fold, letters, searched};
use crate::syntax::parts;
use crate::{Field, Query};

/// A condition. All the conditions of a text must hold.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Condition {
    /// A word is a piece of one of the customer's texts.
    Word(Word),
    /// Neighbouring words that look like one phone number: together they are a piece of the phone, or each for itself is
    /// a piece of something.
    Run {
        /// The words as one phone number.
        phone: Needle,
        /// The words one by one.
        words: Vec<Word>,
    },
    /// A word is a piece of none of the customer's texts.
    Not(Word),
}

/// A typed word, in the forms in which it is looked up.
#[derive(Debug)]
pub(crate) struct Word {
    /// The letters that were typed, which decide all else.
    pub typed: Vec<char>,
    /// The one field in which it counts.
    pub field: Option<Field>,
    /// It is looked up as it stands, not between scripts, and may hold blanks.
    pub is_phrase: bool,
    /// Folded; a piece of name or e-mail.
    pub folded: String,
    /// Without dashes; a piece of the id, which is kept without dashes too.
    pub dashless: Option<String>,
    /// A piece of the phone, when the word looks like one.
    pub phone: Option<Needle>,
    /// A Latin word, also a piece of a romanised Cyrillic name.
    pub latin: Option<Latin>,
    /// A Cyrillic word, also romanised a piece of a Latin name or e-mail.
    pub cyrillic: Option<Cyrillic>,
}

/// A Latin word as it is looked up among Cyrillic names; its text is [`Word::folded`].
#[derive(Debug)]
pub(crate) struct Latin {
    /// Which Latin letters it has.
    pub alphabet: u32,
}

/// A Cyrillic word as it is looked up in Latin text.
#[derive(Debug)]
pub(crate) struct Cyrillic {
    /// Its spellings.
    pub lattice: Lattice,
}

/// Reads what was typed. Words that say nothing (an apostrophe, a lone `+` or dash) are no condition.
pub(crate) fn conditions(text: &str) -> Vec<Condition> {
    let end = text.char_indices().nth(Query::TEXT_LIMIT).map_or(text.len(), |(end, _)| end);
    let (mut conditions, mut run, mut excluded) = (Vec::new(), Vec::new(), Vec::new());
    let mut seen = std::collections::HashSet::new();
    for part in parts(text.get(..end).unwrap_or_default()) {
        let mut typed: Vec<char> = Vec::new();
        letters(part.text, |letter, _| typed.push(letter));
        if part.is_quoted {
            let Some(phrase) = Word::phrase(&typed, part.field) else { continue };
            end_run(&mut run, &mut conditions);
            let to = if part.is_excluded { &mut excluded } else { &mut conditions };
            to.push(if part.is_excluded { Condition::Not(phrase) } else { Condition::Word(phrase) });
            continue;
        }
        for word in typed.split(|letter| *letter == ' ').filter_map(|typed| Word::new(typed, part.field)) {
            if part.is_excluded {
                end_run(&mut run, &mut conditions);
                excluded.push(Condition::Not(word));
            } else if word.phone.is_some() && matches!(word.field, None | Some(Field::Phone)) {
                run.push(word);
            } else {
                end_run(&mut run, &mut conditions);
                if seen.insert((word.folded.clone(), word.field)) {
                    conditions.push(Condition::Word(word));
                }
            }
        }
    }
    end_run(&mut run, &mut conditions);
    conditions.append(&mut excluded); // last, so that few are left to look at
    conditions
}

fn end_run(run: &mut Vec<Word>, conditions: &mut Vec<Condition>) {
    let words = std::mem::take(run);
    let together: String = words.iter().map(|word| word.folded.as_str()).collect();
    match phone::needle(&together) {
        Some(phone) if words.len() > 1 => conditions.push(Condition::Run { phone, words }),
        _ => conditions.extend(words.into_iter().map(Condition::Word)),
    }
}

impl PartialEq for Word {
    fn eq(&self, other: &Self) -> bool {
        (&self.typed, self.field, self.is_phrase) == (&other.typed, other.field, other.is_phrase)
    }
}

impl Eq for Word {}

/// Whether whoever fulfils the conditions `new` is sure to fulfil `old` as well, so that looking among those is enough.
/// Some narrowings may go unnoticed.
pub(crate) fn narrow(new: &[Condition], old: &[Condition]) -> bool {
    old.iter().all(|old| match old {
        Condition::Word(old) => new.iter().any(|new| new.narrows_word(old)),
        Condition::Run { phone, words } => {
            words.iter().all(|word| new.iter().any(|new| new.narrows_word(word)))
                || new.iter().any(|new| match new {
                    Condition::Run { phone: new_phone, words: new_words } => {
                        new_phone.narrows(phone)
                            && words.iter().all(|word| new_words.iter().any(|new| new.narrows(word)))
                    }
                    Condition::Word(_) | Condition::Not(_) => false,
                })
        }
        Condition::Not(_) => new.contains(old),
    })
}

impl Condition {
    fn narrows_word(&self, old: &Word) -> bool {
        match self {
            Self::Word(new) => new.narrows(old),
            Self::Run { phone, words } => {
                old.phone.as_ref().is_some_and(|old| phone.narrows(old)) && words.iter().any(|new| new.narrows(old))
            }
            Self::Not(_) => false,
        }
    }
}

impl Word {
    /// Whether whatever has this word also has `old`: as each beginning of a word finds what the word finds.
    fn narrows(&self, old: &Self) -> bool {
        self.field == old.field
            && self.is_phrase == old.is_phrase
            && self.typed.starts_with(&old.typed)
            && match (&self.phone, &old.phone) {
                (Some(new), Some(old)) => new.narrows(old),
                (new, _) => new.is_none(),
            }
    }

    /// Text to be looked up as it stands.
    fn phrase(typed: &[char], field: Option<Field>) -> Option<Self> {
        let folded = fold(&typed.iter().collect::<String>());
        if folded.bytes().all(|byte| byte == b' ' || phone::is_punctuation(byte)) {
            return None;
        }
        let dashless = folded.replace('-', "");
        Some(Self {
            typed: typed.to_vec(),
            field,
            is_phrase: true,
            dashless: (!dashless.is_empty()).then_some(dashless),
            phone: phone::needle(&folded.replace(' ', "")),
            latin: None,
            cyrillic: None,
            folded,
        })
    }

    fn new(typed: &[char], field: Option<Field>) -> Option<Self> {
        let folded: String = typed.iter().copied().filter_map(searched).collect();
        if folded.bytes().all(phone::is_punctuation) {
            return None;
        }
        let dashless = folded.replace('-', "");
        let cyrillic = has_cyrillic(typed);
        let alphabet = alphabet(folded.as_bytes());
        Some(Self {
            dashless: (!dashless.is_empty()).then_some(dashless),
            phone: phone::needle(&folded),
            latin: (!cyrillic && alphabet != 0).then_some(Latin { alphabet }),
            cyrillic: cyrillic.then(|| Cyrillic { lattice: Lattice::new(typed, Ends::Open) }),
            folded,
            typed: typed.to_vec(),
            field,
            is_phrase: false,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(text: &str) -> Vec<String> {
        conditions(text)
            .iter()
            .map(|condition| match condition {
                Condition::Word(word) => word.folded.clone(),
                Condition::Run { phone, words } => format!("{}/{}", phone.digits, words.len()),
                Condition::Not(word) => format!("not {}", word.folded),
            })
            .collect()
    }

    #[test]
    fn words_that_look_like_one_phone_stay_together() {
        assert_eq!(shape("Иван +7 916 123 x"), ["иван", "7916123/3", "x"]);
        assert_eq!(shape("+7 (916) 123-45-67"), ["79161234567/3"]);
        assert_eq!(shape("916 ivan 123"), ["916", "ivan", "123"]);
    }

    #[test]
    fn exclusions_come_last_and_phrases_stand_apart() {
        assert_eq!(shape("-Иван +7 \"916  1\" 2 garcia"), ["+7", "916 1", "2", "garcia", "not иван"]);
        assert_eq!(shape("phone:+7 916 id:12 3"), ["7916/2", "12", "3"]);
    }

    #[test]
    fn words_that_say_nothing_are_no_condition() {
        assert_eq!(shape(" ' + - ( ) ь \u{200B} "), Vec::<String>::new());
        assert_eq!(shape("ivan - ivan"), ["ivan"]);
        assert_eq!(shape("name: \" \" -name:+ «"), Vec::<String>::new());
    }

    #[test]
    fn only_the_beginning_of_an_endless_text_counts() {
        assert_eq!(shape(&"я".repeat(100_000)), ["я".repeat(Query::TEXT_LIMIT)]);
        assert_eq!(shape(&"\u{301}".repeat(100_000)), Vec::<String>::new());
    }
}

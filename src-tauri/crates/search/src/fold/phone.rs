//! Phone numbers as digits, and which of them are known in international form.
//!
//! Nothing here knows numbering plans but for one habit: Russian and Kazakh numbers are written with a leading 8 inside
//! the country and with +7 everywhere else.

use std::ops::Range;

/// The digits of a phone number as they are compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Number {
    /// Country code and subscriber for an international number, else the digits as written.
    pub digits: String,
    /// For each digit, the bytes of the original that it came from.
    pub origins: Vec<Range<usize>>,
    /// Whether `digits` is a whole number in international form (E.164: country code first, at most fifteen digits).
    pub international: bool,
}

/// Reads a phone number; `None` when it has no digit.
///
/// International are numbers of 8 to 15 digits after `+` or `00`, and numbers of eleven digits beginning with 7 or 8
/// without a plus, which are Russian or Kazakh and get their 7.
pub(crate) fn number(text: &str) -> Option<Number> {
    let (mut digits, mut origins) = (String::new(), Vec::new());
    let international = read(text, &mut digits, |range| origins.push(range))?;
    origins.drain(..origins.len() - digits.len());
    Some(Number { digits, origins, international })
}

/// Writes the digits of a [`number`] into `digits` and says whether it is international; `None` when it has no digit.
/// `origin` is told the place of each digit of the text, also of a leading 00, which is not written.
pub(crate) fn read(text: &str, digits: &mut String, mut origin: impl FnMut(Range<usize>)) -> Option<bool> {
    digits.clear();
    let mut plus = false;
    super::letters(text, |letter, range| {
        if letter.is_ascii_digit() {
            digits.push(letter);
            origin(range);
        } else if letter == '+' && digits.is_empty() {
            plus = true;
        }
    });
    if digits.is_empty() {
        return None;
    }
    let fits = |count: usize| (8..=15).contains(&count);
    let mut international = plus && fits(digits.len());
    if !plus && digits.starts_with("00") && fits(digits.len() - 2) {
        digits.drain(..2);
        international = true;
    } else if !plus && digits.len() == 11 && digits.starts_with(['7', '8']) {
        digits.replace_range(..1, "7");
        international = true;
    }
    Some(international)
}

/// What a typed piece of a phone number is looked up as.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Needle {
    /// Digits anywhere in a number.
    pub digits: String,
    /// Digits that an international number begins with: what is meant when the piece begins with a Russian 8 or with 00.
    pub beginning: Option<String>,
}

/// Reads folded text as a piece of a phone number: digits and `+ ( ) - .` alone, with at least one digit.
pub(crate) fn needle(folded: &str) -> Option<Needle> {
    if !folded.bytes().all(|byte| byte.is_ascii_digit() || is_punctuation(byte)) {
        return None;
    }
    let digits: String = folded.chars().filter(char::is_ascii_digit).collect();
    if digits.is_empty() {
        return None;
    }
    let before_digits = folded.split(|letter: char| letter.is_ascii_digit()).next().unwrap_or_default();
    let beginning = if before_digits.contains('+') {
        None
    } else if let Some(rest) = digits.strip_prefix("00") {
        (!rest.is_empty()).then(|| rest.to_owned())
    } else {
        digits.strip_prefix('8').filter(|rest| rest.len() <= 10).map(|rest| format!("7{rest}"))
    };
    Some(Needle { digits, beginning })
}

impl Needle {
    /// Whether every number with this piece also has the piece `old`. `003` does not narrow `00`, as it finds +3.
    pub fn narrows(&self, old: &Self) -> bool {
        let beginning = |new: &String| {
            new.contains(&old.digits) || old.beginning.as_ref().is_some_and(|old| new.starts_with(old.as_str()))
        };
        self.digits.contains(&old.digits) && self.beginning.as_ref().is_none_or(beginning)
    }
}

/// Whether a byte of folded text is punctuation of phone numbers.
pub(crate) fn is_punctuation(byte: u8) -> bool {
    matches!(byte, b'+' | b'(' | b')' | b'-' | b'.')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (String, bool) {
        number(text).map(|number| (number.digits, number.international)).unwrap()
    }

    #[test]
    fn numbers_are_known_as_international_only_when_they_say_so() {
        let cases = [
            ("+7 (916) 123-45-67", "79161234567", true),
            ("8 916 123 45 67", "79161234567", true),
            ("7 916 123-45-67", "79161234567", true),
            ("00 34 612 345 678", "34612345678", true),
            ("+81 90 1234 567", "81901234567", true),
            ("+34612345678", "34612345678", true),
            ("９１６１２３", "916123", false),
            ("916 123 45 67", "9161234567", false),
            ("+7", "7", false),
            ("+1234567890123456", "1234567890123456", false),
        ];
        for (text, digits, international) in cases {
            assert_eq!(read(text), (digits.to_owned(), international), "{text:?}");
        }
        assert_eq!(number("none"), None);
    }

    #[test]
    fn an_eight_or_two_zeros_in_front_stand_for_the_country() {
        let beginning = |text| needle(text).unwrap().beginning;
        assert_eq!(beginning("8916"), Some("7916".to_owned()));
        assert_eq!(beginning("8(916)123-45-67"), Some("79161234567".to_owned()));
        assert_eq!(beginning("0034"), Some("34".to_owned()));
        assert_eq!(beginning("+8190"), None, "a plus before the 8 makes it a country code");
        assert_eq!(beginning("891612345678"), None, "no Russian number is that long");
        assert_eq!(beginning("916"), None);
    }

    #[test]
    fn only_digits_and_their_punctuation_are_a_phone() {
        assert_eq!(needle("+()-."), None);
        assert_eq!(needle("12a"), None);
        assert_eq!(needle("(916)").unwrap().digits, "916");
    }
}

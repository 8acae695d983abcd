//! Where in a customer's texts a query matches, as ranges of the original text.
//!
//! Folding, romanising and comparing are those of the search itself, so whatever was found can be shown. Nothing here
//! knows markup: the interface splits the text at the ranges.

use crate::fold::phone::{self, Needle};
use crate::fold::romanise::{Ends, Lattice, Walk, has_cyrillic};
use crate::fold::{Traced, letters};
use crate::terms::{Condition, Word, conditions};
use kyc::Customer;
use std::ops::Range;

/// A text of a customer in which a search looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Field {
    /// Name.
    Name,
    /// E-mail.
    Email,
    /// Phone.
    Phone,
    /// The provider's id.
    Id,
}

impl Field {
    /// Every field.
    pub const ALL: [Self; 4] = [Self::Name, Self::Email, Self::Phone, Self::Id];

    fn of(self, customer: &Customer) -> Option<&str> {
        match self {
            Self::Name => customer.name.as_deref(),
            Self::Email => customer.email.as_deref(),
            Self::Phone => customer.phone.as_deref(),
            Self::Id => Some(customer.id.as_str()),
        }
    }
}

/// What matches in each text of a customer: byte ranges, on character boundaries, in order, apart from each other.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Highlights {
    /// Of the name.
    pub name: Vec<Range<usize>>,
    /// Of the e-mail.
    pub email: Vec<Range<usize>>,
    /// Of the phone.
    pub phone: Vec<Range<usize>>,
    /// Of the provider's id.
    pub id: Vec<Range<usize>>,
}

impl Highlights {
    /// The ranges of one field.
    pub fn of(&self, field: Field) -> &[Range<usize>] {
        match field {
            Field::Name => &self.name,
            Field::Email => &self.email,
            Field::Phone => &self.phone,
            Field::Id => &self.id,
        }
    }

    fn of_mut(&mut self, field: Field) -> &mut Vec<Range<usize>> {
        match field {
            Field::Name => &mut self.name,
            Field::Email => &mut self.email,
            Field::Phone => &mut self.phone,
            Field::Id => &mut self.id,
        }
    }
}

/// A query's text, read once, to be shown in many customers.
#[derive(Debug)]
pub struct Highlighter {
    conditions: Vec<Condition>,
}

impl Highlighter {
    /// Reads the text of a query, as [`Query::text`](crate::Query::text) has it.
    pub fn new(query_text: &str) -> Self {
        Self { conditions: conditions(query_text) }
    }

    /// What matches in a customer. A phone number typed in several words is marked as one where the customer's phone has
    /// it, and its words are then not marked one by one elsewhere.
    pub fn customer(&self, customer: &Customer) -> Highlights {
        let mut highlights = Highlights::default();
        if self.conditions.is_empty() {
            return highlights;
        }
        let in_phone =
            |phone: &Needle| customer.phone.as_deref().is_some_and(|text| !phone_ranges(phone, text).is_empty());
        for field in Field::ALL {
            if let Some(text) = field.of(customer) {
                *highlights.of_mut(field) = self.ranges(field, text, &in_phone);
            }
        }
        highlights
    }

    /// What matches in one text of a customer, whatever the other texts are.
    pub fn field(&self, field: Field, text: &str) -> Vec<Range<usize>> {
        self.ranges(field, text, &|phone| field == Field::Phone && !phone_ranges(phone, text).is_empty())
    }

    fn ranges(&self, field: Field, text: &str, in_phone: &dyn Fn(&Needle) -> bool) -> Vec<Range<usize>> {
        let reading = Reading::new(field, text);
        let mut ranges = Vec::new();
        for condition in &self.conditions {
            match condition {
                Condition::Word(word) => reading.mark(word, &mut ranges),
                Condition::Run { phone, .. } if in_phone(phone) => {
                    if field == Field::Phone {
                        ranges.extend(phone_ranges(phone, text));
                    }
                }
                Condition::Run { words, .. } => words.iter().for_each(|word| reading.mark(word, &mut ranges)),
                Condition::Not(_) => {}
            }
        }
        joined(ranges)
    }
}

/// What matches in one text; see [`Highlighter`], which reads the query only once.
///
/// ```
/// use search::{Field, highlight};
/// assert_eq!(highlight(Field::Name, "Мария Гарсия", "garcia"), ["Мария ".len().."Мария Гарсия".len()]);
/// assert_eq!(highlight(Field::Phone, "+7 (916) 123-45-67", "9161234567"), [4..18]);
/// ```
pub fn highlight(field: Field, text: &str, query_text: &str) -> Vec<Range<usize>> {
    Highlighter::new(query_text).field(field, text)
}

/// Byte ranges of `text` as ranges of UTF-16 units, in which JavaScript counts. A range that does not lie on character
/// boundaries is widened to them; one outside the text is cut off.
pub fn utf16_ranges(text: &str, ranges: &[Range<usize>]) -> Vec<Range<u32>> {
    let units = |upto: usize| {
        let units = text
            .char_indices()
            .take_while(|(start, _)| *start < upto)
            .map(|(_, letter)| letter.len_utf16())
            .sum::<usize>();
        u32::try_from(units).unwrap_or(u32::MAX)
    };
    ranges
        .iter()
        .map(|range| {
            units(text.floor_char_boundary(range.start))..units(text.ceil_char_boundary(range.end.min(text.len())))
        })
        .collect()
}

/// A text as the words of a query are looked up in it.
struct Reading<'a> {
    field: Field,
    text: &'a str,
    folded: Traced,
    /// For a name: its letters, to compare spellings with.
    letters: Vec<(char, Range<usize>)>,
}

impl<'a> Reading<'a> {
    fn new(field: Field, text: &'a str) -> Self {
        let mut of_name = Vec::new();
        if field == Field::Name {
            letters(text, |letter, range| of_name.push((letter, range)));
        }
        let keep = |letter| field != Field::Id || letter != '-';
        Self { field, text, folded: Traced::new(text, keep), letters: of_name }
    }

    fn mark(&self, word: &Word, ranges: &mut Vec<Range<usize>>) {
        if word.field.is_some_and(|field| field != self.field) {
            return;
        }
        match self.field {
            Field::Phone => ranges.extend(word.phone.iter().flat_map(|phone| phone_ranges(phone, self.text))),
            Field::Id => self.mark_folded(word.dashless.as_deref().unwrap_or_default(), ranges),
            Field::Name | Field::Email => {
                self.mark_folded(&word.folded, ranges);
                self.mark_romanised_word(word, ranges);
                if word.latin.is_some() {
                    self.mark_spelt(word.folded.as_bytes(), ranges);
                }
            }
        }
    }

    fn mark_folded(&self, piece: &str, ranges: &mut Vec<Range<usize>>) {
        if !piece.is_empty() {
            let hits = self.folded.text.match_indices(piece);
            ranges.extend(hits.filter_map(|(start, hit)| self.folded.origin(start..start + hit.len())));
        }
    }

    /// Marks Latin text that a Cyrillic word is romanised to.
    fn mark_romanised_word(&self, word: &Word, ranges: &mut Vec<Range<usize>>) {
        let Some(cyrillic) = &word.cyrillic else { return };
        let (text, mut walk, mut from) = (self.folded.text.as_bytes(), Walk::default(), 0);
        while from < text.len() {
            match cyrillic.lattice.stands_at(text, from, &mut walk) {
                Some(end) => {
                    ranges.extend(self.folded.origin(from..end));
                    from = end;
                }
                None => from += 1,
            }
        }
    }

    /// Marks Cyrillic text that has a Latin word as a spelling.
    fn mark_spelt(&self, latin: &[u8], ranges: &mut Vec<Range<usize>>) {
        let mut walk = Walk::default();
        for word in self.letters.split(|(letter, _)| *letter == ' ') {
            let typed: Vec<char> = word.iter().map(|(letter, _)| *letter).collect();
            if !has_cyrillic(&typed) {
                continue;
            }
            let lattice = Lattice::new(&typed, Ends::Closed);
            let mut start = 0;
            while start < typed.len() {
                let end = lattice.spells(start, latin, &mut walk).unwrap_or(start);
                if let (Some((_, first)), Some((_, last))) =
                    (word.get(start), word.get(start.max(end.saturating_sub(1))))
                    && end > start
                {
                    ranges.push(first.start..last.end);
                }
                start = end.max(start + 1);
            }
        }
    }
}

fn phone_ranges(needle: &Needle, text: &str) -> Vec<Range<usize>> {
    let Some(number) = phone::number(text) else { return Vec::new() };
    let origin = |digits: Range<usize>| match number.origins.get(digits) {
        Some([only]) => Some(only.clone()),
        Some([first, .., last]) => Some(first.start..last.end),
        _ => None,
    };
    let mut hits: Vec<Range<usize>> =
        number.digits.match_indices(&needle.digits).map(|(start, hit)| start..start + hit.len()).collect();
    if let Some(beginning) =
        needle.beginning.as_ref().filter(|beginning| number.international && number.digits.starts_with(*beginning))
    {
        hits.push(0..beginning.len());
    }
    hits.into_iter().filter_map(origin).collect()
}

/// The ranges in order, those that overlap or touch made one.
fn joined(mut ranges: Vec<Range<usize>>) -> Vec<Range<usize>> {
    ranges.sort_unstable_by_key(|range| (range.start, range.end));
    let mut joined: Vec<Range<usize>> = Vec::with_capacity(ranges.len());
    for range in ranges {
        match joined.last_mut() {
            Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
            _ => joined.push(range),
        }
    }
    joined
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn marked(field: Field, text: &str, query: &str) -> Vec<String> {
        highlight(field, text, query).into_iter().map(|range| text[range].to_owned()).collect()
    }

    #[test]
    fn the_right_piece_is_marked_in_either_script() {
        let cases: &[(Field, &str, &str, &[&str])] = &[
            (Field::Name, "Мария Гарсия", "garcia", &["Гарсия"]),
            (Field::Name, "Мария Гарсия", "garc", &["Гарс"]),
            (Field::Name, "María José García", "гарсия", &["García"]),
            (Field::Name, "María José García", "maria garc", &["María", "Garc"]),
            (Field::Name, "Jose\u{301} Pe\u{301}rez", "jose perez", &["Jose\u{301}", "Pe\u{301}rez"]),
            (Field::Name, "Straße", "ss", &["ß"]),
            (Field::Name, "Пётр Чайковский", "tchaikovsky", &["Чайковский"]),
            (Field::Name, "Pyotr Tchaikovsky", "чайковский", &["Tchaikovsky"]),
            (Field::Name, "Римский-Корсаков", "rimsky", &["Римский"]),
            (Field::Name, "Иван Иванов", "ivan", &["Иван", "Иван"]),
            (Field::Name, "😀 Ivan 😀", "иван", &["Ivan"]),
            (Field::Email, "maria.garcia@example.com", "гарсия", &["garcia"]),
            (Field::Phone, "+7 (916) 123-45-67", "9161234567", &["916) 123-45-67"]),
            (Field::Phone, "+7 (916) 123-45-67", "8916", &["7 (916"]),
            (Field::Phone, "8 916 123-45-67", "+7 916", &["8 916"]),
            (Field::Phone, "+7 (916) 123-45-67", "+7 916 123", &["7 (916) 123"]),
            (Field::Phone, "+7 (916) 123-45-67", "ivan", &[]),
            (Field::Id, "9C2E0D2F-0000-4000", "2f0000", &["2F-0000"]),
            (Field::Id, "9C2E0D2F-0000-4000", "2f-00", &["2F-00"]),
            (Field::Name, "<b>Ivan</b>", "ivan", &["Ivan"]),
            (Field::Name, "Иван", "", &[]),
            (Field::Name, "Иван Петров Иван", "\"иван петр\"", &["Иван Петр"]),
            (Field::Name, "Ivan", "\"иван\"", &[]),
            (Field::Name, "Ivan Petrov", "petrov -ivan", &["Petrov"]),
            (Field::Name, "Иван", "имя:ivan", &["Иван"]),
            (Field::Email, "ivan@x.io", "имя:ivan", &[]),
            (Field::Email, "ivan@x.io", "correo: ivan", &["ivan"]),
            (Field::Id, "916-1", "phone:916", &[]),
            (Field::Phone, "+7 (916) 123-45-67", "teléfono:8916", &["7 (916"]),
        ];
        for (field, text, query, expected) in cases {
            assert_eq!(marked(*field, text, query), *expected, "{query:?} in {text:?}");
        }
    }

    #[test]
    fn a_number_typed_in_words_is_marked_once() {
        let customer = |phone: Option<&str>| Customer {
            id: kyc::ProviderCustomerId::new("7-916-7").unwrap(),
            name: None,
            email: Some("agent7@example.com".to_owned()),
            phone: phone.map(str::to_owned),
            kyc: kyc::KycStatus::Verified,
            trust: None,
            blocked: kyc::Blocked::No,
            payments: None,
            paid: None,
            last_payment: None,
            created: None,
            raw: String::new(),
        };
        let highlighter = Highlighter::new("+7 916");
        let with_phone = highlighter.customer(&customer(Some("+7 916 000")));
        assert_eq!(with_phone, Highlights { phone: std::iter::once(1..6).collect(), ..Highlights::default() });
        let without = highlighter.customer(&customer(None));
        assert_eq!(without, Highlights { id: std::iter::once(2..5).collect(), ..Highlights::default() });
    }

    #[test]
    fn ranges_are_counted_in_utf16_units() {
        assert_eq!(utf16_ranges("😀 Иван", &[0..4, 5..13]), [0..2, 3..7]);
        assert_eq!(utf16_ranges("é", &[1..2, 0..99]), [0..1, 0..1]);
    }

    proptest! {
        #[test]
        fn ranges_are_proper_whatever_is_typed(text in "\\PC{0,40}|[а-яa-z'́ -]{0,40}|[+0-9() -]{0,20}", query in "\\PC{0,20}|[а-яa-z ]{0,8}|[+0-9() -]{0,12}") {
            for field in Field::ALL {
                let ranges = highlight(field, &text, &query);
                let mut end = 0;
                for (at, range) in ranges.iter().enumerate() {
                    prop_assert!(range.start < range.end && (at == 0 || range.start > end), "{:?}", ranges);
                    prop_assert!(text.get(range.clone()).is_some(), "{:?} in {:?}", range, text);
                    end = range.end;
                }
                let units: Vec<u16> = text.encode_utf16().collect();
                for (bytes, utf16) in ranges.iter().zip(utf16_ranges(&text, &ranges)) {
                    prop_assert_eq!(String::from_utf16(&units[utf16.start as usize..utf16.end as usize]).unwrap(), &text[bytes.clone()]);
                }
            }
        }
    }
}

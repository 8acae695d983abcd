//! A JSON value as the text that it had in the answer, and the way from an object or a list to the values inside.
//!
//! A page of customers holds a thousand values. They are found by going over the text once more, without judging it:
//! whoever makes a [`Raw`] has let `serde_json` judge the whole of it, and what is inside valid JSON is valid JSON. On
//! any other text this would find something meaningless, but it would not panic and it would end.

use super::unquote;
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;

/// A JSON value, without blanks around it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Raw<'a>(&'a str);

impl<'a> Raw<'a> {
    /// The whole of a text as one value; `None` where it is not JSON.
    pub fn parse(text: &'a str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }

    /// A text of which [`parse`](Self::parse) said before that it is a value, without blanks around it.
    pub fn judged(text: &'a str) -> Self {
        debug_assert!(Self::parse(text).is_some_and(|raw| raw.0.len() == text.len()), "judged before");
        Self(text)
    }

    /// Where this value's text stands in the text that it was found in.
    pub fn place_in(self, whole: &str) -> Range<usize> {
        let start = (self.0.as_ptr() as usize).saturating_sub(whole.as_ptr() as usize);
        start..start.saturating_add(self.0.len())
    }

    /// The value's text.
    pub fn get(self) -> &'a str {
        self.0
    }

    /// The fields of an object in their order; `None` for anything else.
    pub fn fields(self) -> Option<Fields<'a>> {
        self.0.starts_with('{').then(|| Fields(self.inside()))
    }

    /// The items of a list in their order; `None` for anything else.
    pub fn items(self) -> Option<Items<'a>> {
        self.0.starts_with('[').then(|| self.inside())
    }

    /// The value as a record; `None` where it is no object, or has a field twice, which has no one meaning.
    pub fn record<T: Record<'a>>(self) -> Option<T> {
        T::read(self)
    }

    /// Whether it is `null`.
    pub fn is_null(self) -> bool {
        self.0 == "null"
    }

    fn inside(self) -> Items<'a> {
        Items { text: self.0, at: 1 }
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Raw<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        <&RawValue>::deserialize(deserializer).map(|raw| Self(raw.get()))
    }
}

/// Where the fields of an object stand in its text: found while the text is judged, so that a large answer is not gone
/// over again for each of its readers.
#[derive(Debug, Default)]
pub(crate) struct Contents(Vec<(Range<usize>, Range<usize>)>);

impl Contents {
    /// Judges a text: `Ok` where the whole of it is one JSON value. What is no object has no fields.
    ///
    /// # Errors
    /// Why it is not JSON.
    pub fn judge(text: &str) -> serde_json::Result<Self> {
        struct Places<'a>(&'a str);

        impl<'de> Visitor<'de> for Places<'de> {
            type Value = Contents;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Contents, A::Error> {
                let mut places = Vec::new();
                while let Some((name, value)) = map.next_entry::<Raw<'_>, Raw<'_>>()? {
                    places.push((name.place_in(self.0), value.place_in(self.0)));
                }
                Ok(Contents(places))
            }
        }

        if !text.starts_with('{') {
            return serde_json::from_str::<Raw<'_>>(text).map(|_| Self::default());
        }
        let mut deserializer = serde_json::Deserializer::from_str(text);
        let contents = deserializer.deserialize_map(Places(text))?;
        deserializer.end()?;
        Ok(contents)
    }

    /// The fields in `text`, which is the one that was judged.
    pub fn fields<'a>(&'a self, text: &'a str) -> impl Iterator<Item = (Cow<'a, str>, Raw<'a>)> {
        self.0
            .iter()
            .filter_map(|(name, value)| Some((unquote(text.get(name.clone())?)?, Raw(text.get(value.clone())?))))
    }
}

/// See [`Raw::items`].
#[derive(Debug, Clone)]
pub(crate) struct Items<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Iterator for Items<'a> {
    type Item = Raw<'a>;

    fn next(&mut self) -> Option<Raw<'a>> {
        let bytes = self.text.as_bytes();
        let start = next_value(bytes, self.at);
        if matches!(bytes.get(start), None | Some(b']' | b'}')) {
            return None;
        }
        self.at = end_of_value(bytes, start);
        self.text.get(start..self.at).map(Raw)
    }
}

/// See [`Raw::fields`]. A name that is written with escapes is told without them.
#[derive(Debug, Clone)]
pub(crate) struct Fields<'a>(Items<'a>);

impl<'a> Iterator for Fields<'a> {
    type Item = (Cow<'a, str>, Raw<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        let name = unquote(self.0.next()?.get())?;
        Some((name, self.0.next()?))
    }
}

/// Where the next name or value begins, or the closing bracket stands.
fn next_value(bytes: &[u8], mut at: usize) -> usize {
    while let Some(b' ' | b'\n' | b'\r' | b'\t' | b',' | b':') = bytes.get(at) {
        at += 1;
    }
    at
}

/// Where the value that begins at `start` ends; at least one byte behind it.
fn end_of_value(bytes: &[u8], start: usize) -> usize {
    match bytes.get(start) {
        Some(b'"') => end_of_string(bytes, start),
        Some(b'{' | b'[') => end_of_nested(bytes, start),
        _ => {
            let rest = bytes.get(start..).unwrap_or_default();
            let is_end = |byte: &u8| matches!(byte, b',' | b']' | b'}' | b' ' | b'\n' | b'\r' | b'\t');
            start + rest.iter().position(is_end).unwrap_or(rest.len()).max(1)
        }
    }
}

/// Counts brackets instead of going in, so that a deeply nested value costs no stack.
fn end_of_nested(bytes: &[u8], start: usize) -> usize {
    let (mut depth, mut at) = (0_usize, start);
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' => {
                at = end_of_string(bytes, at);
                continue;
            }
            b'{' | b'[' => depth += 1,
            b'}' | b']' => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return at + 1;
                }
            }
            _ => {}
        }
        at += 1;
    }
    bytes.len()
}

/// Where the string whose opening quote is at `start` ends, behind its closing quote.
pub(crate) fn end_of_string(bytes: &[u8], start: usize) -> usize {
    let mut at = start + 1;
    loop {
        at += before_quote_or_backslash(bytes.get(at..).unwrap_or_default());
        match bytes.get(at) {
            Some(b'"') => return at + 1,
            Some(b'\\') => at += 2,
            Some(_) => at += 1,
            None => return bytes.len(),
        }
    }
}

/// How many bytes from the start are neither a quote nor a backslash, or fewer at the text's end: eight at a time,
/// because most of a page is inside strings. (A byte of `word ^ pattern` is zero where the byte is the one looked for;
/// the lowest byte that the subtraction marks is such a one.)
fn before_quote_or_backslash(bytes: &[u8]) -> usize {
    const ONES: u64 = u64::from_le_bytes([1; 8]);
    const HIGH: u64 = u64::from_le_bytes([0x80; 8]);
    const QUOTES: u64 = u64::from_le_bytes([b'"'; 8]);
    const BACKSLASHES: u64 = u64::from_le_bytes([b'\\'; 8]);
    let (eights, _) = bytes.as_chunks::<8>();
    for (number, eight) in eights.iter().enumerate() {
        let word = u64::from_le_bytes(*eight);
        let (quote, backslash) = (word ^ QUOTES, word ^ BACKSLASHES);
        let zeros = ((quote.wrapping_sub(ONES) & !quote) | (backslash.wrapping_sub(ONES) & !backslash)) & HIGH;
        if zeros != 0 {
            return number * 8 + zeros.trailing_zeros() as usize / 8;
        }
    }
    eights.len() * 8
}

/// What is read of an object.
pub(crate) trait Record<'a>: Sized {
    /// Takes the fields it knows; `None` where one of them stands twice.
    fn of_fields(fields: impl Iterator<Item = (Cow<'a, str>, Raw<'a>)>) -> Option<Self>;

    /// Reads a value; `None` where it is no object, or has one of the fields twice.
    fn read(value: Raw<'a>) -> Option<Self> {
        Self::of_fields(value.fields()?)
    }
}

/// All fields by their names; of a field that stands twice, the last.
impl<'a> Record<'a> for BTreeMap<String, Raw<'a>> {
    fn of_fields(fields: impl Iterator<Item = (Cow<'a, str>, Raw<'a>)>) -> Option<Self> {
        Some(fields.map(|(name, value)| (name.into_owned(), value)).collect())
    }
}

/// Declares an object with the fields that are read of it, each with its name in the JSON:
/// `record!(struct Row { id: "id", full_name: "fullName" })`. All others are passed over.
macro_rules! record {
    ($(#[$meta:meta])* $visibility:vis struct $name:ident { $($field:ident: $key:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Default)]
        $visibility struct $name<'a> {
            $($field: $crate::json::Field<'a>,)+
        }

        impl<'a> $crate::json::Record<'a> for $name<'a> {
            fn of_fields(
                fields: impl Iterator<Item = (std::borrow::Cow<'a, str>, $crate::json::Raw<'a>)>,
            ) -> Option<Self> {
                let mut record = Self::default();
                for (key, value) in fields {
                    let field = match &*key {
                        $($key => &mut record.$field,)+
                        _ => continue,
                    };
                    if field.replace(value).is_some() {
                        return None;
                    }
                }
                $(record.$field = record.$field.filter(|value| !value.is_null());)+
                Some(record)
            }
        }
    };
}

pub(crate) use record;

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::Value;

    record!(
        struct Named {
            id: "id",
            full_name: "fullName",
        }
    );

    #[test]
    fn a_record_has_its_fields_by_their_names_and_null_is_none() {
        let value = Raw::parse(r#" { "other" : [1, {"id": 2}], "f\u0075llName" : "A" , "id":null } "#).unwrap();
        let named = Named::read(value).unwrap();
        assert_eq!((named.id, named.full_name.map(Raw::get)), (None, Some("\"A\"")));
    }

    #[test]
    fn a_list_is_no_object_and_a_field_twice_has_no_one_meaning() {
        for none in [r#"["17"]"#, "7", "null", r#""id""#, r#"{"id":1,"id":2}"#, r#"{"id":null,"\u0069d":null}"#] {
            assert!(Named::read(Raw::parse(none).unwrap()).is_none(), "{none}");
        }
        assert!(Named::read(Raw::parse(r#"{"id":1,"other":1,"other":2}"#).unwrap()).is_some());
    }

    #[test]
    fn what_is_no_json_is_no_value() {
        for text in ["", "{", "{} {}", "{\"a\":}", "[1,]", "nul", "\"a"] {
            assert_eq!(Raw::parse(text), None, "{text}");
        }
    }

    #[test]
    fn deep_nesting_costs_no_stack() {
        let text = format!("[{}{},7]", "[".repeat(100_000), "]".repeat(100_000));
        let items: Vec<_> = Raw(&text).items().unwrap().map(|item| item.get().len()).collect();
        assert_eq!(items, [200_000, 1]);
    }

    #[test]
    fn strings_end_at_the_first_quote_that_is_not_escaped() {
        for length in 0..40 {
            for tail in ["", r"\\", r#"\""#, r"\\\\", r#"\\\""#] {
                let text = format!("\"{}{tail}\"rest\"", "ы".repeat(length));
                assert_eq!(end_of_string(text.as_bytes(), 0), text.len() - 5, "{text}");
            }
        }
    }

    fn json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<String>().prop_map(Value::from),
            "[\"\\\\]{0,20}".prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 40, 6, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
                prop::collection::vec((any::<String>(), inner), 0..6).prop_map(|pairs| pairs.into_iter().collect()),
            ]
        })
    }

    /// The value again, built from what is found inside.
    fn rebuilt(raw: Raw<'_>) -> Value {
        if let Some(fields) = raw.fields() {
            fields.map(|(name, value)| (name.into_owned(), rebuilt(value))).collect()
        } else if let Some(items) = raw.items() {
            items.map(rebuilt).collect()
        } else {
            serde_json::from_str(raw.get()).unwrap()
        }
    }

    proptest! {
        #[test]
        fn what_is_found_inside_makes_up_the_whole(value in json(), pretty in any::<bool>()) {
            let text = if pretty { serde_json::to_string_pretty(&value) } else { serde_json::to_string(&value) }.unwrap();
            prop_assert_eq!(rebuilt(Raw::parse(&text).unwrap()), value);
        }

        #[test]
        fn nothing_panics_and_everything_ends(text in "[\\[\\]{}\",:\\\\a1 \u{416}]{0,60}") {
            for raw in [Raw(&text), Raw(text.trim_start_matches(|char| char != '{' && char != '['))] {
                let _ = (raw.fields().map(Iterator::count), raw.items().map(Iterator::count));
            }
        }
    }
}

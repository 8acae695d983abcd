//! Tolerant reading of single JSON values. Providers send a number where a text is promised, and the reverse, or null;
//! what cannot be read costs that field and nothing else.
//!
//! Values come as the text they had in the answer ([`Raw`]). No number passes through binary floating point.

mod number;
mod raw;

pub(crate) use raw::{Contents, Raw, Record, end_of_string, record};

use jiff::Timestamp;
use jiff::civil::Date;
use number::exact_decimal;
use rust_decimal::Decimal;
use serde::de::{self, Deserializer as _};
use std::borrow::Cow;
use std::fmt;

/// A field of a record: absent and `null` are the same.
pub(crate) type Field<'a> = Option<Raw<'a>>;

/// Longest id that is taken, in characters; the providers' own have 36 and fewer.
const LONGEST_ID: usize = 200;

/// A text as it came; a number becomes its digits. `None` for a blank text and for anything else.
pub(crate) fn text(field: Field<'_>) -> Option<String> {
    borrowed(field).map(Cow::into_owned)
}

/// The same, borrowed from the answer where nothing in it is escaped.
fn borrowed(field: Field<'_>) -> Option<Cow<'_, str>> {
    let raw = field?.get();
    let text = match raw.as_bytes().first()? {
        b'"' => unquote(raw)?,
        b'-' | b'0'..=b'9' => raw.into(),
        _ => return None,
    };
    (!text.trim().is_empty()).then_some(text)
}

/// A word of an enumeration without blanks around it; empty where there is none.
pub(crate) fn word(field: Field<'_>) -> Cow<'_, str> {
    match borrowed(field) {
        Some(Cow::Borrowed(word)) => word.trim().into(),
        Some(Cow::Owned(word)) => word.trim().to_owned().into(),
        None => Cow::default(),
    }
}

/// An id: a text, or a whole number, which is the same id as its digits.
///
/// # Errors
/// Why it is none, in English, without the value.
pub(crate) fn id(field: Field<'_>) -> Result<String, &'static str> {
    let raw = field.ok_or("no id")?.get();
    let id = match raw.as_bytes().first() {
        Some(b'"') => unquote(raw).ok_or("id: text that cannot be read")?.trim().to_owned(),
        Some(b'-' | b'0'..=b'9') if !raw.contains(['.', 'e', 'E']) => raw.to_owned(),
        _ => return Err("id: expected a text or a whole number"),
    };
    if id.is_empty() {
        return Err("id: empty");
    }
    if id.chars().nth(LONGEST_ID).is_some() {
        return Err("id: longer than 200 characters");
    }
    if id.chars().any(char::is_control) {
        return Err("id: holds a control character");
    }
    Ok(id)
}

/// A decimal, from a number or from a numeric text with a point; exact, or `None`.
pub(crate) fn decimal(field: Field<'_>) -> Option<Decimal> {
    let raw = field?.get();
    match raw.as_bytes().first()? {
        b'"' => exact_decimal(unquote(raw)?.trim()),
        _ => exact_decimal(raw),
    }
}

/// A count, from a whole number or its text.
pub(crate) fn count(field: Field<'_>) -> Option<u64> {
    let number = decimal(field)?;
    if number.fract().is_zero() { number.try_into().ok() } else { None }
}

/// Yes or no; anything but a boolean is `None`.
pub(crate) fn truth(field: Field<'_>) -> Option<bool> {
    match field?.get() {
        "true" => Some(true),
        "false" => Some(false),
        _ => None,
    }
}

/// A moment in ISO 8601 with its offset from UTC. Without one it could mean any zone, so it is `None`.
pub(crate) fn moment(field: Field<'_>) -> Option<Timestamp> {
    borrowed(field)?.trim().parse().ok()
}

/// A day, `YYYY-MM-DD`.
pub(crate) fn date(field: Field<'_>) -> Option<Date> {
    let text = borrowed(field)?;
    let text = text.trim();
    // Longer texts, such as moments, would be cut to their day in an unknown zone.
    if text.len() == 10 { text.parse().ok() } else { None }
}

/// The whole of a JSON text as one object.
pub(crate) fn object<'a, T: Record<'a>>(json: &'a str) -> Option<T> {
    Raw::parse(json)?.record()
}

/// A text; a number is none.
pub(crate) fn string(field: Field<'_>) -> Option<Cow<'_, str>> {
    unquote(field?.get())
}

/// The content of a JSON string, borrowed where nothing in it is escaped. Half of a surrogate pair, as left by a server
/// that cut a text in the middle of a character, becomes the replacement character.
pub(crate) fn unquote(raw: &str) -> Option<Cow<'_, str>> {
    struct Lossy;

    impl de::Visitor<'_> for Lossy {
        type Value = String;

        fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
            formatter.write_str("a string")
        }

        fn visit_str<E>(self, text: &str) -> Result<String, E> {
            Ok(text.to_owned())
        }

        fn visit_bytes<E>(self, bytes: &[u8]) -> Result<String, E> {
            Ok(String::from_utf8_lossy(bytes).into_owned())
        }
    }

    let inside = raw.strip_prefix('"')?.strip_suffix('"')?;
    if !inside.contains('\\') {
        return Some(inside.into());
    }
    if let Ok(text) = serde_json::from_str(raw) {
        return Some(Cow::Owned(text));
    }
    // serde_json takes lone surrogates when asked for bytes.
    serde_json::Deserializer::from_str(raw).deserialize_bytes(Lossy).map(Cow::Owned).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::str::FromStr;

    fn raw(json: &str) -> Raw<'_> {
        Raw::parse(json).unwrap()
    }

    #[test]
    fn texts_come_through_as_they_are() {
        let long = format!("\"{}\"", "ы".repeat(10_000));
        assert_eq!(text(Some(raw(&long))).unwrap().chars().count(), 10_000);
        for (json, expected) in [
            (r#""Иван""#, Some("Иван")),
            (r#"" Ann ""#, Some(" Ann ")),
            (r#""a\"b\\\u0416""#, Some("a\"b\\Ж")),
            (r#""<b>x</b>""#, Some("<b>x</b>")),
            (r#""cut \ud83d""#, Some("cut \u{fffd}\u{fffd}\u{fffd}")),
            ("79160000000", Some("79160000000")),
            ("-1.50", Some("-1.50")),
            (r#""""#, None),
            (r#"" \t""#, None),
            ("null", None),
            ("true", None),
            ("{}", None),
            ("[\"a\"]", None),
        ] {
            assert_eq!(text(Some(raw(json))).as_deref(), expected, "{json}");
        }
        assert_eq!(text(None), None);
    }

    #[test]
    fn ids_are_texts_or_whole_numbers() {
        let long = format!("\"{}\"", "7".repeat(201));
        for (json, expected) in [
            ("123", Ok("123")),
            (r#""123""#, Ok("123")),
            (r#"" 165 ""#, Ok("165")),
            ("18446744073709551616123", Ok("18446744073709551616123")),
            (r#""550e8400-e29b-41d4-a716-446655440000""#, Ok("550e8400-e29b-41d4-a716-446655440000")),
            ("1.0", Err("id: expected a text or a whole number")),
            ("1e3", Err("id: expected a text or a whole number")),
            ("true", Err("id: expected a text or a whole number")),
            ("{}", Err("id: expected a text or a whole number")),
            (r#""""#, Err("id: empty")),
            (r#""  ""#, Err("id: empty")),
            (r#""a\u0000b""#, Err("id: holds a control character")),
            (&long, Err("id: longer than 200 characters")),
        ] {
            assert_eq!(id(Some(raw(json))).as_deref().map_err(|error| *error), expected, "{json}");
        }
        assert_eq!(id(None), Err("no id"));
    }

    #[test]
    fn decimals_are_exact_or_absent() {
        for (json, expected) in [
            ("0.1", Some("0.1")),
            ("1500.5", Some("1500.5")),
            (r#""3000.00""#, Some("3000.00")),
            (r#"" 12 ""#, Some("12")),
            ("0", Some("0")),
            ("-0.0", Some("0.0")),
            ("-2.50", Some("-2.50")),
            ("1e3", Some("1000")),
            ("1.5E-2", Some("0.015")),
            ("12.5e1", Some("125")),
            // Seventeen significant digits are what a binary double loses.
            ("9007199254740993.01", Some("9007199254740993.01")),
            ("0.1000000000000000055511151231", Some("0.1000000000000000055511151231")),
            ("79228162514264337593543950335", Some("79228162514264337593543950335")),
            ("79228162514264337593543950336", None),
            ("0.10000000000000000000000000000000000000", Some("0.1000000000000000000000000000")),
            ("0.00000000000000000000000000001", None),
            ("1e28", Some("10000000000000000000000000000")),
            ("1e29", None),
            ("1e-29", None),
            ("1e9999", None),
            ("1e99999999", None),
            ("0e99", Some("0")),
            (r#""1,5""#, None),
            (r#""1_000""#, None),
            (r#""+5""#, None),
            (r#"".5""#, None),
            (r#""5.""#, None),
            (r#""5.e1""#, None),
            (r#""""#, None),
            (r#""-""#, None),
            (r#""NaN""#, None),
            (r#""١٢""#, None),
            ("true", None),
            ("null", None),
            ("[1]", None),
        ] {
            assert_eq!(decimal(Some(raw(json))).map(|it| it.to_string()).as_deref(), expected, "{json}");
        }
    }

    #[test]
    fn counts_are_whole_and_not_negative() {
        for (json, expected) in [
            ("5", Some(5)),
            (r#""5""#, Some(5)),
            ("5.0", Some(5)),
            ("18446744073709551615", Some(u64::MAX)),
            ("18446744073709551616", None),
            ("-1", None),
            ("5.5", None),
            ("null", None),
        ] {
            assert_eq!(count(Some(raw(json))), expected, "{json}");
        }
    }

    #[test]
    fn moments_need_an_offset() {
        for (json, expected) in [
            (r#""2024-01-20T15:30:00.000Z""#, Some("2024-01-20T15:30:00Z")),
            (r#""2024-01-20T15:30:00Z""#, Some("2024-01-20T15:30:00Z")),
            (r#""2026-06-26T10:30:00.000001Z""#, Some("2026-06-26T10:30:00.000001Z")),
            (r#""2024-01-20T18:30:00+03:00""#, Some("2024-01-20T15:30:00Z")),
            (r#""2024-01-20T15:30:00""#, None),
            (r#""2024-01-20""#, None),
            (r#""2024-13-20T15:30:00Z""#, None),
            (r#""yesterday""#, None),
            ("1706012345678", None),
            ("null", None),
        ] {
            assert_eq!(moment(Some(raw(json))).map(|it| it.to_string()).as_deref(), expected, "{json}");
        }
    }

    #[test]
    fn days_are_whole() {
        for (json, expected) in [
            (r#""1990-01-31""#, Some("1990-01-31")),
            (r#"" 1990-01-31 ""#, Some("1990-01-31")),
            (r#""1990-02-30""#, None),
            (r#""1990-01-31T00:00:00Z""#, None),
            (r#""31.01.1990""#, None),
            ("19900131", None),
        ] {
            assert_eq!(date(Some(raw(json))).map(|it| it.to_string()).as_deref(), expected, "{json}");
        }
    }

    #[test]
    fn only_booleans_are_true_or_false() {
        for (json, expected) in [("true", Some(true)), ("false", Some(false)), ("1", None), (r#""true""#, None)] {
            assert_eq!(truth(Some(raw(json))), expected, "{json}");
        }
    }

    proptest! {
        #[test]
        fn any_decimal_survives_as_number_and_as_text(value in any::<i64>(), scale in 0_u32..28) {
            let written = Decimal::new(value, scale).to_string();
            let quoted = format!("\"{written}\"");
            let (number, quoted) = (raw(&written), raw(&quoted));
            prop_assert_eq!(decimal(Some(number)).map(|it| it.to_string()), Some(written.clone()));
            prop_assert_eq!(decimal(Some(quoted)), Decimal::from_str(&written).ok());
        }

        #[test]
        fn any_text_survives(value in any::<String>()) {
            let json = serde_json::to_string(&value).unwrap();
            prop_assert_eq!(text(Some(raw(&json))), (!value.trim().is_empty()).then_some(value));
        }

        #[test]
        fn nothing_panics(value in "[-+0-9.eE_ ]{0,40}") {
            let _ = exact_decimal(&value);
        }
    }
}

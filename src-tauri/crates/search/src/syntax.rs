//! The little syntax of typed text: `"exact phrase"`, `-word`, `name:`, `email:`, `phone:` and `id:`.
//!
//! It only parts the text; what a part finds is decided by `terms`. It knows no errors: whatever is not syntax is text, a
//! quotation mark that is not closed yet closes at the end, and a field without anything after it asks for nothing.

use crate::{Field, fold};

/// The words before a colon, folded, in English, Russian and Spanish.
const FIELDS: &[(&str, Field)] = &[
    ("name", Field::Name),
    ("имя", Field::Name),
    ("nombre", Field::Name),
    ("email", Field::Email),
    ("e-mail", Field::Email),
    ("почта", Field::Email),
    ("correo", Field::Email),
    ("phone", Field::Phone),
    ("телефон", Field::Phone),
    ("telefono", Field::Phone),
    ("id", Field::Id),
];

/// A part of typed text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Part<'a> {
    /// The text itself, without blanks unless it is quoted.
    pub text: &'a str,
    /// It stood in quotation marks.
    pub is_quoted: bool,
    /// It must not be found.
    pub is_excluded: bool,
    /// The one field in which it counts.
    pub field: Option<Field>,
}

/// Parts typed text. A field may be parted from its text by blanks.
pub(crate) fn parts(text: &str) -> Vec<Part<'_>> {
    let (mut parts, mut rest, mut field, mut is_excluded) = (Vec::new(), text, None, false);
    loop {
        let begun = rest.trim_start();
        if begun.len() < rest.len() {
            is_excluded = is_excluded && field.is_some(); // a dash by itself is no exclusion
        }
        rest = begun;
        let Some(first) = rest.chars().next() else { return parts };
        if let Some(after) = rest.strip_prefix('-')
            && after.starts_with(|next: char| !next.is_whitespace() && next != '-')
        {
            (rest, is_excluded) = (after, true);
        } else if let Some((named, after)) = named_field(rest) {
            (rest, field) = (after, Some(named));
        } else {
            let closing = closing_mark(first);
            let (part, after) = match closing {
                Some(closing) => {
                    let quoted = rest.get(first.len_utf8()..).unwrap_or_default();
                    quoted.split_once(closing).unwrap_or((quoted, ""))
                }
                None => rest.split_at_checked(rest.find(char::is_whitespace).unwrap_or(rest.len())).unwrap_or_default(),
            };
            parts.push(Part { text: part, is_quoted: closing.is_some(), is_excluded, field });
            (rest, field, is_excluded) = (after, None, false);
        }
    }
}

fn named_field(text: &str) -> Option<(Field, &str)> {
    let (before, after) = text.split_once(':')?;
    if before.contains(char::is_whitespace) {
        return None;
    }
    let before = fold(before);
    FIELDS.iter().find(|(name, _)| *name == before).map(|(_, field)| (*field, after))
}

fn closing_mark(opening: char) -> Option<&'static [char]> {
    match opening {
        '"' => Some(&['"']),
        '«' => Some(&['»']),
        '“' | '”' => Some(&['”', '“']),
        '„' => Some(&['“', '”']),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(text: &str) -> Vec<String> {
        let shown = |part: Part<'_>| {
            let field = part.field.map(|field| format!("{field:?}=")).unwrap_or_default();
            let (dash, quote) = (if part.is_excluded { "-" } else { "" }, if part.is_quoted { "'" } else { "" });
            format!("{dash}{field}{quote}{}{quote}", part.text)
        };
        parts(text).into_iter().map(shown).collect()
    }

    #[test]
    fn words_phrases_exclusions_and_fields_are_told_apart() {
        let cases: &[(&str, &[&str])] = &[
            ("ivan petrov", &["ivan", "petrov"]),
            ("\"ivan petrov\" x", &["'ivan petrov'", "x"]),
            ("«иван петров»", &["'иван петров'"]),
            ("-ivan", &["-ivan"]),
            ("-\"ivan p\"", &["-'ivan p'"]),
            ("rimsky-korsakov 2f-0", &["rimsky-korsakov", "2f-0"]),
            ("name:ivan", &["Name=ivan"]),
            ("Имя:Иван почта:x", &["Name=Иван", "Email=x"]),
            ("nombre:\"José P\" correo:a", &["Name='José P'", "Email=a"]),
            ("teléfono:+34 telefono:1 телефон:2 phone:3", &["Phone=+34", "Phone=1", "Phone=2", "Phone=3"]),
            ("id: 7", &["Id=7"]),
            ("-email:x", &["-Email=x"]),
            ("email: -x", &["-Email=x"]),
            ("name:email:x", &["Email=x"]),
            ("http://x", &["http://x"]),
            ("5\"", &["5\""]),
        ];
        for (text, expected) in cases {
            assert_eq!(read(text), *expected, "{text:?}");
        }
    }

    #[test]
    fn what_is_half_typed_asks_for_nothing_yet() {
        for text in ["name:", "-name:", "имя: ", "\"", "name:\""] {
            assert!(parts(text).iter().all(|part| part.text.is_empty()), "{text:?}");
        }
        assert_eq!(read("\"ivan pe"), ["'ivan pe'"]);
        assert_eq!(read("-"), ["-"], "a dash is text, which says nothing");
        assert_eq!(read("- ivan"), ["-", "ivan"]);
        assert_eq!(read("--ivan"), ["--ivan"]);
    }

    proptest! {
        #[test]
        fn every_text_has_parts(text in "(name:|имя: |-|\"|«|»| |\\PC){0,20}") {
            for part in parts(&text) {
                prop_assert!(text.contains(part.text));
                prop_assert!(part.is_quoted || !part.text.contains(char::is_whitespace));
            }
        }
    }
}

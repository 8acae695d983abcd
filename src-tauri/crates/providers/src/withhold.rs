//! Takes out of a record what would open something for whoever reads it: links to somebody's identity check, passwords.
//! Everything else stays as it came, byte for byte.
//!
//! It goes through the JSON text once with a stack of its own instead of recursion, so that a deeply nested record costs
//! memory and no stack.

use crate::json;
use std::borrow::Cow;

/// What stands in place of a withheld text.
pub(crate) const WITHHELD: &str = "(link withheld)";

/// Fields whose texts are withheld, and all texts below them.
const FIELDS: [&str; 11] = [
    "kyc_url",
    "kyc_form_url",
    "kyb_link",
    "onboarding_link",
    "url_payment",
    "gateway_url",
    "verificationUrl",
    "paymentLink",
    "qrCode",
    "qrPayload",
    "password",
];

/// An object or an array that is open at some point of the text.
struct Open {
    object: bool,
    /// Its texts are withheld, because the field that holds it is.
    withheld: bool,
}

/// The record without links: texts of the named fields, and every other text that is a web address. A text that is blank
/// opens nothing and stays. `record` must be valid JSON.
pub(crate) fn links(record: &str) -> Cow<'_, str> {
    let mut out = String::new();
    let mut copied = 0;
    let mut open: Vec<Open> = Vec::new();
    // Whether the next text is a key, and whether the value after the last key is withheld.
    let mut at_key = false;
    let mut field = false;
    let bytes = record.as_bytes();
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'{' | b'[' => {
                let inherited = open.last().is_some_and(|outer| outer.withheld);
                open.push(Open { object: *byte == b'{', withheld: inherited || field });
                at_key = *byte == b'{';
                field = false;
            }
            b'}' | b']' => {
                open.pop();
                at_key = false;
                field = false;
            }
            b',' => {
                at_key = open.last().is_some_and(|outer| outer.object);
                field = false;
            }
            b'"' => {
                let end = json::end_of_string(bytes, at);
                let string = bytes.get(at..end).unwrap_or_default();
                if at_key {
                    field = could_be_field(string) && is_field(record.get(at..end).unwrap_or_default());
                    at_key = false;
                } else if (field || could_be_address(string) || open.last().is_some_and(|outer| outer.withheld))
                    && opens_something(
                        record.get(at..end).unwrap_or_default(),
                        field || open.last().is_some_and(|outer| outer.withheld),
                    )
                {
                    out.push_str(record.get(copied..at).unwrap_or_default());
                    out.push('"');
                    out.push_str(WITHHELD);
                    out.push('"');
                    copied = end;
                }
                at = end;
                continue;
            }
            _ => {}
        }
        at += 1;
    }
    if copied == 0 {
        return Cow::Borrowed(record);
    }
    out.push_str(record.get(copied..).unwrap_or_default());
    Cow::Owned(out)
}

/// Tells most keys, in their quotes, from [`FIELDS`] by a look at length and first letter. A thousand keys stand in a page.
fn could_be_field(key: &[u8]) -> bool {
    let first = key.get(1).map_or(0, u8::to_ascii_lowercase);
    let alike = |name: &str| name.len() + 2 == key.len() && name.as_bytes().first() == Some(&first);
    key.contains(&b'\\') || FIELDS.into_iter().any(alike)
}

fn is_field(key: &str) -> bool {
    json::unquote(key).is_some_and(|key| FIELDS.iter().any(|name| name.eq_ignore_ascii_case(&key)))
}

/// Tells most texts, in their quotes, from web addresses by their first byte: an address begins with `h`, an escape, or a
/// blank of ASCII or Unicode.
fn could_be_address(text: &[u8]) -> bool {
    matches!(text.get(1), Some(b'h' | b'H' | b'\\' | ..=b' ' | 0xc2 | 0xe1..=0xe3))
}

/// Whether a text, in its quotes, is to be withheld: any that is not blank where it is `named`, else a web address.
fn opens_something(text: &str, named: bool) -> bool {
    json::unquote(text).is_some_and(|text| !text.trim().is_empty() && (named || is_web_address(&text)))
}

fn is_web_address(text: &str) -> bool {
    let text = text.trim_start();
    ["https://", "http://"]
        .iter()
        .any(|scheme| text.get(..scheme.len()).is_some_and(|head| head.eq_ignore_ascii_case(scheme)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::Value;

    #[test]
    fn a_link_goes_and_the_rest_stays_byte_for_byte() {
        let record = r#"{ "id":124 , "paid": 1.50e1,"kyc_url": "https://kyc.example.com/form/124", "name":"A\u0416" }"#;
        let expected = r#"{ "id":124 , "paid": 1.50e1,"kyc_url": "(link withheld)", "name":"A\u0416" }"#;
        assert_eq!(links(record), expected);
    }

    #[test]
    fn links_are_found_however_they_are_written() {
        for (record, expected) in [
            // PHP escapes slashes.
            (r#"{"x":"https:\/\/kyc.example.com\/1"}"#, r#"{"x":"(link withheld)"}"#),
            (r#"{"x":"\u0068ttps://kyc"}"#, r#"{"x":"(link withheld)"}"#),
            (r#"{"x":" HTTP://kyc"}"#, r#"{"x":"(link withheld)"}"#),
            (r#"{"KYC_URL":"kyc.example.com/1"}"#, r#"{"KYC_URL":"(link withheld)"}"#),
            (r#"{"kyc_\u0075rl":"x"}"#, r#"{"kyc_\u0075rl":"(link withheld)"}"#),
            (r#"{"k\u0079c_url":"x"}"#, r#"{"k\u0079c_url":"(link withheld)"}"#),
            (r#"{"\u006byc_url":"x"}"#, r#"{"\u006byc_url":"(link withheld)"}"#),
            (r#"{"PASSWORD":"x"}"#, r#"{"PASSWORD":"(link withheld)"}"#),
            (r#"{"verificationurl":"x"}"#, r#"{"verificationurl":"(link withheld)"}"#),
            (
                r#"{"kyc_url":{"a":["x",1,{"b":"y"}]},"c":"z"}"#,
                r#"{"kyc_url":{"a":["(link withheld)",1,{"b":"(link withheld)"}]},"c":"z"}"#,
            ),
            (r#"{"kyc_url":["x"],"c":"z"}"#, r#"{"kyc_url":["(link withheld)"],"c":"z"}"#),
            (r#"["https://a","b"]"#, r#"["(link withheld)","b"]"#),
            (r#""https://a""#, r#""(link withheld)""#),
        ] {
            assert_eq!(links(record), expected);
        }
    }

    #[test]
    fn what_opens_nothing_stays() {
        for record in [
            r#"{"kyc_url":null,"kyb_link":"","x":" "}"#,
            r#"{"kyc_url":null,"next":"z"}"#,
            r#"{"kyc_url":1,"next":"z"}"#,
            r#"{"kyc_url":[],"next":"z"}"#,
            r#"{"x":"kyc_url","y":"httpsomething","http://key":1}"#,
            r#"{"a":"kyc_url","b":"z"}"#,
            "7",
        ] {
            assert!(matches!(links(record), Cow::Borrowed(_)), "{record}");
        }
    }

    #[test]
    fn deep_nesting_costs_no_stack() {
        let record = format!("{}\"https://x\"{}", "[".repeat(200_000), "]".repeat(200_000));
        assert!(links(&record).contains(WITHHELD));
    }

    fn json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<String>().prop_map(Value::from),
            "[ \u{a0}\u{2003}]?https?://[a-z]{0,3}".prop_map(Value::from),
        ];
        let name = (0..FIELDS.len(), any::<bool>())
            .prop_map(|(at, upper)| if upper { FIELDS[at].to_uppercase() } else { FIELDS[at].to_owned() });
        let key = prop_oneof![name, "(on|pa|qr|h|ky)[a-z]{0,3}", any::<String>()];
        leaf.prop_recursive(4, 40, 6, move |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
                prop::collection::vec((key.clone(), inner), 0..6).prop_map(|pairs| pairs.into_iter().collect()),
            ]
        })
    }

    /// The same rule, written over a parsed value.
    fn naive(value: &mut Value, withheld: bool) {
        match value {
            Value::String(text) => {
                let lower = text.trim_start().to_lowercase();
                let address = lower.starts_with("http://") || lower.starts_with("https://");
                if !text.trim().is_empty() && (withheld || address) {
                    *text = WITHHELD.to_owned();
                }
            }
            Value::Array(items) => items.iter_mut().for_each(|item| naive(item, withheld)),
            Value::Object(fields) => fields.iter_mut().for_each(|(key, item)| {
                let named = FIELDS.iter().any(|name| name.eq_ignore_ascii_case(key));
                naive(item, withheld || named);
            }),
            _ => {}
        }
    }

    proptest! {
        #[test]
        fn it_equals_the_rule_over_a_parsed_value(mut value in json(), pretty in any::<bool>()) {
            let text = if pretty { serde_json::to_string_pretty(&value) } else { serde_json::to_string(&value) }.unwrap();
            let after: Value = serde_json::from_str(&links(&text)).unwrap();
            naive(&mut value, false);
            prop_assert_eq!(after, value);
        }
    }
}

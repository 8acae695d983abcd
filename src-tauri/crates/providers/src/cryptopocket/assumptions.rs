//! What Cryptopocket's public reference leaves open, and what this client does about it: one item for each open point. A
//! fact that turns out differently is corrected here.

use crate::action::VerificationLink;
use crate::json::{self, Field, Raw};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use kyc::{Currency, Money, ProviderCustomerId};
use rust_decimal::Decimal;
use secrecy::SecretString;
use serde_json::Value;
use serde_json::value::RawValue;
use std::collections::BTreeMap;
use zeroize::Zeroizing;

/// C5: no limit is documented. One request at a time, and at most this many per second.
pub(super) const PER_SECOND: u32 = 2;
/// C5, as a budget: what two per second come to.
pub(super) const PER_MINUTE: u32 = 60 * PER_SECOND;
/// C5, per hour.
pub(super) const PER_HOUR: u32 = 60 * PER_MINUTE;

/// C9: neither default nor maximum of `items_per_page` is documented. This many are asked for, fewer are accepted.
pub(super) const PAGE_SIZE: u32 = 100;

/// C9: the parameter that is left out once a validation names it.
pub(super) const PAGE_SIZE_PARAMETER: &str = "items_per_page";

/// C9: a list of more pages than this has no end.
pub(super) const MOST_PAGES: u64 = 100_000;

/// C6: how a success is spelt; `sucess` is the provider's own.
const SUCCESS: [&str; 3] = ["ok", "success", "sucess"];

/// C6: an answer is a success by its `status`, or without one if nothing calls itself an error. The HTTP status does not
/// tell.
pub(super) fn says_success(status: Field<'_>, error: Field<'_>, errors: Field<'_>) -> bool {
    if !is_empty(errors) {
        return false;
    }
    match status {
        Some(_) => json::string(status)
            .is_some_and(|word| SUCCESS.iter().any(|success| success.eq_ignore_ascii_case(word.trim()))),
        None => is_empty(error),
    }
}

/// Whether a field says nothing: absent, null, or an empty text, object or list.
pub(super) fn is_empty(field: Field<'_>) -> bool {
    field.is_none_or(|raw| {
        let compact: String = raw.get().chars().filter(|char| !char.is_whitespace()).collect();
        matches!(compact.as_str(), "\"\"" | "{}" | "[]" | "null" | "false")
    })
}

/// C6: whether a text is a code, and not a sentence: `user_banned`.
pub(super) fn is_code(text: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    (1..=64).contains(&text.len()) && text.bytes().all(fits)
}

/// C2: the token of a sign-in, looked for in four places, in this order. None found: the sign-in was refused.
pub(super) fn token(body: &str) -> Option<SecretString> {
    json::record!(
        struct Reply {
            data: "data",
            token: "token",
            auth: "auth",
        }
    );
    json::record!(
        struct Inner {
            token: "token",
        }
    );
    let reply: Reply<'_> = json::object(body)?;
    let inner = reply.data.and_then(|data| data.record::<Inner<'_>>()).and_then(|data| data.token);
    [inner, reply.data, reply.token, reply.auth].into_iter().find_map(|field| {
        let token = json::string(field)?;
        let token = token.trim();
        (!token.is_empty()).then(|| SecretString::from(token))
    })
}

/// C19: what a word means, whatever it is a word for. One outside the documented ones is kept as it came, and never counts as `valid`; no
/// word at all is kept as the empty one.
pub(super) fn meaning<T: Clone>(word: &str, documented: &[(&str, T)], kept: impl FnOnce(String) -> T) -> T {
    let known = documented.iter().find(|(known, _)| *known == word);
    known.map_or_else(|| kept(word.to_owned()), |(_, meaning)| meaning.clone())
}

/// C9: the list is over at an empty page. It is also over when the rows seen reach the announced total, but only at a
/// page that is not full: the total alone ends nothing, because a wrong one would lose customers. Full is what the first
/// page brought (`first`), because the provider may give fewer rows than asked for.
pub(super) fn list_is_over(records: u64, first: Option<u64>, seen: u64, total: Option<u64>) -> bool {
    let full = first.unwrap_or(u64::from(PAGE_SIZE));
    records == 0 || (total.is_some_and(|total| seen >= total) && records < full)
}

/// C7, C14: the link of a required or enhanced verification: `data` as an `https` text, or the only such text inside
/// `data`, or `onboarding_link` at the top level or in `data`. None of them: only the code is shown.
pub(super) fn link(body: &str) -> Option<VerificationLink> {
    json::record!(
        struct Reply {
            data: "data",
            onboarding_link: "onboarding_link",
        }
    );
    let reply: Reply<'_> = json::object(body)?;
    let fields: BTreeMap<String, Raw<'_>> = reply.data.and_then(Raw::record).unwrap_or_default();
    let link = |field: Field<'_>| VerificationLink::new(json::string(field)?.into_owned(), None);
    let named = link(fields.get("onboarding_link").copied()).or_else(|| link(reply.onboarding_link));
    named.or_else(|| link(reply.data)).or_else(|| {
        let mut links = fields.values().filter_map(|field| link(Some(*field)));
        let only = links.next();
        // Of several nobody knows which one is meant.
        only.filter(|_| links.next().is_none())
    })
}

/// C11: a field of an answer, in `data`, else at the top level.
pub(super) fn inner_first<'a>(body: &'a str, name: &str) -> Field<'a> {
    let of = |fields: &BTreeMap<String, Raw<'a>>, name: &str| fields.get(name).copied().filter(|raw| !raw.is_null());
    let outer: BTreeMap<String, Raw<'a>> = json::object(body)?;
    let inner: Option<BTreeMap<String, Raw<'a>>> = of(&outer, "data").and_then(Raw::record);
    inner.and_then(|inner| of(&inner, name)).or_else(|| of(&outer, name))
}

/// C13: the kinds of paper that are taken.
pub(super) const DOCUMENT_KINDS: [&str; 23] = [
    "onboarding_form",
    "bank_statement",
    "payslip",
    "employment_contract",
    "tax_return",
    "tax_certificate",
    "company_accounts",
    "dividend_statement",
    "investment_statement",
    "crypto_wallet_statement",
    "sale_of_property",
    "sale_of_vehicle",
    "sale_of_company_shares",
    "inheritance_document",
    "gift_declaration",
    "loan_agreement",
    "savings_evidence",
    "invoice",
    "freelance_income_evidence",
    "pension_statement",
    "unemployment_benefit_statement",
    "source_of_funds_declaration",
    "other",
];

/// C13: the largest file that is sent, in bytes. The provider's own limit is not documented.
pub(super) const LARGEST_DOCUMENT: usize = 10_000_000;

/// C13: a file always goes as its content with the prefix that the example shows, never as an address from which the
/// provider would have to fetch it.
pub(super) fn data_uri(media_type: &str, content: &[u8]) -> Zeroizing<String> {
    let mut uri = Zeroizing::new(String::with_capacity(media_type.len() + 16 + content.len().div_ceil(3) * 4));
    uri.push_str("data:");
    uri.push_str(media_type);
    uri.push_str(";base64,");
    BASE64.encode_string(content, &mut uri);
    uri
}

/// C15: a purchase's amount in the provider's answer is in cents; a part of a cent, or no currency, leaves it without
/// meaning.
pub(super) fn cents(amount: Field<'_>, currency: Field<'_>) -> Option<Money> {
    let cents = i64::try_from(json::count(amount)?).ok()?;
    Some(Money::from_minor_units(cents, 2, Currency::parse(&json::text(currency)?)?))
}

/// C15: an amount in major units as it stands in a request: the decimals as they were given, never through a float.
pub(super) fn major_units(amount: Decimal) -> Option<Box<RawValue>> {
    RawValue::from_string(amount.to_string()).ok()
}

/// Ids are numbers in most requests; one that is none goes as text.
pub(super) fn user_id(customer: &ProviderCustomerId) -> Value {
    let text = customer.as_str();
    match text.parse::<u64>() {
        Ok(number) if number.to_string() == text => Value::from(number),
        _ => Value::from(text),
    }
}

/// Ids stand in paths, so only what cannot be anything but one segment is put there.
pub(super) fn is_path_id(id: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    (1..=64).contains(&id.len()) && id.bytes().all(fits)
}

#[cfg(test)]
mod tests {
    use super::*;
    use secrecy::ExposeSecret;

    fn raw(json: &str) -> Field<'_> {
        (!json.is_empty()).then(|| Raw::parse(json).unwrap()).filter(|raw| !raw.is_null())
    }

    #[test]
    fn c6_success_is_told_by_the_status_word() {
        for (status, error, errors, success) in [
            (r#""ok""#, "", "", true),
            (r#""success""#, "", "", true),
            (r#""sucess""#, "", "", true),
            (r#""OK""#, "", "", true),
            (r#""error""#, "", "", false),
            (r#""succes""#, "", "", false),
            ("200", "", "", false),
            ("true", "", "", false),
            ("", "", "", true),
            ("", r#""authorization_incorrect""#, "", false),
            ("", r#""""#, "", true),
            ("", "null", "[]", true),
            (r#""ok""#, "", r#"{"email":["x"]}"#, false),
            (r#""ok""#, "", "{ }", true),
        ] {
            let (status, error, errors) = (raw(status), raw(error), raw(errors));
            let told = says_success(status, error, errors);
            assert_eq!(told, success, "{status:?} {error:?} {errors:?}");
        }
    }

    #[test]
    fn c2_the_token_is_found_in_this_order() {
        for (body, expected) in [
            (r#"{"data":{"token":"a"},"token":"c","auth":"d"}"#, Some("a")),
            (r#"{"data":"b","token":"c","auth":"d"}"#, Some("b")),
            (r#"{"data":{"other":1},"token":"c","auth":"d"}"#, Some("c")),
            (r#"{"data":{"token":""},"auth":" d "}"#, Some("d")),
            (r#"{"data":null,"token":null,"auth":"d"}"#, Some("d")),
            (r#"{"data":{"token":7}}"#, None),
            (r#"{"data":["x"]}"#, None),
            (r#"{"status":"ok"}"#, None),
            ("[]", None),
        ] {
            assert_eq!(token(body).as_ref().map(|token| token.expose_secret()), expected, "{body}");
        }
    }

    #[test]
    fn c9_the_announced_total_alone_ends_nothing() {
        for (records, first, seen, total, over) in [
            (0, None, 0, None, true),
            (0, Some(20), 40, Some(1000), true),
            (42, None, 42, Some(42), true),
            (42, None, 42, None, false),
            // The provider gives 20 although 100 were asked for.
            (20, None, 20, Some(42), false),
            (20, Some(20), 40, Some(40), false),
            (2, Some(20), 42, Some(42), true),
            (20, Some(20), 60, Some(42), false),
            (2, Some(20), 42, Some(50), false),
        ] {
            assert_eq!(list_is_over(records, first, seen, total), over, "{records} rows, {seen} of {total:?}");
        }
    }

    #[test]
    fn c6_a_code_is_one_word() {
        assert!(is_code("limit_exceded") && is_code("x"));
        assert!(!is_code("") && !is_code("User not found") && !is_code("SQLSTATE[42S02]") && !is_code(&"x".repeat(65)));
    }

    #[test]
    fn c7_the_link_of_a_required_verification() {
        for (body, expected) in [
            (
                include_str!("../../tests/data/fixtures/cryptopocket/error_require_kyc_string_assumed.json"),
                Some("form/124"),
            ),
            (
                include_str!("../../tests/data/fixtures/cryptopocket/error_require_kyc_object_assumed.json"),
                Some("form/124"),
            ),
            (r#"{"onboarding_link":"https://x.example.com/a"}"#, Some("/a")),
            (r#"{"data":{"url":"https://x.example.com/b","onboarding_link":"https://x.example.com/a"}}"#, Some("/a")),
            (r#"{"data":{"one":"https://x.example.com/a","two":"https://x.example.com/b"}}"#, None),
            (r#"{"data":"http://x.example.com/a"}"#, None),
            (r#"{"data":["https://x.example.com/a"]}"#, None),
            ("{}", None),
        ] {
            let found = link(body);
            assert_eq!(found.is_some(), expected.is_some(), "{body}");
            let ends = |link: VerificationLink| link.url.expose_secret().ends_with(expected.unwrap());
            assert!(found.is_none_or(ends), "{body}");
        }
    }

    #[test]
    fn c11_data_comes_before_the_top_level() {
        for (body, expected) in [
            (r#"{"id":1,"data":{"id":2}}"#, Some("2")),
            (r#"{"id":1,"data":{}}"#, Some("1")),
            (r#"{"id":1,"data":"x"}"#, Some("1")),
            (r#"{"id":1}"#, Some("1")),
            (r#"{"data":{"id":2}}"#, Some("2")),
            ("{}", None),
        ] {
            assert_eq!(inner_first(body, "id").map(Raw::get), expected, "{body}");
        }
    }

    #[test]
    fn c13_a_file_goes_as_its_content() {
        assert_eq!(data_uri("text/plain", b"hello").as_str(), "data:text/plain;base64,aGVsbG8=");
        assert_eq!(DOCUMENT_KINDS.iter().collect::<std::collections::HashSet<_>>().len(), 23);
    }

    #[test]
    fn c15_inconsistency_8_cents_in_the_answer_and_major_units_in_the_request() {
        for (amount, currency, expected) in [
            ("15050", "\"EUR\"", Some("150.50")),
            ("\"15050\"", "\"EUR\"", Some("150.50")),
            ("1", "\"EUR\"", Some("0.01")),
            ("150.5", "\"EUR\"", None),
            ("15050", "", None),
            ("-1", "\"EUR\"", None),
            ("99999999999999999999", "\"EUR\"", None),
        ] {
            let (amount, currency) = (raw(amount), raw(currency));
            let told = cents(amount, currency).map(|money| money.amount.to_string());
            assert_eq!(told.as_deref(), expected, "{amount:?}");
        }
        assert_eq!(major_units("150.50".parse().unwrap()).unwrap().get(), "150.50");
    }

    #[test]
    fn inconsistency_7_ids_as_number_and_as_text() {
        for (id, expected) in [
            ("124", "124"),
            ("0124", "\"0124\""),
            ("u-1", "\"u-1\""),
            ("99999999999999999999", "\"99999999999999999999\""),
        ] {
            assert_eq!(user_id(&ProviderCustomerId::new(id).unwrap()).to_string(), expected);
        }
    }

    #[test]
    fn only_one_segment_goes_into_a_path() {
        assert!(is_path_id("124") && is_path_id("TESTPAYMENT00000000000001"));
        assert!(["", "..", "1/2", "1?x", "%2e", "ы"].iter().all(|id| !is_path_id(id)));
    }

    #[test]
    fn inconsistency_6_data_may_be_anything() {
        for (body, expected) in [
            (r#"{"data":{"id":2}}"#, Some("2")),
            (r#"{"data":[{"id":2}],"id":1}"#, Some("1")),
            (r#"{"data":"subscription_created","id":1}"#, Some("1")),
            (r#"{"data":null,"id":1}"#, Some("1")),
            (r#"{"id":1}"#, Some("1")),
            ("[]", None),
        ] {
            assert_eq!(inner_first(body, "id").map(Raw::get), expected, "{body}");
        }
    }
}

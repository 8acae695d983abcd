//! What Cryptopocket's public reference leaves open, and what this client does about it: one item for each open point. A
//! fact that turns out differently is corrected here.

use crate::json::{self, Field};
use secrecy::SecretString;
use serde::Deserialize;

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
        Some(status) => json::parse::<String>(status.get())
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
    #[derive(Deserialize)]
    struct Reply<'a> {
        #[serde(borrow)]
        data: Field<'a>,
        #[serde(borrow)]
        token: Field<'a>,
        #[serde(borrow)]
        auth: Field<'a>,
    }
    #[derive(Deserialize)]
    struct Inner<'a> {
        #[serde(borrow)]
        token: Field<'a>,
    }
    let reply: Reply<'_> = json::object(body)?;
    let inner = reply.data.and_then(|data| json::object::<Inner<'_>>(data.get())).and_then(|data| data.token);
    [inner, reply.data, reply.token, reply.auth].into_iter().find_map(|field| {
        let token = json::parse::<String>(field?.get())?;
        let token = token.trim();
        (!token.is_empty()).then(|| SecretString::from(token))
    })
}

/// C9: the list is over at an empty page. It is also over when the rows seen reach the announced total, but only at a
/// page that is not full: the total alone ends nothing, because a wrong one would lose customers. Full is what the first
/// page brought (`first`), because the provider may give fewer rows than asked for.
pub(super) fn list_is_over(records: u64, first: Option<u64>, seen: u64, total: Option<u64>) -> bool {
    let full = first.unwrap_or(u64::from(PAGE_SIZE));
    records == 0 || (total.is_some_and(|total| seen >= total) && records < full)
}

#[cfg(test)]
mod tests {
    use super::*;
    use secrecy::ExposeSecret;
    use serde_json::value::RawValue;

    fn raw(json: &str) -> Option<Box<RawValue>> {
        (!json.is_empty()).then(|| RawValue::from_string(json.to_owned()).unwrap())
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
            let told = says_success(status.as_deref(), error.as_deref(), errors.as_deref());
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
}

//! What Love&Pay's public reference leaves open, and what this client does about it: one item for each open point. A
//! fact that turns out differently is corrected here.

use crate::http::Answer;
use crate::json::{self, Field};
use kyc::{Currency, Money};
use rust_decimal::Decimal;

/// L7: the cabinet shows 100 requests per minute and 1,000 per hour, without saying what counts. The client stays a
/// tenth below.
pub(super) const PER_MINUTE: u32 = 90;
/// L7, per hour.
pub(super) const PER_HOUR: u32 = 900;

/// L9: the list's text search is documented, the name of its parameter is not.
pub(super) const SEARCH_PARAMETER: &str = "search";

/// L17: no order is promised, and nothing is said of a `limit` above the maximum. The maximum is asked for, never more.
pub(super) const PAGE_SIZE: u32 = 100;

/// L17: a list of more pages than this has no end. Ten million customers.
pub(super) const MOST_ROWS: u64 = 10_000_000;

/// How far this computer's clock may be off before a refused signature is put down to it, in seconds. The tolerance of
/// the provider is not documented.
pub(super) const CLOCK_TOLERANCE: i64 = 60;

/// L1: any 2xx with `success` true is a success; without `success` the expected payload decides.
pub(super) fn says_success(answer: &Answer, success: Field<'_>) -> bool {
    answer.succeeded() && json::truth(success) != Some(false)
}

/// L10: a list row without `isBlocked` is unknown, never "not blocked".
pub(super) fn blocked(field: Field<'_>) -> kyc::Blocked {
    match json::truth(field) {
        Some(true) => kyc::Blocked::Yes,
        Some(false) => kyc::Blocked::No,
        None => kyc::Blocked::Unknown,
    }
}

/// L11: `totalAmount` has no documented unit; it is read as rubles with decimals, from a number or a numeric text.
pub(super) fn rubles(field: Field<'_>) -> Option<Money> {
    Some(Money { amount: json::decimal(field)?, currency: Currency::rub() })
}

/// How many sessions are asked for at a time: the documented maximum.
pub(super) const SESSIONS_PAGE: u32 = 100;

/// How many invoices are asked for at a time: the documented maximum, ten times that of the other lists.
pub(super) const INVOICES_PAGE: u32 = 1000;

/// L15: the scale of scores is not documented. 0 to 1 is taken as it is, above 1 as percent; what is neither is none.
pub(super) fn score(field: Field<'_>) -> Option<Decimal> {
    let score = json::decimal(field).filter(|score| !score.is_sign_negative() || score.is_zero())?;
    if score <= Decimal::ONE {
        Some(score)
    } else {
        Some(score / Decimal::ONE_HUNDRED).filter(|score| *score <= Decimal::ONE).map(|score| score.normalize())
    }
}

/// L11: an invoice's amount in its currency, in rubles where it names none. A currency that cannot be read leaves
/// the amount without meaning.
pub(super) fn invoice_amount(amount: Field<'_>, currency: Field<'_>) -> Option<Money> {
    let currency = match json::text(currency) {
        Some(code) => Currency::parse(&code)?,
        None => Currency::rub(),
    };
    Some(Money { amount: json::decimal(amount)?, currency })
}

/// L16: what a word means, whatever it is a word for. One outside the documented ones is kept as it came; no
/// word at all is kept as the empty one.
pub(super) fn meaning<T: Clone>(word: &str, documented: &[(&str, T)], kept: impl FnOnce(String) -> T) -> T {
    let known = documented.iter().find(|(known, _)| *known == word);
    known.map_or_else(|| kept(word.to_owned()), |(_, meaning)| meaning.clone())
}

/// L17: the list is over at an empty page. It is also over when `offset` reaches the announced total, but only if the
/// page is not full: the total alone ends nothing, because a wrong one would lose customers.
pub(super) fn list_is_over(records: u64, full: u32, reached: u64, total: Option<u64>) -> bool {
    records == 0 || (total.is_some_and(|total| reached >= total) && records < u64::from(full))
}

/// L18: how a search matches is not documented. The text is sent without blanks around it; what looks like a Russian
/// phone is sent in the form in which the provider keeps phones, `+7XXXXXXXXXX`.
pub(super) fn search_text(typed: &str) -> String {
    let typed = typed.trim();
    let digits: String = typed.chars().filter(char::is_ascii_digit).collect();
    let phone_only = typed.chars().all(|char| char.is_ascii_digit() || " ()+-.\u{a0}".contains(char));
    match (phone_only, digits.len(), digits.as_bytes().first()) {
        (true, 11, Some(b'7' | b'8')) => format!("+7{}", digits.get(1..).unwrap_or_default()),
        (true, 10, Some(b'9')) if !typed.starts_with('+') => format!("+7{digits}"),
        _ => typed.to_owned(),
    }
}

/// L14: the longest reason that is sent with a block, in characters. The provider's own limit is not documented.
pub(super) const LONGEST_REASON: usize = 500;

/// L14: a block without a reason sends an empty object.
pub(super) fn block_body(reason: Option<&str>) -> serde_json::Value {
    match reason.map(str::trim).filter(|reason| !reason.is_empty()) {
        Some(reason) => serde_json::json!({ "reason": reason }),
        None => serde_json::json!({}),
    }
}

/// The language of a verification: the provider speaks `ru`, `en` and `kk`; whoever speaks none of them gets English.
pub(super) fn session_language(language: &str) -> &'static str {
    match language {
        "ru" => "ru",
        "kk" => "kk",
        _ => "en",
    }
}

/// Ids stand in paths beside words (`/customers/check`), so only what has the form of a UUID is put there.
pub(super) fn is_path_id(id: &str) -> bool {
    id.len() == 36
        && id.bytes().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

/// L9: whether a row contains a word of the text that was searched for. If none does, the provider may not have searched.
pub(super) fn row_contains(customer: &kyc::Customer, text: &str) -> bool {
    let text = text.to_lowercase();
    let texts = [&customer.name, &customer.email, &customer.phone];
    texts
        .into_iter()
        .flatten()
        .map(|it| it.to_lowercase())
        .any(|it| text.split_whitespace().any(|word| it.contains(word)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::Raw;

    #[test]
    fn l17_the_announced_total_alone_ends_nothing() {
        for (records, reached, total, over) in [
            (0, 0, None, true),
            (0, 300, Some(1000), true),
            (100, 100, Some(100), false),
            (100, 200, Some(50), false),
            (30, 230, Some(230), true),
            (30, 230, Some(100), true),
            (30, 230, None, false),
            // The server gives fewer rows than asked for.
            (50, 50, Some(120), false),
            (20, 120, Some(120), true),
        ] {
            assert_eq!(
                list_is_over(records, PAGE_SIZE, reached, total),
                over,
                "{records} rows, {reached} of {total:?}"
            );
        }
    }

    #[test]
    fn l18_a_phone_is_sent_as_the_provider_keeps_it() {
        for (typed, sent) in [
            ("  Иванов ", "Иванов"),
            ("8 (916) 123-45-67", "+79161234567"),
            ("+7 916 123 45 67", "+79161234567"),
            ("79161234567", "+79161234567"),
            ("9161234567", "+79161234567"),
            ("+9161234567", "+9161234567"),
            ("1234567", "1234567"),
            ("+34 600 000 000", "+34 600 000 000"),
            ("ivan 89161234567", "ivan 89161234567"),
            ("", ""),
        ] {
            assert_eq!(search_text(typed), sent, "{typed}");
        }
    }

    #[test]
    fn l15_scores_above_one_are_percent() {
        for (json, expected) in [
            ("0.98", Some("0.98")),
            ("1", Some("1")),
            ("0", Some("0")),
            ("98", Some("0.98")),
            ("\"97.5\"", Some("0.975")),
            ("100", Some("1")),
            ("101", None),
            ("-0.5", None),
            ("\"high\"", None),
        ] {
            let raw = Raw::parse(json).unwrap();
            assert_eq!(score(Some(raw)).map(|it| it.to_string()).as_deref(), expected, "{json}");
        }
    }

    #[test]
    fn inconsistency_3_each_list_has_its_own_maximum() {
        assert_eq!((PAGE_SIZE, SESSIONS_PAGE, INVOICES_PAGE), (100, 100, 1000));
        // A page of 100 invoices that reaches the total is the last one; a page of 100 customers may not be.
        assert!(list_is_over(100, INVOICES_PAGE, 100, Some(100)));
        assert!(!list_is_over(100, PAGE_SIZE, 100, Some(100)));
    }

    #[test]
    fn l14_a_block_without_a_reason_is_an_empty_object() {
        for (reason, body) in [(None, "{}"), (Some("  "), "{}"), (Some(" Фрод "), r#"{"reason":"Фрод"}"#)] {
            assert_eq!(block_body(reason).to_string(), body);
        }
    }

    #[test]
    fn only_uuids_go_into_paths() {
        assert!(is_path_id("550e8400-e29b-41d4-a716-446655440000"));
        for id in
            ["check", "", "../block", "550e8400-e29b-41d4-a716-44665544000/", "550e8400xe29bx41d4xa716x446655440000"]
        {
            assert!(!is_path_id(id), "{id}");
        }
    }

    #[test]
    fn l10_an_absent_block_state_is_unknown() {
        assert_eq!(blocked(None), kyc::Blocked::Unknown);
        let text = Raw::parse("\"false\"").unwrap();
        assert_eq!(blocked(Some(text)), kyc::Blocked::Unknown);
    }

    #[test]
    fn l11_amounts_are_rubles() {
        let raw = Raw::parse("\"1500.50\"").unwrap();
        let money = rubles(Some(raw)).unwrap();
        assert_eq!((money.amount.to_string().as_str(), money.currency.code()), ("1500.50", "RUB"));
    }
}

//! A campaign against every parser of answers: fixtures are cut, doubled and spoilt, and nothing may panic. A few
//! hundred cases always; with `VOUCH_THOROUGH=10` as many as fit into ten minutes:
//!
//!     VOUCH_THOROUGH=10 cargo test -p providers --release thorough
//!
//! A case that fails is made smaller before it is shown.

use crate::{fuzzing, withhold};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use std::time::{Duration, Instant};

const LOVEANDPAY: [&str; 9] = [
    include_str!("../tests/data/fixtures/loveandpay/customers_list_tolerance_assumed.json"),
    include_str!("../tests/data/fixtures/loveandpay/customer_get.json"),
    include_str!("../tests/data/fixtures/loveandpay/customer_check_found.json"),
    include_str!("../tests/data/fixtures/loveandpay/customer_block.json"),
    include_str!("../tests/data/fixtures/loveandpay/kyc_session_get.json"),
    include_str!("../tests/data/fixtures/loveandpay/kyc_sessions_list.json"),
    include_str!("../tests/data/fixtures/loveandpay/invoice_get.json"),
    include_str!("../tests/data/fixtures/loveandpay/invoices_list.json"),
    include_str!("../tests/data/fixtures/loveandpay/error_nested.json"),
];

const CRYPTOPOCKET: [&str; 9] = [
    include_str!("../tests/data/fixtures/cryptopocket/customers_list_last_page_assumed.json"),
    include_str!("../tests/data/fixtures/cryptopocket/authenticate_data_token_assumed.json"),
    include_str!("../tests/data/fixtures/cryptopocket/kyc_check_assumed.json"),
    include_str!("../tests/data/fixtures/cryptopocket/register_company.json"),
    include_str!("../tests/data/fixtures/cryptopocket/payment_get_coins_sent_assumed.json"),
    include_str!("../tests/data/fixtures/cryptopocket/payment_create_transfer.json"),
    include_str!("../tests/data/fixtures/cryptopocket/rampoff_get.json"),
    include_str!("../tests/data/fixtures/cryptopocket/error_validation_422.json"),
    include_str!("../tests/data/fixtures/cryptopocket/error_require_kyc_object_assumed.json"),
];

/// What is put between the bytes of an answer.
const SNIPPETS: [&str; 20] = [
    "null",
    "[]",
    "{}",
    "\"\"",
    "\"",
    "\\",
    "\\ud83d",
    "\\u0000",
    "1e999",
    "-0",
    "99999999999999999999",
    "0.1",
    "[[[[",
    "}",
    ",",
    ":",
    "\u{feff}",
    "\u{202e}",
    "https://x.example.com",
    "{\"id\":",
];

/// One change: where, as a part of the length, and what.
#[derive(Debug, Clone)]
enum Edit {
    Insert(f64, usize),
    Remove(f64, usize),
    Double(f64, usize),
    Nest(f64, usize),
}

fn edits() -> impl Strategy<Value = Vec<Edit>> {
    let edit = prop_oneof![
        (0.0..1.0, 0..SNIPPETS.len()).prop_map(|(at, snippet)| Edit::Insert(at, snippet)),
        (0.0..1.0, 1..40_usize).prop_map(|(at, length)| Edit::Remove(at, length)),
        (0.0..1.0, 1..200_usize).prop_map(|(at, length)| Edit::Double(at, length)),
        (0.0..1.0, 1..5_000_usize).prop_map(|(at, depth)| Edit::Nest(at, depth)),
    ];
    prop::collection::vec(edit, 0..8)
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss, reason = "a place")]
fn place(text: &str, part: f64) -> usize {
    let at = (text.len() as f64 * part) as usize;
    (0..=at).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
}

fn spoilt(fixture: &str, edits: &[Edit]) -> String {
    let mut text = fixture.to_owned();
    for edit in edits {
        match *edit {
            Edit::Insert(part, snippet) => text.insert_str(place(&text, part), SNIPPETS[snippet]),
            Edit::Nest(part, depth) => {
                let nested = format!("{}{}", "[".repeat(depth), "]".repeat(depth));
                text.insert_str(place(&text, part), &nested);
            }
            Edit::Remove(part, length) | Edit::Double(part, length) => {
                let start = place(&text, part);
                let end = (start + length..=text.len()).find(|end| text.is_char_boundary(*end)).unwrap_or(text.len());
                let span = text[start..end].to_owned();
                match edit {
                    Edit::Remove(..) => text.replace_range(start..end, ""),
                    _ => text.insert_str(end, &span),
                }
            }
        }
    }
    text
}

#[test]
fn no_answer_makes_a_parser_panic() {
    let minutes: u64 = std::env::var("VOUCH_THOROUGH").ok().and_then(|minutes| minutes.parse().ok()).unwrap_or(0);
    let end = Instant::now() + Duration::from_secs(minutes * 60);
    loop {
        let mut runner = TestRunner::new(Config { cases: 300, failure_persistence: None, ..Config::default() });
        let strategy = (0..LOVEANDPAY.len(), edits());
        let outcome = runner.run(&strategy, |(fixture, edits)| {
            let (love, pocket) = (spoilt(LOVEANDPAY[fixture], &edits), spoilt(CRYPTOPOCKET[fixture], &edits));
            // As what it is and as what else of the same provider it is not.
            for (name, run) in fuzzing::TARGETS {
                run(if name.starts_with("loveandpay") { love.as_bytes() } else { pocket.as_bytes() });
            }
            for text in [&love, &pocket] {
                if serde_json::from_str::<&serde_json::value::RawValue>(text).is_ok() {
                    let kept = withhold::links(text);
                    prop_assert!(serde_json::from_str::<&serde_json::value::RawValue>(&kept).is_ok(), "{kept}");
                }
            }
            Ok(())
        });
        outcome.unwrap();
        if Instant::now() >= end {
            break;
        }
    }
}

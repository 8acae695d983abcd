//! What the fuzz targets in `fuzz/` do: everything that reads a provider's bytes, one function for each kind of answer. Each
//! takes any bytes, and panics where a promise of this crate is broken.
//!
//! The targets only call these functions, and a test here calls them with the kept corpus, so that neither can rot.
//! Compiled for tests and under the feature `fuzzing`; no part of the product.

use crate::http::{Absent, Answer, Failure};
use crate::json::Raw;
use crate::{address, cryptopocket, loveandpay, withhold};
use jiff::Timestamp;
use reqwest::header::{DATE, HeaderMap, HeaderValue, RETRY_AFTER};
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

/// A target's name, which is also that of its corpus, and what it does.
pub type Target = (&'static str, fn(&[u8]));

/// All targets.
pub const TARGETS: &[Target] = &[
    ("address", address),
    ("http_headers", http_headers),
    ("cryptopocket_authenticate", cryptopocket::fuzzing::authenticate),
    ("cryptopocket_documents", cryptopocket::fuzzing::documents),
    ("cryptopocket_error", cryptopocket::fuzzing::error),
    ("cryptopocket_kyc", cryptopocket::fuzzing::kyc),
    ("cryptopocket_list", cryptopocket::fuzzing::list),
    ("cryptopocket_payment", cryptopocket::fuzzing::payment),
    ("cryptopocket_quote", cryptopocket::fuzzing::quote),
    ("cryptopocket_rampoff", cryptopocket::fuzzing::rampoff),
    ("cryptopocket_register", cryptopocket::fuzzing::register),
    ("cryptopocket_webhook", cryptopocket::fuzzing::webhook),
    ("loveandpay_block", loveandpay::fuzzing::block),
    ("loveandpay_card", loveandpay::fuzzing::card),
    ("loveandpay_check", loveandpay::fuzzing::check),
    ("loveandpay_error", loveandpay::fuzzing::error),
    ("loveandpay_invoices", loveandpay::fuzzing::invoices),
    ("loveandpay_list", loveandpay::fuzzing::list),
    ("loveandpay_sessions", loveandpay::fuzzing::sessions),
    ("loveandpay_webhook", loveandpay::fuzzing::webhook),
];

/// Does what the target of this name does.
///
/// # Panics
/// When there is none of this name, and when a promise is broken.
#[expect(clippy::panic, reason = "this is how a fuzzer is told")]
pub fn run(target: &str, bytes: &[u8]) {
    match TARGETS.iter().find(|(name, _)| *name == target) {
        Some((_, run)) => run(bytes),
        None => panic!("no fuzz target {target}"),
    }
}

/// Takes bytes the way of an answer with this status, and gives those that are one to be read as a success.
pub(crate) fn answer(
    status: u16,
    bytes: &[u8],
    judge: fn(Absent, &Answer) -> Result<(), Failure>,
) -> Result<Answer, Failure> {
    let answer = Answer::new(status, &HeaderMap::new(), bytes.to_vec(), Timestamp::UNIX_EPOCH);
    answer.plain_problem(Absent::Subject)?;
    judge(Absent::Subject, &answer)?;
    Ok(answer)
}

/// A failure is told for every status; nobody who holds the answer to be a success is given one that is no JSON.
pub(crate) fn failures(bytes: &[u8], judge: fn(Absent, &Answer) -> Result<(), Failure>) {
    for status in [200, 201, 204, 302, 400, 401, 403, 404, 408, 410, 418, 422, 429, 500, 503] {
        match answer(status, bytes, judge) {
            Ok(answer) => assert!((200..300).contains(&status) && is_json(answer.json())),
            Err(failure) => {
                assert!(!failure.problem.code().is_empty());
                let words = failure.problem.words.as_ref();
                assert!(words.is_none_or(|words| words.http_status == Some(status)));
            }
        }
    }
}

/// A record is kept as JSON and without links, and keeping it again changes nothing.
pub(crate) fn kept(record: Raw<'_>) {
    let kept = withhold::links(record.get());
    assert!(is_json(&kept), "no JSON any more");
    assert_eq!(withhold::links(&kept), kept, "something was left");
}

/// The rows of a list are those that another reader of JSON finds, byte for byte.
pub(crate) fn same_rows(body: &str, rows: &[Raw<'_>]) {
    #[derive(Deserialize)]
    struct Reply<'a> {
        #[serde(borrow)]
        data: Vec<&'a RawValue>,
    }
    if let Ok(Reply { data }) = serde_json::from_str(body) {
        assert!(rows.iter().map(|row| row.get()).eq(data.iter().map(|row| row.get())), "other rows");
    }
}

/// The text at a place of an answer, where it is one.
pub(crate) fn text_at(body: &str, pointer: &str) -> Option<String> {
    let whole: Value = serde_json::from_str(body).ok()?;
    whole.pointer(pointer)?.as_str().map(str::to_owned)
}

fn is_json(text: &str) -> bool {
    serde_json::from_str::<&RawValue>(text.trim_start_matches('\u{feff}')).is_ok()
}

/// The headers that say how late it is and how long to wait: a line for `Retry-After`, a line for `Date`.
fn http_headers(bytes: &[u8]) {
    let mut lines = bytes.splitn(2, |byte| *byte == b'\n');
    let mut headers = HeaderMap::new();
    for name in [RETRY_AFTER, DATE] {
        let value = lines.next().and_then(|line| HeaderValue::from_bytes(line).ok());
        headers.extend(value.map(|value| (name, value)));
    }
    let now = Timestamp::from_second(1_706_012_345).unwrap_or_default();
    let answer = Answer::new(429, &headers, b"{}".to_vec(), now);
    // A wait of whatever length is one that can be told and added up.
    let _ = (answer.rate_limited(), answer.skew());
    if let Some(date) = answer.date {
        assert_eq!(date.subsec_nanosecond(), 0, "a date is to the second");
    }
}

/// An address that is taken is one that stays what it is, and that nobody but its host hears from.
#[expect(clippy::panic, reason = "this is how a fuzzer is told")]
fn address(bytes: &[u8]) {
    let Ok(typed) = std::str::from_utf8(bytes) else { return };
    let Ok(base) = address::parse(typed) else { return };
    assert_eq!(address::parse(base.as_str()).as_ref(), Ok(&base), "read again it is the same");
    assert!(base.as_str().starts_with("https://") || base.is_loopback(), "unencrypted to {base:?}");
    assert!(!base.as_str().contains(['?', '#', ' ', '\\']) && !base.as_str().ends_with('/'), "{base:?}");
    let Ok(whole) = url::Url::parse(&base.with("/customers/x")) else { panic!("no address: {base:?}") };
    assert!(whole.username().is_empty() && whole.password().is_none(), "{base:?}");
    assert_eq!(whole.path(), base.path_with("/customers/x"), "what is signed is what is sent");
}

#[cfg(test)]
#[path = "fuzzing_tests.rs"]
mod tests;

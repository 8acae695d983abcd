//! Answers that are made to hurt: nesting without an end, numbers that no float holds, times beyond reason, ids and tokens
//! that would like to become part of a request. Each costs itself at most.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking, in the functions that it shares too")]

mod support;

use kyc::{AnswerFault, Credential, Customer, KycStatus, Problem, ProviderCustomerId, RequestLimits, Trouble};
use providers::{Clock, Cursor, ListFilter, ManualClock, Page, Provider, address, registry};
use std::sync::Arc;
use support::{Expected, Server, expect};

async fn connected(pocket: bool, script: Vec<Expected>) -> (Server, Arc<dyn Provider>, Arc<ManualClock>) {
    let server = Server::start(script).await;
    let clock = Arc::new(ManualClock::at("2026-11-20T10:00:00Z".parse().unwrap()));
    let (provider, path) = if pocket { ("cryptopocket", "/api") } else { ("loveandpay", "/api/v2") };
    let provider = registry::connect(
        &kyc::ProviderId::new(provider),
        &address::parse(&format!("{}{path}", server.origin())).unwrap(),
        RequestLimits { per_minute: Some(0), per_hour: Some(0) },
        Credential::parse("pk_test_planted_key", "sk_test_planted_secret").unwrap(),
        Arc::clone(&clock) as Arc<dyn Clock>,
        None,
    );
    (server, provider.unwrap(), clock)
}

fn listed(pocket: bool) -> Expected {
    expect(if pocket {
        "GET /api/customers/list?items_per_page=100&page=1"
    } else {
        "GET /api/v2/customers?limit=100&offset=0"
    })
}

fn signed_in() -> Expected {
    expect("POST /api/authenticate").json(200, r#"{"token":"t"}"#)
}

/// What comes of one page of customers answered so.
async fn page(pocket: bool, answer: impl FnOnce(Expected) -> Expected) -> Result<Page, Problem> {
    let mut script = vec![answer(listed(pocket))];
    if pocket {
        script.insert(0, signed_in());
    }
    let (server, provider, _) = connected(pocket, script).await;
    let page = provider.customers(&ListFilter::default(), &Cursor::start()).await;
    server.finish();
    page
}

fn list(pocket: bool, rows: &str) -> String {
    if pocket {
        format!(r#"{{"status":"ok","total_items":1,"data":[{rows}]}}"#)
    } else {
        format!(r#"{{"success":true,"data":[{rows}],"pagination":{{"total":1}}}}"#)
    }
}

async fn only(pocket: bool, row: &str) -> Customer {
    let page = page(pocket, |it| it.json(200, &list(pocket, row))).await.unwrap();
    assert_eq!(page.rejected, []);
    let [customer] = <[Customer; 1]>::try_from(page.customers).unwrap();
    customer
}

const DEEP: usize = 500_000;

fn deep() -> String {
    format!("{}{}", "[".repeat(DEEP), "]".repeat(DEEP))
}

#[tokio::test]
async fn deep_nesting_costs_its_field_at_most() {
    for pocket in [false, true] {
        for field in ["email", "new"] {
            let customer = only(pocket, &format!(r#"{{"id":"a","{field}":{}}}"#, deep())).await;
            assert_eq!((customer.id.as_str(), customer.email), ("a", None));
        }
        for (body, fault) in [
            (deep(), AnswerFault::Shape),
            ("[".repeat(DEEP), AnswerFault::Truncated),
            (format!(r#"{{"data":{}}}"#, "{\"a\":".repeat(DEEP)), AnswerFault::NotJson),
            (list(pocket, "").replace("[]", &format!("{{\"a\":{}}}", deep())), AnswerFault::Shape),
        ] {
            let repeated = if fault == AnswerFault::Truncated { 3 } else { 1 };
            let mut script: Vec<_> = (0..repeated).map(|_| listed(pocket).json(200, &body)).collect();
            if pocket {
                script.insert(0, signed_in());
            }
            let (server, provider, _) = connected(pocket, script).await;
            let problem = provider.customers(&ListFilter::default(), &Cursor::start()).await.unwrap_err();
            assert_eq!(problem.trouble, Trouble::BadAnswer { fault }, "{pocket} {}", &body[..30]);
            server.finish();
        }
        // In the words of a refusal, too.
        let refusal = format!(r#"{{"error":{0},"message":{0},"data":{0},"errors":{0}}}"#, deep());
        let problem = page(pocket, |it| it.json(400, &refusal)).await.unwrap_err();
        assert_eq!(problem.trouble, Trouble::Refused);
    }
}

#[tokio::test]
async fn numbers_that_no_float_holds_are_exact_or_absent() {
    let of = |amount: &str, count: &str| format!(r#"{{"id":"a","totalAmount":{amount},"totalPayments":{count}}}"#);
    for (amount, count, paid, payments) in [
        ("9007199254740993", "4294967295", Some("9007199254740993"), Some(u32::MAX)),
        ("0.30000000000000004", "4294967296", Some("0.30000000000000004"), None),
        ("12345678901234567890.12345678", "1e400", Some("12345678901234567890.12345678"), None),
        ("1e400", "-0", None, Some(0)),
        ("-1e-400", "1.5", None, None),
    ] {
        let customer = only(false, &of(amount, count)).await;
        assert_eq!(customer.paid.map(|paid| paid.amount.to_string()).as_deref(), paid, "{amount}");
        assert_eq!(customer.payments, payments, "{count}");
        assert!(customer.raw.contains(amount), "the raw record keeps it");
    }
    // An id and a total beyond 64 bits.
    let customer = only(true, r#"{"id":123456789012345678901234567890}"#).await;
    assert_eq!(customer.id.as_str(), "123456789012345678901234567890");
    let endless = r#"{"status":"ok","total_items":1e400,"data":[{"id":1}]}"#;
    assert_eq!(page(true, |it| it.json(200, endless)).await.unwrap().total, None);
}

#[tokio::test]
async fn bytes_that_are_no_utf_8_are_told_and_a_byte_order_mark_is_no_harm() {
    for pocket in [false, true] {
        let whole = list(pocket, r#"{"id":"a","email":"@@@"}"#);
        let with = |bytes: &[u8]| {
            let (before, behind) = whole.split_once("@@@").unwrap();
            [before.as_bytes(), bytes, behind.as_bytes()].concat()
        };
        for bytes in [&b"\xff\xfe"[..], b"\xed\xa0\x80", b"\xc0\xaf", b"\xf0\x9f"] {
            let problem = page(pocket, |it| it.reply(200, &[], &with(bytes))).await.unwrap_err();
            assert_eq!(problem.trouble, Trouble::BadAnswer { fault: AnswerFault::NotJson }, "{bytes:x?}");
        }
        let marked = format!("\u{feff}{whole}");
        assert_eq!(page(pocket, |it| it.json(200, &marked)).await.unwrap().customers.len(), 1);
        // Half of a surrogate pair in an escape is one character that is lost.
        let customer = only(pocket, r#"{"id":"a","email":"x\ud800y"}"#).await;
        assert!(customer.email.unwrap().starts_with('x'));
    }
}

#[tokio::test]
async fn no_answer_holds_a_connection_longer_than_a_day() {
    let most = "2026-11-21T10:00:00Z".parse().unwrap();
    for wait in ["99999999999999999999", "4294967296", "Tue, 31 Dec 2999 23:59:59 GMT"] {
        for pocket in [false, true] {
            let problem = page(pocket, |it| it.reply(429, &[("retry-after", wait)], b"{}")).await.unwrap_err();
            assert_eq!(problem.trouble, Trouble::RateLimited { until: Some(most) }, "{wait}");
        }
    }
    // What is no time, or one that no calendar here reaches, is none.
    let in_a_minute = "2026-11-20T10:01:00Z".parse().unwrap();
    for wait in ["-5", "soon", "1e9", "Fri, 31 Dec 9999 23:59:59 GMT"] {
        let answer = listed(false).reply(429, &[("retry-after", wait)], b"{}");
        let (server, provider, clock) = connected(false, vec![answer]).await;
        let problem = provider.customers(&ListFilter::default(), &Cursor::start()).await.unwrap_err();
        assert_eq!(problem.trouble, Trouble::RateLimited { until: Some(in_a_minute) }, "{wait}");
        assert_eq!(clock.slept(), []);
        server.finish();
    }
}

/// An id is put into a path or a query by whoever asks for that customer.
#[tokio::test]
async fn an_id_stays_one_value_wherever_it_is_put() {
    let id = |text: &str| ProviderCustomerId::new(text).unwrap();
    for (text, sent) in [
        ("1&page=2", "1%26page%3D2"),
        ("1#x", "1%23x"),
        ("1%262", "1%25262"),
        ("1 +2", "1+%2B2"),
        ("../1?x", "..%2F1%3Fx"),
        ("1\r\nauth: y\r\n\r\nGET /", "1%0D%0Aauth%3A+y%0D%0A%0D%0AGET+%2F"),
        ("ы\u{0}", "%D1%8B%00"),
    ] {
        let asked = expect(&format!("GET /api/kyc/check?user_id={sent}")).header("auth", "t");
        let script = vec![signed_in(), asked.json(200, r#"{"status":"ok","data":{"kyc_status":"valid"}}"#)];
        let (server, provider, _) = connected(true, script).await;
        assert_eq!(provider.kyc_status(&id(text)).await, Ok(KycStatus::Verified), "{text:?}");
        server.finish();
        // As part of a path it is refused, and nothing is sent.
        let (server, provider, _) = connected(false, vec![]).await;
        let problem = provider.card(&id(text)).await.unwrap_err();
        assert_eq!(problem.trouble, Trouble::BadInput { field: "id" }, "{text:?}");
        server.finish();
    }
    // Nor does a row bring one with a control character.
    for pocket in [false, true] {
        let row = r#"{"id":"1\r\nauth: y"}"#;
        let page = page(pocket, |it| it.json(200, &list(pocket, row))).await.unwrap();
        assert_eq!((page.customers.len(), page.rejected.len()), (0, 1));
    }
}

#[tokio::test]
async fn a_token_that_cannot_stand_in_a_header_is_no_token() {
    for token in [r"t\r\nx: y", r"t\u0000", r"t\u007f", r"t\n2"] {
        let answer = format!(r#"{{"status":"ok","data":{{"token":"{token}"}}}}"#);
        let (server, provider, _) = connected(true, vec![expect("POST /api/authenticate").json(200, &answer)]).await;
        let problem = provider.customers(&ListFilter::default(), &Cursor::start()).await.unwrap_err();
        assert_eq!(problem.trouble, Trouble::BadAnswer { fault: AnswerFault::Shape }, "{token}");
        server.finish();
    }
}

//! Love&Pay's answers that are wrong in themselves: a walk over the list, a card and a block.

use crate::support::{Expected, Server, expect};
use jiff::Timestamp;
use kyc::{Problem, ProviderCustomerId, RequestLimits, Trouble};
use providers::{Clock, Cursor, ListFilter, ManualClock, Outcome, Provider, address, registry};
use std::sync::Arc;
use std::time::Duration;

const ID: &str = "550e8400-e29b-41d4-a716-446655440000";
const CARD: &str = include_str!("../data/fixtures/loveandpay/customer_get.json");
const BLOCKED: &str = include_str!("../data/fixtures/loveandpay/customer_block.json");
const FIRST: &str = r#"{"success":true,"data":[{"id":"a"},{"id":"b"}],"pagination":{"total":3}}"#;
const SECOND: &str = r#"{"success":true,"data":[{"id":"c"}],"pagination":{"total":3}}"#;
const DATE: (&str, &str) = ("date", "Tue, 23 Jan 2024 12:29:05 GMT");

/// Turns a request that is expected, with its right answer, into one that is answered wrongly.
type Answer = Box<dyn Fn(Expected, &str) -> Expected>;

/// What a fault comes to: a problem's code or `ok`, and how many requests were sent until it was told.
type Cell = (&'static str, usize);

struct Fault {
    name: &'static str,
    answer: Answer,
    list: Cell,
    card: Cell,
    /// Counts the look at the card after an answer that leaves a doubt.
    block: Cell,
}

fn fault(
    name: &'static str,
    [list, card, block]: [Cell; 3],
    answer: impl Fn(Expected, &str) -> Expected + 'static,
) -> Fault {
    Fault { name, answer: Box::new(answer), list, card, block }
}

/// A failure that says so, in JSON.
fn code(name: &'static str, status: u16, cells: [Cell; 3]) -> Fault {
    fault(name, cells, move |expected, _| expected.json(status, &format!(r#"{{"error":"{name}","message":"x"}}"#)))
}

fn faults(elsewhere: &str) -> Vec<Fault> {
    let everywhere = |told: &'static str, reads: usize, block: usize| [(told, reads), (told, reads), (told, block)];
    let elsewhere = elsewhere.to_owned();
    let html = [("content-type", "text/html")];
    vec![
        fault("web page", everywhere("bad_answer Html", 1, 2), move |it, _| it.reply(200, &html, b"<html>sign in")),
        fault("redirect to another host", everywhere("bad_answer Redirect", 1, 2), move |it, _| {
            it.reply(307, &[("location", &elsewhere)], b"")
        }),
        fault("500", everywhere("provider_down", 3, 2), |it, _| it.json(500, r#"{"error":"INTERNAL_ERROR"}"#)),
        fault("502 in plain text", everywhere("provider_down", 3, 2), |it, _| it.reply(502, &[], b"Bad Gateway")),
        fault("503 as a web page", everywhere("provider_down", 3, 2), move |it, _| it.reply(503, &html, b"<html>")),
        fault("408", everywhere("provider_down", 3, 2), |it, _| it.reply(408, &[], b"")),
        fault("429 for a second", everywhere("rate_limited", 3, 1), |it, _| {
            it.reply(429, &[("retry-after", "1")], br#"{"error":"RATE_LIMITED"}"#)
        }),
        fault("429 for an hour", everywhere("rate_limited", 1, 1), |it, _| {
            it.reply(429, &[("retry-after", "3600")], b"{}")
        }),
        fault("429 until a date", everywhere("rate_limited", 1, 1), |it, _| {
            it.reply(429, &[DATE, ("retry-after", "Tue, 23 Jan 2024 12:31:05 GMT")], b"{}")
        }),
        fault("429 without a time", everywhere("rate_limited", 1, 1), |it, _| {
            it.json(429, r#"{"error":"RATE_LIMIT_EXCEEDED"}"#)
        }),
        fault("connection closed at once", everywhere("provider_down", 3, 2), |it, _| it.closed()),
        fault("connection closed in the head", everywhere("provider_down", 3, 2), |it, _| it.raw("HTTP/1.1 200 O")),
        fault("connection closed in the body", everywhere("bad_answer Truncated", 3, 2), |it, good| {
            it.json(200, good).cut(3)
        }),
        fault("body that ends in the middle", everywhere("bad_answer Truncated", 3, 2), |it, good| {
            it.json(200, &good.trim_end()[..good.trim_end().len() - 2])
        }),
        fault("plain text", everywhere("bad_answer NotJson", 1, 2), |it, _| it.reply(200, &[], b"hello")),
        fault("another charset", everywhere("bad_answer NotJson", 1, 2), |it, _| {
            it.reply(
                200,
                &[("content-type", "application/json; charset=windows-1251")],
                b"{\"data\":[\"\xc8\xe2\xe0\xed\"]}",
            )
        }),
        fault("body without an end", everywhere("bad_answer TooLarge", 1, 2), |it, _| {
            it.reply(200, &[], &vec![b' '; 16 * 1024 * 1024 + 1])
        }),
        fault("list in place of an object", everywhere("bad_answer Shape", 1, 2), |it, _| it.json(200, "[1]")),
        fault("null in place of the subject", everywhere("bad_answer Shape", 1, 2), |it, _| {
            it.json(200, r#"{"success":true,"data":null,"customer":null}"#)
        }),
        fault("somebody else", [("bad_answer Shape", 1), ("bad_answer Shape", 1), ("bad_answer Shape", 2)], |it, _| {
            it.json(
                200,
                r#"{"success":true,"customer":{"id":"00000000-0000-4000-8000-000000000000","isBlocked":true}}"#,
            )
        }),
        fault("success that is false", everywhere("refused", 1, 2), |it, _| it.json(200, r#"{"success":false}"#)),
        fault("404", [("bad_answer Shape", 1), ("not_found", 1), ("not_found", 1)], |it, _| it.json(404, "{}")),
        fault("expired, with a date", everywhere("clock_skew", 3, 3), |it, _| {
            it.reply(401, &[DATE], br#"{"success":false,"error":{"code":"TIMESTAMP_EXPIRED"}}"#)
        }),
        code("TIMESTAMP_EXPIRED", 401, everywhere("clock_skew", 1, 1)),
        code("INVALID_SIGNATURE", 401, everywhere("credentials_rejected", 1, 1)),
        code("MISSING_HEADERS", 401, everywhere("internal", 1, 2)),
        code("SOURCE_IP_NOT_ALLOWED", 403, everywhere("ip_not_allowed", 1, 1)),
        code("DOMAIN_NOT_VERIFIED", 403, everywhere("domain_not_verified", 1, 1)),
        code("PARTNER_INACTIVE", 403, everywhere("account_inactive", 1, 1)),
        code("VALIDATION_ERROR", 400, everywhere("refused", 1, 2)),
        code("SOMETHING_NEW", 418, everywhere("refused", 1, 2)),
        fault("web page label on JSON", everywhere("ok", 1, 1), move |it, good| it.reply(200, &html, good.as_bytes())),
        fault("byte order mark", everywhere("ok", 1, 1), |it, good| it.json(200, &format!("\u{feff}{good}"))),
        fault("unknown fields", everywhere("ok", 1, 1), |it, good| {
            it.json(200, &good.replacen('{', r#"{"new":{"deep":[1,"https://x.example.com"]},"#, 1))
        }),
    ]
}

fn told(problem: &Problem) -> String {
    match &problem.trouble {
        Trouble::BadAnswer { fault } => format!("{} {fault:?}", problem.code()),
        _ => problem.code().to_owned(),
    }
}

async fn server(script: Vec<Expected>) -> (Server, Arc<dyn Provider>, Arc<ManualClock>) {
    let server = Server::start(script).await;
    let clock = Arc::new(ManualClock::at(Timestamp::from_millisecond(1_706_012_345_678).unwrap()));
    let provider = registry::connect(
        &kyc::ProviderId::new("loveandpay"),
        &address::parse(&format!("{}/api/v2", server.origin())).unwrap(),
        RequestLimits { per_minute: Some(0), per_hour: Some(0) },
        kyc::Credential::parse("pk_test_planted_key", "sk_test_planted_secret").unwrap(),
        Arc::clone(&clock) as Arc<dyn Clock>,
        None,
    );
    (server, provider.unwrap(), clock)
}

fn struck(cell: Cell, line: &str, good: &str, answer: &Answer) -> Vec<Expected> {
    (0..cell.1).map(|_| answer(expect(line), good)).collect()
}

/// The fault strikes the second page of a walk; the walk goes on at its cursor when it is over.
async fn walk(fault: &Fault) -> String {
    let (first, second) = ("GET /api/v2/customers?limit=100&offset=0", "GET /api/v2/customers?limit=100&offset=2");
    let mut script = vec![expect(first).json(200, FIRST)];
    script.extend(struck(fault.list, second, SECOND, &fault.answer));
    if fault.list.0 != "ok" {
        script.push(expect(second).json(200, SECOND));
    }
    let (server, provider, clock) = server(script).await;
    let everybody = ListFilter::default();
    let page = provider.customers(&everybody, &Cursor::start()).await.unwrap();
    let mut seen: Vec<_> = page.customers.iter().map(|customer| customer.id.to_string()).collect();
    let cursor = page.next.unwrap();
    let outcome = provider.customers(&everybody, &cursor).await;
    let result = outcome.as_ref().map_or_else(told, |_| "ok".to_owned());
    let rest = match outcome {
        Ok(page) => page,
        Err(_) => {
            clock.advance(Duration::from_secs(24 * 60 * 60));
            provider.customers(&everybody, &cursor).await.unwrap()
        }
    };
    seen.extend(rest.customers.iter().map(|customer| customer.id.to_string()));
    assert_eq!((seen.join(" ").as_str(), rest.next), ("a b c", None), "{}: something is lost", fault.name);
    let requests = server.finish();
    assert_eq!(requests.len(), fault.list.1 + if result == "ok" { 1 } else { 2 });
    result
}

async fn card(fault: &Fault) -> String {
    let line = format!("GET /api/v2/customers/{ID}");
    let mut script = struck(fault.card, &line, CARD, &fault.answer);
    script.push(expect(&line).json(200, CARD));
    let (server, provider, clock) = server(script).await;
    let id = ProviderCustomerId::new(ID).unwrap();
    let result = provider.card(&id).await.as_ref().map_or_else(told, |_| "ok".to_owned());
    clock.advance(Duration::from_secs(24 * 60 * 60));
    assert_eq!(provider.card(&id).await.unwrap().recent_payments.len(), 2, "{}", fault.name);
    server.finish();
    result
}

/// The block does not come into force, and the fault is over when the client looks.
async fn block(fault: &Fault) -> String {
    let line = format!("POST /api/v2/customers/{ID}/block");
    // The same fault on the same line leaves out the look at the card, which is sound.
    let posts = if fault.block.0 == "clock_skew" { fault.block.1 } else { 1 };
    let mut script = struck((fault.block.0, posts), &line, BLOCKED, &fault.answer);
    let looks = fault.block.1 - posts;
    assert!(looks <= 1);
    script.extend((0..looks).map(|_| expect(&format!("GET /api/v2/customers/{ID}")).json(200, CARD)));
    let (server, provider, _) = server(script).await;
    let outcome = provider.block(&ProviderCustomerId::new(ID).unwrap(), Some("check")).await;
    server.finish();
    match outcome {
        Outcome::Done(_) => "ok".to_owned(),
        Outcome::Refused(problem) => told(&problem),
        Outcome::Unknown(problem) => format!("unknown {}", told(&problem)),
    }
}

#[tokio::test]
async fn every_fault_is_told_costs_what_it_may_and_loses_nothing() {
    let elsewhere = Server::start([]).await;
    let faults = faults(&format!("{}/moved", elsewhere.origin()));
    let mut cells = 0;
    for fault in &faults {
        assert_eq!(walk(fault).await, fault.list.0, "{}: walk", fault.name);
        assert_eq!(card(fault).await, fault.card.0, "{}: card", fault.name);
        assert_eq!(block(fault).await, fault.block.0, "{}: block", fault.name);
        cells += 3;
    }
    assert!(cells >= 60, "{cells} cells");
    assert!(elsewhere.seen().is_empty(), "another host heard from this client");
    elsewhere.finish();
}

#[tokio::test]
async fn where_every_answer_is_lost_a_block_stays_unknown() {
    let elsewhere = Server::start([]).await;
    for fault in faults(&format!("{}/moved", elsewhere.origin())) {
        // Faults that leave a doubt, and that the card meets, too.
        if fault.block.1 != 2 {
            continue;
        }
        let mut script = struck((fault.name, 1), &format!("POST /api/v2/customers/{ID}/block"), BLOCKED, &fault.answer);
        script.extend(struck(fault.card, &format!("GET /api/v2/customers/{ID}"), CARD, &fault.answer));
        let (server, provider, _) = server(script).await;
        let outcome = provider.block(&ProviderCustomerId::new(ID).unwrap(), None).await;
        assert!(matches!(outcome, Outcome::Unknown(_)), "{}: {outcome:?}", fault.name);
        server.finish();
    }
    assert!(elsewhere.seen().is_empty());
}

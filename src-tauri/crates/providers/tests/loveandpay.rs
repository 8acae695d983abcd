//! Love&Pay's client against a scripted server: what exactly is sent, and what answers become.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking, in the functions that it shares too")]

mod support;

use jiff::Timestamp;
use kyc::{AnswerFault, KycStatus, Problem, RequestLimits, Trouble, TrustLevel};
use providers::{Clock, Cursor, ListFilter, ManualClock, Page, Provider, Verified, address, is_endless, registry};
use std::io::Write as _;
use std::sync::Arc;
use std::time::Duration;
use support::{Expected, Server, expect, nobody};

const LIST: &str = include_str!("data/fixtures/loveandpay/customers_list.json");
const EMPTY: &str = include_str!("data/fixtures/loveandpay/customers_list_empty_assumed.json");
const FIRST: &str = "GET /api/v2/customers?limit=100&offset=0";

/// The moment and the secret of the signing vectors, so that the right signatures are known from there.
const MOMENT: i64 = 1_706_012_345_678;
const SIGNATURE: &str = "9e2638d61f8e9c951e7623dc9b4a156bf5a7b7c25422ca7178488de0c98677e8";

fn connected(base_url: &str, limits: RequestLimits) -> (Arc<dyn Provider>, Arc<ManualClock>) {
    let clock = Arc::new(ManualClock::at(Timestamp::from_millisecond(MOMENT).unwrap()));
    let provider = registry::connect(
        &kyc::ProviderId::new("loveandpay"),
        &address::parse(base_url).unwrap(),
        limits,
        kyc::Credential::parse("pk_test_planted_key", "sk_test_example").unwrap(),
        Arc::clone(&clock) as Arc<dyn Clock>,
        None,
    );
    (provider.unwrap(), clock)
}

fn unlimited(base_url: &str) -> (Arc<dyn Provider>, Arc<ManualClock>) {
    connected(base_url, RequestLimits { per_minute: Some(0), per_hour: Some(0) })
}

async fn server(script: impl IntoIterator<Item = Expected>) -> (Server, Arc<dyn Provider>, Arc<ManualClock>) {
    let server = Server::start(script).await;
    let (provider, clock) = unlimited(&format!("{}/api/v2", server.origin()));
    (server, provider, clock)
}

async fn first_page(provider: &dyn Provider) -> Result<Page, Problem> {
    provider.customers(&ListFilter::default(), &Cursor::start()).await
}

fn bad(fault: AnswerFault) -> Trouble {
    Trouble::BadAnswer { fault }
}

#[tokio::test]
async fn a_page_is_asked_for_with_signature_and_nothing_superfluous() {
    let expected = expect(FIRST)
        .header("x-api-key", "pk_test_planted_key")
        .header("x-timestamp", "1706012345678")
        .header("x-signature", SIGNATURE)
        .header("user-agent", concat!("Vouch/", env!("CARGO_PKG_VERSION")))
        .header("accept", "application/json")
        .header("accept-encoding", "gzip")
        .without_header("authorization")
        .without_header("cookie")
        .without_header("referer")
        .body("")
        .json(200, LIST);
    let (server, provider, _) = server([expected]).await;
    let page = first_page(&*provider).await.unwrap();
    assert_eq!(page.customers.len(), 2);
    assert_eq!(page.customers[0].name.as_deref(), Some("Тест Примеров"));
    assert_eq!((page.rejected.len(), page.total, page.search_doubtful), (0, Some(100), false));
    assert_eq!(page.next.map(|next| next.to_text()).as_deref(), Some("offset:2"));
    server.finish();
}

#[tokio::test]
async fn l2_the_whole_path_of_the_base_address_is_signed() {
    let expected = expect("GET /gateway/api/v2/customers?limit=100&offset=0")
        .header("x-signature", "528792990aaf693c89bdc065b6edae93a51f4848ce9325a24b17d9823bb6308d")
        .json(200, EMPTY);
    let server = Server::start([expected]).await;
    let (provider, _) = unlimited(&format!("{}/gateway/api/v2/", server.origin()));
    first_page(&*provider).await.unwrap();
    server.finish();
}

#[tokio::test]
async fn inconsistency_6_every_documented_filter_is_sent_and_none_is_signed() {
    let target = "GET /api/v2/customers?limit=100&offset=200&search=%D0%98%D0%B2%D0%B0%D0%BD+%D0%98.&kycStatus=REJECTED&trustLevel=LEVEL_2";
    let (server, provider, _) = server([expect(target).header("x-signature", SIGNATURE).json(200, EMPTY)]).await;
    let filter = ListFilter {
        search: Some(" Иван И. ".into()),
        kyc: Some(KycStatus::Rejected),
        trust: Some(TrustLevel::Level2),
        ..ListFilter::default()
    };
    let page = provider.customers(&filter, &Cursor::from_text("offset:200")).await.unwrap();
    assert_eq!((page.records(), page.total, page.next), (0, Some(0), None));
    server.finish();
}

#[tokio::test]
async fn a_filter_that_the_provider_lacks_is_refused_without_a_request() {
    let (server, provider, _) = server([]).await;
    for (filter, field) in [
        (ListFilter { email: Some("a@example.com".into()), ..ListFilter::default() }, "email"),
        (ListFilter { from: Some(jiff::civil::date(2026, 1, 1)), ..ListFilter::default() }, "from"),
        (ListFilter { kyc: Some(KycStatus::NotStarted), ..ListFilter::default() }, "kyc"),
    ] {
        let problem = provider.customers(&filter, &Cursor::start()).await.unwrap_err();
        assert_eq!(problem.trouble, Trouble::BadInput { field });
    }
    server.finish();
}

#[tokio::test]
async fn l9_a_search_that_brings_other_people_is_doubtful() {
    for (search, doubtful) in [("Образцова", false), ("client@", false), ("8 000 000-00-01", false), ("Сидоров", true)]
    {
        let sent = if search.starts_with('8') { "+70000000001" } else { search };
        let query: String = url::form_urlencoded::byte_serialize(sent.as_bytes()).collect();
        let (server, provider, _) = server([expect(&format!("{FIRST}&search={query}")).json(200, LIST)]).await;
        let filter = ListFilter { search: Some(search.into()), ..ListFilter::default() };
        let page = provider.customers(&filter, &Cursor::start()).await.unwrap();
        assert_eq!(page.search_doubtful, doubtful, "{search}");
        server.finish();
    }
}

/// A page of `count` customers with ids from `first`, in a list that announces `total`.
fn rows(first: usize, count: usize, total: &str) -> String {
    let rows: Vec<_> = (first..first + count).map(|id| format!(r#"{{"id":"c{id}"}}"#)).collect();
    format!(r#"{{"success":true,"data":[{}],"pagination":{{"total":{total}}}}}"#, rows.join(","))
}

async fn walk(provider: &dyn Provider) -> Vec<usize> {
    let (mut pages, mut cursor) = (Vec::new(), Cursor::start());
    loop {
        let page = provider.customers(&ListFilter::default(), &cursor).await.unwrap();
        pages.push(page.records());
        match page.next {
            // As after a restart: the checkpoint is text.
            Some(next) => cursor = Cursor::from_text(next.to_text()),
            None => return pages,
        }
    }
}

#[tokio::test]
async fn l17_a_walk_ends_where_the_list_ends() {
    for (script, pages) in [
        // A last page that is not full.
        (vec![(0, 100, "130"), (100, 30, "130")], vec![100, 30]),
        // A total that is too small ends nothing, nor does a full page at the total.
        (vec![(0, 100, "100"), (100, 100, "100"), (200, 0, "100")], vec![100, 100, 0]),
        // Without a total only an empty page tells the end.
        (vec![(0, 100, "null"), (100, 30, "null"), (130, 0, "null")], vec![100, 30, 0]),
        // A total that is too big.
        (vec![(0, 40, "900"), (40, 0, "900")], vec![40, 0]),
        // The server gives fewer than asked for.
        (vec![(0, 50, "120"), (50, 50, "120"), (100, 20, "120")], vec![50, 50, 20]),
    ] {
        let script = script.into_iter().map(|(first, count, total)| {
            expect(&format!("GET /api/v2/customers?limit=100&offset={first}")).json(200, &rows(first, count, total))
        });
        let (server, provider, _) = server(script).await;
        assert_eq!(walk(&*provider).await, pages);
        server.finish();
    }
}

#[tokio::test]
async fn a_bad_record_counts_for_the_offset_and_keeps_its_position() {
    let body = r#"{"success":true,"data":[{"id":"a"},{"fullName":"x"},{"id":"b"}],"pagination":{"total":9}}"#;
    let (server, provider, _) = server([expect(FIRST).json(200, body)]).await;
    let page = first_page(&*provider).await.unwrap();
    assert_eq!((page.customers.len(), page.rejected.len()), (2, 1));
    assert_eq!((page.rejected[0].position, page.rejected[0].reason.as_str()), (1, "no id"));
    assert_eq!(page.next.unwrap().to_text(), "offset:3");
    server.finish();
}

#[tokio::test]
async fn verifying_asks_for_one_customer() {
    let (server, provider, _) = server([expect("GET /api/v2/customers?limit=1&offset=0").json(200, LIST)]).await;
    assert_eq!(provider.verify().await, Ok(Verified { customers: Some(100) }));
    server.finish();
}

#[tokio::test]
async fn answers_that_are_not_repeated() {
    let html = ("content-type", "text/html");
    let nested = include_str!("data/fixtures/loveandpay/error_nested.json");
    for (reply, trouble) in [
        (expect(FIRST).reply(200, &[html], b"<html>sign in</html>"), bad(AnswerFault::Html)),
        (expect(FIRST).reply(200, &[], b"  <!DOCTYPE html>"), bad(AnswerFault::Html)),
        (expect(FIRST).reply(200, &[html], b"sign in"), bad(AnswerFault::Html)),
        (expect(FIRST).reply(200, &[], b"hello"), bad(AnswerFault::NotJson)),
        (expect(FIRST).reply(200, &[], b""), bad(AnswerFault::NotJson)),
        (expect(FIRST).reply(200, &[], b"{\"a\":\"\xc8\xe2\"}"), bad(AnswerFault::NotJson)),
        (expect(FIRST).reply(200, &[("content-encoding", "gzip")], b"{\"data\":[]}"), bad(AnswerFault::NotJson)),
        (expect(FIRST).json(200, r#"{"success":true}"#), bad(AnswerFault::Shape)),
        (expect(FIRST).json(200, r#"{"success":true,"data":null}"#), bad(AnswerFault::Shape)),
        (expect(FIRST).json(200, "[]"), bad(AnswerFault::Shape)),
        (expect(FIRST).json(200, r#"{"success":false,"data":[]}"#), Trouble::Refused),
        (expect(FIRST).json(401, nested), Trouble::CredentialsRejected),
        (expect(FIRST).json(401, r#"{"error":"INVALID_SIGNATURE"}"#), Trouble::CredentialsRejected),
        (expect(FIRST).json(403, r#"{"error":"SOURCE_IP_NOT_ALLOWED"}"#), Trouble::IpNotAllowed),
        (expect(FIRST).json(400, r#"{"error":"VALIDATION_ERROR"}"#), Trouble::Refused),
        (expect(FIRST).reply(404, &[html], b"<h1>Not Found</h1>"), bad(AnswerFault::Html)),
        (expect(FIRST).json(404, r#"{"message":"Cannot GET /customers"}"#), bad(AnswerFault::Shape)),
        (expect(FIRST).reply(404, &[], b"Not Found"), bad(AnswerFault::NotJson)),
    ] {
        let (server, provider, clock) = server([reply]).await;
        let problem = first_page(&*provider).await.unwrap_err();
        assert_eq!(problem.trouble, trouble, "{problem:?}");
        assert!(clock.slept().is_empty());
        server.finish();
    }
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    for status in [301, 302, 303, 307, 308] {
        let elsewhere = Server::start([]).await;
        let target = format!("{}/steal", elsewhere.origin());
        let (server, provider, _) = server([expect(FIRST).reply(status, &[("location", &target)], b"")]).await;
        let problem = first_page(&*provider).await.unwrap_err();
        assert_eq!(problem.trouble, bad(AnswerFault::Redirect));
        assert_eq!(problem.words.unwrap().message.as_deref(), Some(target.as_str()));
        server.finish();
        assert!(elsewhere.finish().is_empty(), "another host was asked");
    }
}

#[tokio::test]
async fn l4_failures_of_the_moment_are_repeated_and_each_attempt_signed_anew() {
    let (server, provider, clock) = server([
        expect(FIRST).header("x-timestamp", "1706012345678").header("x-signature", SIGNATURE).json(500, "{}"),
        expect(FIRST).json(200, LIST).cut(40),
        expect(FIRST).json(200, LIST),
    ])
    .await;
    assert_eq!(first_page(&*provider).await.unwrap().customers.len(), 2);
    assert_eq!(clock.slept().len(), 2);
    let seen = server.finish();
    let timestamps: Vec<i64> = seen.iter().map(|it| it.header("x-timestamp").unwrap().parse().unwrap()).collect();
    assert!(timestamps.is_sorted_by(|a, b| a < b), "{timestamps:?}");
    assert_ne!(seen[0].header("x-signature"), seen[1].header("x-signature"));
}

#[tokio::test]
async fn failures_that_stay_are_told_after_three_attempts() {
    let half = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{}", LIST.len(), &LIST[..50]);
    let chunked = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\n{\"dat\r\n";
    let cases = [
        (expect_json(500, r#"{"error":"INTERNAL_ERROR"}"#), Trouble::ProviderDown),
        (expect_raw("HTTP/1.1 502 Bad\r\ncontent-type: text/html\r\n\r\n<html>"), Trouble::ProviderDown),
        (expect_json(503, ""), Trouble::ProviderDown),
        (expect_raw(""), Trouble::ProviderDown),
        (expect_raw(&half), bad(AnswerFault::Truncated)),
        (expect_raw(chunked), bad(AnswerFault::Truncated)),
        (expect_json(200, r#"{"success":true,"data":[{"id""#), bad(AnswerFault::Truncated)),
    ];
    for (reply, trouble) in cases {
        let (server, provider, clock) = server((0..3).map(|_| reply())).await;
        let problem = first_page(&*provider).await.unwrap_err();
        assert_eq!(problem.trouble, trouble, "{problem:?}");
        assert_eq!(clock.slept().len(), 2);
        server.finish();
    }
}

fn expect_json(status: u16, body: &str) -> Box<dyn Fn() -> Expected> {
    let body = body.to_owned();
    Box::new(move || expect(FIRST).json(status, &body))
}

fn expect_raw(bytes: &str) -> Box<dyn Fn() -> Expected> {
    let bytes = bytes.to_owned();
    Box::new(move || expect(FIRST).raw(bytes.clone()))
}

#[tokio::test]
async fn nobody_there_is_offline() {
    let (provider, clock) = unlimited(&format!("{}/api/v2", nobody().await));
    assert_eq!(first_page(&*provider).await.unwrap_err(), Trouble::Offline.into());
    assert_eq!(clock.slept().len(), 2);
    // A reserved name that no resolver knows.
    let (provider, clock) = connected("https://no-such-host.invalid/api/v2", RequestLimits::default());
    assert_eq!(first_page(&*provider).await.unwrap_err().trouble, Trouble::Offline);
    assert_eq!(clock.slept().len(), 2);
}

#[tokio::test]
async fn gzip_is_understood_and_its_size_counts_unpacked() {
    let packed = |bytes: &[u8]| {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    };
    let gzip = [("content-encoding", "gzip"), ("content-type", "application/json")];
    let (server, provider, _) = server([
        expect(FIRST).reply(200, &gzip, &packed(LIST.as_bytes())),
        expect(FIRST).reply(200, &gzip, &packed(&vec![b' '; 20 << 20])),
    ])
    .await;
    assert_eq!(first_page(&*provider).await.unwrap().customers.len(), 2);
    assert_eq!(first_page(&*provider).await.unwrap_err().trouble, bad(AnswerFault::TooLarge));
    server.finish();
}

#[tokio::test]
async fn a_huge_answer_is_not_taken() {
    let mut huge = b"{\"success\":true,\"data\":[\"".to_vec();
    huge.resize(17 << 20, b'x');
    let (server, provider, _) = server([expect(FIRST).reply(200, &[], &huge)]).await;
    let problem = first_page(&*provider).await.unwrap_err();
    assert_eq!(problem.trouble, bad(AnswerFault::TooLarge));
    server.finish();
}

#[tokio::test]
async fn l7_a_429_holds_the_whole_connection_for_as_long_as_it_says() {
    let date = [("date", "Tue, 23 Jan 2024 12:19:05 GMT"), ("retry-after", "Tue, 23 Jan 2024 12:21:05 GMT")];
    for (headers, seconds) in [(&[][..], 60), (&[("retry-after", "90")], 90), (&date, 120)] {
        let limited = expect(FIRST).reply(429, headers, br#"{"error":"RATE_LIMIT_EXCEEDED"}"#);
        let (server, provider, clock) = server([limited, expect(FIRST).json(200, EMPTY)]).await;
        let until = clock.now() + jiff::SignedDuration::from_secs(seconds);
        let limited = Trouble::RateLimited { until: Some(until) };
        assert_eq!(first_page(&*provider).await.unwrap_err().trouble, limited);
        // Nothing is sent before that, and a restart remembers it.
        assert_eq!(first_page(&*provider).await.unwrap_err().trouble, limited);
        assert_eq!(provider.next_at(), until);
        assert!(provider.budget_state().is_some());
        assert_eq!(server.seen().len(), 1);
        clock.advance(Duration::from_secs(seconds.unsigned_abs()));
        first_page(&*provider).await.unwrap();
        assert_eq!(provider.budget_state(), None);
        server.finish();
    }
}

#[tokio::test]
async fn a_short_wait_that_is_asked_for_is_slept_through() {
    let limited = expect(FIRST).reply(429, &[("retry-after", "2")], b"{}");
    let (server, provider, clock) = server([limited, expect(FIRST).json(200, EMPTY)]).await;
    first_page(&*provider).await.unwrap();
    assert_eq!(clock.slept().iter().sum::<Duration>(), Duration::from_secs(2));
    server.finish();
}

#[tokio::test]
async fn the_default_budget_is_90_a_minute_and_survives_a_restart() {
    let server = Server::start((0..91).map(|_| expect(FIRST).json(200, EMPTY))).await;
    let base = format!("{}/api/v2", server.origin());
    let (provider, clock) = connected(&base, RequestLimits::default());
    for _ in 0..90 {
        first_page(&*provider).await.unwrap();
    }
    let until = clock.now() + jiff::SignedDuration::from_millis(60_001);
    let limited = Trouble::RateLimited { until: Some(until) };
    assert_eq!(first_page(&*provider).await.unwrap_err().trouble, limited);
    let state = provider.budget_state().unwrap();
    let provider = registry::connect(
        &kyc::ProviderId::new("loveandpay"),
        &address::parse(&base).unwrap(),
        RequestLimits::default(),
        kyc::Credential::parse("pk_test_planted_key", "sk_test_example").unwrap(),
        Arc::clone(&clock) as Arc<dyn Clock>,
        Some(&state),
    )
    .unwrap();
    assert_eq!(first_page(&*provider).await.unwrap_err().trouble, limited);
    clock.advance(Duration::from_millis(60_001));
    first_page(&*provider).await.unwrap();
    server.finish();
}

const EXPIRED: &str = r#"{"success":false,"error":{"code":"TIMESTAMP_EXPIRED","message":"old"}}"#;
const BAD_SIGNATURE: &str = r#"{"success":false,"error":{"code":"INVALID_SIGNATURE","message":"bad"}}"#;

/// Ten minutes after the moment of the vectors.
const SERVER_DATE: [(&str, &str); 1] = [("date", "Tue, 23 Jan 2024 12:29:05 GMT")];

#[tokio::test]
async fn a_wrong_clock_is_measured_and_without_a_date_it_is_only_named() {
    for (headers, by, attempts) in [(&SERVER_DATE[..], -599, 3), (&[], 0, 1)] {
        let script = (0..attempts).map(|_| expect(FIRST).reply(401, headers, EXPIRED.as_bytes()));
        let (server, provider, _) = server(script).await;
        let problem = first_page(&*provider).await.unwrap_err();
        assert_eq!(problem.trouble, Trouble::ClockSkew { by: jiff::SignedDuration::from_secs(by) });
        server.finish();
    }
}

#[tokio::test]
async fn the_servers_clock_is_followed_once_two_answers_have_proved_it() {
    let refused =
        |body: &str| expect(FIRST).header("x-timestamp", "1706012345678").reply(401, &SERVER_DATE, body.as_bytes());
    let by_server = || expect(FIRST).header("x-timestamp", "1706012945500");
    for body in [EXPIRED, BAD_SIGNATURE] {
        let (server, provider, clock) = server([
            refused(body),
            refused(body),
            by_server().reply(200, &SERVER_DATE, EMPTY.as_bytes()),
            by_server().reply(200, &SERVER_DATE, EMPTY.as_bytes()),
            expect(FIRST).header("x-timestamp", "1706012945500").reply(200, &SERVER_DATE, EMPTY.as_bytes()),
        ])
        .await;
        first_page(&*provider).await.unwrap();
        first_page(&*provider).await.unwrap();
        // Somebody sets this computer's clock right.
        clock.set_wall(Timestamp::from_millisecond(1_706_012_945_500).unwrap());
        first_page(&*provider).await.unwrap();
        server.finish();
    }
}

#[tokio::test]
async fn a_wrong_secret_is_not_put_down_to_a_clock_that_was_followed() {
    let refused = || expect(FIRST).reply(401, &SERVER_DATE, BAD_SIGNATURE.as_bytes());
    let (server, provider, _) = server([refused(), refused(), refused()]).await;
    assert_eq!(first_page(&*provider).await.unwrap_err().trouble, Trouble::CredentialsRejected);
    server.finish();
}

#[tokio::test]
async fn a_secret_that_the_provider_repeats_stays_out_of_the_problem() {
    let said = r#"{"error":"BAD sk_test_example","message":"pk_test_planted_key / sk_test_example refused"}"#;
    let plain = b"your key pk_test_planted_key is bad, sk_test_example too";
    for reply in [expect(FIRST).json(400, said), expect(FIRST).reply(403, &[], plain)] {
        let (server, provider, _) = server([reply]).await;
        let problem = first_page(&*provider).await.unwrap_err();
        let shown = format!("{problem} {problem:?} {provider:?}");
        assert!(!shown.contains("planted") && !shown.contains("sk_test"), "{shown}");
        assert!(shown.contains("(withheld)"), "{shown}");
        server.finish();
    }
}

#[tokio::test]
async fn the_request_id_is_kept() {
    let headers = [("x-request-id", "req-42")];
    let (server, provider, _) = server([expect(FIRST).reply(400, &headers, br#"{"error":"X"}"#)]).await;
    let problem = first_page(&*provider).await.unwrap_err();
    assert_eq!(problem.to_string(), "refused http=400 code=X request=req-42");
    server.finish();
}

#[tokio::test]
async fn a_list_beyond_any_honest_one_is_told_as_endless() {
    let list = |offset: u32| {
        let rows = vec![r#"{"id":"x"}"#; 100].join(",");
        expect(&format!("GET /api/v2/customers?limit=100&offset={offset}"))
            .json(200, &format!(r#"{{"success":true,"data":[{rows}]}}"#))
    };
    let (server, provider, _) = server([list(9_999_900), list(10_000_000)]).await;
    let page = provider.customers(&ListFilter::default(), &Cursor::from_text("offset:9999900")).await.unwrap();
    assert_eq!(page.records(), 100);
    let problem = provider.customers(&ListFilter::default(), &page.next.unwrap()).await.unwrap_err();
    assert!(is_endless(&problem), "{problem:?}");
    assert!(!is_endless(&Problem::from(bad(AnswerFault::Shape))));
    server.finish();
}

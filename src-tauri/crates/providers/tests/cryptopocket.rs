//! Cryptopocket's client against a scripted server: what exactly is sent, and what answers become.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking, in the functions that it shares too")]

mod support;

use kyc::{AnswerFault, KycStatus, Problem, RequestLimits, Trouble};
use providers::{Clock, Cursor, ListFilter, ManualClock, Outcome, Page, Provider, Verified, address, registry};
use secrecy::ExposeSecret;
use std::sync::Arc;
use std::time::Duration;
use support::{Expected, Server, expect};

const LIST: &str = include_str!("data/fixtures/cryptopocket/customers_list.json");
const EMPTY: &str = include_str!("data/fixtures/cryptopocket/customers_list_empty_page_assumed.json");
const REFUSED: &str = include_str!("data/fixtures/cryptopocket/error_authorization_200.json");
const FIRST: &str = "GET /api/customers/list?items_per_page=100&page=1";

fn connected(base_url: &str, limits: RequestLimits) -> (Arc<dyn Provider>, Arc<ManualClock>) {
    let clock = Arc::new(ManualClock::at("2026-11-20T10:00:00Z".parse().unwrap()));
    let provider = registry::connect(
        &kyc::ProviderId::new("cryptopocket"),
        &address::parse(base_url).unwrap(),
        limits,
        kyc::Credential::parse("planted-key", "planted \"secret\"").unwrap(),
        Arc::clone(&clock) as Arc<dyn Clock>,
        None,
    );
    (provider.unwrap(), clock)
}

async fn server(script: impl IntoIterator<Item = Expected>) -> (Server, Arc<dyn Provider>, Arc<ManualClock>) {
    let server = Server::start(script).await;
    let unlimited = RequestLimits { per_minute: Some(0), per_hour: Some(0) };
    let (provider, clock) = connected(&format!("{}/api", server.origin()), unlimited);
    (server, provider, clock)
}

async fn first_page(provider: &dyn Provider) -> Result<Page, Problem> {
    provider.customers(&ListFilter::default(), &Cursor::start()).await
}

fn signing_in() -> Expected {
    expect("POST /api/authenticate")
        .header("content-type", "application/json")
        .without_header("auth")
        .body(r#"{"api_key":"planted-key","api_secret":"planted \"secret\""}"#)
}

fn signed_in(token: &str) -> Expected {
    signing_in().json(200, &format!(r#"{{"status":"ok","data":{{"token":"{token}"}}}}"#))
}

fn listed(token: &str) -> Expected {
    expect(FIRST).header("auth", token)
}

#[tokio::test]
async fn a_page_is_asked_for_after_signing_in_once() {
    let (server, provider, _) = server([
        signed_in("t1"),
        listed("t1")
            .header("user-agent", concat!("Vouch/", env!("CARGO_PKG_VERSION")))
            .without_header("authorization")
            .without_header("content-type")
            .body("")
            .json(200, LIST),
        listed("t1").json(200, LIST),
    ])
    .await;
    let page = first_page(&*provider).await.unwrap();
    assert_eq!(page.customers.len(), 2);
    assert_eq!(page.customers[1].kyc, KycStatus::NotStarted);
    assert_eq!((page.rejected.len(), page.total), (0, Some(42)));
    assert_eq!(page.next.unwrap().to_text(), "page:2 seen:2 first:2");
    first_page(&*provider).await.unwrap();
    server.finish();
}

#[tokio::test]
async fn c2_every_accepted_shape_of_the_sign_in() {
    for fixture in [
        include_str!("data/fixtures/cryptopocket/authenticate_data_token_assumed.json"),
        include_str!("data/fixtures/cryptopocket/authenticate_data_string_assumed.json"),
        include_str!("data/fixtures/cryptopocket/authenticate_token_assumed.json"),
        include_str!("data/fixtures/cryptopocket/authenticate_auth_assumed.json"),
    ] {
        let (server, provider, _) =
            server([signing_in().json(200, fixture), listed("test-token-not-real").json(200, EMPTY)]).await;
        first_page(&*provider).await.unwrap();
        server.finish();
    }
}

#[tokio::test]
async fn c2_a_sign_in_without_a_token_is_a_refusal() {
    let refused = Trouble::CredentialsRejected;
    let bad = |fault| Trouble::BadAnswer { fault };
    for (reply, trouble) in [
        (signing_in().json(200, r#"{"status":"ok"}"#), refused.clone()),
        (signing_in().json(200, r#"{"status":"error","error":"bad_key","data":{"token":"t"}}"#), refused.clone()),
        (signing_in().json(200, REFUSED), refused.clone()),
        (signing_in().json(401, r#"{"message":"Unauthenticated."}"#), refused.clone()),
        (signing_in().json(403, r#"{"message":"Forbidden"}"#), refused.clone()),
        (signing_in().json(422, r#"{"message":"no","errors":{"api_key":["unknown"]}}"#), refused.clone()),
        (signing_in().json(200, r#"{"status":"error","error":"user_not_found"}"#), refused),
        (signing_in().json(200, "[\"t\"]"), bad(AnswerFault::Shape)),
        (signing_in().json(200, r#"{"token":"two\nlines"}"#), bad(AnswerFault::Shape)),
        (signing_in().json(404, r#"{"message":"no route"}"#), bad(AnswerFault::Shape)),
        (signing_in().reply(200, &[], b"<html>"), bad(AnswerFault::Html)),
        (signing_in().json(500, "{}"), Trouble::ProviderDown),
    ] {
        let (server, provider, _) = server([reply]).await;
        let problem = provider.verify().await.unwrap_err();
        assert_eq!(problem.trouble, trouble, "{problem:?}");
        server.finish();
    }
}

#[tokio::test]
async fn c4_a_refused_token_is_renewed_once() {
    let (server, provider, _) = server([
        signed_in("old"),
        listed("old").json(200, REFUSED),
        signed_in("new"),
        listed("new").json(200, LIST),
        listed("new").json(200, LIST),
    ])
    .await;
    assert_eq!(first_page(&*provider).await.unwrap().customers.len(), 2);
    first_page(&*provider).await.unwrap();
    server.finish();
}

#[tokio::test]
async fn c4_a_second_refusal_is_told() {
    let (server, provider, _) =
        server([signed_in("a"), listed("a").json(200, REFUSED), signed_in("b"), listed("b").json(200, REFUSED)]).await;
    let problem = first_page(&*provider).await.unwrap_err();
    assert_eq!(problem.trouble, Trouble::CredentialsRejected);
    assert_eq!(problem.words.unwrap().code.as_deref(), Some("authorization_incorrect"));
    server.finish();
}

#[tokio::test]
async fn requests_at_the_same_time_share_one_sign_in_and_one_renewal() {
    let script = [signed_in("a")]
        .into_iter()
        .chain((0..3).map(|_| listed("a").json(200, REFUSED)))
        .chain([signed_in("b")])
        .chain((0..3).map(|_| listed("b").json(200, LIST)));
    let (server, provider, _) = server(script).await;
    let provider = &*provider;
    let (one, two, three) = tokio::join!(first_page(provider), first_page(provider), first_page(provider));
    for page in [one, two, three] {
        assert_eq!(page.unwrap().customers.len(), 2);
    }
    server.finish();
}

#[tokio::test]
async fn requests_at_the_same_time_share_a_refused_sign_in_and_a_later_one_asks_again() {
    let (server, provider, _) =
        server([signing_in().json(200, REFUSED), signed_in("a"), listed("a").json(200, EMPTY)]).await;
    let shared = &*provider;
    let (one, two) = tokio::join!(first_page(shared), first_page(shared));
    assert_eq!(one.unwrap_err().trouble, Trouble::CredentialsRejected);
    assert_eq!(two.unwrap_err().trouble, Trouble::CredentialsRejected);
    first_page(shared).await.unwrap();
    server.finish();
}

#[tokio::test]
async fn c8_every_documented_filter_is_sent_as_typed() {
    let target =
        "GET /api/customers/list?from=2026-01-02&to=2026-11-20&email=a%2Bb%40example.com&items_per_page=100&page=3";
    let (server, provider, _) = server([signed_in("token-1"), expect(target).json(200, EMPTY)]).await;
    let filter = ListFilter {
        email: Some(" a+b@example.com ".into()),
        from: Some(jiff::civil::date(2026, 1, 2)),
        to: Some(jiff::civil::date(2026, 11, 20)),
        ..ListFilter::default()
    };
    let page = provider.customers(&filter, &Cursor::from_text("page:3 seen:200 first:100")).await.unwrap();
    assert_eq!((page.records(), page.next), (0, None));
    server.finish();
}

#[tokio::test]
async fn a_filter_that_the_provider_lacks_is_refused_without_a_request() {
    let (server, provider, _) = server([]).await;
    let filter = ListFilter { search: Some("x".into()), ..ListFilter::default() };
    let problem = provider.customers(&filter, &Cursor::start()).await.unwrap_err();
    assert_eq!(problem.trouble, Trouble::BadInput { field: "search" });
    server.finish();
}

#[tokio::test]
async fn c9_the_page_size_is_left_out_once_a_validation_names_it() {
    let named = r#"{"message":"Invalid.","errors":{"items_per_page":["The items per page is too big."]}}"#;
    let (server, provider, _) = server([
        signed_in("token-1"),
        listed("token-1").json(422, named),
        expect("GET /api/customers/list?page=1").json(200, LIST),
        expect("GET /api/customers/list?page=2").json(200, EMPTY),
    ])
    .await;
    let page = first_page(&*provider).await.unwrap();
    provider.customers(&ListFilter::default(), &page.next.unwrap()).await.unwrap();
    server.finish();
}

#[tokio::test]
async fn another_validation_is_told() {
    let named = r#"{"message":"Invalid.","errors":{"page":["The page must be a number."]}}"#;
    let (server, provider, _) = server([signed_in("token-1"), listed("token-1").json(422, named)]).await;
    let problem = first_page(&*provider).await.unwrap_err();
    assert_eq!(problem.trouble, Trouble::Refused);
    assert_eq!(problem.words.unwrap().message.as_deref(), Some("page: The page must be a number."));
    server.finish();
}

#[tokio::test]
async fn c9_a_walk_ends_where_the_list_ends() {
    for (script, pages) in [
        (vec![(100, "130"), (30, "130")], vec![100, 30]),
        (vec![(100, "100"), (100, "100"), (0, "100")], vec![100, 100, 0]),
        (vec![(20, "null"), (5, "null"), (0, "null")], vec![20, 5, 0]),
        // The provider gives 20 a page although 100 were asked for.
        (vec![(20, "42"), (20, "42"), (2, "42")], vec![20, 20, 2]),
        (vec![(5, "900"), (0, "900")], vec![5, 0]),
    ] {
        let replies = script.into_iter().enumerate().map(|(index, (count, total))| {
            let rows: Vec<_> = (0..count).map(|row| format!(r#"{{"id":{}}}"#, index * 1000 + row)).collect();
            let body = format!(r#"{{"status":"ok","total_items":{total},"data":[{}]}}"#, rows.join(","));
            expect(&format!("GET /api/customers/list?items_per_page=100&page={}", index + 1)).json(200, &body)
        });
        let (server, provider, _) = server([signed_in("token-1")].into_iter().chain(replies)).await;
        let (mut seen, mut cursor) = (Vec::new(), Cursor::start());
        loop {
            let page = provider.customers(&ListFilter::default(), &cursor).await.unwrap();
            seen.push(page.records());
            let Some(next) = page.next else { break };
            cursor = Cursor::from_text(next.to_text());
        }
        assert_eq!(seen, pages);
        server.finish();
    }
}

#[tokio::test]
async fn c1_the_address_is_used_as_entered_and_api_stands_once() {
    for (path, target) in [("/api/", "/api"), ("/api", "/api"), ("", ""), ("/v1/gateway", "/v1/gateway")] {
        let server = Server::start([
            expect(&format!("POST {target}/authenticate")).json(200, r#"{"token":"t"}"#),
            expect(&format!("GET {target}/customers/list?items_per_page=1&page=1")).json(200, LIST),
        ])
        .await;
        let (provider, _) = connected(&format!("{}{path}", server.origin()), RequestLimits::default());
        assert_eq!(provider.verify().await, Ok(Verified { customers: Some(42) }));
        server.finish();
    }
}

#[tokio::test]
async fn c5_two_requests_a_second_and_no_more() {
    let script = [signed_in("token-1")].into_iter().chain((0..5).map(|_| listed("token-1").json(200, EMPTY)));
    let server = Server::start(script).await;
    let (provider, clock) = connected(&format!("{}/api", server.origin()), RequestLimits::default());
    for _ in 0..5 {
        first_page(&*provider).await.unwrap();
    }
    // Six requests: two at once, two after a second, two after another.
    assert_eq!(clock.slept(), [Duration::from_millis(1001); 2]);
    server.finish();
}

#[tokio::test]
async fn a_read_is_repeated_and_a_sign_in_is_not() {
    let (server, provider, clock) = server([
        signed_in("token-1"),
        listed("token-1").json(500, "{}"),
        listed("token-1").closed(),
        listed("token-1").json(200, EMPTY),
    ])
    .await;
    first_page(&*provider).await.unwrap();
    assert_eq!(clock.slept().len(), 2);
    server.finish();

    let (server, provider, clock) = self::server([signing_in().closed()]).await;
    assert_eq!(first_page(&*provider).await.unwrap_err().trouble, Trouble::ProviderDown);
    assert!(clock.slept().is_empty());
    server.finish();
}

#[tokio::test]
async fn other_answers_to_a_page() {
    let bad = |fault| Trouble::BadAnswer { fault };
    for (reply, trouble) in [
        (listed("token-1").reply(200, &[("content-type", "text/html")], b"<html>"), bad(AnswerFault::Html)),
        (listed("token-1").json(200, r#"{"status":"ok"}"#), bad(AnswerFault::Shape)),
        (listed("token-1").json(200, r#"{"status":"ok","data":null}"#), bad(AnswerFault::Shape)),
        (listed("token-1").json(200, r#"{"status":"error","message":"Something broke"}"#), Trouble::Refused),
        (listed("token-1").reply(302, &[("location", "https://login.example.com")], b""), bad(AnswerFault::Redirect)),
        (listed("token-1").json(404, "{}"), bad(AnswerFault::Shape)),
        (listed("token-1").json(403, "{}"), Trouble::Refused),
    ] {
        let (server, provider, _) = server([signed_in("token-1"), reply]).await;
        let problem = first_page(&*provider).await.unwrap_err();
        assert_eq!(problem.trouble, trouble, "{problem:?}");
        server.finish();
    }
}

#[tokio::test]
async fn a_web_page_label_on_json_is_overlooked() {
    let (server, provider, _) =
        server([signed_in("token-1"), listed("token-1").reply(200, &[("content-type", "text/html")], LIST.as_bytes())])
            .await;
    assert_eq!(first_page(&*provider).await.unwrap().customers.len(), 2);
    server.finish();
}

#[tokio::test]
async fn neither_secret_nor_token_nor_link_shows() {
    let said = r#"{"status":"error","error":"x","message":"planted-key planted \"secret\" planted-token https://kyc.example.com/planted"}"#;
    let (server, provider, _) = server([signed_in("planted-token"), listed("planted-token").json(200, said)]).await;
    let problem = first_page(&*provider).await.unwrap_err();
    let shown = format!("{problem} {problem:?} {provider:?}");
    assert!(!shown.contains("planted"), "{shown}");
    server.finish();
}

#[tokio::test]
async fn the_status_of_one_customer() {
    let body = include_str!("data/fixtures/cryptopocket/kyc_check_assumed.json");
    let (server, provider, _) = server([
        signed_in("token-1"),
        expect("GET /api/kyc/check?user_id=124").header("auth", "token-1").json(200, body),
        expect("GET /api/kyc/check?user_id=9%26x").json(200, r#"{"status":"error","error":"user_not_found"}"#),
        expect("GET /api/kyc/check?user_id=9").json(404, "{}"),
    ])
    .await;
    let status = async |id: &str| provider.kyc_status(&kyc::ProviderCustomerId::new(id).unwrap()).await;
    assert_eq!(status("124").await, Ok(KycStatus::Pending));
    assert_eq!(status("9&x").await.unwrap_err().trouble, Trouble::NotFound);
    assert_eq!(status("9").await.unwrap_err().trouble, Trouble::NotFound);
    server.finish();
}

#[tokio::test]
async fn the_verification_link_comes_from_the_list_and_does_not_show() {
    let by_email =
        |email: &str| expect(&format!("GET /api/customers/list?email={email}%40example.com&items_per_page=100&page=1"));
    let (server, provider, _) = server([
        signed_in("token-1"),
        listed("token-1").json(200, LIST),
        by_email("sample").json(200, LIST),
        by_email("user").json(200, LIST),
        by_email("sample").json(200, EMPTY),
    ])
    .await;
    let people = first_page(&*provider).await.unwrap().customers;
    let Outcome::Done(link) = provider.verification_link(&people[1], "es").await else { panic!("a link") };
    assert_eq!(link.url.expose_secret(), "https://kyc.example.com/form/124");
    assert!(!format!("{link:?}").contains("kyc.example.com"));
    let trouble = async |customer| match provider.verification_link(customer, "es").await {
        Outcome::Refused(problem) => problem.trouble,
        other => panic!("{other:?}"),
    };
    assert_eq!(trouble(&people[0]).await, Trouble::Conflict, "verified: nothing to verify");
    assert_eq!(trouble(&people[1]).await, Trouble::NotFound);
    let nameless = kyc::Customer { email: None, ..people[1].clone() };
    assert_eq!(trouble(&nameless).await, Trouble::BadInput { field: "email" });
    server.finish();
}

#[tokio::test]
async fn c3_a_refusal_keeps_the_code_that_names_an_address_as_a_possible_cause() {
    let (server, provider, _) =
        server([signed_in("t1"), listed("t1").json(200, REFUSED), signed_in("t2"), listed("t2").json(200, REFUSED)])
            .await;
    let problem = first_page(&*provider).await.unwrap_err();
    assert_eq!(problem.trouble, Trouble::CredentialsRejected);
    assert_eq!(problem.words.unwrap().code.as_deref(), Some("authorization_incorrect"));
    server.finish();
}

#[tokio::test]
async fn c20_c21_a_failing_check_is_a_failure_and_a_status_is_never_remembered() {
    let check = || expect("GET /api/kyc/check?user_id=124").header("auth", "t1");
    let says = |word: &str| check().json(200, &format!(r#"{{"status":"ok","data":{{"kyc_status":"{word}"}}}}"#));
    let script =
        [signed_in("t1"), says("valid"), check().json(500, "{}"), check().json(500, "{}"), check().json(500, "{}")];
    let (server, provider, _) = server(script.into_iter().chain([says("fail")])).await;
    let id = kyc::ProviderCustomerId::new("124").unwrap();
    assert_eq!(provider.kyc_status(&id).await, Ok(KycStatus::Verified));
    // No status, not even an unknown one: nothing could be saved by mistake.
    assert_eq!(provider.kyc_status(&id).await.unwrap_err().trouble, Trouble::ProviderDown);
    assert_eq!(provider.kyc_status(&id).await, Ok(KycStatus::Rejected));
    server.finish();
}

#[tokio::test]
async fn a_sign_in_that_is_given_up_holds_nobody_back() {
    let script = [signing_in().then_silence(), signed_in("t1"), listed("t1").json(200, EMPTY)];
    let (server, provider, _) = server(script).await;
    let mut given_up = Box::pin(first_page(&*provider));
    while server.seen().is_empty() {
        assert!(tokio::time::timeout(Duration::from_millis(1), &mut given_up).await.is_err(), "the server is silent");
    }
    drop(given_up);
    first_page(&*provider).await.unwrap();
    server.finish();
}

#[tokio::test]
async fn a_list_beyond_any_honest_one_is_told_as_endless() {
    let list = |page: u32| {
        expect(&format!("GET /api/customers/list?items_per_page=100&page={page}"))
            .json(200, r#"{"status":"ok","data":[{"id":1}]}"#)
    };
    let (server, provider, _) = server([signed_in("token-1"), list(99_999), list(100_000)]).await;
    let near = Cursor::from_text("page:99999 seen:99998 first:1");
    let page = provider.customers(&ListFilter::default(), &near).await.unwrap();
    let problem = provider.customers(&ListFilter::default(), &page.next.unwrap()).await.unwrap_err();
    assert!(providers::is_endless(&problem), "{problem:?}");
    server.finish();
}

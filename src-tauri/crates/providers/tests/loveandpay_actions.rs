//! What Love&Pay's client sends for one customer, and what is known after an answer that was lost.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking, in the functions that it shares too")]

mod support;

use jiff::Timestamp;
use kyc::{Blocked, KycStatus, ProviderCustomerId, RequestLimits, Trouble};
use providers::{BlockState, Clock, Contact, ManualClock, Outcome, Provider, address, registry};
use secrecy::ExposeSecret;
use std::sync::Arc;
use support::{Expected, Server, expect};

const ID: &str = "550e8400-e29b-41d4-a716-446655440000";
const CARD: &str = include_str!("data/fixtures/loveandpay/customer_get.json");
const BLOCKED: &str = include_str!("data/fixtures/loveandpay/customer_block.json");
const UNBLOCKED: &str = include_str!("data/fixtures/loveandpay/customer_unblock.json");

async fn server(script: impl IntoIterator<Item = Expected>) -> (Server, Arc<dyn Provider>) {
    let server = Server::start(script).await;
    let provider = registry::connect(
        &kyc::ProviderId::new("loveandpay"),
        &address::parse(&format!("{}/api/v2", server.origin())).unwrap(),
        RequestLimits { per_minute: Some(0), per_hour: Some(0) },
        kyc::Credential::parse("pk_test_example", "sk_test_example").unwrap(),
        // The moment of the signing vectors.
        Arc::new(ManualClock::at(Timestamp::from_millisecond(1_706_012_345_678).unwrap())) as Arc<dyn Clock>,
        None,
    );
    (server, provider.unwrap())
}

fn id() -> ProviderCustomerId {
    ProviderCustomerId::new(ID).unwrap()
}

fn card() -> Expected {
    expect(&format!("GET /api/v2/customers/{ID}"))
}

fn block() -> Expected {
    expect(&format!("POST /api/v2/customers/{ID}/block"))
}

fn unblock() -> Expected {
    expect(&format!("DELETE /api/v2/customers/{ID}/block"))
}

fn card_says(blocked: &str) -> Expected {
    card().json(200, &format!(r#"{{"success":true,"customer":{{"id":"{ID}","isBlocked":{blocked}}}}}"#))
}

#[tokio::test]
async fn the_card_is_asked_for_under_its_id() {
    let signature = "178c114e7edeb168b3a46155c8595812711aea4269f2318d03cf3b8d56dcde59";
    let (server, provider) =
        server([card().header("x-signature", signature).json(200, CARD), card().json(200, CARD)]).await;
    let read = provider.card(&id()).await.unwrap();
    assert_eq!(read.recent_payments.len(), 2);
    assert_eq!(provider.kyc_status(&id()).await, Ok(KycStatus::Verified));
    server.finish();
}

#[tokio::test]
async fn l6_no_such_customer() {
    for reply in [card().json(404, r#"{"error":"X"}"#), card().reply(404, &[("content-type", "text/html")], b"<h1>")] {
        let (server, provider) = server([reply]).await;
        assert_eq!(provider.card(&id()).await.unwrap_err().trouble, Trouble::NotFound);
        server.finish();
    }
}

#[tokio::test]
async fn an_id_that_could_name_another_path_is_never_sent() {
    let (server, provider) = server([]).await;
    for text in ["check", "../invoices", "550e8400-e29b-41d4-a716-446655440000/block", "17"] {
        let id = ProviderCustomerId::new(text).unwrap();
        let bad = Trouble::BadInput { field: "id" };
        assert_eq!(provider.card(&id).await.unwrap_err().trouble, bad);
        assert_eq!(provider.block(&id, None).await, Outcome::Refused(bad.clone().into()));
        assert_eq!(provider.unblock(&id).await, Outcome::Refused(bad.into()));
    }
    server.finish();
}

#[tokio::test]
async fn the_look_up_sends_exactly_one_of_phone_and_email() {
    let found = include_str!("data/fixtures/loveandpay/customer_check_found.json");
    let signature = "19d75e2cb5babee0ce55f3bcff6519d2a0543b579503fddb2e0b2d29c9e6f159";
    let (server, provider) = server([
        expect("GET /api/v2/customers/check?phone=%2B70000000001").header("x-signature", signature).json(200, found),
        expect("GET /api/v2/customers/check?email=a%40example.com").json(200, r#"{"success":true,"exists":false}"#),
    ])
    .await;
    assert!(provider.check(&Contact::Phone("8 000 000-00-01".into())).await.unwrap().kyc_verified);
    assert!(!provider.check(&Contact::Email(" a@example.com ".into())).await.unwrap().exists);
    let problem = provider.check(&Contact::Email(" ".into())).await.unwrap_err();
    assert_eq!(problem.trouble, Trouble::BadInput { field: "email" });
    server.finish();
}

#[tokio::test]
async fn a_block_carries_its_reason_and_a_signature_over_it() {
    let (server, provider) = server([
        block()
            .header("content-type", "application/json")
            .header("x-signature", "37160dec79f7fcbfbc254f9426d4a47d4f26802f9859893f26486ccd44c27075")
            .body(r#"{"reason":"Подозрительная активность"}"#)
            .json(200, BLOCKED),
        block()
            .header("x-signature", "e0e62a47fc9768a4fd51289eaedc4b340e57377c42584a24736db79779638728")
            .body("{}")
            .json(200, BLOCKED),
    ])
    .await;
    let Outcome::Done(state) = provider.block(&id(), Some(" Подозрительная активность ")).await
    else {
        panic!("done")
    };
    assert_eq!((state.blocked, state.reason.as_deref()), (Blocked::Yes, Some("Подозрительная активность")));
    assert!(matches!(provider.block(&id(), None).await, Outcome::Done(_)));
    server.finish();
}

#[tokio::test]
async fn l3_an_unblock_has_no_body_and_signs_the_empty_one() {
    let signature = "22fd9d874e60ffd9e3c71dc4489a7b69d9b7eaf917099bbccf7c871d65733a19";
    let (server, provider) = server([unblock()
        .header("x-signature", signature)
        .without_header("content-type")
        .body("")
        .json(200, UNBLOCKED)])
    .await;
    let done = BlockState { blocked: Blocked::No, since: None, reason: None };
    assert_eq!(provider.unblock(&id()).await, Outcome::Done(done));
    server.finish();
}

#[tokio::test]
async fn a_reason_that_is_too_long_is_refused_without_a_request() {
    let (server, provider) = server([block().json(200, BLOCKED)]).await;
    let refused = Outcome::Refused(Trouble::BadInput { field: "reason" }.into());
    assert_eq!(provider.block(&id(), Some(&"ы".repeat(501))).await, refused);
    assert!(matches!(provider.block(&id(), Some(&"ы".repeat(500))).await, Outcome::Done(_)));
    server.finish();
}

#[tokio::test]
async fn l8_after_a_lost_answer_the_card_tells_and_nothing_is_sent_twice() {
    let lost = || {
        [
            block().closed(),
            block().json(200, BLOCKED).cut(20),
            block().json(500, r#"{"error":"INTERNAL_ERROR"}"#),
            block().reply(200, &[("content-type", "text/html")], b"<html>"),
            block().json(200, r#"{"success":true}"#),
            block().json(400, r#"{"error":"ALREADY_BLOCKED"}"#),
            block().json(409, r#"{"error":"CONFLICT"}"#),
        ]
    };
    for reply in lost() {
        let (server, provider) = server([reply, card_says("true")]).await;
        let done = BlockState { blocked: Blocked::Yes, since: None, reason: None };
        assert_eq!(provider.block(&id(), None).await, Outcome::Done(done));
        server.finish();
    }
    for reply in lost() {
        let (server, provider) = server([reply, card_says("false")]).await;
        let outcome = provider.block(&id(), None).await;
        assert!(matches!(outcome, Outcome::Refused(_)), "{outcome:?}");
        server.finish();
    }
    for reply in lost() {
        let (server, provider) = server([reply, card_says("null")]).await;
        let outcome = provider.block(&id(), None).await;
        assert!(matches!(outcome, Outcome::Unknown(_)), "{outcome:?}");
        server.finish();
    }
}

#[tokio::test]
async fn what_was_turned_away_at_the_door_needs_no_card() {
    for (reply, trouble) in [
        (unblock().json(401, r#"{"error":"INVALID_SIGNATURE"}"#), Trouble::CredentialsRejected),
        (unblock().json(403, r#"{"error":"SOURCE_IP_NOT_ALLOWED"}"#), Trouble::IpNotAllowed),
        (unblock().json(404, r#"{"error":"NO_SUCH_CUSTOMER"}"#), Trouble::NotFound),
    ] {
        let (server, provider) = server([reply]).await;
        let Outcome::Refused(problem) = provider.unblock(&id()).await else { panic!("refused") };
        assert_eq!(problem.trouble, trouble);
        server.finish();
    }
}

#[tokio::test]
async fn l8_where_the_card_cannot_be_read_either_the_outcome_is_unknown() {
    let script = [block().closed()].into_iter().chain((0..3).map(|_| card().json(503, "{}")));
    let (server, provider) = server(script).await;
    let Outcome::Unknown(problem) = provider.block(&id(), None).await else { panic!("unknown") };
    assert_eq!(problem.trouble, Trouble::ProviderDown);
    server.finish();
}

const SESSION: &str = include_str!("data/fixtures/loveandpay/kyc_session_create.json");
const SESSION_ID: &str = "7b1f0c1e-0000-4000-8000-000000000001";

fn session_asked() -> Expected {
    expect("POST /api/v2/kyc/sessions")
        .body(r#"{"customerEmail":"client@example.com","customerPhone":"+70000000001","language":"en"}"#)
}

/// The list of sessions, 5 seconds after the moment of the signing vectors by the provider's clock.
fn sessions(rows: &str, total: &str) -> Expected {
    let headers = [("content-type", "application/json"), ("date", "Tue, 23 Jan 2024 12:19:10 GMT")];
    let body = format!(r#"{{"success":true,"data":[{rows}],"pagination":{{"total":{total}}}}}"#);
    expect("GET /api/v2/kyc/sessions?limit=100&offset=0").reply(200, &headers, body.as_bytes())
}

fn session_row(created: &str) -> String {
    format!(
        r#"{{"id":"{SESSION_ID}","status":"NOT_STARTED","customerEmail":"client@example.com","customerPhone":"+70000000001","createdAt":"{created}"}}"#
    )
}

fn session_read() -> Expected {
    expect(&format!("GET /api/v2/kyc/sessions/{SESSION_ID}"))
}

async fn somebody() -> kyc::Customer {
    let (server, provider) = server([card().json(200, CARD)]).await;
    let customer = provider.card(&id()).await.unwrap().customer;
    server.finish();
    customer
}

#[tokio::test]
async fn a_verification_link_is_asked_for_once() {
    let refusal = r#"{"error":"VALIDATION_ERROR"}"#;
    let (server, provider) = server([session_asked().json(201, SESSION), session_asked().json(400, refusal)]).await;
    let customer = somebody().await;
    let Outcome::Done(link) = provider.verification_link(&customer, "es").await else { panic!("a link") };
    assert_eq!(link.expires, Some("2024-01-23T12:30:00Z".parse().unwrap()));
    assert!(matches!(provider.verification_link(&customer, "es").await, Outcome::Refused(_)));
    let nobody = kyc::Customer { email: None, phone: None, ..customer };
    assert!(matches!(provider.verification_link(&nobody, "es").await, Outcome::Refused(_)));
    server.finish();
}

#[tokio::test]
async fn a_lost_verification_link_is_looked_for_and_never_asked_for_again() {
    let customer = somebody().await;
    let (new, old) = (session_row("2024-01-23T12:19:07.000Z"), session_row("2024-01-23T12:19:05.000Z"));
    let link = SESSION.replace(r#""sessionId""#, r#""other""#);
    let (cut, empty) = (|| session_asked().json(201, SESSION).cut(20), r#"{"success":true,"session":{}}"#);
    for (name, script, expected) in [
        ("found", vec![session_asked().closed(), sessions(&new, "1"), session_read().json(200, &link)], "done"),
        ("found", vec![cut(), sessions(&new, "1"), session_read().json(200, &link)], "done"),
        ("only an older one", vec![session_asked().closed(), sessions(&old, "1")], "refused provider_down"),
        ("none", vec![session_asked().json(500, "{}"), sessions("", "0")], "refused provider_down"),
        ("a success that is not to be found", vec![cut(), sessions("", "0")], "unknown bad_answer"),
        ("the same", vec![session_asked().json(200, empty), sessions("", "0")], "unknown bad_answer"),
        ("not the whole list", vec![session_asked().closed(), sessions(r#"{"id":"x"}"#, "9")], "unknown provider_down"),
        (
            "found, without a link",
            vec![session_asked().closed(), sessions(&new, "1"), session_read().json(404, "{}")],
            "unknown provider_down",
        ),
        (
            "the list has no date, and whose clock is right is not known",
            vec![
                session_asked().closed(),
                expect("GET /api/v2/kyc/sessions?limit=100&offset=0").json(200, r#"{"success":true,"data":[]}"#),
            ],
            "unknown provider_down",
        ),
        (
            "the list cannot be read",
            [session_asked().closed()]
                .into_iter()
                .chain((0..3).map(|_| expect("GET /api/v2/kyc/sessions?limit=100&offset=0").json(503, "{}")))
                .collect(),
            "unknown provider_down",
        ),
    ] {
        let (server, provider) = server(script).await;
        let told = match provider.verification_link(&customer, "es").await {
            Outcome::Done(link) => {
                let url = link.url.expose_secret().to_owned();
                assert!(url.ends_with(SESSION_ID), "{url}");
                "done".to_owned()
            }
            Outcome::Refused(problem) => format!("refused {}", problem.code()),
            Outcome::Unknown(problem) => format!("unknown {}", problem.code()),
        };
        assert_eq!(told, expected, "{name}");
        server.finish();
    }
}

//! What Cryptopocket's client sends for one customer and for purchases and sales, and what is known after an answer that
//! was lost.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking, in the functions that it shares too")]

mod support;

use kyc::{Currency, Money, ProviderCustomerId, RequestLimits, Trouble};
use providers::cryptopocket::{Cryptopocket, NewPayment, NewSale, PaymentStatus, QuoteRequest, WebhookEvent};
use providers::{Clock, Document, Features, ManualClock, Outcome, Provider, Registration, Specific, address, registry};
use secrecy::ExposeSecret;
use std::sync::Arc;
use support::{Expected, Server, expect};

const PAYMENT: &str = "TESTPAYMENT00000000000001";

async fn with(features: Features, script: impl IntoIterator<Item = Expected>) -> (Server, Arc<dyn Provider>) {
    let signing_in = expect("POST /api/authenticate").json(200, r#"{"status":"ok","data":{"token":"t1"}}"#);
    let mut script: Vec<_> = script.into_iter().collect();
    if !script.is_empty() {
        script.insert(0, signing_in);
    }
    let server = Server::start(script).await;
    let provider = registry::connect_with(
        &kyc::ProviderId::new("cryptopocket"),
        &address::parse(&format!("{}/api", server.origin())).unwrap(),
        RequestLimits { per_minute: Some(0), per_hour: Some(0) },
        kyc::Credential::parse("planted-key", "planted-secret").unwrap(),
        Arc::new(ManualClock::at("2026-11-20T10:00:00Z".parse().unwrap())) as Arc<dyn Clock>,
        None,
        features,
    );
    (server, provider.unwrap())
}

async fn server(script: impl IntoIterator<Item = Expected>) -> (Server, Arc<dyn Provider>) {
    with(Features::default(), script).await
}

fn own(provider: &dyn Provider) -> &Cryptopocket {
    let Specific::Cryptopocket(own) = provider.specific() else { panic!("another provider") };
    own
}

fn id(text: &str) -> ProviderCustomerId {
    ProviderCustomerId::new(text).unwrap()
}

fn paper() -> Document {
    Document {
        kind: "payslip".into(),
        media_type: "application/pdf".into(),
        content: zeroize::Zeroizing::new(b"%PDF".to_vec()),
    }
}

fn purchase() -> NewPayment {
    NewPayment {
        customer: id("124"),
        external_id: Some("order-abc-001".into()),
        payment_type: Some("transfer".into()),
        fiat: Money { amount: "150.50".parse().unwrap(), currency: Currency::eur() },
        coin_symbol: "USDC".into(),
        coin_chain: Some("polygon".into()),
        wallet: Some("0x01".into()),
        return_to: None,
    }
}

#[tokio::test]
async fn c13_a_paper_goes_as_its_content_and_its_refusals_are_told() {
    let upload = || {
        expect("POST /api/customers/124/documents")
            .header("auth", "t1")
            .header("content-type", "application/json")
            .body(r#"{"type":"payslip","file":"data:application/pdf;base64,JVBERg=="}"#)
    };
    let refused = |code: &str| format!(r#"{{"status":"error","error":"{code}"}}"#);
    let (server, provider) = server([
        upload().json(200, include_str!("data/fixtures/cryptopocket/document_upload_ok.json")),
        upload().json(403, &refused("user_not_in_integration")),
        upload().json(404, &refused("user_not_found")),
        upload().json(422, &refused("invalid_file")),
        upload().json(502, "{}"),
        upload().closed(),
    ])
    .await;
    let mut outcomes = Vec::new();
    for _ in 0..6 {
        outcomes.push(match provider.upload_document(&id("124"), &paper()).await {
            Outcome::Done(()) => "done".to_owned(),
            Outcome::Refused(problem) => format!("refused {}", problem.code()),
            Outcome::Unknown(problem) => format!("unknown {}", problem.code()),
        });
    }
    let expected = [
        "done",
        "refused refused",
        "refused not_found",
        "refused refused",
        "unknown provider_down",
        "unknown provider_down",
    ];
    assert_eq!(outcomes, expected);
    server.finish();
}

#[tokio::test]
async fn what_cannot_be_taken_is_refused_without_a_request() {
    let (server, provider) = server([]).await;
    let bad = |field| Outcome::Refused(Trouble::BadInput { field }.into());
    assert_eq!(provider.upload_document(&id("../124"), &paper()).await, bad("id"));
    assert_eq!(
        provider.upload_document(&id("124"), &Document { kind: "passport".into(), ..paper() }).await,
        bad("kind")
    );
    assert_eq!(own(&*provider).subscribe(WebhookEvent::PayIn, "http://example.com").await, bad("url"));
    assert_eq!(own(&*provider).payment("a/b").await.unwrap_err().trouble, Trouble::BadInput { field: "id" });
    assert_eq!(own(&*provider).sale("").await.unwrap_err().trouble, Trouble::BadInput { field: "id" });
    let rubles = NewPayment { fiat: Money { currency: Currency::rub(), ..purchase().fiat }, ..purchase() };
    let refused = own(&*provider).create_guided_payment(&rubles).await.outcome;
    assert!(matches!(refused, Outcome::Refused(problem) if problem.trouble == Trouble::BadInput { field: "fiat" }));
    server.finish();
}

#[tokio::test]
async fn c4_a_refused_token_is_renewed_before_a_write_is_sent_again() {
    let refused = include_str!("data/fixtures/cryptopocket/error_authorization_200.json");
    let upload = |token: &str| expect("POST /api/customers/124/documents").header("auth", token);
    let (server, provider) = server([
        upload("t1").json(200, refused),
        expect("POST /api/authenticate").json(200, r#"{"token":"t2"}"#),
        upload("t2").json(200, r#"{"status":"ok"}"#),
    ])
    .await;
    assert_eq!(provider.upload_document(&id("124"), &paper()).await, Outcome::Done(()));
    server.finish();
}

#[tokio::test]
async fn people_and_companies_are_registered_once() {
    let person = || expect("POST /api/registerUser").body(r#"{"name":"Ana García","email":"ana@example.com"}"#);
    let company =
        || expect("POST /api/register/company").body(r#"{"email":"sl@example.com","company_name":"Ejemplo S.L."}"#);
    let exists = r#"{"status":"error","error":"user_already_exists"}"#;
    let (server, provider) = server([
        person().json(200, include_str!("data/fixtures/cryptopocket/register_user_assumed.json")),
        company().json(200, include_str!("data/fixtures/cryptopocket/register_company.json")),
        company().json(200, exists),
        company().json(422, include_str!("data/fixtures/cryptopocket/error_validation_422.json")),
    ])
    .await;
    let ana = Registration::Person { name: "Ana García ".into(), email: "ana@example.com".into(), return_to: None };
    let firm = Registration::Company { name: "Ejemplo S.L.".into(), email: "sl@example.com".into() };
    let Outcome::Done(made) = provider.register(&ana).await else { panic!("registered") };
    assert_eq!(made.id.as_str(), "1235");
    let Outcome::Done(made) = provider.register(&firm).await else { panic!("registered") };
    assert_eq!(made.password.unwrap().expose_secret(), "TestPass0001");
    for _ in 0..2 {
        let outcome = provider.register(&firm).await;
        assert!(matches!(outcome, Outcome::Refused(_)), "{outcome:?}");
    }
    server.finish();
}

#[tokio::test]
async fn a_registration_whose_answer_was_lost_is_looked_for_and_never_sent_again() {
    let sent = || expect("POST /api/register/company");
    let page = |number: u32| format!("GET /api/customers/list?email=sl%40example.com&items_per_page=100&page={number}");
    let list = |rows: &str, total: &str| {
        expect(&page(1)).json(200, &format!(r#"{{"status":"ok","total_items":{total},"data":[{rows}]}}"#))
    };
    let row = r#"{"id":77,"name":"Ejemplo S.L.","email":"SL@example.com","kyc_url":"https://kyc.example.com/form/77"}"#;
    let (other, twin) = (row.replace("Ejemplo", "Otra"), row.replace("77", "78"));
    let down = || sent().json(200, r#"{"status":"error","error":"unexpected_error"}"#);
    let without_id = || sent().json(200, r#"{"status":"ok"}"#);
    for (name, script, expected) in [
        ("found", vec![sent().closed(), list(row, "1")], "done 77"),
        ("found", vec![down(), list(row, "1")], "done 77"),
        ("found", vec![without_id(), list(row, "1")], "done 77"),
        (
            "found behind another page",
            vec![
                sent().json(502, "{}"),
                list(r#"{"id":1,"email":"a.sl@example.com"},{"id":2,"email":"b.sl@example.com"}"#, "3"),
                expect(&page(2)).json(200, &format!(r#"{{"status":"ok","total_items":3,"data":[{row}]}}"#)),
            ],
            "done 77",
        ),
        ("nobody", vec![sent().closed(), list("", "0")], "refused provider_down"),
        ("nobody", vec![down(), list("", "0")], "refused provider_down"),
        ("a success and nobody", vec![without_id(), list("", "0")], "unknown bad_answer"),
        ("somebody else", vec![sent().closed(), list(&other, "1")], "unknown provider_down"),
        ("two of them", vec![sent().closed(), list(&format!("{row},{twin}"), "2")], "unknown provider_down"),
        ("a row that cannot be read", vec![sent().closed(), list("1", "1")], "unknown provider_down"),
        (
            "a list that the filter did not narrow",
            [sent().closed()]
                .into_iter()
                .chain((1..=5).map(|number| {
                    let body =
                        format!(r#"{{"status":"ok","total_items":900,"data":[{{"id":{number},"email":"x@y.z"}}]}}"#);
                    expect(&page(number)).json(200, &body)
                }))
                .collect(),
            "unknown provider_down",
        ),
        (
            "the list cannot be read",
            [sent().closed()].into_iter().chain((0..3).map(|_| expect(&page(1)).json(503, "{}"))).collect(),
            "unknown provider_down",
        ),
    ] {
        let (server, provider) = server(script).await;
        let firm = Registration::Company { name: "Ejemplo S.L.".into(), email: "sl@example.com ".into() };
        let outcome = provider.register(&firm).await;
        assert!(!format!("{outcome:?}").contains("kyc.example.com"), "{outcome:?}");
        let told = match outcome {
            Outcome::Done(found) => {
                assert!(found.password.is_none() && found.public_id.is_none());
                assert_eq!(found.link.unwrap().url.expose_secret(), "https://kyc.example.com/form/77");
                format!("done {}", found.id)
            }
            Outcome::Refused(problem) => format!("refused {}", problem.code()),
            Outcome::Unknown(problem) => format!("unknown {}", problem.code()),
        };
        assert_eq!(told, expected, "{name}");
        server.finish();
    }
}

#[tokio::test]
async fn a_purchase_or_sale_that_does_not_exist_is_told_in_the_providers_words() {
    let gone = r#"{"status":"error","error":"payment_not_found"}"#;
    let payment = || expect(&format!("GET /api/payment/{PAYMENT}"));
    let sale = || expect(&format!("GET /api/getRampoff?id={PAYMENT}"));
    let (server, provider) =
        server([payment().json(200, gone), payment().json(404, gone), sale().json(200, gone), sale().json(404, gone)])
            .await;
    let own = own(&*provider);
    for found in [
        [own.payment(PAYMENT).await.unwrap_err(), own.payment(PAYMENT).await.unwrap_err()],
        [own.sale(PAYMENT).await.unwrap_err(), own.sale(PAYMENT).await.unwrap_err()],
    ] {
        assert_eq!(found.each_ref().map(|problem| problem.trouble.clone()), [Trouble::Refused, Trouble::NotFound]);
        assert!(
            found.iter().all(|problem| problem.words.as_ref().unwrap().code.as_deref() == Some("payment_not_found"))
        );
    }
    server.finish();
}

#[tokio::test]
async fn c14_an_enhanced_verification_needs_its_setting() {
    let (none, provider) = server([]).await;
    assert!(matches!(own(&*provider).enhanced_verification(&id("124")).await, Outcome::Refused(_)));
    none.finish();
    let asked = || expect("POST /api/onboarding-form").body(r#"{"user_id":124}"#);
    let link = r#"{"status":"ok","data":{"onboarding_link":"https://kyc.example.com/form/9"}}"#;
    let on = Features { enhanced_verification: true, ..Features::default() };
    let (server, provider) = with(on, [asked().json(200, link), asked().json(200, r#"{"status":"ok"}"#)]).await;
    let Outcome::Done(made) = own(&*provider).enhanced_verification(&id("124")).await else { panic!("a link") };
    assert_eq!(made.url.expose_secret(), "https://kyc.example.com/form/9");
    assert!(matches!(own(&*provider).enhanced_verification(&id("124")).await, Outcome::Unknown(_)));
    server.finish();
}

#[tokio::test]
async fn a_purchase_is_started_once_in_major_units() {
    let asked = || {
        expect("POST /api/createPayment").body(
            r#"{"user_id":124,"external_id":"order-abc-001","payment_type":"transfer","fiat_symbol":"EUR","fiat_amount":150.50,"coin_symbol":"USDC","coin_chain":"polygon","wallet":"0x01"}"#,
        )
    };
    let (server, provider) = server([
        asked().json(200, include_str!("data/fixtures/cryptopocket/payment_create_transfer.json")),
        asked().json(200, include_str!("data/fixtures/cryptopocket/payment_create_card.json")),
        asked().json(200, include_str!("data/fixtures/cryptopocket/error_require_kyc_string_assumed.json")),
        asked().json(200, include_str!("data/fixtures/cryptopocket/error_require_kyc_object_assumed.json")),
        asked().json(200, r#"{"status":"error","error":"limit_exceded"}"#),
        asked().json(500, "{}"),
        asked().closed(),
    ])
    .await;
    let own = own(&*provider);
    for expected in [PAYMENT, "TESTPAYMENT00000000000002"] {
        let Outcome::Done(made) = own.create_payment(&purchase()).await.outcome else { panic!("started") };
        assert_eq!(made.id, expected);
    }
    for link in [true, true, false] {
        let attempt = own.create_payment(&purchase()).await;
        assert!(matches!(attempt.outcome, Outcome::Refused(_)), "{attempt:?}");
        assert_eq!(attempt.verify_first.is_some(), link, "{attempt:?}");
        assert!(!format!("{attempt:?}").contains("kyc.example.com"), "{attempt:?}");
    }
    for _ in 0..2 {
        assert!(matches!(own.create_payment(&purchase()).await.outcome, Outcome::Unknown(_)));
    }
    server.finish();
}

#[tokio::test]
async fn a_guided_purchase_names_no_wallet() {
    let (server, provider) = server([expect("POST /api/createGuidedPayment")
        .body(r#"{"user_id":124,"external_id":"order-abc-001","payment_type":"transfer","fiat_symbol":"EUR","fiat_amount":150.50,"coin_symbol":"USDC","coin_chain":"polygon"}"#)
        .json(200, include_str!("data/fixtures/cryptopocket/payment_guided_create.json"))])
    .await;
    let Outcome::Done(made) = own(&*provider).create_guided_payment(&purchase()).await.outcome else {
        panic!("started")
    };
    assert_eq!(made.id, "TESTPAYMENT00000000000002");
    server.finish();
}

#[tokio::test]
async fn purchases_sales_and_quotes_are_read() {
    let quote = "GET /api/quote?amount=150.50&symbol=USDC&chain=polygon&payment_type=TRANSFER";
    let (server, provider) = server([
        expect(&format!("GET /api/payment/{PAYMENT}"))
            .json(200, include_str!("data/fixtures/cryptopocket/payment_get.json")),
        expect("GET /api/getRampoff?id=TESTRAMPOFF00000000000001")
            .header("auth", "t1")
            .json(200, include_str!("data/fixtures/cryptopocket/rampoff_get.json")),
        expect(quote).json(200, r#"{"status":"ok","data":{"tokens":148.32}}"#),
        expect(&format!("GET /api/payment/{PAYMENT}")).json(404, "{}"),
    ])
    .await;
    let own = own(&*provider);
    assert_eq!(own.payment(PAYMENT).await.unwrap().status, PaymentStatus::Started);
    assert_eq!(own.sale("TESTRAMPOFF00000000000001").await.unwrap().tokens.unwrap().to_string(), "20");
    let request = QuoteRequest {
        amount: "150.50".parse().unwrap(),
        symbol: "USDC".into(),
        chain: Some("polygon".into()),
        payment_type: "TRANSFER".into(),
    };
    assert_eq!(own.quote(&request).await.unwrap().tokens.unwrap().to_string(), "148.32");
    assert_eq!(own.payment(PAYMENT).await.unwrap_err().trouble, Trouble::NotFound);
    server.finish();
}

#[tokio::test]
async fn a_sale_is_started_once() {
    let asked = || {
        expect("POST /api/createRampoff")
            .body(r#"{"user_id":124,"amount":20,"blockchain":"bsc","symbol":"BUSD","iban":"ES9121000418450200051332"}"#)
    };
    let made = include_str!("data/fixtures/cryptopocket/rampoff_create.json");
    let (server, provider) = server([asked().json(200, made), asked().closed()]).await;
    let sale = NewSale {
        customer: id("124"),
        tokens: "20".parse().unwrap(),
        symbol: "BUSD".into(),
        blockchain: Some("bsc".into()),
        iban: Some("ES9121000418450200051332".into()),
        bank_name: None,
    };
    let Outcome::Done(started) = own(&*provider).create_sale(&sale).await.outcome else { panic!("started") };
    assert_eq!(started.id, "TESTRAMPOFF00000000000001");
    assert!(matches!(own(&*provider).create_sale(&sale).await.outcome, Outcome::Unknown(_)));
    server.finish();
}

#[tokio::test]
async fn inconsistency_13_webhooks_are_subscribed_by_form() {
    let form = "type=COINS_SENT&url=https%3A%2F%2Fhook.example.com%2Fa%3Fb%3D1";
    let asked = |path: &str| {
        expect(path).header("content-type", "application/x-www-form-urlencoded").header("auth", "t1").body(form)
    };
    let (server, provider) = server([
        asked("POST /api/subscribeToWebhook")
            .json(200, include_str!("data/fixtures/cryptopocket/webhook_subscribe.json")),
        asked("POST /api/updateWebhookSubscription")
            .json(200, include_str!("data/fixtures/cryptopocket/webhook_update.json")),
        asked("POST /api/subscribeToWebhook").json(503, "{}"),
    ])
    .await;
    let (own, url) = (own(&*provider), "https://hook.example.com/a?b=1");
    assert_eq!(own.subscribe(WebhookEvent::CoinsSent, url).await, Outcome::Done(()));
    assert_eq!(own.update_subscription(WebhookEvent::CoinsSent, url).await, Outcome::Done(()));
    assert!(matches!(own.subscribe(WebhookEvent::CoinsSent, url).await, Outcome::Unknown(_)));
    server.finish();
}

#[tokio::test]
async fn c16_a_sale_is_asked_for_with_the_token() {
    let line = "GET /api/getRampoff?id=TESTRAMPOFF00000000000001";
    let answer = include_str!("data/fixtures/cryptopocket/rampoff_get.json");
    let (server, provider) = server([expect(line).header("auth", "t1").json(200, answer)]).await;
    assert_eq!(own(&*provider).sale("TESTRAMPOFF00000000000001").await.unwrap().status, "finished");
    server.finish();
}

//! What Love&Pay's own client sends for KYC sessions, invoices and rates.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking, in the functions that it shares too")]

mod support;

use jiff::Timestamp;
use kyc::{AnswerFault, Currency, RequestLimits, Trouble};
use providers::loveandpay::{InvoiceStatus, LoveAndPay, SessionStatus};
use providers::{Clock, Cursor, ManualClock, Provider, Specific, address, registry};
use std::sync::Arc;
use support::{Expected, Server, expect};

const SESSION: &str = "7b1f0c1e-0000-4000-8000-000000000001";
const INVOICE: &str = "9c2e0d2f-0000-4000-8000-000000000001";
const SESSIONS: &str = include_str!("data/fixtures/loveandpay/kyc_sessions_list.json");
const INVOICES: &str = include_str!("data/fixtures/loveandpay/invoices_list.json");

async fn server(script: impl IntoIterator<Item = Expected>) -> (Server, Arc<dyn Provider>) {
    let server = Server::start(script).await;
    let provider = registry::connect(
        &kyc::ProviderId::new("loveandpay"),
        &address::parse(&format!("{}/api/v2", server.origin())).unwrap(),
        RequestLimits { per_minute: Some(0), per_hour: Some(0) },
        kyc::Credential::parse("pk_test_example", "sk_test_example").unwrap(),
        Arc::new(ManualClock::at(Timestamp::from_millisecond(1_706_012_345_678).unwrap())) as Arc<dyn Clock>,
        None,
    );
    (server, provider.unwrap())
}

fn own(provider: &dyn Provider) -> &LoveAndPay {
    let Specific::LoveAndPay(own) = provider.specific() else { panic!("another provider") };
    own
}

#[tokio::test]
async fn sessions_are_asked_for_100_at_a_time_and_by_status() {
    let (server, provider) = server([
        expect("GET /api/v2/kyc/sessions?limit=100&offset=0")
            .without_header("content-type")
            .body("")
            .json(200, SESSIONS),
        expect("GET /api/v2/kyc/sessions?limit=100&offset=0&status=APPROVED").json(200, SESSIONS),
        expect("GET /api/v2/kyc/sessions?limit=100&offset=200&status=NEW_WORD")
            .json(200, r#"{"success":true,"data":[{"id":"a"},{"no":"id"}],"pagination":{"total":900}}"#),
    ])
    .await;
    let love = own(&*provider);
    let all = love.kyc_sessions(None, &Cursor::start()).await.unwrap();
    assert_eq!((all.records(), all.total, all.next.is_none()), (2, Some(2), true));
    love.kyc_sessions(Some(&SessionStatus::Approved), &Cursor::start()).await.unwrap();
    let (status, cursor) = (SessionStatus::Unknown("NEW_WORD".into()), Cursor::from_text("offset:200"));
    let page = love.kyc_sessions(Some(&status), &cursor).await.unwrap();
    assert_eq!((page.items.len(), page.rejected[0].position), (1, 1));
    assert_eq!(page.next.unwrap().to_text(), "offset:202");
    let nameless = love.kyc_sessions(Some(&SessionStatus::Unknown(" ".into())), &Cursor::start()).await.unwrap_err();
    assert_eq!(nameless.trouble, Trouble::BadInput { field: "status" });
    server.finish();
}

#[tokio::test]
async fn a_session_is_asked_for_under_its_id_and_never_under_anything_else() {
    let get = include_str!("data/fixtures/loveandpay/kyc_session_get.json");
    let line = format!("GET /api/v2/kyc/sessions/{SESSION}");
    let (server, provider) = server([
        expect(&line).json(200, get),
        expect(&line).json(404, r#"{"error":"X"}"#),
        expect(&line).json(200, r#"{"success":true,"session":{"id":"8d3e1f2a-0000-4000-8000-000000000002"}}"#),
    ])
    .await;
    let love = own(&*provider);
    assert_eq!(love.kyc_session(SESSION).await.unwrap().status, SessionStatus::Approved);
    assert_eq!(love.kyc_session(SESSION).await.unwrap_err().trouble, Trouble::NotFound);
    let other = love.kyc_session(SESSION).await.unwrap_err().trouble;
    assert_eq!(other, Trouble::BadAnswer { fault: AnswerFault::Shape });
    for id in ["verification-7b1f0c1e", "", "../customers"] {
        assert_eq!(love.kyc_session(id).await.unwrap_err().trouble, Trouble::BadInput { field: "id" });
        assert_eq!(love.invoice(id).await.unwrap_err().trouble, Trouble::BadInput { field: "id" });
    }
    server.finish();
}

#[tokio::test]
async fn invoices_are_asked_for_1000_at_a_time_and_by_status() {
    let (server, provider) = server([
        expect("GET /api/v2/invoices?limit=1000&offset=0").json(200, INVOICES),
        expect("GET /api/v2/invoices?limit=1000&offset=0&status=PAID").json(200, INVOICES),
        expect(&format!("GET /api/v2/invoices/{INVOICE}"))
            .json(200, include_str!("data/fixtures/loveandpay/invoice_get.json")),
        expect(&format!("GET /api/v2/invoices/{INVOICE}"))
            .json(200, include_str!("data/fixtures/loveandpay/invoice_get_no_link_observed.json")),
    ])
    .await;
    let love = own(&*provider);
    let all = love.invoices(None, &Cursor::start()).await.unwrap();
    assert_eq!((all.items.len(), all.total, all.next.is_none()), (2, Some(2), true));
    love.invoices(Some(&InvoiceStatus::Paid), &Cursor::start()).await.unwrap();
    assert!(love.invoice(INVOICE).await.unwrap().customer.is_some());
    assert!(love.invoice(INVOICE).await.unwrap().customer.is_none());
    server.finish();
}

#[tokio::test]
async fn a_rate_is_asked_for_by_its_pair() {
    let line = "GET /api/v2/rates?base=USDT&quote=RUB";
    let found = r#"{"success":true,"rate":{"id":"r","baseCurrency":"USDT","quoteCurrency":"RUB","rate":81.25}}"#;
    let (server, provider) =
        server([expect(line).json(200, found), expect(line).json(404, r#"{"error":"RATE_NOT_FOUND"}"#)]).await;
    let (usdt, rub) = (Currency::parse("USDT").unwrap(), Currency::rub());
    let love = own(&*provider);
    assert_eq!(love.rate(&usdt, &rub).await.unwrap().rate.to_string(), "81.25");
    let none = love.rate(&usdt, &rub).await.unwrap_err();
    assert_eq!((none.trouble, none.words.unwrap().code.as_deref()), (Trouble::NotFound, Some("RATE_NOT_FOUND")));
    server.finish();
}

#[tokio::test]
async fn neither_links_nor_findings_reach_a_log_line() {
    let line = format!("GET /api/v2/kyc/sessions/{SESSION}");
    let (server, provider) =
        server([expect(&line).json(200, include_str!("data/fixtures/loveandpay/kyc_session_get.json"))]).await;
    let session = own(&*provider).kyc_session(SESSION).await.unwrap();
    assert!(!format!("{session:?}").contains("https://"), "a link opens somebody's check");
    server.finish();
}

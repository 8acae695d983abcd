//! Faults on purpose, as a client meets them.

use crate::client::{Client, read};
use reqwest::{Method, StatusCode};
use sandbox::Provider;
use serde_json::{Value, json};

async fn client_with(fault: Value) -> Client {
    let client = Client::of(Provider::LoveAndPay).await;
    client.set_faults(json!([fault])).await;
    client
}

#[tokio::test]
async fn a_web_page_stands_for_every_answer_until_it_is_cleared() {
    let client = client_with(json!({"kind": "html"})).await;
    for path in ["/customers", "/nowhere"] {
        let answer = client.get(path).await;
        assert_eq!(answer.status, StatusCode::OK);
        assert!(
            answer.header("content-type").unwrap().starts_with("text/html") && answer.text.starts_with("<!DOCTYPE")
        );
    }
    client.control(Method::DELETE, "/faults", Value::Null).await;
    assert_eq!(client.get("/customers").await.rows().len(), 50);
}

#[tokio::test]
async fn failures_come_in_the_form_of_the_provider() {
    let client = client_with(json!({"kind": "status", "status": 500})).await;
    assert_eq!(client.get("/customers").await.refusal(), (500, "INTERNAL_ERROR".to_owned()));
    client.set_faults(json!([{"kind": "refusal", "status": 403, "code": "SOURCE_IP_NOT_ALLOWED"}])).await;
    assert_eq!(client.get("/customers").await.refusal(), (403, "SOURCE_IP_NOT_ALLOWED".to_owned()));

    let other = Client::of(Provider::Cryptopocket).await;
    other.set_faults(json!([{"kind": "refusal", "status": 200, "code": "user_banned"}])).await;
    assert_eq!(other.get_as("any", "/customers/list").await.json(), json!({"status": "error", "error": "user_banned"}));
}

#[tokio::test]
async fn too_many_requests_come_with_and_without_advice() {
    let client = client_with(json!({"kind": "too_many_requests"})).await;
    let silent = client.get("/customers").await;
    assert_eq!(silent.refusal(), (429, "RATE_LIMIT_EXCEEDED".to_owned()));
    assert_eq!(silent.header("retry-after"), None);

    client.set_faults(json!([{"kind": "too_many_requests", "retry_after": 90}])).await;
    assert_eq!(client.get("/customers").await.header("retry-after"), Some("90"));

    client.set_faults(json!([{"kind": "too_many_requests", "retry_after": 90, "as_date": true}])).await;
    let dated = client.get("/customers").await;
    let moment = |name: &str| httpdate::parse_http_date(dated.header(name).unwrap()).unwrap();
    let wait = moment("retry-after").duration_since(moment("date")).unwrap();
    assert_eq!(wait.as_secs(), 90);
}

#[tokio::test]
async fn a_body_breaks_off_or_ends_early() {
    let client = client_with(json!({"kind": "truncated"})).await;
    let response = client.signed(Method::GET, "/customers", "", 0).send().await.unwrap();
    assert_eq!(response.status(), StatusCode::OK, "the head arrives");
    assert!(response.text().await.is_err(), "the body does not");

    client.set_faults(json!([{"kind": "cut_json"}])).await;
    let cut = client.get("/customers").await;
    assert_eq!(cut.header("content-length"), Some(cut.text.len().to_string().as_str()));
    assert!(cut.text.starts_with('{') && serde_json::from_str::<Value>(&cut.text).is_err());

    client.set_faults(json!([{"kind": "not_json"}])).await;
    assert!(serde_json::from_str::<Value>(&client.get("/customers").await.text).is_err());
}

#[tokio::test]
async fn a_redirect_says_where_to() {
    let client = client_with(json!({"kind": "redirect"})).await;
    let answer = client.get("/customers").await;
    assert_eq!((answer.status.as_u16(), answer.header("location")), (307, Some("/moved")));
    let elsewhere = json!({"kind": "redirect", "status": 301, "location": "http://127.0.0.1:9/api"});
    client.set_faults(json!([elsewhere])).await;
    let answer = client.get("/customers").await;
    assert_eq!((answer.status.as_u16(), answer.header("location")), (301, Some("http://127.0.0.1:9/api")));
}

#[tokio::test]
async fn a_delayed_answer_comes_when_the_emulator_stops() {
    let client = client_with(json!({"kind": "latency", "ms": 3_600_000})).await;
    let delayed = tokio::spawn(read(client.signed(Method::GET, "/customers", "", 0)));
    while client.control(Method::GET, "/requests", Value::Null).await["total"] == 0 {
        tokio::task::yield_now().await;
    }
    assert!(!delayed.is_finished());
    let Client { sandbox, .. } = client;
    sandbox.stop().await;
    assert_eq!(delayed.await.unwrap().status, StatusCode::OK);
}

#[tokio::test]
async fn tokens_expire_in_the_middle_of_a_walk() {
    let client = Client::of(Provider::Cryptopocket).await;
    let token = client.token().await;
    client.set_faults(json!([{"kind": "expired_tokens", "on": "list", "after": 2, "times": 1}])).await;
    let page =
        async |token: &str, page: u32| client.get_as(token, &format!("/customers/list?page={page}")).await.json();
    assert_eq!(page(&token, 1).await["status"], "ok");
    assert_eq!(page(&token, 2).await["status"], "ok");
    assert_eq!(page(&token, 3).await["error"], "authorization_incorrect");
    assert_eq!(page(&token, 3).await["error"], "authorization_incorrect", "gone for good");
    let renewed = client.token().await;
    assert_eq!(page(&renewed, 3).await["status"], "ok");
    let told = client.control(Method::GET, "/faults", Value::Null).await;
    assert_eq!(told["faults"][0]["struck"], 1, "{told}");
}

#[tokio::test]
async fn the_clock_is_off_in_judgement_and_in_the_header() {
    let client = client_with(json!({"kind": "clock_off", "seconds": -3600})).await;
    let answer = client.get("/customers").await;
    assert_eq!(answer.refusal(), (401, "TIMESTAMP_EXPIRED".to_owned()));
    let date = httpdate::parse_http_date(answer.header("date").unwrap()).unwrap();
    let told = jiff::Timestamp::try_from(date).unwrap();
    assert!(told < jiff::Timestamp::now() - jiff::SignedDuration::from_mins(59), "{told}");
    assert_eq!(read(client.signed(Method::GET, "/customers", "", -3_600_000)).await.status, StatusCode::OK);
}

#[tokio::test]
async fn records_are_spoilt_where_asked() {
    for provider in [Provider::LoveAndPay, Provider::Cryptopocket] {
        let client = Client::of(provider).await;
        let token = if provider == Provider::Cryptopocket { client.token().await } else { String::new() };
        let page = async || match provider {
            Provider::LoveAndPay => client.get("/customers?limit=20").await,
            Provider::Cryptopocket => client.get_as(&token, "/customers/list").await,
        };
        let kyc = if provider == Provider::LoveAndPay { "kycStatus" } else { "kyc_status" };
        let sound = page().await.rows();

        client.set_faults(json!([{"kind": "record_without_id", "position": 2}])).await;
        let rows = page().await.rows();
        assert_eq!(rows.len(), 21);
        assert!(rows[2].get("id").is_none() && rows[2].get("email").is_some(), "{}", rows[2]);
        assert_eq!([&rows[..2], &rows[3..]].concat(), sound, "all others are as they were");

        client.set_faults(json!([{"kind": "unknown_kyc", "position": 4, "word": "IN_ORBIT"}])).await;
        let rows = page().await.rows();
        assert_eq!(rows[4][kyc], "IN_ORBIT");
        assert_eq!(rows.len(), 20);

        client.set_faults(json!([{"kind": "text_ids"}, {"kind": "missing_totals", "on": "list"}])).await;
        let answer = page().await;
        assert!(answer.rows().iter().all(|row| row["id"].is_string()));
        assert!(answer.json().get("pagination").is_none() && answer.json().get("total_items").is_none());
    }
}

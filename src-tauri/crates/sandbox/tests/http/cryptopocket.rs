//! Cryptopocket: sign-in, list, KYC check.

use crate::client::{Client, options, read};
use reqwest::{Method, StatusCode};
use sandbox::{Options, Provider, TokenShape};
use serde_json::{Value, json};
use std::collections::HashSet;

async fn client() -> Client {
    Client::of(Provider::Cryptopocket).await
}

fn refused() -> Value {
    json!({"status": "error", "error": "authorization_incorrect"})
}

#[tokio::test]
async fn the_token_comes_in_every_shape() {
    for (shape, place) in [
        (TokenShape::DataToken, "/data/token"),
        (TokenShape::DataText, "/data"),
        (TokenShape::Token, "/token"),
        (TokenShape::Auth, "/auth"),
    ] {
        let client =
            Client::start(Options { token_shape: shape, customers: 3, ..options(Provider::Cryptopocket) }).await;
        let answer = client.sign_in(&client.sandbox.api_key, &client.sandbox.api_secret).await.json();
        let token = answer.pointer(place).and_then(Value::as_str).unwrap_or_else(|| panic!("{shape:?}: {answer}"));
        assert_eq!(client.get_as(token, "/customers/list").await.rows().len(), 3, "{shape:?}");
    }
}

#[tokio::test]
async fn a_wrong_pair_is_refused_with_status_200() {
    let client = client().await;
    let (key, secret) = (client.sandbox.api_key.clone(), client.sandbox.api_secret.clone());
    for (key, secret) in [(key.as_str(), "wrong"), ("wrong", secret.as_str())] {
        let answer = client.sign_in(key, secret).await;
        assert_eq!((answer.status, answer.json()), (StatusCode::OK, refused()));
    }
    let incomplete = client.sign_in(&key, "").await;
    assert_eq!(incomplete.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(incomplete.json()["errors"]["api_secret"].is_array(), "{}", incomplete.text);
}

#[tokio::test]
async fn without_a_good_token_nothing_is_told() {
    let client = client().await;
    let token = client.token().await;
    let bare = read(client.request(Method::GET, "/customers/list")).await;
    let bearer = read(client.request(Method::GET, "/customers/list").bearer_auth(&token)).await;
    let wrong = client.get_as("wrong", "/customers/list").await;
    for answer in [bare, bearer, wrong] {
        assert_eq!((answer.status, answer.json()), (StatusCode::OK, refused()));
    }
    assert_eq!(client.get_as(&token, "/customers/list").await.rows().len(), 20);
    assert_eq!(client.get_as(&token, "/api/customers/list").await.status, StatusCode::NOT_FOUND, "never /api/api");
    assert_eq!(client.get_as(&token, "/createPayment").await.status, StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(client.get_as(&token, "/banking/accounts").await.status, StatusCode::NOT_FOUND);
    for path in [
        "/registerUser",
        "/register/company",
        "/customers/1001/documents",
        "/onboarding-form",
        "/createPayment",
        "/createGuidedPayment",
        "/createRampoff",
        "/subscribeToWebhook",
        "/updateWebhookSubscription",
    ] {
        let answer = client.post_as("wrong", path, json!({})).await;
        assert_eq!((answer.status, answer.json()), (StatusCode::OK, refused()), "{path}");
    }
    for path in ["/quote", "/payment/1", "/getRampoff?id=1"] {
        assert_eq!(client.get_as("wrong", path).await.json(), refused(), "{path}");
    }
}

#[tokio::test]
async fn a_token_expires_and_another_one_does_not() {
    let client = client().await;
    let token = client.token().await;
    client.set_faults(json!([{"kind": "clock_off", "seconds": 30 * 60 - 5}])).await;
    assert_eq!(client.get_as(&token, "/customers/list").await.rows().len(), 20, "good for half an hour");
    client.set_faults(json!([{"kind": "clock_off", "seconds": 30 * 60 + 1}])).await;
    assert_eq!(client.get_as(&token, "/customers/list").await.json(), refused());
    let renewed = client.token().await;
    assert_eq!(client.get_as(&renewed, "/customers/list").await.rows().len(), 20);
}

#[tokio::test]
async fn pages_put_together_are_everybody_newest_first() {
    let client = client().await;
    let token = client.token().await;
    let first = client.get_as(&token, "/customers/list").await.json();
    assert_eq!((&first["status"], &first["page"], &first["total_items"]), (&json!("ok"), &json!(1), &json!(600)));

    let mut walked = Vec::new();
    for page in 1.. {
        let answer = client.get_as(&token, &format!("/customers/list?items_per_page=500&page={page}")).await;
        let rows = answer.rows();
        assert_eq!(answer.json()["page"], page);
        assert!(rows.len() <= 100, "more than 100 a page are not given");
        if rows.is_empty() {
            break;
        }
        walked.extend(rows);
    }
    assert_eq!(walked, client.everybody().await);
    let id = |row: &Value| row["id"].as_u64().or_else(|| row["id"].as_str()?.parse().ok()).unwrap();
    assert!(walked.iter().map(id).is_sorted_by(|newer, older| newer > older));
    assert!(walked.iter().any(|row| row["id"].is_string()), "a few ids are text");
    assert!(walked.iter().filter(|row| row["id"].is_string()).count() < 20);
}

#[tokio::test]
async fn the_link_is_there_until_the_customer_is_valid() {
    let everybody = client().await.everybody().await;
    let words: HashSet<_> = everybody.iter().map(|row| row["kyc_status"].as_str().unwrap()).collect();
    assert_eq!(words, HashSet::from(["valid", "processing", "fail", "unused"]));
    for row in &everybody {
        assert_eq!(row.get("kyc_url").is_none(), row["kyc_status"] == "valid", "{row}");
    }
    assert!(everybody.iter().any(|row| row.get("last_name").is_none()), "companies have no surname");
}

#[tokio::test]
async fn filters_narrow_the_list() {
    let client = client().await;
    let token = client.token().await;
    let total = async |query: &str| {
        let answer = client.get_as(&token, &format!("/customers/list?{query}")).await;
        assert_eq!(answer.status, StatusCode::OK, "{query}: {}", answer.text);
        answer.json()["total_items"].as_u64().unwrap()
    };
    let (older, newer) = (total("to=2025-06-30").await, total("from=2025-07-01").await);
    assert!(older > 100 && newer > 100, "{older} and {newer}");
    assert_eq!(older + newer, 600);
    assert_eq!(total("from=2025-07-01&to=2025-06-30").await, 0);

    let known = client.everybody().await[5].clone();
    let email = known["email"].as_str().unwrap();
    assert_eq!(
        client.get_as(&token, &format!("/customers/list?email={email}")).await.rows(),
        std::slice::from_ref(&known)
    );
    assert_eq!(total(&format!("email={}", &email[1..])).await, 0, "the whole address, not a part");
}

#[tokio::test]
async fn nonsense_in_the_query_is_a_validation_error() {
    let client = client().await;
    let token = client.token().await;
    for (query, field) in [
        ("page=0", "page"),
        ("page=undefined", "page"),
        ("items_per_page=-1", "items_per_page"),
        ("from=undefined", "from"),
        ("to=2025-02-30", "to"),
        ("from=2025-06-30T00", "from"),
        ("limit=10", "limit"),
        ("page=1&page=2", "page"),
    ] {
        let answer = client.get_as(&token, &format!("/customers/list?{query}")).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{query}");
        let body = answer.json();
        assert!(body["errors"][field].is_array() && body.get("status").is_none(), "{query}: {body}");
    }
}

#[tokio::test]
async fn the_check_of_one_customer_says_what_the_list_says() {
    let client = client().await;
    let token = client.token().await;
    for known in client.everybody().await.into_iter().take(5) {
        let id = known["id"].as_str().map_or_else(|| known["id"].to_string(), str::to_owned);
        let checked = client.get_as(&token, &format!("/kyc/check?user_id={id}")).await.json();
        assert_eq!(checked, json!({"status": "ok", "data": {"kyc_status": known["kyc_status"]}}));
    }
    let unknown = client.get_as(&token, "/kyc/check?user_id=1").await;
    assert_eq!(
        (unknown.status, unknown.json()),
        (StatusCode::OK, json!({"status": "error", "error": "user_not_found"}))
    );
    assert_eq!(client.get_as(&token, "/kyc/check").await.status, StatusCode::UNPROCESSABLE_ENTITY);
}

//! The control endpoint: looking at customers and changing them.

use crate::client::{Client, read};
use reqwest::{Method, StatusCode};
use sandbox::Provider;
use serde_json::{Value, json};

fn id_of(row: &Value) -> String {
    row["id"].as_str().map_or_else(|| row["id"].to_string(), str::to_owned)
}

#[tokio::test]
async fn a_changed_customer_is_listed_as_changed() {
    let client = Client::of(Provider::LoveAndPay).await;
    let before = client.everybody().await;
    let pending = before.iter().position(|row| row["kycStatus"] == "PENDING").unwrap();
    let path = format!("/customers/{}", id_of(&before[pending]));
    let change = json!({"kycStatus": "VERIFIED", "fullName": "Новое Имя", "totalAmount": "12.50", "phone": null});
    let told = client.control(Method::POST, &path, change).await;
    assert_eq!(told["fullName"], "Новое Имя");

    let listed = client.get(&format!("/customers?limit=1&offset={pending}")).await.rows().remove(0);
    assert_eq!(listed, told);
    assert_eq!((&listed["totalAmount"], &listed["phone"]), (&json!("12.50"), &Value::Null));
    let card = client.get(&path).await.json()["customer"].clone();
    assert!(card["kycVerifiedAt"].is_string(), "the card follows: {card}");
    let found = client.get("/customers?search=%D0%BD%D0%BE%D0%B2%D0%BE%D0%B5+%D0%B8%D0%BC%D1%8F").await.rows();
    assert_eq!(found, [told], "search sees the new name");

    client.control(Method::POST, &format!("{path}?unset=fullName,email"), Value::Null).await;
    let listed = client.get(&format!("/customers?limit=1&offset={pending}")).await.rows().remove(0);
    assert!(listed.get("fullName").is_none() && listed.get("email").is_none(), "{listed}");
    assert_eq!(client.everybody().await.len(), before.len());
}

#[tokio::test]
async fn a_link_comes_and_goes_with_the_status() {
    let client = Client::of(Provider::Cryptopocket).await;
    let everybody = client.everybody().await;
    let valid = everybody.iter().find(|row| row["kyc_status"] == "valid").unwrap();
    let path = format!("/customers/{}", id_of(valid));
    let failed = client.control(Method::POST, &path, json!({"kyc_status": "fail"})).await;
    assert!(failed["kyc_url"].as_str().unwrap().starts_with("https://"), "{failed}");
    let again = client.control(Method::POST, &path, json!({"kyc_status": "valid"})).await;
    assert_eq!(again, *valid);
    let empty = client.control(Method::POST, &path, json!({"kyc_status": "fail", "kyc_url": ""})).await;
    assert_eq!(empty["kyc_url"], "");
}

#[tokio::test]
async fn customers_come_and_go() {
    for (provider, new, field) in [
        (
            Provider::LoveAndPay,
            json!({"id": "550e8400-e29b-41d4-a716-446655440000", "createdAt": "2025-06-01T00:00:00.000Z"}),
            "createdAt",
        ),
        (Provider::Cryptopocket, json!({"id": 1_001_000, "name": "Nueva"}), "id"),
    ] {
        let client = Client::of(provider).await;
        let count = client.everybody().await.len();
        client.control(Method::POST, "/customers", new.clone()).await;
        let everybody = client.everybody().await;
        assert_eq!(everybody.len(), count + 1);
        let place = everybody.iter().position(|row| *row == new).unwrap();
        match provider {
            Provider::Cryptopocket => assert_eq!(place, 0, "the highest id is the newest"),
            Provider::LoveAndPay => {
                assert!(place > 0, "{place}");
                assert!(everybody[place - 1][field].as_str() >= new[field].as_str());
                assert!(everybody[place + 1][field].as_str() < new[field].as_str());
            }
        }
        let doubled = read(client.control_request(Method::POST, "/customers").json(&new)).await;
        assert_eq!(doubled.status, StatusCode::UNPROCESSABLE_ENTITY, "one id, one customer");

        client.control(Method::POST, "/customers?place=2", json!({"email": "no.id@example.com"})).await;
        assert_eq!(client.everybody().await[2], json!({"email": "no.id@example.com"}));

        let removed = client.control(Method::DELETE, &format!("/customers/{}", id_of(&new)), Value::Null).await;
        assert_eq!(removed, new);
        assert!(!client.everybody().await.contains(&new));
    }
}

#[tokio::test]
async fn mistakes_change_nothing_and_are_named() {
    let client = Client::of(Provider::LoveAndPay).await;
    let before = client.everybody().await;
    let known = format!("/customers/{}", id_of(&before[0]));
    for (method, path, body, status, named) in [
        (Method::POST, known.as_str(), json!({"kyc_status": "VERIFIED"}), 422, "kyc_status"),
        (Method::POST, &known, json!({"id": "1"}), 422, "id"),
        (Method::POST, &known, json!(["VERIFIED"]), 422, "object"),
        (Method::POST, "/customers/nobody", json!({"fullName": "A"}), 404, "nobody"),
        (Method::DELETE, "/customers/nobody", Value::Null, 404, "nobody"),
        (Method::POST, "/customers?place=first", json!({}), 422, "place"),
        (Method::POST, "/faults", json!([]), 422, "object"),
        (Method::POST, "/faults", json!({"fault": []}), 422, "faults"),
        (Method::POST, "/faults", json!({"faults": [{"kind": "nothing"}]}), 422, "nothing"),
        (Method::POST, "/faults", json!({"faults": [{"kind": "status", "status": 99}]}), 422, "400 to 599"),
        (Method::POST, "/faults", json!({"scenario": "nothing"}), 422, "nothing"),
        (Method::POST, "/faults", json!({"scenario": "expired_token"}), 422, "expired_token"),
        (Method::GET, "/nowhere", Value::Null, 404, "nowhere"),
    ] {
        let answer = read(client.control_request(method, path).json(&body)).await;
        assert_eq!(answer.status.as_u16(), status, "{path} {body}: {}", answer.text);
        assert!(answer.json()["error"].as_str().unwrap().contains(named), "{path} {body}: {}", answer.text);
    }
    assert_eq!(client.everybody().await, before);
    let allowed =
        client.control(Method::POST, &format!("{known}?unknown=allow"), json!({"futureField": {"a": 1}})).await;
    assert_eq!(allowed["futureField"], json!({"a": 1}));
}

#[tokio::test]
async fn a_web_page_cannot_reach_it() {
    let client = Client::of(Provider::LoveAndPay).await;
    let from_page = client.control_request(Method::GET, "/customers").header("origin", "https://example.com");
    assert_eq!(read(from_page).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn requests_are_counted_by_what_they_ask_for() {
    let client = Client::of(Provider::LoveAndPay).await;
    for path in ["/customers", "/customers?limit=1", "/customers/check?phone=1", "/payouts"] {
        client.get(path).await;
    }
    let counted = client.control(Method::GET, "/requests", Value::Null).await;
    assert_eq!(counted, json!({"total": 4, "by_operation": {"list": 2, "check": 1, "unknown": 1}}));
}

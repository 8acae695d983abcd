//! Cryptopocket: registering people and companies, and webhook subscriptions.

use crate::client::{Answer, Client};
use reqwest::{Method, StatusCode};
use sandbox::Provider;
use serde_json::{Value, json};

async fn signed_in() -> (Client, String) {
    let client = Client::of(Provider::Cryptopocket).await;
    let token = client.token().await;
    (client, token)
}

fn refused(answer: &Answer, code: &str) {
    assert_eq!((answer.status, answer.json()), (StatusCode::OK, json!({"status": "error", "error": code})));
}

#[tokio::test]
async fn a_registered_person_is_listed_and_can_be_verified() {
    let (client, token) = signed_in().await;
    let highest = client.everybody().await[0]["id"].clone();
    let person =
        json!({"name": "Iván Prueba", "email": "ivan.prueba@example.com", "callback_url": "https://shop.example.com/"});
    let registered = client.post_as(&token, "/registerUser", person.clone()).await.json();
    let id = registered["data"]["id"].as_u64().unwrap();
    let link = registered["data"]["kyc_form_url"].as_str().unwrap();
    assert_eq!(registered, json!({"status": "ok", "data": {"id": id, "kyc_form_url": link}}));
    assert!(id > highest.as_u64().unwrap());

    let first = client.get_as(&token, "/customers/list").await.json();
    assert_eq!(first["total_items"], 601);
    let row = json!({"id": id, "name": "Iván Prueba", "email": "ivan.prueba@example.com", "kyc_status": "unused", "kyc_url": link});
    assert_eq!(first["data"][0], row);
    let check =
        async || client.get_as(&token, &format!("/kyc/check?user_id={id}")).await.json()["data"]["kyc_status"].clone();
    assert_eq!(check().await, "unused");
    for status in ["processing", "valid"] {
        client.control(Method::POST, &format!("/customers/{id}"), json!({"kyc_status": status})).await;
        assert_eq!(check().await, status);
    }
    let found = client.get_as(&token, "/customers/list?email=ivan.prueba@example.com").await.rows();
    assert!(found.len() == 1 && found[0].get("kyc_url").is_none(), "{found:?}");

    refused(&client.post_as(&token, "/registerUser", person).await, "user_already_exists");
    let known = client.everybody().await[9]["email"].clone();
    let again = json!({"name": "Otro", "email": known.as_str().unwrap().to_uppercase()});
    refused(&client.post_as(&token, "/registerUser", again).await, "user_already_exists");
    assert_eq!(client.everybody().await.len(), 601);
}

#[tokio::test]
async fn a_company_gets_a_link_and_a_password_once() {
    let (client, token) = signed_in().await;
    let company = json!({"email": "empresa@example.com", "company_name": "Ejemplo, S.L."});
    let registered = client.post_as(&token, "/register/company", company.clone()).await.json();
    assert_eq!(registered["status"], "ok");
    let data = registered["data"].as_object().unwrap();
    assert_eq!(data.len(), 4, "{data:?}");
    let id = data["id"].as_u64().unwrap();
    assert!(data["kyb_link"].as_str().unwrap().starts_with("https://"));
    assert_eq!((data["uuid"].as_str().unwrap().len(), data["password"].as_str().unwrap().len()), (36, 12));

    let row = json!({"id": id, "name": "Ejemplo, S.L.", "email": "empresa@example.com", "kyc_status": "unused"});
    assert_eq!(client.everybody().await[0], row, "the link is never shown again");
    let failed = client.control(Method::POST, &format!("/customers/{id}"), json!({"kyc_status": "fail"})).await;
    assert!(failed.get("kyc_url").is_none(), "{failed}");
    refused(&client.post_as(&token, "/register/company", company).await, "user_already_exists");
    let disposable = json!({"email": "a@disposable.example.com", "company_name": "A"});
    refused(&client.post_as(&token, "/register/company", disposable).await, "email_not_allowed");
    let second = json!({"email": "otra@example.com", "company_name": "A"});
    let other = client.post_as(&token, "/register/company", second).await.json();
    assert_ne!((&other["data"]["password"], &other["data"]["uuid"]), (&data["password"], &data["uuid"]));
}

#[tokio::test]
async fn what_is_missing_or_wrong_is_said_of_each_field() {
    let (client, token) = signed_in().await;
    let nothing = client.post_as(&token, "/register/company", json!({})).await;
    assert_eq!(nothing.status, StatusCode::UNPROCESSABLE_ENTITY);
    let documented = json!({
        "message": "The email field is required. (and 1 more error)",
        "errors": {
            "email": ["The email field is required."],
            "company_name": ["The company name field is required."],
        },
    });
    assert_eq!(nothing.json(), documented);
    let long = |count: usize| "ñ".repeat(count);
    for (path, body, fields) in [
        ("/register/company", json!({"email": "a", "company_name": "A"}), vec!["email"]),
        (
            "/register/company",
            json!({"email": format!("{}@example.com", long(250)), "company_name": "A"}),
            vec!["email"],
        ),
        ("/register/company", json!({"email": "a@example.com", "company_name": long(256)}), vec!["company_name"]),
        ("/registerUser", json!({"email": "a@example.com"}), vec!["name"]),
        ("/registerUser", json!({"name": 1, "email": null}), vec!["name", "email"]),
        ("/registerUser", json!({"name": "A", "email": "a@example.com", "callback_url": "home"}), vec!["callback_url"]),
        (
            "/registerUser",
            json!({"name": "A", "email": "a@example.com", "identification_type": "DNI"}),
            vec!["identification_type"],
        ),
    ] {
        let answer = client.post_as(&token, path, body.clone()).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{path} {body}");
        let errors = answer.json()["errors"].clone();
        assert_eq!(errors.as_object().unwrap().len(), fields.len(), "{body}: {errors}");
        assert!(fields.iter().all(|field| errors[field].is_array()), "{body}: {errors}");
    }
    let allowed = json!({"email": "a@example.com", "company_name": long(255)});
    assert_eq!(client.post_as(&token, "/register/company", allowed).await.json()["status"], "ok");
    let form = client.form_as(&token, "/registerUser", &[("name", "A"), ("email", "b@example.com")]).await;
    assert_eq!(form.status, StatusCode::UNPROCESSABLE_ENTITY, "JSON is wanted here");
    assert_eq!(client.everybody().await.len(), 601);
}

#[tokio::test]
async fn subscriptions_come_as_forms() {
    let (client, token) = signed_in().await;
    let send =
        async |path: &str, event: &str, url: &str| client.form_as(&token, path, &[("type", event), ("url", url)]).await;
    let (subscribe, update) = ("/subscribeToWebhook", "/updateWebhookSubscription");
    refused(&send(update, "PAY_IN", "https://relay.example.com/").await, "subscription_not_found");
    let created = send(subscribe, "PAY_IN", "https://relay.example.com/?a=1&b=2").await.json();
    assert_eq!(created, json!({"status": "ok", "data": "subscription_created"}));
    let kept = async || client.control(Method::GET, "/subscriptions", Value::Null).await["subscriptions"].clone();
    assert_eq!(kept().await, json!([{"type": "PAY_IN", "url": "https://relay.example.com/?a=1&b=2"}]));
    let updated = send(update, "PAY_IN", "https://other.example.com/").await.json();
    assert_eq!(updated, json!({"status": "ok", "data": "subscription_updated"}));
    assert_eq!(kept().await, json!([{"type": "PAY_IN", "url": "https://other.example.com/"}]));

    for (event, url, field) in [
        ("pay_in", "https://a.example.com/", "type"),
        ("PAY_IN", "relay", "url"),
        ("", "https://a.example.com/", "type"),
    ] {
        let answer = send(subscribe, event, url).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{event} {url}");
        assert!(answer.json()["errors"][field].is_array(), "{}", answer.text);
    }
    let as_json = client.post_as(&token, subscribe, json!({"type": "PAY_IN", "url": "https://a.example.com/"})).await;
    assert_eq!(as_json.status, StatusCode::UNPROCESSABLE_ENTITY, "a form is wanted here");
}

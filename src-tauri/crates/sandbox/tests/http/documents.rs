//! Cryptopocket: documents handed in.

use crate::client::Client;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use reqwest::{Method, StatusCode};
use sandbox::Provider;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

const TYPES: [&str; 23] = [
    "onboarding_form",
    "bank_statement",
    "payslip",
    "employment_contract",
    "tax_return",
    "tax_certificate",
    "company_accounts",
    "dividend_statement",
    "investment_statement",
    "crypto_wallet_statement",
    "sale_of_property",
    "sale_of_vehicle",
    "sale_of_company_shares",
    "inheritance_document",
    "gift_declaration",
    "loan_agreement",
    "savings_evidence",
    "invoice",
    "freelance_income_evidence",
    "pension_statement",
    "unemployment_benefit_statement",
    "source_of_funds_declaration",
    "other",
];

async fn signed_in() -> (Client, String, u64) {
    let client = Client::of(Provider::Cryptopocket).await;
    let token = client.token().await;
    let id = client.everybody().await.iter().find_map(|row| row["id"].as_u64()).unwrap();
    (client, token, id)
}

#[tokio::test]
async fn documents_of_all_types_arrive_byte_for_byte() {
    let (client, token, id) = signed_in().await;
    let mut expected = Vec::new();
    for (index, kind) in (0_u8..).zip(TYPES) {
        let bytes: Vec<u8> = (0..=255).cycle().skip(index.into()).take(1000 + usize::from(index)).collect();
        let file = format!("data:application/pdf;base64,{}", STANDARD.encode(&bytes));
        let answer =
            client.post_as(&token, &format!("/customers/{id}/documents"), json!({"type": kind, "file": file})).await;
        assert_eq!((answer.status, answer.json()), (StatusCode::OK, json!({"status": "ok"})), "{kind}");
        expected.push(json!({
            "user_id": id, "type": kind, "mime": "application/pdf", "bytes": bytes.len(),
            "sha256": hex::encode(Sha256::digest(&bytes)),
        }));
    }
    let told = client.control(Method::GET, "/documents", Value::Null).await;
    assert_eq!(told["documents"], json!(expected), "in the order in which they came, each once");
    let change = crate::client::read(client.control_request(Method::POST, "/documents/1").json(&json!({}))).await;
    assert_eq!(change.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn ten_megabytes_arrive_as_well() {
    let (client, token, id) = signed_in().await;
    let bytes = vec![0x5a; 10 * 1024 * 1024];
    let file = format!("data:image/png;base64,{}", STANDARD.encode(&bytes));
    let answer =
        client.post_as(&token, &format!("/customers/{id}/documents"), json!({"type": "other", "file": file})).await;
    assert_eq!(answer.json(), json!({"status": "ok"}));
    let by_link = json!({"type": "other", "file": "https://files.example.com/a.pdf"});
    assert_eq!(client.post_as(&token, &format!("/customers/{id}/documents"), by_link).await.status, StatusCode::OK);
    let told = client.control(Method::GET, "/documents", Value::Null).await;
    assert_eq!(told["documents"][0]["bytes"], bytes.len());
    assert_eq!(told["documents"][1]["url"], "https://files.example.com/a.pdf");
}

#[tokio::test]
async fn a_refusal_has_its_own_status_here() {
    let (client, token, id) = signed_in().await;
    let good = json!({"type": "payslip", "file": "data:text/plain;base64,QQ=="});
    let ids: Vec<_> = client
        .everybody()
        .await
        .iter()
        .map(|row| row["id"].as_u64().or_else(|| row["id"].as_str()?.parse().ok()).unwrap())
        .collect();
    let of_others = (ids[ids.len() - 1]..ids[0]).find(|id| !ids.contains(id)).unwrap();
    client.control(Method::DELETE, &format!("/customers/{}", ids[5]), Value::Null).await;
    let bad_file = |file: &str| json!({"type": "payslip", "file": file});
    for (user, body, status, code) in [
        ((ids[0] + 1).to_string(), good.clone(), 404, "user_not_found"),
        ("999".to_owned(), good.clone(), 404, "user_not_found"),
        ("somebody".to_owned(), good.clone(), 404, "user_not_found"),
        (ids[5].to_string(), good.clone(), 404, "user_not_found"),
        (of_others.to_string(), good.clone(), 403, "user_not_in_integration"),
        (id.to_string(), bad_file("QQ=="), 422, "invalid_file"),
        (id.to_string(), bad_file("data:text/plain;base64,QQ"), 422, "invalid_file"),
        (id.to_string(), bad_file("data:text/plain;base64,????"), 422, "invalid_file"),
        (id.to_string(), bad_file("data:text/plain;base64,"), 422, "invalid_file"),
    ] {
        let answer = client.post_as(&token, &format!("/customers/{user}/documents"), body.clone()).await;
        assert_eq!(
            (answer.status.as_u16(), answer.json()),
            (status, json!({"status": "error", "error": code})),
            "{user} {body}"
        );
    }
    for (body, field) in [
        (json!({"type": "passport", "file": "data:text/plain;base64,QQ=="}), "type"),
        (json!({"file": "data:text/plain;base64,QQ=="}), "type"),
        (json!({"type": "payslip"}), "file"),
        (json!({"type": "payslip", "file": "data:text/plain;base64,QQ==", "name": "a.txt"}), "name"),
    ] {
        let answer = client.post_as(&token, &format!("/customers/{id}/documents"), body.clone()).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{body}");
        assert!(answer.json()["errors"][field].is_array() && answer.json().get("status").is_none(), "{}", answer.text);
    }
    assert_eq!(client.control(Method::GET, "/documents", Value::Null).await, json!({"documents": []}));
}

//! Cryptopocket: quote, purchases, sales and the enhanced verification.

use crate::client::{Answer, Client, read};
use reqwest::{Method, StatusCode};
use sandbox::Provider;
use serde_json::{Value, json};

struct Desk {
    client: Client,
    token: String,
    valid: u64,
    unused: u64,
}

async fn desk() -> Desk {
    let client = Client::of(Provider::Cryptopocket).await;
    let token = client.token().await;
    let everybody = client.everybody().await;
    let of = |status: &str| {
        everybody.iter().find(|row| row["kyc_status"] == status && row["id"].is_u64()).unwrap()["id"].as_u64().unwrap()
    };
    Desk { valid: of("valid"), unused: of("unused"), token, client }
}

impl Desk {
    async fn post(&self, path: &str, body: &Value) -> Answer {
        self.client.post_as(&self.token, path, body.clone()).await
    }

    async fn get(&self, path: &str) -> Value {
        let answer = self.client.get_as(&self.token, path).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.text);
        answer.json()
    }

    fn purchase(&self) -> Value {
        json!({
            "user_id": self.valid, "external_id": "order-abc-001", "fiat_symbol": "EUR", "fiat_amount": 150.5,
            "coin_symbol": "USDC", "coin_chain": "polygon", "wallet": "0x0000000000000000000000000000000000000001",
        })
    }

    fn guided(&self) -> Value {
        json!({"user_id": self.valid, "coin_symbol": "USDC", "coin_chain": "polygon", "fiat_amount": 25})
    }
}

fn with(mut body: Value, field: &str, value: Value) -> Value {
    body[field] = value;
    body
}

fn without(mut body: Value, field: &str) -> Value {
    body.as_object_mut().unwrap().remove(field);
    body
}

#[tokio::test]
async fn a_transfer_is_followed_in_cents_until_the_coins_are_sent() {
    let desk = desk().await;
    let created = desk.post("/createPayment", &desk.purchase()).await.json();
    assert_eq!((&created["status"], &created["message"]), (&json!("sucess"), &json!("payment_created")));
    let data = created["data"].as_object().unwrap();
    assert_eq!(data.len(), 5, "{data:?}");
    let id = data["payment_id"].as_str().unwrap();
    assert_eq!(id.len(), 25);
    assert!(data["concept"].is_u64() && data["iban"].is_string() && data["bic"].is_string(), "{data:?}");

    let payment = desk.get(&format!("/payment/{id}")).await;
    assert_eq!(payment["status"], "ok");
    let payment = &payment["data"];
    let expected = json!({
        "id": id, "external_id": "order-abc-001", "user_id": desk.valid.to_string(), "status": "started",
        "fiat_amount": 15050, "fiat_symbol": "EUR", "coin_symbol": "USDC", "coin_amount": 148.31,
        "created_at": payment["created_at"], "holder": null,
    });
    assert_eq!(*payment, expected);
    let created_at = payment["created_at"].as_str().unwrap();
    assert!(created_at.len() == "2026-06-26T10:30:00.000000Z".len() && created_at.ends_with('Z'), "{created_at}");

    for status in ["pending_bank", "payment_received", "payment_rejected", "somewhere"] {
        let told = desk.client.control(Method::POST, &format!("/payments/{id}"), json!({"status": status})).await;
        assert!(told["status"] == status && told.get("txid").is_none(), "{told}");
    }
    let sent = json!({"status": "coins_sent", "holder": "EJEMPLO SL"});
    desk.client.control(Method::POST, &format!("/payments/{id}"), sent).await;
    let payment = desk.get(&format!("/payment/{id}")).await["data"].clone();
    assert_eq!((&payment["status"], &payment["holder"]), (&json!("coins_sent"), &json!("EJEMPLO SL")));
    assert_eq!(payment["txid"].as_str().unwrap().len(), 66);
    let told = desk.client.control(Method::GET, "/payments", Value::Null).await;
    assert_eq!(told, json!({"payments": [payment]}));
}

#[tokio::test]
async fn a_card_and_a_guided_purchase_lead_to_a_page() {
    let desk = desk().await;
    for kind in ["card", "PSD2"] {
        let body = without(with(desk.purchase(), "payment_type", json!(kind)), "external_id");
        let created = desk.post("/createPayment", &body).await.json();
        let id = created["data"]["payment_id"].as_str().unwrap();
        let url = created["data"]["url_payment"].as_str().unwrap();
        assert!(url.starts_with("https://"));
        let expected =
            json!({"status": "success", "message": "payment_created", "data": {"url_payment": url, "payment_id": id}});
        assert_eq!(created, expected, "{kind}");
        assert!(desk.get(&format!("/payment/{id}")).await["data"]["external_id"].is_null());
    }
    let created = desk.post("/createGuidedPayment", &with(desk.guided(), "external_id", json!("order-1"))).await.json();
    let id = created["data"]["payment_id"].as_str().unwrap();
    let url = created["data"]["gateway_url"].as_str().unwrap();
    assert!(url.starts_with("https://"));
    let data = json!({"payment_id": id, "gateway_url": url, "external_id": "order-1"});
    assert_eq!(created, json!({"status": "success", "message": "guided_payment_created", "data": data}));
    assert_eq!(desk.get(&format!("/payment/{id}")).await["data"]["fiat_amount"], 2500);
    let told = desk.client.control(Method::GET, "/payments", Value::Null).await;
    assert_eq!(told["payments"].as_array().unwrap().len(), 3);
    assert_eq!(told["payments"][0]["id"], id, "the newest first");
}

#[tokio::test]
async fn a_purchase_is_refused_with_status_200_for_what_it_is() {
    let desk = desk().await;
    let (purchase, guided) = ("/createPayment", "/createGuidedPayment");
    for (path, good) in [(purchase, desk.purchase()), (guided, desk.guided())] {
        for (body, code) in [
            (without(good.clone(), "user_id"), "fail_mandatory_field"),
            (with(good.clone(), "user_id", json!(1)), "user_not_found"),
            (with(good.clone(), "coin_symbol", json!("DOGE")), "coin_not_supported"),
            (with(good.clone(), "coin_chain", json!("bsc")), "coin_not_supported"),
            (with(good.clone(), "fiat_amount", json!(19.99)), "min_purchase"),
        ] {
            let answer = desk.post(path, &body).await;
            let told = answer.json();
            assert_eq!(
                (answer.status, &told["status"], &told["error"]),
                (StatusCode::OK, &json!("error"), &json!(code)),
                "{path} {body}"
            );
            assert_eq!(
                code == "min_purchase",
                told["message"].as_str().is_some_and(|text| text.contains("20.00")),
                "{told}"
            );
        }
    }
    let other_currency = desk.post(guided, &with(desk.guided(), "fiat_symbol", json!("ARS"))).await.json();
    assert_eq!(other_currency, json!({"status": "error", "error": "guided_payment_eur_only"}));

    let link = format!("https://kyc.example.com/form/{}", desk.unused);
    let first = desk.post(purchase, &with(desk.purchase(), "user_id", json!(desk.unused))).await.json();
    assert_eq!(first, json!({"status": "error", "error": "require_kyc", "data": link}));
    let second = desk.post(guided, &with(desk.guided(), "user_id", json!(desk.unused.to_string()))).await.json();
    assert_eq!(second, json!({"status": "error", "message": "require_kyc", "data": {"url": link}}));

    for (path, body, field) in [
        (purchase, without(desk.purchase(), "wallet"), "wallet"),
        (purchase, without(desk.purchase(), "coin_chain"), "coin_chain"),
        (purchase, without(desk.purchase(), "fiat_symbol"), "fiat_symbol"),
        (purchase, with(desk.purchase(), "fiat_symbol", json!("USD")), "fiat_symbol"),
        (purchase, with(desk.purchase(), "fiat_amount", json!(-5)), "fiat_amount"),
        (purchase, with(desk.purchase(), "fiat_amount", json!(20.555)), "fiat_amount"),
        (purchase, with(desk.purchase(), "payment_type", json!("KHIPU")), "payment_type"),
        (guided, with(desk.guided(), "wallet", json!("0x1")), "wallet"),
        (guided, without(desk.guided(), "fiat_amount"), "fiat_amount"),
    ] {
        let answer = desk.post(path, &body).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{path} {body}");
        assert!(answer.json()["errors"][field].is_array(), "{body}: {}", answer.text);
    }
    assert_eq!(desk.client.control(Method::GET, "/payments", Value::Null).await, json!({"payments": []}));
    assert_eq!(desk.get("/payment/UNKNOWN").await, json!({"status": "error", "error": "payment_not_found"}));

    desk.client.control(Method::POST, &format!("/customers/{}", desk.unused), json!({"kyc_status": "valid"})).await;
    let accepted = desk.post(purchase, &with(desk.purchase(), "user_id", json!(desk.unused))).await.json();
    assert_eq!(accepted["status"], "sucess", "once verified, one may buy");
    let in_pesos = with(with(desk.purchase(), "fiat_symbol", json!("ARS")), "fiat_amount", json!("158000"));
    assert_eq!(desk.post(purchase, &without(in_pesos, "coin_chain")).await.json()["status"], "sucess");
}

#[tokio::test]
async fn a_quote_tells_tokens() {
    let desk = desk().await;
    let quote = desk.get("/quote?amount=150.50&symbol=USDC&payment_type=TRANSFER").await;
    assert_eq!(quote, json!({"status": "ok", "data": {"tokens": 148.31}}));
    assert_eq!(desk.get("/quote?amount=150.5&symbol=USDC&chain=polygon&payment_type=card").await, quote);
    let unknown = desk.get("/quote?amount=1&symbol=USDC&chain=tron&payment_type=PSD2").await;
    assert_eq!(unknown, json!({"status": "error", "error": "coin_not_supported"}));
    for (query, field) in [
        ("symbol=USDC&payment_type=card", "amount"),
        ("amount=0&symbol=USDC&payment_type=card", "amount"),
        ("amount=1&payment_type=card", "symbol"),
        ("amount=1&symbol=USDC", "payment_type"),
        ("amount=1&symbol=USDC&payment_type=cash", "payment_type"),
        ("amount=1&symbol=USDC&payment_type=card&user_id=1", "user_id"),
    ] {
        let answer = desk.client.get_as(&desk.token, &format!("/quote?{query}")).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{query}");
        assert!(answer.json()["errors"][field].is_array(), "{query}: {}", answer.text);
    }
}

#[tokio::test]
async fn a_sale_is_told_in_base_units() {
    let desk = desk().await;
    let sale = json!({"user_id": desk.valid, "amount": 20.000_000_5, "blockchain": "bsc", "symbol": "BUSD", "iban": "ES9121000418450200051332"});
    let created = desk.post("/createRampoff", &sale).await.json();
    assert_eq!((&created["status"], &created["data"]["rampoff"]), (&json!("ok"), &json!("payment created")));
    let id = created["data"]["id"].as_str().unwrap();
    assert_eq!((id.len(), created["data"]["wallet"].as_str().unwrap().len()), (25, 42));
    let told = desk.get(&format!("/getRampoff?id={id}")).await;
    let expected = json!({"id": id, "status": "started", "blockchain": "bsc", "crypto": "BUSD", "amount": "20000000500000000000",
        "decimals": 18, "fiat_amount": "19.60"});
    assert_eq!(told, json!({"status": "ok", "data": expected}));
    desk.client.control(Method::POST, &format!("/sales/{id}"), json!({"status": "finished"})).await;
    assert_eq!(desk.get(&format!("/getRampoff?id={id}")).await["data"]["status"], "finished");

    let by_bank = json!({"user_id": desk.valid, "amount": "1.5", "symbol": "USDC", "bank_name": "Banco Ejemplo"});
    let created = desk.post("/createRampoff", &by_bank).await.json();
    let id = created["data"]["id"].as_str().unwrap();
    assert_eq!(desk.get(&format!("/getRampoff?id={id}")).await["data"]["amount"], "1500000");

    for (body, code) in [
        (without(sale.clone(), "user_id"), "fail_mandatory_field"),
        (with(sale.clone(), "user_id", json!(1)), "user_not_found"),
        (with(sale.clone(), "symbol", json!("USDC")), "coin_not_supported"),
    ] {
        assert_eq!(
            desk.post("/createRampoff", &body).await.json(),
            json!({"status": "error", "error": code}),
            "{body}"
        );
    }
    for (body, field) in [
        (with(sale.clone(), "iban", json!("ES9121000418450200051333")), "iban"),
        (without(sale.clone(), "iban"), "iban"),
        (without(sale.clone(), "blockchain"), "blockchain"),
        (with(sale.clone(), "amount", json!(0)), "amount"),
        (with(by_bank, "amount", json!("0.0000001")), "amount"),
    ] {
        let answer = desk.post("/createRampoff", &body).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{body}");
        assert!(answer.json()["errors"][field].is_array(), "{body}: {}", answer.text);
    }
    assert_eq!(desk.get("/getRampoff?id=UNKNOWN").await, json!({"status": "error", "error": "rampoff_not_found"}));
    assert_eq!(desk.client.get_as(&desk.token, "/getRampoff").await.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn the_enhanced_verification_is_a_link() {
    let desk = desk().await;
    let told = desk.post("/onboarding-form", &json!({"user_id": desk.valid})).await.json();
    let link = told["data"]["onboarding_link"].as_str().unwrap();
    assert!(link.starts_with("https://"));
    assert_eq!(told, json!({"status": "ok", "data": {"onboarding_link": link}}));
    let unknown = desk.post("/onboarding-form", &json!({"user_id": 1})).await.json();
    assert_eq!(unknown, json!({"status": "error", "error": "user_not_found"}));
    for body in [json!({}), json!({"user_id": desk.valid, "language": "es"})] {
        assert_eq!(desk.post("/onboarding-form", &body).await.status, StatusCode::UNPROCESSABLE_ENTITY, "{body}");
    }
}

#[tokio::test]
async fn control_over_payments_names_mistakes() {
    let desk = desk().await;
    let created = desk.post("/createPayment", &desk.purchase()).await.json();
    let path = format!("/payments/{}", created["data"]["payment_id"].as_str().unwrap());
    for (path, body, status) in [
        (path.as_str(), json!({"status": 1}), 422),
        (&path, json!({"amount": 1}), 422),
        ("/payments/1", json!({}), 404),
        ("/sales/1", json!({"status": "finished"}), 404),
        ("/subscriptions/1", json!({}), 422),
        ("/invoices/1", json!({}), 404),
    ] {
        let answer = read(desk.client.control_request(Method::POST, path).json(&body)).await;
        assert_eq!(answer.status.as_u16(), status, "{path} {body}: {}", answer.text);
    }
    assert_eq!(desk.client.control(Method::GET, "/payments", Value::Null).await["payments"][0]["status"], "started");
}

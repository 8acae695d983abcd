//! Love&Pay: invoices, the payments on the card, and the exchange rate.

use crate::client::Client;
use reqwest::{Method, StatusCode};
use sandbox::Provider;
use serde_json::{Value, json};
use std::collections::{HashMap, HashSet};

async fn client() -> Client {
    Client::of(Provider::LoveAndPay).await
}

fn names(value: &Value) -> HashSet<&str> {
    value.as_object().unwrap().keys().map(String::as_str).collect()
}

fn kopecks(amount: &Value) -> i64 {
    #[expect(clippy::cast_possible_truncation, reason = "amounts of tests are small")]
    let kopecks = (amount.as_f64().unwrap() * 100.0).round() as i64;
    kopecks
}

#[tokio::test]
async fn what_was_paid_comes_to_the_totals_of_every_customer() {
    let client = client().await;
    let mut paid: HashMap<String, (u64, i64, String)> = HashMap::new();
    let invoices = client.walk("/invoices", 1000).await;
    let ids: HashSet<_> = invoices.iter().map(|invoice| invoice["id"].as_str().unwrap()).collect();
    let numbers: HashSet<_> = invoices.iter().map(|invoice| invoice["invoiceNumber"].as_str().unwrap()).collect();
    assert_eq!((ids.len(), numbers.len()), (invoices.len(), invoices.len()), "no invoice comes twice");
    assert!(invoices.is_sorted_by(|newer, older| newer["createdAt"].as_str() >= older["createdAt"].as_str()));
    for invoice in &invoices {
        assert_eq!(invoice["status"] == "PAID", invoice["paidAt"].is_string(), "{invoice}");
        if invoice["status"] != "PAID" {
            continue;
        }
        let (count, sum, last) = paid.entry(invoice["customerEmail"].as_str().unwrap().to_owned()).or_default();
        *count += 1;
        *sum += kopecks(&invoice["amount"]);
        *last = invoice["paidAt"].as_str().unwrap().to_owned().max(last.clone());
    }
    for row in client.everybody().await {
        let (count, sum, last) = paid.remove(row["email"].as_str().unwrap()).unwrap_or_default();
        assert_eq!((json!(count), sum), (row["totalPayments"].clone(), kopecks(&row["totalAmount"])), "{row}");
        assert_eq!(row["lastPaymentAt"].as_str().unwrap_or_default(), last, "{row}");
    }
    assert!(paid.is_empty(), "nobody paid who is not there");
}

#[tokio::test]
async fn the_card_shows_the_newest_payments_of_the_list() {
    let client = client().await;
    let everybody = client.everybody().await;
    let many = everybody.iter().find(|row| row["totalPayments"].as_u64().unwrap() > 8).unwrap();
    let card = client.get(&format!("/customers/{}", many["id"].as_str().unwrap())).await.json();
    let mut paid = client.walk("/invoices?status=PAID", 700).await;
    paid.retain(|invoice| invoice["customerEmail"] == many["email"]);
    paid.sort_by(|one, other| other["paidAt"].as_str().cmp(&one["paidAt"].as_str()));
    let recent = card["customer"]["recentPayments"].as_array().unwrap();
    assert_eq!(recent.len(), 5);
    for (shown, invoice) in recent.iter().zip(&paid) {
        assert_eq!(names(shown), HashSet::from(["id", "invoiceNumber", "amount", "status", "paidAt"]));
        for name in names(shown) {
            assert_eq!(shown[name], invoice[name], "{name}");
        }
    }
    assert_eq!(recent[0]["paidAt"], many["lastPaymentAt"]);
}

#[tokio::test]
async fn an_invoice_alone_leads_to_its_customer() {
    let client = client().await;
    let everybody = client.everybody().await;
    let (mut linked, mut bare, mut absent) = (0, 0, 0);
    for row in client.get("/invoices?limit=120").await.rows() {
        let answer = client.get(&format!("/invoices/{}", row["id"].as_str().unwrap())).await;
        assert_eq!(answer.status, StatusCode::OK);
        let invoice = answer.json()["invoice"].clone();
        for name in names(&row) {
            assert_eq!(invoice[name], row[name], "{name}");
        }
        let more: HashSet<_> = names(&invoice).difference(&names(&row)).copied().collect();
        assert!(more.is_superset(&HashSet::from(["customerPhone", "receiptRequired"])), "{more:?}");
        let payer = everybody.iter().find(|customer| customer["email"] == row["customerEmail"]).unwrap();
        assert_eq!(invoice["customerPhone"], payer["phone"]);
        if row.get("paymentLink").is_some() {
            let expected = json!({
                "id": payer["id"], "fullName": payer["fullName"], "email": payer["email"], "kycStatus": payer["kycStatus"],
            });
            assert_eq!(invoice["customer"], expected);
            linked += 1;
        } else {
            assert!(invoice["customer"].is_null());
            bare += 1;
            absent += usize::from(invoice.get("customer").is_none());
        }
        if invoice["kycVerified"] == true {
            assert!(invoice["kycRequired"] == true && payer["kycStatus"] == "VERIFIED", "{invoice}");
        }
    }
    assert!(linked > 80 && bare > 2 && absent > 0 && absent < bare, "{linked}, {bare}, {absent}: quirks are kept");
}

#[tokio::test]
async fn the_documented_row_has_the_documented_fields() {
    let rows = client().await.get("/invoices?limit=1000").await.rows();
    let documented = [
        "id",
        "invoiceNumber",
        "amount",
        "currency",
        "description",
        "customerEmail",
        "customerName",
        "status",
        "createdAt",
        "expiresAt",
        "paidAt",
        "qrCode",
        "qrPayload",
        "externalOrderId",
        "kycRequired",
        "kycVerified",
        "paymentLink",
    ];
    let linked = rows.iter().find(|row| row.get("paymentLink").is_some()).unwrap();
    assert_eq!(names(linked), HashSet::from(documented));
    assert_eq!(linked["currency"], "RUB");
    assert!(linked["qrCode"].as_str().unwrap().starts_with("data:image/png;base64,"));
    assert!(rows.iter().any(|row| row["amount"].is_f64()) && rows.iter().any(|row| row["amount"].is_u64()));
    let statuses: HashSet<_> = rows.iter().map(|row| row["status"].as_str().unwrap()).collect();
    assert_eq!(statuses, HashSet::from(["PENDING", "PAID", "EXPIRED", "CANCELLED"]));
}

#[tokio::test]
async fn filters_and_limits_are_those_of_the_reference() {
    let client = client().await;
    let all = client.walk("/invoices", 1000).await;
    assert_eq!(client.get("/invoices").await.rows(), all[..50], "50 unless told otherwise");
    for status in ["PENDING", "PAID", "EXPIRED", "CANCELLED"] {
        let expected: Vec<_> = all.iter().filter(|invoice| invoice["status"] == status).cloned().collect();
        assert!(!expected.is_empty(), "{status}");
        assert_eq!(client.walk(&format!("/invoices?status={status}"), 999).await, expected, "{status}");
    }
    for query in ["limit=1001", "limit=0", "status=paid", "status=", "customerId=1", "search=a"] {
        assert_eq!(
            client.get(&format!("/invoices?{query}")).await.refusal(),
            (400, "VALIDATION_ERROR".to_owned()),
            "{query}"
        );
    }
    let unknown = "/invoices/550e8400-e29b-41d4-a716-446655440000";
    assert_eq!(client.get(unknown).await.refusal(), (404, "NOT_FOUND".to_owned()));
    assert_eq!(client.get("/invoices/INV-1").await.refusal(), (400, "VALIDATION_ERROR".to_owned()));
    assert_eq!(client.post("/invoices", json!({})).await.status, StatusCode::METHOD_NOT_ALLOWED);
}

#[tokio::test]
async fn changed_totals_change_the_history() {
    let client = client().await;
    let total = async || client.get("/invoices?limit=1").await.json()["pagination"]["total"].as_u64().unwrap();
    let before = total().await;
    let fresh = client.everybody().await.into_iter().find(|row| row["totalPayments"] == 0).unwrap();
    let path = format!("/customers/{}", fresh["id"].as_str().unwrap());
    let paid = json!({"totalPayments": 7, "totalAmount": 1234.56, "lastPaymentAt": "2026-03-14T10:00:00.000Z"});
    client.control(Method::POST, &path, paid).await;
    assert_eq!(total().await, before + 7);
    let card = client.get(&path).await.json()["customer"].clone();
    assert_eq!(card["recentPayments"][0]["paidAt"], "2026-03-14T10:00:00.000Z");
    assert_eq!(card["averageAmount"], 176.36);

    let invoice = format!("/invoices/{}", card["recentPayments"][0]["id"].as_str().unwrap());
    assert_eq!(client.get(&invoice).await.status, StatusCode::OK);
    client.control(Method::DELETE, &path, Value::Null).await;
    assert_eq!(client.get(&invoice).await.status, StatusCode::NOT_FOUND, "and goes with the customer");
    assert!(total().await <= before);

    let odd = json!({"fullName": null, "email": "odd@example.com", "totalPayments": 2, "totalAmount": "20.50",
        "createdAt": "2026-01-01T00:00:00Z", "lastPaymentAt": "2026-03-14T23:00:00Z"});
    client.control(Method::POST, "/customers", odd).await;
    let newest = client.get("/invoices?status=PAID&limit=1000").await.rows();
    let of_odd: Vec<_> = newest.iter().filter(|invoice| invoice["customerEmail"] == "odd@example.com").collect();
    assert!(!of_odd.is_empty() && of_odd[0]["customerName"].is_null(), "{of_odd:?}");
    let alone = client.get(&format!("/invoices/{}", of_odd[0]["id"].as_str().unwrap())).await.json();
    assert!(alone["invoice"]["customer"].is_null(), "a record without an id leads nowhere: {alone}");
}

#[tokio::test]
async fn one_pair_has_a_rate() {
    let client = client().await;
    let answer = client.get("/rates?base=USDT&quote=RUB").await;
    let body = answer.json();
    assert_eq!(body["success"], true);
    let rate = &body["rate"];
    assert_eq!((&rate["baseCurrency"], &rate["quoteCurrency"]), (&json!("USDT"), &json!("RUB")));
    let number = rate["rate"].as_f64().unwrap();
    assert!(number > 50.0 && number < 150.0, "{number}");
    assert!(body["formatted"].as_str().unwrap().contains(&format!("{number:.2}")), "{body}");
    assert_eq!(body["requestId"].as_str(), answer.header("x-request-id"));
    assert_eq!(client.get("/rates?base=BTC&quote=RUB").await.refusal(), (404, "RATE_NOT_FOUND".to_owned()));
    assert_eq!(client.get("/rates?base=USDT").await.refusal(), (400, "VALIDATION_ERROR".to_owned()));
}

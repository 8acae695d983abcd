//! Love&Pay: signature, customer list, filters, card, check, block.

use crate::client::{Client, options, read};
use reqwest::{Method, StatusCode};
use sandbox::{Options, Provider};
use serde_json::{Value, json};
use std::collections::HashSet;

async fn client() -> Client {
    Client::of(Provider::LoveAndPay).await
}

#[tokio::test]
async fn a_request_is_refused_for_what_is_wrong_with_it() {
    let client = client().await;
    let unsigned = read(client.request(Method::GET, "/customers")).await;
    assert_eq!(unsigned.refusal(), (401, "MISSING_HEADERS".to_owned()));
    let request_id = unsigned.header("x-request-id").unwrap();
    assert_eq!(unsigned.json()["error"]["requestId"], request_id, "the body and the header name one request");
    assert!(unsigned.header("date").is_some());

    let signed = || client.signed(Method::GET, "/customers", "", 0);
    let doubled = read(signed().header("x-api-key", "pk_test_other")).await;
    assert_eq!(doubled.refusal(), (401, "MISSING_HEADERS".to_owned()), "a doubled header is no header");
    let late = read(client.signed(Method::GET, "/customers", "", -10 * 60 * 1000)).await;
    assert_eq!(late.refusal(), (401, "TIMESTAMP_EXPIRED".to_owned()));
    let other_path = read(client.signed(Method::GET, "/customers/check?email=a@example.com", "", 0)).await;
    assert_eq!(other_path.status, StatusCode::OK);
    let of_other_method = client.signed(Method::POST, "/customers", "", 0).build().unwrap();
    let mut stolen = client.request(Method::GET, "/customers");
    for name in ["x-api-key", "x-timestamp", "x-signature"] {
        stolen = stolen.header(name, &of_other_method.headers()[name]);
    }
    assert_eq!(read(stolen).await.refusal(), (401, "INVALID_SIGNATURE".to_owned()));
    assert_eq!(read(signed()).await.status, StatusCode::OK, "and the right one passes");
}

#[tokio::test]
async fn paths_outside_the_reference_do_not_exist() {
    let client = client().await;
    for path in [
        "/",
        "/payouts",
        "/kyc",
        "/kyc/session",
        "/customers/",
        "/invoices/",
        "/customersx",
        "/customers/a/b/c",
        "/../customers",
    ] {
        let answer = read(client.request(Method::GET, path)).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
    }
    assert_eq!(
        client.get("/customers/550e8400-e29b-41d4-a716-446655440000").await.refusal(),
        (404, "NOT_FOUND".to_owned())
    );
    assert_eq!(client.get("/customers/17").await.refusal(), (400, "VALIDATION_ERROR".to_owned()));
    let posted = read(client.signed(Method::POST, "/customers", "{}", 0)).await;
    assert_eq!(posted.status, StatusCode::METHOD_NOT_ALLOWED);
}

#[tokio::test]
async fn pages_put_together_are_everybody_newest_first() {
    let client = client().await;
    let first = client.get("/customers").await.json();
    assert_eq!(first["success"], true);
    assert_eq!(first["pagination"], json!({"total": 600, "limit": 50, "offset": 0, "pages": 12}));
    assert_eq!(first["data"].as_array().unwrap().len(), 50);

    let mut walked = Vec::new();
    loop {
        let page = client.get(&format!("/customers?limit=100&offset={}", walked.len())).await;
        assert_eq!(page.json()["pagination"]["total"], 600);
        let rows = page.rows();
        if rows.is_empty() {
            break;
        }
        walked.extend(rows);
    }
    assert_eq!(walked, client.everybody().await);
    let created: Vec<_> = walked.iter().map(|row| row["createdAt"].as_str().unwrap()).collect();
    assert!(created.is_sorted_by(|newer, older| newer >= older));
    let ids: HashSet<_> = walked.iter().map(|row| row["id"].as_str().unwrap()).collect();
    assert_eq!(ids.len(), 600);
    assert_eq!(client.get("/customers?limit=7").await.json()["pagination"]["pages"], 86, "600 / 7, rounded up");
}

#[tokio::test]
async fn nonsense_in_the_query_is_refused() {
    let client = client().await;
    for query in [
        "limit=0",
        "limit=101",
        "limit=-1",
        "limit=ten",
        "limit=",
        "limit=10&limit=10",
        "offset=-1",
        "offset=1.5",
        "kycStatus=verified",
        "trustLevel=LEVEL_4",
        "kycstatus=VERIFIED",
        "page=2",
    ] {
        assert_eq!(
            client.get(&format!("/customers?{query}")).await.refusal(),
            (400, "VALIDATION_ERROR".to_owned()),
            "{query}"
        );
    }
}

#[tokio::test]
async fn filters_give_what_a_scan_of_everybody_gives() {
    type Fits = fn(&Value) -> bool;
    fn any(row: &Value, part: &str) -> bool {
        ["fullName", "email", "phone"].iter().any(|field| row[field].as_str().unwrap().to_lowercase().contains(part))
    }
    let client = client().await;
    let everybody = client.everybody().await;
    let phone = everybody[3]["phone"].as_str().unwrap();
    let by_phone = format!("search={}", phone.replace('+', "%2B"));
    let filters: [(&str, Fits); 7] = [
        ("kycStatus=PENDING", |row| row["kycStatus"] == "PENDING"),
        ("trustLevel=LEVEL_3", |row| row["trustLevel"] == "LEVEL_3"),
        ("kycStatus=VERIFIED&trustLevel=LEVEL_2", |row| {
            row["kycStatus"] == "VERIFIED" && row["trustLevel"] == "LEVEL_2"
        }),
        ("search=%D0%93%D0%90%D0%A0%D0%A1%D0%98%D0%AF", |row| any(row, "гарсия")),
        ("search=pochta.EXAMPLE", |row| any(row, "pochta.example")),
        ("search=%2B7943", |row| any(row, "+7943")),
        ("search=ivan&kycStatus=VERIFIED", |row| any(row, "ivan") && row["kycStatus"] == "VERIFIED"),
    ];
    for (query, fits) in filters {
        let expected: Vec<_> = everybody.iter().filter(|row| fits(row)).cloned().collect();
        assert!(!expected.is_empty() && expected.len() < everybody.len(), "{query} tells nobody apart");
        let answer = client.get(&format!("/customers?limit=100&{query}")).await;
        assert_eq!(answer.json()["pagination"]["total"], expected.len(), "{query}");
        let page = expected.iter().take(100).cloned().collect::<Vec<_>>();
        assert_eq!(answer.rows(), page, "{query}");
    }
    assert_eq!(client.get(&format!("/customers?{by_phone}")).await.rows(), [everybody[3].clone()]);
}

#[tokio::test]
async fn a_card_shows_more_than_the_row_and_agrees_with_it() {
    let client = client().await;
    let everybody = client.everybody().await;
    let few = everybody.iter().find(|row| row["totalPayments"] == 3 && row["kycStatus"] == "VERIFIED").unwrap();
    let path = format!("/customers/{}", few["id"].as_str().unwrap());
    let card = client.get(&path).await.json()["customer"].clone();
    for (field, value) in few.as_object().unwrap() {
        assert_eq!(card[field], *value, "{field}");
    }
    assert!(card["kycVerifiedAt"].as_str().unwrap() >= card["createdAt"].as_str().unwrap());
    let payments = card["recentPayments"].as_array().unwrap();
    assert_eq!(payments.len(), 3);
    assert_eq!(payments[0]["paidAt"], card["lastPaymentAt"]);
    let sum: f64 = payments.iter().map(|payment| payment["amount"].as_f64().unwrap()).sum();
    assert!((sum - card["totalAmount"].as_f64().unwrap()).abs() < 0.001, "{card}");
    let upper_case = path.to_uppercase().replace("/CUSTOMERS", "/customers");
    assert_eq!(client.get(&upper_case).await.json()["customer"], card, "a UUID in capitals is the same UUID");
}

#[tokio::test]
async fn a_payer_is_known_by_phone_or_by_address() {
    let client = client().await;
    let known = client.everybody().await[10].clone();
    let phone = known["phone"].as_str().unwrap().replace('+', "%2B");
    for query in [format!("phone={phone}"), format!("email={}", known["email"].as_str().unwrap().to_uppercase())] {
        let checked = client.get(&format!("/customers/check?{query}")).await.json();
        assert_eq!(checked["exists"], true, "{query}");
        assert_eq!(checked["kycVerified"], known["kycStatus"] == "VERIFIED");
        let fields: Vec<_> = checked["customer"].as_object().unwrap().keys().cloned().collect();
        assert_eq!(fields.len(), 5, "{fields:?}");
        assert_eq!(checked["customer"]["id"], known["id"]);
    }
    let unknown = client.get("/customers/check?email=nobody@example.com").await.json();
    assert_eq!(unknown, json!({"success": true, "exists": false, "kycVerified": false, "customer": null}));
    for query in ["", "?phone=1&email=2"] {
        assert_eq!(client.get(&format!("/customers/check{query}")).await.refusal().0, 400, "{query:?}");
    }
}

#[tokio::test]
async fn a_block_stays_until_it_is_lifted() {
    let client = client().await;
    let free = client.everybody().await.into_iter().find(|row| row["isBlocked"] == false).unwrap();
    let card = format!("/customers/{}", free["id"].as_str().unwrap());
    let block = format!("{card}/block");
    let body = r#"{"reason":"Подозрительная активность"}"#;

    let blocked = read(client.signed(Method::POST, &block, body, 0)).await.json();
    assert_eq!(blocked["message"], "Customer blocked");
    assert_eq!(blocked["customer"]["isBlocked"], true);
    assert_eq!(blocked["customer"]["blockedReason"], "Подозрительная активность");
    let again = read(client.signed(Method::POST, &block, "{}", 0)).await.json();
    assert_eq!(again["customer"], blocked["customer"], "the first block stands");
    let shown = client.get(&card).await.json()["customer"].clone();
    assert_eq!((&shown["isBlocked"], &shown["blockedAt"]), (&json!(true), &blocked["customer"]["blockedAt"]));

    let lifted = read(client.signed(Method::DELETE, &block, "", 0)).await.json();
    assert_eq!(lifted["customer"], json!({"id": free["id"], "isBlocked": false}));
    let shown = client.get(&card).await.json()["customer"].clone();
    assert_eq!(shown["isBlocked"], false);
    assert!(shown.get("blockedAt").is_none(), "{shown}");

    let mangled = read(client.signed(Method::POST, &block, "reason", 0)).await;
    assert_eq!(mangled.refusal(), (400, "VALIDATION_ERROR".to_owned()));
}

#[tokio::test]
async fn the_limit_holds_when_asked_for() {
    let client = Client::start(Options { rate_limit: true, customers: 5, ..options(Provider::LoveAndPay) }).await;
    for _ in 0..3 {
        assert_eq!(
            read(client.request(Method::GET, "/customers")).await.refusal().0,
            401,
            "refused requests do not count"
        );
    }
    for index in 0..100 {
        assert_eq!(client.get("/customers").await.status, StatusCode::OK, "request {index}");
    }
    assert_eq!(client.get("/customers").await.refusal(), (429, "RATE_LIMIT_EXCEEDED".to_owned()));
}

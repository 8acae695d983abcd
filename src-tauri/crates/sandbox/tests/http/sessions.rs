//! Love&Pay: KYC sessions, and what becomes of a customer when one comes to its end.

use crate::client::Client;
use reqwest::{Method, StatusCode};
use sandbox::Provider;
use serde_json::{Value, json};
use std::collections::HashSet;

async fn client() -> Client {
    Client::of(Provider::LoveAndPay).await
}

fn names(value: &Value) -> HashSet<&str> {
    value.as_object().unwrap().keys().map(String::as_str).collect()
}

fn id(value: &Value) -> &str {
    value["id"].as_str().unwrap()
}

#[tokio::test]
async fn customers_have_a_session_behind_them_that_fits_their_status() {
    let client = client().await;
    let sessions = client.walk("/kyc/sessions", 100).await;
    assert!(sessions.len() > 500 && sessions.len() < 600, "all but those not started: {}", sessions.len());
    assert!(sessions.is_sorted_by(|newer, older| newer["createdAt"].as_str() >= older["createdAt"].as_str()));
    let everybody = client.everybody().await;
    for session in &sessions {
        let fields = [
            "id",
            "sessionId",
            "invoiceId",
            "customerId",
            "customerEmail",
            "customerPhone",
            "status",
            "verification",
            "createdAt",
        ];
        assert_eq!(names(session), HashSet::from(fields));
        let customer = everybody.iter().find(|row| row["email"] == session["customerEmail"]).unwrap();
        assert_eq!(session["customerPhone"], customer["phone"]);
        let fits = match session["status"].as_str().unwrap() {
            "APPROVED" => customer["kycStatus"] == "VERIFIED",
            "REJECTED" | "DECLINED" => customer["kycStatus"] == "REJECTED",
            "MANUAL_REVIEW" => customer["kycStatus"] != "VERIFIED",
            _ => customer["kycStatus"] == "PENDING",
        };
        assert!(fits, "{session} of {customer}");
        assert_eq!(session["verification"].is_object(), session["status"] == "APPROVED");
    }
    assert!(sessions.iter().any(|session| session["invoiceId"].is_string()));
    assert!(sessions.iter().any(|session| session["invoiceId"].is_null()));
    let waiting = client.walk("/kyc/sessions?status=IN_PROGRESS", 30).await;
    let expected: Vec<_> = sessions.into_iter().filter(|session| session["status"] == "IN_PROGRESS").collect();
    assert_eq!(waiting, expected);
    for query in ["limit=101", "status=approved", "customerId=1"] {
        assert_eq!(client.get(&format!("/kyc/sessions?{query}")).await.refusal().0, 400, "{query}");
    }
}

#[tokio::test]
async fn one_session_shows_more_than_the_list() {
    let client = client().await;
    let row = client.get("/kyc/sessions?status=APPROVED").await.rows().remove(0);
    let whole = client.get(&format!("/kyc/sessions/{}", id(&row))).await.json()["session"].clone();
    let more: HashSet<_> = names(&whole).difference(&names(&row)).copied().collect();
    assert_eq!(more, HashSet::from(["verificationUrl", "expiresAt"]));
    let (few, all) = (&row["verification"], &whole["verification"]);
    let more: HashSet<_> = names(all).difference(&names(few)).copied().collect();
    assert_eq!(more, HashSet::from(["middleName", "documentNumber", "documentIssuedAt", "documentExpiresAt"]));
    assert!(all["documentNumber"].as_str().unwrap().starts_with("****"));
    assert!(all["faceMatchScore"].as_f64().is_some_and(|score| (0.0..=1.0).contains(&score)));
    let (first, last) = (few["firstName"].as_str().unwrap(), few["lastName"].as_str().unwrap());
    assert_eq!(few["fullName"], format!("{first} {last}"), "first and last here");
    let email = row["customerEmail"].as_str().unwrap();
    let known = client.get(&format!("/customers/check?email={email}")).await.json();
    assert_eq!(all["fullName"], known["customer"]["fullName"], "first, middle, last there");
    let card = client.get(&format!("/customers/{}", id(&known["customer"]))).await.json();
    assert_eq!(all["verifiedAt"], card["customer"]["kycVerifiedAt"]);
    let short = &id(&row)[..8];
    assert_eq!(row["sessionId"], format!("verification-{short}"));
    assert!(whole["verificationUrl"].as_str().unwrap().ends_with(&format!("/verification-{short}")));
    let unknown = client.get("/kyc/sessions/550e8400-e29b-41d4-a716-446655440000").await;
    assert_eq!(unknown.refusal(), (404, "NOT_FOUND".to_owned()));
}

async fn create(client: &Client, body: Value) -> Value {
    let answer = client.post("/kyc/sessions", body).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    answer.json()["session"].clone()
}

#[tokio::test]
async fn a_new_session_is_the_newest() {
    let client = client().await;
    let before = client.walk("/kyc/sessions", 100).await;
    let invoice = client.get("/invoices?limit=1").await.rows().remove(0);
    let asked = json!({
        "invoiceId": id(&invoice), "customerEmail": "client@example.com", "customerPhone": "+70000000001",
        "customerId": "merchant-user-17", "callbackUrl": "https://shop.example.com/back", "language": "kk",
    });
    let created = create(&client, asked.clone()).await;
    let fields = [
        "id",
        "sessionId",
        "status",
        "verificationUrl",
        "invoiceId",
        "customerEmail",
        "customerPhone",
        "customerId",
        "expiresAt",
        "createdAt",
    ];
    assert_eq!(names(&created), HashSet::from(fields));
    for name in ["invoiceId", "customerEmail", "customerPhone", "customerId"] {
        assert_eq!(created[name], asked[name], "{name}");
    }
    assert_eq!(created["status"], "NOT_STARTED");
    assert_eq!(created["sessionId"], format!("verification-{}", id(&created)), "long here");
    let moment = |name: &str| created[name].as_str().unwrap().parse::<jiff::Timestamp>().unwrap();
    assert_eq!(moment("expiresAt") - moment("createdAt"), jiff::Span::new().seconds(30 * 60).fieldwise());

    let bare = create(&client, json!({})).await;
    assert!(bare["customerEmail"].is_null());
    assert_ne!(id(&bare), id(&created));
    let after = client.walk("/kyc/sessions", 100).await;
    let new: HashSet<_> = after[..2].iter().map(id).collect();
    assert_eq!(new, HashSet::from([id(&bare), id(&created)]));
    assert_eq!(after[2..], before, "all others are as they were");
    let whole = client.get(&format!("/kyc/sessions/{}", id(&created))).await.json()["session"].clone();
    assert_eq!(whole["sessionId"], format!("verification-{}", &id(&created)[..8]), "short there");
    assert!(whole["verification"].is_null());
}

#[tokio::test]
async fn nonsense_begins_no_session() {
    let client = client().await;
    for (body, named) in [
        (json!({"customerEmail": "client"}), "customerEmail"),
        (json!({"customerPhone": "70000000001"}), "customerPhone"),
        (json!({"callbackUrl": "back"}), "callbackUrl"),
        (json!({"language": "es"}), "language"),
        (json!({"invoiceId": "17"}), "UUID"),
        (json!({"customer_email": "client@example.com"}), "customer_email"),
        (json!([]), "body"),
    ] {
        let answer = client.post("/kyc/sessions", body.clone()).await;
        assert_eq!(answer.refusal(), (400, "VALIDATION_ERROR".to_owned()), "{body}");
        assert!(answer.text.contains(named), "{body}: {}", answer.text);
    }
    let unknown = json!({"invoiceId": "550e8400-e29b-41d4-a716-446655440000"});
    assert_eq!(client.post("/kyc/sessions", unknown).await.refusal(), (404, "NOT_FOUND".to_owned()));
    let told = client.control(Method::GET, "/sessions", Value::Null).await;
    assert_eq!(told, json!({"sessions": []}));
}

#[tokio::test]
async fn the_outcome_of_a_session_is_the_status_of_the_customer() {
    let client = client().await;
    let everybody = client.everybody().await;
    let pending = everybody.iter().find(|row| row["kycStatus"] == "PENDING" && row["totalPayments"] == 0).unwrap();
    let card = async || client.get(&format!("/customers/{}", id(pending))).await.json()["customer"].clone();
    let session = create(&client, json!({"customerEmail": pending["email"]})).await;
    let drive =
        async |fields: Value| client.control(Method::POST, &format!("/sessions/{}", id(&session)), fields).await;

    drive(json!({"status": "IN_PROGRESS"})).await;
    assert_eq!(card().await["kycStatus"], "PENDING", "nothing is decided yet");
    let approved = drive(json!({"status": "APPROVED"})).await;
    let verified = card().await;
    assert_eq!((&verified["kycStatus"], &verified["trustLevel"]), (&json!("VERIFIED"), &json!("LEVEL_2")));
    assert_eq!(verified["kycVerifiedAt"], approved["verification"]["verifiedAt"]);
    assert_eq!(approved["verification"]["fullName"], pending["fullName"]);
    let told = client.get(&format!("/kyc/sessions/{}", id(&session))).await.json()["session"].clone();
    assert_eq!(told, approved);
    assert_eq!(id(&client.get("/kyc/sessions?status=APPROVED&limit=1").await.rows()[0]), id(&session));

    drive(json!({"status": "DECLINED"})).await;
    let rejected = card().await;
    assert_eq!((&rejected["kycStatus"], &rejected["trustLevel"]), (&json!("REJECTED"), &json!("NEW")));
    assert!(rejected["kycVerifiedAt"].is_null());
    let listed = client.everybody().await.into_iter().find(|row| row["id"] == pending["id"]).unwrap();
    assert_eq!(listed["kycStatus"], "REJECTED", "the list says the same");

    let unknown = drive(json!({"status": "ON_HOLD", "verification": {"firstName": null}})).await;
    assert_eq!((&unknown["status"], &unknown["verification"]), (&json!("ON_HOLD"), &json!({"firstName": null})));
    assert_eq!(card().await["kycStatus"], "REJECTED", "an unknown word decides nothing");
}

#[tokio::test]
async fn a_session_of_the_start_can_be_driven_and_finds_its_customer() {
    let client = client().await;
    let session = client.get("/kyc/sessions?status=IN_PROGRESS&limit=1").await.rows().remove(0);
    let path = format!("/sessions/{}", id(&session));
    client.control(Method::POST, &path, json!({"status": "APPROVED"})).await;
    let email = session["customerEmail"].as_str().unwrap();
    assert_eq!(client.get(&format!("/customers/check?email={email}")).await.json()["kycVerified"], true);
    let waiting = client.walk("/kyc/sessions?status=IN_PROGRESS", 100).await;
    assert!(waiting.iter().all(|other| id(other) != id(&session)), "it waits no more");

    let phone = client.everybody().await.into_iter().find(|row| row["kycStatus"] == "PENDING").unwrap();
    let by_phone = create(&client, json!({"customerPhone": phone["phone"]})).await;
    client.control(Method::POST, &format!("/sessions/{}", id(&by_phone)), json!({"status": "REJECTED"})).await;
    let card = client.get(&format!("/customers/{}", id(&phone))).await.json();
    assert_eq!(card["customer"]["kycStatus"], "REJECTED");

    let stranger = create(&client, json!({"customerEmail": "stranger@example.com"})).await;
    let count = client.everybody().await.len();
    client.control(Method::POST, &format!("/sessions/{}", id(&stranger)), json!({"status": "APPROVED"})).await;
    assert_eq!(client.everybody().await.len(), count, "a stranger does not become a customer");
    for (path, body, status) in [
        (path.as_str(), json!({"state": "APPROVED"}), 422),
        (&path, json!({"status": 1}), 422),
        ("/sessions/550e8400-e29b-41d4-a716-446655440000", json!({"status": "APPROVED"}), 404),
        ("/payments/1", json!({}), 404),
    ] {
        let answer = crate::client::read(client.control_request(Method::POST, path).json(&body)).await;
        assert_eq!(answer.status.as_u16(), status, "{path} {body}: {}", answer.text);
    }
}

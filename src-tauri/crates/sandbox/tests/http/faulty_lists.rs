//! Lists that are wrong on purpose: shifting, repeating, miscounted, with records that are not as they should be.

use crate::client::{Answer, Client};
use reqwest::{Method, StatusCode};
use sandbox::Provider;
use serde_json::{Value, json};
use std::collections::HashSet;

const BOTH: [Provider; 2] = [Provider::LoveAndPay, Provider::Cryptopocket];

/// An emulator, and pages of 100 customers from it.
struct Reader {
    client: Client,
    token: String,
    provider: Provider,
}

impl Reader {
    async fn of(provider: Provider) -> Self {
        let client = Client::of(provider).await;
        let token = if provider == Provider::Cryptopocket { client.token().await } else { String::new() };
        Self { client, token, provider }
    }

    /// The page of this number, from 0 on.
    async fn page(&self, page: usize) -> Answer {
        match self.provider {
            Provider::LoveAndPay => self.client.get(&format!("/customers?limit=100&offset={}", page * 100)).await,
            Provider::Cryptopocket => {
                let path = format!("/customers/list?items_per_page=100&page={}", page + 1);
                self.client.get_as(&self.token, &path).await
            }
        }
    }

    async fn total(&self) -> Value {
        let page = self.page(0).await.json();
        page.pointer("/pagination/total").or(page.get("total_items")).cloned().unwrap()
    }
}

fn ids(rows: &[Value]) -> Vec<String> {
    rows.iter().map(|row| row["id"].as_str().map_or_else(|| row["id"].to_string(), str::to_owned)).collect()
}

#[tokio::test]
async fn rows_come_to_be_between_pages() {
    for provider in BOTH {
        let reader = Reader::of(provider).await;
        let before = reader.client.everybody().await;
        let rule = json!({"kind": "rows_inserted", "rows": 3, "after": 2, "times": 1});
        reader.client.set_faults(json!([rule])).await;
        let mut walked = Vec::new();
        for page in 0..7 {
            walked.extend(reader.page(page).await.rows());
        }
        assert_eq!(walked[..200], before[..200], "two pages as they were");
        assert_eq!(walked[200..203], before[197..200], "then three rows come once more");
        assert_eq!(walked.len(), 603);
        let now = reader.client.everybody().await;
        assert_eq!(now[3..], before, "all others stay");
        let new = &now[..3];
        assert_eq!(ids(&now).into_iter().collect::<HashSet<_>>().len(), 603);
        let emails: HashSet<_> = now.iter().map(|row| row["email"].as_str().unwrap()).collect();
        assert_eq!(emails.len(), 603);
        if provider == Provider::LoveAndPay {
            assert!(now.is_sorted_by(|newer, older| newer["createdAt"].as_str() >= older["createdAt"].as_str()));
            let card = reader.client.get(&format!("/customers/{}", ids(new)[0])).await;
            assert_eq!(card.json()["customer"]["email"], new[0]["email"], "they are customers like all others");
        }
        reader.client.control(Method::DELETE, "/faults", Value::Null).await;
        assert_eq!(reader.total().await, 603, "and they stay");

        let again = Reader::of(provider).await;
        again.client.set_faults(json!([{"kind": "rows_inserted", "rows": 3, "times": 1}])).await;
        assert_eq!(again.page(0).await.rows()[..3], *new, "the same every time");
    }
}

#[tokio::test]
async fn rows_disappear_between_pages() {
    for provider in BOTH {
        let reader = Reader::of(provider).await;
        let before = reader.client.everybody().await;
        let rule = json!({"kind": "rows_removed", "rows": 2, "place": 10, "after": 1, "times": 2});
        reader.client.set_faults(json!([rule])).await;
        let mut walked = Vec::new();
        for page in 0..6 {
            walked.extend(reader.page(page).await.rows());
        }
        assert_eq!(reader.total().await, 596, "twice two are gone");
        assert_eq!(walked[..100], before[..100]);
        assert_eq!(walked[100..200], before[102..202], "two are never seen");
        assert_eq!(walked[200..], before[204..], "and two more");
        let expected: Vec<_> = before[..10].iter().chain(&before[14..]).cloned().collect();
        assert_eq!(reader.client.everybody().await, expected);
    }
}

#[tokio::test]
async fn a_page_is_repeated_for_ever() {
    for provider in BOTH {
        let reader = Reader::of(provider).await;
        let before = reader.client.everybody().await;
        reader.client.set_faults(json!([{"kind": "repeated_page", "after": 1}])).await;
        assert_eq!(reader.page(0).await.rows(), before[..100]);
        for page in [1, 2, 5, 99, 0] {
            assert_eq!(reader.page(page).await.rows(), before[100..200], "page {page}");
        }
        assert_eq!(reader.total().await, 600);
        reader.client.set_faults(json!([{"kind": "repeated_page"}])).await;
        assert_eq!(reader.page(3).await.rows(), before[300..400], "another plan repeats another page");
        reader.client.control(Method::DELETE, "/faults", Value::Null).await;
        assert_eq!(reader.page(4).await.rows(), before[400..500]);
    }
}

#[tokio::test]
async fn a_record_comes_more_than_once_in_a_page() {
    for provider in BOTH {
        let reader = Reader::of(provider).await;
        let before = reader.client.everybody().await;
        reader.client.set_faults(json!([{"kind": "duplicates", "position": 4, "copies": 2}])).await;
        let rows = reader.page(0).await.rows();
        assert_eq!(rows.len(), 102);
        assert_eq!([&rows[..5], &rows[7..]].concat(), before[..100]);
        assert!(rows[5] == rows[4] && rows[6] == rows[4]);
    }
}

#[tokio::test]
async fn totals_are_wrong_in_both_directions() {
    for provider in BOTH {
        let reader = Reader::of(provider).await;
        for (by, total, pages) in [(7, 607, 7), (-450, 150, 2), (-1000, 0, 0)] {
            reader.client.set_faults(json!([{"kind": "wrong_totals", "by": by}])).await;
            assert_eq!(reader.total().await, total);
            let page = reader.page(0).await;
            if provider == Provider::LoveAndPay {
                assert_eq!(page.json()["pagination"]["pages"], pages);
            }
            assert_eq!(page.rows().len(), 100, "the rows are right");
        }
    }
}

#[tokio::test]
async fn ids_are_numbers_where_they_should_be_text() {
    let reader = Reader::of(Provider::LoveAndPay).await;
    reader.client.set_faults(json!([{"kind": "number_ids"}])).await;
    let mut numbers = HashSet::new();
    for page in 0..6 {
        numbers.extend(reader.page(page).await.rows().iter().map(|row| row["id"].as_u64().unwrap()));
    }
    assert_eq!(numbers.len(), 600, "each its own");
    assert!(numbers.iter().all(|number| *number < 1 << 53), "and exact in any reader");
    let invoices = reader.client.get("/invoices").await.rows();
    assert!(invoices.iter().all(|row| row["id"].is_u64()), "in every list");

    let other = Reader::of(Provider::Cryptopocket).await;
    let before = other.client.everybody().await;
    other.client.set_faults(json!([{"kind": "number_ids"}])).await;
    let rows = other.page(0).await.rows();
    assert!(rows.iter().all(|row| row["id"].is_u64()));
    assert_eq!(ids(&rows), ids(&before[..100]));
}

#[tokio::test]
async fn fields_that_nobody_knows_change_nothing_else() {
    for provider in BOTH {
        let reader = Reader::of(provider).await;
        let before = reader.page(0).await.json();
        reader.client.set_faults(json!([{"kind": "unknown_fields"}])).await;
        let mut after = reader.page(0).await.json();
        let strip = |value: &mut Value| {
            let fields = value.as_object_mut().unwrap();
            assert!(fields.remove("futureField").is_some() && fields.remove("future_flag").is_some(), "{fields:?}");
        };
        after["data"].as_array_mut().unwrap().iter_mut().for_each(strip);
        if provider == Provider::LoveAndPay {
            strip(&mut after["pagination"]);
            let card =
                reader.client.get(&format!("/customers/{}", ids(reader.page(0).await.rows().as_slice())[0])).await;
            assert!(card.json()["customer"]["futureField"].is_object(), "in single records, too");
        }
        strip(&mut after);
        assert_eq!(after, before);
    }
}

#[tokio::test]
async fn any_field_can_hold_anything() {
    let reader = Reader::of(Provider::LoveAndPay).await;
    reader.client.set_faults(json!([
        {"kind": "set_field", "position": 1, "field": "totalAmount", "value": "12,5"},
        {"kind": "set_field", "position": 2, "field": "trustLevel", "value": null},
        {"kind": "set_field", "on": "sessions", "position": 0, "field": "/verification/faceMatchScore", "value": 98},
    ])).await;
    let rows = reader.page(0).await.rows();
    assert_eq!((&rows[1]["totalAmount"], &rows[2]["trustLevel"]), (&json!("12,5"), &Value::Null));
    let sessions = reader.client.get("/kyc/sessions?status=APPROVED").await.rows();
    assert_eq!(sessions[0]["verification"]["faceMatchScore"], 98);
    assert!(sessions[1]["verification"]["faceMatchScore"].as_f64().unwrap() <= 1.0);
}

#[tokio::test]
async fn data_can_lie_at_the_top_level() {
    let reader = Reader::of(Provider::Cryptopocket).await;
    let (client, token) = (&reader.client, &reader.token);
    let known = client.everybody().await[0].clone();
    client.set_faults(json!([{"kind": "bare_data"}])).await;
    let checked =
        client.get_as(token, &format!("/kyc/check?user_id={}", ids(std::slice::from_ref(&known))[0])).await.json();
    assert_eq!(checked, json!({"status": "ok", "kyc_status": known["kyc_status"]}));
    let person = json!({"name": "A", "email": "a@example.com"});
    let registered = client.post_as(token, "/registerUser", person).await.json();
    assert!(registered["id"].is_u64() && registered.get("data").is_none(), "{registered}");
    assert_eq!(reader.page(0).await.rows().len(), 100, "a list stays one");
}

#[tokio::test]
async fn a_refusal_comes_in_either_form() {
    let refusal = |status: u16, code: &str| json!([{"kind": "refusal", "status": status, "code": code, "message": "Text", "other_form": true}]);
    let reader = Reader::of(Provider::LoveAndPay).await;
    reader.client.set_faults(refusal(400, "NO_TERMINAL")).await;
    let answer = reader.page(0).await;
    let flat = json!({"error": "NO_TERMINAL", "message": "Text", "code": "NO_TERMINAL"});
    assert_eq!((answer.status, answer.json()), (StatusCode::BAD_REQUEST, flat));
    let other = Reader::of(Provider::Cryptopocket).await;
    other.client.set_faults(refusal(200, "user_banned")).await;
    assert_eq!(other.page(0).await.json(), json!({"status": "error", "message": "user_banned"}));
}

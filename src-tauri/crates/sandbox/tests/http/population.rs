//! What the customers are like, seen through the control endpoint.

use crate::client::{Client, options};
use sandbox::{Options, Provider};
use serde_json::Value;
use std::collections::HashMap;

const BOTH: [Provider; 2] = [Provider::LoveAndPay, Provider::Cryptopocket];

async fn everybody(options: Options) -> Vec<Value> {
    Client::start(options).await.everybody().await
}

#[tokio::test]
async fn equal_options_make_equal_customers() {
    for provider in BOTH {
        let first = everybody(options(provider)).await;
        assert_eq!(first, everybody(options(provider)).await);
        assert_ne!(first, everybody(Options { seed: 8, ..options(provider) }).await);
    }
}

#[tokio::test]
async fn keys_belong_to_the_seed() {
    let keys = async |options| {
        let Client { sandbox, .. } = Client::start(options).await;
        (sandbox.api_key.clone(), sandbox.api_secret.clone())
    };
    for provider in BOTH {
        let first = keys(options(provider)).await;
        assert_eq!(first, keys(Options { customers: 1, ..options(provider) }).await);
        let second = keys(Options { seed: 8, ..options(provider) }).await;
        assert!(first.0 != second.0 && first.1 != second.1);
        assert_ne!(first.0, first.1);
    }
    let (key, secret) = keys(options(Provider::LoveAndPay)).await;
    assert!(key.starts_with("pk_test_") && secret.starts_with("sk_test_"));
}

#[tokio::test]
async fn a_later_now_moves_the_dates_and_nothing_else() {
    let later = "2026-03-16T12:00:00Z".parse().unwrap();
    let (first, second) = (
        everybody(options(Provider::LoveAndPay)).await,
        everybody(Options { now: later, ..options(Provider::LoveAndPay) }).await,
    );
    for (before, after) in first.iter().zip(&second) {
        assert_eq!(before["id"], after["id"]);
        let moment = |row: &Value| row["createdAt"].as_str().unwrap().parse::<jiff::Timestamp>().unwrap();
        assert_eq!(moment(after) - moment(before), jiff::Span::new().seconds(86_400).fieldwise());
    }
}

#[tokio::test]
async fn about_an_eighth_are_customers_of_both_and_some_of_them_disagree() {
    let of = |provider| everybody(Options { customers: 2000, ..options(provider) });
    let (love_and_pay, cryptopocket) = (of(Provider::LoveAndPay).await, of(Provider::Cryptopocket).await);
    let at_other: HashMap<_, _> =
        cryptopocket.iter().map(|row| (row["email"].as_str().unwrap(), row["kyc_status"].as_str().unwrap())).collect();
    let shared: Vec<_> =
        love_and_pay.iter().filter_map(|row| Some((row, *at_other.get(row["email"].as_str()?)?))).collect();
    assert_eq!(shared.len(), 240);
    let agree = |(row, other): &&(&Value, &str)| {
        matches!(
            (row["kycStatus"].as_str(), *other),
            (Some("VERIFIED"), "valid") | (Some("PENDING"), "processing") | (Some("REJECTED"), "fail")
        )
    };
    assert_eq!(shared.iter().filter(agree).count(), 240 - 48, "a fifth disagrees");
}

#[tokio::test]
async fn payments_trust_and_dates_fit_together() {
    let customers = everybody(Options { customers: 5000, ..options(Provider::LoveAndPay) }).await;
    let now = crate::client::NOW.parse::<jiff::Timestamp>().unwrap();
    let moment = |row: &Value, field: &str| row[field].as_str().map(|text| text.parse::<jiff::Timestamp>().unwrap());
    for row in &customers {
        let payments = row["totalPayments"].as_u64().unwrap();
        let expected = match (payments, row["kycStatus"] == "VERIFIED") {
            (6.., true) => "LEVEL_3",
            (3.., _) | (_, true) => "LEVEL_2",
            (1.., _) => "LEVEL_1",
            _ => "NEW",
        };
        assert_eq!(row["trustLevel"], expected, "{row}");
        assert_eq!(row["lastPaymentAt"].is_null(), payments == 0, "{row}");
        assert_eq!(row["totalAmount"].as_f64().unwrap() > 0.0, payments > 0, "{row}");
        let created = moment(row, "createdAt").unwrap();
        assert!(created < now && created > now - jiff::SignedDuration::from_hours(731 * 24), "{row}");
        assert!(moment(row, "lastPaymentAt").is_none_or(|last| created <= last && last <= now), "{row}");
        let phone = row["phone"].as_str().unwrap();
        assert!(phone.len() == 12 && phone.starts_with("+7") && phone[1..].bytes().all(|byte| byte.is_ascii_digit()));
    }

    let count = |fits: &dyn Fn(&&Value) -> bool| customers.iter().filter(fits).count();
    let blocked = count(&|row| row["isBlocked"] == true);
    assert!((45..110).contains(&blocked), "about 1.5 % of 5,000 are blocked, not {blocked}");
    let fortnight = now - jiff::SignedDuration::from_hours(14 * 24);
    let recent = count(&|row| {
        row["kycStatus"] == "REJECTED" && moment(row, "lastPaymentAt").is_some_and(|last| last > fortnight)
    });
    assert!(recent >= 20, "only {recent} rejected customers paid lately");
    let known = ["VERIFIED", "PENDING", "REJECTED"];
    let unknown = count(&|row| !known.contains(&row["kycStatus"].as_str().unwrap()));
    assert_eq!(unknown, 12, "one in 400 has a status of no reference");
    assert!(count(&|row| row["totalAmount"].is_f64()) > 500, "some have kopecks");
    let verified = count(&|row| row["kycStatus"] == "VERIFIED");
    assert!((3050..3350).contains(&verified), "64 % of 5,000 are verified, not {verified}");
}

#[tokio::test]
async fn odd_records_come_on_top_when_asked_for() {
    for provider in BOTH {
        let plain = everybody(options(provider)).await;
        let odd = everybody(Options { odd: true, ..options(provider) }).await;
        assert_eq!(odd[5..], plain, "the others are the same");
        let odd = &odd[..5];
        let has = |fits: &dyn Fn(&Value) -> bool| odd.iter().any(fits);
        assert!(has(&|row| row.get("id").is_none()));
        let name = if provider == Provider::LoveAndPay { "fullName" } else { "name" };
        assert!(has(&|row| row.get(name) == Some(&Value::Null)));
        assert!(has(&|row| row[name].as_str().is_some_and(|name| name.chars().count() == 10_000)));
        let markup = "<b onmouseover=";
        assert!(has(&|row| [name, "last_name"].iter().any(|field| {
            row.get(field)
                .and_then(Value::as_str)
                .is_some_and(|text| text.contains(markup) && text.contains("<script>"))
        })));
    }
}

#[tokio::test]
async fn a_crowd_is_there_page_by_page_and_one_by_one() {
    let options = Options { customers: 150_000, ..options(Provider::LoveAndPay) };
    let client = Client::start(options).await;
    for offset in [0, 74_950, 149_950] {
        let page = client.get(&format!("/customers?offset={offset}")).await;
        assert_eq!(page.json()["pagination"]["total"], 150_000);
        let rows = page.rows();
        assert_eq!(rows.len(), 50);
        assert!(rows.is_sorted_by(|newer, older| newer["createdAt"].as_str() >= older["createdAt"].as_str()));
        for row in [&rows[0], &rows[49]] {
            let card = client.get(&format!("/customers/{}", row["id"].as_str().unwrap())).await.json();
            assert_eq!(card["customer"]["email"], row["email"]);
            let phone = row["phone"].as_str().unwrap().replace('+', "%2B");
            for query in [format!("phone={phone}"), format!("email={}", row["email"].as_str().unwrap())] {
                let checked = client.get(&format!("/customers/check?{query}")).await.json();
                assert_eq!(checked["customer"]["id"], row["id"], "{query}");
            }
        }
    }
}

//! The list that lives on a schedule, and the account of what happened to it.

use crate::client::Client;
use reqwest::{Method, StatusCode};
use sandbox::{CustomerChange, Fault, FaultRule, Happening, Provider};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, HashSet};

const BOTH: [Provider; 2] = [Provider::LoveAndPay, Provider::Cryptopocket];

type Rows = BTreeMap<String, Map<String, Value>>;

fn id(row: &Value) -> String {
    row["id"].as_str().map_or_else(|| row["id"].to_string(), str::to_owned)
}

fn by_id(rows: &[Value]) -> Rows {
    rows.iter().map(|row| (id(row), row.as_object().unwrap().clone())).collect()
}

/// Lets happen to the rows what the changes say.
fn replay(rows: &mut Rows, changes: &[CustomerChange]) {
    for change in changes {
        let id = change.id.clone().unwrap();
        match change.happening {
            Happening::Inserted => assert!(rows.insert(id, change.after.clone()).is_none(), "somebody was there"),
            Happening::Removed => assert_eq!(rows.remove(&id), Some(change.before.clone())),
            Happening::Moved => assert!(rows.contains_key(&id)),
            Happening::Changed => {
                let row = rows.get_mut(&id).unwrap();
                for (field, value) in &change.before {
                    assert_eq!(row.remove(field).as_ref(), Some(value), "{field}");
                }
                row.extend(change.after.clone());
            }
        }
    }
}

fn lively(seed: u64, anywhere: bool) -> Fault {
    Fault::LivingList { seed, inserted: 3, anywhere, removed: 3, returned: 1, moved: 1, changed: 6 }
}

async fn page(client: &Client, token: &str, page: usize) -> Vec<Value> {
    let answer = match client.sandbox.control().provider() {
        Provider::LoveAndPay => client.get(&format!("/customers?limit=20&offset={}", page * 20)).await,
        Provider::Cryptopocket => {
            client.get_as(token, &format!("/customers/list?items_per_page=20&page={}", page + 1)).await
        }
    };
    answer.rows()
}

async fn signed_in(provider: Provider) -> (Client, String) {
    let client = Client::of(provider).await;
    let token = if provider == Provider::Cryptopocket { client.token().await } else { String::new() };
    (client, token)
}

#[tokio::test]
async fn what_is_read_is_what_the_account_says_at_that_moment() {
    for provider in BOTH {
        let (client, token) = signed_in(provider).await;
        let control = client.sandbox.control();
        let mut truth = by_id(&control.customers());
        let mut noted = 0;
        control.set_faults([FaultRule::new(lively(11, true)).times(25)]).unwrap();
        for number in 0..30 {
            let rows = page(&client, &token, number).await;
            let changes = control.changes(noted);
            noted += changes.len() as u64;
            replay(&mut truth, &changes);
            for row in &rows {
                assert_eq!(truth.get(&id(row)), row.as_object(), "page {number}");
            }
        }
        assert_eq!(truth, by_id(&control.customers()));
        let changes = control.changes(0);
        assert!(changes.iter().map(|change| change.number).eq(1..=noted), "counted without gaps");
        assert!(changes.is_sorted_by_key(|change| change.at));
        let kinds: HashSet<_> = changes.iter().map(|change| change.happening).collect();
        assert_eq!(kinds.len(), 4, "everything happens: {kinds:?}");
        let fields: HashSet<_> = changes
            .iter()
            .filter(|change| change.happening == Happening::Changed)
            .flat_map(|change| change.after.keys().map(String::as_str))
            .collect();
        let expected: &[&str] = match provider {
            Provider::LoveAndPay => &[
                "kycStatus",
                "trustLevel",
                "totalPayments",
                "totalAmount",
                "lastPaymentAt",
                "isBlocked",
                "fullName",
                "email",
            ],
            Provider::Cryptopocket => &["kyc_status", "kyc_url", "name", "last_name", "email"],
        };
        assert_eq!(fields, expected.iter().copied().collect());

        // It came to rest: whoever reads now reads the truth.
        let mut seen = Vec::new();
        for number in 0..40 {
            seen.extend(page(&client, &token, number).await);
        }
        assert_eq!(by_id(&seen), truth);
        assert_eq!(seen.len(), truth.len());
    }
}

#[tokio::test]
async fn a_schedule_repeats_itself_and_another_seed_is_another_schedule() {
    for provider in BOTH {
        let mut accounts = Vec::new();
        for seed in [1, 1, 2] {
            let (client, token) = signed_in(provider).await;
            client.sandbox.control().set_faults([lively(seed, false).into()]).unwrap();
            for number in 0..10 {
                page(&client, &token, number).await;
            }
            let account = client.sandbox.control().changes(0).into_iter().map(|mut change| {
                // The one thing that is taken from the clock.
                change.before.remove("lastPaymentAt");
                change.after.remove("lastPaymentAt");
                (change.happening, change.id, change.before, change.after)
            });
            accounts.push(account.collect::<Vec<_>>());
        }
        assert!(accounts[0].len() > 10);
        assert_eq!(accounts[0], accounts[1]);
        assert_ne!(accounts[0], accounts[2]);
    }
}

#[tokio::test]
async fn nobody_comes_but_at_the_head_unless_told_so() {
    for provider in BOTH {
        let (client, token) = signed_in(provider).await;
        let control = client.sandbox.control();
        let first = id(&control.customers()[0]);
        let only =
            Fault::LivingList { seed: 5, inserted: 4, anywhere: false, removed: 0, returned: 0, moved: 0, changed: 0 };
        control.set_faults([only.into()]).unwrap();
        for _ in 0..10 {
            page(&client, &token, 0).await;
        }
        let everybody = control.customers();
        let come = everybody.len() - 600;
        assert!(come > 5);
        assert_eq!(id(&everybody[come]), first);
        let emails: HashSet<_> = everybody.iter().map(|row| row["email"].as_str().unwrap()).collect();
        assert_eq!(emails.len(), everybody.len(), "everybody has an address of their own");
    }
}

#[tokio::test]
async fn what_the_interface_and_control_do_is_in_the_account() {
    let (client, _) = signed_in(Provider::LoveAndPay).await;
    let everybody = client.everybody().await;
    let open = everybody.iter().find(|row| row["isBlocked"] == false).unwrap();
    let one = id(open);
    for _ in 0..2 {
        let answer = client.post(&format!("/customers/{one}/block"), json!({"reason": "check"})).await;
        assert_eq!(answer.status, StatusCode::OK);
    }
    client.control(Method::POST, &format!("/customers/{one}"), json!({"fullName": "Новое Имя"})).await;
    client.control(Method::DELETE, &format!("/customers/{one}"), Value::Null).await;
    let told = client.control(Method::GET, "/changes", Value::Null).await;
    let changes = told["changes"].as_array().unwrap();
    let happened: Vec<_> = changes.iter().map(|change| change["happening"].as_str().unwrap()).collect();
    assert_eq!(happened, ["changed", "changed", "removed"], "blocking twice changes once");
    assert_eq!(changes[0]["after"], json!({"isBlocked": true}));
    assert_eq!(changes[1]["before"], json!({"fullName": open["fullName"]}));
    let rest = client.control(Method::GET, "/changes?after=2", Value::Null).await;
    assert_eq!(rest["changes"], json!([changes[2]]));
    let wrong = client.control_request(Method::GET, "/changes?after=x").send().await.unwrap();
    assert_eq!(wrong.status(), StatusCode::UNPROCESSABLE_ENTITY);

    let (client, token) = signed_in(Provider::Cryptopocket).await;
    client.post_as(&token, "/registerUser", json!({"name": "A", "email": "a@example.com"})).await;
    let changes = client.sandbox.control().changes(0);
    assert_eq!((changes.len(), changes[0].happening), (1, Happening::Inserted));
    assert_eq!(changes[0].after["email"], "a@example.com");
}

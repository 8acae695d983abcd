//! Control without HTTP, and the scenarios of a menu.

use crate::client::Client;
use reqwest::{Method, StatusCode};
use sandbox::{Fault, FaultRule, Operation, Provider, Refusal, Scenario};
use serde_json::{Map, Value, json};

fn fields(value: Value) -> Map<String, Value> {
    value.as_object().unwrap().clone()
}

#[tokio::test]
async fn faults_are_set_and_cleared_without_http() {
    let client = Client::of(Provider::LoveAndPay).await;
    let control = client.sandbox.control().clone();
    let rule = FaultRule::new(Fault::Status { status: 503 }).on(Operation::List).after(1).every(2).times(2);
    control.set_faults([rule]).unwrap();
    let mut statuses = Vec::new();
    for _ in 0..6 {
        statuses.push(client.get("/customers").await.status.as_u16());
    }
    assert_eq!(statuses, [200, 200, 503, 200, 503, 200]);
    assert_eq!(control.faults()[0].struck(), 2);
    let told = client.control(Method::GET, "/faults", Value::Null).await;
    assert_eq!(
        told,
        json!({"faults": [{"kind": "status", "status": 503, "on": "list", "after": 1, "every": 2, "times": 2, "struck": 2}]})
    );

    control.set_faults([Fault::Html {}.into()]).unwrap();
    let refused =
        control.set_faults([Fault::NotJson {}.into(), Fault::Redirect { status: 200, location: None }.into()]);
    assert!(refused.unwrap_err().to_string().contains("300 to 399"));
    assert!(client.get("/customers").await.text.starts_with("<!DOCTYPE"), "the plan before is still in force");
    control.clear_faults();
    assert!(control.faults().is_empty());
    assert_eq!(client.get("/customers").await.rows().len(), 50);
    assert_eq!(control.requests().get("list"), Some(&8));
}

#[tokio::test]
async fn customers_and_records_are_changed_without_http() {
    let client = Client::of(Provider::LoveAndPay).await;
    let control = client.sandbox.control();
    assert_eq!(control.provider(), Provider::LoveAndPay);
    let everybody = control.customers();
    assert_eq!(everybody, client.everybody().await);
    let pending = everybody.iter().find(|row| row["kycStatus"] == "PENDING").unwrap();
    let id = pending["id"].as_str().unwrap();
    let changed = control.change_customer(id, fields(json!({"fullName": "Новое Имя"}))).unwrap();
    assert_eq!(changed["fullName"], "Новое Имя");
    assert!(control.change_customer(id, fields(json!({"name": "A"}))).is_err(), "no such field here");

    let created = client.post("/kyc/sessions", json!({"customerEmail": pending["email"]})).await.json();
    let session = created["session"]["id"].as_str().unwrap();
    control.drive("sessions", session, fields(json!({"status": "APPROVED"}))).unwrap();
    assert_eq!(client.get(&format!("/customers/{id}")).await.json()["customer"]["kycStatus"], "VERIFIED");
    assert_eq!(control.records("sessions").unwrap()[0]["status"], "APPROVED");
    assert_eq!(control.records("payments"), None);

    assert_eq!(control.remove_customer(id).unwrap()["id"], id);
    assert_eq!(control.remove_customer(id), Err(Refusal::NoSuchCustomer(id.to_owned())));
    control.insert_customer(fields(json!({"id": id, "fullName": "Снова Здесь"}))).unwrap();
    assert_eq!(client.get(&format!("/customers/{id}")).await.status, StatusCode::OK);
}

#[tokio::test]
async fn every_scenario_is_felt_and_goes_away() {
    for provider in [Provider::LoveAndPay, Provider::Cryptopocket] {
        for scenario in Scenario::all(provider) {
            // Seconds of waiting show nothing that the tests of the faults do not.
            if matches!(scenario, Scenario::SlowAnswers | Scenario::SlowBodies) {
                continue;
            }
            let client = Client::of(provider).await;
            let token = if provider == Provider::Cryptopocket { client.token().await } else { String::new() };
            let walk = async || {
                let mut seen = Vec::new();
                for page in 0..3 {
                    let request = match provider {
                        Provider::LoveAndPay => {
                            client.signed(Method::GET, &format!("/customers?limit=20&offset={}", page * 20), "", 0)
                        }
                        Provider::Cryptopocket => client
                            .request(Method::GET, &format!("/customers/list?page={}", page + 1))
                            .header("auth", &token),
                    };
                    let response = request.send().await.unwrap();
                    let date = response.headers()["date"].to_str().unwrap().to_owned();
                    let off = httpdate::parse_http_date(&date).unwrap()
                        > std::time::SystemTime::now() + std::time::Duration::from_secs(300);
                    let status = response.status().as_u16();
                    seen.push((status, response.bytes().await.map_err(drop), off));
                }
                seen
            };
            let sound = walk().await;
            client.control(Method::POST, "/faults", json!({"scenario": scenario.name()})).await;
            assert_ne!(walk().await, sound, "{}", scenario.name());
            client.sandbox.control().clear_faults();
            let stays = [Scenario::ShiftingList, Scenario::LivingList, Scenario::ExpiredToken].contains(&scenario);
            assert_eq!(walk().await == sound, !stays, "{}", scenario.name());
        }
        let client = Client::of(provider).await;
        let told = client.control(Method::GET, "/scenarios", Value::Null).await;
        assert_eq!(told["scenarios"].as_array().unwrap().len(), Scenario::all(provider).count());
        for scenario in told["scenarios"].as_array().unwrap() {
            client.control(Method::POST, "/faults", json!({"faults": scenario["faults"]})).await;
        }
    }
}

//! The control endpoint under `/control`: what [`Control`] does, over HTTP. Not part of any provider.
//!
//! It is guarded by nothing but the loopback address, because there is nothing here that is worth guarding.

use super::{Control, Refusal};
use crate::exchange::{Change, Reply};
use crate::faults::{FaultRule, InvalidFault, Scenario};
use crate::moment::Moment;
use axum::body::Bytes;
use axum::http::{HeaderMap, Method, StatusCode};
use serde_json::{Map, Value, json};

/// Answers a request to `/control` + `path`.
pub fn answer(
    control: &Control,
    method: &Method,
    path: &str,
    query: &[(String, String)],
    body: &Bytes,
    now: Moment,
) -> Reply {
    let segments: Vec<_> = path.trim_matches('/').split('/').collect();
    let done = match (method.as_str(), segments.as_slice()) {
        ("GET", ["customers"]) => return whole_list(control),
        ("GET", ["changes"]) => changes(control, query),
        ("POST", ["customers"]) => insert(control, query, body, now),
        ("POST", ["customers", id]) => change(control, &decoded(id), query, body, now),
        ("DELETE", ["customers", id]) => control.remove_customer(&decoded(id)),
        ("GET", ["faults"]) => Ok(faults(control)),
        ("POST", ["faults"]) => set_faults(control, body),
        ("DELETE", ["faults"]) => {
            control.clear_faults();
            Ok(faults(control))
        }
        ("GET", ["scenarios"]) => Ok(scenarios(control)),
        ("GET", ["requests"]) => Ok(requests(control)),
        ("GET", [kind]) if let Some(records) = control.records(kind) => Ok(json!({ *kind: records })),
        ("POST", [kind, id]) if control.records(kind).is_some() => {
            object(body).and_then(|fields| control.drive_at(kind, &decoded(id), fields, now))
        }
        _ => return Reply::json(StatusCode::NOT_FOUND, &json!({"error": format!("no such control: {method} {path}")})),
    };
    match done {
        Ok(value) => Reply::json(StatusCode::OK, &value),
        Err(refusal) => {
            let status = match &refusal {
                Refusal::NoSuchCustomer(_) | Refusal::NoSuchRecord(_) => StatusCode::NOT_FOUND,
                Refusal::Nonsense(_) => StatusCode::UNPROCESSABLE_ENTITY,
            };
            Reply::json(status, &json!({"error": refusal.to_string()}))
        }
    }
}

/// The control endpoint takes no credentials, so it must not be reachable from a web page: browsers say where a request
/// comes from, the tools that this is made for do not.
pub fn is_from_web_page(headers: &HeaderMap) -> bool {
    headers.contains_key("origin") || headers.contains_key("sec-fetch-site")
}

fn whole_list(control: &Control) -> Reply {
    let mut reply = Reply::json(StatusCode::OK, &json!({}));
    reply.body = [b"{\"customers\":".as_slice(), &control.desk.emulator.customers(), b"}"].concat();
    reply
}

fn changes(control: &Control, query: &[(String, String)]) -> Result<Value, Refusal> {
    let after = parameter(query, "after").map_or(Ok(0), str::parse);
    let after = after.map_err(|_| Refusal::Nonsense("\"after\" is the number of a change".to_owned()))?;
    Ok(json!({"changes": control.changes(after)}))
}

fn insert(control: &Control, query: &[(String, String)], body: &Bytes, now: Moment) -> Result<Value, Refusal> {
    let place = match parameter(query, "place") {
        None => None,
        Some(place) => {
            Some(place.parse().map_err(|_| Refusal::Nonsense("\"place\" is a number from 0 on".to_owned()))?)
        }
    };
    control.desk.emulator.insert(object(body)?, place, unknown_fields(query), now)
}

fn change(
    control: &Control,
    id: &str,
    query: &[(String, String)],
    body: &Bytes,
    now: Moment,
) -> Result<Value, Refusal> {
    let unset = parameter(query, "unset").into_iter().flat_map(|names| names.split(','));
    let unset = unset.filter(|name| !name.is_empty()).map(str::to_owned).collect();
    let set = if body.is_empty() { Map::new() } else { object(body)? };
    control.desk.emulator.change(id, Change { set, unset, unknown_fields: unknown_fields(query) }, now)
}

fn faults(control: &Control) -> Value {
    let described: Vec<_> = control.faults().iter().map(FaultRule::describe).collect();
    json!({ "faults": described })
}

/// Takes `{"faults": [ … ]}` or `{"scenario": NAME}`.
fn set_faults(control: &Control, body: &Bytes) -> Result<Value, Refusal> {
    let invalid = |error: InvalidFault| Refusal::Nonsense(error.to_string());
    let mut body = object(body)?;
    match (body.remove("faults"), body.remove("scenario")) {
        (Some(Value::Array(rules)), None) => {
            let rules = rules.into_iter().map(FaultRule::parse).collect::<Result<Vec<_>, _>>().map_err(invalid)?;
            control.set_faults(rules).map_err(invalid)?;
        }
        (None, Some(Value::String(name))) => {
            let known = || Scenario::all(control.provider()).find(|scenario| scenario.name() == name);
            let scenario = known().ok_or_else(|| Refusal::Nonsense(format!("there is no scenario {name}")))?;
            control.set_scenario(scenario);
        }
        _ => {
            let why = "the body is {\"faults\": [ … ]} or {\"scenario\": NAME}";
            return Err(Refusal::Nonsense(why.to_owned()));
        }
    }
    Ok(faults(control))
}

fn scenarios(control: &Control) -> Value {
    let described = |scenario: Scenario| {
        let faults: Vec<_> = scenario.faults(control.provider()).iter().map(FaultRule::describe).collect();
        json!({"scenario": scenario.name(), "faults": faults})
    };
    json!({"scenarios": Scenario::all(control.provider()).map(described).collect::<Vec<_>>()})
}

fn requests(control: &Control) -> Value {
    let counted = control.requests();
    json!({"total": counted.values().sum::<u64>(), "by_operation": counted})
}

fn object(body: &Bytes) -> Result<Map<String, Value>, Refusal> {
    serde_json::from_slice(body).map_err(|error| Refusal::Nonsense(format!("the body is no JSON object: {error}")))
}

fn parameter<'a>(query: &'a [(String, String)], name: &str) -> Option<&'a str> {
    query.iter().find(|(given, _)| given == name).map(|(_, value)| value.as_str())
}

fn unknown_fields(query: &[(String, String)]) -> bool {
    parameter(query, "unknown") == Some("allow")
}

/// Ids stand percent-encoded in a path.
fn decoded(segment: &str) -> String {
    // A plus sign is an ordinary character in a path and a blank in the form encoding that decodes here.
    let escaped = segment.replace('+', "%2B");
    url::form_urlencoded::parse(escaped.as_bytes()).next().map(|(name, _)| name.into_owned()).unwrap_or_default()
}

//! The control endpoint under `/control`: look at the customers, change them, set faults. Not part of any provider.
//!
//! It is guarded by nothing but the loopback address, because there is nothing here that is worth guarding.

use crate::exchange::{Change, Operation, Refusal, Reply};
use crate::faults::Rule;
use crate::moment::Moment;
use crate::server::Desk;
use axum::body::Bytes;
use axum::http::{HeaderMap, Method, StatusCode};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// Answers a request to `/control` + `path`.
pub fn answer(
    desk: &Desk,
    method: &Method,
    path: &str,
    query: &[(String, String)],
    body: &Bytes,
    now: Moment,
) -> Reply {
    let segments: Vec<_> = path.trim_matches('/').split('/').collect();
    let done = match (method.as_str(), segments.as_slice()) {
        ("GET", ["customers"]) => return whole_list(desk),
        ("POST", ["customers"]) => insert(desk, query, body, now),
        ("POST", ["customers", id]) => change(desk, &decoded(id), query, body, now),
        ("DELETE", ["customers", id]) => desk.emulator.remove(&decoded(id)),
        ("GET", ["faults"]) => Ok(faults(desk)),
        ("POST", ["faults"]) => set_faults(desk, body),
        ("DELETE", ["faults"]) => {
            desk.plan().set(Vec::new());
            Ok(faults(desk))
        }
        ("GET", ["requests"]) => Ok(requests(desk)),
        ("GET", [kind]) if let Some(records) = desk.emulator.records(kind) => Ok(json!({ *kind: records })),
        ("POST", [kind, id]) if desk.emulator.records(kind).is_some() => {
            object(body).and_then(|fields| desk.emulator.drive(kind, &decoded(id), fields, now))
        }
        _ => return Reply::json(StatusCode::NOT_FOUND, &json!({"error": format!("no such control: {method} {path}")})),
    };
    match done {
        Ok(value) => Reply::json(StatusCode::OK, &value),
        Err(Refusal::NoSuchCustomer(id)) => {
            Reply::json(StatusCode::NOT_FOUND, &json!({"error": format!("no customer has the id {id}")}))
        }
        Err(Refusal::NoSuchRecord(what)) => {
            Reply::json(StatusCode::NOT_FOUND, &json!({"error": format!("there is no {what}")}))
        }
        Err(Refusal::Nonsense(why)) => Reply::json(StatusCode::UNPROCESSABLE_ENTITY, &json!({"error": why})),
    }
}

/// The control endpoint takes no credentials, so it must not be reachable from a web page: browsers say where a request
/// comes from, the tools that this is made for do not.
pub fn is_from_web_page(headers: &HeaderMap) -> bool {
    headers.contains_key("origin") || headers.contains_key("sec-fetch-site")
}

fn whole_list(desk: &Desk) -> Reply {
    let mut reply = Reply::json(StatusCode::OK, &json!({}));
    reply.body = [b"{\"customers\":".as_slice(), &desk.emulator.customers(), b"}"].concat();
    reply
}

fn insert(desk: &Desk, query: &[(String, String)], body: &Bytes, now: Moment) -> Result<Value, Refusal> {
    let place = match parameter(query, "place") {
        None => None,
        Some(place) => {
            Some(place.parse().map_err(|_| Refusal::Nonsense("\"place\" is a number from 0 on".to_owned()))?)
        }
    };
    desk.emulator.insert(object(body)?, place, unknown_fields(query), now)
}

fn change(desk: &Desk, id: &str, query: &[(String, String)], body: &Bytes, now: Moment) -> Result<Value, Refusal> {
    let unset = parameter(query, "unset").into_iter().flat_map(|names| names.split(','));
    let unset = unset.filter(|name| !name.is_empty()).map(str::to_owned).collect();
    let set = if body.is_empty() { Map::new() } else { object(body)? };
    desk.emulator.change(id, Change { set, unset, unknown_fields: unknown_fields(query) }, now)
}

fn faults(desk: &Desk) -> Value {
    let described: Vec<_> = desk.plan().rules().iter().map(Rule::describe).collect();
    json!({ "faults": described })
}

fn set_faults(desk: &Desk, body: &Bytes) -> Result<Value, Refusal> {
    let Some(Value::Array(rules)) = object(body)?.remove("faults") else {
        return Err(Refusal::Nonsense("the body is {\"faults\": [ … ]}".to_owned()));
    };
    let rules = rules.into_iter().map(Rule::parse).collect::<Result<_, _>>().map_err(Refusal::Nonsense)?;
    desk.plan().set(rules);
    Ok(faults(desk))
}

fn requests(desk: &Desk) -> Value {
    let name = |operation: &Option<Operation>| match serde_json::to_value(operation) {
        Ok(Value::String(name)) => name,
        _ => "unknown".to_owned(),
    };
    let counted: BTreeMap<_, _> = desk.requests().iter().map(|(operation, count)| (name(operation), *count)).collect();
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

//! What faults do to the records of an answer.

use super::{Fault, Plan};
use crate::exchange::{Emulator, Operation, Reply};
use serde_json::{Map, Value, json};
use std::sync::{Mutex, PoisonError};

/// Spoils the records of a successful answer.
pub fn spoil(faults: &[Fault], emulator: &dyn Emulator, operation: Operation, plan: &Mutex<Plan>, reply: &mut Reply) {
    // Every other answer goes out as it was written, without being read again.
    if !faults.iter().any(is_about_records) {
        return;
    }
    let Ok(Value::Object(mut body)) = serde_json::from_slice(&reply.body) else { return };
    for fault in faults {
        match fault {
            Fault::MissingTotals {} => emulator.strip_totals(&mut body),
            Fault::WrongTotals { by } => emulator.shift_totals(&mut body, *by),
            Fault::UnknownFields {} => add_unknown_fields(&mut body),
            Fault::BareData {} => {
                if let Some(Value::Object(data)) = body.get("data").cloned() {
                    body.remove("data");
                    body.extend(data);
                }
            }
            _ => {
                if let Some(Value::Array(records)) = body.get_mut("data") {
                    spoil_list(fault, emulator, operation, plan, records);
                }
            }
        }
    }
    reply.replace_json(&body);
}

fn is_about_records(fault: &Fault) -> bool {
    matches!(
        fault,
        Fault::RecordWithoutId { .. }
            | Fault::UnknownKyc { .. }
            | Fault::SetField { .. }
            | Fault::UnknownFields {}
            | Fault::Duplicates { .. }
            | Fault::RepeatedPage {}
            | Fault::MissingTotals {}
            | Fault::WrongTotals { .. }
            | Fault::BareData {}
            | Fault::TextIds {}
            | Fault::NumberIds {}
    )
}

fn spoil_list(
    fault: &Fault,
    emulator: &dyn Emulator,
    operation: Operation,
    plan: &Mutex<Plan>,
    records: &mut Vec<Value>,
) {
    match fault {
        Fault::RecordWithoutId { position } if !records.is_empty() => {
            let place = (*position).min(records.len());
            let mut record =
                records.get(place).or(records.last()).and_then(Value::as_object).cloned().unwrap_or_default();
            record.remove("id");
            records.insert(place, record.into());
        }
        Fault::UnknownKyc { position, word } => {
            if let Some(Value::Object(record)) = records.get_mut(*position) {
                record.insert(emulator.kyc_field().to_owned(), word.clone().into());
            }
        }
        Fault::SetField { position, field, value } => {
            if let Some(record) = records.get_mut(*position) {
                set_field(record, field, value);
            }
        }
        Fault::Duplicates { position, copies } => {
            if let Some(record) = records.get(*position).cloned() {
                let after = *position + 1;
                records.splice(after..after, std::iter::repeat_n(record, *copies));
            }
        }
        Fault::RepeatedPage {} => {
            let mut plan = plan.lock().unwrap_or_else(PoisonError::into_inner);
            *records = plan.repeat(operation, std::mem::take(records));
        }
        Fault::TextIds {} => each_id(records, |id| if id.is_number() { id.to_string().into() } else { id.clone() }),
        Fault::NumberIds {} => each_id(records, as_number),
        _ => {}
    }
}

fn set_field(record: &mut Value, field: &str, value: &Value) {
    if field.starts_with('/') {
        if let Some(place) = record.pointer_mut(field) {
            place.clone_from(value);
        }
    } else if let Value::Object(fields) = record {
        fields.insert(field.to_owned(), value.clone());
    }
}

fn each_id(records: &mut [Value], change: impl Fn(&Value) -> Value) {
    for record in records {
        if let Some(id) = record.get_mut("id") {
            *id = change(id);
        }
    }
}

/// The number that a text is, else one that belongs to it alone as far as 48 bits reach.
fn as_number(id: &Value) -> Value {
    let Some(text) = id.as_str() else { return id.clone() };
    if let Ok(number) = text.parse::<u64>() {
        return number.into();
    }
    let digits: String = text.chars().filter(char::is_ascii_hexdigit).take(12).collect();
    u64::from_str_radix(&digits, 16).map_or_else(|_| id.clone(), Value::from)
}

/// Adds to the body, to the objects in it and to those in its lists.
fn add_unknown_fields(body: &mut Map<String, Value>) {
    fn add(fields: &mut Map<String, Value>) {
        fields.insert("futureField".to_owned(), json!({"nested": [1, null, {"deeper": "value"}]}));
        fields.insert("future_flag".to_owned(), true.into());
    }
    for value in body.values_mut() {
        match value {
            Value::Object(fields) => add(fields),
            Value::Array(records) => records.iter_mut().filter_map(Value::as_object_mut).for_each(add),
            _ => {}
        }
    }
    add(body);
}

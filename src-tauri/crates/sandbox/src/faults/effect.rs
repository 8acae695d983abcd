//! What each fault does: to the clock and the wait before a request is looked at, in place of its answer, or to the
//! answer itself.

use super::Fault;
use crate::exchange::{Emulator, Operation, Reply};
use crate::moment::Moment;
use axum::http::{HeaderValue, StatusCode, header};
use serde_json::{Map, Value};
use std::time::{Duration, UNIX_EPOCH};

/// How long the answer has to wait.
pub fn delay(faults: &[Fault]) -> Duration {
    let wait = |fault: &Fault| if let Fault::Latency { ms } = fault { *ms } else { 0 };
    Duration::from_millis(faults.iter().map(wait).fold(0, u64::saturating_add))
}

/// By how many milliseconds the emulator's clock is ahead.
pub fn clock_ahead(faults: &[Fault]) -> i64 {
    let ahead = |fault: &Fault| if let Fault::ClockOff { seconds } = fault { seconds.saturating_mul(1000) } else { 0 };
    faults.iter().map(ahead).fold(0, i64::saturating_add)
}

/// What is said in place of an answer, if anything. The request is not carried out then.
pub fn before_answer(faults: &[Fault], emulator: &dyn Emulator, now: Moment, request_id: &str) -> Option<Reply> {
    for fault in faults {
        let reply = match fault {
            Fault::Html {} => Reply::html(StatusCode::OK, PAGE),
            Fault::NotJson {} => {
                Reply::text(StatusCode::OK, "upstream connect error or disconnect/reset before headers")
            }
            Fault::Status { status } => {
                let code = emulator.internal_error_code();
                emulator.failure(status_of(*status), code, "Something went wrong", request_id)
            }
            Fault::Refusal { status, code, message } => emulator.failure(status_of(*status), code, message, request_id),
            Fault::TooManyRequests { retry_after, as_date } => {
                let reply = emulator.failure(
                    StatusCode::TOO_MANY_REQUESTS,
                    "RATE_LIMIT_EXCEEDED",
                    "Too many requests",
                    request_id,
                );
                match retry_after {
                    None => reply,
                    Some(seconds) if *as_date => {
                        let then = now.after(i64::from(*seconds) * 1000);
                        reply.with_header(header::RETRY_AFTER, http_date(then))
                    }
                    Some(seconds) => reply.with_header(header::RETRY_AFTER, HeaderValue::from(*seconds)),
                }
            }
            Fault::Redirect { status, location } => {
                let location = location.as_deref().unwrap_or("/moved");
                let value = HeaderValue::from_str(location).unwrap_or(HeaderValue::from_static("/moved"));
                Reply::html(status_of(*status), PAGE).with_header(header::LOCATION, value)
            }
            Fault::ExpiredTokens {} => {
                emulator.forget_tokens();
                continue;
            }
            Fault::Latency { .. }
            | Fault::Truncated {}
            | Fault::CutJson {}
            | Fault::ClockOff { .. }
            | Fault::RecordWithoutId { .. }
            | Fault::UnknownKyc { .. }
            | Fault::MissingTotals {}
            | Fault::TextIds {} => continue,
        };
        return Some(reply);
    }
    None
}

/// Spoils an answer. Records are changed only in successful lists.
pub fn after_answer(faults: &[Fault], emulator: &dyn Emulator, operation: Option<Operation>, reply: &mut Reply) {
    if operation == Some(Operation::List) && reply.status == StatusCode::OK {
        spoil_records(faults, emulator, reply);
    }
    for fault in faults {
        match fault {
            Fault::Truncated {} => reply.broken_off = true,
            Fault::CutJson {} => reply.body.truncate(reply.body.len() / 2),
            _ => {}
        }
    }
}

fn spoil_records(faults: &[Fault], emulator: &dyn Emulator, reply: &mut Reply) {
    let concerned = |fault: &Fault| {
        matches!(
            fault,
            Fault::RecordWithoutId { .. } | Fault::UnknownKyc { .. } | Fault::MissingTotals {} | Fault::TextIds {}
        )
    };
    // Every other list goes out as it was written, without being read again.
    if !faults.iter().any(concerned) {
        return;
    }
    let Ok(Value::Object(mut list)) = serde_json::from_slice(&reply.body) else { return };
    for fault in faults {
        if *fault == (Fault::MissingTotals {}) {
            emulator.strip_totals(&mut list);
        } else if let Some(Value::Array(records)) = list.get_mut("data") {
            spoil_list(fault, emulator, records);
        }
    }
    *reply = Reply { headers: std::mem::take(&mut reply.headers), ..Reply::json(reply.status, &list) };
}

fn spoil_list(fault: &Fault, emulator: &dyn Emulator, records: &mut Vec<Value>) {
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
        Fault::TextIds {} => {
            for record in records.iter_mut().filter_map(Value::as_object_mut) {
                id_as_text(record);
            }
        }
        _ => {}
    }
}

fn id_as_text(record: &mut Map<String, Value>) {
    if let Some(id) = record.get_mut("id")
        && let Value::Number(number) = id
    {
        *id = number.to_string().into();
    }
}

/// The moment as the `Date` and `Retry-After` headers have it.
pub fn http_date(moment: Moment) -> HeaderValue {
    let since = Duration::from_millis(u64::try_from(moment.milliseconds()).unwrap_or(0));
    // Dates past the year 9999 cannot be written; no clock fault is meant to reach them.
    let since = since.min(Duration::from_secs(253_402_300_799));
    HeaderValue::from_str(&httpdate::fmt_http_date(UNIX_EPOCH + since)).unwrap_or(HeaderValue::from_static(""))
}

fn status_of(status: u16) -> StatusCode {
    StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

const PAGE: &str = "<!DOCTYPE html>\n<html><head><title>Welcome</title></head>\
    <body><h1>Please sign in to use this network</h1></body></html>\n";

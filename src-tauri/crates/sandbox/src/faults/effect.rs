//! What each fault does: to the clock and the wait before a request is looked at, in place of its answer, or to the
//! answer itself.

use super::records;
use super::{Fault, Plan};
use crate::delivery::Delivery;
use crate::exchange::{Emulator, Failure, Operation, Reply};
use crate::moment::Moment;
use axum::http::{HeaderValue, StatusCode, header};
use std::sync::Mutex;
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

/// What is said in place of an answer, if anything. The request is not carried out then. What happens before it is
/// carried out happens here, too.
pub fn before_answer(faults: &[Fault], emulator: &dyn Emulator, now: Moment, request_id: &str) -> Option<Reply> {
    for fault in faults {
        let reply = match fault {
            Fault::Html {} => Reply::html(StatusCode::OK, PAGE),
            Fault::NotJson {} => {
                Reply::text(StatusCode::OK, "upstream connect error or disconnect/reset before headers")
            }
            Fault::Status { status } => {
                let code = emulator.internal_error_code();
                emulator.failure(&Failure::new(status_of(*status), code, "Something went wrong", request_id))
            }
            Fault::Refusal { status, code, message, other_form } => {
                let failure = Failure::new(status_of(*status), code, message, request_id);
                emulator.failure(&Failure { other_form: *other_form, ..failure })
            }
            Fault::TooManyRequests { retry_after, as_date } => {
                let (status, code) = (StatusCode::TOO_MANY_REQUESTS, "RATE_LIMIT_EXCEEDED");
                let reply = emulator.failure(&Failure::new(status, code, "Too many requests", request_id));
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
            Fault::RowsInserted { rows, place } => {
                emulator.insert_newcomers(*rows, *place, now);
                continue;
            }
            Fault::RowsRemoved { rows, place } => {
                emulator.remove_rows(*rows, *place, now);
                continue;
            }
            Fault::LivingList { .. } => {
                if let Some(turnover) = fault.turnover() {
                    emulator.turn_over(&turnover, now);
                }
                continue;
            }
            _ => continue,
        };
        return Some(reply);
    }
    None
}

/// Spoils an answer. Records are changed only in successful ones.
pub fn after_answer(
    faults: &[Fault],
    emulator: &dyn Emulator,
    operation: Option<Operation>,
    plan: &Mutex<Plan>,
    reply: &mut Reply,
) {
    if let Some(operation) = operation
        && reply.status == StatusCode::OK
    {
        records::spoil(faults, emulator, operation, plan, reply);
    }
    for fault in faults {
        match fault {
            Fault::CutJson {} => reply.body.truncate(reply.body.len() / 2),
            Fault::WrongCharset { declared, encoded } => {
                if let (Some(charset), Ok(text)) = (encoded, std::str::from_utf8(&reply.body)) {
                    reply.body = charset.encode(text);
                }
                let kind = reply.content_type.split(';').next().unwrap_or_default();
                reply.content_type = format!("{kind}; charset={declared}").into();
            }
            Fault::Truncated {} => reply.delivery = Delivery::Closed,
            Fault::Reset {} => reply.delivery = Delivery::Reset,
            Fault::Trickle { ms, bytes, limit_ms } => {
                let (pause, limit) = (Duration::from_millis(*ms), Duration::from_millis(*limit_ms));
                reply.delivery = Delivery::Trickle { piece: *bytes, pause, limit };
            }
            Fault::HugeBody { bytes, announced } => {
                reply.delivery = Delivery::Padded { length: *bytes, announced: *announced };
            }
            _ => {}
        }
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

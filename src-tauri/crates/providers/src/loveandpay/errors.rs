//! Love&Pay's failures: `{"success": false, "error": {"code", "message", "requestId"}}` or `{"error": "CODE", "message",
//! "hint", "code"}`, with an open set of codes.

use super::assumptions::{self, CLOCK_TOLERANCE};
use crate::http::{Absent, Answer, Failure};
use crate::json;
use jiff::SignedDuration;
use kyc::{AnswerFault, Trouble};

json::record!(
    struct Envelope {
        success: "success",
        error: "error",
        message: "message",
        hint: "hint",
        code: "code",
        request_id: "requestId",
    }
);

/// What an error says of itself.
#[derive(Debug, Default, PartialEq)]
struct Said {
    code: Option<String>,
    message: Option<String>,
    request_id: Option<String>,
}

/// Tells an answer that reports a failure.
pub(super) fn judge(absent: Absent, answer: &Answer) -> Result<(), Failure> {
    let Some(envelope) = answer.record::<Envelope<'_>>() else {
        let shape = Trouble::BadAnswer { fault: AnswerFault::Shape };
        let trouble = answer.trouble_by_status(absent).unwrap_or(shape);
        return Err(answer.problem(trouble, None, None).into());
    };
    let explicit = json::truth(envelope.success) == Some(true);
    if assumptions::says_success(answer, envelope.success) && (explicit || envelope.error.is_none()) {
        return Ok(());
    }
    let said = said(&envelope);
    let trouble = trouble(said.code.as_deref(), absent, answer);
    let mut problem = answer.problem(trouble, said.code, said.message);
    if let (Some(words), Some(id)) = (&mut problem.words, said.request_id) {
        words.request_id.get_or_insert(id);
    }
    Err(problem.into())
}

/// L5: the `error` object, else the `error` text with what stands beside it.
fn said(envelope: &Envelope<'_>) -> Said {
    let nested = envelope.error.and_then(|raw| raw.record::<Envelope<'_>>());
    let outer = Said {
        code: json::text(envelope.error).or_else(|| json::text(envelope.code)),
        message: with_hint(json::text(envelope.message), json::text(envelope.hint)),
        request_id: json::text(envelope.request_id),
    };
    let inner = nested.map(|error| Said {
        code: json::text(error.code),
        message: with_hint(json::text(error.message), json::text(error.hint)),
        request_id: json::text(error.request_id),
    });
    let inner = inner.unwrap_or_default();
    Said {
        code: inner.code.or(outer.code),
        message: inner.message.or(outer.message),
        request_id: inner.request_id.or(outer.request_id),
    }
}

fn with_hint(message: Option<String>, hint: Option<String>) -> Option<String> {
    match (message, hint) {
        (Some(message), Some(hint)) => Some(format!("{message} ({hint})")),
        (message, hint) => message.or(hint),
    }
}

/// What a code means; for a code that nobody has seen before, what the status means.
fn trouble(code: Option<&str>, absent: Absent, answer: &Answer) -> Trouble {
    match code.unwrap_or_default().trim() {
        "INVALID_SIGNATURE" => match answer.skew() {
            Some(by) if by.as_secs().abs() > CLOCK_TOLERANCE && !answer.signed_by_server_clock => {
                Trouble::ClockSkew { by }
            }
            _ => Trouble::CredentialsRejected,
        },
        // Without a date in the answer the difference is not known, only that there is one.
        "TIMESTAMP_EXPIRED" => Trouble::ClockSkew { by: answer.skew().unwrap_or(SignedDuration::ZERO) },
        "DOMAIN_NOT_VERIFIED" => Trouble::DomainNotVerified,
        "SOURCE_IP_NOT_ALLOWED" => Trouble::IpNotAllowed,
        "PARTNER_INACTIVE" | "API_BLOCKED" => Trouble::AccountInactive,
        "RATE_LIMIT_EXCEEDED" | "RATE_LIMITED" => answer.rate_limited(),
        "INTERNAL_ERROR" => Trouble::ProviderDown,
        "RATE_NOT_FOUND" => Trouble::NotFound,
        // This client sends all three headers, always.
        "MISSING_HEADERS" => Trouble::Internal,
        "VALIDATION_ERROR" | "NO_TERMINAL" | "CYCLE_BLOCKED" => Trouble::Refused,
        _ => answer.trouble_by_status(absent).unwrap_or(Trouble::Refused),
    }
}

#[cfg(test)]
#[path = "errors_tests.rs"]
mod tests;

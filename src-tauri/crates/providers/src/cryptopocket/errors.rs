//! Cryptopocket's failures. Most come with HTTP 200: `{"status": "error", "error": "code"}`, with the code in `error` or
//! in `message`; a validation (422) is `{"message": "text", "errors": {"field": ["text"]}}`.

use super::assumptions;
use crate::http::{Absent, Answer, Failure};
use crate::json::{self, Raw};
use crate::withhold;
use kyc::{AnswerFault, Trouble};
use std::collections::BTreeMap;

json::record!(
    struct Envelope {
        status: "status",
        error: "error",
        message: "message",
        errors: "errors",
    }
);

/// Tells an answer that reports a failure.
pub(super) fn judge(absent: Absent, answer: &Answer) -> Result<(), Failure> {
    let Some(envelope) = answer.record::<Envelope<'_>>() else {
        let shape = Trouble::BadAnswer { fault: AnswerFault::Shape };
        let trouble = answer.trouble_by_status(absent).unwrap_or(shape);
        return Err(answer.problem(trouble, None, None).into());
    };
    if answer.succeeded() && assumptions::says_success(envelope.status, envelope.error, envelope.errors) {
        return Ok(());
    }
    if !assumptions::is_empty(envelope.errors) {
        return Err(validation(&envelope, absent, answer));
    }
    let (code, message) = code_and_message(json::text(envelope.error), json::text(envelope.message));
    let trouble = trouble(code.as_deref(), absent, answer);
    let problem = answer.problem(trouble, code, message.map(|text| without_links(&text)));
    Err(Failure { link: assumptions::link(answer.json()).map(Box::new), ..Failure::from(problem) })
}

/// C6: the code is in `error`, else in `message`; a text that is no code is shown as it is.
fn code_and_message(error: Option<String>, message: Option<String>) -> (Option<String>, Option<String>) {
    let is_code = |text: &String| assumptions::is_code(text.trim());
    match (error, message) {
        (Some(error), message) if is_code(&error) => (Some(error), message),
        (Some(error), Some(message)) if is_code(&message) => (Some(message), Some(error)),
        (None, Some(message)) if is_code(&message) => (Some(message), None),
        (error, message) => (None, error.or(message)),
    }
}

fn trouble(code: Option<&str>, absent: Absent, answer: &Answer) -> Trouble {
    match code.unwrap_or_default().trim() {
        // C3: keys, token or the allow-list of addresses; the provider does not tell which.
        "authorization_incorrect" => Trouble::CredentialsRejected,
        "user_not_found" => Trouble::NotFound,
        "unexpected_error" => Trouble::ProviderDown,
        _ => answer.trouble_by_status(absent).unwrap_or(Trouble::Refused),
    }
}

/// A validation, field by field: `email: The email field is required.`
fn validation(envelope: &Envelope<'_>, absent: Absent, answer: &Answer) -> Failure {
    let fields: BTreeMap<String, Raw<'_>> = envelope.errors.and_then(Raw::record).unwrap_or_default();
    let lines: Vec<String> = fields
        .iter()
        .filter_map(|(field, texts)| {
            let first = texts.items().and_then(|mut texts| texts.next());
            Some(format!("{field}: {}", json::text(first.or(Some(*texts)))?))
        })
        .collect();
    let message = if lines.is_empty() { json::text(envelope.message) } else { Some(lines.join(" ")) };
    // A failing provider stays one, even if it names fields.
    let trouble = match answer.trouble_by_status(absent) {
        Some(trouble @ (Trouble::ProviderDown | Trouble::RateLimited { .. })) => trouble,
        _ => Trouble::Refused,
    };
    let problem = answer.problem(trouble, None, message.map(|text| without_links(&text)));
    Failure { fields: fields.into_keys().collect(), ..Failure::from(problem) }
}

/// A message may name the link under which somebody verifies themselves.
fn without_links(message: &str) -> String {
    let word = |word: &str| {
        let link = word.to_ascii_lowercase();
        if link.contains("https://") || link.contains("http://") {
            withhold::WITHHELD.to_owned()
        } else {
            word.to_owned()
        }
    };
    message.split(' ').map(word).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
#[path = "errors_tests.rs"]
mod tests;

//! A failed request: the problem, and what only this crate needs to know of it. Also what an error of the HTTP library
//! means.

use crate::action::VerificationLink;
use kyc::{AnswerFault, Problem, ProviderWords, Trouble};
use secrecy::{ExposeSecret, SecretString};
use std::error::Error;
use std::io;
use std::time::Duration;

/// What stands in a provider's words in place of a secret that it repeated.
const WITHHELD: &str = "(withheld)";

/// A failed request.
#[derive(Debug, Clone)]
pub(crate) struct Failure {
    /// What is told outside.
    pub problem: Problem,
    /// The wait that the answer asks for.
    pub retry_after: Option<Duration>,
    /// The request's fields that a validation names.
    pub fields: Vec<String>,
    /// The link that the provider wants a customer to go through first. Not part of the problem: it is a secret.
    pub link: Option<Box<VerificationLink>>,
    /// The request itself was never sent: what it needs first could not be had.
    pub unsent: bool,
}

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Self {
        Self { problem, retry_after: None, fields: Vec::new(), link: None, unsent: false }
    }
}

impl From<Failure> for Problem {
    fn from(failure: Failure) -> Self {
        failure.problem
    }
}

impl Failure {
    /// Takes secrets out of the provider's words.
    pub fn without(mut self, secrets: &[&SecretString]) -> Self {
        if let Some(words) = &mut self.problem.words {
            for text in [&mut words.code, &mut words.message, &mut words.request_id].into_iter().flatten() {
                for secret in secrets {
                    let secret = secret.expose_secret();
                    if !secret.is_empty() && text.contains(secret) {
                        *text = text.replace(secret, WITHHELD);
                    }
                }
            }
        }
        self
    }
}

/// [`Trouble::BadAnswer`] of an answer that was not taken whole.
pub(super) fn bad_answer(fault: AnswerFault, status: u16) -> Problem {
    let words = ProviderWords { http_status: Some(status), ..ProviderWords::default() };
    Problem::from(Trouble::BadAnswer { fault }).with_words(words)
}

/// What it means that no answer came. The library's own text is not passed on: it holds the address with its query.
pub(super) fn of_sending(error: &reqwest::Error) -> Problem {
    if error.is_connect() {
        return match io_cause(error, &[io::ErrorKind::InvalidData]) {
            // The host was reached and TLS failed: for the person the address is out of reach, for support it is not.
            Some(cause) => {
                let code = Some("TLS".to_owned());
                let words = ProviderWords { code, message: Some(cause), ..ProviderWords::default() };
                Problem::from(Trouble::Offline).with_words(words)
            }
            None => Trouble::Offline.into(),
        };
    }
    if error.is_builder() {
        return Trouble::Internal.into();
    }
    // Timeouts, and connections that were closed before an answer.
    Trouble::ProviderDown.into()
}

/// What it means that an answer began and did not end.
pub(super) fn of_reading(error: &reqwest::Error, status: u16) -> Problem {
    if error.is_timeout() {
        let words = ProviderWords { http_status: Some(status), ..ProviderWords::default() };
        return Problem::from(Trouble::ProviderDown).with_words(words);
    }
    let undecodable = io_cause(error, &[io::ErrorKind::InvalidData, io::ErrorKind::InvalidInput]).is_some();
    bad_answer(if undecodable { AnswerFault::NotJson } else { AnswerFault::Truncated }, status)
}

/// The text of the first I/O error of one of these kinds among the causes.
fn io_cause(error: &reqwest::Error, kinds: &[io::ErrorKind]) -> Option<String> {
    let mut cause = error.source();
    while let Some(error) = cause {
        if let Some(io) = error.downcast_ref::<io::Error>()
            && kinds.contains(&io.kind())
        {
            return Some(io.to_string());
        }
        cause = error.source();
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_repeated_secret_is_taken_out_of_every_word() {
        let words = ProviderWords {
            http_status: Some(400),
            code: Some("bad sk_test_1".into()),
            message: Some("key sk_test_1 with token abc, again sk_test_1".into()),
            request_id: Some("abc".into()),
        };
        let failure = Failure::from(Problem::from(Trouble::Refused).with_words(words));
        let (secret, token, empty) = ("sk_test_1".into(), "abc".into(), "".into());
        let words = failure.without(&[&secret, &token, &empty]).problem.words.unwrap();
        assert_eq!(words.code.as_deref(), Some("bad (withheld)"));
        assert_eq!(words.message.as_deref(), Some("key (withheld) with token (withheld), again (withheld)"));
        assert_eq!(words.request_id.as_deref(), Some("(withheld)"));
    }
}

//! An answer as it came over HTTP, complete, and what can be said of it without knowing the provider.

use super::Absent;
use super::retry::UNNAMED_WAIT;
use crate::json::{Contents, Record};
use crate::listing::ENDLESS_LIST;
use jiff::Timestamp;
use kyc::{AnswerFault, Problem, ProviderWords, Trouble};
use reqwest::header::{CONTENT_TYPE, DATE, HeaderMap, HeaderName, LOCATION, RETRY_AFTER};
use std::time::Duration;
use zeroize::Zeroize;

/// Where providers put their id of the request.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Longest request id, code or redirect target that is kept, in characters.
const SHORT: usize = 200;

const BYTE_ORDER_MARK: char = '\u{feff}';

/// A whole answer.
#[derive(Debug)]
pub(crate) struct Answer {
    /// HTTP status.
    pub status: u16,
    /// The body; what is no UTF-8 in it is replaced.
    pub body: String,
    /// What kind of body that is.
    pub kind: Body,
    /// Where its fields stand, where it is a JSON object.
    contents: Contents,
    /// The server's clock when it answered.
    pub date: Option<Timestamp>,
    /// This computer's clock when the answer's head came.
    pub received: Timestamp,
    /// How long to wait before the next request, where the answer says so.
    pub retry_after: Option<Duration>,
    /// The provider's id of the request.
    pub request_id: Option<String>,
    /// The request was signed by the server's clock, so that a difference of the clocks explains nothing.
    pub signed_by_server_clock: bool,
    /// The body is a secret, and is wiped when this is dropped.
    pub confidential: bool,
    /// Where a redirect points.
    location: Option<String>,
}

impl Answer {
    /// Overwrites the body where it is a secret.
    fn wipe(&mut self) {
        if self.confidential {
            self.body.zeroize();
        }
    }
}

impl Drop for Answer {
    fn drop(&mut self) {
        self.wipe();
    }
}

/// What kind of body an answer has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Body {
    Json,
    Html,
    /// The beginning of JSON.
    Truncated,
    Other,
}

impl Answer {
    /// An answer from its parts.
    pub fn new(status: u16, headers: &HeaderMap, body: Vec<u8>, received: Timestamp) -> Self {
        let text = |name: &HeaderName| headers.get(name).and_then(|value| value.to_str().ok()).map(str::trim);
        let date = text(&DATE).and_then(http_date);
        let labelled_html = text(&CONTENT_TYPE).is_some_and(|kind| kind.to_ascii_lowercase().contains("html"));
        let (body, utf8) = match String::from_utf8(body) {
            Ok(body) => (body, true),
            Err(error) => (String::from_utf8_lossy(error.as_bytes()).into_owned(), false),
        };
        let (kind, contents) = judge(&body, utf8, labelled_html);
        Self {
            status,
            kind,
            contents,
            body,
            date,
            received,
            retry_after: text(&RETRY_AFTER).and_then(|wait| retry_after(wait, date.unwrap_or(received))),
            request_id: text(&REQUEST_ID).map(short).filter(|id| !id.is_empty()),
            signed_by_server_clock: false,
            confidential: false,
            location: text(&LOCATION).map(short),
        }
    }

    /// Whether the status says success.
    pub fn succeeded(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// The body without a byte order mark and blanks before it.
    pub fn json(&self) -> &str {
        json_of(&self.body)
    }

    /// The body as a record; `None` where it is no JSON object, or has one of the record's fields twice.
    pub fn record<'a, T: Record<'a>>(&'a self) -> Option<T> {
        let json = json_of(&self.body);
        if self.kind == Body::Json && json.starts_with('{') { T::of_fields(self.contents.fields(json)) } else { None }
    }

    /// How far this computer's clock is ahead of the server's, to the second; `None` when the answer has no date.
    pub fn skew(&self) -> Option<jiff::SignedDuration> {
        let date = self.date?;
        Some(jiff::SignedDuration::from_secs(self.received.duration_since(date).as_secs()))
    }

    /// The provider's words: status, request id, and what the caller read in the body.
    pub fn words(&self, code: Option<String>, message: Option<String>) -> ProviderWords {
        ProviderWords {
            http_status: Some(self.status),
            code: code.map(|code| short(&code)),
            message,
            request_id: self.request_id.clone(),
        }
    }

    /// A trouble with the provider's words: its code, or `HTTP_<status>` where it gave none.
    pub fn problem(&self, trouble: Trouble, code: Option<String>, message: Option<String>) -> Problem {
        let code = code.unwrap_or_else(|| format!("HTTP_{}", self.status));
        Problem::from(trouble).with_words(self.words(Some(code), message))
    }

    /// A list that goes on beyond any honest one.
    pub fn endless(&self) -> Problem {
        let shape = Trouble::BadAnswer { fault: AnswerFault::Shape };
        self.problem(shape, Some(ENDLESS_LIST.to_owned()), None)
    }

    /// [`Trouble::RateLimited`] by this answer.
    pub fn rate_limited(&self) -> Trouble {
        let wait = self.retry_after.unwrap_or(UNNAMED_WAIT).min(crate::budget::LONGEST_HOLD);
        Trouble::RateLimited { until: Some(crate::clock::later(self.received, wait)) }
    }

    /// What an HTTP status alone means, for an answer whose body names no known reason; `None` for success.
    pub fn trouble_by_status(&self, absent: Absent) -> Option<Trouble> {
        Some(match self.status {
            200..300 => return None,
            401 => Trouble::CredentialsRejected,
            404 | 410 => match absent {
                Absent::Subject => Trouble::NotFound,
                Absent::Path => Trouble::BadAnswer { fault: AnswerFault::Shape },
            },
            408 | 500.. => Trouble::ProviderDown,
            429 => self.rate_limited(),
            _ => Trouble::Refused,
        })
    }

    /// What can be said before a provider's own code looks: redirects, web pages, no JSON. `Ok` means that the body is
    /// JSON and the provider's code decides.
    pub fn plain_problem(&self, absent: Absent) -> Result<(), Problem> {
        if (300..400).contains(&self.status) {
            let trouble = Trouble::BadAnswer { fault: AnswerFault::Redirect };
            return Err(self.problem(trouble, None, self.location.clone()));
        }
        let kind = self.kind;
        let fault = match kind {
            Body::Json => return Ok(()),
            Body::Html => AnswerFault::Html,
            Body::Truncated => AnswerFault::Truncated,
            Body::Other => AnswerFault::NotJson,
        };
        let bad = Trouble::BadAnswer { fault };
        // The page itself says nothing that the status does not say; a short text may.
        let message = (kind != Body::Html).then(|| self.body.trim().to_owned()).filter(|text| !text.is_empty());
        let trouble = match self.trouble_by_status(absent) {
            // A failing provider, a limit and a missing customer stay what they are, whatever the body looks like.
            Some(trouble @ (Trouble::ProviderDown | Trouble::RateLimited { .. } | Trouble::NotFound)) => trouble,
            Some(trouble) if kind != Body::Html && self.status != 404 && self.status != 410 => trouble,
            // Not what the provider answers: a wrong address, or a network's sign-in page.
            _ => bad,
        };
        // A successful answer that cannot be read may hold people's data; none of it goes into a problem.
        Err(self.problem(trouble, None, message.filter(|_| !self.succeeded())))
    }
}

/// What kind of body a text is. JSON is known by being JSON, because some servers call it a web page.
fn judge(body: &str, utf8: bool, labelled_html: bool) -> (Body, Contents) {
    let json = json_of(body);
    let kind = match Contents::judge(json) {
        Ok(contents) if utf8 => return (Body::Json, contents),
        _ if labelled_html || json.starts_with('<') => Body::Html,
        Err(error) if utf8 && error.is_eof() && json.starts_with(['{', '[']) => Body::Truncated,
        _ => Body::Other,
    };
    (kind, Contents::default())
}

/// A body without a byte order mark, which some servers send and no JSON parser takes, and without blanks before it.
fn json_of(body: &str) -> &str {
    body.trim_start_matches(BYTE_ORDER_MARK).trim_start()
}

fn short(text: &str) -> String {
    text.chars().filter(|char| !char.is_control()).take(SHORT).collect()
}

fn http_date(text: &str) -> Option<Timestamp> {
    Timestamp::try_from(httpdate::parse_http_date(text).ok()?).ok()
}

/// Both forms of `Retry-After`: seconds, and a date by the server's clock (RFC 9110, 10.2.3).
fn retry_after(text: &str, server_now: Timestamp) -> Option<Duration> {
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(Duration::from_secs(text.parse().unwrap_or(u64::MAX)));
    }
    let date = http_date(text)?;
    Some(Duration::try_from(date.duration_since(server_now)).unwrap_or(Duration::ZERO))
}

#[cfg(test)]
mod tests {
    use super::*;
    use reqwest::header::HeaderValue;

    fn received() -> Timestamp {
        "2026-11-20T10:00:00.900Z".parse().unwrap()
    }

    fn answer(status: u16, headers: &[(&'static str, &'static str)], body: &[u8]) -> Answer {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
        }
        Answer::new(status, &map, body.to_vec(), received())
    }

    #[test]
    fn kinds_of_bodies() {
        let html = [("content-type", "text/html; charset=utf-8")];
        for (headers, body, kind) in [
            (&html[..], &b"{\"a\":1}"[..], Body::Json),
            (&[], b"\xef\xbb\xbf{}", Body::Json),
            (&[], b" [1, 2] ", Body::Json),
            (&html, b"{\"a\":", Body::Html),
            (&html, b"", Body::Html),
            (&[], b" \n<!doctype html>", Body::Html),
            (&[], b"{\"a\": [1, 2", Body::Truncated),
            (&[], b"", Body::Other),
            (&[], b"Bad Gateway", Body::Other),
            (&[], b"{\"name\":\"\xc8\xe2\xe0\xed\"}", Body::Other),
            (&[], b"{} {}", Body::Other),
        ] {
            assert_eq!(answer(200, headers, body).kind, kind, "{}", String::from_utf8_lossy(body));
        }
    }

    #[test]
    fn what_status_and_body_mean_without_knowing_the_provider() {
        use AnswerFault::{Html, NotJson, Redirect, Truncated};
        let bad = |fault| Trouble::BadAnswer { fault };
        let page = &b"<html>"[..];
        for (status, absent, body, trouble) in [
            (200, Absent::Path, page, bad(Html)),
            (200, Absent::Path, b"hello", bad(NotJson)),
            (200, Absent::Path, b"{\"a\"", bad(Truncated)),
            (204, Absent::Path, b"", bad(NotJson)),
            (301, Absent::Path, page, bad(Redirect)),
            (307, Absent::Path, b"{}", bad(Redirect)),
            (304, Absent::Path, b"", bad(Redirect)),
            (401, Absent::Path, b"no", Trouble::CredentialsRejected),
            (401, Absent::Path, page, bad(Html)),
            (403, Absent::Path, b"no", Trouble::Refused),
            (403, Absent::Path, page, bad(Html)),
            (404, Absent::Path, b"not found", bad(NotJson)),
            (404, Absent::Path, page, bad(Html)),
            (404, Absent::Subject, page, Trouble::NotFound),
            (404, Absent::Subject, b"", Trouble::NotFound),
            (408, Absent::Path, b"", Trouble::ProviderDown),
            (500, Absent::Path, page, Trouble::ProviderDown),
            (502, Absent::Subject, b"Bad Gateway", Trouble::ProviderDown),
            (599, Absent::Path, b"", Trouble::ProviderDown),
        ] {
            let problem = answer(status, &[], body).plain_problem(absent).unwrap_err();
            assert_eq!(problem.trouble, trouble, "{status} {absent:?} {}", String::from_utf8_lossy(body));
            assert_eq!(problem.words.unwrap().http_status, Some(status));
        }
        assert!(answer(500, &[], b"{}").plain_problem(Absent::Path).is_ok(), "JSON is for the provider's code");
    }

    #[test]
    fn a_redirect_names_its_target() {
        let problem = answer(302, &[("location", "https://login.example.com/")], b"").plain_problem(Absent::Path);
        assert_eq!(problem.unwrap_err().words.unwrap().message.as_deref(), Some("https://login.example.com/"));
    }

    #[test]
    fn an_unreadable_success_puts_nothing_of_itself_into_the_problem() {
        let problem = answer(200, &[], b"{\"fullName\":\"Ivan").plain_problem(Absent::Path).unwrap_err();
        assert_eq!(problem.words.unwrap().message, None);
    }

    #[test]
    fn retry_after_is_read_in_both_forms() {
        let date = ("date", "Fri, 20 Nov 2026 09:00:00 GMT");
        for (headers, wait) in [
            (vec![("retry-after", "120")], Some(120)),
            (vec![("retry-after", "0")], Some(0)),
            // By the server's clock, which is an hour behind this one.
            (vec![date, ("retry-after", "Fri, 20 Nov 2026 09:00:30 GMT")], Some(30)),
            (vec![date, ("retry-after", "Fri, 20 Nov 2026 08:00:00 GMT")], Some(0)),
            (vec![("retry-after", "soon")], None),
            (vec![("retry-after", "-5")], None),
            (vec![("retry-after", "")], None),
            (vec![("retry-after", "99999999999999999999999")], Some(u64::MAX)),
            (vec![], None),
        ] {
            let answer = answer(429, &headers, b"{}");
            assert_eq!(answer.retry_after, wait.map(Duration::from_secs), "{headers:?}");
        }
    }

    #[test]
    fn a_limit_without_a_time_is_a_minute_and_an_endless_one_a_day() {
        let until = |headers: &[_]| match answer(429, headers, b"").rate_limited() {
            Trouble::RateLimited { until: Some(until) } => until.to_string(),
            other => panic!("{other:?}"),
        };
        assert_eq!(until(&[]), "2026-11-20T10:01:00.9Z");
        assert_eq!(until(&[("retry-after", "99999999999999999999")]), "2026-11-21T10:00:00.9Z");
    }

    #[test]
    fn a_confidential_body_is_wiped_and_another_one_is_not() {
        for (confidential, left) in [(true, ""), (false, "{\"password\":\"x\"}")] {
            let mut answer = answer(200, &[], b"{\"password\":\"x\"}");
            answer.confidential = confidential;
            answer.wipe();
            assert_eq!(answer.body, left);
        }
    }

    #[test]
    fn the_clock_is_compared_to_the_second() {
        let ahead = answer(401, &[("date", "Fri, 20 Nov 2026 09:58:00 GMT")], b"{}").skew().unwrap();
        assert_eq!(ahead.as_secs(), 120);
        let behind = answer(401, &[("date", "Fri, 20 Nov 2026 10:05:00 GMT")], b"{}").skew().unwrap();
        assert_eq!(behind.as_secs(), -299);
        assert_eq!(answer(401, &[("date", "yesterday")], b"{}").skew(), None);
    }
}

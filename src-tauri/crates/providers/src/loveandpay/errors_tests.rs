use super::*;
use jiff::Timestamp;
use kyc::Problem;
use proptest::prelude::*;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};

const AN_HOUR_AGO: (&str, &str) = ("date", "Fri, 20 Nov 2026 09:00:00 GMT");
const A_MINUTE_AHEAD: (&str, &str) = ("date", "Fri, 20 Nov 2026 10:01:00 GMT");

fn received() -> Timestamp {
    "2026-11-20T10:00:00Z".parse().unwrap()
}

fn judged(status: u16, headers: &[(&'static str, &'static str)], body: &str) -> Result<(), Problem> {
    judged_as(Absent::Path, status, headers, body)
}

fn judged_as(absent: Absent, status: u16, headers: &[(&'static str, &'static str)], body: &str) -> Result<(), Problem> {
    let headers: HeaderMap =
        headers.iter().map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value))).collect();
    let answer = Answer::new(status, &headers, body.as_bytes().to_vec(), received());
    judge(absent, &answer).map_err(Problem::from)
}

fn words(problem: &Problem) -> (&str, Option<&str>, Option<&str>) {
    let words = problem.words.as_ref().expect("the provider's words");
    (words.code.as_deref().unwrap_or_default(), words.message.as_deref(), words.request_id.as_deref())
}

#[test]
fn inconsistency_12_errors_in_both_documented_shapes() {
    let nested = include_str!("../../tests/data/fixtures/loveandpay/error_nested.json");
    let problem = judged(401, &[], nested).unwrap_err();
    assert_eq!(problem.trouble, Trouble::CredentialsRejected);
    assert_eq!(words(&problem), ("INVALID_SIGNATURE", Some("Invalid signature"), Some("req-test-0001")));
    assert_eq!(problem.words.unwrap().http_status, Some(401));

    let flat = include_str!("../../tests/data/fixtures/loveandpay/error_flat.json");
    let problem = judged(400, &[("x-request-id", "req-7")], flat).unwrap_err();
    assert_eq!(problem.trouble, Trouble::Refused);
    assert_eq!(
        words(&problem),
        ("NO_TERMINAL", Some("No payment terminal is assigned (Contact support)"), Some("req-7"))
    );
}

#[test]
fn every_code_of_the_table_in_both_shapes() {
    let until = |seconds| Trouble::RateLimited { until: Some(received() + SignedDuration::from_secs(seconds)) };
    for (code, status, trouble) in [
        ("MISSING_HEADERS", 401, Trouble::Internal),
        ("INVALID_SIGNATURE", 401, Trouble::CredentialsRejected),
        ("TIMESTAMP_EXPIRED", 401, Trouble::ClockSkew { by: SignedDuration::ZERO }),
        ("DOMAIN_NOT_VERIFIED", 403, Trouble::DomainNotVerified),
        ("SOURCE_IP_NOT_ALLOWED", 403, Trouble::IpNotAllowed),
        ("PARTNER_INACTIVE", 403, Trouble::AccountInactive),
        ("API_BLOCKED", 403, Trouble::AccountInactive),
        ("CYCLE_BLOCKED", 403, Trouble::Refused),
        ("VALIDATION_ERROR", 400, Trouble::Refused),
        ("NO_TERMINAL", 400, Trouble::Refused),
        ("RATE_NOT_FOUND", 404, Trouble::NotFound),
        ("RATE_LIMIT_EXCEEDED", 429, until(60)),
        ("RATE_LIMITED", 429, until(60)),
        ("INTERNAL_ERROR", 500, Trouble::ProviderDown),
        ("INTERNAL_ERROR", 400, Trouble::ProviderDown),
        // L5: the set is open, and the status speaks where the code is new.
        ("KEY_REVOKED", 401, Trouble::CredentialsRejected),
        ("SOMETHING_NEW", 403, Trouble::Refused),
        ("SOMETHING_NEW", 200, Trouble::Refused),
        ("SOMETHING_NEW", 503, Trouble::ProviderDown),
        ("SOMETHING_NEW", 429, until(60)),
        ("SOMETHING_NEW", 404, Trouble::BadAnswer { fault: AnswerFault::Shape }),
    ] {
        let nested = format!(r#"{{"success":false,"error":{{"code":"{code}","message":"m"}}}}"#);
        let flat = format!(r#"{{"error":"{code}","message":"m"}}"#);
        for body in [nested, flat] {
            let problem = judged(status, &[], &body).unwrap_err();
            assert_eq!(problem.trouble, trouble, "{status} {body}");
            assert_eq!(words(&problem), (code, Some("m"), None), "{body}");
        }
    }
}

#[test]
fn a_wrong_clock_is_told_with_its_size() {
    let expired = r#"{"error":"TIMESTAMP_EXPIRED"}"#;
    let invalid = r#"{"error":"INVALID_SIGNATURE"}"#;
    let by = |seconds| Trouble::ClockSkew { by: SignedDuration::from_secs(seconds) };
    for (body, date, trouble) in [
        (expired, Some(AN_HOUR_AGO), by(3600)),
        (expired, Some(A_MINUTE_AHEAD), by(-60)),
        (expired, None, by(0)),
        (invalid, Some(AN_HOUR_AGO), by(3600)),
        // A minute is within the tolerance: then it is the secret.
        (invalid, Some(A_MINUTE_AHEAD), Trouble::CredentialsRejected),
        (invalid, None, Trouble::CredentialsRejected),
    ] {
        let headers: Vec<_> = date.into_iter().collect();
        assert_eq!(judged(401, &headers, body).unwrap_err().trouble, trouble, "{body} {date:?}");
    }
}

#[test]
fn l1_success_is_success_true_or_no_error() {
    for body in [
        r#"{"success":true,"data":[]}"#,
        r#"{"data":[]}"#,
        r#"{"success":null,"data":[],"error":null}"#,
        r#"{"success":true,"error":"x","data":[]}"#,
        "{}",
    ] {
        assert!(judged(200, &[], body).is_ok(), "{body}");
        assert!(judged(201, &[], body).is_ok(), "{body}");
        assert!(judged(400, &[], body).is_err(), "{body}");
    }
    for body in [r#"{"success":false}"#, r#"{"success":false,"data":[]}"#, r#"{"error":"X"}"#, r#"{"error":{}}"#] {
        assert_eq!(judged(200, &[], body).unwrap_err().trouble, Trouble::Refused, "{body}");
    }
    for body in ["[]", "7", "\"ok\"", "null", "[true]"] {
        let shape = Trouble::BadAnswer { fault: AnswerFault::Shape };
        assert_eq!(judged(200, &[], body).unwrap_err().trouble, shape, "{body}");
    }
}

#[test]
fn l6_a_missing_customer_is_not_found() {
    for body in [r#"{"error":"CUSTOMER_NOT_FOUND"}"#, "{}", "[]"] {
        assert_eq!(judged_as(Absent::Subject, 404, &[], body).unwrap_err().trouble, Trouble::NotFound, "{body}");
    }
}

#[test]
fn l5_without_a_code_the_status_is_the_code() {
    assert_eq!(words(&judged(401, &[], "{}").unwrap_err()).0, "HTTP_401");
    let odd = r#"{"success":false,"error":{"code":17,"message":["x"]},"message":"outer"}"#;
    assert_eq!(words(&judged(400, &[], odd).unwrap_err()), ("17", Some("outer"), None));
    let code_only = r#"{"success":false,"code":"API_BLOCKED"}"#;
    assert_eq!(judged(403, &[], code_only).unwrap_err().trouble, Trouble::AccountInactive);
}

#[test]
fn l7_retry_after_is_honoured() {
    let body = r#"{"error":"RATE_LIMITED"}"#;
    let problem = judged(429, &[("retry-after", "120")], body).unwrap_err();
    assert_eq!(problem.trouble, Trouble::RateLimited { until: Some(received() + SignedDuration::from_secs(120)) });
}

proptest! {
    #[test]
    fn any_answer_is_judged(status in 200_u16..600, body in "\\PC*") {
        let answer = Answer::new(status, &HeaderMap::new(), body.into_bytes(), received());
        let _ = judge(Absent::Path, &answer);
    }

    #[test]
    fn no_failing_status_passes_for_success(status in 300_u16..600, body in r#"\{("success":(true|false|null|1))?\}"#) {
        prop_assert!(judged(status, &[], &body).is_err());
    }
}

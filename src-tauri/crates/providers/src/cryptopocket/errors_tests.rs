use super::*;
use kyc::Problem;
use proptest::prelude::*;
use reqwest::header::HeaderMap;

fn judged_as(absent: Absent, status: u16, body: &str) -> Result<(), Failure> {
    let received = "2026-11-20T10:00:00Z".parse().unwrap();
    judge(absent, &Answer::new(status, &HeaderMap::new(), body.as_bytes().to_vec(), received))
}

fn refused(status: u16, body: &str) -> Problem {
    judged_as(Absent::Path, status, body).expect_err(body).problem
}

fn words(problem: &Problem) -> (&str, Option<&str>) {
    let words = problem.words.as_ref().expect("the provider's words");
    (words.code.as_deref().unwrap_or_default(), words.message.as_deref())
}

#[test]
fn inconsistency_2_an_error_with_status_200() {
    let problem = refused(200, include_str!("../../tests/data/fixtures/cryptopocket/error_authorization_200.json"));
    assert_eq!(problem.trouble, Trouble::CredentialsRejected);
    assert_eq!(words(&problem), ("authorization_incorrect", None));
}

#[test]
fn inconsistency_4_a_code_in_the_message() {
    let problem =
        refused(200, include_str!("../../tests/data/fixtures/cryptopocket/error_code_in_message_assumed.json"));
    assert_eq!(problem.trouble, Trouble::Refused);
    assert_eq!(words(&problem), ("user_banned", None));
}

#[test]
fn inconsistency_3_a_validation_without_status_names_its_fields() {
    let body = include_str!("../../tests/data/fixtures/cryptopocket/error_validation_422.json");
    let failure = judged_as(Absent::Path, 422, body).unwrap_err();
    assert_eq!(failure.fields, ["company_name", "email"]);
    assert_eq!(failure.problem.trouble, Trouble::Refused);
    let message = "company_name: The company name field is required. email: The email field is required.";
    assert_eq!(words(&failure.problem), ("HTTP_422", Some(message)));
}

#[test]
fn validations_of_other_shapes() {
    for (body, fields, message) in [
        (r#"{"errors":{"page":"too big"}}"#, vec!["page"], Some("page: too big")),
        (r#"{"message":"no","errors":["x"]}"#, vec![], Some("no")),
        (r#"{"message":"no","errors":{"page":[]}}"#, vec!["page"], Some("no")),
        (r#"{"status":"ok","errors":{"page":["x","y"]}}"#, vec!["page"], Some("page: x")),
    ] {
        for status in [200, 422] {
            let failure = judged_as(Absent::Path, status, body).unwrap_err();
            assert_eq!(failure.fields, fields, "{body}");
            assert_eq!(words(&failure.problem).1, message, "{body}");
            assert_eq!(failure.problem.trouble, Trouble::Refused);
        }
    }
}

#[test]
fn the_link_of_a_required_check_does_not_show() {
    for body in [
        include_str!("../../tests/data/fixtures/cryptopocket/error_require_kyc_string_assumed.json"),
        include_str!("../../tests/data/fixtures/cryptopocket/error_require_kyc_object_assumed.json"),
        r#"{"status":"error","error":"require_kyc","message":"go to https://kyc.example.com/form/124 now"}"#,
    ] {
        let problem = refused(200, body);
        assert_eq!((&problem.trouble, words(&problem).0), (&Trouble::Refused, "require_kyc"));
        assert!(!format!("{problem:?}").contains("kyc.example.com"), "{problem:?}");
    }
}

#[test]
fn codes_and_statuses() {
    let shape = Trouble::BadAnswer { fault: AnswerFault::Shape };
    for (absent, status, body, trouble) in [
        (Absent::Path, 200, r#"{"status":"error","error":"user_not_found"}"#, Trouble::NotFound),
        (Absent::Subject, 404, r#"{"status":"error","error":"user_not_found"}"#, Trouble::NotFound),
        (Absent::Subject, 404, r#"{"message":"No query results"}"#, Trouble::NotFound),
        (Absent::Path, 404, r#"{"message":"The route api/api/x could not be found."}"#, shape.clone()),
        (Absent::Path, 403, r#"{"error":"user_not_in_integration"}"#, Trouble::Refused),
        (Absent::Path, 200, r#"{"status":"error","error":"unexpected_error"}"#, Trouble::ProviderDown),
        (Absent::Path, 200, r#"{"status":"error","error":"limit_exceded"}"#, Trouble::Refused),
        (Absent::Path, 401, r#"{"message":"Unauthenticated."}"#, Trouble::CredentialsRejected),
        (Absent::Path, 401, r#"{"status":"error","message":"authorization_incorrect"}"#, Trouble::CredentialsRejected),
        (Absent::Path, 500, r#"{"message":"Server Error"}"#, Trouble::ProviderDown),
        (Absent::Path, 503, r#"{"errors":{"x":["y"]}}"#, Trouble::ProviderDown),
        (Absent::Path, 200, r#"{"status":"error"}"#, Trouble::Refused),
        (Absent::Path, 200, r#"{"status":"failed","data":[]}"#, Trouble::Refused),
        (Absent::Path, 400, r#"{"status":"ok","data":[]}"#, Trouble::Refused),
        (Absent::Path, 200, "[]", shape.clone()),
        (Absent::Path, 200, "\"ok\"", shape),
        (Absent::Path, 502, "[]", Trouble::ProviderDown),
    ] {
        let problem = judged_as(absent, status, body).expect_err(body).problem;
        assert_eq!(problem.trouble, trouble, "{status} {body}");
        assert_eq!(problem.words.unwrap().http_status, Some(status));
    }
}

#[test]
fn a_sentence_is_a_message_and_no_code() {
    for (body, expected) in [
        (
            r#"{"status":"error","message":"SQLSTATE[42S02]: no table"}"#,
            ("HTTP_200", Some("SQLSTATE[42S02]: no table")),
        ),
        (r#"{"status":"error","error":"min_purchase","message":"20 EUR"}"#, ("min_purchase", Some("20 EUR"))),
        (
            r#"{"status":"error","error":"Not allowed here","message":"user_banned"}"#,
            ("user_banned", Some("Not allowed here")),
        ),
        (r#"{"status":"error","error":{"a":1},"message":"user_banned"}"#, ("user_banned", None)),
        (r#"{"status":"error"}"#, ("HTTP_200", None)),
    ] {
        assert_eq!(words(&refused(200, body)), expected, "{body}");
    }
}

#[test]
fn inconsistency_1_successes_of_every_spelling() {
    for body in [
        include_str!("../../tests/data/fixtures/cryptopocket/customers_list.json"),
        include_str!("../../tests/data/fixtures/cryptopocket/document_upload_ok.json"),
        include_str!("../../tests/data/fixtures/cryptopocket/payment_guided_create.json"),
        include_str!("../../tests/data/fixtures/cryptopocket/payment_create_transfer.json"),
        include_str!("../../tests/data/fixtures/cryptopocket/authenticate_token_assumed.json"),
    ] {
        assert!(judged_as(Absent::Path, 200, body).is_ok(), "{body}");
    }
}

proptest! {
    #[test]
    fn any_answer_is_judged(status in 200_u16..600, body in "\\PC*") {
        let _ = judged_as(Absent::Path, status, &body);
    }
}

#[test]
fn inconsistency_5_codes_are_taken_as_they_are_spelt() {
    let problem = refused(200, r#"{"status":"error","error":"limit_exceded"}"#);
    assert_eq!((problem.trouble.clone(), words(&problem).0), (Trouble::Refused, "limit_exceded"));
}

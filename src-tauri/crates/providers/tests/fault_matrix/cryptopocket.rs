//! Cryptopocket's answers that are wrong in themselves.

use crate::stage::{Elsewhere, Operation, Row, play};
use crate::support::Expected;

const DATE: (&str, &str) = ("date", "Tue, 23 Jan 2024 12:29:05 GMT");

type Cells = Vec<(Operation, &'static str, usize)>;

/// Reads are told so and cost so many requests; actions are told otherwise and cost another number. After a registration
/// whose outcome is open the list is asked: whoever is in it is registered, and whoever is not may be registered again,
/// unless an answer came that may have told a success.
fn cells(read: &'static str, reads: usize, action: &'static str, actions: usize) -> Cells {
    use Operation::{PocketWalk, Register, RegisterInForce, Status, Upload};
    let mut cells = vec![(PocketWalk, read, reads), (Status, read, reads), (Upload, action, actions)];
    if action.starts_with("unknown ") {
        let registering = if action == "unknown provider_down" { "provider_down" } else { action };
        cells.extend([(Register, registering, actions + 1), (RegisterInForce, "ok", actions + 1)]);
    } else {
        cells.push((Register, action, actions));
    }
    cells
}

/// The same everywhere, at the first request.
fn once(told: &'static str) -> Cells {
    cells(told, 1, told, 1)
}

/// An answer that is none, at the first request: what became of an action is open.
fn open(told: &'static str, unknown: &'static str) -> Cells {
    cells(told, 1, unknown, 1)
}

fn down() -> Cells {
    cells("provider_down", 3, "unknown provider_down", 1)
}

fn with(cells: Cells, operation: Operation, told: &'static str) -> Cells {
    cells.into_iter().map(|cell| if cell.0 == operation { (operation, told, cell.2) } else { cell }).collect()
}

fn json(name: &str, cells: Cells, status: u16, body: &str) -> Row {
    let body = body.to_owned();
    Row::new(name, cells, move |it, _| it.json(status, &body))
}

fn code(code: &str, status: u16, cells: Cells) -> Row {
    json(code, cells, status, &format!(r#"{{"status":"error","error":"{code}"}}"#))
}

fn html(it: Expected, status: u16, body: &str) -> Expected {
    it.reply(status, &[("content-type", "text/html")], body.as_bytes())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn every_fault_is_told_costs_what_it_may_and_loses_nothing() {
    use Operation::{Register, Status, Upload};
    let truncated = || cells("bad_answer Truncated", 3, "unknown bad_answer Truncated", 1);
    let shape = || open("bad_answer Shape", "unknown bad_answer Shape");
    let strange = || open("bad_answer NotJson", "unknown bad_answer NotJson");
    // An upload is answered with nothing but success, and a status that is not there is an unknown one (C12).
    let nameless = || with(with(shape(), Upload, "ok"), Status, "ok");
    let twice = || cells("credentials_rejected", 2, "credentials_rejected", 2);
    let absent = || with(with(once("bad_answer Shape"), Status, "not_found"), Upload, "not_found");
    let count = play(vec![
        Row::new("web page", open("bad_answer Html", "unknown bad_answer Html"), |it, _| {
            html(it, 200, "<html>sign in")
        }),
        Row::new("web page in place of nothing", once("bad_answer Html"), |it, _| html(it, 403, "<html>forbidden")),
        code("unexpected_error", 500, down()),
        code("unexpected_error", 200, down()),
        Row::new("502 in plain text", down(), |it, _| it.reply(502, &[], b"Bad Gateway")),
        Row::new("503 as a web page", down(), |it, _| html(it, 503, "<html>")),
        Row::new("408", down(), |it, _| it.reply(408, &[], b"")),
        Row::new("429 for a second", cells("rate_limited", 3, "rate_limited", 1), |it, _| {
            it.reply(429, &[("retry-after", "1")], br#"{"message":"Too Many Attempts."}"#)
        }),
        Row::new("429 for an hour", once("rate_limited"), |it, _| it.reply(429, &[("retry-after", "3600")], b"{}")),
        Row::new("429 until a date", once("rate_limited"), |it, _| {
            it.reply(429, &[DATE, ("retry-after", "Tue, 23 Jan 2024 12:31:05 GMT")], b"{}")
        }),
        json("429 without a time", once("rate_limited"), 429, r#"{"message":"Too Many Attempts."}"#),
        Row::new("429 as a web page", once("rate_limited"), |it, _| html(it, 429, "<html>")),
        Row::new("closed at once", down(), |it, _| it.closed()),
        Row::new("closed in the head", down(), |it, _| it.raw("HTTP/1.1 200 O")),
        Row::new("closed in the body", truncated(), |it, good| it.json(200, good).cut(3)),
        Row::new("body that ends in the middle", truncated(), |it, good| {
            it.json(200, &good.trim_end()[..good.trim_end().len() - 2])
        }),
        Row::new("plain text", strange(), |it, _| it.reply(200, &[], b"hello")),
        Row::new("nothing", strange(), |it, _| it.reply(200, &[], b"")),
        Row::new("204", strange(), |it, _| it.raw("HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n")),
        Row::new("another charset", strange(), |it, _| {
            let kind = ("content-type", "application/json; charset=windows-1251");
            it.reply(200, &[kind], b"{\"status\":\"ok\",\"data\":[\"\xc8\xe2\xe0\xed\"]}")
        }),
        Row::new("compressed, and it is not", strange(), |it, good| {
            it.reply(200, &[("content-encoding", "gzip")], good.as_bytes())
        }),
        Row::new("body without an end", open("bad_answer TooLarge", "unknown bad_answer TooLarge"), |it, _| {
            it.reply(200, &[], &vec![b' '; 16 * 1024 * 1024 + 1])
        }),
        json("list in place of an object", shape(), 200, "[1]"),
        json("number in place of an object", shape(), 200, "1"),
        json("null in place of the subject", nameless(), 200, r#"{"status":"ok","data":null}"#),
        json("text in place of the subject", nameless(), 200, r#"{"status":"ok","data":"x"}"#),
        json("404", absent(), 404, "{}"),
        json("405", once("refused"), 405, r#"{"message":"The POST method is not supported."}"#),
        code("user_not_found", 200, once("not_found")),
        code("user_not_found", 404, once("not_found")),
        code("user_not_in_integration", 403, once("refused")),
        code("user_banned", 200, once("refused")),
        code("user_already_exists", 200, once("refused")),
        code("something_new", 418, once("refused")),
        json("code in the message", once("refused"), 200, r#"{"status":"error","message":"user_banned"}"#),
        json("status of another kind", once("refused"), 200, r#"{"status":1}"#),
        json("unknown word of status", once("refused"), 200, r#"{"status":"queued"}"#),
        json("validation", once("refused"), 422, r#"{"message":"x","errors":{"email":["taken"]}}"#),
        json("validation with 200", once("refused"), 200, r#"{"status":"ok","errors":{"email":["taken"]}}"#),
        json(
            "secrets repeated",
            once("refused"),
            400,
            r#"{"error":"sk_test_planted_secret","message":"token-1 pk_test_planted_key"}"#,
        ),
        // C3, C4: whatever is behind a refused token, one more sign-in and one more request.
        code("authorization_incorrect", 200, twice()),
        code("authorization_incorrect", 401, twice()),
        json("401", twice(), 401, r#"{"message":"Unauthenticated."}"#),
        // C4: an old token is renewed at once, in the middle of a walk, too, and the request goes out again: it was refused
        // before anything was done.
        Row::new("token expired", cells("ok", 2, "ok", 2), |it, good| it.json(200, good)).with_an_old_token(),
        Row::new("web page label on JSON", once("ok"), |it, good| html(it, 200, good)),
        Row::new("byte order mark", once("ok"), |it, good| it.json(200, &format!("\u{feff}{good}"))),
        Row::new("success in the provider's own spelling", once("ok"), |it, good| {
            it.json(200, &good.replace(r#""ok""#, r#""sucess""#))
        }),
        Row::new("unknown fields", once("ok"), |it, good| {
            it.json(200, &good.replacen('{', r#"{"new":{"deep":[1,"https://x.example.com"]},"#, 1))
        }),
        Row::new("chunks", once("ok"), |it, good| {
            let head = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\nconnection: close\r\n\r\n";
            let chunks: String = good
                .chars()
                .map(|char| format!("{:x}\r\n{char}\r\n", char.len_utf8()))
                .chain(["0\r\n\r\n".to_owned()])
                .collect();
            it.raw(format!("{head}{chunks}"))
        }),
        Row::new("register answered with another shape", vec![(Register, "ok", 1)], |it, _| {
            it.json(200, r#"{"id":"1235","kyc_form_url":null}"#)
        }),
    ])
    .await;
    assert!(count >= 180, "{count} cells");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_sign_in_that_fails_is_told_and_nothing_else_was_sent() {
    use Operation::{SignInToRead, SignInToRegister};
    let elsewhere = Elsewhere::start().await;
    let there = elsewhere.origin.clone();
    // Nothing but the sign-in went out, so nobody is in doubt about a registration.
    let both = |told: &'static str| [(SignInToRead, told, 0), (SignInToRegister, told, 0)];
    play(vec![
        Row::new("500", both("provider_down"), |it, _| it.json(500, "{}")),
        Row::new("closed", both("provider_down"), |it, _| it.closed()),
        Row::new("reset", both("provider_down"), |it, _| it.raw("").then_reset()),
        Row::new("cut", both("bad_answer Truncated"), |it, good| it.json(200, good).cut(3)),
        Row::new("web page", both("bad_answer Html"), |it, _| html(it, 200, "<html>")),
        Row::new("plain text", both("bad_answer NotJson"), |it, _| it.reply(200, &[], b"hello")),
        Row::new("list", both("bad_answer Shape"), |it, _| it.json(200, "[]")),
        Row::new("redirect", both("bad_answer Redirect"), move |it, _| it.reply(308, &[("location", &there)], b"")),
        Row::new("429", both("rate_limited"), |it, _| it.reply(429, &[("retry-after", "9")], b"{}")),
        Row::new("no token", both("credentials_rejected"), |it, _| it.json(200, r#"{"status":"ok"}"#)),
        Row::new("wrong keys", both("credentials_rejected"), |it, _| {
            it.json(200, r#"{"status":"error","error":"authorization_incorrect","message":"sk_test_planted_secret"}"#)
        }),
    ])
    .await;
    elsewhere.was_left_alone();
}

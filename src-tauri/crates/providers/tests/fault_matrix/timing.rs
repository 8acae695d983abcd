//! Answers that come late, in part, a little at a time, or never.

use crate::stage::{LONG, Operation, PATIENT, Row, client, code, play};
use crate::support;
use kyc::{ProviderCustomerId, Trouble};
use providers::{Cursor, ListFilter, Outcome, Registration, Timeouts};
use std::time::Duration;

/// What only a provider that never goes on exceeds: those cells must not depend on how busy the computer is.
const SHORT: Duration = Duration::from_secs(1);
const UNTIL_SILENT: Timeouts = Timeouts { connect: LONG, silence: SHORT, total: LONG };
const IN_ALL: Timeouts = Timeouts { connect: LONG, silence: LONG, total: SHORT };

type Cells = [(Operation, &'static str, usize); 9];

fn all(read: &'static str, reads: usize, block: &'static str, action: &'static str) -> Cells {
    use Operation::{Block, BlockInForce, Card, PocketWalk, Register, RegisterInForce, Status, Upload, Walk};
    let looked = if block == "ok" { 1 } else { 2 };
    [
        (Walk, read, reads),
        (Card, read, reads),
        (Block, block, looked),
        // Whether or not an answer came, it stands: the card tells.
        (BlockInForce, "ok", looked),
        (PocketWalk, read, reads),
        (Status, read, reads),
        // The list tells.
        (Register, if action == "unknown provider_down" { "provider_down" } else { action }, looked),
        (RegisterInForce, "ok", looked),
        (Upload, action, 1),
    ]
}

fn well() -> Cells {
    all("ok", 1, "ok", "ok")
}

fn down() -> Cells {
    all("provider_down", 3, "provider_down", "unknown provider_down")
}

fn cut() -> Cells {
    all("bad_answer Truncated", 3, "bad_answer Truncated", "unknown bad_answer Truncated")
}

fn half(reply: support::Expected, good: &str) -> support::Expected {
    reply.json(200, good).cut(good.len() / 2)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_is_late_or_lost_is_told_and_costs_what_it_may() {
    let (tick, millis) = (Duration::from_millis(10), Duration::from_millis);
    let cells = play(vec![
        Row::new("late, and in time", well(), move |it, good| it.json(200, good).after(millis(100))),
        Row::new("never", down(), |it, _| it.raw("").then_silence()).within(UNTIL_SILENT),
        Row::new("never in all", down(), |it, _| it.raw("").then_silence()).within(IN_ALL),
        Row::new("silent in the head", down(), |it, _| it.raw("HTTP/1.1 200 OK\r\ndate:").then_silence())
            .within(UNTIL_SILENT),
        Row::new("silent in the body", down(), |it, good| half(it, good).then_silence()).within(UNTIL_SILENT),
        Row::new("silent in the body in all", down(), |it, good| half(it, good).then_silence()).within(IN_ALL),
        Row::new("reset before an answer", down(), |it, _| it.raw("").then_reset()),
        Row::new("reset in the head", down(), |it, _| it.raw("HTTP/1.1 200 OK\r\ncontent-").then_reset()),
        Row::new("reset in the body", cut(), |it, good| half(it, good).after(Duration::ZERO).then_reset()),
        Row::new("a trickle, and in time", well(), move |it, good| it.json(200, good).in_pieces(64, tick)),
        // Each piece comes in time; together they would take minutes.
        Row::new("a trickle without an end", down(), move |it, good| {
            it.json(200, &format!("{good}{}", " ".repeat(30_000))).in_pieces(2, tick)
        })
        .within(IN_ALL),
        Row::new(
            "late and then wrong",
            all("provider_down", 3, "provider_down", "unknown provider_down"),
            move |it, _| it.json(503, "{}").after(millis(50)),
        ),
    ])
    .await;
    assert_eq!(cells, 12 * 9);
}

#[tokio::test]
async fn where_nobody_listens_nothing_was_sent() {
    for pocket in [false, true] {
        let (provider, clock) = client(pocket, &support::nobody().await, PATIENT);
        let page = provider.customers(&ListFilter::default(), &Cursor::start()).await;
        assert_eq!(code(&page.unwrap_err()), "offline");
        // Reading is tried three times; signing in, which is no reading, once.
        assert_eq!(clock.slept().len(), if pocket { 0 } else { 2 });
        let id = ProviderCustomerId::new(crate::stage::UUID).unwrap();
        if pocket {
            let (name, email) = ("Ann".to_owned(), "ann@example.com".to_owned());
            let outcome = provider.register(&Registration::Person { name, email, return_to: None }).await;
            assert!(matches!(outcome, Outcome::Refused(problem) if problem.trouble == Trouble::Offline));
        } else {
            let outcome = provider.block(&id, None).await;
            assert!(matches!(outcome, Outcome::Refused(problem) if problem.trouble == Trouble::Offline));
        }
    }
}

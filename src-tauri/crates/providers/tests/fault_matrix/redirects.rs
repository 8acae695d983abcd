//! Answers that send elsewhere: nobody goes there, and no header is seen by anybody else.

use crate::stage::{Elsewhere, Operation, Row, play};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_redirect_is_followed_to_any_host() {
    use Operation::{Block, BlockInForce, Card, PocketWalk, Register, SignInToRead, Status, Upload, Walk};
    let elsewhere = Elsewhere::start().await;
    let bare = elsewhere.origin.trim_start_matches("http:").to_owned();
    let mut rows = Vec::new();
    for status in [301, 302, 303, 307, 308] {
        for location in [format!("{}/moved", elsewhere.origin), format!("{bare}/moved"), "/api/v2/moved".to_owned()] {
            let told = "bad_answer Redirect";
            let cells = [
                (Walk, told, 1),
                (Card, told, 1),
                (Block, told, 2),
                (BlockInForce, "ok", 2),
                (PocketWalk, told, 1),
                (Status, told, 1),
                (Register, told, 1),
                (Upload, told, 1),
                (SignInToRead, told, 0),
            ];
            rows.push(Row::new(&format!("{status} to {location}"), cells, move |it, _| {
                it.reply(status, &[("location", &location)], b"")
            }));
        }
    }
    let there = elsewhere.origin.clone();
    let well = [Walk, Card, Block, PocketWalk, Status, Register, Upload].map(|operation| (operation, "ok", 1));
    rows.push(Row::new("201 that names another place", well, move |it, good| {
        it.reply(201, &[("location", &there), ("refresh", "0; url=/moved")], good.as_bytes())
    }));
    assert_eq!(play(rows).await, 5 * 3 * 9 + 7);
    elsewhere.was_left_alone();
}

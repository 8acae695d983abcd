//! From a key to its answer on screen, measured by the page itself.
//!
//! The clock starts when the page hears of the key. It stops at the second frame after the rows of the answer are in the
//! page: the first has drawn them by then.

use crate::figures::{Figures, Report};
use crate::memory;
use crate::run::{Outcome, told};
use serde::Deserialize;
use stage::Window;
use std::time::Duration;

const SEARCH: &str = "input[data-testid=search]";

/// What an officer may type, a letter at a time: names in several scripts, common and rare, parts of e-mails and phones, ids,
/// two words, and what nobody has.
const QUERIES: [&str; 40] = [
    "ivan",
    "anna k",
    "garcia",
    "maria",
    "smith",
    "alex",
    "иван",
    "анна",
    "елена п",
    "шевченко",
    "нұрлан",
    "aigerim",
    "tchaikovsky",
    "chaykovskiy",
    "pérez",
    "gonzalez m",
    "o'connor",
    "müller",
    "sofia",
    "дмитрий",
    "gmail",
    "example.com",
    "mail.ru",
    "@",
    ".org",
    "+7 916",
    "916123",
    "79",
    "+34",
    "5512",
    "a1f",
    "1000",
    "42",
    "7e",
    "zzzz",
    "qwx",
    "вжщ",
    "ivan petrov",
    "maria lopez",
    "е",
];

/// From one letter to the next: a quick typist's pace, which is also time enough for most answers.
const BETWEEN_KEYS: Duration = Duration::from_millis(120);

/// Listens for keys, and for what follows from each.
const LISTEN: &str = include_str!("typing.js");

#[derive(Debug, Deserialize)]
struct Key {
    text: String,
    /// From the key to its answer in the page, and to its answer on screen, in milliseconds.
    answered: f64,
    painted: f64,
    /// How many customers the answer has.
    found: f64,
}

pub async fn measure(window: &Window, report: &mut Report) -> Outcome<()> {
    window.click(SEARCH).await?;
    window.run::<bool>(LISTEN, vec![]).await?;
    let mut keys: Vec<Key> = Vec::new();
    let before = memory::ticks_apart(window.process()?)?;
    for query in QUERIES {
        window.fill(SEARCH, "").await?;
        window.wait_for_attribute("[data-testid=results]", "data-busy", "false").await?;
        for (end, letter) in query.char_indices() {
            let typed = &query[..end + letter.len_utf8()];
            window.type_into(SEARCH, &letter.to_string()).await?;
            // Whoever asks the page meanwhile takes of the time that is measured.
            tokio::time::sleep(BETWEEN_KEYS).await;
            let key = window
                .wait(&format!("the answer to {typed:?}"), async || {
                    let noted: Vec<Key> = window.run("return window.measuredKeys.splice(0)", vec![]).await?;
                    // Clearing the field is noted as well, and may be noted late.
                    Ok(noted.into_iter().find(|key| key.text == typed).ok_or_else(|| "none yet".to_owned()))
                })
                .await?;
            keys.push(key);
        }
    }
    window.fill(SEARCH, "").await?;
    let after = memory::ticks_apart(window.process()?)?;
    let of = |choose: fn(&Key) -> f64| Figures::new(keys.iter().map(choose).collect());
    let (answered, painted) = (of(|key| key.answered), of(|key| key.painted));
    report.heading("From a key to its answer, ms", &["keys", "p50", "p95", "p99", "worst"]);
    report.row("in the page", &told(&answered));
    report.row("on screen", &told(&painted));
    report.line("");
    let each = |ticks: u64| ticks as f64 * 1_000.0 / memory::TICKS_PER_SECOND / keys.len().max(1) as f64;
    let (app, webview) = (each(after.0.saturating_sub(before.0)), each(after.1.saturating_sub(before.1)));
    report.line(&format!(
        "processor time per key, with clearing the field and being asked: {:.1} ms, of which {app:.1} in the app and {webview:.1} in the webview",
        app + webview
    ));
    keys.sort_by(|one, other| other.painted.total_cmp(&one.painted));
    for key in keys.iter().take(5) {
        report.line(&format!("slowest: {:?}, {:.0} found, {:.1} ms", key.text, key.found, key.painted));
    }
    report.goal("key to paint, p95", painted.at(0.95), 50.0, " ms");
    Ok(())
}

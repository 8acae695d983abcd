//! Waiting for something that another process does.
//!
//! The one place of the stage that sleeps. What is waited for happens in another process that offers no way to be told
//! about it (a page's attribute through WebDriver, a name on a bus, a port), so it is asked again and again until it is so
//! or patience ends. Nothing is concluded from time having passed.

use crate::Fault;
use std::time::Duration;
use tokio::time::Instant;

/// How long is waited for one thing before it counts as not happening. Far longer than anything takes on a busy machine
/// with two cores: only a failing test ever waits that long.
pub const PATIENCE: Duration = Duration::from_secs(90);

/// Pause between two looks.
const INTERVAL: Duration = Duration::from_millis(40);

/// Asks `look` until it answers with a value.
///
/// # Errors
///
/// `look` answers `Ok(Err(what is there instead))` while it has to go on; [`Fault::TimedOut`] when that goes on for longer
/// than `patience`, or when a single look does; what `look` fails with, at once.
pub async fn wait_until<T>(
    what: &str,
    patience: Duration,
    mut look: impl AsyncFnMut() -> Result<Result<T, String>, Fault>,
) -> Result<T, Fault> {
    let end = Instant::now() + patience;
    let timed_out =
        |seen| Fault::TimedOut { seconds: patience.as_secs(), what: what.to_owned(), seen, context: String::new() };
    let mut before = String::new();
    loop {
        // The other process may also stop answering in the middle of a look.
        let Ok(looked) = tokio::time::timeout_at(end, look()).await else {
            return Err(timed_out(format!("no answer any more; {before}")));
        };
        match looked? {
            Ok(value) => return Ok(value),
            Err(seen) if Instant::now() >= end => return Err(timed_out(seen)),
            Err(seen) => before = seen,
        }
        tokio::time::sleep(INTERVAL).await;
    }
}

/// Waits for one answer of another process, which may never come.
///
/// # Errors
///
/// [`Fault::TimedOut`] when it does not come within [`PATIENCE`]; what the answer itself fails with.
pub(crate) async fn answer<T, E: Into<Fault>>(
    what: &str,
    answer: impl Future<Output = Result<T, E>>,
) -> Result<T, Fault> {
    match tokio::time::timeout(PATIENCE, answer).await {
        Ok(answered) => answered.map_err(Into::into),
        Err(_) => Err(Fault::TimedOut {
            seconds: PATIENCE.as_secs(),
            what: what.to_owned(),
            seen: "no answer at all".to_owned(),
            context: String::new(),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_look_that_never_ends_is_given_up() {
        let patience = Duration::from_secs(3);
        let outcome =
            wait_until("the moon", patience, async || std::future::pending::<Result<Result<(), _>, _>>().await);
        let Err(Fault::TimedOut { what, seen, .. }) = outcome.await else { panic!("it cannot have been seen") };
        assert_eq!(what, "the moon");
        assert!(seen.starts_with("no answer"), "{seen}");
    }
}

//! Waiting for something that another process does.
//!
//! The one place of the stage that sleeps. What is waited for happens in another process that offers no way to be told
//! about it (a page's attribute through WebDriver, a name on a bus, a port), so it is asked again and again until it is so
//! or patience ends. Nothing is concluded from time having passed.

use crate::Fault;
use std::time::{Duration, Instant};

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
/// than `patience`; what `look` fails with, at once.
pub async fn wait_until<T>(
    what: &str,
    patience: Duration,
    mut look: impl AsyncFnMut() -> Result<Result<T, String>, Fault>,
) -> Result<T, Fault> {
    let end = Instant::now() + patience;
    loop {
        let seen = match look().await? {
            Ok(value) => return Ok(value),
            Err(seen) => seen,
        };
        if Instant::now() >= end {
            return Err(Fault::TimedOut {
                seconds: patience.as_secs(),
                what: what.to_owned(),
                seen,
                context: String::new(),
            });
        }
        tokio::time::sleep(INTERVAL).await;
    }
}

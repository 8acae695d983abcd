//! How the body of a reply goes out: whole, or not at all as it should.

use crate::wire::Wire;
use axum::body::{Body, Bytes};
use futures_util::{Stream, StreamExt, stream};
use std::io;
use std::time::Duration;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// How a body goes out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Delivery {
    /// As it should.
    #[default]
    Whole,
    /// The connection is closed in the middle.
    Closed,
    /// The connection is reset in the middle.
    Reset,
    /// A little at a time.
    Trickle {
        /// Bytes at a time.
        piece: usize,
        /// Between them.
        pause: Duration,
        /// After which all that is left comes at once.
        limit: Duration,
    },
    /// Longer than it is.
    Padded {
        /// Bytes in all.
        length: u64,
        /// Whether they are announced.
        announced: bool,
    },
}

impl Delivery {
    /// The body, and the length to announce.
    pub fn body(self, body: Vec<u8>, wire: Wire, stop: CancellationToken) -> (Body, Option<u64>) {
        let length = Some(body.len() as u64);
        match self {
            Self::Whole => (Body::from(body), length),
            Self::Closed => (broken_off(body, || ()), length),
            Self::Reset => (broken_off(body, move || wire.reset()), length),
            Self::Trickle { piece, pause, limit } => {
                (Body::from_stream(trickle(body, piece, pause, limit, stop)), length)
            }
            Self::Padded { length, announced } => {
                let padding = Padding::of(body, length);
                let length = announced.then(|| padding.length());
                (Body::from_stream(padding.stream(stop)), length)
            }
        }
    }
}

/// Half of the body, and then a failure, upon which the connection ends before the announced length is reached.
fn broken_off(mut body: Vec<u8>, before: impl FnOnce() + Send + 'static) -> Body {
    body.truncate(body.len() / 2);
    let begun = stream::once(async { Ok(Bytes::from(body)) });
    let end = stream::once(async move {
        // What is written is sent only when the body lets the connection wait; without that the status line would be lost too.
        tokio::task::yield_now().await;
        before();
        Err(io::Error::new(io::ErrorKind::ConnectionAborted, "broken off on purpose"))
    });
    Body::from_stream(begun.chain(end))
}

/// Pieces with pauses between them. When the emulator stops, the rest comes at once.
fn trickle(
    body: Vec<u8>,
    piece: usize,
    pause: Duration,
    limit: Duration,
    stop: CancellationToken,
) -> impl Stream<Item = io::Result<Bytes>> {
    let begun = Instant::now();
    stream::unfold((Bytes::from(body), true), move |(mut left, first)| {
        let stop = stop.clone();
        async move {
            if left.is_empty() {
                return None;
            }
            let remaining = limit.saturating_sub(begun.elapsed());
            if !first {
                tokio::select! {
                    () = tokio::time::sleep(pause.min(remaining)) => {}
                    () = stop.cancelled() => {}
                }
            }
            let at_once = stop.is_cancelled() || begun.elapsed() >= limit;
            let sent = left.split_to(if at_once { left.len() } else { piece.clamp(1, left.len()) });
            Some((Ok(sent), (left, false)))
        }
    })
}

/// A body between whose parts there is as much as is missing.
struct Padding {
    head: Bytes,
    missing: u64,
    filler: u8,
    tail: Bytes,
}

/// How much of the filler is in memory.
const CHUNK: usize = 64 * 1024;

impl Padding {
    /// A JSON object gets one more field with a long text, anything else blanks behind it.
    fn of(body: Vec<u8>, length: u64) -> Self {
        let field: &[u8] = b",\"padding\":\"";
        let end: &[u8] = b"\"}";
        let missing = |used: usize| length.saturating_sub(used as u64);
        match body.strip_suffix(b"}") {
            Some(open) if open.len() > 1 && missing(open.len() + field.len() + end.len()) > 0 => {
                let missing = missing(open.len() + field.len() + end.len());
                let head = [open, field].concat().into();
                Self { head, missing, filler: b'x', tail: Bytes::from_static(end) }
            }
            _ => {
                let missing = missing(body.len());
                Self { head: body.into(), missing, filler: b' ', tail: Bytes::new() }
            }
        }
    }

    fn length(&self) -> u64 {
        self.head.len() as u64 + self.missing + self.tail.len() as u64
    }

    fn stream(self, stop: CancellationToken) -> impl Stream<Item = io::Result<Bytes>> {
        let Self { head, missing, filler, tail } = self;
        let chunk = Bytes::from(vec![filler; CHUNK]);
        let filling = stream::unfold(missing, move |missing| {
            let size = usize::try_from(missing).unwrap_or(CHUNK).min(CHUNK);
            let next = if stop.is_cancelled() {
                // Nobody has to wait for gigabytes.
                Some((Err(io::Error::new(io::ErrorKind::ConnectionAborted, "the emulator stops")), 0))
            } else {
                Some((Ok(chunk.slice(..size)), missing - size as u64))
            };
            std::future::ready(next.filter(|_| missing > 0))
        });
        stream::iter([Ok(head)]).chain(filling).chain(stream::iter([Ok(tail)]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    async fn padded(body: &str, length: u64) -> (Vec<u8>, u64) {
        let (body, announced) =
            Delivery::Padded { length, announced: true }.body(body.into(), Wire::default(), CancellationToken::new());
        (axum::body::to_bytes(body, usize::MAX).await.unwrap().into(), announced.unwrap())
    }

    proptest! {
        #[test]
        fn a_padded_body_has_the_length_and_is_what_it_was(length in 1_u64..300_000, object: bool) {
            let body = if object { r#"{"data":[]}"# } else { "<html></html>" };
            let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
            let (sent, announced) = runtime.block_on(padded(body, length));
            prop_assert_eq!(sent.len() as u64, announced);
            prop_assert_eq!(announced, length.max(body.len() as u64));
            if object {
                let read: serde_json::Value = serde_json::from_slice(&sent).unwrap();
                prop_assert_eq!(&read["data"], &serde_json::json!([]));
            } else {
                prop_assert!(sent.starts_with(body.as_bytes()));
            }
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_trickle_is_whole_in_the_end_and_ends_at_the_limit() {
        let body: Vec<u8> = (0..=255).collect();
        for (piece, limit, most) in [(1, 1_000_000, 256), (100, 1_000_000, 3), (1, 45, 6), (1, 0, 1)] {
            let pause = Duration::from_millis(10);
            let stop = CancellationToken::new();
            let pieces: Vec<_> = trickle(body.clone(), piece, pause, Duration::from_millis(limit), stop)
                .map(Result::unwrap)
                .collect()
                .await;
            assert_eq!(pieces.concat(), body);
            assert_eq!(pieces.len(), most, "{piece} bytes, {limit} ms");
        }
    }
}

//! When the index begins to be filled from the book, how, and what is made ready behind it.
//!
//! A start shows its first rows without the index, and both are made on the same processors. So the index waits until
//! somebody needs it, which a window does when it counts its views once the first rows are on screen, and is then filled by
//! threads that step back before those that draw.

use crate::shared_index::SharedIndex;
use crate::{Desk, off_the_runtime};
use kyc::Problem;
use search::{Column, Filling, Index};
use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::Duration;

/// Customers that are handed over at a time.
const CHUNK: usize = 2_000;
/// For how long the index waits where nobody asks for what only it can tell.
const LONGEST_WAIT: Duration = Duration::from_secs(3);
/// By how much the threads that fill it step back, in the system's measure of niceness. They still get about a third of a
/// processor that something else wants whole, as whoever types early waits for them.
#[cfg(target_os = "linux")]
const NICER: i32 = 5;
/// The columns whose orders are worked out before somebody asks for them: those in which that takes long enough to be
/// noticed. Each order takes five bytes a customer for as long as it is kept.
const PREPARED: [Column; 4] = [Column::Name, Column::Email, Column::Phone, Column::Id];

impl Desk {
    /// Fills the index from the book in the background once `begin` is over, says that customers changed when it is full,
    /// and then makes ready what the next searches need.
    pub(crate) fn fill_index_after(&self, begin: impl Future<Output = ()> + Send + 'static) {
        let desk = self.clone();
        tokio::spawn(async move {
            begin.await;
            let (index, source) = (Arc::clone(&desk.inner.index), desk.inner.reader.clone());
            let outcome = off_the_runtime({
                let index = Arc::clone(&index);
                move || filled(&source, &index)
            })
            .await;
            if let Err(problem) = &outcome {
                tracing::warn!(%problem, "the book cannot be read into the index");
            }
            index.filled(outcome);
            desk.inner.newsroom.customers_changed();
            desk.note_beginning().await;
            desk.prepare_orders().await;
        });
    }

    /// Waits until somebody needs the index, or long enough for a first screen to be drawn without it.
    pub(crate) async fn until_index_is_due(&self) {
        due(&self.inner.index).await;
    }

    /// Works out some orders before somebody clicks their column, on the index as it is then, so that neither a search nor
    /// a landed page waits.
    async fn prepare_orders(&self) {
        let index = Arc::clone(&self.inner.index);
        let prepared = off_the_runtime(move || {
            for column in PREPARED {
                if index.is_closed() {
                    break;
                }
                // A snapshot keeps neither searches nor landed pages waiting.
                index.snapshot().prepare(column, &|| index.is_closed());
            }
            Ok(())
        });
        if let Err(problem) = prepared.await {
            tracing::warn!(%problem, "the orders cannot be prepared");
        }
    }
}

async fn due(index: &SharedIndex) {
    let _ = tokio::time::timeout(LONGEST_WAIT, index.until_wanted()).await;
}

/// An index of everybody in the book; of some, when it is closed meanwhile.
fn filled(book: &directory::Reader, index: &SharedIndex) -> Result<Index, Problem> {
    let mut filling = Filling::new(step_back);
    book.for_each_chunk_until(CHUNK, |customers| {
        filling.take(customers);
        if index.is_filling() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    })?;
    Ok(filling.finish())
}

/// Has the system prefer other threads to this one, where it can be told.
fn step_back() {
    // Linux counts niceness thread by thread, and without a number means the calling one.
    #[cfg(target_os = "linux")]
    if let Err(error) = rustix::process::setpriority_process(None, NICER) {
        tracing::debug!(%error, "the index is filled as urgently as the first screen is drawn");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::FutureExt;
    use tokio::time::{Instant, advance};

    #[tokio::test(start_paused = true)]
    async fn it_waits_until_somebody_needs_it_and_not_for_ever() {
        let (index, started) = (SharedIndex::new(), Instant::now());
        due(&index).await;
        assert_eq!(started.elapsed(), LONGEST_WAIT, "nobody asks");

        let mut waiting = Box::pin(due(&index));
        advance(LONGEST_WAIT / 2).await;
        assert!(waiting.as_mut().now_or_never().is_none());
        assert!(index.until_full().now_or_never().is_none(), "it is not filled yet");
        assert!(waiting.now_or_never().is_some(), "somebody asks");
    }
}

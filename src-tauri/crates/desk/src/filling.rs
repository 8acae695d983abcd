//! When the index begins to be filled from the book, how, and what is made ready behind it.
//!
//! A start shows its first rows without the index, and both are made on the same processors. So the index waits for the
//! first screen, unless somebody needs it, and is then filled by threads that step back before those that draw.

use crate::shared_index::SharedIndex;
use crate::{Desk, off_the_runtime};
use kyc::Problem;
use search::{Column, Filling, Index};
use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

/// Customers that are handed over at a time.
const CHUNK: usize = 2_000;
/// For how long the index waits after the first rows were handed out, where nobody says that they are on screen.
const DRAWING: Duration = Duration::from_millis(700);
/// For how long it waits where no rows are asked for.
const LONGEST_WAIT: Duration = Duration::from_secs(3);
/// By how much the threads that fill it step back, in the system's measure of niceness. They still get about a third of a
/// processor that something else wants whole, as whoever types early waits for them.
#[cfg(target_os = "linux")]
const NICER: i32 = 5;
/// The columns whose orders are worked out before somebody asks for them: those in which that takes long enough to be
/// noticed. Each order takes five bytes a customer for as long as it is kept.
const PREPARED: [Column; 4] = [Column::Name, Column::Email, Column::Phone, Column::Id];

/// How far the first screen has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Screen {
    /// No rows are out.
    Empty,
    /// The first rows were handed out.
    Drawing,
    /// They are on screen.
    Up,
}

/// What the index waits for at a start.
#[derive(Debug)]
pub(crate) struct FirstScreen {
    screen: watch::Sender<Screen>,
}

impl FirstScreen {
    pub(crate) fn new() -> Self {
        Self { screen: watch::Sender::new(Screen::Empty) }
    }

    /// Notes that the first rows were handed out.
    pub(crate) fn drawing(&self) {
        self.reached(Screen::Drawing);
    }

    fn reached(&self, reached: Screen) {
        self.screen.send_if_modified(|screen| {
            let goes_on = *screen < reached;
            *screen = reached.max(*screen);
            goes_on
        });
    }

    /// Waits until it is on screen, but not for ever.
    async fn is_up(&self) {
        let mut screen = self.screen.subscribe();
        let _ = tokio::time::timeout(LONGEST_WAIT, screen.wait_for(|screen| *screen >= Screen::Drawing)).await;
        let _ = tokio::time::timeout(DRAWING, screen.wait_for(|screen| *screen == Screen::Up)).await;
    }
}

impl Desk {
    /// Says that the first rows are on screen, so that the index need not wait for them any longer. Without it the index
    /// waits for a while that is long enough nearly always.
    pub fn screen_is_up(&self) {
        self.inner.first_screen.reached(Screen::Up);
    }

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

    /// Waits until the first screen is up, or somebody needs the index.
    pub(crate) async fn until_index_is_due(&self) {
        // Without a beginning to show, the first rows need the index.
        if self.has_beginning().await {
            tokio::select! {
                () = self.inner.index.until_wanted() => {}
                () = self.inner.first_screen.is_up() => {}
            }
        }
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
    async fn it_waits_for_the_screen_and_not_for_ever() {
        let started = Instant::now();
        FirstScreen::new().is_up().await;
        assert_eq!(started.elapsed(), LONGEST_WAIT + DRAWING, "nobody asks for rows");

        let screen = FirstScreen::new();
        let mut waiting = Box::pin(screen.is_up());
        assert!(waiting.as_mut().now_or_never().is_none());
        screen.drawing();
        assert!(waiting.as_mut().now_or_never().is_none(), "rows that are out are not on screen");
        advance(DRAWING / 2).await;
        assert!(waiting.as_mut().now_or_never().is_none());
        screen.reached(Screen::Up);
        screen.drawing();
        assert!(waiting.now_or_never().is_some());
        assert!(screen.is_up().now_or_never().is_some(), "it stays up");
    }
}

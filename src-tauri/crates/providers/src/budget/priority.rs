//! Who a request is for: somebody who waits for it, or nobody.

use std::future::Future;

tokio::task_local! {
    static IN_BACKGROUND: ();
}

/// Whose request is let through first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Priority {
    /// An officer sits in front of the screen and waits.
    Officer,
    /// Nobody waits.
    Background,
}

impl Priority {
    /// Of the work that is asking.
    pub fn of_this_work() -> Self {
        if IN_BACKGROUND.try_with(|()| ()).is_ok() { Self::Background } else { Self::Officer }
    }
}

/// Does work for which nobody waits, such as the walk over a whole list. Its requests let those of everybody else pass,
/// and leave a tenth of each limit to them, so that an officer is served at once even where a walk has used up the rest.
/// What the work spawns as tasks of its own is not in the background.
pub async fn in_background<F: Future>(work: F) -> F::Output {
    IN_BACKGROUND.scope((), work).await
}

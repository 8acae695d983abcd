//! One page ahead: the request for a list's next page goes out before the rows of the last one are read.
//!
//! A provider takes its time for each page, and so does whoever reads and stores one; this lets both happen at once.
//! Never more than one page ahead: a walk that stops early has asked for one page too many at most.

use crate::provider::{Cursor, Page};
use std::fmt;
use std::future::Future;

/// A page that came and whose rows were not read yet. Where the list goes on is known.
pub struct Unread {
    next: Option<Cursor>,
    read: Box<dyn FnOnce() -> Page + Send>,
}

impl Unread {
    /// `read` gives a page whose [`Page::next`] is `next`.
    pub(crate) fn new(next: Option<Cursor>, read: impl FnOnce() -> Page + Send + 'static) -> Self {
        Self { next, read: Box::new(read) }
    }

    /// Where to go on; `None` when the list is over. The same as [`Page::next`].
    pub fn next(&self) -> Option<&Cursor> {
        self.next.as_ref()
    }

    /// The page with its rows.
    pub fn read(self) -> Page {
        (self.read)()
    }
}

impl From<Page> for Unread {
    fn from(page: Page) -> Self {
        Self::new(page.next.clone(), move || page)
    }
}

impl fmt::Debug for Unread {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Unread").field("next", &self.next).finish_non_exhaustive()
    }
}

/// Does `work` on one page while `request`, the one for the next page, is under way, and gives what came of both. Where
/// the work fails, the request is given up.
///
/// # Errors
/// That of the work. A request that failed is the caller's to judge, when its turn comes.
pub async fn ahead<R, T, E>(
    request: impl Future<Output = R>,
    work: impl Future<Output = Result<T, E>>,
) -> Result<(R, T), E> {
    let request = async { Ok(request.await) };
    let work = async {
        // Reading a page keeps the thread that may have to write the request to its connection.
        tokio::task::yield_now().await;
        work.await
    };
    tokio::try_join!(biased; request, work)
}

#[cfg(test)]
mod tests {
    use super::*;
    use kyc::{Problem, Trouble};
    use std::cell::RefCell;

    #[tokio::test]
    async fn the_request_is_begun_first_and_both_end() {
        let order = RefCell::new(Vec::new());
        let request = async {
            order.borrow_mut().push("asked");
            tokio::task::yield_now().await;
            tokio::task::yield_now().await;
            order.borrow_mut().push("answered");
            Err::<(), _>(Problem::from(Trouble::Offline))
        };
        let work = async {
            order.borrow_mut().push("read");
            Ok::<_, Problem>(7)
        };
        let (answer, read) = ahead(request, work).await.unwrap();
        assert_eq!((answer.unwrap_err().trouble, read), (Trouble::Offline, 7));
        assert_eq!(*order.borrow(), ["asked", "read", "answered"]);
    }

    #[tokio::test]
    async fn work_that_fails_gives_the_request_up() {
        let work = async { Err::<(), _>(Problem::from(Trouble::Internal)) };
        let failed = ahead(std::future::pending::<()>(), work).await.unwrap_err();
        assert_eq!(failed.trouble, Trouble::Internal);
    }
}

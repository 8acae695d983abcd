//! The index behind the grid, shared by searches, by landed pages, and at the start by whoever fills it from the book.

use kyc::{BookCustomer, ConnectionId, Problem, Trouble};
use search::{Index, Snapshot};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use tokio::sync::watch;

/// Searches share it; a landed page is taken in between two of them.
pub(crate) struct SharedIndex {
    index: RwLock<Index>,
    state: watch::Sender<State>,
    /// Somebody waits for it to be full.
    wanted: watch::Sender<bool>,
    /// What has happened while the index is being filled; none once it is. The book as it was goes in first and in one
    /// piece, which is by far the quickest, and what is newer goes over it.
    held: Mutex<Option<Held>>,
    /// Somebody is folding changes in.
    folding: AtomicBool,
    closed: AtomicBool,
}

#[derive(Default)]
struct Held {
    landed: Vec<BookCustomer>,
    removed: Vec<ConnectionId>,
}

/// How much of the book is in the index.
#[derive(Debug, Clone)]
enum State {
    /// Not all of it yet.
    Filling,
    /// All of it.
    Full,
    /// It will never be: the book could not be read, or was closed.
    Broken(Problem),
}

impl SharedIndex {
    /// An empty index that is still to be filled.
    pub(crate) fn new() -> Arc<Self> {
        Arc::new(Self {
            index: RwLock::default(),
            state: watch::Sender::new(State::Filling),
            wanted: watch::Sender::new(false),
            held: Mutex::new(Some(Held::default())),
            folding: AtomicBool::new(false),
            closed: AtomicBool::new(false),
        })
    }

    // A panic while the lock was held leaves the index whole but for the rows of that call, which the next walk brings
    // again; refusing every search from then on would help nobody.
    pub(crate) fn read(&self) -> RwLockReadGuard<'_, Index> {
        self.index.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Index> {
        self.index.write().unwrap_or_else(PoisonError::into_inner)
    }

    fn held(&self) -> MutexGuard<'_, Option<Held>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The index as it is now, to be searched while others change it.
    pub(crate) fn snapshot(&self) -> Snapshot {
        self.read().snapshot()
    }

    /// Takes in what a walk landed.
    pub(crate) fn land(self: &Arc<Self>, customers: Vec<BookCustomer>) {
        let mut held = self.held();
        if let Some(held) = &mut *held {
            held.landed.extend(customers);
            return;
        }
        drop(held);
        self.write().upsert(&customers);
        self.fold_when_worth_it();
    }

    /// Forgets a connection's customers.
    pub(crate) fn remove_connection(&self, id: &ConnectionId) {
        let mut held = self.held();
        if let Some(held) = &mut *held {
            held.removed.push(id.clone());
        } else {
            drop(held);
            self.write().remove_connection(id);
        }
    }

    /// Takes over what was made of the book as it was when filling began, or why nothing was, and what has happened since.
    pub(crate) fn filled(&self, outcome: Result<Index, Problem>) {
        // Held to the end, so that whatever lands now comes after what has landed before.
        let mut held = self.held();
        let Some(Held { landed, removed }) = held.take() else { return };
        let outcome = outcome.map(|mut filled| {
            filled.upsert(&landed);
            for connection in &removed {
                filled.remove_connection(connection);
            }
            *self.write() = filled;
        });
        self.state.send_replace(outcome.map_or_else(State::Broken, |()| State::Full));
    }

    /// Forgets everybody, and ends filling.
    pub(crate) fn close(&self) {
        self.closed.store(true, Ordering::Release);
        self.filled(Err(Trouble::Cancelled.into()));
        *self.write() = Index::default();
    }

    /// Whether everybody is forgotten.
    pub(crate) fn is_closed(&self) -> bool {
        self.closed.load(Ordering::Acquire)
    }

    /// Folds changes in on a thread of its own once there are many, so that no landed page has to wait for that.
    fn fold_when_worth_it(self: &Arc<Self>) {
        let snapshot = self.snapshot();
        if !snapshot.is_worth_folding() || self.folding.swap(true, Ordering::AcqRel) {
            return;
        }
        let index = Arc::clone(self);
        std::thread::spawn(move || {
            let folded = snapshot.fold();
            if !index.is_closed() {
                index.write().take_over(folded);
            }
            index.folding.store(false, Ordering::Release);
        });
    }

    /// Whether the whole book is in it.
    pub(crate) fn is_full(&self) -> bool {
        matches!(*self.state.borrow(), State::Full)
    }

    /// Whether it is still being filled.
    pub(crate) fn is_filling(&self) -> bool {
        matches!(*self.state.borrow(), State::Filling)
    }

    /// Waits until it turns out that the book cannot be read into it, and says why. Never ends where it can, or where it was
    /// closed.
    pub(crate) async fn until_broken(&self) -> Problem {
        let mut state = self.state.subscribe();
        let broken = |state: &State| match state {
            State::Broken(problem) if problem.trouble != Trouble::Cancelled => Some(problem.clone()),
            _ => None,
        };
        match state.wait_for(|state| broken(state).is_some()).await.ok().and_then(|state| broken(&state)) {
            Some(problem) => problem,
            None => std::future::pending().await,
        }
    }

    /// Waits until the whole book is in it, and has it filled at once if that has not begun.
    ///
    /// # Errors
    /// What the book met while it was read; [`Trouble::Cancelled`] when it was closed meanwhile.
    pub(crate) async fn until_full(&self) -> Result<(), Problem> {
        self.wanted.send_replace(true);
        let mut state = self.state.subscribe();
        let state = state.wait_for(|state| !matches!(state, State::Filling)).await.map_err(|_| Trouble::Cancelled)?;
        match &*state {
            State::Broken(problem) => Err(problem.clone()),
            State::Filling | State::Full => Ok(()),
        }
    }

    /// Waits until somebody waits for it to be full.
    pub(crate) async fn until_wanted(&self) {
        // It cannot end otherwise, as the sender lives in here.
        let _ = self.wanted.subscribe().wait_for(|wanted| *wanted).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kyc::{Blocked, Customer, CustomerKey, KycStatus, ProviderCustomerId, ProviderId};
    use search::Query;

    fn customer(key: u32, connection: &str, name: &str) -> BookCustomer {
        let at = jiff::Timestamp::UNIX_EPOCH;
        BookCustomer {
            key: CustomerKey(key),
            connection: ConnectionId::new(connection),
            provider: ProviderId::new("loveandpay"),
            customer: Customer {
                id: ProviderCustomerId::new(key.to_string()).unwrap(),
                name: Some(name.to_owned()),
                email: None,
                phone: None,
                kyc: KycStatus::Verified,
                trust: None,
                blocked: Blocked::No,
                payments: None,
                paid: None,
                last_payment: None,
                created: None,
                raw: "{}".to_owned(),
            },
            first_seen: at,
            last_seen: at,
            kyc_changed: None,
            unlisted_since: None,
        }
    }

    /// What the book had.
    fn index(customers: &[BookCustomer]) -> Index {
        let mut index = Index::new();
        index.upsert(customers);
        index
    }

    fn found(index: &SharedIndex, text: &str) -> Vec<u32> {
        let query = Query { text: text.to_owned(), ..Query::default() };
        let found = index.read().search(&query, jiff::Timestamp::UNIX_EPOCH, &|| false).unwrap();
        found.keys.into_iter().map(|key| key.0).collect()
    }

    #[test]
    fn what_landed_while_it_was_filled_is_newer_than_the_book_was() {
        let shared = SharedIndex::new();
        shared.land(vec![customer(1, "a", "Newer Name")]);
        shared.filled(Ok(index(&[customer(1, "a", "Older Name"), customer(2, "a", "Other")])));
        assert_eq!((found(&shared, "newer"), found(&shared, "older")), (vec![1], vec![]));
        shared.land(vec![customer(3, "a", "Third")]);
        assert_eq!(found(&shared, "").len(), 3);
    }

    #[test]
    fn a_connection_that_was_removed_meanwhile_does_not_come_back() {
        let shared = SharedIndex::new();
        shared.remove_connection(&ConnectionId::new("gone"));
        let book = [customer(1, "gone", "One"), customer(2, "gone", "Two"), customer(3, "kept", "Three")];
        shared.filled(Ok(index(&book)));
        assert_eq!(found(&shared, ""), [3]);
    }

    #[test]
    fn nothing_is_left_once_it_is_closed() {
        let shared = SharedIndex::new();
        shared.filled(Ok(index(&[customer(1, "a", "One")])));
        shared.close();
        assert_eq!(found(&shared, ""), Vec::<u32>::new());
        let shared = SharedIndex::new();
        shared.close();
        shared.filled(Ok(index(&[customer(1, "a", "One")])));
        assert_eq!(found(&shared, ""), Vec::<u32>::new(), "closed while it was filled");
    }

    #[tokio::test]
    async fn whoever_waits_hears_how_filling_ended() {
        let filling = SharedIndex::new();
        let waiting = Arc::clone(&filling);
        let waiter = tokio::spawn(async move { waiting.until_full().await });
        filling.until_wanted().await;
        filling.filled(Ok(index(&[])));
        assert_eq!(waiter.await.unwrap(), Ok(()));
        filling.close();
        assert!(filling.is_full(), "closing after the end is no failure of filling");

        let index = SharedIndex::new();
        index.filled(Err(Trouble::BookDamaged.into()));
        assert_eq!(index.until_full().await.unwrap_err().trouble, Trouble::BookDamaged);
        assert_eq!(index.until_broken().await.trouble, Trouble::BookDamaged);
        let index = SharedIndex::new();
        index.close();
        assert_eq!(index.until_full().await.unwrap_err().trouble, Trouble::Cancelled);
    }
}

//! The index behind the grid, shared by searches, by landed pages, and at the start by whoever fills it from the book.

use kyc::{BookCustomer, ConnectionId, Problem, Trouble};
use search::{Index, Snapshot};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use tokio::sync::watch;

/// Searches read a snapshot of it, so that they and landed pages do not wait for each other.
pub(crate) struct SharedIndex {
    index: RwLock<Index>,
    state: watch::Sender<State>,
    /// Connections that were removed while the index was being filled, by whom what is still to come is sifted.
    removed: Mutex<Vec<ConnectionId>>,
    /// Changes are being folded in.
    is_folding: AtomicBool,
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
            removed: Mutex::default(),
            is_folding: AtomicBool::new(false),
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

    /// The index as it is now, which later changes do not touch.
    pub(crate) fn snapshot(&self) -> Snapshot {
        self.read().snapshot()
    }

    /// Takes in what a walk landed. When many changes have come together, a thread of its own folds them in.
    pub(crate) fn land(self: &Arc<Self>, customers: &[BookCustomer]) {
        let snapshot = {
            let mut index = self.write();
            index.upsert(customers);
            index.snapshot()
        };
        if !snapshot.is_worth_folding() || self.is_folding.swap(true, Ordering::AcqRel) {
            return;
        }
        let shared = Arc::clone(self);
        std::thread::spawn(move || {
            let folded = snapshot.fold();
            shared.write().take_over(folded);
            shared.is_folding.store(false, Ordering::Release);
        });
    }

    /// Takes in what the book had when filling began. Whoever has landed since is newer, and whose connection has been
    /// removed since is gone.
    pub(crate) fn fill(&self, mut customers: Vec<BookCustomer>) {
        let mut index = self.write();
        let removed = self.removed.lock().unwrap_or_else(PoisonError::into_inner);
        customers.retain(|customer| !index.contains(customer.key) && !removed.contains(&customer.connection));
        index.upsert(&customers);
    }

    /// Forgets a connection's customers.
    pub(crate) fn remove_connection(&self, id: &ConnectionId) {
        let mut index = self.write();
        if !self.is_full() {
            self.removed.lock().unwrap_or_else(PoisonError::into_inner).push(id.clone());
        }
        index.remove_connection(id);
    }

    /// Notes how filling ended.
    pub(crate) fn filled(&self, outcome: Result<(), Problem>) {
        self.state.send_modify(|state| {
            if matches!(state, State::Filling) {
                *state = outcome.map_or_else(State::Broken, |()| State::Full);
            }
        });
    }

    /// Forgets everybody, and ends filling.
    pub(crate) fn close(&self) {
        self.filled(Err(Trouble::Cancelled.into()));
        *self.write() = Index::default();
    }

    /// Whether the whole book is in it.
    pub(crate) fn is_full(&self) -> bool {
        matches!(*self.state.borrow(), State::Full)
    }

    /// Whether it is still being filled.
    pub(crate) fn is_filling(&self) -> bool {
        matches!(*self.state.borrow(), State::Filling)
    }

    /// Waits until the whole book is in it.
    ///
    /// # Errors
    /// What the book met while it was read; [`Trouble::Cancelled`] when it was closed meanwhile.
    pub(crate) async fn until_full(&self) -> Result<(), Problem> {
        let mut state = self.state.subscribe();
        let state = state.wait_for(|state| !matches!(state, State::Filling)).await.map_err(|_| Trouble::Cancelled)?;
        match &*state {
            State::Broken(problem) => Err(problem.clone()),
            State::Filling | State::Full => Ok(()),
        }
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

    fn found(index: &SharedIndex, text: &str) -> Vec<u32> {
        let query = Query { text: text.to_owned(), ..Query::default() };
        let found = index.read().search(&query, jiff::Timestamp::UNIX_EPOCH, &|| false).unwrap();
        found.keys.into_iter().map(|key| key.0).collect()
    }

    #[test]
    fn what_landed_while_it_was_filled_is_newer_than_the_book_was() {
        let index = SharedIndex::new();
        index.land(&[customer(1, "a", "Newer Name")]);
        index.fill(vec![customer(1, "a", "Older Name"), customer(2, "a", "Other")]);
        assert_eq!((found(&index, "newer"), found(&index, "older")), (vec![1], vec![]));
        assert_eq!(found(&index, "").len(), 2);
    }

    #[test]
    fn a_connection_that_was_removed_meanwhile_does_not_come_back() {
        let index = SharedIndex::new();
        index.fill(vec![customer(1, "gone", "One")]);
        index.remove_connection(&ConnectionId::new("gone"));
        index.fill(vec![customer(2, "gone", "Two"), customer(3, "kept", "Three")]);
        assert_eq!(found(&index, ""), [3]);
    }

    #[tokio::test]
    async fn whoever_waits_hears_how_filling_ended() {
        let index = SharedIndex::new();
        let (waiting, filling) = (Arc::clone(&index), Arc::clone(&index));
        let waiter = tokio::spawn(async move { waiting.until_full().await });
        filling.filled(Ok(()));
        assert_eq!(waiter.await.unwrap(), Ok(()));
        filling.close();
        assert!(filling.is_full(), "closing after the end is no failure of filling");

        let index = SharedIndex::new();
        index.filled(Err(Trouble::BookDamaged.into()));
        assert_eq!(index.until_full().await.unwrap_err().trouble, Trouble::BookDamaged);
        let index = SharedIndex::new();
        index.close();
        assert_eq!(index.until_full().await.unwrap_err().trouble, Trouble::Cancelled);
    }
}

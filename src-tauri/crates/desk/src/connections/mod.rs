//! Connections: which there are, what they are doing, and the runners that keep them current.
//!
//! Making, changing and removing them is in [`saving`], their credentials in [`credentials`].

mod credentials;
mod running;
mod saving;
mod sink;

pub use credentials::{CredentialStatus, Presence, Rotation};
pub use saving::LeftCustomers;

use crate::Desk;
use directory::{IncompleteReason, RunEnd};
use kyc::{Connection, ConnectionId, Problem, Trouble};
use running::Running;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use sync::{Activity, Runner};

/// A connection and what it is doing.
#[derive(Debug, Clone)]
pub struct ConnectionStatus {
    /// The connection.
    pub connection: Connection,
    /// What it is doing.
    pub activity: Activity,
}

/// The connections of an opened profile, in the order in which they were added.
#[derive(Default)]
pub(crate) struct Connections {
    running: Mutex<Vec<Arc<Running>>>,
    /// Held while a connection is saved, removed or given another credential, so that two such acts never mix.
    changing: tokio::sync::Mutex<()>,
}

impl Connections {
    fn list(&self) -> MutexGuard<'_, Vec<Arc<Running>>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn find(&self, id: &ConnectionId) -> Result<Arc<Running>, Problem> {
        let found = self.list().iter().find(|running| &running.id == id).cloned();
        found.ok_or_else(|| Trouble::NotFound.into())
    }

    pub(crate) async fn shut_down_all(&self) {
        let _changing = self.changing.lock().await;
        let all: Vec<_> = self.list().clone();
        futures_util::future::join_all(all.iter().map(|running| running.shut_down())).await;
    }
}

impl Desk {
    /// All connections and what they are doing.
    pub fn connections(&self) -> Vec<ConnectionStatus> {
        self.inner.connections.list().iter().map(|running| running.status()).collect()
    }

    pub(crate) fn with_every_runner(&self, act: impl Fn(&Runner)) {
        let all: Vec<_> = self.inner.connections.list().clone();
        for running in all {
            running.with_runner(&act);
        }
    }

    /// Walks a connection now.
    ///
    /// # Errors
    /// [`Trouble::NotFound`].
    pub fn sync_now(&self, id: &ConnectionId) -> Result<(), Problem> {
        self.inner.connections.find(id)?.with_runner(Runner::sync_now);
        Ok(())
    }

    /// Takes the officer's word that a connection's new address or key leads to the same merchant, whatever was found there,
    /// and walks it. Customers whom that address does not list are then no longer listed.
    ///
    /// # Errors
    /// [`Trouble::NotFound`]; [`Trouble::Conflict`] where address and key are those that the customers came from; what the
    /// book met.
    pub async fn same_merchant(&self, id: &ConnectionId) -> Result<(), Problem> {
        let _changing = self.inner.connections.changing.lock().await;
        let running = self.inner.connections.find(id)?;
        if !self.inner.writer.is_moved(id.clone()).await? {
            return Err(Trouble::Conflict.into());
        }
        // A place in the list at the old address is no place at the new one.
        if let Some(run) = self.inner.reader.last_run(id).await?
            && run.ended.is_none()
        {
            let end = RunEnd::Incomplete(IncompleteReason::ConnectionChanged);
            self.inner.writer.finish_run(run.id, end, self.inner.clock.now()).await?;
        }
        self.inner.writer.settle(id.clone()).await?;
        running.with_runner(Runner::sync_now);
        Ok(())
    }

    /// Stops the walk of a connection; what has landed stays.
    ///
    /// # Errors
    /// [`Trouble::NotFound`].
    pub fn stop_sync(&self, id: &ConnectionId) -> Result<(), Problem> {
        self.inner.connections.find(id)?.with_runner(Runner::stop);
        Ok(())
    }
}

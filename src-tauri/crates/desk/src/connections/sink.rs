//! Takes what a walk landed into the index behind the grid, and notes that the credential was accepted.

use crate::Inner;
use crate::news::Newsroom;
use crate::shared_index::SharedIndex;
use directory::Writer;
use jiff::{SignedDuration, Timestamp};
use kyc::{BookCustomer, ConnectionId};
use providers::clock::Clock;
use std::sync::{Arc, Mutex, PoisonError};
use sync::Sink;

/// How exactly the moment of a credential's last use is kept. A walk of ten thousand pages need not write it each time.
const USE_PRECISION: SignedDuration = SignedDuration::from_secs(60);

pub(super) struct GridSink {
    connection: ConnectionId,
    index: Arc<SharedIndex>,
    newsroom: Arc<Newsroom>,
    writer: Writer,
    clock: Arc<dyn Clock>,
    noted: Mutex<Option<Timestamp>>,
}

impl GridSink {
    pub(super) fn new(desk: &Inner, connection: ConnectionId) -> Self {
        Self {
            connection,
            index: Arc::clone(&desk.index),
            newsroom: Arc::clone(&desk.newsroom),
            writer: desk.writer.clone(),
            clock: Arc::clone(&desk.clock),
            noted: Mutex::default(),
        }
    }
}

impl Sink for GridSink {
    fn landed(&self, customers: Vec<BookCustomer>) {
        self.index.land(customers);
        self.newsroom.customers_changed();
    }

    fn activity_changed(&self) {
        self.newsroom.connections_changed();
    }

    fn accepted(&self) {
        let now = self.clock.now();
        let mut noted = self.noted.lock().unwrap_or_else(PoisonError::into_inner);
        if noted.is_some_and(|noted| now.duration_since(noted).abs() < USE_PRECISION) {
            return;
        }
        *noted = Some(now);
        let (writer, connection) = (self.writer.clone(), self.connection.clone());
        tokio::spawn(async move {
            if let Err(problem) = writer.credential_used(connection, now).await {
                tracing::warn!(%problem, "the use of a credential cannot be noted");
            }
        });
    }
}

//! Tells listeners that something changed. Never what: they ask for what they show.

use tokio::sync::watch;

/// What a listener holds. Each channel carries a number that grows with every change, so a slow listener misses nothing
/// but the steps between.
#[derive(Debug, Clone)]
pub struct News {
    /// Customers changed.
    pub customers: watch::Receiver<u32>,
    /// Connections, or what they are doing, changed.
    pub connections: watch::Receiver<u32>,
}

pub(crate) struct Newsroom {
    customers: watch::Sender<u32>,
    connections: watch::Sender<u32>,
}

impl Newsroom {
    pub(crate) fn new() -> Self {
        Self { customers: watch::Sender::new(0), connections: watch::Sender::new(0) }
    }

    pub(crate) fn subscribe(&self) -> News {
        News { customers: self.customers.subscribe(), connections: self.connections.subscribe() }
    }

    pub(crate) fn customers_changed(&self) {
        self.customers.send_modify(|version| *version = version.wrapping_add(1));
    }

    pub(crate) fn connections_changed(&self) {
        self.connections.send_modify(|version| *version = version.wrapping_add(1));
    }
}

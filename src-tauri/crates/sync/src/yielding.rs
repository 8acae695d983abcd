//! A walk's view of its provider: the same, but each page waits for looks that are worth more.

use async_trait::async_trait;
use kyc::{Problem, ProviderCustomerId};
use providers::budget::Budget;
use providers::{Card, Cursor, Description, ListFilter, Page, Provider, Unread, Verified};
use std::sync::Arc;

use crate::refresh::Shared;

/// See the module.
pub(crate) struct Yielding {
    pub client: Arc<dyn Provider>,
    pub shared: Arc<Shared>,
}

impl std::fmt::Debug for Yielding {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.client.fmt(formatter)
    }
}

#[async_trait]
impl Provider for Yielding {
    fn description(&self) -> &'static Description {
        self.client.description()
    }

    fn budget(&self) -> &Budget {
        self.client.budget()
    }

    async fn verify(&self) -> Result<Verified, Problem> {
        self.client.verify().await
    }

    async fn customers(&self, filter: &ListFilter, cursor: &Cursor) -> Result<Page, Problem> {
        // Only let them pass: a page that takes long must not hold an officer's look up.
        drop(self.shared.turn.lock().await);
        self.client.customers(filter, cursor).await
    }

    async fn unread_customers(&self, filter: &ListFilter, cursor: &Cursor) -> Result<Unread, Problem> {
        drop(self.shared.turn.lock().await);
        self.client.unread_customers(filter, cursor).await
    }

    async fn card(&self, customer: &ProviderCustomerId) -> Result<Card, Problem> {
        drop(self.shared.turn.lock().await);
        self.client.card(customer).await
    }
}

//! Testing, saving and removing connections.

use super::credentials::Credentials;
use crate::Desk;
use crate::draft::{CheckedDraft, ConnectionDraft};
use kyc::{Connection, ConnectionId, Credential, Problem, Standing, Trouble};
use providers::{Verified, address, registry};
use std::sync::Arc;

/// What becomes of a removed connection's customers on this computer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LeftCustomers {
    /// They are erased with their history.
    Erase,
    /// They stay as an archive, under the connection's name.
    Keep,
}

impl Desk {
    /// Tests a draft against the provider without storing anything. With `existing`, empty credentials mean the stored ones.
    ///
    /// # Errors
    /// What is wrong with the draft, or what the provider said.
    pub async fn test(&self, draft: ConnectionDraft, existing: Option<&ConnectionId>) -> Result<Verified, Problem> {
        let mut draft = draft.check()?;
        let typed = draft.credential.take();
        // A test of what is stored, at the stored address, is a test of the stored credential, and is noted as such.
        let noted = if typed.is_none() { existing } else { None };
        let credential = match typed {
            Some(credential) => credential,
            None => self.kept_credential(&draft, existing).await?,
        };
        let client = registry::connect(
            &draft.provider.id(),
            &draft.base_url,
            draft.limits,
            credential,
            Arc::clone(&self.inner.clock),
            None,
        )?;
        let outcome = client.verify().await;
        if let Some(id) = noted {
            Credentials::new(&self.inner).note_test(id, outcome.as_ref().map(|_| ())).await?;
        }
        outcome
    }

    /// Saves a draft as a new connection, or over `existing`, and starts to synchronise it. Works without a network.
    ///
    /// # Errors
    /// What is wrong with the draft, or what the keyring or the book met; nothing is changed then.
    pub async fn save(&self, draft: ConnectionDraft, existing: Option<&ConnectionId>) -> Result<ConnectionId, Problem> {
        let draft = draft.check()?;
        let _changing = self.inner.connections.changing.lock().await;
        let saved = match existing {
            Some(existing) => self.save_over(draft, existing).await?,
            None => self.save_new(draft).await?,
        };
        let id = saved.id.clone();
        self.start(saved).await?;
        self.inner.newsroom.connections_changed();
        Ok(id)
    }

    async fn save_new(&self, draft: CheckedDraft) -> Result<Connection, Problem> {
        let Some(credential) = draft.credential else { return Err(Trouble::BadInput { field: "api_key" }.into()) };
        let connection = Connection {
            id: ConnectionId::new(uuid::Uuid::new_v4().to_string()),
            provider: draft.provider.id(),
            environment: draft.environment,
            label: draft.label,
            base_url: draft.base_url.as_str().to_owned(),
            key_tail: credential.key_tail(),
            limits: draft.limits,
            standing: Standing::Active,
            created: self.inner.clock.now(),
        };
        // The secret first: a connection without its secret would be shown and not work, a secret without its connection
        // is taken away again here.
        self.inner.secrets.store_credential(&connection.id, &credential).await?;
        if let Err(problem) = self.inner.writer.add_connection(connection.clone()).await {
            if let Err(left) = self.inner.secrets.forget_credential(&connection.id).await {
                tracing::warn!(problem = %left, "the credential of a connection that was not saved stayed in the keyring");
            }
            return Err(problem);
        }
        Credentials::new(&self.inner).note_set(&connection.id).await?;
        Ok(connection)
    }

    async fn save_over(&self, draft: CheckedDraft, existing: &ConnectionId) -> Result<Connection, Problem> {
        let running = self.inner.connections.find(existing)?;
        let before = running.connection();
        if before.standing == Standing::Archived {
            return Err(Trouble::Conflict.into());
        }
        if draft.provider.id() != before.provider {
            // Customers of one provider must never be mixed with another's under one connection.
            return Err(Trouble::BadInput { field: "provider" }.into());
        }
        // What is in place now: to go on with, or to put back when the connection's row cannot be written. A new secret must
        // not stay with the old address.
        let replaced = match &draft.credential {
            None => {
                self.kept_credential(&draft, Some(existing)).await?;
                None
            }
            Some(_) => match self.inner.secrets.credential(existing).await {
                Ok(old) => Some(old),
                Err(Problem { trouble: Trouble::CredentialMissing, .. }) => None,
                Err(problem) => return Err(problem),
            },
        };
        let connection = Connection {
            environment: draft.environment,
            label: draft.label,
            base_url: draft.base_url.as_str().to_owned(),
            key_tail: draft.credential.as_ref().map_or_else(|| before.key_tail.clone(), Credential::key_tail),
            limits: draft.limits,
            ..before.clone()
        };
        running.shut_down().await;
        // A credential that waited may have taken its turn until just now.
        let before = running.connection();
        let connection = match &draft.credential {
            Some(_) => connection,
            None => Connection { key_tail: before.key_tail.clone(), ..connection },
        };
        let stored = match &draft.credential {
            Some(credential) => match Credentials::new(&self.inner).note_other_key(existing, credential).await {
                Ok(()) => self.inner.secrets.store_credential(existing, credential).await,
                failed => failed,
            },
            None => Ok(()),
        };
        let stored = match stored {
            Ok(()) => self.inner.writer.update_connection(connection.clone()).await,
            failed => failed,
        };
        if let Err(problem) = stored {
            if draft.credential.is_some() {
                let put_back = match &replaced {
                    Some(old) => self.inner.secrets.store_credential(existing, old).await,
                    None => self.inner.secrets.forget_credential(existing).await,
                };
                if let Err(left) = put_back {
                    tracing::warn!(problem = %left, "the credential of a change that was not saved stayed in the keyring");
                }
            }
            self.start(before).await?;
            return Err(problem);
        }
        if draft.credential.is_some() {
            // What was just typed is newer than what may be waiting.
            self.inner.secrets.forget_next_credential(existing).await?;
            Credentials::new(&self.inner).note_set(existing).await?;
        }
        Ok(connection)
    }

    /// The stored credential for a draft that brings none.
    ///
    /// A stored secret goes to its own host only: when the draft names another one, it has to be typed again.
    async fn kept_credential(
        &self,
        draft: &CheckedDraft,
        existing: Option<&ConnectionId>,
    ) -> Result<Credential, Problem> {
        let Some(existing) = existing else { return Err(Trouble::BadInput { field: "api_key" }.into()) };
        let running = self.inner.connections.find(existing)?;
        let same_host =
            address::parse(&running.connection().base_url).is_ok_and(|stored| stored.same_origin(&draft.base_url));
        if !same_host {
            return Err(Trouble::CredentialNeeded.into());
        }
        self.inner.secrets.credential(existing).await
    }

    /// Removes a connection with its credential. Its customers on this computer are erased, or stay as an archive. Nothing
    /// changes at the provider.
    ///
    /// # Errors
    /// [`Trouble::NotFound`], or what the keyring or the book met.
    pub async fn remove(&self, id: &ConnectionId, customers: LeftCustomers) -> Result<(), Problem> {
        let _changing = self.inner.connections.changing.lock().await;
        let running = self.inner.connections.find(id)?;
        running.shut_down().await;
        let removed = self.remove_at_rest(running.connection(), customers).await;
        match removed {
            Ok(Some(archived)) => self.start(archived).await?,
            Ok(None) => {
                self.inner.connections.list().retain(|running| &running.id != id);
                self.inner.index.remove_connection(id);
                self.inner.newsroom.customers_changed();
            }
            Err(problem) => {
                self.start(running.connection()).await?;
                return Err(problem);
            }
        }
        self.inner.newsroom.connections_changed();
        Ok(())
    }

    /// Answers with what is left of the connection.
    async fn remove_at_rest(
        &self,
        connection: Connection,
        customers: LeftCustomers,
    ) -> Result<Option<Connection>, Problem> {
        let id = &connection.id;
        if connection.standing != Standing::Archived {
            self.inner.secrets.forget_next_credential(id).await?;
            self.inner.secrets.forget_credential(id).await?;
        }
        match customers {
            LeftCustomers::Erase => {
                self.inner.writer.remove_connection(id.clone()).await?;
                Ok(None)
            }
            LeftCustomers::Keep => {
                let archived = Connection { standing: Standing::Archived, key_tail: String::new(), ..connection };
                self.inner.writer.update_connection(archived.clone()).await?;
                self.inner.writer.put_credential_facts(archived.id.clone(), Default::default()).await?;
                Ok(Some(archived))
            }
        }
    }
}

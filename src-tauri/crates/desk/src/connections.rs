//! Connections: testing, saving, removing, and the runners that keep them current.

use crate::draft::{CheckedDraft, ConnectionDraft};
use crate::news::Newsroom;
use crate::{Desk, SharedIndex};
use futures_util::FutureExt;
use kyc::{BookCustomer, Connection, ConnectionId, Credential, Problem, Standing, Trouble};
use providers::{Provider, Verified, address, registry};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use sync::{Activity, Connect, Job, Runner, Sink};

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
    /// Held while a connection is saved or removed, so that two such acts never mix.
    changing: tokio::sync::Mutex<()>,
}

struct Running {
    connection: Connection,
    runner: Mutex<Option<Runner>>,
    last_activity: Mutex<Option<Activity>>,
}

impl Connections {
    fn list(&self) -> MutexGuard<'_, Vec<Arc<Running>>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn find(&self, id: &ConnectionId) -> Result<Arc<Running>, Problem> {
        let found = self.list().iter().find(|running| &running.connection.id == id).cloned();
        found.ok_or_else(|| Trouble::NotFound.into())
    }

    pub(crate) async fn shut_down_all(&self) {
        let _changing = self.changing.lock().await;
        let all: Vec<_> = self.list().clone();
        futures_util::future::join_all(all.iter().map(|running| running.shut_down())).await;
    }
}

impl Running {
    fn activity(&self) -> Option<Activity> {
        let runner = self.runner.lock().unwrap_or_else(PoisonError::into_inner);
        runner.as_ref().map(Runner::activity).or_else(|| {
            let last = self.last_activity.lock().unwrap_or_else(PoisonError::into_inner);
            last.clone()
        })
    }

    async fn shut_down(&self) {
        let runner = self.runner.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(runner) = runner {
            *self.last_activity.lock().unwrap_or_else(PoisonError::into_inner) = Some(runner.activity());
            runner.shut_down().await;
        }
    }

    fn with_runner(&self, act: impl FnOnce(&Runner)) {
        if let Some(runner) = &*self.runner.lock().unwrap_or_else(PoisonError::into_inner) {
            act(runner);
        }
    }
}

impl Desk {
    /// All connections and what they are doing.
    pub fn connections(&self) -> Vec<ConnectionStatus> {
        let list = self.inner.connections.list();
        list.iter()
            .filter_map(|running| {
                Some(ConnectionStatus { connection: running.connection.clone(), activity: running.activity()? })
            })
            .collect()
    }

    /// Tests a draft against the provider without storing anything. With `existing`, empty credentials mean the stored ones.
    ///
    /// # Errors
    /// What is wrong with the draft, or what the provider said.
    pub async fn test(&self, draft: ConnectionDraft, existing: Option<&ConnectionId>) -> Result<Verified, Problem> {
        let mut draft = draft.check()?;
        let credential = match draft.credential.take() {
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
        client.verify().await
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
        Ok(connection)
    }

    async fn save_over(&self, draft: CheckedDraft, existing: &ConnectionId) -> Result<Connection, Problem> {
        let running = self.inner.connections.find(existing)?;
        let before = &running.connection;
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
        let stored = match &draft.credential {
            Some(credential) => self.inner.secrets.store_credential(existing, credential).await,
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
            self.start(before.clone()).await?;
            return Err(problem);
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
            address::parse(&running.connection.base_url).is_ok_and(|stored| stored.same_origin(&draft.base_url));
        if !same_host {
            return Err(Trouble::CredentialNeeded.into());
        }
        self.inner.secrets.credential(existing).await
    }

    /// Removes a connection with its credential and its customers on this computer. Nothing changes at the provider.
    ///
    /// # Errors
    /// [`Trouble::NotFound`], or what the keyring or the book met.
    pub async fn remove(&self, id: &ConnectionId) -> Result<(), Problem> {
        let _changing = self.inner.connections.changing.lock().await;
        let running = self.inner.connections.find(id)?;
        running.shut_down().await;
        let removed = match self.inner.secrets.forget_credential(id).await {
            Ok(()) => self.inner.writer.remove_connection(id.clone()).await,
            failed => failed,
        };
        if let Err(problem) = removed {
            self.start(running.connection.clone()).await?;
            return Err(problem);
        }
        self.inner.connections.list().retain(|running| &running.connection.id != id);
        self.inner.index.write().remove_connection(id);
        self.inner.newsroom.customers_changed();
        self.inner.newsroom.connections_changed();
        Ok(())
    }

    /// Walks a connection now.
    ///
    /// # Errors
    /// [`Trouble::NotFound`].
    pub fn sync_now(&self, id: &ConnectionId) -> Result<(), Problem> {
        self.inner.connections.find(id)?.with_runner(Runner::sync_now);
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

    pub(crate) async fn start_connections(&self) -> Result<(), Problem> {
        for connection in self.inner.reader.connections().await? {
            self.start(connection).await?;
        }
        Ok(())
    }

    /// Starts a connection's runner, in the place of an earlier one with the same id.
    async fn start(&self, connection: Connection) -> Result<(), Problem> {
        let listed = self.inner.reader.count(&connection.id).await?;
        let last = self.inner.reader.last_run(&connection.id).await?;
        let last_complete = self.inner.reader.last_complete(&connection.id).await?;
        let runner = Runner::start(Job {
            connection: connection.id.clone(),
            connect: self.connect(&connection),
            book: self.inner.writer.clone(),
            sink: Arc::new(GridSink {
                index: Arc::clone(&self.inner.index),
                newsroom: Arc::clone(&self.inner.newsroom),
            }),
            clock: Arc::clone(&self.inner.clock),
            listed,
            announced: last.and_then(|run| run.announced_total),
            last_complete,
        });
        let running =
            Arc::new(Running { connection, runner: Mutex::new(Some(runner)), last_activity: Mutex::new(None) });
        let mut list = self.inner.connections.list();
        match list.iter_mut().find(|other| other.connection.id == running.connection.id) {
            Some(place) => *place = running,
            None => list.push(running),
        }
        Ok(())
    }

    fn connect(&self, connection: &Connection) -> Connect {
        let (secrets, reader) = (self.inner.secrets.clone(), self.inner.reader.clone());
        let clock = Arc::clone(&self.inner.clock);
        let connection = connection.clone();
        Arc::new(move || {
            let (secrets, reader, clock) = (secrets.clone(), reader.clone(), Arc::clone(&clock));
            let connection = connection.clone();
            async move {
                let base_url = address::parse(&connection.base_url).map_err(|fault| Trouble::BadAddress { fault })?;
                let credential = secrets.credential(&connection.id).await?;
                let budget = reader.budget(&connection.id).await?;
                let client: Arc<dyn Provider> = registry::connect(
                    &connection.provider,
                    &base_url,
                    connection.limits,
                    credential,
                    clock,
                    budget.as_deref(),
                )?;
                Ok(client)
            }
            .boxed()
        })
    }
}

/// Takes what a walk landed into the index behind the grid.
struct GridSink {
    index: Arc<SharedIndex>,
    newsroom: Arc<Newsroom>,
}

impl Sink for GridSink {
    fn landed(&self, customers: Vec<BookCustomer>) {
        self.index.write().upsert(&customers);
        self.newsroom.customers_changed();
    }

    fn activity_changed(&self) {
        self.newsroom.connections_changed();
    }
}

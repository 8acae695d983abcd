//! One connection with its runner: starting it, asking it what it does, shutting it down.
//!
//! A connection that is switched off, or only kept as an archive, is here too; it has no runner.

use super::ConnectionStatus;
use super::credentials::Credentials;
use super::sink::GridSink;
use crate::Desk;
use directory::RunOutcome;
use futures_util::FutureExt;
use kyc::{Connection, ConnectionId, Problem, Standing, Trouble};
use providers::{Provider, address, registry};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use sync::{Activity, Connect, Job, Runner, State};

pub(super) struct Running {
    pub(super) id: ConnectionId,
    connection: Arc<Mutex<Connection>>,
    runner: Mutex<Option<Runner>>,
    /// What is said while there is no runner.
    at_rest: Mutex<Activity>,
}

impl Running {
    /// The connection as it is stored.
    pub(super) fn connection(&self) -> Connection {
        lock(&self.connection).clone()
    }

    pub(super) fn status(&self) -> ConnectionStatus {
        let running = lock(&self.runner).as_ref().map(Runner::activity);
        let activity = running.unwrap_or_else(|| lock(&self.at_rest).clone());
        ConnectionStatus { connection: self.connection(), activity }
    }

    pub(super) async fn shut_down(&self) {
        let runner = lock(&self.runner).take();
        if let Some(runner) = runner {
            *lock(&self.at_rest) = runner.activity();
            runner.shut_down().await;
        }
    }

    pub(super) fn with_runner(&self, act: impl FnOnce(&Runner)) {
        if let Some(runner) = &*lock(&self.runner) {
            act(runner);
        }
    }
}

impl Desk {
    pub(crate) async fn start_connections(&self) -> Result<(), Problem> {
        for connection in self.inner.reader.connections().await? {
            self.start(connection).await?;
        }
        Ok(())
    }

    /// Starts a connection, in the place of an earlier one with the same id. One that is not worked with is only listed.
    pub(super) async fn start(&self, connection: Connection) -> Result<(), Problem> {
        let id = connection.id.clone();
        let listed = self.inner.reader.count(&id).await?;
        let last = self.inner.reader.last_run(&id).await?;
        let announced = last.as_ref().and_then(|run| run.announced_total);
        let incomplete = last.is_some_and(|run| run.outcome == Some(RunOutcome::Incomplete));
        let last_complete = self.inner.reader.last_complete(&id).await?;
        let worked_with = connection.standing == Standing::Active;
        let connection = Arc::new(Mutex::new(connection));
        let runner = worked_with.then(|| {
            Runner::start(Job {
                connection: id.clone(),
                connect: self.connect(&connection),
                book: self.inner.writer.clone(),
                reader: self.inner.reader.clone(),
                sink: Arc::new(GridSink::new(&self.inner, id.clone())),
                clock: Arc::clone(&self.inner.clock),
                listed,
                announced,
                last_complete,
                incomplete,
            })
        });
        let at_rest = Activity {
            state: State::Idle,
            seen: listed,
            announced,
            seconds_left: None,
            rejected: 0,
            last_complete,
            incomplete,
            next_walk: None,
        };
        let running = Arc::new(Running { id, connection, runner: Mutex::new(runner), at_rest: Mutex::new(at_rest) });
        let mut list = self.inner.connections.list();
        match list.iter_mut().find(|other| other.id == running.id) {
            Some(place) => *place = running,
            None => list.push(running),
        }
        Ok(())
    }

    fn connect(&self, shared: &Arc<Mutex<Connection>>) -> Connect {
        let credentials = Credentials::new(&self.inner);
        let (reader, clock) = (self.inner.reader.clone(), Arc::clone(&self.inner.clock));
        let shared = Arc::clone(shared);
        Arc::new(move || {
            let (credentials, reader) = (credentials.clone(), reader.clone());
            let (clock, shared) = (Arc::clone(&clock), Arc::clone(&shared));
            async move {
                let mut connection = lock(&shared).clone();
                let base_url = address::parse(&connection.base_url).map_err(|fault| Trouble::BadAddress { fault })?;
                // A credential that waits gets its turn whenever the provider is asked anew.
                if let Ok(Some(taken)) = credentials.try_next(&connection).await {
                    connection.key_tail.clone_from(&taken.key_tail);
                    lock(&shared).key_tail = taken.key_tail;
                }
                let credential = credentials.secrets.credential(&connection.id).await?;
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

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // Nothing can panic between lock and unlock in here, so what it guards is whole.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

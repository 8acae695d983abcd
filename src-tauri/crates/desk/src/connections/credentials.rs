//! Credentials of connections: what is known of them, testing them, and replacing one by another.
//!
//! A new credential never overwrites the old one before the provider accepted it. Where the provider cannot be asked, the
//! new one waits beside the old one and gets its turn when the connection is next made; a refused one keeps waiting, with
//! the reason, until a person tries it again or discards it.

use super::ConnectionStatus;
use crate::{Desk, Inner};
use directory::{CredentialFacts, CredentialTest, NextCredential, Reader, Writer};
use kyc::{Connection, ConnectionId, Credential, Problem, Standing, Trouble};
use providers::clock::Clock;
use providers::{Verified, address, registry};
use secrecy::{ExposeSecret, SecretString};
use std::sync::Arc;

/// A connection's credential, as far as it may be looked at.
#[derive(Debug, Clone)]
pub struct CredentialStatus {
    /// The connection and what it is doing.
    pub status: ConnectionStatus,
    /// Whether the secret is where it is kept.
    pub presence: Presence,
    /// When it was set, used and tested, and whether another one waits.
    pub facts: CredentialFacts,
}

/// Whether a secret is where it is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Presence {
    /// It is there.
    Kept,
    /// It is not there.
    Missing,
    /// The place could not be asked.
    Unknown,
}

/// What became of a new credential.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rotation {
    /// The provider accepted it: it is in use, the old one is gone.
    InUse(Verified),
    /// It waits beside the old one, which stays in use; with what its test met, if it was tested.
    Waiting(Option<Problem>),
}

/// What the work on credentials needs of the desk, for the runners too, which must not hold the desk itself.
#[derive(Clone)]
pub(super) struct Credentials {
    pub(super) secrets: credentials::Secrets,
    reader: Reader,
    writer: Writer,
    clock: Arc<dyn Clock>,
}

/// A credential that took the place of another.
pub(super) struct Taken {
    pub(super) key_tail: String,
    verified: Verified,
}

impl Credentials {
    pub(super) fn new(desk: &Inner) -> Self {
        Self {
            secrets: desk.secrets.clone(),
            reader: desk.reader.clone(),
            writer: desk.writer.clone(),
            clock: Arc::clone(&desk.clock),
        }
    }

    /// Asks the provider whether it accepts a credential; what that spends of the budget is kept.
    async fn verify(&self, connection: &Connection, credential: Credential) -> Result<Verified, Problem> {
        let base_url = address::parse(&connection.base_url).map_err(|fault| Trouble::BadAddress { fault })?;
        let budget = self.reader.budget(&connection.id).await?;
        let client = registry::connect(
            &connection.provider,
            &base_url,
            connection.limits,
            credential,
            Arc::clone(&self.clock),
            budget.as_deref(),
        )?;
        let verified = client.verify().await;
        if let Some(state) = client.budget_state() {
            self.writer.save_budget(connection.id.clone(), state).await?;
        }
        verified
    }

    /// Gives the credential that waits its turn; `None` when none waits.
    ///
    /// # Errors
    /// What its test met, which is noted beside it; it goes on waiting then. Or what the keyring or the book met.
    pub(super) async fn try_next(&self, connection: &Connection) -> Result<Option<Taken>, Problem> {
        let Some(next) = self.secrets.next_credential(&connection.id).await? else {
            // What is said to wait is the present one already.
            if self.reader.credential_facts(&connection.id).await?.next.is_some() {
                self.change(&connection.id, |facts| facts.next = None).await?;
            }
            return Ok(None);
        };
        let key_tail = next.key_tail();
        match self.verify(connection, next.clone()).await {
            Ok(verified) => {
                self.promote(connection, &next).await?;
                Ok(Some(Taken { key_tail, verified }))
            }
            Err(problem) => {
                let code = problem.code().to_owned();
                // Only if it still waits: a person may have discarded or replaced it meanwhile.
                self.change(&connection.id, move |facts| {
                    if let Some(next) = facts.next.as_mut().filter(|next| next.key_tail == key_tail) {
                        next.problem = Some(code);
                    }
                })
                .await?;
                Err(problem)
            }
        }
    }

    /// Notes when a key is about to take the place of another one, so that the next walk finds out whether it leads to the
    /// same merchant. Before the keys change places: a note too many costs a look, one too few mixes two merchants.
    ///
    /// # Errors
    /// What the keyring or the book met.
    pub(super) async fn note_other_key(&self, id: &ConnectionId, new: &Credential) -> Result<(), Problem> {
        match self.secrets.credential(id).await {
            Ok(old) if old.api_key.expose_secret() == new.api_key.expose_secret() => Ok(()),
            Ok(_) | Err(Problem { trouble: Trouble::CredentialMissing, .. }) => {
                self.writer.key_replaced(id.clone()).await
            }
            Err(problem) => Err(problem),
        }
    }

    /// Puts the waiting credential, which the provider accepted, in the place of the present one.
    async fn promote(&self, connection: &Connection, new: &Credential) -> Result<(), Problem> {
        self.note_other_key(&connection.id, new).await?;
        let key_tail = new.key_tail();
        // Secrets first: if this ends in between, the page shows the old end of the key and everything works.
        self.secrets.promote_next_credential(&connection.id).await?;
        let now = self.clock.now();
        let changed = Connection { key_tail, ..connection.clone() };
        self.writer.update_connection(changed).await?;
        self.change(&connection.id, move |facts| {
            *facts = CredentialFacts {
                set: facts.next.take().map(|next| next.set).or(Some(now)),
                used: None,
                test: Some(CredentialTest { at: now, problem: None }),
                next: None,
            };
        })
        .await
    }

    /// Notes that a credential waits, untested.
    async fn note_next(&self, id: &ConnectionId, key_tail: String) -> Result<(), Problem> {
        let next = NextCredential { key_tail, set: self.clock.now(), problem: None };
        self.change(id, move |facts| facts.next = Some(next)).await
    }

    /// Notes how a test of the present credential ended.
    pub(super) async fn note_test(&self, id: &ConnectionId, outcome: Result<(), &Problem>) -> Result<(), Problem> {
        let problem = outcome.err().map(|problem| problem.code().to_owned());
        let test = CredentialTest { at: self.clock.now(), problem };
        self.change(id, move |facts| facts.test = Some(test)).await
    }

    async fn change(
        &self,
        id: &ConnectionId,
        change: impl FnOnce(&mut CredentialFacts) + Send + 'static,
    ) -> Result<(), Problem> {
        self.writer.change_credential_facts(id.clone(), change).await
    }

    /// Notes that a credential was entered anew: nothing is known of it yet.
    pub(super) async fn note_set(&self, id: &ConnectionId) -> Result<(), Problem> {
        let facts = CredentialFacts { set: Some(self.clock.now()), ..CredentialFacts::default() };
        self.writer.put_credential_facts(id.clone(), facts).await
    }
}

impl Desk {
    /// Every connection's credential, as far as it may be looked at. Asks no provider.
    ///
    /// # Errors
    /// What the book met. A keyring that cannot be asked shows in [`Presence`].
    pub async fn credentials(&self) -> Result<Vec<CredentialStatus>, Problem> {
        let mut all = Vec::new();
        // After one that could not be asked the others would only make the person wait.
        let mut silent = false;
        for status in self.connections() {
            let id = status.connection.id.clone();
            let presence = if status.connection.standing == Standing::Archived {
                Presence::Missing
            } else if silent {
                Presence::Unknown
            } else {
                match self.inner.secrets.credential(&id).await {
                    Ok(_) => Presence::Kept,
                    Err(Problem { trouble: Trouble::CredentialMissing, .. }) => Presence::Missing,
                    Err(_) => {
                        silent = true;
                        Presence::Unknown
                    }
                }
            };
            let facts = self.inner.reader.credential_facts(&id).await?;
            all.push(CredentialStatus { status, presence, facts });
        }
        Ok(all)
    }

    /// Tests the kept credential of a connection against its provider.
    ///
    /// # Errors
    /// What the provider said, which is noted as the test's outcome; or what the keyring met.
    pub async fn test_credential(&self, id: &ConnectionId) -> Result<Verified, Problem> {
        let connection = self.inner.connections.find(id)?.connection();
        let work = Credentials::new(&self.inner);
        let credential = work.secrets.credential(id).await?;
        let outcome = work.verify(&connection, credential).await;
        work.note_test(id, outcome.as_ref().map(|_| ())).await?;
        outcome
    }

    /// Replaces a connection's credential. Tested first, unless `untested`: then it is kept beside the old one until the
    /// provider can be asked.
    ///
    /// # Errors
    /// [`Trouble::BadInput`] with the field; or what the test, the keyring or the book met, and nothing is changed then.
    pub async fn rotate(
        &self,
        id: &ConnectionId,
        api_key: &SecretString,
        api_secret: &SecretString,
        untested: bool,
    ) -> Result<Rotation, Problem> {
        let new = Credential::parse(api_key.expose_secret(), api_secret.expose_secret())
            .map_err(|fault| Trouble::BadInput { field: crate::draft::field_of(fault) })?;
        let _changing = self.inner.connections.changing.lock().await;
        let running = self.inner.connections.find(id)?;
        let connection = running.connection();
        if connection.standing == Standing::Archived {
            return Err(Trouble::Conflict.into());
        }
        let work = Credentials::new(&self.inner);
        let key_tail = new.key_tail();
        if untested {
            running.shut_down().await;
            let kept = match work.secrets.store_next_credential(id, &new).await {
                Ok(()) => work.note_next(id, key_tail).await,
                failed => failed,
            };
            self.start(connection).await?;
            kept?;
            self.inner.newsroom.connections_changed();
            return Ok(Rotation::Waiting(None));
        }
        let verified = work.verify(&connection, new.clone()).await?;
        running.shut_down().await;
        let replaced = match work.secrets.store_next_credential(id, &new).await {
            Ok(()) => work.promote(&connection, &new).await,
            failed => failed,
        };
        let changed = if replaced.is_ok() { Connection { key_tail, ..connection } } else { connection };
        self.start(changed).await?;
        replaced?;
        self.inner.newsroom.connections_changed();
        Ok(Rotation::InUse(verified))
    }

    /// Tests the credential that waits; if the provider accepts it, it takes its place.
    ///
    /// # Errors
    /// [`Trouble::NotFound`] when none waits; what the keyring or the book met.
    pub async fn try_next_credential(&self, id: &ConnectionId) -> Result<Rotation, Problem> {
        let _changing = self.inner.connections.changing.lock().await;
        let running = self.inner.connections.find(id)?;
        let connection = running.connection();
        let work = Credentials::new(&self.inner);
        let outcome = match work.try_next(&connection).await {
            Ok(None) => return Err(Trouble::NotFound.into()),
            Ok(Some(taken)) => {
                running.shut_down().await;
                self.start(Connection { key_tail: taken.key_tail, ..connection }).await?;
                Rotation::InUse(taken.verified)
            }
            Err(problem) => Rotation::Waiting(Some(problem)),
        };
        self.inner.newsroom.connections_changed();
        Ok(outcome)
    }

    /// Drops the credential that waits; the present one stays. Succeeds when none waits.
    ///
    /// # Errors
    /// What the keyring or the book met.
    pub async fn discard_next_credential(&self, id: &ConnectionId) -> Result<(), Problem> {
        let _changing = self.inner.connections.changing.lock().await;
        self.inner.connections.find(id)?;
        self.inner.secrets.forget_next_credential(id).await?;
        self.inner.writer.change_credential_facts(id.clone(), |facts| facts.next = None).await?;
        self.inner.newsroom.connections_changed();
        Ok(())
    }

    /// Moves the profile's secrets into a vault sealed by `passphrase`, and answers with its recovery code.
    ///
    /// # Errors
    /// `BadInput` for a weak passphrase; what the keyring or the disk met.
    pub async fn move_secrets_to_vault(&self, passphrase: SecretString) -> Result<SecretString, Problem> {
        // While they move, nobody may store another one where they were.
        let _changing = self.inner.connections.changing.lock().await;
        let ids: Vec<_> = self.inner.connections.list().iter().map(|running| running.id.clone()).collect();
        self.inner.secrets.move_to_vault(&ids, passphrase).await
    }

    /// Switches a connection on or off. Off, its customers and its credential stay and nothing is fetched.
    ///
    /// # Errors
    /// [`Trouble::Conflict`] for an archived connection; what the book met.
    pub async fn set_connection_enabled(&self, id: &ConnectionId, enabled: bool) -> Result<(), Problem> {
        let _changing = self.inner.connections.changing.lock().await;
        let running = self.inner.connections.find(id)?;
        running.shut_down().await;
        let before = running.connection();
        let standing = if enabled { Standing::Active } else { Standing::Disabled };
        let changed = Connection { standing, ..before.clone() };
        let outcome = match before.standing {
            Standing::Archived => Err(Trouble::Conflict.into()),
            _ => self.inner.writer.update_connection(changed.clone()).await,
        };
        self.start(if outcome.is_ok() { changed } else { before }).await?;
        self.inner.newsroom.connections_changed();
        outcome
    }
}

//! The sample customers: both providers' emulators within this process, and a profile that is thrown away.
//!
//! Nothing is pretended: the desk speaks to the emulators over HTTP on loopback, with signatures and tokens, and lands
//! their customers in an encrypted book. Only the keyring is left out, so that a demo leaves nothing behind on the
//! computer; the keys of emulators that end with the process open nothing.

use credentials::Secrets;
use desk::{ConnectionDraft, Desk, ProfileFolder};
use kyc::{ConnectionId, Environment, Problem, ProviderId, RequestLimits, Trouble};
use providers::clock::SystemClock;
use sandbox::{Options, Sandbox, Scenario};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tempfile::TempDir;

/// The running emulators and their profile's folder; dropping this ends them and removes it.
pub struct SampleProviders {
    sandboxes: Vec<(ProviderId, Sandbox)>,
    folder: TempDir,
    /// Which connection leads to which sandbox, by its place, and what was chosen to happen there.
    connected: Mutex<Vec<(ConnectionId, Option<Scenario>)>>,
}

impl SampleProviders {
    /// Starts both emulators with `customers` each.
    ///
    /// # Errors
    /// [`Trouble::Disk`] when the folder cannot be made, [`Trouble::Internal`] when an emulator cannot be started.
    pub async fn start(customers: usize, seed: u64) -> Result<Self, Problem> {
        let folder = tempfile::Builder::new().prefix("vouch-demo-").tempdir().map_err(|_| Trouble::Disk)?;
        let mut sandboxes = Vec::new();
        for provider in [sandbox::Provider::LoveAndPay, sandbox::Provider::Cryptopocket] {
            let started =
                Sandbox::start(Options { customers, seed, ..Options::new(provider, jiff::Timestamp::now()) }).await;
            let sandbox = started.map_err(|error| {
                tracing::error!(%error, "an emulator cannot be started");
                Trouble::Internal
            })?;
            sandboxes.push((ProviderId::new(provider.name()), sandbox));
        }
        Ok(Self { sandboxes, folder, connected: Mutex::default() })
    }

    /// Opens a desk in the throw-away profile and connects it to the emulators.
    ///
    /// # Errors
    /// What the disk or the book met.
    pub async fn open_desk(&self) -> Result<Desk, Problem> {
        let folder = ProfileFolder::new(self.folder.path());
        let desk = Desk::open(&folder, Secrets::in_memory(), Arc::new(SystemClock::new())).await?;
        for (provider, sandbox) in &self.sandboxes {
            let draft = ConnectionDraft {
                provider: provider.clone(),
                environment: Environment::Custom,
                label: String::new(),
                base_url: sandbox.base_url.clone(),
                api_key: sandbox.api_key.as_str().into(),
                api_secret: sandbox.api_secret.as_str().into(),
                limits: RequestLimits { per_minute: Some(0), per_hour: Some(0) },
            };
            let connection = desk.save(draft, None).await?;
            self.connected().push((connection, None));
        }
        Ok(desk)
    }

    fn connected(&self) -> MutexGuard<'_, Vec<(ConnectionId, Option<Scenario>)>> {
        self.connected.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What can be made to happen behind a connection, and what was chosen.
    ///
    /// # Errors
    /// [`Trouble::NotFound`] when the connection leads to none of the emulators.
    pub fn scenarios(&self, connection: &ConnectionId) -> Result<(Vec<Scenario>, Option<Scenario>), Problem> {
        let connected = self.connected();
        let (place, playing) = find(&connected, connection)?;
        let (_, sandbox) = self.sandboxes.get(place).ok_or(Trouble::NotFound)?;
        Ok((Scenario::all(sandbox.control().provider()).collect(), playing))
    }

    /// Makes something happen behind a connection from its next request on; `None` makes all well again.
    ///
    /// # Errors
    /// [`Trouble::NotFound`] when the connection leads to none of the emulators.
    pub fn play(&self, connection: &ConnectionId, scenario: Option<Scenario>) -> Result<(), Problem> {
        let mut connected = self.connected();
        let (place, _) = find(&connected, connection)?;
        let (_, sandbox) = self.sandboxes.get(place).ok_or(Trouble::NotFound)?;
        match scenario {
            Some(scenario) => sandbox.control().set_scenario(scenario),
            None => sandbox.control().clear_faults(),
        }
        connected[place].1 = scenario;
        Ok(())
    }
}

fn find(
    connected: &[(ConnectionId, Option<Scenario>)],
    connection: &ConnectionId,
) -> Result<(usize, Option<Scenario>), Problem> {
    let found = connected.iter().enumerate().find(|(_, (id, _))| id == connection);
    found.map(|(place, (_, playing))| (place, *playing)).ok_or_else(|| Trouble::NotFound.into())
}

//! What the tests of the desk have in common: an emulator to connect to, and waiting for what a connection does.
#![allow(dead_code, reason = "each test program has this module to itself and needs only some of it")]
#![expect(clippy::unwrap_used, reason = "a test says what it expects by failing")]

use desk::{ConnectionDraft, ConnectionStatus, Desk};
use kyc::{Environment, ProviderId, RequestLimits};
use sandbox::{Options, Provider, Sandbox};
use sync::State;

/// An emulator with so many customers.
pub async fn sandbox(provider: Provider, customers: usize, seed: u64) -> Sandbox {
    let now = "2026-10-01T00:00:00Z".parse().unwrap();
    Sandbox::start(Options { customers, seed, ..Options::new(provider, now) }).await.unwrap()
}

/// A connection to an emulator, without limits.
pub fn draft(provider: Provider, sandbox: &Sandbox) -> ConnectionDraft {
    ConnectionDraft {
        provider: ProviderId::new(provider.name()),
        environment: Environment::Custom,
        label: String::new(),
        base_url: sandbox.base_url.clone(),
        api_key: sandbox.api_key.as_str().into(),
        api_secret: sandbox.api_secret.as_str().into(),
        limits: RequestLimits { per_minute: Some(0), per_hour: Some(0) },
    }
}

/// Waits for the news after which every connection is in a state that `wanted` takes.
pub async fn until(desk: &Desk, wanted: impl Fn(&ConnectionStatus) -> bool) -> Vec<ConnectionStatus> {
    let mut news = desk.news();
    loop {
        let connections = desk.connections();
        if !connections.is_empty() && connections.iter().all(&wanted) {
            return connections;
        }
        news.connections.changed().await.unwrap();
    }
}

/// Whether a list was walked to its end and nothing is under way.
pub fn is_synced(status: &ConnectionStatus) -> bool {
    status.activity.state == State::Idle && status.activity.last_complete.is_some()
}

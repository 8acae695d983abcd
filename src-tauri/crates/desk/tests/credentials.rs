//! Credentials of connections, against a real sandbox over HTTP: tested, replaced, kept waiting, switched off, removed.
#![expect(clippy::unwrap_used, reason = "a test says what it expects by failing")]

use credentials::Secrets;
use desk::{ConnectionDraft, ConnectionStatus, Desk, LeftCustomers, Presence, ProfileFolder, Rotation};
use kyc::{ConnectionId, Environment, ProviderId, RequestLimits, Standing, Trouble};
use providers::SystemClock;
use sandbox::{Options, Provider, Sandbox};
use secrecy::ExposeSecret;
use std::sync::Arc;
use sync::State;

const CUSTOMERS: usize = 120;

struct Stage {
    folder: tempfile::TempDir,
    secrets: Secrets,
    desk: Desk,
    sandbox: Sandbox,
}

impl Stage {
    async fn new() -> Self {
        let (folder, secrets) = (tempfile::tempdir().unwrap(), Secrets::in_memory());
        let now = "2026-10-01T00:00:00Z".parse().unwrap();
        let options = Options { customers: CUSTOMERS, seed: 7, ..Options::new(Provider::LoveAndPay, now) };
        let sandbox = Sandbox::start(options).await.unwrap();
        let desk = open(&folder, &secrets).await;
        Self { folder, secrets, desk, sandbox }
    }

    fn draft(&self) -> ConnectionDraft {
        ConnectionDraft {
            provider: ProviderId::new("loveandpay"),
            environment: Environment::Custom,
            label: "Shop".to_owned(),
            base_url: self.sandbox.base_url.clone(),
            api_key: self.sandbox.api_key.as_str().into(),
            api_secret: self.sandbox.api_secret.as_str().into(),
            limits: RequestLimits { per_minute: Some(0), per_hour: Some(0) },
        }
    }

    async fn connected(&self) -> ConnectionId {
        let id = self.desk.save(self.draft(), None).await.unwrap();
        self.until(|status| status.activity.last_complete.is_some() && status.activity.state == State::Idle).await;
        id
    }

    async fn until(&self, wanted: impl Fn(&ConnectionStatus) -> bool) -> ConnectionStatus {
        let mut news = self.desk.news();
        loop {
            if let Some(status) = self.desk.connections().into_iter().find(&wanted) {
                return status;
            }
            news.connections.changed().await.unwrap();
        }
    }

    async fn rotate(&self, id: &ConnectionId, untested: bool) -> Result<Rotation, kyc::Problem> {
        let (key, secret) = (self.sandbox.api_key.as_str().into(), self.sandbox.api_secret.as_str().into());
        self.desk.rotate(id, &key, &secret, untested).await
    }

    async fn count(&self) -> usize {
        self.desk.view_counts().await.unwrap().iter().find(|(view, _)| *view == search::View::All).unwrap().1 as usize
    }
}

async fn open(folder: &tempfile::TempDir, secrets: &Secrets) -> Desk {
    let folder = ProfileFolder::new(folder.path());
    Desk::open(&folder, secrets.clone(), Arc::new(SystemClock::new())).await.unwrap()
}

#[tokio::test]
async fn what_is_known_of_a_credential_grows_with_its_use() {
    let stage = Stage::new().await;
    let id = stage.connected().await;
    let known = stage.desk.credentials().await.unwrap().remove(0);
    assert_eq!(known.presence, Presence::Kept);
    assert!(known.facts.set.is_some() && known.facts.test.is_none() && known.facts.next.is_none());
    stage.desk.test_credential(&id).await.unwrap();
    let known = stage.desk.credentials().await.unwrap().remove(0);
    assert_eq!(known.facts.test.unwrap().problem, None);
    assert!(known.facts.used.is_some(), "a walk that brought customers is a use");

    stage.secrets.forget_credential(&id).await.unwrap();
    let known = stage.desk.credentials().await.unwrap().remove(0);
    assert_eq!(known.presence, Presence::Missing);
}

#[tokio::test]
async fn a_failed_test_is_noted_too() {
    let stage = Stage::new().await;
    let wrong = ConnectionDraft { api_secret: "sk_test_wrong_0123456789".into(), ..stage.draft() };
    let id = stage.desk.save(wrong, None).await.unwrap();
    let refused = stage.desk.test_credential(&id).await.unwrap_err();
    assert_eq!(refused.trouble, Trouble::CredentialsRejected);
    let known = stage.desk.credentials().await.unwrap().remove(0);
    assert_eq!(known.facts.test.unwrap().problem.as_deref(), Some("credentials_rejected"));
}

#[tokio::test]
async fn a_new_credential_is_tested_before_the_old_one_goes() {
    let stage = Stage::new().await;
    let id = stage.connected().await;
    let wrong = stage.desk.rotate(&id, &"pk_test_wrong_0123456789".into(), &"sk_test_wrong".into(), false).await;
    assert_eq!(wrong.unwrap_err().trouble, Trouble::CredentialsRejected);
    let kept = stage.secrets.credential(&id).await.unwrap();
    assert_eq!(kept.api_key.expose_secret(), stage.sandbox.api_key, "the old one stays");
    assert!(stage.secrets.next_credential(&id).await.unwrap().is_none(), "and nothing of the refused one is kept");

    let wrong = ConnectionDraft { api_secret: "sk_test_wrong_0123456789".into(), ..stage.draft() };
    stage.desk.save(wrong, Some(&id)).await.unwrap();
    stage.until(|status| matches!(status.activity.state, State::Failed { .. })).await;
    let Rotation::InUse(verified) = stage.rotate(&id, false).await.unwrap() else { panic!("it was tested") };
    assert_eq!(verified.customers, Some(CUSTOMERS as u64));
    let kept = stage.secrets.credential(&id).await.unwrap();
    assert_eq!(kept.api_secret.expose_secret(), stage.sandbox.api_secret);
    stage.until(|status| status.activity.state == State::Idle).await;
}

#[tokio::test]
async fn an_untested_credential_waits_and_takes_its_turn_when_the_provider_can_be_asked() {
    let stage = Stage::new().await;
    let wrong = ConnectionDraft { api_secret: "sk_test_wrong_0123456789".into(), ..stage.draft() };
    let id = stage.desk.save(wrong, None).await.unwrap();
    stage.until(|status| matches!(status.activity.state, State::Failed { .. })).await;
    assert_eq!(stage.rotate(&id, true).await.unwrap(), Rotation::Waiting(None));
    // The connection is made anew, and with that the waiting credential gets its turn.
    stage.until(|status| status.activity.last_complete.is_some()).await;
    let kept = stage.secrets.credential(&id).await.unwrap();
    assert_eq!(kept.api_secret.expose_secret(), stage.sandbox.api_secret);
    let known = stage.desk.credentials().await.unwrap().remove(0);
    assert_eq!((known.facts.next, known.facts.test.unwrap().problem), (None, None));
    let tail = &stage.sandbox.api_key[stage.sandbox.api_key.len() - 4..];
    assert_eq!(known.status.connection.key_tail, tail);
}

#[tokio::test]
async fn a_refused_credential_goes_on_waiting_with_its_reason_until_it_is_discarded() {
    let stage = Stage::new().await;
    let id = stage.connected().await;
    let (key, secret) = ("pk_test_wrong_0123456789".into(), "sk_test_wrong_0123456789".into());
    stage.desk.rotate(&id, &key, &secret, true).await.unwrap();
    let Rotation::Waiting(Some(problem)) = stage.desk.try_next_credential(&id).await.unwrap() else {
        panic!("the provider refuses it")
    };
    assert_eq!(problem.trouble, Trouble::CredentialsRejected);
    let known = stage.desk.credentials().await.unwrap().remove(0);
    let next = known.facts.next.unwrap();
    assert_eq!((next.key_tail.as_str(), next.problem.as_deref()), ("6789", Some("credentials_rejected")));
    stage.desk.sync_now(&id).unwrap();
    stage.until(|status| status.activity.state == State::Idle).await;

    stage.desk.discard_next_credential(&id).await.unwrap();
    assert!(stage.secrets.next_credential(&id).await.unwrap().is_none());
    assert_eq!(stage.desk.credentials().await.unwrap().remove(0).facts.next, None);
    let none = stage.desk.try_next_credential(&id).await.unwrap_err();
    assert_eq!(none.trouble, Trouble::NotFound);
}

#[tokio::test]
async fn what_was_discarded_while_it_was_being_tested_does_not_come_back() {
    let stage = Stage::new().await;
    let id = stage.connected().await;
    let slow = sandbox::FaultRule::new(sandbox::Fault::Latency { ms: 400 });
    stage.sandbox.control().set_faults([slow]).unwrap();
    let (key, secret) = ("pk_test_wrong_0123456789".into(), "sk_test_wrong_0123456789".into());
    // The connection is made anew with this, and asks the provider about the new credential.
    stage.desk.rotate(&id, &key, &secret, true).await.unwrap();
    stage.desk.discard_next_credential(&id).await.unwrap();
    stage.until(|status| status.activity.state == State::Idle && status.activity.seen > 0).await;
    stage.desk.sync_now(&id).unwrap();
    stage.until(|status| status.activity.state == State::Syncing).await;
    stage.until(|status| status.activity.state == State::Idle).await;
    assert_eq!(stage.desk.credentials().await.unwrap().remove(0).facts.next, None);
}

#[tokio::test]
async fn a_connection_is_switched_off_and_on_across_a_restart() {
    let stage = Stage::new().await;
    let id = stage.connected().await;
    stage.desk.set_connection_enabled(&id, false).await.unwrap();
    stage.desk.close().await;
    let desk = open(&stage.folder, &stage.secrets).await;
    let status = desk.connections().remove(0);
    assert_eq!(status.connection.standing, Standing::Disabled);
    assert_eq!((status.activity.state, status.activity.seen as usize), (State::Idle, CUSTOMERS));
    assert_eq!(desk.credentials().await.unwrap().remove(0).presence, Presence::Kept);
    let stage = Stage { desk, ..stage };
    let mut news = stage.desk.news();
    stage.desk.set_connection_enabled(&id, true).await.unwrap();
    news.connections.changed().await.unwrap();
    stage.until(|status| status.activity.state == State::Idle && status.connection.standing == Standing::Active).await;
}

#[tokio::test]
async fn a_removed_connection_leaves_an_archive_or_nothing() {
    let stage = Stage::new().await;
    let id = stage.connected().await;
    stage.desk.remove(&id, LeftCustomers::Keep).await.unwrap();
    let status = stage.desk.connections().remove(0);
    assert_eq!((status.connection.standing, status.connection.key_tail.as_str()), (Standing::Archived, ""));
    assert_eq!(stage.count().await, CUSTOMERS, "its customers stay");
    assert_eq!(stage.secrets.credential(&id).await.unwrap_err().trouble, Trouble::CredentialMissing);
    assert_eq!(stage.rotate(&id, true).await.unwrap_err().trouble, Trouble::Conflict, "an archive has no credential");
    let switched_on = stage.desk.set_connection_enabled(&id, true).await;
    assert_eq!(switched_on.unwrap_err().trouble, Trouble::Conflict);

    stage.desk.remove(&id, LeftCustomers::Erase).await.unwrap();
    assert_eq!((stage.desk.connections().len(), stage.count().await), (0, 0));
}

#[tokio::test]
async fn a_closed_desk_holds_no_customer_any_more() {
    let stage = Stage::new().await;
    stage.connected().await;
    assert_eq!(stage.count().await, CUSTOMERS);
    stage.desk.close().await;
    assert_eq!(stage.count().await, 0, "also for somebody who still has it");
}

//! Connections on their way to another computer and in from a snippet. Nothing here is sent anywhere.
#![expect(clippy::unwrap_used, reason = "a test says what it expects by failing")]

use credentials::Secrets;
use desk::{ConnectionDraft, Desk, ImportAction, ImportChoice, ImportFault, ImportPreview, ProfileFolder};
use kyc::{Connection, Environment, ProviderId, RequestLimits, Trouble};
use providers::SystemClock;
use secrecy::{ExposeSecret, SecretString};
use std::path::PathBuf;
use std::sync::Arc;

const PASSPHRASE: &str = "correct horse battery staple";

struct Computer {
    folder: tempfile::TempDir,
    secrets: Secrets,
    desk: Desk,
}

impl Computer {
    async fn new() -> Self {
        let (folder, secrets) = (tempfile::tempdir().unwrap(), Secrets::in_memory());
        let profile = ProfileFolder::new(folder.path().join("profile"));
        std::fs::create_dir(profile.path()).unwrap();
        let desk = Desk::open(&profile, secrets.clone(), Arc::new(SystemClock::new())).await.unwrap();
        Self { folder, secrets, desk }
    }

    /// With two connections that lead nowhere.
    async fn with_two() -> Self {
        let computer = Self::new().await;
        for (number, provider) in [(1, "loveandpay"), (2, "cryptopocket")] {
            let draft = ConnectionDraft {
                provider: ProviderId::new(provider),
                environment: Environment::Custom,
                label: format!("Shop {number}"),
                base_url: format!("http://127.0.0.1:{number}/api/v2"),
                api_key: format!("pk_test_000000000{number}").into(),
                api_secret: format!("sk_test_000000000{number}").into(),
                limits: RequestLimits { per_minute: Some(50), per_hour: None },
            };
            computer.desk.save(draft, None).await.unwrap();
        }
        computer
    }

    fn connections(&self) -> Vec<Connection> {
        self.desk.connections().into_iter().map(|status| status.connection).collect()
    }

    async fn exported(&self) -> PathBuf {
        let path = self.folder.path().join("moving.vouch-connections");
        let ids: Vec<_> = self.connections().into_iter().map(|connection| connection.id).collect();
        let count = self.desk.export_connections(&ids, &path, PASSPHRASE.into(), false).await.unwrap();
        assert_eq!(count, ids.len());
        path
    }
}

fn choose(preview: &ImportPreview, action: ImportAction) -> Vec<ImportChoice> {
    let items = preview.items.iter().enumerate();
    items
        .map(|(item, found)| ImportChoice {
            item,
            action,
            label: found.label.clone(),
            provider: None,
            base_url: String::new(),
        })
        .collect()
}

#[tokio::test]
async fn connections_move_to_another_computer_with_their_secrets() {
    let (old, new) = (Computer::with_two().await, Computer::new().await);
    let path = old.exported().await;
    let bytes = std::fs::read(&path).unwrap();
    for hidden in ["sk_test", "pk_test", "Shop", "127.0.0.1"] {
        assert!(!bytes.windows(hidden.len()).any(|window| window == hidden.as_bytes()), "{hidden} shows in the file");
    }
    let preview = new.desk.preview_file(&path, PASSPHRASE.into()).await.unwrap();
    assert!(new.connections().is_empty(), "a preview stores nothing");
    assert!(preview.items.iter().all(|item| item.fault.is_none() && item.existing.is_none()));
    assert_eq!(preview.items[0].key_tail, "0001");
    let done = new.desk.import(preview.id, &choose(&preview, ImportAction::Add)).await.unwrap();
    assert_eq!((done.added, done.replaced), (2, 0));
    for (before, after) in old.connections().into_iter().zip(new.connections()) {
        assert_eq!((&after.label, &after.base_url, after.limits), (&before.label, &before.base_url, before.limits));
        let secret = async |computer: &Computer, connection: &Connection| {
            computer.secrets.credential(&connection.id).await.unwrap().api_secret.expose_secret().to_owned()
        };
        assert_eq!(secret(&new, &after).await, secret(&old, &before).await);
    }
    let gone = new.desk.import(preview.id, &choose(&preview, ImportAction::Add)).await.unwrap_err();
    assert_eq!(gone.trouble, Trouble::NotFound, "what was taken over does not wait any more");
}

#[tokio::test]
async fn what_is_here_already_is_recognised_and_waits_beside_the_old() {
    let computer = Computer::with_two().await;
    let path = computer.exported().await;
    let preview = computer.desk.preview_file(&path, PASSPHRASE.into()).await.unwrap();
    let here: Vec<_> = computer.connections().into_iter().map(|connection| Some(connection.id)).collect();
    let other = kyc::Credential::parse("pk_test_0000000001", "sk_test_another").unwrap();
    computer.secrets.store_credential(here[0].as_ref().unwrap(), &other).await.unwrap();
    assert_eq!(preview.items.iter().map(|item| item.existing.clone()).collect::<Vec<_>>(), here);
    let mut choices = choose(&preview, ImportAction::Replace);
    choices[1].action = ImportAction::Skip;
    let done = computer.desk.import(preview.id, &choices).await.unwrap();
    assert_eq!((done.added, done.replaced, computer.connections().len()), (0, 1, 2));
    let id = here[0].clone().unwrap();
    assert!(computer.secrets.next_credential(&id).await.unwrap().is_some());
}

#[tokio::test]
async fn bad_files_and_words_are_told_and_lose_nothing() {
    let computer = Computer::with_two().await;
    let path = computer.exported().await;
    let trouble = async |path: &std::path::Path, passphrase: &str| {
        computer.desk.preview_file(path, passphrase.into()).await.err().map(|problem| problem.trouble)
    };
    assert!(matches!(trouble(&path, "not this one at all").await, Some(Trouble::PassphraseWrong { .. })));
    assert_eq!(trouble(&path.with_extension("other"), PASSPHRASE).await, Some(Trouble::FileMissing));
    let relative = std::path::Path::new("moving.vouch-connections");
    assert_eq!(trouble(relative, PASSPHRASE).await, Some(Trouble::BadInput { field: "path" }));
    let whole = std::fs::read(&path).unwrap();
    std::fs::write(&path, &whole[..whole.len() / 2]).unwrap();
    assert_eq!(trouble(&path, PASSPHRASE).await, Some(Trouble::SealedFileDamaged));

    let ids: Vec<_> = computer.connections().into_iter().map(|connection| connection.id).collect();
    let export = async |ids, passphrase: &str, replace| {
        let exported = computer.desk.export_connections(ids, &path, passphrase.into(), replace).await;
        exported.err().map(|problem| problem.trouble)
    };
    assert_eq!(export(&ids, PASSPHRASE, false).await, Some(Trouble::FileExists));
    assert_eq!(export(&ids, "short", true).await, Some(Trouble::BadInput { field: "passphrase" }));
    assert_eq!(export(&[], PASSPHRASE, true).await, Some(Trouble::BadInput { field: "connections" }));
    assert_eq!(std::fs::read(&path).unwrap(), &whole[..whole.len() / 2], "what was there stays");
    assert_eq!(export(&ids, PASSPHRASE, true).await, None);
    assert_eq!(std::fs::read(&path).unwrap().len(), whole.len());
}

#[tokio::test]
async fn a_snippet_becomes_connections() {
    let computer = Computer::new().await;
    let text = SecretString::from(
        "LOVEANDPAY_API_KEY=pk_live_0123456789abcd\nLOVEANDPAY_API_SECRET=\"sk_live_0123456789abcd\"\n\n\
         CRYPTOPOCKET_API_KEY=cp-0123456789-wxyz\nCRYPTOPOCKET_API_SECRET=abcdef0123456789\n\
         CRYPTOPOCKET_URL=http://127.0.0.1:9/api\n",
    );
    let preview = computer.desk.preview_snippet(&text);
    let seen: Vec<_> = preview
        .items
        .iter()
        .map(|item| (item.provider.as_ref().unwrap().as_str(), item.environment, item.key_tail.as_str(), item.fault))
        .collect();
    let expected =
        [("loveandpay", Environment::Live, "abcd", None), ("cryptopocket", Environment::Custom, "wxyz", None)];
    assert_eq!(seen, expected);
    // The first one leads to the live address, and is left out: no test asks it.
    let mut choices = choose(&preview, ImportAction::Add);
    choices[0].action = ImportAction::Skip;
    choices[1].label = "From the mail".to_owned();
    computer.desk.import(preview.id, &choices).await.unwrap();
    let connection = computer.connections().remove(0);
    assert_eq!((connection.label.as_str(), connection.base_url.as_str()), ("From the mail", "http://127.0.0.1:9/api"));
}

#[tokio::test]
async fn what_is_missing_in_a_snippet_is_named_and_can_be_given() {
    let computer = Computer::new().await;
    let preview = computer.desk.preview_snippet(&"LOVEANDPAY_API_KEY=pk_live_0123456789abcd".into());
    assert_eq!(preview.items[0].fault, Some(ImportFault::SecretMissing));
    let refused = computer.desk.import(preview.id, &choose(&preview, ImportAction::Add)).await.unwrap_err();
    assert_eq!(refused.trouble, Trouble::BadInput { field: "api_secret" });
    assert!(computer.connections().is_empty());

    let preview = computer.desk.preview_snippet(&"api_key: k-0123456789abcd\napi_secret: s-0123456789abcd".into());
    assert_eq!(preview.items[0].fault, Some(ImportFault::ProviderUnknown));
    let mut choices = choose(&preview, ImportAction::Add);
    choices[0].provider = Some(ProviderId::new("cryptopocket"));
    choices[0].base_url = "http://127.0.0.1:9/api".to_owned();
    computer.desk.import(preview.id, &choices).await.unwrap();
    assert_eq!(computer.connections().len(), 1);

    assert!(computer.desk.preview_snippet(&"nothing in here".into()).items.is_empty());
    computer.desk.discard_import(preview.id);
}

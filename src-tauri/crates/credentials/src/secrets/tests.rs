//! Where secrets are, what stands before them, and that moving them never leaves none or two. Over a keyring in memory
//! that refuses on demand; the real ones are in `tests/`.

use super::*;
use crate::entry::KeyringEntry;
use kyc::{ConnectionId, Credential};
use secrecy::ExposeSecret;
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicI64};
use tempfile::TempDir;

/// A keyring in memory.
#[derive(Default)]
struct Fake {
    entries: Mutex<HashMap<KeyringEntry, SecretString>>,
    /// What every call ends with.
    refuses: Mutex<Option<Trouble>>,
    refuses_to_delete: AtomicBool,
    /// How many more writes are taken.
    writes_left: AtomicI64,
    /// How many more calls are answered at all.
    calls_left: AtomicI64,
}

impl Fake {
    fn ready() -> Arc<Self> {
        let endless = || AtomicI64::new(i64::MAX);
        Arc::new(Self { writes_left: endless(), calls_left: endless(), ..Self::default() })
    }

    fn count(&self) -> usize {
        self.entries.lock().unwrap().len()
    }

    fn refuse(&self, trouble: impl Into<Option<Trouble>>) {
        *self.refuses.lock().unwrap() = trouble.into();
    }

    fn answer(&self) -> Result<MutexGuard<'_, HashMap<KeyringEntry, SecretString>>, Trouble> {
        if self.calls_left.fetch_sub(1, Ordering::SeqCst) <= 0 {
            return Err(Trouble::KeyringMissing);
        }
        match &*self.refuses.lock().unwrap() {
            Some(trouble) => Err(trouble.clone()),
            None => Ok(self.entries.lock().unwrap()),
        }
    }
}

impl Store for Fake {
    fn read(&self, entry: &KeyringEntry) -> Result<Option<SecretString>, Trouble> {
        Ok(self.answer()?.get(entry).cloned())
    }

    fn write(&self, entry: &KeyringEntry, secret: &SecretString) -> Result<(), Trouble> {
        if self.writes_left.fetch_sub(1, Ordering::SeqCst) <= 0 {
            return Err(Trouble::KeyringDenied);
        }
        self.answer()?.insert(entry.clone(), secret.clone());
        Ok(())
    }

    fn delete(&self, entry: &KeyringEntry) -> Result<(), Trouble> {
        if self.refuses_to_delete.load(Ordering::SeqCst) {
            return Err(Trouble::KeyringDenied);
        }
        self.answer()?.remove(entry);
        Ok(())
    }

    fn unlock(&self) -> Result<(), Trouble> {
        Ok(())
    }
}

const PASSPHRASE: &str = "a passphrase for tests";
const OTHER: &str = "another passphrase for tests";

struct Profile {
    folder: TempDir,
    keyring: Arc<Fake>,
}

impl Profile {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap(), keyring: Fake::ready() }
    }

    /// As a process that starts.
    fn open(&self) -> Secrets {
        self.try_open().unwrap()
    }

    fn try_open(&self) -> Result<Secrets, Problem> {
        let cheap = KeyCost::new(8, 1, 1).unwrap();
        Secrets::open_with(self.folder.path(), cheap, self.keyring.clone(), Timestamp::now)
    }

    fn files(&self) -> Vec<String> {
        let mut names: Vec<String> = std::fs::read_dir(self.folder.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .filter(|name| name != profile::FILE_NAME)
            .collect();
        names.sort();
        names
    }

    /// With a book key, and a credential of one connection that also has a next one.
    async fn filled(&self) -> Secrets {
        let secrets = self.open();
        secrets.make_book_key().await.unwrap();
        secrets.store_credential(&one(), &credential("first")).await.unwrap();
        secrets.store_next_credential(&one(), &credential("second")).await.unwrap();
        secrets
    }
}

fn one() -> ConnectionId {
    ConnectionId::new("one")
}

fn credential(name: &str) -> Credential {
    Credential::parse(&format!("pk_{name}"), &format!("sk_{name}")).unwrap()
}

fn trouble<T>(outcome: Result<T, Problem>) -> Trouble {
    outcome.err().expect("it is refused").trouble
}

const WRONG: Trouble = Trouble::PassphraseWrong { until: None };

async fn key_of(secrets: &Secrets) -> String {
    secrets.book_key().await.unwrap().unwrap().expose_secret().to_owned()
}

/// That everything `filled` put there is there.
async fn require_filled(secrets: &Secrets, key: &str) {
    assert_eq!(key_of(secrets).await, key);
    assert_eq!(secrets.credential(&one()).await.unwrap().api_secret.expose_secret(), "sk_first");
    let next = secrets.next_credential(&one()).await.unwrap().unwrap();
    assert_eq!(next.api_secret.expose_secret(), "sk_second");
}

#[tokio::test]
async fn a_book_key_is_made_once() {
    let secrets = Secrets::in_memory();
    assert!(secrets.book_key().await.unwrap().is_none());
    let made = secrets.make_book_key().await.unwrap();
    assert_eq!(made.expose_secret().len(), 64);
    assert!(made.expose_secret().bytes().all(|digit| digit.is_ascii_hexdigit()));
    assert_eq!(trouble(secrets.make_book_key().await), Trouble::Conflict);
    assert_eq!(key_of(&secrets).await, made.expose_secret(), "the refusal left the first key in place");
}

#[tokio::test]
async fn keys_of_two_profiles_differ() {
    let (one, other) = (Secrets::in_memory(), Secrets::in_memory());
    let (one, other) = (one.make_book_key().await.unwrap(), other.make_book_key().await.unwrap());
    assert_ne!(one.expose_secret(), other.expose_secret());
}

/// The same acts in every place: the rest of the code cannot tell them apart.
async fn require_all_acts(secrets: &Secrets) {
    assert_eq!(secrets.gate(), Gate::Open);
    assert!(secrets.book_key().await.unwrap().is_none());
    secrets.make_book_key().await.unwrap();
    assert_eq!(trouble(secrets.make_book_key().await), Trouble::Conflict);

    assert_eq!(trouble(secrets.credential(&one()).await), Trouble::CredentialMissing);
    for round in ["first", "second"] {
        secrets.store_credential(&one(), &credential(round)).await.unwrap();
        let kept = secrets.clone().credential(&one()).await.unwrap();
        assert_eq!(kept.api_key.expose_secret(), format!("pk_{round}"));
        assert_eq!(kept.api_secret.expose_secret(), format!("sk_{round}"));
    }

    assert!(secrets.next_credential(&one()).await.unwrap().is_none());
    assert_eq!(trouble(secrets.promote_next_credential(&one()).await), Trouble::CredentialMissing);
    secrets.store_next_credential(&one(), &credential("third")).await.unwrap();
    assert_eq!(secrets.credential(&one()).await.unwrap().api_key.expose_secret(), "pk_second");
    assert_eq!(secrets.next_credential(&one()).await.unwrap().unwrap().api_key.expose_secret(), "pk_third");
    secrets.promote_next_credential(&one()).await.unwrap();
    assert_eq!(secrets.credential(&one()).await.unwrap().api_key.expose_secret(), "pk_third");
    assert!(secrets.next_credential(&one()).await.unwrap().is_none());
    secrets.store_next_credential(&one(), &credential("fourth")).await.unwrap();
    secrets.forget_next_credential(&one()).await.unwrap();
    secrets.forget_next_credential(&one()).await.unwrap();
    assert!(secrets.next_credential(&one()).await.unwrap().is_none());

    secrets.forget_credential(&one()).await.unwrap();
    secrets.forget_credential(&one()).await.unwrap();
    assert_eq!(trouble(secrets.credential(&one()).await), Trouble::CredentialMissing);
}

#[tokio::test]
async fn every_place_does_the_same() {
    require_all_acts(&Secrets::in_memory()).await;

    let profile = Profile::new();
    require_all_acts(&profile.open()).await;
    assert_eq!(profile.keyring.count(), 1, "the book's key");

    let profile = Profile::new();
    profile.keyring.refuse(Trouble::KeyringMissing);
    let secrets = profile.open();
    assert_eq!(trouble(secrets.book_key().await), Trouble::KeyringMissing);
    secrets.make_vault(PASSPHRASE.into()).await.unwrap();
    require_all_acts(&secrets).await;
    assert_eq!(profile.files(), [VAULT_NAME, "vault.sealed.copy"]);
}

#[tokio::test]
async fn a_vault_is_closed_until_its_passphrase_is_given() {
    let profile = Profile::new();
    let secrets = profile.open();
    secrets.make_vault(PASSPHRASE.into()).await.unwrap();
    assert_eq!((secrets.place(), secrets.gate(), secrets.lock_is_on()), (PlaceName::Vault, Gate::Open, true));
    let key = secrets.make_book_key().await.unwrap();

    let again = profile.open();
    assert_eq!((again.place(), again.gate(), again.lock_is_on()), (PlaceName::Vault, Gate::Vault, true));
    assert_eq!(trouble(again.book_key().await), Trouble::PassphraseNeeded);
    assert_eq!(trouble(again.credential(&one()).await), Trouble::PassphraseNeeded);
    assert_eq!(trouble(again.store_credential(&one(), &credential("x")).await), Trouble::PassphraseNeeded);
    assert_eq!(trouble(again.make_book_key().await), Trouble::PassphraseNeeded);
    assert_eq!(trouble(again.unlock(OTHER.into()).await), WRONG);
    assert_eq!(again.gate(), Gate::Vault);
    again.unlock(PASSPHRASE.into()).await.unwrap();
    assert_eq!(key_of(&again).await, key.expose_secret());

    again.close();
    assert_eq!(again.gate(), Gate::Vault);
    assert_eq!(trouble(again.book_key().await), Trouble::PassphraseNeeded);
    again.unlock(format!("{PASSPHRASE}\n").into()).await.unwrap();
    assert_eq!(key_of(&again).await, key.expose_secret());
}

#[tokio::test]
async fn a_vault_is_not_made_where_the_keyring_has_the_secrets() {
    let profile = Profile::new();
    let secrets = profile.filled().await;
    assert_eq!(trouble(secrets.make_vault(PASSPHRASE.into()).await), Trouble::Conflict);
    profile.keyring.refuse(Trouble::KeyringLocked);
    assert_eq!(trouble(secrets.make_vault(PASSPHRASE.into()).await), Trouble::KeyringLocked);
    assert_eq!(profile.files(), [""; 0]);
    assert_eq!(trouble(Secrets::in_memory().make_vault(PASSPHRASE.into()).await), Trouble::Conflict);
}

#[tokio::test]
async fn what_a_keyring_kept_that_nobody_could_see_is_taken_over_later() {
    let profile = Profile::new();
    let secrets = profile.filled().await;
    let key = key_of(&secrets).await;
    profile.keyring.refuse(Trouble::KeyringMissing);
    secrets.make_vault(PASSPHRASE.into()).await.unwrap();
    assert!(secrets.book_key().await.unwrap().is_none(), "as if there was none, but not for good");
    profile.keyring.refuse(None);
    assert_eq!(key_of(&secrets).await, key);
    assert_eq!(secrets.credential(&one()).await.unwrap().api_key.expose_secret(), "pk_first");
    assert_eq!(profile.keyring.count(), 1, "only the next credential is there still");
}

#[tokio::test]
async fn secrets_move_to_the_vault_and_back() {
    let profile = Profile::new();
    let secrets = profile.filled().await;
    let key = key_of(&secrets).await;

    secrets.move_to_vault(&[one(), ConnectionId::new("without")], PASSPHRASE.into()).await.unwrap();
    assert_eq!((secrets.place(), profile.keyring.count()), (PlaceName::Vault, 0));
    require_filled(&secrets, &key).await;
    assert_eq!(trouble(secrets.move_to_vault(&[], PASSPHRASE.into()).await), Trouble::Conflict);

    let again = profile.open();
    assert_eq!(trouble(again.move_to_keyring(OTHER.into()).await), WRONG);
    again.move_to_keyring(PASSPHRASE.into()).await.unwrap();
    assert_eq!((again.place(), again.gate(), again.lock_is_on()), (PlaceName::Keyring, Gate::Open, false));
    assert_eq!(profile.keyring.count(), 3);
    assert_eq!(profile.files(), [""; 0]);
    require_filled(&again, &key).await;
    require_filled(&profile.open(), &key).await;
}

#[tokio::test]
async fn a_move_to_the_vault_that_cannot_read_everything_changes_nothing() {
    let profile = Profile::new();
    let secrets = profile.filled().await;
    let key = key_of(&secrets).await;
    profile.keyring.refuse(Trouble::KeyringLocked);
    assert_eq!(trouble(secrets.move_to_vault(&[one()], PASSPHRASE.into()).await), Trouble::KeyringLocked);
    profile.keyring.refuse(None);
    assert_eq!((secrets.place(), profile.files()), (PlaceName::Keyring, vec![]));
    require_filled(&secrets, &key).await;
}

#[tokio::test]
async fn copies_that_a_keyring_does_not_let_go_of_are_removed_later() {
    let profile = Profile::new();
    let secrets = profile.filled().await;
    let key = key_of(&secrets).await;
    profile.keyring.refuses_to_delete.store(true, Ordering::SeqCst);
    secrets.move_to_vault(&[one()], PASSPHRASE.into()).await.unwrap();
    assert_eq!((secrets.place(), profile.keyring.count()), (PlaceName::Vault, 3));

    profile.keyring.refuses_to_delete.store(false, Ordering::SeqCst);
    let again = profile.open();
    again.unlock(PASSPHRASE.into()).await.unwrap();
    assert_eq!(profile.keyring.count(), 0);
    require_filled(&again, &key).await;
}

#[tokio::test]
async fn a_move_to_the_keyring_that_breaks_off_leaves_everything_in_the_vault() {
    let profile = Profile::new();
    let secrets = profile.filled().await;
    let key = key_of(&secrets).await;
    secrets.move_to_vault(&[one()], PASSPHRASE.into()).await.unwrap();
    for writes in 0..3 {
        profile.keyring.writes_left.store(writes, Ordering::SeqCst);
        assert_eq!(trouble(secrets.move_to_keyring(PASSPHRASE.into()).await), Trouble::KeyringDenied);
        assert_eq!((secrets.place(), profile.keyring.count()), (PlaceName::Vault, 0), "after {writes} writes");
        require_filled(&secrets, &key).await;
    }
    profile.keyring.refuse(Trouble::KeyringMissing);
    assert_eq!(trouble(secrets.move_to_keyring(PASSPHRASE.into()).await), Trouble::KeyringMissing);
    require_filled(&secrets, &key).await;
}

/// Every act of moving, with a keyring that goes away after each possible number of calls, before the process ends.
#[tokio::test]
async fn whenever_the_keyring_goes_away_everything_is_in_one_place_after_the_next_start() {
    type Act = fn(&Secrets) -> std::pin::Pin<Box<dyn Future<Output = bool> + '_>>;
    let to_vault: Act = |it| Box::pin(async { it.move_to_vault(&[one()], PASSPHRASE.into()).await.is_ok() });
    let to_keyring: Act = |it| Box::pin(async { it.move_to_keyring(PASSPHRASE.into()).await.is_ok() });
    let lock: Act = |it| Box::pin(async { it.set_lock(PASSPHRASE.into()).await.is_ok() });
    let unlock: Act = |it| Box::pin(async { it.remove_lock(PASSPHRASE.into()).await.is_ok() });
    for (before, act) in
        [(None, to_vault), (Some(to_vault), to_keyring), (None, lock), (Some(lock), unlock), (Some(lock), to_vault)]
    {
        for calls in 0.. {
            let profile = Profile::new();
            let secrets = profile.filled().await;
            let key = key_of(&secrets).await;
            if let Some(before) = before {
                assert!(before(&secrets).await);
            }
            profile.keyring.calls_left.store(calls, Ordering::SeqCst);
            let done = act(&secrets).await;
            let ended = profile.keyring.calls_left.load(Ordering::SeqCst) >= 0;
            assert_eq!(secrets.gate(), Gate::Open, "after {calls} calls");
            drop(secrets);

            profile.keyring.calls_left.store(i64::MAX, Ordering::SeqCst);
            let again = profile.open();
            again.unlock(PASSPHRASE.into()).await.unwrap();
            require_filled(&again, &key).await;
            let (in_keyring, files): (usize, &[&str]) = match (again.place(), again.lock_is_on()) {
                (PlaceName::Keyring, false) => (3, &[]),
                (PlaceName::Keyring, true) => (2, &[LOCK_NAME, "lock.sealed.copy"]),
                _ => (0, &[VAULT_NAME, "vault.sealed.copy"]),
            };
            assert_eq!(
                (profile.keyring.count(), profile.files()),
                (in_keyring, files.iter().map(|&it| it.into()).collect())
            );
            if ended {
                assert!(done, "with all the calls it needs it is done");
                break;
            }
        }
    }
}

#[tokio::test]
async fn whenever_the_keyring_goes_away_a_rotation_leaves_the_old_or_the_new_one() {
    for calls in 0..8 {
        let profile = Profile::new();
        let secrets = profile.filled().await;
        profile.keyring.calls_left.store(calls, Ordering::SeqCst);
        let done = secrets.promote_next_credential(&one()).await.is_ok();
        profile.keyring.calls_left.store(i64::MAX, Ordering::SeqCst);
        let again = profile.open();
        let current = again.credential(&one()).await.unwrap();
        let next = again.next_credential(&one()).await.unwrap();
        let told = (current.api_secret.expose_secret(), next.as_ref().map(|next| next.api_secret.expose_secret()));
        assert!(matches!(told, ("sk_first", Some("sk_second")) | ("sk_second", None)), "after {calls} calls");
        assert!(!done || told.0 == "sk_second");
    }
}

#[tokio::test]
async fn what_took_its_place_does_not_wait_again_when_the_place_is_taken_by_another() {
    let profile = Profile::new();
    let secrets = profile.filled().await;
    profile.keyring.refuses_to_delete.store(true, Ordering::SeqCst);
    secrets.promote_next_credential(&one()).await.unwrap();
    assert_eq!(trouble(secrets.store_credential(&one(), &credential("third")).await), Trouble::KeyringDenied);
    profile.keyring.refuses_to_delete.store(false, Ordering::SeqCst);
    secrets.store_credential(&one(), &credential("third")).await.unwrap();
    assert!(secrets.next_credential(&one()).await.unwrap().is_none());
    assert_eq!(secrets.credential(&one()).await.unwrap().api_secret.expose_secret(), "sk_third");
}

#[tokio::test]
async fn another_book_key_in_the_keyring_is_never_replaced() {
    let profile = Profile::new();
    profile.keyring.refuse(Trouble::KeyringMissing);
    let secrets = profile.open();
    secrets.make_vault(PASSPHRASE.into()).await.unwrap();
    let key = secrets.make_book_key().await.unwrap();
    profile.keyring.refuse(None);
    let theirs = Secrets::new(secrets.inner.profile, Keyring::new(profile.keyring.clone()), None, Place::Keyring);
    let other = theirs.make_book_key().await.unwrap();
    assert_eq!(key_of(&secrets).await, key.expose_secret(), "the vault's own key counts");
    assert_eq!(trouble(secrets.move_to_keyring(PASSPHRASE.into()).await), Trouble::Conflict);
    assert_eq!(key_of(&secrets).await, key.expose_secret());
    assert_eq!(key_of(&theirs).await, other.expose_secret());
}

#[tokio::test]
async fn the_lock_takes_the_key_out_of_the_keyring_and_gives_it_back() {
    let profile = Profile::new();
    assert_eq!(trouble(profile.open().set_lock(PASSPHRASE.into()).await), Trouble::BookKeyMissing);
    let secrets = profile.filled().await;
    let key = key_of(&secrets).await;
    secrets.set_lock(PASSPHRASE.into()).await.unwrap();
    assert_eq!((secrets.place(), secrets.gate(), secrets.lock_is_on()), (PlaceName::Keyring, Gate::Open, true));
    assert_eq!(profile.keyring.count(), 2, "the credentials");
    require_filled(&secrets, &key).await;
    assert_eq!(trouble(secrets.set_lock(PASSPHRASE.into()).await), Trouble::Conflict);
    assert_eq!(trouble(secrets.make_vault(PASSPHRASE.into()).await), Trouble::Conflict);
    assert_eq!(trouble(secrets.move_to_keyring(PASSPHRASE.into()).await), Trouble::Conflict);
    assert_eq!(trouble(secrets.make_book_key().await), Trouble::Conflict);

    secrets.close();
    assert_eq!(secrets.gate(), Gate::Lock);
    assert_eq!(trouble(secrets.book_key().await), Trouble::PassphraseNeeded);
    assert_eq!(trouble(secrets.credential(&one()).await), Trouble::PassphraseNeeded);
    secrets.unlock(PASSPHRASE.into()).await.unwrap();
    require_filled(&secrets, &key).await;

    let again = profile.open();
    assert_eq!(again.gate(), Gate::Lock);
    assert_eq!(trouble(again.remove_lock(OTHER.into()).await), WRONG);
    again.remove_lock(PASSPHRASE.into()).await.unwrap();
    assert_eq!((again.gate(), again.lock_is_on(), profile.keyring.count()), (Gate::Open, false, 3));
    assert_eq!(profile.files(), [""; 0]);
    require_filled(&again, &key).await;
}

#[tokio::test]
async fn a_key_that_is_in_both_after_an_interruption_is_taken_out_of_the_keyring() {
    let profile = Profile::new();
    let secrets = profile.filled().await;
    profile.keyring.refuses_to_delete.store(true, Ordering::SeqCst);
    secrets.set_lock(PASSPHRASE.into()).await.unwrap();
    assert_eq!(profile.keyring.count(), 3);
    let again = profile.open();
    assert_eq!(again.gate(), Gate::Lock, "the lock counts as on");
    profile.keyring.refuses_to_delete.store(false, Ordering::SeqCst);
    again.unlock(PASSPHRASE.into()).await.unwrap();
    assert_eq!(profile.keyring.count(), 2);
}

#[tokio::test]
async fn a_lock_goes_up_in_the_vault() {
    let profile = Profile::new();
    let secrets = profile.filled().await;
    let key = key_of(&secrets).await;
    secrets.set_lock(PASSPHRASE.into()).await.unwrap();
    secrets.close();
    assert_eq!(trouble(secrets.move_to_vault(&[one()], OTHER.into()).await), Trouble::PassphraseNeeded);
    secrets.unlock(PASSPHRASE.into()).await.unwrap();
    secrets.move_to_vault(&[one()], OTHER.into()).await.unwrap();
    assert_eq!((profile.files(), profile.keyring.count()), (vec![VAULT_NAME.into(), "vault.sealed.copy".into()], 0));
    let again = profile.open();
    again.unlock(OTHER.into()).await.unwrap();
    require_filled(&again, &key).await;
    assert_eq!(trouble(again.remove_lock(OTHER.into()).await), Trouble::Conflict, "its passphrase is the lock");
}

#[tokio::test]
async fn a_forgotten_passphrase_is_replaced_by_the_recovery_code() {
    let profile = Profile::new();
    let secrets = profile.filled().await;
    let key = key_of(&secrets).await;
    let code = secrets.move_to_vault(&[one()], PASSPHRASE.into()).await.unwrap();

    let again = profile.open();
    let not_this_ones = crate::recovery_code::make().unwrap();
    assert_eq!(trouble(again.recover(not_this_ones, OTHER.into()).await), WRONG);
    assert_eq!(trouble(again.recover("ABCD".into(), OTHER.into()).await), Trouble::BadInput { field: "recovery_code" });
    assert_eq!(trouble(again.recover(code.clone(), "short".into()).await), Trouble::BadInput { field: "passphrase" });
    assert_eq!(again.gate(), Gate::Vault);
    let typed = code.expose_secret().to_lowercase().replace('-', " ");
    let new_code = again.recover(typed.into(), OTHER.into()).await.unwrap();
    assert_eq!(again.gate(), Gate::Open);
    require_filled(&again, &key).await;

    let again = profile.open();
    assert_eq!(trouble(again.unlock(PASSPHRASE.into()).await), WRONG);
    assert_eq!(trouble(again.recover(code, OTHER.into()).await), WRONG, "the old code is of no more use");
    again.unlock(OTHER.into()).await.unwrap();
    again.recover(new_code, PASSPHRASE.into()).await.unwrap();
    profile.open().unlock(PASSPHRASE.into()).await.unwrap();
}

#[tokio::test]
async fn a_lost_recovery_code_is_replaced_by_the_passphrase() {
    let profile = Profile::new();
    let secrets = profile.filled().await;
    let key = key_of(&secrets).await;
    assert_eq!(trouble(secrets.new_recovery_code(PASSPHRASE.into()).await), Trouble::Conflict);
    let lost = secrets.set_lock(PASSPHRASE.into()).await.unwrap();
    assert_eq!(trouble(secrets.new_recovery_code(OTHER.into()).await), WRONG);
    let code = secrets.new_recovery_code(PASSPHRASE.into()).await.unwrap();
    let again = profile.open();
    assert_eq!(trouble(again.recover(lost, OTHER.into()).await), WRONG);
    again.unlock(PASSPHRASE.into()).await.unwrap();
    again.recover(code, OTHER.into()).await.unwrap();
    require_filled(&again, &key).await;
}

#[tokio::test]
async fn a_changed_passphrase_opens_and_the_old_one_does_not_not_even_the_copy() {
    let profile = Profile::new();
    let secrets = profile.filled().await;
    let key = key_of(&secrets).await;
    let code = secrets.set_lock(PASSPHRASE.into()).await.unwrap();
    assert_eq!(trouble(secrets.change_passphrase(OTHER.into(), PASSPHRASE.into()).await), WRONG);
    let weak = secrets.change_passphrase(PASSPHRASE.into(), "1234567890".into()).await;
    assert_eq!(trouble(weak), Trouble::BadInput { field: "passphrase" });
    secrets.change_passphrase(PASSPHRASE.into(), OTHER.into()).await.unwrap();

    std::fs::write(profile.folder.path().join(LOCK_NAME), "damaged").unwrap();
    let again = profile.open();
    assert_eq!(trouble(again.unlock(PASSPHRASE.into()).await), WRONG);
    again.unlock(OTHER.into()).await.unwrap();
    require_filled(&again, &key).await;
    again.recover(code, PASSPHRASE.into()).await.unwrap();
    assert_eq!(profile.files(), [LOCK_NAME, "lock.sealed.copy", "lock.sealed.damaged-1"]);
}

#[tokio::test]
async fn wrong_passphrases_slow_down_also_across_a_restart_and_the_code_does_not() {
    let profile = Profile::new();
    let code = profile.open().make_vault(PASSPHRASE.into()).await.unwrap();
    let secrets = profile.open();
    assert_eq!(trouble(secrets.unlock(OTHER.into()).await), WRONG);
    assert_eq!(trouble(secrets.unlock(OTHER.into()).await), WRONG);
    let Trouble::PassphraseWrong { until: Some(until) } = trouble(secrets.unlock(OTHER.into()).await) else {
        panic!("the third wrong one says how long to wait");
    };
    let again = profile.open();
    let refusal = trouble(again.unlock(PASSPHRASE.into()).await);
    assert_eq!(refusal, Trouble::PassphraseWrong { until: Some(until) }, "not even the right one is tried");
    assert_eq!(again.gate(), Gate::Vault);
    again.recover(code, PASSPHRASE.into()).await.unwrap();
    profile.open().unlock(PASSPHRASE.into()).await.unwrap();
}

#[tokio::test]
async fn a_damaged_vault_falls_back_on_its_copy_and_two_damaged_ones_are_told() {
    let profile = Profile::new();
    let secrets = profile.filled().await;
    let key = key_of(&secrets).await;
    secrets.move_to_vault(&[one()], PASSPHRASE.into()).await.unwrap();
    let path = profile.folder.path().join(VAULT_NAME);
    let whole = std::fs::read(&path).unwrap();
    std::fs::write(&path, &whole[..whole.len() - 1]).unwrap();
    let again = profile.open();
    again.unlock(PASSPHRASE.into()).await.unwrap();
    require_filled(&again, &key).await;
    assert_eq!(std::fs::read(profile.folder.path().join("vault.sealed.damaged-1")).unwrap().len(), whole.len() - 1);
    assert_eq!(std::fs::read(&path).unwrap(), whole);

    for name in [VAULT_NAME, "vault.sealed.copy"] {
        std::fs::write(profile.folder.path().join(name), "damaged").unwrap();
    }
    assert_eq!(trouble(profile.try_open()), Trouble::VaultDamaged);
    assert_eq!(std::fs::read(&path).unwrap(), b"damaged", "and nothing was replaced");
}

#[tokio::test]
async fn a_lost_vault_falls_back_on_its_copy() {
    let profile = Profile::new();
    profile.open().make_vault(PASSPHRASE.into()).await.unwrap();
    std::fs::remove_file(profile.folder.path().join(VAULT_NAME)).unwrap();
    let again = profile.open();
    assert_eq!(again.gate(), Gate::Vault);
    again.unlock(PASSPHRASE.into()).await.unwrap();
    assert_eq!(profile.files(), [VAULT_NAME, "vault.sealed.copy"]);
}

#[tokio::test]
async fn a_cheap_passphrase_is_made_dearer_at_the_next_unlock() {
    let profile = Profile::new();
    profile.open().make_vault(PASSPHRASE.into()).await.unwrap();
    let today = KeyCost::new(64, 2, 1).unwrap();
    let open = || Secrets::open_with(profile.folder.path(), today, profile.keyring.clone(), Timestamp::now).unwrap();
    let cost_of = |secrets: &Secrets| match &*secrets.inner.place() {
        Place::Vault(Some(opened)) => opened.sealer.cost().unwrap(),
        _ => panic!("the vault is open"),
    };
    let secrets = open();
    secrets.unlock(PASSPHRASE.into()).await.unwrap();
    assert_eq!(cost_of(&secrets), today);
    let cheaper = profile.open();
    cheaper.unlock(PASSPHRASE.into()).await.unwrap();
    assert_eq!(cost_of(&cheaper), today, "it is stored, and never lowered");
}

#[tokio::test]
async fn closing_while_it_is_being_opened_leaves_it_closed() {
    let profile = Profile::new();
    profile.open().make_vault(PASSPHRASE.into()).await.unwrap();
    let secrets = profile.open();
    // Held by somebody else, so that unlocking has to wait and closing comes first… or in the middle.
    let closings = secrets.inner.closings.load(Ordering::SeqCst);
    let opened = secrets.inner.open_by_passphrase(PASSPHRASE.into()).await.unwrap();
    secrets.close();
    assert!(!secrets.inner.install(closings, opened));
    assert_eq!(secrets.gate(), Gate::Vault);
}

#[tokio::test]
async fn nothing_of_it_is_printed() {
    let secrets = Secrets::in_memory();
    secrets.write(&EntryName::BookKey, SecretString::from("visible")).await.unwrap();
    assert_eq!(format!("{secrets:?}"), r#"Secrets { place: "memory", .. }"#);
}

//! Moving from place to place, also when the keyring goes away in between: everything is in one place afterwards.

use super::super::*;
use super::profile::{OTHER, PASSPHRASE, Profile, WRONG, credential, key_of, one, require_filled, trouble};
use kyc::ConnectionId;
use secrecy::ExposeSecret;

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

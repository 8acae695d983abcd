//! What stands before the secrets: lock, passphrase and recovery code, waits, and sealed files that are damaged or lost.

use super::super::*;
use super::profile::{OTHER, PASSPHRASE, Profile, WRONG, key_of, one, require_filled, trouble};
use secrecy::ExposeSecret;

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

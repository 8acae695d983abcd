//! Where the secrets are: every place does the same, and none is made while another has them.

use super::super::*;
use super::profile::{OTHER, PASSPHRASE, Profile, WRONG, credential, key_of, one, trouble};
use secrecy::ExposeSecret;

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

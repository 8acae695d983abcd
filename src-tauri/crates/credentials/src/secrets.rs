//! [`Secrets`]: one handle over the place where a profile's secrets are kept.

use crate::connection_entry::{from_text, to_text};
use crate::entry::EntryName;
use crate::keyring::{Keyring, NativeStore};
use crate::memory::Memory;
use crate::profile::ProfileId;
use kyc::{ConnectionId, Credential, Problem, Trouble};
use secrecy::SecretString;
use std::fmt;
use std::sync::Arc;
use zeroize::Zeroizing;

/// The secrets of one profile. Cheap to clone; all clones are the same place.
///
/// Every function can end in one of the five states of a keyring: what was asked for is found or missing (an `Option`, or
/// for [`credential`](Self::credential) the trouble `CredentialMissing`), or the trouble is `KeyringLocked`,
/// `KeyringMissing`, `KeyringDenied` or `KeyringSilent`. None waits without end, and all need a tokio runtime with its timer.
#[derive(Clone)]
pub struct Secrets {
    profile: ProfileId,
    place: Place,
}

#[derive(Clone)]
enum Place {
    Keyring(Arc<Keyring>),
    Memory(Arc<Memory>),
}

impl Secrets {
    /// The system's keyring. Nothing is asked of it before the first call.
    pub fn keyring(profile: ProfileId) -> Self {
        Self { profile, place: Place::Keyring(Arc::new(Keyring::new(Arc::new(NativeStore)))) }
    }

    /// Memory, for a profile that ends with the process. Never a replacement for a keyring that is missing.
    pub fn in_memory() -> Self {
        Self { profile: ProfileId::random(), place: Place::Memory(Arc::default()) }
    }

    /// Where the secrets are kept, by a stable name: `keyring` or `memory`.
    pub fn place_name(&self) -> &'static str {
        match &self.place {
            Place::Keyring(_) => "keyring",
            Place::Memory(_) => "memory",
        }
    }

    /// The entry's text; `None` only when the place is open and certainly has no such entry.
    ///
    /// # Errors
    /// The keyring's troubles.
    pub async fn read(&self, name: &EntryName) -> Result<Option<SecretString>, Problem> {
        match &self.place {
            Place::Keyring(keyring) => keyring.read(name.in_keyring(&self.profile)).await,
            Place::Memory(memory) => Ok(memory.read(name)),
        }
    }

    /// Makes the entry or replaces its text.
    ///
    /// # Errors
    /// The keyring's troubles. After `KeyringSilent` the write may still happen.
    pub async fn write(&self, name: &EntryName, secret: SecretString) -> Result<(), Problem> {
        match &self.place {
            Place::Keyring(keyring) => keyring.write(name.in_keyring(&self.profile), secret).await,
            Place::Memory(memory) => {
                memory.write(name.clone(), secret);
                Ok(())
            }
        }
    }

    /// Removes the entry; succeeds when there is none.
    ///
    /// # Errors
    /// The keyring's troubles.
    pub async fn delete(&self, name: &EntryName) -> Result<(), Problem> {
        match &self.place {
            Place::Keyring(keyring) => keyring.delete(name.in_keyring(&self.profile)).await,
            Place::Memory(memory) => {
                memory.delete(name);
                Ok(())
            }
        }
    }

    /// Has the system ask the person to unlock the keyring, and waits up to two minutes for it. Does nothing where no such
    /// thing exists.
    ///
    /// # Errors
    /// `KeyringDenied` when the person closes the dialog, `KeyringSilent` when nobody answers it, else as for reading.
    pub async fn unlock_keyring(&self) -> Result<(), Problem> {
        match &self.place {
            Place::Keyring(keyring) => keyring.unlock().await,
            Place::Memory(_) => Ok(()),
        }
    }

    /// The key of the local book, 64 hexadecimal digits; `None` when none was made yet. With a book at hand `None` means
    /// that its key is lost, and must never lead to [`make_book_key`](Self::make_book_key).
    ///
    /// # Errors
    /// The keyring's troubles.
    pub async fn book_key(&self) -> Result<Option<SecretString>, Problem> {
        self.read(&EntryName::BookKey).await
    }

    /// Makes the key of a book that is about to be created: 256 random bits of the system's generator, as 64 hexadecimal
    /// digits, kept before they are returned.
    ///
    /// # Errors
    /// `Conflict` when there is a key already; it is never replaced. After `KeyringSilent` the key may still come to be;
    /// [`book_key`](Self::book_key) tells. `KeyringDenied` also when the keyring accepts the key and does not give it back.
    pub async fn make_book_key(&self) -> Result<SecretString, Problem> {
        let mut bytes = Zeroizing::new([0_u8; 32]);
        let mut digits = Zeroizing::new([0_u8; 64]);
        getrandom::fill(&mut *bytes).map_err(|_| Problem::from(Trouble::Internal))?;
        hex::encode_to_slice(*bytes, &mut *digits).map_err(|_| Problem::from(Trouble::Internal))?;
        let key = crate::connection_entry::secret_of_bytes(&*digits)?;
        match &self.place {
            Place::Keyring(keyring) => {
                keyring.write_new(EntryName::BookKey.in_keyring(&self.profile), key.clone()).await?;
            }
            Place::Memory(memory) => {
                if !memory.write_new(EntryName::BookKey, key.clone()) {
                    return Err(Trouble::Conflict.into());
                }
            }
        }
        Ok(key)
    }

    /// Key and secret of a connection.
    ///
    /// # Errors
    /// `CredentialMissing` when there is none, or what is there cannot be one; else the keyring's troubles.
    pub async fn credential(&self, connection: &ConnectionId) -> Result<Credential, Problem> {
        match self.read(&EntryName::Credential(connection.clone())).await? {
            Some(text) => from_text(&text),
            None => Err(Trouble::CredentialMissing.into()),
        }
    }

    /// Keeps key and secret of a connection, both or neither, in place of earlier ones.
    ///
    /// # Errors
    /// The keyring's troubles. After `KeyringSilent` the write may still happen.
    pub async fn store_credential(&self, connection: &ConnectionId, credential: &Credential) -> Result<(), Problem> {
        self.write(&EntryName::Credential(connection.clone()), to_text(credential)?).await
    }

    /// Forgets key and secret of a connection; succeeds when there are none.
    ///
    /// # Errors
    /// The keyring's troubles.
    pub async fn forget_credential(&self, connection: &ConnectionId) -> Result<(), Problem> {
        self.delete(&EntryName::Credential(connection.clone())).await
    }
}

/// The place only.
impl fmt::Debug for Secrets {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Secrets").field("place", &self.place_name()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use secrecy::ExposeSecret;

    #[tokio::test]
    async fn a_book_key_is_made_once() {
        let secrets = Secrets::in_memory();
        assert!(secrets.book_key().await.unwrap().is_none());
        let made = secrets.make_book_key().await.unwrap();
        assert_eq!(made.expose_secret().len(), 64);
        assert!(made.expose_secret().bytes().all(|digit| digit.is_ascii_hexdigit()));
        assert_eq!(secrets.make_book_key().await.unwrap_err().trouble, Trouble::Conflict);
        let kept = secrets.book_key().await.unwrap().unwrap();
        assert_eq!(kept.expose_secret(), made.expose_secret(), "the refusal left the first key in place");
    }

    #[tokio::test]
    async fn keys_of_two_profiles_differ() {
        let (one, other) = (Secrets::in_memory(), Secrets::in_memory());
        let (one, other) = (one.make_book_key().await.unwrap(), other.make_book_key().await.unwrap());
        assert_ne!(one.expose_secret(), other.expose_secret());
    }

    #[tokio::test]
    async fn a_credential_is_kept_replaced_and_forgotten() {
        let secrets = Secrets::in_memory();
        let connection = ConnectionId::new("one");
        let missing = secrets.credential(&connection).await.unwrap_err();
        assert_eq!(missing.trouble, Trouble::CredentialMissing);
        for round in ["first", "second"] {
            let credential = Credential::parse(&format!("pk_{round}"), &format!("sk_{round}")).unwrap();
            secrets.store_credential(&connection, &credential).await.unwrap();
            let kept = secrets.clone().credential(&connection).await.unwrap();
            assert_eq!(kept.api_key.expose_secret(), format!("pk_{round}"));
            assert_eq!(kept.api_secret.expose_secret(), format!("sk_{round}"));
        }
        secrets.forget_credential(&connection).await.unwrap();
        secrets.forget_credential(&connection).await.unwrap();
        assert_eq!(secrets.credential(&connection).await.unwrap_err().trouble, Trouble::CredentialMissing);
    }

    #[tokio::test]
    async fn nothing_of_it_is_printed() {
        let secrets = Secrets::in_memory();
        secrets.write(&EntryName::BookKey, SecretString::from("visible")).await.unwrap();
        assert_eq!(format!("{secrets:?}"), r#"Secrets { place: "memory", .. }"#);
    }
}

//! The kinds of secrets: the book's key, which is made once, and the credentials of the connections.

use super::{Secrets, Whereabouts};
use crate::connection_entry::{from_text, secret_of_bytes, to_text};
use crate::entry::EntryName;
use kyc::{ConnectionId, Credential, Problem, Trouble};
use secrecy::SecretString;
use zeroize::Zeroizing;

impl Secrets {
    /// The key of the local book, 64 hexadecimal digits; `None` when none was made yet. With a book at hand `None`
    /// means that its key is lost, and must never lead to [`make_book_key`](Self::make_book_key).
    ///
    /// # Errors
    /// As for [`read`](Self::read).
    pub async fn book_key(&self) -> Result<Option<SecretString>, Problem> {
        self.read(&EntryName::BookKey).await
    }

    /// Makes the key of a book that is about to be created: 256 random bits of the system's generator, as 64
    /// hexadecimal digits, kept before they are returned.
    ///
    /// # Errors
    /// `Conflict` when there is a key already; it is never replaced. After `KeyringSilent` the key may still come to
    /// be; [`book_key`](Self::book_key) tells. `KeyringDenied` also when the keyring accepts the key and does not give
    /// it back.
    pub async fn make_book_key(&self) -> Result<SecretString, Problem> {
        let mut bytes = Zeroizing::new([0_u8; 32]);
        let mut digits = Zeroizing::new([0_u8; 64]);
        getrandom::fill(&mut *bytes).map_err(|_| Problem::from(Trouble::Internal))?;
        hex::encode_to_slice(bytes.as_slice(), &mut *digits).map_err(|_| Problem::from(Trouble::Internal))?;
        let key = secret_of_bytes(&*digits)?;
        let made = key.clone();
        self.alone(move |inner| async move {
            match inner.whereabouts(&EntryName::BookKey)? {
                Whereabouts::InKeyring => inner.keyring.write_new(inner.entry(&EntryName::BookKey), key).await,
                Whereabouts::Here(Some(_)) => Err(Trouble::Conflict.into()),
                Whereabouts::Here(None) | Whereabouts::Unread => {
                    inner.change(vec![(EntryName::BookKey, Some(key))]).await
                }
            }
        })
        .await?;
        Ok(made)
    }

    /// Key and secret of a connection.
    ///
    /// # Errors
    /// `CredentialMissing` when there is none, or what is there cannot be one; else as for [`read`](Self::read).
    pub async fn credential(&self, connection: &ConnectionId) -> Result<Credential, Problem> {
        match self.read(&EntryName::Credential(connection.clone())).await? {
            Some(text) => from_text(&text),
            None => Err(Trouble::CredentialMissing.into()),
        }
    }

    /// Keeps key and secret of a connection, both or neither, in place of earlier ones.
    ///
    /// # Errors
    /// As for [`write`](Self::write).
    pub async fn store_credential(&self, connection: &ConnectionId, credential: &Credential) -> Result<(), Problem> {
        self.finish_promotion(connection).await?;
        self.write(&EntryName::Credential(connection.clone()), to_text(credential)?).await
    }

    /// Forgets key and secret of a connection; succeeds when there are none. The next ones stay, see
    /// [`forget_next_credential`](Self::forget_next_credential).
    ///
    /// # Errors
    /// As for [`write`](Self::write).
    pub async fn forget_credential(&self, connection: &ConnectionId) -> Result<(), Problem> {
        self.finish_promotion(connection).await?;
        self.delete(&EntryName::Credential(connection.clone())).await
    }
}

//! A second credential of a connection, waiting to take the place of the first: the provider issued a new key, the old
//! one is kept until the new one was seen to work.

use super::{Inner, PlaceName, Secrets, Whereabouts};
use crate::connection_entry::{from_text, to_text};
use crate::entry::EntryName;
use crate::keyring::same_text;
use kyc::{ConnectionId, Credential, Problem, Trouble};
use std::sync::Arc;

impl Secrets {
    /// The credential that waits; `None` when none does, or what is there cannot be one.
    ///
    /// # Errors
    /// As for [`read`](Self::read).
    pub async fn next_credential(&self, connection: &ConnectionId) -> Result<Option<Credential>, Problem> {
        let (next, current) = names(connection);
        let Some(waiting) = self.read(&next).await? else { return Ok(None) };
        if self.read(&current).await?.is_some_and(|current| same_text(&current, &waiting)) {
            // It took its place already, and only the last step is missing. That it cannot be done now does no harm.
            if let Err(problem) = self.delete(&next).await {
                tracing::warn!(%problem, "a credential that took its place still waits");
            }
            return Ok(None);
        }
        Ok(from_text(&waiting).ok())
    }

    /// Keeps a credential that is to take the place of the present one later, in place of one that waits already.
    ///
    /// # Errors
    /// As for [`write`](Self::write).
    pub async fn store_next_credential(
        &self,
        connection: &ConnectionId,
        credential: &Credential,
    ) -> Result<(), Problem> {
        self.write(&EntryName::NextCredential(connection.clone()), to_text(credential)?).await
    }

    /// Puts the waiting credential in the place of the present one. The new one is in place, and was read back, before
    /// it is removed from where it waited; an interruption in between leaves it in both, which counts as done.
    ///
    /// # Errors
    /// `CredentialMissing` when none waits; else as for [`write`](Self::write), and both are kept as they were.
    pub async fn promote_next_credential(&self, connection: &ConnectionId) -> Result<(), Problem> {
        let (next, current) = names(connection);
        self.alone(|inner| async move { inner.promote(next, current).await }).await
    }

    /// Forgets the waiting credential; succeeds when there is none.
    ///
    /// # Errors
    /// As for [`write`](Self::write).
    pub async fn forget_next_credential(&self, connection: &ConnectionId) -> Result<(), Problem> {
        self.delete(&EntryName::NextCredential(connection.clone())).await
    }
}

impl Secrets {
    /// Does the last step of an interrupted promotion, before the present credential changes: what took its place would
    /// seem to wait again afterwards.
    pub(super) async fn finish_promotion(&self, connection: &ConnectionId) -> Result<(), Problem> {
        if self.place() != PlaceName::Keyring {
            return Ok(());
        }
        let (next, current) = names(connection);
        let Some(waiting) = self.read(&next).await? else { return Ok(()) };
        match self.read(&current).await? {
            Some(current) if same_text(&current, &waiting) => self.delete(&next).await,
            _ => Ok(()),
        }
    }
}

impl Inner {
    async fn promote(self: &Arc<Self>, next: EntryName, current: EntryName) -> Result<(), Problem> {
        match self.whereabouts(&next)? {
            Whereabouts::InKeyring => {
                let waiting = self.keyring.read(self.entry(&next)).await?.ok_or(Trouble::CredentialMissing)?;
                self.keyring.write_checked(self.entry(&current), waiting).await?;
                if let Err(problem) = self.keyring.delete(self.entry(&next)).await {
                    tracing::warn!(%problem, "a credential that took its place still waits");
                }
                Ok(())
            }
            Whereabouts::Here(Some(waiting)) => self.change(vec![(current, Some(waiting)), (next, None)]).await,
            Whereabouts::Here(None) | Whereabouts::Unread => Err(Trouble::CredentialMissing.into()),
        }
    }
}

fn names(connection: &ConnectionId) -> (EntryName, EntryName) {
    (EntryName::NextCredential(connection.clone()), EntryName::Credential(connection.clone()))
}

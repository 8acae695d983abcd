//! What a secret is called, in the product's terms and in a keyring's.

use crate::ProfileId;
use kyc::ConnectionId;

/// A secret of a profile, by what it is for.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum EntryName {
    /// The key that opens the local book.
    BookKey,
    /// API key and API secret of a connection, together, so that they can only change together.
    Credential(ConnectionId),
    /// API key and API secret that wait to take the place of the connection's present ones.
    NextCredential(ConnectionId),
}

/// Where a keyring keeps a secret: it finds entries by service and user, and people see the label.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct KeyringEntry {
    /// Product and build: a development build never reads or overwrites what an installed Vouch relies on.
    pub service: &'static str,
    /// Profile and purpose: two profiles never share an entry.
    pub user: String,
    /// What the system's own keyring program lists, where it shows such a thing.
    pub label: String,
}

const SERVICE: &str = if cfg!(debug_assertions) { "Vouch (development)" } else { "Vouch" };

impl EntryName {
    /// Where this secret of `profile` stands in a keyring.
    pub(crate) fn in_keyring(&self, profile: &ProfileId) -> KeyringEntry {
        let (purpose, words) = match self {
            Self::BookKey => ("book-key".to_owned(), "key of the local book".to_owned()),
            Self::Credential(connection) => {
                (format!("credential/{connection}"), format!("API credential of connection {connection}"))
            }
            Self::NextCredential(connection) => {
                (format!("next-credential/{connection}"), format!("next API credential of connection {connection}"))
            }
        };
        KeyringEntry { service: SERVICE, user: format!("{profile}/{purpose}"), label: format!("{SERVICE}: {words}") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn no_two_secrets_share_a_keyring_entry() {
        let profiles = [ProfileId::random(), ProfileId::random()];
        let names = [
            EntryName::BookKey,
            EntryName::Credential(ConnectionId::new("book-key")),
            EntryName::Credential(ConnectionId::new("a")),
            EntryName::Credential(ConnectionId::new("b")),
            EntryName::NextCredential(ConnectionId::new("b")),
        ];
        let entries: HashSet<_> = profiles
            .iter()
            .flat_map(|profile| names.iter().map(|name| name.in_keyring(profile)))
            .map(|entry| (entry.service, entry.user))
            .collect();
        assert_eq!(entries.len(), profiles.len() * names.len(), "each profile and purpose has an entry of its own");
    }

    #[test]
    fn an_entry_names_product_build_and_profile() {
        let profile = ProfileId::random();
        let entry = EntryName::BookKey.in_keyring(&profile);
        assert_eq!(entry.service, "Vouch (development)", "tests are a development build");
        assert!(entry.user.starts_with(&profile.to_string()));
    }
}

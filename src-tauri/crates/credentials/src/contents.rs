//! What a vault or a lock holds once it is open, and its layout.
//!
//! Besides the secrets it remembers what is still to be done in the keyring: a move between the two can be interrupted
//! at any moment, and is finished by whoever opens the file next.

use crate::connection_entry::secret_of_bytes;
use crate::entry::EntryName;
use crate::layout::{Malformed, Reader, Writer};
use kyc::ConnectionId;
use secrecy::{ExposeSecret, SecretString};
use std::collections::{BTreeMap, BTreeSet};
use zeroize::Zeroizing;

const FORMAT: u16 = 1;

/// Secrets by their names, and what is left to do.
#[derive(Clone, Default)]
pub(crate) struct Contents {
    /// The secrets.
    pub entries: BTreeMap<EntryName, SecretString>,
    /// Of these the keyring may have copies, which are to be removed.
    pub leftovers: BTreeSet<EntryName>,
    /// The vault was made while the keyring could not be read: what it lacks may be there.
    pub keyring_unread: bool,
    /// The file of the lock is still there from before the secrets moved into the vault, and is to be removed.
    pub lock_left: bool,
}

/// Why the bytes are not what this version writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unreadable {
    Malformed,
    Newer,
}

impl From<Malformed> for Unreadable {
    fn from(_: Malformed) -> Self {
        Self::Malformed
    }
}

impl Contents {
    pub(crate) fn to_bytes(&self) -> Result<Zeroizing<Vec<u8>>, Malformed> {
        let mut writer = Writer::new();
        writer.u16(FORMAT);
        writer.u8(u8::from(self.keyring_unread) | u8::from(self.lock_left) << 1);
        writer.count(self.entries.len())?;
        for (name, secret) in &self.entries {
            write_name(&mut writer, name)?;
            writer.text(secret.expose_secret())?;
        }
        writer.count(self.leftovers.len())?;
        for name in &self.leftovers {
            write_name(&mut writer, name)?;
        }
        Ok(writer.finish())
    }

    pub(crate) fn from_bytes(bytes: &[u8]) -> Result<Self, Unreadable> {
        let mut reader = Reader::new(bytes);
        if reader.u16()? > FORMAT {
            return Err(Unreadable::Newer);
        }
        let flags = reader.u8()?;
        let mut contents = Self { keyring_unread: flags & 1 != 0, lock_left: flags & 2 != 0, ..Self::default() };
        for _ in 0..reader.u32()? {
            let name = read_name(&mut reader)?;
            let secret = secret_of_bytes(reader.text()?.as_bytes()).map_err(|_| Malformed)?;
            contents.entries.insert(name, secret);
        }
        for _ in 0..reader.u32()? {
            contents.leftovers.insert(read_name(&mut reader)?);
        }
        reader.end()?;
        Ok(contents)
    }
}

fn write_name(writer: &mut Writer, name: &EntryName) -> Result<(), Malformed> {
    let (kind, connection) = match name {
        EntryName::BookKey => (1, None),
        EntryName::Credential(connection) => (2, Some(connection)),
        EntryName::NextCredential(connection) => (3, Some(connection)),
    };
    writer.u8(kind);
    connection.map_or(Ok(()), |connection| writer.text(connection.as_str()))
}

fn read_name(reader: &mut Reader<'_>) -> Result<EntryName, Malformed> {
    match reader.u8()? {
        1 => Ok(EntryName::BookKey),
        2 => Ok(EntryName::Credential(ConnectionId::new(reader.text()?))),
        3 => Ok(EntryName::NextCredential(ConnectionId::new(reader.text()?))),
        _ => Err(Malformed),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn names() -> impl Strategy<Value = EntryName> {
        prop_oneof![
            Just(EntryName::BookKey),
            ".{0,40}".prop_map(|id| EntryName::Credential(ConnectionId::new(id))),
            ".{0,40}".prop_map(|id| EntryName::NextCredential(ConnectionId::new(id))),
        ]
    }

    proptest! {
        #[test]
        fn what_is_laid_out_is_read(
            entries in prop::collection::btree_map(names(), ".{0,200}", 0..8),
            leftovers in prop::collection::btree_set(names(), 0..8),
            keyring_unread: bool,
            lock_left: bool,
        ) {
            let kept = entries.iter().map(|(name, text)| (name.clone(), text.as_str().into())).collect();
            let contents = Contents { entries: kept, leftovers, keyring_unread, lock_left };
            let read = Contents::from_bytes(&contents.to_bytes().unwrap()).unwrap();
            let texts: BTreeMap<_, _> =
                read.entries.iter().map(|(name, secret)| (name.clone(), secret.expose_secret().to_owned())).collect();
            prop_assert_eq!(texts, entries);
            prop_assert_eq!(read.leftovers, contents.leftovers);
            prop_assert_eq!((read.keyring_unread, read.lock_left), (keyring_unread, lock_left));
        }

        #[test]
        fn foreign_bytes_are_no_contents_and_no_panic(mut bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = Contents::from_bytes(&bytes);
            bytes.splice(0..0, [1, 0, 0]);
            let _ = Contents::from_bytes(&bytes);
        }
    }

    #[test]
    fn a_later_layout_is_told_apart() {
        assert_eq!(Contents::from_bytes(&[2, 0, 0]).err(), Some(Unreadable::Newer));
        assert_eq!(Contents::from_bytes(&[1, 0]).err(), Some(Unreadable::Malformed));
    }
}

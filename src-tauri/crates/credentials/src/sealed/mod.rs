//! The one file format for everything that a passphrase seals: the vault, the app lock, and connections on their way to
//! another computer.
//!
//! A random data key encrypts the content. Each slot holds that key once more, wrapped by a key that is derived from
//! what opens the slot: the passphrase, or the recovery code. The content can so be sealed again without either.
//!
//! ```text
//! magic           8   "\x93VOUCH\r\n"
//! format          2   1
//! kind            1   1 vault, 2 lock, 3 transfer
//! slots           1   1 to 4, each:
//!   opener        1     1 passphrase, 2 recovery code
//!   memory        4     KiB      } Argon2id, version 1.3
//!   passes        4              }
//!   lanes         4              }
//!   salt         16              }
//!   nonce        24
//!   wrapped key  48     the data key under XChaCha20-Poly1305; magic, format, kind and what comes before the slot's
//!                       nonce are authenticated
//! nonce          24
//! content         …   under XChaCha20-Poly1305; everything before it is authenticated
//! checksum       32   SHA-256 of everything before it
//! ```
//!
//! Numbers are little-endian. The checksum protects nothing from an attacker; it tells damage from a wrong passphrase
//! before anybody has typed one. Every later format keeps magic, format and checksum where they are, so that a newer
//! file is recognised as such and not taken for a damaged one.
//!
//! What the content means is not known here, and neither is where the bytes rest.

mod key_cost;

pub use key_cost::KeyCost;

use crate::layout::{Malformed, Reader, Writer};
use chacha20poly1305::aead::{AeadInOut, KeyInit};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use key_cost::{Key, SALT_LENGTH};
use kyc::{Problem, Trouble};
use secrecy::{ExposeSecret, ExposeSecretMut};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

const MAGIC: [u8; 8] = *b"\x93VOUCH\r\n";
const FORMAT: u16 = 1;
const MOST_SLOTS: u8 = 4;
const TAG_LENGTH: usize = 16;
const NONCE_LENGTH: usize = 24;
const CHECKSUM_LENGTH: usize = 32;

/// More bytes than any of our files has; a larger one is not read.
pub(crate) const MOST_BYTES: usize = 16 * 1024 * 1024;

/// What a sealed file is for. A file of one kind is never taken for another, also when somebody renames it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// All secrets of a profile.
    Vault = 1,
    /// The key of the local book.
    Lock = 2,
    /// Connections with their credentials on their way to another computer.
    Transfer = 3,
}

impl Kind {
    /// The trouble of a damaged file of this kind.
    pub(crate) fn damaged(self) -> Trouble {
        match self {
            Self::Vault | Self::Lock => Trouble::VaultDamaged,
            Self::Transfer => Trouble::SealedFileDamaged,
        }
    }

    fn newer(self) -> Trouble {
        match self {
            Self::Vault | Self::Lock => Trouble::VaultNewer,
            Self::Transfer => Trouble::SealedFileNewer,
        }
    }
}

/// What opens a slot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Opener {
    /// What the person chose.
    Passphrase = 1,
    /// What Vouch made up and showed once.
    RecoveryCode = 2,
}

#[derive(Clone)]
struct Slot {
    opener: Opener,
    cost: KeyCost,
    salt: [u8; SALT_LENGTH],
    nonce: [u8; NONCE_LENGTH],
    wrapped: [u8; 32 + TAG_LENGTH],
}

/// A sealed file that was read and found whole, still closed.
pub(crate) struct Sealed {
    kind: Kind,
    slots: Vec<Slot>,
    /// Everything before the content.
    header: Vec<u8>,
    nonce: [u8; NONCE_LENGTH],
    content: Vec<u8>,
}

impl Sealed {
    /// Reads a file of this kind.
    ///
    /// # Errors
    /// The kind's troubles: damaged when it was cut off, changed, is of another kind or no sealed file at all; newer
    /// when a newer Vouch wrote it.
    pub(crate) fn read(kind: Kind, bytes: &[u8]) -> Result<Self, Problem> {
        let damaged = |_| Problem::from(kind.damaged());
        let whole = bytes.split_last_chunk::<CHECKSUM_LENGTH>();
        let (before, checksum) = whole.ok_or_else(|| damaged(Malformed))?;
        let mut reader = Reader::new(before);
        if reader.array() != Ok(MAGIC) || Sha256::digest(before).as_slice() != checksum {
            return Err(damaged(Malformed));
        }
        if reader.u16().map_err(damaged)? > FORMAT {
            return Err(kind.newer().into());
        }
        Self::read_fields(kind, before).map_err(damaged)
    }

    fn read_fields(kind: Kind, before: &[u8]) -> Result<Self, Malformed> {
        let mut reader = Reader::new(before);
        reader.bytes(MAGIC.len())?;
        if reader.u16()? != FORMAT || reader.u8()? != kind as u8 {
            return Err(Malformed);
        }
        let count = reader.u8()?;
        if !(1..=MOST_SLOTS).contains(&count) {
            return Err(Malformed);
        }
        let slots = (0..count).map(|_| Slot::read(&mut reader)).collect::<Result<_, _>>()?;
        let nonce = reader.array()?;
        let content = reader.rest().to_vec();
        if content.len() < TAG_LENGTH {
            return Err(Malformed);
        }
        let header = before[..before.len() - content.len()].to_vec();
        Ok(Self { kind, slots, header, nonce, content })
    }

    /// Opens it: the content, and what is needed to seal another content in its place. Takes as long as deriving a key
    /// takes; never to be called on a runtime's thread.
    ///
    /// # Errors
    /// `PassphraseWrong` when `secret` opens no slot of this opener; the kind's damaged trouble when the content was
    /// changed by somebody who knew how to mend the checksum.
    pub(crate) fn open(&self, opener: Opener, secret: &[u8]) -> Result<(Zeroizing<Vec<u8>>, Sealer), Problem> {
        for slot in self.slots.iter().filter(|slot| slot.opener == opener) {
            if let Some(key) = slot.unwrap_key(self.kind, secret)? {
                let mut content = Zeroizing::new(self.content.clone());
                let length = decrypt(&key, &self.nonce, &self.header, &mut content)
                    .map_err(|Malformed| Problem::from(self.kind.damaged()))?;
                content.truncate(length);
                return Ok((content, Sealer { kind: self.kind, slots: self.slots.clone(), key }));
            }
        }
        Err(Trouble::PassphraseWrong { until: None }.into())
    }
}

/// What seals a content: the data key and the slots that hold it.
pub(crate) struct Sealer {
    kind: Kind,
    slots: Vec<Slot>,
    key: Key,
}

impl Sealer {
    /// A new data key, without any slot yet.
    ///
    /// # Errors
    /// `Internal` when the system has no randomness.
    pub(crate) fn new(kind: Kind) -> Result<Self, Problem> {
        let mut key = Key::default();
        fill(key.expose_secret_mut())?;
        Ok(Self { kind, slots: Vec::new(), key })
    }

    /// The same once more, for trying another passphrase on.
    pub(crate) fn duplicate(&self) -> Self {
        let key = Key::init_with_mut(|key| key.copy_from_slice(self.key.expose_secret()));
        Self { kind: self.kind, slots: self.slots.clone(), key }
    }

    /// What it costs to try the passphrase.
    pub(crate) fn cost(&self) -> Option<KeyCost> {
        self.slots.iter().find(|slot| slot.opener == Opener::Passphrase).map(|slot| slot.cost)
    }

    /// Gives `secret` the slot of this opener, in place of what opened it before. Takes as long as deriving a key
    /// takes.
    ///
    /// # Errors
    /// `Internal` when the system has no randomness or no memory.
    pub(crate) fn set_slot(&mut self, opener: Opener, secret: &[u8], cost: KeyCost) -> Result<(), Problem> {
        let slot = Slot::wrap_key(self.kind, opener, secret, cost, &self.key)?;
        self.slots.retain(|kept| kept.opener != opener);
        self.slots.push(slot);
        Ok(())
    }

    /// The whole file with this content.
    ///
    /// # Errors
    /// `Internal` when the system has no randomness, or the content is larger than any file may be.
    pub(crate) fn seal(&self, content: &[u8]) -> Result<Vec<u8>, Problem> {
        let nonce = random()?;
        let mut file = preamble(self.kind);
        file.push(u8::try_from(self.slots.len()).map_err(|_| Trouble::Internal)?);
        for slot in &self.slots {
            file.extend_from_slice(&slot.to_bytes());
        }
        file.extend_from_slice(&nonce);
        let room = content.len() + TAG_LENGTH;
        if self.slots.is_empty() || file.len() + room + CHECKSUM_LENGTH > MOST_BYTES {
            return Err(Trouble::Internal.into());
        }
        let mut sealed = Zeroizing::new(Vec::with_capacity(room));
        sealed.extend_from_slice(content);
        sealed.resize(room, 0);
        encrypt(&self.key, &nonce, &file, &mut sealed).map_err(|Malformed| Trouble::Internal)?;
        file.extend_from_slice(&sealed);
        let checksum = Sha256::digest(&file);
        file.extend_from_slice(&checksum);
        Ok(file)
    }
}

impl Slot {
    const LENGTH: usize = Self::OPEN_LENGTH + NONCE_LENGTH + 32 + TAG_LENGTH;
    /// The part before the nonce.
    const OPEN_LENGTH: usize = 1 + 3 * 4 + SALT_LENGTH;

    fn wrap_key(kind: Kind, opener: Opener, secret: &[u8], cost: KeyCost, key: &Key) -> Result<Self, Problem> {
        let mut slot = Self { opener, cost, salt: random()?, nonce: random()?, wrapped: [0; 32 + TAG_LENGTH] };
        let wrapping = cost.derive(secret, &slot.salt)?;
        let mut wrapped = Zeroizing::new([0; 32 + TAG_LENGTH]);
        wrapped[..32].copy_from_slice(key.expose_secret());
        encrypt(&wrapping, &slot.nonce, &slot.authenticated(kind), &mut *wrapped)
            .map_err(|Malformed| Trouble::Internal)?;
        slot.wrapped = *wrapped;
        Ok(slot)
    }

    fn unwrap_key(&self, kind: Kind, secret: &[u8]) -> Result<Option<Key>, Problem> {
        let wrapping = self.cost.derive(secret, &self.salt)?;
        let mut unwrapped = Zeroizing::new(self.wrapped);
        if decrypt(&wrapping, &self.nonce, &self.authenticated(kind), &mut *unwrapped).is_err() {
            return Ok(None);
        }
        Ok(Some(Key::init_with_mut(|key| key.copy_from_slice(&unwrapped[..32]))))
    }

    fn authenticated(&self, kind: Kind) -> Vec<u8> {
        let mut authenticated = preamble(kind);
        authenticated.extend_from_slice(&self.to_bytes()[..Self::OPEN_LENGTH]);
        authenticated
    }

    fn to_bytes(&self) -> Vec<u8> {
        let mut writer = Writer::new();
        writer.u8(self.opener as u8);
        self.cost.parts().into_iter().for_each(|part| writer.u32(part));
        writer.bytes(&self.salt);
        writer.bytes(&self.nonce);
        writer.bytes(&self.wrapped);
        let bytes = writer.finish();
        debug_assert_eq!(bytes.len(), Self::LENGTH, "a slot has one length");
        bytes.to_vec()
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, Malformed> {
        let opener = match reader.u8()? {
            1 => Opener::Passphrase,
            2 => Opener::RecoveryCode,
            _ => return Err(Malformed),
        };
        let cost = KeyCost::new(reader.u32()?, reader.u32()?, reader.u32()?).ok_or(Malformed)?;
        Ok(Self { opener, cost, salt: reader.array()?, nonce: reader.array()?, wrapped: reader.array()? })
    }
}

/// Magic, format and kind.
fn preamble(kind: Kind) -> Vec<u8> {
    let mut bytes = MAGIC.to_vec();
    bytes.extend_from_slice(&FORMAT.to_le_bytes());
    bytes.push(kind as u8);
    bytes
}

/// Encrypts `buffer` in its place; its last 16 bytes are room for the tag.
fn encrypt(key: &Key, nonce: &[u8; NONCE_LENGTH], authenticated: &[u8], buffer: &mut [u8]) -> Result<(), Malformed> {
    let (content, room) = buffer.split_last_chunk_mut::<TAG_LENGTH>().ok_or(Malformed)?;
    let cipher = XChaCha20Poly1305::new(key.expose_secret().into());
    let tag = cipher.encrypt_inout_detached(&XNonce::from(*nonce), authenticated, content.into());
    room.copy_from_slice(&tag.map_err(|_| Malformed)?);
    Ok(())
}

/// Decrypts `buffer` in its place, and says how long what it now holds is. On an error it holds nothing of use.
fn decrypt(key: &Key, nonce: &[u8; NONCE_LENGTH], authenticated: &[u8], buffer: &mut [u8]) -> Result<usize, Malformed> {
    let (content, tag) = buffer.split_last_chunk_mut::<TAG_LENGTH>().ok_or(Malformed)?;
    let length = content.len();
    let cipher = XChaCha20Poly1305::new(key.expose_secret().into());
    cipher
        .decrypt_inout_detached(&XNonce::from(*nonce), authenticated, content.into(), (&*tag).into())
        .map_err(|_| Malformed)?;
    Ok(length)
}

fn random<const N: usize>() -> Result<[u8; N], Problem> {
    let mut bytes = [0; N];
    fill(&mut bytes)?;
    Ok(bytes)
}

fn fill(bytes: &mut [u8]) -> Result<(), Problem> {
    getrandom::fill(bytes).map_err(|_| {
        tracing::error!("the system has no randomness");
        Trouble::Internal.into()
    })
}

#[cfg(test)]
mod tests;

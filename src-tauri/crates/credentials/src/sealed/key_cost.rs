//! What it costs to try a passphrase: the parameters of Argon2id, and deriving a key with them.

use argon2::{Algorithm, Argon2, Block, Params, Version};
use kyc::{Problem, Trouble};
use secrecy::{ExposeSecretMut, SecretBox};
use zeroize::Zeroizing;

/// Bytes of a salt: 128 bits, as RFC 9106 section 4 has it.
pub(super) const SALT_LENGTH: usize = 16;

/// A 256-bit key. It lives in one place on the heap and is wiped when dropped.
pub(super) type Key = SecretBox<[u8; 32]>;

/// Parameters of Argon2id. They are stored with everything that is sealed, so that they can rise over the years.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyCost {
    memory_kib: u32,
    passes: u32,
    lanes: u32,
}

impl KeyCost {
    /// What the product uses: the second recommended option of RFC 9106 section 4, three passes over 64 MiB in four
    /// lanes.
    ///
    /// The first option takes 2 GiB, which an office computer with a browser and a chat open does not have to spare.
    /// OWASP's minimum (19 MiB, two passes) is meant for servers that answer many people at once. Here one person waits
    /// for a fraction of a second, once a day.
    pub const STANDARD: Self = Self { memory_kib: 64 * 1024, passes: 3, lanes: 4 };

    /// More than this is not computed for any file, whatever it asks for: 1 GiB of memory.
    const MOST_MEMORY_KIB: u32 = 1024 * 1024;
    /// Nor this: work as of four passes over 1 GiB, some seconds on a slow computer.
    const MOST_WORK: u64 = 4 * 1024 * 1024;
    const MOST_LANES: u32 = 16;

    /// Other parameters: cheaper ones for tests, or what a file says.
    ///
    /// `None` when they are outside what Argon2 allows (8 KiB for each lane at least), or take more than 1 GiB of
    /// memory or more work than four passes over that.
    pub fn new(memory_kib: u32, passes: u32, lanes: u32) -> Option<Self> {
        let fits = (1..=Self::MOST_LANES).contains(&lanes)
            && (8 * lanes..=Self::MOST_MEMORY_KIB).contains(&memory_kib)
            && passes >= 1
            && u64::from(memory_kib) * u64::from(passes) <= Self::MOST_WORK;
        fits.then_some(Self { memory_kib, passes, lanes })
    }

    /// Memory in KiB, passes, lanes.
    pub(super) fn parts(self) -> [u32; 3] {
        [self.memory_kib, self.passes, self.lanes]
    }

    /// Whether trying a passphrase would be dearer at `wanted`, in memory or in passes.
    pub(crate) fn is_below(self, wanted: Self) -> bool {
        self.memory_kib < wanted.memory_kib || self.passes < wanted.passes
    }

    /// Derives a key. Takes as long as it is meant to; never to be called on a runtime's thread.
    ///
    /// # Errors
    /// `Internal` when the memory is not to be had.
    pub(super) fn derive(self, secret: &[u8], salt: &[u8; SALT_LENGTH]) -> Result<Key, Problem> {
        let params = Params::new(self.memory_kib, self.passes, self.lanes, Some(32)).map_err(|_| Trouble::Internal)?;
        // Our own memory rather than argon2's, which gives it back as it is.
        let mut blocks = Zeroizing::new(Vec::new());
        blocks.try_reserve_exact(params.block_count()).map_err(|_| {
            tracing::error!(kib = self.memory_kib, "there is not enough memory to try a passphrase");
            Trouble::Internal
        })?;
        blocks.resize(params.block_count(), Block::new());
        let mut key = Key::default();
        Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
            .hash_password_into_with_memory(secret, salt, key.expose_secret_mut(), blocks.as_mut_slice())
            .map_err(|_| Trouble::Internal)?;
        Ok(key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use secrecy::ExposeSecret;

    #[test]
    fn parameters_that_nobody_can_afford_are_refused() {
        for (memory, passes, lanes) in
            [(u32::MAX, 1, 1), (2 * 1024 * 1024, 1, 4), (1024 * 1024, 5, 4), (64, u32::MAX, 1)]
        {
            assert!(KeyCost::new(memory, passes, lanes).is_none(), "{memory} KiB, {passes} passes, {lanes} lanes");
        }
        for (memory, passes, lanes) in [(0, 0, 0), (7, 1, 1), (31, 1, 4), (64, 0, 1), (64, 1, 0), (64, 1, u32::MAX)] {
            assert!(KeyCost::new(memory, passes, lanes).is_none(), "{memory} KiB, {passes} passes, {lanes} lanes");
        }
        assert!(KeyCost::new(1024 * 1024, 4, 4).is_some());
        assert_eq!(KeyCost::new(64 * 1024, 3, 4), Some(KeyCost::STANDARD));
    }

    /// Computed with the reference implementation's command line: `echo -n password | argon2 somesaltsomesalt -id -v 13
    /// -t 2 -k 256 -p 1 -l 32`.
    #[test]
    fn a_key_is_what_argon2id_says() {
        let key = KeyCost::new(256, 2, 1).unwrap().derive(b"password", b"somesaltsomesalt").unwrap();
        assert_eq!(
            hex::encode(key.expose_secret()),
            "cab746b4621993fdc91ec50787980b414a90a692f0bc68dfe19f9c25b3cba9ec"
        );
    }

    #[test]
    fn less_memory_or_fewer_passes_is_below() {
        let today = KeyCost::STANDARD;
        assert!(!today.is_below(today));
        assert!(KeyCost::new(32 * 1024, 3, 4).unwrap().is_below(today));
        assert!(KeyCost::new(64 * 1024, 2, 4).unwrap().is_below(today));
        assert!(!KeyCost::new(128 * 1024, 3, 1).unwrap().is_below(today));
    }
}

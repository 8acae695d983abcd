//! Ids that lead back to what they belong to: a slot and a number within it, spread over a UUID so that nobody sees them
//! in it. No table is needed to find one invoice among millions.

use crate::random::{self, Random};
use uuid::Uuid;

/// One kind of ids.
#[derive(Debug, Clone)]
pub struct Numbering {
    seed: u64,
    label: &'static str,
    keys: [u64; 4],
}

const HALF: u64 = 0xff_ffff;

impl Numbering {
    /// The ids of this kind under this seed.
    pub fn new(seed: u64, label: &'static str) -> Self {
        let mut random = Random::new(seed, label, 0);
        Self { seed, label, keys: std::array::from_fn(|_| random.next()) }
    }

    /// 48 bits that belong to this place and to no other: a Feistel network, which can be run backwards.
    pub fn code(&self, slot: u32, ordinal: u16) -> u64 {
        let plain = u64::from(slot) << 16 | u64::from(ordinal);
        let (mut left, mut right) = (plain >> 24, plain & HALF);
        for key in self.keys {
            (left, right) = (right, left ^ (random::mixed(right ^ key) & HALF));
        }
        left << 24 | right
    }

    /// The id of this place.
    pub fn id(&self, slot: u32, ordinal: u16) -> Uuid {
        self.id_of(self.code(slot, ordinal))
    }

    fn id_of(&self, code: u64) -> Uuid {
        let mut bytes = Random::new(self.seed, self.label, code).bytes();
        bytes[..6].copy_from_slice(&code.to_be_bytes()[2..]);
        uuid::Builder::from_random_bytes(bytes).into_uuid()
    }

    /// The place this id belongs to, whether or not there is anything.
    pub fn place(&self, id: Uuid) -> Option<(u32, u16)> {
        let mut code = [0; 8];
        code[2..].copy_from_slice(&id.as_bytes()[..6]);
        let code = u64::from_be_bytes(code);
        let (mut left, mut right) = (code >> 24, code & HALF);
        for key in self.keys.iter().rev() {
            (left, right) = (right ^ (random::mixed(left ^ key) & HALF), left);
        }
        let plain = left << 24 | right;
        let slot = u32::try_from(plain >> 16).ok()?;
        let ordinal = u16::try_from(plain & 0xffff).ok()?;
        (self.id_of(code) == id).then_some((slot, ordinal))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn neighbours_have_nothing_in_common() {
        let numbering = Numbering::new(1, "invoice id");
        let (one, next) = (numbering.code(7, 0), numbering.code(7, 1));
        assert!((one ^ next).count_ones() > 8, "{one:x} and {next:x}");
        assert_ne!(numbering.id(7, 0), Numbering::new(2, "invoice id").id(7, 0));
        assert_eq!(numbering.place(Uuid::nil()), None);
        assert_eq!(Numbering::new(1, "session id").place(numbering.id(7, 0)), None, "of another kind");
    }

    proptest! {
        #[test]
        fn an_id_leads_back(seed: u64, slot: u32, ordinal: u16) {
            let numbering = Numbering::new(seed, "invoice id");
            let id = numbering.id(slot, ordinal);
            prop_assert_eq!(id.get_version_num(), 4);
            prop_assert_eq!(numbering.place(id), Some((slot, ordinal)));
        }
    }
}

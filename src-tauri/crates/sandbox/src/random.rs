//! Repeatable random numbers: a stream is named by a seed, a label and an index, and gives the same numbers on every
//! machine and in every release. Not for secrets: whoever knows the seed knows everything that follows.

use std::ops::Range;

/// A stream of repeatable random numbers (SplitMix64).
#[derive(Debug, Clone)]
pub struct Random {
    state: u64,
}

impl Random {
    /// The stream of this name. Streams of different names have nothing to do with each other, so that drawing one
    /// number more for one customer changes no other customer.
    pub fn new(seed: u64, label: &str, index: u64) -> Self {
        // FNV-1a over the name; the first draws below spread it over all 64 bits.
        let mut state = 0xcbf2_9ce4_8422_2325_u64;
        let bytes = seed.to_le_bytes().into_iter().chain(label.bytes()).chain(index.to_le_bytes());
        for byte in bytes {
            state = (state ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
        let mut random = Self { state };
        random.next();
        random
    }

    /// The next 64 bits.
    pub fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        mixed(self.state)
    }

    /// A number of the range; of an empty range, its start.
    pub fn within(&mut self, range: Range<u64>) -> u64 {
        let width = range.end.saturating_sub(range.start).max(1);
        // The high half of a wide product is even enough: the bias is below width / 2^64.
        let scaled = (u128::from(self.next()) * u128::from(width)) >> 64;
        range.start + u64::try_from(scaled).unwrap_or(0)
    }

    /// True in `per_mille` of 1,000 cases.
    pub fn chance(&mut self, per_mille: u64) -> bool {
        self.within(0..1000) < per_mille
    }

    /// One of the choices, each as likely as the others. The slice must not be empty.
    pub fn pick<T: Copy>(&mut self, choices: &[T]) -> T {
        let index = self.within(0..choices.len() as u64);
        choices[usize::try_from(index).unwrap_or(0)]
    }

    /// One of the choices, as likely as its weight says. The slice must not be empty.
    pub fn weighted<T: Copy>(&mut self, choices: &[(u64, T)]) -> T {
        let total = choices.iter().map(|(weight, _)| weight).sum();
        let mut left = self.within(0..total);
        for (weight, choice) in choices {
            if left < *weight {
                return *choice;
            }
            left -= weight;
        }
        choices[choices.len() - 1].1
    }

    /// Sixteen bytes, for an identifier.
    pub fn bytes(&mut self) -> [u8; 16] {
        let (high, low) = (self.next().to_be_bytes(), self.next().to_be_bytes());
        let mut bytes = [0; 16];
        bytes[..8].copy_from_slice(&high);
        bytes[8..].copy_from_slice(&low);
        bytes
    }
}

/// Spreads every bit over all others; different numbers stay different.
pub fn mixed(number: u64) -> u64 {
    let mut mixed = number;
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_stream_is_known_by_its_name_alone() {
        let draw = |seed, label, index| Random::new(seed, label, index).next();
        assert_eq!(draw(1, "people", 7), draw(1, "people", 7));
        assert_ne!(draw(1, "people", 7), draw(2, "people", 7), "another seed");
        assert_ne!(draw(1, "people", 7), draw(1, "status", 7), "another label");
        assert_ne!(draw(1, "people", 7), draw(1, "people", 8), "another index");
    }

    #[test]
    fn weights_are_kept() {
        let mut random = Random::new(1, "weights", 0);
        let hits = (0..10_000).filter(|_| random.weighted(&[(3, true), (1, false)])).count();
        assert!((7_200..7_800).contains(&hits), "three quarters were asked for, {hits} of 10,000 came");
    }

    proptest! {
        #[test]
        fn a_draw_stays_in_its_range(seed: u64, start in 0_u64..1_000, width in 1_u64..1_000_000) {
            let drawn = Random::new(seed, "range", 0).within(start..start + width);
            prop_assert!((start..start + width).contains(&drawn));
        }
    }
}

//! API keys and secrets, made from the seed: the same seed is reached with the same keys after a restart.

use crate::random::Random;

/// 32 hex digits that belong to this label and seed.
pub fn text(seed: u64, label: &str) -> String {
    hex::encode(Random::new(seed, label, 0).bytes())
}

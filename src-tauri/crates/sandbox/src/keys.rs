//! API keys and secrets, made from the seed: the same seed is reached with the same keys after a restart.

use crate::options::Options;
use crate::random::Random;

/// An API key: a prefix and 32 hex digits that belong to this label and the seed, ending as the options say.
pub fn key(options: &Options, prefix: &str, label: &str) -> String {
    let mut key = format!("{prefix}{}", text(options.seed, label));
    if let Some(tail) = &options.key_tail {
        key.truncate(key.len().saturating_sub(tail.len()));
        key.push_str(tail);
    }
    key
}

/// 32 hex digits that belong to this label and seed.
pub fn text(seed: u64, label: &str) -> String {
    hex::encode(Random::new(seed, label, 0).bytes())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::options::Provider;

    #[test]
    fn a_key_ends_as_it_is_told_to_and_stays_as_long() {
        let options = Options::new(Provider::LoveAndPay, jiff::Timestamp::UNIX_EPOCH);
        let own = key(&options, "pk_", "key");
        let told = key(&Options { key_tail: Some("ffff".to_owned()), ..options }, "pk_", "key");
        assert_eq!((told.len(), told.ends_with("ffff"), &told[..30]), (own.len(), true, &own[..30]));
    }
}

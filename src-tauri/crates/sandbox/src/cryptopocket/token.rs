//! Tokens: opaque, good for a while, as many at a time as somebody signs in for.

use crate::keys;
use crate::moment::Moment;
use crate::random::Random;
use std::collections::HashMap;
use std::time::Duration;

/// The tokens that are good.
#[derive(Debug)]
pub struct Tokens {
    seed: u64,
    lifetime: i64,
    handed_out: u64,
    good_until: HashMap<String, Moment>,
}

impl Tokens {
    /// None handed out yet.
    pub fn new(seed: u64, lifetime: Duration) -> Self {
        let lifetime = i64::try_from(lifetime.as_millis()).unwrap_or(i64::MAX);
        Self { seed, lifetime, handed_out: 0, good_until: HashMap::new() }
    }

    /// Hands out a new one.
    pub fn hand_out(&mut self, now: Moment) -> String {
        self.good_until.retain(|_, until| *until > now);
        self.handed_out += 1;
        let head = keys::text(self.seed, "cryptopocket token");
        let tail = hex::encode(Random::new(self.seed, "cryptopocket token", self.handed_out).bytes());
        let token = format!("{}{tail}", &head[..8]);
        self.good_until.insert(token.clone(), now.after(self.lifetime));
        token
    }

    /// Whether it is good now.
    pub fn is_good(&self, token: &str, now: Moment) -> bool {
        self.good_until.get(token).is_some_and(|until| now < *until)
    }

    /// Makes all of them worthless.
    pub fn forget(&mut self) {
        self.good_until.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_good_for_its_lifetime() {
        let now = Moment::of(jiff::Timestamp::UNIX_EPOCH);
        let mut tokens = Tokens::new(1, Duration::from_secs(60));
        let (first, second) = (tokens.hand_out(now), tokens.hand_out(now.after(30_000)));
        assert_ne!(first, second);
        assert!(tokens.is_good(&first, now.after(59_999)) && tokens.is_good(&second, now.after(59_999)));
        assert!(!tokens.is_good(&first, now.after(60_000)));
        assert!(tokens.is_good(&second, now.after(60_000)));
        assert!(!tokens.is_good("", now));
        tokens.forget();
        assert!(!tokens.is_good(&second, now));
    }
}

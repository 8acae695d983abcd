//! The words for where a customer stands: KYC status, trust level, blocked or not.
//!
//! A word that nobody has seen before is kept as the provider wrote it, never guessed at and never counted as verified.

/// Where a customer's identity check stands, in one vocabulary for every provider.
///
/// | | Love&Pay `kycStatus` | Cryptopocket `kyc_status` |
/// |---|---|---|
/// | [`Verified`](Self::Verified) | `VERIFIED` | `valid` |
/// | [`Pending`](Self::Pending) | `PENDING` | `processing` |
/// | [`Rejected`](Self::Rejected) | `REJECTED` | `fail` |
/// | [`NotStarted`](Self::NotStarted) | | `unused` |
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum KycStatus {
    /// The provider vouches for the identity.
    Verified,
    /// The check is under way.
    Pending,
    /// The provider refused the identity.
    Rejected,
    /// The customer has not begun the check.
    NotStarted,
    /// A word outside this table, as it came; empty when the provider gave no status at all.
    Unknown(String),
}

impl KycStatus {
    /// The stable name: `verified`, `pending`, `rejected`, `not_started` or `unknown`.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Verified => "verified",
            Self::Pending => "pending",
            Self::Rejected => "rejected",
            Self::NotStarted => "not_started",
            Self::Unknown(_) => "unknown",
        }
    }

    /// The value that a filter or a facet uses: the stable name, and for an unknown word `unknown:WORD`, so that each
    /// unknown word is counted and can be chosen apart.
    pub fn facet_value(&self) -> String {
        with_unknown_word(self.name(), self.unknown_word())
    }

    /// Reads back what [`facet_value`](Self::facet_value) wrote.
    pub fn from_facet_value(value: &str) -> Option<Self> {
        Some(match value {
            "verified" => Self::Verified,
            "pending" => Self::Pending,
            "rejected" => Self::Rejected,
            "not_started" => Self::NotStarted,
            other => Self::Unknown(unknown_word_of(other)?),
        })
    }

    /// The provider's own word when it is outside the vocabulary.
    pub fn unknown_word(&self) -> Option<&str> {
        match self {
            Self::Unknown(word) => Some(word),
            _ => None,
        }
    }
}

/// How far a provider trusts a customer (Love&Pay `trustLevel`: `NEW`, `LEVEL_1` to `LEVEL_3`). Always the provider's
/// value, never computed here.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum TrustLevel {
    /// `NEW`: a new customer.
    New,
    /// `LEVEL_1`: basic.
    Level1,
    /// `LEVEL_2`: medium.
    Level2,
    /// `LEVEL_3`: high.
    Level3,
    /// A word outside this table, as it came.
    Unknown(String),
}

impl TrustLevel {
    /// The stable name: `new`, `level_1`, `level_2`, `level_3` or `unknown`.
    pub fn name(&self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Level1 => "level_1",
            Self::Level2 => "level_2",
            Self::Level3 => "level_3",
            Self::Unknown(_) => "unknown",
        }
    }

    /// The value that a filter or a facet uses; see [`KycStatus::facet_value`].
    pub fn facet_value(&self) -> String {
        with_unknown_word(self.name(), self.unknown_word())
    }

    /// Reads back what [`facet_value`](Self::facet_value) wrote.
    pub fn from_facet_value(value: &str) -> Option<Self> {
        Some(match value {
            "new" => Self::New,
            "level_1" => Self::Level1,
            "level_2" => Self::Level2,
            "level_3" => Self::Level3,
            other => Self::Unknown(unknown_word_of(other)?),
        })
    }

    /// The provider's own word when it is outside the vocabulary.
    pub fn unknown_word(&self) -> Option<&str> {
        match self {
            Self::Unknown(word) => Some(word),
            _ => None,
        }
    }
}

/// Whether a provider refuses this customer's payments on the merchant's behalf.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Blocked {
    /// Blocked.
    Yes,
    /// Not blocked.
    No,
    /// The provider did not say, or has no such notion. Never shown as "not blocked".
    Unknown,
}

impl Blocked {
    /// The stable name: `yes`, `no` or `unknown`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Yes => "yes",
            Self::No => "no",
            Self::Unknown => "unknown",
        }
    }

    /// Reads back what [`name`](Self::name) wrote.
    pub fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "yes" => Self::Yes,
            "no" => Self::No,
            "unknown" => Self::Unknown,
            _ => return None,
        })
    }
}

fn with_unknown_word(name: &str, word: Option<&str>) -> String {
    match word {
        Some(word) => format!("unknown:{word}"),
        None => name.to_owned(),
    }
}

fn unknown_word_of(value: &str) -> Option<String> {
    value.strip_prefix("unknown:").map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn known_words_survive_the_facet_round_trip() {
        for status in [KycStatus::Verified, KycStatus::Pending, KycStatus::Rejected, KycStatus::NotStarted] {
            assert_eq!(KycStatus::from_facet_value(&status.facet_value()), Some(status));
        }
        for level in [TrustLevel::New, TrustLevel::Level1, TrustLevel::Level2, TrustLevel::Level3] {
            assert_eq!(TrustLevel::from_facet_value(&level.facet_value()), Some(level));
        }
        for blocked in [Blocked::Yes, Blocked::No, Blocked::Unknown] {
            assert_eq!(Blocked::from_name(blocked.name()), Some(blocked));
        }
    }

    #[test]
    fn a_value_nobody_wrote_is_refused() {
        assert_eq!(KycStatus::from_facet_value("VERIFIED"), None);
        assert_eq!(TrustLevel::from_facet_value(""), None);
        assert_eq!(Blocked::from_name("maybe"), None);
    }

    proptest! {
        #[test]
        fn unknown_words_survive_the_facet_round_trip(word in ".*") {
            let status = KycStatus::Unknown(word.clone());
            prop_assert_eq!(KycStatus::from_facet_value(&status.facet_value()), Some(status));
            let level = TrustLevel::Unknown(word);
            prop_assert_eq!(TrustLevel::from_facet_value(&level.facet_value()), Some(level));
        }
    }
}

//! Moments as Love&Pay writes them: UTC, to the millisecond, `2024-01-23T12:00:00.000Z`.
//!
//! Eight bytes each, because a hundred thousand customers have several. The clock is not read here.

use jiff::Timestamp;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};
use std::fmt;

/// Milliseconds since 1970-01-01 UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment(i64);

/// Milliseconds of a second, a minute and a day.
pub const SECOND: i64 = 1000;
pub const MINUTE: i64 = 60 * SECOND;
pub const DAY: i64 = 24 * 60 * MINUTE;

impl Moment {
    /// Parts of a millisecond are dropped.
    pub fn of(timestamp: Timestamp) -> Self {
        Self(timestamp.as_millisecond())
    }

    /// So many milliseconds earlier.
    pub fn before(self, milliseconds: i64) -> Self {
        Self(self.0.saturating_sub(milliseconds))
    }

    /// So many milliseconds later.
    pub fn after(self, milliseconds: i64) -> Self {
        Self(self.0.saturating_add(milliseconds))
    }

    /// Milliseconds since 1970.
    pub fn milliseconds(self) -> i64 {
        self.0
    }

    /// The moment as the calendar type; a moment outside its years becomes 1970.
    pub fn timestamp(self) -> Timestamp {
        Timestamp::from_millisecond(self.0).unwrap_or(Timestamp::UNIX_EPOCH)
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:.3}", self.timestamp())
    }
}

impl Serialize for Moment {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Moment {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map(Self::of).map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn milliseconds_are_always_written() {
        let moment = Moment::of("2024-01-23T12:00:00Z".parse().unwrap());
        assert_eq!(serde_json::to_string(&moment).unwrap(), "\"2024-01-23T12:00:00.000Z\"");
        assert_eq!(serde_json::from_str::<Moment>("\"2024-01-23T12:00:00.000Z\"").unwrap(), moment);
        assert_eq!(moment.after(7).to_string(), "2024-01-23T12:00:00.007Z");
    }
}

//! One module per table: its SQL, its versions, and how its rows become the vocabulary.
//!
//! Functions here take a connection or an open transaction and do one thing; what belongs together in one transaction is
//! decided by their callers. Moments are stored as integer milliseconds since 1970 UTC.

pub(crate) mod changes;
pub(crate) mod connections;
pub(crate) mod credentials;
pub(crate) mod customer_ids;
pub(crate) mod customers;
pub(crate) mod landing_rows;
pub(crate) mod meta;
pub(crate) mod problems;
pub(crate) mod rejected;
pub(crate) mod runs;

use crate::fault::{Fault, Outcome};
use jiff::Timestamp;

/// A moment as it is stored; what is finer than a millisecond is dropped. In the very first and the very last second that a
/// `Timestamp` can be in, so is what is finer than a second, because it would not be taken back.
pub(crate) fn to_milliseconds(at: Timestamp) -> i64 {
    at.as_millisecond().clamp(Timestamp::MIN.as_second() * 1_000, Timestamp::MAX.as_second() * 1_000)
}

/// A stored moment.
pub(crate) fn from_milliseconds(milliseconds: i64) -> Outcome<Timestamp> {
    Timestamp::from_millisecond(milliseconds).map_err(|_| Fault::damaged("a moment"))
}

/// A stored moment that may be absent.
pub(crate) fn maybe_from_milliseconds(milliseconds: Option<i64>) -> Outcome<Option<Timestamp>> {
    milliseconds.map(from_milliseconds).transpose()
}

/// What a moment becomes by being stored.
pub(crate) fn as_stored(at: Timestamp) -> Timestamp {
    // What was clamped into the range is in it.
    Timestamp::from_millisecond(to_milliseconds(at)).unwrap_or(at)
}

/// FNV-1a, 64 bits: stable over versions and machines, which the standard library's hashes are not.
pub(crate) fn fnv1a<'a>(bytes: impl IntoIterator<Item = &'a u8>) -> u64 {
    let begin = 0xcbf2_9ce4_8422_2325_u64;
    bytes.into_iter().fold(begin, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

/// Steps through the rows of a query, each through a conversion that can fail in the book's terms.
pub(crate) fn collect<T>(
    mut rows: rusqlite::Rows<'_>,
    mut read: impl FnMut(&rusqlite::Row<'_>) -> Outcome<T>,
) -> Outcome<Vec<T>> {
    let mut all = Vec::new();
    while let Some(row) = rows.next()? {
        all.push(read(row)?);
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_moment_survives_to_the_millisecond() {
        let extremes = [Timestamp::MIN, Timestamp::MAX];
        let ordinary = [Timestamp::UNIX_EPOCH, "2026-11-20T10:44:01.123456789Z".parse().unwrap()];
        for (moments, precision) in [(extremes, 1_000), (ordinary, 1)] {
            for at in moments {
                let stored = from_milliseconds(to_milliseconds(at)).unwrap();
                assert_eq!(stored, as_stored(at));
                let lost = stored.duration_until(at).abs();
                assert!(lost < jiff::SignedDuration::from_millis(precision), "{at} became {stored}");
            }
        }
        assert!(from_milliseconds(i64::MAX).is_err());
    }
}

//! An answer as it is kept for the window: who stands at which place of it, without a list of everybody.
//!
//! What the index found is a bit for each customer and an order that it shares; a place is looked up when somebody wants it.
//! At a start the first rows stand in for that, as they were remembered.

use kyc::CustomerKey;
use search::Matches;
use std::ops::{Range, RangeInclusive};

/// Places that are looked up at a time where single ones are asked for one after another: twice the piece of an order that
/// the index walks anyway.
const PLACES: usize = 8_192;

/// Who stands at which place of an answer, and the text whose words are to be marked in the rows.
pub(crate) struct KeptAnswer {
    rows: Rows,
    text: String,
}

enum Rows {
    Found(Matches),
    /// The first of `total` rows, from the last time.
    Remembered {
        keys: Vec<CustomerKey>,
        total: u32,
    },
}

impl KeptAnswer {
    /// What the index found for a text.
    pub(crate) fn found(matches: Matches, text: String) -> Self {
        Self { rows: Rows::Found(matches), text }
    }

    /// The first of everybody's rows, as they were remembered.
    pub(crate) fn remembered(keys: Vec<CustomerKey>, total: u32) -> Self {
        Self { rows: Rows::Remembered { keys, total }, text: String::new() }
    }

    /// The text whose words are to be marked.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// How many rows the answer has.
    pub(crate) fn total(&self) -> u32 {
        match &self.rows {
            Rows::Found(matches) => u32::try_from(matches.total()).unwrap_or(u32::MAX),
            Rows::Remembered { total, .. } => *total,
        }
    }

    /// How many of its first rows are known: all, unless they were remembered.
    pub(crate) fn known(&self) -> u32 {
        match &self.rows {
            Rows::Found(_) => self.total(),
            Rows::Remembered { keys, total } => u32::try_from(keys.len()).unwrap_or(u32::MAX).min(*total),
        }
    }

    /// Whether the rows before `end` are known, as far as the answer goes.
    pub(crate) fn knows_until(&self, end: u32) -> bool {
        end.min(self.total()) <= self.known()
    }

    /// The customers from one place to another; fewer where what is known ends sooner.
    pub(crate) fn keys(&self, places: Range<usize>) -> Vec<CustomerKey> {
        match &self.rows {
            Rows::Found(matches) => matches.keys(places),
            Rows::Remembered { keys, .. } => {
                let end = places.end.min(keys.len());
                keys.get(places.start.min(end)..end).unwrap_or_default().to_vec()
            }
        }
    }

    /// All known customers in order, without writing them down at once.
    pub(crate) fn iter(&self) -> impl Iterator<Item = CustomerKey> + '_ {
        let (found, remembered) = match &self.rows {
            Rows::Found(matches) => (Some(matches), &[][..]),
            Rows::Remembered { keys, .. } => (None, keys.as_slice()),
        };
        found.into_iter().flat_map(Matches::iter).chain(remembered.iter().copied())
    }

    /// The customers at ranges of places, one range after another, looked up in pieces: neither is a million of them written
    /// down at once, nor does each of many small ranges begin its walk anew. What lies beyond the known rows gives nobody.
    pub(crate) fn at<'a>(
        &'a self,
        ranges: impl IntoIterator<Item = RangeInclusive<u32>> + 'a,
    ) -> impl Iterator<Item = CustomerKey> + 'a {
        let (mut first, mut piece) = (0, Vec::new());
        let known = self.known();
        let places = ranges.into_iter().flat_map(move |range| *range.start()..range.end().saturating_add(1).min(known));
        places.filter_map(move |place| {
            let place = place as usize;
            if place < first || place >= first + piece.len() {
                (first, piece) = (place, self.keys(place..place + PLACES));
            }
            piece.get(place - first).copied()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn remembered(known: u32, total: u32) -> KeptAnswer {
        KeptAnswer::remembered((0..known).map(|place| CustomerKey(7 * place)).collect(), total)
    }

    #[test]
    fn what_is_remembered_ends_before_the_answer_does() {
        let answer = remembered(200, 1_000);
        assert_eq!((answer.total(), answer.known()), (1_000, 200));
        assert!(answer.knows_until(200) && !answer.knows_until(201));
        assert_eq!(answer.keys(198..300), [CustomerKey(7 * 198), CustomerKey(7 * 199)]);
        assert_eq!(answer.keys(500..600), []);
        let whole = remembered(3, 3);
        assert!(whole.knows_until(u32::MAX), "nothing is behind the last row");
        assert_eq!(whole.iter().count(), 3);
    }

    #[test]
    fn ranges_beyond_the_end_give_nobody() {
        let answer = remembered(3, 3);
        assert_eq!(answer.at([2..=u32::MAX]).collect::<Vec<_>>(), [CustomerKey(14)]);
        assert_eq!(answer.at([3..=9, 7..=8]).count(), 0);
    }

    proptest! {
        #[test]
        fn ranges_give_whoever_stands_there(
            known in 0u32..20_000,
            ranges in proptest::collection::vec((0u32..21_000, 0u32..9_000), 0..6),
        ) {
            let answer = remembered(known, known);
            let ranges: Vec<_> = ranges.into_iter().map(|(first, more)| first..=first + more).collect();
            let expected: Vec<_> =
                ranges.iter().cloned().flatten().filter(|place| *place < known).map(|place| CustomerKey(7 * place)).collect();
            prop_assert_eq!(answer.at(ranges).collect::<Vec<_>>(), expected);
        }
    }
}

//! Rows that a person has selected, as ranges of positions in an answer, so that a million of them are one range and never
//! a list. When the same question is answered anew, the same customers are found at their new positions.

use crate::kept_answer::KeptAnswer;
use crate::{Desk, off_the_runtime};
use kyc::{CustomerKey, Problem, Trouble};
use std::ops::RangeInclusive;

/// More ranges than these are no selection that a person made; they come from an order that has nothing to do with the
/// one before.
const MOST_RANGES: usize = 20_000;

impl Desk {
    /// Where the rows of one answer are in another: positions in ascending ranges that do not touch. Customers that the other
    /// answer does not have are left out.
    ///
    /// # Errors
    /// [`Trouble::ResultGone`] when either answer is no longer kept, or the rows lie scattered in too many pieces.
    pub async fn select_again(
        &self,
        from: u32,
        to: u32,
        ranges: Vec<RangeInclusive<u32>>,
    ) -> Result<Vec<RangeInclusive<u32>>, Problem> {
        let (before, now) = (self.inner.results.get(from)?, self.inner.results.get(to)?);
        off_the_runtime(move || moved(&before, &now, ranges).ok_or_else(|| Trouble::ResultGone.into())).await
    }
}

fn moved(before: &KeptAnswer, now: &KeptAnswer, ranges: Vec<RangeInclusive<u32>>) -> Option<Vec<RangeInclusive<u32>>> {
    let mut chosen = Keys::default();
    // Of an answer whose beginning alone was remembered, the places behind it are all that is known of the rest, and all
    // that the person has chosen: "everybody", or "from here to the end".
    let unknown = before.known()..before.total();
    let behind = ranges.iter().filter_map(|range| {
        let (first, end) = ((*range.start()).max(unknown.start), range.end().saturating_add(1).min(unknown.end));
        (first < end).then(|| first..=end - 1)
    });
    let behind: Vec<_> = behind.collect();
    now.at(behind).for_each(|key| chosen.insert(key));
    before.at(ranges).for_each(|key| chosen.insert(key));
    let mut moved: Vec<RangeInclusive<u32>> = Vec::new();
    let mut left = chosen.len;
    if left == 0 {
        return Some(moved);
    }
    for (at, key) in (0u32..).zip(now.iter()) {
        if !chosen.contains(key) {
            continue;
        }
        let begun = moved.len();
        match moved.last_mut() {
            Some(range) if *range.end() + 1 == at => *range = *range.start()..=at,
            _ if begun == MOST_RANGES => return None,
            _ => moved.push(at..=at),
        }
        left -= 1;
        if left == 0 {
            break;
        }
    }
    Some(moved)
}

/// A set of keys, one bit each: keys are handed out one after another.
#[derive(Default)]
struct Keys {
    bits: Vec<u64>,
    len: usize,
}

impl Keys {
    fn insert(&mut self, key: CustomerKey) {
        let word = key.0 as usize / 64;
        if self.bits.len() <= word {
            self.bits.resize(word + 1, 0);
        }
        if let Some(word) = self.bits.get_mut(word) {
            let bit = 1 << (key.0 % 64);
            self.len += usize::from(*word & bit == 0);
            *word |= bit;
        }
    }

    fn contains(&self, key: CustomerKey) -> bool {
        self.bits.get(key.0 as usize / 64).is_some_and(|word| word & (1 << (key.0 % 64)) != 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(keys: &[u32]) -> KeptAnswer {
        KeptAnswer::remembered(keys.iter().copied().map(CustomerKey).collect(), keys.len() as u32)
    }

    #[test]
    fn customers_are_found_where_they_are_now() {
        let before = answer(&[10, 20, 30, 40, 50]);
        let now = answer(&[5, 20, 30, 35, 50, 10]);
        assert_eq!(moved(&before, &now, vec![1..=2, 4..=4]).unwrap(), [1..=2, 4..=4]);
        assert_eq!(moved(&before, &now, vec![0..=0, 3..=3]).unwrap(), [5..=5]);
        assert_eq!(moved(&before, &now, vec![0..=4]).unwrap(), [1..=2, 4..=5]);
    }

    #[test]
    fn what_is_beyond_the_answer_selects_nobody() {
        assert_eq!(moved(&answer(&[1, 2]), &answer(&[1, 2]), vec![1..=9, 7..=8]).unwrap(), [1..=1]);
        assert_eq!(moved(&answer(&[]), &answer(&[1]), vec![0..=0]).unwrap(), []);
    }

    #[test]
    fn everybody_stays_everybody_when_only_the_beginning_was_known() {
        let before = KeptAnswer::remembered(vec![CustomerKey(1), CustomerKey(2)], 5);
        let now = answer(&[1, 2, 3, 4, 5]);
        assert_eq!(moved(&before, &now, vec![0..=4]).unwrap(), [0..=4]);
        assert_eq!(moved(&before, &now, vec![1..=9]).unwrap(), [1..=4], "from here to the end");
        assert_eq!(moved(&before, &now, vec![0..=0]).unwrap(), [0..=0]);
    }

    #[test]
    fn rows_scattered_beyond_measure_are_given_up() {
        let all = answer(&(0..4 * MOST_RANGES as u32).collect::<Vec<_>>());
        let every_other: Vec<_> = (0..2 * MOST_RANGES as u32).map(|at| 2 * at..=2 * at).collect();
        assert_eq!(moved(&all, &all, every_other), None);
    }
}

//! Everything of one kind in the order of time, newest first: twelve bytes for each, whatever it is.

use crate::moment::{Moment, SECOND};
use std::cmp::Reverse;

/// Where something is to be found, and when it came to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark {
    /// Seconds since 1970.
    second: u32,
    /// Whose it is.
    pub slot: u32,
    /// Which of those in the slot.
    pub ordinal: u16,
    /// The place of its status among the words that can be asked for.
    pub status: u8,
}

impl Mark {
    /// A mark at this moment, of which the second counts.
    pub fn new(created: Moment, slot: u32, ordinal: u16, status: u8) -> Self {
        let second = u32::try_from(created.milliseconds().div_euclid(SECOND)).unwrap_or(0);
        Self { second, slot, ordinal, status }
    }

    fn key(&self) -> impl Ord + use<> {
        (Reverse(self.second), self.slot, self.ordinal)
    }
}

/// The marks, newest first.
#[derive(Debug, Default)]
pub struct Timeline {
    marks: Vec<Mark>,
}

impl Timeline {
    /// Puts the marks in order.
    pub fn new(mut marks: Vec<Mark>) -> Self {
        marks.sort_unstable_by_key(Mark::key);
        Self { marks }
    }

    /// Adds one more.
    pub fn insert(&mut self, mark: Mark) {
        let place = self.marks.partition_point(|listed| listed.key() < mark.key());
        self.marks.insert(place, mark);
    }

    /// Gives a mark that is there its present status.
    pub fn update(&mut self, mark: Mark) {
        let place = self.marks.partition_point(|listed| listed.key() < mark.key());
        if let Some(listed) = self.marks.get_mut(place)
            && (listed.slot, listed.ordinal) == (mark.slot, mark.ordinal)
        {
            listed.status = mark.status;
        }
    }

    /// At most `limit` marks from `offset` on, of this status if one is given, and how many there are in all.
    pub fn page(&self, offset: usize, limit: usize, status: Option<u8>) -> (Vec<Mark>, usize) {
        let Some(status) = status else {
            return (self.marks.iter().skip(offset).take(limit).copied().collect(), self.marks.len());
        };
        let fitting = || self.marks.iter().filter(|mark| mark.status == status);
        (fitting().skip(offset).take(limit).copied().collect(), fitting().count())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn mark(second: i64, slot: u32) -> Mark {
        let status = u8::try_from(slot % 3).unwrap();
        Mark::new(Moment::of(jiff::Timestamp::from_second(second).unwrap()), slot, 0, status)
    }

    proptest! {
        #[test]
        fn it_does_not_matter_when_a_mark_is_put_in(seconds in prop::collection::vec(0_i64..50, 0..60), split in 0_usize..60) {
            let marks: Vec<_> = (0..).zip(&seconds).map(|(slot, second)| mark(*second, slot)).collect();
            let at_once = Timeline::new(marks.clone());
            let mut by_and_by = Timeline::new(marks[..split.min(marks.len())].to_vec());
            for late in &marks[split.min(marks.len())..] {
                by_and_by.insert(*late);
            }
            prop_assert_eq!(&at_once.marks, &by_and_by.marks);
            prop_assert!(at_once.marks.is_sorted_by_key(|mark| Reverse(mark.second)));
        }

        #[test]
        fn pages_put_together_are_all_of_that_status(count in 0_u32..200, limit in 1_usize..40, status in prop::option::of(0_u8..3)) {
            let timeline = Timeline::new((0..count).map(|slot| mark(i64::from(slot * 7 % 50), slot)).collect());
            let mut seen = Vec::new();
            loop {
                let (page, total) = timeline.page(seen.len(), limit, status);
                prop_assert_eq!(total, (0..count).filter(|slot| status.is_none_or(|status| slot % 3 == u32::from(status))).count());
                if page.is_empty() {
                    prop_assert_eq!(seen.len(), total);
                    break;
                }
                seen.extend(page);
            }
        }
    }

    #[test]
    fn a_status_is_brought_up_to_date() {
        let mut timeline = Timeline::new((0..5).map(|slot| mark(10, slot)).collect());
        timeline.update(Mark { status: 2, ..mark(10, 3) });
        let of = |timeline: &Timeline, status| {
            timeline.page(0, 10, Some(status)).0.iter().map(|mark| mark.slot).collect::<Vec<_>>()
        };
        assert_eq!(of(&timeline, 2), [2, 3]);
        timeline.update(Mark { status: 0, ..mark(10, 99) });
        assert_eq!(of(&timeline, 0), [0], "nothing happens to others");
    }
}

//! A list that lives: customers come, go, come back, move and change on a schedule that follows from a seed, while
//! somebody reads it.
//!
//! Decided here is what happens and to whom; what a new customer or a changed field looks like is each provider's own matter.

use crate::moment::Moment;
use crate::random::Random;
use crate::register::Beside;
use crate::roster::{Roster, Source};

/// How much happens each time, at most; how much it is, from nothing to that, follows from the seed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Turnover {
    /// Names the schedule.
    pub seed: u64,
    /// New customers.
    pub inserted: u32,
    /// Whether they come anywhere in the list and not only at its head.
    pub anywhere: bool,
    /// Customers that leave the list, from anywhere.
    pub removed: u32,
    /// Customers that left before and are there again, as they were.
    pub returned: u32,
    /// Customers that go to the head of the list.
    pub moved: u32,
    /// Customers one or two of whose fields change.
    pub changed: u32,
}

/// One thing that happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// A new customer.
    Insert,
    /// Somebody leaves.
    Remove,
    /// Somebody who left is there again.
    Return,
    /// Somebody goes to the head.
    Move,
    /// Somebody changes.
    Change,
}

impl Turnover {
    /// What happens in this round, counted from 0, in its order; the stream decides to whom.
    pub fn steps(&self, round: u64) -> (Vec<Step>, Random) {
        let mut random = Random::new(self.seed, "turnover", round);
        let mut steps = Vec::new();
        for (step, most) in [
            (Step::Insert, self.inserted),
            (Step::Remove, self.removed),
            (Step::Return, self.returned),
            (Step::Move, self.moved),
            (Step::Change, self.changed),
        ] {
            for _ in 0..random.within(0..u64::from(most) + 1) {
                steps.push(step);
            }
        }
        for last in (1..steps.len()).rev() {
            steps.swap(last, place(last + 1, &mut random));
        }
        (steps, random)
    }

    /// Where a new customer comes, of so many places.
    pub fn place_of_new(&self, places: usize, random: &mut Random) -> usize {
        if self.anywhere { place(places, random) } else { 0 }
    }
}

/// Lets a step happen that is the same at every provider; of the others, nothing.
pub fn shift<O: Source>(roster: &mut Roster<O>, step: Step, random: &mut Random, now: Moment)
where
    O::Beside: Beside<O::Shape>,
{
    let from = place(roster.len(), random);
    match step {
        Step::Remove => {
            roster.remove_at(from, now);
        }
        Step::Move => roster.move_to_head(from, now),
        Step::Return => {
            let gone = roster.gone();
            if gone > 0 {
                roster.put_back(place(gone, random), from, now);
            }
        }
        Step::Insert | Step::Change => {}
    }
}

/// A place below `places`; 0 where there is none.
pub fn place(places: usize, random: &mut Random) -> usize {
    usize::try_from(random.within(0..places as u64)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_schedule_follows_from_its_seed_and_keeps_to_its_most() {
        let turnover = Turnover { seed: 3, inserted: 2, removed: 1, changed: 4, ..Turnover::default() };
        let other = Turnover { seed: 4, ..turnover };
        let rounds = |turnover: Turnover| (0..200).map(|round| turnover.steps(round).0).collect::<Vec<_>>();
        let steps = rounds(turnover);
        assert_eq!(steps, rounds(turnover));
        assert_ne!(steps, rounds(other));
        let count = |round: &[Step], wanted| round.iter().filter(|step| **step == wanted).count();
        for (step, most) in
            [(Step::Insert, 2), (Step::Remove, 1), (Step::Change, 4), (Step::Return, 0), (Step::Move, 0)]
        {
            assert_eq!(steps.iter().map(|round| count(round, step)).max(), Some(most), "{step:?}");
            assert_eq!(steps.iter().map(|round| count(round, step)).min(), Some(0), "{step:?}");
        }
        assert!(steps.iter().any(|round| !round.is_sorted_by_key(|step| *step as u8)), "in any order");
    }
}

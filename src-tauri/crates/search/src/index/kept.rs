//! Answers to typed text that are kept, so that typing one more letter, taking one back, or changing a filter need not
//! start over.
//!
//! An answer is the set of rows of the large part that fulfil some conditions, before any filter. The large part never
//! changes, so an answer never ages; it goes when changes are folded in.

use crate::terms::{Condition, narrow};
use std::sync::{Arc, Mutex, PoisonError};

/// How many answers are kept. A word is seldom longer, and taking its letters back goes through all of them.
const KEPT: usize = if cfg!(test) { 3 } else { 16 };

/// Slots of each block, as bits.
pub(super) type Slots = Arc<Vec<Vec<u64>>>;

/// The rows that fulfil some conditions.
#[derive(Debug, Clone)]
pub(super) struct Answer {
    pub conditions: Arc<[Condition]>,
    pub slots: Slots,
    count: usize,
}

/// The kept answers, the one used last at the end.
#[derive(Debug, Default)]
pub(crate) struct Kept {
    answers: Mutex<Vec<Answer>>,
}

impl Kept {
    /// Gives all answers up.
    pub fn forget(&self) {
        self.answers.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// The answer to these conditions (and `true`), or the least of those to conditions that these narrow.
    pub fn best(&self, conditions: &[Condition]) -> Option<(Slots, bool)> {
        let mut answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(at) = answers.iter().position(|answer| *answer.conditions == *conditions) {
            let answer = answers.remove(at);
            let slots = Arc::clone(&answer.slots);
            answers.push(answer);
            return Some((slots, true));
        }
        let narrowed = answers.iter().filter(|answer| narrow(conditions, &answer.conditions));
        narrowed.min_by_key(|answer| answer.count).map(|answer| (Arc::clone(&answer.slots), false))
    }

    /// Keeps an answer.
    pub fn keep(&self, conditions: Vec<Condition>, slots: &Slots) {
        let count = slots.iter().flatten().map(|word| word.count_ones() as usize).sum();
        let answer = Answer { conditions: conditions.into(), slots: Arc::clone(slots), count };
        let mut answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        answers.retain(|other| other.conditions != answer.conditions);
        if answers.len() >= KEPT {
            answers.remove(0);
        }
        answers.push(answer);
    }
}

//! Answers to typed text that are kept, so that typing one more letter, taking one back, or changing a filter need not
//! start over.
//!
//! An answer is the set of rows that fulfil some conditions, before any filter. Rows whose texts change are noted once for
//! all answers, and each answer judges them anew when it is next used; nothing is thrown away because a sync goes on.

use crate::bits::Bits;
use crate::terms::{Condition, narrow};
use std::sync::{Arc, Mutex, PoisonError};

/// How many answers are kept. A word is seldom longer, and taking its letters back goes through all of them.
const KEPT: usize = if cfg!(test) { 3 } else { 16 };
/// How many answers to single letters are kept beside them: they have the most rows, and every search begins with one.
const KEPT_LETTERS: usize = if cfg!(test) { 3 } else { 64 };
/// After so many changes all answers go, because starting over costs no more.
const CHANGES_BORNE: usize = if cfg!(test) { 12 } else { 1 << 14 };

/// The rows that fulfil some conditions.
#[derive(Debug, Clone)]
pub(super) struct Answer {
    pub conditions: Arc<[Condition]>,
    pub rows: Arc<Bits>,
    /// How many changes it has seen.
    seen: usize,
    is_letter: bool,
}

/// The kept answers, the one used last at the end.
#[derive(Debug, Default)]
pub(super) struct Kept {
    answers: Mutex<Vec<Answer>>,
    /// Rows whose texts changed since the first of the answers.
    changes: Vec<u32>,
}

impl Kept {
    /// Notes that a row's texts came, changed or went.
    pub fn touch(&mut self, row: u32) {
        let answers = self.answers.get_mut().unwrap_or_else(PoisonError::into_inner);
        if self.changes.len() >= CHANGES_BORNE {
            answers.clear();
        }
        if answers.is_empty() {
            self.changes.clear();
        } else {
            self.changes.push(row);
        }
    }

    /// Gives all answers up.
    pub fn forget(&mut self) {
        *self = Self::default();
    }

    /// The answer to these conditions (and `true`), or the least of those to conditions that these narrow.
    pub fn best(&self, conditions: &[Condition]) -> Option<(Answer, bool)> {
        let answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(same) = answers.iter().find(|answer| *answer.conditions == *conditions) {
            return Some((same.clone(), true));
        }
        let narrowed = answers.iter().filter(|answer| narrow(conditions, &answer.conditions));
        narrowed.min_by_key(|answer| answer.rows.len()).map(|answer| (answer.clone(), false))
    }

    /// The rows whose texts changed since an answer was kept.
    pub fn changed_since(&self, answer: &Answer) -> &[u32] {
        self.changes.get(answer.seen..).unwrap_or_default()
    }

    /// Keeps an answer that has seen all changes.
    pub fn keep(&self, conditions: Vec<Condition>, rows: &Arc<Bits>) {
        let is_letter = matches!(&conditions[..], [Condition::Word(word)] if word.typed.len() == 1);
        let answer =
            Answer { conditions: conditions.into(), rows: Arc::clone(rows), seen: self.changes.len(), is_letter };
        let mut answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        answers.retain(|other| other.conditions != answer.conditions);
        let most = if is_letter { KEPT_LETTERS } else { KEPT };
        if answers.iter().filter(|other| other.is_letter == is_letter).count() >= most
            && let Some(oldest) = answers.iter().position(|other| other.is_letter == is_letter)
        {
            answers.remove(oldest);
        }
        answers.push(answer);
    }
}

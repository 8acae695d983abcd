//! The last few answers, so that windows of their rows can be asked for while the person scrolls.

use crate::kept_answer::KeptAnswer;
use kyc::{Problem, Trouble};
use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// Answers kept. The window shows one; while it scrolls, a refreshed one may replace it, and a second window or a typed
/// query may be in between.
const KEPT: usize = 8;

#[derive(Default)]
pub(crate) struct Results {
    kept: Mutex<Kept>,
    newest_question: Arc<AtomicU64>,
}

/// A question on its way, which a newer one overtakes.
pub(crate) struct Asked {
    number: u64,
    newest: Arc<AtomicU64>,
}

impl Asked {
    /// Whether somebody has asked something else since.
    pub(crate) fn is_overtaken(&self) -> bool {
        self.newest.load(Ordering::Relaxed) != self.number
    }
}

#[derive(Default)]
struct Kept {
    last_id: u32,
    answers: VecDeque<(u32, Arc<KeptAnswer>)>,
}

impl Results {
    /// Notes that a question is on its way and overtakes all earlier ones.
    pub(crate) fn ask(&self) -> Asked {
        let number = self.newest_question.fetch_add(1, Ordering::Relaxed) + 1;
        Asked { number, newest: Arc::clone(&self.newest_question) }
    }

    /// Keeps an answer, drops the oldest when there are too many, and gives the id of the new one.
    pub(crate) fn keep(&self, answer: KeptAnswer) -> u32 {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.last_id = kept.last_id.wrapping_add(1);
        let id = kept.last_id;
        kept.answers.push_back((id, Arc::new(answer)));
        if kept.answers.len() > KEPT {
            kept.answers.pop_front();
        }
        id
    }

    /// Forgets all answers.
    pub(crate) fn clear(&self) {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).answers.clear();
    }

    /// An answer by its id.
    ///
    /// # Errors
    /// [`Trouble::ResultGone`] when it is no longer kept.
    pub(crate) fn get(&self, id: u32) -> Result<Arc<KeptAnswer>, Problem> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let found = kept.answers.iter().find(|(kept_id, _)| *kept_id == id);
        found.map(|(_, answer)| Arc::clone(answer)).ok_or_else(|| Trouble::ResultGone.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kyc::CustomerKey;

    fn answer(key: u32) -> KeptAnswer {
        KeptAnswer::remembered(vec![CustomerKey(key)], 1)
    }

    #[test]
    fn a_newer_question_overtakes_the_older() {
        let results = Results::default();
        let first = results.ask();
        assert!(!first.is_overtaken());
        let second = results.ask();
        assert!(first.is_overtaken() && !second.is_overtaken());
    }

    #[test]
    fn the_oldest_answer_goes_first() {
        let results = Results::default();
        let ids: Vec<u32> = (0..=KEPT as u32).map(|key| results.keep(answer(key))).collect();
        assert_eq!(results.get(ids[0]).err().map(|problem| problem.trouble), Some(Trouble::ResultGone));
        assert_eq!(results.get(ids[1]).unwrap().keys(0..9), [CustomerKey(1)]);
        assert_eq!(results.get(ids[KEPT]).unwrap().keys(0..9), [CustomerKey(KEPT as u32)]);
    }
}

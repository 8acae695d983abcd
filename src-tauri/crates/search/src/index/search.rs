//! Answering a query: which of the rows with the text match the view and the filters, and how many of each class.

use super::Index;
use super::facets::judged;
use super::rows::{VACANT, at, flag};
use crate::bits::{Bits, bits_of};
use crate::terms::conditions;
use crate::{Found, Query, View};
use jiff::{SignedDuration, Timestamp};
use kyc::{Blocked, KycStatus};
use rayon::prelude::*;

/// For how long a customer may be pending before [`View::PendingLong`] shows them.
const PENDING_LONG: SignedDuration = SignedDuration::from_hours(3 * 24);

/// How many rows one thread judges at a time, in words of 64.
const WORDS_AT_A_TIME: usize = if cfg!(test) { 1 } else { 1 << 10 };
/// How many such pieces, for each thread, are judged between two looks at whether the search is still wanted.
const PIECES_BETWEEN_LOOKS: usize = 4;

/// Candidates, one bit each, and the first of their rows.
struct Piece<'a>(&'a [u64], u32);

/// Which rows of a piece match all of a query, and how many of each class match all but its filters.
struct Matching {
    per_class: Vec<u32>,
    words: Vec<u64>,
}

/// What views want to know of a class, as bits.
mod trait_of_class {
    pub(super) const PENDING: u8 = 1;
    pub(super) const REJECTED_UNBLOCKED: u8 = 2;
    pub(super) const UNKNOWN: u8 = 4;
    pub(super) const BLOCKED: u8 = 8;
}

/// Judges rows by views at one moment.
struct Viewer<'a> {
    index: &'a Index,
    traits: Vec<u8>,
    pending_since: i64,
}

impl<'a> Viewer<'a> {
    fn new(index: &'a Index, now: Timestamp) -> Self {
        let mut traits = vec![0; index.classes.bound()];
        for (number, class, _) in index.classes.iter() {
            let mut of_class = match class.kyc {
                KycStatus::Pending => trait_of_class::PENDING,
                KycStatus::Rejected if class.blocked != Blocked::Yes => trait_of_class::REJECTED_UNBLOCKED,
                KycStatus::Unknown(_) => trait_of_class::UNKNOWN,
                _ => 0,
            };
            if class.blocked == Blocked::Yes {
                of_class |= trait_of_class::BLOCKED;
            }
            if let Some(place) = traits.get_mut(number as usize) {
                *place = of_class;
            }
        }
        let pending_since = now.checked_sub(PENDING_LONG).unwrap_or(Timestamp::MIN).as_microsecond();
        Self { index, traits, pending_since }
    }

    /// Whether a row, of the given class, is in a view.
    fn shows(&self, view: View, row: u32, class: u32) -> bool {
        let rows = &self.index.rows;
        let of_class = at(&self.traits, class).unwrap_or_default();
        let has = |bit: u8| of_class & bit != 0;
        let rejected_paying =
            || has(trait_of_class::REJECTED_UNBLOCKED) && at(&rows.payments, row).is_some_and(|count| count > 0);
        match view {
            View::All => true,
            View::PendingLong => {
                has(trait_of_class::PENDING) && at(&rows.kyc_since, row).is_some_and(|since| since < self.pending_since)
            }
            View::RejectedPaying => rejected_paying(),
            View::Disagree => rows.has(row, flag::DISAGREES),
            View::Blocked => has(trait_of_class::BLOCKED),
            View::NeedsReview => has(trait_of_class::UNKNOWN) || rows.has(row, flag::DISAGREES) || rejected_paying(),
        }
    }
}

impl Index {
    /// Answers a query. `now` decides which customers have been pending for long.
    ///
    /// `stop` is asked again and again, on the caller's thread, whether the search is no longer wanted, as when the next
    /// letter has been typed; once it says yes the answer is `None`. The work itself is spread over all threads.
    pub fn search(&self, query: &Query, now: Timestamp, stop: &dyn Fn() -> bool) -> Option<Found> {
        let text = self.rows_with_text(conditions(&query.text), stop)?;
        let (verdicts, viewer) = (self.judge(query), Viewer::new(self, now));
        let judge = |piece: Piece<'_>| {
            let mut matching =
                Matching { per_class: vec![0; verdicts.len()], words: Vec::with_capacity(piece.0.len()) };
            let Piece(words, first) = piece;
            for (word, base) in words.iter().zip((first..).step_by(64)) {
                let mut fit = 0;
                for bit in bits_of(*word) {
                    let row = base + bit;
                    let Some(class) = at(&self.rows.classes, row).filter(|class| *class != VACANT) else { continue };
                    let verdict = at(&verdicts, class).unwrap_or_default();
                    if verdict & judged::CONNECTION == 0 || !viewer.shows(query.view, row, class) {
                        continue;
                    }
                    if let Some(count) = matching.per_class.get_mut(class as usize) {
                        *count += 1;
                    }
                    fit |= u64::from(verdict & judged::ALL == judged::ALL) << bit;
                }
                matching.words.push(fit);
            }
            matching
        };
        let everybody;
        let candidates = match &text {
            Some(text) => text.words(),
            None => {
                everybody = vec![u64::MAX; self.rows.bound().div_ceil(64)];
                &everybody
            }
        };
        let mut per_class = vec![0u32; self.classes.bound()];
        let mut matching = Vec::with_capacity(candidates.len());
        let round = WORDS_AT_A_TIME * PIECES_BETWEEN_LOOKS * rayon::current_num_threads();
        for (words, first) in candidates.chunks(round).zip((0..).step_by(round)) {
            if stop() {
                return None;
            }
            let pieces: Vec<Matching> = words
                .par_chunks(WORDS_AT_A_TIME)
                .enumerate()
                .map(|(piece, words)| {
                    let first = (first + piece * WORDS_AT_A_TIME) * 64;
                    judge(Piece(words, u32::try_from(first).unwrap_or(u32::MAX)))
                })
                .collect();
            for piece in pieces {
                per_class.iter_mut().zip(&piece.per_class).for_each(|(sum, count)| *sum += count);
                matching.extend_from_slice(&piece.words);
            }
        }
        let facets = self.facets(&per_class, &verdicts);
        let keys = self.in_order(&Bits::from_words(matching), query.sort, stop)?;
        Some(Found { total: keys.len(), keys, facets })
    }

    /// How many customers each view shows, without any filter, in the order of [`View::ALL`].
    pub fn view_counts(&self, now: Timestamp) -> [(View, u32); View::ALL.len()] {
        let viewer = Viewer::new(self, now);
        let mut counts = View::ALL.map(|view| (view, 0));
        for (row, class) in (0u32..).zip(&self.rows.classes) {
            if *class != VACANT {
                for (view, count) in &mut counts {
                    *count += u32::from(viewer.shows(*view, row, *class));
                }
            }
        }
        counts
    }
}

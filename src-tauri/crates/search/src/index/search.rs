//! Answering a query: which of the rows with the text match the view and the filters, and how many of each class.

use super::block::Block;
use super::columns::NO_TIME;
use super::facets::judged;
use super::kept::Slots;
use super::matches::{Grades, Matches};
use super::narrow::Narrow;
use super::numbers::flag;
use super::probe::Fit;
use super::store::Snapshot;
use crate::bits::bits_of;
use crate::terms::{Condition, conditions};
use crate::{Between, Found, Query, View};
use jiff::{SignedDuration, Timestamp};
use kyc::{Blocked, KycStatus};
use rayon::prelude::*;
use std::sync::Arc;

/// For how long a customer may be pending before [`View::PendingLong`] shows them.
const PENDING_LONG: SignedDuration = SignedDuration::from_hours(3 * 24);

/// How many blocks, for each thread, are looked at between two looks at whether the search is still wanted.
const BLOCKS_BETWEEN_LOOKS: usize = if cfg!(test) { 1 } else { 8 };

/// What views want to know of a class, as bits.
mod trait_of_class {
    pub(super) const PENDING: u8 = 1;
    pub(super) const REJECTED_UNBLOCKED: u8 = 2;
    pub(super) const UNKNOWN: u8 = 4;
    pub(super) const BLOCKED: u8 = 8;
}

/// Which slots of a block match all of a query, and how many of each class match all but its filters.
struct Matching {
    per_class: Vec<u32>,
    slots: Vec<u64>,
}

/// Judges rows by view and ranges.
struct Judge<'a> {
    query: &'a Query,
    traits: Vec<u8>,
    verdicts: Vec<u8>,
    pending_since: i64,
    /// Only the class matters.
    by_class: bool,
    /// Not even the class matters.
    lets_all_pass: bool,
}

/// Whether a row of a block disagrees.
type Disagrees<'a> = &'a (dyn Fn(u32) -> bool + Sync);

impl<'a> Judge<'a> {
    fn new(snapshot: &Snapshot, query: &'a Query, now: Timestamp) -> Self {
        let mut traits = vec![0; snapshot.classes.bound()];
        for (number, class, _) in snapshot.classes.iter() {
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
        let no_ranges = query.created.is_open()
            && query.last_payment.is_open()
            && query.status_changed.is_open()
            && query.payments.is_open()
            && query.paid.is_open();
        let by_class = query.view == View::All && no_ranges && query.listed.is_none() && query.disagrees.is_none();
        let verdicts = snapshot.judge(query);
        let all = judged::ALL | judged::CONNECTION;
        let lets_all_pass =
            by_class && snapshot.classes.iter().all(|(number, ..)| verdicts.get(number as usize) == Some(&all));
        Self { query, traits, verdicts, pending_since, by_class, lets_all_pass }
    }

    /// Whether a row is in a view.
    fn shows(&self, view: View, block: &Block, slot: u32, disagrees: Disagrees<'_>) -> bool {
        let of_class = self.traits.get(block.class(slot) as usize).copied().unwrap_or_default();
        let has = |bit: u8| of_class & bit != 0;
        let rejected_paying = || has(trait_of_class::REJECTED_UNBLOCKED) && block.payments(slot) > 0;
        match view {
            View::All => true,
            View::PendingLong => has(trait_of_class::PENDING) && block.kyc_since(slot) < self.pending_since,
            View::RejectedPaying => rejected_paying(),
            View::Disagree => disagrees(slot),
            View::Blocked => has(trait_of_class::BLOCKED),
            View::NeedsReview => has(trait_of_class::UNKNOWN) || disagrees(slot) || rejected_paying(),
        }
    }

    fn lets_pass(&self, block: &Block, slot: u32, disagrees: Disagrees<'_>) -> bool {
        let query = self.query;
        let time = |range: &Between<Timestamp>, time: &dyn Fn() -> i64| {
            range.is_open() || {
                let time = time();
                time != NO_TIME
                    && range.from.is_none_or(|from| from.as_microsecond() <= time)
                    && range.to.is_none_or(|to| time <= to.as_microsecond())
            }
        };
        self.shows(query.view, block, slot, disagrees)
            && query.listed.is_none_or(|listed| listed != block.is(slot, flag::UNLISTED))
            && query.disagrees.is_none_or(|wanted| wanted == disagrees(slot))
            && time(&query.created, &|| block.created(slot))
            && time(&query.last_payment, &|| block.last_payment(slot))
            && time(&query.status_changed, &|| {
                if block.is(slot, flag::KYC_CHANGED) { block.kyc_since(slot) } else { NO_TIME }
            })
            && (query.payments.is_open()
                || query.payments.has(block.is(slot, flag::PAYMENTS_STATED).then(|| block.payments(slot)).as_ref()))
            && (query.paid.is_open() || query.paid.has(block.paid(slot).as_ref()))
    }

    /// Judges some slots of a block.
    fn matching(&self, block: &Block, within: &[u64], hidden: Option<&[u64]>, disagrees: Disagrees<'_>) -> Matching {
        let mut matching =
            Matching { per_class: vec![0; self.verdicts.len()], slots: Vec::with_capacity(within.len()) };
        let mut hidden = hidden.unwrap_or_default().iter();
        for (word, first) in within.iter().zip((0u32..).step_by(64)) {
            let word = word & !hidden.next().copied().unwrap_or_default();
            if word == 0 {
                matching.slots.push(0);
                continue;
            }
            if self.lets_all_pass {
                let per_class = &mut matching.per_class;
                match block.classes() {
                    Narrow::Bytes(classes) => count_classes(classes, first, word, per_class),
                    Narrow::Shorts(classes) => count_classes(classes, first, word, per_class),
                    Narrow::Words(classes) => count_classes(classes, first, word, per_class),
                }
                matching.slots.push(word);
                continue;
            }
            let mut fit = 0;
            for bit in bits_of(word) {
                let slot = first + bit;
                let class = block.class(slot) as usize;
                let verdict = self.verdicts.get(class).copied().unwrap_or_default();
                if verdict & judged::CONNECTION == 0 || !self.by_class && !self.lets_pass(block, slot, disagrees) {
                    continue;
                }
                if let Some(count) = matching.per_class.get_mut(class) {
                    *count += 1;
                }
                fit |= u64::from(verdict & judged::ALL == judged::ALL) << bit;
            }
            matching.slots.push(fit);
        }
        matching
    }
}

/// Counts the classes of 64 slots from `first` on, those of the bits in `word`.
#[inline]
fn count_classes<T: Copy + Into<u32>>(classes: &[T], first: u32, word: u64, per_class: &mut [u32]) {
    let classes = classes.get((first as usize).min(classes.len())..).unwrap_or_default();
    let count = |class: T| {
        if let Some(count) = per_class.get_mut(class.into() as usize) {
            *count += 1;
        }
    };
    match classes.first_chunk::<64>() {
        Some(classes) if word == u64::MAX => classes.iter().copied().for_each(count),
        _ => bits_of(word).filter_map(|bit| classes.get(bit as usize)).copied().for_each(count),
    }
}

impl Snapshot {
    /// Answers a query, all customers at once; [`find`](Self::find) does not write them all down.
    ///
    /// `now` and `stop` are those of `find`.
    pub fn search(&self, query: &Query, now: Timestamp, stop: &dyn Fn() -> bool) -> Option<Found> {
        let matches = self.find(query, now, stop)?;
        let keys = matches.keys(0..matches.total());
        Some(Found { total: keys.len(), keys, facets: matches.into_facets() })
    }

    /// Answers a query. `now` decides which customers have been pending for long.
    ///
    /// `stop` is asked again and again, on the caller's thread, whether the search is no longer wanted, as when the next
    /// letter has been typed; once it says yes the answer is `None`. The work itself is spread over all threads.
    pub fn find(&self, query: &Query, now: Timestamp, stop: &dyn Fn() -> bool) -> Option<Matches> {
        let conditions = conditions(&query.text);
        let by_relevance = query.by_relevance && !conditions.is_empty();
        let text = self.slots_with_text(conditions, stop)?;
        let judge = Judge::new(self, query, now);
        let mut per_class = vec![0u32; self.classes.bound()];
        let mut add = |counts: &[u32]| per_class.iter_mut().zip(counts).for_each(|(sum, count)| *sum += count);

        let slots = self.each_block(stop, |place, block| {
            let within = text.as_ref().and_then(|(slots, _)| slots.get(place)).map_or(block.present(), Vec::as_slice);
            let page = self.disagrees.page(block.number).unwrap_or_default();
            let disagrees = |slot: u32| page.get(slot as usize / 64).is_some_and(|word| word & 1 << (slot % 64) != 0);
            judge.matching(block, within, self.delta.hidden.page(block.number), &disagrees)
        })?;
        let slots: Vec<Vec<u64>> = slots
            .into_iter()
            .map(|matching| {
                add(&matching.per_class);
                matching.slots
            })
            .collect();
        let delta = &self.delta.block;
        let of_delta = judge.matching(
            delta,
            text.as_ref().map_or(delta.present(), |(_, slots)| slots.as_slice()),
            None,
            &|slot| self.delta.keys.get(slot as usize).is_some_and(|key| self.disagrees.contains(*key)),
        );
        add(&of_delta.per_class);
        if stop() {
            return None;
        }
        let facets = self.facets(&per_class, &judge.verdicts);
        let grades = if by_relevance { Some(self.grades(query, stop)?) } else { None };
        self.in_order(Arc::new(slots), &of_delta.slots, facets, query, grades, stop)
    }

    /// How many customers each view shows, without any filter, in the order of [`View::ALL`].
    pub fn view_counts(&self, now: Timestamp) -> [(View, u32); View::ALL.len()] {
        let query = Query::default();
        let judge = Judge::new(self, &query, now);
        let count = |block: &Block, hidden: &[u64], disagrees: Disagrees<'_>| {
            let mut counts = [0; View::ALL.len()];
            let mut hidden = hidden.iter();
            for (word, first) in block.present().iter().zip((0u32..).step_by(64)) {
                for bit in bits_of(word & !hidden.next().copied().unwrap_or_default()) {
                    for (view, count) in View::ALL.into_iter().zip(&mut counts) {
                        *count += u32::from(judge.shows(view, block, first + bit, disagrees));
                    }
                }
            }
            counts
        };
        let of_blocks = self.base.blocks.par_iter().map(|block| {
            let page = self.disagrees.page(block.number).unwrap_or_default();
            count(block, self.delta.hidden.page(block.number).unwrap_or_default(), &|slot| {
                page.get(slot as usize / 64).is_some_and(|word| word & 1 << (slot % 64) != 0)
            })
        });
        let mut sums: Vec<[u32; View::ALL.len()]> = of_blocks.collect();
        sums.push(count(&self.delta.block, &[], &|slot| {
            self.delta.keys.get(slot as usize).is_some_and(|key| self.disagrees.contains(*key))
        }));
        let mut counts = View::ALL.map(|view| (view, 0));
        for of_block in sums {
            counts.iter_mut().zip(of_block).for_each(|((_, sum), count)| *sum += count);
        }
        counts
    }

    /// The slots that fulfil all conditions, in each block and among the changes; `Some(None)` without conditions, `None`
    /// when stopped.
    #[expect(clippy::option_option, reason = "stopped, unlimited and limited are three different things")]
    fn slots_with_text(
        &self,
        conditions: Vec<Condition>,
        stop: &dyn Fn() -> bool,
    ) -> Option<Option<(Slots, Vec<u64>)>> {
        if conditions.is_empty() {
            return Some(None);
        }
        let ready = self.ready(&conditions, Fit::Within, stop)?;
        let slots = match self.base.kept.best(&conditions) {
            Some((slots, true)) => slots,
            known => {
                let known = known.map(|(slots, _)| slots);
                Arc::new(self.each_block(stop, |place, block| {
                    let within = known.as_ref().and_then(|slots| slots.get(place));
                    self.fulfilling(&ready, block, within.map_or(block.present(), Vec::as_slice))
                })?)
            }
        };
        let delta = &self.delta.block;
        let of_delta = self.fulfilling(&ready, delta, delta.present());
        drop(ready);
        self.base.kept.keep(conditions, &slots);
        Some(Some((slots, of_delta)))
    }

    /// Which rows have the text well.
    fn grades(&self, query: &Query, stop: &dyn Fn() -> bool) -> Option<Grades> {
        let conditions = conditions(&query.text);
        let grade = |fit: Fit| {
            let ready = self.ready(&conditions, fit, stop)?;
            let slots = self.each_block(stop, |_, block| self.fulfilling(&ready, block, block.present()))?;
            let delta = &self.delta.block;
            Some((slots, self.fulfilling(&ready, delta, delta.present())))
        };
        Some([grade(Fit::Whole)?, grade(Fit::Beginning)?])
    }

    /// Does something with each block, on all threads; `None` when stopped.
    fn each_block<T: Send>(&self, stop: &dyn Fn() -> bool, work: impl Fn(usize, &Block) -> T + Sync) -> Option<Vec<T>> {
        let mut done = Vec::with_capacity(self.base.blocks.len());
        let round = BLOCKS_BETWEEN_LOOKS * rayon::current_num_threads();
        for (blocks, first) in self.base.blocks.chunks(round).zip((0..).step_by(round)) {
            if stop() {
                return None;
            }
            done.par_extend(blocks.par_iter().enumerate().map(|(place, block)| work(first + place, block)));
        }
        Some(done)
    }
}

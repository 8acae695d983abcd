//! Answering a query: which rows match the text, the view and the filters.

use super::Index;
use super::facets::judged;
use super::record::{EMAIL, EXACT_EMAIL, ID, INTERNATIONAL, NAME, PHONE, field, marker_at};
use super::rows::{VACANT, at, flag};
use super::texts::Hit;
use crate::bits::Bits;
use crate::fold::phone::Needle;
use crate::fold::romanise::{Lattice, Sieve, Walk};
use crate::terms::{Condition, Cyrillic, Word, conditions};
use crate::{Found, Query, View};
use aho_corasick::{AhoCorasick, MatchKind};
use jiff::{SignedDuration, Timestamp};
use kyc::{Blocked, KycStatus};
use memchr::memmem::Finder;

/// For how long a customer may be pending before [`View::PendingLong`] shows them.
const PENDING_LONG: SignedDuration = SignedDuration::from_hours(3 * 24);

/// How many rows are judged between two looks at whether the search is still wanted.
const ROWS_BETWEEN_LOOKS: usize = 1 << 16;

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
    /// `stop` is asked again and again whether the search is no longer wanted, as when the next letter has been typed; once
    /// it says yes the answer is `None`. Only the first sorting by a column of an index of many rows cannot be stopped
    /// midway.
    pub fn search(&self, query: &Query, now: Timestamp, stop: &dyn Fn() -> bool) -> Option<Found> {
        let text = self.rows_with_text(&conditions(&query.text), stop)?;
        let (verdicts, viewer) = (self.judge(query), Viewer::new(self, now));
        let mut per_class = vec![0u32; self.classes.bound()];
        let mut matching = Bits::new(self.rows.bound());
        for (row, class) in (0u32..).zip(&self.rows.classes) {
            if (row as usize).is_multiple_of(ROWS_BETWEEN_LOOKS) && stop() {
                return None;
            }
            if *class == VACANT || text.as_ref().is_some_and(|text| !text.contains(row)) {
                continue;
            }
            let verdict = at(&verdicts, *class).unwrap_or_default();
            if verdict & judged::CONNECTION == 0 || !viewer.shows(query.view, row, *class) {
                continue;
            }
            if let Some(count) = per_class.get_mut(*class as usize) {
                *count += 1;
            }
            if verdict & judged::ALL == judged::ALL {
                matching.insert(row);
            }
        }
        let facets = self.facets(&per_class, &verdicts);
        let keys = self.in_order(&matching, query.sort, stop)?;
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

    /// The rows that fulfil all conditions; `Some(None)` when there are none, `None` when stopped.
    #[expect(clippy::option_option, reason = "stopped, unlimited and limited are three different things")]
    fn rows_with_text(&self, conditions: &[Condition], stop: &dyn Fn() -> bool) -> Option<Option<Bits>> {
        let mut all: Option<Bits> = None;
        for condition in conditions {
            let rows = match condition {
                Condition::Word(word) => self.rows_with_word(word, stop)?,
                Condition::Run { phone, words } => {
                    let mut rows: Option<Bits> = None;
                    for word in words {
                        limit(&mut rows, self.rows_with_word(word, stop)?);
                    }
                    let mut rows = rows.unwrap_or_default();
                    self.add_phones(phone, &mut rows, stop)?;
                    rows
                }
            };
            let nobody = rows.is_empty();
            limit(&mut all, rows);
            if nobody {
                break;
            }
        }
        Some(all)
    }

    fn rows_with_word(&self, word: &Word, stop: &dyn Fn() -> bool) -> Option<Bits> {
        let mut rows = Bits::new(self.rows.bound());
        let folded = word.folded.as_bytes();
        self.texts.scan(text_finder(folded), &mut rows, stop, |record, at| match marker_at(record, at) {
            EXACT_EMAIL => Hit::LookOn,
            _ => Hit::Row,
        })?;
        if let Some(dashless) = word.dashless.as_deref().filter(|dashless| *dashless != word.folded) {
            self.texts.scan(text_finder(dashless.as_bytes()), &mut rows, stop, |record, at| {
                match marker_at(record, at) {
                    ID => Hit::Row,
                    _ => Hit::LookOn,
                }
            })?;
        }
        if let Some(phone) = &word.phone {
            self.add_phones(phone, &mut rows, stop)?;
        }
        if let Some(latin) = &word.latin {
            self.texts.scan_spellings(folded, latin.alphabet, &mut rows, stop)?;
        }
        if let Some(Cyrillic { lattice }) = &word.cyrillic {
            self.add_romanised(lattice, &mut rows, stop)?;
        }
        Some(rows)
    }

    /// Adds the rows in whose name or e-mail a spelling stands.
    fn add_romanised(&self, lattice: &Lattice, rows: &mut Bits, stop: &dyn Fn() -> bool) -> Option<()> {
        let mut walk = Walk::default();
        let in_latin_text = |record: &[u8], at: usize| matches!(marker_at(record, at), NAME | EMAIL);
        match lattice.sieve() {
            Sieve::Spellings(texts) => self.texts.scan(texts_finder(&texts), rows, stop, |record, at| {
                if in_latin_text(record, at) { Hit::Row } else { Hit::LookOn }
            }),
            Sieve::Beginnings(texts) => self.texts.scan(texts_finder(&texts), rows, stop, |record, at| {
                let stands = in_latin_text(record, at) && lattice.stands_at(record, at, &mut walk).is_some();
                if stands { Hit::Row } else { Hit::LookOn }
            }),
            Sieve::Within(text) => self.texts.scan(text_finder(text.as_bytes()), rows, stop, |record, _| {
                let stands =
                    |text: &[u8]| (0..text.len()).any(|from| lattice.stands_at(text, from, &mut walk).is_some());
                if [NAME, EMAIL].into_iter().filter_map(|marker| field(record, marker)).any(stands) {
                    Hit::Row
                } else {
                    Hit::NotThisRow
                }
            }),
        }
    }

    fn add_phones(&self, phone: &Needle, rows: &mut Bits, stop: &dyn Fn() -> bool) -> Option<()> {
        self.texts.scan(text_finder(phone.digits.as_bytes()), rows, stop, |record, at| {
            match marker_at(record, at) {
                PHONE | INTERNATIONAL => Hit::Row,
                _ => Hit::LookOn,
            }
        })?;
        let Some(beginning) = &phone.beginning else { return Some(()) };
        let mut pattern = vec![INTERNATIONAL];
        pattern.extend_from_slice(beginning.as_bytes());
        self.texts.scan(text_finder(&pattern), rows, stop, |_, _| Hit::Row)
    }
}

/// Finds the first place of a text.
fn text_finder(text: &[u8]) -> impl Fn(&[u8]) -> Option<usize> + use<> {
    let finder = Finder::new(text).into_owned();
    move |bytes| finder.find(bytes)
}

type Find = Box<dyn Fn(&[u8]) -> Option<usize>>;

/// Finds the first place of any of some texts.
fn texts_finder(texts: &[String]) -> Find {
    if let [only] = texts {
        return Box::new(text_finder(only.as_bytes()));
    }
    match AhoCorasick::builder().match_kind(MatchKind::LeftmostFirst).build(texts) {
        Ok(finder) => Box::new(move |bytes| finder.find(bytes).map(|hit| hit.start())),
        // Only gigabytes of texts cannot be looked for at once.
        Err(_) => {
            let finders: Vec<_> = texts.iter().map(|text| text_finder(text.as_bytes())).collect();
            Box::new(move |bytes| finders.iter().filter_map(|find| find(bytes)).min())
        }
    }
}

/// Keeps what is also in `rows`.
fn limit(all: &mut Option<Bits>, rows: Bits) {
    match all {
        Some(all) => all.intersect(&rows),
        None => *all = Some(rows),
    }
}

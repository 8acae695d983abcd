//! Sorting all rows of the large part by their keys: parted into buckets by sampled keys, then bucket by bucket.
//!
//! It can be left between any two slices and gone on with. Besides the rows themselves it needs room for the keys of one
//! bucket for each thread, so that a million rows are sorted without taking memory that a sorting of all keys at once would.

use super::sort_key::SortKeys;
use rayon::prelude::*;
use std::cmp::Ordering;

/// About how many rows a bucket has.
const ROWS_IN_BUCKET: usize = if cfg!(test) { 8 } else { 1 << 13 };
/// How many rows are sampled for each bucket.
const SAMPLES_FOR_BUCKET: usize = 16;
/// How many rows one thread parts at a time.
const ROWS_AT_A_TIME: usize = if cfg!(test) { 8 } else { 1 << 15 };
/// How many buckets, for each thread, are sorted between two looks at whether the order is still wanted.
const BUCKETS_AT_A_TIME: usize = if cfg!(test) { 1 } else { 4 };
/// Bucket numbers have sixteen bits, and there are two for each bound.
const MOST_BUCKETS: usize = 1 << 15;

/// Some rows with their keys, which are laid one after another.
#[derive(Debug, Default)]
pub(super) struct Keyed {
    entries: Vec<Entry>,
    /// Each after its length.
    keys: Vec<u8>,
    /// How many bytes all keys have in common.
    common: usize,
}

#[derive(Debug, Clone, Copy)]
struct Entry {
    /// The bytes after the common ones, which decide most comparisons.
    beginning: u64,
    /// Where in `keys` the key stands.
    at: u32,
    number: u32,
}

impl Keyed {
    /// Adds a row, and its key as `write` appends it. Equal keys are ordered by number.
    pub fn add(&mut self, number: u32, write: impl FnOnce(&mut Vec<u8>)) {
        let at = self.keys.len();
        self.keys.extend_from_slice(&[0; size_of::<u32>()]);
        write(&mut self.keys);
        let len = self.keys.len() - at - size_of::<u32>();
        if let Some(place) = self.keys.get_mut(at..at + size_of::<u32>()) {
            place.copy_from_slice(&u32::try_from(len).unwrap_or(u32::MAX).to_le_bytes());
        }
        let at = u32::try_from(at).unwrap_or(u32::MAX);
        let mut beginning = [0; size_of::<u64>()];
        let rest = self.key_at(at).get(self.common..).unwrap_or_default();
        beginning.iter_mut().zip(rest).for_each(|(place, byte)| *place = *byte);
        self.entries.push(Entry { beginning: u64::from_be_bytes(beginning), at, number });
    }

    /// Puts the rows in order.
    pub fn sort(&mut self) {
        let mut entries = std::mem::take(&mut self.entries);
        entries.sort_unstable_by(|a, b| {
            let by_beginning = a.beginning.cmp(&b.beginning);
            by_beginning.then_with(|| self.key_at(a.at).cmp(self.key_at(b.at))).then_with(|| a.number.cmp(&b.number))
        });
        self.entries = entries;
    }

    /// The rows' numbers and keys.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (u32, &[u8])> {
        self.entries.iter().map(|entry| (entry.number, self.key_at(entry.at)))
    }

    fn key_at(&self, at: u32) -> &[u8] {
        let rest = self.keys.get(at as usize..).unwrap_or_default();
        let Some((len, rest)) = rest.split_first_chunk() else { return &[] };
        rest.get(..u32::from_le_bytes(*len) as usize).unwrap_or_default()
    }

    /// Makes room for keys that all begin with as many bytes in common.
    fn clear(&mut self, common: usize) {
        self.entries.clear();
        self.keys.clear();
        self.common = common;
    }
}

/// The sorting of all rows, as far as it has got.
#[derive(Debug)]
pub(super) struct Sorting {
    /// The rows that have a place, ascending until they are parted.
    rows: Vec<u32>,
    missing: Vec<u32>,
    /// Ascending, each once. Rows between two bounds make a bucket, and so do the rows at each bound, which need no sorting.
    bounds: Vec<Box<[u8]>>,
    /// The bucket of each row, as far as known.
    buckets: Vec<u16>,
    /// Where each bucket ends, once all rows are parted.
    ends: Vec<usize>,
    /// How many buckets are sorted.
    sorted: usize,
}

impl Sorting {
    /// Begins.
    pub fn new(keys: &SortKeys<'_>, base: &super::store::Base) -> Self {
        let (rows, missing): (Vec<u32>, Vec<u32>) =
            base.rows().partition(|row| base.at(*row).is_some_and(|(block, slot)| keys.has_place(block, slot)));
        let wanted = (rows.len() / ROWS_IN_BUCKET).min(MOST_BUCKETS - 1);
        let mut samples = Keyed::default();
        let step = (rows.len() / (wanted * SAMPLES_FOR_BUCKET).max(1)).max(1);
        for row in rows.iter().step_by(step).filter(|_| wanted > 0) {
            write(keys, base, *row, &mut samples);
        }
        samples.sort();
        let chosen = samples.iter().skip(SAMPLES_FOR_BUCKET / 2).step_by(SAMPLES_FOR_BUCKET);
        let mut bounds: Vec<Box<[u8]>> = chosen.map(|(_, key)| key.into()).take(MOST_BUCKETS - 1).collect();
        bounds.dedup();
        let buckets = Vec::with_capacity(rows.len());
        Self { rows, missing, bounds, buckets, ends: Vec::new(), sorted: 0 }
    }

    /// Sorts on; `None` when stopped. Something is done in any case, so that whoever calls this again and again, however
    /// little time each call has, comes to an end. Gives the rows in order and how many of them have a place.
    pub fn go_on(
        &mut self,
        keys: &SortKeys<'_>,
        base: &super::store::Base,
        stop: &dyn Fn() -> bool,
    ) -> Option<(Vec<u32>, usize)> {
        let threads = rayon::current_num_threads();
        let mut has_begun = false;
        let mut is_over = || std::mem::replace(&mut has_begun, true) && stop();
        while self.buckets.len() < self.rows.len() {
            if is_over() {
                return None;
            }
            let rest = self.rows.get(self.buckets.len()..).unwrap_or_default();
            let rest = rest.get(..rest.len().min(ROWS_AT_A_TIME * threads)).unwrap_or_default();
            let bounds = &self.bounds;
            self.buckets.par_extend(rest.par_iter().with_min_len(ROWS_AT_A_TIME / 4).map_init(
                Vec::new,
                |room, row| {
                    room.clear();
                    if let Some((block, slot)) = base.at(*row) {
                        keys.write(block, slot, room);
                    }
                    bucket(bounds, room)
                },
            ));
        }
        if self.ends.is_empty() {
            self.part();
        }
        while self.sorted < self.ends.len() {
            if is_over() {
                return None;
            }
            let last = (self.sorted + 2 * BUCKETS_AT_A_TIME * threads).min(self.ends.len());
            self.sort_buckets(last, keys, base);
        }
        let mut rows = std::mem::take(&mut self.rows);
        let present = rows.len();
        rows.reserve_exact(self.missing.len());
        rows.append(&mut self.missing); // rows ascend as keys do
        Some((rows, present))
    }

    /// Puts the rows of each bucket together; within it they go on ascending.
    fn part(&mut self) {
        let mut places = vec![0usize; 2 * self.bounds.len() + 1];
        for bucket in &self.buckets {
            if let Some(place) = places.get_mut(usize::from(*bucket)) {
                *place += 1;
            }
        }
        let mut end = 0;
        for place in &mut places {
            end += std::mem::replace(place, end);
        }
        let mut rows = vec![0; self.rows.len()];
        for (row, bucket) in self.rows.iter().zip(&self.buckets) {
            if let Some(place) = places.get_mut(usize::from(*bucket)) {
                if let Some(to) = rows.get_mut(*place) {
                    *to = *row;
                }
                *place += 1;
            }
        }
        self.rows = rows;
        self.ends = places; // each place has gone on to the end of its bucket
    }

    fn sort_buckets(&mut self, last: usize, keys: &SortKeys<'_>, base: &super::store::Base) {
        let start_of =
            |bucket: usize| bucket.checked_sub(1).and_then(|before| self.ends.get(before)).map_or(0, |end| *end);
        let mut slices = Vec::new();
        let mut start = start_of(self.sorted);
        let mut rest = self.rows.get_mut(start..).unwrap_or_default();
        for number in self.sorted..last {
            let end = self.ends.get(number).copied().unwrap_or(start);
            let (rows, after) = rest.split_at_mut(end - start);
            // Odd buckets hold what is equal to a bound.
            if number % 2 == 0 && rows.len() > 1 {
                let low = (number / 2).checked_sub(1).and_then(|low| self.bounds.get(low));
                let common = low.zip(self.bounds.get(number / 2)).map_or(0, |(low, high)| common(low, high));
                slices.push((rows, common));
            }
            (rest, start) = (after, end);
        }
        slices.into_par_iter().for_each_init(Keyed::default, |keyed, (rows, common)| {
            keyed.clear(common);
            rows.iter().for_each(|row| write(keys, base, *row, keyed));
            keyed.sort();
            rows.iter_mut().zip(keyed.iter()).for_each(|(row, (sorted, _))| *row = sorted);
        });
        self.sorted = last;
    }
}

fn write(keys: &SortKeys<'_>, base: &super::store::Base, row: u32, keyed: &mut Keyed) {
    keyed.add(row, |out| {
        if let Some((block, slot)) = base.at(row) {
            keys.write(block, slot, out);
        }
    });
}

/// The bucket of a key: twice the number of bounds below it, and one more when it is a bound itself.
fn bucket(bounds: &[Box<[u8]>], key: &[u8]) -> u16 {
    let below = bounds.partition_point(|bound| bound.as_ref().cmp(key) == Ordering::Less);
    let is_bound = bounds.get(below).is_some_and(|bound| bound.as_ref() == key);
    u16::try_from(2 * below + usize::from(is_bound)).unwrap_or(u16::MAX)
}

/// How many bytes two keys begin with in common; whatever lies between them has these too.
fn common(one: &[u8], other: &[u8]) -> usize {
    one.iter().zip(other).take_while(|(one, other)| one == other).count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn rows_are_sorted_by_key_and_number(texts in proptest::collection::vec("p(a|b|ab|\u{0}){0,12}", 0..60)) {
            let mut keyed = Keyed::default();
            keyed.clear(1);
            let mut expected: Vec<(&[u8], u32)> = Vec::new();
            for (number, text) in (0u32..).zip(&texts) {
                keyed.add(number, |out| out.extend_from_slice(text.as_bytes()));
                expected.push((text.as_bytes(), number));
            }
            keyed.sort();
            expected.sort_unstable();
            prop_assert_eq!(keyed.iter().map(|(number, key)| (key, number)).collect::<Vec<_>>(), expected);
        }

        #[test]
        fn buckets_order_as_keys_do(mut bounds in proptest::collection::vec("[abc]{0,4}", 0..9), one in "[abc]{0,4}", other in "[abc]{0,4}") {
            bounds.sort();
            bounds.dedup();
            let bounds: Vec<Box<[u8]>> = bounds.iter().map(|bound| bound.as_bytes().into()).collect();
            let (of_one, of_other) = (bucket(&bounds, one.as_bytes()), bucket(&bounds, other.as_bytes()));
            if of_one == of_other {
                prop_assert!(of_one % 2 == 0 || one == other);
            } else {
                prop_assert_eq!(of_one.cmp(&of_other), one.cmp(&other));
            }
        }
    }
}

//! Columns of places, times and amounts, kept small: places ascend, most times are whole seconds of this century, most amounts have at most four
//! decimal places, and many providers state neither.

use rust_decimal::Decimal;
use std::collections::BTreeMap;

/// Stands for a time that is missing; earlier than any time there is.
pub(crate) const NO_TIME: i64 = i64::MIN;

const MISSING: u32 = 0;
const ELSEWHERE: u32 = u32::MAX;
const MICROS: i64 = 1_000_000;

/// Times in microseconds since 1970 UTC, by slot.
#[derive(Debug, Clone, Default)]
pub(crate) struct Times {
    /// Whole seconds plus one; empty as long as all are missing.
    seconds: Vec<u32>,
    /// What is beyond the whole seconds; empty as long as nothing is.
    micros: Vec<u32>,
    /// Those that do not fit.
    others: BTreeMap<u32, i64>,
}

impl Times {
    /// Writes the time of a slot; slots come in ascending order.
    pub fn set(&mut self, slot: u32, time: i64) {
        if time == NO_TIME {
            return;
        }
        let (seconds, micros) = (time.div_euclid(MICROS), time.rem_euclid(MICROS));
        let fits = u32::try_from(seconds + 1).ok().filter(|kept| *kept != MISSING && *kept != ELSEWHERE);
        write(&mut self.seconds, slot, fits.unwrap_or(ELSEWHERE));
        if fits.is_none() {
            self.others.insert(slot, time);
        } else if micros != 0 {
            write(&mut self.micros, slot, u32::try_from(micros).unwrap_or_default());
        }
    }

    /// The time of a slot, or [`NO_TIME`].
    #[inline]
    pub fn get(&self, slot: u32) -> i64 {
        match self.seconds.get(slot as usize) {
            None | Some(&MISSING) => NO_TIME,
            Some(&ELSEWHERE) => self.others.get(&slot).copied().unwrap_or(NO_TIME),
            Some(&kept) => {
                let micros = self.micros.get(slot as usize).copied().unwrap_or_default();
                (i64::from(kept) - 1) * MICROS + i64::from(micros)
            }
        }
    }

    /// The bytes it holds, but for those that do not fit.
    pub fn held(&self) -> usize {
        (self.seconds.capacity() + self.micros.capacity()) * size_of::<u32>()
    }

    /// Gives back room that is not used.
    pub fn shrink(&mut self) {
        self.seconds.shrink_to_fit();
        self.micros.shrink_to_fit();
    }
}

/// No amount.
const NO_AMOUNT: i64 = i64::MIN;
const AMOUNT_ELSEWHERE: i64 = i64::MIN + 1;
const PLACES: u32 = 4;

/// Amounts in major units, by slot.
#[derive(Debug, Clone, Default)]
pub(crate) struct Amounts {
    /// In ten-thousandths; empty as long as all are missing.
    scaled: Vec<i64>,
    /// Those that do not fit.
    others: BTreeMap<u32, Decimal>,
}

impl Amounts {
    /// Writes the amount of a slot; slots come in ascending order.
    pub fn set(&mut self, slot: u32, amount: Option<Decimal>) {
        let Some(amount) = amount else { return };
        let mut scaled = amount;
        scaled.rescale(PLACES);
        let fits = (scaled == amount && scaled.scale() == PLACES)
            .then(|| i64::try_from(scaled.mantissa()).ok())
            .flatten()
            .filter(|kept| *kept > AMOUNT_ELSEWHERE);
        if self.scaled.len() <= slot as usize {
            self.scaled.resize(slot as usize + 1, NO_AMOUNT);
        }
        if let Some(place) = self.scaled.get_mut(slot as usize) {
            *place = fits.unwrap_or(AMOUNT_ELSEWHERE);
        }
        if fits.is_none() {
            self.others.insert(slot, amount);
        }
    }

    /// The amount of a slot.
    pub fn get(&self, slot: u32) -> Option<Decimal> {
        match *self.scaled.get(slot as usize)? {
            NO_AMOUNT => None,
            AMOUNT_ELSEWHERE => self.others.get(&slot).copied(),
            scaled => Some(Decimal::new(scaled, PLACES)),
        }
    }

    /// The bytes it holds, but for those that do not fit.
    pub fn held(&self) -> usize {
        self.scaled.capacity() * size_of::<i64>()
    }

    /// Gives back room that is not used.
    pub fn shrink(&mut self) {
        self.scaled.shrink_to_fit();
    }
}

/// Where something ends for each slot, ascending: the lower half of each place, and where the upper half grows.
#[derive(Debug, Clone, Default)]
pub(crate) struct Ends {
    lower: Vec<u16>,
    /// The slots from which on the upper half is greater by one.
    growths: Vec<u32>,
}

impl Ends {
    /// How many slots there are.
    pub fn len(&self) -> usize {
        self.lower.len()
    }

    /// Where the next slot ends.
    pub fn push(&mut self, end: usize) {
        let slot = u32::try_from(self.lower.len()).unwrap_or(u32::MAX);
        self.growths.resize((end >> 16).max(self.growths.len()), slot);
        self.lower.push((end & 0xFFFF) as u16);
    }

    /// From where to where a slot goes.
    #[inline]
    pub fn span(&self, slot: u32) -> std::ops::Range<usize> {
        let Some(lower) = self.lower.get(slot as usize) else { return 0..0 };
        let growths = self.growths.partition_point(|growth| *growth <= slot);
        let end = growths << 16 | usize::from(*lower);
        let Some(before) = slot.checked_sub(1) else { return 0..end };
        let mut upper = growths;
        while upper > 0 && self.growths.get(upper - 1) == Some(&slot) {
            upper -= 1;
        }
        let start = upper << 16 | self.lower.get(before as usize).map_or(0, |lower| usize::from(*lower));
        start..end
    }

    /// The bytes it holds.
    pub fn held(&self) -> usize {
        self.lower.capacity() * size_of::<u16>() + self.growths.capacity() * size_of::<u32>()
    }

    /// Gives back room that is not used.
    pub fn shrink(&mut self) {
        self.lower.shrink_to_fit();
        self.growths.shrink_to_fit();
    }
}

fn write(column: &mut Vec<u32>, slot: u32, value: u32) {
    if column.len() <= slot as usize {
        column.resize(slot as usize + 1, 0);
    }
    if let Some(place) = column.get_mut(slot as usize) {
        *place = value;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_is_written_is_read(times in proptest::collection::vec(prop_oneof![Just(NO_TIME), any::<i64>().prop_map(|time| time.max(NO_TIME + MICROS * 2)), 0i64..5_000_000_000_000_000], 0..40)) {
            let mut column = Times::default();
            (0u32..).zip(&times).for_each(|(slot, time)| column.set(slot, *time));
            for (slot, time) in (0u32..).zip(&times) {
                prop_assert_eq!(column.get(slot), *time);
            }
            prop_assert_eq!(column.get(1000), NO_TIME);
        }

        #[test]
        fn spans_follow_each_other(lengths in proptest::collection::vec(prop_oneof![0usize..90, 60_000usize..200_000], 0..40)) {
            let (mut ends, mut end) = (Ends::default(), 0);
            for length in &lengths {
                end += length;
                ends.push(end);
            }
            let mut start = 0;
            for (slot, length) in (0u32..).zip(&lengths) {
                prop_assert_eq!(ends.span(slot), start..start + length);
                start += length;
            }
            prop_assert_eq!(ends.len(), lengths.len());
        }

        #[test]
        fn amounts_keep_their_value(amounts in proptest::collection::vec(proptest::option::of((any::<i64>(), 0u32..20)), 0..40)) {
            let mut column = Amounts::default();
            let amounts: Vec<Option<Decimal>> = amounts.into_iter().map(|amount| amount.map(|(mantissa, scale)| Decimal::new(mantissa, scale))).collect();
            (0u32..).zip(&amounts).for_each(|(slot, amount)| column.set(slot, *amount));
            for (slot, amount) in (0u32..).zip(&amounts) {
                prop_assert_eq!(column.get(slot), *amount);
            }
        }
    }
}

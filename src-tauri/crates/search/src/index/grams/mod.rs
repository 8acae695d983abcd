//! Which rows of a block hold which short pieces of texts that hardly ever repeat: letters, pairs of letters and three digits
//! of ids and of the digits of e-mails, and up to three digits of phone numbers.
//!
//! It narrows down where a longer text can stand; for pieces as short as that the answer is exact. Which pieces those are is
//! told by [`pieces`], how their rows are kept by [`slots`].

mod gaps;
mod pieces;
mod slots;
mod writer;

pub(crate) use pieces::{
    grams_of_phone, grams_of_phone_piece, grams_of_piece, grams_of_text, pair, threes, threes_of_piece,
};
pub(crate) use writer::Writer;

use pieces::LEAST;
use slots::{Packed, Seen, Slots};
use std::ops::Range;

const NONE: u16 = u16::MAX;

/// One letter, two neighbouring ones, or a piece of a phone number.
pub(crate) type Gram = u16;

/// Slots by gram.
#[derive(Debug, Clone, Default)]
pub(crate) struct Grams {
    /// The place of each gram in `slots`, counted from the least gram, as far as there are any.
    places: Vec<u16>,
    slots: Vec<Slots>,
    /// Where those are that were packed.
    packed: Packed,
}

impl Grams {
    /// Takes in a gram of a row; rows come in ascending order.
    pub fn insert(&mut self, gram: Gram, slot: u16) {
        let Some(place) = self.place(gram) else { return };
        if let Some(slots) = self.slots.get_mut(usize::from(place)) {
            slots.insert(slot, &self.packed);
        }
    }

    /// Takes in a gram of rows that come after all others, as the bits of one word.
    fn insert_word(&mut self, place: u16, number: u16, word: u64) {
        if let Some(slots) = self.slots.get_mut(usize::from(place)) {
            slots.insert_word(number, word, &self.packed);
        }
    }

    /// Begins to take in the grams of many rows, which is quicker than one by one.
    pub fn writer(&mut self) -> Writer<'_> {
        Writer::new(self)
    }

    /// The place of a gram, which gets one if it has none.
    #[inline]
    fn place(&mut self, gram: Gram) -> Option<u16> {
        let at = usize::from(gram).checked_sub(LEAST)?;
        match self.places.get(at) {
            Some(place) if *place != NONE => Some(*place),
            _ => self.new_place(at),
        }
    }

    fn new_place(&mut self, at: usize) -> Option<u16> {
        if self.places.len() <= at {
            self.places.resize(at + 1, NONE);
        }
        let place = u16::try_from(self.slots.len()).ok().filter(|place| *place != NONE)?;
        self.slots.push(Slots::default());
        *self.places.get_mut(at)? = place;
        Some(place)
    }

    /// Keeps those slots of a set that have a gram of each range.
    pub fn keep(&self, grams: &[Range<Gram>], set: &mut [u64]) {
        for grams in grams {
            if grams.len() == 1 {
                match self.slots_of(grams.start) {
                    None => set.fill(0),
                    Some(slots) => slots.keep(set),
                }
                continue;
            }
            let mut any = vec![0; set.len()];
            grams.clone().filter_map(|gram| self.slots_of(gram)).for_each(|slots| slots.add(&mut any));
            set.iter_mut().zip(any).for_each(|(word, any)| *word &= any);
        }
    }

    fn slots_of(&self, gram: Gram) -> Option<Seen<'_>> {
        let place = self.places.get(usize::from(gram).checked_sub(LEAST)?)?;
        Some(self.slots.get(usize::from(*place))?.seen(&self.packed))
    }

    /// The bytes it holds.
    pub fn held(&self) -> usize {
        let table = self.places.capacity() * size_of::<u16>() + self.slots.capacity() * size_of::<Slots>();
        table + self.packed.held() + self.slots.iter().map(Slots::held).sum::<usize>()
    }

    /// Gives back room that is not used. The slots of all grams come to lie side by side: thousands of small pieces of
    /// memory, each as large as it has to be, would leave gaps that nobody else fills.
    pub fn pack(&mut self) {
        let mut packed = Packed::with_room(self.slots.iter().map(|slots| slots.room(&self.packed)));
        for slots in &mut self.slots {
            let moved = slots.packed(&self.packed, &mut packed);
            *slots = moved;
        }
        packed.shrink();
        self.packed = packed;
        self.slots.shrink_to_fit();
        self.places.shrink_to_fit();
    }
}

#[cfg(test)]
mod tests {
    use super::pieces::each_once;
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn many_rows_at_once_are_taken_in_as_one_by_one(
            rows in proptest::collection::btree_map(0u16..3_000, proptest::collection::vec(0x2000u16..0x2006, 0..5), 0..300),
            first in 0usize..300,
            is_packed: bool,
        ) {
            let (mut singly, mut together) = (Grams::default(), Grams::default());
            for (slot, grams) in &rows {
                grams.iter().for_each(|gram| singly.insert(*gram, *slot));
            }
            // The first rows may have been there before the others come.
            for (slot, grams) in rows.iter().take(first) {
                grams.iter().for_each(|gram| together.insert(*gram, *slot));
            }
            if is_packed {
                together.pack();
            }
            let mut writer = together.writer();
            for (slot, grams) in rows.iter().skip(first) {
                writer.begin(*slot);
                grams.iter().for_each(|gram| writer.insert(*gram));
            }
            writer.end();
            if is_packed {
                singly.pack();
            }
            for gram in 0x2000..0x2006 {
                let kept = |grams: &Grams| {
                    let mut set = vec![u64::MAX; 64];
                    grams.keep(&each_once([gram]), &mut set);
                    set
                };
                prop_assert_eq!(kept(&singly), kept(&together));
            }
        }

        #[test]
        fn pieces_of_phones_are_found(phones in proptest::collection::vec("[0-3]{1,6}", 1..20), piece in "[0-3]{1,4}") {
            let mut grams = Grams::default();
            (0u16..).zip(&phones).for_each(|(slot, phone)| {
                grams_of_phone(phone.as_bytes()).for_each(|gram| grams.insert(gram, slot));
            });
            let mut set = vec![u64::MAX];
            grams.keep(&grams_of_phone_piece(piece.as_bytes()), &mut set);
            for (slot, phone) in (0u16..).zip(&phones) {
                let kept = set.first().is_some_and(|word| word >> slot & 1 == 1);
                prop_assert!(kept || !phone.contains(&piece));
                prop_assert!(!kept || phone.contains(&piece) || piece.len() > 3);
            }
        }
    }
}

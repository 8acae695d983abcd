//! Taking in the grams of many rows, which is quicker than row by row.

use super::{Gram, Grams};

/// Takes in the grams of many rows, 64 at a time: what they have in common is written down once.
#[derive(Debug)]
pub(crate) struct Writer<'a> {
    grams: &'a mut Grams,
    /// Which 64 slots the rows of the moment have.
    number: u16,
    /// The bit of the row of the moment.
    bit: u64,
    /// By the place of each gram, which of these rows have it.
    words: Vec<u64>,
    /// The places of the grams that some of them have.
    touched: Vec<u16>,
}

impl<'a> Writer<'a> {
    pub(super) fn new(grams: &'a mut Grams) -> Self {
        Self { grams, number: 0, bit: 1, words: Vec::new(), touched: Vec::new() }
    }

    /// Goes on to a row; rows come in ascending order.
    pub fn begin(&mut self, slot: u16) {
        if slot / 64 != self.number {
            self.write();
            self.number = slot / 64;
        }
        self.bit = 1 << (slot % 64);
    }

    /// Takes in a gram of the row.
    #[inline]
    pub fn insert(&mut self, gram: Gram) {
        let Some(place) = self.grams.place(gram) else { return };
        if self.words.len() <= usize::from(place) {
            self.words.resize(usize::from(place) + 1, 0);
        }
        if let Some(word) = self.words.get_mut(usize::from(place)) {
            if *word == 0 {
                self.touched.push(place);
            }
            *word |= self.bit;
        }
    }

    /// Ends, after the last row.
    pub fn end(mut self) {
        self.write();
    }

    fn write(&mut self) {
        for place in self.touched.drain(..) {
            let word = self.words.get_mut(usize::from(place)).map(std::mem::take).unwrap_or_default();
            self.grams.insert_word(place, self.number, word);
        }
    }
}

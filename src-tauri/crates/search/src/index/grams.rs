//! Which rows of a block hold which letter or pair of letters, for texts that hardly ever repeat: ids, phone numbers and
//! the digits of e-mails.
//!
//! It narrows down where a longer text can stand; for one or two bytes the answer is exact.

/// A set of slots becomes one of bits when a list would be longer than this many.
const MANY: usize = super::block::ROWS / 16;
const NONE: u16 = u16::MAX;
/// The least gram there is: searched bytes are at least a blank.
const LEAST: usize = 0x2000;

/// One letter or two neighbouring ones.
pub(crate) type Gram = u16;

/// The slots of a gram.
#[derive(Debug, Clone)]
enum Slots {
    Few(Vec<u16>),
    Many(Vec<u64>),
}

/// Slots by gram.
#[derive(Debug, Clone, Default)]
pub(crate) struct Grams {
    /// The place of each gram in `slots`, counted from the least gram, as far as there are any.
    places: Vec<u16>,
    slots: Vec<Slots>,
}

/// The grams that a text of a row has: each letter and each pair.
fn grams_of_row(text: &[u8]) -> impl Iterator<Item = Gram> {
    let letters = text.iter().map(|byte| single(*byte));
    letters.chain(pairs(text))
}

/// The grams to look up for a piece of text; with one or two bytes they say all.
pub(crate) fn grams_of_piece(text: &[u8]) -> Vec<Gram> {
    let mut grams: Vec<Gram> = if let [only] = text { vec![single(*only)] } else { pairs(text).collect() };
    grams.sort_unstable();
    grams.dedup();
    grams
}

/// Two neighbouring bytes.
pub(crate) fn pair(one: u8, other: u8) -> Gram {
    u16::from_be_bytes([one, other])
}

fn single(byte: u8) -> Gram {
    u16::from_be_bytes([byte, 0])
}

fn pairs(text: &[u8]) -> impl Iterator<Item = Gram> {
    text.windows(2).filter_map(|pair| Some(u16::from_be_bytes(pair.try_into().ok()?)))
}

impl Grams {
    /// Takes in a text of a row; rows come in ascending order.
    pub fn insert(&mut self, text: &[u8], slot: u16) {
        grams_of_row(text).for_each(|gram| self.insert_gram(gram, slot));
    }

    /// Takes in a gram of a row.
    pub fn insert_gram(&mut self, gram: Gram, slot: u16) {
        let Some(at) = usize::from(gram).checked_sub(LEAST) else { return };
        if self.places.len() <= at {
            self.places.resize(at + 1, NONE);
        }
        let Some(place) = self.places.get_mut(at) else { return };
        if *place == NONE {
            *place = u16::try_from(self.slots.len()).unwrap_or(NONE);
            self.slots.push(Slots::Few(Vec::new()));
        }
        if let Some(slots) = self.slots.get_mut(usize::from(*place)) {
            slots.insert(slot);
        }
    }

    /// Keeps those slots of a set that have all of some grams.
    pub fn keep(&self, grams: &[Gram], set: &mut [u64]) {
        for gram in grams {
            let at = usize::from(*gram).checked_sub(LEAST);
            let place = at.and_then(|at| self.places.get(at)).copied().unwrap_or(NONE);
            match self.slots.get(usize::from(place)) {
                None => return set.fill(0),
                Some(slots) => slots.keep(set),
            }
        }
    }

    /// Gives back room that is not used.
    pub fn shrink(&mut self) {
        for slots in &mut self.slots {
            match slots {
                Slots::Few(slots) => slots.shrink_to_fit(),
                Slots::Many(words) => words.shrink_to_fit(),
            }
        }
        self.slots.shrink_to_fit();
        self.places.shrink_to_fit();
    }
}

impl Slots {
    fn insert(&mut self, slot: u16) {
        match self {
            Self::Few(slots) if slots.last() == Some(&slot) => {}
            Self::Few(slots) if slots.len() < MANY => slots.push(slot),
            Self::Few(slots) => {
                let mut words = Vec::with_capacity(super::block::ROWS / 64);
                slots.drain(..).for_each(|slot| insert(&mut words, slot));
                insert(&mut words, slot);
                *self = Self::Many(words);
            }
            Self::Many(words) => insert(words, slot),
        }
    }

    fn keep(&self, set: &mut [u64]) {
        match self {
            Self::Many(words) => {
                let mut words = words.iter();
                set.iter_mut().for_each(|word| *word &= words.next().copied().unwrap_or_default());
            }
            Self::Few(slots) => {
                // What lies between two slots is cleared at once.
                let mut done = 0;
                for slots in slots.chunk_by(|a, b| a / 64 == b / 64) {
                    let number = slots.first().map_or(0, |slot| usize::from(*slot) / 64);
                    set.get_mut(done..number.min(set.len())).unwrap_or_default().fill(0);
                    if let Some(word) = set.get_mut(number) {
                        *word &= slots.iter().fold(0, |here, slot| here | 1 << (slot % 64));
                    }
                    done = number + 1;
                }
                set.get_mut(done..).unwrap_or_default().fill(0);
            }
        }
    }
}

fn insert(words: &mut Vec<u64>, slot: u16) {
    let number = usize::from(slot) / 64;
    if words.len() <= number {
        words.resize(number + 1, 0);
    }
    if let Some(word) = words.get_mut(number) {
        *word |= 1 << (slot % 64);
    }
}

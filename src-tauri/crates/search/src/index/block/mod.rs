//! A block of rows: what searching needs of some ten thousand customers, in columns.
//!
//! Rows are only ever appended. What becomes of a row later is told elsewhere, which is why a search can go on reading a
//! block while the index follows the book. What the texts of a row are is told in [`texts`].

mod texts;

use super::columns::{Amounts, Ends, Times};
use super::grams::{Gram, Grams, grams_of_phone, grams_of_text, pair, threes};
use super::held::Held;
use super::narrow::Narrow;
use super::numbers::Numbers;
use super::postings::Postings;
use super::record::{EMAIL, ID, field, is_word, is_word_and_digits, phone_digits};
use super::words::Marks;
use crate::bits::bits_of;
use kyc::CustomerKey;
use rust_decimal::Decimal;

/// How many keys a block of the large part spans.
pub(crate) const ROWS: usize = if cfg!(test) { 64 } else { 1 << 16 };

/// Up to so many slots are looked at one by one.
const FEW_SLOTS: usize = if cfg!(test) { 6 } else { 48 };

/// What a gram is of.
#[derive(Clone, Copy)]
enum Of {
    Letters,
    Threes,
    Phones,
}

/// Tells each gram of the bytes of a row.
#[inline]
fn grams_of(bytes: &[u8], mut tell: impl FnMut(Of, Gram)) {
    let mut text = |text: &[u8]| {
        grams_of_text(text).for_each(|gram| tell(Of::Letters, gram));
        threes(text).for_each(|gram| tell(Of::Threes, gram));
    };
    if let Some(id) = field(bytes, ID) {
        text(id);
    }
    if let Some(email) = field(bytes, EMAIL) {
        email.split(|byte| is_word(*byte)).filter(|digits| !digits.is_empty()).for_each(&mut text);
        for beside in email.windows(2) {
            if let [one, other] = *beside
                && is_word(one) != is_word(other)
            {
                tell(Of::Letters, pair(one, other));
            }
        }
    }
    if let Some(digits) = phone_digits(bytes) {
        grams_of_phone(digits).for_each(|gram| tell(Of::Phones, gram));
    }
}

/// Rows in columns. A slot that was passed over is empty, and not among the present ones.
#[derive(Debug, Clone, Default)]
pub(crate) struct Block {
    /// Which block of keys this is; of no meaning where keys are kept apart.
    pub number: u32,
    present: Vec<u64>,
    /// The slots whose e-mails are a word and digits, as bits.
    word_and_digits: Vec<u64>,
    words: Vec<u32>,
    word_ends: Ends,
    bytes: Vec<u8>,
    ends: Ends,
    classes: Narrow,
    flags: Vec<u8>,
    payments: Narrow,
    paid: Amounts,
    last_payment: Times,
    created: Times,
    kyc_since: Times,
    grams: Grams,
    threes: Grams,
    phone_grams: Grams,
    /// How many slots' grams are in them.
    with_grams: usize,
    /// Once the block is finished.
    postings: Option<Postings>,
}

impl Block {
    /// An empty block.
    pub fn new(number: u32) -> Self {
        Self { number, ..Self::default() }
    }

    /// How many slots there are.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// The key of a slot, where keys follow slots.
    pub fn key(&self, slot: u32) -> CustomerKey {
        CustomerKey(self.number * ROWS as u32 + slot)
    }

    /// The slots that are present, as bits.
    pub fn present(&self) -> &[u64] {
        &self.present
    }

    /// The slots whose e-mails are one word, digits if any, and the domain if any, as bits.
    pub fn with_word_and_digits(&self) -> &[u64] {
        &self.word_and_digits
    }

    /// Whether a slot is present.
    pub fn has(&self, slot: u32) -> bool {
        self.present.get(slot as usize / 64).is_some_and(|word| word & 1 << (slot % 64) != 0)
    }

    /// Takes a slot out; only while nobody else reads the block.
    pub fn take_out(&mut self, slot: u32) {
        if let Some(word) = self.present.get_mut(slot as usize / 64) {
            *word &= !(1 << (slot % 64));
        }
    }

    /// Passes slots over, up to one.
    pub fn pass_over(&mut self, until: u32) {
        while self.len() < until as usize {
            self.append(&[], &[], None);
        }
    }

    /// Appends a row.
    pub fn push(&mut self, words: &[u32], bytes: &[u8], numbers: &Numbers) {
        self.append(words, bytes, Some(numbers));
        self.take_in_grams();
    }

    /// Appends a row, whose short pieces are not found before the block is [finished](Self::finish).
    pub fn place(&mut self, words: &[u32], bytes: &[u8], numbers: &Numbers) {
        self.append(words, bytes, Some(numbers));
    }

    fn append(&mut self, words: &[u32], bytes: &[u8], numbers: Option<&Numbers>) {
        let slot = u32::try_from(self.len()).unwrap_or(u32::MAX);
        if slot % 64 == 0 {
            self.present.push(0);
            self.word_and_digits.push(0);
        }
        self.words.extend_from_slice(words);
        self.word_ends.push(self.words.len());
        self.bytes.extend_from_slice(bytes);
        self.ends.push(self.bytes.len());
        self.classes.push(numbers.map_or(0, |numbers| numbers.class));
        self.flags.push(numbers.map_or(0, |numbers| numbers.flags));
        self.payments.push(numbers.map_or(0, |numbers| numbers.payments));
        self.postings = None;
        let Some(numbers) = numbers else { return };
        if let Some(word) = self.present.last_mut() {
            *word |= 1 << (slot % 64);
        }
        if let Some(word) = self.word_and_digits.last_mut() {
            *word |= u64::from(field(bytes, EMAIL).is_some_and(is_word_and_digits)) << (slot % 64);
        }
        self.paid.set(slot, numbers.paid);
        self.last_payment.set(slot, numbers.last_payment);
        self.created.set(slot, numbers.created);
        self.kyc_since.set(slot, numbers.kyc_since);
    }

    /// Takes in the grams of the slots that were appended since the last time.
    fn take_in_grams(&mut self) {
        let len = self.len();
        let bytes_of =
            |slot: usize| self.bytes.get(self.ends.span(u32::try_from(slot).unwrap_or(u32::MAX))).unwrap_or_default();
        if self.with_grams + FEW_SLOTS >= len {
            for slot in self.with_grams..len {
                let number = u16::try_from(slot).unwrap_or(u16::MAX);
                grams_of(bytes_of(slot), |of, gram| match of {
                    Of::Letters => self.grams.insert(gram, number),
                    Of::Threes => self.threes.insert(gram, number),
                    Of::Phones => self.phone_grams.insert(gram, number),
                });
            }
        } else {
            let mut letters = self.grams.writer();
            let (mut threes, mut phones) = (self.threes.writer(), self.phone_grams.writer());
            for slot in self.with_grams..len {
                let number = u16::try_from(slot).unwrap_or(u16::MAX);
                letters.begin(number);
                threes.begin(number);
                phones.begin(number);
                grams_of(bytes_of(slot), |of, gram| match of {
                    Of::Letters => letters.insert(gram),
                    Of::Threes => threes.insert(gram),
                    Of::Phones => phones.insert(gram),
                });
            }
            letters.end();
            threes.end();
            phones.end();
        }
        self.with_grams = len;
    }

    /// Appends a row of another block, as [`place`](Self::place) does.
    pub fn place_from(&mut self, other: &Self, slot: u32) {
        self.place(other.words_of(slot), other.bytes_of(slot), &other.numbers(slot));
    }

    /// Appends a row of another block.
    pub fn push_from(&mut self, other: &Self, slot: u32) {
        self.push(other.words_of(slot), other.bytes_of(slot), &other.numbers(slot));
    }

    /// Makes a block quicker to search and gives back room that is not used. It can still be appended to, which undoes it.
    pub fn finish(&mut self) {
        self.take_in_grams();
        let postings = Postings::new(self.len(), |slot| self.words_of(slot));
        self.postings = Some(postings);
        self.phone_grams.pack();
        self.threes.pack();
        self.present.shrink_to_fit();
        self.word_and_digits.shrink_to_fit();
        self.words.shrink_to_fit();
        self.word_ends.shrink();
        self.bytes.shrink_to_fit();
        self.ends.shrink();
        self.classes.shrink();
        self.flags.shrink_to_fit();
        self.payments.shrink();
        self.paid.shrink();
        self.last_payment.shrink();
        self.created.shrink();
        self.kyc_since.shrink();
        self.grams.pack();
    }

    /// The bytes that its parts hold.
    pub fn held(&self) -> [Held; 11] {
        let columns = self.classes.held() + self.flags.capacity();
        let bits = (self.present.capacity() + self.word_and_digits.capacity()) * size_of::<u64>();
        [
            ("ids, phones and digits of e-mails", self.bytes.capacity()),
            ("where those of a row end", self.ends.held()),
            ("words of each row", self.words.capacity() * size_of::<u32>()),
            ("where those of a row end, of words", self.word_ends.held()),
            ("classes and flags", columns + bits),
            ("numbers of payments", self.payments.held()),
            (
                "times and amounts",
                self.paid.held() + self.last_payment.held() + self.created.held() + self.kyc_since.held(),
            ),
            ("rows of each word", self.postings.as_ref().map_or(0, Postings::held)),
            ("grams: letters and pairs", self.grams.held()),
            ("grams: threes", self.threes.held()),
            ("grams: phones", self.phone_grams.held()),
        ]
    }

    /// Whether nothing was appended since the block was made quicker to search.
    pub fn is_finished(&self) -> bool {
        self.postings.is_some()
    }

    /// The numbers of a row's words: those of the name, then those of the e-mail.
    #[inline]
    pub fn words_of(&self, slot: u32) -> &[u32] {
        self.words.get(self.word_ends.span(slot)).unwrap_or_default()
    }

    /// The bytes of a row, as [`record`](super::record) tells.
    #[inline]
    pub fn bytes_of(&self, slot: u32) -> &[u8] {
        self.bytes.get(self.ends.span(slot)).unwrap_or_default()
    }

    /// Touches the bytes of some rows, and their words, before they are read one by one: the memory of all of them is then
    /// waited for at the same time, not row after row.
    pub fn fetch(&self, slots: &[u32], words: bool) {
        let mut touched = 0;
        for slot in slots {
            let span = self.ends.span(*slot);
            touched ^= self.bytes.get(span.start).copied().unwrap_or_default();
            touched ^= self.bytes.get(span.end.saturating_sub(1)).copied().unwrap_or_default();
            if words {
                let first = self.words.get(self.word_ends.span(*slot).start);
                touched ^= u8::from(first.is_some_and(|word| *word == 0));
            }
        }
        std::hint::black_box(touched);
    }

    /// All numbers of a row.
    pub fn numbers(&self, slot: u32) -> Numbers {
        Numbers {
            class: self.class(slot),
            flags: self.flags.get(slot as usize).copied().unwrap_or_default(),
            payments: self.payments(slot),
            paid: self.paid.get(slot),
            last_payment: self.last_payment.get(slot),
            created: self.created.get(slot),
            kyc_since: self.kyc_since.get(slot),
        }
    }

    /// The class of a row.
    #[inline]
    pub fn class(&self, slot: u32) -> u32 {
        self.classes.get(slot).unwrap_or(u32::MAX)
    }

    /// The classes of all slots.
    pub fn classes(&self) -> &Narrow {
        &self.classes
    }

    /// Whether a row has a flag.
    #[inline]
    pub fn is(&self, slot: u32, flag: u8) -> bool {
        self.flags.get(slot as usize).is_some_and(|flags| flags & flag != 0)
    }

    /// Number of payments; 0 when not stated.
    #[inline]
    pub fn payments(&self, slot: u32) -> u32 {
        self.payments.get(slot).unwrap_or_default()
    }

    /// Total paid in major units.
    pub fn paid(&self, slot: u32) -> Option<Decimal> {
        self.paid.get(slot)
    }

    /// Time of the last payment.
    pub fn last_payment(&self, slot: u32) -> i64 {
        self.last_payment.get(slot)
    }

    /// Time of creation.
    pub fn created(&self, slot: u32) -> i64 {
        self.created.get(slot)
    }

    /// Beginning of the KYC status.
    #[inline]
    pub fn kyc_since(&self, slot: u32) -> i64 {
        self.kyc_since.get(slot)
    }

    /// Grams of ids and of the digits of e-mails; there, [`WORD`](super::record::WORD) and
    /// [`DOMAIN`](super::record::DOMAIN) stand beside digits.
    pub fn grams(&self) -> &Grams {
        &self.grams
    }

    /// Three digits that follow each other, of ids and of the digits of e-mails.
    pub fn threes(&self) -> &Grams {
        &self.threes
    }

    /// Grams of phones.
    pub fn phone_grams(&self) -> &Grams {
        &self.phone_grams
    }

    /// Which of some slots have a marked word.
    pub fn with_marked(&self, marks: &Marks, within: &[u64]) -> Vec<u64> {
        if marks.is_empty() {
            return vec![0; within.len()];
        }
        if let Some(postings) = &self.postings
            && within.iter().map(|word| word.count_ones() as usize).sum::<usize>() > FEW_SLOTS
        {
            let mut set = vec![0; within.len()];
            postings.add(marks, &mut set);
            set.iter_mut().zip(within).for_each(|(word, within)| *word &= within);
            return set;
        }
        let judged = within.iter().zip((0u32..).step_by(64)).map(|(word, first)| {
            bits_of(*word).fold(0u64, |fit, bit| {
                let marked = self.words_of(first + bit).iter().any(|word| marks.contains(*word));
                fit | u64::from(marked) << bit
            })
        });
        judged.collect()
    }
}

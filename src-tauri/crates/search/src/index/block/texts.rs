//! The texts of a row, put together again of its words and bytes.

use super::super::record::{EMAIL, EXACT_EMAIL, ID, INTERNATIONAL, field, is_address, is_word, phone_digits};
use super::super::words::{Dictionary, Kind};
use super::Block;

impl Block {
    /// Whether a row has a name.
    pub fn has_name(&self, slot: u32, words: Dictionary<'_>) -> bool {
        self.words_of_name(slot, words).next().is_some()
    }

    /// The folded words of a row's name.
    fn words_of_name<'a>(&'a self, slot: u32, words: Dictionary<'a>) -> impl Iterator<Item = &'a [u8]> {
        let of_name = self.words_of(slot).iter().take_while(move |word| words.kind(**word) == Kind::Name as u8);
        of_name.map(move |word| words.text(*word)).filter(|text| !text.is_empty())
    }

    /// Appends the folded name, if there is one.
    pub fn append_name(&self, slot: u32, words: Dictionary<'_>, out: &mut Vec<u8>) {
        for (number, text) in self.words_of_name(slot, words).enumerate() {
            if number > 0 {
                out.push(b' ');
            }
            out.extend_from_slice(text);
        }
    }

    /// Writes the folded name into `out`; `false` when there is none.
    pub fn name(&self, slot: u32, words: Dictionary<'_>, out: &mut Vec<u8>) -> bool {
        out.clear();
        self.append_name(slot, words, out);
        !out.is_empty()
    }

    /// The numbers of the words of a row's e-mail.
    pub fn words_of_email(&self, slot: u32) -> &[u32] {
        let email = field(self.bytes_of(slot), EMAIL).unwrap_or_default();
        let in_email = email.iter().filter(|byte| is_word(**byte)).count();
        let of_row = self.words_of(slot);
        of_row.get(of_row.len().saturating_sub(in_email)..).unwrap_or_default()
    }

    /// Whether a row has an e-mail.
    pub fn has_email(&self, slot: u32) -> bool {
        field(self.bytes_of(slot), EMAIL).is_some_and(|email| !email.is_empty())
    }

    /// Appends the folded e-mail, if there is one.
    pub fn append_email(&self, slot: u32, words: Dictionary<'_>, out: &mut Vec<u8>) {
        let Some(email) = field(self.bytes_of(slot), EMAIL) else { return };
        let mut numbers = self.words_of_email(slot).iter();
        for byte in email {
            if is_word(*byte) {
                out.extend_from_slice(numbers.next().map_or(&[], |number| words.text(*number)));
            } else {
                out.push(*byte);
            }
        }
    }

    /// Writes the folded e-mail into `out`; `false` when there is none.
    pub fn email(&self, slot: u32, words: Dictionary<'_>, out: &mut Vec<u8>) -> bool {
        out.clear();
        self.append_email(slot, words, out);
        !out.is_empty()
    }

    /// Writes into `out` what tells the row's person by e-mail; `false` when nothing does.
    pub fn address(&self, slot: u32, words: Dictionary<'_>, out: &mut Vec<u8>) -> bool {
        match field(self.bytes_of(slot), EXACT_EMAIL) {
            Some(exact) => {
                out.clear();
                out.extend_from_slice(exact);
            }
            None => {
                self.email(slot, words, out);
            }
        }
        is_address(out)
    }

    /// The digits of a row's international phone number.
    pub fn international(&self, slot: u32) -> Option<&[u8]> {
        field(self.bytes_of(slot), INTERNATIONAL)
    }

    /// The digits of a row's phone number.
    pub fn phone(&self, slot: u32) -> Option<&[u8]> {
        phone_digits(self.bytes_of(slot))
    }

    /// The folded id of a row, without dashes.
    pub fn id(&self, slot: u32) -> Option<&[u8]> {
        field(self.bytes_of(slot), ID)
    }
}

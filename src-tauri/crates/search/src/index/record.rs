//! The folded texts of one customer as one run of bytes: each field behind a marker byte that no folded text holds.
//!
//! A search scans the records of all customers as one piece of memory; the marker before a hit tells the field.

use crate::fold::phone;
use crate::fold::{is_cyrillic, letters, searched};
use kyc::BookCustomer;
use std::ops::Range;

/// Folded name.
pub(crate) const NAME: u8 = 1;
/// Folded e-mail.
pub(crate) const EMAIL: u8 = 2;
/// Digits of a phone number that is not known to be international.
pub(crate) const PHONE: u8 = 3;
/// Digits of an international phone number, country code first.
pub(crate) const INTERNATIONAL: u8 = 4;
/// Folded id without dashes.
pub(crate) const ID: u8 = 5;
/// The e-mail in lower case, where folding it changed more than case. It tells persons apart and is not searched: whatever
/// stands in it stands in the folded e-mail as well. It stands last, so that whatever lies before it is searched.
pub(crate) const EXACT_EMAIL: u8 = 6;

/// The texts of a customer, ready to be stored.
#[derive(Debug, Default)]
pub(crate) struct Record {
    /// Marked fields.
    pub bytes: Vec<u8>,
    /// The letters of the name's words that hold Cyrillic, one after another.
    letters: Vec<char>,
    words: Vec<Range<usize>>,
}

impl Record {
    /// Fills this with the texts of a customer, keeping its room.
    pub fn read(&mut self, customer: &BookCustomer) {
        self.bytes.clear();
        self.letters.clear();
        self.words.clear();
        let customer = &customer.customer;
        if let Some(name) = &customer.name {
            self.read_name(name);
        }
        if let Some(email) = &customer.email {
            self.push(EMAIL, |push| letters(email, |letter, _| push(letter)));
        }
        if let Some(number) = customer.phone.as_deref().and_then(phone::number) {
            self.bytes.push(if number.international { INTERNATIONAL } else { PHONE });
            self.bytes.extend_from_slice(number.digits.as_bytes());
        }
        self.push(ID, |push| {
            letters(customer.id.as_str(), |letter, _| {
                if letter != '-' {
                    push(letter)
                }
            })
        });
        if let Some(email) = &customer.email {
            self.push_exact_email(email);
        }
    }

    /// The letters of each word of the name that holds Cyrillic.
    pub fn cyrillic_words(&self) -> impl Iterator<Item = &[char]> {
        self.words.iter().filter_map(|word| self.letters.get(word.clone()))
    }

    fn read_name(&mut self, name: &str) {
        let (mut typed, mut words) = (std::mem::take(&mut self.letters), std::mem::take(&mut self.words));
        let mut begin = 0;
        let mut end_word = |typed: &mut Vec<char>| {
            if typed[begin..].iter().copied().any(is_cyrillic) {
                words.push(begin..typed.len());
                begin = typed.len();
            } else {
                typed.truncate(begin);
            }
        };
        self.push(NAME, |push| {
            letters(name, |letter, _| {
                push(letter);
                if letter == ' ' { end_word(&mut typed) } else { typed.push(letter) }
            });
        });
        end_word(&mut typed);
        (self.letters, self.words) = (typed, words);
    }

    fn push_exact_email(&mut self, email: &str) {
        let exact = email.trim().to_lowercase();
        if field(&self.bytes, EMAIL).unwrap_or_default() != exact.as_bytes() {
            self.bytes.push(EXACT_EMAIL);
            self.bytes.extend(exact.bytes().filter(|byte| *byte >= b' '));
        }
    }

    /// Writes a field; one without any letter is left out.
    fn push(&mut self, marker: u8, write: impl FnOnce(&mut dyn FnMut(char))) {
        let before = self.bytes.len();
        self.bytes.push(marker);
        let (mut buffer, mut blank) = ([0; 4], false);
        write(&mut |letter| {
            if letter == ' ' {
                blank = true; // none stands beside a word of which nothing is searched
            } else if let Some(letter) = searched(letter) {
                if std::mem::take(&mut blank) && self.bytes.len() > before + 1 {
                    self.bytes.push(b' ');
                }
                self.bytes.extend_from_slice(letter.encode_utf8(&mut buffer).as_bytes());
            }
        });
        if self.bytes.len() == before + 1 {
            self.bytes.truncate(before);
        }
    }
}

fn is_marker(byte: u8) -> bool {
    byte < b' '
}

/// A field of a record.
pub(crate) fn field(record: &[u8], marker: u8) -> Option<&[u8]> {
    let start = memchr::memchr(marker, record)? + 1;
    let rest = record.get(start..)?;
    Some(rest.get(..rest.iter().position(|byte| is_marker(*byte)).unwrap_or(rest.len())).unwrap_or_default())
}

/// Whether the byte `at` of a record is searched: it does not lie in the exact e-mail, which stands last.
pub(crate) fn is_searched(record: &[u8], at: usize) -> bool {
    record.get(..at).is_some_and(|before| memchr::memchr(EXACT_EMAIL, before).is_none())
}

/// The digits of a record's phone number.
pub(crate) fn phone_digits(record: &[u8]) -> Option<&[u8]> {
    field(record, INTERNATIONAL).or_else(|| field(record, PHONE))
}

/// The marker of the field that byte `at` of a record lies in; 0 for none.
pub(crate) fn marker_at(record: &[u8], at: usize) -> u8 {
    record.get(..=at).and_then(|before| before.iter().rev().find(|byte| is_marker(**byte))).copied().unwrap_or_default()
}

/// What tells a person by e-mail: the address in lower case, if it has something on both sides of an `@`.
pub(crate) fn email_of_person(record: &[u8]) -> Option<&[u8]> {
    let email = field(record, EXACT_EMAIL).or_else(|| field(record, EMAIL))?;
    let at = memchr::memrchr(b'@', email)?;
    (at > 0 && at + 1 < email.len()).then_some(email)
}

/// What tells a person by phone: an international number.
pub(crate) fn phone_of_person(record: &[u8]) -> Option<&[u8]> {
    field(record, INTERNATIONAL)
}

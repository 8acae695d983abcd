//! The texts of one customer, taken apart: the words that others have too, by number, and the bytes that are theirs alone.
//!
//! The bytes are fields behind marker bytes that no folded text holds. In the e-mail, [`WORD`] stands for each word and [`DOMAIN`]
//! for the domain.

use super::persons::Contact;
use super::words::Kind;
use crate::fold::phone;
use crate::fold::{letters, searched};
use kyc::BookCustomer;
use std::ops::Range;

/// E-mail: its digits, and [`WORD`] or [`DOMAIN`] for all else.
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
/// Stands in an e-mail for the next of the row's words. Folding drops this character.
pub(crate) const WORD: u8 = 0x7F;
/// Stands in an e-mail for its domain, which is the last of the row's words. No text holds this byte.
pub(crate) const DOMAIN: u8 = 0xFF;

/// The texts of a customer, ready to be stored.
#[derive(Debug, Default)]
pub(crate) struct Record {
    /// Marked fields.
    pub bytes: Vec<u8>,
    /// The letters of all words, one after another.
    letters: Vec<char>,
    words: Vec<(Kind, Range<usize>)>,
    email: Vec<char>,
    digits: String,
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
            self.read_email(email);
        }
        if let Some(phone) = &customer.phone
            && let Some(international) = phone::read(phone, &mut self.digits, |_| {})
        {
            self.bytes.push(if international { INTERNATIONAL } else { PHONE });
            self.bytes.extend_from_slice(self.digits.as_bytes());
        }
        let before = self.bytes.len();
        self.bytes.push(ID);
        folded_line(customer.id.as_str(), |letter| {
            if letter != '-' {
                push(&mut self.bytes, letter);
            }
        });
        if self.bytes.len() == before + 1 {
            self.bytes.truncate(before);
        }
        if let Some(email) = &customer.email {
            // Mostly folding changes nothing but case, which is told without writing anything down.
            let plain = email.trim().bytes().map(|byte| char::from(byte.to_ascii_lowercase()));
            let exact = if email.is_ascii() && plain.eq(self.email.iter().copied()) {
                None
            } else {
                Some(email.trim().to_lowercase()).filter(|exact| !exact.chars().eq(self.email.iter().copied()))
            };
            if let Some(exact) = exact {
                self.bytes.push(EXACT_EMAIL);
                self.bytes.extend(exact.bytes().filter(|byte| *byte >= b' '));
            }
        }
    }

    /// The words: those of the name, then those of the e-mail, in their order, as [`letters`] has them.
    pub fn words(&self) -> impl Iterator<Item = (Kind, &[char])> {
        self.words.iter().filter_map(|(kind, word)| Some((*kind, self.letters.get(word.clone())?)))
    }

    /// Writes into `out` what tells the customer's person by one kind of contact, as the rows of the index tell it; `false`
    /// when nothing does.
    pub fn contact(&self, kind: Contact, out: &mut Vec<u8>) -> bool {
        let told = |out: &mut Vec<u8>, bytes: Option<&[u8]>| {
            out.clear();
            out.extend_from_slice(bytes.unwrap_or_default());
            bytes.is_some()
        };
        match kind {
            Contact::Phone => told(out, field(&self.bytes, INTERNATIONAL)),
            Contact::Email => {
                if !told(out, field(&self.bytes, EXACT_EMAIL)) && field(&self.bytes, EMAIL).is_some() {
                    self.email.iter().for_each(|letter| push(out, *letter));
                }
                is_address(out)
            }
        }
    }

    fn read_name(&mut self, name: &str) {
        let mut begin = 0;
        let (words, all) = (&mut self.words, &mut self.letters);
        letters(name, |letter, _| {
            if letter == ' ' {
                words.push((Kind::Name, begin..all.len()));
                begin = all.len();
            } else {
                all.push(letter);
            }
        });
        if all.len() > begin {
            words.push((Kind::Name, begin..all.len()));
        }
    }

    fn read_email(&mut self, email: &str) {
        let mut folded = std::mem::take(&mut self.email);
        folded.clear();
        folded_line(email, |letter| folded.push(letter));
        if !folded.is_empty() {
            self.bytes.push(EMAIL);
            let at = folded.iter().rposition(|letter| *letter == '@').unwrap_or(folded.len());
            let (local, domain) = folded.split_at_checked(at).unwrap_or_default();
            for run in local.chunk_by(|a, b| a.is_ascii_digit() == b.is_ascii_digit()) {
                if run.first().is_some_and(char::is_ascii_digit) {
                    run.iter().for_each(|digit| push(&mut self.bytes, *digit));
                } else {
                    self.push_word(Kind::Local, run);
                }
            }
            if !domain.is_empty() {
                self.push_word(Kind::Domain, domain);
            }
        }
        self.email = folded;
    }

    fn push_word(&mut self, kind: Kind, letters: &[char]) {
        self.bytes.push(if kind == Kind::Domain { DOMAIN } else { WORD });
        let begin = self.letters.len();
        self.letters.extend_from_slice(letters);
        self.words.push((kind, begin..self.letters.len()));
    }
}

/// Folds a text; no blank stands beside a word of which nothing is searched.
fn folded_line(text: &str, mut emit: impl FnMut(char)) {
    let (mut begun, mut blank) = (false, false);
    letters(text, |letter, _| {
        if letter == ' ' {
            blank = true;
        } else if let Some(letter) = searched(letter) {
            if std::mem::take(&mut blank) && begun {
                emit(' ');
            }
            begun = true;
            emit(letter);
        }
    });
}

fn push(bytes: &mut Vec<u8>, letter: char) {
    bytes.extend_from_slice(letter.encode_utf8(&mut [0; 4]).as_bytes());
}

fn is_marker(byte: u8) -> bool {
    byte < b' '
}

/// Whether a byte of an e-mail stands for a word.
pub(crate) fn is_word(byte: u8) -> bool {
    byte == WORD || byte == DOMAIN
}

/// A field of a record.
pub(crate) fn field(record: &[u8], marker: u8) -> Option<&[u8]> {
    let start = memchr::memchr(marker, record)? + 1;
    let rest = record.get(start..)?;
    Some(rest.get(..rest.iter().position(|byte| is_marker(*byte)).unwrap_or(rest.len())).unwrap_or_default())
}

/// Whether an e-mail, as a record has it, is one word, digits if any, and the domain if any, as most are: then a letter before a
/// digit can only be that word's.
pub(crate) fn is_word_and_digits(email: &[u8]) -> bool {
    let after_word = email.strip_prefix(&[WORD]).unwrap_or_default();
    let digits = after_word.strip_suffix(&[DOMAIN]).unwrap_or(after_word);
    email.first() == Some(&WORD) && !digits.iter().any(|byte| is_word(*byte))
}

/// The digits of a record's phone number.
pub(crate) fn phone_digits(record: &[u8]) -> Option<&[u8]> {
    field(record, INTERNATIONAL).or_else(|| field(record, PHONE))
}

/// Whether a text tells a person: something on both sides of an `@`.
pub(crate) fn is_address(email: &[u8]) -> bool {
    memchr::memrchr(b'@', email).is_some_and(|at| at > 0 && at + 1 < email.len())
}

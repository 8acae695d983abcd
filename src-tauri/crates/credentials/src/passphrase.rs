//! What a person may choose as a passphrase, and the one form of it that opens anything.
//!
//! A passphrase guards files that an attacker can copy and try at leisure, so a short or a common one is refused.
//! Beyond that there are no rules about digits and signs: NIST SP 800-63B section 3.1.1 advises against them.

use kyc::{Problem, Trouble};
use secrecy::{ExposeSecret, SecretString};
use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroizing;

/// The fewest characters of a new passphrase.
pub const SHORTEST: usize = 10;

/// The fewest different characters of a new passphrase.
const FEWEST_DIFFERENT: usize = 5;

/// More bytes than anybody types; a pasted document is no passphrase.
const LONGEST_BYTES: usize = 4096;

/// What stands at the head of every list of common passwords, as long as a passphrase has to be or longer. Digits and
/// signs at the end are dropped before looking.
const COMMON: [&str; 14] = [
    "administrator",
    "basketball",
    "compliance",
    "contraseña",
    "contrasena",
    "iloveyou",
    "loveandpay",
    "cryptopocket",
    "passphrase",
    "password",
    "passwordpassword",
    "qwertyuiopasdfghjkl",
    "пароль",
    "парольпароль",
];

/// Runs along which keys or characters follow each other.
const RUNS: [&str; 7] = [
    "01234567890123456789",
    "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz",
    "абвгдеёжзийклмнопрстуфхцчшщъыьэюя",
    "qwertyuiopasdfghjklzxcvbnm",
    "qwertzuiopasdfghjklyxcvbnm",
    "йцукенгшщзхъфывапролджэячсмитьбю",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm",
];

/// Why a new passphrase is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weakness {
    /// Nothing, or only blanks.
    Empty,
    /// Fewer than [`SHORTEST`] characters.
    Short,
    /// Longer than 4,096 bytes.
    Long,
    /// Few different characters, characters that follow each other, or one of the commonest words.
    Common,
}

/// What is to be said against a new passphrase, while it is typed or when it is to be set.
pub fn weakness(passphrase: &SecretString) -> Option<Weakness> {
    let text = canonical(passphrase);
    if text.trim().is_empty() {
        return Some(Weakness::Empty);
    }
    if text.len() > LONGEST_BYTES {
        return Some(Weakness::Long);
    }
    if text.chars().count() < SHORTEST {
        return Some(Weakness::Short);
    }
    is_common(&text).then_some(Weakness::Common)
}

/// Takes a new passphrase.
///
/// # Errors
/// `BadInput` of the field `passphrase` for one with a [`weakness`].
pub(crate) fn accept(passphrase: &SecretString) -> Result<(), Problem> {
    match weakness(passphrase) {
        None => Ok(()),
        Some(_) => Err(Trouble::BadInput { field: "passphrase" }.into()),
    }
}

/// The form in which a passphrase opens a slot: composed characters (NFC, as RFC 8265 has it), because keyboards and
/// systems differ in how they make an `é`, and without line breaks at the end, which pasting brings along.
pub(crate) fn canonical(passphrase: &SecretString) -> Zeroizing<String> {
    let typed = passphrase.expose_secret().trim_end_matches(['\r', '\n']);
    // Composing never makes a text longer than three times its bytes (UAX #15, section 12), so that nothing moves.
    let mut text = Zeroizing::new(String::with_capacity(typed.len() * 3));
    text.extend(typed.nfc());
    text
}

fn is_common(text: &str) -> bool {
    // With room for whatever lowering makes of it, so that nothing moves.
    let mut lower = Zeroizing::new(String::with_capacity(text.len() * 3));
    lower.extend(text.chars().flat_map(char::to_lowercase));
    let mut different = Zeroizing::new(Vec::with_capacity(lower.len()));
    different.extend(lower.chars());
    different.sort_unstable();
    different.dedup();
    if different.len() < FEWEST_DIFFERENT {
        return true;
    }
    let word = lower.trim_matches(|character: char| !character.is_alphabetic());
    if COMMON.contains(&word) {
        return true;
    }
    RUNS.iter().any(|run| {
        let backwards: String = run.chars().rev().collect();
        run.contains(lower.as_str()) || backwards.contains(lower.as_str())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_is_easily_guessed_is_not_taken() {
        let cases = [
            ("", Some(Weakness::Empty)),
            ("            ", Some(Weakness::Empty)),
            ("\r\n", Some(Weakness::Empty)),
            ("h7!kQz2#x", Some(Weakness::Short)),
            ("aaaaaaaaaaaaaaaa", Some(Weakness::Common)),
            ("abababababab", Some(Weakness::Common)),
            ("1234567890", Some(Weakness::Common)),
            ("9876543210", Some(Weakness::Common)),
            ("qwertyuiop", Some(Weakness::Common)),
            ("Password123!", Some(Weakness::Common)),
            ("Пароль2026!!", Some(Weakness::Common)),
            ("correct horse battery staple", None),
            ("лошадь на скрепке", None),
            ("h7!kQz2#xW", None),
        ];
        for (text, expected) in cases {
            assert_eq!(weakness(&text.into()), expected, "{text:?}");
        }
        assert_eq!(weakness(&"long words ".repeat(400).into()), Some(Weakness::Long));
        assert_eq!(accept(&"short".into()).unwrap_err().trouble, Trouble::BadInput { field: "passphrase" });
    }

    #[test]
    fn keyboards_that_compose_differently_make_the_same_passphrase() {
        let (composed, decomposed) = ("contrase\u{f1}a \u{e9}", "contrasen\u{303}a e\u{301}\r\n");
        assert_eq!(*canonical(&composed.into()), *canonical(&decomposed.into()));
        assert_ne!(*canonical(&" a".into()), *canonical(&"a".into()), "blanks belong to it");
    }

    proptest! {
        #[test]
        fn nothing_moves_while_it_is_composed(text in ".*") {
            let room = text.len() * 3;
            prop_assert!(canonical(&SecretString::from(text)).len() <= room);
        }
    }
}

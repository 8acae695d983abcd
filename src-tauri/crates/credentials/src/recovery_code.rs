//! The recovery code: what opens a vault or a lock when its passphrase is forgotten. Made by Vouch, shown once, and
//! written down by a person.
//!
//! Seven groups of four symbols of Crockford's base 32, which has no I, L, O and U. 27 symbols are random, 135 bits in
//! all; the last is a check over GF(32), which finds every wrong symbol and every two symbols that changed places. What
//! is kept of a code is a slot of a sealed file, from which it cannot be had back.

use kyc::{Problem, Trouble};
use secrecy::{ExposeSecret, SecretString};
use zeroize::Zeroizing;

const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const SYMBOLS: usize = 28;
const GROUP: usize = 4;

/// The name of the field that a person types a recovery code into.
const FIELD: &str = "recovery_code";

/// A new code in the form that is shown: `ABCD-EFGH-…`.
pub(crate) fn make() -> Result<SecretString, Problem> {
    let mut random = Zeroizing::new([0_u8; SYMBOLS]);
    getrandom::fill(&mut *random).map_err(|_| Problem::from(Trouble::Internal))?;
    // 256 is a multiple of 32, so that every symbol is as likely as every other.
    random.iter_mut().for_each(|symbol| *symbol %= 32);
    random[SYMBOLS - 1] = check_symbol(&random[..SYMBOLS - 1]);
    let mut shown = String::with_capacity(SYMBOLS + SYMBOLS / GROUP - 1);
    for (place, symbol) in random.iter().enumerate() {
        if place > 0 && place % GROUP == 0 {
            shown.push('-');
        }
        shown.push(char::from(ALPHABET[usize::from(*symbol)]));
    }
    Ok(SecretString::from(shown))
}

/// What a person typed, in the one form that opens a slot. Capitals or not, blanks and dashes of any kind make no
/// difference, nor do O for 0, and I or L for 1.
///
/// # Errors
/// `BadInput` of the field `recovery_code` when it cannot be a code: too short, too long, a symbol that no code has, or
/// mistyped.
pub(crate) fn parse(typed: &SecretString) -> Result<SecretString, Problem> {
    let mut symbols = Zeroizing::new([0_u8; SYMBOLS]);
    let mut count = 0;
    for character in typed.expose_secret().chars().filter(|character| !is_separator(*character)) {
        let value = value_of(character).ok_or_else(bad_input)?;
        *symbols.get_mut(count).ok_or_else(bad_input)? = value;
        count += 1;
    }
    if count != SYMBOLS || check_symbol(&symbols[..SYMBOLS - 1]) != symbols[SYMBOLS - 1] {
        return Err(bad_input());
    }
    let mut canonical = String::with_capacity(SYMBOLS);
    canonical.extend(symbols.iter().map(|symbol| char::from(ALPHABET[usize::from(*symbol)])));
    Ok(SecretString::from(canonical))
}

fn bad_input() -> Problem {
    Trouble::BadInput { field: FIELD }.into()
}

fn is_separator(character: char) -> bool {
    // U+2010 to U+2015 are the dashes that text programs put in a hyphen's place, U+2212 is the minus sign; what cannot
    // be seen comes along when a code is copied from a web page.
    character.is_whitespace()
        || matches!(character, '-' | '_' | '.' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{00AD}' | '\u{200B}'..='\u{200D}' | '\u{FEFF}')
}

fn value_of(character: char) -> Option<u8> {
    let symbol = match character.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    };
    let place = ALPHABET.iter().position(|known| char::from(*known) == symbol)?;
    u8::try_from(place).ok()
}

/// The symbol that makes the sum of all symbols, each times its own power of the field's generator, zero. 28 symbols
/// have 28 different powers, of the 31 that there are; that is why no single error and no swap leaves the sum as it
/// was.
fn check_symbol(symbols: &[u8]) -> u8 {
    // Horner's rule; the check symbol itself comes last, with the power zero.
    symbols.iter().fold(0, |sum, symbol| times_generator(sum ^ symbol))
}

/// Multiplies by x over GF(2), modulo x⁵ + x² + 1, which is primitive.
fn times_generator(value: u8) -> u8 {
    let shifted = value << 1;
    if shifted & 0b10_0000 == 0 { shifted } else { shifted ^ 0b10_0101 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn parsed(typed: &str) -> Result<String, Trouble> {
        parse(&typed.into()).map(|code| code.expose_secret().to_owned()).map_err(|problem| problem.trouble)
    }

    const BAD: Result<String, Trouble> = Err(Trouble::BadInput { field: FIELD });

    #[test]
    fn a_code_is_groups_of_symbols_that_cannot_be_confused() {
        let code = make().unwrap();
        let groups: Vec<&str> = code.expose_secret().split('-').collect();
        assert_eq!(groups.len(), 7);
        assert!(groups.iter().all(|group| group.len() == 4), "{groups:?}");
        assert!(groups.concat().bytes().all(|symbol| ALPHABET.contains(&symbol)));
        assert_ne!(make().unwrap().expose_secret(), code.expose_secret());
    }

    #[test]
    fn however_it_is_typed_it_is_the_same_code() {
        // Its check symbol is computed by hand: all zeros sum up to zero, and a one in the last place but one adds x,
        // which is 2.
        let zeros = "0000000000000000000000000000";
        assert_eq!(parsed(zeros).as_deref(), Ok(zeros));
        let one = "0000000000000000000000000012";
        for typed in [
            one,
            "oooo-OOOO-0000-0000-0000-0000-ooI2",
            " 0000 0000 0000 0000 0000 0000\t00l2\r\n",
            "00000000000000–000000000000L2",
        ] {
            assert_eq!(parsed(typed).as_deref(), Ok(one), "{typed:?}");
        }
        assert_eq!(parsed("0000000000000000000000000011"), BAD);
        assert_eq!(parsed(""), BAD);
        assert_eq!(parsed("000000000000000000000000000"), BAD);
        assert_eq!(parsed("00000000000000000000000000000"), BAD);
        assert_eq!(parsed("U000000000000000000000000000"), BAD);
    }

    proptest! {
        #[test]
        fn every_wrong_symbol_and_every_swap_is_found(place in 0..SYMBOLS, other in 0..SYMBOLS, by in 1..32_usize) {
            let code = parsed(make().unwrap().expose_secret()).unwrap().into_bytes();
            let mut wrong = code.clone();
            let value = ALPHABET.iter().position(|symbol| *symbol == wrong[place]).unwrap();
            wrong[place] = ALPHABET[(value + by) % 32];
            prop_assert_eq!(parsed(std::str::from_utf8(&wrong).unwrap()), BAD);
            let mut swapped = code.clone();
            swapped.swap(place, other);
            if swapped != code {
                prop_assert_eq!(parsed(std::str::from_utf8(&swapped).unwrap()), BAD);
            }
        }

        #[test]
        fn nothing_typed_makes_it_panic(typed in ".*") {
            let _ = parse(&SecretString::from(typed));
        }
    }
}

//! Text in a character set of one byte a letter, for bodies that are not in UTF-8.

use serde::{Deserialize, Serialize};

/// A character set that a body can be put into.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Charset {
    /// Cyrillic.
    #[serde(rename = "windows-1251")]
    Windows1251,
    /// Western European.
    #[serde(rename = "iso-8859-1")]
    Latin1,
}

impl Charset {
    /// The text in this set. Letters that are not in it are written as JSON writes any letter, `\u0451`, so that only the
    /// others are wrong.
    pub fn encode(self, text: &str) -> Vec<u8> {
        let mut encoded = Vec::with_capacity(text.len());
        for letter in text.chars() {
            match self.byte(letter) {
                Some(byte) => encoded.push(byte),
                None => {
                    let mut units = [0; 2];
                    for unit in letter.encode_utf16(&mut units) {
                        encoded.extend_from_slice(format!("\\u{unit:04x}").as_bytes());
                    }
                }
            }
        }
        encoded
    }

    fn byte(self, letter: char) -> Option<u8> {
        let code = u32::from(letter);
        match self {
            _ if letter.is_ascii() => u8::try_from(code).ok(),
            Self::Latin1 => u8::try_from(code).ok().filter(|byte| *byte >= 0xa0),
            Self::Windows1251 => match letter {
                'А'..='я' => u8::try_from(code - 0x410 + 0xc0).ok(),
                'Ё' => Some(0xa8),
                'ё' => Some(0xb8),
                'І' => Some(0xb2),
                'і' => Some(0xb3),
                '№' => Some(0xb9),
                '\u{a0}' => Some(0xa0),
                _ => None,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_get_their_byte_or_an_escape() {
        assert_eq!(Charset::Windows1251.encode("Ая ёі"), [0xc0, 0xff, b' ', 0xb8, 0xb3]);
        assert_eq!(Charset::Windows1251.encode("ñ"), b"\\u00f1");
        assert_eq!(Charset::Latin1.encode("ñ"), [0xf1]);
        assert_eq!(Charset::Latin1.encode("Ә😀"), b"\\u04d8\\ud83d\\ude00");
    }

    #[test]
    fn escapes_are_read_as_the_letters_they_stand_for() {
        let json = serde_json::to_string("Әлия 😀").unwrap();
        let read: String = serde_json::from_slice(&Charset::Latin1.encode(&json)).unwrap();
        assert_eq!(read, "Әлия 😀");
    }
}

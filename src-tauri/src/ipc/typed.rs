//! A secret on its way in from the window: what a person typed or pasted.

use secrecy::SecretString;
use serde::{Deserialize, Deserializer};
use specta::Type;

/// What was typed: wiped when dropped, and without a way to print or send it.
#[derive(Type)]
#[specta(transparent)]
pub struct Typed(#[specta(type = String)] SecretString);

impl Typed {
    /// The secret, for those who use it.
    pub fn into_secret(self) -> SecretString {
        self.0
    }
}

impl<'de> Deserialize<'de> for Typed {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(|text| Self(text.into()))
    }
}

//! API credentials while they are in memory. They cannot be printed, compared or serialised, and are wiped when dropped.
//!
//! Where they rest (keyring, sealed vault) is the business of `credentials`.

use secrecy::{ExposeSecret, SecretString};

/// The key and the secret that a provider issued to the merchant.
#[derive(Debug, Clone)]
pub struct Credential {
    /// Love&Pay `pk_…`, Cryptopocket `api_key`. Not a secret by the provider's terms, handled as one all the same.
    pub api_key: SecretString,
    /// Love&Pay `sk_…`, Cryptopocket `api_secret`.
    pub api_secret: SecretString,
}

/// Why typed text is no credential.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CredentialFault {
    /// The key is empty once blanks around it are dropped.
    #[error("the API key is empty")]
    KeyEmpty,
    /// The secret is empty once blanks around it are dropped.
    #[error("the API secret is empty")]
    SecretEmpty,
    /// The key holds a blank, a control character or a character outside ASCII, which no HTTP header can carry.
    #[error("the API key holds a character that no key has")]
    KeyMalformed,
    /// The secret holds a line break or another control character.
    #[error("the API secret holds a character that no secret has")]
    SecretMalformed,
}

impl Credential {
    /// Takes what was typed or pasted, without the blanks and line breaks around it.
    ///
    /// # Errors
    /// A [`CredentialFault`] when a part is empty or cannot be a key; it never quotes the part.
    pub fn parse(api_key: &str, api_secret: &str) -> Result<Self, CredentialFault> {
        let (key, secret) = (api_key.trim(), api_secret.trim());
        if key.is_empty() {
            return Err(CredentialFault::KeyEmpty);
        }
        if secret.is_empty() {
            return Err(CredentialFault::SecretEmpty);
        }
        if !key.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(CredentialFault::KeyMalformed);
        }
        if secret.chars().any(char::is_control) {
            return Err(CredentialFault::SecretMalformed);
        }
        Ok(Self { api_key: key.into(), api_secret: secret.into() })
    }

    /// The last four characters of the key, for recognising it on screen; empty for a key of fewer than twelve, of
    /// which four would tell too much.
    pub fn key_tail(&self) -> String {
        let key = self.api_key.expose_secret();
        let count = key.chars().count();
        if count < 12 { String::new() } else { key.chars().skip(count - 4).collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blanks_around_a_pasted_key_are_dropped() {
        let credential = Credential::parse(" pk_test_0123456789\r\n", "\tsk_test_x ").unwrap();
        assert_eq!(credential.api_key.expose_secret(), "pk_test_0123456789");
        assert_eq!(credential.api_secret.expose_secret(), "sk_test_x");
        assert_eq!(credential.key_tail(), "6789");
    }

    #[test]
    fn what_cannot_be_a_key_is_refused_by_name() {
        assert_eq!(Credential::parse(" ", "x").unwrap_err(), CredentialFault::KeyEmpty);
        assert_eq!(Credential::parse("x", "\n").unwrap_err(), CredentialFault::SecretEmpty);
        assert_eq!(Credential::parse("p k", "x").unwrap_err(), CredentialFault::KeyMalformed);
        assert_eq!(Credential::parse("ключ", "x").unwrap_err(), CredentialFault::KeyMalformed);
        assert_eq!(Credential::parse("pk", "a\nb").unwrap_err(), CredentialFault::SecretMalformed);
    }

    #[test]
    fn nothing_of_it_is_printed() {
        let credential = Credential::parse("pk_test_visible", "sk_test_visible").unwrap();
        let printed = format!("{credential:?}");
        assert!(!printed.contains("visible"), "a credential must not show in {printed}");
    }

    #[test]
    fn a_short_key_shows_no_tail() {
        assert_eq!(Credential::parse("pk_short", "s").unwrap().key_tail(), "");
    }
}

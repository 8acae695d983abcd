//! The text of a connection's entry: API key and API secret in one JSON object, so that neither can change without the
//! other.

use kyc::{Credential, Problem, Trouble};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use zeroize::Zeroizing;

/// The entry's fields. `format` leaves room for further ones; a format from the future is read as long as it has these.
#[derive(Serialize)]
struct Written<'a> {
    format: u32,
    api_key: &'a str,
    api_secret: &'a str,
}

/// Borrowed and as they stand: to resolve escapes serde_json copies a text into a buffer that nobody wipes.
#[derive(Deserialize)]
struct Read<'a> {
    #[serde(borrow)]
    api_key: &'a RawValue,
    #[serde(borrow)]
    api_secret: &'a RawValue,
}

/// The entry's text for a credential.
pub(crate) fn to_text(credential: &Credential) -> Result<SecretString, Problem> {
    let written = Written {
        format: 1,
        api_key: credential.api_key.expose_secret(),
        api_secret: credential.api_secret.expose_secret(),
    };
    // Every character can take up to six bytes when escaped. With room for that nothing is moved while writing, and no
    // half of a secret stays behind in memory that was given back.
    let room = 64 + 6 * (written.api_key.len() + written.api_secret.len());
    let mut json = Zeroizing::new(Vec::with_capacity(room));
    serde_json::to_writer(&mut *json, &written).map_err(|_| Problem::from(Trouble::Internal))?;
    secret_of_bytes(&json)
}

/// The credential in an entry's text. A text that is none ends as `CredentialMissing`: the person enters it anew.
pub(crate) fn from_text(text: &SecretString) -> Result<Credential, Problem> {
    let read = serde_json::from_str::<Read<'_>>(text.expose_secret()).ok();
    let parts = read.and_then(|read| Some((json_text(read.api_key.get())?, json_text(read.api_secret.get())?)));
    let (api_key, api_secret) = parts.ok_or_else(|| {
        tracing::warn!("a connection's entry is not in the form that Vouch writes");
        Problem::from(Trouble::CredentialMissing)
    })?;
    Credential::parse(&api_key, &api_secret).map_err(|fault| {
        tracing::warn!(%fault, "a connection's entry holds no credential");
        Trouble::CredentialMissing.into()
    })
}

/// The text of a JSON string. `None` for what is none, or for escapes that serde_json does not write (half a character
/// outside the first plane).
fn json_text(json: &str) -> Option<Zeroizing<String>> {
    let mut rest = json.strip_prefix('"')?.strip_suffix('"')?;
    // What an escape stands for is never longer than the escape.
    let mut text = Zeroizing::new(String::with_capacity(rest.len()));
    while let Some((before, after)) = rest.split_once('\\') {
        text.push_str(before);
        let mut characters = after.chars();
        text.push(match characters.next()? {
            'b' => '\u{8}',
            'f' => '\u{c}',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'u' => {
                let (digits, after) = characters.as_str().split_at_checked(4)?;
                characters = after.chars();
                u32::from_str_radix(digits, 16).ok().and_then(char::from_u32)?
            }
            itself => itself,
        });
        rest = characters.as_str();
    }
    text.push_str(rest);
    Some(text)
}

/// A secret text from bytes, without leaving a copy of it behind.
pub(crate) fn secret_of_bytes(bytes: &[u8]) -> Result<SecretString, Problem> {
    let text = std::str::from_utf8(bytes).map_err(|_| Problem::from(Trouble::Internal))?;
    // Of exactly its length, so that boxing it moves nothing.
    let mut owned = String::with_capacity(text.len());
    owned.push_str(text);
    Ok(SecretString::from(owned))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn every_credential_survives(key in "[!-~]{1,80}", secret in "[^\\p{Cc}\\s]([^\\p{Cc}]{0,80}[^\\p{Cc}\\s])?") {
            let credential = Credential::parse(&key, &secret).unwrap();
            let read = from_text(&to_text(&credential).unwrap()).unwrap();
            prop_assert_eq!(read.api_key.expose_secret(), credential.api_key.expose_secret());
            prop_assert_eq!(read.api_secret.expose_secret(), credential.api_secret.expose_secret());
        }

        #[test]
        fn every_text_that_serde_json_writes_is_read(text in any::<String>()) {
            let json = serde_json::to_string(&text).unwrap();
            let read = json_text(&json);
            prop_assert_eq!(read.as_deref(), Some(&text));
        }

        #[test]
        fn foreign_text_is_no_credential_and_no_panic(text in ".*") {
            let _ = from_text(&SecretString::from(text));
        }
    }

    #[test]
    fn half_an_entry_is_no_credential() {
        for text in ["", "{}", r#"{"api_key":"pk"}"#, r#"{"api_key":"pk","api_secret":""}"#, r#"["pk"]"#] {
            let problem = from_text(&SecretString::from(text)).unwrap_err();
            assert_eq!(problem.trouble, Trouble::CredentialMissing, "{text:?}");
        }
    }

    #[test]
    fn an_entry_with_more_fields_is_read() {
        let text = SecretString::from(r#"{"format":9,"api_key":"pk_1","api_secret":"sk_1","set":"2026-01-01"}"#);
        assert_eq!(from_text(&text).unwrap().api_secret.expose_secret(), "sk_1");
    }
}

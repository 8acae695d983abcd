//! A secret on its way in from the window: what a person typed or pasted.
//!
//! It crosses sealed to this process. Whatever lies between the window's script and this module (the webview's own
//! processes and their messages, buffers of libraries that wipe nothing) sees only what nobody can open. The window makes
//! a key pair for each secret, agrees with this process's key (ECDH, P-256), derives an AES-256-GCM key (HKDF-SHA-256) and
//! sends base64 of its public point (65 bytes), the nonce (12 bytes) and the sealed text with its tag.
//!
//! This is not about a network, and no defence against a window that was taken over: that one sees what is typed.

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use aws_lc_rs::agreement::{self, ECDH_P256, PrivateKey, UnparsedPublicKey};
use aws_lc_rs::hkdf::{HKDF_SHA256, Salt};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use secrecy::SecretString;
use serde::de::Error;
use serde::{Deserialize, Deserializer};
use specta::Type;
use std::sync::OnceLock;
use zeroize::Zeroizing;

/// What the derived key is for; the same words stand in `ui/src/lib/backend/sealing.ts`.
const PURPOSE: &[u8] = b"vouch typed secret";

/// Bytes of an uncompressed point on P-256.
const POINT: usize = 65;

/// A secret that was typed: wiped when dropped, and without a way to print or send it.
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
        let sealed = String::deserialize(deserializer)?;
        open(key()?, &sealed).map(Self).map_err(|Unreadable| D::Error::custom("a typed secret cannot be opened"))
    }
}

/// The public key that the window seals to, as base64 of the uncompressed point. Another one in each process.
///
/// # Errors
/// When the system gives no random bits.
pub fn public_key() -> Result<String, kyc::Problem> {
    let point = key::<serde::de::value::Error>()
        .and_then(|key| key.compute_public_key().map_err(|_| Error::custom("no public key")))
        .map_err(|_| kyc::Problem::from(kyc::Trouble::Internal))?;
    Ok(BASE64_STANDARD.encode(point))
}

fn key<E: Error>() -> Result<&'static PrivateKey, E> {
    static KEY: OnceLock<Option<PrivateKey>> = OnceLock::new();
    let made = KEY.get_or_init(|| PrivateKey::generate(&ECDH_P256).ok());
    made.as_ref().ok_or_else(|| E::custom("no key for typed secrets"))
}

struct Unreadable;

fn open(key: &PrivateKey, sealed: &str) -> Result<SecretString, Unreadable> {
    let bytes = BASE64_STANDARD.decode(sealed).map_err(|_| Unreadable)?;
    let (point, rest) = bytes.split_at_checked(POINT).ok_or(Unreadable)?;
    let (nonce, text) = rest.split_at_checked(NONCE_LEN).ok_or(Unreadable)?;
    let peer = UnparsedPublicKey::new(&ECDH_P256, point);
    let aead = agreement::agree(key, peer, Unreadable, |shared| {
        let derived = Salt::new(HKDF_SHA256, &[]).extract(shared);
        let material = derived.expand(&[PURPOSE], &AES_256_GCM).map_err(|_| Unreadable)?;
        Ok(LessSafeKey::new(UnboundKey::from(material)))
    })?;
    let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| Unreadable)?;
    let mut text = Zeroizing::new(text.to_vec());
    let opened = aead.open_in_place(nonce, Aad::empty(), &mut text).map_err(|_| Unreadable)?;
    let opened = std::str::from_utf8(opened).map_err(|_| Unreadable)?;
    // Of exactly its length, so that boxing it moves nothing.
    let mut owned = String::with_capacity(opened.len());
    owned.push_str(opened);
    Ok(SecretString::from(owned))
}

#[cfg(test)]
mod tests {
    use super::*;
    use secrecy::ExposeSecret;

    /// As the window does it.
    fn seal(to: &PrivateKey, text: &str) -> Vec<u8> {
        let mine = PrivateKey::generate(&ECDH_P256).unwrap();
        let theirs = to.compute_public_key().unwrap();
        let aead = agreement::agree(&mine, UnparsedPublicKey::new(&ECDH_P256, theirs.as_ref()), (), |shared| {
            let derived = Salt::new(HKDF_SHA256, &[]).extract(shared);
            Ok(LessSafeKey::new(UnboundKey::from(derived.expand(&[PURPOSE], &AES_256_GCM).unwrap())))
        })
        .unwrap();
        let mut text = text.as_bytes().to_vec();
        aead.seal_in_place_append_tag(Nonce::assume_unique_for_key([7; NONCE_LEN]), Aad::empty(), &mut text).unwrap();
        [mine.compute_public_key().unwrap().as_ref(), &[7; NONCE_LEN], &text].concat()
    }

    #[test]
    fn what_the_window_sealed_is_opened() {
        let key = PrivateKey::generate(&ECDH_P256).unwrap();
        for text in ["", "sk_live_1", "пароль и 密码"] {
            let opened = open(&key, &BASE64_STANDARD.encode(seal(&key, text)));
            assert_eq!(opened.ok().map(|opened| opened.expose_secret().to_owned()).as_deref(), Some(text));
        }
    }

    #[test]
    fn what_was_sealed_to_another_process_or_changed_on_its_way_is_not() {
        let (key, other) = (PrivateKey::generate(&ECDH_P256).unwrap(), PrivateKey::generate(&ECDH_P256).unwrap());
        let sealed = seal(&key, "sk_live_1");
        assert!(open(&other, &BASE64_STANDARD.encode(&sealed)).is_err());
        for place in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[place] ^= 1;
            assert!(open(&key, &BASE64_STANDARD.encode(&changed)).is_err(), "byte {place}");
        }
        for length in 0..sealed.len() {
            assert!(open(&key, &BASE64_STANDARD.encode(&sealed[..length])).is_err(), "cut to {length}");
        }
        assert!(open(&key, "plain text").is_err());
    }

    #[test]
    fn a_message_holds_no_plain_secret() {
        let key = super::key::<serde_json::Error>().unwrap();
        let message = format!("\"{}\"", BASE64_STANDARD.encode(seal(key, "sk_live_visible")));
        assert!(!message.contains("visible"));
        let typed: Typed = serde_json::from_str(&message).unwrap();
        assert_eq!(typed.into_secret().expose_secret(), "sk_live_visible");
        assert!(serde_json::from_str::<Typed>("\"sk_live_visible\"").is_err(), "an unsealed one is not taken");
    }
}

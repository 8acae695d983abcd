//! Judges the signature of a request, as the merchant API v2 does: the SHA-256 of the body in lower-case hex is put after
//! method, path and timestamp, and the whole is signed with HMAC-SHA256 under the secret's text. The query is not signed.

use crate::moment::{MINUTE, Moment};
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

/// Furthest that a timestamp may be from the provider's clock, either way. Not documented; `TIMESTAMP_EXPIRED` is.
pub const TOLERANCE: i64 = 5 * MINUTE;

/// The pair that is accepted.
#[derive(Clone)]
pub struct Keys {
    /// `pk_test_…`
    pub key: String,
    /// `sk_test_…`
    pub secret: String,
}

/// Why a request is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    /// One of the three headers is missing, empty or doubled. Looked at before everything else.
    MissingHeaders,
    /// Nobody has this key.
    UnknownKey,
    /// The timestamp is no number of milliseconds near the present.
    TimestampExpired,
    /// The signature does not fit.
    InvalidSignature,
}

/// What of a request is judged.
#[derive(Debug, Clone, Copy)]
pub struct Signed<'a> {
    /// `x-api-key`
    pub key: Option<&'a str>,
    /// `x-timestamp`
    pub timestamp: Option<&'a str>,
    /// `x-signature`
    pub signature: Option<&'a str>,
    /// The method, upper case.
    pub method: &'a str,
    /// The whole path, without the query.
    pub path: &'a str,
    /// The body, as sent.
    pub body: &'a [u8],
}

impl Signed<'_> {
    /// Says whether the request is the key holder's and new.
    ///
    /// # Errors
    /// Says why not.
    pub fn judge(&self, keys: &Keys, now: Moment) -> Result<(), Refused> {
        let (Some(key), Some(timestamp), Some(signature)) = (self.key, self.timestamp, self.signature) else {
            return Err(Refused::MissingHeaders);
        };
        if key != keys.key {
            return Err(Refused::UnknownKey);
        }
        let digits = !timestamp.is_empty() && timestamp.bytes().all(|byte| byte.is_ascii_digit());
        let moment = timestamp.parse::<i64>().ok().filter(|_| digits).ok_or(Refused::TimestampExpired)?;
        if moment.abs_diff(now.milliseconds()) > TOLERANCE.unsigned_abs() {
            return Err(Refused::TimestampExpired);
        }
        // Only lower-case hex is right: decoding alone would let capitals pass.
        let lower_case = !signature.bytes().any(|byte| byte.is_ascii_uppercase());
        let signature = hex::decode(signature).ok().filter(|_| lower_case).ok_or(Refused::InvalidSignature)?;
        let message = message(self.method, self.path, timestamp, self.body);
        let mut mac = Hmac::<Sha256>::new_from_slice(keys.secret.as_bytes()).map_err(|_| Refused::InvalidSignature)?;
        mac.update(message.as_bytes());
        mac.verify_slice(&signature).map_err(|_| Refused::InvalidSignature)
    }
}

fn message(method: &str, path: &str, timestamp: &str, body: &[u8]) -> String {
    format!("{method}{path}{timestamp}{}", hex::encode(Sha256::digest(body)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    #[derive(Deserialize)]
    struct Vectors {
        vectors: Vec<Vector>,
    }

    #[derive(Deserialize)]
    struct Vector {
        name: String,
        method: String,
        path: String,
        timestamp_ms: i64,
        body: String,
        secret: String,
        body_sha256: String,
        string_to_sign: String,
        signature: String,
    }

    impl Vector {
        fn judge(&self, change: impl FnOnce(&mut Vector, &mut Keys, &mut i64)) -> Result<(), Refused> {
            let keys = Keys { key: "pk_test_example".to_owned(), secret: self.secret.clone() };
            let mut given = (Vector { name: String::new(), ..self.copy() }, keys, self.timestamp_ms);
            change(&mut given.0, &mut given.1, &mut given.2);
            let timestamp = given.0.timestamp_ms.to_string();
            let signed = Signed {
                key: Some("pk_test_example"),
                timestamp: Some(&timestamp),
                signature: Some(&given.0.signature),
                method: &given.0.method,
                path: &given.0.path,
                body: given.0.body.as_bytes(),
            };
            signed.judge(&given.1, Moment::of(jiff::Timestamp::from_millisecond(given.2).unwrap()))
        }

        fn copy(&self) -> Self {
            Self {
                name: self.name.clone(),
                method: self.method.clone(),
                path: self.path.clone(),
                body: self.body.clone(),
                secret: self.secret.clone(),
                body_sha256: self.body_sha256.clone(),
                string_to_sign: self.string_to_sign.clone(),
                signature: self.signature.clone(),
                ..*self
            }
        }
    }

    fn vectors() -> Vec<Vector> {
        let text = include_str!("../../tests/data/loveandpay-signatures.json");
        let vectors = serde_json::from_str::<Vectors>(text).unwrap().vectors;
        assert_eq!(vectors.len(), 20);
        vectors
    }

    #[test]
    fn every_vector_is_accepted_as_it_stands() {
        for vector in vectors() {
            let timestamp = vector.timestamp_ms.to_string();
            assert_eq!(hex::encode(Sha256::digest(&vector.body)), vector.body_sha256, "{}", vector.name);
            let signed = message(&vector.method, &vector.path, &timestamp, vector.body.as_bytes());
            assert_eq!(signed, vector.string_to_sign, "{}", vector.name);
            assert_eq!(vector.judge(|_, _, _| {}), Ok(()), "{}", vector.name);
        }
    }

    #[test]
    fn every_vector_is_refused_when_anything_signed_differs() {
        type Change = fn(&mut Vector, &mut Keys, &mut i64);
        let changes: [(&str, Change); 8] = [
            ("method", |vector, _, _| vector.method = "PATCH".to_owned()),
            ("method in small letters", |vector, _, _| vector.method = vector.method.to_lowercase()),
            ("path", |vector, _, _| vector.path.push('/')),
            ("path without its prefix", |vector, _, _| vector.path = vector.path.replace("/api/v2", "")),
            ("timestamp", |vector, _, _| vector.timestamp_ms += 1),
            ("body", |vector, _, _| vector.body.push(' ')),
            ("secret", |_, keys, _| keys.secret.push('x')),
            ("capital hex", |vector, _, _| vector.signature = vector.signature.to_uppercase()),
        ];
        for vector in vectors() {
            for (what, change) in changes {
                assert_eq!(vector.judge(change), Err(Refused::InvalidSignature), "{}: {what}", vector.name);
            }
        }
    }

    #[test]
    fn a_timestamp_is_good_for_five_minutes_either_way() {
        let vector = &vectors()[0];
        for (off, verdict) in [
            (0, Ok(())),
            (TOLERANCE, Ok(())),
            (-TOLERANCE, Ok(())),
            (TOLERANCE + 1, Err(Refused::TimestampExpired)),
            (-TOLERANCE - 1, Err(Refused::TimestampExpired)),
        ] {
            assert_eq!(vector.judge(|_, _, now| *now += off), verdict, "the clock is {off} ms ahead");
        }
    }

    #[test]
    fn headers_are_missed_before_anything_else() {
        let keys = Keys { key: "pk".to_owned(), secret: "sk".to_owned() };
        let now = Moment::of(jiff::Timestamp::UNIX_EPOCH);
        let whole = Signed {
            key: Some("nobody"),
            timestamp: Some("x"),
            signature: Some("y"),
            method: "GET",
            path: "/",
            body: b"",
        };
        assert_eq!(whole.judge(&keys, now), Err(Refused::UnknownKey));
        for signed in
            [Signed { key: None, ..whole }, Signed { timestamp: None, ..whole }, Signed { signature: None, ..whole }]
        {
            assert_eq!(signed.judge(&keys, now), Err(Refused::MissingHeaders));
        }
        let known = Signed { key: Some("pk"), ..whole };
        assert_eq!(known.judge(&keys, now), Err(Refused::TimestampExpired));
        for timestamp in ["", "-1", "+1", "1.0", "99999999999999999999"] {
            let signed = Signed { timestamp: Some(timestamp), ..known };
            assert_eq!(signed.judge(&keys, now), Err(Refused::TimestampExpired), "{timestamp:?}");
        }
    }
}

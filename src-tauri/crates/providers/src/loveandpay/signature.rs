//! How a Love&Pay request is signed: HMAC-SHA256, as lowercase hex, over method, whole path, timestamp and the hash of
//! the body, joined without separators. The query is not signed.

use crate::http::{Outgoing, secret_header};
use hmac::{Hmac, KeyInit, Mac};
use kyc::{Credential, Problem, Trouble};
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};

const API_KEY: HeaderName = HeaderName::from_static("x-api-key");
const TIMESTAMP: HeaderName = HeaderName::from_static("x-timestamp");
const SIGNATURE: HeaderName = HeaderName::from_static("x-signature");

/// The three headers of a request. L2: the whole path of the base address is signed, whatever it is. Made anew for each attempt (L4): nothing says that a timestamp may be used twice.
pub(super) fn headers(credential: &Credential, outgoing: &Outgoing<'_>) -> Result<HeaderMap, Problem> {
    let timestamp = outgoing.now.as_millisecond().to_string();
    let message = string_to_sign(outgoing.method.as_str(), &outgoing.path, &timestamp, &body_hash(outgoing.body));
    let signature = SecretString::from(sign(&credential.api_secret, &message)?);
    let timestamp = HeaderValue::from_str(&timestamp).map_err(|_| Trouble::Internal)?;
    Ok(HeaderMap::from_iter([
        (API_KEY, secret_header(&credential.api_key)?),
        (TIMESTAMP, timestamp),
        (SIGNATURE, secret_header(&signature)?),
    ]))
}

/// SHA-256 of the bytes that are sent, lowercase hex. No body counts as the empty one (L3).
fn body_hash(body: &[u8]) -> String {
    hex::encode(Sha256::digest(body))
}

fn string_to_sign(method: &str, path: &str, timestamp: &str, body_hash: &str) -> String {
    format!("{method}{path}{timestamp}{body_hash}")
}

/// The key is the text of the secret as it is; nothing is decoded.
fn sign(secret: &SecretString, message: &str) -> Result<String, Problem> {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.expose_secret().as_bytes()).map_err(|_| Trouble::Internal)?;
    mac.update(message.as_bytes());
    Ok(hex::encode(mac.finalize().into_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use reqwest::Method;
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

    fn vectors() -> Vec<Vector> {
        let text = include_str!("../../tests/data/vectors/loveandpay-signatures.json");
        serde_json::from_str::<Vectors>(text).unwrap().vectors
    }

    #[test]
    fn every_vector_is_rebuilt() {
        assert_eq!(vectors().len(), 20);
        for vector in vectors() {
            let hash = body_hash(vector.body.as_bytes());
            assert_eq!(hash, vector.body_sha256, "{}", vector.name);
            let message = string_to_sign(&vector.method, &vector.path, &vector.timestamp_ms.to_string(), &hash);
            assert_eq!(message, vector.string_to_sign, "{}", vector.name);
            assert_eq!(sign(&vector.secret.into(), &message).unwrap(), vector.signature, "{}", vector.name);
        }
    }

    #[test]
    fn the_headers_carry_key_time_and_signature_and_show_neither_key_nor_signature() {
        for vector in vectors() {
            let now = jiff::Timestamp::from_millisecond(vector.timestamp_ms).unwrap();
            let credential = Credential::parse("pk_test_example", &vector.secret).unwrap();
            let method: Method = vector.method.parse().unwrap();
            let path = vector.path.clone();
            let outgoing = Outgoing { method: &method, path, body: vector.body.as_bytes(), now };
            let headers = headers(&credential, &outgoing).unwrap();
            assert_eq!(headers["x-api-key"], "pk_test_example");
            assert_eq!(headers["x-timestamp"].to_str().unwrap(), vector.timestamp_ms.to_string());
            assert_eq!(headers["x-signature"], vector.signature, "{}", vector.name);
            assert!(headers["x-api-key"].is_sensitive() && headers["x-signature"].is_sensitive());
            assert_eq!(headers.len(), 3);
        }
    }
}

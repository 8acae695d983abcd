//! Documents handed in. The provider never shows one again; here the control endpoint tells what came.

use super::State;
use super::request::{Fields, is_web_address, ok_without_data, refused_with};
use crate::exchange::{Call, Reply};
use crate::roster::Source;
use axum::http::StatusCode;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;
use sha2::{Digest, Sha256};

/// What a document can be.
const TYPES: &[&str] = &[
    "onboarding_form",
    "bank_statement",
    "payslip",
    "employment_contract",
    "tax_return",
    "tax_certificate",
    "company_accounts",
    "dividend_statement",
    "investment_statement",
    "crypto_wallet_statement",
    "sale_of_property",
    "sale_of_vehicle",
    "sale_of_company_shares",
    "inheritance_document",
    "gift_declaration",
    "loan_agreement",
    "savings_evidence",
    "invoice",
    "freelance_income_evidence",
    "pension_statement",
    "unemployment_benefit_statement",
    "source_of_funds_declaration",
    "other",
];

/// What is kept of a document.
#[derive(Debug, Clone, Serialize)]
pub struct Document {
    user_id: u64,
    #[serde(rename = "type")]
    kind: String,
    #[serde(flatten)]
    content: Content,
}

#[derive(Debug, Clone, Serialize)]
#[serde(untagged)]
enum Content {
    /// Sent along.
    File {
        /// As the prefix says.
        mime: String,
        /// How long.
        bytes: usize,
        /// In lower-case hex.
        sha256: String,
    },
    /// To be fetched, which the emulator does not do.
    Elsewhere { url: String },
}

/// POST `/customers/{user_id}/documents`
pub fn upload(state: &mut State, call: &Call) -> Result<Reply, Reply> {
    let user_id = customer(state, call.id.as_deref().unwrap_or_default())?;
    let mut fields = Fields::of_json(call, &["type", "file"]);
    let (kind, file) = (fields.text("type", usize::MAX), fields.text("file", usize::MAX));
    if !kind.is_empty() && !TYPES.contains(&kind.as_str()) {
        fields.wrong("type", "is not one of the known types");
    }
    fields.done()?;
    let content = content(&file).ok_or_else(|| refused_with(StatusCode::UNPROCESSABLE_ENTITY, "invalid_file"))?;
    state.documents.push(Document { user_id, kind, content });
    Ok(ok_without_data())
}

/// The ids between those of our customers belong to customers of other integrations.
fn customer(state: &State, id: &str) -> Result<u64, Reply> {
    let not_found = || refused_with(StatusCode::NOT_FOUND, "user_not_found");
    let number = id.parse().map_err(|_| not_found())?;
    let source = state.roster.source();
    match state.roster.slot(id) {
        Some(_) => Ok(number),
        None if source.is_taken(number) && source.find(id).is_none() => {
            Err(refused_with(StatusCode::FORBIDDEN, "user_not_in_integration"))
        }
        None => Err(not_found()),
    }
}

/// Base64 with its prefix, or the address of a file.
fn content(file: &str) -> Option<Content> {
    if is_web_address(file) {
        return Some(Content::Elsewhere { url: file.to_owned() });
    }
    let (mime, encoded) = file.strip_prefix("data:")?.split_once(";base64,")?;
    let bytes = STANDARD.decode(encoded).ok().filter(|bytes| !bytes.is_empty() && mime.contains('/'))?;
    Some(Content::File { mime: mime.to_owned(), bytes: bytes.len(), sha256: hex::encode(Sha256::digest(&bytes)) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_23_types() {
        let mut types = TYPES.to_vec();
        types.sort_unstable();
        types.dedup();
        assert_eq!(types.len(), 23);
    }

    #[test]
    fn only_what_can_be_decoded_is_a_file() {
        for file in ["data:text/plain;base64,QQ==", "https://files.example.com/a.pdf"] {
            assert!(content(file).is_some(), "{file}");
        }
        for file in [
            "QQ==",
            "data:text/plain;base64,",
            "data:text/plain;base64,QQ",
            "data:text/plain;base64,Q$==",
            "data:;base64,QQ==",
            "ftp://a/b",
        ] {
            assert!(content(file).is_none(), "{file}");
        }
    }
}

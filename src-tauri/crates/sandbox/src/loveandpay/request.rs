//! Reading a request's parameters and body as strictly as the reference allows, and refusing it.

use crate::exchange::Call;
use axum::http::StatusCode;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::ops::RangeInclusive;
use uuid::Uuid;

/// A refusal: HTTP status, code and message.
pub type Refusing = (StatusCode, &'static str, String);

/// Page size without `limit`.
const PAGE: usize = 50;

/// The part of a list that is asked for.
#[derive(Debug, Clone, Copy)]
pub struct Part {
    /// At most so many rows.
    pub limit: usize,
    /// After so many.
    pub offset: usize,
}

impl Part {
    /// Reads `limit`, at most `largest`, and `offset`.
    pub fn of(call: &Call, largest: usize) -> Result<Self, Refusing> {
        let limit = number(call, "limit", 1..=largest)?.unwrap_or(PAGE);
        Ok(Self { limit, offset: number(call, "offset", 0..=usize::MAX)?.unwrap_or(0) })
    }

    /// What a list says about itself.
    pub fn pagination(self, total: usize) -> Pagination {
        Pagination { total, limit: self.limit, offset: self.offset, pages: total.div_ceil(self.limit) }
    }
}

/// What a list says about itself.
#[derive(Debug, Serialize)]
pub struct Pagination {
    total: usize,
    limit: usize,
    offset: usize,
    pages: usize,
}

/// A list reply.
#[derive(Debug, Serialize)]
pub struct List<T> {
    /// Always true.
    pub success: bool,
    /// The rows.
    pub data: Vec<T>,
    /// What the list says about itself.
    pub pagination: Pagination,
}

/// What is wrong with the request itself.
pub fn invalid(message: &str) -> Refusing {
    (StatusCode::BAD_REQUEST, "VALIDATION_ERROR", message.to_owned())
}

/// The code for this is not documented, the status is assumed.
pub fn not_found(what: &str) -> Refusing {
    (StatusCode::NOT_FOUND, "NOT_FOUND", format!("{what} not found"))
}

/// The id in the path, in the spelling of the list; only UUIDs get this far.
pub fn path_id(call: &Call) -> Result<Uuid, Refusing> {
    let id = call.id.as_deref().and_then(|id| Uuid::try_parse(id).ok());
    id.ok_or_else(|| invalid("id must be a UUID"))
}

/// Refuses parameters that are not in the reference, and repeated ones.
pub fn known_parameters(call: &Call, known: &[&str]) -> Result<(), Refusing> {
    match call.unexpected_parameter(known) {
        None => Ok(()),
        Some(name) => Err(invalid(&format!("Unexpected query parameter: {name}"))),
    }
}

fn number(call: &Call, name: &str, range: RangeInclusive<usize>) -> Result<Option<usize>, Refusing> {
    let Some(text) = call.parameter(name) else { return Ok(None) };
    let number = text.parse().ok().filter(|number| range.contains(number));
    number.map(Some).ok_or_else(|| match name {
        "limit" => invalid(&format!("limit must be a number from 1 to {}", range.end())),
        _ => invalid(&format!("{name} must be a number from 0 on")),
    })
}

/// The place of a parameter's word among the words.
pub fn one_of(call: &Call, name: &str, words: &[&'static str]) -> Result<Option<usize>, Refusing> {
    let Some(given) = call.parameter(name) else { return Ok(None) };
    let place = words.iter().position(|word| *word == given);
    place.map(Some).ok_or_else(|| invalid(&format!("{name} must be one of {}", words.join(", "))))
}

/// The JSON object in the body.
pub fn body<T: DeserializeOwned>(call: &Call) -> Result<T, Refusing> {
    if !call.is_json() {
        return Err(invalid("Content-Type must be application/json"));
    }
    serde_json::from_slice(&call.body).map_err(|error| invalid(&format!("The body is not as expected: {error}")))
}

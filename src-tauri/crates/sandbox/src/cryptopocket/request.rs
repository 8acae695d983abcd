//! Reading a request's parameters and body as strictly as the reference allows, and refusing it.

use super::amount;
use crate::exchange::{Call, Reply};
use crate::moment::Moment;
use axum::http::StatusCode;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde_json::{Map, Value, json};

/// A refusal, with HTTP status 200.
pub fn refused(code: &str) -> Reply {
    refused_with(StatusCode::OK, code)
}

/// A refusal with the HTTP status that belongs to it for once.
pub fn refused_with(status: StatusCode, code: &str) -> Reply {
    Reply::json(status, &json!({"status": "error", "error": code}))
}

/// The documented reply of most calls.
pub fn ok(data: &Value) -> Reply {
    Reply::json(StatusCode::OK, &json!({"status": "ok", "data": data}))
}

/// The documented reply of a call that has nothing to tell.
pub fn ok_without_data() -> Reply {
    Reply::json(StatusCode::OK, &json!({"status": "ok"}))
}

/// One field that is wrong, and what is wrong with it.
pub fn invalid(field: &str, message: &str) -> Reply {
    invalid_fields(&[(field.to_owned(), message.to_owned())])
}

/// Neither `status` nor `error`, and for once an HTTP status that says so.
fn invalid_fields(wrong: &[(String, String)]) -> Reply {
    let mut message = wrong.first().map(|(_, message)| message.clone()).unwrap_or_default();
    match wrong.len() {
        0 | 1 => {}
        2 => message.push_str(" (and 1 more error)"),
        many => message.push_str(&format!(" (and {} more errors)", many - 1)),
    }
    let errors: Map<_, _> = wrong.iter().map(|(field, message)| (field.clone(), json!([message]))).collect();
    Reply::json(StatusCode::UNPROCESSABLE_ENTITY, &json!({"message": message, "errors": errors}))
}

/// Refuses parameters that are not in the reference, and repeated ones.
pub fn known_parameters(call: &Call, known: &[&str]) -> Result<(), Reply> {
    match call.unexpected_parameter(known) {
        None => Ok(()),
        Some(name) => Err(invalid(name, &format!("The {name} field is not known or is repeated."))),
    }
}

/// A number from 1 on.
pub fn positive(call: &Call, name: &str) -> Result<Option<usize>, Reply> {
    let Some(text) = call.parameter(name) else { return Ok(None) };
    let number = text.parse().ok().filter(|number| *number > 0);
    number.map(Some).ok_or_else(|| invalid(name, &format!("The {name} field must be at least 1.")))
}

/// The first moment of a day, UTC.
pub fn day(call: &Call, name: &str) -> Result<Option<Moment>, Reply> {
    let Some(text) = call.parameter(name) else { return Ok(None) };
    let midnight = (text.len() == 10).then(|| text.parse::<Date>().ok()?.to_zoned(TimeZone::UTC).ok()).flatten();
    let midnight = midnight.map(|zoned| Some(Moment::of(zoned.timestamp())));
    midnight.ok_or_else(|| invalid(name, &format!("The {name} field must match the format Y-m-d.")))
}

/// The fields of a request, and what is found to be wrong with them while they are read. What a getter returns for a wrong
/// field is never used: [`done`](Self::done) refuses the request.
pub struct Fields {
    fields: Map<String, Value>,
    wrong: Vec<(String, String)>,
}

impl Fields {
    /// Those of a JSON body. Fields that are not in the reference are wrong.
    pub fn of_json(call: &Call, known: &[&str]) -> Self {
        // A body of another kind has no fields, which is then said of each that is required.
        let fields = if call.is_json() { serde_json::from_slice(&call.body).unwrap_or_default() } else { Map::new() };
        Self::of(fields, known)
    }

    /// Those of a form.
    pub fn of_form(call: &Call, known: &[&str]) -> Self {
        let is_form = call.content_type().eq_ignore_ascii_case("application/x-www-form-urlencoded");
        let pairs = url::form_urlencoded::parse(if is_form { &call.body } else { b"" });
        Self::of(pairs.map(|(name, value)| (name.into_owned(), value.into_owned().into())).collect(), known)
    }

    /// Those of the query.
    pub fn of_query(call: &Call, known: &[&str]) -> Result<Self, Reply> {
        known_parameters(call, known)?;
        Ok(Self::of(call.query.iter().map(|(name, value)| (name.clone(), value.as_str().into())).collect(), known))
    }

    fn of(fields: Map<String, Value>, known: &[&str]) -> Self {
        let unknown = fields.keys().filter(|name| !known.contains(&name.as_str()));
        let wrong = unknown.map(|name| (name.clone(), format!("The {name} field is not known."))).collect();
        Self { fields, wrong }
    }

    /// Says that a field is wrong.
    pub fn wrong(&mut self, name: &str, what: &str) {
        let label = name.replace('_', " ");
        self.wrong.push((name.to_owned(), format!("The {label} field {what}.")));
    }

    /// The field as it came; `None` when it is missing, null or empty.
    pub fn value(&self, name: &str) -> Option<&Value> {
        self.fields.get(name).filter(|value| !value.is_null() && *value != "")
    }

    /// A text that need not be there.
    pub fn optional(&mut self, name: &str) -> Option<String> {
        match self.value(name)? {
            Value::String(text) => Some(text.clone()),
            _ => {
                self.wrong(name, "must be a string");
                None
            }
        }
    }

    /// A text of at most `most` characters.
    pub fn text(&mut self, name: &str, most: usize) -> String {
        if self.value(name).is_none() {
            self.wrong(name, "is required");
        }
        let text = self.optional(name).unwrap_or_default();
        if text.chars().count() > most {
            self.wrong(name, &format!("must not be greater than {most} characters"));
        }
        text
    }

    /// An e-mail address.
    pub fn address(&mut self, name: &str) -> String {
        let address = self.text(name, 254);
        let parts = address.split_once('@');
        let is_address = parts.is_some_and(|(local, domain)| {
            !local.is_empty() && domain.contains('.') && !domain.starts_with('.') && !domain.contains(['@', ' '])
        });
        if !address.is_empty() && !is_address {
            self.wrong(name, "must be a valid email address");
        }
        address
    }

    /// An address on the web that need not be there.
    pub fn link(&mut self, name: &str) -> Option<String> {
        let link = self.optional(name)?;
        if !is_web_address(&link) {
            self.wrong(name, "must be a valid URL");
        }
        Some(link)
    }

    /// A positive amount in units of 10^-`decimals`, written as a number or as its text.
    pub fn amount(&mut self, name: &str, decimals: u32) -> u128 {
        let text = match self.value(name) {
            None => {
                self.wrong(name, "is required");
                return 0;
            }
            Some(Value::String(text)) => text.clone(),
            Some(value) => value.to_string(),
        };
        let units = amount::units(&text, decimals).filter(|units| *units > 0);
        if units.is_none() {
            self.wrong(name, &format!("must be a number greater than 0 with at most {decimals} decimals"));
        }
        units.unwrap_or(0)
    }

    /// Refuses the request when anything was wrong.
    pub fn done(self) -> Result<(), Reply> {
        if self.wrong.is_empty() { Ok(()) } else { Err(invalid_fields(&self.wrong)) }
    }
}

/// Whether this is an http or https address.
pub fn is_web_address(text: &str) -> bool {
    url::Url::parse(text).is_ok_and(|url| ["http", "https"].contains(&url.scheme()) && url.has_host())
}

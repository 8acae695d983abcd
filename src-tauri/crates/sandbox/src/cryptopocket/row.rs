//! Cryptopocket's customer as it stands in a list, and what no list shows.

use crate::moment::Moment;
use crate::register::Beside;
use crate::roster::{Row, Shape};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};
use serde_json::Value;
use std::borrow::Cow;

/// The row of the customer list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Customer {
    /// A number; of a few, the same number as text.
    pub id: Id,
    /// Given name, or the name of a company.
    pub name: String,
    /// Absent for a company.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_name: Option<String>,
    /// Unique.
    pub email: String,
    /// `valid`, `processing`, `fail`, `unused`
    pub kyc_status: Cow<'static, str>,
    /// The link to the identity check, absent once the customer is valid.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kyc_url: Option<String>,
}

/// An id, and how it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Id {
    /// The number.
    pub number: u64,
    /// Whether it is written as text.
    pub as_text: bool,
}

impl Serialize for Id {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.as_text { serializer.collect_str(&self.number) } else { serializer.serialize_u64(self.number) }
    }
}

impl<'de> Deserialize<'de> for Id {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(deserializer)?;
        let number = value.as_u64().or_else(|| value.as_str()?.parse().ok());
        let number = number.ok_or_else(|| D::Error::custom("an id is a number or its text"))?;
        Ok(Self { number, as_text: value.is_string() })
    }
}

impl Customer {
    /// See [`kyc_url`].
    pub fn kyc_url(id: u64) -> String {
        kyc_url(&id.to_string())
    }
}

/// Where a customer verifies the identity. The host is one that is reserved for examples.
pub fn kyc_url(id: &str) -> String {
    format!("https://kyc.example.com/form/{id}")
}

impl Shape for Customer {
    const FIELDS: &'static [&'static str] = &["id", "name", "last_name", "email", "kyc_status", "kyc_url"];

    fn id(&self) -> String {
        self.id.number.to_string()
    }

    fn text(&self, field: &str) -> Option<&str> {
        match field {
            "name" => Some(&self.name),
            "last_name" => self.last_name.as_deref(),
            "email" => Some(&self.email),
            "kyc_status" => Some(&self.kyc_status),
            "kyc_url" => self.kyc_url.as_deref(),
            _ => None,
        }
    }
}

/// What no list shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct File {
    /// When the customer was registered: what `from` and `to` are compared with.
    pub registered: Moment,
    /// Whether registered as a company, whose link is never shown again.
    pub company: bool,
}

impl Beside<Customer> for File {
    fn of_new(_row: &Row<Customer>, now: Moment) -> Self {
        Self { registered: now, company: false }
    }

    fn follow(&mut self, _row: &Row<Customer>, _now: Moment) {}
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn is_regular(row: &Value) -> bool {
        Customer::from_fields(row.as_object().unwrap()).is_some()
    }

    #[test]
    fn documented_rows_are_regular() {
        let valid = json!({"id": 123, "name": "Test", "last_name": "Ejemplo García", "email": "user@example.com", "kyc_status": "valid"});
        let unused = json!({"id": "124", "name": "Muestra", "last_name": "Sample", "email": "sample@example.com",
            "kyc_status": "unused", "kyc_url": "https://kyc.example.com/form/124"});
        assert!(is_regular(&valid) && is_regular(&unused));
        assert_eq!(Customer::from_fields(unused.as_object().unwrap()).unwrap().id(), "124");
    }

    #[test]
    fn null_is_not_absence() {
        assert!(!is_regular(
            &json!({"id": 1, "name": "A", "last_name": null, "email": "a@example.com", "kyc_status": "fail"})
        ));
        assert!(!is_regular(&json!({"id": "007", "name": "A", "email": "a@example.com", "kyc_status": "fail"})));
    }
}

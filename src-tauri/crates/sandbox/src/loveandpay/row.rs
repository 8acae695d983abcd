//! Love&Pay's customer as it stands in a list, and what only the card shows.

use crate::moment::Moment;
use crate::register::Beside;
use crate::roster::{Row, Shape};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::borrow::Cow;
use uuid::Uuid;

/// The row of the customer list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Customer {
    /// UUID.
    pub id: Uuid,
    /// First name, then last name; sometimes a patronymic between them.
    pub full_name: String,
    /// Unique.
    pub email: String,
    /// `+7XXXXXXXXXX`
    pub phone: String,
    /// `PENDING`, `VERIFIED`, `REJECTED`, and words that nobody documented.
    pub kyc_status: Cow<'static, str>,
    /// `NEW`, `LEVEL_1`, `LEVEL_2`, `LEVEL_3`
    pub trust_level: Cow<'static, str>,
    /// How many payments.
    pub total_payments: u32,
    /// What they come to.
    pub total_amount: Rubles,
    /// Null without payments.
    pub last_payment_at: Option<Moment>,
    /// Whether blocked by the merchant.
    pub is_blocked: bool,
    /// When the customer was first seen.
    pub created_at: Moment,
}

impl Shape for Customer {
    const FIELDS: &'static [&'static str] = &[
        "id",
        "fullName",
        "email",
        "phone",
        "kycStatus",
        "trustLevel",
        "totalPayments",
        "totalAmount",
        "lastPaymentAt",
        "isBlocked",
        "createdAt",
    ];

    fn id(&self) -> String {
        self.id.to_string()
    }

    fn text(&self, field: &str) -> Option<&str> {
        Some(match field {
            "fullName" => &self.full_name,
            "email" => &self.email,
            "phone" => &self.phone,
            "kycStatus" => &self.kyc_status,
            "trustLevel" => &self.trust_level,
            _ => return None,
        })
    }
}

/// An amount in kopecks, written in rubles: `15000`, `1500.5`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Rubles {
    /// Hundredths of a ruble.
    pub kopecks: i64,
}

impl Serialize for Rubles {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.kopecks % 100 == 0 {
            return serializer.serialize_i64(self.kopecks / 100);
        }
        // The provider sends a JSON number. Below 2^53 kopecks the shortest decimal of this quotient is the amount itself.
        #[expect(clippy::cast_precision_loss, reason = "amounts stay far below 2^53 kopecks")]
        serializer.serialize_f64(self.kopecks as f64 / 100.0)
    }
}

impl<'de> Deserialize<'de> for Rubles {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let rubles = f64::deserialize(deserializer)?;
        // Whatever does not come out the same when written again makes the row an odd one, see `Shape::from_fields`.
        #[expect(clippy::cast_possible_truncation, reason = "saturates, and is then compared with what came")]
        Ok(Self { kopecks: (rubles * 100.0).round() as i64 })
    }
}

/// What the card shows and the list does not.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct File {
    /// When the identity was verified.
    pub kyc_verified_at: Option<Moment>,
    /// Since when blocked.
    pub blocked_at: Option<Moment>,
    /// Why blocked, if somebody said.
    pub blocked_reason: Option<String>,
}

impl Beside<Customer> for File {
    fn of_new(row: &Row<Customer>, now: Moment) -> Self {
        let mut file = Self::default();
        file.follow(row, now);
        file
    }

    fn follow(&mut self, row: &Row<Customer>, now: Moment) {
        let verified = row.text("kycStatus") == Some("VERIFIED");
        self.kyc_verified_at = self.kyc_verified_at.or(Some(now)).filter(|_| verified);
        self.blocked_at = self.blocked_at.or(Some(now)).filter(|_| is_blocked(row));
        self.blocked_reason = self.blocked_reason.take().filter(|_| is_blocked(row));
    }
}

/// Whether the row says that the customer is blocked.
pub fn is_blocked(row: &Row<Customer>) -> bool {
    match row {
        Row::Regular(customer) => customer.is_blocked,
        Row::Odd(fields) => fields.get("isBlocked") == Some(&true.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn row() -> serde_json::Map<String, serde_json::Value> {
        let row = json!({
            "id": "550e8400-e29b-41d4-a716-446655440000", "fullName": "Анна Образцова", "email": "anna@example.com",
            "phone": "+70000000002", "kycStatus": "PENDING", "trustLevel": "NEW", "totalPayments": 0, "totalAmount": 0,
            "lastPaymentAt": null, "isBlocked": false, "createdAt": "2024-01-22T14:00:00.000Z"
        });
        row.as_object().unwrap().clone()
    }

    #[test]
    fn the_documented_row_is_regular_and_has_every_field() {
        let mut names: Vec<_> = row().keys().cloned().collect();
        let mut known = Customer::FIELDS.to_vec();
        names.sort();
        known.sort_unstable();
        assert_eq!(names, known);
        assert!(Customer::from_fields(&row()).is_some());
    }

    #[test]
    fn rows_of_other_shapes_stay_as_they_are() {
        for (field, value) in [
            ("fullName", json!(null)),
            ("totalAmount", json!("3000.00")),
            ("totalAmount", json!(0.001)),
            ("createdAt", json!("2024-01-22T14:00:00Z")),
            ("id", json!("550E8400-E29B-41D4-A716-446655440000")),
        ] {
            let mut fields = row();
            fields.insert(field.to_owned(), value.clone());
            let row = Row::<Customer>::from_fields(fields.clone());
            assert_eq!(row, Row::Odd(fields), "{field}: {value}");
        }
    }

    #[test]
    fn the_card_follows_the_row() {
        let (first, second) =
            (Moment::of("2024-02-01T00:00:00Z".parse().unwrap()), Moment::of("2024-03-01T00:00:00Z".parse().unwrap()));
        let mut verified = row();
        verified.insert("kycStatus".to_owned(), json!("VERIFIED"));
        let (pending, verified) = (Row::from_fields(row()), Row::from_fields(verified));
        let mut file = File::of_new(&pending, first);
        assert_eq!(file.kyc_verified_at, None);
        file.follow(&verified, first);
        file.follow(&verified, second);
        assert_eq!(file.kyc_verified_at, Some(first));
        file.follow(&pending, second);
        assert_eq!(file.kyc_verified_at, None);
    }

    proptest! {
        #[test]
        fn no_kopeck_is_lost(kopecks in 0_i64..1_000_000_000_000) {
            let text = serde_json::to_string(&Rubles { kopecks }).unwrap();
            let (rubles, rest) = text.split_once('.').unwrap_or((&text, ""));
            prop_assert!(rest.len() <= 2, "{text}");
            prop_assert_eq!(format!("{rubles}{rest:0<2}").parse::<i64>().unwrap(), kopecks);
            prop_assert_eq!(serde_json::from_str::<Rubles>(&text).unwrap(), Rubles { kopecks });
        }
    }
}

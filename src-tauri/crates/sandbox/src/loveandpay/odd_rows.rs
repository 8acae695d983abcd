//! Customers whose records are not as the reference promises.

use crate::moment::{MINUTE, Moment, SECOND};
use crate::odd;
use crate::options::Options;
use crate::random::Random;
use serde_json::{Map, Value, json};

/// One record for each thing that a reader must survive.
pub fn odd_rows(options: &Options) -> Vec<Map<String, Value>> {
    let now = Moment::of(options.now);
    let mut random = Random::new(options.seed, "loveandpay odd rows", 0);
    let names = [
        json!(null),
        odd::long_name().into(),
        odd::MARKUP.into(),
        "Неизвестна Статусова".into(),
        "Безымянный Номер".into(),
    ];
    let emails = ["no.name", "long.name", "markup", "unknown.status", "no.id"];
    let mut rows = Vec::new();
    for (index, (name, email)) in (0_i64..).zip(names.into_iter().zip(emails)) {
        let mut row = json!({
            "id": uuid::Builder::from_random_bytes(random.bytes()).into_uuid().to_string(),
            "fullName": name,
            "email": format!("{email}@odd.example.com"),
            "phone": format!("+7979{:07}", random.within(1_000_000..10_000_000)),
            "kycStatus": "PENDING",
            "trustLevel": "LEVEL_1",
            "totalPayments": 1,
            "totalAmount": 1500.5,
            "lastPaymentAt": now.before((index + 1) * 10 * SECOND),
            "isBlocked": false,
            "createdAt": now.before(2 * MINUTE + index * 30 * SECOND),
        });
        match email {
            "unknown.status" => row["kycStatus"] = "ESCALATED_TO_PARTNER".into(),
            "no.id" => {
                row.as_object_mut().map(|fields| fields.remove("id"));
            }
            _ => {}
        }
        if let Value::Object(fields) = row {
            rows.push(fields);
        }
    }
    rows
}

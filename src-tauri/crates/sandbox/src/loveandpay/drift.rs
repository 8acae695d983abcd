//! What changes in the life of a Love&Pay customer: a check ends, a payment comes, a block, another name or address.

use super::synthesis::Synthesis;
use crate::moment::Moment;
use crate::random::Random;
use serde_json::{Map, Value, json};

/// The first number of those whose names and addresses are given to others: far from those of the newcomers, so that no
/// two have one address.
const OTHERS: u64 = 1 << 32;

/// The fields of a row to be set. `number` counts these changes.
pub fn drift(
    row: &Map<String, Value>,
    source: &Synthesis,
    number: u64,
    random: &mut Random,
    now: Moment,
) -> Map<String, Value> {
    let text = |field: &str| row.get(field).and_then(Value::as_str).unwrap_or_default();
    let set = match random.weighted(&[(4, 0), (3, 1), (1, 2), (1, 3), (1, 4)]) {
        0 => {
            let is = text("kycStatus");
            let others = ["PENDING", "VERIFIED", "REJECTED"].map(|word| (u64::from(word != is), word));
            json!({"kycStatus": random.weighted(&others)})
        }
        1 => {
            let payments = row.get("totalPayments").and_then(Value::as_u64).unwrap_or(0).saturating_add(1);
            let kopecks = random.within(10_000..5_000_000);
            #[expect(clippy::cast_precision_loss, reason = "amounts stay far below 2^53 kopecks")]
            let paid = kopecks as f64 / 100.0;
            let total = row.get("totalAmount").and_then(Value::as_f64).unwrap_or(0.0) + paid;
            // To the kopeck, and whole rubles without a point, as the provider writes them.
            let total = (total * 100.0).round() / 100.0;
            let level = match payments {
                1..=2 => "LEVEL_1",
                _ if payments >= 6 && text("kycStatus") == "VERIFIED" => "LEVEL_3",
                _ => "LEVEL_2",
            };
            let total = if total.fract() == 0.0 { whole(total) } else { json!(total) };
            json!({"totalPayments": payments, "totalAmount": total, "lastPaymentAt": now, "trustLevel": level})
        }
        2 => json!({"isBlocked": row.get("isBlocked") != Some(&Value::Bool(true))}),
        3 => json!({"fullName": source.newcomer(OTHERS + number, now).full_name}),
        _ => json!({"email": source.newcomer(OTHERS + number, now).email}),
    };
    match set {
        Value::Object(set) => set,
        _ => Map::new(),
    }
}

fn whole(rubles: f64) -> Value {
    #[expect(clippy::cast_possible_truncation, reason = "whole, and far below 2^53")]
    let rubles = rubles as i64;
    json!(rubles)
}

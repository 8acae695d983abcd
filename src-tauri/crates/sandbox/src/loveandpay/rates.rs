//! The exchange rate: one pair, as it was fixed for the day.

use super::request::{Refusing, invalid, known_parameters};
use crate::exchange::{Call, Reply};
use crate::moment::{DAY, Moment};
use crate::random::Random;
use axum::http::StatusCode;
use serde_json::json;

/// The pair that has a rate.
const PAIR: (&str, &str) = ("USDT", "RUB");

/// GET `/rates`
pub fn rates(seed: u64, now: Moment, call: &Call) -> Result<Reply, Refusing> {
    known_parameters(call, &["base", "quote"])?;
    let (Some(base), Some(quote)) = (call.parameter("base"), call.parameter("quote")) else {
        return Err(invalid("base and quote are required"));
    };
    if (base, quote) != PAIR {
        return Err((StatusCode::NOT_FOUND, "RATE_NOT_FOUND", format!("No rate is set for {base}/{quote}")));
    }
    let mut random = Random::new(seed, "loveandpay rate", 0);
    let id = uuid::Builder::from_random_bytes(random.bytes()).into_uuid();
    let kopecks = random.within(8200..9900);
    let text = format!("{}.{:02}", kopecks / 100, kopecks % 100);
    let fixed = now.before(now.milliseconds().rem_euclid(DAY));
    let body = json!({
        "success": true,
        "rate": {
            "id": id,
            "baseCurrency": base,
            "quoteCurrency": quote,
            "rate": text.parse::<f64>().unwrap_or_default(),
            "validFrom": fixed,
            "validTo": fixed.after(DAY),
            "fixedAt": fixed,
        },
        "formatted": format!("1 {base} = {text} {quote}"),
        "requestId": call.request_id,
    });
    Ok(Reply::json(StatusCode::OK, &body))
}

//! Where events would be sent to. The emulator sends none: a desktop program has no address to send them to.

use super::State;
use super::request::{Fields, is_web_address, ok, refused};
use crate::exchange::{Call, Reply};
use serde_json::{Value, json};

const EVENTS: &[&str] = &["PAY_IN", "COINS_SENT", "CRYPTO_RECEIVED", "TRANSFER_RAMPOFF_FINISHED", "RAMPOFF_FINISHED"];

/// POST `/subscribeToWebhook`. Whether a second subscription is refused is not documented; here it takes the place of
/// the first.
pub fn subscribe(state: &mut State, call: &Call) -> Result<Reply, Reply> {
    let (event, url) = read(call)?;
    state.subscriptions.insert(event, url);
    Ok(ok(&"subscription_created".into()))
}

/// POST `/updateWebhookSubscription`. No code is documented for a subscription that is not there.
pub fn update(state: &mut State, call: &Call) -> Result<Reply, Reply> {
    let (event, url) = read(call)?;
    let subscription = state.subscriptions.get_mut(&event).ok_or_else(|| refused("subscription_not_found"))?;
    *subscription = url;
    Ok(ok(&"subscription_updated".into()))
}

/// All subscriptions.
pub fn all(state: &State) -> Value {
    state.subscriptions.iter().map(|(event, url)| json!({"type": event, "url": url})).collect()
}

fn read(call: &Call) -> Result<(String, String), Reply> {
    let mut fields = Fields::of_form(call, &["type", "url"]);
    let (event, url) = (fields.text("type", 255), fields.text("url", 2048));
    if !event.is_empty() && !EVENTS.contains(&event.as_str()) {
        fields.wrong("type", "is not one of the known events");
    }
    if !url.is_empty() && !is_web_address(&url) {
        fields.wrong("url", "must be a valid URL");
    }
    fields.done()?;
    Ok((event, url))
}

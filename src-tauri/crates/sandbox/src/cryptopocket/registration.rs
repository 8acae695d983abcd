//! Registering a person or a company: both appear in the list at once, and the control endpoint brings their check to its
//! end as it does everybody's.

use super::State;
use super::request::{Fields, ok, refused};
use super::row::{Customer, File, Id};
use crate::exchange::{Call, Reply};
use crate::random::Random;
use crate::roster::{Entry, Row};
use serde_json::json;
use std::borrow::Cow;

/// Mail domains that nobody may register with, as far as the emulator is concerned.
const DISPOSABLE: &[&str] = &["disposable.example.com", "throwaway.example.net"];

/// POST `/registerUser`. What happens to a known address is not documented; the answer is the one of the companies.
pub fn person(state: &mut State, call: &Call) -> Result<Reply, Reply> {
    let mut fields = Fields::of_json(call, &["name", "email", "callback_url"]);
    let (name, email) = (fields.text("name", 255), fields.address("email"));
    fields.link("callback_url");
    fields.done()?;
    if state.roster.slot_by("email", &email).is_some() {
        return Err(refused("user_already_exists"));
    }
    let id = admit(state, call, name, email, false);
    Ok(ok(&json!({"id": id, "kyc_form_url": Customer::kyc_url(id)})))
}

/// POST `/register/company`
pub fn company(state: &mut State, call: &Call) -> Result<Reply, Reply> {
    let mut fields = Fields::of_json(call, &["email", "company_name"]);
    let (email, name) = (fields.address("email"), fields.text("company_name", 255));
    fields.done()?;
    if email.split_once('@').is_some_and(|(_, domain)| DISPOSABLE.contains(&domain.to_lowercase().as_str())) {
        return Err(refused("email_not_allowed"));
    }
    if state.roster.slot_by("email", &email).is_some() {
        return Err(refused("user_already_exists"));
    }
    let id = admit(state, call, name, email, true);
    let mut random = Random::new(state.seed, "cryptopocket company", id);
    let (uuid, link) = (uuid(&mut random), uuid(&mut random));
    let password = super::text_of(&mut random, "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz23456789", 12);
    let kyb_link = format!("https://kyb.example.com/{link}");
    Ok(ok(&json!({"id": id, "uuid": uuid, "kyb_link": kyb_link, "password": password})))
}

fn uuid(random: &mut Random) -> uuid::Uuid {
    uuid::Builder::from_random_bytes(random.bytes()).into_uuid()
}

/// Puts a customer on top of the list. A company's link is told once and never again, so its row has none.
fn admit(state: &mut State, call: &Call, name: String, email: String, company: bool) -> u64 {
    state.last_id += 1;
    let id = state.last_id;
    let customer = Customer {
        id: Id { number: id, as_text: false },
        name,
        last_name: None,
        email,
        kyc_status: Cow::Borrowed("unused"),
        kyc_url: (!company).then(|| Customer::kyc_url(id)),
    };
    let beside = File { registered: call.now, company };
    state.roster.insert(0, Entry { row: Row::Regular(customer), beside }, call.now);
    id
}

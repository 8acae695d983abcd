//! Purchases of coins: quote, payment, guided payment, and how a payment stands. Money moves only over the control
//! endpoint.

use super::State;
use super::amount::{self, Coin};
use super::request::{Fields, invalid, known_parameters, ok, refused};
use crate::exchange::{Call, Refusal, Reply};
use crate::moment::Moment;
use crate::random::Random;
use axum::http::StatusCode;
use serde_json::{Map, Value, json};

/// The least that can be bought for; that there is a minimum is documented, how much it is, is not.
const LEAST_CENTS: u128 = 2000;

/// A payment.
#[derive(Debug, Clone)]
pub struct Payment {
    id: String,
    external_id: Option<String>,
    user_id: String,
    status: String,
    /// Hundredths of the currency.
    fiat_amount: u128,
    fiat_symbol: String,
    coin_symbol: String,
    /// Hundredths of the coin.
    coin_amount: u128,
    created: Moment,
    holder: Value,
    txid: String,
}

impl Payment {
    fn data(&self) -> Value {
        let mut data = json!({
            "id": self.id,
            "external_id": self.external_id,
            "user_id": self.user_id,
            "status": self.status,
            "fiat_amount": u64::try_from(self.fiat_amount).unwrap_or(u64::MAX),
            "fiat_symbol": self.fiat_symbol,
            "coin_symbol": self.coin_symbol,
            "coin_amount": amount::number(self.coin_amount),
            "created_at": format!("{:.6}", self.created.timestamp()),
            "holder": self.holder,
        });
        if self.status == "coins_sent" {
            data["txid"] = self.txid.as_str().into();
        }
        data
    }
}

/// GET `/quote`. The reply holds `tokens`; more is not documented.
pub fn quote(call: &Call) -> Result<Reply, Reply> {
    let mut fields = Fields::of_query(call, &["amount", "symbol", "chain", "payment_type"])?;
    let (cents, symbol) = (fields.amount("amount", 2), fields.text("symbol", 20));
    let chain = fields.optional("chain").unwrap_or_else(|| "polygon".to_owned());
    let kind = fields.text("payment_type", 20).to_lowercase();
    if !kind.is_empty() && !["card", "psd2", "transfer"].contains(&kind.as_str()) {
        fields.wrong("payment_type", "is not one of card, PSD2, TRANSFER");
    }
    fields.done()?;
    coin(&symbol, Some(&chain))?;
    Ok(ok(&json!({"tokens": amount::number(amount::coin_hundredths(cents))})))
}

/// POST `/createPayment`
pub fn create(state: &mut State, call: &Call) -> Result<Reply, Reply> {
    let known = [
        "user_id",
        "external_id",
        "payment_type",
        "fiat_symbol",
        "fiat_amount",
        "coin_symbol",
        "coin_chain",
        "wallet",
        "callback_url",
    ];
    let mut fields = Fields::of_json(call, &known);
    let buyer = buyer(state, &fields)?;
    // The newer of the two documented examples has no type, and a transfer comes back.
    let kind = fields.optional("payment_type").unwrap_or_else(|| "transfer".to_owned()).to_lowercase();
    let currency = fields.text("fiat_symbol", 3);
    let hundredths = fields.amount("fiat_amount", 2);
    let cents = amount::euro_cents(hundredths, &currency);
    if cents.is_none() && !currency.is_empty() {
        fields.wrong("fiat_symbol", "is not a currency that is taken");
    }
    let symbol = fields.text("coin_symbol", 20);
    let chain = if currency == "EUR" { Some(fields.text("coin_chain", 20)) } else { fields.optional("coin_chain") };
    fields.text("wallet", 255);
    fields.link("callback_url");
    let external_id = fields.optional("external_id");
    if !["card", "psd2", "transfer"].contains(&kind.as_str()) {
        fields.wrong("payment_type", "is not one whose answer is documented: card, psd2, transfer");
    }
    fields.done()?;
    let coin = coin(&symbol, chain.as_deref())?;
    if let Some(link) = link_to_check(state, &buyer) {
        return Err(Reply::json(StatusCode::OK, &json!({"status": "error", "error": "require_kyc", "data": link})));
    }
    let cents = enough(cents.unwrap_or(0))?;

    let fiat = (hundredths, currency.as_str());
    let (id, mut random) = begin(state, call, buyer, external_id, fiat, coin, cents);
    let (status, data) = if kind == "transfer" {
        let concept = random.within(100_000..1_000_000);
        let account = json!({
            "payment_id": id,
            "iban": "ES9121000418450200051332",
            "bic": "TESTESMMXXX",
            "concept": concept,
            "destination_name": "Example Payments, S.L",
        });
        // Misspelt by the provider.
        ("sucess", account)
    } else {
        ("success", json!({"url_payment": format!("https://pay.example.com/pay/{id}"), "payment_id": id}))
    };
    Ok(Reply::json(StatusCode::OK, &json!({"status": status, "message": "payment_created", "data": data})))
}

/// POST `/createGuidedPayment`
pub fn create_guided(state: &mut State, call: &Call) -> Result<Reply, Reply> {
    let known = ["user_id", "external_id", "payment_type", "fiat_symbol", "fiat_amount", "coin_symbol", "coin_chain"];
    let mut fields = Fields::of_json(call, &known);
    let buyer = buyer(state, &fields)?;
    let kind = fields.optional("payment_type").unwrap_or_else(|| "card".to_owned()).to_lowercase();
    if !["card", "psd2", "transfer"].contains(&kind.as_str()) {
        fields.wrong("payment_type", "is not one of card, psd2, transfer");
    }
    let currency = fields.optional("fiat_symbol").unwrap_or_else(|| "EUR".to_owned());
    let hundredths = fields.amount("fiat_amount", 2);
    let (symbol, chain) = (fields.text("coin_symbol", 20), fields.text("coin_chain", 20));
    let external_id = fields.optional("external_id");
    fields.done()?;
    if currency != "EUR" {
        return Err(refused("guided_payment_eur_only"));
    }
    let coin = coin(&symbol, Some(&chain))?;
    if let Some(link) = link_to_check(state, &buyer) {
        // Code and link at the other of the two places where clients have to look for them.
        let body = json!({"status": "error", "message": "require_kyc", "data": {"url": link}});
        return Err(Reply::json(StatusCode::OK, &body));
    }
    let cents = enough(hundredths)?;
    let (id, _) = begin(state, call, buyer, external_id.clone(), (hundredths, "EUR"), coin, cents);
    let data = json!({
        "payment_id": id, "gateway_url": format!("https://pay.example.com/payment/{id}"), "external_id": external_id,
    });
    let body = json!({"status": "success", "message": "guided_payment_created", "data": data});
    Ok(Reply::json(StatusCode::OK, &body))
}

/// GET `/payment/{payment_id}`. No code is documented for a payment that is not there.
pub fn get(state: &State, call: &Call) -> Result<Reply, Reply> {
    known_parameters(call, &[])?;
    let id = call.id.as_deref().unwrap_or_default();
    let payment = state.payments.iter().find(|payment| payment.id == id).ok_or_else(|| refused("payment_not_found"))?;
    Ok(ok(&payment.data()))
}

/// All payments, the newest first.
pub fn all(state: &State) -> Value {
    state.payments.iter().rev().map(Payment::data).collect()
}

/// Brings a payment to a status.
pub fn drive(state: &mut State, id: &str, mut fields: Map<String, Value>) -> Result<Value, Refusal> {
    let payment = state.payments.iter_mut().find(|payment| payment.id == id);
    let payment = payment.ok_or_else(|| Refusal::NoSuchRecord(format!("payment {id}")))?;
    let (status, holder) = (fields.remove("status"), fields.remove("holder"));
    if let Some(name) = fields.keys().next() {
        return Err(Refusal::Nonsense(format!("no field {name:?} of a payment can be set, status and holder can")));
    }
    match status {
        Some(Value::String(status)) => payment.status = status,
        None => {}
        Some(_) => return Err(Refusal::Nonsense("\"status\" is text".to_owned())),
    }
    payment.holder = holder.unwrap_or_else(|| payment.holder.take());
    Ok(payment.data())
}

/// The customer who buys; looked at before everything else.
fn buyer(state: &State, fields: &Fields) -> Result<String, Reply> {
    let id = fields.value("user_id").ok_or_else(|| refused("fail_mandatory_field"))?;
    let id = id.as_str().map_or_else(|| id.to_string(), str::to_owned);
    if state.roster.slot(&id).is_some() { Ok(id) } else { Err(refused("user_not_found")) }
}

/// The link to the identity check of a customer who has not passed it.
fn link_to_check(state: &State, id: &str) -> Option<String> {
    let entry = state.roster.find(id)?;
    let link = || entry.row.text("kyc_url").map_or_else(|| super::row::kyc_url(id), str::to_owned);
    (entry.row.text("kyc_status") != Some("valid")).then(link)
}

fn coin(symbol: &str, chain: Option<&str>) -> Result<Coin, Reply> {
    amount::coin(symbol, chain).ok_or_else(|| refused("coin_not_supported"))
}

fn enough(euro_cents: u128) -> Result<u128, Reply> {
    if euro_cents >= LEAST_CENTS {
        return Ok(euro_cents);
    }
    let message = format!("The minimum purchase is {} EUR", amount::text_of_cents(LEAST_CENTS));
    Err(Reply::json(StatusCode::OK, &json!({"status": "error", "error": "min_purchase", "message": message})))
}

fn begin(
    state: &mut State,
    call: &Call,
    user_id: String,
    external_id: Option<String>,
    (fiat_amount, fiat_symbol): (u128, &str),
    coin: Coin,
    euro_cents: u128,
) -> (String, Random) {
    let mut random = Random::new(state.seed, "cryptopocket payment", state.payments.len() as u64);
    let id = super::record_id(&mut random);
    let txid = format!("0x{}{}", hex::encode(random.bytes()), hex::encode(random.bytes()));
    state.payments.push(Payment {
        id: id.clone(),
        external_id,
        user_id,
        status: "started".to_owned(),
        fiat_amount,
        fiat_symbol: fiat_symbol.to_owned(),
        coin_symbol: coin.symbol.to_owned(),
        coin_amount: amount::coin_hundredths(euro_cents),
        created: call.now,
        holder: Value::Null,
        txid,
    });
    (id, random)
}

/// POST `/onboarding-form`: the link to the enhanced verification. Its field is named as in the refusal that asks for it.
pub fn onboarding_form(state: &State, call: &Call) -> Result<Reply, Reply> {
    let fields = Fields::of_json(call, &["user_id"]);
    if fields.value("user_id").is_none() {
        return Err(invalid("user_id", "The user id field is required."));
    }
    let id = buyer(state, &fields)?;
    fields.done()?;
    Ok(ok(&json!({"onboarding_link": format!("https://kyc.example.com/declaration/{id}")})))
}

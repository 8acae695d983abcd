//! Sales of coins, as in the earlier edition of the reference: begin one, and see how it stands.

use super::State;
use super::amount;
use super::request::{Fields, ok, refused};
use crate::exchange::{Call, Refusal, Reply};
use crate::random::Random;
use serde_json::{Map, Value, json};

/// A sale.
#[derive(Debug, Clone)]
pub struct Sale {
    id: String,
    status: String,
    chain: &'static str,
    symbol: &'static str,
    /// Smallest units of the coin.
    units: u128,
    decimals: u32,
    /// Hundredths.
    fiat: u128,
}

impl Sale {
    fn data(&self) -> Value {
        json!({
            "id": self.id,
            "status": self.status,
            "blockchain": self.chain,
            "crypto": self.symbol,
            "amount": self.units.to_string(),
            "decimals": self.decimals,
            "fiat_amount": amount::text_of_cents(self.fiat),
        })
    }
}

/// POST `/createRampoff`. A sale to a bank of Latin America names the bank, any other the chain and the IBAN.
pub fn create(state: &mut State, call: &Call) -> Result<Reply, Reply> {
    let known = ["user_id", "amount", "blockchain", "symbol", "iban", "bank_name"];
    let mut fields = Fields::of_json(call, &known);
    let seller = fields.value("user_id").ok_or_else(|| refused("fail_mandatory_field"))?;
    let seller = seller.as_str().map_or_else(|| seller.to_string(), str::to_owned);
    if state.roster.slot(&seller).is_none() {
        return Err(refused("user_not_found"));
    }
    let symbol = fields.text("symbol", 20);
    let chain = if fields.optional("bank_name").is_some() {
        fields.optional("blockchain")
    } else {
        let iban = fields.text("iban", 42);
        if !iban.is_empty() && !is_iban(&iban) {
            fields.wrong("iban", "must be a valid IBAN");
        }
        Some(fields.text("blockchain", 20))
    };
    let coin = amount::coin(&symbol, chain.as_deref());
    let units = fields.amount("amount", coin.map_or(18, |coin| coin.decimals));
    fields.done()?;
    let coin = coin.ok_or_else(|| refused("coin_not_supported"))?;

    let mut random = Random::new(state.seed, "cryptopocket sale", state.sales.len() as u64);
    let id = super::record_id(&mut random);
    let wallet = format!("0x{}{}", hex::encode(random.bytes()), &hex::encode(random.bytes())[..8]);
    state.sales.push(Sale {
        id: id.clone(),
        status: "started".to_owned(),
        chain: coin.chain,
        symbol: coin.symbol,
        units,
        decimals: coin.decimals,
        fiat: amount::worth(units, coin.decimals),
    });
    Ok(ok(&json!({"rampoff": "payment created", "wallet": wallet, "id": id})))
}

/// GET `/getRampoff?id={id}`. No code is documented for a sale that is not there.
pub fn get(state: &State, call: &Call) -> Result<Reply, Reply> {
    let mut fields = Fields::of_query(call, &["id"])?;
    let id = fields.text("id", 255);
    fields.done()?;
    let sale = state.sales.iter().find(|sale| sale.id == id).ok_or_else(|| refused("rampoff_not_found"))?;
    Ok(ok(&sale.data()))
}

/// All sales, the newest first.
pub fn all(state: &State) -> Value {
    state.sales.iter().rev().map(Sale::data).collect()
}

/// Brings a sale to a status.
pub fn drive(state: &mut State, id: &str, fields: &Map<String, Value>) -> Result<Value, Refusal> {
    let sale = state.sales.iter_mut().find(|sale| sale.id == id);
    let sale = sale.ok_or_else(|| Refusal::NoSuchRecord(format!("sale {id}")))?;
    match (fields.get("status"), fields.len()) {
        (Some(Value::String(status)), 1) => sale.status.clone_from(status),
        _ => {
            return Err(Refusal::Nonsense(
                "of a sale, \"status\" can be set, which is text, and nothing else".to_owned(),
            ));
        }
    }
    Ok(sale.data())
}

/// Shape and check digits.
fn is_iban(text: &str) -> bool {
    let shaped = (15..=34).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase())
        && text.bytes().take(2).all(|byte| byte.is_ascii_uppercase());
    let digit = |rest: u32, letter: char| {
        let value = letter.to_digit(36).unwrap_or(0);
        (rest * if value > 9 { 100 } else { 10 } + value) % 97
    };
    shaped && text[4..].chars().chain(text[..4].chars()).fold(0, digit) == 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn check_digits_tell_an_iban() {
        assert!(is_iban("ES9121000418450200051332"));
        assert!(is_iban("GB82WEST12345698765432"));
        for text in [
            "",
            "ES",
            "ES9121000418450200051333",
            "ES91 2100 0418 4502 0005 1332",
            "es9121000418450200051332",
            "Ñ821000418450200051332",
        ] {
            assert!(!is_iban(text), "{text}");
        }
    }
}

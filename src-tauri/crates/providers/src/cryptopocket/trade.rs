//! Cryptopocket's purchases and sales, in the provider's own terms. They are the business side's work; a compliance desk
//! reads them, and starts one only where a firm has chosen to.
//!
//! Units differ from endpoint to endpoint, and each is in its type here: [`Money`] in major units, [`TokenAmount`] in a
//! token's base units.

use super::assumptions;
use super::customer::{body, filled};
use crate::action::VerificationLink;
use crate::json::{self, Raw};
use crate::records;
use jiff::Timestamp;
use kyc::{Currency, Money, Problem, ProviderCustomerId, Trouble};
use rust_decimal::Decimal;
use secrecy::SecretString;
use serde::Serialize;
use serde_json::Value;
use serde_json::value::RawValue;
use std::fmt;
use zeroize::Zeroizing;

/// Longest text of a request, in characters.
const LONGEST: usize = 255;

/// A quote that is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuoteRequest {
    /// Euros, major units.
    pub amount: Decimal,
    /// The token: `USDC`.
    pub symbol: String,
    /// Its chain; `polygon` where none is given.
    pub chain: Option<String>,
    /// `card`, `PSD2`, `TRANSFER`.
    pub payment_type: String,
}

/// A quote. Its shape is not documented beyond the word `tokens`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quote {
    /// How many tokens, where that can be read.
    pub tokens: Option<Decimal>,
    /// The answer as it came, without links.
    pub raw: String,
}

/// A purchase that is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewPayment {
    /// Whose.
    pub customer: ProviderCustomerId,
    /// The caller's own reference. It does not make a repetition harmless.
    pub external_id: Option<String>,
    /// `card`, `psd2`, `transfer` …; a guided purchase takes `card` where there is none.
    pub payment_type: Option<String>,
    /// How much, in major units.
    pub fiat: Money,
    /// The token: `USDC`.
    pub coin_symbol: String,
    /// Its chain; none in Latin America.
    pub coin_chain: Option<String>,
    /// Where the tokens go; a guided purchase asks for it on its own page.
    pub wallet: Option<String>,
    /// Where the browser goes afterwards.
    pub return_to: Option<String>,
}

/// A purchase that was started.
#[derive(Debug, Clone)]
pub struct PaymentStarted {
    /// The provider's id.
    pub id: String,
    /// Where the customer pays, `https`.
    pub link: Option<SecretString>,
    /// For a bank transfer: where it goes.
    pub transfer: Option<TransferDetails>,
}

/// Where a bank transfer goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TransferDetails {
    /// Account.
    pub iban: String,
    /// Bank.
    pub bic: Option<String>,
    /// The reference that the payer must write.
    pub concept: Option<String>,
    /// Whose account it is.
    pub holder: Option<String>,
}

/// A purchase as the provider tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaymentState {
    /// The provider's id.
    pub id: String,
    /// The caller's own reference.
    pub external_id: Option<String>,
    /// Whose.
    pub customer: Option<ProviderCustomerId>,
    /// How far it is.
    pub status: PaymentStatus,
    /// How much was paid.
    pub fiat: Option<Money>,
    /// How much was bought.
    pub coins: Option<Money>,
    /// When it was started.
    pub created: Option<Timestamp>,
    /// The transaction on the chain, once the tokens were sent.
    pub transaction: Option<String>,
    /// The record as it came; `holder`, whose type is not documented, is in here only.
    pub raw: String,
}

/// How far a purchase is. No failed, expired or refunded state is documented.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PaymentStatus {
    /// Created.
    Started,
    /// The customer says that the transfer is on its way.
    PendingBank,
    /// The money came.
    PaymentReceived,
    /// The tokens went out; final.
    CoinsSent,
    /// Seen at an older gateway.
    PaymentRejected,
    /// A word that is not documented, as it came.
    Unknown(String),
}

impl PaymentStatus {
    /// From the provider's word.
    pub(super) fn from_word(word: &str) -> Self {
        let documented = [
            ("started", Self::Started),
            ("pending_bank", Self::PendingBank),
            ("payment_received", Self::PaymentReceived),
            ("coins_sent", Self::CoinsSent),
            ("payment_rejected", Self::PaymentRejected),
        ];
        assumptions::meaning(word, &documented, Self::Unknown)
    }

    /// The provider's word.
    pub fn word(&self) -> &str {
        match self {
            Self::Started => "started",
            Self::PendingBank => "pending_bank",
            Self::PaymentReceived => "payment_received",
            Self::CoinsSent => "coins_sent",
            Self::PaymentRejected => "payment_rejected",
            Self::Unknown(word) => word,
        }
    }
}

/// A sale that is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewSale {
    /// Whose.
    pub customer: ProviderCustomerId,
    /// How many tokens.
    pub tokens: Decimal,
    /// Which: `USDC`.
    pub symbol: String,
    /// Their chain; none in Latin America.
    pub blockchain: Option<String>,
    /// Where the money goes; none in Latin America.
    pub iban: Option<String>,
    /// The bank, in Latin America only.
    pub bank_name: Option<String>,
}

/// A sale that was started.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SaleStarted {
    /// The provider's id.
    pub id: String,
    /// Where the tokens must be sent.
    pub wallet: Option<String>,
}

/// A sale as the provider tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sale {
    /// The provider's id.
    pub id: String,
    /// The provider's word; only `finished` is documented.
    pub status: String,
    /// The chain.
    pub blockchain: Option<String>,
    /// The token.
    pub symbol: Option<String>,
    /// How many.
    pub tokens: Option<TokenAmount>,
    /// What was paid out, in major units of a currency that the provider does not name: show no currency, derive no rate.
    pub fiat: Option<Decimal>,
    /// The record as it came.
    pub raw: String,
}

/// An amount in a token's base units, which need not fit into 64 or 96 bits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenAmount {
    /// Whole base units: digits without leading zeros.
    units: String,
    /// How many of the digits stand behind the point.
    decimals: u32,
}

impl TokenAmount {
    /// Most digits and decimals that are taken; 256 bits have 78 digits.
    const LONGEST: usize = 100;

    pub(super) fn new(units: &str, decimals: u64) -> Option<Self> {
        let fits = (1..=Self::LONGEST).contains(&units.len()) && units.bytes().all(|byte| byte.is_ascii_digit());
        let decimals = u32::try_from(decimals).ok().filter(|decimals| *decimals as usize <= Self::LONGEST)?;
        let significant = units.trim_start_matches('0');
        fits.then(|| Self { units: if significant.is_empty() { "0" } else { significant }.to_owned(), decimals })
    }

    /// The base units, as digits.
    pub fn units(&self) -> &str {
        &self.units
    }
}

/// In whole tokens, exact: `20`, `0.000001`.
impl fmt::Display for TokenAmount {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let decimals = self.decimals as usize;
        let padded = format!("{:0>width$}", self.units, width = decimals + 1);
        let (whole, fraction) = padded.split_at(padded.len() - decimals);
        formatter.write_str(whole)?;
        match fraction.trim_end_matches('0') {
            "" => Ok(()),
            fraction => write!(formatter, ".{fraction}"),
        }
    }
}

/// The events that a webhook can be subscribed to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WebhookEvent {
    /// A payment was detected.
    PayIn,
    /// Tokens went to the customer's wallet.
    CoinsSent,
    /// Tokens of a sale came.
    CryptoReceived,
    /// The bank transfer of a sale is done.
    TransferRampoffFinished,
    /// The same under its older name.
    RampoffFinished,
}

impl WebhookEvent {
    /// Every event.
    pub const ALL: [Self; 5] =
        [Self::PayIn, Self::CoinsSent, Self::CryptoReceived, Self::TransferRampoffFinished, Self::RampoffFinished];

    /// The provider's word.
    pub fn word(self) -> &'static str {
        match self {
            Self::PayIn => "PAY_IN",
            Self::CoinsSent => "COINS_SENT",
            Self::CryptoReceived => "CRYPTO_RECEIVED",
            Self::TransferRampoffFinished => "TRANSFER_RAMPOFF_FINISHED",
            Self::RampoffFinished => "RAMPOFF_FINISHED",
        }
    }
}

/// The body of a purchase. `guided` leaves out what the provider asks for on its own page.
pub(super) fn payment_body(payment: &NewPayment, guided: bool) -> Result<Zeroizing<Vec<u8>>, Problem> {
    #[derive(Serialize)]
    struct Body<'a> {
        user_id: Value,
        #[serde(skip_serializing_if = "Option::is_none")]
        external_id: Option<&'a str>,
        #[serde(skip_serializing_if = "Option::is_none")]
        payment_type: Option<&'a str>,
        fiat_symbol: &'a str,
        fiat_amount: Box<RawValue>,
        coin_symbol: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        coin_chain: Option<&'a str>,
        #[serde(skip_serializing_if = "Option::is_none")]
        wallet: Option<&'a str>,
        #[serde(skip_serializing_if = "Option::is_none")]
        callback_url: Option<&'a str>,
    }
    let bad = |field| Problem::from(Trouble::BadInput { field });
    if guided && payment.fiat.currency != Currency::eur() {
        return Err(bad("fiat"));
    }
    if !guided && (payment.wallet.is_none() || payment.payment_type.is_none()) {
        return Err(bad(if payment.wallet.is_none() { "wallet" } else { "payment_type" }));
    }
    body(&Body {
        user_id: assumptions::user_id(&payment.customer),
        external_id: optional(payment.external_id.as_deref(), "external_id")?,
        payment_type: optional(payment.payment_type.as_deref(), "payment_type")?,
        fiat_symbol: payment.fiat.currency.code(),
        fiat_amount: amount(payment.fiat.amount, "fiat")?,
        coin_symbol: filled(&payment.coin_symbol, "coin_symbol", LONGEST)?,
        coin_chain: optional(payment.coin_chain.as_deref(), "coin_chain")?,
        wallet: optional(payment.wallet.as_deref(), "wallet")?.filter(|_| !guided),
        callback_url: optional(payment.return_to.as_deref(), "return_to")?.filter(|_| !guided),
    })
}

/// The body of a sale.
pub(super) fn sale_body(sale: &NewSale) -> Result<Zeroizing<Vec<u8>>, Problem> {
    #[derive(Serialize)]
    struct Body<'a> {
        user_id: Value,
        amount: Box<RawValue>,
        #[serde(skip_serializing_if = "Option::is_none")]
        blockchain: Option<&'a str>,
        symbol: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        iban: Option<&'a str>,
        #[serde(skip_serializing_if = "Option::is_none")]
        bank_name: Option<&'a str>,
    }
    body(&Body {
        user_id: assumptions::user_id(&sale.customer),
        amount: amount(sale.tokens, "tokens")?,
        blockchain: optional(sale.blockchain.as_deref(), "blockchain")?,
        symbol: filled(&sale.symbol, "symbol", LONGEST)?,
        iban: optional(sale.iban.as_deref(), "iban")?,
        bank_name: optional(sale.bank_name.as_deref(), "bank_name")?,
    })
}

/// The query of a quote.
pub(super) fn quote_query(quote: &QuoteRequest) -> Result<Vec<(&'static str, String)>, Problem> {
    let mut query = vec![
        ("amount", amount(quote.amount, "amount")?.get().to_owned()),
        ("symbol", filled(&quote.symbol, "symbol", LONGEST)?.to_owned()),
    ];
    query.extend(optional(quote.chain.as_deref(), "chain")?.map(|chain| ("chain", chain.to_owned())));
    query.push(("payment_type", filled(&quote.payment_type, "payment_type", LONGEST)?.to_owned()));
    Ok(query)
}

fn optional<'a>(text: Option<&'a str>, field: &'static str) -> Result<Option<&'a str>, Problem> {
    text.map(|text| filled(text, field, LONGEST)).transpose()
}

/// C15: requests are in major units.
fn amount(amount: Decimal, field: &'static str) -> Result<Box<RawValue>, Problem> {
    let positive = amount.is_sign_positive() && !amount.is_zero();
    let written = if positive { assumptions::major_units(amount) } else { None };
    written.ok_or_else(|| Trouble::BadInput { field }.into())
}

/// The quote in a successful answer.
pub(super) fn quote(answer: &str) -> Option<Quote> {
    let raw = Raw::parse(answer)?;
    let tokens = json::decimal(assumptions::inner_first(answer, "tokens"));
    Some(Quote { tokens, raw: records::kept(raw) })
}

/// The purchase that was started; `None` when the answer names none. The link is `url_payment` or `gateway_url`.
pub(super) fn started(answer: &str) -> Option<PaymentStarted> {
    let text = |name: &str| json::text(assumptions::inner_first(answer, name));
    let link = ["url_payment", "gateway_url"].into_iter().find_map(|name| VerificationLink::new(text(name)?, None));
    let transfer = text("iban").map(|iban| TransferDetails {
        iban,
        bic: text("bic"),
        concept: text("concept"),
        holder: text("destination_name"),
    });
    let id = ["payment_id", "id"].into_iter().find_map(|name| json::id(assumptions::inner_first(answer, name)).ok())?;
    Some(PaymentStarted { id, link: link.map(|link| link.url), transfer })
}

/// The sale that was started.
pub(super) fn sale_started(answer: &str) -> Option<SaleStarted> {
    let wallet = json::text(assumptions::inner_first(answer, "wallet"));
    Some(SaleStarted { id: json::id(assumptions::inner_first(answer, "id")).ok()?, wallet })
}

/// The record of an answer about one subject.
fn record(answer: &str) -> Option<Raw<'_>> {
    json::record!(
        struct Reply {
            data: "data",
        }
    );
    json::object::<Reply<'_>>(answer)?.data
}

/// The purchase in a successful answer; `None` when it has another shape or is about another one.
pub(super) fn payment(answer: &str, asked: &str) -> Option<PaymentState> {
    json::record!(
        struct Row {
            id: "id",
            payment_id: "payment_id",
            external_id: "external_id",
            user_id: "user_id",
            status: "status",
            fiat_amount: "fiat_amount",
            fiat_symbol: "fiat_symbol",
            coin_amount: "coin_amount",
            coin_symbol: "coin_symbol",
            created_at: "created_at",
            txid: "txid",
        }
    );
    let raw = record(answer)?;
    let row: Row<'_> = raw.record()?;
    let id = json::id(row.id.or(row.payment_id)).ok()?;
    let status = json::word(row.status);
    let coins = || {
        let currency = Currency::parse(&json::text(row.coin_symbol)?)?;
        Some(Money { amount: json::decimal(row.coin_amount)?, currency })
    };
    (id == asked && !status.is_empty()).then(|| PaymentState {
        id,
        external_id: json::text(row.external_id),
        customer: json::id(row.user_id).ok().and_then(ProviderCustomerId::new),
        status: PaymentStatus::from_word(&status),
        fiat: assumptions::cents(row.fiat_amount, row.fiat_symbol),
        coins: coins(),
        created: json::moment(row.created_at),
        transaction: json::text(row.txid),
        raw: records::kept(raw),
    })
}

/// The sale in a successful answer; `None` when it has another shape or is about another one.
pub(super) fn sale(answer: &str, asked: &str) -> Option<Sale> {
    json::record!(
        struct Row {
            id: "id",
            status: "status",
            blockchain: "blockchain",
            crypto: "crypto",
            amount: "amount",
            decimals: "decimals",
            fiat_amount: "fiat_amount",
        }
    );
    let raw = record(answer)?;
    let row: Row<'_> = raw.record()?;
    let id = json::id(row.id).ok()?;
    let tokens = || TokenAmount::new(json::text(row.amount)?.trim(), json::count(row.decimals)?);
    (id == asked).then(|| Sale {
        id,
        status: json::word(row.status).into_owned(),
        blockchain: json::text(row.blockchain),
        symbol: json::text(row.crypto),
        tokens: tokens(),
        fiat: json::decimal(row.fiat_amount),
        raw: records::kept(raw),
    })
}

#[cfg(test)]
#[path = "trade_tests.rs"]
mod tests;

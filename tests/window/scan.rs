//! What an officer should find, worked out from the emulators' own lists.
//!
//! Slow, plain, and on purpose without a line of the product's: a few letters are folded, and for each word that is
//! searched for, the spellings that have to be found are listed here by hand.

use crate::provider::Provider;
use serde_json::Value;

/// A customer as an emulator has it.
#[derive(Debug, Clone)]
pub struct Customer {
    pub provider: &'static str,
    pub id: String,
    pub name: Option<String>,
    pub email: Option<String>,
    pub phone: Option<String>,
    /// The facet's value: `verified`, `unknown:IN_REVIEW` …
    pub kyc: String,
}

/// Everybody at these providers whose record can be told by an id.
pub async fn customers(providers: &[&Provider]) -> Result<Vec<Customer>, Box<dyn std::error::Error>> {
    let mut all = Vec::new();
    for provider in providers {
        all.extend(provider.customers().await?.iter().filter_map(|record| read(provider.name, record)));
    }
    Ok(all)
}

fn read(provider: &'static str, record: &Value) -> Option<Customer> {
    let text = |field: &str| match &record[field] {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    };
    let (name, status) = if provider == "loveandpay" {
        (text("fullName"), text("kycStatus"))
    } else {
        let parts: Vec<String> = [text("name"), text("last_name")].into_iter().flatten().collect();
        ((!parts.is_empty()).then(|| parts.join(" ")), text("kyc_status"))
    };
    let kyc = match status.as_deref().unwrap_or_default() {
        "VERIFIED" | "valid" => "verified".to_owned(),
        "PENDING" | "processing" => "pending".to_owned(),
        "REJECTED" | "fail" => "rejected".to_owned(),
        "unused" => "not_started".to_owned(),
        other => format!("unknown:{other}"),
    };
    Some(Customer { provider, id: text("id")?, name, email: text("email"), phone: text("phone"), kyc })
}

impl Customer {
    /// Whether any of these spellings, in small letters without accents, stands in the name, e-mail or id, or any of those
    /// that are digits in the phone number.
    pub fn has_any(&self, spellings: &[&str]) -> bool {
        let texts =
            [&self.name, &self.email, &Some(self.id.clone())].map(|text| plain(text.as_deref().unwrap_or_default()));
        let digits: String = self.phone.iter().flat_map(|phone| phone.chars()).filter(char::is_ascii_digit).collect();
        spellings.iter().any(|spelling| texts.iter().any(|text| text.contains(spelling)) || digits.contains(spelling))
    }
}

/// Small letters without the accents that occur in the emulators' names.
fn plain(text: &str) -> String {
    text.to_lowercase()
        .chars()
        .map(|letter| match letter {
            'á' | 'à' | 'â' | 'ã' => 'a',
            'é' | 'è' | 'ê' => 'e',
            'í' => 'i',
            'ó' | 'ô' | 'õ' => 'o',
            'ú' | 'ü' => 'u',
            'ñ' => 'n',
            'ç' => 'c',
            'ё' => 'е',
            other => other,
        })
        .collect()
}

/// The ids, sorted, so that two sets can be compared.
pub fn ids<'a>(customers: impl IntoIterator<Item = &'a Customer>) -> Vec<String> {
    let mut ids: Vec<String> = customers.into_iter().map(|customer| customer.id.clone()).collect();
    ids.sort();
    ids
}

//! Money: a decimal amount in major units and its currency. Never a float, never converted.

use rust_decimal::Decimal;
use std::fmt;

/// An amount in major units (rubles, euros), with its currency.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Money {
    /// Major units: `1204.50` is one thousand two hundred and four euros fifty.
    pub amount: Decimal,
    /// The currency of `amount`.
    pub currency: Currency,
}

/// A currency code as the provider writes it, upper case: ISO 4217 (`RUB`, `EUR`) or a token's symbol (`USDC`).
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Currency(String);

impl Currency {
    /// The Russian ruble, ISO 4217.
    pub fn rub() -> Self {
        Self("RUB".to_owned())
    }

    /// The euro, ISO 4217.
    pub fn eur() -> Self {
        Self("EUR".to_owned())
    }

    /// Takes 2 to 12 ASCII letters or digits; anything else is no currency code.
    pub fn parse(code: &str) -> Option<Self> {
        let code = code.trim();
        let fits = (2..=12).contains(&code.len()) && code.bytes().all(|byte| byte.is_ascii_alphanumeric());
        fits.then(|| Self(code.to_ascii_uppercase()))
    }

    /// The code, upper case.
    pub fn code(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl Money {
    /// Turns minor units (kopecks, cents; `minor_digits` decimal places) into major units.
    pub fn from_minor_units(minor: i64, minor_digits: u32, currency: Currency) -> Self {
        Self { amount: Decimal::new(minor, minor_digits), currency }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cents_become_euros_without_loss() {
        let money = Money::from_minor_units(15_050, 2, Currency::eur());
        assert_eq!(money.amount.to_string(), "150.50");
    }

    #[test]
    fn a_currency_code_is_short_and_plain() {
        assert_eq!(Currency::parse(" usdc ").as_ref().map(Currency::code), Some("USDC"));
        for bad in ["", "R", "руб", "A B", "ABCDEFGHIJKLM"] {
            assert_eq!(Currency::parse(bad), None, "{bad:?} is no currency code");
        }
    }
}

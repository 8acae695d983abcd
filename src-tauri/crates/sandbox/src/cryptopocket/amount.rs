//! Amounts without rounding: decimal text to whole units and back, and what coins are worth here.

/// The whole number of units of 10^-`decimals` that this decimal text stands for; `None` when it is no such text, has
/// more decimals, or is too large.
pub fn units(text: &str, decimals: u32) -> Option<u128> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(whole) || !digits(fraction) {
        return None;
    }
    let fraction = fraction.trim_end_matches('0');
    let missing = decimals.checked_sub(u32::try_from(fraction.len()).ok()?)?;
    let fraction = if fraction.is_empty() { 0 } else { fraction.parse::<u128>().ok()? };
    let whole = whole.parse::<u128>().ok()?.checked_mul(10_u128.checked_pow(decimals)?)?;
    whole.checked_add(fraction.checked_mul(10_u128.checked_pow(missing)?)?)
}

/// The text of so many hundredths, with both decimals: `4800.24`.
pub fn text_of_cents(cents: u128) -> String {
    format!("{}.{:02}", cents / 100, cents % 100)
}

/// A coin on a chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Coin {
    /// Its symbol.
    pub symbol: &'static str,
    /// Its chain.
    pub chain: &'static str,
    /// How many decimals its smallest unit has.
    pub decimals: u32,
}

const COINS: &[Coin] = &[
    Coin { symbol: "USDC", chain: "polygon", decimals: 6 },
    Coin { symbol: "USDC", chain: "ethereum", decimals: 6 },
    Coin { symbol: "USDT", chain: "polygon", decimals: 6 },
    Coin { symbol: "USDT", chain: "ethereum", decimals: 6 },
    Coin { symbol: "BUSD", chain: "bsc", decimals: 18 },
];

/// The active pair of this symbol and chain; without a chain, the first of the symbol.
pub fn coin(symbol: &str, chain: Option<&str>) -> Option<Coin> {
    let fits = |coin: &&Coin| coin.symbol == symbol && chain.is_none_or(|chain| coin.chain == chain);
    COINS.iter().find(fits).copied()
}

/// What a hundred euros are in each currency that purchases are made in.
const CURRENCIES: &[(&str, u128)] =
    &[("EUR", 100), ("ARS", 158_000), ("CLP", 103_000), ("COP", 452_000), ("MXN", 2_090), ("PEN", 401)];

/// How many euro cents so many hundredths of a currency are; `None` for a currency that is not taken.
pub fn euro_cents(hundredths: u128, currency: &str) -> Option<u128> {
    let (_, of_hundred) = CURRENCIES.iter().find(|(symbol, _)| *symbol == currency)?;
    Some(hundredths.checked_mul(100)? / of_hundred)
}

/// Hundredths of a coin for so many euro cents; all coins here are worth the same.
pub fn coin_hundredths(euro_cents: u128) -> u128 {
    euro_cents.saturating_mul(9855) / 10_000
}

/// Euro cents for so many smallest units of a coin.
pub fn worth(units: u128, decimals: u32) -> u128 {
    let hundredths = match decimals.checked_sub(2) {
        Some(more) => units / 10_u128.saturating_pow(more),
        None => units,
    };
    hundredths.saturating_mul(10_000) / 10_200
}

/// So many hundredths as the JSON number they are written as.
pub fn number(hundredths: u128) -> serde_json::Value {
    // The shortest decimal of the nearest float is the amount itself below 2^53 hundredths.
    text_of_cents(hundredths).parse::<f64>().unwrap_or_default().into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_is_no_amount_is_none() {
        for text in [
            "",
            ".",
            "1.",
            ".5",
            "-1",
            "+1",
            "1e5",
            "1,5",
            " 1",
            "0x1",
            "1.234",
            "999999999999999999999999999999999999999999",
        ] {
            assert_eq!(units(text, 2), None, "{text:?}");
        }
        assert_eq!(units("1.230000", 2), Some(123), "zeros at the end are no decimals");
        assert_eq!(units("20", 18), Some(20_000_000_000_000_000_000));
    }

    proptest! {
        #[test]
        fn cents_come_back(cents in 0..10_000_000_000_000_u128) {
            prop_assert_eq!(units(&text_of_cents(cents), 2), Some(cents));
            prop_assert_eq!(units(&number(cents).to_string(), 2), Some(cents));
        }

        #[test]
        fn no_unit_is_lost(whole in 0..1_000_000_000_000_u128, fraction in 0..1_000_000_000_000_000_000_u128) {
            prop_assert_eq!(units(&format!("{whole}.{fraction:018}"), 18), Some(whole * 10_u128.pow(18) + fraction));
        }
    }
}

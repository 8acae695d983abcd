//! Decimal numbers as providers write them, read exactly: never through binary floating point.

use rust_decimal::Decimal;

/// Longest number that is looked at, in characters. A decimal has 29 digits.
const LONGEST: usize = 100;

/// Reads `-12.50`, `1e3`, `1.5E-2`: the exact value, with the decimals as they were written. `None` when it does not fit
/// into a [`Decimal`] (96 bits, 28 decimals) or is no number.
pub(super) fn exact_decimal(text: &str) -> Option<Decimal> {
    if text.len() > LONGEST {
        return None;
    }
    let (negative, text) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<i16>().ok()?),
        None => (text, 0),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = || whole.bytes().chain(fraction.bytes());
    if whole.is_empty() || mantissa.ends_with('.') || !digits().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    // The value is the digits with `scale` of them behind the point.
    let mut scale = i32::try_from(fraction.len()).ok()? - i32::from(exponent);
    if digits().all(|byte| byte == b'0') {
        return Some(Decimal::new(0, u32::try_from(scale.clamp(0, 28)).ok()?));
    }
    let mut kept = whole.len() + fraction.len();
    for byte in fraction.bytes().rev().chain(whole.bytes().rev()) {
        if scale <= 28 || byte != b'0' {
            break;
        }
        kept -= 1;
        scale -= 1;
    }
    let mut value = 0_i128;
    for byte in digits().take(kept) {
        value = value.checked_mul(10)?.checked_add(i128::from(byte - b'0'))?;
    }
    while scale < 0 {
        value = value.checked_mul(10)?;
        scale += 1;
    }
    let scale = u32::try_from(scale).ok()?;
    Decimal::try_from_i128_with_scale(if negative { -value } else { value }, scale).ok()
}

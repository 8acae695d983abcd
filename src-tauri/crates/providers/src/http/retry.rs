//! The one decision on repeating a request, as a pure function.
//!
//! Only reading is repeated. A request that may have changed something at a provider is sent once: whoever lost its
//! answer has to look at the provider's state, not to send again. The exceptions are a refused signature and a refused
//! token, which prove that nothing happened.

use crate::budget::PATIENCE;
use kyc::{AnswerFault, Trouble};
use reqwest::Method;
use std::time::Duration;

/// How often one read is sent at most. (Love&Pay's integration guidance: three attempts.)
pub(crate) const ATTEMPTS: u32 = 3;

/// The pause after the first attempt; it doubles with each further one.
pub(crate) const FIRST_PAUSE: Duration = Duration::from_millis(500);

/// The wait after a 429 that names none.
pub(crate) const UNNAMED_WAIT: Duration = Duration::from_secs(60);

/// What to do after a failed attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Decision {
    /// Give up and tell.
    Stop,
    /// Send again after that time.
    RetryAfter(Duration),
    /// Get another token, and send again with it.
    RefreshToken,
    /// Send again at once, signed anew: by the provider's clock, once two answers have proved it.
    AskTheClock,
}

/// What a request was authorised with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Proof {
    /// The credential itself.
    Credential,
    /// A token that was got before this request, and may have run out since.
    Token,
    /// A token that was got because this very request's was refused.
    NewToken,
}

/// A failed attempt.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Failed<'a> {
    pub method: &'a Method,
    pub trouble: &'a Trouble,
    /// Counted from 1.
    pub attempt: u32,
    /// The wait that the answer asks for.
    pub asked: Option<Duration>,
    pub proof: Proof,
}

/// Decides after a failed attempt. `jitter`, between 0 and 1, spreads the pause by a quarter in both directions, so that
/// several clients do not return as one.
pub(crate) fn decide(failed: &Failed<'_>, jitter: f64) -> Decision {
    let Failed { method, trouble, attempt, asked, proof } = *failed;
    // However often the request failed before: a token that ran out meanwhile says nothing of the credential. A second
    // refusal does.
    if *trouble == Trouble::CredentialsRejected && proof == Proof::Token {
        return Decision::RefreshToken;
    }
    if attempt >= ATTEMPTS {
        return Decision::Stop;
    }
    // Whatever the method is. Without a measured difference there is nothing to sign by.
    if matches!(trouble, Trouble::ClockSkew { by } if !by.is_zero()) {
        return Decision::AskTheClock;
    }
    if method != Method::GET {
        return Decision::Stop;
    }
    let wait = match trouble {
        Trouble::RateLimited { .. } => asked.unwrap_or(UNNAMED_WAIT),
        Trouble::ProviderDown | Trouble::Offline | Trouble::BadAnswer { fault: AnswerFault::Truncated } => {
            let pause = FIRST_PAUSE * 2_u32.saturating_pow(attempt - 1);
            let spread = 0.75 + 0.5 * jitter.clamp(0.0, 1.0);
            asked.unwrap_or_default().max(pause.mul_f64(spread))
        }
        _ => return Decision::Stop,
    };
    // A longer wait is for the walk to show, not for a request to sleep through.
    if wait > PATIENCE { Decision::Stop } else { Decision::RetryAfter(wait) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HALF: f64 = 0.5;

    fn ms(millis: u64) -> Duration {
        Duration::from_millis(millis)
    }

    #[test]
    fn the_table() {
        use Decision::{AskTheClock, RefreshToken, RetryAfter, Stop};
        let skewed = Trouble::ClockSkew { by: jiff::SignedDuration::from_secs(-90) };
        let unmeasured = Trouble::ClockSkew { by: jiff::SignedDuration::ZERO };
        let limited = Trouble::RateLimited { until: None };
        let truncated = Trouble::BadAnswer { fault: AnswerFault::Truncated };
        let html = Trouble::BadAnswer { fault: AnswerFault::Html };
        let redirect = Trouble::BadAnswer { fault: AnswerFault::Redirect };
        let get = Method::GET;
        for (method, trouble, attempt, asked, expected) in [
            (&get, &skewed, 1, None, AskTheClock),
            (&Method::POST, &skewed, 2, None, AskTheClock),
            (&Method::DELETE, &skewed, 3, None, Stop),
            (&get, &unmeasured, 1, None, Stop),
            (&get, &Trouble::ProviderDown, 1, None, RetryAfter(ms(500))),
            (&get, &Trouble::ProviderDown, 2, None, RetryAfter(ms(1000))),
            (&get, &Trouble::ProviderDown, 3, None, Stop),
            (&get, &Trouble::ProviderDown, 1, Some(ms(2000)), RetryAfter(ms(2000))),
            (&get, &Trouble::ProviderDown, 1, Some(ms(0)), RetryAfter(ms(500))),
            (&get, &Trouble::ProviderDown, 1, Some(ms(5001)), Stop),
            (&get, &Trouble::Offline, 1, None, RetryAfter(ms(500))),
            (&get, &Trouble::Offline, 3, None, Stop),
            (&get, &truncated, 1, None, RetryAfter(ms(500))),
            (&get, &limited, 1, Some(ms(5000)), RetryAfter(ms(5000))),
            (&get, &limited, 1, Some(ms(5001)), Stop),
            (&get, &limited, 1, Some(ms(0)), RetryAfter(ms(0))),
            (&get, &limited, 1, None, Stop),
            (&get, &limited, 3, Some(ms(1)), Stop),
            (&get, &html, 1, None, Stop),
            (&get, &redirect, 1, None, Stop),
            (&get, &Trouble::CredentialsRejected, 1, None, Stop),
            (&get, &Trouble::IpNotAllowed, 1, None, Stop),
            (&get, &Trouble::Refused, 1, Some(ms(1)), Stop),
            (&get, &Trouble::NotFound, 1, None, Stop),
            (&Method::POST, &Trouble::ProviderDown, 1, None, Stop),
            (&Method::POST, &Trouble::Offline, 1, None, Stop),
            (&Method::POST, &limited, 1, Some(ms(1)), Stop),
            (&Method::DELETE, &Trouble::ProviderDown, 1, None, Stop),
            (&Method::DELETE, &truncated, 1, None, Stop),
        ] {
            let failed = Failed { method, trouble, attempt, asked, proof: Proof::Credential };
            assert_eq!(decide(&failed, HALF), expected, "{failed:?}");
            // A token changes nothing in any of them, but where it is refused.
            let (token, renewed) =
                (Failed { proof: Proof::Token, ..failed }, Failed { proof: Proof::NewToken, ..failed });
            let with_token = if *trouble == Trouble::CredentialsRejected { RefreshToken } else { expected };
            assert_eq!((decide(&token, HALF), decide(&renewed, HALF)), (with_token, expected), "{failed:?}");
        }
    }

    #[test]
    fn a_refused_token_is_renewed_once_for_whatever_method_and_attempt() {
        use Decision::{RefreshToken, Stop};
        let (refused, down) = (Trouble::CredentialsRejected, Trouble::ProviderDown);
        for (method, trouble, attempt, proof, expected) in [
            (Method::GET, &refused, 1, Proof::Token, RefreshToken),
            (Method::GET, &refused, 3, Proof::Token, RefreshToken),
            (Method::POST, &refused, 1, Proof::Token, RefreshToken),
            (Method::DELETE, &refused, 1, Proof::Token, RefreshToken),
            (Method::GET, &refused, 1, Proof::NewToken, Stop),
            (Method::POST, &refused, 1, Proof::NewToken, Stop),
            (Method::GET, &refused, 1, Proof::Credential, Stop),
            (Method::POST, &refused, 1, Proof::Credential, Stop),
            (Method::POST, &down, 1, Proof::Token, Stop),
            (Method::GET, &down, 3, Proof::NewToken, Stop),
            (Method::GET, &Trouble::IpNotAllowed, 1, Proof::Token, Stop),
            (Method::GET, &Trouble::AccountInactive, 1, Proof::Token, Stop),
        ] {
            let failed = Failed { method: &method, trouble, attempt, asked: None, proof };
            assert_eq!(decide(&failed, HALF), expected, "{failed:?}");
        }
    }

    #[test]
    fn jitter_stays_within_a_quarter() {
        for (jitter, expected) in [(-1.0, 375), (0.0, 375), (1.0, 625), (7.0, 625)] {
            let failed = Failed {
                method: &Method::GET,
                trouble: &Trouble::Offline,
                attempt: 1,
                asked: None,
                proof: Proof::Credential,
            };
            assert_eq!(decide(&failed, jitter), Decision::RetryAfter(ms(expected)), "jitter {jitter}");
        }
    }
}

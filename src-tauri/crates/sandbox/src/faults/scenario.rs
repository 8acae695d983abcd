//! Faults with a name, for a menu to try a program with.

use super::{Charset, Fault, FaultRule};
use crate::exchange::Operation;
use crate::options::Provider;

/// Something that happens to people who work with a provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Scenario {
    /// Every answer takes two seconds.
    SlowAnswers,
    /// Every body comes in small pieces.
    SlowBodies,
    /// The connection is reset in the middle of every third page.
    LostConnection,
    /// The provider has failed.
    Outage,
    /// The next three requests are too many.
    TooManyRequests,
    /// A network's sign-in page stands for every answer.
    SignInPage,
    /// The address has moved.
    Moved,
    /// The provider's clock is ten minutes ahead.
    ClockOff,
    /// The keys are refused.
    RefusedKeys,
    /// This computer's address is not on the list of those that may ask.
    RefusedAddress,
    /// The token expires once, in the middle of a walk. Cryptopocket only: Love&Pay has none.
    ExpiredToken,
    /// Every page has a record without an id, one with an unknown status, and fields that nobody knows.
    OddRecords,
    /// The list shifts under whoever reads it: a customer comes before every page.
    ShiftingList,
    /// The list never ends.
    EndlessList,
    /// A request was one too many, and nobody says until when.
    TooManyForUnknownTime,
    /// Every body ends in the middle.
    CutAnswers,
    /// Plain text stands for every answer.
    PlainText,
    /// Lists are in another character set than JSON has.
    WrongCharset,
    /// Lists are longer than any honest one.
    HugeAnswers,
    /// The firm's domain is not verified yet. Love&Pay only.
    RefusedDomain,
    /// Records come more than once.
    DuplicateRecords,
    /// Lists do not say how many there are.
    MissingTotals,
    /// Lists say that there are more than there are.
    WrongTotals,
    /// Ids are text and not numbers. Cryptopocket only: Love&Pay's are text.
    TextIds,
    /// Customers come, go, return, move and change while the list is read.
    LivingList,
}

impl Scenario {
    const ALL: &[Self] = &[
        Self::SlowAnswers,
        Self::SlowBodies,
        Self::LostConnection,
        Self::Outage,
        Self::TooManyRequests,
        Self::SignInPage,
        Self::Moved,
        Self::ClockOff,
        Self::RefusedKeys,
        Self::RefusedAddress,
        Self::ExpiredToken,
        Self::OddRecords,
        Self::ShiftingList,
        Self::EndlessList,
        Self::TooManyForUnknownTime,
        Self::CutAnswers,
        Self::PlainText,
        Self::WrongCharset,
        Self::HugeAnswers,
        Self::RefusedDomain,
        Self::DuplicateRecords,
        Self::MissingTotals,
        Self::WrongTotals,
        Self::TextIds,
        Self::LivingList,
    ];

    /// All that can happen at a provider, in the order of a menu.
    pub fn all(provider: Provider) -> impl Iterator<Item = Self> {
        let elsewhere: &[Self] = match provider {
            Provider::LoveAndPay => &[Self::ExpiredToken, Self::TextIds],
            Provider::Cryptopocket => &[Self::RefusedDomain],
        };
        Self::ALL.iter().copied().filter(|scenario| !elsewhere.contains(scenario))
    }

    /// The stable name, to be put into words by whoever shows it.
    pub fn name(self) -> &'static str {
        match self {
            Self::SlowAnswers => "slow_answers",
            Self::SlowBodies => "slow_bodies",
            Self::LostConnection => "lost_connection",
            Self::Outage => "outage",
            Self::TooManyRequests => "too_many_requests",
            Self::SignInPage => "sign_in_page",
            Self::Moved => "moved",
            Self::ClockOff => "clock_off",
            Self::RefusedKeys => "refused_keys",
            Self::RefusedAddress => "refused_address",
            Self::ExpiredToken => "expired_token",
            Self::OddRecords => "odd_records",
            Self::ShiftingList => "shifting_list",
            Self::EndlessList => "endless_list",
            Self::TooManyForUnknownTime => "too_many_for_unknown_time",
            Self::CutAnswers => "cut_answers",
            Self::PlainText => "plain_text",
            Self::WrongCharset => "wrong_charset",
            Self::HugeAnswers => "huge_answers",
            Self::RefusedDomain => "refused_domain",
            Self::DuplicateRecords => "duplicate_records",
            Self::MissingTotals => "missing_totals",
            Self::WrongTotals => "wrong_totals",
            Self::TextIds => "text_ids",
            Self::LivingList => "living_list",
        }
    }

    /// The scenario of this name.
    pub fn of_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|scenario| scenario.name() == name)
    }

    /// The faults that make it happen.
    pub fn faults(self, provider: Provider) -> Vec<FaultRule> {
        let refusal = |status, code: &str| Fault::Refusal {
            status,
            code: code.to_owned(),
            message: String::new(),
            other_form: false,
        };
        // Cryptopocket says the same for wrong keys, old tokens and unknown addresses, and says it with status 200.
        let refused = |status, code| match provider {
            Provider::LoveAndPay => refusal(status, code),
            Provider::Cryptopocket => refusal(200, "authorization_incorrect"),
        };
        let rule = FaultRule::new;
        match self {
            Self::SlowAnswers => vec![rule(Fault::Latency { ms: 2000 })],
            Self::SlowBodies => vec![rule(Fault::Trickle { ms: 100, bytes: 1024, limit_ms: 20_000 })],
            Self::LostConnection => vec![rule(Fault::Reset {}).on(Operation::List).every(3)],
            Self::Outage => vec![rule(Fault::Status { status: 503 })],
            Self::TooManyRequests => {
                vec![rule(Fault::TooManyRequests { retry_after: Some(5), as_date: false }).times(3)]
            }
            Self::SignInPage => vec![rule(Fault::Html {})],
            Self::Moved => vec![rule(Fault::Redirect { status: 307, location: None })],
            Self::ClockOff => vec![rule(Fault::ClockOff { seconds: 600 })],
            Self::RefusedKeys => vec![rule(refused(401, "INVALID_SIGNATURE"))],
            Self::RefusedAddress => vec![rule(refused(403, "SOURCE_IP_NOT_ALLOWED"))],
            Self::ExpiredToken => vec![rule(Fault::ExpiredTokens {}).on(Operation::List).after(2).times(1)],
            Self::OddRecords => vec![
                rule(Fault::RecordWithoutId { position: 2 }),
                rule(Fault::UnknownKyc { position: 4, word: "ON_HOLD".to_owned() }),
                rule(Fault::UnknownFields {}),
            ],
            Self::ShiftingList => vec![rule(Fault::RowsInserted { rows: 1, place: 0 }).after(1)],
            Self::EndlessList => vec![rule(Fault::RepeatedPage {}), rule(Fault::MissingTotals {})],
            Self::TooManyForUnknownTime => {
                vec![rule(Fault::TooManyRequests { retry_after: None, as_date: false }).times(1)]
            }
            Self::CutAnswers => vec![rule(Fault::CutJson {})],
            Self::PlainText => vec![rule(Fault::NotJson {})],
            Self::WrongCharset => {
                let (declared, charset) = match provider {
                    Provider::LoveAndPay => ("windows-1251", Charset::Windows1251),
                    Provider::Cryptopocket => ("iso-8859-1", Charset::Latin1),
                };
                let fault = Fault::WrongCharset { declared: declared.to_owned(), encoded: Some(charset) };
                vec![rule(fault).on(Operation::List)]
            }
            Self::HugeAnswers => {
                vec![rule(Fault::HugeBody { bytes: 32 * 1024 * 1024, announced: false }).on(Operation::List)]
            }
            Self::RefusedDomain => vec![rule(refusal(403, "DOMAIN_NOT_VERIFIED"))],
            Self::DuplicateRecords => vec![rule(Fault::Duplicates { position: 3, copies: 2 })],
            Self::MissingTotals => vec![rule(Fault::MissingTotals {})],
            Self::WrongTotals => vec![rule(Fault::WrongTotals { by: 50 })],
            Self::TextIds => vec![rule(Fault::TextIds {})],
            Self::LivingList => vec![rule(Fault::LivingList {
                seed: 1,
                inserted: 1,
                anywhere: false,
                removed: 1,
                returned: 1,
                moved: 1,
                changed: 10,
            })],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::faults::Plan;

    #[test]
    fn every_scenario_can_be_set_and_found_by_its_name() {
        for provider in [Provider::LoveAndPay, Provider::Cryptopocket] {
            for scenario in Scenario::all(provider) {
                let faults = scenario.faults(provider);
                assert!(!faults.is_empty());
                Plan::default().set(faults).unwrap();
                assert_eq!(Scenario::of_name(scenario.name()), Some(scenario));
            }
        }
        assert_eq!(Scenario::all(Provider::LoveAndPay).count() + 1, Scenario::all(Provider::Cryptopocket).count());
    }
}

//! What can be made to happen at the sample providers, for trying by hand how the desk takes it.

use serde::{Deserialize, Serialize};
use specta::Type;

/// Something that happens to people who work with a provider; each is described at its twin in [`sandbox::Scenario`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Scenario {
    SlowAnswers,
    SlowBodies,
    LostConnection,
    Outage,
    TooManyRequests,
    SignInPage,
    Moved,
    ClockOff,
    RefusedKeys,
    RefusedAddress,
    ExpiredToken,
    OddRecords,
    ShiftingList,
    EndlessList,
    TooManyForUnknownTime,
    CutAnswers,
    PlainText,
    WrongCharset,
    HugeAnswers,
    RefusedDomain,
    DuplicateRecords,
    MissingTotals,
    WrongTotals,
    TextIds,
    LivingList,
}

/// What can be made to happen at one sample provider, and what happens now.
#[derive(Debug, Clone, PartialEq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ScenarioChoice {
    /// All that can happen there, in the order of a menu.
    pub offered: Vec<Scenario>,
    /// What was chosen; `null` when all is well.
    pub playing: Option<Scenario>,
}

/// Scenarios are the same here and in the sandbox, name by name; one that is missing on either side does not compile.
macro_rules! twins {
    ($($name:ident),+ $(,)?) => {
        impl From<sandbox::Scenario> for Scenario {
            fn from(scenario: sandbox::Scenario) -> Self {
                match scenario {
                    $(sandbox::Scenario::$name => Self::$name),+
                }
            }
        }

        impl From<Scenario> for sandbox::Scenario {
            fn from(scenario: Scenario) -> Self {
                match scenario {
                    $(Scenario::$name => Self::$name),+
                }
            }
        }
    };
}

twins!(
    SlowAnswers,
    SlowBodies,
    LostConnection,
    Outage,
    TooManyRequests,
    SignInPage,
    Moved,
    ClockOff,
    RefusedKeys,
    RefusedAddress,
    ExpiredToken,
    OddRecords,
    ShiftingList,
    EndlessList,
    TooManyForUnknownTime,
    CutAnswers,
    PlainText,
    WrongCharset,
    HugeAnswers,
    RefusedDomain,
    DuplicateRecords,
    MissingTotals,
    WrongTotals,
    TextIds,
    LivingList,
);

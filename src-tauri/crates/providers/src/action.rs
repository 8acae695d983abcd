//! What the desk does at a provider for one customer: the requests and replies in the provider-neutral form, and what is
//! known after an action whose answer may have been lost.

use crate::http::Failure;
use jiff::Timestamp;
use kyc::{Blocked, Customer, KycStatus, Money, Problem, ProviderCustomerId, Trouble, TrustLevel};
use secrecy::SecretString;
use std::fmt;
use url::Url;
use zeroize::Zeroizing;

/// Everything that a provider says of one customer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Card {
    /// What the list says, too.
    pub customer: Customer,
    /// When the identity was verified.
    pub kyc_verified: Option<Timestamp>,
    /// Average payment.
    pub average: Option<Money>,
    /// The block, where there is one and the provider tells.
    pub block: BlockState,
    /// The latest payments; how many, and in which order, the provider decides.
    pub recent_payments: Vec<Payment>,
}

/// A payment of a customer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payment {
    /// The provider's id.
    pub id: String,
    /// The number on the invoice.
    pub number: Option<String>,
    /// How much.
    pub amount: Option<Money>,
    /// The provider's own word for its state, as it came; empty where there is none.
    pub status: String,
    /// When it was paid.
    pub paid: Option<Timestamp>,
}

/// Whether a customer is blocked, since when and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BlockState {
    /// Blocked or not.
    pub blocked: Blocked,
    /// Since when.
    pub since: Option<Timestamp>,
    /// The reason that was given, as the provider keeps it.
    pub reason: Option<String>,
}

/// By what a payer is looked up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Contact {
    /// A phone, in any usual way of writing it.
    Phone(String),
    /// An e-mail address.
    Email(String),
}

/// Whether a provider knows a payer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// Known or not.
    pub exists: bool,
    /// Whether the identity is verified.
    pub kyc_verified: bool,
    /// Who it is. Whether they are blocked is not told here.
    pub customer: Option<KnownCustomer>,
}

/// What a look-up tells of a payer: less than the list does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownCustomer {
    /// The provider's id.
    pub id: ProviderCustomerId,
    /// Name.
    pub name: Option<String>,
    /// KYC status.
    pub kyc: KycStatus,
    /// Trust level.
    pub trust: Option<TrustLevel>,
    /// Number of payments.
    pub payments: Option<u32>,
}

/// A link under which a customer verifies themselves. It opens the check to whoever has it: hand it to that person only,
/// and keep it nowhere.
#[derive(Debug, Clone)]
pub struct VerificationLink {
    /// The address; always `https`.
    pub url: SecretString,
    /// Until when it works, where the provider tells.
    pub expires: Option<Timestamp>,
}

impl VerificationLink {
    /// A link, if it is one that may be opened: `https`, with a host.
    pub(crate) fn new(url: String, expires: Option<Timestamp>) -> Option<Self> {
        let parsed = Url::parse(url.trim()).ok()?;
        let fits = parsed.scheme() == "https" && parsed.has_host();
        fits.then(|| Self { url: SecretString::from(parsed.to_string()), expires })
    }
}

/// A paper about a customer, to be handed to a provider. It cannot be read back.
#[derive(Clone)]
pub struct Document {
    /// What it is: one of the provider's [`document_kinds`](crate::Capabilities::document_kinds).
    pub kind: String,
    /// The file's media type: `application/pdf`.
    pub media_type: String,
    /// The file.
    pub content: Zeroizing<Vec<u8>>,
}

/// Without the content, which is somebody's bank statement.
impl fmt::Debug for Document {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = formatter.debug_struct("Document");
        shown
            .field("kind", &self.kind)
            .field("media_type", &self.media_type)
            .field("bytes", &self.content.len())
            .finish()
    }
}

/// A customer to be registered at a provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Registration {
    /// A person.
    Person {
        /// Whole name.
        name: String,
        /// E-mail.
        email: String,
        /// Where the browser goes after the identity check; `https`.
        return_to: Option<String>,
    },
    /// A company.
    Company {
        /// Name, at most 255 characters.
        name: String,
        /// E-mail, at most 254 characters.
        email: String,
    },
}

/// A customer who was registered. What opens their check is told this once and never again: after an answer that was
/// lost, the customer is found in the provider's list, without public id and password. A company then needs new ones from
/// the provider.
#[derive(Debug, Clone)]
pub struct Registered {
    /// The provider's id.
    pub id: ProviderCustomerId,
    /// The provider's public id of a company.
    pub public_id: Option<SecretString>,
    /// Where the customer verifies themselves.
    pub link: Option<VerificationLink>,
    /// The password that a company needs beside the link.
    pub password: Option<SecretString>,
}

/// How an action at a provider ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome<T> {
    /// It is in force at the provider.
    Done(T),
    /// It is not in force, for this reason. It may be tried again.
    Refused(Problem),
    /// The answer was lost and the provider's state could not be read. Look at it before anybody tries again.
    Unknown(Problem),
}

/// What a failed action leaves behind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Doubt {
    /// Nothing happened.
    None,
    /// It may have happened, or may have stood already.
    Some,
}

/// Whether an action that ended with this trouble may be in force all the same.
pub(crate) fn doubt(trouble: &Trouble) -> Doubt {
    match trouble {
        // Never sent, or turned away at the door.
        Trouble::Offline
        | Trouble::RateLimited { .. }
        | Trouble::BadInput { .. }
        | Trouble::BadAddress { .. }
        | Trouble::CredentialsRejected
        | Trouble::ClockSkew { .. }
        | Trouble::IpNotAllowed
        | Trouble::DomainNotVerified
        | Trouble::AccountInactive
        | Trouble::NotFound => Doubt::None,
        _ => Doubt::Some,
    }
}

/// Whether the answer proves that nothing happened: the provider says so, or a status does that no server gives to what
/// it carries out. (408 is a request that the server gave up waiting for, and says nothing of what came before.)
fn was_turned_down(problem: &Problem) -> bool {
    let status = problem.words.as_ref().and_then(|words| words.http_status).unwrap_or_default();
    problem.trouble == Trouble::Refused || ((300..500).contains(&status) && status != 408)
}

/// Whether an answer came that cannot be read: it may have told a success. What then cannot be found is in doubt still.
pub(crate) fn may_have_succeeded(lost: &Problem) -> bool {
    matches!(lost.trouble, Trouble::BadAnswer { .. })
}

impl<T> Outcome<T> {
    /// As [`of`](Self::of), where a request that was never sent is in nobody's doubt.
    pub(crate) fn of_sending(result: Result<T, Failure>) -> Self {
        match result {
            Err(failure) if failure.unsent => Self::Refused(failure.problem),
            result => Self::of(result.map_err(Problem::from)),
        }
    }

    /// The outcome of an action whose effect cannot be looked up afterwards.
    pub(crate) fn of(result: Result<T, Problem>) -> Self {
        match result {
            Ok(done) => Self::Done(done),
            Err(problem) if was_turned_down(&problem) => Self::Refused(problem),
            Err(problem) => match doubt(&problem.trouble) {
                Doubt::None => Self::Refused(problem),
                Doubt::Some => Self::Unknown(problem),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kyc::AnswerFault;
    use secrecy::ExposeSecret;

    #[test]
    fn only_https_is_a_verification_link_and_it_does_not_show() {
        let link = VerificationLink::new(" https://kyc.example.com/form/124?x=1 ".into(), None).unwrap();
        assert_eq!(link.url.expose_secret(), "https://kyc.example.com/form/124?x=1");
        assert!(!format!("{link:?}").contains("kyc.example.com"));
        for bad in
            ["", "http://kyc.example.com", "javascript:alert(1)", "file:///etc/passwd", "kyc.example.com/1", "https://"]
        {
            assert!(VerificationLink::new(bad.into(), None).is_none(), "{bad}");
        }
    }

    #[test]
    fn only_what_never_reached_the_provider_leaves_no_doubt() {
        for (trouble, expected) in [
            (Trouble::Offline, Doubt::None),
            (Trouble::RateLimited { until: None }, Doubt::None),
            (Trouble::CredentialsRejected, Doubt::None),
            (Trouble::NotFound, Doubt::None),
            (Trouble::ProviderDown, Doubt::Some),
            (Trouble::BadAnswer { fault: AnswerFault::Truncated }, Doubt::Some),
            (Trouble::BadAnswer { fault: AnswerFault::Html }, Doubt::Some),
            (Trouble::Refused, Doubt::Some),
            (Trouble::Conflict, Doubt::Some),
        ] {
            assert_eq!(doubt(&trouble), expected, "{trouble:?}");
        }
    }

    #[test]
    fn an_effect_that_cannot_be_looked_up_stays_unknown() {
        let of = |trouble: Trouble| Outcome::<()>::of(Err(trouble.into()));
        assert_eq!(Outcome::of(Ok(7)), Outcome::Done(7));
        assert_eq!(of(Trouble::Refused), Outcome::Refused(Trouble::Refused.into()));
        assert_eq!(of(Trouble::Offline), Outcome::Refused(Trouble::Offline.into()));
        assert_eq!(of(Trouble::ProviderDown), Outcome::Unknown(Trouble::ProviderDown.into()));
        let html = |status| {
            let words = kyc::ProviderWords { http_status: Some(status), ..kyc::ProviderWords::default() };
            Problem::from(Trouble::BadAnswer { fault: AnswerFault::Html }).with_words(words)
        };
        for (status, refused) in [(200, false), (302, true), (404, true), (408, false), (500, false)] {
            let outcome = Outcome::<()>::of(Err(html(status)));
            assert_eq!(matches!(outcome, Outcome::Refused(_)), refused, "{status}");
        }
    }
}

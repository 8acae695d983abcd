//! Every provider that Vouch knows, one line each, and the way from a stored connection to a working one.

use crate::address::{self, BaseUrl};
use crate::clock::Clock;
use crate::provider::{Description, Provider};
use crate::{cryptopocket, loveandpay};
use kyc::{Credential, Problem, ProviderId, RequestLimits, Trouble};
use std::sync::Arc;

static ALL: [Description; 2] = [loveandpay::DESCRIPTION, cryptopocket::DESCRIPTION];

/// Every known provider, in the order in which they are offered.
pub fn all() -> &'static [Description] {
    &ALL
}

/// The provider of that name.
pub fn find(provider: &ProviderId) -> Option<&'static Description> {
    all().iter().find(|description| description.id == provider.as_str())
}

/// What makes a connection, but for its credential.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConnectionSpec {
    /// Which provider.
    pub provider: ProviderId,
    /// The address, as typed or as known for the environment.
    pub base_url: String,
    /// The request budget.
    pub limits: RequestLimits,
}

impl From<&kyc::Connection> for ConnectionSpec {
    fn from(connection: &kyc::Connection) -> Self {
        Self { provider: connection.provider.clone(), base_url: connection.base_url.clone(), limits: connection.limits }
    }
}

/// Where a provider's client sends to, and how often it may. Checked.
#[derive(Debug)]
pub(crate) struct Endpoint {
    pub base: BaseUrl,
    pub limits: RequestLimits,
    pub clock: Arc<dyn Clock>,
}

/// Checks what a person filled in, without any request.
///
/// # Errors
/// [`Trouble::BadInput`] for `provider`, `requests_per_minute` or `requests_per_hour` (0 is allowed on loopback
/// addresses only), [`Trouble::BadAddress`] for the address.
pub fn check(spec: &ConnectionSpec) -> Result<BaseUrl, Problem> {
    if find(&spec.provider).is_none() {
        return Err(Trouble::BadInput { field: "provider" }.into());
    }
    let base = address::parse(&spec.base_url).map_err(|fault| Trouble::BadAddress { fault })?;
    let limits = [("requests_per_minute", spec.limits.per_minute), ("requests_per_hour", spec.limits.per_hour)];
    match limits.into_iter().find(|(_, limit)| *limit == Some(0)) {
        Some((field, _)) if !base.is_loopback() => Err(Trouble::BadInput { field }.into()),
        _ => Ok(base),
    }
}

/// Makes the client of a connection. Sends nothing.
///
/// # Errors
/// As [`check`]; [`Trouble::Internal`] when the system's TLS roots cannot be loaded.
pub fn connect(
    spec: &ConnectionSpec,
    credential: Credential,
    clock: Arc<dyn Clock>,
) -> Result<Arc<dyn Provider>, Problem> {
    let base = check(spec)?;
    let description = find(&spec.provider).ok_or(Trouble::BadInput { field: "provider" })?;
    (description.connect)(Endpoint { base, limits: spec.limits, clock }, credential)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::ManualClock;
    use kyc::{AddressFault, Environment};

    fn spec(provider: &str, base_url: &str, per_minute: Option<u32>) -> ConnectionSpec {
        let limits = RequestLimits { per_minute, per_hour: None };
        ConnectionSpec { provider: ProviderId::new(provider), base_url: base_url.into(), limits }
    }

    #[test]
    fn names_are_stable_and_unique() {
        let ids: Vec<_> = all().iter().map(|description| description.id).collect();
        assert_eq!(ids, ["loveandpay", "cryptopocket"]);
        for description in all() {
            assert_eq!(find(&description.provider()).map(|found| found.id), Some(description.id));
        }
    }

    #[test]
    fn known_addresses_are_good_addresses_and_belong_to_their_environment() {
        for description in all() {
            for known in [Environment::Live, Environment::Sandbox].into_iter().filter_map(|it| description.base_url(it))
            {
                assert_eq!(address::parse(known).unwrap().as_str(), known);
            }
            assert_eq!(description.base_url(Environment::Custom), None);
        }
        let love = find(&ProviderId::new("loveandpay")).unwrap();
        assert_eq!(love.base_url(Environment::Live), Some("https://api.prod.loveandpay.io/api/v2"));
        assert_eq!(love.base_url(Environment::Sandbox), love.base_url(Environment::Live));
        let pocket = find(&ProviderId::new("cryptopocket")).unwrap();
        assert_eq!(pocket.base_url(Environment::Live), None);
        assert_eq!(pocket.base_url(Environment::Sandbox), Some("https://sandbox.cryptopocket.io/api"));
    }

    #[test]
    fn every_provider_has_a_whole_default_budget() {
        for description in all() {
            let limits = description.capabilities.limits;
            assert!(limits.per_minute > Some(0) && limits.per_hour > Some(0), "{}", description.id);
        }
    }

    #[test]
    fn bad_specs_are_refused_by_field() {
        for (spec, trouble) in [
            (spec("paypal", "https://host", None), Trouble::BadInput { field: "provider" }),
            (spec("loveandpay", "host/api", None), Trouble::BadAddress { fault: AddressFault::NoScheme }),
            (spec("loveandpay", "https://host", Some(0)), Trouble::BadInput { field: "requests_per_minute" }),
        ] {
            assert_eq!(check(&spec).map_err(|problem| problem.trouble), Err(trouble));
        }
        assert!(check(&spec("loveandpay", "http://127.0.0.1:1", Some(0))).is_ok());
    }

    #[test]
    fn connecting_sends_nothing_and_shows_no_secret() {
        let clock: Arc<dyn Clock> = Arc::new(ManualClock::at(jiff::Timestamp::UNIX_EPOCH));
        for description in all() {
            let credential = Credential::parse("pk_test_visible", "sk_test_visible").unwrap();
            let spec = spec(description.id, "https://unreachable.invalid/api", None);
            let provider = connect(&spec, credential, Arc::clone(&clock)).unwrap();
            assert_eq!(provider.description().id, description.id);
            let printed = format!("{provider:?}");
            assert!(!printed.contains("visible"), "a secret shows in {printed}");
        }
    }
}

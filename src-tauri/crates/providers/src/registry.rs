//! Every provider that Vouch knows, one line each, and the way from a stored connection to a working one.

use crate::address::BaseUrl;
use crate::clock::Clock;
use crate::provider::{Description, Features, Provider};
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
    all().iter().find(|description| description.key == provider.as_str())
}

/// Where a provider's client sends to, and how often it may.
#[derive(Debug)]
pub(crate) struct Endpoint {
    pub base: BaseUrl,
    pub limits: RequestLimits,
    pub clock: Arc<dyn Clock>,
    /// What was spent of the budget before.
    pub budget: Option<String>,
    pub features: Features,
}

/// Makes the client of a connection. Sends nothing. `budget` is what
/// [`Provider::budget_state`] gave before a restart.
///
/// # Errors
/// [`Trouble::BadInput`] for `provider`, `requests_per_minute` or `requests_per_hour` (0 is allowed on loopback
/// addresses only); [`Trouble::Internal`] when the system has no trusted certificates that TLS could start from.
pub fn connect(
    provider: &ProviderId,
    base_url: &BaseUrl,
    limits: RequestLimits,
    credential: Credential,
    clock: Arc<dyn Clock>,
    budget: Option<&str>,
) -> Result<Arc<dyn Provider>, Problem> {
    connect_with(provider, base_url, limits, credential, clock, budget, Features::default())
}

/// As [`connect`], with what is otherwise than usual.
///
/// # Errors
/// As [`connect`].
pub fn connect_with(
    provider: &ProviderId,
    base_url: &BaseUrl,
    limits: RequestLimits,
    credential: Credential,
    clock: Arc<dyn Clock>,
    budget: Option<&str>,
    features: Features,
) -> Result<Arc<dyn Provider>, Problem> {
    let description = find(provider).ok_or(Trouble::BadInput { field: "provider" })?;
    let fields = [("requests_per_minute", limits.per_minute), ("requests_per_hour", limits.per_hour)];
    if let Some((field, _)) = fields.into_iter().find(|(_, limit)| *limit == Some(0))
        && !base_url.is_loopback()
    {
        return Err(Trouble::BadInput { field }.into());
    }
    let budget = budget.map(str::to_owned);
    (description.connect)(Endpoint { base: base_url.clone(), limits, clock, budget, features }, credential)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::address;
    use crate::clock::ManualClock;
    use kyc::Environment;

    fn connected(provider: &str, base_url: &str, limits: RequestLimits) -> Result<Arc<dyn Provider>, Problem> {
        let credential = Credential::parse("pk_test_visible", "sk_test_visible").unwrap();
        let clock = Arc::new(ManualClock::at(jiff::Timestamp::UNIX_EPOCH));
        let base_url = address::parse(base_url).unwrap();
        connect(&ProviderId::new(provider), &base_url, limits, credential, clock, None)
    }

    #[test]
    fn names_are_stable_and_unique() {
        let keys: Vec<_> = all().iter().map(|description| description.key).collect();
        assert_eq!(keys, ["loveandpay", "cryptopocket"]);
        for description in all() {
            assert_eq!(find(&description.id()).map(|found| found.key), Some(description.key));
        }
        assert!(find(&ProviderId::new("Loveandpay")).is_none());
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
    fn inconsistency_1_the_announced_host_is_the_known_one() {
        let love = find(&ProviderId::new("loveandpay")).unwrap();
        let known = [love.live_url, love.sandbox_url].map(|url| address::parse(url.unwrap()).unwrap());
        let announced = address::parse("https://api.prod.loveandpay.io").unwrap();
        assert!(known.iter().all(|url| url.same_origin(&announced) && url.as_str().ends_with("/api/v2")));
    }

    #[test]
    fn c17_bank_accounts_are_not_called() {
        let pocket = find(&ProviderId::new("cryptopocket")).unwrap();
        assert!(pocket.routes.iter().all(|route| !route.path.contains("bank")));
        assert!(pocket.not_called.iter().any(|(subject, _)| subject.contains("/banking/accounts")));
    }

    #[test]
    fn every_provider_has_a_whole_default_budget() {
        for description in all() {
            let limits = description.limits;
            assert!(limits.per_minute > Some(0) && limits.per_hour > Some(0), "{}", description.key);
        }
    }

    #[test]
    fn only_this_computer_may_be_asked_without_limit() {
        let per_minute = RequestLimits { per_minute: Some(0), per_hour: None };
        let per_hour = RequestLimits { per_minute: None, per_hour: Some(0) };
        for (limits, field) in [(per_minute, "requests_per_minute"), (per_hour, "requests_per_hour")] {
            for description in all() {
                let refused = connected(description.key, "https://host.invalid", limits).unwrap_err();
                assert_eq!(refused.trouble, Trouble::BadInput { field });
                assert!(connected(description.key, "http://127.0.0.1:1", limits).is_ok());
            }
        }
    }

    #[test]
    fn a_provider_that_nobody_knows_is_refused() {
        let refused = connected("paypal", "https://host.invalid", RequestLimits::default()).unwrap_err();
        assert_eq!(refused.trouble, Trouble::BadInput { field: "provider" });
    }

    #[test]
    fn connecting_shows_no_secret() {
        for description in all() {
            let provider = connected(description.key, "https://host.invalid/api", RequestLimits::default()).unwrap();
            assert_eq!(provider.description().key, description.key);
            let printed = format!("{provider:?}");
            assert!(!printed.contains("visible"), "a secret shows in {printed}");
        }
    }

    #[test]
    fn a_stored_budget_goes_on_and_an_unreadable_one_starts_anew() {
        let clock = Arc::new(ManualClock::at("2026-11-20T10:00:00Z".parse().unwrap()));
        let base = address::parse("https://host.invalid/api/v2").unwrap();
        let held = clock.now() + jiff::SignedDuration::from_secs(30);
        for (stored, next) in [(format!("v1 {}", held.as_millisecond()), held), ("garbage".to_owned(), clock.now())] {
            let credential = Credential::parse("pk", "sk").unwrap();
            let id = ProviderId::new("loveandpay");
            let clock = Arc::clone(&clock) as Arc<dyn Clock>;
            let provider = connect(&id, &base, RequestLimits::default(), credential, clock, Some(&stored)).unwrap();
            assert_eq!(provider.next_at(), next, "{stored}");
        }
    }
}

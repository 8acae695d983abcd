//! The connection form as it was filled in, and what it must hold before anything is stored or sent.

use kyc::{Credential, CredentialFault, Environment, Problem, ProviderId, RequestLimits, Trouble};
use providers::{BaseUrl, Description, address, registry};
use secrecy::{ExposeSecret, SecretString};

/// Longest label, in characters: what fits into the side bar without telling less.
const LABEL_LIMIT: usize = 60;

/// The connection form as it was filled in.
pub struct ConnectionDraft {
    /// Which provider.
    pub provider: ProviderId,
    /// Which of its installations.
    pub environment: Environment,
    /// The officer's own name for the connection; may be empty.
    pub label: String,
    /// The address; used for [`Environment::Custom`] and where the provider has no known one.
    pub base_url: String,
    /// The key; empty together with the secret to keep the stored ones while editing.
    pub api_key: SecretString,
    /// The secret.
    pub api_secret: SecretString,
    /// The request budget.
    pub limits: RequestLimits,
}

/// What a draft comes to once its fields are checked.
pub(crate) struct CheckedDraft {
    pub(crate) provider: &'static Description,
    pub(crate) environment: Environment,
    pub(crate) label: String,
    pub(crate) base_url: BaseUrl,
    /// `None`: keep the stored one.
    pub(crate) credential: Option<Credential>,
    pub(crate) limits: RequestLimits,
}

impl ConnectionDraft {
    /// Checks every field. Nothing is stored or sent here.
    ///
    /// # Errors
    /// [`Trouble::BadInput`] with the form's field, [`Trouble::BadAddress`] for the address.
    pub(crate) fn check(self) -> Result<CheckedDraft, Problem> {
        let provider = registry::find(&self.provider).ok_or(Trouble::BadInput { field: "provider" })?;
        let base_url = address::parse(provider.base_url(self.environment).unwrap_or(&self.base_url))
            .map_err(|fault| Problem::from(Trouble::BadAddress { fault }))?;
        let label = self.label.trim().to_owned();
        if label.chars().count() > LABEL_LIMIT || label.chars().any(char::is_control) {
            return Err(Trouble::BadInput { field: "label" }.into());
        }
        let unlimited = [self.limits.per_minute, self.limits.per_hour].contains(&Some(0));
        if unlimited && !base_url.is_loopback() {
            let field = if self.limits.per_minute == Some(0) { "requests_per_minute" } else { "requests_per_hour" };
            return Err(Trouble::BadInput { field }.into());
        }
        let (key, secret) = (self.api_key.expose_secret().trim(), self.api_secret.expose_secret().trim());
        let credential = if key.is_empty() && secret.is_empty() {
            None
        } else {
            Some(Credential::parse(key, secret).map_err(|fault| Trouble::BadInput { field: field_of(fault) })?)
        };
        let environment = self.environment;
        Ok(CheckedDraft { provider, environment, label, base_url, credential, limits: self.limits })
    }
}

pub(crate) fn field_of(fault: CredentialFault) -> &'static str {
    match fault {
        CredentialFault::KeyEmpty | CredentialFault::KeyMalformed => "api_key",
        CredentialFault::SecretEmpty | CredentialFault::SecretMalformed => "api_secret",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kyc::AddressFault;

    fn draft() -> ConnectionDraft {
        ConnectionDraft {
            provider: ProviderId::new("loveandpay"),
            environment: Environment::Custom,
            label: "  Shop ".to_owned(),
            base_url: "http://127.0.0.1:7001/api/v2/".to_owned(),
            api_key: "pk_test_0123456789".into(),
            api_secret: "sk_test_0123456789".into(),
            limits: RequestLimits::default(),
        }
    }

    fn trouble(draft: ConnectionDraft) -> Option<Trouble> {
        draft.check().err().map(|problem| problem.trouble)
    }

    #[test]
    fn a_good_draft_is_taken_without_its_blanks() {
        let checked = draft().check().unwrap();
        assert_eq!(checked.label, "Shop");
        assert_eq!(checked.base_url.as_str(), "http://127.0.0.1:7001/api/v2");
        assert!(checked.credential.is_some());
    }

    #[test]
    fn the_providers_own_address_goes_before_a_typed_one() {
        let mut live = draft();
        live.environment = Environment::Live;
        live.base_url = "nonsense".to_owned();
        let checked = live.check().unwrap();
        assert!(checked.base_url.as_str().starts_with("https://"), "{}", checked.base_url.as_str());
    }

    #[test]
    fn each_bad_field_is_named() {
        let mut bad = draft();
        bad.provider = ProviderId::new("nobody");
        assert_eq!(trouble(bad), Some(Trouble::BadInput { field: "provider" }));
        let mut bad = draft();
        bad.base_url = "loveandpay.io/api/v2".to_owned();
        assert_eq!(trouble(bad), Some(Trouble::BadAddress { fault: AddressFault::NoScheme }));
        let mut bad = draft();
        bad.base_url = "http://loveandpay.io/api/v2".to_owned();
        assert_eq!(trouble(bad), Some(Trouble::BadAddress { fault: AddressFault::NotEncrypted }));
        let mut bad = draft();
        bad.label = "x".repeat(61);
        assert_eq!(trouble(bad), Some(Trouble::BadInput { field: "label" }));
        let mut bad = draft();
        bad.api_secret = " ".into();
        assert_eq!(trouble(bad), Some(Trouble::BadInput { field: "api_secret" }));
        let mut bad = draft();
        bad.api_key = "".into();
        assert_eq!(trouble(bad), Some(Trouble::BadInput { field: "api_key" }));
    }

    #[test]
    fn only_this_computer_may_be_asked_without_limit() {
        let mut local = draft();
        local.limits = RequestLimits { per_minute: Some(0), per_hour: Some(0) };
        assert_eq!(trouble(local), None);
        let mut remote = draft();
        remote.base_url = "https://loveandpay.io/api/v2".to_owned();
        remote.limits = RequestLimits { per_minute: None, per_hour: Some(0) };
        assert_eq!(trouble(remote), Some(Trouble::BadInput { field: "requests_per_hour" }));
    }
}

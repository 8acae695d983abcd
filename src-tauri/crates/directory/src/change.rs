//! Observed history: what of a customer changed, between which two looks, and how it was seen.

use crate::fault::Fault;
use jiff::Timestamp;
use kyc::{Customer, Money};

/// A change of a customer that the book saw. Providers tell only the present, so the change itself happened at some moment
/// between `previous_look` and `seen_at`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Identity within the book; later changes have greater ones.
    pub id: u32,
    /// What changed.
    pub field: ChangedField,
    /// What it was; `None` when the provider had not said.
    pub before: Option<String>,
    /// What it became; `None` when the provider no longer says.
    pub after: Option<String>,
    /// When it was seen.
    pub seen_at: Timestamp,
    /// When the customer had been looked at before that. Never later than `seen_at`: where this computer's clock jumped
    /// back, a look counts as having been taken when the one before it was, and no earlier.
    pub previous_look: Timestamp,
    /// How it was seen.
    pub seen_by: SeenBy,
}

/// How a change was seen.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum SeenBy {
    /// By synchronising: a walk of the provider's list, or a look between two walks.
    Sync,
    /// By what the provider answered to an action.
    Action {
        /// Whose action it was: the name that the desk knows the officer by; `None` where it knows none.
        actor: Option<String>,
    },
}

/// What changed. Values are kept as text, in the form named at each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ChangedField {
    /// The name, as the provider writes it.
    Name,
    /// The e-mail.
    Email,
    /// The phone.
    Phone,
    /// The KYC status, as [`kyc::KycStatus::facet_value`].
    Kyc,
    /// The trust level, as [`kyc::TrustLevel::facet_value`].
    Trust,
    /// Blocked or not, as [`kyc::Blocked::name`].
    Blocked,
    /// The number of successful payments, in decimal digits.
    Payments,
    /// Their total: decimal amount, a blank, currency.
    Paid,
    /// Since when a complete walk no longer finds the customer: RFC 3339, UTC. After is `None` when listed again.
    Unlisted,
}

impl ChangedField {
    const ALL: [Self; 9] = [
        Self::Name,
        Self::Email,
        Self::Phone,
        Self::Kyc,
        Self::Trust,
        Self::Blocked,
        Self::Payments,
        Self::Paid,
        Self::Unlisted,
    ];

    /// The stable name, which is also that of the grid's column where there is one.
    pub fn name(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Email => "email",
            Self::Phone => "phone",
            Self::Kyc => "kyc",
            Self::Trust => "trust",
            Self::Blocked => "blocked",
            Self::Payments => "payments",
            Self::Paid => "paid",
            Self::Unlisted => "unlisted",
        }
    }

    /// Reads back what [`name`](Self::name) wrote.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|field| field.name() == name)
    }
}

impl SeenBy {
    /// The stable name: `sync` or `action`.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Sync => "sync",
            Self::Action { .. } => "action",
        }
    }

    /// Who acted.
    pub fn actor(&self) -> Option<&str> {
        match self {
            Self::Sync => None,
            Self::Action { actor } => actor.as_deref(),
        }
    }
}

/// A change before it is written: field, before, after.
pub(crate) type Difference = (ChangedField, Option<String>, Option<String>);

/// What differs between two states of a customer, of the fields that have a history.
pub(crate) fn differences(before: &Customer, after: &Customer) -> Vec<Difference> {
    let mut found = Vec::new();
    let mut compare = |field, differs: bool, text: &dyn Fn(&Customer) -> Option<String>| {
        if differs {
            found.push((field, text(before), text(after)));
        }
    };
    compare(ChangedField::Name, before.name != after.name, &|customer| customer.name.clone());
    compare(ChangedField::Email, before.email != after.email, &|customer| customer.email.clone());
    compare(ChangedField::Phone, before.phone != after.phone, &|customer| customer.phone.clone());
    compare(ChangedField::Kyc, before.kyc != after.kyc, &|customer| Some(customer.kyc.facet_value()));
    compare(ChangedField::Trust, before.trust != after.trust, &|customer| {
        customer.trust.as_ref().map(kyc::TrustLevel::facet_value)
    });
    compare(ChangedField::Blocked, before.blocked != after.blocked, &|customer| {
        Some(customer.blocked.name().to_owned())
    });
    compare(ChangedField::Payments, before.payments != after.payments, &|customer| {
        customer.payments.map(|payments| payments.to_string())
    });
    compare(ChangedField::Paid, before.paid != after.paid, &|customer| customer.paid.as_ref().map(money_text));
    found
}

fn money_text(money: &Money) -> String {
    format!("{} {}", money.amount, money.currency)
}

pub(crate) fn field_of(name: &str) -> Result<ChangedField, Fault> {
    ChangedField::from_name(name).ok_or_else(|| Fault::damaged("a changed field"))
}

pub(crate) fn seen_by_of(name: &str, actor: Option<String>) -> Result<SeenBy, Fault> {
    match name {
        "sync" => Ok(SeenBy::Sync),
        "action" => Ok(SeenBy::Action { actor }),
        _ => Err(Fault::damaged("how a change was seen")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_back() {
        for field in ChangedField::ALL {
            assert_eq!(ChangedField::from_name(field.name()), Some(field));
        }
        let officer = SeenBy::Action { actor: Some("m.garcia".to_owned()) };
        for seen_by in [SeenBy::Sync, SeenBy::Action { actor: None }, officer] {
            assert_eq!(seen_by_of(seen_by.name(), seen_by.actor().map(str::to_owned)), Ok(seen_by));
        }
        assert_eq!(ChangedField::from_name("raw"), None);
        assert!(seen_by_of("", None).is_err());
    }
}

//! What the book knew at an earlier moment: the present, with everything undone that was seen later.
//!
//! Only what has a history can be told. The raw record, the time of the last payment and the time of creation are known as
//! they are now, and so they are left out.

use crate::change::{Change, ChangedField};
use crate::fault::{Fault, Outcome};
use jiff::Timestamp;
use kyc::{
    Blocked, BookCustomer, ConnectionId, Currency, CustomerKey, KycStatus, Money, ProviderCustomerId, TrustLevel,
};

/// A customer as the book knew them at an earlier moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CustomerThen {
    /// Key in the book.
    pub key: CustomerKey,
    /// The connection.
    pub connection: ConnectionId,
    /// The provider's id.
    pub id: ProviderCustomerId,
    /// Name.
    pub name: Option<String>,
    /// E-mail.
    pub email: Option<String>,
    /// Phone.
    pub phone: Option<String>,
    /// KYC status.
    pub kyc: KycStatus,
    /// Trust level.
    pub trust: Option<TrustLevel>,
    /// Blocked or not.
    pub blocked: Blocked,
    /// Number of successful payments.
    pub payments: Option<u32>,
    /// Their total.
    pub paid: Option<Money>,
    /// Since when, by then, walks had not found the customer any more.
    pub unlisted_since: Option<Timestamp>,
    /// When the book first saw the customer.
    pub first_seen: Timestamp,
    /// A look up to then that found the customer so. There may have been later ones: the book keeps the latest look, and
    /// those before and at which something had changed.
    pub confirmed: Timestamp,
}

/// Takes a customer back to `at`. `later` are the changes that were seen after it, newest first. `None` when the book did
/// not know the customer then.
pub(crate) fn rewind(book: BookCustomer, later: &[Change], at: Timestamp) -> Outcome<Option<CustomerThen>> {
    if book.first_seen > at {
        return Ok(None);
    }
    let earliest_later = later.last().map(|change| change.previous_look).filter(|look| *look <= at);
    let confirmed = [Some(book.last_seen).filter(|look| *look <= at), earliest_later].into_iter().flatten().max();
    let customer = book.customer;
    let mut then = CustomerThen {
        key: book.key,
        connection: book.connection,
        id: customer.id,
        name: customer.name,
        email: customer.email,
        phone: customer.phone,
        kyc: customer.kyc,
        trust: customer.trust,
        blocked: customer.blocked,
        payments: customer.payments,
        paid: customer.paid,
        unlisted_since: book.unlisted_since,
        first_seen: book.first_seen,
        confirmed: confirmed.unwrap_or(book.first_seen),
    };
    for change in later {
        then.undo(change)?;
    }
    Ok(Some(then))
}

impl CustomerThen {
    fn undo(&mut self, change: &Change) -> Outcome<()> {
        let before = change.before.clone();
        match change.field {
            ChangedField::Name => self.name = before,
            ChangedField::Email => self.email = before,
            ChangedField::Phone => self.phone = before,
            ChangedField::Kyc => self.kyc = read(before.as_deref(), KycStatus::from_facet_value)?.ok_or_else(odd)?,
            ChangedField::Trust => self.trust = read(before.as_deref(), TrustLevel::from_facet_value)?,
            ChangedField::Blocked => self.blocked = read(before.as_deref(), Blocked::from_name)?.ok_or_else(odd)?,
            ChangedField::Payments => self.payments = read(before.as_deref(), |text| text.parse().ok())?,
            ChangedField::Paid => self.paid = read(before.as_deref(), money)?,
            ChangedField::Unlisted => self.unlisted_since = read(before.as_deref(), |text| text.parse().ok())?,
        }
        Ok(())
    }
}

fn read<T>(text: Option<&str>, parse: impl FnOnce(&str) -> Option<T>) -> Outcome<Option<T>> {
    text.map(|text| parse(text).ok_or_else(odd)).transpose()
}

fn money(text: &str) -> Option<Money> {
    let (amount, currency) = text.split_once(' ')?;
    Some(Money { amount: amount.parse().ok()?, currency: Currency::parse(currency)? })
}

/// The amount in the text of a change.
pub(crate) fn money_of(text: Option<&str>) -> Option<Money> {
    text.and_then(money)
}

fn odd() -> Fault {
    Fault::damaged("the former value of a change")
}

//! The numbers of a customer, by which rows are filtered and ordered, as a block holds them in columns.

use super::columns::NO_TIME;
use kyc::BookCustomer;
use rust_decimal::Decimal;

/// Bits of [`Numbers::flags`].
pub(crate) mod flag {
    /// The provider states a number of payments.
    pub(crate) const PAYMENTS_STATED: u8 = 1;
    /// The book saw the KYC status change.
    pub(crate) const KYC_CHANGED: u8 = 2;
    /// A complete walk no longer found the customer.
    pub(crate) const UNLISTED: u8 = 4;
}

/// The numbers of a row.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Numbers {
    /// Class.
    pub class: u32,
    /// See [`flag`].
    pub flags: u8,
    /// Number of payments; 0 when not stated.
    pub payments: u32,
    /// Total paid in major units.
    pub paid: Option<Decimal>,
    /// Last payment, microseconds since 1970 UTC.
    pub last_payment: i64,
    /// Creation, likewise.
    pub created: i64,
    /// Beginning of the KYC status, likewise.
    pub kyc_since: i64,
}

impl Numbers {
    /// The numbers of a customer of a class.
    pub fn new(customer: &BookCustomer, class: u32) -> Self {
        let said = &customer.customer;
        let micros = |time: Option<jiff::Timestamp>| time.map_or(NO_TIME, jiff::Timestamp::as_microsecond);
        let flag = |flag: u8, set: bool| if set { flag } else { 0 };
        Self {
            class,
            flags: flag(flag::PAYMENTS_STATED, said.payments.is_some())
                | flag(flag::KYC_CHANGED, customer.kyc_changed.is_some())
                | flag(flag::UNLISTED, customer.unlisted_since.is_some()),
            payments: said.payments.unwrap_or_default(),
            paid: said.paid.as_ref().map(|paid| paid.amount),
            last_payment: micros(said.last_payment),
            created: micros(said.created),
            kyc_since: micros(Some(customer.kyc_since())),
        }
    }
}

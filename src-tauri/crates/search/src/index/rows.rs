//! The numbers of each customer, column by column, and which row a key has.

use kyc::{BookCustomer, CustomerKey};
use rust_decimal::Decimal;

/// Stands for a time that is missing; earlier than any time there is.
pub(crate) const NO_TIME: i64 = i64::MIN;
/// Class of a vacant row.
pub(crate) const VACANT: u32 = u32::MAX;

/// Bits of [`Rows::flags`].
pub(crate) mod flag {
    /// The provider states a number of payments.
    pub(crate) const PAYMENTS_STATED: u8 = 1;
    /// The provider states a total.
    pub(crate) const PAID_STATED: u8 = 2;
    /// Another connection says something else of the same person.
    pub(crate) const DISAGREES: u8 = 4;
}

/// Columns, all of the same length.
#[derive(Debug, Default)]
pub(crate) struct Rows {
    /// Key.
    pub keys: Vec<CustomerKey>,
    /// Class, or [`VACANT`].
    pub classes: Vec<u32>,
    /// See [`flag`].
    pub flags: Vec<u8>,
    /// Number of payments; 0 when not stated.
    pub payments: Vec<u32>,
    /// Total paid in major units; 0 when not stated.
    pub paid: Vec<Decimal>,
    /// Last payment, microseconds since 1970 UTC.
    pub last_payment: Vec<i64>,
    /// Creation, likewise.
    pub created: Vec<i64>,
    /// Beginning of the KYC status, likewise.
    pub kyc_since: Vec<i64>,
    vacant: Vec<u32>,
    by_key: ByKey,
}

impl Rows {
    /// An upper bound for the rows in use.
    pub fn bound(&self) -> usize {
        self.keys.len()
    }

    /// How many rows are in use.
    pub fn len(&self) -> usize {
        self.keys.len() - self.vacant.len()
    }

    /// The row of a key.
    pub fn of(&self, key: CustomerKey) -> Option<u32> {
        self.by_key.get(key)
    }

    /// The key of a row.
    pub fn key(&self, row: u32) -> CustomerKey {
        at(&self.keys, row).unwrap_or(CustomerKey(u32::MAX))
    }

    /// The class of a row that is in use.
    pub fn class(&self, row: u32) -> Option<u32> {
        at(&self.classes, row).filter(|class| *class != VACANT)
    }

    /// Whether a row has a flag.
    pub fn has(&self, row: u32, flag: u8) -> bool {
        at(&self.flags, row).is_some_and(|flags| flags & flag != 0)
    }

    /// The rows in use, ascending.
    pub fn in_use(&self) -> impl Iterator<Item = u32> {
        (0u32..).zip(&self.classes).filter(|(_, class)| **class != VACANT).map(|(row, _)| row)
    }

    /// Gives a new key a row, vacant until [`set`](Self::set).
    pub fn open(&mut self, key: CustomerKey) -> u32 {
        let row = self.vacant.pop().unwrap_or_else(|| {
            self.keys.push(key);
            self.classes.push(VACANT);
            self.flags.push(0);
            self.payments.push(0);
            self.paid.push(Decimal::ZERO);
            self.last_payment.push(NO_TIME);
            self.created.push(NO_TIME);
            self.kyc_since.push(NO_TIME);
            u32::try_from(self.keys.len() - 1).unwrap_or(u32::MAX)
        });
        put(&mut self.keys, row, key);
        self.by_key.set(key, Some(row));
        row
    }

    /// Writes a row, but for whether it disagrees.
    pub fn set(&mut self, row: u32, class: u32, customer: &BookCustomer) {
        let said = &customer.customer;
        let micros = |time: Option<jiff::Timestamp>| time.map_or(NO_TIME, jiff::Timestamp::as_microsecond);
        let mut flags = at(&self.flags, row).unwrap_or_default() & flag::DISAGREES;
        flags |= if said.payments.is_some() { flag::PAYMENTS_STATED } else { 0 };
        flags |= if said.paid.is_some() { flag::PAID_STATED } else { 0 };
        put(&mut self.classes, row, class);
        put(&mut self.flags, row, flags);
        put(&mut self.payments, row, said.payments.unwrap_or_default());
        put(&mut self.paid, row, said.paid.as_ref().map_or(Decimal::ZERO, |paid| paid.amount));
        put(&mut self.last_payment, row, micros(said.last_payment));
        put(&mut self.created, row, micros(said.created));
        put(&mut self.kyc_since, row, micros(Some(customer.kyc_since())));
    }

    /// Notes whether a row disagrees.
    pub fn set_disagrees(&mut self, row: u32, disagrees: bool) {
        if let Some(flags) = self.flags.get_mut(row as usize) {
            *flags = if disagrees { *flags | flag::DISAGREES } else { *flags & !flag::DISAGREES };
        }
    }

    /// Gives a row up.
    pub fn close(&mut self, row: u32) {
        self.by_key.set(self.key(row), None);
        put(&mut self.classes, row, VACANT);
        put(&mut self.flags, row, 0);
        self.vacant.push(row);
    }
}

/// The value of a row in a column.
pub(crate) fn at<T: Copy>(column: &[T], row: u32) -> Option<T> {
    column.get(row as usize).copied()
}

fn put<T>(column: &mut [T], row: u32, value: T) {
    if let Some(place) = column.get_mut(row as usize) {
        *place = value;
    }
}

const PAGE: usize = 4096;
const NO_ROW: u32 = u32::MAX;

/// Row by key. Keys are handed out one after another, so a table in pages is dense and needs no hashing; a far key costs
/// one page and eight bytes for each page before it.
#[derive(Debug, Default)]
struct ByKey {
    pages: Vec<Option<Box<[u32]>>>,
}

impl ByKey {
    fn get(&self, key: CustomerKey) -> Option<u32> {
        let key = key.0 as usize;
        let row = *self.pages.get(key / PAGE)?.as_ref()?.get(key % PAGE)?;
        (row != NO_ROW).then_some(row)
    }

    fn set(&mut self, key: CustomerKey, row: Option<u32>) {
        let key = key.0 as usize;
        if self.pages.len() <= key / PAGE {
            self.pages.resize(key / PAGE + 1, None);
        }
        if let Some(page) = self.pages.get_mut(key / PAGE) {
            let page = page.get_or_insert_with(|| vec![NO_ROW; PAGE].into_boxed_slice());
            put(page, u32::try_from(key % PAGE).unwrap_or_default(), row.unwrap_or(NO_ROW));
        }
    }
}

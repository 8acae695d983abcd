//! The rows of one connection's customers while something lands in them.
//!
//! Nearly all of a walk's work on the book is here, so the statements are looked up once for a page and not once for each of
//! its rows. Each adds or changes one row: a statement that adds several would keep, and encrypt, a copy of every page that
//! it changes, in order to be able to take itself back.

use super::connections::Number;
use super::customer_ids;
use super::customers::{OWN_COLUMN_COUNT, own_columns, paid_columns, read_own};
use super::runs::RunId;
use super::to_milliseconds;
use crate::fault::Outcome;
use crate::newcomers::Newcomers;
use jiff::Timestamp;
use kyc::{BookCustomer, ConnectionId, Customer, CustomerKey, ProviderCustomerId, ProviderId, TrustLevel};
use rusqlite::{CachedStatement, Connection as Sqlite, params};

/// What landing a page needs to know of a customer beyond what everybody may see.
pub(crate) struct Known {
    /// As the book has the customer now, without the raw record.
    pub book: BookCustomer,
    /// The run that saw the customer last.
    pub last_run: Option<RunId>,
}

/// See the module.
pub(crate) struct LandingRows<'a> {
    sqlite: &'a Sqlite,
    newcomers: &'a mut Newcomers,
    connection: Number,
    by_id: CachedStatement<'a>,
    by_key: CachedStatement<'a>,
    insert: CachedStatement<'a>,
    insert_raw: CachedStatement<'a>,
    keep_raw: CachedStatement<'a>,
    touch: CachedStatement<'a>,
}

impl<'a> LandingRows<'a> {
    pub(crate) fn of(sqlite: &'a Sqlite, newcomers: &'a mut Newcomers, connection: Number) -> Outcome<Self> {
        newcomers.prepare(sqlite)?;
        Ok(Self {
            sqlite,
            newcomers,
            connection,
            by_id: sqlite.prepare_cached(concat!(
                "SELECT ",
                own_columns!(),
                ", c.last_run FROM customer_ids i CROSS JOIN customers c ON c.key = i.customer
                 WHERE i.connection = ?1 AND i.hash = ?2 AND c.provider_id = ?3"
            ))?,
            by_key: sqlite.prepare_cached(concat!(
                "SELECT ",
                own_columns!(),
                ", c.last_run FROM customers c WHERE c.key = ?1"
            ))?,
            insert: sqlite.prepare_cached(
                "INSERT INTO customers (key, connection, provider_id, name, email, phone, kyc, trust, blocked, payments,
                     paid_amount, paid_currency, last_payment, created, first_seen, last_seen, last_run)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?15, ?16)",
            )?,
            insert_raw: sqlite.prepare_cached("INSERT INTO raw_records (customer, json) VALUES (?1, ?2)")?,
            keep_raw: sqlite.prepare_cached("UPDATE raw_records SET json = ?2 WHERE customer = ?1 AND json <> ?2")?,
            touch: sqlite.prepare_cached(
                "UPDATE customers SET last_seen = ?2, last_run = coalesce(?3, last_run), missed_by = NULL
                 WHERE key = ?1",
            )?,
        })
    }

    /// A customer by the provider's id. `id` and `provider` are those of the connection.
    pub(crate) fn known(
        &mut self,
        customer: &ProviderCustomerId,
        id: &ConnectionId,
        provider: &ProviderId,
    ) -> Outcome<Option<Known>> {
        let mut rows = match self.newcomers.find(self.connection, customer) {
            Some(key) => self.by_key.query([key.0])?,
            None => {
                let id = customer.as_str();
                self.by_id.query(params![self.connection.0, customer_ids::hash(id), id])?
            }
        };
        let Some(row) = rows.next()? else { return Ok(None) };
        let last_run: Option<i64> = row.get(OWN_COLUMN_COUNT)?;
        Ok(Some(Known { book: read_own(row, id.clone(), provider.clone())?, last_run: last_run.map(RunId) }))
    }

    /// Adds a customer whom the book does not know yet, and gives out the key.
    pub(crate) fn insert(
        &mut self,
        customer: &Customer,
        seen_at: Timestamp,
        run: Option<RunId>,
    ) -> Outcome<CustomerKey> {
        let (amount, currency) = paid_columns(customer);
        let key = self.newcomers.add(self.connection, &customer.id)?;
        self.insert.execute(params![
            key.0,
            self.connection.0,
            customer.id.as_str(),
            customer.name,
            customer.email,
            customer.phone,
            customer.kyc.facet_value(),
            customer.trust.as_ref().map(TrustLevel::facet_value),
            customer.blocked.name(),
            customer.payments,
            amount,
            currency,
            customer.last_payment.map(to_milliseconds),
            customer.created.map(to_milliseconds),
            to_milliseconds(seen_at),
            run.map(|run| run.0),
        ])?;
        self.insert_raw.execute(params![key.0, customer.raw])?;
        Ok(key)
    }

    /// Writes down which keys [`insert`](Self::insert) gave out: once for all of a page.
    pub(crate) fn note_keys(&self) -> Outcome<()> {
        self.newcomers.write(self.sqlite)
    }

    /// Notes that a customer was looked at and had not changed.
    pub(crate) fn touch(&mut self, key: CustomerKey, last_seen: Timestamp, run: Option<RunId>) -> Outcome<()> {
        self.touch.execute(params![key.0, to_milliseconds(last_seen), run.map(|run| run.0)])?;
        Ok(())
    }

    /// Keeps the newest raw record. One that is the same is not written again.
    pub(crate) fn keep_raw(&mut self, key: CustomerKey, raw: &str) -> Outcome<()> {
        self.keep_raw.execute(params![key.0, raw])?;
        Ok(())
    }
}

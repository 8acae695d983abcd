//! Customers: the provider's latest words, and what the book observed itself.
//!
//! The raw record stands in a table of its own. It is most of the bytes, and only the detail of one customer and the rows on
//! screen want it; reading a million customers for the index passes it by.

use super::connections::{self, Number};
use super::runs::RunId;
use super::{from_milliseconds, maybe_from_milliseconds, to_milliseconds};
use crate::fault::{Fault, Outcome};
use jiff::Timestamp;
use kyc::{
    Blocked, BookCustomer, ConnectionId, Currency, Customer, CustomerKey, KycStatus, Money, ProviderCustomerId,
    ProviderId, TrustLevel,
};
use rusqlite::{Connection as Sqlite, Row, params};
use rust_decimal::Decimal;
use std::collections::HashMap;

// AUTOINCREMENT: a key that came again would show one customer's history, notes and reviews at another.
// The partial index is what makes counting the listed ones cheap; it holds the few that are not.
pub(crate) const VERSION_1: &str = "
CREATE TABLE customers (
    key            INTEGER PRIMARY KEY AUTOINCREMENT,
    connection     INTEGER NOT NULL REFERENCES connections (number) ON DELETE CASCADE,
    provider_id    TEXT NOT NULL,
    name           TEXT,
    email          TEXT,
    phone          TEXT,
    kyc            TEXT NOT NULL, -- facet value
    trust          TEXT,          -- facet value
    blocked        TEXT NOT NULL, -- yes, no, unknown
    payments       INTEGER,
    paid_amount    TEXT,          -- decimal, major units
    paid_currency  TEXT,
    last_payment   INTEGER,
    created        INTEGER,
    first_seen     INTEGER NOT NULL,
    last_seen      INTEGER NOT NULL,
    last_run       INTEGER,       -- the run that saw the customer last
    kyc_changed    INTEGER,
    unlisted_since INTEGER,
    UNIQUE (connection, provider_id)
) STRICT;
CREATE INDEX customers_unlisted ON customers (connection) WHERE unlisted_since IS NOT NULL;
CREATE TABLE raw_records (
    customer INTEGER PRIMARY KEY REFERENCES customers (key) ON DELETE CASCADE,
    json     TEXT NOT NULL
) STRICT;
";

// Who is new since a moment is found by the first index. The second holds those whose check is under way, who are looked at
// more often than the others; it is small, because most checks have ended.
pub(crate) const VERSION_3: &str = "
ALTER TABLE customers ADD COLUMN missed_by INTEGER; -- the complete walk that did not see the customer, while listed
CREATE INDEX customers_by_first_seen ON customers (connection, first_seen);
CREATE INDEX customers_pending ON customers (connection, last_seen) WHERE kyc = 'pending' AND unlisted_since IS NULL;
";

// Keys are given out by the writer and ids indexed by it, see [`super::customer_ids`]: without AUTOINCREMENT and UNIQUE,
// which can only be taken from a table by making it anew. The columns stand in the order in which versions added them, so
// that rows are copied as they are. To be run while references between tables are not acted upon.
pub(crate) const VERSION_4: &str = "
CREATE TABLE customers_anew (
    key            INTEGER PRIMARY KEY,
    connection     INTEGER NOT NULL REFERENCES connections (number) ON DELETE CASCADE,
    provider_id    TEXT NOT NULL, -- once in a connection
    name           TEXT,
    email          TEXT,
    phone          TEXT,
    kyc            TEXT NOT NULL, -- facet value
    trust          TEXT,          -- facet value
    blocked        TEXT NOT NULL, -- yes, no, unknown
    payments       INTEGER,
    paid_amount    TEXT,          -- decimal, major units
    paid_currency  TEXT,
    last_payment   INTEGER,
    created        INTEGER,
    first_seen     INTEGER NOT NULL,
    last_seen      INTEGER NOT NULL,
    last_run       INTEGER,       -- the run that saw the customer last
    kyc_changed    INTEGER,
    unlisted_since INTEGER,
    missed_by      INTEGER        -- the complete walk that did not see the customer, while listed
) STRICT;
INSERT INTO customers_anew SELECT * FROM customers;
DROP TABLE customers;
ALTER TABLE customers_anew RENAME TO customers;
CREATE INDEX customers_unlisted ON customers (connection) WHERE unlisted_since IS NOT NULL;
CREATE INDEX customers_by_first_seen ON customers (connection, first_seen);
CREATE INDEX customers_pending ON customers (connection, last_seen) WHERE kyc = 'pending' AND unlisted_since IS NULL;
";

/// The columns of a customer's own row that [`read_own`] takes, in its order, and how many they are.
macro_rules! own_columns {
    () => {
        "c.key, c.provider_id, c.name, c.email, c.phone, c.kyc, c.trust, c.blocked, c.payments, c.paid_amount,
         c.paid_currency, c.last_payment, c.created, c.first_seen, c.last_seen, c.kyc_changed, c.unlisted_since"
    };
}
pub(super) use own_columns;
pub(super) const OWN_COLUMN_COUNT: usize = 17;

/// The columns that [`read`] takes, in its order. Customers come first in the join and each finds its connection by number.
const COLUMNS: &str = concat!(own_columns!(), ", n.id, n.provider");
const COLUMN_COUNT: usize = OWN_COLUMN_COUNT + 2;
const TABLES: &str = "customers c CROSS JOIN connections n ON n.number = c.connection";

/// A customer by key, with the raw record.
pub(crate) fn get(sqlite: &Sqlite, key: CustomerKey) -> Outcome<Option<BookCustomer>> {
    let mut statement = sqlite.prepare_cached(&format!(
        "SELECT {COLUMNS}, r.json FROM {TABLES} LEFT JOIN raw_records r ON r.customer = c.key WHERE c.key = ?1"
    ))?;
    let mut rows = statement.query([key.0])?;
    let Some(row) = rows.next()? else { return Ok(None) };
    let mut book = read(row)?;
    book.customer.raw = row.get::<_, Option<String>>(COLUMN_COUNT)?.unwrap_or_default();
    Ok(Some(book))
}

/// Every customer in the order of their keys, without raw records, in chunks of at most `size`. Stops when `visit` says so.
/// To be called within a transaction, so that all of it is of one state of the book.
pub(crate) fn scan(
    sqlite: &Sqlite,
    size: usize,
    mut visit: impl FnMut(Vec<BookCustomer>) -> std::ops::ControlFlow<()>,
) -> Outcome<()> {
    // Told apart by number here: joining a million rows with a handful would look each of them up.
    let connections: HashMap<Number, (ConnectionId, ProviderId)> = connections::identities(sqlite)?;
    let mut statement =
        sqlite.prepare_cached(concat!("SELECT ", own_columns!(), ", c.connection FROM customers c ORDER BY c.key"))?;
    let mut rows = statement.query([])?;
    let mut chunk = Vec::with_capacity(size);
    while let Some(row) = rows.next()? {
        let number = Number(row.get(OWN_COLUMN_COUNT)?);
        let (id, provider) = connections.get(&number).ok_or_else(|| Fault::damaged("a customer's connection"))?;
        chunk.push(read_own(row, id.clone(), provider.clone())?);
        if chunk.len() == size && visit(std::mem::replace(&mut chunk, Vec::with_capacity(size))).is_break() {
            return Ok(());
        }
    }
    if !chunk.is_empty() {
        // The end either way.
        let _ = visit(chunk);
    }
    Ok(())
}

/// Writes the present state of a customer whom the book knows.
pub(crate) fn update(sqlite: &Sqlite, book: &BookCustomer, run: Option<RunId>) -> Outcome<()> {
    let customer = &book.customer;
    let (amount, currency) = paid_columns(customer);
    sqlite
        .prepare_cached(
            "UPDATE customers
             SET name = ?2, email = ?3, phone = ?4, kyc = ?5, trust = ?6, blocked = ?7, payments = ?8, paid_amount = ?9,
                 paid_currency = ?10, last_payment = ?11, created = ?12, last_seen = ?13, last_run = coalesce(?14, last_run),
                 kyc_changed = ?15, unlisted_since = ?16, missed_by = NULL
             WHERE key = ?1",
        )?
        .execute(params![
            book.key.0,
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
            to_milliseconds(book.last_seen),
            run.map(|run| run.0),
            book.kyc_changed.map(to_milliseconds),
            book.unlisted_since.map(to_milliseconds),
        ])?;
    Ok(())
}

/// A listed customer whom a run did not see.
pub(crate) struct Missing {
    pub book: BookCustomer,
    /// An earlier complete walk did not see the customer either, and nobody has since.
    pub twice: bool,
}

/// The listed customers of a connection whom a run did not see, at most `most`. The `+` has SQLite read the table from front
/// to back: the index would lead it to every row in random order.
pub(crate) fn not_seen_by(sqlite: &Sqlite, connection: Number, run: RunId, most: u32) -> Outcome<Vec<Missing>> {
    let mut statement = sqlite.prepare_cached(&format!(
        "SELECT {COLUMNS}, c.missed_by IS NOT NULL FROM {TABLES}
         WHERE +c.connection = ?1 AND c.unlisted_since IS NULL AND c.last_run IS NOT ?2 ORDER BY c.key LIMIT ?3"
    ))?;
    super::collect(statement.query(params![connection.0, run.0, most])?, |row| {
        Ok(Missing { book: read(row)?, twice: row.get(COLUMN_COUNT)? })
    })
}

/// Notes of the listed customers whom a run did not see that it did not.
pub(crate) fn note_missed(sqlite: &Sqlite, connection: Number, run: RunId) -> Outcome<()> {
    sqlite
        .prepare_cached(
            "UPDATE customers SET missed_by = ?2
             WHERE +connection = ?1 AND unlisted_since IS NULL AND last_run IS NOT ?2 AND missed_by IS NULL",
        )?
        .execute(params![connection.0, run.0])?;
    Ok(())
}

/// The listed customers of a connection whose check is under way, those looked at longest ago first, at most `most`.
pub(crate) fn pending(sqlite: &Sqlite, connection: Number, most: u32) -> Outcome<Vec<BookCustomer>> {
    let mut statement = sqlite.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM customers c INDEXED BY customers_pending CROSS JOIN connections n ON n.number = c.connection
         WHERE c.connection = ?1 AND c.kyc = 'pending' AND c.unlisted_since IS NULL ORDER BY c.last_seen LIMIT ?2"
    ))?;
    super::collect(statement.query(params![connection.0, most])?, read)
}

/// How many customers of a connection are listed with a check under way, and when the one looked at longest ago was.
pub(crate) fn pending_age(sqlite: &Sqlite, connection: Number) -> Outcome<(u32, Option<Timestamp>)> {
    let mut statement = sqlite.prepare_cached(
        "SELECT count(*), min(last_seen) FROM customers INDEXED BY customers_pending
         WHERE connection = ?1 AND kyc = 'pending' AND unlisted_since IS NULL",
    )?;
    let (count, oldest) = statement.query_row([connection.0], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok((count, maybe_from_milliseconds(oldest)?))
}

/// Some of the listed customers of a connection, the newest first.
pub(crate) fn newest(sqlite: &Sqlite, connection: Number, most: u32) -> Outcome<Vec<BookCustomer>> {
    let mut statement = sqlite.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM {TABLES} WHERE +c.connection = ?1 AND c.unlisted_since IS NULL ORDER BY c.key DESC LIMIT ?2"
    ))?;
    super::collect(statement.query(params![connection.0, most])?, read)
}

/// How many customers of a connection the book first saw after a moment.
pub(crate) fn count_new(sqlite: &Sqlite, connection: Number, after: Timestamp) -> Outcome<u32> {
    let mut statement =
        sqlite.prepare_cached("SELECT count(*) FROM customers WHERE connection = ?1 AND first_seen > ?2")?;
    Ok(statement.query_row(params![connection.0, to_milliseconds(after)], |row| row.get(0))?)
}

pub(super) fn paid_columns(customer: &Customer) -> (Option<String>, Option<&str>) {
    let paid = customer.paid.as_ref();
    (paid.map(|paid| paid.amount.to_string()), paid.map(|paid| paid.currency.code()))
}

fn read(row: &Row<'_>) -> Outcome<BookCustomer> {
    let id = ConnectionId::new(row.get::<_, String>(OWN_COLUMN_COUNT)?);
    let provider = ProviderId::new(row.get::<_, String>(OWN_COLUMN_COUNT + 1)?);
    read_own(row, id, provider)
}

/// Reads a customer of the connection `id` and its provider.
pub(super) fn read_own(row: &Row<'_>, connection: ConnectionId, provider: ProviderId) -> Outcome<BookCustomer> {
    let text = |index| Ok::<_, Fault>(row.get_ref(index)?.as_str().map_err(rusqlite::Error::from)?);
    let maybe_text = |index| Ok::<_, Fault>(row.get_ref(index)?.as_str_or_null().map_err(rusqlite::Error::from)?);
    let trust = maybe_text(6)?
        .map(|value| TrustLevel::from_facet_value(value).ok_or_else(|| Fault::damaged("a trust level")))
        .transpose()?;
    let paid = match (maybe_text(9)?, maybe_text(10)?) {
        (Some(amount), Some(currency)) => Some(money_of(amount, currency)?),
        (None, None) => None,
        _ => return Err(Fault::damaged("half an amount")),
    };
    Ok(BookCustomer {
        key: CustomerKey(row.get(0)?),
        connection,
        provider,
        customer: Customer {
            id: ProviderCustomerId::new(text(1)?).ok_or_else(|| Fault::damaged("a customer's id"))?,
            name: row.get(2)?,
            email: row.get(3)?,
            phone: row.get(4)?,
            kyc: KycStatus::from_facet_value(text(5)?).ok_or_else(|| Fault::damaged("a KYC status"))?,
            trust,
            blocked: Blocked::from_name(text(7)?).ok_or_else(|| Fault::damaged("blocked or not"))?,
            payments: row.get(8)?,
            paid,
            last_payment: maybe_from_milliseconds(row.get(11)?)?,
            created: maybe_from_milliseconds(row.get(12)?)?,
            raw: String::new(),
        },
        first_seen: from_milliseconds(row.get(13)?)?,
        last_seen: from_milliseconds(row.get(14)?)?,
        kyc_changed: maybe_from_milliseconds(row.get(15)?)?,
        unlisted_since: maybe_from_milliseconds(row.get(16)?)?,
    })
}

fn money_of(amount: &str, currency: &str) -> Outcome<Money> {
    let amount: Decimal = amount.parse().map_err(|_| Fault::damaged("an amount"))?;
    let currency = Currency::parse(currency).ok_or_else(|| Fault::damaged("a currency"))?;
    Ok(Money { amount, currency })
}

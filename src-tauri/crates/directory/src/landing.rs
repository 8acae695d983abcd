//! Landing a page: what a provider says becomes what the book knows, in one transaction.

use crate::change::{ChangedField, Difference, SeenBy, differences};
use crate::fault::{Fault, Outcome};
use crate::tables::changes::{self, Look};
use crate::tables::connections::{self, Number};
use crate::tables::customers::{self, Known};
use crate::tables::runs::{self, PageCounts, RunId, RunOutcome};
use crate::tables::{as_stored, rejected};
use jiff::Timestamp;
use kyc::{BookCustomer, ConnectionId, Customer, ProviderId, RejectedRecord, Trouble};
use rusqlite::Transaction;
use std::collections::HashSet;

/// A page of a provider's list, on its way into the book.
#[derive(Debug, Clone)]
pub struct PageLanding {
    /// The run that fetched it.
    pub run: RunId,
    /// The connection that the run walks.
    pub connection: ConnectionId,
    /// The customers of the page. When one stands there twice, the later place counts.
    pub customers: Vec<Customer>,
    /// Records of the page that could not be read.
    pub rejected: Vec<RejectedRecord>,
    /// How many customers the provider says there are; `None` leaves what it said before.
    pub announced_total: Option<u32>,
    /// Where the next page begins; `None` behind the last.
    pub checkpoint: Option<String>,
    /// When the page was fetched.
    pub seen_at: Timestamp,
}

/// What a page brought.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Landed {
    /// The present state of every customer of the page who is new or changed, in the order of the page. Without raw
    /// records, which nobody but the detail of one customer reads.
    pub customers: Vec<BookCustomer>,
    /// Customers that the book had not known.
    pub new: u32,
    /// Customers whose state differs from what the book had.
    pub changed: u32,
    /// Customers who were as the book had them; at most their raw record is another.
    pub unchanged: u32,
    /// Customers of the page whom this run had not seen before. A page without any brings a walk no further.
    pub first_seen_in_run: u32,
    /// Different customers whom this run has seen by now.
    pub seen_in_run: u32,
}

/// Lands a page. The caller commits.
pub(crate) fn land(transaction: &Transaction<'_>, page: &PageLanding) -> Outcome<Landed> {
    let run = runs::get(transaction, page.run)?;
    if run.connection != page.connection {
        return Err(Trouble::Internal.into());
    }
    let number = connections::number_of(transaction, &page.connection)?;
    let at = Landing {
        transaction,
        connection: &page.connection,
        number,
        provider: connections::provider_of(transaction, number)?,
        run: page.run,
        seen_at: as_stored(page.seen_at),
    };
    let mut landed =
        Landed { customers: Vec::new(), new: 0, changed: 0, unchanged: 0, first_seen_in_run: 0, seen_in_run: 0 };
    for customer in once_each(&page.customers) {
        at.take_in(customer, &mut landed)?;
    }
    landed.seen_in_run = run.seen.saturating_add(landed.first_seen_in_run);
    let rejected = rejected::insert(transaction, page.run, run.rejected, &page.rejected, at.seen_at)?;
    let counts = PageCounts {
        seen: landed.first_seen_in_run,
        new: landed.new,
        changed: landed.changed,
        rejected,
        announced: page.announced_total,
    };
    runs::add_page(transaction, page.run, &counts, page.checkpoint.as_deref())?;
    Ok(landed)
}

/// Ends a run. Behind a complete one, the customers whom it did not see are marked as no longer listed, and returned.
pub(crate) fn finish(
    transaction: &Transaction<'_>,
    run: RunId,
    outcome: RunOutcome,
    at: Timestamp,
) -> Outcome<Vec<BookCustomer>> {
    let connection = runs::get(transaction, run)?.connection;
    runs::finish(transaction, run, outcome, at)?;
    if outcome != RunOutcome::Complete {
        return Ok(Vec::new());
    }
    let number = connections::number_of(transaction, &connection)?;
    let mut unlisted = customers::not_seen_by(transaction, number, run)?;
    let at = as_stored(at);
    for book in &mut unlisted {
        book.unlisted_since = Some(at);
        let look = Look { seen_at: at, previous_look: book.last_seen, seen_by: SeenBy::Sync, run: Some(run) };
        changes::insert(transaction, book.key, look, &[listing(None, book.unlisted_since)])?;
        // Not seen, so neither `last_seen` nor the run moves.
        customers::update(transaction, book, None)?;
    }
    Ok(unlisted)
}

struct Landing<'a> {
    transaction: &'a Transaction<'a>,
    connection: &'a ConnectionId,
    number: Number,
    provider: ProviderId,
    run: RunId,
    seen_at: Timestamp,
}

impl Landing<'_> {
    fn take_in(&self, customer: &Customer, landed: &mut Landed) -> Outcome<()> {
        let Some(known) = customers::known(self.transaction, self.number, &customer.id)? else {
            landed.customers.push(self.add(customer)?);
            landed.new += 1;
            landed.first_seen_in_run += 1;
            return Ok(());
        };
        landed.first_seen_in_run += u32::from(known.last_run != Some(self.run));
        match self.compare(known, customer)? {
            Some(changed) => {
                landed.customers.push(changed);
                landed.changed += 1;
            }
            None => landed.unchanged += 1,
        }
        Ok(())
    }

    fn add(&self, customer: &Customer) -> Outcome<BookCustomer> {
        let key = customers::insert(self.transaction, self.number, customer, self.seen_at, Some(self.run))?;
        Ok(BookCustomer {
            key,
            connection: self.connection.clone(),
            provider: self.provider.clone(),
            customer: as_kept(customer),
            first_seen: self.seen_at,
            last_seen: self.seen_at,
            kyc_changed: None,
            unlisted_since: None,
        })
    }

    /// Writes what is different about a customer whom the book knows; `None` when nothing is.
    fn compare(&self, known: Known, customer: &Customer) -> Outcome<Option<BookCustomer>> {
        let before = known.book;
        customers::keep_raw(self.transaction, before.key, &customer.raw)?;
        // A clock that jumped back must not make the book forget how fresh it was.
        let last_seen = before.last_seen.max(self.seen_at);
        let after = as_kept(customer);
        if after == before.customer && before.unlisted_since.is_none() {
            customers::touch(self.transaction, before.key, last_seen, Some(self.run))?;
            return Ok(None);
        }
        let mut found = differences(&before.customer, &after);
        if before.unlisted_since.is_some() {
            found.push(listing(before.unlisted_since, None));
        }
        let look =
            Look { seen_at: self.seen_at, previous_look: before.last_seen, seen_by: SeenBy::Sync, run: Some(self.run) };
        changes::insert(self.transaction, before.key, look, &found)?;
        let kyc_changed = if before.customer.kyc == after.kyc { before.kyc_changed } else { Some(self.seen_at) };
        let present = BookCustomer { customer: after, last_seen, kyc_changed, unlisted_since: None, ..before };
        customers::update(self.transaction, &present, Some(self.run))?;
        Ok(Some(present))
    }
}

/// A customer as the book gives one back: moments to the millisecond, without the raw record.
fn as_kept(customer: &Customer) -> Customer {
    Customer {
        last_payment: customer.last_payment.map(as_stored),
        created: customer.created.map(as_stored),
        raw: String::new(),
        ..customer.clone()
    }
}

/// Each customer once, in the order of the page, at the last of several places.
fn once_each(customers: &[Customer]) -> Vec<&Customer> {
    let mut met = HashSet::with_capacity(customers.len());
    let mut kept: Vec<&Customer> = customers.iter().rev().filter(|customer| met.insert(&customer.id)).collect();
    kept.reverse();
    kept
}

fn listing(before: Option<Timestamp>, after: Option<Timestamp>) -> Difference {
    let text = |since: Option<Timestamp>| since.map(|since| since.to_string());
    (ChangedField::Unlisted, text(before), text(after))
}

/// A run to go on with: the one that was interrupted, or a new one.
pub(crate) fn begin(transaction: &Transaction<'_>, connection: &ConnectionId, at: Timestamp) -> Outcome<runs::Run> {
    let number = connections::number_of(transaction, connection)?;
    if let Some(unfinished) = runs::unfinished(transaction, number)? {
        return Ok(unfinished);
    }
    let run = runs::insert(transaction, number, at)?;
    runs::get(transaction, run).map_err(|fault| match fault {
        Fault(Trouble::NotFound) => Fault(Trouble::Internal),
        other => other,
    })
}

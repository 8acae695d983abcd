//! Landing what a provider says, a page of a walk or a look between two walks: it becomes what the book knows, in one
//! transaction.
//!
//! Times that the book keeps of one customer never go backwards. Where this computer's clock jumped back, a look counts as
//! having been taken when the one before it was.

use crate::change::{ChangedField, Difference, SeenBy, differences};
use crate::fault::{Fault, Outcome};
use crate::newcomers::Newcomers;
use crate::tables::changes;
use crate::tables::connections::{self, Number};
use crate::tables::customers::{self, Missing};
use crate::tables::landing_rows::{Known, LandingRows};
use crate::tables::runs::{self, PageCounts, RunEnd, RunId, RunKind};
use crate::tables::{as_stored, rejected};
use jiff::Timestamp;
use kyc::{Blocked, BookCustomer, ConnectionId, Customer, CustomerKey, KycStatus, ProviderId, RejectedRecord, Trouble};
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
    /// Whether the announced total fell in this pass through the list; kept for whoever goes on with the walk.
    pub fell: bool,
    /// The state of the connection's request budget, as for [`Writer::save_budget`](crate::Writer::save_budget); `None`
    /// leaves what was saved before.
    pub budget: Option<String>,
    /// When the page was fetched.
    pub seen_at: Timestamp,
}

/// What was said of some customers apart from a walk: a filtered page of the list, one customer's card, an action's answer.
#[derive(Debug, Clone)]
pub struct Look {
    /// The connection.
    pub connection: ConnectionId,
    /// The customers. When one stands there twice, the later place counts.
    pub customers: Vec<Customer>,
    /// Whether the provider says everything that it has in answers of this kind. Otherwise, what is not said stays as the
    /// book has it.
    pub says_all: bool,
    /// How it came about.
    pub seen_by: SeenBy,
    /// The refresh that this look goes on with, from [`Looked::refresh`] of the look before it.
    pub refresh: Option<RunId>,
    /// As in [`PageLanding::budget`].
    pub budget: Option<String>,
    /// When it was taken.
    pub seen_at: Timestamp,
}

/// What a look brought.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Looked {
    /// As in [`Landed::customers`].
    pub customers: Vec<BookCustomer>,
    /// Customers that the book had not known.
    pub new: u32,
    /// Customers whose state differs from what the book had.
    pub changed: u32,
    /// The refresh under which this is written down; `None` while none of its looks found anything, and for actions.
    pub refresh: Option<RunId>,
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
pub(crate) fn land(transaction: &Transaction<'_>, newcomers: &mut Newcomers, page: PageLanding) -> Outcome<Landed> {
    let run = runs::get(transaction, page.run)?;
    if run.connection != page.connection || run.kind != RunKind::Walk {
        return Err(Trouble::Internal.into());
    }
    let number = connections::number_of(transaction, &page.connection)?;
    let source = Source::Walk(page.run);
    let mut landing = Landing::new(transaction, newcomers, &page.connection, number, page.seen_at, source)?;
    landing.take_in(page.customers, true)?;
    let Landing { brought, seen_at, .. } = landing;
    let rejected = rejected::insert(transaction, page.run, run.rejected, &page.rejected, seen_at)?;
    let counts = PageCounts {
        seen: brought.first_seen_in_walk,
        new: brought.new,
        changed: brought.changed,
        rejected,
        announced: page.announced_total,
        fell: page.fell,
    };
    runs::add_page(transaction, page.run, &counts, page.checkpoint.as_deref())?;
    save_budget(transaction, &page.connection, page.budget.as_deref())?;
    Ok(Landed {
        customers: brought.customers,
        new: brought.new,
        changed: brought.changed,
        unchanged: brought.unchanged,
        first_seen_in_run: brought.first_seen_in_walk,
        seen_in_run: run.seen.saturating_add(brought.first_seen_in_walk),
    })
}

/// Lands a look. The caller commits.
pub(crate) fn look(transaction: &Transaction<'_>, newcomers: &mut Newcomers, look: Look) -> Outcome<Looked> {
    let number = connections::number_of(transaction, &look.connection)?;
    // Whoever is met here need not be met by the walk that is under way to be known as listed.
    let walk = runs::unfinished(transaction, number)?.map(|walk| walk.id);
    let source = Source::Look { walk, seen_by: &look.seen_by, refresh: look.refresh };
    let mut landing = Landing::new(transaction, newcomers, &look.connection, number, look.seen_at, source)?;
    landing.take_in(look.customers, look.says_all)?;
    let Landing { brought, source, .. } = landing;
    if let Some(walk) = walk
        && brought.first_seen_in_walk > 0
    {
        runs::add_seen(transaction, walk, brought.first_seen_in_walk)?;
    }
    let refresh = match source {
        Source::Look { refresh, .. } => refresh,
        Source::Walk(_) => None,
    };
    if let Some(refresh) = refresh {
        runs::add_to_refresh(transaction, refresh, brought.new, brought.changed)?;
    }
    save_budget(transaction, &look.connection, look.budget.as_deref())?;
    Ok(Looked { customers: brought.customers, new: brought.new, changed: brought.changed, refresh })
}

/// Ends a run. Behind a complete one, customers whom it did not see are marked as no longer listed, and returned: those of
/// whom the provider itself said so, and those whom the complete walk before it had not seen either.
///
/// One walk's word is not enough. Somebody who is removed pulls all behind them up by a row, and where at the same time
/// another is added behind the walker, the total does not tell; whoever moved up past the walker would be marked although
/// they are there.
pub(crate) fn finish(
    transaction: &Transaction<'_>,
    run: RunId,
    end: &RunEnd,
    at: Timestamp,
) -> Outcome<Vec<BookCustomer>> {
    let walk = runs::get(transaction, run)?;
    let gone: HashSet<CustomerKey> = match end {
        RunEnd::Complete { gone } => gone.iter().copied().collect(),
        RunEnd::Incomplete(reason) => {
            runs::finish(transaction, run, Some(*reason), 0, at)?;
            return Ok(Vec::new());
        }
    };
    let number = connections::number_of(transaction, &walk.connection)?;
    let mut unlisted = Vec::new();
    let missing = not_seen_by(transaction, number, &walk, u32::MAX)?;
    let nobody = missing.is_empty();
    for missing in missing {
        if !missing.twice && !gone.contains(&missing.book.key) {
            continue;
        }
        let mut book = missing.book;
        let at = as_stored(at).max(book.last_seen);
        book.unlisted_since = Some(at);
        let look = changes::Look { seen_at: at, previous_look: book.last_seen, seen_by: &SeenBy::Sync, run: Some(run) };
        changes::insert(transaction, book.key, &look, &[listing(None, book.unlisted_since)])?;
        // Not seen, so neither `last_seen` nor the run moves.
        customers::update(transaction, &book, None)?;
        unlisted.push(book);
    }
    connections::add_listed(transaction, number, -i64::try_from(unlisted.len()).unwrap_or(i64::MAX))?;
    if !nobody {
        customers::note_missed(transaction, number, run)?;
    }
    runs::finish(transaction, run, None, u32::try_from(unlisted.len()).unwrap_or(u32::MAX), at)?;
    Ok(unlisted)
}

/// The listed customers of a connection whom a walk that has not ended did not see, at most `most`.
pub(crate) fn not_seen_by(
    transaction: &Transaction<'_>,
    number: Number,
    walk: &runs::Run,
    most: u32,
) -> Outcome<Vec<Missing>> {
    // Whomever a walk sees is listed. So where it saw as many as are listed it missed nobody, which is mostly so, and the
    // whole table need not be read to find that out.
    if connections::count_listed(transaction, number)? == walk.seen {
        return Ok(Vec::new());
    }
    customers::not_seen_by(transaction, number, walk.id, most)
}

fn save_budget(transaction: &Transaction<'_>, connection: &ConnectionId, budget: Option<&str>) -> Outcome<()> {
    budget.map_or(Ok(()), |budget| connections::save_budget(transaction, connection, budget))
}

/// Where it comes from that something is said of a customer.
enum Source<'a> {
    Walk(RunId),
    Look {
        /// The walk that is under way, if one is.
        walk: Option<RunId>,
        seen_by: &'a SeenBy,
        /// Made when the first change is found, so that looks that find nothing leave nothing.
        refresh: Option<RunId>,
    },
}

/// What has been taken in by now.
#[derive(Default)]
struct Brought {
    customers: Vec<BookCustomer>,
    new: u32,
    changed: u32,
    unchanged: u32,
    first_seen_in_walk: u32,
    /// Customers who were not among the listed ones.
    listed: u32,
}

struct Landing<'a> {
    transaction: &'a Transaction<'a>,
    rows: LandingRows<'a>,
    connection: &'a ConnectionId,
    number: Number,
    provider: ProviderId,
    source: Source<'a>,
    seen_at: Timestamp,
    brought: Brought,
}

impl<'a> Landing<'a> {
    fn new(
        transaction: &'a Transaction<'_>,
        newcomers: &'a mut Newcomers,
        connection: &'a ConnectionId,
        number: Number,
        seen_at: Timestamp,
        source: Source<'a>,
    ) -> Outcome<Self> {
        let provider = connections::provider_of(transaction, number)?;
        let rows = LandingRows::of(transaction, newcomers, number)?;
        let (seen_at, brought) = (as_stored(seen_at), Brought::default());
        Ok(Self { transaction, rows, connection, number, provider, source, seen_at, brought })
    }

    fn take_in(&mut self, customers: Vec<Customer>, says_all: bool) -> Outcome<()> {
        for customer in once_each(customers) {
            let Some(known) = self.rows.known(&customer.id, self.connection, &self.provider)? else {
                let added = self.add(customer)?;
                self.brought.customers.push(added);
                self.brought.new += 1;
                self.brought.listed += 1;
                self.brought.first_seen_in_walk += u32::from(self.walk().is_some());
                continue;
            };
            let walk = self.walk();
            self.brought.first_seen_in_walk += u32::from(walk.is_some() && known.last_run != walk);
            match self.compare(known, customer, says_all)? {
                Some(changed) => {
                    self.brought.customers.push(changed);
                    self.brought.changed += 1;
                }
                None => self.brought.unchanged += 1,
            }
        }
        if self.brought.new > 0 {
            self.rows.note_keys()?;
        }
        connections::add_listed(self.transaction, self.number, i64::from(self.brought.listed))
    }

    /// The walk of which a customer who is met here counts as seen.
    fn walk(&self) -> Option<RunId> {
        match self.source {
            Source::Walk(run) => Some(run),
            Source::Look { walk, .. } => walk,
        }
    }

    /// The run under which something that was found is written down.
    fn run_of_find(&mut self) -> Outcome<Option<RunId>> {
        match &mut self.source {
            Source::Walk(run) => Ok(Some(*run)),
            Source::Look { seen_by: SeenBy::Action { .. }, .. } => Ok(None),
            Source::Look { refresh: Some(refresh), .. } => Ok(Some(*refresh)),
            Source::Look { refresh, .. } => {
                *refresh = Some(runs::insert_refresh(self.transaction, self.number, self.seen_at)?);
                Ok(*refresh)
            }
        }
    }

    fn add(&mut self, customer: Customer) -> Outcome<BookCustomer> {
        self.run_of_find()?;
        let walk = self.walk();
        let key = self.rows.insert(&customer, self.seen_at, walk)?;
        Ok(BookCustomer {
            key,
            connection: self.connection.clone(),
            provider: self.provider.clone(),
            customer: as_kept(customer).0,
            first_seen: self.seen_at,
            last_seen: self.seen_at,
            kyc_changed: None,
            unlisted_since: None,
        })
    }

    /// Writes what is different about a customer whom the book knows; `None` when nothing is.
    fn compare(&mut self, known: Known, customer: Customer, says_all: bool) -> Outcome<Option<BookCustomer>> {
        let (before, walk) = (known.book, self.walk());
        let (mut after, raw) = as_kept(customer);
        self.rows.keep_raw(before.key, &raw)?;
        let seen_at = before.last_seen.max(self.seen_at);
        if !says_all {
            keep_what_is_not_said(&mut after, &before.customer);
        }
        if after == before.customer && before.unlisted_since.is_none() {
            self.rows.touch(before.key, seen_at, walk)?;
            return Ok(None);
        }
        let mut found = differences(&before.customer, &after);
        if before.unlisted_since.is_some() {
            found.push(listing(before.unlisted_since, None));
            self.brought.listed += 1;
        }
        let run = self.run_of_find()?;
        let seen_by = match self.source {
            Source::Walk(_) => &SeenBy::Sync,
            Source::Look { seen_by, .. } => seen_by,
        };
        let look = changes::Look { seen_at, previous_look: before.last_seen, seen_by, run };
        changes::insert(self.transaction, before.key, &look, &found)?;
        let kyc_changed = if before.customer.kyc == after.kyc { before.kyc_changed } else { Some(seen_at) };
        let present = BookCustomer { customer: after, last_seen: seen_at, kyc_changed, unlisted_since: None, ..before };
        customers::update(self.transaction, &present, walk)?;
        Ok(Some(present))
    }
}

/// Fills what an answer that says less than the list does not say with what the book has.
fn keep_what_is_not_said(said: &mut Customer, before: &Customer) {
    fn keep<T: Clone>(said: &mut Option<T>, before: &Option<T>) {
        if said.is_none() {
            said.clone_from(before);
        }
    }
    keep(&mut said.name, &before.name);
    keep(&mut said.email, &before.email);
    keep(&mut said.phone, &before.phone);
    keep(&mut said.trust, &before.trust);
    keep(&mut said.payments, &before.payments);
    keep(&mut said.paid, &before.paid);
    keep(&mut said.last_payment, &before.last_payment);
    keep(&mut said.created, &before.created);
    if said.kyc == KycStatus::Unknown(String::new()) {
        said.kyc = before.kyc.clone();
    }
    if said.blocked == Blocked::Unknown {
        said.blocked = before.blocked;
    }
}

/// A customer as the book gives one back: moments to the millisecond, without the raw record, which comes apart.
fn as_kept(customer: Customer) -> (Customer, String) {
    let mut kept = customer;
    kept.last_payment = kept.last_payment.map(as_stored);
    kept.created = kept.created.map(as_stored);
    let raw = std::mem::take(&mut kept.raw);
    (kept, raw)
}

/// Each customer once, in the order of the page, at the last of several places.
fn once_each(mut customers: Vec<Customer>) -> Vec<Customer> {
    let mut met = HashSet::with_capacity(customers.len());
    let mut kept: Vec<bool> = customers.iter().rev().map(|customer| met.insert(&customer.id)).collect();
    customers.retain(|_| kept.pop().unwrap_or(true));
    customers
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

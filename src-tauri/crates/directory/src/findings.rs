//! What was found: by one run, or in all since a moment. Counted in customers, by what became of them in the end.

use crate::as_of;
use crate::change::{ChangedField, field_of};
use crate::fault::Outcome;
use crate::tables::connections::Number;
use crate::tables::problems::MetProblem;
use crate::tables::runs::{Run, RunId};
use crate::tables::{customers, problems, to_milliseconds};
use jiff::Timestamp;
use kyc::KycStatus;
use rusqlite::{Connection as Sqlite, Rows, params};
use std::collections::HashMap;

/// What was found. Each customer counts once in a line, and only for what is different at the end: whoever became Pending
/// and then Verified counts as Verified, whoever was blocked and unblocked again in neither.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Findings {
    /// Customers that the book had not known.
    pub new: u32,
    /// Known customers who became Verified.
    pub verified: u32,
    /// Known customers who became Pending.
    pub pending: u32,
    /// Known customers who became Rejected.
    pub rejected: u32,
    /// Known customers whose KYC status became another one than those.
    pub other_status: u32,
    /// Known customers who were blocked.
    pub blocked: u32,
    /// Known customers whose block was lifted.
    pub unblocked: u32,
    /// Customers who are no longer listed.
    pub unlisted: u32,
    /// Customers who are listed again.
    pub relisted: u32,
    /// Known customers of whom anything else changed: name, e-mail, phone, trust level, payments.
    pub otherwise: u32,
    /// Records that could not be read as customers.
    pub unreadable: u32,
    /// Different problems that were met.
    pub problems: u32,
}

/// A run, and what it found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunReport {
    /// The run.
    pub run: Run,
    /// What it found by now.
    pub findings: Findings,
    /// The problems that it met, oldest first.
    pub problems: Vec<MetProblem>,
}

pub(crate) fn of_run(sqlite: &Sqlite, run: Run) -> Outcome<RunReport> {
    let mut statement =
        sqlite.prepare_cached("SELECT customer, field, before, after FROM changes WHERE run = ?1 ORDER BY id")?;
    let mut findings = net(statement.query([run.id.number()])?)?;
    findings.new = run.new;
    findings.unreadable = run.rejected;
    let problems = problems::of_run(sqlite, run.id)?;
    findings.problems = u32::try_from(problems.len()).unwrap_or(u32::MAX);
    Ok(RunReport { run, findings, problems })
}

pub(crate) fn since(sqlite: &Sqlite, connection: Number, at: Timestamp) -> Outcome<Findings> {
    // The `+` keeps to the index by time: there are far fewer changes since yesterday than customers of a connection.
    let mut statement = sqlite.prepare_cached(
        "SELECT h.customer, h.field, h.before, h.after FROM changes h CROSS JOIN customers c ON c.key = h.customer
         WHERE h.seen_at > ?2 AND +c.connection = ?1 ORDER BY h.id",
    )?;
    let mut findings = net(statement.query(params![connection.0, to_milliseconds(at)])?)?;
    findings.new = customers::count_new(sqlite, connection, at)?;
    findings.unreadable = sqlite
        .prepare_cached("SELECT coalesce(sum(rejected), 0) FROM sync_runs WHERE connection = ?1 AND started > ?2")?
        .query_row(params![connection.0, to_milliseconds(at)], |row| row.get(0))?;
    findings.problems = problems::count_after(sqlite, connection, at)?;
    Ok(findings)
}

impl Findings {
    /// Adds those of another connection.
    pub(crate) fn add(&mut self, other: &Self) {
        let pairs = [
            (&mut self.new, other.new),
            (&mut self.verified, other.verified),
            (&mut self.pending, other.pending),
            (&mut self.rejected, other.rejected),
            (&mut self.other_status, other.other_status),
            (&mut self.blocked, other.blocked),
            (&mut self.unblocked, other.unblocked),
            (&mut self.unlisted, other.unlisted),
            (&mut self.relisted, other.relisted),
            (&mut self.otherwise, other.otherwise),
            (&mut self.unreadable, other.unreadable),
            (&mut self.problems, other.problems),
        ];
        for (sum, more) in pairs {
            *sum = sum.saturating_add(more);
        }
    }
}

/// Counts changes (customer, field, before, after; oldest first) by what they come to for each customer and field.
fn net(mut rows: Rows<'_>) -> Outcome<Findings> {
    let mut first_and_last: HashMap<(u32, ChangedField), (Option<String>, Option<String>)> = HashMap::new();
    while let Some(row) = rows.next()? {
        let field = field_of(&row.get::<_, String>(1)?)?;
        let after: Option<String> = row.get(3)?;
        match first_and_last.entry((row.get(0)?, field)) {
            std::collections::hash_map::Entry::Occupied(mut known) => known.get_mut().1 = after,
            std::collections::hash_map::Entry::Vacant(unknown) => {
                unknown.insert((row.get(2)?, after));
            }
        }
    }
    let mut findings = Findings::default();
    let mut otherwise = std::collections::HashSet::new();
    for ((customer, field), (before, after)) in first_and_last {
        // The same amount in other digits is the same amount.
        let same_amount =
            || field == ChangedField::Paid && as_of::money_of(before.as_deref()) == as_of::money_of(after.as_deref());
        if before == after || same_amount() {
            continue;
        }
        let line = match field {
            ChangedField::Kyc => match after.as_deref().and_then(KycStatus::from_facet_value) {
                Some(KycStatus::Verified) => &mut findings.verified,
                Some(KycStatus::Pending) => &mut findings.pending,
                Some(KycStatus::Rejected) => &mut findings.rejected,
                _ => &mut findings.other_status,
            },
            ChangedField::Blocked if after.as_deref() == Some("yes") => &mut findings.blocked,
            ChangedField::Blocked if before.as_deref() == Some("yes") => &mut findings.unblocked,
            // Listed again and gone once more is as before, though the moments differ.
            ChangedField::Unlisted if before.is_some() && after.is_some() => continue,
            ChangedField::Unlisted if after.is_some() => &mut findings.unlisted,
            ChangedField::Unlisted => &mut findings.relisted,
            _ => {
                otherwise.insert(customer);
                continue;
            }
        };
        *line += 1;
    }
    findings.otherwise = u32::try_from(otherwise.len()).unwrap_or(u32::MAX);
    Ok(findings)
}

/// Where a page of reports goes on.
pub(crate) fn page(
    sqlite: &Sqlite,
    connection: Option<Number>,
    before: Option<RunId>,
    most: u32,
) -> Outcome<Vec<RunReport>> {
    let runs = crate::tables::runs::page(sqlite, connection, before, most)?;
    runs.into_iter().map(|run| of_run(sqlite, run)).collect()
}

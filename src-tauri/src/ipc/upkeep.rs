//! The book as a whole, and what synchronising found and met.
//!
//! Sizes cross in kibibytes, rounded up, so that they fit into the numbers of the window.

use super::Typed;
use super::problem::ProviderWords;
use serde::{Deserialize, Serialize};
use specta::Type;

/// What was found, counted in customers; see [`directory::Findings`].
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Findings {
    /// Customers that the book had not known.
    pub new: u32,
    /// Became Verified.
    pub verified: u32,
    /// Became Pending.
    pub pending: u32,
    /// Became Rejected.
    pub rejected: u32,
    /// Got another KYC status than those.
    pub other_status: u32,
    /// Were blocked.
    pub blocked: u32,
    /// Were unblocked.
    pub unblocked: u32,
    /// Are no longer listed.
    pub unlisted: u32,
    /// Are listed again.
    pub relisted: u32,
    /// Changed in another way.
    pub otherwise: u32,
    /// Records that could not be read.
    pub unreadable: u32,
    /// Problems that were met.
    pub problems: u32,
}

/// What a run was for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum RunKind {
    /// A walk of the whole list.
    Walk,
    /// Looks at some customers between two walks.
    Refresh,
}

/// Where a run is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum RunState {
    /// It goes on, or goes on next.
    Open,
    /// The whole list was seen.
    Complete,
    /// The list came to an end without adding up.
    Incomplete,
}

/// Why a walk is incomplete; see [`directory::IncompleteReason`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum IncompleteReason {
    /// Fewer customers were met than the provider announced.
    TotalNotReached,
    /// Customers were removed during each of its passes.
    ListKeptShrinking,
    /// More pages came than any list has.
    NoEnd,
    /// Address or key were replaced before it ended.
    ConnectionChanged,
}

/// A run, and what it found.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct RunReport {
    /// Identity within the book; later runs have greater ones.
    pub id: u32,
    /// The connection.
    pub connection: String,
    /// What it was for.
    pub kind: RunKind,
    /// Where it is.
    pub state: RunState,
    /// Why it is incomplete.
    pub reason: Option<IncompleteReason>,
    /// When it began.
    pub started: String,
    /// When it ended.
    pub ended: Option<String>,
    /// Different customers seen.
    pub seen: u32,
    /// How many the provider announced.
    pub announced: Option<u32>,
    /// What it found.
    pub findings: Findings,
    /// The problems that it met, oldest first.
    pub problems: Vec<MetProblem>,
}

/// A problem that synchronising met.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct MetProblem {
    /// What it was: the code of a `Problem`.
    pub code: String,
    /// The provider's words, of the last time.
    pub words: Option<ProviderWords>,
    /// When it was met first.
    pub first_met: String,
    /// When it was met last, without another between.
    pub last_met: String,
    /// How often.
    pub times: u32,
}

/// A record that could not be read as a customer.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct UnreadableRecord {
    /// What is wrong with it, in English, for support.
    pub reason: String,
    /// The record as it came.
    pub raw: String,
    /// When it came.
    pub seen_at: String,
}

/// How large the book is.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct BookSize {
    /// The file.
    pub kibibytes: u32,
    /// Of these, what nothing uses.
    pub unused_kibibytes: u32,
}

/// What compaction achieved.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Compacted {
    /// The file before.
    pub before_kibibytes: u32,
    /// The file after.
    pub after_kibibytes: u32,
}

/// A backup that is to be written.
#[derive(Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct BackUpOrder {
    /// The file, with its folder.
    pub path: String,
    /// What it is encrypted under.
    pub passphrase: Typed,
    /// Whether a file that is there may be replaced.
    pub replace: bool,
}

/// A backup that was written.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct BackUpDone {
    /// The file.
    pub path: String,
    /// What it holds.
    pub contents: BackupContents,
}

/// What a backup holds.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct BackupContents {
    /// The file.
    pub kibibytes: u32,
    /// Connections.
    pub connections: u32,
    /// Customers.
    pub customers: u32,
    /// Observed changes.
    pub changes: u32,
}

fn kibibytes(bytes: u64) -> u32 {
    u32::try_from(bytes.div_ceil(1024)).unwrap_or(u32::MAX)
}

impl From<directory::Findings> for Findings {
    fn from(findings: directory::Findings) -> Self {
        Self {
            new: findings.new,
            verified: findings.verified,
            pending: findings.pending,
            rejected: findings.rejected,
            other_status: findings.other_status,
            blocked: findings.blocked,
            unblocked: findings.unblocked,
            unlisted: findings.unlisted,
            relisted: findings.relisted,
            otherwise: findings.otherwise,
            unreadable: findings.unreadable,
            problems: findings.problems,
        }
    }
}

impl From<directory::IncompleteReason> for IncompleteReason {
    fn from(reason: directory::IncompleteReason) -> Self {
        match reason {
            directory::IncompleteReason::TotalNotReached => Self::TotalNotReached,
            directory::IncompleteReason::ListKeptShrinking => Self::ListKeptShrinking,
            directory::IncompleteReason::NoEnd => Self::NoEnd,
            directory::IncompleteReason::ConnectionChanged => Self::ConnectionChanged,
        }
    }
}

impl From<directory::RunReport> for RunReport {
    fn from(report: directory::RunReport) -> Self {
        let directory::RunReport { run, findings, problems } = report;
        Self {
            id: u32::try_from(run.id.number()).unwrap_or(u32::MAX),
            connection: run.connection.as_str().to_owned(),
            kind: match run.kind {
                directory::RunKind::Walk => RunKind::Walk,
                directory::RunKind::Refresh => RunKind::Refresh,
            },
            state: match run.outcome {
                None => RunState::Open,
                Some(directory::RunOutcome::Complete) => RunState::Complete,
                Some(directory::RunOutcome::Incomplete) => RunState::Incomplete,
            },
            reason: run.reason.map(IncompleteReason::from),
            started: run.started.to_string(),
            ended: run.ended.map(|ended| ended.to_string()),
            seen: run.seen,
            announced: run.announced_total,
            findings: findings.into(),
            problems: problems.into_iter().map(MetProblem::from).collect(),
        }
    }
}

impl From<directory::MetProblem> for MetProblem {
    fn from(problem: directory::MetProblem) -> Self {
        Self {
            code: problem.code,
            words: problem.words.map(ProviderWords::from),
            first_met: problem.first_met.to_string(),
            last_met: problem.last_met.to_string(),
            times: problem.times,
        }
    }
}

impl From<directory::Rejected> for UnreadableRecord {
    fn from(rejected: directory::Rejected) -> Self {
        let directory::Rejected { record, seen_at } = rejected;
        Self { reason: record.reason, raw: record.raw, seen_at: seen_at.to_string() }
    }
}

impl From<directory::BookSize> for BookSize {
    fn from(size: directory::BookSize) -> Self {
        Self { kibibytes: kibibytes(size.bytes), unused_kibibytes: kibibytes(size.unused) }
    }
}

impl From<directory::Compacted> for Compacted {
    fn from(compacted: directory::Compacted) -> Self {
        Self { before_kibibytes: kibibytes(compacted.before), after_kibibytes: kibibytes(compacted.after) }
    }
}

impl From<directory::BackupContents> for BackupContents {
    fn from(contents: directory::BackupContents) -> Self {
        Self {
            kibibytes: kibibytes(contents.bytes),
            connections: contents.connections,
            customers: contents.customers,
            changes: contents.changes,
        }
    }
}

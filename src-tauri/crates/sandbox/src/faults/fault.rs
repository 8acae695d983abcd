//! What can go wrong.

use super::charset::Charset;
use crate::exchange::Operation;
use crate::turnover::Turnover;
use axum::http::HeaderValue;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What goes wrong. A new fault is a variant here and an arm in `effect.rs`, in `records.rs` if it spoils the
/// records of a list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Fault {
    /// The answer comes later, by so many milliseconds.
    Latency {
        /// Milliseconds.
        ms: u64,
    },
    /// A web page with status 200.
    Html {},
    /// Plain text with status 200.
    NotJson {},
    /// An HTTP status with the provider's own failure in the body.
    Status {
        /// 400 to 599.
        status: u16,
    },
    /// A refusal with the code of your choice, such as `SOURCE_IP_NOT_ALLOWED` with 403.
    Refusal {
        /// HTTP status.
        status: u16,
        /// The provider's code.
        code: String,
        /// The provider's message.
        #[serde(default)]
        message: String,
        /// Whether it comes in the provider's other form: at Love&Pay flat, `{"error": CODE, "message": …}`, at
        /// Cryptopocket with the code in `message`.
        #[serde(default)]
        other_form: bool,
    },
    /// 429.
    TooManyRequests {
        /// Seconds in the `Retry-After` header; without it there is no such header.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        retry_after: Option<u32>,
        /// Whether the header holds a date in place of the seconds.
        #[serde(default)]
        as_date: bool,
    },
    /// Sends elsewhere.
    Redirect {
        /// 300 to 399.
        #[serde(default = "temporary_redirect")]
        status: u16,
        /// Where to; without it to another path of the same host.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        location: Option<String>,
    },
    /// The connection is closed in the middle of the body.
    Truncated {},
    /// The connection is reset in the middle of the body, with a TCP segment that says so.
    Reset {},
    /// The body comes a little at a time.
    Trickle {
        /// Milliseconds between two pieces.
        ms: u64,
        /// How long a piece is.
        #[serde(default = "one")]
        bytes: usize,
        /// After so many milliseconds all that is left comes at once.
        #[serde(default = "one_minute")]
        limit_ms: u64,
    },
    /// The body is made so long: a text in it is, or there are blanks behind it. It is made while it is sent.
    HugeBody {
        /// Length of the whole body, at most [`MOST_BYTES`](Self::MOST_BYTES); an answer that is longer stays as it is.
        bytes: u64,
        /// Whether the length is announced, or the body comes in chunks.
        #[serde(default)]
        announced: bool,
    },
    /// The body is not in the character set that its header declares.
    WrongCharset {
        /// What the header says.
        #[serde(default = "windows_1251")]
        declared: String,
        /// What the body is in; without it, UTF-8 as ever.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        encoded: Option<Charset>,
    },
    /// The body ends in the middle although the answer is complete by its length.
    CutJson {},
    /// Every token handed out so far is refused.
    ExpiredTokens {},
    /// The provider's clock is ahead by so many seconds (behind: negative), in its judgement and in the `Date` header.
    ClockOff {
        /// Seconds.
        seconds: i64,
    },
    /// A list has a record without id at this place of the page, counted from 0. An empty page stays empty.
    RecordWithoutId {
        /// Place in the page; the end of a shorter page.
        position: usize,
    },
    /// A list has an unknown KYC status at this place of the page, counted from 0.
    UnknownKyc {
        /// Place in the page; nothing happens on a shorter page.
        position: usize,
        /// The status.
        word: String,
    },
    /// A list has this field set so at this place of the page, counted from 0.
    SetField {
        /// Place in the page; nothing happens on a shorter page.
        position: usize,
        /// The field; one within another as a JSON pointer, `/verification/documentType`.
        field: String,
        /// What it is set to.
        value: Value,
    },
    /// All records of a reply, and the reply itself, have fields that nobody knows.
    UnknownFields {},
    /// A list has a record more than once.
    Duplicates {
        /// Place in the page, counted from 0; nothing happens on a shorter page.
        position: usize,
        /// How many times more, at most [`MOST_ROWS`](Self::MOST_ROWS).
        #[serde(default = "one")]
        copies: usize,
    },
    /// Customers come to be before the list is read. They are customers like all others and stay when the fault is
    /// cleared.
    RowsInserted {
        /// How many, each time it strikes; at most [`MOST_ROWS`](Self::MOST_ROWS).
        rows: usize,
        /// Where in the list, counted from 0.
        #[serde(default)]
        place: usize,
    },
    /// Customers are removed before the list is read. They do not come back when the fault is cleared.
    RowsRemoved {
        /// How many, each time it strikes; at most [`MOST_ROWS`](Self::MOST_ROWS).
        rows: usize,
        /// Where in the list, counted from 0.
        #[serde(default)]
        place: usize,
    },
    /// Customers come, go, come back, move and change before the list is read, on a schedule that follows from the seed:
    /// each time from none up to so many as said, in any order. What happened stays when the fault is cleared.
    LivingList {
        /// Names the schedule.
        #[serde(default)]
        seed: u64,
        /// New customers; this and the next four are at most [`MOST_ROWS`](Self::MOST_ROWS) each.
        #[serde(default)]
        inserted: u32,
        /// Whether they come anywhere in the list and not only at its head.
        #[serde(default)]
        anywhere: bool,
        /// Customers that leave the list, from anywhere.
        #[serde(default)]
        removed: u32,
        /// Customers that left before and are there again, as they were.
        #[serde(default)]
        returned: u32,
        /// Customers that go to the head of the list.
        #[serde(default)]
        moved: u32,
        /// Customers one or two of whose fields change.
        #[serde(default)]
        changed: u32,
    },
    /// The records of the first page that is struck come again in all later ones, whatever is asked for.
    RepeatedPage {},
    /// A list announces no totals.
    MissingTotals {},
    /// A list announces so many records more than there are (less: negative).
    WrongTotals {
        /// How many more.
        by: i64,
    },
    /// What a reply has under `data` as an object stands at its top level.
    BareData {},
    /// A list has its ids as text.
    TextIds {},
    /// A list has its ids as numbers.
    NumberIds {},
}

impl Fault {
    /// The longest body that can be asked for: 4 GiB.
    pub const MOST_BYTES: u64 = 4 * 1024 * 1024 * 1024;

    /// Most records that a fault adds to a page or to the list, or takes from it.
    pub const MOST_ROWS: usize = 10_000;

    /// Says whether the fields have values that make sense.
    ///
    /// # Errors
    /// Says which one does not.
    pub fn check(&self) -> Result<(), String> {
        let range = |name: &str, number: u64, from: u64, to: u64| {
            if (from..=to).contains(&number) { Ok(()) } else { Err(format!("{name:?} is {from} to {to}")) }
        };
        match self {
            Self::Status { status } => range("status", (*status).into(), 400, 599),
            Self::Refusal { status, .. } => range("status", (*status).into(), 200, 599),
            Self::Redirect { status, location } => {
                let sendable = location.as_ref().is_none_or(|location| HeaderValue::from_str(location).is_ok());
                range("status", (*status).into(), 300, 399)?;
                if sendable { Ok(()) } else { Err("\"location\" cannot stand in a header".to_owned()) }
            }
            Self::Trickle { bytes, .. } => range("bytes", *bytes as u64, 1, Self::MOST_BYTES),
            Self::HugeBody { bytes, .. } => range("bytes", *bytes, 1, Self::MOST_BYTES),
            Self::WrongCharset { declared, .. } => {
                let named =
                    !declared.is_empty() && declared.bytes().all(|byte| byte.is_ascii_graphic() && byte != b';');
                if named { Ok(()) } else { Err("\"declared\" is the name of a character set".to_owned()) }
            }
            Self::Duplicates { copies: rows, .. }
            | Self::RowsInserted { rows, .. }
            | Self::RowsRemoved { rows, .. } => range("rows", *rows as u64, 1, Self::MOST_ROWS as u64),
            Self::LivingList { inserted, removed, returned, moved, changed, .. } => {
                let of_each = [inserted, removed, returned, moved, changed];
                let most = of_each.into_iter().max().copied().unwrap_or(0);
                range(
                    "the most of \"inserted\", \"removed\", \"returned\", \"moved\" and \"changed\"",
                    most.into(),
                    1,
                    Self::MOST_ROWS as u64,
                )
            }
            _ => Ok(()),
        }
    }

    /// The schedule of a [`LivingList`](Self::LivingList).
    pub(crate) fn turnover(&self) -> Option<Turnover> {
        let Self::LivingList { seed, inserted, anywhere, removed, returned, moved, changed } = *self else {
            return None;
        };
        Some(Turnover { seed, inserted, anywhere, removed, returned, moved, changed })
    }

    /// Whether a request of this kind can be struck at all: what spoils lists passes by all other requests, and does not
    /// count them.
    pub fn concerns(&self, operation: Option<Operation>) -> bool {
        match self {
            Self::UnknownKyc { .. }
            | Self::RowsInserted { .. }
            | Self::RowsRemoved { .. }
            | Self::LivingList { .. } => operation == Some(Operation::List),
            Self::RecordWithoutId { .. }
            | Self::SetField { .. }
            | Self::Duplicates { .. }
            | Self::RepeatedPage {}
            | Self::MissingTotals {}
            | Self::WrongTotals { .. }
            | Self::TextIds {}
            | Self::NumberIds {} => operation.is_some_and(Operation::is_list),
            _ => true,
        }
    }
}

fn temporary_redirect() -> u16 {
    307
}

fn one() -> usize {
    1
}

fn one_minute() -> u64 {
    60_000
}

fn windows_1251() -> String {
    "windows-1251".to_owned()
}

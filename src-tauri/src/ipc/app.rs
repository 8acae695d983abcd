//! The app as a whole: what the window needs to draw its first screen, and the person's preferences.

use super::{ConnectionView, Gate, Problem, ProviderDescription};
use serde::{Deserialize, Serialize};
use specta::Type;

/// All that the first screen needs.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct AppState {
    /// Version of the app, such as `0.1.0`.
    pub version: String,
    /// The language that was asked for at the start with `--lang`; goes before the preference.
    pub language_override: Option<Language>,
    /// The profile's folder, for support.
    pub profile: String,
    /// What the window seals typed secrets to; see `typed.rs`.
    pub typed_key: String,
    /// Whether the book is open.
    pub desk: DeskState,
    /// The providers that can be connected.
    pub providers: Vec<ProviderDescription>,
    /// The person's preferences.
    pub preferences: Preferences,
}

/// Whether the book is open.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(tag = "state", rename_all = "snake_case", rename_all_fields = "camelCase")]
pub enum DeskState {
    /// Open, on the person's own profile or on the sample customers.
    Open {
        /// The sample customers of the built-in sandbox.
        demo: bool,
        /// All connections.
        connections: Vec<ConnectionView>,
    },
    /// Being opened; the event `deskChanged` says when that has ended.
    Opening,
    /// Closed, because the keyring or the book cannot be used; `retry_open` tries again.
    Closed {
        /// Why.
        problem: Problem,
        /// Whether a sealed vault may take the keyring's place: the profile has no book yet whose key would be elsewhere.
        vault_possible: bool,
        /// Whether the book may be replaced, by a backup (`restore`) or by a new one (`set_book_aside`): no further try will
        /// open it.
        book_replaceable: bool,
    },
    /// Sealed or locked: `unlock` opens it.
    Locked {
        /// By what.
        gate: Gate,
    },
}

/// The languages of the interface.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type, clap::ValueEnum)]
#[serde(rename_all = "snake_case")]
pub enum Language {
    /// English.
    En,
    /// Russian.
    Ru,
    /// Spanish.
    Es,
}

/// The colours of the interface.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Theme {
    /// As the system has it.
    #[default]
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

/// What a person has set. Kept in plain text, so nothing about customers may go in here.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Preferences {
    /// Colours.
    pub theme: Theme,
    /// Language; `null` is the system's.
    pub language: Option<Language>,
    /// Width of the left pane in CSS pixels.
    pub sidebar_width: u16,
    /// Width of the right pane in CSS pixels.
    pub detail_width: u16,
    /// The shown columns in order; empty for the usual ones.
    pub columns: Vec<ColumnChoice>,
    /// Lock after so many minutes without the person; `null` never. Has an effect only while a lock or a vault is there.
    pub lock_after_minutes: Option<u16>,
    /// Lock when the computer goes to sleep.
    pub lock_on_sleep: bool,
    /// Remind of credentials that are this many days old; `null` never.
    pub remind_after_days: Option<u16>,
    /// Height of the rows.
    #[serde(default)]
    pub rows: RowHeight,
    /// The saved view that was shown last.
    #[serde(default)]
    pub saved_view: Option<u32>,
}

/// How much room a row of the grid takes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum RowHeight {
    /// 34 pixels.
    #[default]
    Normal,
    /// 26 pixels.
    Compact,
}

impl Default for Preferences {
    fn default() -> Self {
        Self {
            theme: Theme::System,
            language: None,
            sidebar_width: 232,
            detail_width: 380,
            columns: Vec::new(),
            lock_after_minutes: Some(15),
            lock_on_sleep: true,
            remind_after_days: Some(180),
            rows: RowHeight::default(),
            saved_view: None,
        }
    }
}

/// A shown column.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ColumnChoice {
    /// Which.
    pub column: Column,
    /// Its width in CSS pixels.
    pub width: u16,
    /// Whether it stays in sight when the others are scrolled sideways.
    #[serde(default)]
    pub pinned: bool,
}

/// The grid's columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Column {
    Name,
    Email,
    Phone,
    Kyc,
    Provider,
    Trust,
    Payments,
    Paid,
    LastPayment,
    Created,
    Blocked,
    Id,
}

impl From<providers::Column> for Column {
    fn from(column: providers::Column) -> Self {
        match column {
            providers::Column::Name => Self::Name,
            providers::Column::Email => Self::Email,
            providers::Column::Phone => Self::Phone,
            providers::Column::Kyc => Self::Kyc,
            providers::Column::Trust => Self::Trust,
            providers::Column::Payments => Self::Payments,
            providers::Column::Paid => Self::Paid,
            providers::Column::LastPayment => Self::LastPayment,
            providers::Column::Created => Self::Created,
            providers::Column::Blocked => Self::Blocked,
        }
    }
}

//! Saved views.

use super::app::ColumnChoice;
use super::{Column, Query};
use desk::ViewColumn;
use serde::{Deserialize, Serialize};
use specta::Type;

/// What a person says of a view.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ViewDraft {
    /// Its name.
    pub name: String,
    /// Whom it shows, and in what order.
    pub query: Query,
    /// The shown columns in order; empty for the usual ones.
    pub columns: Vec<ColumnChoice>,
}

/// A saved view.
#[derive(Debug, Clone, PartialEq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct SavedView {
    /// Its identity.
    pub id: u32,
    /// Its name.
    pub name: String,
    /// Whom it shows, and in what order.
    pub query: Query,
    /// The shown columns in order; empty for the usual ones.
    pub columns: Vec<ColumnChoice>,
}

/// How many customers a saved view has.
#[derive(Debug, Clone, Copy, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct SavedViewCount {
    /// The view.
    pub id: u32,
    /// Customers in it.
    pub count: u32,
}

impl From<ViewDraft> for desk::ViewDraft {
    fn from(draft: ViewDraft) -> Self {
        let column = |choice: ColumnChoice| ViewColumn {
            column: choice.column.name().to_owned(),
            width: choice.width,
            pinned: choice.pinned,
        };
        Self { name: draft.name, filter: draft.query.into(), columns: draft.columns.into_iter().map(column).collect() }
    }
}

impl From<desk::SavedView> for SavedView {
    fn from(view: desk::SavedView) -> Self {
        let column = |kept: ViewColumn| {
            Some(ColumnChoice { column: Column::from_name(&kept.column)?, width: kept.width, pinned: kept.pinned })
        };
        Self {
            id: view.id,
            name: view.draft.name,
            query: view.draft.filter.into(),
            columns: view.draft.columns.into_iter().filter_map(column).collect(),
        }
    }
}

impl From<(u32, u32)> for SavedViewCount {
    fn from((id, count): (u32, u32)) -> Self {
        Self { id, count }
    }
}

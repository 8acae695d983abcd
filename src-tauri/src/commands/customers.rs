//! Customers.

use crate::ipc::{CustomerDetail, Problem, Query, RowSpan, RowText, Rows, SearchAnswer, ViewCount};
use crate::state::Shell;
use kyc::CustomerKey;
use tauri::State;

/// Answers a query and hands out the first rows.
#[tauri::command]
#[specta::specta]
pub async fn search(shell: State<'_, Shell>, query: Query, first: u32) -> Result<SearchAnswer, Problem> {
    Ok(shell.desk()?.search(query.try_into()?, first).await?.into())
}

/// A window of an earlier answer's rows.
#[tauri::command]
#[specta::specta]
pub async fn rows(shell: State<'_, Shell>, result: u32, from: u32, count: u32) -> Result<Rows, Problem> {
    let rows = shell.desk()?.rows(result, from, count).await?;
    Ok(Rows { from, rows: rows.into_iter().map(Into::into).collect() })
}

/// How many customers each built-in view has.
#[tauri::command]
#[specta::specta]
pub async fn view_counts(shell: State<'_, Shell>) -> Result<Vec<ViewCount>, Problem> {
    Ok(shell.desk()?.view_counts().await?.into_iter().map(Into::into).collect())
}

/// Everything about one customer.
#[tauri::command]
#[specta::specta]
pub async fn customer(shell: State<'_, Shell>, key: u32) -> Result<CustomerDetail, Problem> {
    Ok(shell.desk()?.customer(CustomerKey(key)).await?.into())
}

/// Rows of an earlier answer by their positions, as tab-separated lines, at most 5,000 at a time.
#[tauri::command]
#[specta::specta]
pub async fn rows_as_text(
    shell: State<'_, Shell>,
    result: u32,
    spans: Vec<RowSpan>,
    text: RowText,
) -> Result<String, Problem> {
    let spans: Vec<_> = spans.into_iter().map(Into::into).collect();
    let (columns, words) = text.into();
    Ok(shell.desk()?.rows_as_text(result, &spans, &columns, &words).await?)
}

/// Where the rows of one answer are in another answer to the same question.
#[tauri::command]
#[specta::specta]
pub async fn select_again(
    shell: State<'_, Shell>,
    from: u32,
    to: u32,
    spans: Vec<RowSpan>,
) -> Result<Vec<RowSpan>, Problem> {
    let ranges = spans.into_iter().map(Into::into).collect();
    Ok(shell.desk()?.select_again(from, to, ranges).await?.into_iter().map(Into::into).collect())
}

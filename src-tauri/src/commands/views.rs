//! Saved views.

use crate::files::FileKind;
use crate::ipc::{Problem, SavedView, SavedViewCount, ViewDraft};
use crate::state::Shell;
use std::path::{Path, PathBuf};
use tauri::State;

/// All saved views in their order.
#[tauri::command]
#[specta::specta]
pub async fn saved_views(shell: State<'_, Shell>) -> Result<Vec<SavedView>, Problem> {
    Ok(shell.desk()?.saved_views().await?.into_iter().map(Into::into).collect())
}

/// How many customers each saved view has.
#[tauri::command]
#[specta::specta]
pub async fn saved_view_counts(shell: State<'_, Shell>) -> Result<Vec<SavedViewCount>, Problem> {
    Ok(shell.desk()?.saved_view_counts().await?.into_iter().map(Into::into).collect())
}

/// Keeps a view: a new one, or over an existing one.
#[tauri::command]
#[specta::specta]
pub async fn save_view(shell: State<'_, Shell>, draft: ViewDraft, existing: Option<u32>) -> Result<SavedView, Problem> {
    Ok(shell.desk()?.save_view(draft.into(), existing).await?.into())
}

/// Puts the saved views in another order.
#[tauri::command]
#[specta::specta]
pub async fn order_views(shell: State<'_, Shell>, ids: Vec<u32>) -> Result<(), Problem> {
    Ok(shell.desk()?.order_views(&ids).await?)
}

/// Removes a saved view.
#[tauri::command]
#[specta::specta]
pub async fn remove_view(shell: State<'_, Shell>, view: u32) -> Result<(), Problem> {
    Ok(shell.desk()?.remove_view(view).await?)
}

/// Writes a saved view into a file in which nothing personal stands. Answers with the file's path, which has the extension of
/// such files.
#[tauri::command]
#[specta::specta]
pub async fn share_view(shell: State<'_, Shell>, view: u32, path: String, replace: bool) -> Result<String, Problem> {
    let path = FileKind::View.completed(Path::new(&path));
    shell.desk()?.share_view(view, path.clone(), replace).await?;
    Ok(path.display().to_string())
}

/// Takes in a view that somebody shared.
#[tauri::command]
#[specta::specta]
pub async fn take_view_in(shell: State<'_, Shell>, path: String) -> Result<SavedView, Problem> {
    Ok(shell.desk()?.take_view_in(PathBuf::from(path)).await?.into())
}

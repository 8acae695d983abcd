//! Saved views.

use crate::ipc::{Problem, SavedView, SavedViewCount, ViewDraft};
use crate::state::Shell;
use std::path::PathBuf;
use tauri::{AppHandle, Manager, State};

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

/// A file name, with its folder, that a shared view may be given.
#[tauri::command]
#[specta::specta]
pub fn suggested_view_path(app: AppHandle, name: String) -> String {
    let folder = app.path().document_dir().or_else(|_| app.path().home_dir()).unwrap_or_default();
    folder.join(file_name(&name)).display().to_string()
}

/// Writes a saved view into a file in which nothing personal stands.
#[tauri::command]
#[specta::specta]
pub async fn share_view(shell: State<'_, Shell>, view: u32, path: String, replace: bool) -> Result<(), Problem> {
    Ok(shell.desk()?.share_view(view, PathBuf::from(path), replace).await?)
}

/// Takes in a view that somebody shared.
#[tauri::command]
#[specta::specta]
pub async fn take_view_in(shell: State<'_, Shell>, path: String) -> Result<SavedView, Problem> {
    Ok(shell.desk()?.take_view_in(PathBuf::from(path)).await?.into())
}

/// A view's name as that of a file, without what some file systems do not take.
fn file_name(name: &str) -> String {
    let is_kept = |letter: &char| letter.is_alphanumeric() || matches!(letter, ' ' | '-' | '_');
    let kept: String = name.chars().filter(is_kept).take(60).collect();
    let stem = kept.trim();
    format!("{}.vouch-view.json", if stem.is_empty() { "view" } else { stem })
}

#[cfg(test)]
mod tests {
    use super::file_name;

    #[test]
    fn a_views_name_becomes_a_files() {
        assert_eq!(file_name("Отклонённые: Мадрид/2"), "Отклонённые Мадрид2.vouch-view.json");
        assert_eq!(file_name("../.."), "view.vouch-view.json");
    }
}

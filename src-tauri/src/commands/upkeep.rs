//! What synchronising found and met, what it is told of the window, and the book as a whole.

use crate::files::FileKind;
use crate::ipc::{
    BackUpDone, BackUpOrder, BackupContents, BookSize, Compacted, Findings, MetProblem, Problem, RunReport, Typed,
    UnreadableRecord,
};
use crate::state::Shell;
use directory::RunId;
use jiff::Timestamp;
use kyc::{ConnectionId, CustomerKey, Trouble};
use std::path::Path;
use tauri::State;

/// Most customers that can be before an officer at a time.
const MOST_WATCHED: usize = 200;

/// Most problems that are listed of a connection.
const MOST_PROBLEMS: u32 = 50;

/// Past runs with what each found, newest first: of one connection or of all, those before the run `before`. At most 100.
#[tauri::command]
#[specta::specta]
pub async fn sync_runs(
    shell: State<'_, Shell>,
    connection: Option<String>,
    before: Option<u32>,
    most: u32,
) -> Result<Vec<RunReport>, Problem> {
    let before = before.map(|run| RunId::from_number(run.into()));
    let runs = shell.desk()?.sync_runs(connection.map(ConnectionId::new), before, most).await?;
    Ok(runs.into_iter().map(RunReport::from).collect())
}

/// What was found since a moment, of one connection or of all together.
#[tauri::command]
#[specta::specta]
pub async fn found_since(
    shell: State<'_, Shell>,
    connection: Option<String>,
    time: String,
) -> Result<Findings, Problem> {
    let at: Timestamp = time.parse().map_err(|_| kyc::Problem::from(Trouble::BadInput { field: "time" }))?;
    Ok(shell.desk()?.found_since(connection.map(ConnectionId::new), at).await?.into())
}

/// The problems that synchronising a connection met last, newest first.
#[tauri::command]
#[specta::specta]
pub async fn met_problems(shell: State<'_, Shell>, connection: String) -> Result<Vec<MetProblem>, Problem> {
    let met = shell.desk()?.met_problems(&ConnectionId::new(connection), MOST_PROBLEMS).await?;
    Ok(met.into_iter().map(MetProblem::from).collect())
}

/// The records of a run that could not be read as customers; at most 1,000 are kept of each.
#[tauri::command]
#[specta::specta]
pub async fn unreadable_records(shell: State<'_, Shell>, run: u32) -> Result<Vec<UnreadableRecord>, Problem> {
    let records = shell.desk()?.unreadable_records(RunId::from_number(run.into())).await?;
    Ok(records.into_iter().map(UnreadableRecord::from).collect())
}

/// Takes the officer's word that a connection's new address or key leads to the same merchant, and walks it. `conflict`
/// where nothing was replaced.
#[tauri::command]
#[specta::specta]
pub async fn same_merchant(shell: State<'_, Shell>, connection: String) -> Result<(), Problem> {
    Ok(shell.desk()?.same_merchant(&ConnectionId::new(connection)).await?)
}

/// Says whom the officer has before them: keys of the opened customers and of those in the rows on screen. They are looked
/// at as soon as the budgets allow. To be said anew whenever it changes; without any it ends.
#[tauri::command]
#[specta::specta]
pub fn watch(shell: State<'_, Shell>, opened: Vec<u32>, on_screen: Vec<u32>) {
    let keys = |keys: Vec<u32>| keys.into_iter().take(MOST_WATCHED).map(CustomerKey).collect();
    // Without a desk nobody is looked at.
    if let Ok(desk) = shell.desk() {
        desk.watch(keys(opened), keys(on_screen));
    }
}

/// Says that the network came back or changed: what could not be reached is tried at once.
#[tauri::command]
#[specta::specta]
pub fn network_changed(shell: State<'_, Shell>) {
    if let Ok(desk) = shell.desk() {
        desk.network_changed();
    }
}

/// How large the book is.
#[tauri::command]
#[specta::specta]
pub async fn book_size(shell: State<'_, Shell>) -> Result<BookSize, Problem> {
    Ok(shell.desk()?.book_size().await?.into())
}

/// Gives the room that nothing uses back to the disk; `cancelled` when that was stopped.
#[tauri::command]
#[specta::specta]
pub async fn compact_book(shell: State<'_, Shell>) -> Result<Compacted, Problem> {
    Ok(shell.desk()?.compact_book().await?.into())
}

/// Stops giving room back, if that is under way.
#[tauri::command]
#[specta::specta]
pub fn stop_compacting(shell: State<'_, Shell>) {
    if let Ok(desk) = shell.desk() {
        desk.stop_compacting();
    }
}

/// Reads the whole book against its checksums; `book_damaged` when it is.
#[tauri::command]
#[specta::specta]
pub async fn check_book(shell: State<'_, Shell>) -> Result<(), Problem> {
    Ok(shell.desk()?.check_book().await?)
}

/// Writes the book into a file of its own, encrypted under a passphrase. Keys and secrets are not in it. The file's name gets
/// the extension of backups.
#[tauri::command]
#[specta::specta]
pub async fn back_up(shell: State<'_, Shell>, order: BackUpOrder) -> Result<BackUpDone, Problem> {
    let path = FileKind::Backup.completed(Path::new(&order.path));
    let contents = shell.desk()?.back_up(&path, order.passphrase.into_secret(), order.replace).await?.into();
    Ok(BackUpDone { path: path.display().to_string(), contents })
}

/// Reads a backup whole and says what it holds. Changes nothing.
#[tauri::command]
#[specta::specta]
pub async fn verify_backup(path: String, passphrase: Typed) -> Result<BackupContents, Problem> {
    Ok(desk::Desk::verify_backup(Path::new(&path), passphrase.into_secret()).await?.into())
}

/// Puts a backup in the place of the book, open or not to be opened any more, and opens that. The book that was there stays
/// beside it.
#[tauri::command]
#[specta::specta]
pub async fn restore(shell: State<'_, Shell>, path: String, passphrase: Typed) -> Result<BackupContents, Problem> {
    Ok(shell.restore(Path::new(&path), passphrase.into_secret()).await?.into())
}

/// Gives a book that cannot be opened any more another name, begins with a new one, and answers with the old one's path.
#[tauri::command]
#[specta::specta]
pub async fn set_book_aside(shell: State<'_, Shell>) -> Result<String, Problem> {
    Ok(shell.set_book_aside().await?.display().to_string())
}

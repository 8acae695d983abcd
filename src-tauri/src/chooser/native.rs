//! The file dialogs of macOS and Windows. Their buttons have the system's own words.

use super::{Answer, Question};
use kyc::Problem;
use rfd::AsyncFileDialog;
use tauri::WebviewWindow;

/// Opens the dialog above the window. Runs on the thread of the windows, where macOS wants it begun.
pub fn open(window: &WebviewWindow, question: Question, answer: Answer) -> Result<(), Problem> {
    let Question { kind, saves, folder, name, words } = question;
    let mut dialog = AsyncFileDialog::new()
        .set_parent(window)
        .set_title(words.title)
        .set_directory(folder)
        .set_can_create_directories(true)
        .add_filter(words.kind, &[kind.last_extension()]);
    // Elsewhere the filters become one, and this is no extension.
    if cfg!(windows) {
        dialog = dialog.add_filter(words.all, &["*"]);
    }
    if saves {
        hand_over(dialog.set_file_name(name).save_file(), answer);
    } else {
        hand_over(dialog.pick_file(), answer);
    }
    Ok(())
}

fn hand_over(asked: impl Future<Output = Option<rfd::FileHandle>> + Send + 'static, answer: Answer) {
    tauri::async_runtime::spawn(async move {
        let chosen = asked.await.map(|file| file.path().to_path_buf());
        // Whoever asked may be gone.
        let _ = answer.send(chosen);
    });
}

/// The systems give no way to close their dialog; what is chosen in it goes nowhere then.
pub fn close() {}

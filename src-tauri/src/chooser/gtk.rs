//! GTK's file dialog. All of this runs on the thread of the windows.

use super::{Answer, Question};
use gtk::gio::SettingsSchemaSource;
use gtk::prelude::*;
use gtk::{FileChooserAction, FileChooserNative, FileFilter, ResponseType};
use kyc::{Problem, Trouble};
use std::cell::{Cell, RefCell};
use tauri::WebviewWindow;

/// Where GTK keeps how its dialog was left. Without it GTK ends the process instead of showing the dialog.
const SCHEMA: &str = "org.gtk.Settings.FileChooser";

thread_local! {
    /// The dialog that is open. GTK holds none of its own.
    static OPEN: RefCell<Option<FileChooserNative>> = const { RefCell::new(None) };
}

/// Opens the dialog above the window.
pub fn open(window: &WebviewWindow, question: Question, answer: Answer) -> Result<(), Problem> {
    if OPEN.with_borrow(Option::is_some) {
        return Err(Trouble::Conflict.into());
    }
    if SettingsSchemaSource::default().and_then(|schemas| schemas.lookup(SCHEMA, true)).is_none() {
        tracing::warn!(schema = SCHEMA, "GTK's file dialog is not installed whole");
        return Err(Trouble::Internal.into());
    }
    let parent = window.gtk_window().map_err(|_| Trouble::Internal)?;
    let Question { kind, saves, folder, name, words } = question;
    let action = if saves { FileChooserAction::Save } else { FileChooserAction::Open };
    let dialog = FileChooserNative::new(
        Some(&words.title),
        Some(&parent),
        action,
        Some(&label(&words.accept)),
        Some(&label(&words.cancel)),
    );
    dialog.set_modal(true);
    dialog.set_local_only(true);
    for (name, pattern) in [(words.kind, format!("*.{}", kind.last_extension())), (words.all, "*".to_owned())] {
        let filter = FileFilter::new();
        filter.set_name(Some(&name));
        filter.add_pattern(&pattern);
        dialog.add_filter(filter);
    }
    dialog.set_current_folder(folder);
    if saves {
        dialog.set_do_overwrite_confirmation(true);
        dialog.set_current_name(&name);
    }
    let answer = Cell::new(Some(answer));
    dialog.connect_response(move |dialog, response| {
        let chosen = dialog.filename().filter(|_| response == ResponseType::Accept);
        if let Some(answer) = answer.take() {
            // Whoever asked may be gone.
            let _ = answer.send(chosen);
        }
        close();
    });
    dialog.show();
    OPEN.set(Some(dialog));
    Ok(())
}

/// Closes the dialog that is open, if any; the person has chosen nothing then.
pub fn close() {
    if let Some(dialog) = OPEN.take() {
        dialog.destroy();
    }
}

/// A label in which nothing is taken for the sign of a key.
fn label(text: &str) -> String {
    text.replace('_', "__")
}

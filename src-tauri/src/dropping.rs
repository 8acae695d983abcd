//! Files that are dragged over the window and dropped on it: the page hears what such a file can be read for, and once it
//! is dropped its path. Nothing is read here, and whether a file is of use just now is the page's to know.

use crate::events::{FileDropped, FileOver};
use crate::files;
use std::path::PathBuf;
use tauri::{AppHandle, DragDropEvent};
use tauri_specta::Event;

/// Tells the window's page what a movement of dragged files means for it.
pub fn follow(app: &AppHandle, event: &DragDropEvent) {
    let told = match told_of(event) {
        Some(Told::Over(over)) => over.emit(app),
        Some(Told::Dropped(file)) => not_over().emit(app).and_then(|()| file.map_or(Ok(()), |file| file.emit(app))),
        None => return,
    };
    if let Err(error) = told {
        tracing::warn!(%error, "the window cannot be told of a dragged file");
    }
}

/// What the page is told.
#[derive(Debug, PartialEq, Eq)]
enum Told {
    Over(FileOver),
    /// Nothing is over the window any more; `None` where what was dropped is none of Vouch's.
    Dropped(Option<FileDropped>),
}

fn told_of(event: &DragDropEvent) -> Option<Told> {
    match event {
        DragDropEvent::Enter { paths, .. } => {
            Some(Told::Over(FileOver { purpose: meant(paths).map(|file| file.purpose) }))
        }
        DragDropEvent::Drop { paths, .. } => Some(Told::Dropped(meant(paths))),
        DragDropEvent::Leave => Some(Told::Over(not_over())),
        // Where within the window it is makes no difference.
        _ => None,
    }
}

/// Of several files at once none is meant more than the others.
fn meant(paths: &[PathBuf]) -> Option<FileDropped> {
    match paths {
        [path] => files::dropped(path),
        _ => None,
    }
}

fn not_over() -> FileOver {
    FileOver { purpose: None }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ipc::FilePurpose;
    use tauri::PhysicalPosition;

    const BACKUP: &str = "/usb/day.vouch-book";

    fn paths(names: &[&str]) -> Vec<PathBuf> {
        names.iter().map(PathBuf::from).collect()
    }

    fn entered(names: &[&str]) -> Option<Told> {
        told_of(&DragDropEvent::Enter { paths: paths(names), position: PhysicalPosition::default() })
    }

    fn dropped(names: &[&str]) -> Option<Told> {
        told_of(&DragDropEvent::Drop { paths: paths(names), position: PhysicalPosition::default() })
    }

    #[test]
    fn one_file_of_vouch_is_told_of_from_over_the_window_and_by_its_path_only_when_it_is_dropped() {
        let over = |purpose| Some(Told::Over(FileOver { purpose }));
        assert_eq!(entered(&[BACKUP]), over(Some(FilePurpose::Restore)));
        assert_eq!(told_of(&DragDropEvent::Over { position: PhysicalPosition::default() }), None);
        assert_eq!(told_of(&DragDropEvent::Leave), over(None));
        let file = FileDropped { purpose: FilePurpose::Restore, path: BACKUP.to_owned() };
        assert_eq!(dropped(&[BACKUP]), Some(Told::Dropped(Some(file))));
    }

    #[test]
    fn of_anything_else_the_page_hears_only_that_it_is_not_for_it() {
        for names in [&["/d/photo.png"][..], &[BACKUP, "/usb/week.vouch-book"], &[]] {
            assert_eq!(entered(names), Some(Told::Over(not_over())), "{names:?}");
            assert_eq!(dropped(names), Some(Told::Dropped(None)), "{names:?}");
        }
    }
}

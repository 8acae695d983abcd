//! Dialogs of the toolkit above a program's window, such as the one in which a file is chosen. What is in them is no page:
//! [`Hands`](crate::Hands) work in them, and what they did shows when they are gone.

use crate::screen::Windows;
use crate::{Fault, Window};

impl Window {
    /// Waits until so many of the toolkit's dialogs stand on each other above the window, gives the keyboard to the uppermost,
    /// and answers its title.
    ///
    /// # Errors
    ///
    /// As [`wait`](Self::wait).
    pub async fn wait_for_dialog(&self, depth: usize) -> Result<String, Fault> {
        self.wait(&format!("{depth} dialogs of the toolkit"), async || {
            let windows = Windows::of(self.display(), self.process()?)?;
            let dialogs = windows.dialogs()?;
            let is_uppermost = |window| dialogs.iter().all(|other| other.owner != window);
            match dialogs.iter().find(|dialog| is_uppermost(dialog.window)) {
                Some(dialog) if dialogs.len() == depth => {
                    windows.focus_on(dialog.window)?;
                    Ok(Ok(dialog.title.clone()))
                }
                _ => Ok(Err(format!("{} of them", dialogs.len()))),
            }
        })
        .await
    }

    /// Waits until no dialog of the toolkit is above the window, and gives the keyboard back to that.
    ///
    /// # Errors
    ///
    /// As [`wait`](Self::wait).
    pub async fn wait_until_no_dialog(&self) -> Result<(), Fault> {
        self.wait("the toolkit's dialogs to be gone", async || {
            let windows = Windows::of(self.display(), self.process()?)?;
            let dialogs = windows.dialogs()?;
            if !dialogs.is_empty() {
                return Ok(Err(format!("{} of them", dialogs.len())));
            }
            windows.focus()?;
            Ok(Ok(()))
        })
        .await
    }
}

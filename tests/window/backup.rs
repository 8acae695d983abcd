//! Backing up and restoring through the window, as several tests do it.

use crate::Outcome;
use stage::Window;

pub const PAGE: &str = "[data-testid=sync-page]";
pub const DIALOG: &str = "[role=dialog]";
/// The passphrase of the backups.
const PASSPHRASE: &str = "kettle orbit walnut";

/// Opens the page of synchronising and waits for the past runs, which push what is below them down.
pub async fn open_sync_page(window: &Window) -> Outcome {
    window.click("[data-testid=open-sync]").await?;
    window.wait_for("[data-testid=run]").await?;
    Ok(())
}

/// Backs up into a file, on the page of synchronising.
pub async fn back_up(window: &Window, path: &str) -> Outcome {
    window.click("[data-testid=back-up]").await?;
    window.fill(&format!("{DIALOG} [name=path]"), path).await?;
    write_backup(window).await?;
    assert!(std::fs::metadata(path)?.len() > 0, "the backup is on the disk");
    Ok(())
}

/// Writes the backup whose file is named in the open dialog, which asks nothing more.
pub async fn write_backup(window: &Window) -> Outcome {
    for name in ["passphrase", "passphrase_again"] {
        window.fill(&format!("{DIALOG} [name={name}]"), PASSPHRASE).await?;
    }
    window.click(&format!("{DIALOG} [data-testid=confirm][data-replace=false]")).await?;
    window.wait_until_gone(DIALOG).await?;
    Ok(())
}

/// Restores a backup that holds so many customers, from wherever there is a `button` for it.
pub async fn restore(window: &Window, button: &str, path: &str, customers: usize) -> Outcome {
    window.click(&format!("[data-testid={button}]")).await?;
    window.fill(&format!("{DIALOG} [name=path]"), path).await?;
    read_backup(window, customers).await?;
    window.click(&format!("{DIALOG} [data-testid=confirm][data-step=restore]")).await?;
    window.wait_until_gone(DIALOG).await?;
    Ok(())
}

/// Reads the backup whose file is named in the open dialog, and sees how many customers it holds.
pub async fn read_backup(window: &Window, customers: usize) -> Outcome {
    window.fill(&format!("{DIALOG} [name=passphrase]"), PASSPHRASE).await?;
    window.click(&format!("{DIALOG} [data-testid=confirm][data-step=look]")).await?;
    window.wait_for_attribute("[data-testid=backup-contents]", "data-customers", &customers.to_string()).await?;
    Ok(())
}

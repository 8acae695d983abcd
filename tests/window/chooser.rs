//! The system's file dialog, worked by the hands of a person: what is chosen in it is what is written and read, what is not
//! chosen changes nothing, and nothing is replaced that nobody said to replace.

use crate::backup::{DIALOG, open_sync_page, read_backup, write_backup};
use crate::office::{Office, connect, wait_until_synced};
use crate::provider::Provider;
use crate::{Outcome, grid};
use stage::{Fault, Hands, Keyring, Window};
use std::path::Path;

const CHOOSE: &str = "[role=dialog] [data-testid=choose-file]";
const CUSTOMERS: usize = 120;

/// Symbols of keys, as X numbers them.
const ENTER: u32 = 0xff0d;
const ESCAPE: u32 = 0xff1b;
const CONTROL: u32 = 0xffe3;
const A: u32 = 0x61;

/// What stands in the field of the file.
async fn path(window: &Window) -> Result<String, Fault> {
    window.run("return document.querySelector('[role=dialog] [name=path]').value", vec![]).await
}

async fn wait_for_path(window: &Window, wanted: &Path) -> Result<(), Fault> {
    let wanted = wanted.to_string_lossy();
    window
        .wait(&format!("the path to be {wanted}"), async || {
            let seen = path(window).await?;
            Ok(if seen == wanted { Ok(()) } else { Err(seen) })
        })
        .await
}

/// Opens the system's dialog from the one that is open in the page.
async fn open_chooser(window: &Window, title: &str) -> Outcome {
    window.click(CHOOSE).await?;
    assert_eq!(window.wait_for_dialog(1).await?, title, "in the officer's language");
    Ok(())
}

/// Writes into the system's dialog and takes what that names.
async fn choose(window: &Window, hands: &Hands, title: &str, text: &str) -> Outcome {
    open_chooser(window, title).await?;
    // Of a suggested name only what stands before its extension is selected.
    hands.strike_holding(CONTROL, A)?;
    hands.write(text)?;
    hands.strike(ENTER)?;
    window.wait_until_no_dialog().await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_is_written_and_restored_where_the_officer_chooses() -> Outcome {
    const TITLE: &str = "Back up this copy";
    let office = Office::new(Keyring::Unlocked).await?;
    let provider = Provider::loveandpay(&office.stage, CUSTOMERS as u32, &[]).await?;
    let hands = office.stage.hands()?;
    let folder = office.stage.root().join("copies");
    std::fs::create_dir(&folder)?;
    let window = office.open_app().await?;
    connect(&window, &provider).await?;
    wait_until_synced(&window, &provider, CUSTOMERS).await?;
    open_sync_page(&window).await?;

    // Taking none leaves what stood there.
    window.click("[data-testid=back-up]").await?;
    window
        .wait_for_attribute_that(&format!("{DIALOG} [name=path]"), "title", "a path", |path| !path.is_empty())
        .await?;
    let suggested = path(&window).await?;
    assert!(Path::new(&suggested).starts_with(office.stage.home()), "{suggested}");
    open_chooser(&window, TITLE).await?;
    hands.strike(ESCAPE)?;
    window.wait_until_no_dialog().await?;
    assert_eq!(path(&window).await?, suggested);

    // A name without an extension gets it.
    let backup = folder.join("day.vouch-book");
    choose(&window, &hands, TITLE, &folder.join("day").to_string_lossy()).await?;
    wait_for_path(&window, &backup).await?;
    write_backup(&window).await?;
    let first = std::fs::read(&backup)?;

    // The folder is remembered. Over a file that is there the system's dialog asks, and the app not once more.
    window.click("[data-testid=back-up]").await?;
    window
        .wait(&format!("a suggestion in {}", folder.display()), async || {
            let seen = path(&window).await?;
            Ok(if Path::new(&seen).parent() == Some(&folder) { Ok(()) } else { Err(seen) })
        })
        .await?;
    open_chooser(&window, TITLE).await?;
    hands.write("day")?;
    hands.strike(ENTER)?;
    window.wait_for_dialog(2).await?;
    hands.strike(ENTER)?;
    window.wait_until_no_dialog().await?;
    wait_for_path(&window, &backup).await?;
    write_backup(&window).await?;
    assert_ne!(std::fs::read(&backup)?, first, "another salt at least");

    // A backup is chosen and read, and nothing happens unless it is wanted.
    window.click("[data-testid=restore]").await?;
    choose(&window, &hands, "Restore a backup", &backup.to_string_lossy()).await?;
    wait_for_path(&window, &backup).await?;
    read_backup(&window, CUSTOMERS).await?;
    window.click(&format!("{DIALOG} [data-testid=cancel]")).await?;
    window.wait_until_gone(DIALOG).await?;
    assert_eq!(window.close().await?, 0, "a normal close");

    // One that is dropped on the window opens the same dialog, whatever page is shown.
    let window = office.open_app().await?;
    grid::wait_for_count(&window, CUSTOMERS).await?;
    let copied = folder.join("Копия за день.vouch-book");
    std::fs::copy(&backup, &copied)?;
    window.drop_file(&copied).await?;
    window.wait_for("[data-testid=restore-form]").await?;
    assert_eq!(path(&window).await?, copied.to_string_lossy());
    read_backup(&window, CUSTOMERS).await?;
    assert_eq!(window.close().await?, 0, "a normal close");

    // And on the screen that is left when the book cannot be opened; it begins in the folder of the backups.
    let book = office.profile().join("book.db");
    let whole = std::fs::read(&book)?;
    std::fs::write(&book, &whole[..whole.len() / 2])?;
    let window = office.open_app().await?;
    window.wait_for("[role=alert][data-problem=book_damaged]").await?;
    window.click("[data-testid=restore]").await?;
    choose(&window, &hands, "Restore a backup", &backup.to_string_lossy()).await?;
    wait_for_path(&window, &backup).await?;
    read_backup(&window, CUSTOMERS).await?;
    window.click(&format!("{DIALOG} [data-testid=confirm][data-step=restore]")).await?;
    grid::wait_for_count(&window, CUSTOMERS).await?;
    wait_until_synced(&window, &provider, CUSTOMERS).await?;
    assert_eq!(window.close().await?, 0, "a normal close");
    Ok(())
}

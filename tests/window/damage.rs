//! Books that cannot be opened any more: the screen says so, brings a backup back, or begins anew; nothing is deleted.

use crate::backup::{DIALOG, back_up, open_sync_page, restore};
use crate::lock::{PASSPHRASE, lock, open_credentials, set_lock, unlock};
use crate::office::{Office, connect, connection, wait_until_synced};
use crate::provider::Provider;
use crate::{Outcome, grid};
use stage::{Keyring, Window};
use std::path::Path;

const CUSTOMERS: usize = 120;
/// Bytes of a page of the book.
const PAGE: usize = 4_096;

/// A profile with one connection that was synchronised and backed up, open in its window.
struct BackedUp {
    office: Office,
    provider: Provider,
    window: Window,
    /// The file that the backup is in.
    backup: String,
}

impl BackedUp {
    async fn new() -> Result<Self, Box<dyn std::error::Error>> {
        let office = Office::new(Keyring::Unlocked).await?;
        let provider = Provider::loveandpay(&office.stage, CUSTOMERS as u32, &[]).await?;
        let window = office.open_app().await?;
        connect(&window, &provider).await?;
        wait_until_synced(&window, &provider, CUSTOMERS).await?;
        let backup = office.stage.root().join("day.vouch-book").to_string_lossy().into_owned();
        open_sync_page(&window).await?;
        back_up(&window, &backup).await?;
        Ok(Self { office, provider, window, backup })
    }
}

/// Overwrites pages of a file, which no key can decrypt then.
fn spoil(path: &Path, pages: impl FnOnce(usize) -> std::ops::Range<usize>) -> std::io::Result<()> {
    let mut bytes = std::fs::read(path)?;
    let pages = pages(bytes.len() / PAGE);
    bytes[pages.start * PAGE..pages.end * PAGE].fill(0x5a);
    std::fs::write(path, bytes)
}

/// The names of what stands beside the book and its log.
fn beside_the_book(office: &Office) -> std::io::Result<Vec<String>> {
    let mut names: Vec<_> = std::fs::read_dir(office.profile())?
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter(|name| name.starts_with("book.") && !name.starts_with("book.db"))
        .collect();
    names.sort();
    Ok(names)
}

/// Removes the book's key from the keyring, as when that was lost or never moved along.
fn lose_the_key(office: &Office) -> Outcome {
    let profile: serde_json::Value = serde_json::from_slice(&std::fs::read(office.profile().join("profile.json"))?)?;
    let profile = profile["id"].as_str().ok_or("a profile has an id")?;
    let user = format!("{profile}/book-key");
    let tool = |act: &str| office.stage.command("secret-tool").args([act, "username", &user]).output();
    assert!(tool("lookup")?.status.success(), "the key was there");
    assert!(tool("clear")?.status.success(), "and is removed");
    assert!(!tool("lookup")?.status.success(), "and is gone");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_book_is_brought_back_from_the_screen_that_says_so() -> Outcome {
    let BackedUp { office, provider, window, backup } = BackedUp::new().await?;
    let line = connection(&provider);
    assert_eq!(window.close().await?, 0, "a normal close");
    let whole = std::fs::read(office.profile().join("book.db"))?;

    // Cut short, and with a page at its end that begins in the middle.
    let book = office.profile().join("book.db");
    std::fs::write(&book, &whole[..whole.len() / 2 + 100])?;
    let window = office.open_app().await?;
    window.wait_for("[role=alert][data-problem=book_damaged]").await?;
    // What was there is put back, and another try opens it.
    std::fs::write(&book, &whole)?;
    window.click("[data-testid=retry]").await?;
    grid::wait_for_count(&window, CUSTOMERS).await?;
    wait_until_synced(&window, &provider, CUSTOMERS).await?;
    assert_eq!(window.close().await?, 0, "a normal close");

    // Damaged behind its beginning: it opens, and is found out while it is read.
    spoil(&book, |pages| 3..pages)?;
    let window = office.open_app().await?;
    window.wait_for("[role=alert][data-problem=book_damaged]").await?;
    restore(&window, "restore", &backup, CUSTOMERS).await?;
    grid::wait_for_count(&window, CUSTOMERS).await?;
    wait_until_synced(&window, &provider, CUSTOMERS).await?;
    assert_eq!(beside_the_book(&office)?, ["book.before-restore-1.db"], "the damaged one is kept");
    assert_eq!(window.close().await?, 0, "a normal close");

    // Its first page is damaged, which looks like a key of another book. The officer begins anew.
    spoil(&book, |_| 0..1)?;
    let spoilt = std::fs::read(&book)?;
    let window = office.open_app().await?;
    window.wait_for("[role=alert][data-problem=book_key_wrong]").await?;
    window.click("[data-testid=start-anew]").await?;
    window.click(&format!("{DIALOG} [data-testid=confirm]")).await?;
    window.wait_for("[data-testid=welcome]").await?;
    assert_eq!(std::fs::read(office.profile().join("book.set-aside-1.db"))?, spoilt, "not a byte of it is lost");
    // On the empty profile a backup can be restored too, and the keyring still has the connection's keys.
    restore(&window, "welcome-restore", &backup, CUSTOMERS).await?;
    grid::wait_for_count(&window, CUSTOMERS).await?;
    window.wait_for_attribute(&line, "data-state", "idle").await?;
    wait_until_synced(&window, &provider, CUSTOMERS).await?;
    assert_eq!(window.close().await?, 0, "a normal close");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_book_whose_key_is_gone_is_brought_back_under_a_new_one() -> Outcome {
    // The emulator goes on running: dropped, it would be gone.
    let BackedUp { office, provider: _running, window, backup } = BackedUp::new().await?;
    assert_eq!(window.close().await?, 0, "a normal close");

    lose_the_key(&office)?;
    let window = office.open_app().await?;
    window.wait_for("[role=alert][data-problem=book_key_missing]").await?;
    restore(&window, "restore", &backup, CUSTOMERS).await?;
    grid::wait_for_count(&window, CUSTOMERS).await?;
    assert_eq!(beside_the_book(&office)?, ["book.before-restore-1.db"], "the one without a key is kept");
    assert_eq!(window.close().await?, 0, "a normal close");
    let window = office.open_app().await?;
    grid::wait_for_count(&window, CUSTOMERS).await?;
    assert_eq!(window.close().await?, 0, "a normal close under the new key");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn behind_a_lock_too_and_the_lock_stays() -> Outcome {
    let BackedUp { office, provider, window, backup } = BackedUp::new().await?;
    open_credentials(&window).await?;
    set_lock(&window).await?;

    // Restored while it is open: it stays open, and locks as before.
    open_sync_page(&window).await?;
    restore(&window, "restore", &backup, CUSTOMERS).await?;
    grid::wait_for_count(&window, CUSTOMERS).await?;
    lock(&window).await?;
    unlock(&window, PASSPHRASE).await?;
    grid::wait_for_count(&window, CUSTOMERS).await?;
    assert_eq!(window.close().await?, 0, "a normal close");

    // Damaged while it is closed: the passphrase first, then the screen, then the backup.
    let book = office.profile().join("book.db");
    spoil(&book, |pages| 3..pages)?;
    let window = office.open_app().await?;
    window.wait_for("[data-testid=lock-screen]").await?;
    unlock(&window, PASSPHRASE).await?;
    window.wait_for("[role=alert][data-problem=book_damaged]").await?;
    restore(&window, "restore", &backup, CUSTOMERS).await?;
    grid::wait_for_count(&window, CUSTOMERS).await?;
    lock(&window).await?;
    unlock(&window, PASSPHRASE).await?;
    grid::wait_for_count(&window, CUSTOMERS).await?;
    wait_until_synced(&window, &provider, CUSTOMERS).await?;
    assert_eq!(window.close().await?, 0, "a normal close");
    Ok(())
}

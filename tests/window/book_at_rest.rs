//! What lies on the disk when the app is closed: nothing that can be read without the keyring.

use crate::office::{Office, connect, open_form, wait_until_synced};
use crate::provider::Provider;
use crate::{Outcome, grid, scan};
use stage::Keyring;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

#[tokio::test(flavor = "multi_thread")]
async fn the_profile_gives_nothing_away() -> Outcome {
    let office = Office::new(Keyring::Unlocked).await?;
    let provider = Provider::loveandpay(&office.stage, 300, &[]).await?;
    let window = office.open_app().await?;
    connect(&window, &provider).await?;
    wait_until_synced(&window, &provider, 300).await?;
    grid::search(&window, "garcia").await?;

    let customers = scan::customers(&[&provider]).await?;
    let mut secrets = vec![("the API secret", provider.api_secret.clone())];
    secrets.extend(customers.iter().filter_map(|customer| Some(("a name", customer.name.clone()?))));
    secrets.extend(customers.iter().filter_map(|customer| Some(("an e-mail", customer.email.clone()?))));
    secrets.extend(customers.iter().filter_map(|customer| Some(("a phone", customer.phone.clone()?))));
    assert!(secrets.len() > 800, "there is something to look for");

    // While the app runs, with the book's journal beside it, and after it.
    nothing_is_readable(office.profile(), &secrets)?;
    assert_eq!(window.close().await?, 0, "a normal close");
    nothing_is_readable(office.profile(), &secrets)?;
    let keyring = office.stage.home().join(".local/share/keyrings");
    nothing_is_readable(&keyring, &secrets[..1])?;

    let book = fs::read(book_of(office.profile())?)?;
    assert!(book.len() > 50_000, "300 customers are in the book: {} bytes", book.len());
    assert!(!book.starts_with(b"SQLite format 3"), "the book is no plain SQLite file");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_book_whose_key_is_gone_is_left_as_it_is() -> Outcome {
    let mut office = Office::new(Keyring::Unlocked).await?;
    let provider = Provider::cryptopocket(&office.stage, 120, &[]).await?;
    let window = office.open_app().await?;
    connect(&window, &provider).await?;
    wait_until_synced(&window, &provider, 120).await?;
    assert_eq!(window.close().await?, 0, "a normal close");
    let book = book_of(office.profile())?;
    let before = fs::read(&book)?;

    // As after a new installation of the system: the same home, an empty keyring.
    office.stage.set_keyring(Keyring::Absent).await?;
    let keyrings = office.stage.home().join(".local/share/keyrings");
    let kept = office.stage.root().join("kept-keyrings");
    fs::rename(&keyrings, &kept)?;
    office.stage.set_keyring(Keyring::Unlocked).await?;
    let window = office.open_app().await?;
    window.wait_for("[role=alert][data-problem=book_key_missing]").await?;
    assert_eq!(window.close().await?, 0, "the problem does not keep the app from closing");
    assert!(fs::read(&book)? == before, "no new key was made and nothing was written over the book");

    office.stage.set_keyring(Keyring::Absent).await?;
    fs::remove_dir_all(&keyrings)?;
    fs::rename(&kept, &keyrings)?;
    office.stage.set_keyring(Keyring::Unlocked).await?;
    let window = office.open_app().await?;
    grid::wait_for_count(&window, 120).await?;
    open_form(&window).await?; // the desk works, it is not only drawn
    assert_eq!(window.close().await?, 0, "a normal close");
    Ok(())
}

/// The book's file.
fn book_of(profile: &Path) -> Result<PathBuf, Box<dyn std::error::Error>> {
    let book = files_under(profile)?.into_iter().find(|file| file.file_name().is_some_and(|name| name == "book.db"));
    Ok(book.ok_or_else(|| format!("no book.db under {}", profile.display()))?)
}

fn files_under(folder: &Path) -> std::io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            files.extend(files_under(&entry.path())?);
        } else if entry.file_type()?.is_file() {
            files.push(entry.path());
        }
    }
    Ok(files)
}

/// Looks through every file, as UTF-8 and as UTF-16.
fn nothing_is_readable(folder: &Path, secrets: &[(&str, String)]) -> Outcome {
    let files = files_under(folder)?;
    assert!(!files.is_empty(), "{} has files", folder.display());
    for file in files {
        let content = match fs::read(&file) {
            // Gone since the folder was listed, as a draft that has taken the place of what it was a draft of.
            Err(error) if error.kind() == ErrorKind::NotFound => continue,
            content => content?,
        };
        for (what, secret) in secrets {
            let wide: Vec<u8> = secret.encode_utf16().flat_map(u16::to_le_bytes).collect();
            let found = [secret.as_bytes(), &wide].iter().any(|bytes| contains(&content, bytes));
            assert!(!found, "{} holds {what}: {secret}", file.display());
        }
    }
    Ok(())
}

fn contains(content: &[u8], wanted: &[u8]) -> bool {
    let Some(first) = wanted.first() else { return false };
    content.iter().enumerate().any(|(at, byte)| byte == first && content[at..].starts_with(wanted))
}

//! A disk that is full or may only be read, as a file system of its own: the app says which it is, loses nothing, and works
//! again once there is room.
//!
//! Each test runs in a process with mounts of its own, where it may make a small disk: no permissions keep the
//! administrator from writing, so they would prove nothing.

use crate::office::{Office, connect, connection, wait_until_synced};
use crate::provider::Provider;
use crate::{Outcome, grid};
use stage::{Key, Keyring, is_apart, run_apart, run_apart_as_administrator};
use std::fs::File;
use std::io::{ErrorKind, Write};
use std::path::Path;
use std::process::Command;

fn mount(arguments: &[&str], place: &Path) -> Outcome {
    std::fs::create_dir_all(place)?;
    run("mount", arguments, place)
}

/// Runs a program of the system's that has to succeed.
fn run(program: &str, arguments: &[&str], file: &Path) -> Outcome {
    let output = Command::new(program).args(arguments).arg(file).output()?;
    assert!(output.status.success(), "{program} {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    Ok(())
}

/// Writes until nothing more goes on the disk.
fn fill(ballast: &Path) -> Outcome {
    let mut file = File::options().create(true).append(true).open(ballast)?;
    let mut piece = 1 << 20;
    while piece > 0 {
        match file.write(&vec![0_u8; piece]) {
            Ok(_) => {}
            Err(error) if error.kind() == ErrorKind::StorageFull => piece /= 2,
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}

fn runtime() -> std::io::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build()
}

#[test]
fn a_disk_that_fills_up_in_mid_walk_loses_nothing() -> Outcome {
    if !is_apart() {
        return Ok(run_apart("disk::a_disk_that_fills_up_in_mid_walk_loses_nothing", &["--mount"], "")?);
    }
    runtime()?.block_on(async {
        let office = Office::new(Keyring::Unlocked).await?;
        mount(&["-t", "tmpfs", "-o", "size=48m", "tmpfs"], office.profile())?;
        let provider = Provider::loveandpay(&office.stage, 600, &[]).await?;
        let line = connection(&provider);
        let window = office.open_app().await?;
        connect(&window, &provider).await?;
        wait_until_synced(&window, &provider, 600).await?;

        let ballast = office.profile().join("ballast");
        fill(&ballast)?;
        let new: Vec<String> = (0..300).map(|number| format!("new-{number}")).collect();
        provider.add_customers(&new.iter().map(String::as_str).collect::<Vec<_>>()).await?;
        window.click(&format!("{line} [data-testid=sync-now]")).await?;
        window.wait_for_attribute(&line, "data-problem", "disk_full").await?;
        window.wait_for_attribute(&line, "data-state", "error").await?;
        // What is there can be found, and is whole.
        grid::search(&window, "garcia").await?;
        grid::search(&window, "").await?;
        window.click("[data-testid=open-sync]").await?;
        // Past runs push what is below them down.
        window.wait_for("[data-testid=run]").await?;
        window.click("[data-testid=check-book]").await?;
        window.wait_for("[data-testid=book-said]").await?;
        assert_eq!(window.close().await?, 0, "it closes on a full disk");

        // It opens there too, shows what it has, and says what is the matter.
        let window = office.open_app().await?;
        window.wait_for_attribute(&line, "data-problem", "disk_full").await?;
        std::fs::remove_file(&ballast)?;
        window.click(&format!("{line} [data-testid=sync-now]")).await?;
        wait_until_synced(&window, &provider, 900).await?;
        grid::wait_for_count(&window, 900).await?;
        assert_eq!(window.close().await?, 0, "a normal close");
        Ok(())
    })
}

#[test]
fn a_profile_that_may_only_be_read_says_so_and_opens_when_it_may_be_written() -> Outcome {
    if !is_apart() {
        return Ok(run_apart(
            "disk::a_profile_that_may_only_be_read_says_so_and_opens_when_it_may_be_written",
            &["--mount"],
            "",
        )?);
    }
    runtime()?.block_on(async {
        let office = Office::new(Keyring::Unlocked).await?;
        mount(&["-t", "tmpfs", "-o", "size=64m", "tmpfs"], office.profile())?;
        let provider = Provider::loveandpay(&office.stage, 200, &[]).await?;
        let window = office.open_app().await?;
        connect(&window, &provider).await?;
        wait_until_synced(&window, &provider, 200).await?;
        assert_eq!(window.close().await?, 0, "a normal close");

        mount(&["-o", "remount,ro"], office.profile())?;
        let window = office.open_app().await?;
        window.wait_for("[role=alert][data-problem=disk_read_only]").await?;
        assert_eq!(window.count("[data-testid=start-anew]").await?, 0, "the book is not given up for that");
        mount(&["-o", "remount,rw"], office.profile())?;
        window.click("[data-testid=retry]").await?;
        grid::wait_for_count(&window, 200).await?;
        wait_until_synced(&window, &provider, 200).await?;
        assert_eq!(window.close().await?, 0, "a normal close");
        Ok(())
    })
}

#[test]
fn a_disk_that_lets_nobody_write_any_more_is_told_and_gone_on_with_when_it_does() -> Outcome {
    if !is_apart() {
        return Ok(run_apart_as_administrator(
            "disk::a_disk_that_lets_nobody_write_any_more_is_told_and_gone_on_with_when_it_does",
            &["--mount"],
            "",
        )?);
    }
    runtime()?.block_on(async {
        let office = Office::new(Keyring::Unlocked).await?;
        // A disk whose files can be locked against writing while they are open: a mount with writers stays as it is.
        let disk = office.stage.root().join("disk");
        File::create(&disk)?.set_len(64 << 20)?;
        run("mkfs.ext4", &["-q"], &disk)?;
        mount(&["-o", "loop", &disk.to_string_lossy()], office.profile())?;
        let may_be_written = |may| {
            let sign = if may { "-i" } else { "+i" };
            ["book.db", "book.db-wal"].iter().try_for_each(|name| run("chattr", &[sign], &office.profile().join(name)))
        };

        let provider = Provider::loveandpay(&office.stage, 300, &[]).await?;
        let line = connection(&provider);
        let window = office.open_app().await?;
        connect(&window, &provider).await?;
        wait_until_synced(&window, &provider, 300).await?;
        may_be_written(false)?;
        provider.add_customers(&["new-1", "new-2", "new-3"]).await?;
        window.click(&format!("{line} [data-testid=sync-now]")).await?;
        window.wait_for_attribute(&line, "data-problem", "disk_read_only").await?;
        // What a person does is refused with the same words, and what is there can be found.
        grid::search(&window, "garcia").await?;
        window.press_keys(&[Key::Control], 's').await?;
        window.fill("[data-testid=view-form] [name=name]", "Mine").await?;
        window.click("[role=dialog] [data-testid=confirm]").await?;
        window.wait_for("[role=dialog] [role=alert][data-problem=disk_read_only]").await?;
        window.press_keys(&[], char::from(Key::Escape)).await?;
        window.wait_until_gone("[data-testid=view-form]").await?;
        grid::search(&window, "").await?;
        grid::wait_for_count(&window, 300).await?;
        // It is tried again by itself, too; until then, by hand.
        window.click("[data-testid=open-sync]").await?;
        window.wait_for("[data-testid=sync-connection] [data-field=next][title]").await?;

        may_be_written(true)?;
        window.click("[data-testid=page-sync-now]").await?;
        wait_until_synced(&window, &provider, 303).await?;
        window.click("[data-testid=sync-back]").await?;
        grid::wait_for_count(&window, 303).await?;
        assert_eq!(window.close().await?, 0, "a normal close");
        let window = office.open_app().await?;
        grid::wait_for_count(&window, 303).await?;
        assert_eq!(window.close().await?, 0, "a normal close");
        Ok(())
    })
}

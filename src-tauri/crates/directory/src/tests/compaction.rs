//! Compaction: room comes back, nothing is lost, nothing is in clear on the way.

use super::support::{Desk, connection, customer, id, minute, page, trouble};

/// A book of which more than half is room that nothing uses.
async fn half_empty() -> Desk {
    let desk = Desk::new().await;
    desk.book.writer().add_connection(connection("two")).await.unwrap();
    let customers: Vec<_> = (0..2_000).map(|number| customer(&number.to_string())).collect();
    desk.walk(&customers[..500], minute(1)).await;
    let run = desk.book.writer().begin_run(id("two"), minute(1)).await.unwrap();
    let mut all = page(run.id, &customers, minute(1));
    all.connection = id("two");
    desk.book.writer().land_page(all).await.unwrap();
    desk.book.writer().remove_connection(id("two")).await.unwrap();
    desk
}

#[tokio::test]
async fn unused_room_comes_back() {
    let desk = half_empty().await;
    let keeper = desk.book.keeper();
    let size = keeper.size().await.unwrap();
    assert!(size.unused > size.bytes / 2, "{size:?}");
    let compacted = keeper.compact().await.unwrap();
    assert_eq!(compacted.before, size.bytes);
    assert!(compacted.after <= size.bytes - size.unused, "{compacted:?}");
    assert_eq!(keeper.size().await.unwrap().unused, 0);
    keeper.check_integrity().await.unwrap();
    assert_eq!(desk.book.reader().count(&id("one")).await.unwrap(), 500);
    let path = desk.path();
    let Desk { folder, book } = desk;
    book.close().await;
    assert_eq!(std::fs::metadata(path).unwrap().len(), compacted.after);
    drop(folder);
}

#[tokio::test]
async fn a_compaction_that_is_stopped_changes_nothing() {
    let desk = half_empty().await;
    let keeper = desk.book.keeper();
    let size = keeper.size().await.unwrap();
    // Asked for, and stopped before the writer comes to it: the first look finds that.
    let (begin, begun) = std::sync::mpsc::channel::<()>();
    let writer = desk.book.writer();
    let held = tokio::spawn(async move { writer.threads.run(move |_| Ok(begun.recv().is_ok())).await });
    let compacting = keeper.compact();
    tokio::pin!(compacting);
    assert!(ask_once(compacting.as_mut()).await.is_none(), "the writer is held");
    keeper.stop_compacting();
    begin.send(()).unwrap();
    assert!(held.await.unwrap().unwrap());
    assert_eq!(trouble(compacting.await), kyc::Trouble::Cancelled);
    assert_eq!(keeper.size().await.unwrap(), size, "the book is as it was");
    keeper.check_integrity().await.unwrap();
    // And what was asked for again is done.
    assert!(keeper.compact().await.unwrap().after < size.bytes);
}

/// Asks a future once.
async fn ask_once<T>(mut future: std::pin::Pin<&mut impl Future<Output = T>>) -> Option<T> {
    std::future::poll_fn(|context| {
        std::task::Poll::Ready(match future.as_mut().poll(context) {
            std::task::Poll::Ready(done) => Some(done),
            std::task::Poll::Pending => None,
        })
    })
    .await
}

/// Looks over the shoulder of a compaction: every file that this process has open and that has no name any more.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn the_copy_on_the_way_is_encrypted() {
    use std::os::unix::fs::FileExt;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, Ordering};

    let desk = half_empty().await;
    // So little memory that the copy has to go to the disk.
    desk.sabotage("PRAGMA cache_size = 10").await;
    let done = Arc::new(AtomicBool::new(false));
    let watched = Arc::clone(&done);
    let watcher = tokio::task::spawn_blocking(move || {
        let mut seen = 0;
        while !watched.load(Ordering::Relaxed) {
            for entry in std::fs::read_dir("/proc/self/fd").unwrap().flatten() {
                let Ok(name) = std::fs::read_link(entry.path()) else { continue };
                let name = name.to_string_lossy().into_owned();
                if !name.contains("etilqs") {
                    continue;
                }
                let Ok(file) = std::fs::File::open(entry.path()) else { continue };
                let mut bytes = vec![0; 65_536];
                let read = file.read_at(&mut bytes, 0).unwrap_or(0);
                seen += read;
                for part in ["SQLite format 3", "CREATE TABLE", "example.com"] {
                    assert!(
                        !bytes[..read].windows(part.len()).any(|window| window == part.as_bytes()),
                        "{part} in clear"
                    );
                }
            }
        }
        seen
    });
    let keeper = desk.book.keeper();
    let mut compacted = Ok(());
    for _ in 0..10 {
        compacted = compacted.and(keeper.compact().await.map(drop));
    }
    done.store(true, Ordering::Relaxed);
    compacted.unwrap();
    assert!(watcher.await.unwrap() > 0, "the copy was never met, so this test says nothing");
}

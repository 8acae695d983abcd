//! The book's size, and giving back room that nothing uses.

use crate::cipher::PAGE_BYTES;
use crate::fault::Outcome;
use rusqlite::Connection;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Steps of SQLite's machine between two looks whether compaction shall stop. Copying a row takes a few steps, so this is
/// well under a millisecond of copying.
const STEPS_BETWEEN_LOOKS: i32 = 200;

/// How large a book is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BookSize {
    /// Bytes of the file, without its log.
    pub bytes: u64,
    /// Of these, bytes that nothing uses: what [`compact`](crate::Keeper::compact) can give back.
    pub unused: u64,
}

/// What compaction achieved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Compacted {
    /// Bytes of the file before.
    pub before: u64,
    /// Bytes of the file after.
    pub after: u64,
}

pub(crate) fn size(book: &Connection) -> Outcome<BookSize> {
    let number = |pragma: &str| -> Outcome<u64> {
        let number: u32 = book.query_row(&format!("PRAGMA {pragma}"), [], |row| row.get(0))?;
        Ok(number.into())
    };
    Ok(BookSize { bytes: number("page_count")? * PAGE_BYTES, unused: number("freelist_count")? * PAGE_BYTES })
}

/// Compacts, unless `stop` becomes true while the copy is being made; then nothing has changed and it ends in `Cancelled`.
/// Once the copy is whole it takes the book's place, which is not interrupted any more.
pub(crate) fn compact(book: &Connection, stop: &Arc<AtomicBool>) -> Outcome<Compacted> {
    let before = size(book)?.bytes;
    // The copy that is made on the way would be a second book in memory. On the disk it is encrypted under the book's key
    // like the book itself: what SQLite attaches for it is given the key of the main database.
    book.execute_batch("PRAGMA temp_store = FILE")?;
    let stop = Arc::clone(stop);
    book.progress_handler(STEPS_BETWEEN_LOOKS, Some(move || stop.load(Ordering::Relaxed)))?;
    let vacuumed = book.execute_batch("VACUUM");
    book.progress_handler(0, None::<fn() -> bool>)?;
    book.execute_batch("PRAGMA temp_store = MEMORY")?;
    vacuumed?;
    // Only now the file becomes shorter, unless somebody still reads what was there before; then it does at the next
    // checkpoint.
    let busy: bool = book.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))?;
    let after = size(book)?.bytes;
    tracing::info!(before, after, busy, "the book was compacted");
    Ok(Compacted { before, after })
}

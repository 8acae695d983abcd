//! The book's size, and giving back room that nothing uses.

use crate::cipher::PAGE_BYTES;
use crate::fault::Outcome;
use rusqlite::Connection;

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

pub(crate) fn compact(book: &Connection) -> Outcome<Compacted> {
    let before = size(book)?.bytes;
    // The copy that is made on the way would be a second book in memory. On the disk it is encrypted under the book's key
    // like the book itself: what SQLite attaches for it is given the key of the main database.
    book.execute_batch("PRAGMA temp_store = FILE")?;
    let vacuumed = book.execute_batch("VACUUM");
    book.execute_batch("PRAGMA temp_store = MEMORY")?;
    vacuumed?;
    // Only now the file becomes shorter, unless somebody still reads what was there before; then it does at the next
    // checkpoint.
    let busy: bool = book.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))?;
    let after = size(book)?.bytes;
    tracing::info!(before, after, busy, "the book was compacted");
    Ok(Compacted { before, after })
}

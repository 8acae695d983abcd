//! Creating, opening and closing the book's file.

use crate::backup::{self, BackupContents};
use crate::compaction::{self, BookSize, Compacted};
use crate::fault::{Fault, Outcome};
use crate::files::{publish, remove_with_logs, with_suffix};
use crate::reader::{self, Reader};
use crate::threads::Threads;
use crate::writer::Writer;
use crate::{cipher, schema, set_aside};
use kyc::{Problem, Trouble};
use secrecy::SecretString;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Connections that read. One may be busy with a scan of the whole book, and two serve what is on screen.
const READERS: usize = 3;

/// An open book. Readers and writers that were taken from it stop working when it is closed.
pub struct Book {
    writer: Writer,
    reader: Reader,
    keeper: Keeper,
}

/// Looks after the book as a whole: sizes, backups, compaction, integrity. Cheap to clone. What it does takes long, and holds
/// neither readers nor, except for compaction, the writer up.
#[derive(Clone)]
pub struct Keeper {
    threads: Arc<Threads>,
    writer: Arc<Threads>,
    stop_compacting: Arc<AtomicBool>,
}

impl Keeper {
    /// Writes a backup to a new file `to`, under a passphrase of at least
    /// [`SHORTEST_PASSPHRASE`](crate::SHORTEST_PASSPHRASE) characters. The file gets its name when it is whole and was read
    /// back.
    ///
    /// # Errors
    /// `FileExists`, `BadInput` (`passphrase`, `path`), `DiskFull`, `DiskReadOnly`, `Disk`, `BookDamaged`; no file is left
    /// then.
    pub async fn back_up(&self, to: PathBuf, passphrase: SecretString) -> Result<BackupContents, Problem> {
        Ok(self.threads.run(move |book| backup::write(book, &to, &passphrase)).await?)
    }

    /// How large the book is, and how much of that is room that nothing uses.
    ///
    /// # Errors
    /// `Disk` or `BookDamaged`.
    pub async fn size(&self) -> Result<BookSize, Problem> {
        Ok(self.threads.run(|book| compaction::size(book)).await?)
    }

    /// Gives the room that nothing uses back to the disk. While it goes on, nothing can be written, and the disk needs as
    /// much room again as the book has.
    ///
    /// # Errors
    /// `Cancelled` after [`stop_compacting`](Self::stop_compacting) or when the book is closed; `DiskFull`, `DiskReadOnly`,
    /// `Disk` or `BookDamaged`. The book is as it was then.
    pub async fn compact(&self) -> Result<Compacted, Problem> {
        self.stop_compacting.store(false, Ordering::Relaxed);
        let stop = Arc::clone(&self.stop_compacting);
        Ok(self.writer.run(move |book| compaction::compact(book, &stop)).await?)
    }

    /// Stops a compaction that is under way, or waits for its turn; without one it does nothing.
    pub fn stop_compacting(&self) {
        self.stop_compacting.store(true, Ordering::Relaxed);
    }

    /// Reads the whole file, each page against its authentication code and the tables against their indexes. Minutes for a
    /// book of a million.
    ///
    /// # Errors
    /// `BookDamaged` when anything does not fit.
    pub async fn check_integrity(&self) -> Result<(), Problem> {
        Ok(self.threads.run(|book| reader::check_integrity(book)).await?)
    }
}

/// Nothing of the book.
impl fmt::Debug for Keeper {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Keeper").finish_non_exhaustive()
    }
}

impl Book {
    /// Creates a book where there is none, encrypted under `key` (256 bits in 64 hexadecimal digits), and opens it. Folders
    /// that are missing are made.
    ///
    /// The file gets its name only when it is whole, and the name is never taken from another file: creating can neither
    /// overwrite a book nor leave half of one.
    ///
    /// Blocks on the disk: not to be called on a tokio worker.
    ///
    /// # Errors
    /// `Conflict` when there is a file already, `BookKeyWrong` when the key has another form; `DiskFull`, `DiskReadOnly` or
    /// `Disk`.
    pub fn create(path: &Path, key: &SecretString) -> Result<Self, Problem> {
        Ok(Self::create_with(path, key, &schema::versions())?)
    }

    /// Opens a book that exists. One that an older Vouch wrote is brought up to date, behind a copy of the file that stays
    /// beside it (`book.version-1.db`, under the same key).
    ///
    /// Blocks on the disk: not to be called on a tokio worker.
    ///
    /// # Errors
    /// `NotFound` when there is no file; it is not created. `BookKeyWrong` when the key does not open it, or its first page is
    /// damaged, which looks the same; `BookDamaged` when it can be no book, or is damaged elsewhere; `BookNewer` when a newer
    /// Vouch wrote it. `DiskFull`, `DiskReadOnly` or `Disk`. Nothing is changed then.
    pub fn open(path: &Path, key: &SecretString) -> Result<Self, Problem> {
        Ok(Self::open_with(path, key, &schema::versions())?)
    }

    /// A reader of this book.
    pub fn reader(&self) -> Reader {
        self.reader.clone()
    }

    /// The writer of this book.
    pub fn writer(&self) -> Writer {
        self.writer.clone()
    }

    /// The keeper of this book.
    pub fn keeper(&self) -> Keeper {
        self.keeper.clone()
    }

    /// Reads a backup whole and says what it holds.
    ///
    /// Blocks for as long as reading takes: not to be called on a tokio worker.
    ///
    /// # Errors
    /// `FileMissing`, `PassphraseWrong`, `BackupDamaged`, `Disk`.
    pub fn verify_backup(from: &Path, passphrase: &SecretString) -> Result<BackupContents, Problem> {
        Ok(backup::verify(from, passphrase)?)
    }

    /// Puts a backup in the place of the book at `path`, under `key`, which may be another than the one it was made from.
    /// The book must not be open. It is replaced only once the restored one is whole and was read; then it stays beside it
    /// as `book.before-restore-1.db`, in whatever state it is. A process that is killed anywhere in between leaves the one
    /// or the other.
    ///
    /// Blocks for as long as copying takes: not to be called on a tokio worker.
    ///
    /// # Errors
    /// `FileMissing`, `PassphraseWrong`, `BackupDamaged`, `BookNewer` for the backup; `BookKeyWrong` when the key has no
    /// key's form; `DiskFull`, `DiskReadOnly`, `Disk`. The book is as it was then.
    pub fn restore(
        from: &Path,
        passphrase: &SecretString,
        path: &Path,
        key: &SecretString,
    ) -> Result<BackupContents, Problem> {
        Ok(backup::restore(from, passphrase, path, key, &schema::versions())?)
    }

    /// Finishes what was begun, and closes the file. Whoever still has a reader or a writer gets `Cancelled` from then on.
    pub async fn close(self) {
        // Nobody who closes the app waits for minutes until a copy is whole.
        self.keeper.stop_compacting();
        // Readers first, so that the writer, closing last, can bring the log into the file and remove it.
        self.reader.threads.close().await;
        self.keeper.threads.close().await;
        self.writer.threads.close().await;
    }

    pub(crate) fn create_with(path: &Path, key: &SecretString, versions: &[String]) -> Outcome<Self> {
        set_aside::finish(path)?;
        if path.try_exists()? {
            return Err(Trouble::Conflict.into());
        }
        if let Some(folder) = path.parent() {
            disk::make_folder(folder)?;
        }
        let draft = with_suffix(path, ".draft");
        // Left by a start that was interrupted; nobody has anything in it.
        remove_with_logs(&draft)?;
        let published = write_draft(&draft, key, versions).and_then(|()| publish(&draft, path));
        let removed = remove_with_logs(&draft);
        published.and(removed)?;
        Self::open_with(path, key, versions)
    }

    pub(crate) fn open_with(path: &Path, key: &SecretString, versions: &[String]) -> Outcome<Self> {
        set_aside::finish(path)?;
        let mut connection = cipher::open_writable(path, key)?;
        schema::bring_up_to_date(&mut connection, path, versions)?;
        let readers = (0..READERS).map(|_| cipher::open_read_only(path, key)).collect::<Outcome<_>>()?;
        let writer = Arc::new(Threads::start("book-writer", vec![connection])?);
        let keeper = Arc::new(Threads::start("book-keeper", vec![cipher::open_for_keeping(path, key)?])?);
        Ok(Self {
            keeper: Keeper { threads: keeper, writer: Arc::clone(&writer), stop_compacting: Arc::default() },
            writer: Writer { threads: writer, newcomers: Arc::default() },
            reader: Reader { threads: Arc::new(Threads::start("book-reader", readers)?) },
        })
    }
}

/// Nothing of the book.
impl fmt::Debug for Book {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Book").finish_non_exhaustive()
    }
}

fn write_draft(draft: &Path, key: &SecretString, versions: &[String]) -> Outcome<()> {
    let file = disk::create(draft)?;
    let mut connection = cipher::open_empty(draft, key)?;
    schema::run(&mut connection, versions)?;
    // Closing brings the log into the file.
    connection.close().map_err(|(_, error)| Fault::from(error))?;
    Ok(file.sync_all()?)
}

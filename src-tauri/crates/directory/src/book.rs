//! Creating, opening and closing the book's file.

use crate::fault::{Fault, Outcome};
use crate::reader::Reader;
use crate::threads::Threads;
use crate::writer::Writer;
use crate::{cipher, schema};
use kyc::{Problem, Trouble};
use secrecy::SecretString;
use std::ffi::OsString;
use std::fmt;
use std::fs::{self, File};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Connections that read. One may be busy with a scan of the whole book, and two serve what is on screen.
const READERS: usize = 3;

/// An open book. Readers and writers that were taken from it stop working when it is closed.
pub struct Book {
    writer: Writer,
    reader: Reader,
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

    /// Finishes what was begun, and closes the file. Whoever still has a reader or a writer gets `Cancelled` from then on.
    pub async fn close(self) {
        // Readers first, so that the writer, closing last, can bring the log into the file and remove it.
        self.reader.threads.close().await;
        self.writer.threads.close().await;
    }

    pub(crate) fn create_with(path: &Path, key: &SecretString, versions: &[String]) -> Outcome<Self> {
        if path.try_exists()? {
            return Err(Trouble::Conflict.into());
        }
        if let Some(folder) = path.parent() {
            make_folder(folder)?;
        }
        let draft = with_suffix(path, ".draft");
        // Left by a start that was interrupted; nobody has anything in it.
        remove_draft(&draft)?;
        let published = write_draft(&draft, key, versions).and_then(|()| publish(&draft, path));
        let removed = remove_draft(&draft);
        published.and(removed)?;
        Self::open_with(path, key, versions)
    }

    pub(crate) fn open_with(path: &Path, key: &SecretString, versions: &[String]) -> Outcome<Self> {
        let mut connection = cipher::open_writable(path, key)?;
        schema::bring_up_to_date(&mut connection, path, versions)?;
        let readers = (0..READERS).map(|_| cipher::open_read_only(path, key)).collect::<Outcome<_>>()?;
        Ok(Self {
            writer: Writer { threads: Arc::new(Threads::start("book-writer", vec![connection])?) },
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

/// Makes a folder that only its owner may read, where the system knows such a thing.
fn make_folder(folder: &Path) -> Outcome<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    Ok(builder.create(folder)?)
}

fn write_draft(draft: &Path, key: &SecretString, versions: &[String]) -> Outcome<()> {
    let mut options = File::options();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(draft)?;
    let mut connection = cipher::open_empty(draft, key)?;
    schema::create(&mut connection, versions)?;
    // Closing brings the log into the file.
    connection.close().map_err(|(_, error)| Fault::from(error))?;
    Ok(file.sync_all()?)
}

/// Gives the file its name, in one step that fails where the name is taken.
fn publish(draft: &Path, path: &Path) -> Outcome<()> {
    match fs::hard_link(draft, path) {
        Ok(()) => {}
        Err(error) if error.kind() == ErrorKind::AlreadyExists => return Err(error.into()),
        // A file system without hard links: renaming replaces, so look first. Two starts at the same instant are kept apart
        // by the single-instance lock of the desktop shell.
        Err(_) if !path.try_exists()? => fs::rename(draft, path)?,
        Err(error) => return Err(error.into()),
    }
    sync_folder(path)
}

/// A new name is safe on the disk only when its folder is.
#[cfg(unix)]
fn sync_folder(path: &Path) -> Outcome<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    Ok(File::open(folder)?.sync_all()?)
}

/// Elsewhere folders cannot be opened like files, and the file system's own log keeps names safe.
#[cfg(not(unix))]
fn sync_folder(_path: &Path) -> Outcome<()> {
    Ok(())
}

fn remove_draft(draft: &Path) -> Outcome<()> {
    for suffix in ["", "-wal", "-shm", "-journal"] {
        match fs::remove_file(with_suffix(draft, suffix)) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(error.into()),
            _ => {}
        }
    }
    Ok(())
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name: OsString = path.into();
    name.push(suffix);
    name.into()
}

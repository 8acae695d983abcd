//! The book as a whole: what past runs found, backups, restoring, size, and what the book knew at an earlier moment.

use crate::transfer::usable;
use crate::{Desk, ProfileFolder, off_the_runtime};
use credentials::Secrets;
use directory::{
    BackupContents, Book, BookSize, Compacted, CustomerThen, Findings, Keeper, MetProblem, Rejected, RunId, RunReport,
};
use jiff::Timestamp;
use kyc::{ConnectionId, CustomerKey, Problem, Trouble};
use secrecy::SecretString;
use std::path::{Path, PathBuf};
use std::sync::PoisonError;
use sync::{Runner, Watched};

/// Most runs that are handed out at a time.
const MOST_RUNS: u32 = 100;

impl Desk {
    /// A page of past runs with what each found, newest first: of one connection or of all, those before the run `before`.
    /// At most 100. A run that has not ended is the one that goes on, or goes on next.
    ///
    /// # Errors
    /// [`Trouble::NotFound`] for a connection that is not there; what the book met.
    pub async fn sync_runs(
        &self,
        connection: Option<ConnectionId>,
        before: Option<RunId>,
        most: u32,
    ) -> Result<Vec<RunReport>, Problem> {
        self.inner.reader.runs(connection, before, most.min(MOST_RUNS)).await
    }

    /// What was found since a moment, of one connection or of all together.
    ///
    /// # Errors
    /// As for [`sync_runs`](Self::sync_runs).
    pub async fn found_since(&self, connection: Option<ConnectionId>, at: Timestamp) -> Result<Findings, Problem> {
        self.inner.reader.found_since(connection, at).await
    }

    /// The problems that synchronising a connection met last, newest first.
    ///
    /// # Errors
    /// What the book met.
    pub async fn met_problems(&self, connection: &ConnectionId, most: u32) -> Result<Vec<MetProblem>, Problem> {
        self.inner.reader.problems(connection, most).await
    }

    /// The records of a run that could not be read as customers.
    ///
    /// # Errors
    /// What the book met.
    pub async fn unreadable_records(&self, run: RunId) -> Result<Vec<Rejected>, Problem> {
        self.inner.reader.rejected_of(run).await
    }

    /// A customer as the book knew them at an earlier moment; `None` when it did not know them then.
    ///
    /// # Errors
    /// What the book met.
    pub async fn customer_as_of(&self, key: CustomerKey, at: Timestamp) -> Result<Option<CustomerThen>, Problem> {
        self.inner.reader.customer_as_of(key, at).await
    }

    /// Says that the system's network has changed: connections that could not be reached are tried at once.
    pub fn network_changed(&self) {
        self.with_every_runner(Runner::network_changed);
    }

    /// Says whom the officer has before them: the customer whose detail is open, and those in the rows that have come to
    /// rest on screen. They are looked at as soon as the budget of their connection allows. To be said anew whenever it
    /// changes; an empty list ends it.
    pub fn watch(&self, opened: Vec<CustomerKey>, on_screen: Vec<CustomerKey>) {
        let watched = Watched { opened, on_screen };
        self.with_every_runner(|runner| runner.watch(watched.clone()));
    }

    /// Writes a backup of the book to a file outside the profile's folder, under a passphrase of at least
    /// [`directory::SHORTEST_PASSPHRASE`] characters. Synchronising goes on meanwhile. Credentials are not in it. A file that
    /// is there already gives way only with `replace`, and only when the new one is whole.
    ///
    /// # Errors
    /// [`Trouble::FileExists`], [`Trouble::BadInput`] (`passphrase`, `path`), what the disk or the book met. What was there
    /// before is there still, and nothing more.
    pub async fn back_up(&self, to: &Path, passphrase: SecretString, replace: bool) -> Result<BackupContents, Problem> {
        let (to, keeper) = (usable(to)?, self.keeper()?);
        // In there a backup shares the fate of the book, or takes the place of one of its files.
        if is_inside(&to, self.inner.folder.path()) {
            return Err(Trouble::BadInput { field: "path" }.into());
        }
        if !(replace && to.exists()) {
            return keeper.back_up(to, passphrase).await;
        }
        // Named after this process, so that what an interrupted one left is not in the way.
        let fresh = to.with_added_extension(format!("{}.new", std::process::id()));
        let contents = keeper.back_up(fresh.clone(), passphrase).await?;
        off_the_runtime(move || {
            disk::rename(&fresh, &to).map_err(|_| {
                // That the old backup stays is what the person is told; the rest of the new one must not lie about.
                let _ = std::fs::remove_file(&fresh);
                Trouble::Disk.into()
            })
        })
        .await?;
        Ok(contents)
    }

    /// Puts a backup in the place of the profile's book. The desk must be closed before, and opened again after; whether the
    /// person means it is to be asked before. What was there stays beside it. A key is made where the profile has none.
    ///
    /// # Errors
    /// [`Trouble::FileMissing`], [`Trouble::PassphraseWrong`], [`Trouble::BackupDamaged`], [`Trouble::BookNewer`], what the
    /// keyring or the disk met. The book is as it was then.
    pub async fn restore(
        folder: &ProfileFolder,
        secrets: &Secrets,
        from: &Path,
        passphrase: SecretString,
    ) -> Result<BackupContents, Problem> {
        let from = usable(from)?;
        // Before a key is made for it.
        let (checked, known) = (from.clone(), passphrase.clone());
        off_the_runtime(move || Book::verify_backup(&checked, &known)).await?;
        let key = match secrets.book_key().await? {
            Some(key) => key,
            None => secrets.make_book_key().await?,
        };
        let path = folder.book();
        off_the_runtime(move || Book::restore(&from, &passphrase, &path, &key)).await
    }

    /// Gives the book of a profile another name, because it cannot be opened, and answers with that. The desk must not be
    /// open; opening it then begins with an empty book. Nothing is deleted. Credentials stay where they are kept, for the
    /// day on which the connections come back from a backup.
    ///
    /// # Errors
    /// [`Trouble::NotFound`] when there is no book; what the disk met. It may be called again then.
    pub async fn set_aside(folder: &ProfileFolder) -> Result<PathBuf, Problem> {
        let path = folder.book();
        off_the_runtime(move || directory::set_aside(&path)).await
    }

    /// Waits until it turns out that the book cannot be read whole, and says why. Nobody can be found then, so the desk is to
    /// be closed and the person told. Never ends for a book that can be read.
    pub async fn until_unreadable(&self) -> Problem {
        self.inner.index.until_broken().await
    }

    /// Reads a backup whole and says what it holds, for the question whether it shall be restored.
    ///
    /// # Errors
    /// As for [`restore`](Self::restore).
    pub async fn verify_backup(from: &Path, passphrase: SecretString) -> Result<BackupContents, Problem> {
        let from = usable(from)?;
        off_the_runtime(move || Book::verify_backup(&from, &passphrase)).await
    }

    /// How large the book is, and how much of that nothing uses.
    ///
    /// # Errors
    /// What the book met.
    pub async fn book_size(&self) -> Result<BookSize, Problem> {
        self.keeper()?.size().await
    }

    /// Gives the room that nothing uses back to the disk. Synchronising waits meanwhile.
    ///
    /// # Errors
    /// [`Trouble::Cancelled`] after [`stop_compacting`](Self::stop_compacting); what the disk or the book met. The book is as
    /// it was then.
    pub async fn compact_book(&self) -> Result<Compacted, Problem> {
        self.keeper()?.compact().await
    }

    /// Stops a compaction, if one is under way.
    pub fn stop_compacting(&self) {
        // A book that is closed compacts nothing.
        if let Ok(keeper) = self.keeper() {
            keeper.stop_compacting();
        }
    }

    /// Reads the whole book against its checksums. Minutes for a million customers; everything else goes on meanwhile.
    ///
    /// # Errors
    /// [`Trouble::BookDamaged`].
    pub async fn check_book(&self) -> Result<(), Problem> {
        self.keeper()?.check_integrity().await
    }

    fn keeper(&self) -> Result<Keeper, Problem> {
        let book = self.inner.book.lock().unwrap_or_else(PoisonError::into_inner);
        book.as_ref().map(Book::keeper).ok_or_else(|| Trouble::Cancelled.into())
    }
}

/// Whether a file that may not be there yet would be in a folder or below it, whatever links lead there.
fn is_inside(file: &Path, folder: &Path) -> bool {
    let parent = file.parent().and_then(|parent| parent.canonicalize().ok());
    let folder = folder.canonicalize().ok();
    parent.zip(folder).is_some_and(|(parent, folder)| parent.starts_with(folder))
}

//! Opens a profile: finds its key, opens or creates its book, has the index filled from it and starts the connections.
//!
//! A new key is made only together with a new book. Where a book exists and its key is missing, opening stops and says so.

use crate::connections::Connections;
use crate::news::Newsroom;
use crate::results::Results;
use crate::shared_index::SharedIndex;
use crate::transfer::Imports;
use crate::{Desk, Inner, off_the_runtime};
use credentials::Secrets;
use directory::Book;
use kyc::{Problem, Trouble};
use providers::clock::Clock;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

/// The folder of a profile: everything that the desk stores is in here.
#[derive(Debug, Clone)]
pub struct ProfileFolder(PathBuf);

impl ProfileFolder {
    /// Names a folder; it is made when the profile is opened.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self(path.into())
    }

    /// The folder.
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// The encrypted book's file.
    pub fn book(&self) -> PathBuf {
        self.0.join("book.db")
    }
}

impl Desk {
    /// Opens the profile in `folder`, creating it when it is new, and starts its connections. The index is filled at once.
    /// Needs a tokio runtime.
    ///
    /// # Errors
    /// What the keyring, the disk or the book met; nothing is overwritten then, and opening may be tried again.
    pub async fn open(folder: &ProfileFolder, secrets: Secrets, clock: Arc<dyn Clock>) -> Result<Self, Problem> {
        let desk = Self::opened(folder, secrets, clock).await?;
        desk.fill_index_after(std::future::ready(()));
        desk.start_connections().await?;
        Ok(desk)
    }

    /// The same for somebody who looks at a screen: the index is filled only once something needs it, such as counting the
    /// views, or some seconds have passed, and never before `begin` is over. Until then the desk stands where every start
    /// stands for a while; tests hold it there for as long as they look.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub async fn open_and_fill_after(
        folder: &ProfileFolder,
        secrets: Secrets,
        clock: Arc<dyn Clock>,
        begin: impl Future<Output = ()> + Send + 'static,
    ) -> Result<Self, Problem> {
        let desk = Self::opened(folder, secrets, clock).await?;
        let waiting = desk.clone();
        desk.fill_index_after(async move {
            begin.await;
            waiting.until_index_is_due().await;
        });
        desk.start_connections().await?;
        Ok(desk)
    }

    async fn opened(folder: &ProfileFolder, secrets: Secrets, clock: Arc<dyn Clock>) -> Result<Self, Problem> {
        let book = open_book(folder, &secrets).await?;
        let (reader, writer) = (book.reader(), book.writer());
        let newsroom = Arc::new(Newsroom::new());
        Ok(Self {
            inner: Arc::new(Inner {
                secrets,
                folder: folder.clone(),
                reader,
                writer,
                book: Mutex::new(Some(book)),
                clock,
                index: SharedIndex::new(),
                connections: Connections::default(),
                results: Results::default(),
                imports: Imports::default(),
                newsroom,
                changing_views: tokio::sync::Mutex::default(),
            }),
        })
    }
}

async fn open_book(folder: &ProfileFolder, secrets: &Secrets) -> Result<Book, Problem> {
    let path = folder.book();
    let key = secrets.book_key().await?;
    let exists = {
        let path = path.clone();
        off_the_runtime(move || {
            // A restoration, or setting the book aside, may have been interrupted and left it under another name.
            directory::finish_interrupted(&path)?;
            path.try_exists().map_err(|_| Trouble::Disk.into())
        })
        .await?
    };
    match (exists, key) {
        (true, Some(key)) => off_the_runtime(move || Book::open(&path, &key)).await,
        (true, None) => Err(Trouble::BookKeyMissing.into()),
        // A key without a book: the first start was interrupted between the two, or the book was moved away.
        (false, Some(key)) => off_the_runtime(move || Book::create(&path, &key)).await,
        (false, None) => {
            let key = secrets.make_book_key().await?;
            off_the_runtime(move || Book::create(&path, &key)).await
        }
    }
}

//! A process that ends while its book is at work ends as it meant to, and its book is whole.

use directory::Book;
use secrecy::SecretString;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

const FOLDER: &str = "BOOK_FOLDER";
const CODE: i32 = 7;
const ENDS: usize = 12;

fn key() -> SecretString {
    "a".repeat(64).into()
}

fn book_in(folder: &Path) -> PathBuf {
    folder.join("book.db")
}

#[test]
fn the_end_of_the_process_waits_for_the_book() {
    let folder = tempfile::tempdir().unwrap();
    drop(Book::create(&book_in(folder.path()), &key()).unwrap());
    for _ in 0..ENDS {
        let ended = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "ends_at_work", "--ignored", "--nocapture"])
            .env(FOLDER, folder.path())
            .stdout(Stdio::null())
            .status()
            .unwrap();
        assert_eq!(ended.code(), Some(CODE), "the code it chose, and no signal");
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let book = Book::open(&book_in(folder.path()), &key()).unwrap();
        book.reader().check_integrity().await.unwrap();
        book.close().await;
    });
}

/// Ends its process while the threads of a book read, write and close connections.
#[test]
#[ignore = "ends the process it runs in; the other test starts it in one of its own"]
fn ends_at_work() {
    let folder = PathBuf::from(std::env::var_os(FOLDER).unwrap());
    let book = Book::open(&book_in(&folder), &key()).unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    for _ in 0..4 {
        let (reader, writer) = (book.reader(), book.writer());
        runtime.spawn(async move {
            // Until the end refuses it more work.
            while reader.check_integrity().await.is_ok() {
                if writer.set_meta("round".to_owned(), "again".to_owned()).await.is_err() {
                    break;
                }
            }
        });
    }
    runtime.block_on(book.reader().check_integrity()).unwrap();
    // Nobody waits for its connections to be closed either.
    drop(Book::create(&folder.join(format!("{}.db", std::process::id())), &key()).unwrap());
    std::process::exit(CODE);
}

//! What somebody without the key gets to see, and what opening says about files that are no book.

use super::support::{Desk, bare, customer, key, minute, trouble};
use crate::Book;
use kyc::Trouble;
use secrecy::SecretString;
use std::fs;
use std::path::Path;

/// Every file of a folder with its bytes.
fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.map(|path| (path.display().to_string(), fs::read(&path).unwrap())).collect()
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

#[tokio::test]
async fn no_file_holds_a_name_in_clear() {
    let desk = Desk::new().await;
    let run = desk.begin(minute(0)).await;
    let customers: Vec<_> = (0..300).map(|number| customer(&format!("c{number}"))).collect();
    desk.land(run.id, &customers, minute(1)).await;

    let words = ["Мария", "Гарсия", "maria", "example.com", "9161234567", "Секрет записи", "Магазин", "CREATE TABLE"];
    let look = |when: &str| {
        let found = files(desk.folder.path());
        for (file, bytes) in &found {
            for word in words {
                let forms = [
                    word.as_bytes().to_vec(),
                    word.encode_utf16().flat_map(u16::to_le_bytes).collect(),
                    word.encode_utf16().flat_map(u16::to_be_bytes).collect(),
                ];
                assert!(!forms.iter().any(|form| contains(bytes, form)), "{word} is in {file} {when}");
            }
            assert!(!contains(bytes, b"SQLite format 3"), "{file} begins like a plain database {when}");
        }
        found.iter().map(|(_, bytes)| bytes.len()).max().unwrap()
    };
    let largest = look("while the book is open");
    assert!(largest > 100_000, "the customers are in there: {largest} bytes");
    let (folder, book) = (desk.folder.path().to_owned(), desk.book);
    book.close().await;
    let names: Vec<_> = files(&folder).into_iter().map(|(file, _)| file).collect();
    assert_eq!(names, [folder.join("book.db").display().to_string()], "closing leaves the book and no log");
    for (file, bytes) in files(&folder) {
        assert!(words.iter().all(|word| !contains(&bytes, word.as_bytes())), "{file} after closing");
    }
}

#[tokio::test]
async fn without_the_key_it_is_no_database() {
    let desk = Desk::new().await;
    let path = desk.path();
    desk.book.close().await;
    let plain = rusqlite::Connection::open(&path).unwrap();
    let error = plain.query_row("SELECT count(*) FROM customers", [], |_| Ok(())).unwrap_err();
    assert_eq!(error.sqlite_error_code(), Some(rusqlite::ErrorCode::NotADatabase));
    drop(plain);
    for wrong in [key('b'), "a".into(), "".into(), "g".repeat(64).into(), "ы".repeat(32).into()] {
        assert_eq!(trouble(Book::open(&path, &wrong)), Trouble::BookKeyWrong);
    }
    Book::open(&path, &key('a')).unwrap().close().await;
}

#[tokio::test]
async fn the_key_is_in_no_error() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("book.db");
    Book::create(&path, &key('a')).unwrap().close().await;
    let digits = "c0ffee".repeat(10) + "abcd";
    let wrong = Book::open(&path, &SecretString::from(digits.clone())).unwrap_err();
    assert!(!format!("{wrong:?} {wrong}").contains("c0ffee"));
    fs::write(&path, b"").unwrap();
    let damaged = Book::open(&path, &SecretString::from(digits)).unwrap_err();
    assert!(!format!("{damaged:?} {damaged}").contains("c0ffee"));
}

#[tokio::test]
async fn opening_creates_nothing_and_creating_replaces_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("deeper/book.db");
    assert_eq!(trouble(Book::open(&path, &key('a'))), Trouble::NotFound);
    assert!(!path.exists(), "a book that is not there stays away");

    // What an interrupted start left is in nobody's way.
    fs::create_dir(path.parent().unwrap()).unwrap();
    for left in ["book.db.draft", "book.db.draft-wal", "book.db.draft-journal"] {
        fs::write(path.with_file_name(left), "left").unwrap();
    }
    Book::create(&path, &key('a')).unwrap().close().await;
    assert_eq!(files(path.parent().unwrap()).len(), 1, "and is gone afterwards");

    let before = fs::read(&path).unwrap();
    for other in ['a', 'b'] {
        assert_eq!(trouble(Book::create(&path, &key(other))), Trouble::Conflict);
    }
    assert_eq!(fs::read(&path).unwrap(), before, "not a byte changed");
    fs::write(&path, "something else of the person's").unwrap();
    assert_eq!(trouble(Book::create(&path, &key('a'))), Trouble::Conflict);
    assert_eq!(fs::read(&path).unwrap(), b"something else of the person's");
}

#[tokio::test]
async fn a_key_of_another_form_makes_no_book() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("book.db");
    assert_eq!(trouble(Book::create(&path, &"a passphrase".into())), Trouble::BookKeyWrong);
    assert_eq!(files(folder.path()), [], "nothing is left of it");
}

#[cfg(unix)]
#[tokio::test]
async fn only_the_owner_may_read_the_file() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("profile/book.db");
    let book = Book::create(&path, &key('a')).unwrap();
    book.writer().add_connection(super::support::connection("one")).await.unwrap();
    for file in [path.clone(), path.with_file_name("book.db-wal"), path.with_file_name("book.db-shm")] {
        let mode = fs::metadata(&file).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, 0o600, "{}", file.display());
    }
}

/// A closed book of some hundred pages of the file, and its bytes.
async fn closed_book() -> (tempfile::TempDir, std::path::PathBuf, Vec<u8>) {
    let desk = Desk::new().await;
    let run = desk.begin(minute(0)).await;
    let customers: Vec<_> = (0..2_000).map(|number| customer(&number.to_string())).collect();
    desk.land(run.id, &customers, minute(1)).await;
    let path = desk.path();
    desk.book.close().await;
    let bytes = fs::read(&path).unwrap();
    assert!(bytes.len() > 400_000, "{} bytes", bytes.len());
    (desk.folder, path, bytes)
}

#[tokio::test]
async fn a_truncated_file_is_damaged() {
    let (_folder, path, bytes) = closed_book().await;
    let last = bytes.len();
    for length in [0, 1, 15, 100, 4_095, 4_096, 8_192, 40_960, last / 2 + 1, last - 4_096, last - 1] {
        fs::write(&path, &bytes[..length]).unwrap();
        let opened = Book::open(&path, &key('a'));
        assert_eq!(trouble(opened), Trouble::BookDamaged, "{length} of {last} bytes");
        assert_eq!(fs::read(&path).unwrap().len(), length, "what is left is left alone");
    }
    fs::write(&path, &bytes).unwrap();
    Book::open(&path, &key('a')).unwrap().close().await;
}

#[tokio::test]
async fn files_that_are_no_book_are_damaged() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("book.db");
    let plain = rusqlite::Connection::open(&path).unwrap();
    plain.execute_batch("CREATE TABLE t (n); PRAGMA user_version = 1;").unwrap();
    drop(plain);
    assert_eq!(trouble(Book::open(&path, &key('a'))), Trouble::BookDamaged, "a plain database");
    for content in [b"PK\x03\x04 some archive".to_vec(), vec![0; 8_192]] {
        fs::write(&path, content).unwrap();
        assert_eq!(trouble(Book::open(&path, &key('a'))), Trouble::BookDamaged);
    }
}

#[tokio::test]
async fn a_flipped_byte_is_found() {
    let (_folder, path, bytes) = closed_book().await;
    // Behind the first page: the key fits, and reading what is damaged says so.
    let mut damaged = bytes.clone();
    let middle = bytes.len() / 2;
    damaged[middle] ^= 1;
    fs::write(&path, &damaged).unwrap();
    let book = Book::open(&path, &key('a')).unwrap();
    assert_eq!(trouble(book.reader().check_integrity().await), Trouble::BookDamaged);
    book.close().await;
    // In every page of the later half: the tables' rows, behind the schema, which opening reads.
    for page in damaged.chunks_mut(4_096).skip(middle / 4_096) {
        page[17] ^= 1;
    }
    fs::write(&path, &damaged).unwrap();
    let book = Book::open(&path, &key('a')).unwrap();
    let reader = book.reader();
    let scanned = tokio::task::spawn_blocking(move || reader.for_each_chunk(100, |_| ())).await.unwrap();
    assert_eq!(trouble(scanned), Trouble::BookDamaged);
    book.close().await;
    // In the first page it cannot be told from a wrong key.
    let mut damaged = bytes;
    damaged[2_000] ^= 1;
    fs::write(&path, &damaged).unwrap();
    assert_eq!(trouble(Book::open(&path, &key('a'))), Trouble::BookKeyWrong);
}

#[tokio::test]
async fn a_book_moves_with_its_file() {
    let desk = Desk::new().await;
    let run = desk.begin(minute(0)).await;
    desk.land(run.id, &[customer("1"), bare("2")], minute(1)).await;
    let path = desk.path();
    desk.book.close().await;
    let elsewhere = tempfile::tempdir().unwrap();
    let moved = elsewhere.path().join("moved.db");
    fs::copy(&path, &moved).unwrap();
    let book = Book::open(&moved, &key('a')).unwrap();
    assert_eq!(book.reader().count(&super::support::id("one")).await.unwrap(), 2);
}

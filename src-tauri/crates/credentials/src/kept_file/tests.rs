//! One state always: whole, old or new, and never lost to a disk that refuses.

use super::*;
use tempfile::TempDir;

fn kept() -> (TempDir, KeptFile) {
    let folder = tempfile::tempdir().unwrap();
    let file = KeptFile::new(folder.path(), "kept", 1000);
    (folder, file)
}

/// What begins with `good` is whole; what begins with `new` is from a newer version.
fn read(file: &KeptFile) -> Result<Option<String>, Trouble> {
    let judge = |bytes: &[u8]| match bytes {
        [b'g', b'o', b'o', b'd', ..] => Ok(String::from_utf8(bytes.to_vec()).unwrap()),
        [b'n', b'e', b'w', ..] => Err(Trouble::VaultNewer.into()),
        _ => Err(Trouble::VaultDamaged.into()),
    };
    file.read(judge, |trouble| *trouble == Trouble::VaultDamaged).map_err(|problem| problem.trouble)
}

fn names(folder: &TempDir) -> Vec<String> {
    let mut names: Vec<String> =
        fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

fn good(text: &str) -> Result<Option<String>, Trouble> {
    Ok(Some(text.to_owned()))
}

#[test]
fn it_is_there_from_the_first_writing_until_it_is_removed() {
    let (folder, file) = kept();
    assert_eq!((read(&file), file.exists().unwrap()), (Ok(None), false));
    file.replace(b"good 1").unwrap();
    file.replace(b"good 2").unwrap();
    assert_eq!((read(&file), file.exists().unwrap()), (good("good 2"), true));
    file.require(b"good 2").unwrap();
    assert_eq!(file.require(b"good 1").unwrap_err().trouble, Trouble::Disk);
    assert_eq!(names(&folder), ["kept", "kept.copy"]);
    file.remove().unwrap();
    file.remove().unwrap();
    assert_eq!((read(&file), file.exists().unwrap(), names(&folder)), (Ok(None), false, vec![]));
}

#[test]
fn a_damaged_main_file_is_kept_aside_and_replaced_by_the_copy() {
    let (folder, file) = kept();
    for round in 1..=2 {
        file.replace(b"good").unwrap();
        fs::write(&file.main, format!("bad {round}")).unwrap();
        assert_eq!(read(&file), good("good"));
        assert_eq!(fs::read(&file.main).unwrap(), b"good");
    }
    assert_eq!(fs::read(folder.path().join("kept.damaged-1")).unwrap(), b"bad 1");
    assert_eq!(fs::read(folder.path().join("kept.damaged-2")).unwrap(), b"bad 2");
    file.remove().unwrap();
    assert_eq!(read(&file), Ok(None), "what is damaged is never read again");
}

#[test]
fn a_file_of_a_newer_version_is_not_replaced_by_an_old_copy() {
    let (_folder, file) = kept();
    file.replace(b"good").unwrap();
    fs::write(&file.main, "new").unwrap();
    assert_eq!(read(&file), Err(Trouble::VaultNewer));
    assert_eq!(fs::read(&file.main).unwrap(), b"new");
}

#[test]
fn when_both_are_damaged_nothing_is_touched() {
    let (folder, file) = kept();
    file.replace(b"good").unwrap();
    fs::write(&file.main, "bad").unwrap();
    fs::write(&file.copy, "worse").unwrap();
    assert_eq!(read(&file), Err(Trouble::VaultDamaged));
    assert_eq!(names(&folder), ["kept", "kept.copy"]);
    fs::remove_file(&file.main).unwrap();
    assert_eq!(read(&file), Err(Trouble::VaultDamaged), "a damaged copy alone is no absence");
}

#[test]
fn a_missing_main_file_is_made_from_the_copy_and_a_stale_copy_renewed() {
    let (_folder, file) = kept();
    file.replace(b"good").unwrap();
    fs::remove_file(&file.main).unwrap();
    assert_eq!(read(&file), good("good"));
    assert_eq!(fs::read(&file.main).unwrap(), b"good");
    for copy in [None, Some("stale")] {
        match copy {
            None => fs::remove_file(&file.copy).unwrap(),
            Some(text) => fs::write(&file.copy, text).unwrap(),
        }
        file.renew_copy();
        assert_eq!(fs::read(&file.copy).unwrap(), b"good");
    }
}

#[test]
fn more_bytes_than_allowed_are_not_read() {
    let (_folder, file) = kept();
    fs::write(&file.main, vec![b'g'; 100_000]).unwrap();
    assert_eq!(file.bytes_of(&file.main).unwrap().unwrap().len(), 1001);
}

#[test]
fn drafts_that_a_crash_left_are_swept_and_nothing_else() {
    let (folder, file) = kept();
    file.replace(b"good").unwrap();
    fs::write(draft_of(&file.main), "half").unwrap();
    fs::write(draft_of(&file.copy), "half").unwrap();
    for other in [".other.1.draft", "kept.draft", ".kept"] {
        fs::write(folder.path().join(other), "").unwrap();
    }
    sweep_drafts(folder.path(), &["kept"]);
    assert_eq!(names(&folder), [".kept", ".other.1.draft", "kept", "kept.copy", "kept.draft"]);
}

#[cfg(unix)]
#[test]
fn only_the_owner_may_read() {
    use std::os::unix::fs::PermissionsExt;
    let (_folder, file) = kept();
    file.replace(b"good").unwrap();
    for path in [&file.main, &file.copy] {
        assert_eq!(fs::metadata(path).unwrap().permissions().mode() & 0o777, 0o600);
    }
}

#[test]
fn a_folder_in_the_files_place_leaves_no_draft() {
    let (folder, file) = kept();
    fs::create_dir(&file.main).unwrap();
    assert!(file.replace(b"good").is_err());
    assert_eq!(names(&folder), ["kept"]);
}

//! Folders: for their owner alone, and safe on the disk.

use std::io;
use std::path::Path;

/// Makes a folder that only its owner may look into, and the folders above it that are missing. One that is there stays as it
/// is: whoever made it may have had a reason.
///
/// On Windows the system and the administrators keep their access, which they could take back anyway; where a file system has
/// no access lists (FAT), it is a folder like any other.
///
/// # Errors
/// What the system says; `AlreadyExists` also when something else than a folder has the name.
pub fn make_folder(folder: &Path) -> io::Result<()> {
    #[cfg(windows)]
    return crate::access_list::make_folder(folder);
    #[cfg(not(windows))]
    {
        let mut builder = std::fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(folder)
    }
}

/// Brings the list of names in a file's folder to the disk: a new name is safe only when its folder is.
///
/// # Errors
/// What the system says. Where it has no such call, as some network file systems, there is nothing to do.
#[cfg(unix)]
pub fn sync_folder_of(path: &Path) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    match std::fs::File::open(folder)?.sync_all() {
        Err(error) if matches!(error.kind(), io::ErrorKind::InvalidInput | io::ErrorKind::Unsupported) => Ok(()),
        other => other,
    }
}

/// Elsewhere folders cannot be opened like files, and the file system's own log keeps names safe.
///
/// # Errors
/// None.
#[cfg(not(unix))]
pub fn sync_folder_of(_path: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn missing_folders_are_made_and_present_ones_left_alone() {
        let top = tempfile::tempdir().unwrap();
        let deep = top.path().join("one/two/three");
        make_folder(&deep).unwrap();
        assert!(deep.is_dir());
        make_folder(&deep).unwrap();
        let file = top.path().join("file");
        std::fs::write(&file, "").unwrap();
        assert_eq!(make_folder(&file).unwrap_err().kind(), io::ErrorKind::AlreadyExists);
        assert!(make_folder(&file.join("below")).is_err(), "nothing is made below a file");
        sync_folder_of(&deep.join("file")).unwrap();
        sync_folder_of(Path::new("in-no-folder")).unwrap();
    }

    #[cfg(unix)]
    #[test]
    fn only_the_owner_looks_into_a_made_folder() {
        use std::os::unix::fs::PermissionsExt;
        let top = tempfile::tempdir().unwrap();
        let deep = top.path().join("one/two");
        make_folder(&deep).unwrap();
        for made in [&deep, &top.path().join("one")] {
            assert_eq!(std::fs::metadata(made).unwrap().permissions().mode() & 0o777, 0o700);
        }
    }
}

//! The data folder and its owner-only permissions.

use model::{Error, ErrorKind};
use std::fs::{self, DirBuilder, Metadata, OpenOptions, Permissions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

/// File name of the database in the data folder.
pub const DATABASE: &str = "keyward.db";

/// Makes the folder if it is missing, with access for its owner only.
///
/// A folder that was there is closed to others if it is empty or already Keyward's. Any other
/// folder that others may enter is refused rather than changed: it may not be Keyward's to close.
///
/// # Errors
/// `Unavailable` with a sentence that says what to do.
pub fn prepare(folder: &Path) -> Result<(), Error> {
    let shown = folder.display();
    let failed =
        |error: io::Error| unavailable(format!("the data folder {shown} cannot be used: {error}"));
    match fs::metadata(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(|error| {
                unavailable(format!("the data folder {shown} cannot be made: {error}"))
            })
        }
        Err(error) => Err(failed(error)),
        Ok(found) if !found.is_dir() => {
            Err(unavailable(format!("{shown} is a file; the data folder must be a folder")))
        }
        Ok(found) if is_owner_only(&found) => Ok(()),
        Ok(_) => {
            let empty = fs::read_dir(folder).map_err(failed)?.next().is_none();
            let ours = empty || folder.join(DATABASE).exists();
            let closed = ours && fs::set_permissions(folder, Permissions::from_mode(0o700)).is_ok();
            if closed {
                return Ok(());
            }
            Err(unavailable(format!(
                "the data folder {shown} is open to other users; run: chmod 700 {shown}"
            )))
        }
    }
}

/// Makes the database file, or closes the one that is there to others than its owner. The files
/// the engine puts beside it take its permissions.
pub(crate) fn prepare_database(folder: &Path) -> Result<PathBuf, Error> {
    let path = folder.join(DATABASE);
    let failed = |error: io::Error| {
        unavailable(format!(
            "the database {} cannot be opened for writing: {error}",
            path.display()
        ))
    };
    let file = OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .open(&path)
        .map_err(failed)?;
    if !is_owner_only(&file.metadata().map_err(failed)?) {
        file.set_permissions(Permissions::from_mode(0o600)).map_err(failed)?;
    }
    Ok(path)
}

/// Whether nobody but the owner may do anything with it.
pub(crate) fn is_owner_only(found: &Metadata) -> bool {
    found.permissions().mode().trailing_zeros() >= 6
}

fn unavailable(message: String) -> Error {
    Error::new(ErrorKind::Unavailable, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    fn open_to_all(path: &Path) {
        fs::set_permissions(path, Permissions::from_mode(0o755)).unwrap();
    }

    #[test]
    fn a_new_folder_is_owner_only() {
        let parent = tempfile::tempdir().unwrap();
        let folder = parent.path().join("a/b");
        prepare(&folder).unwrap();
        assert_eq!(mode(&folder), 0o700);
    }

    #[test]
    fn an_empty_folder_is_closed_and_a_foreign_one_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        open_to_all(folder.path());
        prepare(folder.path()).unwrap();
        assert_eq!(mode(folder.path()), 0o700);

        fs::write(folder.path().join("somebody.txt"), "theirs").unwrap();
        open_to_all(folder.path());
        let error = prepare(folder.path()).unwrap_err();
        assert!(error.message().contains("chmod 700"), "{error}");
        assert_eq!(mode(folder.path()), 0o755);
    }

    #[test]
    fn a_file_is_no_folder() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x");
        fs::write(&path, "").unwrap();
        assert!(prepare(&path).unwrap_err().message().contains("is a file"));
    }
}

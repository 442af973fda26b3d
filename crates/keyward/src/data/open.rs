//! Opens the data folder: makes it, or checks that it is ours and whole, and locks it.

use super::{DATABASE, DataFolder, MASTER_KEY, failure, lock, private};
use model::{Error, ErrorKind};
use std::fs::{self, Permissions};
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

impl DataFolder {
    /// Opens the folder, making it if there is none. What a crash left half-written is finished or
    /// cleared away; nothing that holds data is touched.
    ///
    /// # Errors
    /// One sentence that names the folder: not a folder, not writable, not ours, in use,
    /// incomplete.
    pub fn open(path: &Path) -> Result<Self, Error> {
        match fs::metadata(path) {
            Ok(found) if !found.is_dir() => {
                return Err(Error::invalid(format!(
                    "{} is not a folder: choose another data folder with --data",
                    path.display()
                )));
            }
            Ok(_) => check_ours(path)?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => private::folder(path)?,
            Err(error) => return Err(failure::file("open", path, &error)),
        }
        let root = fs::canonicalize(path).map_err(|error| failure::file("open", path, &error))?;
        let lock = lock::acquire(&root)?;
        // Only now, so that the permissions of somebody else's folder are never changed.
        fs::set_permissions(&root, Permissions::from_mode(0o700))
            .map_err(|error| failure::file("protect", &root, &error))?;
        clear_unfinished(&root)?;
        check_whole(&root)?;
        let folder = Self { root, _lock: lock };
        for part in [folder.engines(), folder.clusters(), folder.logs()] {
            private::folder(&part)?;
        }
        Ok(folder)
    }
}

/// Whether the folder exists and holds a database, without opening it.
pub(super) fn holds_database(root: &Path) -> bool {
    root.join(DATABASE).exists()
}

/// Refuses a folder that somebody uses for something else, such as a home folder.
fn check_ours(path: &Path) -> Result<(), Error> {
    let mut empty = true;
    let entries = fs::read_dir(path).map_err(|error| failure::file("read", path, &error))?;
    for entry in entries {
        let entry = entry.map_err(|error| failure::file("read", path, &error))?;
        let name = entry.file_name();
        if name == MASTER_KEY || name == DATABASE || name == "lock" {
            return Ok(());
        }
        empty = false;
    }
    if empty {
        return Ok(());
    }
    Err(Error::invalid(format!(
        "the folder {} holds files that are not Keyward's: choose an empty or new folder with --data",
        path.display()
    )))
}

/// Removes what a crash left of files that were being written.
fn clear_unfinished(root: &Path) -> Result<(), Error> {
    let entries = fs::read_dir(root).map_err(|error| failure::file("read", root, &error))?;
    for entry in entries.flatten() {
        let path = entry.path();
        if path.extension().is_some_and(|end| end == private::UNFINISHED) {
            private::remove(&path)?;
        }
    }
    Ok(())
}

/// A database without its master key is of no use, and a new key would make that permanent.
fn check_whole(root: &Path) -> Result<(), Error> {
    if holds_database(root) && !root.join(MASTER_KEY).exists() {
        return Err(Error::new(
            ErrorKind::Unavailable,
            format!(
                "{} has a database but no {MASTER_KEY}: put the key file back from your backup, \
                 because without it the stored keys cannot be read",
                root.display()
            ),
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(path: &Path) -> String {
        DataFolder::open(path).unwrap_err().message()
    }

    #[test]
    fn a_new_folder_is_made_for_its_owner_only() {
        let parent = tempfile::tempdir().unwrap();
        let path = parent.path().join("a/b");
        let folder = DataFolder::open(&path).unwrap();
        let mode = fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o700);
        assert!(folder.logs().is_dir() && folder.engines().is_dir() && folder.clusters().is_dir());
        drop(folder);
        fs::set_permissions(&path, Permissions::from_mode(0o755)).unwrap();
        DataFolder::open(&path).unwrap();
        let mode = fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o700);
    }

    #[test]
    fn a_file_is_no_folder() {
        let parent = tempfile::tempdir().unwrap();
        let path = parent.path().join("file");
        fs::write(&path, "").unwrap();
        assert!(refusal(&path).contains("is not a folder"));
        assert!(refusal(&path.join("below")).contains("--data") || path.is_file());
    }

    #[test]
    fn a_folder_of_somebody_else_is_left_alone() {
        let path = tempfile::tempdir().unwrap();
        fs::write(path.path().join("thesis.tex"), "").unwrap();
        fs::set_permissions(path.path(), Permissions::from_mode(0o755)).unwrap();
        assert!(refusal(path.path()).contains("not Keyward's"));
        let mode = fs::metadata(path.path()).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o755);
    }

    #[test]
    fn a_folder_in_use_is_refused() {
        let path = tempfile::tempdir().unwrap();
        let _held = DataFolder::open(path.path()).unwrap();
        assert!(refusal(path.path()).contains("another Keyward (process "));
    }

    #[test]
    fn a_half_made_folder_is_finished() {
        let path = tempfile::tempdir().unwrap();
        fs::write(path.path().join("lock"), "4").unwrap();
        fs::write(path.path().join("master.key.unfinished"), "1234").unwrap();
        DataFolder::open(path.path()).unwrap();
        assert!(!path.path().join("master.key.unfinished").exists());
        assert!(!path.path().join("master.key").exists());
    }

    #[test]
    fn a_database_without_its_key_is_not_given_a_new_one() {
        let path = tempfile::tempdir().unwrap();
        fs::write(path.path().join(DATABASE), "data").unwrap();
        assert!(refusal(path.path()).contains("no master.key"));
        assert!(!path.path().join("master.key").exists());
    }
}

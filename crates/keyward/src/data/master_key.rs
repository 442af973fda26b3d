//! The master key of a data folder: made with the folder, never again.

use super::DataFolder;
use model::{Entropy, Error, ErrorKind};
use store::MasterKey;

/// Loads the folder's master key, or makes it if the folder is new. [`DataFolder::open`] has
/// refused a folder that has a database and no key.
///
/// # Errors
/// What is wrong with the file, or why it cannot be made.
pub fn obtain(folder: &DataFolder, entropy: &dyn Entropy) -> Result<MasterKey, Error> {
    let path = folder.master_key();
    match MasterKey::load(&path) {
        Err(error) if error.kind() == ErrorKind::NotFound => MasterKey::create(&path, entropy),
        other => other,
    }
}

/// Loads the master key that others made, which has to be brought here before.
///
/// # Errors
/// There is none, or what is wrong with the file.
pub fn of_others(folder: &DataFolder) -> Result<MasterKey, Error> {
    let path = folder.master_key();
    MasterKey::load(&path).map_err(|error| match error.kind() {
        ErrorKind::NotFound => Error::new(
            ErrorKind::NotFound,
            format!(
                "there is no master key at {}: copy the file from the data folder of a process \
                 that serves the same database, readable by this user only",
                path.display()
            ),
        ),
        _ => error,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::entropy::SequenceEntropy;
    use std::fs;

    #[test]
    fn it_is_made_once_and_kept() {
        let parent = tempfile::tempdir().unwrap();
        let folder = DataFolder::open(parent.path()).unwrap();
        obtain(&folder, &SequenceEntropy::new(1)).unwrap();
        let first = fs::read(folder.master_key()).unwrap();
        obtain(&folder, &SequenceEntropy::new(2)).unwrap();
        assert_eq!(fs::read(folder.master_key()).unwrap(), first);
    }

    #[test]
    fn one_of_others_is_not_made() {
        let parent = tempfile::tempdir().unwrap();
        let folder = DataFolder::open(parent.path()).unwrap();
        let error = of_others(&folder).unwrap_err();
        assert!(error.message().contains("copy the file from"), "{error}");
        assert!(!folder.master_key().exists());
        obtain(&folder, &SequenceEntropy::new(1)).unwrap();
        assert!(of_others(&folder).is_ok());
    }

    #[test]
    fn a_damaged_one_is_refused_and_kept() {
        let parent = tempfile::tempdir().unwrap();
        let folder = DataFolder::open(parent.path()).unwrap();
        super::super::private::write(&folder.master_key(), b"half").unwrap();
        let error = obtain(&folder, &SequenceEntropy::new(1)).unwrap_err();
        assert!(error.message().contains("backup"), "{error}");
        assert_eq!(fs::read(folder.master_key()).unwrap(), b"half");
    }
}

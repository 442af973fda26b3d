//! The owner's first password, kept from the moment the account is made until it has been shown.
//!
//! Only its hash is in the database, so a first start that dies between making the account and
//! printing the password would otherwise lock the owner out.

use super::{DataFolder, private};
use model::{Error, SecretText};
use std::path::PathBuf;

/// Keeps the password until [`shown`].
///
/// # Errors
/// Why it cannot be written.
pub fn keep(folder: &DataFolder, password: &SecretText) -> Result<(), Error> {
    private::write(&path(folder), password.expose().as_bytes())
}

/// The password that has not been shown yet.
///
/// # Errors
/// Why it cannot be read.
pub fn kept(folder: &DataFolder) -> Result<Option<SecretText>, Error> {
    let content = private::read(&path(folder))?;
    Ok(content.and_then(|bytes| String::from_utf8(bytes).ok()).map(SecretText::new))
}

/// Forgets the password: it has been shown.
///
/// # Errors
/// Why the file cannot be removed.
pub fn shown(folder: &DataFolder) -> Result<(), Error> {
    private::remove(&path(folder))
}

fn path(folder: &DataFolder) -> PathBuf {
    folder.root().join("owner-password")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_kept_until_shown() {
        let parent = tempfile::tempdir().unwrap();
        let folder = DataFolder::open(parent.path()).unwrap();
        assert!(kept(&folder).unwrap().is_none());
        let password = SecretText::new("x7".to_owned());
        keep(&folder, &password).unwrap();
        assert!(kept(&folder).unwrap().unwrap().matches(&password));
        shown(&folder).unwrap();
        assert!(kept(&folder).unwrap().is_none());
    }
}

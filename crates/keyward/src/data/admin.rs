//! `admin.json`: where the control API of this host is, and the key the command line uses for it.
//!
//! Written by the server at every start, read by the other commands, which hold no lock.

use super::private;
use model::{ApiKey, Error, ErrorKind};
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};

/// How the command line on this host reaches the control API.
#[derive(Clone, Debug)]
pub struct Admin {
    /// Base address, such as `http://127.0.0.1:8080`.
    pub control_url: String,
    /// The owner's personal key, if a start had one.
    pub key: Option<ApiKey>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Written {
    control_url: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    api_key: Option<String>,
}

/// Writes the file.
///
/// # Errors
/// Why it cannot be written.
pub fn write(root: &Path, admin: &Admin) -> Result<(), Error> {
    let written = Written {
        control_url: admin.control_url.clone(),
        api_key: admin.key.as_ref().map(|key| key.expose().to_owned()),
    };
    let text = serde_json::to_vec_pretty(&written)
        .map_err(|error| Error::internal(format!("admin.json: {error}")))?;
    private::write(&path(root), &text)
}

/// Writes where the control API is now, with this key. Without one the key in the file stays: one
/// that is switched off may be switched on again, and there may be no other copy.
///
/// # Errors
/// Why the file cannot be read or written.
pub fn renew(root: &Path, control_url: String, key: Option<&ApiKey>) -> Result<(), Error> {
    let key = match key {
        Some(key) => Some(key.clone()),
        None => self::key(root)?,
    };
    write(root, &Admin { control_url, key })
}

/// The key in the file; `None` if there is no key, no file, or a damaged one.
///
/// # Errors
/// Why the file cannot be read.
pub fn key(root: &Path) -> Result<Option<ApiKey>, Error> {
    match read(root) {
        Ok(admin) => Ok(admin.and_then(|admin| admin.key)),
        Err(error) if error.kind() == ErrorKind::Invalid => Ok(None),
        Err(error) => Err(error),
    }
}

/// Reads the file; `None` if there is none, because no server has run on this folder yet.
///
/// # Errors
/// Why it cannot be read, or that it is damaged.
pub fn read(root: &Path) -> Result<Option<Admin>, Error> {
    let path = path(root);
    let Some(content) = private::read(&path)? else {
        return Ok(None);
    };
    let parsed: Option<Written> = serde_json::from_slice(&content).ok();
    parsed
        .and_then(|written| {
            let key = match written.api_key {
                Some(spelled) => Some(ApiKey::parse(spelled.as_bytes())?),
                None => None,
            };
            Some(Admin { key, control_url: written.control_url })
        })
        .map(Some)
        .ok_or_else(|| {
            Error::new(
                ErrorKind::Invalid,
                format!("{} is damaged: restart the server, which writes it again", path.display()),
            )
        })
}

/// Whether there is one, whole or damaged.
pub fn exists(root: &Path) -> bool {
    path(root).exists()
}

fn path(root: &Path) -> PathBuf {
    root.join("admin.json")
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::KeyId;
    use model::entropy::SequenceEntropy;

    #[test]
    fn it_is_read_as_written() {
        let folder = tempfile::tempdir().unwrap();
        assert!(read(folder.path()).unwrap().is_none());
        let entropy = SequenceEntropy::new(1);
        let key = ApiKey::generate(KeyId::generate(&entropy), &entropy);
        let admin = Admin { control_url: "http://127.0.0.1:1".to_owned(), key: None };
        write(folder.path(), &admin).unwrap();
        assert!(read(folder.path()).unwrap().unwrap().key.is_none());
        // A start with a key, and one without, which keeps it.
        for (url, given) in [("http://127.0.0.1:2", Some(&key)), ("http://127.0.0.1:3", None)] {
            renew(folder.path(), url.to_owned(), given).unwrap();
            let found = read(folder.path()).unwrap().unwrap();
            assert_eq!(found.key.unwrap().expose(), key.expose());
            assert_eq!(found.control_url, url);
        }
    }

    #[test]
    fn a_damaged_one_says_what_to_do() {
        let folder = tempfile::tempdir().unwrap();
        for content in ["", "{}", r#"{"controlUrl":"x","apiKey":"kw_bad"}"#] {
            std::fs::write(folder.path().join("admin.json"), content).unwrap();
            let message = read(folder.path()).unwrap_err().message();
            assert!(message.contains("restart the server"), "{message}");
        }
    }
}

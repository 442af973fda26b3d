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
    /// The owner's personal key.
    pub key: ApiKey,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Written {
    control_url: String,
    api_key: String,
}

/// Writes the file.
///
/// # Errors
/// Why it cannot be written.
pub fn write(root: &Path, admin: &Admin) -> Result<(), Error> {
    let written =
        Written { control_url: admin.control_url.clone(), api_key: admin.key.expose().to_owned() };
    let text = serde_json::to_vec_pretty(&written)
        .map_err(|error| Error::internal(format!("admin.json: {error}")))?;
    private::write(&path(root), &text)
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
            Some(Admin {
                key: ApiKey::parse(written.api_key.as_bytes())?,
                control_url: written.control_url,
            })
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
        let admin = Admin { control_url: "http://127.0.0.1:1".to_owned(), key: key.clone() };
        write(folder.path(), &admin).unwrap();
        let found = read(folder.path()).unwrap().unwrap();
        assert_eq!(found.key.expose(), key.expose());
        assert_eq!(found.control_url, admin.control_url);
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

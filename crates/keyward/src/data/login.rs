//! `login.json`: the session that `keyward login` opened, for the commands after it.
//!
//! It is in the configuration folder of the person, readable by them only, and belongs to no data
//! folder: the server may be on another machine.

use super::{failure, private};
use model::{Error, ErrorKind, SecretText};
use serde::{Deserialize, Serialize};
use std::path::Path;

/// Where one is signed in, and with what.
#[derive(Clone, Debug)]
pub struct Login {
    /// Base address of the control API.
    pub control_url: String,
    /// Who signed in.
    pub email: String,
    /// The token of the session.
    pub token: SecretText,
}

impl Login {
    /// Whether this is the session of the server at `url`.
    #[must_use]
    pub fn is_for(&self, url: &str) -> bool {
        self.control_url.trim_end_matches('/') == url.trim_end_matches('/')
    }
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Written {
    control_url: String,
    email: String,
    token: String,
}

/// Writes the file, and makes its folder for the person only.
///
/// # Errors
/// Why it cannot be written.
pub fn write(path: &Path, login: &Login) -> Result<(), Error> {
    if let Some(folder) = path.parent() {
        private::folder(folder)?;
    }
    let written = Written {
        control_url: login.control_url.clone(),
        email: login.email.clone(),
        token: login.token.expose().to_owned(),
    };
    let text = serde_json::to_vec_pretty(&written)
        .map_err(|error| Error::internal(format!("login.json: {error}")))?;
    private::write(path, &text)
}

/// Reads the file; `None` if nobody is signed in.
///
/// # Errors
/// Why it cannot be read, or that it is damaged.
pub fn read(path: &Path) -> Result<Option<Login>, Error> {
    let Some(content) = private::read(path)? else {
        return Ok(None);
    };
    let written: Written = serde_json::from_slice(&content).map_err(|_| {
        Error::new(
            ErrorKind::Invalid,
            format!("{} is damaged: sign in again with keyward login", path.display()),
        )
    })?;
    Ok(Some(Login {
        control_url: written.control_url,
        email: written.email,
        token: SecretText::new(written.token),
    }))
}

/// Removes the file. Answers whether there was one.
///
/// # Errors
/// Why it cannot be removed.
pub fn remove(path: &Path) -> Result<bool, Error> {
    let there = path.try_exists().map_err(|error| failure::file("read", path, &error))?;
    private::remove(path)?;
    Ok(there)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn a_login_is_private_and_read_as_written() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("config/keyward/login.json");
        assert!(read(&path).unwrap().is_none());
        assert!(!remove(&path).unwrap());
        let login = Login {
            control_url: "http://127.0.0.1:1".to_owned(),
            email: "ada@example.com".to_owned(),
            token: SecretText::new("kws_x".to_owned()),
        };
        assert!(login.is_for("http://127.0.0.1:1/") && !login.is_for("http://127.0.0.1:2"));
        write(&path, &login).unwrap();
        let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&path), mode(path.parent().unwrap())), (0o600, 0o700));
        let found = read(&path).unwrap().unwrap();
        assert_eq!((found.control_url, found.email), (login.control_url, login.email));
        assert!(found.token.matches(&login.token));
        assert!(remove(&path).unwrap() && read(&path).unwrap().is_none());
        for bad in ["", "{}", r#"{"controlUrl":"x","email":"a","token":"b","more":1}"#] {
            std::fs::write(&path, bad).unwrap();
            assert!(read(&path).unwrap_err().message().contains("keyward login"), "{bad}");
        }
    }
}

//! Secrets that people type or hand over in a file, never as an argument.

use super::{ask, environment};
use model::{Error, ErrorKind, SecretText};
use std::fs::File;
use std::io::{self, IsTerminal as _, Read as _};
use std::path::Path;

/// Longer than any secret of ours.
const MOST_BYTES: u64 = 4096;

/// The secret from the file, else from the variable, else typed without being shown.
///
/// # Errors
/// The file cannot be read or is empty; nobody is at the terminal to ask.
pub(super) fn secret(what: &str, file: Option<&Path>, variable: &str) -> Result<SecretText, Error> {
    if let Some(path) = file {
        return of_file(what, path);
    }
    if let Some(secret) = environment::secret(variable) {
        return Ok(secret);
    }
    if !io::stdin().is_terminal() {
        return Err(Error::invalid(format!(
            "nobody is at the terminal to type the {what}: name a file that holds it, or set \
             {variable}"
        )));
    }
    trimmed(what, &ask::secret(&format!("The {what}"))?)
}

/// The secret in the file.
///
/// # Errors
/// The file cannot be read or is empty.
pub(super) fn of_file(what: &str, path: &Path) -> Result<SecretText, Error> {
    let mut text = String::new();
    let read = File::open(path).and_then(|file| file.take(MOST_BYTES).read_to_string(&mut text));
    let content = SecretText::new(text);
    read.map_err(|error| {
        let sentence = format!("cannot read the {what} from {}: {error}", path.display());
        Error::new(ErrorKind::Invalid, sentence)
    })?;
    trimmed(what, &content)
}

/// Without the end of the line; other blanks may belong to a password.
fn trimmed(what: &str, text: &SecretText) -> Result<SecretText, Error> {
    let text = text.expose().trim_end_matches(['\n', '\r']);
    if text.is_empty() {
        return Err(Error::invalid(format!("the {what} is empty: nothing was changed")));
    }
    Ok(SecretText::new(text.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_read_without_its_line_end() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secret");
        std::fs::write(&path, " two words \r\n").unwrap();
        assert_eq!(secret("password", Some(&path), "X").unwrap().expose(), " two words ");
        std::fs::write(&path, "\n").unwrap();
        assert!(secret("password", Some(&path), "X").unwrap_err().message().contains("is empty"));
    }
}

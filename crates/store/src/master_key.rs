//! The master key: 32 random bytes outside the database, from which every other key is derived.
//!
//! A file with owner-only permissions, one line of 64 hexadecimal digits. It is written whole or
//! not at all, never overwritten, and never printed. Without it a database opens nothing.

use crate::folder;
use model::{Entropy, Error, ErrorKind};
use std::fmt::{self, Write as _};
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

const LENGTH: usize = 32;

/// The key everything secret in the store hangs on.
#[derive(Clone)]
pub struct MasterKey(Zeroizing<[u8; LENGTH]>);

impl MasterKey {
    /// A key whose bytes come from elsewhere.
    pub fn from_bytes(bytes: [u8; LENGTH]) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// Reads the key as it is written: 64 hexadecimal digits, white space around them ignored.
    ///
    /// # Errors
    /// `Invalid` for anything else; the text is not repeated.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let refuse = || Error::invalid("a master key is one line of 64 hexadecimal digits");
        let digits = text.trim().as_bytes();
        if digits.len() != 2 * LENGTH {
            return Err(refuse());
        }
        let mut bytes = Zeroizing::new([0u8; LENGTH]);
        for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
            let digit = |at: usize| char::from(pair[at]).to_digit(16);
            let (high, low) = digit(0).zip(digit(1)).ok_or_else(refuse)?;
            *byte = u8::try_from(high * 16 + low).map_err(|_| refuse())?;
        }
        Ok(Self(bytes))
    }

    /// Reads the key's file.
    ///
    /// # Errors
    /// `NotFound` if there is no such file; `Invalid` if others than its owner may read or write
    /// it, or if it holds no key.
    pub fn load(path: &Path) -> Result<Self, Error> {
        let shown = path.display();
        let mut file = File::open(path).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => Error::new(
                ErrorKind::NotFound,
                format!("there is no master key at {shown}; restore the file from your backup"),
            ),
            _ => Error::invalid(format!("the master key {shown} cannot be read: {error}")),
        })?;
        let unreadable =
            |error| Error::invalid(format!("the master key {shown} cannot be read: {error}"));
        if !folder::is_owner_only(&file.metadata().map_err(unreadable)?) {
            return Err(Error::invalid(format!(
                "the master key {shown} is open to other users; run: chmod 600 {shown}"
            )));
        }
        let mut text = Zeroizing::new(String::new());
        // A key file is 65 bytes; a byte more than expected is enough to refuse a wrong file.
        let limit = 4 * LENGTH as u64;
        (&mut file).take(limit).read_to_string(&mut text).map_err(unreadable)?;
        Self::parse(&text).map_err(|_| {
            Error::invalid(format!(
                "{shown} is not a master key (one line of 64 hexadecimal digits); restore the \
                 file from your backup"
            ))
        })
    }

    /// Makes a new key and its file. The file appears whole or not at all.
    ///
    /// # Errors
    /// `Conflict` if there is a file already; `Unavailable` if it cannot be written.
    pub fn create(path: &Path, entropy: &dyn Entropy) -> Result<Self, Error> {
        let mut bytes = Zeroizing::new([0u8; LENGTH]);
        entropy.fill(&mut *bytes);
        let key = Self(bytes);
        let mut suffix = [0u8; 8];
        entropy.fill(&mut suffix);
        let draft = draft_beside(path, u64::from_le_bytes(suffix));
        let written = key.write_new(&draft).and_then(|()| fs::hard_link(&draft, path));
        let _ = fs::remove_file(&draft);
        written.and_then(|()| sync_folder_of(path)).map_err(|error| {
            let shown = path.display();
            match error.kind() {
                io::ErrorKind::AlreadyExists => {
                    Error::conflict(format!("there is a master key at {shown} already"))
                }
                _ => Error::new(
                    ErrorKind::Unavailable,
                    format!("the master key {shown} cannot be written: {error}"),
                ),
            }
        })?;
        Ok(key)
    }

    /// The bytes other keys are derived from.
    pub(crate) fn bytes(&self) -> &[u8; LENGTH] {
        &self.0
    }

    fn write_new(&self, path: &Path) -> io::Result<()> {
        let mut text = Zeroizing::new(String::with_capacity(2 * LENGTH + 1));
        for byte in self.0.iter() {
            // Writing to a string cannot fail.
            let _ = write!(text, "{byte:02x}");
        }
        text.push('\n');
        let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()
    }
}

impl fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MasterKey")
    }
}

fn draft_beside(path: &Path, suffix: u64) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{suffix:016x}"));
    path.with_file_name(name)
}

fn sync_folder_of(path: &Path) -> io::Result<()> {
    let folder = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    File::open(folder)?.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::entropy::SequenceEntropy;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn a_created_key_loads_again_and_is_owner_only() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("master.key");
        let made = MasterKey::create(&path, &SequenceEntropy::new(5)).unwrap();
        assert_eq!(MasterKey::load(&path).unwrap().bytes(), made.bytes());
        let mode = fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        let names = fs::read_dir(folder.path()).unwrap().count();
        assert_eq!(names, 1, "the draft must be gone");
    }

    #[test]
    fn an_existing_key_is_never_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("master.key");
        let made = MasterKey::create(&path, &SequenceEntropy::new(5)).unwrap();
        let error = MasterKey::create(&path, &SequenceEntropy::new(6)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Conflict);
        assert_eq!(MasterKey::load(&path).unwrap().bytes(), made.bytes());
    }

    #[test]
    fn what_is_wrong_with_a_file_is_said_in_a_sentence() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("master.key");
        let missing = MasterKey::load(&path).unwrap_err();
        assert_eq!(missing.kind(), ErrorKind::NotFound);
        MasterKey::create(&path, &SequenceEntropy::new(5)).unwrap();

        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        let open = MasterKey::load(&path).unwrap_err();
        assert!(open.message().contains("chmod 600"), "{open}");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();

        for content in [&b""[..], &[b'g'; 64], &[b'a'; 63], &[0xff; 64], &[b'a'; 4096]] {
            fs::write(&path, content).unwrap();
            let error = MasterKey::load(&path).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Invalid, "{error}");
        }
    }

    #[test]
    fn debug_shows_nothing() {
        let key = MasterKey::from_bytes([0xab; 32]);
        assert_eq!(format!("{key:?}"), "MasterKey");
    }
}

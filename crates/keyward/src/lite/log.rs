//! A log file that cannot fill the disk: when it is full it becomes `<name>.1`, and a new one
//! begins.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

/// Bytes in a file before the next one begins.
const LIMIT: u64 = 4 << 20;

/// An open log file. Writes are small and go to a local disk, so they may happen on a task.
#[derive(Debug)]
pub(super) struct BoundedLog {
    path: PathBuf,
    file: File,
    written: u64,
    limit: u64,
}

impl BoundedLog {
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        Self::with_limit(path, LIMIT)
    }

    fn with_limit(path: &Path, limit: u64) -> io::Result<Self> {
        let file = append(path)?;
        let written = file.metadata()?.len();
        Ok(Self { path: path.to_owned(), file, written, limit })
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        if self.written >= self.limit {
            let mut older = self.path.clone().into_os_string();
            older.push(".1");
            fs::rename(&self.path, older)?;
            self.file = append(&self.path)?;
            self.written = 0;
        }
        self.file.write_all(bytes)?;
        self.written += bytes.len() as u64;
        Ok(())
    }
}

fn append(path: &Path) -> io::Result<File> {
    OpenOptions::new().create(true).append(true).mode(0o600).open(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_file_makes_room_for_a_new_one() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.log");
        let mut log = BoundedLog::with_limit(&path, 8).unwrap();
        for line in ["1234\n", "5678\n", "9\n"] {
            log.write(line.as_bytes()).unwrap();
        }
        assert_eq!(fs::read_to_string(&path).unwrap(), "9\n");
        let older = fs::read_to_string(folder.path().join("x.log.1")).unwrap();
        assert_eq!(older, "1234\n5678\n");
        let mut again = BoundedLog::with_limit(&path, 8).unwrap();
        again.write(b"a\n").unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "9\na\n");
    }
}

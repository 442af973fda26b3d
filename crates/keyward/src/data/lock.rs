//! One process per data folder: an exclusive lock that ends with the process, however it ends.

use super::failure;
use model::Error;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

/// The lock, held as long as this value lives.
#[derive(Debug)]
pub struct FolderLock {
    _file: File,
}

/// Takes the lock of the folder.
///
/// # Errors
/// `Conflict` with the pid of the process that holds it.
pub fn acquire(folder: &Path) -> Result<FolderLock, Error> {
    let path = folder.join("lock");
    let mut file = OpenOptions::new()
        .create(true)
        .read(true)
        .write(true)
        .truncate(false)
        .mode(0o600)
        .open(&path)
        .map_err(|error| failure::file("open", &path, &error))?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => return Err(taken(folder, &mut file)),
        Err(TryLockError::Error(error)) => return Err(failure::file("lock", &path, &error)),
    }
    let pid = std::process::id().to_string();
    file.set_len(0)
        .and_then(|()| file.rewind())
        .and_then(|()| file.write_all(pid.as_bytes()))
        .map_err(|error| failure::file("write", &path, &error))?;
    Ok(FolderLock { _file: file })
}

/// The sentence for a folder in use. The pid is missing for the instant between lock and write.
fn taken(folder: &Path, file: &mut File) -> Error {
    let mut text = String::new();
    let process = match file.take(20).read_to_string(&mut text) {
        Ok(_) if text.parse::<u32>().is_ok() => format!(" (process {text})"),
        _ => String::new(),
    };
    Error::conflict(format!(
        "another Keyward{process} is already using the data folder {}: stop it first or choose \
         another folder with --data",
        folder.display()
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_is_refused_until_the_first_ends() {
        let folder = tempfile::tempdir().unwrap();
        let first = acquire(folder.path()).unwrap();
        let refused = acquire(folder.path()).unwrap_err().message();
        assert!(refused.contains(&format!("process {}", std::process::id())), "{refused}");
        drop(first);
        acquire(folder.path()).unwrap();
    }
}

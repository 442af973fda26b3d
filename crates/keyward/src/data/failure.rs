//! What goes wrong with files, said in one sentence that tells what to do.

use model::{Error, ErrorKind};
use std::io;
use std::path::Path;

/// The sentence for a file or folder below the data folder that could not be used. `what` completes
/// "cannot …", such as "write".
pub fn file(what: &str, path: &Path, error: &io::Error) -> Error {
    let path = path.display();
    let sentence = match error.kind() {
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => format!(
            "cannot {what} {path}: this user may not write there; make the data folder writable or \
             choose another with --data"
        ),
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            format!("cannot {what} {path}: the disk is full; free some space and try again")
        }
        _ => format!("cannot {what} {path}: {error}"),
    };
    Error::new(ErrorKind::Unavailable, sentence)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_of_failure_says_what_to_do() {
        for (kind, expected) in [
            (io::ErrorKind::PermissionDenied, "--data"),
            (io::ErrorKind::ReadOnlyFilesystem, "--data"),
            (io::ErrorKind::StorageFull, "free some space"),
            (io::ErrorKind::InvalidData, "cannot write /x"),
        ] {
            let message = file("write", Path::new("/x"), &kind.into()).message();
            assert!(message.contains(expected), "{message}");
        }
    }
}

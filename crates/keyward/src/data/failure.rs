//! What goes wrong with files, said in one sentence that tells what to do.

use model::{Error, ErrorKind};
use std::io;
use std::path::Path;

/// The sentence for a file or folder below the data folder that could not be used. `what` completes
/// "cannot …", such as "write".
pub fn file(what: &str, path: &Path, error: &io::Error) -> Error {
    let path = path.display();
    let sentence = match error.kind() {
        io::ErrorKind::PermissionDenied if what == "read" => format!(
            "cannot read {path}: this user may not; run the command as the user Keyward runs as, or \
             name another data folder with --data"
        ),
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
    fn what_cannot_be_read_needs_another_user_and_no_writing() {
        let denied = io::ErrorKind::PermissionDenied.into();
        let message = file("read", Path::new("/x"), &denied).message();
        assert!(message.contains("the user Keyward runs as"), "{message}");
        assert!(!message.contains("writ"), "{message}");
    }

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

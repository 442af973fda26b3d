//! What the workspace is made of, read from its folders.

use std::fs;
use std::path::PathBuf;

use crate::Result;
use crate::command::root;

/// The names of the workspace's crates, in order.
pub(crate) fn members() -> Result<Vec<String>> {
    let crates = root().join("crates");
    let entries = fs::read_dir(&crates).map_err(|error| unreadable(&crates, &error))?;
    let mut names = vec!["xtask".to_owned()];
    for entry in entries {
        let entry = entry.map_err(|error| unreadable(&crates, &error))?;
        if entry.path().join("Cargo.toml").is_file() {
            names.push(entry.file_name().to_string_lossy().into_owned());
        }
    }
    names.sort();
    Ok(names)
}

/// The sentence for a file or folder that cannot be read.
pub(crate) fn unreadable(path: &std::path::Path, error: &std::io::Error) -> String {
    format!("cannot read {}: {error}", path.display())
}

/// The folder of a crate of the workspace, relative to the workspace.
pub(crate) fn folder(name: &str) -> PathBuf {
    if name == "xtask" { PathBuf::from(name) } else { PathBuf::from("crates").join(name) }
}

//! The Node SDK, installed from its committed lock file.

use std::fs;
use std::path::PathBuf;

use super::requirements;
use super::stamp::Stamp;
use crate::Result;
use crate::command::{program, read, run};
use crate::workspace::unreadable;

/// The folder with the package and its `node_modules`.
///
/// They are installed next to the scripts that import them, because Node looks for packages upwards
/// from the script.
pub(super) fn ready() -> Result<PathBuf> {
    let folder = requirements().join("node");
    let lock = folder.join("package-lock.json");
    let wanted = fs::read_to_string(&lock).map_err(|error| unreadable(&lock, &error))?;
    let version = read(program("node").arg("--version"))?;
    let modules = folder.join("node_modules");
    let stamp = Stamp::new(&modules, format!("{version}{wanted}"));
    if !stamp.matches() {
        println!("setup: installing {} for Node {}", lock.display(), version.trim());
        let words = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
        run(program("npm").args(words).current_dir(&folder))?;
        stamp.write()?;
    }
    Ok(folder)
}

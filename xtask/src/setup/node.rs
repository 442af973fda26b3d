//! What Node programs import, installed from their committed lock files.

use std::fs;
use std::path::PathBuf;

use super::requirements;
use super::stamp::Stamp;
use crate::Result;
use crate::command::{program, read, run};
use crate::workspace::unreadable;

/// The folder of these programs, with its `node_modules` in place.
///
/// Packages are installed next to the programs that import them, because Node looks for packages
/// upwards from the program.
pub(super) fn ready(programs: &str) -> Result<PathBuf> {
    let folder = requirements().join(programs);
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

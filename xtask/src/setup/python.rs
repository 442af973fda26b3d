//! Python environments, each installed from a pinned list of requirements.

use std::fs;
use std::path::PathBuf;

use super::stamp::Stamp;
use super::{requirements, tools};
use crate::Result;
use crate::command::{program, read, run};
use crate::workspace::unreadable;

/// The oldest Python that the tests' packages run on, as Python writes it.
const OLDEST: &str = "(3, 10)";

/// A Python that can make environments.
pub(super) struct Python {
    /// Its version and place: an environment does not outlive the Python it was made by.
    identity: String,
}

/// Looks at the `python3` of this machine.
pub(super) fn find() -> Result<Python> {
    let ask = format!(
        "import sys; print(sys.version.split()[0], sys.executable, sys.version_info >= {OLDEST})"
    );
    let identity = read(program("python3").args(["-c", &ask]))?.trim().to_owned();
    if identity.ends_with(" True") {
        Ok(Python { identity })
    } else {
        Err(format!("the tests need Python {OLDEST} or newer; `python3` is {identity}"))
    }
}

impl Python {
    /// The interpreter of the environment for `tests/acceptance/<name>/requirements.txt`.
    pub(super) fn environment(&self, name: &str) -> Result<PathBuf> {
        let list = requirements().join(name).join("requirements.txt");
        let wanted = fs::read_to_string(&list).map_err(|error| unreadable(&list, &error))?;
        let folder = tools().join(name);
        let interpreter = folder.join("bin/python");
        let stamp = Stamp::new(&folder, format!("{}\n{wanted}", self.identity));
        if stamp.matches() {
            return Ok(interpreter);
        }
        println!("setup: installing into {}:", folder.display());
        for line in wanted.lines().filter(|line| line.contains("==")) {
            println!("setup:   {line}");
        }
        run(program("python3").args(["-m", "venv", "--clear"]).arg(&folder))?;
        let quiet = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"];
        run(program(&interpreter).args(quiet).arg("--requirement").arg(&list))?;
        stamp.write()?;
        Ok(interpreter)
    }
}

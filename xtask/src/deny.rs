//! Checks the dependencies: licences, sources, duplicates and known vulnerabilities.

use std::path::PathBuf;

use crate::Result;
use crate::command::{cargo, find, program, run, target, works};

/// The release that is built when the machine has none.
const VERSION: &str = "0.20.2";

/// Runs cargo-deny; builds it first if the machine has none.
///
/// Vulnerabilities are looked up in a database that is fetched from outside. Where it cannot be
/// fetched, everything else is checked and the gap is said.
pub(crate) fn check() -> Result<()> {
    let deny = installed()?;
    let mut fetch = program(&deny);
    let mut check = program(&deny);
    check.args(["--workspace", "check", "bans", "licenses", "sources"]);
    if works(fetch.args(["fetch", "db"])) {
        check.arg("advisories");
    } else {
        println!("deny: the advisory database cannot be fetched here, so it is not consulted");
    }
    run(&mut check)
}

fn installed() -> Result<PathBuf> {
    if let Some(found) = find("cargo-deny") {
        return Ok(found);
    }
    let tools = target().join("tools");
    let binary = tools.join("bin").join("cargo-deny");
    let mut version = program(&binary);
    if crate::command::read(version.arg("--version"))
        .is_ok_and(|said| said.trim() == format!("cargo-deny {VERSION}"))
    {
        return Ok(binary);
    }
    println!("deny: building cargo-deny {VERSION}, once, for about two minutes");
    let mut install = cargo();
    install.args(["install", "cargo-deny", "--version", VERSION, "--locked", "--quiet", "--root"]);
    install.arg(&tools).env("CARGO_TARGET_DIR", tools.join("build"));
    // It runs for a second at a time: building it fast matters more than running it fast.
    install.env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1");
    install.env("CARGO_PROFILE_RELEASE_LTO", "off");
    install.env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16");
    run(&mut install)?;
    // What it was built from is ten times its size and never needed again.
    std::fs::remove_dir_all(tools.join("build"))
        .map_err(|error| format!("cannot tidy up after building cargo-deny: {error}"))?;
    Ok(binary)
}

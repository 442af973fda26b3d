//! Starts other programs: says which, waits for them, and turns a failure into a sentence.
//!
//! Every program a task starts goes through here, so that the terminal always shows a line that can
//! be typed again by hand. Must never swallow a failure.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::Result;

/// The folder of the workspace.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap_or(Path::new("."))
}

/// The folder in which cargo puts what it builds.
pub(crate) fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from)
}

/// `cargo`, as if started from a shell and not from inside `cargo xtask`.
///
/// Build scripts that watch `CARGO_PKG_*` or `CARGO_MANIFEST_*` would otherwise run again each time
/// the outer cargo changes.
pub(crate) fn cargo() -> Command {
    let mut command = program("cargo");
    for (name, _) in std::env::vars_os() {
        if name.to_str().is_some_and(is_about_the_outer_package) {
            command.env_remove(name);
        }
    }
    command
}

fn is_about_the_outer_package(name: &str) -> bool {
    name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_") || name == "OUT_DIR"
}

/// A program that runs in the workspace's folder, without standard input.
pub(crate) fn program(name: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(name);
    command.current_dir(root()).stdin(Stdio::null());
    command
}

/// Shows the command, runs it, and fails if it fails.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let line = line(command);
    println!("$ {line}");
    let status = command.status().map_err(|error| format!("cannot start `{line}`: {error}"))?;
    if status.success() { Ok(()) } else { Err(format!("`{line}` failed ({status})")) }
}

/// Runs the command without showing it and hands back what it printed.
pub(crate) fn read(command: &mut Command) -> Result<String> {
    let line = line(command);
    let output = command.output().map_err(|error| format!("cannot start `{line}`: {error}"))?;
    if output.status.success() {
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    } else {
        let said = String::from_utf8_lossy(&output.stderr);
        Err(format!("`{line}` failed ({}): {}", output.status, said.trim()))
    }
}

/// Whether the command starts and ends well; what it prints is not shown.
pub(crate) fn works(command: &mut Command) -> bool {
    command
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// Where `name` lies on the search path.
pub(crate) fn find(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    // Administrators' tools such as `ip` are not on every user's path.
    let folders = std::env::split_paths(&path).chain(["/usr/sbin".into(), "/sbin".into()]);
    folders.map(|folder| folder.join(name)).find(|file| file.is_file())
}

/// The command as a person would type it; paths inside the workspace are shown relative to it.
fn line(command: &Command) -> String {
    let inside = format!("{}/", root().display());
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    let words: Vec<String> =
        words.map(|word| word.to_string_lossy().replace(&inside, "")).collect();
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failing_program_is_named_with_its_arguments() {
        let error = run(program("sh").args(["-c", "exit 3"])).unwrap_err();
        assert_eq!(error, "`sh -c exit 3` failed (exit status: 3)");
    }

    #[test]
    fn a_missing_program_is_a_sentence_too() {
        let error = read(&mut program("keyward-no-such-program")).unwrap_err();
        assert!(error.starts_with("cannot start `keyward-no-such-program`: "), "{error}");
    }

    #[test]
    fn paths_inside_the_workspace_are_shown_relative() {
        let command = program(root().join("target/tools/bin/cargo-deny"));
        assert_eq!(line(&command), "target/tools/bin/cargo-deny");
    }
}

//! Runs a program to its end, with a deadline, and shows what it printed if it failed.

use super::{tools, within};
use std::fs::{self, File};
use std::process::{Command, Stdio};
use std::time::Duration;

/// Longer than the slowest program takes on a busy machine.
const LIMIT: Duration = Duration::from_mins(4);
/// The last line of every program that went through to its end.
const DONE: &str = "all steps passed";

/// Runs a Python program of `tests/acceptance/python`.
#[track_caller]
pub(crate) fn python(program: &str, arguments: &[(&str, &str)]) {
    let mut command = Command::new(tools::python());
    command
        .arg("-B")
        .arg(tools::programs().join("python").join(program))
        .env("PYTHONUNBUFFERED", "1");
    story(program, command, arguments);
}

/// Runs a program of `tests/acceptance/mcp`, which drives the MCP server.
#[track_caller]
pub(crate) fn mcp(program: &str, arguments: &[(&str, &str)]) {
    let mut command = Command::new(tools::mcp_python());
    command.arg("-B").arg(tools::programs().join("mcp").join(program)).env("PYTHONUNBUFFERED", "1");
    story(program, command, arguments);
}

/// Runs a Node program of `tests/acceptance/node`.
#[track_caller]
pub(crate) fn node(program: &str, arguments: &[(&str, &str)]) {
    let mut command = Command::new("node");
    command.arg(tools::node_folder().join(program));
    story(program, command, arguments);
}

/// Runs a program of `tests/acceptance/console`, which drives a browser.
#[track_caller]
pub(crate) fn browsing(program: &str, arguments: &[(&str, &str)]) {
    let mut command = Command::new("node");
    command.arg(tools::console_folder().join(program));
    story(program, command, arguments);
}

#[track_caller]
fn story(program: &str, mut command: Command, arguments: &[(&str, &str)]) {
    for (name, value) in arguments {
        command.arg(format!("--{name}={value}"));
    }
    let (success, output) = run(command);
    println!("{program}:\n{output}");
    assert!(success, "{program} failed; what it printed is above");
    assert!(output.trim_end().ends_with(DONE), "{program} ended early; its output is above");
}

/// Runs a command; returns whether it succeeded, and what it printed.
#[track_caller]
pub(crate) fn run(mut command: Command) -> (bool, String) {
    let output = tempfile::NamedTempFile::new().unwrap();
    let write = || File::options().append(true).open(output.path()).unwrap();
    command.stdin(Stdio::null()).stdout(write()).stderr(write());
    let mut child =
        command.spawn().unwrap_or_else(|error| panic!("{command:?} does not start: {error}"));
    let status = within(LIMIT, || child.try_wait().unwrap());
    if status.is_none() {
        let _ = child.kill();
        let _ = child.wait();
    }
    let mut printed = fs::read_to_string(output.path()).unwrap();
    if status.is_none() {
        printed.push_str("\n(it did not end in time and was killed)");
    }
    (status.is_some_and(|status| status.success()), printed)
}

//! The command line against a real server: exit codes, failures for programs, and completion.

#![cfg(test)]

mod support;

use serde_json::Value;
use std::fs::File;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use support::until;
use tempfile::TempDir;

/// A running `keyward serve` without clusters.
struct Served {
    child: Child,
    folder: TempDir,
}

impl Served {
    fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let errors = File::create(folder.path().join("stderr")).unwrap();
        let mut command = keyward(&["serve", "--control-listen", "127.0.0.1:0"]);
        command.args(["--gateway-listen", "127.0.0.1:0", "--data"]).arg(folder.path().join("data"));
        let child = command.stdout(Stdio::null()).stderr(errors).spawn().unwrap();
        let served = Self { child, folder };
        let log = served.folder.path().join("stderr");
        until("the server says where it is", || {
            let text = std::fs::read_to_string(&log).unwrap();
            text.contains("control API on").then_some(())
        });
        served
    }

    fn run(&self, line: &[&str]) -> Output {
        self.run_as(line, None)
    }

    fn run_as(&self, line: &[&str], key: Option<&str>) -> Output {
        let mut command = keyward(line);
        command.arg("--data").arg(self.folder.path().join("data"));
        if let Some(key) = key {
            command.env("KEYWARD_API_KEY", key);
        }
        command.output().unwrap()
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn keyward(line: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_keyward"));
    for variable in ["KEYWARD_URL", "KEYWARD_API_KEY", "KEYWARD_DATA"] {
        command.env_remove(variable);
    }
    command.args(line).stdin(Stdio::null());
    command
}

/// Checks the exit code, that nothing is on standard output, and that one sentence is on the other.
#[track_caller]
fn refused(output: &Output, code: i32) -> String {
    let said = String::from_utf8_lossy(&output.stderr).trim_end().to_owned();
    assert_eq!(output.status.code(), Some(code), "{said}");
    assert!(output.stdout.is_empty());
    assert_eq!(said.lines().count(), 1, "{said}");
    said
}

/// The one JSON object on standard error.
#[track_caller]
fn as_json(output: &Output, code: i32) -> Value {
    let said = refused(output, code);
    let value: Value = serde_json::from_str(&said).unwrap();
    assert_eq!(value["error"]["exitCode"], code);
    value["error"].clone()
}

fn answer(output: &Output) -> Value {
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{said}");
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn the_exit_code_says_what_happened() {
    let server = Served::start();
    answer(&server.run(&["project", "create", "web", "--json"]));
    let taken = server.run(&["project", "create", "web"]);
    assert!(refused(&taken, 5).starts_with("keyward: "), "a sentence for people");
    let taken = as_json(&server.run(&["project", "create", "web", "--json"]), 5);
    assert_eq!(taken["kind"], "conflict");
    let made = answer(&server.run(&["key", "create", "app", "--project", "web", "--json"]));
    let key = made["apiKey"].as_str().unwrap();
    let other = as_json(&server.run_as(&["key", "list", "--json"], Some(key)), 3);
    assert_eq!(other["kind"], "forbidden");
    let illegal = as_json(&server.run_as(&["key", "list", "--json"], Some("kw_x")), 3);
    assert_eq!(illegal["kind"], "unauthenticated");
    let missing = as_json(&server.run(&["key", "show", "nothing", "--json"]), 4);
    assert_eq!(missing["kind"], "notFound");
    let bad = as_json(&server.run(&["key", "create", "Bad", "--project", "web", "--json"]), 2);
    assert_eq!(bad["kind"], "invalid");
    let usage = as_json(&server.run(&["key", "create", "--json"]), 2);
    assert_eq!(usage["kind"], "usage");
}

#[test]
fn an_unreachable_server_is_told_from_a_refusing_one() {
    let folder = tempfile::tempdir().unwrap();
    let nowhere = |line: &[&str]| {
        let mut command = keyward(line);
        command.arg("--data").arg(folder.path().join("none"));
        command.output().unwrap()
    };
    assert_eq!(as_json(&nowhere(&["project", "list", "--json"]), 6)["kind"], "unavailable");
    let mut command = keyward(&["project", "list", "--json"]);
    command.env("KEYWARD_URL", "http://127.0.0.1:1").env("KEYWARD_API_KEY", "kw_x");
    assert_eq!(as_json(&command.output().unwrap(), 6)["kind"], "unavailable");
}

#[test]
fn scripts_for_every_shell_are_printed() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let output = keyward(&["completion", shell]).output().unwrap();
        assert!(output.status.success());
        let script = String::from_utf8(output.stdout).unwrap();
        assert!(script.contains("quickstart") && script.contains("completion"), "{shell}");
        if shell == "bash" {
            check_syntax(&script);
        }
    }
    let output = keyward(&["completion", "tcsh"]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
}

/// Bash reads the script without complaint.
fn check_syntax(script: &str) {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), script).unwrap();
    let bash = Path::new("/bin/bash");
    let checked = Command::new(bash).arg("-n").arg(file.path()).status().unwrap();
    assert!(checked.success());
}

#[test]
fn help_says_the_exit_codes_and_has_no_colours_in_a_pipe() {
    let output = keyward(&["--help"]).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    for part in ["Exit codes:", "KEYWARD_URL", "KEYWARD_API_KEY", "completion"] {
        assert!(text.contains(part), "{part}");
    }
    assert!(!text.contains('\u{1b}'));
    let wrong = keyward(&["key", "lst"]).output().unwrap();
    assert!(!String::from_utf8_lossy(&wrong.stderr).contains('\u{1b}'));
}

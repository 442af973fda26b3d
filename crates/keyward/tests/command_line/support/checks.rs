//! Running the program, and what its ends look like.

use serde_json::Value;
use std::process::{Command, Output, Stdio};

/// Checks that it worked, and gives what it said on standard error.
#[track_caller]
pub(crate) fn done(output: &Output) -> String {
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(0), "{said}");
    said
}

pub(crate) fn keyward(line: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_keyward"));
    for variable in ["KEYWARD_URL", "KEYWARD_API_KEY", "KEYWARD_DATA"] {
        command.env_remove(variable);
    }
    command.args(line).stdin(Stdio::null());
    command
}

/// Checks the exit code, that nothing is on standard output, and that one sentence is on the other.
#[track_caller]
pub(crate) fn refused(output: &Output, code: i32) -> String {
    let said = String::from_utf8_lossy(&output.stderr).trim_end().to_owned();
    assert_eq!(output.status.code(), Some(code), "{said}");
    assert!(output.stdout.is_empty());
    assert_eq!(said.lines().count(), 1, "{said}");
    said
}

/// The one JSON object on standard error.
#[track_caller]
pub(crate) fn as_json(output: &Output, code: i32) -> Value {
    let said = refused(output, code);
    let value: Value = serde_json::from_str(&said).unwrap();
    assert_eq!(value["error"]["exitCode"], code);
    value["error"].clone()
}

pub(crate) fn answer(output: &Output) -> Value {
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{said}");
    serde_json::from_slice(&output.stdout).unwrap()
}

/// What a command printed for people, after it went well.
#[track_caller]
pub(crate) fn printed(output: &Output) -> String {
    done(output);
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// The names in a list of the answer.
#[track_caller]
pub(crate) fn names(answer: &Value, list: &str, field: &str) -> Vec<String> {
    let Some(list) = answer[list].as_array() else { panic!("{list} is no list in {answer}") };
    let mut names: Vec<_> =
        list.iter().map(|one| one[field].as_str().unwrap().to_owned()).collect();
    names.sort();
    names
}

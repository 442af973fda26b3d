//! What an operator lives through: dying engines, dying servers, ends and new starts.

use crate::support::{Keyward, python, quickstart, quickstart_on, run, until};
use rustix::process::Signal;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

/// A newcomer's first start installs the engine; a second one resumes with the same data and key.
#[test]
fn a_first_start_from_nothing_and_a_second_one_that_resumes() {
    let mut first = Keyward::start_from_nothing();
    assert!(first.has_said("ownerPassword") && first.has_said("ownerEmail"));
    let pid = first.engine_pid().to_string();
    python("recovery.py", &[&first.client()[..], &[("engine-pid", &pid)]].concat());
    let (key, cluster) = (first.said("apiKey").to_owned(), first.said("clusterId").to_owned());
    let engine = first.engine_pid();
    assert!(first.stop(Signal::INT).success(), "Ctrl-C is a normal end");
    until("the engine's end", Duration::from_secs(10), || has_ended(engine).then_some(()));

    let second = Keyward::start_in(first.folder());
    assert_eq!(second.said("apiKey"), key);
    assert_eq!(second.said("clusterId"), cluster);
    assert!(!second.has_said("ownerPassword"), "the password is shown once");
    python("recovery.py", &[&second.client()[..], &[("engine-pid", "0")]].concat());
}

#[test]
fn a_kill_loses_nothing_that_was_acknowledged() {
    let mut first = Keyward::start();
    let pid = first.engine_pid().to_string();
    python("recovery.py", &[&first.client()[..], &[("engine-pid", &pid)]].concat());
    let made = first.command(&["key", "create", "made-before-the-kill"]);
    let engine = first.engine_pid();
    assert!(!first.stop(Signal::KILL).success());
    until("the engine's end", Duration::from_secs(20), || has_ended(engine).then_some(()));

    let second = Keyward::start_in(first.folder());
    let uri = second.said("endpoint");
    let key = made["apiKey"].as_str().expect("the key that was made");
    python("recovery.py", &[("uri", uri), ("token", key), ("engine-pid", "0")]);
}

fn has_ended(pid: i32) -> bool {
    !Path::new(&format!("/proc/{pid}")).exists()
}

#[test]
fn what_stands_in_the_way_of_a_start_is_said_in_one_sentence() {
    let keyward = Keyward::start();
    refused(quickstart(&keyward.data()), "another Keyward");

    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    refused(quickstart_on(&data, keyward.address()), keyward.address());

    let [uri, token] = keyward.client();
    python("threads.py", &[uri, token]);
}

/// The command must end by itself, with one sentence for people and nothing for programs.
#[track_caller]
fn refused(command: Command, says: &str) {
    let (success, printed) = run(command);
    assert!(!success, "this start went well:\n{printed}");
    assert!(printed.contains(says), "does not say {says:?}: {printed}");
    assert_eq!(printed.trim_end().lines().count(), 1, "not one sentence:\n{printed}");
}

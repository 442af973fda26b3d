//! What the first page of output promises, taken word for word.

use crate::support::{Keyward, node_folder, python_program, run};
use rustix::process::Signal;
use std::process::Command;
use std::sync::Arc;

/// The indented lines under a heading.
#[track_caller]
fn block(printed: &str, heading: &str) -> String {
    let mut lines = printed.lines().skip_while(|line| !line.starts_with(heading)).skip(1);
    let mut block = String::new();
    for line in lines.by_ref().take_while(|line| line.is_empty() || line.starts_with("  ")) {
        block.push_str(line.strip_prefix("  ").unwrap_or_default());
        block.push('\n');
    }
    assert!(!block.trim().is_empty(), "nothing is printed under {heading:?}:\n{printed}");
    block
}

#[track_caller]
fn works(command: Command, shows: &str) {
    let (success, output) = run(command);
    assert!(success && output.contains(shows), "does not show {shows:?}:\n{output}");
}

#[track_caller]
fn python_works(printed: &str) {
    let mut python = Command::new(python_program());
    python.arg("-c").arg(block(printed, "Python"));
    works(python, "'id': 1");
}

#[test]
fn the_printed_snippets_work_and_go_on_working_after_a_restart() {
    let folder = Arc::new(tempfile::tempdir().unwrap());
    let (mut first, printed) = Keyward::start_for_people(folder.clone());
    assert!(printed.contains("Password"), "the owner's password is shown:\n{printed}");
    python_works(&printed);

    let mut node = Command::new("node");
    // A script of a newcomer ends by Ctrl-C; this one ends with what it prints.
    let ending = "const print = console.log;
        console.log = (...what) => { print(...what); process.exit(0); };";
    node.args(["--input-type=commonjs", "--eval"])
        .arg(format!("{ending}\n{}", block(&printed, "Node")));
    node.current_dir(node_folder());
    works(node, "demo");

    let asked = [("curl, for data", "[\"demo\"]"), ("curl, for the control API", "\"apiKeys\"")];
    for (heading, shows) in asked {
        let mut curl = Command::new("sh");
        curl.arg("-c").arg(block(&printed, heading));
        works(curl, shows);
    }

    assert!(first.stop(Signal::INT).success(), "Ctrl-C is a normal end");
    let (_second, printed) = Keyward::start_for_people(folder);
    assert!(!printed.contains("Password"), "the password is shown once:\n{printed}");
    python_works(&printed);
}

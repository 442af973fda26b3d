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

/// The page's lines for a shell, in their order.
fn session() -> String {
    let page = include_str!("../../../../docs/REST.md");
    let (_, rest) = page.split_once("## A session").expect("the session");
    let (session, _) = rest.split_once("\n## ").expect("what follows it");
    session
        .split("```sh\n")
        .skip(1)
        .filter_map(|block| block.split_once("```"))
        .map(|b| b.0)
        .collect()
}

#[test]
fn the_session_of_the_rest_page_works_line_by_line() {
    let keyward = Keyward::start();
    let [(_, uri), (_, token)] = keyward.client();
    let lines = session()
        .replace("http://127.0.0.1:19530", uri)
        .replace("MILVUS_TOKEN=kw_...", &format!("MILVUS_TOKEN={token}"));
    let mut shell = Command::new("sh");
    shell.args(["-e", "-c", &lines]);
    let (success, output) = run(shell);
    let answers: Vec<serde_json::Value> =
        output.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(success && answers.len() == 4, "{output}");
    assert!(answers.iter().all(|answer| answer["code"] == 0), "{output}");
    assert_eq!(answers[1]["data"]["insertCount"], 3, "{output}");
    let titles = |answer: &serde_json::Value| -> Vec<String> {
        let rows = answer["data"].as_array().unwrap();
        rows.iter().map(|row| row["title"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(titles(&answers[2]), ["Mountains", "Sea and mountain"], "{output}");
    assert_eq!(titles(&answers[3]), ["The sea", "Sea and mountain"], "{output}");
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

//! Exit codes, and failures for people and for programs.

use crate::support::{Served, answer, as_json, keyward, refused};

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
fn the_operator_says_how_often_a_caller_may_ask() {
    let server = Served::start_with(&["--control-rate", "1"]);
    // Ten seconds' worth may come at once; those of a window that ends in between come on top.
    let ends = (0..21).map(|_| server.run(&["project", "list"]));
    let refused = ends.into_iter().find(|output| !output.status.success()).unwrap();
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(said.contains("more than 1 requests a second"), "{said}");
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

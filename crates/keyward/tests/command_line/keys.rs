//! `keyward key` for many keys at once, and the bar that is shown meanwhile.

use crate::support::{Served, answer, done, keyward, names, printed, refused};
use std::process::{Command, Output};

#[test]
fn many_keys_are_made_and_deleted_with_a_few_requests() {
    let server = Served::start();
    answer(&server.run(&["project", "create", "web", "--json"]));
    let made = server.run(&["key", "create", "--prefix", "job", "--count", "120"]);
    assert!(done(&made).is_empty(), "no bar where nobody watches");
    let made = printed(&made);
    assert_eq!(made.lines().count(), 120, "{made}");
    let columns = |line: &str| line.split("  ").map(ToOwned::to_owned).collect::<Vec<_>>();
    let rows: Vec<Vec<String>> = made.lines().map(columns).collect();
    assert_eq!((rows[0][1].as_str(), rows[119][1].as_str()), ("job-1", "job-120"));

    let ada = server.member("ada@example.com", Some("web"));
    let ids: Vec<&str> = rows.iter().map(|row| row[0].as_str()).collect();
    let file = ada.file("keys", &ids[2..].join("\n\n"));
    let from = ["key", "delete", "--from", &file];
    assert!(refused(&server.run(&from), 2).contains("--yes"));
    assert_eq!(ada.run(&[&from[..], &["--yes"]].concat(), "").status.code(), Some(3));
    assert!(printed(&server.run(&["key", "delete", "job-1", ids[1], "--yes"])).contains("2 keys"));
    let deleted = server.run(&[&from[..], &["--yes", "--json"]].concat());
    let told = printed(&deleted);
    let batches = told.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
    let counts: Vec<_> = batches.map(|batch| batch["apiKeys"].as_array().unwrap().len()).collect();
    assert_eq!(counts.iter().sum::<usize>(), 118, "{counts:?}");
    let left = answer(&server.run(&["key", "list", "--project", "web", "--json"]));
    assert_eq!(names(&left, "apiKeys", "name"), ["default"]);
    refused(&server.run(&[&from[..], &["--yes"]].concat()), 4);
    refused(&server.run(&["key", "delete", "a", "b", "--descendants"]), 2);
    let empty = ada.file("empty", "");
    refused(&server.run(&["key", "delete", "--from", &empty, "--yes"]), 2);
}

/// Runs the command on a terminal of its own; what the terminal got.
fn on_a_terminal(server: &Served, line: &str) -> String {
    let program = keyward(&[]).get_program().to_str().unwrap().to_owned();
    let shell = format!("'{program}' {line} --data '{}'", server.data().display());
    let mut command = Command::new("script");
    command.args(["--quiet", "--return", "--command", &shell, "/dev/null"]).env("TERM", "xterm");
    let Output { status, stdout, .. } = command.output().unwrap();
    let got = String::from_utf8_lossy(&stdout).into_owned();
    assert!(status.success(), "{got}");
    got
}

#[test]
fn a_bar_is_shown_on_a_terminal_and_never_to_programs() {
    let server = Served::start();
    answer(&server.run(&["project", "create", "web", "--json"]));
    let got = on_a_terminal(&server, "key create --prefix job --count 60");
    assert!(got.contains("keys made [") && got.contains("60/60"), "{got}");
    assert!(got.contains("  job-60  "), "{got}");
    let got = on_a_terminal(&server, "key create --prefix more --count 60 --json");
    assert!(!got.contains("keys made ["), "{got}");
    let listed = answer(&server.run(&["key", "list", "--search", "job-", "--json"]));
    let ids = names(&listed, "apiKeys", "apiKeyId").join(" ");
    let got = on_a_terminal(&server, &format!("key delete {ids} --yes"));
    assert!(got.contains("keys deleted [") && got.contains("60/60"), "{got}");
}

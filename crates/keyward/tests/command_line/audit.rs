//! `keyward audit`

use crate::support::{Served, answer, done, names, printed, refused};

#[test]
fn the_trail_is_listed_exported_and_verified() {
    let mut server = Served::start();
    answer(&server.run(&["project", "create", "web", "--json"]));
    let ada = server.member("ada@example.com", Some("web"));
    refused(&ada.run(&["project", "rename", "web", "mine"], ""), 3);
    let list = ["audit", "list", "--action", "project.", "--json"];
    let listed = answer(&server.run(&list));
    let actions = names(&listed, "audits", "action");
    assert!(actions.contains(&"project.create".to_owned()), "{actions:?}");
    let refusals = ["audit", "list", "--outcome", "refused", "--action", "project."];
    let refusals = printed(&server.run(&refusals));
    assert!(refusals.contains("project.") && !refusals.contains("project.create"), "{refusals}");

    let taken = ada.file("taken", "");
    refused(&server.run(&["audit", "export", "--file", &taken]), 2);
    let file = taken + ".jsonl";
    done(&server.run(&["audit", "export", "--file", &file]));
    let lines = std::fs::read_to_string(&file).unwrap();
    assert!(lines.lines().count() > 3, "{lines}");
    for line in lines.lines() {
        serde_json::from_str::<serde_json::Value>(line).unwrap();
    }
    assert_eq!(answer(&server.run(&["audit", "verify", "--json"]))["intact"], true);
    refused(&ada.run(&["audit", "list"], ""), 3);
    refused(&ada.run(&["audit", "export"], ""), 3);
    refused(&ada.run(&["audit", "verify"], ""), 3);

    let offline =
        server.stopped(|server| answer(&server.run(&["audit", "verify", "--offline", "--json"])));
    assert_eq!(offline["intact"], true, "{offline}");
}

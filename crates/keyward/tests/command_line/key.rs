//! `keyward key`: the life of one key.

use crate::support::{Person, Served, answer, done, names, printed, refused};
use serde_json::json;

#[test]
fn a_key_is_made_shown_changed_and_deleted() {
    let server = Served::start();
    answer(&server.run(&["project", "create", "web", "--json"]));
    let line = ["key", "create", "app", "--project", "web", "--role", "read-only"];
    let bounds = ["--expires-in", "90d", "--allow-from", "127.0.0.0/8", "--rate-limit", "5"];
    let made = answer(&server.run(&[&line[..], &bounds, &["--json"]].concat()));
    let (id, key) = (made["apiKeyId"].as_str().unwrap(), made["apiKey"].as_str().unwrap());
    assert!(!printed(&server.run(&["key", "show", "app"])).contains(key));
    assert!(printed(&server.run(&["key", "view", "app"])).contains(key));
    assert!(printed(&server.run(&["key", "show", "app", "--secret"])).contains(key));
    let views = ["audit", "list", "--action", "key.reveal", "--json"];
    let views = answer(&server.run(&views));
    assert_eq!(views["audits"].as_array().map(Vec::len), Some(2), "{views}");

    let update = ["key", "update", "app", "--name", "web", "--rate-limit", "3", "--json"];
    let updated = answer(&server.run(&update));
    assert_eq!((&updated["apiKeyId"], &updated["rateLimit"]), (&json!(id), &json!(3)));
    refused(&server.run(&["key", "show", "app"]), 4);
    let listed = answer(&server.run(&["key", "list", "--role", "read-only", "--json"]));
    assert_eq!(names(&listed, "apiKeys", "name"), ["web"]);
    let unasked = refused(&server.run(&["key", "delete", "web"]), 2);
    assert!(unasked.contains("--yes"), "{unasked}");
    let told = printed(&server.run(&["key", "delete", "web", "--yes"]));
    assert!(told.contains("Deleted key web") && told.contains("Dead on gateway"), "{told}");
    refused(&server.run(&["key", "view", id]), 4);
}

#[test]
fn a_key_is_switched_off_on_and_replaced() {
    let server = Served::start();
    answer(&server.run(&["project", "create", "web", "--json"]));
    let made = answer(&server.run(&["key", "create", "app", "--manage-keys", "--json"]));
    let (id, key) = (made["apiKeyId"].as_str().unwrap(), made["apiKey"].as_str().unwrap());
    let works = |key: &str| server.run_as(&["key", "list"], Some(key)).status.code() == Some(0);
    assert!(works(key));
    let told = printed(&server.run(&["key", "disable", "app"]));
    assert!(told.contains("no gateway admits it"), "{told}");
    assert!(!works(key));
    done(&server.run(&["key", "enable", "app"]));
    assert!(works(key));
    let next = answer(&server.run(&["key", "rotate", "app", "--overlap", "60", "--json"]));
    assert!(works(key) && works(next["apiKey"].as_str().unwrap()), "both live");
    refused(&server.run(&["key", "rotate", id]), 5);
    let last = ["key", "rotate", next["apiKeyId"].as_str().unwrap(), "--overlap", "0", "--json"];
    answer(&server.run(&last));
    assert!(!works(next["apiKey"].as_str().unwrap()));
}

#[test]
fn a_key_ends_itself_and_its_children() {
    let server = Served::start();
    answer(&server.run(&["project", "create", "web", "--json"]));
    let parent = answer(&server.run(&["key", "create", "parent", "--manage-keys", "--json"]));
    let parent = parent["apiKey"].as_str().unwrap();
    let child = server.run_as(&["key", "create", "child", "--json"], Some(parent));
    let child = answer(&child)["apiKey"].as_str().unwrap().to_owned();
    refused(&server.run_as(&["key", "delete", "--own"], Some(&child)), 2);
    let told = printed(&server.run_as(&["key", "delete", "--own", "--yes"], Some(&child)));
    assert!(told.contains("Deleted key child"), "{told}");
    refused(&server.run_as(&["key", "delete", "--own", "--yes"], Some(&child)), 3);
    answer(&server.run_as(&["key", "create", "heir", "--json"], Some(parent)));
    let output = server.run(&["key", "delete", "parent", "--descendants", "--yes"]);
    assert!(done(&output).contains("Users of clusters that it made live on"));
    let told = printed(&output);
    assert!(told.contains("Deleted with it: 1 keys"), "{told}");
    let left = answer(&server.run(&["key", "list", "--project", "web", "--json"]));
    assert_eq!(names(&left, "apiKeys", "name"), ["default"]);
}

#[test]
fn a_found_key_is_reported_by_anybody_from_standard_input() {
    let server = Served::start();
    answer(&server.run(&["project", "create", "web", "--json"]));
    let made = answer(&server.run(&["key", "create", "app", "--json"]));
    let finder = Person::new(&server);
    let line = ["key", "report", "--url", &finder.url, "--source", "scanner", "--found-at", "x"];
    let told = printed(&finder.run(&line, made["apiKey"].as_str().unwrap()));
    assert_eq!(told, printed(&finder.run(&line, "nothing of the kind")));
    let shown = answer(&server.run(&["key", "show", "app", "--json"]));
    assert_eq!(
        (&shown["state"], &shown["report"]["source"]),
        (&json!("revoked"), &json!("scanner"))
    );
    refused(&finder.run(&line, ""), 2);
}

#[test]
fn members_have_no_part_in_keys_of_the_project() {
    let server = Served::start();
    answer(&server.run(&["project", "create", "web", "--json"]));
    let made = answer(&server.run(&["key", "create", "app", "--json"]));
    let id = made["apiKeyId"].as_str().unwrap();
    let ada = server.member("ada@example.com", Some("web"));
    let create = refused(&ada.run(&["key", "create", "mine"], ""), 3);
    assert!(create.starts_with("keyward: "), "{create}");
    for line in [
        &["key", "show", id][..],
        &["key", "view", id],
        &["key", "update", id, "--name", "mine"],
        &["key", "disable", id],
        &["key", "enable", id],
        &["key", "rotate", id],
        &["key", "delete", id, "--yes"],
    ] {
        let code = ada.run(line, "").status.code();
        assert!(matches!(code, Some(3 | 4)), "{line:?}: {code:?}");
    }
    refused(&ada.run(&["key", "list"], ""), 3);
    assert_eq!(answer(&server.run(&["key", "show", id, "--json"]))["state"], "active");
}

//! Users of a cluster with the unmodified SDKs: `user:password` next to keys.

use crate::support::{Keyward, node, python};
use serde_json::{Value, json};

/// What the administrator of a new cluster signs in with.
#[track_caller]
pub(crate) fn administrator(made: &Value) -> String {
    let said = |field: &str| match made[field].as_str() {
        Some(text) => text.to_owned(),
        None => panic!("no {field} in {made}"),
    };
    format!("{}:{}", said("username"), said("password"))
}

/// A cluster of its own on the embedded engine: where it is, and its administrator.
#[track_caller]
fn cluster(keyward: &Keyward) -> (String, String) {
    let made = keyward.command(&["cluster", "create", "peopled"]);
    let Some(uri) = made["connectAddress"].as_str() else {
        panic!("no address in {made}");
    };
    (uri.to_owned(), administrator(&made))
}

#[test]
fn each_user_sees_its_own_world_and_changes_hold_at_once() {
    let keyward = Keyward::start();
    let (uri, admin) = cluster(&keyward);
    let key = keyward.said("apiKey");
    python("users.py", &[("uri", &uri), ("admin", &admin), ("token", key)]);
}

#[test]
fn users_roles_and_grants_follow_the_rules_of_milvus() {
    let keyward = Keyward::start();
    let (uri, admin) = cluster(&keyward);
    python("users_rules.py", &[("uri", &uri), ("admin", &admin)]);
}

#[test]
fn the_node_sdk_manages_users_and_roles() {
    let keyward = Keyward::start();
    let (uri, admin) = cluster(&keyward);
    let (address, key) = (uri.replace("http://", ""), keyward.said("apiKey"));
    node("users.mjs", &[("address", &address), ("admin", &admin), ("token", key)]);
}

#[test]
fn the_command_line_manages_users_roles_and_groups() {
    let keyward = Keyward::start();
    let cluster = keyward.said("clusterId");
    let run =
        |what: &[&str], rest: &[&str]| keyward.command(&[what, &[cluster][..], rest].concat());
    let user = |verb, rest: &[&str]| run(&["cluster", "user", verb], rest);
    let role = |verb, rest: &[&str]| run(&["cluster", "role", verb], rest);
    let group = |verb, rest: &[&str]| run(&["privilege-group", verb], rest);
    let uri = ("uri", keyward.said("endpoint"));
    let sign_in = |made: &Value, outcome| {
        let token = format!("ada:{}", made["password"].as_str().unwrap());
        python("sign_in.py", &[uri, ("token", &token), ("outcome", outcome)]);
    };

    let made = user("create", &["ada", "--role", "db_ro"]);
    assert_eq!(made["revocation"]["settled"], true, "{made}");
    sign_in(&made, "welcome");
    let reset = user("reset-password", &["ada"]);
    assert_ne!(reset["password"], made["password"]);
    sign_in(&made, "refused");
    sign_in(&reset, "welcome");

    role("create", &["readers", "--description", "they read"]);
    group("create", &["lookers"]);
    group("add", &["lookers", "Search", "Query"]);
    role("grant", &["readers", "lookers", "--database", "library", "--collection", "books"]);
    role("grant", &["readers", "CollectionReadOnly"]);
    user("grant", &["ada", "readers"]);
    user("revoke", &["ada", "db_ro"]);
    assert_eq!(user("show", &["ada"])["roles"], json!(["readers"]));
    let shown = role("show", &["readers"]);
    assert_eq!((&shown["users"], &shown["description"]), (&json!(["ada"]), &json!("they read")));
    let grants = shown["grants"].as_array().unwrap();
    let on = |grant: &Value| format!("{} {}", grant["privilege"], grant["database"]);
    let grants: Vec<_> = grants.iter().map(on).collect();
    assert_eq!(grants, [r#""CollectionReadOnly" "default""#, r#""lookers" "library""#]);
    let explained = |who: &[&str], call: &[&str]| {
        let answer = keyward.command(&[&["explain", "--cluster", cluster][..], who, call].concat());
        (answer["allowed"].as_bool(), answer["rule"].as_str().unwrap_or_default().to_owned())
    };
    let on_books = ["--rpc", "query", "--database", "library", "--collection", "books"];
    assert_eq!(explained(&["--user", "ada"], &on_books), (Some(true), "grants".to_owned()));
    group("remove", &["lookers", "Query"]);
    let missing = (Some(false), "privilege missing".to_owned());
    assert_eq!(explained(&["--user", "ada"], &on_books), missing);
    let key = ["--key", keyward.said("apiKeyId")];
    assert_eq!(explained(&key, &on_books), (Some(true), "Admin".to_owned()));
    assert_eq!(explained(&key, &["--rpc", "CreateCredential"]), missing);
    let groups = group("list", &[])["privilegeGroups"].take();
    let lookers = groups.as_array().unwrap().iter().find(|one| one["groupName"] == "lookers");
    assert_eq!(lookers.unwrap()["privileges"], json!(["Search"]));

    role("revoke", &["readers", "lookers", "--database", "library", "--collection", "books"]);
    group("drop", &["lookers", "--yes"]);
    role("drop", &["readers", "--force", "--yes"]);
    user("drop", &["ada", "--yes"]);
    sign_in(&reset, "refused");
    let left = user("list", &[])["users"].take();
    assert_eq!(left.as_array().map(Vec::len), Some(1), "{left}");
}

//! Users of a cluster with the unmodified SDKs: `user:password` next to keys.

use crate::support::{Keyward, node, python};
use serde_json::Value;

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

//! `keyward usage` and `keyward status`

use crate::support::{Served, answer, printed, refused};

#[test]
fn usage_is_asked_for_by_what_one_may_see() {
    let server = Served::start();
    server.cluster("prod");
    answer(&server.run(&["key", "create", "app", "--json"]));
    let line = ["usage", "--key", "app", "--cluster", "prod", "--project", "web", "--by", "class"];
    let line = [&line[..], &["--from", "2026-01-01", "--to", "2026-01-02T00:00:00Z"]].concat();
    assert_eq!(printed(&server.run(&line)).lines().count(), 1, "headings alone");
    assert_eq!(answer(&server.run(&["usage", "--json"]))["usage"], serde_json::json!([]));
    refused(&server.run(&["usage", "--from", "yesterday"]), 2);
    let ada = server.member("ada@example.com", None);
    refused(&ada.run(&["usage", "--project", "web"], ""), 4);
}

#[test]
fn the_status_tells_of_the_server_and_its_clusters() {
    let server = Served::start();
    server.cluster("prod");
    let told = printed(&server.run(&["status"]));
    assert!(told.contains("prod"), "{told}");
    let status = answer(&server.run(&["status", "--json"]));
    assert!(status.to_string().contains("prod"), "{status}");
    let ada = server.member("ada@example.com", None);
    assert!(!printed(&ada.run(&["status"], "")).contains("prod"), "not theirs");
}

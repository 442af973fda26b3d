//! `keyward whitelist`

use crate::support::{Served, answer, done, names, printed, refused};

#[test]
fn a_whitelist_is_added_to_replaced_and_taken_from() {
    let server = Served::start();
    answer(&server.run(&["project", "create", "web", "--json"]));
    let all = || names(&answer(&server.run(&["whitelist", "list", "--json"])), "entries", "cidr");
    let locked = refused(&server.run(&["whitelist", "add", "203.0.113.7/24"]), 5);
    assert!(locked.contains("--confirm-lockout"), "{locked}");
    assert!(all().is_empty());
    let add = ["whitelist", "add", "203.0.113.7/24", "--description", "office"];
    done(&server.run(&[&add[..], &["--confirm-lockout"]].concat()));
    assert_eq!(all(), ["203.0.113.0/24"]);
    assert!(printed(&server.run(&["whitelist", "list"])).contains("office"));
    done(&server.run(&["whitelist", "replace", "127.0.0.0/8=here", "2001:db8::/32"]));
    assert_eq!(all(), ["127.0.0.0/8", "2001:db8::/32"]);
    refused(&server.run(&["whitelist", "add", "localhost"]), 2);
    refused(&server.run(&["whitelist", "remove", "10.0.0.0/8", "--yes"]), 4);
    done(&server.run(&["whitelist", "remove", "2001:db8::/32", "--yes"]));
    done(&server.run(&["whitelist", "replace", "--open"]));
    assert!(all().is_empty());
}

#[test]
fn members_do_not_touch_the_whitelist() {
    let server = Served::start();
    answer(&server.run(&["project", "create", "web", "--json"]));
    let ada = server.member("ada@example.com", Some("web"));
    refused(&ada.run(&["whitelist", "list"], ""), 3);
    refused(&ada.run(&["whitelist", "add", "127.0.0.0/8"], ""), 3);
    refused(&ada.run(&["whitelist", "replace", "127.0.0.0/8"], ""), 3);
    refused(&ada.run(&["whitelist", "remove", "127.0.0.0/8", "--yes"], ""), 3);
}

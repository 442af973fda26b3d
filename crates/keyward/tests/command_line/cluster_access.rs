//! `keyward cluster user`, `cluster role` and `privilege-group`: who may do what on a cluster.

use crate::support::{Served, answer, done, names, printed, refused};

#[test]
fn users_come_with_a_password_and_go() {
    let server = Served::start();
    server.cluster("prod");
    let ada = server.member("ada@example.com", Some("web"));
    let file = ada.file("secret", "Good-Enough-1");
    let made = answer(&server.run(&["cluster", "user", "create", "prod", "reader", "--json"]));
    assert!(made["password"].as_str().is_some_and(|password| password.len() >= 8), "{made}");
    let own = ["cluster", "user", "create", "prod", "writer", "--password-file", &file];
    let told = printed(&server.run(&own));
    assert!(!told.contains("Good-Enough-1"), "{told}");
    let reset = ["cluster", "user", "reset-password", "prod", "reader", "--json"];
    let reset = answer(&server.run(&reset));
    assert!(reset["password"].is_string() && reset["password"] != made["password"], "{reset}");

    answer(&server.run(&["cluster", "role", "create", "prod", "readers", "--json"]));
    done(&server.run(&["cluster", "user", "grant", "prod", "reader", "readers"]));
    let shown = answer(&server.run(&["cluster", "user", "show", "prod", "reader", "--json"]));
    assert!(shown["roles"].to_string().contains("readers"), "{shown}");
    done(&server.run(&["cluster", "user", "revoke", "prod", "reader", "readers"]));
    let listed = printed(&server.run(&["cluster", "user", "list", "prod"]));
    assert!(listed.contains("db_admin") && listed.contains("reader"), "{listed}");
    assert!(!listed.contains("readers"), "{listed}");
    refused(&server.run(&["cluster", "user", "drop", "prod", "db_admin", "--yes"]), 5);
    refused(&server.run(&["cluster", "user", "drop", "prod", "reader"]), 2);
    done(&server.run(&["cluster", "user", "drop", "prod", "reader", "--yes"]));
    refused(&server.run(&["cluster", "user", "show", "prod", "reader"]), 4);

    for line in [
        &["cluster", "user", "create", "prod", "mine"][..],
        &["cluster", "user", "list", "prod"],
        &["cluster", "user", "show", "prod", "writer"],
        &["cluster", "user", "reset-password", "prod", "writer"],
        &["cluster", "user", "grant", "prod", "writer", "readers"],
        &["cluster", "user", "revoke", "prod", "writer", "readers"],
        &["cluster", "user", "drop", "prod", "writer", "--yes"],
    ] {
        refused(&ada.run(line, ""), 3);
    }
}

#[test]
fn roles_are_granted_privileges_and_lose_them() {
    let server = Served::start();
    server.cluster("prod");
    let ada = server.member("ada@example.com", Some("web"));
    answer(&server.run(&["cluster", "role", "create", "prod", "readers", "--json"]));
    let grant = ["cluster", "role", "grant", "prod", "readers", "Search", "--collection", "docs"];
    done(&server.run(&grant));
    let shown = printed(&server.run(&["cluster", "role", "show", "prod", "readers"]));
    assert!(shown.contains("Search") && shown.contains("docs"), "{shown}");
    let update = ["cluster", "role", "update", "prod", "readers", "--description", "for reports"];
    done(&server.run(&update));
    let listed = printed(&server.run(&["cluster", "role", "list", "prod"]));
    assert!(listed.contains("readers"), "{listed}");
    let shown = answer(&server.run(&["cluster", "role", "show", "prod", "readers", "--json"]));
    assert_eq!(shown["description"], "for reports", "{shown}");
    let revoke = ["cluster", "role", "revoke", "prod", "readers", "Search", "--collection", "docs"];
    done(&server.run(&revoke));
    let shown = printed(&server.run(&["cluster", "role", "show", "prod", "readers"]));
    assert!(!shown.contains("Search"), "{shown}");
    refused(&server.run(&["cluster", "role", "grant", "prod", "readers", "Fly"]), 4);
    for line in [
        &["cluster", "role", "create", "prod", "mine"][..],
        &["cluster", "role", "list", "prod"],
        &["cluster", "role", "show", "prod", "readers"],
        &update,
        &grant,
        &revoke,
        &["cluster", "role", "drop", "prod", "readers", "--yes"],
    ] {
        refused(&ada.run(line, ""), 3);
    }
    done(&server.run(&["cluster", "role", "drop", "prod", "readers", "--yes"]));
    refused(&server.run(&["cluster", "role", "show", "prod", "readers"]), 4);
}

#[test]
fn privilege_groups_hold_what_they_are_given() {
    let server = Served::start();
    server.cluster("prod");
    let ada = server.member("ada@example.com", Some("web"));
    answer(&server.run(&["privilege-group", "create", "prod", "lookers", "--json"]));
    done(&server.run(&["privilege-group", "add", "prod", "lookers", "Search", "Query"]));
    done(&server.run(&["privilege-group", "remove", "prod", "lookers", "Query"]));
    let listed = answer(&server.run(&["privilege-group", "list", "prod", "--json"]));
    let groups = names(&listed, "privilegeGroups", "groupName");
    assert!(groups.contains(&"lookers".to_owned()), "{groups:?}");
    let line = printed(&server.run(&["privilege-group", "list", "prod"]));
    let line = line.lines().find(|line| line.starts_with("lookers")).unwrap();
    assert!(line.contains("Search") && !line.contains("Query"), "{line}");
    let set = ["privilege-group", "set", "prod", "lookers", "Query", "Insert", "--json"];
    let now = answer(&server.run(&set));
    assert_eq!(now["privileges"], serde_json::json!(["Insert", "Query"]), "{now}");
    let emptied = printed(&server.run(&["privilege-group", "set", "prod", "lookers"]));
    assert!(emptied.contains("lookers now holds nothing"), "{emptied}");
    done(&server.run(&["privilege-group", "set", "prod", "lookers", "Search"]));
    for line in [
        &["privilege-group", "create", "prod", "mine"][..],
        &["privilege-group", "list", "prod"],
        &["privilege-group", "add", "prod", "lookers", "Query"],
        &["privilege-group", "remove", "prod", "lookers", "Search"],
        &["privilege-group", "set", "prod", "lookers", "Query"],
        &["privilege-group", "drop", "prod", "lookers", "--yes"],
    ] {
        refused(&ada.run(line, ""), 3);
    }
    done(&server.run(&["privilege-group", "drop", "prod", "lookers", "--yes"]));
    refused(&server.run(&["privilege-group", "add", "prod", "lookers", "Query"]), 4);
}

//! `keyward personal-key`

use crate::support::{Served, answer, done, names, printed, refused};

#[test]
fn people_make_and_list_their_own_keys_and_owners_see_whose_they_are() {
    let server = Served::start();
    answer(&server.run(&["project", "create", "web", "--json"]));
    let ada = server.member("ada@example.com", Some("web"));
    let made = answer(&ada.run(&["personal-key", "create", "mine", "--json"], ""));
    let key = made["apiKey"].as_str().unwrap();
    assert!(printed(&ada.run(&["personal-key", "list"], "")).contains("mine"));
    let listed = answer(&server.run_as(&["project", "list", "--json"], Some(key)));
    assert_eq!(names(&listed, "projects", "projectName"), ["web"]);

    let of_ada = ["personal-key", "list", "--member", "ada@example.com", "--json"];
    assert_eq!(names(&answer(&server.run(&of_ada)), "apiKeys", "name"), ["mine"]);
    let bob = server.member("bob@example.com", None);
    refused(&bob.run(&["personal-key", "list", "--member", "ada@example.com"], ""), 3);
    let id = made["apiKeyId"].as_str().unwrap();
    refused(&bob.run(&["key", "delete", id, "--yes"], ""), 4);
    done(&ada.run(&["key", "delete", id, "--yes"], ""));
    refused(&server.run_as(&["project", "list"], Some(key)), 3);
}

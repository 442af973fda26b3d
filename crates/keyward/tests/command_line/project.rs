//! `keyward project`, and who is a member of one.

use crate::support::{OWNER, Served, answer, done, names, printed, refused};

#[test]
fn a_project_is_made_shown_renamed_and_deleted() {
    let server = Served::start();
    let made = answer(&server.run(&["project", "create", "web", "--json"]));
    let id = made["projectId"].as_str().unwrap();
    assert!(
        made["apiKey"].is_string() || printed(&server.run(&["key", "list"])).contains("default")
    );
    let listed = printed(&server.run(&["project", "list"]));
    assert!(listed.contains("web") && listed.contains(id), "{listed}");
    let shown = answer(&server.run(&["project", "show", "web", "--json"]));
    assert_eq!((&shown["projectId"], &shown["projectName"]), (&id.into(), &"web".into()));
    done(&server.run(&["project", "rename", "web", "www"]));
    refused(&server.run(&["project", "show", "web"]), 4);
    assert!(printed(&server.run(&["project", "show", id])).contains("www"));
    let unasked = refused(&server.run(&["project", "delete", "www"]), 2);
    assert!(unasked.contains("--yes"), "{unasked}");
    done(&server.run(&["project", "delete", "www", "--yes"]));
    refused(&server.run(&["project", "show", id]), 4);
}

#[test]
fn a_project_with_clusters_goes_with_them_only_when_told() {
    let server = Served::start();
    server.cluster("prod");
    refused(&server.run(&["project", "delete", "web", "--yes"]), 5);
    done(&server.run(&["project", "delete", "web", "--detach-clusters", "--yes"]));
    let left = answer(&server.run(&["cluster", "list", "--json"]));
    assert_eq!(names(&left, "clusters", "clusterName"), [""; 0]);
}

#[test]
fn members_see_their_project_and_change_nothing() {
    let server = Served::start();
    for name in ["web", "other"] {
        answer(&server.run(&["project", "create", name, "--json"]));
    }
    let ada = server.member("ada@example.com", Some("web"));
    let seen = printed(&ada.run(&["project", "list"], ""));
    assert!(seen.contains("web") && !seen.contains("other"), "{seen}");
    let found = answer(&ada.run(&["project", "list", "--search", "OTH", "--json"], ""));
    assert_eq!(names(&found, "projects", "projectName"), [""; 0]);
    let found = answer(&server.run(&["project", "list", "--search", "OTH", "--json"]));
    assert_eq!(names(&found, "projects", "projectName"), ["other"]);
    refused(&ada.run(&["project", "show", "other"], ""), 4);
    refused(&ada.run(&["project", "create", "mine"], ""), 3);
    refused(&ada.run(&["project", "rename", "web", "mine"], ""), 3);
    refused(&ada.run(&["project", "delete", "web", "--yes"], ""), 3);
    let mine = ["project", "member", "set", "web", "ada@example.com", "owner"];
    refused(&ada.run(&mine, ""), 3);

    done(&server.run(&mine));
    let members = printed(&server.run(&["project", "member", "list", "web"]));
    assert!(members.contains("ada@example.com") && members.contains("Owner"), "{members}");
    done(&ada.run(&["key", "create", "app", "--project", "web"], ""));
    refused(&ada.run(&["project", "rename", "web", "mine"], ""), 3);
    refused(&server.run(&["project", "member", "remove", "web", OWNER, "--yes"]), 4);
    done(&server.run(&["project", "member", "remove", "web", "ada@example.com", "--yes"]));
    refused(&ada.run(&["project", "show", "web"], ""), 4);
}

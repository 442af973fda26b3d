//! `keyward member` and `keyward invitation`

use crate::support::{MEMBERS_PASSWORD, OWNER, Person, Served, answer, done, printed, refused};

#[test]
fn somebody_is_invited_joins_and_is_removed() {
    let server = Served::start();
    let project = answer(&server.run(&["project", "create", "web", "--json"]));
    assert!(project["projectId"].is_string(), "{project}");
    let line = ["invitation", "create", "ada@example.com", "--project", "web", "--json"];
    let sent = answer(&server.run(&line));
    let link = sent["link"].as_str().unwrap();

    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, content: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, format!("{content}\n")).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let (token, password) = (file("token", link), file("password", "a quite different sentence"));
    let url = server.url();
    let accept = ["invitation", "accept", "--url", &url, "--name", "Ada", "--json"];
    let accept = [&accept[..], &["--token-file", &token, "--password-file", &password]].concat();
    let ada = Person::new(&server);
    assert_eq!(answer(&ada.run(&accept, ""))["email"], "ada@example.com");
    refused(&ada.run(&accept, ""), 4);
    done(&ada.login("ada@example.com", "a quite different sentence"));

    let members = answer(&server.run(&["member", "list", "--json"]));
    assert_eq!(members["members"].as_array().map(Vec::len), Some(2), "{members}");
    let members = answer(&server.run(&["project", "member", "list", "web", "--json"]));
    assert!(members.to_string().contains("ada@example.com"), "{members}");
    refused(&ada.run(&["project", "rename", "web", "mine"], ""), 3);
    let key = answer(&ada.run(&["personal-key", "create", "mine", "--json"], ""));
    let key = key["apiKey"].as_str().unwrap();
    let list = ["organization", "list", "--json"];
    let own = answer(&server.run_as(&list, Some(key)));
    assert_eq!(own["organizations"].as_array().map(Vec::len), Some(1), "{own}");

    done(&server.run(&["project", "rename", "web", "www"]));
    done(&server.run(&["member", "set-role", "ada@example.com", "owner"]));
    done(&ada.run(&["organization", "rename", "acme"], ""));
    done(&server.run(&["member", "remove", "ada@example.com", "--yes"]));
    refused(&server.run_as(&list, Some(key)), 3);
    done(&server.run(&["project", "delete", "www", "--yes"]));
    let left = answer(&server.run(&["project", "list", "--json"]));
    assert_eq!(left["projects"].as_array().map(Vec::len), Some(0), "{left}");
}

#[test]
fn invitations_are_listed_and_taken_back() {
    let server = Served::start();
    let sent = answer(&server.run(&["invitation", "create", "eve@example.com", "--json"]));
    assert_eq!(sent["mailed"], false);
    let listed = printed(&server.run(&["invitation", "list"]));
    assert!(listed.contains("eve@example.com"), "{listed}");
    let ada = server.member("ada@example.com", None);
    refused(&ada.run(&["invitation", "create", "x@example.com", "--role", "owner"], ""), 3);
    refused(&ada.run(&["member", "set-role", "ada@example.com", "owner"], ""), 3);
    refused(&ada.run(&["member", "remove", OWNER, "--yes"], ""), 3);
    done(&ada.run(&["member", "list"], ""));
    refused(&ada.run(&["invitation", "revoke", "eve@example.com"], ""), 4);
    done(&server.run(&["invitation", "revoke", "eve@example.com"]));
    let eve = Person::new(&server);
    let token = eve.file("token", sent["token"].as_str().unwrap());
    let password = eve.file("password", MEMBERS_PASSWORD);
    let line = ["invitation", "accept", "--url", &eve.url, "--name", "Eve"];
    let files = ["--token-file", &token, "--password-file", &password];
    refused(&eve.run(&[&line[..], &files].concat(), ""), 4);
    refused(&server.run(&["member", "remove", OWNER, "--yes"]), 5);
}

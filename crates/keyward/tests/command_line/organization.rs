//! `keyward organization`

use crate::support::{OWNER, Person, Served, answer, done, names, printed, refused};

#[test]
fn an_organization_is_founded_shown_renamed_and_set_up() {
    let server = Served::start();
    let listed = answer(&server.run(&["organization", "list", "--json"]));
    assert_eq!(listed["organizations"].as_array().map(Vec::len), Some(1), "{listed}");
    done(&server.run(&["organization", "rename", "acme"]));
    // The key in the data folder is of one organization; its person may have several.
    let owner = Person::new(&server);
    done(&owner.login(OWNER, &server.password()));
    let made = answer(&owner.run(&["org", "create", "emca", "--json"], ""));
    let both = answer(&owner.run(&["organization", "list", "--json"], ""));
    assert_eq!(names(&both, "organizations", "organizationName"), ["acme", "emca"]);
    refused(&owner.run(&["organization", "show"], ""), 2);
    let id = made["organizationId"].as_str().unwrap();
    assert!(printed(&owner.run(&["organization", "show", id], "")).contains("emca"));

    let shown = answer(&server.run(&["organization", "settings", "acme", "--json"]));
    assert_eq!(shown["showKeysOnce"], false, "{shown}");
    let line = ["organization", "settings", "acme", "--default-key-expiry", "90", "--json"];
    let set = answer(&server.run(&line));
    assert_eq!(set["defaultKeyExpiryDays"], 90, "{set}");
    let once = ["organization", "settings", "acme", "--show-keys-once", "true"];
    let unasked = refused(&server.run(&once), 2);
    assert!(unasked.contains("--yes"), "what erases copies asks first: {unasked}");
    done(&server.run(&[&once[..], &["--yes"]].concat()));
    assert!(printed(&server.run(&["organization", "settings", "acme"])).contains("true"));
}

#[test]
fn members_see_their_organization_and_change_nothing() {
    let server = Served::start();
    let ada = server.member("ada@example.com", None);
    let seen = answer(&ada.run(&["organization", "show", "--json"], ""));
    assert_eq!(seen["role"], "Member", "{seen}");
    refused(&ada.run(&["organization", "rename", "mine"], ""), 3);
    refused(&ada.run(&["organization", "settings", "--default-key-expiry", "1"], ""), 3);
    refused(&ada.run(&["organization", "create", "mine"], ""), 3);
    done(&ada.run(&["organization", "settings"], ""));
}

//! The console in a real browser.

use crate::support::{Keyward, browser, browsing, python_program};

/// Runs a story of the owner in the browser.
#[track_caller]
fn owner(story: &str) {
    let keyward = Keyward::start();
    let (program, python) = (browser(), python_program());
    let said = [
        ("browser", program.to_str().unwrap()),
        ("control", keyward.said("controlUrl")),
        ("email", keyward.said("ownerEmail")),
        ("password", keyward.said("ownerPassword")),
        ("project", keyward.said("projectId")),
        ("cluster", keyward.said("clusterId")),
        ("python", python.to_str().unwrap()),
    ];
    browsing(story, &said);
}

#[test]
fn an_owner_makes_uses_and_deletes_a_key() {
    owner("owner.mjs");
}

#[test]
fn a_newcomer_gets_from_a_key_to_its_receipt() {
    owner("newcomer.mjs");
}

#[test]
fn an_owner_shapes_keys_clusters_and_settings() {
    owner("manage.mjs");
}

#[test]
fn an_owner_gives_users_of_a_cluster_roles() {
    owner("access.mjs");
}

#[test]
fn people_come_in_and_see_what_is_theirs() {
    let keyward = Keyward::start();
    let program = browser();
    let said = [
        ("browser", program.to_str().unwrap()),
        ("control", keyward.said("controlUrl")),
        ("first", keyward.said("firstSignIn")),
        ("email", keyward.said("ownerEmail")),
        ("project", keyward.said("projectId")),
        ("cluster", keyward.said("clusterId")),
    ];
    browsing("people.mjs", &said);
}

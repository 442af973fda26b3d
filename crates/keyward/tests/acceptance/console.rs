//! The console in a real browser.

use crate::support::{Keyward, browser, browsing};

#[test]
fn an_owner_makes_uses_and_deletes_a_key() {
    let keyward = Keyward::start();
    let program = browser();
    let said = [
        ("browser", program.to_str().unwrap()),
        ("control", keyward.said("controlUrl")),
        ("email", keyward.said("ownerEmail")),
        ("password", keyward.said("ownerPassword")),
        ("project", keyward.said("projectId")),
        ("cluster", keyward.said("clusterId")),
    ];
    browsing("owner.mjs", &said);
}

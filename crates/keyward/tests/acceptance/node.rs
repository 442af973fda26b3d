//! The unmodified Node SDK.

use crate::support::{Keyward, node};

#[test]
fn an_application_does_the_essentials() {
    let keyward = Keyward::start();
    let address = ("address", keyward.address());
    node("data_path.mjs", &[address, ("token", keyward.said("apiKey"))]);
}

#[test]
fn callers_without_a_good_key_are_told_so() {
    let keyward = Keyward::start();
    let client = [("address", keyward.address()), ("token", keyward.said("apiKey"))];
    node("refusals.mjs", &[&client[..], &keyward.manager()].concat());
}

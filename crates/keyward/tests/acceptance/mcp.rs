//! The managed cloud's MCP server, unmodified, against the control API and the gateway.

use crate::support::{Keyward, mcp};

fn with_assistant(program: &str) {
    let keyward = Keyward::start();
    let cluster = [("cluster", keyward.said("clusterId"))];
    mcp(program, &[&keyward.manager()[..], &cluster].concat());
}

#[test]
fn an_assistant_finds_makes_and_suspends_clusters() {
    with_assistant("control_plane.py");
}

#[test]
fn an_assistant_keeps_and_finds_what_is_in_a_cluster() {
    with_assistant("data_plane.py");
}

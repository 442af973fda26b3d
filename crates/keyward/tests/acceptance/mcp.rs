//! The managed cloud's MCP server, unmodified, against the control API.

use crate::support::{Keyward, mcp};

#[test]
fn an_assistant_finds_makes_and_suspends_clusters() {
    let keyward = Keyward::start();
    let cluster = [("cluster", keyward.said("clusterId"))];
    mcp("control_plane.py", &[&keyward.manager()[..], &cluster].concat());
}

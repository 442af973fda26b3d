//! Several clusters behind one gateway.

use crate::support::{Keyward, Lite, free_port, python};
use serde_json::Value;

#[test]
fn a_call_reaches_the_cluster_it_names() {
    let keyward = Keyward::start();
    let second = Lite::start();
    let port = free_port().to_string();
    let uri = second.uri();
    let attached =
        keyward.command(&["cluster", "attach", "second", "--uri", &uri, "--port", &port]);
    let third = keyward.command(&["cluster", "attach", "third", "--uri", &uri]);
    let said = |cluster: &Value, field: &str| {
        cluster[field].as_str().unwrap_or_else(|| panic!("no {field}: {cluster}")).to_owned()
    };
    let port_uri = format!("http://127.0.0.1:{port}");
    assert_eq!(said(&attached, "connectAddress"), port_uri);
    let clusters = [
        ("first", keyward.said("clusterId")),
        ("second", &said(&attached, "clusterId")),
        ("port-uri", &port_uri),
        ("third", &said(&third, "clusterId")),
        ("third-uri", &said(&third, "connectAddress")),
    ];
    python("routing.py", &[&keyward.client()[..], &clusters, &keyward.manager()].concat());
}

//! Several clusters behind one gateway.

use crate::support::{Keyward, Lite, free_port, python};

#[test]
fn a_call_reaches_the_cluster_it_names() {
    let keyward = Keyward::start();
    let second = Lite::start();
    let port = free_port().to_string();
    let attached =
        keyward.command(&["cluster", "attach", "second", "--uri", &second.uri(), "--port", &port]);
    let port_uri = format!("http://127.0.0.1:{port}");
    let clusters = [
        ("first", keyward.said("clusterId")),
        ("second", attached["clusterId"].as_str().expect("the id of the attached cluster")),
        ("port-uri", &port_uri),
    ];
    python("routing.py", &[&keyward.client()[..], &clusters, &keyward.manager()].concat());
}

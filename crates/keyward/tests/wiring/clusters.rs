//! What the control API tells of clusters: whether their engines let Keyward in, and where
//! applications find them.

use crate::support::until;
use crate::system::{System, milvus};
use keyward::wiring::Parts;
use serde_json::Value;
use std::net::TcpStream;

#[test]
fn attaching_tells_at_once_whether_the_engine_lets_keyward_in() {
    let engine = milvus();
    let port = engine.address().port();
    let system = System::start(Parts::system());
    for (name, port, token, status, message) in [
        ("good", port, Some("root:Milvus"), "RUNNING", ""),
        ("wrong", port, Some("root:Wrong"), "ABNORMAL", "the engine refuses Keyward's credential"),
        ("without", port, None, "ABNORMAL", "the engine asks for a credential"),
        ("nobody", 1, None, "ABNORMAL", "the engine does not answer at http://127.0.0.1:1"),
    ] {
        let attached = system.attach_with(name, port, token);
        assert_eq!(attached["status"], status, "{attached}");
        let said = attached["statusMessage"].as_str().unwrap_or_default();
        assert!(said.starts_with(message) && said.is_empty() == message.is_empty(), "{said}");
        let path = format!("/v2/clusters/{}", attached["clusterId"].as_str().unwrap());
        let shown = system.call("GET", &path, &Value::Null);
        assert_eq!(shown["status"], status, "{shown}");
    }
    system.stop();
}

#[test]
fn a_watched_cluster_that_goes_away_becomes_abnormal() {
    let engine = milvus();
    let system = System::start(Parts::system());
    let attached = system.attach_with("x", engine.address().port(), Some("root:Milvus"));
    assert_eq!(attached["status"], "RUNNING", "{attached}");
    drop(engine);
    let path = format!("/v2/clusters/{}", attached["clusterId"].as_str().unwrap());
    until("somebody has looked again", || {
        let shown = system.call("GET", &path, &Value::Null);
        (shown["status"] == "ABNORMAL").then_some(())
    });
    system.stop();
}

#[test]
fn every_cluster_has_an_address_of_its_own() {
    let engine = milvus();
    let system = System::start(Parts::system());
    let gateway = system.server.gateway_address();
    let attach = |name| {
        let attached = system.attach_with(name, engine.address().port(), Some("root:Milvus"));
        let path = format!("/v2/clusters/{}", attached["clusterId"].as_str().unwrap());
        let shown = system.call("GET", &path, &Value::Null);
        assert_eq!(shown["connectAddress"], attached["connectAddress"]);
        attached
    };
    // The first keeps the gateway's own address, because applications use it already.
    let first = attach("first");
    assert_eq!(first["connectAddress"], format!("http://{gateway}"));
    assert!(first.get("port").is_none(), "{first}");
    let mut ports = vec![u64::from(gateway.port())];
    for name in ["second", "third"] {
        let attached = attach(name);
        let port = attached["port"].as_u64().unwrap();
        assert!(port > ports[0] && !ports.contains(&port), "{port} after {ports:?}");
        let address = format!("127.0.0.1:{port}");
        assert_eq!(attached["connectAddress"], format!("http://{address}"));
        until("the port is open", || TcpStream::connect(&address).ok());
        ports.push(port);
    }
    system.stop();
}

#[test]
fn clusters_under_a_domain_are_told_apart_by_name() {
    let engine = milvus();
    let system = System::start_under(Some("m.example.com"), Parts::system());
    for name in ["first", "second"] {
        let attached = system.attach_with(name, engine.address().port(), Some("root:Milvus"));
        assert!(attached.get("port").is_none(), "{attached}");
        let id = attached["clusterId"].as_str().unwrap();
        let address = attached["connectAddress"].as_str().unwrap();
        assert!(address.starts_with(&format!("http://{id}.m.example.com:")), "{address}");
    }
    system.stop();
}

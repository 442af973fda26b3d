//! Calls that are allowed: what goes upstream, what comes back, what is written down.

use crate::house::{House, SERVICE, call, scratch_file, until};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use testkit::upstream::{Answer, Plan, Upstream};

fn recording() -> Plan {
    Plan { record: 10, ..Plan::default() }
}

#[test]
fn the_credential_is_swapped_and_unknown_metadata_dropped() {
    let (house, upstream, key) = House::standard(recording());
    let request = call("Search", &key)
        .field("dbname", b"books")
        .field("client-request-id", b"abc")
        .field("sourceid", b"skip-authentication")
        .field("cookie", b"x=y")
        .field("identifier", b"77");
    let answer = house.client().unary(&request).unwrap();
    assert_eq!((answer.status(), answer.code()), (Some(200), Some(0)));
    assert_eq!(answer.messages().len(), 1);

    let seen = &upstream.seen().records()[0];
    let service = STANDARD.encode(SERVICE);
    assert_eq!(seen.field("authorization"), Some(service.as_bytes()));
    assert_eq!(seen.field(":path"), Some(&b"/milvus.proto.milvus.MilvusService/Search"[..]));
    let host = upstream.address().to_string();
    assert_eq!(seen.field(":authority"), Some(host.as_bytes()));
    assert_eq!(seen.field("te"), Some(&b"trailers"[..]));
    for (name, value) in [("dbname", "books"), ("client-request-id", "abc"), ("identifier", "77")] {
        assert_eq!(seen.field(name), Some(value.as_bytes()), "{name}");
    }
    for name in ["sourceid", "cookie"] {
        assert_eq!(seen.field(name), None, "{name} went upstream");
    }
    let token = STANDARD.encode(key.expose());
    for (name, value) in &seen.fields {
        let text = String::from_utf8_lossy(value);
        assert!(!text.contains(key.expose()) && !text.contains(&token), "the key is in {name}");
    }
}

#[test]
fn many_calls_share_one_connection_and_keep_their_own_answers() {
    let plan = Plan {
        answers: vec![
            ("Search".into(), Answer::Message(5000)),
            ("Query".into(), Answer::Message(70_000)),
        ],
        ..Plan::default()
    };
    let (house, upstream, key) = House::standard(plan);
    let mut client = house.client();
    let mut sent = Vec::new();
    for round in 0..100 {
        let rpc = ["Search", "Query", "HasCollection"][round % 3];
        sent.push((rpc, client.send(&call(rpc, &key)).unwrap()));
    }
    for (rpc, stream) in sent {
        let answer = client.finish(stream).unwrap();
        assert_eq!(answer.code(), Some(0), "{rpc}: {}", answer.text());
        let length = answer.messages()[0].len();
        let expected = match rpc {
            "Search" => 5000,
            "Query" => 70_000,
            _ => 100,
        };
        assert!(length.abs_diff(expected) < 64, "{rpc} answered {length} bytes");
    }
    assert_eq!(upstream.seen().calls(), 100);
}

#[test]
fn the_access_log_names_key_cluster_and_rpc_and_no_secret() {
    let file = scratch_file("access.jsonl");
    let mut house = House::with(|config| config.access_log = Some(file.clone()));
    let upstream = Upstream::start(Plan::default()).unwrap();
    let cluster = house.add_cluster(&upstream, None);
    let key = house.add_key();
    let mut client = house.client();
    client.unary(&call("Search", &key)).unwrap();
    client.unary(&call("CreateCredential", &key)).unwrap();
    client.unary(&testkit::client::Call::milvus("Query").token("nonsense")).unwrap();
    house.gateway.take().unwrap().shutdown(std::time::Duration::from_secs(1));

    let log = std::fs::read_to_string(&file).unwrap();
    let lines: Vec<&str> = log.lines().collect();
    assert_eq!(lines.len(), 3, "{log}");
    let allowed = format!(
        "\"key\":\"{}\",\"cluster\":\"{cluster}\",\"rpc\":\"Search\",\"decision\":\"allowed\",\
         \"rule\":\"Admin\",\"database\":\"default\",\"status\":0,\"micros\":",
        key.id()
    );
    assert!(lines[0].contains(&allowed), "{}", lines[0]);
    let refused = format!(
        "\"key\":\"{}\",\"cluster\":\"{cluster}\",\"rpc\":\"CreateCredential\",\
         \"decision\":\"refused\"",
        key.id()
    );
    assert!(lines[1].contains(&refused), "{}", lines[1]);
    assert!(lines[2].contains("\"rule\":\"unknown key\",\"status\":16"), "{}", lines[2]);
    assert!(!log.contains(key.expose()));
}

#[test]
fn counters_tell_what_happened() {
    let (house, _upstream, key) = House::standard(Plan::default());
    let mut client = house.client();
    for _ in 0..3 {
        client.unary(&call("Search", &key)).unwrap();
    }
    client.unary(&call("CreateRole", &key)).unwrap();
    until("the counters are there", || {
        let text = house.gateway().metrics();
        text.contains("keyward_gateway_calls_total{rpc=\"Search\",decision=\"allowed\"} 3\n")
            && text.contains(
                "keyward_gateway_calls_total{rpc=\"CreateRole\",decision=\"refused\"} 1\n",
            )
            && text.contains("keyward_gateway_client_connections 1\n")
            && text.contains("keyward_gateway_keys 1\n")
            && text.contains("keyward_gateway_call_seconds_count 3\n")
    });
}

#[test]
fn an_engine_that_comes_back_is_found_again() {
    let house = House::empty();
    let port = {
        let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        free.local_addr().unwrap().port()
    };
    let route = house.route(&format!("127.0.0.1:{port}"), None);
    house.apply(&[model::Change::ClusterPut(route.clone())]);
    let key = house.add_key();
    let mut client = house.client();
    let refused = client.unary(&call("Search", &key)).unwrap();
    assert_eq!(refused.code(), Some(14), "{}", refused.text());
    assert!(refused.text().starts_with("the cluster cannot be reached"), "{}", refused.text());

    let upstream = Upstream::start(Plan::default()).unwrap();
    let mut moved = route;
    moved.upstream =
        Some(model::cluster::UpstreamAddress::parse(&upstream.address().to_string()).unwrap());
    house.apply(&[model::Change::ClusterPut(moved)]);
    let answer = client.unary(&call("Search", &key)).unwrap();
    assert_eq!(answer.code(), Some(0), "{}", answer.text());
    drop(upstream);
    until("the loss of the engine is noticed", || {
        let answer = house.client().unary(&call("Search", &key)).unwrap();
        answer.code() == Some(14)
    });
}

#[test]
fn host_names_are_looked_up() {
    let house = House::empty();
    let upstream = Upstream::start(Plan::default()).unwrap();
    let port = upstream.address().port();
    house.apply(&[model::Change::ClusterPut(house.route(&format!("localhost:{port}"), None))]);
    let key = house.add_key();
    let answer = house.client().unary(&call("Search", &key)).unwrap();
    assert_eq!(answer.code(), Some(0), "{}", answer.text());
}

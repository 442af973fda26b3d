//! What the control API tells of calls: those that run, those that were cut, and those that were
//! counted.

use crate::support::until;
use crate::system::System;
use keyward::wiring::Parts;
use serde_json::{Value, json};
use testkit::client::{Call, Client};
use testkit::upstream::{Answer, Plan, Upstream};

#[test]
fn a_key_tells_of_its_calls_and_its_receipt_of_those_that_were_cut() {
    let plan = Plan { answers: vec![("Search".into(), Answer::Hold)], ..Plan::default() };
    let engine = Upstream::start(plan).unwrap();
    let system = System::start(Parts::system());
    system.attach_with("x", engine.address().port(), None);
    let made = system.create_key();
    let path = format!("/v2/apiKeys/{}", made["apiKeyId"].as_str().unwrap());
    assert_eq!(system.call("GET", &path, &Value::Null)["liveCalls"], 0);
    let search = Call::milvus("Search").token(made["apiKey"].as_str().unwrap());
    let mut client = Client::connect(system.server.gateway_address()).unwrap();
    let calls: Vec<_> = (0..3).map(|_| client.send(&search).unwrap()).collect();
    until("the calls run", || {
        (system.call("GET", &path, &Value::Null)["liveCalls"] == 3).then_some(())
    });
    let listed = system.call("GET", "/v2/apiKeys", &Value::Null);
    assert!(listed["apiKeys"][0].get("liveCalls").is_none(), "a list asks no gateway");
    let deleted = system.call("DELETE", &path, &Value::Null);
    assert_eq!(deleted["callsCut"], 3, "{deleted}");
    for call in calls {
        assert_eq!(client.finish(call).unwrap().code(), Some(16));
    }
    system.stop();
}

/// What the owner is answered is true of the gateway at that moment: no call of a locked-out client
/// runs on, and none is let in. And all of it is counted.
#[test]
fn a_whitelist_holds_when_its_answer_arrives_and_usage_tells_of_it() {
    let plan =
        Plan { answers: vec![("Search".into(), Answer::Hold)], record: 1000, ..Plan::default() };
    let engine = Upstream::start(plan).unwrap();
    let system = System::start(Parts::system());
    system.attach_with("x", engine.address().port(), None);
    let made = system.create_key();
    let token = made["apiKey"].as_str().unwrap();
    let call = |rpc: &str| Call::milvus(rpc).token(token).field("user-agent", b"test/1");
    let mut client = Client::connect(system.server.gateway_address()).unwrap();
    assert_eq!(client.unary(&call("HasCollection")).unwrap().code(), Some(0));
    let waiting = client.send(&call("Search")).unwrap();
    until("the search is upstream", || {
        let is_search = |path: &[u8]| path.ends_with(b"/Search");
        let records = engine.seen().records();
        records.iter().any(|r| r.field(":path").is_some_and(is_search)).then_some(())
    });
    let entry = json!({"cidr": "10.0.0.0/8", "description": "office", "confirmLockout": true});
    let path = format!("/v2/projects/{}/whitelist", system.project);
    system.call("POST", &path, &entry);
    assert_eq!(client.finish(waiting).unwrap().code(), Some(7));
    assert_eq!(client.unary(&call("HasCollection")).unwrap().code(), Some(7));

    let id = made["apiKeyId"].as_str().unwrap();
    let usage = until("everything is written down", || {
        system.server.write_usage().unwrap();
        let path = format!("/v2/usage?groupBy=class&apiKeyId={id}");
        let usage = system.call("GET", &path, &Value::Null)["usage"].clone();
        (usage[0]["calls"] == 3).then_some(usage)
    });
    let line = json!({"group": "read", "calls": 3, "ok": 1, "refused": 1, "failed": 1});
    assert_eq!(usage, json!([line]));
    let key = system.call("GET", &format!("/v2/api-keys/{id}"), &Value::Null);
    assert_eq!(
        (&key["lastUsedFrom"], &key["lastUsedClient"]),
        (&json!("127.0.0.1"), &json!("test/1"))
    );
    system.stop();
}

//! What is explained of calls, against what happens to them.

use crate::nobody::about_nobody;
use crate::system::System;
use keyward::wiring::Parts;
use serde_json::{Value, json};
use testkit::client::{Call, Client};
use testkit::upstream::{Answer, Plan, Upstream};

/// An answer over REST is what happens to the call, through the whole system: what the gateway
/// decides, and what the policy decides of the calls that Keyward answers itself.
#[test]
fn what_is_explained_is_what_happens() {
    let empty = Plan { otherwise: Answer::Exactly(&[0; 5]), ..Plan::default() };
    let engine = Upstream::start(empty).unwrap();
    let system = System::start(Parts::system());
    let attached = system.attach_with("x", engine.address().port(), None);
    let cluster = attached["clusterId"].as_str().unwrap();
    let users = format!("/v2/clusters/{cluster}/users");
    let made = system.call("POST", &users, &json!({ "username": "ada", "roles": ["db_ro"] }));
    let password = |made: &Value| made["password"].as_str().unwrap().to_owned();
    let key = |name: &str, role: &str, manages: bool, collections: &Value| {
        let grant = json!({"projectId": system.project.to_string(), "role": role,
            "allCluster": true, "collections": collections});
        let body = json!({"name": name, "manageKeys": manages, "projects": [grant]});
        let made = system.call("POST", "/v2/apiKeys", &body);
        let token = made["apiKey"].as_str().unwrap().to_owned();
        (json!({ "apiKeyId": made["apiKeyId"] }), token)
    };
    let user =
        |name: &str, password: String| (json!({ "username": name }), format!("{name}:{password}"));
    let askers = [
        key("manager", "Admin", true, &Value::Null),
        key("admin", "Admin", false, &Value::Null),
        key("narrow", "Read-Only", false, &json!(["books"])),
        user("db_admin", password(&attached)),
        user("ada", password(&made)),
    ];
    let mut client = Client::connect(system.server.gateway_address()).unwrap();
    let mut counts = [0, 0];
    for (who, token) in &askers {
        for row in milvus::rpc::TABLE.iter().filter(|row| !row.client_streaming) {
            let mut question = who.clone();
            question["rpc"] = json!(row.rpc.to_string());
            question["collection"] = json!(row.takes_collection().then_some("books"));
            question["otherName"] = json!(row.takes_other().then_some("books"));
            let told = system.call("POST", &format!("/v2/clusters/{cluster}/explain"), &question);
            let naming =
                milvus::rpc::Naming { collection: "books", other: "books", ..Default::default() };
            let body = about_nobody(row.rpc).map(|message| testkit::message::framed(&message));
            let body = body.unwrap_or_else(|| milvus::rpc::request(row, naming));
            let call = Call::to(row.path).token(token).raw_body(body);
            let answer = client.unary(&call).unwrap();
            let (allowed, own) = (told["allowed"] == true, told["rule"] == "own");
            counts[usize::from(allowed)] += 1;
            // The request is about nobody, so not about oneself either.
            let expected =
                if allowed && !own { 0 } else { told["grpcStatus"].as_u64().unwrap_or(7) };
            let code = answer.code().map(u64::from);
            assert_eq!(code, Some(expected), "{}: {told} {}", row.name, answer.text());
            assert!(allowed || answer.text() == told["message"], "{}: {told}", row.name);
        }
    }
    assert!(counts.iter().all(|&count| count > 100), "{counts:?}");
    asked_wrongly(&system, cluster, &askers[2].0);
    system.stop();
}

/// Questions that have no answer as they are say what is wrong with them.
fn asked_wrongly(system: &System, cluster: &str, narrow: &Value) {
    for (rpc, names, part) in [
        ("Serch", json!({}), "rpc: is no RPC of Milvus: did you mean Search"),
        ("Zq", json!({}), "docs/ACCESS.md has them all"),
        ("search", json!({}), "collection: must be given"),
        ("CreateAlias", json!({ "otherName": "a", "collection": "c" }), ""),
        ("ListDatabases", json!({ "collection": "c" }), "collection: is not named by a request"),
        ("Search", json!({ "collection": "c", "otherName": "d" }), "otherName: is not named"),
    ] {
        let mut question = narrow.clone();
        question["rpc"] = json!(rpc);
        question.as_object_mut().unwrap().extend(names.as_object().unwrap().clone());
        let path = format!("/v2/clusters/{cluster}/explain");
        let answer = system.ask("POST", &path, &question);
        let message = answer["message"].as_str().unwrap_or_default();
        assert!(message.contains(part) && message.is_empty() == part.is_empty(), "{answer}");
    }
}

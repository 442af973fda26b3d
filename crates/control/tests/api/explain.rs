//! What a key or user may do on a cluster: who may ask, and how the answer is told.

use crate::harness::{Machine, Who};
use crate::key_life::{plain, request, signed};
use axum::http::Method;
use model::{ApiKey, ClusterId, KeyId};
use serde_json::{Value, json};

/// A key that manages keys and that nothing bounds.
async fn manager(machine: &Machine) -> ApiKey {
    let mut body = request(machine, "manager");
    body["manageKeys"] = json!(true);
    body["projects"][0]["role"] = json!("Admin");
    plain(&machine.post(Who::ProjectOwner, "/v2/api-keys", &body.to_string()).await).1
}

async fn ask(machine: &Machine, who: Who, cluster: ClusterId, question: &Value) -> (u16, Value) {
    let path = format!("/v2/clusters/{cluster}/explain");
    let reply = machine.call(who, Method::POST, &path, &question.to_string()).await;
    (reply.status.as_u16(), reply.json())
}

/// The answer to an owner.
async fn told(machine: &Machine, cluster: ClusterId, question: &Value) -> Value {
    let (status, answer) = ask(machine, Who::OwnerKey, cluster, question).await;
    assert_eq!(status, 200, "{answer}");
    answer["data"].clone()
}

fn search(key: KeyId) -> Value {
    json!({ "apiKeyId": key.to_string(), "rpc": "Search", "collection": "docs" })
}

#[tokio::test]
async fn an_answer_says_the_rule_and_why() {
    let machine = Machine::new();
    let (cluster, key) = (machine.cluster("prod"), machine.key("app"));
    let mut question = search(key);
    assert_eq!(told(&machine, cluster, &question).await["address"], "192.0.2.1");
    question["address"] = json!("10.0.0.9");
    let answer = told(&machine, cluster, &question).await;
    assert_eq!(answer["allowed"], true);
    assert_eq!((&answer["rule"], &answer["rpc"]), (&json!("Read-Only"), &json!("Search")));
    assert_eq!(
        answer["reason"],
        "key app may call Search on docs: its role Read-Only holds PrivilegeSearch, and what is \
         named is within what the key is narrowed to"
    );
    assert_eq!(answer["address"], "10.0.0.9");
    assert!(answer.get("grpcStatus").is_none() && answer.get("sees").is_none());
    let refused = json!({ "apiKeyId": key.to_string(), "rpc": "Refused", "address": "10.0.0.9" });
    let answer = told(&machine, cluster, &refused).await;
    assert_eq!((&answer["allowed"], &answer["grpcStatus"]), (&json!(false), &json!(7)));
    assert_eq!(answer["rule"], "privilege missing");
    let message = answer["message"].as_str().unwrap();
    assert!(message.contains("10.0.0.9") && answer["reason"].as_str().unwrap().contains(message));
    let lists = json!({ "apiKeyId": key.to_string(), "rpc": "ShowCollections", "address": "::1" });
    let answer = told(&machine, cluster, &lists).await;
    assert_eq!(answer["sees"], json!(["team_*"]));
    assert!(answer["reason"].as_str().unwrap().ends_with("of the answer it sees only team_*"));
    let unknown = json!({ "apiKeyId": key.to_string(), "rpc": "Unknown", "address": "::1" });
    let (status, answer) = ask(&machine, Who::OwnerKey, cluster, &unknown).await;
    assert_eq!((status, &answer["message"]), (400, &json!("rpc: there is no such RPC")));
}

#[tokio::test]
async fn what_keyward_answers_itself_is_decided_by_the_policy() {
    let machine = Machine::new();
    let cluster = machine.cluster("prod");
    let making = |key: KeyId| json!({ "apiKeyId": key.to_string(), "rpc": "cluster-user.create", "address": "::1" });
    let answer = told(&machine, cluster, &making(machine.key("app"))).await;
    assert_eq!((&answer["allowed"], &answer["rule"]), (&json!(false), &json!("privilege missing")));
    let manager = manager(&machine).await;
    let answer = told(&machine, cluster, &making(manager.id())).await;
    assert_eq!(
        (&answer["allowed"], &answer["rule"]),
        (&json!(true), &json!("key that manages keys"))
    );
    let user = machine.cluster_user(cluster, "ada");
    let own = json!({ "username": user, "rpc": "cluster-user.create", "address": "::1" });
    let answer = told(&machine, cluster, &own).await;
    assert_eq!((&answer["allowed"], &answer["rule"]), (&json!(false), &json!("privilege missing")));
    // Nobody has tried it, so nothing was refused.
    let trail = machine.get(Who::OwnerKey, "/v2/audit?outcome=refused").await;
    assert!(!trail.text.contains("cluster-user.create"), "{}", trail.text);
}

#[tokio::test]
async fn owners_ask_about_everybody_and_others_about_themselves() {
    let machine = Machine::new();
    let (cluster, key) = (machine.cluster("prod"), machine.key("app"));
    let user = machine.cluster_user(cluster, "ada");
    let about_user = json!({ "username": user, "rpc": "Search" });
    for (who, status) in [
        (Who::Anonymous, 401),
        (Who::Stranger, 404),
        (Who::Colleague, 404),
        (Who::Member, 403),
        (Who::ProjectOwner, 200),
        (Who::OwnerKey, 200),
        (Who::ProjectKey, 403),
    ] {
        let (found, answer) = ask(&machine, who, cluster, &search(key)).await;
        assert_eq!(found, status, "{who:?} about a key: {answer}");
        let (found, answer) = ask(&machine, who, cluster, &about_user).await;
        assert_eq!(found, status, "{who:?} about a user: {answer}");
    }
    let manager = manager(&machine).await;
    let path = format!("/v2/clusters/{cluster}/explain");
    for question in [search(key), about_user] {
        let reply = signed(&machine, &manager, Method::POST, &path, &question.to_string()).await;
        assert_eq!(reply.status, 200, "{}", reply.text);
    }
    let own = machine.default_key.id();
    assert_eq!(ask(&machine, Who::ProjectKey, cluster, &search(own)).await.0, 200);
    let personal = machine.credential(Who::MemberKey).unwrap();
    let personal = ApiKey::parse(personal.as_bytes()).unwrap();
    let personal = personal.id();
    for who in [Who::Member, Who::MemberKey, Who::OwnerKey] {
        assert_eq!(ask(&machine, who, cluster, &search(personal)).await.0, 200, "{who:?}");
    }
    assert_eq!(ask(&machine, Who::ProjectOwner, cluster, &search(personal)).await.0, 404);
    assert_eq!(ask(&machine, Who::Colleague, cluster, &search(personal)).await.0, 404);
    // Other addresses are for whoever may see the whitelist: the answers would tell it.
    let from = |key: KeyId, address: &str| {
        let mut question = search(key);
        question["address"] = json!(address);
        question
    };
    for (who, key) in [(Who::ProjectKey, own), (Who::Member, personal), (Who::MemberKey, personal)]
    {
        assert_eq!(ask(&machine, who, cluster, &from(key, "192.0.2.1")).await.0, 200, "{who:?}");
        assert_eq!(ask(&machine, who, cluster, &from(key, "192.0.2.2")).await.0, 403, "{who:?}");
    }
    let other = from(key, "192.0.2.2").to_string();
    let reply = signed(&machine, &manager, Method::POST, &path, &other).await;
    assert_eq!(reply.status, 403, "{}", reply.text);
}

#[tokio::test]
async fn a_question_names_one_asker_and_things_that_are_there() {
    let machine = Machine::new();
    let (cluster, key) = (machine.cluster("prod"), machine.key("app"));
    let long = "x".repeat(256);
    for (question, status, part) in [
        (json!({ "rpc": "Search" }), 400, "name a key or a user"),
        (
            json!({ "apiKeyId": key.to_string(), "username": "ada", "rpc": "Search" }),
            400,
            "one of the two",
        ),
        (json!({ "apiKeyId": key.to_string() }), 400, "rpc: is required"),
        (
            json!({ "apiKeyId": key.to_string(), "rpc": "Search", "address": "here" }),
            400,
            "IP address",
        ),
        (
            json!({ "apiKeyId": key.to_string(), "rpc": "Search", "collection": long }),
            400,
            "255 bytes",
        ),
        (json!({ "username": "nobody", "rpc": "Search" }), 404, "no user named nobody"),
        (json!({ "username": "1", "rpc": "Search" }), 400, "username"),
    ] {
        let (found, answer) = ask(&machine, Who::OwnerKey, cluster, &question).await;
        let message = answer["message"].as_str().unwrap_or_default();
        assert!(found == status && message.contains(part), "{question}: {found} {message}");
    }
    let nowhere = ClusterId::from_number(7).unwrap();
    assert_eq!(ask(&machine, Who::OwnerKey, nowhere, &search(key)).await.0, 404);
    let gone = KeyId::from_number(7).unwrap();
    assert_eq!(ask(&machine, Who::OwnerKey, cluster, &search(gone)).await.0, 404);
}

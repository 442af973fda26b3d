//! Keys that manage keys, and what goes with them when they go.

use crate::harness::{Machine, Who};
use crate::key_life::{made, patch, plain, request, shown, signed, works};
use axum::http::Method;
use insta::assert_snapshot;
use model::ApiKey;
use serde_json::{Value, json};

/// A key that manages keys, narrow in everything.
async fn manager(machine: &Machine) -> ApiKey {
    let mut body = request(machine, "manager");
    body["manageKeys"] = json!(true);
    body["expiresInDays"] = json!(10);
    body["projects"][0]["collections"] = json!(["docs_*"]);
    plain(&machine.post(Who::ProjectOwner, "/v2/api-keys", &body.to_string()).await).1
}

fn child(machine: &Machine, name: &str) -> Value {
    let mut body = request(machine, name);
    body["expiresInDays"] = json!(5);
    body["projects"][0]["role"] = json!("Read-Only");
    body["projects"][0]["collections"] = json!(["docs_a*"]);
    body
}

#[tokio::test]
async fn a_key_with_the_right_manages_keys_below_itself_and_no_others() {
    let machine = Machine::new();
    let manager = manager(&machine).await;
    let call = async |method: Method, path: &str, body: &str| {
        signed(&machine, &manager, method, path, body).await
    };
    let body = child(&machine, "child").to_string();
    let (path, made) = plain(&call(Method::POST, "/v2/api-keys", &body).await);
    let record = shown(&machine, &path).await;
    assert_eq!(record["parentKeyId"], manager.id().to_string());
    assert_eq!(record["createdBy"], manager.id().to_string());
    assert_eq!(call(Method::GET, "/v2/api-keys", "").await.data()["count"], 3);

    let mut refusals = Vec::new();
    for (pointer, value) in [
        ("/projects/0/role", json!("Admin")),
        ("/projects/0/collections", json!(["*"])),
        ("/expiresInDays", json!(11)),
        ("/manageKeys", json!(true)),
    ] {
        let mut body = child(&machine, "child");
        body["manageKeys"] = json!(false);
        *body.pointer_mut(pointer).unwrap() = value;
        refusals.push(call(Method::POST, "/v2/api-keys", &body.to_string()).await.refusal());
    }
    let default = format!("/v2/api-keys/{}", machine.default_key.id());
    for (method, path) in [
        (Method::POST, format!("{path}/view")),
        (Method::POST, format!("{path}/enable")),
        (Method::PUT, path.clone()),
        (Method::DELETE, default.clone()),
        (Method::POST, format!("{default}/disable")),
    ] {
        let body = if method == Method::PUT { &*body } else { "" };
        refusals.push(call(method, &path, body).await.refusal());
    }
    assert_snapshot!(refusals.join("\n"), @r#"
    403 403 role: is more than this key has
    403 403 collections: are more than this key has
    403 403 expiresAt: must not be later than this key's own end
    403 403 manageKeys: only an owner can give the right to manage keys
    403 403 an API key of a project may not do this (key.reveal): use a personal API key of an owner
    403 403 an API key of a project may not do this (key.enable): use a personal API key of an owner
    403 403 an API key of a project may not do this (key.update): use a personal API key of an owner
    403 403 role: is more than this key has
    403 403 role: is more than this key has
    "#);
    let audit = machine.get(Who::OwnerKey, "/v2/audit?pageSize=5").await.data();
    assert!(audit["audits"].to_string().contains("refused"), "refusals are recorded");

    assert_eq!(call(Method::POST, &format!("{path}/disable"), "").await.status, 200);
    assert!(!works(&machine, &made).await);
    assert_eq!(call(Method::DELETE, &path, "").await.status, 200);
    // The right ends when an owner takes it away.
    let own = format!("/v2/api-keys/{}", manager.id());
    patch(&machine, &own, json!({"manageKeys": false})).await;
    assert_eq!(call(Method::POST, "/v2/api-keys", &body).await.status, 403);
}

#[tokio::test]
async fn a_key_goes_with_all_that_was_made_with_it() {
    let machine = Machine::new();
    let manager = manager(&machine).await;
    let path = format!("/v2/api-keys/{}", manager.id());
    let mut children = Vec::new();
    for name in ["one", "two", "three"] {
        let body = child(&machine, name).to_string();
        let reply = signed(&machine, &manager, Method::POST, "/v2/api-keys", &body).await;
        children.push(plain(&reply).1);
    }
    let (alone, _) = made(&machine, "alone", json!({})).await;
    let before = machine.store.revision().unwrap();
    let gone = machine.delete(Who::OwnerKey, &format!("{path}?descendants=true")).await.data();
    assert_eq!(gone["deletedDescendants"].as_array().unwrap().len(), 3);
    assert!(gone["descendants"].is_null() && gone["revocation"]["settled"] == true);
    assert_eq!(machine.store.revision().unwrap().number(), before.number() + 1, "one change");
    for child in &children {
        assert!(!works(&machine, child).await);
    }
    assert_eq!(shown(&machine, &alone).await["name"], "alone");
}

#[tokio::test]
async fn without_the_flag_the_answer_says_how_many_live_on() {
    let machine = Machine::new();
    let manager = manager(&machine).await;
    let body = child(&machine, "one").to_string();
    let reply = signed(&machine, &manager, Method::POST, "/v2/api-keys", &body).await;
    let (_, child) = plain(&reply);
    let path = format!("/v2/api-keys/{}", manager.id());
    let gone = machine.delete(Who::OwnerKey, &path).await.data();
    assert_eq!((&gone["descendants"], &gone["deletedDescendants"]), (&json!(1), &Value::Null));
    assert!(works(&machine, &child).await);
}

#[tokio::test]
async fn whoever_holds_a_key_may_end_it() {
    let machine = Machine::new();
    let (path, key) = made(&machine, "mine", json!({})).await;
    let gone = signed(&machine, &key, Method::DELETE, "/v2/api-keys/self", "").await;
    assert_eq!(gone.data()["revocation"]["settled"], true);
    assert!(!works(&machine, &key).await);
    assert_eq!(machine.get(Who::OwnerKey, &path).await.status, 404);
    let session = machine.delete(Who::OwnerSession, "/v2/api-keys/self").await;
    assert_snapshot!(session.refusal(), @"400 80000 this deletes the key that signs the request: sign it with that key");
}

//! When a change is answered: not before the fence, never without its receipt.

use crate::harness::{Machine, Who, until};
use axum::http::Method;
use insta::assert_snapshot;
use serde_json::json;
use std::sync::Arc;
use std::time::Duration;

/// Every call that changes what gateways admit: method, path, body.
fn changes(machine: &Machine) -> Vec<(Method, String, String)> {
    let project = machine.project;
    let (kept, doomed) = (machine.key("kept"), machine.key("doomed"));
    let cluster = machine.cluster("doomed");
    let key = json!({"name": "k", "projects": [
        {"projectId": project.to_string(), "role": "Read-Only", "allCluster": true}]});
    let attachment = json!({"projectId": project.to_string(), "clusterName": "c", "uri": "m:1"});
    let post = |path: &str, body: String| (Method::POST, path.to_owned(), body);
    vec![
        post("/v2/projects", r#"{"projectName":"p"}"#.to_owned()),
        post("/v2/apiKeys", key.to_string()),
        post("/v2/clusters/attach", attachment.to_string()),
        (Method::PUT, format!("/v2/apiKeys/{kept}"), key.to_string()),
        (Method::DELETE, format!("/v2/apiKeys/{doomed}"), String::new()),
        (Method::DELETE, format!("/v2/clusters/{cluster}/drop"), String::new()),
    ]
}

#[tokio::test]
async fn every_change_is_settled_at_its_own_revision() {
    let machine = Machine::new();
    for (method, path, body) in changes(&machine) {
        let reply = machine.call(Who::OwnerKey, method, &path, &body).await;
        assert_eq!(reply.status, 200, "{path}: {}", reply.text);
        let revision = machine.store.revision().unwrap();
        assert_eq!(machine.fence.asked().last(), Some(&revision), "{path}");
        let data = reply.data();
        let receipt = data.get("revocation").or_else(|| data.get("activation"));
        if let Some(receipt) = receipt {
            assert_eq!(receipt["revision"], revision.number(), "{path}");
            assert_eq!(receipt["settled"], true, "{path}");
        }
    }
    assert_eq!(machine.fence.asked().len(), 6);
}

#[tokio::test]
async fn a_refused_change_asks_for_no_fence() {
    let machine = Machine::new();
    for (method, path, body) in changes(&machine) {
        let reply = machine.call(Who::Member, method, &path, &body).await;
        assert_eq!(reply.status, 403, "{path}");
    }
    assert!(machine.fence.asked().is_empty());
}

#[tokio::test]
async fn an_unsettled_change_says_so() {
    let machine = Machine::new();
    let changes = changes(&machine);
    machine.fence.stay_unsettled();
    for (method, path, body) in changes {
        let reply = machine.call(Who::OwnerKey, method, &path, &body).await;
        assert_eq!(reply.status, 202, "{path}: {}", reply.text);
        assert!(reply.json()["message"].as_str().unwrap().starts_with("the change is committed"));
    }
    let key = machine.key("last");
    let reply = machine.delete(Who::OwnerKey, &format!("/v2/apiKeys/{key}")).await;
    assert_snapshot!(reply.shown(), @r#"
    202 {
      "code": 0,
      "data": {
        "apiKeyId": "[key]",
        "createTime": "2026-11-23T18:33:22.007Z",
        "createdBy": "operator",
        "creatorName": "operator",
        "isDefault": false,
        "name": "last",
        "orgRole": "Member",
        "projects": [
          {
            "allCluster": true,
            "allVolume": true,
            "clusters": [],
            "projectId": "[project]",
            "projectName": "default",
            "role": "Read-Write",
            "volumes": []
          }
        ],
        "revision": 16,
        "revocation": {
          "gateways": [
            {
              "confirmedAt": "2026-11-23T18:33:22.007Z",
              "confirmedBy": "applied",
              "gatewayId": "[gateway]"
            }
          ],
          "revision": 17,
          "settled": false
        }
      },
      "message": "the change is committed, but not every gateway has confirmed it yet: until then an old decision can still be in force there; see the receipt"
    }
    "#);
}

#[tokio::test]
async fn a_delete_does_not_answer_before_the_fence() {
    let machine = Machine::new();
    let key = machine.key("doomed");
    let held = machine.fence.gate.lock().await;
    let path = format!("/v2/apiKeys/{key}");
    let mut deleting = Box::pin(machine.delete(Who::OwnerKey, &path));
    // The fence is asked, and the call still waits.
    until(&mut deleting, || !machine.fence.asked().is_empty()).await;
    drop(held);
    assert_eq!(deleting.await.status, 200);
}

#[tokio::test]
async fn a_caller_who_hangs_up_does_not_stop_the_fence() {
    let machine = Arc::new(Machine::new());
    let key = machine.key("doomed");
    let before = machine.store.revision().unwrap();
    let held = machine.fence.gate.lock().await;
    let path = format!("/v2/apiKeys/{key}");
    let mut deleting = Box::pin(machine.delete(Who::OwnerKey, &path));
    // Hang up once the credential is checked and the change is under way or done.
    until(&mut deleting, || machine.store.revision().unwrap() > before).await;
    drop(deleting);
    drop(held);
    let deadline = tokio::time::Instant::now() + Duration::from_secs(10);
    while machine.fence.asked().is_empty() {
        assert!(tokio::time::Instant::now() < deadline, "the fence was never asked");
        tokio::task::yield_now().await;
    }
    let reply = machine.get(Who::OwnerKey, &format!("/v2/api-keys/{key}")).await;
    assert_eq!(reply.status, 404);
}

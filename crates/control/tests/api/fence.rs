//! When a change is answered: not before the fence, never without its receipt.

use crate::harness::{Machine, Who, until};
use axum::body::{Body, Bytes};
use axum::http::{Method, header};
use http_body::Frame;
use insta::assert_snapshot;
use model::{AuditEvent, Error};
use serde_json::json;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, mpsc};
use std::task::{Context, Poll};
use std::thread::JoinHandle;
use std::time::Duration;
use store::Store;

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
        "expiresSoon": false,
        "isDefault": false,
        "manageKeys": false,
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
        },
        "state": "active"
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
    let machine = Machine::new();
    let before = machine.store.revision().unwrap();
    let writer = HeldWriter::hold(&machine.store);
    let read = Arc::new(AtomicBool::new(false));
    let body = Watched { body: Body::from(r#"{"projectName":"hung-up"}"#), read: read.clone() };
    let json = [(header::CONTENT_TYPE, "application/json")];
    let body = Body::new(body);
    let call = machine.send(Who::OwnerKey, Method::POST, "/v2/projects", &json, body);
    let mut call = Box::pin(call);
    // In the turn that reads the body to its end the change begins; it waits for the writer.
    until(&mut call, || read.load(Ordering::SeqCst)).await;
    assert_eq!(machine.store.revision().unwrap(), before);
    drop(call);
    writer.release();
    eventually(|| machine.store.revision().unwrap() > before).await;
    eventually(|| !machine.fence.asked().is_empty()).await;
}

/// A body that tells when it has been read to its end.
struct Watched {
    body: Body,
    read: Arc<AtomicBool>,
}

impl http_body::Body for Watched {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let polled = Pin::new(&mut self.body).poll_frame(context);
        if let Poll::Ready(None) = polled {
            self.read.store(true, Ordering::SeqCst);
        }
        polled
    }
}

/// Keeps every change waiting.
struct HeldWriter {
    release: mpsc::Sender<()>,
    thread: JoinHandle<()>,
}

impl HeldWriter {
    fn hold(store: &Store) -> Self {
        let (release, released) = mpsc::channel();
        let (holding, held) = mpsc::channel();
        let store = store.clone();
        let thread = std::thread::spawn(move || {
            let nothing = store.write(|_| {
                holding.send(()).unwrap();
                released.recv().unwrap();
                Err::<((), AuditEvent), _>(Error::conflict("nothing was to be changed"))
            });
            assert!(nothing.is_err());
        });
        held.recv().unwrap();
        Self { release, thread }
    }

    fn release(self) {
        self.release.send(()).unwrap();
        self.thread.join().unwrap();
    }
}

async fn eventually(mut holds: impl FnMut() -> bool) {
    let deadline = tokio::time::Instant::now() + Duration::from_secs(10);
    while !holds() {
        assert!(tokio::time::Instant::now() < deadline, "it did not happen");
        tokio::task::yield_now().await;
    }
}

//! What the fence waits for, and what happens without one.

use crate::support::until;
use crate::system::System;
use control::{Fence, Receipt, Settling};
use keyward::wiring::{Feed, Parts};
use model::Revision;
use serde_json::{Value, json};
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Mutex};

#[test]
fn an_answer_comes_after_the_gateway_has_applied_the_change() {
    let system = System::start(Parts::system());
    for _ in 0..20 {
        let made = system.create_key();
        let revision = made["activation"]["revision"].as_u64().unwrap();
        assert!(system.applied() >= revision, "{made}");
        let path = format!("/v2/apiKeys/{}", made["apiKeyId"].as_str().unwrap());
        let deleted = system.call("DELETE", &path, &Value::Null);
        let receipt = &deleted["revocation"];
        assert_eq!(receipt["settled"], true, "{deleted}");
        let gateway = receipt["gateways"][0]["gatewayId"].as_str().unwrap();
        assert_eq!(gateway, system.server.feed().gateway().unwrap().to_string());
        assert!(system.applied() > revision, "{deleted}");
    }
    system.stop();
}

/// A fence that lets everything pass and says so.
struct OpenFence(Mutex<Sender<Revision>>);

impl Fence for OpenFence {
    fn settle(&self, revision: Revision) -> Settling<'_> {
        self.0.lock().unwrap().send(revision).unwrap();
        Box::pin(std::future::ready(Receipt { revision, settled: true, gateways: Vec::new() }))
    }
}

#[test]
fn a_test_can_take_the_fence_away_and_the_poll_still_brings_the_change() {
    let (send, asked) = channel();
    let fence: Arc<dyn Fence> = Arc::new(OpenFence(Mutex::new(send)));
    let system =
        System::start(Parts { fence: Box::new(move |_: &Arc<Feed>| fence), ..Parts::system() });
    let made = system.create_key();
    let revision = asked.try_recv().unwrap();
    assert_eq!(made["activation"]["revision"], revision.number());
    assert_eq!(made["activation"]["gateways"], json!([]));
    until("the gateway hears of it", || (system.applied() >= revision.number()).then_some(()));
    system.stop();
}

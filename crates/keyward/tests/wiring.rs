//! The parts as one system, in this process: what the fence waits for, what a test can exchange, and
//! what the control API tells of clusters.

#![cfg(test)]

mod support;

use control::{Fence, Receipt, Settling};
use keyward::bootstrap;
use keyward::wiring::{Feed, Opened, Parts, Server, Settings};
use model::name::Email;
use model::{ApiKey, ProjectId, Revision};
use serde_json::{Value, json};
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;
use support::until;
use tempfile::TempDir;
use tokio::runtime::Runtime;

/// A system with an organization and a project in it.
struct System {
    runtime: Runtime,
    server: Server,
    owner: ApiKey,
    project: ProjectId,
    _folder: TempDir,
}

impl System {
    fn start(parts: Parts) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let anywhere = SocketAddr::from(([127, 0, 0, 1], 0));
        let settings = Settings {
            data: folder.path().join("data"),
            gateway_listen: anywhere,
            control_listen: anywhere,
            domain: None,
            workers: Some(2),
        };
        let opened = Opened::open(settings, parts).unwrap();
        let desk = opened.desk().unwrap();
        let email = Email::new("owner@example.com").unwrap();
        let home = bootstrap::home(&desk, opened.store(), opened.folder(), &email).unwrap();
        let request = control::command::projects::CreateProject {
            organization: None,
            name: model::name::ProjectName::new("default").unwrap(),
        };
        let operator = control::Caller::operator();
        let made = control::command::projects::create(&desk, &operator, request).unwrap();
        let runtime = Runtime::new().unwrap();
        let server = runtime.block_on(opened.serve()).unwrap();
        Self {
            runtime,
            server,
            owner: home.personal_key,
            project: made.value().project.id,
            _folder: folder,
        }
    }

    /// Calls the control API as the owner and opens the envelope.
    fn call(&self, method: &str, path: &str, body: &Value) -> Value {
        let request = ureq::http::Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.server.control_url()))
            .header("authorization", format!("Bearer {}", self.owner.expose()))
            .header("content-type", "application/json");
        let mut response = if body.is_null() {
            ureq::run(request.body(()).unwrap()).unwrap()
        } else {
            ureq::run(request.body(body.to_string()).unwrap()).unwrap()
        };
        let envelope: Value = response.body_mut().read_json().unwrap();
        assert_eq!(envelope["code"], 0, "{envelope}");
        envelope["data"].clone()
    }

    fn create_key(&self) -> Value {
        let body = json!({
            "name": "app",
            "projects": [{
                "projectId": self.project.to_string(), "role": "Read-Only", "allCluster": true
            }],
        });
        self.call("POST", "/v2/apiKeys", &body)
    }

    fn attach(&self, name: &str, port: u16) -> String {
        let body = json!({
            "projectId": self.project.to_string(),
            "clusterName": name,
            "uri": format!("http://127.0.0.1:{port}"),
        });
        let attached = self.call("POST", "/v2/clusters/attach", &body);
        attached["clusterId"].as_str().unwrap().to_owned()
    }

    /// The revision the gateway decides on.
    fn applied(&self) -> u64 {
        let metrics = self.server.metrics();
        let line = metrics.lines().find(|line| !line.starts_with('#') && line.contains("revision"));
        line.unwrap().split(' ').next_back().unwrap().parse().unwrap()
    }

    fn stop(self) {
        self.runtime.block_on(self.server.stop(Duration::ZERO));
    }
}

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
        assert_eq!(gateway, system.server.feed().gateway().to_string());
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

#[test]
fn attached_clusters_are_watched() {
    let engine = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = engine.local_addr().unwrap().port();
    thread::spawn(move || {
        for client in engine.incoming() {
            let mut client = client.unwrap();
            let mut hello = [0; 33];
            if client.read_exact(&mut hello).is_ok() {
                let _ = client.write_all(b"\0\0\0\x04\0\0\0\0\0");
            }
        }
    });
    let system = System::start(Parts::system());
    let good = system.attach("good", port);
    let bad = system.attach("bad", 1);
    for (id, expected) in [(good, "RUNNING"), (bad, "ABNORMAL")] {
        let path = format!("/v2/clusters/{id}");
        let cluster = until("somebody has looked", || {
            let cluster = system.call("GET", &path, &Value::Null);
            (cluster["status"] != "INITIALIZING").then_some(cluster)
        });
        assert_eq!(cluster["status"], expected, "{cluster}");
        assert_eq!(cluster["statusMessage"].is_string(), expected == "ABNORMAL");
        let address = format!("http://{}", system.server.gateway_address());
        assert_eq!(cluster["connectAddress"], address);
    }
    system.stop();
}

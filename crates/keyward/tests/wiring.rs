//! The parts as one system, in this process: what the fence waits for, what a test can exchange,
//! and what the control API tells of clusters.

#![cfg(test)]

mod support;

use control::{Fence, Receipt, Settling};
use keyward::bootstrap;
use keyward::wiring::{Feed, Opened, Parts, Server, Settings};
use model::name::Email;
use model::{ApiKey, ProjectId, Revision};
use serde_json::{Value, json};
use std::net::{SocketAddr, TcpStream};
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use support::until;
use tempfile::TempDir;
use testkit::client::{Call, Client};
use testkit::upstream::{Answer, Plan, Upstream};
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
        Self::start_under(None, parts)
    }

    fn start_under(domain: Option<&str>, parts: Parts) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let anywhere = SocketAddr::from(([127, 0, 0, 1], 0));
        let settings = Settings {
            data: folder.path().join("data"),
            database: None,
            gateway_listen: anywhere,
            control_listen: anywhere,
            domain: domain.map(str::to_owned),
            public_url: None,
            founders: model::policy::Founders::default(),
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
            owner: home.personal_key.unwrap(),
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

    fn attach_with(&self, name: &str, port: u16, token: Option<&str>) -> Value {
        let body = json!({
            "projectId": self.project.to_string(),
            "clusterName": name,
            "uri": format!("http://127.0.0.1:{port}"),
            "token": token,
        });
        self.call("POST", "/v2/clusters/attach", &body)
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

/// Stands for a Milvus that lets in who presents `root:Milvus`.
fn milvus() -> Upstream {
    let authorization = Some("cm9vdDpNaWx2dXM=".to_owned());
    Upstream::start(Plan { authorization, ..Plan::default() }).unwrap()
}

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

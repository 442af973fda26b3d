//! The parts as one system, in this process: what the fence waits for, what a test can exchange,
//! and what the control API tells of clusters.

#![cfg(test)]

mod support;

use control::{Fence, Receipt, Settling};
use keyward::bootstrap;
use keyward::wiring::{Feed, Opened, Parts, Server, Settings};
use milvus::message::Message;
use milvus::message::rbac::{
    AlterRoleRequest, CreateCredentialRequest, CreatePrivilegeGroupRequest, CreateRoleRequest,
    DeleteCredentialRequest, DropPrivilegeGroupRequest, DropRoleRequest, GrantEntity,
    GrantorEntity, ObjectEntity, OperatePrivilegeGroupRequest, OperatePrivilegeRequest,
    OperatePrivilegeV2Request, OperateUserRoleRequest, PrivilegeEntity, PrivilegeGroupInfo,
    RbacMeta, RestoreRbacRequest, RoleEntity, SelectGrantRequest, UpdateCredentialRequest,
    UserEntity, operation,
};
use milvus::rpc::Rpc;
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
            mail: None,
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
        let envelope = self.ask(method, path, body);
        assert_eq!(envelope["code"], 0, "{envelope}");
        envelope["data"].clone()
    }

    /// The same, with the envelope.
    fn ask(&self, method: &str, path: &str, body: &Value) -> Value {
        let request = ureq::http::Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.server.control_url()))
            .header("authorization", format!("Bearer {}", self.owner.expose()))
            .header("content-type", "application/json");
        let config = ureq::Agent::config_builder().http_status_as_error(false).build();
        let agent = ureq::Agent::new_with_config(config);
        let mut response = if body.is_null() {
            agent.run(request.body(()).unwrap()).unwrap()
        } else {
            agent.run(request.body(body.to_string()).unwrap()).unwrap()
        };
        response.body_mut().read_json().unwrap()
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

/// A request about users or roles that can be read, and changes nothing that is there.
fn about_nobody(rpc: Rpc) -> Option<Vec<u8>> {
    let name = || "nobody_here".to_owned();
    let password = || "Q29ycmVjdC1ob3JzZS0x".to_owned();
    let role = || Some(RoleEntity { name: name(), description: String::new() });
    let username = name();
    let group_name = name();
    Some(match rpc {
        Rpc::CreateCredential => {
            CreateCredentialRequest { username, password: password(), description: None }
                .encode_to_vec()
        }
        Rpc::DeleteCredential => DeleteCredentialRequest { username }.encode_to_vec(),
        Rpc::CreateRole => CreateRoleRequest { entity: role() }.encode_to_vec(),
        Rpc::AlterRole => {
            AlterRoleRequest { role_name: name(), description: String::new() }.encode_to_vec()
        }
        Rpc::DropRole => DropRoleRequest { role_name: name(), force_drop: false }.encode_to_vec(),
        Rpc::OperateUserRole => {
            OperateUserRoleRequest { username, role_name: name(), operation: operation::ADD }
                .encode_to_vec()
        }
        Rpc::OperatePrivilege | Rpc::OperatePrivilegeV2 => grant_of(rpc, role()),
        Rpc::SelectGrant => {
            let entity = GrantEntity { role: role(), ..GrantEntity::default() };
            SelectGrantRequest { entity: Some(entity) }.encode_to_vec()
        }
        Rpc::CreatePrivilegeGroup => CreatePrivilegeGroupRequest { group_name }.encode_to_vec(),
        Rpc::DropPrivilegeGroup => DropPrivilegeGroupRequest { group_name }.encode_to_vec(),
        Rpc::OperatePrivilegeGroup => {
            let privileges = vec![PrivilegeEntity { name: "Search".to_owned() }];
            OperatePrivilegeGroupRequest { group_name, privileges, operation: 0 }.encode_to_vec()
        }
        Rpc::UpdateCredential => UpdateCredentialRequest {
            username,
            old_password: password(),
            new_password: password(),
            description: None,
        }
        .encode_to_vec(),
        Rpc::RestoreRBAC => {
            let group = PrivilegeGroupInfo { group_name, privileges: Vec::new() };
            let meta = RbacMeta { privilege_groups: vec![group], ..RbacMeta::default() };
            RestoreRbacRequest { rbac_meta: Some(meta) }.encode_to_vec()
        }
        _ => return None,
    })
}

/// A request to grant a role something.
fn grant_of(rpc: Rpc, role: Option<RoleEntity>) -> Vec<u8> {
    let user = Some(UserEntity { name: "root".to_owned() });
    let privilege = Some(PrivilegeEntity { name: "Search".to_owned() });
    let (grantor, operation) = (Some(GrantorEntity { user, privilege }), operation::ADD);
    let (db_name, collection_name) = ("default".to_owned(), "c".to_owned());
    if rpc == Rpc::OperatePrivilegeV2 {
        return OperatePrivilegeV2Request { role, grantor, operation, db_name, collection_name }
            .encode_to_vec();
    }
    let object = Some(ObjectEntity { name: "Collection".to_owned() });
    let entity = GrantEntity { role, object, object_name: collection_name, grantor, db_name };
    OperatePrivilegeRequest { entity: Some(entity), operation, version: String::new() }
        .encode_to_vec()
}

//! A whole system in this process, and the engines that stand behind it.

use keyward::bootstrap;
use keyward::wiring::{LeaseLength, Opened, Parts, Role, Server, Settings};
use model::name::Email;
use model::{ApiKey, ProjectId};
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::time::Duration;
use tempfile::TempDir;
use testkit::upstream::{Plan, Upstream};
use tokio::runtime::Runtime;

/// A system with an organization and a project in it.
pub(crate) struct System {
    runtime: Runtime,
    pub(crate) server: Server,
    owner: ApiKey,
    pub(crate) project: ProjectId,
    _folder: TempDir,
}

impl System {
    pub(crate) fn start(parts: Parts) -> Self {
        Self::start_under(None, parts)
    }

    pub(crate) fn start_under(domain: Option<&str>, parts: Parts) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let anywhere = SocketAddr::from(([127, 0, 0, 1], 0));
        let settings = Settings {
            role: Role::All,
            lease: LeaseLength::USUAL,
            data: folder.path().join("data"),
            database: None,
            gateway_listen: anywhere,
            control_listen: anywhere,
            domain: domain.map(str::to_owned),
            public_gateway: None,
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
    pub(crate) fn call(&self, method: &str, path: &str, body: &Value) -> Value {
        let envelope = self.ask(method, path, body);
        assert_eq!(envelope["code"], 0, "{envelope}");
        envelope["data"].clone()
    }

    /// The same, with the envelope.
    pub(crate) fn ask(&self, method: &str, path: &str, body: &Value) -> Value {
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

    pub(crate) fn create_key(&self) -> Value {
        let body = json!({
            "name": "app",
            "projects": [{
                "projectId": self.project.to_string(), "role": "Read-Only", "allCluster": true
            }],
        });
        self.call("POST", "/v2/apiKeys", &body)
    }

    pub(crate) fn attach_with(&self, name: &str, port: u16, token: Option<&str>) -> Value {
        let body = json!({
            "projectId": self.project.to_string(),
            "clusterName": name,
            "uri": format!("http://127.0.0.1:{port}"),
            "token": token,
        });
        self.call("POST", "/v2/clusters/attach", &body)
    }

    /// The revision the gateway decides on.
    pub(crate) fn applied(&self) -> u64 {
        let metrics = self.server.metrics();
        let line = metrics.lines().find(|line| !line.starts_with('#') && line.contains("revision"));
        line.unwrap().split(' ').next_back().unwrap().parse().unwrap()
    }

    pub(crate) fn stop(self) {
        self.runtime.block_on(self.server.stop(Duration::ZERO));
    }
}

/// Stands for a Milvus that lets in who presents `root:Milvus`.
pub(crate) fn milvus() -> Upstream {
    let authorization = Some("cm9vdDpNaWx2dXM=".to_owned());
    Upstream::start(Plan { authorization, ..Plan::default() }).unwrap()
}

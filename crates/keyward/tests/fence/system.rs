//! A whole Keyward in this process, with one cluster on an upstream that holds or floods.

use control::command::projects;
use control::{Fence, Receipt, Settling};
use keyward::bootstrap;
use keyward::wiring::{Feed, LeaseLength, Opened, Parts, Role, Server, Settings};
use model::cluster::UpstreamAddress;
use model::name::{ClusterName, Description, Email, ProjectName};
use model::{ClusterId, OrganizationId, ProjectId, RateLimit, Revision};
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use testkit::upstream::{Answer, Plan, Upstream};
use tokio::runtime::Runtime;

/// What makes the fence of a system.
pub(crate) type MakeFence = Box<dyn FnOnce(&Arc<Feed>) -> Arc<dyn Fence> + Send>;

/// The fence as it is shipped.
pub(crate) fn waiting_fence() -> MakeFence {
    Parts::system().fence
}

/// A fence that answers at once and leaves the change to the feed's own pace.
pub(crate) fn fence_that_does_not_wait() -> MakeFence {
    struct Open;
    impl Fence for Open {
        fn settle(&self, revision: Revision) -> Settling<'_> {
            Box::pin(async move { Receipt { revision, settled: true, gateways: Vec::new() } })
        }
    }
    Box::new(|_| Arc::new(Open))
}

/// The system.
pub(crate) struct System {
    runtime: Runtime,
    server: Option<Server>,
    pub(crate) gateway: SocketAddr,
    pub(crate) control: String,
    pub(crate) organization: OrganizationId,
    pub(crate) project: ProjectId,
    pub(crate) cluster: ClusterId,
    pub(crate) owner_key: String,
    _upstream: Option<Upstream>,
    _folder: tempfile::TempDir,
}

impl System {
    pub(crate) fn start(fence: MakeFence) -> Self {
        let upstream = Upstream::start(Plan {
            answers: vec![("Search".into(), Answer::Hold), ("Query".into(), Answer::Endless(4096))],
            ..Plan::default()
        })
        .unwrap();
        let system = Self::before(upstream.address(), fence);
        Self { _upstream: Some(upstream), ..system }
    }

    /// One whose cluster is on an engine of the test's own.
    pub(crate) fn before(engine: SocketAddr, fence: MakeFence) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let any = SocketAddr::from(([127, 0, 0, 1], 0));
        let settings = Settings {
            role: Role::All,
            lease: LeaseLength::USUAL,
            data: folder.path().join("data"),
            database: None,
            gateway_listen: any,
            control_listen: any,
            domain: None,
            public_gateway: None,
            public_url: None,
            founders: model::policy::Founders::default(),
            workers: Some(2),
            mail: None,
        };
        // The owner deletes as fast as it can, which is faster than one caller usually may.
        let rate = RateLimit::new(RateLimit::MAX).unwrap();
        let control_limits = control::Limits { rate, ..control::Limits::default() };
        let parts = Parts { fence, control_limits, ..Parts::system() };
        let opened = Opened::open(settings, parts).unwrap();
        let Furnished { organization, project, cluster, owner_key } = furnish(&opened, engine);
        let runtime = Runtime::new().unwrap();
        let server = runtime.block_on(opened.serve()).unwrap();
        Self {
            gateway: server.gateway_address(),
            control: server.control_url(),
            server: Some(server),
            runtime,
            organization,
            project,
            cluster,
            owner_key,
            _upstream: None,
            _folder: folder,
        }
    }

    pub(crate) fn stop(self) {
        self.stop_within(Duration::ZERO);
    }

    /// Stops and gives the calls that are running so long to end.
    pub(crate) fn stop_within(mut self, drain: Duration) {
        if let Some(server) = self.server.take() {
            self.runtime.block_on(server.stop(drain));
        }
    }

    /// A client of the control API in the owner's name.
    pub(crate) fn owner(&self) -> Owner {
        let agent = ureq::Agent::config_builder()
            .timeout_global(Some(Duration::from_mins(1)))
            .http_status_as_error(false)
            .build();
        Owner {
            agent: agent.into(),
            keys: format!("{}/v2/api-keys", self.control),
            bearer: format!("Bearer {}", self.owner_key),
            project: self.project,
        }
    }
}

struct Furnished {
    organization: OrganizationId,
    project: ProjectId,
    cluster: ClusterId,
    owner_key: String,
}

/// Organization, project and cluster, made before anything listens.
fn furnish(opened: &Opened, upstream: SocketAddr) -> Furnished {
    let desk = opened.desk().unwrap();
    let owner = Email::new("owner@example.com").unwrap();
    let home = bootstrap::home(&desk, opened.store(), opened.folder(), &owner).unwrap();
    let caller = control::Caller::operator();
    let name = ProjectName::new("fence").unwrap();
    let request = projects::CreateProject { organization: Some(home.organization.id), name };
    let made = projects::create(&desk, &caller, request).unwrap();
    let project = made.into_value().project.id;
    let request = control::command::clusters::AttachCluster {
        project,
        name: ClusterName::new("flood").unwrap(),
        description: Description::new("").unwrap(),
        uri: UpstreamAddress::parse(&upstream.to_string()).unwrap(),
        credential: None,
        port: None,
    };
    let attached = control::command::clusters::attach(&desk, &caller, request, |_| Ok(None));
    Furnished {
        organization: home.organization.id,
        project,
        cluster: attached.unwrap().value().cluster.id,
        owner_key: home.personal_key.unwrap().expose().to_owned(),
    }
}

/// Makes and deletes keys over the control API.
pub(crate) struct Owner {
    agent: ureq::Agent,
    keys: String,
    bearer: String,
    project: ProjectId,
}

impl Owner {
    /// A new key: its id and itself.
    pub(crate) fn create(&self) -> (String, String) {
        let body = json!({
            "name": "fence",
            "projects": [{
                "projectId": self.project.to_string(),
                "role": "Admin",
                "allCluster": true
            }]
        });
        let request = self.agent.post(&self.keys).header("authorization", &self.bearer);
        let answer: Value = request.send_json(&body).unwrap().body_mut().read_json().unwrap();
        let text = |name: &str| answer["data"][name].as_str().expect("a key").to_owned();
        (text("apiKeyId"), text("apiKey"))
    }

    /// Deletes a key; whether the answer says that it is dead everywhere.
    pub(crate) fn delete(&self, id: &str) -> bool {
        let request = self.agent.delete(format!("{}/{id}", self.keys));
        let mut answer = request.header("authorization", &self.bearer).call().unwrap();
        let settled = answer.status().as_u16() == 200;
        let body: Value = answer.body_mut().read_json().unwrap();
        settled && body["data"]["revocation"]["settled"] == json!(true)
    }
}

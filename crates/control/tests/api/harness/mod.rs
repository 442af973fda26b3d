//! One installation with one caller of every kind.

mod cluster;
mod log;
mod parts;
mod people;
mod reply;
pub(crate) mod session;
mod things;

pub(crate) use log::log;
pub(crate) use parts::{TestClock, TestFence, TestMailer};
pub(crate) use reply::Reply;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{HeaderName, Method, Request, header};
use control::command::{bootstrap, projects};
use control::{Caller, Deps, Desk, Limits};
use model::actor::Standing;
use model::entropy::SequenceEntropy;
use model::name::{Email, OrganizationName, ProjectName};
use model::policy::Founders;
use model::{
    Action, Actor, ApiKey, AuditEvent, Error, OrganizationId, ProjectId, ProjectRole, Resource,
    SecretText, UserId, policy,
};
use std::net::SocketAddr;
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use store::{Database, MasterKey, PostgresAddress, Store, Vault, Work};
use tempfile::TempDir;
use testkit::postgres;
use tower::ServiceExt as _;

/// Who calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Who {
    Anonymous,
    /// Owner of another organization.
    Stranger,
    /// Member of the organization, of none of its projects.
    Colleague,
    /// Member of the project.
    Member,
    /// A key of the project, with every right on data.
    ProjectKey,
    ProjectOwner,
    OwnerSession,
    OwnerKey,
    /// A personal key of the member of the project.
    MemberKey,
}

impl Who {
    pub(crate) const ALL: [Self; 9] = [
        Self::Anonymous,
        Self::Stranger,
        Self::Colleague,
        Self::Member,
        Self::ProjectKey,
        Self::ProjectOwner,
        Self::OwnerSession,
        Self::OwnerKey,
        Self::MemberKey,
    ];
}

/// The installation.
pub(crate) struct Machine {
    pub(crate) router: Router,
    pub(crate) desk: Desk,
    pub(crate) store: Store,
    pub(crate) clock: Arc<TestClock>,
    pub(crate) fence: Arc<TestFence>,
    pub(crate) mailer: Arc<TestMailer>,
    pub(crate) notices: control::Notices,
    pub(crate) watch: Arc<parts::TestWatch>,
    pub(crate) metrics: Arc<parts::TestMetrics>,
    pub(crate) organization: OrganizationId,
    pub(crate) owner: UserId,
    pub(crate) password: SecretText,
    pub(crate) project: ProjectId,
    pub(crate) default_key: ApiKey,
    personal_key: ApiKey,
    /// The member of the project.
    pub(crate) member: UserId,
    member_key: OnceLock<ApiKey>,
    sessions: Vec<(Who, SecretText)>,
    _database: (Database, Option<postgres::Database<'static>>),
    pub(crate) folder: TempDir,
}

/// The database of one machine: a SQLite file in the folder, or, if the environment asks for it,
/// one on the PostgreSQL server that tests share.
fn database(folder: &TempDir) -> (Database, Option<postgres::Database<'static>>) {
    if std::env::var_os("KEYWARD_TEST_ENGINE").is_some_and(|engine| engine == "postgres") {
        let made = postgres::Server::shared().database();
        let address = PostgresAddress::parse(&made.address()).unwrap();
        return (Database::Postgres(address), Some(made));
    }
    (Database::Folder(folder.path().to_owned()), None)
}

fn first_project(desk: &Desk) -> projects::CreatedProject {
    let name = ProjectName::new("default").unwrap();
    let request = projects::CreateProject { organization: None, name };
    projects::create(desk, &Caller::operator(), request).unwrap().into_value()
}

impl Machine {
    pub(crate) fn new() -> Self {
        Self::with_limits(Limits::default())
    }

    pub(crate) fn with_limits(limits: Limits) -> Self {
        Self::with(limits, Founders::default())
    }

    pub(crate) fn with(limits: Limits, founders: Founders) -> Self {
        log();
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(TestClock::new());
        let entropy = Arc::new(SequenceEntropy::new(42));
        let vault = Vault::new(&MasterKey::from_bytes([7; 32]));
        let database = database(&folder);
        let store = Store::open_database(&database.0, vault, clock.clone(), entropy.clone());
        let store = store.unwrap();
        let desk = Desk::new(store.clone(), clock.clone(), entropy.clone()).unwrap();
        let password = control::generate_password(&*entropy);
        let founding = bootstrap::Founding {
            organization: OrganizationName::new("Acme").unwrap(),
            owner: Email::new("ada@example.com").unwrap(),
            password: password.clone(),
        };
        let founded = bootstrap::found(&desk, founding).unwrap().into_value();
        let created = first_project(&desk);
        let fence = Arc::new(TestFence::new(store.clone(), clock.clone()));
        let mailer = Arc::new(TestMailer::default());
        let watch = Arc::new(parts::TestWatch::default());
        let metrics = Arc::new(parts::TestMetrics::default());
        let deps = Deps {
            store: store.clone(),
            clock: clock.clone(),
            entropy,
            fence: fence.clone(),
            clusters: watch.clone(),
            explainer: Arc::new(parts::TestExplainer),
            calls: watch.clone(),
            metrics: metrics.clone().reader(),
            mailer: Some(mailer.clone()),
            public_url: "https://keyward.example.com".to_owned(),
            founders,
            limits,
        };
        let mut notices = None;
        let beside = |front: control::Front| {
            notices = front.notices();
            Router::new()
        };
        let router = control::router_beside(deps, beside).unwrap();
        let mut machine = Self {
            router,
            notices: notices.unwrap(),
            desk,
            store,
            clock,
            fence,
            watch,
            metrics,
            organization: founded.organization.id,
            owner: founded.owner.id,
            password,
            project: created.project.id,
            mailer,
            default_key: created.default_key.unwrap(),
            personal_key: founded.personal_key,
            member: founded.owner.id,
            member_key: OnceLock::new(),
            sessions: Vec::new(),
            _database: database,
            folder,
        };
        machine.enrol_everybody();
        machine
    }

    fn enrol_everybody(&mut self) {
        let owner = (Who::OwnerSession, self.owner);
        self.enrol_as(Who::Colleague, "colleague", None, Some(owner));
        self.member = self.enrol_as(Who::Member, "member", Some(ProjectRole::Member), None);
        self.enrol_as(Who::ProjectOwner, "project-owner", Some(ProjectRole::Owner), None);
        self.found_elsewhere();
    }

    /// Changes the store directly, on the operator's behalf, where there is no command yet.
    pub(crate) fn change<T>(&self, work: impl FnOnce(&mut Work<'_>) -> Result<T, Error>) -> T {
        let resource = Resource::Organization(self.organization);
        let permit =
            policy::decide(&Actor::Operator, Standing::NONE, Action::ViewOrganization, resource);
        let event = AuditEvent::done(permit.unwrap(), "set up by a test");
        let committed = self.store.write(|change| Ok((work(change)?, event)));
        committed.unwrap().into_value()
    }

    /// What the caller presents.
    pub(crate) fn credential(&self, who: Who) -> Option<String> {
        match who {
            Who::Anonymous => None,
            Who::OwnerKey => Some(self.personal_key.expose().to_owned()),
            Who::MemberKey => {
                // Made when it is first asked for.
                let key = self.member_key.get_or_init(|| self.personal_key_of(self.member));
                Some(key.expose().to_owned())
            }
            Who::ProjectKey => Some(self.default_key.expose().to_owned()),
            _ => {
                let session = self.sessions.iter().find(|(whose, _)| *whose == who);
                Some(session.unwrap().1.expose().to_owned())
            }
        }
    }

    /// A call with a JSON body, or with none.
    pub(crate) async fn call(&self, who: Who, method: Method, path: &str, body: &str) -> Reply {
        let json = [(header::CONTENT_TYPE, "application/json")];
        let headers = if body.is_empty() { &[][..] } else { &json[..] };
        self.send(who, method, path, headers, body.as_bytes().to_vec()).await
    }

    pub(crate) async fn get(&self, who: Who, path: &str) -> Reply {
        self.call(who, Method::GET, path, "").await
    }

    pub(crate) async fn post(&self, who: Who, path: &str, body: &str) -> Reply {
        self.call(who, Method::POST, path, body).await
    }

    pub(crate) async fn delete(&self, who: Who, path: &str) -> Reply {
        self.call(who, Method::DELETE, path, "").await
    }

    /// A call as it is given.
    pub(crate) async fn send(
        &self,
        who: Who,
        method: Method,
        path: &str,
        headers: &[(HeaderName, &str)],
        body: impl Into<Body>,
    ) -> Reply {
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in headers {
            request = request.header(name, *value);
        }
        if let Some(credential) = self.credential(who) {
            request = request.header(header::AUTHORIZATION, format!("Bearer {credential}"));
        }
        let mut request = request.body(body.into()).unwrap();
        let peer = SocketAddr::from(([192, 0, 2, 1], 5000));
        request.extensions_mut().insert(ConnectInfo(peer));
        let response = self.router.clone().oneshot(request).await.unwrap();
        Reply::read(response).await
    }
}

/// Drives a call, which must not end, until something is true.
pub(crate) async fn until<F: Future + Unpin>(call: &mut F, mut holds: impl FnMut() -> bool) {
    let deadline = tokio::time::Instant::now() + Duration::from_secs(10);
    while !holds() {
        assert!(tokio::time::Instant::now() < deadline, "nothing happened");
        let ended = tokio::time::timeout(Duration::from_millis(1), &mut *call).await.is_ok();
        assert!(!ended, "the call was answered");
    }
}

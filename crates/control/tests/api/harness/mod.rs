//! One installation with one caller of every kind.

mod cluster;
mod log;
mod parts;
mod reply;
pub(crate) mod session;

pub(crate) use log::log;
pub(crate) use parts::{TestClock, TestFence, TestMailer};
pub(crate) use reply::Reply;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{HeaderName, Method, Request, header};
use control::command::{bootstrap, invitations, keys, projects, whitelist};
use control::{Caller, Deps, Desk, Limits};
use model::account::TotpSecret;
use model::actor::Standing;
use model::entropy::SequenceEntropy;
use model::name::{Description, Email, KeyName, OrganizationName, ProjectName};
use model::policy::Founders;
use model::scope::{ClusterScope, DataScope, ProjectGrant};
use model::{
    AccessRole, Action, Actor, ApiKey, AuditEvent, Error, KeyId, OrganizationId, OrganizationRole,
    ProjectId, ProjectRole, Resource, SecretText, Timestamp, UserId, WhitelistEntryId, policy,
};
use std::net::SocketAddr;
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use store::users::NewUser;
use store::whitelist::NewEntry;
use store::{
    Database, MasterKey, PostgresAddress, Store, Vault, Work, members, second_factors, sessions,
    users,
};
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

    /// Enrols a caller, and opens their session and another one.
    fn enrol_as(
        &mut self,
        who: Who,
        name: &str,
        role: Option<ProjectRole>,
        also: Option<(Who, UserId)>,
    ) -> UserId {
        let (organization, project) = (self.organization, self.project);
        let (user, opened) = self.change(|work| {
            let user = Self::insert_user(work, name)?;
            Self::enlist(work, organization, user, role.map(|role| (project, role)))?;
            let opening = also.into_iter().chain([(who, user)]);
            let opened = opening.map(|(who, user)| self.open_session(work, who, user));
            Ok((user, opened.collect::<Result<Vec<_>, _>>()?))
        });
        self.sessions.extend(opened);
        user
    }

    fn enrol(&self, name: &str, role: Option<ProjectRole>) -> UserId {
        self.change(|work| {
            let user = Self::insert_user(work, name)?;
            let role = role.map(|role| (self.project, role));
            Self::enlist(work, self.organization, user, role)?;
            Ok(user)
        })
    }

    fn enlist(
        work: &mut Work<'_>,
        organization: OrganizationId,
        user: UserId,
        role: Option<(ProjectId, ProjectRole)>,
    ) -> Result<(), Error> {
        members::set_organization_role(work, organization, user, OrganizationRole::Member)?;
        role.map_or(Ok(()), |(project, role)| members::set_project_role(work, project, user, role))
    }

    fn personal_key_of(&self, user: UserId) -> ApiKey {
        let request = keys::CreatePersonalKey {
            organization: self.organization,
            user,
            name: KeyName::new("own").unwrap(),
            description: Description::new("").unwrap(),
        };
        keys::create_personal(&self.desk, &Caller::operator(), request).unwrap().into_value().plain
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

    fn insert_user(work: &mut Work<'_>, name: &str) -> Result<UserId, Error> {
        let new = NewUser {
            id: UserId::generate(work.entropy()),
            email: Email::new(&format!("{name}@example.com"))?,
            name: name.to_owned(),
            password_hash: None,
        };
        Ok(users::insert(work, new)?.id)
    }

    /// A member of the organization with a second factor, of none of its projects.
    pub(crate) fn colleague(&self, name: &str) -> UserId {
        let secret = TotpSecret::from_bytes(b"12345678901234567890").unwrap();
        self.change(|work| {
            let user = Self::insert_user(work, name)?;
            Self::enlist(work, self.organization, user, None)?;
            second_factors::enrol(work, user, &secret)?;
            second_factors::confirm(work, user)?;
            Ok(user)
        })
    }

    fn found_elsewhere(&mut self) {
        let opened = self.change(|work| {
            let organization = OrganizationId::generate(work.entropy());
            let name = OrganizationName::new("Elsewhere")?;
            store::organizations::insert(work, organization, &name)?;
            let user = Self::insert_user(work, "stranger")?;
            members::set_organization_role(work, organization, user, OrganizationRole::Owner)?;
            self.open_session(work, Who::Stranger, user)
        });
        self.sessions.push(opened);
    }

    /// A new member of the organization and, with a role, of the project; nobody has signed in yet.
    pub(crate) fn newcomer(&self, name: &str, role: Option<ProjectRole>) -> UserId {
        self.enrol(name, role)
    }

    /// An invitation that the operator sent.
    pub(crate) fn invitation(&self, email: &str) -> invitations::CreatedInvitation {
        let request = invitations::CreateInvitation {
            organization: self.organization,
            email: Email::new(email).unwrap(),
            role: OrganizationRole::Member,
            projects: vec![(self.project, ProjectRole::Member)],
        };
        let sent = invitations::create(&self.desk, &Caller::operator(), request).unwrap();
        sent.into_value()
    }

    /// Another project with the same members.
    pub(crate) fn project_named(&self, name: &str) -> ProjectId {
        let request = projects::CreateProject {
            organization: Some(self.organization),
            name: ProjectName::new(name).unwrap(),
        };
        let made = projects::create(&self.desk, &Caller::operator(), request).unwrap();
        let id = made.into_value().project.id;
        let page = store::Page::new(1, 100).unwrap();
        let listed = self.store.read(|r| members::list_of_project(r, self.project, page)).unwrap();
        self.change(|work| {
            let mut members = listed.items.iter();
            members.try_for_each(|one| members::set_project_role(work, id, one.user, one.role))
        });
        id
    }

    /// Makes a caller an owner of the organization.
    pub(crate) fn promote(&self, who: Who) {
        let token = self.credential(who).unwrap();
        let token = SecretText::new(token);
        self.change(|work| {
            let now = work.now();
            let user = sessions::find(work, &token, now)?.unwrap().user;
            let owner = OrganizationRole::Owner;
            members::set_organization_role(work, self.organization, user, owner)
        });
    }

    fn open_session(
        &self,
        work: &mut Work<'_>,
        who: Who,
        user: UserId,
    ) -> Result<(Who, SecretText), Error> {
        let digits = format!("{:064x}", who as usize);
        let token = SecretText::new(format!("{}{digits}", control::SESSION_PREFIX));
        let expires_at = Timestamp::from_millis(self.clock.millis() + 12 * 3_600_000);
        let client = "a test".to_owned();
        let new =
            sessions::NewSession { token: token.clone(), user, address: None, client, expires_at };
        sessions::open(work, new)?;
        Ok((who, token))
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

    /// A key of the project, made by the operator.
    pub(crate) fn key(&self, name: &str) -> KeyId {
        self.key_of(self.project, name, ClusterScope::All)
    }

    pub(crate) fn key_of(&self, project: ProjectId, name: &str, clusters: ClusterScope) -> KeyId {
        let request = keys::CreateKey {
            grant: ProjectGrant {
                project,
                role: AccessRole::ReadWrite,
                clusters,
                data: DataScope::default(),
            },
            name: KeyName::new(name).unwrap(),
            description: Description::new("").unwrap(),
            terms: keys::KeyTerms::default(),
        };
        let created = keys::create(&self.desk, &Caller::operator(), request).unwrap();
        created.into_value().key.id
    }

    /// An entry of the project's whitelist, made by the operator.
    pub(crate) fn whitelist_entry(&self, cidr: &str) -> WhitelistEntryId {
        let request = whitelist::AddEntry {
            project: self.project,
            entry: NewEntry {
                cidr: cidr.parse().unwrap(),
                description: Description::new("").unwrap(),
            },
            confirm_lockout: false,
        };
        let added = whitelist::add(&self.desk, &Caller::operator(), request).unwrap();
        added.into_value().id
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

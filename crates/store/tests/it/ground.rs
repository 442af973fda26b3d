//! What tests stand on: an empty database, a clock that only they move, and a few rows to begin
//! with.

use model::account::{RecoveryCode, TotpSecret};
use model::actor::Standing;
use model::entropy::SequenceEntropy;
use model::name::{ClusterName, Description, Email, KeyName, OrganizationName, ProjectName};
use model::policy::{Resource, decide};
use model::scope::{ClusterScope, DataScope, ProjectGrant};
use model::{
    AccessRole, Action, Actor, ApiKey, AuditEvent, Clock, ClusterId, Entropy, Error, KeyId,
    OrganizationId, ProjectId, SecretText, Timestamp, UserId,
};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use store::clusters::{ClusterEngine, NewCluster};
use store::keys::{Creator, Key, KeyKind, NewKey};
use store::password_resets::PasswordReset;
use store::projects::NewProject;
use store::sessions::NewSession;
use store::users::NewUser;
use store::{Committed, MasterKey, Page, Store, Vault, Work};
use store::{
    clusters, keys, organizations, password_resets, projects, second_factors, sessions, users,
};

/// One empty database of some engine.
pub(crate) trait Ground {
    /// Opens a store on it, as another process would: nothing is shared but the database.
    fn try_open(&self, vault: Vault) -> Result<Store, Error>;

    /// The same, where nothing stands against it.
    fn open(&self, vault: Vault) -> Store {
        self.try_open(vault).unwrap()
    }
}

/// A clock that moves one millisecond each time it is looked at.
pub(crate) struct Ticking(AtomicI64);

impl Clock for Ticking {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.0.fetch_add(1, Ordering::Relaxed))
    }
}

pub(crate) fn clock() -> Arc<dyn Clock> {
    Arc::new(Ticking(AtomicI64::new(1_000)))
}

/// A source of randomness of its own for each caller, the same on every run.
pub(crate) fn entropy() -> Arc<dyn Entropy> {
    static SEED: AtomicU64 = AtomicU64::new(1);
    let seed = SEED.fetch_add(1, Ordering::Relaxed);
    Arc::new(SequenceEntropy::new(seed.wrapping_mul(0xd134_2543_de82_ef95)))
}

pub(crate) fn vault() -> Vault {
    Vault::new(&MasterKey::from_bytes([7; 32]))
}

/// The record an operator's act leaves.
pub(crate) fn event(action: Action, resource: Resource) -> AuditEvent {
    let permit = decide(&Actor::Operator, Standing::NONE, action, resource).unwrap();
    AuditEvent::done(permit, "")
}

/// The record a stranger's refused act leaves.
pub(crate) fn refusal(action: Action, resource: Resource) -> AuditEvent {
    let stranger = Actor::User(UserId::from_number(99).unwrap());
    AuditEvent::refused(&decide(&stranger, Standing::NONE, action, resource).unwrap_err())
}

pub(crate) fn page(number: u32, size: u32) -> Page {
    Page::new(number, size).unwrap()
}

/// An organization with a project, and what tests do there.
#[derive(Clone)]
pub(crate) struct Home {
    pub(crate) store: Store,
    pub(crate) organization: OrganizationId,
    pub(crate) project: ProjectId,
    pub(crate) entropy: Arc<dyn Entropy>,
}

impl Home {
    pub(crate) fn new(ground: &dyn Ground) -> Self {
        Self::on(ground.open(vault()), entropy())
    }

    pub(crate) fn on(store: Store, entropy: Arc<dyn Entropy>) -> Self {
        let organization = OrganizationId::generate(&*entropy);
        let project = ProjectId::generate(&*entropy);
        let home = Self { store, organization, project, entropy };
        let name = OrganizationName::new("Analytical Engines").unwrap();
        let _ = home
            .store
            .write(|work| {
                let made = organizations::insert(work, organization, &name)?;
                let event = event(Action::ViewOrganization, Resource::Organization(organization));
                Ok((made, event))
            })
            .unwrap();
        let _ = home
            .write(|work| projects::insert(work, home.new_project(project, "default")))
            .unwrap();
        home
    }

    /// The same rows through another store on the same database.
    pub(crate) fn through(&self, store: Store) -> Self {
        Self { store, ..self.clone() }
    }

    /// A change by the operator.
    pub(crate) fn write<T>(
        &self,
        work: impl FnOnce(&mut Work<'_>) -> Result<T, Error>,
    ) -> Result<Committed<T>, Error> {
        let record = event(Action::CreateKey, Resource::Project(self.project));
        self.store.write(|under_way| Ok((work(under_way)?, record)))
    }

    pub(crate) fn read<T>(&self, read: impl FnOnce(&store::Reader<'_>) -> Result<T, Error>) -> T {
        self.store.read(read).unwrap()
    }

    pub(crate) fn new_project(&self, id: ProjectId, name: &str) -> NewProject {
        NewProject { id, organization: self.organization, name: ProjectName::new(name).unwrap() }
    }

    pub(crate) fn grant(&self, role: AccessRole, clusters: ClusterScope) -> KeyKind {
        KeyKind::Project(ProjectGrant {
            project: self.project,
            role,
            clusters,
            data: DataScope::default(),
        })
    }

    pub(crate) fn new_key(&self, name: &str, kind: KeyKind) -> NewKey {
        NewKey::plain(
            self.organization,
            kind,
            KeyName::new(name).unwrap(),
            Description::new("").unwrap(),
            Creator { id: "operator".to_owned(), name: "operator".to_owned() },
        )
    }

    pub(crate) fn api_key(&self) -> ApiKey {
        ApiKey::generate(KeyId::generate(&*self.entropy), &*self.entropy)
    }

    /// A key that opens every cluster of the project.
    pub(crate) fn insert_key(&self, name: &str) -> Committed<Key> {
        let kind = self.grant(AccessRole::ReadWrite, ClusterScope::All);
        self.insert(&self.api_key(), self.new_key(name, kind))
    }

    pub(crate) fn insert(&self, key: &ApiKey, new: NewKey) -> Committed<Key> {
        self.write(|work| keys::insert(work, key, new)).unwrap()
    }

    pub(crate) fn delete_key(&self, id: KeyId) -> Committed<Option<Key>> {
        self.store
            .write(|work| {
                let event = event(Action::DeleteKey, Resource::Key(id));
                Ok((keys::delete(work, id)?, event))
            })
            .unwrap()
    }

    pub(crate) fn new_cluster(&self, name: &str, port: Option<u16>) -> NewCluster {
        NewCluster {
            id: ClusterId::generate(&*self.entropy),
            project: self.project,
            name: ClusterName::new(name).unwrap(),
            description: Description::new("").unwrap(),
            engine: ClusterEngine::Lite,
            credential: None,
            port,
        }
    }

    pub(crate) fn insert_cluster(&self, name: &str) -> ClusterId {
        let new = self.new_cluster(name, None);
        let committed = self.write(|work| clusters::insert(work, new)).unwrap();
        committed.value().id
    }

    pub(crate) fn new_user(&self, email: &str) -> NewUser {
        NewUser {
            id: UserId::generate(&*self.entropy),
            email: Email::new(email).unwrap(),
            name: "Ada".to_owned(),
            password_hash: None,
        }
    }

    /// A session and a reset under this token, and a second factor with one recovery code, which
    /// is answered.
    pub(crate) fn insert_secrets_of(&self, user: UserId, token: &SecretText) -> RecoveryCode {
        let code = RecoveryCode::generate(&*self.entropy);
        let totp = TotpSecret::from_bytes(b"12345678901234567890").unwrap();
        let expires_at = Timestamp::from_millis(i64::MAX);
        let _ = self
            .write(|work| {
                sessions::open(work, Self::new_session(user, token, expires_at))?;
                let reset = PasswordReset { user, removes_second_factor: false, expires_at };
                password_resets::insert(work, token, reset)?;
                second_factors::enrol(work, user, &totp)?;
                second_factors::set_recovery_codes(work, user, std::slice::from_ref(&code))
            })
            .unwrap();
        code
    }

    pub(crate) fn new_session(
        user: UserId,
        token: &SecretText,
        expires_at: Timestamp,
    ) -> NewSession {
        let (token, client) = (token.clone(), "a test".to_owned());
        NewSession { token, user, address: None, client, expires_at }
    }

    pub(crate) fn insert_user(&self, email: &str) -> UserId {
        let new = self.new_user(email);
        let committed = self.write(|work| users::insert(work, new)).unwrap();
        committed.value().id
    }
}

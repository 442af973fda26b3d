//! A gateway with two projects, some clusters and as many keys as a test asks for.

use argon2::password_hash::PasswordHasher;
use gateway::{Applied, Config, Gateway, Limits};
use model::change::{ClusterRoleAccess, ClusterUserAccess, KeyAccess, KeyLimits};
use model::cluster::{ClusterRoute, Service, UpstreamAddress};
use model::cluster_role::{ClusterRoleName, RoleRef};
use model::cluster_user::{ClusterUserName, PasswordVerifier};
use model::entropy::SequenceEntropy;
use model::grant::{DataGrant, NameChoice};
use model::privilege::{Privilege, PrivilegeSet};
use model::scope::{ClusterScope, DataScope, KeyReach, ProjectGrant};
use model::{
    AccessRole, ApiKey, Change, Clock, ClusterId, ClusterRoleId, ClusterUserId, DigestKey,
    GatewayId, KeyId, OrganizationId, ProjectId, Revision, SecretText,
};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use testkit::client::{Call, Client};
use testkit::clock::ShiftedClock;
use testkit::upstream::{Plan, Upstream};

/// What the gateway signs in with upstream.
pub(crate) const SERVICE: &str = "root:Milvus";

/// The gateway and what it was given.
pub(crate) struct House {
    pub(crate) gateway: Option<Gateway>,
    pub(crate) project: ProjectId,
    pub(crate) organization: OrganizationId,
    pub(crate) clock: Arc<ShiftedClock>,
    entropy: SequenceEntropy,
    digest_key: DigestKey,
    revision: AtomicU64,
}

impl House {
    /// A loaded gateway without keys and clusters.
    pub(crate) fn empty() -> Self {
        Self::with(|_| {})
    }

    /// The same with other limits.
    pub(crate) fn with(change: impl FnOnce(&mut Config)) -> Self {
        let house = Self::unloaded(change);
        assert_eq!(house.gateway().load(Revision::new(1), &[]), Applied::Confirmed);
        house
    }

    /// A gateway that has not loaded yet.
    pub(crate) fn unloaded(change: impl FnOnce(&mut Config)) -> Self {
        let entropy = SequenceEntropy::new(11);
        let mut config = Config {
            id: GatewayId::generate(&entropy),
            listen: SocketAddr::from(([127, 0, 0, 1], 0)),
            workers: 2,
            access_log: None,
            roots: gateway::Roots::default(),
            desk: None,
            rest: None,
            lease: None,
            limits: Limits::default(),
        };
        change(&mut config);
        let digest_key = DigestKey::new(&[9; 32]);
        let clock = Arc::new(ShiftedClock::default());
        let given: Arc<dyn Clock> = clock.clone();
        let gateway = Gateway::start(config, &digest_key, &given).unwrap();
        Self {
            gateway: Some(gateway),
            project: ProjectId::generate(&entropy),
            organization: OrganizationId::generate(&entropy),
            clock,
            entropy,
            digest_key,
            revision: AtomicU64::new(1),
        }
    }

    /// A gateway with one cluster on a new upstream, and one key that opens it.
    pub(crate) fn standard(plan: Plan) -> (Self, Upstream, ApiKey) {
        let house = Self::empty();
        let upstream = Upstream::start(plan).unwrap();
        house.add_cluster(&upstream, None);
        let key = house.add_key();
        (house, upstream, key)
    }

    pub(crate) fn gateway(&self) -> &Gateway {
        self.gateway.as_ref().unwrap()
    }

    /// Applies changes as the feed does.
    pub(crate) fn apply(&self, changes: &[Change]) {
        let revision = Revision::new(self.revision.fetch_add(1, Ordering::SeqCst) + 1);
        assert_eq!(self.gateway().apply(revision, changes), Applied::Confirmed);
    }

    /// A cluster on this upstream, in the house's project.
    pub(crate) fn add_cluster(&self, upstream: &Upstream, port: Option<u16>) -> ClusterId {
        let route = self.route(&upstream.address().to_string(), port);
        let id = route.id;
        self.apply(&[Change::ClusterPut(route)]);
        id
    }

    /// A route to this address, in the house's project.
    pub(crate) fn route(&self, address: &str, port: Option<u16>) -> ClusterRoute {
        ClusterRoute {
            id: ClusterId::generate(&self.entropy),
            project: self.project,
            organization: self.organization,
            upstream: Some(UpstreamAddress::parse(address).unwrap()),
            credential: Some(SecretText::new(SERVICE.into())),
            port,
            service: Service::Open,
        }
    }

    /// A key that may do everything on every cluster of the house's project.
    pub(crate) fn add_key(&self) -> ApiKey {
        self.add_key_for(self.reach(AccessRole::Admin, ClusterScope::All))
    }

    /// A key with this reach.
    pub(crate) fn add_key_for(&self, reach: KeyReach) -> ApiKey {
        let key = self.new_key();
        self.apply(&[self.put(&key, reach)]);
        key
    }

    /// A key that nobody knows yet.
    pub(crate) fn new_key(&self) -> ApiKey {
        ApiKey::generate(KeyId::generate(&self.entropy), &self.entropy)
    }

    /// The change that puts a key.
    pub(crate) fn put(&self, key: &ApiKey, reach: KeyReach) -> Change {
        self.put_bounded(key, reach, KeyLimits::default())
    }

    /// The change that puts a key with bounds.
    pub(crate) fn put_bounded(&self, key: &ApiKey, reach: KeyReach, limits: KeyLimits) -> Change {
        let digest = key.digest(&self.digest_key);
        Change::KeyPut(KeyAccess { id: key.id(), digest, reach, limits })
    }

    /// Gives a key of the house's project these bounds.
    pub(crate) fn bound(&self, key: &ApiKey, limits: KeyLimits) {
        let reach = self.reach(AccessRole::Admin, ClusterScope::All);
        self.apply(&[self.put_bounded(key, reach, limits)]);
    }

    /// A reach on the house's project.
    pub(crate) fn reach(&self, role: AccessRole, clusters: ClusterScope) -> KeyReach {
        KeyReach::Project(ProjectGrant {
            project: self.project,
            role,
            clusters,
            data: DataScope::default(),
        })
    }

    /// A client connection.
    pub(crate) fn client(&self) -> Client {
        Client::connect(self.gateway().local_addr()).unwrap()
    }

    /// The change that puts a user with this password and these roles; `work` is how many rounds
    /// its verification takes.
    pub(crate) fn user(&self, cluster: ClusterId, name: &str, password: &str) -> UserPut {
        let id = ClusterUserId::generate(&self.entropy);
        UserPut { id, cluster, name: name.into(), password: password.into(), work: 1 }
    }

    /// A role with these grants: database, collection, privileges. It is put.
    pub(crate) fn add_role(&self, cluster: ClusterId, grants: &[Granted]) -> RoleRef {
        let id = ClusterRoleId::generate(&self.entropy);
        self.apply(&[role(cluster, id, grants)]);
        RoleRef::Custom(id)
    }

    /// A user with this password and grants. It is put.
    pub(crate) fn add_user(&self, cluster: ClusterId, name: &str, grants: &[Granted]) {
        let role = self.add_role(cluster, grants);
        self.apply(&[self.user(cluster, name, PASSWORD).with(&[role])]);
    }

    /// Passwords that were checked and right, checked and wrong, and not checked.
    pub(crate) fn checks(&self) -> [u64; 3] {
        let metrics = self.gateway().metrics();
        ["right", "wrong", "unchecked"].map(|result| {
            let name = format!("keyward_gateway_passwords_total{{result=\"{result}\"}} ");
            let value = metrics.lines().find_map(|line| line.strip_prefix(&name));
            value.unwrap().parse().unwrap()
        })
    }

    /// Another project's id.
    pub(crate) fn other_project(&self) -> ProjectId {
        ProjectId::generate(&self.entropy)
    }
}

impl Drop for House {
    fn drop(&mut self) {
        if let Some(gateway) = self.gateway.take() {
            gateway.shutdown(Duration::from_millis(100));
        }
    }
}

/// The password of users of whom nothing else matters.
pub(crate) const PASSWORD: &str = "Correct-horse-1";

/// Database, collection, privileges.
pub(crate) type Granted = (&'static str, &'static str, PrivilegeSet);

/// These privileges.
pub(crate) fn set(privileges: &[Privilege]) -> PrivilegeSet {
    privileges.iter().copied().collect()
}

/// The change that puts a role.
pub(crate) fn role(cluster: ClusterId, id: ClusterRoleId, grants: &[Granted]) -> Change {
    let grant = |(database, collection, privileges): &Granted| DataGrant {
        database: NameChoice::new(database).unwrap(),
        collection: NameChoice::new(collection).unwrap(),
        privileges: *privileges,
    };
    Change::ClusterRolePut(ClusterRoleAccess {
        id,
        cluster,
        name: ClusterRoleName::new("some_role").unwrap(),
        grants: grants.iter().map(grant).collect(),
    })
}

/// A user to be put.
#[derive(Clone)]
pub(crate) struct UserPut {
    pub(crate) id: ClusterUserId,
    cluster: ClusterId,
    name: String,
    password: String,
    work: u32,
}

impl UserPut {
    /// Whose password takes long to verify.
    pub(crate) fn slow(self) -> Self {
        Self { work: 100, ..self }
    }

    /// The same user with another password.
    pub(crate) fn password(self, password: &str) -> Self {
        Self { password: password.into(), ..self }
    }

    /// The change that puts it with these roles.
    pub(crate) fn with(&self, roles: &[RoleRef]) -> Change {
        // The same password verifies the same way whenever the user is put.
        let salt = self.id.number().to_be_bytes();
        let memory = if self.work > 1 { 8192 } else { 8 };
        let params = argon2::Params::new(memory, self.work, 1, None).unwrap();
        let argon =
            argon2::Argon2::new(argon2::Algorithm::Argon2id, argon2::Version::V0x13, params);
        // A slow one is never found right: making it would take as long.
        let hash = if self.work > 1 {
            format!(
                "$argon2id$v=19$m={memory},t={},p=1$Ri40Pue8vnTMC7Fp3+JzFg$\
                     2n1C2CyPzTnnBQiL9oJrVdQ0xVLLNzq0aZ5mYtT6h1E",
                self.work
            )
        } else {
            argon.hash_password_with_salt(self.password.as_bytes(), &salt).unwrap().to_string()
        };
        Change::ClusterUserPut(ClusterUserAccess {
            id: self.id,
            cluster: self.cluster,
            name: ClusterUserName::new(&self.name).unwrap(),
            verifier: PasswordVerifier::from_phc(SecretText::new(hash)).unwrap(),
            roles: roles.into(),
        })
    }
}

/// A call with a user's name and the usual password.
pub(crate) fn call_as(rpc: &str, user: &str) -> Call {
    Call::milvus(rpc).token(&format!("{user}:{PASSWORD}"))
}

/// A call with a key.
pub(crate) fn call(rpc: &str, key: &ApiKey) -> Call {
    Call::milvus(rpc).token(key.expose())
}

/// A path for a file of one test; the file does not exist.
pub(crate) fn scratch_file(name: &str) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("keyward-gateway-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let file = folder.join(name);
    let _ = std::fs::remove_file(&file);
    file
}

/// Waits until a condition holds, for at most ten seconds.
pub(crate) fn until(what: &str, mut condition: impl FnMut() -> bool) {
    let deadline = testkit::clock::instant() + Duration::from_secs(10);
    while !condition() {
        assert!(testkit::clock::instant() < deadline, "waited in vain until {what}");
        std::thread::yield_now();
    }
}

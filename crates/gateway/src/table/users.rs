//! Users of clusters in the table: found by cluster and name, with what they may do.
//!
//! Users are few beside keys and change seldom, so they live in an immutable [`Users`] of which a
//! change replaces the one cluster's part. A password that was verified once is remembered beside
//! its verifier, as a keyed digest, and nowhere else: whatever changes the verifier, or drops the
//! user, forgets it. This module must never hold a plain password.

use super::rights::Rights;
use super::writer::Writer;
use super::{AccessTable, Effects};
use hashbrown::{HashMap, HashSet};
use model::change::{ClusterRoleAccess, ClusterUserAccess};
use model::cluster_role::{BuiltInRole, RoleRef};
use model::cluster_user::PasswordVerifier;
use model::{ClusterId, ClusterRoleId, ClusterUserId, KeyDigest};
use std::sync::atomic::Ordering;
use std::sync::{Arc, OnceLock, PoisonError};

/// A verifier, and the digest of the password that it was found to stand for.
#[derive(Debug)]
pub struct Proof {
    verifier: PasswordVerifier,
    known: OnceLock<KeyDigest>,
}

impl Proof {
    /// A verifier with which nothing was verified yet.
    pub fn new(verifier: PasswordVerifier) -> Self {
        Self { verifier, known: OnceLock::new() }
    }

    /// What a password has to be verified with.
    pub fn verifier(&self) -> &PasswordVerifier {
        &self.verifier
    }

    /// Whether this is the digest of a password that was verified.
    pub fn knows(&self, digest: &KeyDigest) -> bool {
        self.known.get().is_some_and(|known| known.matches(digest))
    }

    /// Remembers the digest of the password that was just verified. There is only one.
    pub fn remember(&self, digest: KeyDigest) {
        let _ = self.known.set(digest);
    }

    /// Whether both verify the same password. What is compared is no secret of the caller's.
    fn same(&self, other: &Self) -> bool {
        self.verifier.expose() == other.verifier.expose()
    }
}

/// A user of a cluster.
#[derive(Debug)]
pub struct User {
    /// Its id.
    pub id: ClusterUserId,
    /// The only cluster it opens.
    pub cluster: ClusterId,
    /// Its name, unique on the cluster.
    pub name: Box<str>,
    /// What verifies its password.
    pub proof: Arc<Proof>,
    /// Names of its roles.
    pub roles: Box<[Box<str>]>,
    /// What it may do.
    pub rights: Arc<Rights>,
}

impl User {
    /// Whether a call that was made as one goes on as the other, as far as the password goes.
    pub fn is_still(&self, other: &Self) -> bool {
        self.id == other.id && self.proof.same(&other.proof)
    }

    /// Whether it has the role that people mean by this name.
    pub fn has_role(&self, name: &str) -> bool {
        let name = match BuiltInRole::from_name(name) {
            Some(role) => role.as_str(),
            None => name,
        };
        self.roles.iter().any(|role| **role == *name)
    }
}

type OfCluster = HashMap<Box<[u8]>, Arc<User>>;

/// All users.
#[derive(Clone, Debug, Default)]
pub struct Users(HashMap<ClusterId, Arc<OfCluster>>);

impl Users {
    /// The user with this name on this cluster.
    pub fn find(&self, cluster: ClusterId, name: &[u8]) -> Option<&Arc<User>> {
        self.0.get(&cluster)?.get(name)
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.0.values().map(|users| users.len()).sum()
    }

    fn of(&mut self, cluster: ClusterId) -> &mut OfCluster {
        Arc::make_mut(self.0.entry(cluster).or_default())
    }
}

/// What the writer knows of users and roles.
#[derive(Debug, Default)]
pub(super) struct People {
    users: HashMap<ClusterUserId, ClusterUserAccess>,
    roles: HashMap<ClusterRoleId, ClusterRoleAccess>,
}

/// What a run of changes touches.
#[derive(Debug, Default)]
pub(super) struct Touched {
    users: HashSet<ClusterUserId>,
    roles: HashSet<ClusterRoleId>,
    /// Names that no longer lead to a user.
    freed: Vec<(ClusterId, Box<[u8]>)>,
}

impl People {
    pub(super) fn put_user(&mut self, user: &ClusterUserAccess, touched: &mut Touched) {
        touched.users.insert(user.id);
        self.free(user.id, touched);
        self.users.insert(user.id, user.clone());
    }

    pub(super) fn remove_user(&mut self, id: ClusterUserId, touched: &mut Touched) {
        touched.users.insert(id);
        self.free(id, touched);
        self.users.remove(&id);
    }

    fn free(&self, id: ClusterUserId, touched: &mut Touched) {
        if let Some(before) = self.users.get(&id) {
            touched.freed.push((before.cluster, before.name.as_str().as_bytes().into()));
        }
    }

    pub(super) fn put_role(&mut self, role: &ClusterRoleAccess, touched: &mut Touched) {
        touched.roles.insert(role.id);
        self.roles.insert(role.id, role.clone());
    }

    pub(super) fn remove_role(&mut self, id: ClusterRoleId, touched: &mut Touched) {
        touched.roles.insert(id);
        self.roles.remove(&id);
    }

    /// The users and roles that are not among these.
    pub(super) fn others(
        &self,
        users: &HashSet<ClusterUserId>,
        roles: &HashSet<ClusterRoleId>,
    ) -> (Vec<ClusterUserId>, Vec<ClusterRoleId>) {
        (
            self.users.keys().filter(|id| !users.contains(*id)).copied().collect(),
            self.roles.keys().filter(|id| !roles.contains(*id)).copied().collect(),
        )
    }

    fn name_of(&self, role: &RoleRef) -> Option<Box<str>> {
        match role {
            RoleRef::BuiltIn(role) => Some(role.as_str().into()),
            RoleRef::Custom(id) => self.roles.get(id).map(|role| role.name.as_str().into()),
        }
    }

    fn role_names(&self, user: &ClusterUserAccess) -> Box<[Box<str>]> {
        user.roles.iter().filter_map(|role| self.name_of(role)).collect()
    }

    fn compile(&self, user: &ClusterUserAccess) -> Rights {
        self.rights_of(user, &user.roles)
    }

    /// What some of a user's roles come to.
    fn rights_of(&self, user: &ClusterUserAccess, roles: &[RoleRef]) -> Rights {
        let mut rights = Rights::none();
        for role in roles {
            match role {
                RoleRef::BuiltIn(role) => rights.add_everywhere(role.privileges()),
                // A role of another cluster gives nothing here.
                RoleRef::Custom(id) => {
                    let role = self.roles.get(id).filter(|role| role.cluster == user.cluster);
                    role.iter().flat_map(|role| &role.grants).for_each(|grant| rights.add(grant));
                }
            }
        }
        rights
    }
}

impl AccessTable {
    /// The user as each of its roles alone would make it.
    pub(super) fn by_role(&self, user: &User) -> Vec<User> {
        let people = &self.lock_writer().people;
        let Some(access) = people.users.get(&user.id) else {
            return Vec::new();
        };
        let alone = |role: &RoleRef| {
            let name = people.name_of(role)?;
            let rights = Arc::new(people.rights_of(access, std::slice::from_ref(role)));
            let (proof, roles) = (Arc::clone(&user.proof), [name].into());
            Some(User { name: user.name.clone(), proof, roles, rights, ..*user })
        };
        access.roles.iter().filter_map(alone).collect()
    }

    /// Puts the users that a run of changes touched, and says whose calls have to be looked at.
    pub(super) fn replace_users(
        &self,
        writer: &mut Writer,
        mut touched: Touched,
        effects: &mut Effects,
    ) {
        if touched.users.is_empty() && touched.roles.is_empty() {
            return;
        }
        let has = |user: &ClusterUserAccess| {
            user.roles
                .iter()
                .any(|role| matches!(role, RoleRef::Custom(id) if touched.roles.contains(id)))
        };
        let people = &writer.people;
        let by_role = people.users.values().filter(|user| has(user)).map(|user| user.id);
        let by_role: Vec<_> = by_role.collect();
        touched.users.extend(by_role);
        if touched.users.is_empty() {
            return;
        }
        let before = self.current_users();
        let mut users = Users::clone(&before);
        for (cluster, name) in &touched.freed {
            users.of(*cluster).remove(name);
        }
        // Users with the same roles share what those come to.
        let mut compiled: HashMap<(ClusterId, &[RoleRef]), Arc<Rights>> = HashMap::new();
        for id in &touched.users {
            let Some(access) = people.users.get(id) else {
                // Named even if the table does not hold it, so that a repeated drop cuts again.
                effects.users.push(*id);
                continue;
            };
            let rights = compiled
                .entry((access.cluster, &*access.roles))
                .or_insert_with(|| Arc::new(people.compile(access)));
            let name = access.name.as_str();
            let old = before.find(access.cluster, name.as_bytes());
            let made = Arc::new(User {
                id: access.id,
                cluster: access.cluster,
                name: name.into(),
                proof: renew(access, old),
                roles: people.role_names(access),
                rights: Arc::clone(rights),
            });
            let same = old.is_some_and(|old| old.is_still(&made) && old.rights == made.rights);
            if !same {
                effects.users.push(*id);
            }
            users.of(access.cluster).insert(name.as_bytes().into(), made);
        }
        users.0.retain(|_, users| !users.is_empty());
        *self.users.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(users);
        self.generation.fetch_add(1, Ordering::Release);
        effects.refresh = true;
    }
}

/// What verifies a user's password. What was verified stays known only as long as the verifier is
/// the same.
fn renew(access: &ClusterUserAccess, old: Option<&Arc<User>>) -> Arc<Proof> {
    let fresh = Arc::new(Proof::new(access.verifier.clone()));
    let kept = old.filter(|old| old.id == access.id && old.proof.same(&fresh));
    kept.map_or(fresh, |old| Arc::clone(&old.proof))
}

//! What the store publishes and every gateway applies: the change feed's vocabulary.

use crate::address::AddressList;
use crate::clock::Timestamp;
use crate::cluster::ClusterRoute;
use crate::cluster_role::{ClusterRoleName, RoleRef};
use crate::cluster_user::{ClusterUserName, PasswordVerifier};
use crate::digest::KeyDigest;
use crate::grant::DataGrant;
use crate::id::{ClusterId, ClusterRoleId, ClusterUserId, KeyId, ProjectId};
use crate::rate::RateLimit;
use crate::scope::KeyReach;

/// Position in the total order of commits. The first commit is 1; 0 is the empty store.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Revision(u64);

impl Revision {
    /// Before the first commit.
    pub const ZERO: Self = Self(0);

    /// The revision with this number.
    pub const fn new(number: u64) -> Self {
        Self(number)
    }

    /// Its number.
    pub const fn number(self) -> u64 {
        self.0
    }
}

/// What bounds a key besides what it opens.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeyLimits {
    /// From this moment on the key is refused, and what it has in flight is cut.
    pub expires_at: Option<Timestamp>,
    /// From where it may be used, besides its project's own list.
    pub sources: AddressList,
    /// How fast it may be used on one gateway.
    pub rate: Option<RateLimit>,
}

/// All a gateway needs to know of a key. There is no record of a deleted key, nor of a disabled
/// one.
#[derive(Clone, Debug)]
pub struct KeyAccess {
    /// The key.
    pub id: KeyId,
    /// What a presented key must digest to.
    pub digest: KeyDigest,
    /// What it opens.
    pub reach: KeyReach,
    /// What bounds it.
    pub limits: KeyLimits,
}

/// All a gateway needs to know of a project: who may enter its clusters, whatever their credential.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProjectAccess {
    /// The project.
    pub id: ProjectId,
    /// Its whitelist. A project without a record has an open one.
    pub sources: AddressList,
}

/// All a gateway needs to know of a user of a cluster. There is no record of a dropped one.
#[derive(Clone, Debug)]
pub struct ClusterUserAccess {
    /// The user.
    pub id: ClusterUserId,
    /// The only cluster the user opens.
    pub cluster: ClusterId,
    /// What stands before the `:` of what the user presents; unique on the cluster.
    pub name: ClusterUserName,
    /// What verifies the password behind it.
    pub verifier: PasswordVerifier,
    /// What the user may do. A role that the gateway has no record of holds nothing.
    pub roles: Box<[RoleRef]>,
}

/// All a gateway needs to know of a role that people made on a cluster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClusterRoleAccess {
    /// The role.
    pub id: ClusterRoleId,
    /// The cluster it is of.
    pub cluster: ClusterId,
    /// What people call it.
    pub name: ClusterRoleName,
    /// What it holds, groups expanded: at most one entry for each target.
    pub grants: Box<[DataGrant]>,
}

/// One change of the access table. Applying a change twice is the same as once.
#[derive(Clone, Debug)]
pub enum Change {
    /// The key is new, or what it opens has changed.
    KeyPut(KeyAccess),
    /// The key is dead or disabled: refuse it and cut what it has in flight.
    KeyGone(KeyId),
    /// The cluster is new, or where it is has changed.
    ClusterPut(ClusterRoute),
    /// The cluster is detached: refuse calls to it and cut what is in flight.
    ClusterGone(ClusterId),
    /// The project's whitelist has changed: cut what it no longer admits.
    ProjectPut(ProjectAccess),
    /// The project is gone, or its whitelist is empty.
    ProjectGone(ProjectId),
    /// The user is new, or the password or a role of the user has changed.
    ClusterUserPut(ClusterUserAccess),
    /// The user is dropped: refuse it and cut what it has in flight.
    ClusterUserGone(ClusterUserId),
    /// The role is new, or what it holds has changed.
    ClusterRolePut(ClusterRoleAccess),
    /// The role is dropped: it holds nothing any more.
    ClusterRoleGone(ClusterRoleId),
}

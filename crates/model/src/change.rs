//! What the store publishes and every gateway applies: the change feed's vocabulary.

use crate::address::AddressList;
use crate::clock::Timestamp;
use crate::cluster::ClusterRoute;
use crate::digest::KeyDigest;
use crate::id::{ClusterId, KeyId, ProjectId};
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
}
